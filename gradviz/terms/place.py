"""Places: where along an axis an atom is read.

A plain `Index` runs over the whole axis. An `Affine` place, ``(Σ cᵤ u + offset)/divisor``, says shifts, strides and
dilations: ``x[2i + k − 1]``. It knows the size of the axis that it reads: outside of it, and where the quotient is not
whole, what is read is 0. A `Digit` is one digit of a number in mixed radix, which is what reshaping reads at:
``k // n`` and ``k mod n``. All three are closed under putting places for indices.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from math import gcd
from typing import NamedTuple, TypeAlias

from gradviz.terms.size import Dim, at_least_zero, divided, minus, plus, times

_NONE: frozenset[Index] = frozenset()
_ids = itertools.count()

OUTSIDE = -1
"""A fixed place at which nothing is: what is read there is 0."""


class Index(NamedTuple):
    """A free or summed index: its identity, how far it runs, and whether it runs along a row (of one axis)."""

    id: int
    size: Dim
    row: bool = False


def index(size: Dim, *, row: bool = False) -> Index:
    """An index that nothing else uses."""
    return Index(next(_ids), size, row)


class Affine:
    """``(Σ cᵤ u + offset)/divisor`` along an axis of the given size; see `affine`, which makes it."""

    __slots__ = ("_hash", "divisor", "free", "offset", "size", "terms")

    def __init__(self, terms: tuple[tuple[Unit, Dim], ...], offset: Dim, divisor: int, size: Dim) -> None:
        self.terms = terms
        self.offset = offset
        self.divisor = divisor
        self.size = size
        self.free: frozenset[Index] = _NONE.union(*(_free(u) for u, _ in terms))
        self._hash = hash((frozenset(terms), offset, divisor, size))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Affine)
            and self._hash == other._hash
            and (self.offset, self.divisor, self.size) == (other.offset, other.divisor, other.size)
            and frozenset(self.terms) == frozenset(other.terms)
        )

    def __repr__(self) -> str:
        inside = " + ".join([*(f"{c}·{u}" for u, c in self.terms), str(self.offset)])
        return f"Affine(({inside})/{self.divisor} of {self.size})"


class Digit:
    """A digit of a number in mixed radix; the number is always below the product of the radices."""

    __slots__ = ("_hash", "axis", "flat", "free", "radices")

    def __init__(self, flat: Affine, radices: tuple[Dim, ...], axis: int) -> None:
        self.flat = flat
        self.radices = radices
        self.axis = axis
        self.free = flat.free
        self._hash = hash((flat, radices, axis))

    @property
    def size(self) -> Dim:
        """How many values the digit has."""
        return self.radices[self.axis]

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Digit)
            and self._hash == other._hash
            and (self.flat, self.radices, self.axis) == (other.flat, other.radices, other.axis)
        )

    def __repr__(self) -> str:
        return f"Digit({self.flat}, {self.radices}, {self.axis})"


Unit: TypeAlias = Index | Digit
"""What runs through all of 0, …, size − 1 or a part of it, and never outside."""
Place: TypeAlias = Index | int | Affine | Digit
"""Where an atom is read along one axis: at an index, at a fixed entry (from 0), or at a computed place."""


def _free(u: Unit) -> frozenset[Index]:
    return frozenset((u,)) if isinstance(u, Index) else u.free


def indices_in(place: Place) -> Iterator[Index]:
    """The indices in a place, in order, repeated as they are."""
    if isinstance(place, Index):
        yield place
    elif isinstance(place, Affine):
        for u, _ in place.terms:
            yield from indices_in(u)
    elif isinstance(place, Digit):
        yield from indices_in(place.flat)


def place_free(place: Place) -> frozenset[Index]:
    """The indices that a place depends on."""
    if isinstance(place, int):
        return _NONE
    return frozenset((place,)) if isinstance(place, Index) else place.free


def affine(terms: Iterable[tuple[Unit, Dim]], offset: Dim, divisor: int, size: Dim) -> Place:
    """The place ``(Σ cᵤ u + offset)/divisor`` of an axis, in its simplest form.

    Examples
    --------
    >>> i = index(4)
    >>> affine([(i, 1)], 0, 1, 4) == i, affine([(i, 2), (i, -2)], 6, 2, 5), affine([], 7, 1, 5) == OUTSIDE
    (True, 3, True)
    >>> affine([(i, 1)], 5, 1, 5) == OUTSIDE
    True
    """
    counts: dict[Unit, Dim] = {}
    for u, c in terms:
        counts[u] = plus(counts[u], c) if u in counts else c
    if any(isinstance(u, Digit) for u in counts):
        offset = _joined(counts, offset)
    kept = [(u, c) for u, c in counts.items() if c != 0]
    if divisor < 0:
        kept, offset, divisor = [(u, minus(c)) for u, c in kept], minus(offset), -divisor
    if divisor > 1:
        common = gcd(divisor, *(_content(c) for _, c in kept), _content(offset))
        if common > 1:
            kept = [(u, _over(c, common)) for u, c in kept]
            offset, divisor = _over(offset, common), divisor // common
    if not kept and isinstance(offset, int):
        value, rest = divmod(offset, divisor)
        inside = not rest and value >= 0 and (not isinstance(size, int) or value < size)
        return value if inside else OUTSIDE
    if len(kept) == 1 and kept[0][1] == 1 and offset == 0 and divisor == 1 and kept[0][0].size == size:
        return kept[0][0]
    return OUTSIDE if _never_inside(kept, offset, divisor, size) else Affine(tuple(kept), offset, divisor, size)


def _never_inside(terms: list[tuple[Unit, Dim]], offset: Dim, divisor: int, size: Dim) -> bool:
    """Whether a place is beside its axis, whatever its indices are."""
    low, high = bounds(terms, offset)
    return at_least_zero(plus(-1, minus(high))) or at_least_zero(plus(low, times(-divisor, size)))


def _joined(counts: dict[Unit, Dim], offset: Dim) -> Dim:
    """Put numbers in the place of all their digits: ``2 ⌊q/2⌋ + q mod 2`` is q; gives the new offset."""
    for u in list(counts):
        if not isinstance(u, Digit) or u.axis != len(u.radices) - 1 or u not in counts:
            continue
        digits = [digit(u.flat, u.radices, n) for n in range(len(u.radices))]
        count = counts[u]
        weights = [times(count, *u.radices[n + 1 :]) for n in range(len(u.radices))]
        here = [(d, w) for d, w in zip(digits, weights, strict=True) if isinstance(d, Index | Digit)]
        if len(here) < len(digits) or any(counts.get(d) != w for d, w in here):
            continue
        for d, _ in here:
            del counts[d]
        offset = plus(offset, times(count, u.flat.offset))
        for v, c in u.flat.terms:
            counts[v] = plus(counts.get(v, 0), times(count, c))
    return offset


def _content(dim: Dim) -> int:
    if isinstance(dim, int):
        return abs(dim)
    parts = getattr(dim, "parts", (((), 1),))
    return gcd(*(c for _, c in parts))


def _over(dim: Dim, number: int) -> Dim:
    result = divided(dim, number)
    assert result is not None
    return result


def digit(flat: Place, radices: tuple[Dim, ...], axis: int) -> Place:
    """One digit of a number that is below the product of the radices, in its simplest form.

    Examples
    --------
    >>> i, j = index(3), index(4)
    >>> flat = numeral((i, j))
    >>> digit(flat, (3, 4), 0) == i, digit(flat, (3, 4), 1) == j, digit(7, (3, 4), 1)
    (True, True, 3)
    """
    number = _as_affine(flat, times(*radices))
    if not number.terms and isinstance(number.offset, int):
        below, size = times(*radices[axis + 1 :]), radices[axis]
        if isinstance(below, int) and isinstance(size, int):
            return number.offset // below % size
    if number.divisor != 1 or number.offset != 0:
        return Digit(number, radices, axis)
    # Where digits stand for themselves, what is before and behind them does not matter.
    for m in range(axis + 1, len(radices)):
        parts = _split(number.terms, times(*radices[m:]))
        if parts is not None:
            whole = Affine(tuple(parts[0]), 0, 1, times(*radices[:m]))
            return digit(whole, radices[:m], axis)
    for m in range(axis, 0, -1):
        parts = _split(number.terms, times(*radices[m:]))
        if parts is not None:
            rest = Affine(tuple(parts[1]), 0, 1, times(*radices[m:]))
            return digit(rest, radices[m:], axis - m)
    if len(radices) == 1 and _within(list(number.terms), radices[0]):
        return affine(number.terms, 0, 1, radices[0])
    return Digit(number, radices, axis)


def _split(
    terms: tuple[tuple[Unit, Dim], ...], base: Dim
) -> tuple[list[tuple[Unit, Dim]], list[tuple[Unit, Dim]]] | None:
    """A number as its quotient and its rest by a base, if each of its terms goes to one of them."""
    high: list[tuple[Unit, Dim]] = []
    low: list[tuple[Unit, Dim]] = []
    for u, c in terms:
        whole = divided(c, base)
        if whole is None:
            low.append((u, c))
        else:
            high.append((u, whole))
    return (high, low) if _within(low, base) else None


def _within(terms: list[tuple[Unit, Dim]], bound: Dim) -> bool:
    """Whether a sum is surely from 0 to below a bound."""
    low, high = bounds(terms, 0)
    return low is not None and at_least_zero(low) and at_least_zero(plus(bound, -1, minus(high)))


def bounds(terms: Iterable[tuple[Unit, Dim]], offset: Dim) -> tuple[Dim, Dim]:
    """The least and the greatest value of ``Σ cᵤ u + offset``."""
    low = high = offset
    for u, c in terms:
        most = times(c, plus(u.size, -1))
        if at_least_zero(c):
            high = plus(high, most)
        elif at_least_zero(minus(c)):
            low = plus(low, most)
        else:  # a coefficient of no known sign: no bound that anything could be told from
            return times(-1, "∞"), "∞"
    return low, high


def numeral(places: tuple[Unit, ...]) -> Place:
    """The number that places are the digits of: where an entry of an array stands when it is laid flat by rows."""
    sizes = [p.size for p in places]
    terms = [(p, times(*sizes[n + 1 :])) for n, p in enumerate(places)]
    return affine(terms, 0, 1, times(*sizes))


def is_numeral(place: Place) -> tuple[Unit, ...] | None:
    """The digits of a number in the order of their weight, if the place is all of one: ``n i + j`` with j below n."""
    if not isinstance(place, Affine) or place.divisor != 1 or place.offset != 0 or not place.terms:
        return None
    left = list(place.terms)
    weight: Dim = 1
    found: list[Unit] = []
    while left:
        following = next((t for t in left if t[1] == weight), None)
        if following is None:
            return None
        left.remove(following)
        found.insert(0, following[0])
        weight = times(weight, following[0].size)
    return tuple(found) if weight == place.size else None


def always_inside(place: Place) -> bool:
    """Whether a place is whole and on its axis, whatever its indices are."""
    if not isinstance(place, Affine):
        return place != OUTSIDE
    if place.divisor != 1:
        return False
    low, high = bounds(place.terms, place.offset)
    return at_least_zero(low) and at_least_zero(plus(place.size, -1, minus(high)))


def _as_affine(place: Place, size: Dim) -> Affine:
    if isinstance(place, Affine):
        return place
    if isinstance(place, int):
        return Affine((), place, 1, size)
    return Affine(((place, 1),), 0, 1, size)


def put(place: Place, names: Mapping[Index, Place]) -> Place:
    """A place with other places for indices in it; only the numbers count, not whether what is put is on its axis."""
    if isinstance(place, int):
        return place
    if isinstance(place, Index):
        return names.get(place, place)
    if place.free.isdisjoint(names):
        return place
    if isinstance(place, Digit):
        flat = put(place.flat, names)
        return OUTSIDE if flat == OUTSIDE else digit(flat, place.radices, place.axis)
    new = [(put(u, names), c) for u, c in place.terms]
    if any(u == OUTSIDE for u, _ in new):
        return OUTSIDE
    scale = 1
    for u, _ in new:
        if isinstance(u, Affine):
            scale = scale * u.divisor // gcd(scale, u.divisor)
    terms: list[tuple[Unit, Dim]] = []
    offset = times(place.offset, scale)
    for u, c in new:
        if isinstance(u, int):
            offset = plus(offset, times(c, scale * u))
        elif isinstance(u, Affine):
            by = scale // u.divisor
            terms += [(v, times(c, d, by)) for v, d in u.terms]
            offset = plus(offset, times(c, u.offset, by))
        else:
            terms.append((u, times(c, scale)))
    return affine(terms, offset, place.divisor * scale, place.size)


def solved(u: Index, place: Affine, value: Place) -> Place | None:
    """Where an index stands when a place has a value: ``i = (q − k + p)/s`` of ``q = s i + k − p``.

    None where the index has no coefficient of its own in the place.
    """
    count = next((c for v, c in place.terms if v == u), None)
    if not isinstance(count, int) or any(u in _free(v) for v, _ in place.terms if v != u):
        return None
    if u in place_free(value):
        return None
    other = _as_affine(value, place.size)
    # divisor · value = count u + rest
    terms: list[tuple[Unit, Dim]] = [(v, times(place.divisor, c)) for v, c in other.terms]
    terms += [(v, times(-other.divisor, c)) for v, c in place.terms if v != u]
    offset = plus(times(place.divisor, other.offset), times(-other.divisor, place.offset))
    return affine(terms, offset, count * other.divisor, u.size)
