"""The rational normal form of terms, by python-flint's multivariate polynomials.

Everything that is not a sum, a product or a whole power is a variable: an entry of a generator, ``ln ŷ``, a
contraction. Exponentials of multiples of one argument are powers of one variable, so that ``e^{−z}`` and ``e^z``
cancel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import gcd, lcm, prod
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard

from gradviz import terms as t

if TYPE_CHECKING:
    from flint import fmpz_mpoly

Order: TypeAlias = Callable[[t.Term], tuple[int, ...]]
"""How new a variable is: greater is newer."""

_MONOMIALS = 400


class TooLarge(Exception):  # noqa: N818 - the longer form stays
    """Multiplying out would make more monomials than anybody reads."""


class Polynomials:
    """Polynomials over the variables of some terms.

    Parameters
    ----------
    terms : iterable of Term
        All terms that will be asked about.
    extra : iterable of str
        Names of further variables.
    """

    def __init__(self, terms: Iterable[t.Term], extra: Iterable[str] = ()) -> None:
        from flint import Ordering, fmpz_mpoly_ctx

        found: dict[t.Term, None] = {}
        self.exponents: dict[t.Term, Fraction] = {}
        for term in terms:
            _check(term)
            for v in variables(term):
                found[v] = None
        self.variables: list[t.Term] = []
        self.exponentials: dict[t.Term, list[Fraction]] = {}
        self.roots: dict[t.Term, int] = {}
        for v in found:
            if isinstance(v, t.Apply) and v.function == "exp":
                count, rest = _argument(v.arguments[0])
                self.exponentials.setdefault(rest, []).append(count)
            elif _is_root(v):
                self.roots[v.base] = lcm(self.roots.get(v.base, 1), v.exponent.value.denominator)
        plain = [v for v in found if not (isinstance(v, t.Apply) and v.function == "exp") and not _is_root(v)]
        self.units = {rest: _unit(counts) for rest, counts in self.exponentials.items()}
        bases = [t.apply("exp", t.mul(t.number(u), rest)) for rest, u in self.units.items()]
        roots = [t.power(b, t.number(Fraction(1, q))) for b, q in self.roots.items()]
        self.variables = [*plain, *bases, *roots]
        self.places = {v: n for n, v in enumerate(self.variables)}
        names = [f"v{n}" for n in range(len(self.variables))] + list(extra)
        self.context = fmpz_mpoly_ctx.get(names, Ordering.lex)
        self.generators = self.context.gens()
        self.one: Any = self.context.constant(1)

    def fraction(self, term: t.Term) -> tuple[fmpz_mpoly, fmpz_mpoly]:
        """Numerator and denominator, without a common factor."""
        above, below = self._fraction(term)
        common = above.gcd(below)
        return above // common, below // common

    def _fraction(self, term: t.Term) -> tuple[fmpz_mpoly, fmpz_mpoly]:
        if isinstance(term, t.Number):
            return self.context.constant(term.value.numerator), self.context.constant(term.value.denominator)
        if isinstance(term, t.Add):
            above, below = self._fraction(term.terms[0])
            for x in term.terms[1:]:
                a, b = self._fraction(x)
                if b == below:
                    above = above + a
                else:
                    common = below.gcd(b)
                    above, below = above * (b // common) + a * (below // common), below * (b // common)
            return above, below
        if isinstance(term, t.Mul):
            above, below = self.one, self.one
            for x in term.factors:
                a, b = self._fraction(x)
                above, below = above * a, below * b
            return above, below
        if isinstance(term, t.Pow) and isinstance(term.exponent, t.Number):
            q = self.roots.get(term.base, 1)
            if term.exponent.value.denominator == 1 and q == 1:
                a, b = self._fraction(term.base)
                n = int(term.exponent.value)
                return (a**n, b**n) if n > 0 else (b**-n, a**-n)
            if term.exponent.value.denominator != 1:
                root = self.generators[self.places[t.power(term.base, t.number(Fraction(1, q)))]]
                return self._power(root, int(term.exponent.value * q))
            a, b = self._fraction(term.base)
            n = int(term.exponent.value)
            return (a**n, b**n) if n > 0 else (b**-n, a**-n)
        if isinstance(term, t.Pow):
            rest, whole = whole_part(term.exponent)
            a, b = self._fraction(t.power(term.base, t.number(whole))) if whole else (self.one, self.one)
            return self.generators[self.places[t.power(term.base, rest)]] * a, b
        if isinstance(term, t.Apply) and term.function == "exp":
            count, rest = _argument(term.arguments[0])
            unit = self.units[rest]
            base = t.apply("exp", t.mul(t.number(unit), rest))
            return self._power(self.generators[self.places[base]], int(count / unit))
        return self.generators[self.places[term]], self.one

    def _power(self, generator: fmpz_mpoly, n: int) -> tuple[fmpz_mpoly, fmpz_mpoly]:
        return (generator**n, self.one) if n >= 0 else (self.one, generator**-n)

    def factored(self, above: fmpz_mpoly, below: fmpz_mpoly, order: Order) -> t.Term:
        """A quotient as a product of powers, in the order and with the signs that people write."""
        sign = 1
        factors: list[tuple[t.Term, int]] = []
        coefficient = Fraction(1)
        for poly, direction in ((above, 1), (below, -1)):
            content, parts = _factors(poly)
            parts = _multiplied(parts)
            coefficient *= Fraction(int(content)) ** direction
            written = [(*self.written(p, order), int(m)) for p, m in parts]
            for s, x, m in _joined(written):
                sign *= s**m
                factors.append((x, direction * m))
        coefficient *= sign
        coefficient, factors = _in_decimals(coefficient, factors)
        if coefficient < 0:
            for n, (x, m) in enumerate(factors):
                if isinstance(x, t.Add) and m == 1 and not any(isinstance(y, t.Number) for y in x.terms):
                    factors[n] = (t.Add(tuple(sorted((t.negative(y) for y in x.terms), key=t.has_minus))), 1)
                    coefficient = -coefficient
                    break
        return t.mul(t.number(coefficient), *(t.power(x, t.number(m)) for x, m in factors))

    def written(self, poly: fmpz_mpoly, order: Order) -> tuple[int, t.Term]:
        """A polynomial as a sum, with the sign that was taken out: the newest quantity has a plus."""
        monomials: list[tuple[tuple[Any, ...], int, t.Term]] = []
        for exponents, c in poly.to_dict().items():
            powers = [(self.variables[n], int(e)) for n, e in enumerate(exponents) if e]
            key = max((order(v) for v, _ in powers), default=())
            term = t.mul(*(t.power(v, t.number(e)) for v, e in sorted(powers, key=lambda p: order(p[0]))))
            monomials.append(((not powers, key), int(c), term))
        leading = max(monomials, key=lambda m: m[0])
        sign = 1 if leading[1] > 0 else -1
        monomials.sort(key=lambda m: (m[1] * sign < 0, not m[0][0], m[0][1]))
        return sign, t.add(*(t.mul(t.number(sign * c), x) for _, c, x in monomials))


def _factors(poly: Any) -> Any:
    """The content of a polynomial, and its factors with how often each is one."""
    whole = _whole(poly)
    if whole is not None:
        return whole
    try:
        return poly.factor()
    except OverflowError:  # python-flint sorts the factors by their coefficients, as C integers
        raise TooLarge from None


def _multiplied(parts: Any) -> Any:
    """Factors in one variable multiplied out where that is shorter: ``x³ + 3x + 4``, not ``(x + 1)(x² − x + 4)``."""
    sums = [p for p, m in parts if m == 1 and len(p) > 1]
    if len(sums) < 2 or all(len(p) == 2 for p in sums) or len({_own_variable(p) for p in sums} - {None}) != 1:
        return parts
    if any(_own_variable(p) is None for p in sums):
        return parts
    whole = prod(sums[1:], start=sums[0])
    rest = [(p, m) for p, m in parts if m != 1 or len(p) == 1]
    return [*rest, (whole, 1)] if len(whole) < sum(map(len, sums)) else parts


def _own_variable(poly: Any) -> int | None:
    """The place of the one variable that a polynomial is in; None where it is in several."""
    found = [n for n, d in enumerate(poly.degrees()) if d > 0]
    return found[0] if len(found) == 1 else None


_MANY = 12


def _whole(poly: Any) -> tuple[Any, list[tuple[Any, int]]] | None:
    """The same of a polynomial in many variables that surely has no two factors: ``v a + b`` with a and b coprime.

    Factoring takes very long there; a gcd does not.
    """
    degrees = poly.degrees()
    content = poly.term_content()
    if sum(d > 0 for d in degrees) < _MANY or 1 not in degrees or not content.is_constant():
        return None
    place = degrees.index(1)
    slope = poly.derivative(place)
    rest = poly - slope * poly.context().gens()[place]
    common = slope.gcd(rest)
    return (content.leading_coefficient(), [(poly // content, 1)]) if common.is_constant() else None


def _is_root(v: t.Term) -> TypeGuard[_Root]:
    return isinstance(v, t.Pow) and isinstance(v.exponent, t.Number)


class _Root(t.Pow):
    """A power with a broken exponent, as far as types go."""

    exponent: t.Number


def _joined(parts: list[tuple[int, t.Term, int]]) -> list[tuple[int, t.Term, int]]:
    """``(1 − h)(1 + h)`` as ``1 − h²``: two binomials whose product is one."""
    for a, (sign, x, m) in enumerate(parts):
        for b, (other_sign, y, n) in enumerate(parts[a + 1 :], a + 1):
            if m == n and isinstance(x, t.Add) and isinstance(y, t.Add) and len(x.terms) == len(y.terms) == 2:
                joined = t.add(*(t.mul(p, q) for p in x.terms for q in y.terms))
                if isinstance(joined, t.Add) and len(joined.terms) == 2:
                    rest = [p for k, p in enumerate(parts) if k not in (a, b)]
                    return _joined([*rest, (sign * other_sign, joined, m)])
    return parts


def _in_decimals(coefficient: Fraction, factors: list[tuple[t.Term, int]]) -> tuple[Fraction, list[tuple[t.Term, int]]]:
    """``0.5(1 + 0.134145x²)``, not ``0.0000025(200000 + 26829x²)``: a sum with decimals leads with a plain 1."""
    for n, (x, m) in enumerate(factors):
        if not isinstance(x, t.Add) or abs(m) != 1:
            continue
        counts = [t.split(y)[0] for y in x.terms]
        drawn = {abs(c) for c in counts} - {1}
        options = [c for c in drawn if all(_ends(d / c) for d in counts)]
        lengths = {c: _digits([coefficient * c**m, *(d / c for d in counts)]) for c in options}
        best = min(options, key=lambda c: (lengths[c], c), default=None)
        if best is not None and lengths[best] + _PLAIN < _digits([coefficient, *counts]):
            scaled = t.add(*(t.mul(t.number(1 / best), y) for y in x.terms))
            return coefficient * best**m, [*factors[:n], (scaled, m), *factors[n + 1 :]]
    return coefficient, factors


_PLAIN = 4
"""Digits that decimals in a sum have to save."""


def _digits(numbers: list[Fraction]) -> int:
    return sum(len(str(c.numerator)) + len(str(c.denominator)) for c in numbers)


def _ends(number: Fraction) -> bool:
    """Whether the decimals of a number end."""
    below = number.denominator
    for prime in (2, 5):
        while below % prime == 0:
            below //= prime
    return below == 1


def _argument(term: t.Term) -> tuple[Fraction, t.Term]:
    """The argument of an exponential as a multiple; of a sum, of its first summand's multiple."""
    if isinstance(term, t.Add):
        count = t.split(term.terms[0])[0]
        return count, t.add(*(t.mul(t.number(1 / count), x) for x in term.terms))
    return t.split(term)


