"""Which entries of lists a product, a slice or a reading takes, worked out once for each operation and its axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import product, repeat
from math import prod
from operator import itemgetter, mul
from typing import Any

import numpy as np

from gradviz.numeric.arrays import product as array_product
from gradviz.numeric.places import read

_FEW = 2048

Pick = Callable[[Any], Any]


@lru_cache(maxsize=1024)
def entries_at(places: Any, dims: tuple[int, ...]) -> int | list[int]:
    """Where the entries of a slice are in a list; one number where it is one entry.

    Examples
    --------
    >>> entries_at((None, 1), (2, 3)), entries_at((1, 1), (2, 3))
    ([1, 4], 4)
    """
    grid: Any = np.arange(prod(dims)).reshape(dims)[tuple([slice(None) if i is None else i for i in places])]
    return grid.ravel().tolist() if grid.shape else int(grid)


@lru_cache(maxsize=256)
def places_read(
    specs: Any, shape: tuple[Any, ...], dims: tuple[int, ...], sizes: tuple[tuple[str, int], ...]
) -> list[int]:
    """Where the entries are that are read at computed places, counted from 1; 0 beside an axis."""
    grid = np.arange(1, prod(dims) + 1).reshape(dims)
    found: list[int] = np.asarray(read(grid, specs, shape, dict(sizes))).ravel().tolist()
    return found


@lru_cache(maxsize=512)
def products(attr: Any, dims: tuple[tuple[int, ...], ...]) -> Callable[[Sequence[Any]], Any]:
    """How to compute a sum of products of entries.

    Parameters
    ----------
    attr : pair
        The axes of each operand, and those of the result; others are summed.
    dims : tuple of tuple of int
        How long the axes of each operand are.

    Examples
    --------
    >>> products((((0, 1), (1,)), (0,)), ((2, 3), (3,)))([[1, 2, 3, 4, 5, 6], [1, 10, 100]])
    [321, 654]
    """
    axes_in, out = attr
    size = {a: d for axes, given in zip(axes_in, dims, strict=True) for a, d in zip(axes, given, strict=True)}
    order = (*out, *(a for a in size if a not in out))
    if prod(size.values()) > _FEW:
        return lambda x: _by_arrays(attr, dims, x)
    grid = list(product(*(range(size[a]) for a in order)))
    picks = [
        _pick([_flat(at, order, axes, given) for at in grid], given) for axes, given in zip(axes_in, dims, strict=True)
    ]
    run = prod(size[a] for a in order[len(out) :])

    def compute(x: Sequence[Any]) -> Any:
        found = picks[0](x[0])
        for pick, v in zip(picks[1:], x[1:], strict=True):
            found = map(mul, found, pick(v))
        entries = list(found)
        if run > 1:
            entries = [sum(entries[i + 1 : i + run], entries[i]) for i in range(0, len(entries), run)]
        return entries if out else entries[0]

    return compute


def _flat(at: tuple[int, ...], order: tuple[Any, ...], axes: tuple[Any, ...], dims: tuple[int, ...]) -> int:
    """Where an entry is in a list."""
    where = dict(zip(order, at, strict=True))
    place = 0
    for a, d in zip(axes, dims, strict=True):
        place = place * d + where[a]
    return place


def _pick(places: list[int], dims: tuple[int, ...]) -> Pick:
    """What takes entries from a list; a number is taken as often as there are places."""
    count = len(places)
    if not dims:
        return lambda v: repeat(v, count)
    if places == list(range(prod(dims))):
        return lambda v: v
    if count == 1:
        return lambda v: [v[places[0]]]
    return itemgetter(*places)


# Large ones ------------------------------------------------------------------------------------------


def _by_arrays(attr: Any, dims: tuple[tuple[int, ...], ...], x: Sequence[Any]) -> Any:
    arrays = []
    for v, given in zip(x, dims, strict=True):
        made: Any = np.empty(prod(given), dtype=object)
        made[:] = v if given else [v]
        arrays.append(made.reshape(given))
    found = array_product(attr, _sum_of_products)(arrays)
    return found.ravel().tolist() if getattr(found, "shape", None) else found


def _sum_of_products(axes_in: Any, out: Any, x: list[Any]) -> Any:
    """The product of all entries, spread over all axes, and summed; NumPy's own is not sure for objects."""
    order = (*out, *dict.fromkeys(a for axes in axes_in for a in axes if a not in out))
    found: Any = None
    for axes, v in zip(axes_in, x, strict=True):
        kept = tuple(dict.fromkeys(axes))
        entries = v if len(kept) == len(axes) else _diagonal(v, axes, kept)
        turn = sorted(range(len(kept)), key=lambda n: order.index(kept[n]))
        spread = entries.transpose(turn)[tuple([slice(None) if a in kept else None for a in order])]
        found = spread if found is None else found * spread
    summed = tuple(range(len(out), len(order)))
    return found.sum(axis=summed) if summed else found


def _diagonal(v: Any, axes: Any, kept: Any) -> Any:
    """Entries whose places along some axes are the same."""
    size = dict(zip(axes, v.shape, strict=True))
    grid = dict(zip(kept, np.ogrid[tuple(slice(0, size[a]) for a in kept)], strict=True))
    return v[tuple(grid[a] for a in axes)]
