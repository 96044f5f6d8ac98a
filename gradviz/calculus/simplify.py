"""Shorter forms of terms, each equal to the one it replaces.

A form is only taken where it costs less to read; where nothing is shorter, the term stays as it is.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TypeGuard

from gradviz import terms as t
from gradviz.calculus.cost import cost
from gradviz.calculus.long_sums import MANY, level, shortened
from gradviz.calculus.merging import collected, joined
from gradviz.calculus.order import in_order, plus_first
from gradviz.calculus.pairs import oriented
from gradviz.calculus.rational import Order, Polynomials, TooLarge, symbolic_power
from gradviz.calculus.shared import adjoints, completed, divided_out, multiplied_out, outer, told_apart

_APART = 2.5
_MULTIPLIED = 3.0


class Simplifier:
    """The shortest of the forms that are known for a term, inside first.

    Parameters
    ----------
    order : callable
        How new a variable is; the newest leads a sum.

    Examples
    --------
    >>> simplify = Simplifier(lambda v: ())
    >>> x, y = t.Atom("x"), t.Atom("y")
    >>> simplify(t.add(t.mul(x, y), t.mul(x, x))) == t.mul(x, t.add(y, x))
    True
    """

    def __init__(self, order: Order) -> None:
        self.order = order
        self._known: dict[t.Term, t.Term] = {}

    def __call__(self, term: t.Term) -> t.Term:
        """A term that costs no more to read, and is equal."""
        found = self._known.get(term)
        if found is None:
            found = self._known[term] = self._simplify(term)
            self._known[found] = found
        # Equal terms may differ in the names of their summed indices: those of one may stand around the other.
        return found if found is term else t.freshen(found)

    def _simplify(self, term: t.Term) -> t.Term:
        parts = t.children(term)
        if isinstance(term, t.Contract):
            term = _split_sum(t.contract(term.indices, self(term.body)), self)
        elif parts and not isinstance(term, t.Pow):
            new = [self(p) for p in parts]
            if any(a is not b for a, b in zip(parts, new, strict=True)):
                term = t.rebuild(term, new)
        elif isinstance(term, t.Pow):
            base = self(term.base)
            if base is not term.base:
                term = t.power(base, term.exponent)
            term = _even(term) if isinstance(term, t.Pow) else term
        if isinstance(term, t.Add):
            term = _turned(_certain(term))
        if isinstance(term, t.Add):
            term = level(term)
            if isinstance(term, t.Add) and len(term.terms) > MANY:
                return shortened(term)
            term = collected(term)
            turned = oriented(term)
            if turned is not term and cost(turned) < cost(term):
                term = turned
        if isinstance(term, t.Add):
            term = _merged(term, self)
        if isinstance(term, t.Mul):
            term = _at_fixed_places(_signed(_without_sign(_idle(term))), self)
        if not isinstance(term, t.Add | t.Mul):
            return term
        return plus_first(_shortest(term, self.order))


def _idle(term: t.Mul) -> t.Term:
    """``ReLU(v) 𝟙[v > 0]`` is ``ReLU(v)``."""
    bases = [t.base_exponent(f) for f in term.factors]
    positive = {
        b.arguments[0] for b, e in bases if isinstance(b, t.Apply) and b.function == "relu" and not t.has_minus(e)
    }
    idle = {t.apply("greater", v, t.ZERO) for v in positive}
    return t.mul(*(f for f in term.factors if f not in idle)) if idle.intersection(term.factors) else term


def _without_sign(term: t.Term) -> t.Term:
    """``sign(v) v`` is ``|v|``, and ``sign(v) |v|`` is ``v``."""
    factors = t.factors_of(term)
    for n, f in enumerate(factors):
        if isinstance(f, t.Apply) and f.function == "sign":
            (v,) = f.arguments
            for m, g in enumerate(factors):
                base, exponent = t.base_exponent(g)
                size = t.apply("abs", v)
                if base in (v, size) and isinstance(exponent, t.Number) and exponent.value >= 1:
                    left = t.power(base, t.add(exponent, t.MINUS_ONE))
                    rest = [h for k, h in enumerate(factors) if k not in (n, m)]
                    return t.mul(*rest, left, v if base == size else size)
    return term


def _even(term: t.Pow) -> t.Term:
    """``|v|²`` is ``v²``, and ``√(v²)`` is ``|v|``."""
    base, exponent = term.base, term.exponent
    if not isinstance(exponent, t.Number):
        return term
    if isinstance(base, t.Apply) and base.function == "abs" and exponent.value % 2 == 0:
        return t.power(base.arguments[0], exponent)
    inner, times = t.base_exponent(base)
    if exponent.value.denominator == 2 and isinstance(times, t.Number) and times.value == 2:
        return t.power(t.apply("abs", inner), t.number(2 * exponent.value))
    return term


def _signed(term: t.Term) -> t.Term:
    """``2(−a − b)`` is ``−2(a + b)``, and ``c(a/2 − b/2)`` is ``c(a − b)/2``."""
    factors = t.factors_of(term)
    drawn = [_drawn(f) if isinstance(f, t.Add) else Fraction(1) for f in factors]
    if len(factors) == 1 or all(c == 1 for c in drawn):
        return term
    numbers = [t.number(c) for c in drawn]
    return t.mul(*numbers, *(_divided(f, c) if c != 1 else f for c, f in zip(drawn, factors, strict=True)))


def _divided(term: t.Term, count: Fraction) -> t.Term:
    return t.add(*(t.mul(t.number(1 / count), x) for x in term.terms)) if isinstance(term, t.Add) else term


def _drawn(term: t.Add) -> Fraction:
    """The number that all summands have in common, with a minus where all of them have one."""
    counts = [t.split(x)[0] for x in term.terms]
    count = abs(counts[0]) if len({abs(c) for c in counts}) == 1 else Fraction(1)
    return -count if all(c < 0 for c in counts) else count


def _at_fixed_places(term: t.Term, simplify: Simplifier) -> t.Term:
    """``δᵢ₂ f(i)`` is ``δᵢ₂ f(2)``: ``pᵢ(1 − δᵢ₂/p₂)`` is ``pᵢ − δᵢ₂``."""
    factors = t.factors_of(term)
    for f in factors:
        if _fixed(f):
            put = {f.left: f.right}
            placed = t.mul(f, *(t.rename_product(g, put) for g in factors if g is not f))
            return placed if placed == term else _at_fixed_places(placed, simplify)
    for f in factors:
        if isinstance(f, t.Add) and any(_fixed(d) for x in f.terms for d in (t.factors_of(x))):
            others = [g for g in factors if g is not f]
            spread = t.add(*(simplify(_at_fixed_places(t.mul(*others, x), simplify)) for x in f.terms))
            return spread if cost(spread) < cost(term) else term
    return term


def _fixed(f: t.Term) -> TypeGuard[t.Delta]:
    return isinstance(f, t.Delta) and isinstance(f.right, int)


def _certain(term: t.Add) -> t.Term:
    """``𝟙[a > b] + 𝟙[a = b] + 𝟙[a < b]`` is 1."""
    counts = [t.split(x) for x in term.terms]
    switches = [(c, f, set(f.arguments)) for c, f in counts if isinstance(f, t.Apply) and f.function in _DISJOINT]
    for count, first, compared in switches:
        alike = {f for c, f, both in switches if c == count and both == compared}
        if len(alike) == len(_DISJOINT) == len({_asked(f, first.arguments) for f in alike}):
            return t.add(t.number(count), *(t.mul(t.number(c), f) for c, f in counts if f not in alike or c != count))
    return term


_DISJOINT = {"greater": 1, "less": -1, "equal": 0}


def _asked(f: t.Apply, order: tuple[t.Term, ...]) -> int:
    """What a comparison asks of the difference of two terms in this order: its sign."""
    return _DISJOINT[f.function] if f.arguments == order else -_DISJOINT[f.function]


def _turned(term: t.Term) -> t.Term:
    """``1 − σ(−z)`` as ``σ(z)``."""
    if not isinstance(term, t.Add):
        return term
    numbers = [x for x in term.terms if isinstance(x, t.Number)]
    for x in term.terms if numbers else ():
        count, f = t.split(x)
        if (
            isinstance(f, t.Apply)
            and f.function == "sigmoid"
            and numbers[0].value == -count
            and t.has_minus(f.arguments[0])
        ):
            rest = [y for y in term.terms if y is not x and y is not numbers[0]]
            return t.add(*rest, t.mul(numbers[0], t.apply("sigmoid", t.negative(f.arguments[0]))))
    return term


def _merged(term: t.Add, simplify: Simplifier) -> t.Term:
    """Sums over one index with a factor in common, as one sum: ``A x + Aᵀ x = (A + Aᵀ) x``."""
    summands = list(term.terms)
    for n, first in enumerate(summands):
        for m, second in enumerate(summands[n + 1 :], n + 1):
            one = _join(first, second)
            if one is not None:
                rest = [x for k, x in enumerate(summands) if k not in (n, m)]
                candidate = t.add(simplify(one), *rest)
                if cost(candidate) < cost(term):
                    return _merged(candidate, simplify) if isinstance(candidate, t.Add) else candidate
    return term


def _join(first: t.Term, second: t.Term) -> t.Term | None:
    (outer, one), (others, two) = _contraction(first), _contraction(second)
    if one is None or two is None or len(one.indices) != len(two.indices):
        return None
    if len(one.indices) != 1:
        whole = joined(one, two) if outer == others else None
        return None if whole is None else t.mul(*outer, whole)
    if one.indices[0].size != two.indices[0].size:
        return None
    i = one.indices[0]
    left = list(one.body.factors) if isinstance(one.body, t.Mul) else [one.body]
    body = t.rename(two.body, {two.indices[0]: i})
    right = list(body.factors) if isinstance(body, t.Mul) else [body]
    common = [f for f in left if f in right and i in f.free]
    if not common:
        return None
    rest = [
        t.mul(*outside, *(f for f in side if f not in common)) for outside, side in ((outer, left), (others, right))
    ]
    if rest[0].free != rest[1].free or i not in rest[0].free:
        return None  # arrays of other axes do not add
    if any(isinstance(x, t.Delta) and i in x.free for r in rest for x in t.subterms(r)):
        return None  # a sum over a delta is spread again
    if any(_scaled_matrix(r, i) for r in rest):
        return None  # Wᵀ(g ⊙ a) + Uᵀ(g ⊙ b), not (diag(a) W + diag(b) U)ᵀ g
    return t.Contract((i,), t.mul(*common, t.add(*rest)))


def _scaled_matrix(term: t.Term, i: t.Index) -> bool:
    """Whether a term is a matrix times a vector along one of its axes, which only ``diag(a) W`` says."""
    factors = t.factors_of(term)
    return any(f.free == {i} for f in factors) and any(i in f.free and len(f.free) > 1 for f in factors)


def _contraction(term: t.Term) -> tuple[list[t.Term], t.Contract | None]:
    """What stands before a contraction, and the contraction, if there is just one."""
    factors = t.factors_of(term)
    found = [f for f in factors if isinstance(f, t.Contract)]
    if len(found) != 1:
        return [], None
    fresh = t.freshen(found[0])
    assert isinstance(fresh, t.Contract)
    return [f for f in factors if f is not found[0]], fresh


def _split_sum(term: t.Term, simplify: Simplifier) -> t.Term:
    """A contraction of a sum, summand by summand, where that is shorter."""
    if not isinstance(term, t.Contract) or not isinstance(term.body, t.Add):
        return term
    fresh = [t.freshen(t.Contract(term.indices, x)) for x in term.body.terms]
    parts = [simplify(t.contract(c.indices, c.body)) if isinstance(c, t.Contract) else c for c in fresh]
    apart = t.add(*parts)
    return apart if cost(apart) < cost(term) else term


def _shortest(term: t.Term, order: Order) -> t.Term:
    """The rational normal form, or a number multiplied in, where one of them is shorter."""
    if isinstance(term, t.Mul):
        sums = [f for f in term.factors if isinstance(f, t.Add)]
        if len(sums) == 1 and all(
            isinstance(t.base_exponent(f)[0], t.Number | t.Size) for f in term.factors if f is not sums[0]
        ):
            return _spread(term, sums[0])
    if isinstance(term, t.Mul) and not _worth(term):
        return term
    term = divided_out(term)
    try:
        rational = _rational(term, order)
        means = _in_means(term)
        if means is not term:
            rational = _out_of_means(min(rational, _rational(means, order), key=cost))
    except TooLarge:
        return term
    rational = min(in_order(rational, term), outer(term), key=cost)
    apart = _only_number(term, rational) or _powers_apart(term) or _mean_drawn(term, rational)
    margin = _APART if apart else _MULTIPLIED if multiplied_out(term, rational) else 0.0
    if (
        isinstance(term, t.Add)
        and isinstance(rational, t.Mul)
        and sum(isinstance(f, t.Add) for f in rational.factors) > 1
    ):
        margin = max(margin, 0.5)  # a² − b² is two groups
    shorter = told_apart(rational if cost(rational) + margin < cost(term) else completed(term))
    return _grouped(shorter) if isinstance(shorter, t.Add) and len(shorter.terms) > 2 else shorter


def _powers_apart(term: t.Term) -> bool:
    """Whether summands have different powers of one base, with symbols: ``γ(1 − p)^(γ − 1) ln p − (1 − p)^γ/p``."""
    if not isinstance(term, t.Add):
        return False
    powers = {f for x in term.terms for f in t.factors_of(x) if symbolic_power(f)}
    return len(powers) > len({t.base_exponent(f)[0] for f in powers})


def _grouped(term: t.Add) -> t.Term:
    """A factor that some summands share, drawn out of these, where that is shorter: ``h + σ(1 − h)``."""
    best: t.Term = term
    known = {t.split(x)[1] for x in term.terms}
    holders: dict[t.Term, list[t.Term]] = {}
    for x in term.terms:
        for f in t.factors_of(x):
            if not isinstance(f, t.Number):
                holders.setdefault(f, []).append(x)
    for factor, having in holders.items():
        if not 1 < len(having) < len(term.terms):
            continue
        if len({x.free for x in having}) > 1 or any(_is_mean(x, factor) for x in having):
            continue  # arrays of other axes do not add; a mean stays one
        if len(set(map(adjoints, having))) > 1:
            continue  # the sum over paths is told path by path
        rest = [t.mul(*(f for f in (t.factors_of(x)) if f != factor)) for x in having]
        if all(map(t.has_minus, rest)):  # 1 − p(1 + γ ln p), not 1 + p(−1 − γ ln p)
            group = t.mul(t.MINUS_ONE, factor, t.add(*map(t.negative, rest)))
        else:
            group = t.mul(factor, t.add(*sorted(rest, key=t.has_minus)))
        if not isinstance(group, t.Add) and t.split(group)[1] not in known:
            # It collects with no other summand: what it saves is told without the others.
            saved = sum(cost(x) for x in having) + len(having) - 1 - cost(group)
            if cost(term) - saved >= cost(best):
                continue
        ids = {id(x) for x in having}
        candidate = t.add(*(x for x in term.terms if id(x) not in ids), group)
        if cost(candidate) < cost(best):
            best = candidate
    return best


def _is_mean(term: t.Term, share: t.Term) -> bool:
    """Whether a summand is the mean of a vector, whose share of one entry that is."""
    sums = [f for f in t.factors_of(term) if isinstance(f, t.Contract) and len(f.indices) == 1]
    return any(isinstance(f.body, t.Atom) and share == t.power(t.size(f.indices[0].size), t.MINUS_ONE) for f in sums)


def _mean_drawn(term: t.Term, rational: t.Term) -> bool:
    """Whether the share of one entry was drawn out of a sum with a mean in it: ``mean(g) + (gᵀu/d) u`` stays."""
    shares = t.factors_of(rational)
    return isinstance(term, t.Add) and any(_is_mean(x, f) for x in term.terms for f in shares)


def _rational(term: t.Term, order: Order) -> t.Term:
    """The rational normal form."""
    polynomials = Polynomials([term])
    return polynomials.factored(*polynomials.fraction(term), order)


_MEAN = "mean"


def _in_means(term: t.Term) -> t.Term:
    """Sums over one index as so many times their mean: ``n x − Σx`` is ``n(x − mean)``."""
    numbers: list[t.Number | t.Size] = [x for x in t.subterms(term) if isinstance(x, t.Number | t.Size)]
    sums = (x for x in t.subterms(term) if isinstance(x, t.Contract) and len(x.indices) == 1)
    put = {x: t.mul(t.size(x.indices[0].size), t.apply(_MEAN, x)) for x in sums if _multiples(x.indices[0], numbers)}
    return t.replace(term, put) if put else term


def _multiples(i: t.Index, numbers: list[t.Number | t.Size]) -> bool:
    """Whether a number is a multiple of an index's size, or divides by it."""
    if isinstance(i.size, str):
        return t.Size(i.size) in numbers
    values = [x.value for x in numbers if isinstance(x, t.Number) and x.value]
    return any(v.numerator % i.size == 0 or v.denominator % i.size == 0 for v in values)


