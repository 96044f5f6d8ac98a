"""Sums of many summands: what can be done to them in time that grows no faster than they do."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import gcd

from gradviz import terms as t
from gradviz.calculus.cost import cost
from gradviz.calculus.merging import collected
from gradviz.calculus.order import plus_first

MANY = 16
"""Summands that are looked at in pairs and multiplied out; of more, only what all of them share is drawn out."""


def shortened(term: t.Term) -> t.Term:
    """A sum with what is alike collected, and what all summands share drawn out; of a few summands, as it is."""
    whole = level(term) if isinstance(term, t.Add) else term
    whole = collected(whole) if isinstance(whole, t.Add) else whole
    return plus_first(drawn_out(whole) if isinstance(whole, t.Add) and len(whole.terms) > MANY else whole)


def level(term: t.Add) -> t.Add:
    """``a − (b + c)`` as ``a − b − c``."""
    if all(len(_taken(x)) == 1 for x in term.terms):
        return term
    level = t.add(*(y for x in term.terms for y in _taken(x)))
    return level if isinstance(level, t.Add) else term


def _taken(x: t.Term) -> tuple[t.Term, ...]:
    """The summands of a sum that is subtracted; of anything else, itself."""
    if isinstance(x, t.Mul) and len(x.factors) == 2 and x.factors[0] == t.MINUS_ONE:
        inner = x.factors[1]
        return tuple(map(t.negative, inner.terms)) if isinstance(inner, t.Add) else (x,)
    return (x,)


def drawn_out(term: t.Add) -> t.Term:
    """A sum with what all summands have as a factor before it, where that is shorter.

    Examples
    --------
    >>> x, y, z = t.Atom("x"), t.Atom("y"), t.Atom("z")
    >>> found = drawn_out(t.add(t.mul(x, x, y), t.mul(x, z)))
    >>> found == t.mul(x, t.add(t.mul(x, y), z))
    True
    """
    split = [t.split(x) for x in term.terms]
    powers = [_powers(rest) for _, rest in split]
    common = dict(powers[0])
    for other in powers[1:]:
        common = {b: _least(e, other[b]) for b, e in common.items() if b in other and _alike(e, other[b])}
        if not common:
            break
    number = _common([count for count, _ in split]) if common or not _has_products(term) else Fraction(1)
    before = [t.power(b, t.number(e)) for b, e in common.items()]
    less = [t.power(b, t.number(-e)) for b, e in common.items()]
    inner = t.add(*(t.mul(t.number(count / number), rest, *less) for count, rest in split))
    found = t.mul(t.number(number), *before, inner)
    return found if cost(found) < cost(term) else term


def _has_products(term: t.Add) -> bool:
    """Whether a sum has matrix products, each of which keeps its number: ``2λ w + 2Xᵀ r``."""
    return any(isinstance(x, t.Contract) and x.free for x in t.subterms(term))


def _powers(term: t.Term) -> Mapping[t.Term, Fraction]:
    """The factors of a product with their exponents, as far as these are numbers."""
    pairs = (t.base_exponent(f) for f in t.factors_of(term))
    return {b: e.value for b, e in pairs if isinstance(e, t.Number) and not isinstance(b, t.Number)}


def _alike(one: Fraction, other: Fraction) -> bool:
    return (one > 0) == (other > 0)


def _least(one: Fraction, other: Fraction) -> Fraction:
    return min(one, other, key=abs)


def _common(counts: list[Fraction]) -> Fraction:
    """What numerators have in common over what denominators have; with a minus where all numbers have one."""
    sign = -1 if all(c < 0 for c in counts) else 1
    return sign * Fraction(gcd(*(c.numerator for c in counts)), gcd(*(c.denominator for c in counts)))
