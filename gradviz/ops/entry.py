"""One entry of a result, and what formulas are made of: reading an operand at computed places."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from gradviz import terms as t
from gradviz.ops.operation import Shape


class Entry(NamedTuple):
    """One entry of a result: its free indices, and the term at them.

    The operands are the atoms ``a0``, ``a1``, …; the result is ``u``, its adjoint ``g``.
    """

    indices: tuple[t.Index, ...]
    body: t.Term


def operand(place: int) -> str:
    """The name of an operand's atom.

    Examples
    --------
    >>> operand(0)
    'a0'
    """
    return f"a{place}"


Run = t.Index | int
"""An index along an axis; 0 along an axis of size one, which has none."""


def runs(shape: Shape) -> tuple[Run, ...]:
    """An index for each axis of a shape."""
    return tuple(0 if d == 1 else t.index(d) for d in shape)


def plain(found: Iterable[Run]) -> tuple[t.Index, ...]:
    """Those that are indices."""
    return tuple(i for i in found if not isinstance(i, int))


def moved(parts: Iterable[tuple[Run, t.Dim]], offset: t.Dim, size: t.Dim) -> t.Place:
    """The place ``Σ cᵢ i + offset`` along an axis."""
    terms: list[tuple[t.Unit, t.Dim]] = []
    for i, count in parts:
        if isinstance(i, int):
            offset = t.plus(offset, t.times(count, i))
        else:
            terms.append((i, count))
    return t.affine(terms, offset, 1, size)


def read(name: str, shape: Shape, places: Iterable[t.Place]) -> t.Term:
    """An operand at a place for each of its axes; those of size one have no index, and only a place 0."""
    kept: list[t.Place] = []
    factors: list[t.Term] = []
    for dim, place in zip(shape, places, strict=True):
        if dim != 1:
            kept.append(place)
        elif place != 0:
            factors.append(t.delta(place, 0))
    if t.OUTSIDE in kept:
        return t.ZERO
    return t.mul(*factors, t.Atom(name, tuple(kept)))


# Places as data ----------------------------------------------------------------------------


def encode(place: t.Place, axes: tuple[t.Index, ...]) -> tuple[object, ...]:
    """A place as data over the axes of a result: (terms, offset, divisor, size).

    Examples
    --------
    >>> i, k = t.index(4), t.index(3)
    >>> encode(t.affine([(i, 2), (k, 1)], -1, 1, 9), (i, k))
    (((0, 2), (1, 1)), -1, 1, 9)
    """
    if isinstance(place, int):
        return ((), place, 1, place + 1)
    if isinstance(place, t.Affine):
        return (tuple((_unit(u, axes), c) for u, c in place.terms), place.offset, place.divisor, place.size)
    return (((_unit(place, axes), 1),), 0, 1, place.size)


def _unit(u: t.Unit, axes: tuple[t.Index, ...]) -> object:
    return axes.index(u) if isinstance(u, t.Index) else (encode(u.flat, axes), u.radices, u.axis)


def decode(spec: tuple[object, ...], axes: tuple[Run, ...]) -> t.Place:
    """The place that data says, for given indices."""
    terms, offset, divisor, size = spec
    found: list[tuple[t.Unit, t.Dim]] = []
    for u, count in terms:  # type: ignore[attr-defined]
        if isinstance(u, int):
            here: t.Place = axes[u]
        else:
            flat, radices, axis = u
            here = t.digit(decode(flat, axes), radices, axis)
        if isinstance(here, t.Affine):
            # A digit that is simpler than one: whole, and on its axis.
            found += [(v, t.times(count, c)) for v, c in here.terms]
            offset = t.plus(offset, t.times(count, here.offset))  # type: ignore[arg-type]
        elif isinstance(here, int):
            offset = t.plus(offset, t.times(count, here))  # type: ignore[arg-type]
        else:
            found.append((here, count))
    return t.affine(found, offset, divisor, size)  # type: ignore[arg-type]
