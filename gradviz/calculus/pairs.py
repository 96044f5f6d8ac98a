"""Sums over pairs of entries: ``Σⱼ f(xᵢ − xⱼ)`` and ``Σⱼ f(xⱼ − xᵢ)`` as the same sum, where f is even or odd."""

from __future__ import annotations

from gradviz import terms as t

_EVEN = frozenset({"abs", "cos", "cosh"})
_ODD = frozenset({"sign", "tanh", "sin", "sinh", "tan", "arcsin", "arctan", "arcsinh", "erf", "softsign"})


def oriented(term: t.Term) -> t.Term:
    """A sum of sums with each difference of two entries read from the free index to the summed one.

    Examples
    --------
    >>> i, j = t.index(3), t.index(3)
    >>> there, back = (t.add(t.Atom("x", (a,)), t.negative(t.Atom("x", (b,)))) for a, b in ((i, j), (j, i)))
    >>> cubes = [t.Contract((j,), t.power(x, t.number(3))) for x in (there, back)]
    >>> oriented(t.add(*cubes)) == t.ZERO
    True
    """
    if not isinstance(term, t.Add) or sum(map(_has_pair, term.terms)) < 2:
        return term
    return t.add(*(_turned(x, frozenset()) for x in term.terms))


def _has_pair(term: t.Term) -> bool:
    """Whether a difference of two entries is summed in a term."""
    sums = (f for f in t.factors_of(term) if isinstance(f, t.Contract))
    return any(_exchanged(x) for s in sums for x in t.subterms(s.body))


def _exchanged(term: t.Term) -> tuple[t.Index, t.Index] | None:
    """The indices of a difference of two entries of one array: that of the one with a plus, and that of the other."""
    if not isinstance(term, t.Add) or len(term.terms) != 2:
        return None
    (count, first), (other, second) = map(t.split, term.terms)
    if count != -other or not isinstance(first, t.Atom) or not isinstance(second, t.Atom) or first.node != second.node:
        return None
    one, two = first.free - second.free, second.free - first.free
    if len(one) != 1 or len(two) != 1:
        return None
    (i,), (j,) = one, two
    if t.rename(first, {i: j}) != second:
        return None
    return (i, j) if count > 0 else (j, i)


def _turned(term: t.Term, bound: frozenset[t.Index]) -> t.Term:
    """A term with its differences turned, where indices of these are bound."""
    if isinstance(term, t.Contract):
        return t.contract(term.indices, _turned(term.body, bound.union(term.indices)))
    pair = _exchanged(term)
    if pair is not None:
        backwards = pair[0] in bound and pair[1] not in bound
        return t.Mul((t.MINUS_ONE, t.negative(term))) if backwards else term
    parts = t.children(term)
    if not parts:
        return term
    new = [_turned(p, bound) for p in parts]
    if isinstance(term, t.Pow) and isinstance(term.exponent, t.Number) and term.exponent.value.denominator == 1:
        return t.mul(*(t.power(f, term.exponent) for f in t.factors_of(new[0])))
    turned = len(new) == 1 and t.has_minus(new[0]) and not t.has_minus(parts[0])
    if turned and isinstance(term, t.Apply) and term.function in _EVEN | _ODD:
        there = t.apply(term.function, t.negative(new[0]))
        return there if term.function in _EVEN else t.negative(there)
    return t.rebuild(term, new)
