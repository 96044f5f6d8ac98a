"""Arrays read at computed places: views where strides can say them, no entry copied until a product needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gradviz.terms import Dim, extent


def read(array: Any, specs: Sequence[Any], shape: Sequence[Dim], sizes: Mapping[str, int]) -> Any:
    """An array at places that are data (see `gradviz.ops.entry.encode`); 0 beside its axes.

    Examples
    --------
    >>> windows = ((((0, 1), (1, 1)), 0, 1, 5),)
    >>> read(np.arange(5.0), windows, (3, 3), {})
    array([[0., 1., 2.],
           [1., 2., 3.],
           [2., 3., 4.]])
    """
    dims = tuple(extent(d, sizes) for d in shape)
    array = np.asarray(array)
    if any(not isinstance(u, int) for terms, *_ in specs for u, _ in terms):
        return _gathered(array, specs, dims, sizes)
    counts = [[(u, extent(c, sizes)) for u, c in terms] for terms, *_ in specs]
    starts = []
    for axis, (_, offset, divisor, _) in enumerate(specs):
        start = extent(offset, sizes)
        if divisor > 1:
            array = _dilated(array, axis, divisor)
        low = start + sum(c * (dims[u] - 1) for u, c in counts[axis] if c < 0)
        high = start + sum(c * (dims[u] - 1) for u, c in counts[axis] if c > 0)
        array = _covering(array, axis, low, high)
        starts.append(start - min(low, 0))
    strides = [0] * len(dims)
    for here, step in zip(counts, array.strides, strict=True):
        for u, c in here:
            strides[u] += c * step
    first = array[tuple(slice(s, None) for s in starts)]
    return np.lib.stride_tricks.as_strided(first, dims, strides, writeable=False)


def _dilated(array: Any, axis: int, by: int) -> Any:
    """Zeros between the entries along an axis."""
    shape = list(array.shape)
    shape[axis] = (shape[axis] - 1) * by + 1
    result = np.zeros(shape, array.dtype)
    result[(slice(None),) * axis + (slice(None, None, by),)] = array
    return result


def _covering(array: Any, axis: int, low: int, high: int) -> Any:
    """Zeros before and after, so that all places from low to high are on the axis."""
    before, after = max(0, -low), max(0, high + 1 - array.shape[axis])
    if not before and not after:
        return array
    widths = [(0, 0)] * array.ndim
    widths[axis] = (before, after)
    return np.pad(array, widths)


def _gathered(array: Any, specs: Sequence[Any], dims: tuple[int, ...], sizes: Mapping[str, int]) -> Any:
    """The same for places with digits, by arrays of indices."""
    grid = np.ogrid[tuple(slice(0, d) for d in dims)] if dims else []
    grid = [grid] if isinstance(grid, np.ndarray) else list(grid)
    inside: Any = True
    places = []
    for axis, spec in enumerate(specs):
        place, divisor = _number(spec, grid, sizes)
        whole, rest = np.divmod(place, divisor)
        good = (rest == 0) & (whole >= 0) & (whole < array.shape[axis])
        inside = inside & good
        places.append(np.where(good, whole, 0))
    found = array[tuple(places)]
    found = found if np.all(inside) else found * inside
    return np.broadcast_to(found, dims)


def _number(spec: Any, grid: list[Any], sizes: Mapping[str, int]) -> tuple[Any, int]:
    terms, offset, divisor, _ = spec
    total: Any = extent(offset, sizes)
    for u, c in terms:
        total = total + extent(c, sizes) * (grid[u] if isinstance(u, int) else _digit(u, grid, sizes))
    return total, divisor


def _digit(unit: Any, grid: list[Any], sizes: Mapping[str, int]) -> Any:
    flat, radices, axis = unit
    number, _ = _number(flat, grid, sizes)
    dims = [extent(r, sizes) for r in radices]
    return number // int(np.prod(dims[axis + 1 :], dtype=int)) % dims[axis]


def largest(windows: Any, inside: int) -> Any:
    """The largest entry over the last axes, so many as are inside of windows."""
    flat = windows.reshape(*windows.shape[: windows.ndim - inside], -1)
    # Through the place, not the value, so that a complex step passes.
    return np.take_along_axis(flat, np.real(flat).argmax(axis=-1)[..., None], -1)[..., 0]


def shared(windows: Any, adjoint: Any, value: Any, inside: int, equal: Any) -> Any:
    """An adjoint for each window, shared by the entries of the window that have its value."""
    spread = (..., *(None,) * inside)
    chosen = equal(np.real(windows), np.real(np.asarray(value))[spread])
    ties = chosen.sum(axis=tuple(range(-inside, 0)))
    return chosen * (adjoint / ties)[spread]
