"""Sums over the same indices that differ in one factor alone: ``C X B Bᵀ + Cᵀ X B Bᵀ = (C + Cᵀ) X B Bᵀ``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