def _unit(counts: list[Fraction]) -> Fraction:
    """The largest step of which all counts are multiples; a plus where most of them have one."""
    below = lcm(*(c.denominator for c in counts))
    above = gcd(*(int(c * below) for c in counts))
    return Fraction(above, below) * (1 if any(c > 0 for c in counts) else -1)


def variables(term: t.Term) -> Iterable[t.Term]:
    """What a term is a rational function of."""
    if isinstance(term, t.Number):
        return
    if isinstance(term, t.Add | t.Mul):
        for x in t.children(term):
            yield from variables(x)
    elif isinstance(term, t.Pow) and isinstance(term.exponent, t.Number):
        if term.exponent.value.denominator != 1:
            yield term
        else:
            yield from variables(term.base)
    elif isinstance(term, t.Pow):
        rest, count = whole_part(term.exponent)
        yield t.power(term.base, rest)
        if count:
            yield from variables(term.base)
    else:
        yield term


def symbolic_power(x: t.Term) -> bool:
    """Whether a term is a power with a symbol as its exponent."""
    return isinstance(x, t.Pow) and not isinstance(x.exponent, t.Number)


def whole_part(exponent: t.Term) -> tuple[t.Term, int]:
    """``y − 1`` as ``y`` and −1: ``x^(y − 1)`` is ``x^y/x``."""
    if isinstance(exponent, t.Add):
        for x in exponent.terms:
            if isinstance(x, t.Number) and x.value.denominator == 1:
                return t.add(*(y for y in exponent.terms if y is not x)), int(x.value)
    return exponent, 0


def _check(term: t.Term) -> None:
    if _monomials(term) > _MONOMIALS:
        raise TooLarge


def _monomials(term: t.Term) -> int:
    """How many monomials multiplying out may give at most, numerator and denominator alike."""
    if isinstance(term, t.Add):
        above = sum(_monomials(x) for x in term.terms)
        below = {x for s in term.terms for x in _below(s)}
        for x in below:
            above *= max(1, _monomials(x))
        return above
    if isinstance(term, t.Mul):
        count = 1
        for x in term.factors:
            count *= _monomials(x)
        return count
    if isinstance(term, t.Pow) and isinstance(term.exponent, t.Number) and term.exponent.value.denominator == 1:
        n = abs(int(term.exponent.value))
        base = _monomials(term.base)
        return base ** min(n, 9) if base > 1 else (1 if n < 200 else _MONOMIALS + 1)
    return 1


def _below(term: t.Term) -> Iterable[t.Term]:
    for f in t.factors_of(term):
        base, exponent = t.base_exponent(f)
        if isinstance(exponent, t.Number) and exponent.value < 0 and isinstance(base, t.Add):
            yield base
