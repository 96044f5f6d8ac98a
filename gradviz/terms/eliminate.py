"""Which indices a sum may lose to a delta of a computed place.

``Σ_i g[i] δ(q, i + k)`` is ``g[q − k]``: the delta says where i stands. But q − k may be no place on the axis of i; the
sum has no such summand then, so what stands beside the delta must be 0 there. It surely is where the place is always
on its axis, or where a factor reads the whole axis at i itself: an atom is 0 beside its axis. And nothing else may be
undefined there, since 0/0 is not 0. Where this is not sure, the delta stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gradviz.terms.place import (
    Affine,
    Digit,
    Index,
    Place,
    always_inside,
    bounds,
    digit,
    is_numeral,
    numeral,
    place_free,
    solved,
)
from gradviz.terms.size import Dim, at_least_zero, minus, plus, times
from gradviz.terms.term import Add, Apply, Atom, Contract, Delta, Mul, Number, Pow, Term, children, rename, subterms

_PARTIAL = frozenset({"ln", "log2", "log10", "log1p", "tan", "arcsin", "arccos", "arctanh"})
"""Functions that are not defined everywhere."""

THROUGH_ZERO = frozenset(
    {"tanh", "sin", "sinh", "arcsinh", "arctan", "erf", "abs", "sign", "relu", "expm1", "log1p", "sqrt", "cbrt"}
)
"""Functions of one argument that are 0 at 0."""


def elimination(d: Delta, bound: Sequence[Index], factors: Sequence[Term]) -> Mapping[Index, Place] | None:
    """What bound indices are, by a delta of a computed place among the factors; None where none may go."""
    right = d.right
    rest = [f for f in factors if f is not d]
    if isinstance(right, Digit):
        names = _digits(right, bound, factors)
        if names is None and d.left in bound and d.left not in right.free and not _comes_back(rest, d.left, right):
            return {d.left: right}  # a digit is always on its axis
        return names
    assert isinstance(right, Affine)
    if d.left in bound and d.left not in right.free and always_inside(right) and not _comes_back(rest, d.left, right):
        return {d.left: right}
    units = is_numeral(right)
    if units is not None and d.left not in right.free and all(isinstance(u, Index) and u in bound for u in units):
        radices = tuple(u.size for u in units)
        names = {u: digit(d.left, radices, n) for n, u in enumerate(units) if isinstance(u, Index)}
        if not any(_comes_back(rest, u, p) for u, p in names.items()):
            return names
    for i in bound:
        place: Place | None = None
        if i == d.left:
            place = right if i not in right.free else None
        elif i in right.free:
            place = solved(i, right, d.left)
        if place is None or _comes_back(rest, i, place):
            continue
        reach = bounds(place.terms, place.offset) if isinstance(place, Affine) and place.divisor == 1 else None
        if always_inside(place) or (any(vanishes(f, i, reach) for f in rest) and all(harmless(f, i) for f in rest)):
            return {i: place}
    return None


def comes_back(term: Term, i: Index, place: Place) -> bool:
    """Whether a delta would need a new index to say that two computed places are one."""
    deltas = [x for x in subterms(term) if isinstance(x, Delta) and x.left == i] if i in term.free else []
    return any(isinstance(rename(x, {i: place}), Contract) for x in deltas)


def _comes_back(rest: Sequence[Term], i: Index, place: Place) -> bool:
    return any(comes_back(f, i, place) for f in rest)


def _digits(one: Digit, bound: Sequence[Index], factors: Sequence[Term]) -> Mapping[Index, Place] | None:
    """The indices of a number all of whose digits are told."""
    if isinstance(one.flat, Affine) and len(one.flat.terms) == 1 and one.flat.terms[0][1] == 1:
        units: tuple[object, ...] | None = (one.flat.terms[0][0],) if one.flat.offset == 0 else None
    else:
        units = is_numeral(one.flat)
    if units is None or not all(isinstance(u, Index) and u in bound for u in units):
        return None
    told: dict[int, Index] = {}
    for f in factors:
        right = f.right if isinstance(f, Delta) else None
        if not isinstance(f, Delta) or not isinstance(right, Digit) or f.left in one.free:
            continue
        if (right.flat, right.radices) == (one.flat, one.radices):
            told.setdefault(right.axis, f.left)
    if len(told) < len(one.radices):
        return None
    flat = numeral(tuple(told[n] for n in range(len(one.radices))))
    indices = tuple(u for u in units if isinstance(u, Index))
    radices = tuple(u.size for u in indices)
    if times(*radices) != times(*one.radices):
        return None  # not every number is one that the indices have
    names = {u: digit(flat, radices, n) for n, u in enumerate(indices)}
    mine = {Delta(told[n], Digit(one.flat, one.radices, n)) for n in told}
    rest = [f for f in factors if f not in mine]
    return None if any(_comes_back(rest, u, p) for u, p in names.items()) else names


def vanishes(term: Term, i: Index, reach: tuple[Dim, Dim] | None = None) -> bool:
    """Whether a term is 0 wherever an index is not a whole place of its axis.

    Parameters
    ----------
    term : Term
    i : Index
    reach : (size, size), optional
        The least and the greatest number that the index may be; any, where not given.
    """
    if isinstance(term, Atom):
        return any(_guards(p, i, reach) for p in term.indices)
    if isinstance(term, Delta):
        return _guards(term.left, i, reach) or _guards(term.right, i, reach)
    if isinstance(term, Mul):
        return any(vanishes(f, i, reach) for f in term.factors)
    if isinstance(term, Add):
        return all(vanishes(x, i, reach) for x in term.terms)
    if isinstance(term, Contract):
        return vanishes(term.body, i, reach)
    if isinstance(term, Pow):
        return isinstance(term.exponent, Number) and term.exponent.value > 0 and vanishes(term.base, i, reach)
    if isinstance(term, Apply):
        return term.function in THROUGH_ZERO and vanishes(term.arguments[0], i, reach)
    return False


def _guards(place: Place, i: Index, reach: tuple[Dim, Dim] | None) -> bool:
    """Whether a place is on its axis only where an index is on its own."""
    if place == i:
        return True
    if not isinstance(place, Affine) or place.divisor != 1:
        return False
    count = next((c for u, c in place.terms if u == i), 0)
    if count not in (1, -1) or any(u != i and i in place_free(u) for u, _ in place.terms):
        return False
    # i = ±(place − rest), and the place is from 0 to below its size.
    low, high = bounds([(u, c) for u, c in place.terms if u != i], place.offset)
    top = plus(place.size, -1)
    if count == 1:
        least, most = minus(high), plus(top, minus(low))
    else:
        least, most = plus(low, minus(top)), high
    last = plus(i.size, -1)
    starts, ends = reach if reach is not None else (minus(1), plus(last, 1))
    return (at_least_zero(least) or at_least_zero(starts)) and (
        at_least_zero(plus(last, minus(most))) or at_least_zero(plus(last, minus(ends)))
    )


def harmless(term: Term, i: Index) -> bool:
    """Whether a term is a number even where an index is no place of its axis, and atoms read there are 0."""
    if i not in term.free:
        return True
    if isinstance(term, Pow):
        e = term.exponent
        if not isinstance(e, Number) or e.value <= 0 or e.value.denominator != 1:
            return False
    if isinstance(term, Apply) and term.function in _PARTIAL:
        return False
    return all(harmless(t, i) for t in children(term))


def affine_deltas(terms: Iterable[Term]) -> bool:
    """Whether there is a delta of a computed place among terms."""
    return any(isinstance(t, Delta) and isinstance(t.right, Affine | Digit) for t in terms)
