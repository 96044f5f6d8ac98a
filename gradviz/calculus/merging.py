"""Sums over the same indices that differ in one factor, ``C X B Bᵀ + Cᵀ X B Bᵀ = (C + Cᵀ) X B Bᵀ``, or in none."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence

from gradviz import terms as t

_MOST = 8
"""Factors of a sum that is looked at: more are not gone through."""


def joined(first: t.Contract, second: t.Contract) -> t.Term | None:
    """The two as one sum, where all factors but one of each are the same.

    Examples
    --------
    >>> i, j, k = t.index(3), t.index(3), t.index(2)
    >>> def entry(a, b):
    ...     return t.Contract((j, k), t.mul(t.Atom("C", (a, b)), t.Atom("X", (j, k)), t.Atom("b", (k,))))
    >>> found = joined(entry(i, j), entry(j, i))
    >>> t.add(t.Atom("C", (i, j)), t.Atom("C", (j, i))) in found.body.factors
    True
    """
    left, right = t.factors_of(first.body), t.factors_of(second.body)
    if len(first.indices) != len(second.indices) or len(left) != len(right) or not 1 < len(left) <= _MOST:
        return None
    for n, f in enumerate(left):
        rest = [*left[:n], *left[n + 1 :]]
        for m, g in enumerate(right):
            others = [*right[:m], *right[m + 1 :]]
            for names in _matched(rest, others, first.indices, second.indices, {}):
                if len(names) < len(second.indices):
                    continue
                other = t.rename(g, names)
                if f.free == other.free and f != other:
                    return t.Contract(first.indices, t.mul(*left[:n], t.add(f, other), *left[n + 1 :]))
    return None


def collected(term: t.Add) -> t.Term:
    """Summands that differ in the order of their factors and the names of summed indices, as one.

    Examples
    --------
    >>> i, j, k, l = (t.index(3) for _ in range(4))
    >>> first = t.Contract((k, l), t.mul(t.Atom("A", (i, k)), t.Atom("A", (k, l)), t.Atom("A", (l, j))))
    >>> second = t.Contract((k, l), t.mul(t.Atom("A", (l, k)), t.Atom("A", (i, l)), t.Atom("A", (k, j))))
    >>> collected(t.Add((first, second))) == t.mul(t.number(2), first)
    True
    """
    if sum(isinstance(f, t.Contract) and len(f.indices) > 1 for x in term.terms for f in t.factors_of(x)) < 2:
        return term
    firsts: dict[Hashable, t.Term] = {}
    found = []
    for x in term.terms:
        count, rest = t.split(x)
        same = firsts.setdefault(frozenset(map(_said, t.factors_of(rest))), rest)
        found.append(t.mul(t.number(count), same))
    return t.add(*found) if len(firsts) < len(found) else term


def _said(factor: t.Term) -> Hashable:
    """What a factor says, whatever the order of what it is a product of, as far as that is told step by step."""
    if not isinstance(factor, t.Contract) or len(factor.indices) < 2:
        return factor
    bound = frozenset(factor.indices)
    ranks: dict[t.Index, t.Place] = {}
    left = list(t.factors_of(factor.body))
    said: list[Hashable] = []
    while left:
        n = min(range(len(left)), key=lambda k: _readiness(left[k], bound, ranks))
        f = left.pop(n)
        for i in _places(f):
            if i in bound and i not in ranks:
                ranks[i] = t.Index(-(1 << 20) - len(ranks), i.size)
        said.append(t.rename(f, {i: p for i, p in ranks.items() if i in f.free}))
    return tuple(said)


def _readiness(f: t.Term, bound: frozenset[t.Index], ranks: Mapping[t.Index, t.Place]) -> tuple[bool, int, str, object]:
    """What is joined to others already comes first, and of that what has few new indices: however it is spelled."""
    new = len(f.free & bound - ranks.keys())
    plain = isinstance(f, t.Atom) and all(isinstance(i, t.Index) for i in f.indices)
    if not isinstance(f, t.Atom) or not plain:
        return len(f.free) == new, new, type(f).__name__, (t.weight(f),)
    places = (_rank(i, bound, ranks) for i in f.indices if isinstance(i, t.Index))
    return len(f.free) == new, new, f"{f.node}", tuple(places)


def _rank(i: t.Index, bound: frozenset[t.Index], ranks: Mapping[t.Index, t.Place]) -> int:
    """A number for an index: its own where it is free, 0 where it has no rank yet."""
    place = ranks.get(i)
    return place.id if isinstance(place, t.Index) else 0 if i in bound else i.id


def _places(f: t.Term) -> Iterator[t.Index]:
    for p in t.places(f):
        yield from (p,) if isinstance(p, t.Index) else ()
        if not isinstance(p, t.Index | int):
            yield from t.indices_in(p)


def _matched(
    left: Sequence[t.Term],
    right: Sequence[t.Term],
    bound: tuple[t.Index, ...],
    others: tuple[t.Index, ...],
    names: dict[t.Index, t.Place],
) -> Iterator[dict[t.Index, t.Place]]:
    """The ways to call the second's bound indices as the first's, so that the factors are the same."""
    if not left:
        yield names
        return
    wanted = left[0]
    for m, f in enumerate(right):
        found = _same(wanted, f, bound, others, names)
        if found is not None:
            yield from _matched(left[1:], [*right[:m], *right[m + 1 :]], bound, others, found)


def _same(
    one: t.Term,
    other: t.Term,
    bound: tuple[t.Index, ...],
    others: tuple[t.Index, ...],
    names: dict[t.Index, t.Place],
) -> dict[t.Index, t.Place] | None:
    """The names with those that make one factor the other."""
    if type(one) is not type(other):
        return None
    if not isinstance(one, t.Atom) or not isinstance(other, t.Atom):
        return names if t.rename(other, names) == one and not other.free - names.keys() & set(others) else None
    if one.node != other.node or len(one.indices) != len(other.indices):
        return None
    found = dict(names)
    for i, j in zip(one.indices, other.indices, strict=True):
        if isinstance(j, t.Index) and j in others:
            if i not in bound or found.setdefault(j, i) != i:
                return None
        elif i != j:
            return None
    return found if len(set(found.values())) == len(found) else None