def _out_of_means(term: t.Term) -> t.Term:
    means = [x for x in t.subterms(term) if isinstance(x, t.Apply) and x.function == _MEAN]
    if not means:
        return term
    sizes = {x: x.arguments[0].indices[0].size for x in means if isinstance(x.arguments[0], t.Contract)}
    return t.replace(term, {x: t.mul(t.power(t.size(n), t.MINUS_ONE), x.arguments[0]) for x, n in sizes.items()})


def _spread(term: t.Mul, inner: t.Add) -> t.Term:
    """Numbers before a sum, multiplied in where that is shorter, or where books do."""
    rest = t.mul(*(f for f in term.factors if f is not inner))
    spread = t.add(*sorted((t.mul(rest, x) for x in inner.terms), key=t.has_minus))
    if rest == t.MINUS_ONE and cost(spread) < cost(term):
        return spread  # b − a, not −(a − b)
    return spread if cost(spread) < cost(term) + (_APART if _only_number(spread, term) else -0.5) else term


def _only_number(term: t.Term, rational: t.Term) -> bool:
    """Whether all that was drawn out of a sum of matrix products is a number, or a size that now stands inside.

    Books keep these apart: ``2λ w + 2Xᵀ r``.
    """
    if not isinstance(term, t.Add) or not isinstance(rational, t.Mul):
        return False
    if not any(isinstance(x, t.Contract) and x.free for x in t.subterms(term)):
        return False
    bases = [t.base_exponent(f)[0] for f in rational.factors]
    sums = [b for b in bases if isinstance(b, t.Add)]
    sizes = {b for b in bases if isinstance(b, t.Size)}
    if len(sums) != 1 or not any(isinstance(t.split(x)[1], t.Mul) for x in sums[0].terms):
        return False  # 2(R − U Vᵀ) is one difference
    if len(bases) > 1 + len(sizes) + sum(isinstance(b, t.Number) for b in bases):
        return False
    return not sizes or any(x in sizes for x in t.subterms(sums[0]))


