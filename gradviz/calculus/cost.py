"""What a term costs to read, and what it divides by."""

from __future__ import annotations

from gradviz import terms as t


def cost(term: t.Term) -> float:
    """How long a term is to read: its names, numbers and signs.

    Examples
    --------
    >>> x, y = t.Atom("x"), t.Atom("y")
    >>> cost(t.mul(x, t.add(x, y))) < cost(t.add(t.mul(x, x), t.mul(x, y)))
    True
    """
    try:
        return term.cost
    except AttributeError:
        term.cost = _cost(term)
        return term.cost


def _cost(term: t.Term) -> float:
    if isinstance(term, t.Number):
        return 1.0 if term.value.denominator == 1 else 2.0
    if isinstance(term, t.Add):
        return sum(cost(x) for x in term.terms) + len(term.terms) - 1
    if isinstance(term, t.Mul):
        sign = 0.5 if term.factors[0] == t.MINUS_ONE else 0.0
        rest = term.factors[1:] if sign else term.factors
        return sign + sum(cost(x) for x in rest) + 0.5 * (len(rest) - 1)
    if isinstance(term, t.Pow):
        exponent = 0.5 if term.exponent == t.MINUS_ONE else cost(term.exponent) * 0.75
        return cost(term.base) + exponent
    if isinstance(term, t.Apply):
        return 1.0 + sum(cost(x) for x in term.arguments)
    if isinstance(term, t.Contract):
        return 1.0 + cost(term.body)
    return 1.0


def denominators(term: t.Term) -> set[t.Term]:
    """All that a term divides by; what has a symbol with a minus as its exponent may be among it."""
    return {x.base for x in t.subterms(term) if isinstance(x, t.Pow) and t.split(x.exponent)[0] < 0}


def divisors(term: t.Term) -> dict[t.Term, None]:
    """All that a term divides by, numbers apart, in the order in which it stands there."""
    powers = [x for x in t.subterms(term) if isinstance(x, t.Pow)]
    below = [x.base for x in powers if isinstance(x.exponent, t.Number) and x.exponent.value < 0]
    return dict.fromkeys(base for base in below if any(True for _ in t.atoms(base)))
