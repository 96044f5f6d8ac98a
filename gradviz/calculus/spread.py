"""Sums inside contractions, multiplied out."""

from __future__ import annotations

from gradviz import terms as t

_MANY = 6
"""A sum of more summands is not multiplied out."""


def spread(term: t.Term) -> t.Term:
    """A term with the sums inside its contractions multiplied out: each product may have a matrix form of its own.

    Examples
    --------
    >>> i, k = t.index(3), t.index(4)
    >>> q, b, c = t.Atom("Q", (k, i)), t.Atom("b", (k,)), t.Atom("c", (k,))
    >>> apart = t.add(t.contract([k], t.mul(q, b)), t.contract([k], t.mul(q, c)))
    >>> spread(t.contract([k], t.mul(q, t.add(b, c)))) == apart
    True
    """
    if isinstance(term, t.Add):
        return t.add(*(spread(x) for x in term.terms))
    if isinstance(term, t.Mul):
        parts = [spread(x) if isinstance(x, t.Contract) else x for x in term.factors]
        sums = [x for x, old in zip(parts, term.factors, strict=True) if x is not old and isinstance(x, t.Add)]
        if len(sums) != 1:
            return t.mul(*parts)
        rest = [x for x in parts if x is not sums[0]]
        return t.add(*(t.mul(*rest, x) for x in sums[0].terms))
    if not isinstance(term, t.Contract):
        return term
    factors = t.factors_of(term.body)
    for n, f in enumerate(factors):
        if isinstance(f, t.Add) and f.free and len(f.terms) <= _MANY:
            others = [*factors[:n], *factors[n + 1 :]]
            return t.add(*(t.freshen(spread(t.contract(term.indices, t.mul(*others, x)))) for x in f.terms))
    return term


def summand_by_summand(x: t.Contract, f: t.Term, others: list[t.Term], i: t.Place) -> list[t.Term]:
    """A sum of a factor with a group, apart, where some summands of the group are without the index of the sum.

    ``Σ p[i](1 + ln p[i])`` is ``Σ p[i] + Σ p[i] ln p[i]``; nothing where there is no such group.
    """
    found = [g for g in others if i in g.free]
    if i not in x.indices or len(found) != 1 or not isinstance(found[0], t.Add):
        return []
    group = found[0]
    if all(i in y.free for y in group.terms):
        return []
    rest = [g for g in others if g is not group]
    return [t.freshen(t.Contract(x.indices, t.mul(f, y, *rest))) for y in group.terms]