def _worth(term: t.Mul) -> bool:
    """Whether a product can cancel at all: it holds a sum, or exponentials."""
    return any(
        isinstance(t.base_exponent(f)[0], t.Add)
        or (isinstance(f, t.Apply) and f.function == "exp")
        or symbolic_power(f)
        for f in term.factors
    )


def _exponential(term: t.Pow) -> t.Term:
    """``(e^v)²`` as ``e^(2v)``."""
    base, exponent = term.base, term.exponent
    whole = isinstance(exponent, t.Number) and exponent.value > 1 and exponent.value.denominator == 1
    if not whole or not isinstance(base, t.Apply) or base.function != "exp":
        return term
    return t.apply("exp", t.mul(exponent, base.arguments[0]))


def logistic(term: t.Term) -> t.Term:
    """``e^v/(1 + e^v)`` as ``σ(v)`` and ``sinh/cosh`` as ``tanh``, wherever they stand.

    Examples
    --------
    >>> e = t.apply("exp", t.Atom("v"))
    >>> logistic(t.divide(e, t.add(t.ONE, e))) == t.apply("sigmoid", t.Atom("v"))
    True
    """
    parts = t.children(term)
    if parts:
        new = [logistic(p) for p in parts]
        if any(a is not b for a, b in zip(parts, new, strict=True)):
            term = t.rebuild(term, new)
    if isinstance(term, t.Pow):
        return _exponential(term)
    if not isinstance(term, t.Mul):
        return term
    powers = dict(map(t.base_exponent, term.factors))
    for f, exponent in powers.items():
        if not isinstance(f, t.Apply) or exponent != t.ONE:
            continue
        (v,) = f.arguments[:1]
        others = [x for x in term.factors if x is not f]
        below = t.add(t.ONE, f)
        times = powers.get(below)
        if f.function == "exp" and isinstance(times, t.Number) and times.value in {-1, -2}:
            others = [x for x in others if t.base_exponent(x)[0] != below]
            if times.value == -2 and t.has_minus(v):
                v = t.negative(v)  # σ(v)(1 − σ(v)) is the same for both signs
            sigmoid = t.apply("sigmoid", v)
            return t.mul(*others, sigmoid, *[t.add(t.ONE, t.negative(sigmoid))] * (times.value == -2))
        cosh = t.apply("cosh", v)
        if f.function == "sinh" and powers.get(cosh) == t.MINUS_ONE:
            return t.mul(*(x for x in others if t.base_exponent(x)[0] != cosh), t.apply("tanh", v))
    return term
