"""Writing a term in a stage's own value: ``e^z/(1 + e^z)²`` with ``ŷ = e^z/(1 + e^z)`` is ``ŷ(1 − ŷ)``."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from gradviz import terms as t
from gradviz.calculus.cost import cost, denominators
from gradviz.calculus.order import in_order
from gradviz.calculus.rational import Order, Polynomials, TooLarge, symbolic_power, variables, whole_part
from gradviz.calculus.simplify import Simplifier

_MUCH = 0.5


def fold(term: t.Term, result: t.Atom, definition: t.Term, simplify: Simplifier) -> t.Term:
    """The term with a stage's value in the place of what the stage spells out.

    ``e^z/(1 + e^z)²`` with ``ŷ = e^z/(1 + e^z)`` becomes ``ŷ(1 − ŷ)``: what the definition has in common with the
    term is eliminated by a resultant.

    Parameters
    ----------
    term : Term
        What is to be written shorter.
    result : Atom
        The stage's value at the indices of the definition.
    definition : Term
        The stage's expression.
    simplify : Simplifier

    Examples
    --------
    >>> e = t.apply("exp", t.Atom("z"))
    >>> y = t.Atom("y")
    >>> logistic = t.divide(e, t.add(t.ONE, e))
    >>> slope = t.divide(e, t.power(t.add(t.ONE, e), t.number(2)))
    >>> fold(slope, y, logistic, Simplifier(lambda v: ())) == t.mul(y, t.add(t.ONE, t.negative(y)))
    True
    """
    if not result.free <= definition.free:
        return term  # every row of the stage is the same: which one the term speaks of is not to be told
    allowed = denominators(term) | denominators(definition)
    best = _folded(term, result, definition, simplify, allowed)
    if result in t.atoms(term):
        # What an operation said of its own value may be shorter without: 1/(1 + |z|)², not (1 − sign(z) h)/(1 + |z|).
        opened = simplify(t.replace(term, {result: t.freshen(definition)}))
        if cost(opened) < cost(best) and denominators(opened) <= allowed and opened.free <= term.free:
            best = _folded(opened, result, definition, simplify, allowed)
    # y x^(y−1) is fine at 0, where y x^y/x is not: that only for much less to read.
    powers = {x.base for x in t.subterms(definition) if isinstance(x, t.Pow) and symbolic_power(x)}
    if powers:
        other = _folded(term, result, definition, simplify, allowed | powers)
        return other if cost(other) + _MUCH < cost(best) else best
    return best


def _folded(term: t.Term, result: t.Atom, definition: t.Term, simplify: Simplifier, allowed: set[t.Term]) -> t.Term:
    """The shortest form that divides by no more than what is allowed."""
    best = term

    def take(candidate: t.Term | None, margin: float = 0.0) -> None:
        # Nothing may become undefined where the term is defined: x e^x has the derivative u + e^x, not u + u/x.
        # Nor may an index come out of the sum that binds it: in h[i,j] = W[i,j] + σ(b[j]) each row knows σ(b[j]).
        nonlocal best
        if candidate is None or not candidate.free <= term.free:
            return
        if cost(candidate) < cost(best) + margin and denominators(candidate) <= allowed:
            best = candidate

    if isinstance(definition, t.Apply | t.Contract | t.Pow):
        take(simplify(t.replace(term, {definition: result})))
    take(simplify(solve_factor(definition, result, best)))
    take(_by_product(best, result, definition, simplify.order))
    for hidden in _hidden(best, definition):
        # A form in the stage's own value alone is worth a little length: h(1 − h) before h² e^(−x).
        found = _eliminate(best, result, definition, hidden, simplify.order)
        if found is not None and not _takes_apart(found, best, result, definition):
            take(found, 1.0)
    return best


def _takes_apart(candidate: t.Term, term: t.Term, result: t.Atom, definition: t.Term) -> bool:
    """Whether a sum is written less what it is a sum of: ``(1 + ln b − L)/b`` with ``L = ln b + |y|/b``.

    Books write ``1/b − |y|/b²``.
    """
    if not isinstance(definition, t.Add):
        return False
    known = {_said(v) for x in (term, result) for v in variables(x)}
    return any(_said(v) not in known for v in variables(candidate))


def _said(v: t.Term) -> t.Term:
    """One name for all powers of a variable: e^(−z) and e^z."""
    if isinstance(v, t.Apply):
        return t.apply(v.function, _key(v)) if v.function == "exp" else v
    return _key(v) if symbolic_power(v) else v


def _by_product(term: t.Term, result: t.Atom, definition: t.Term, order: Order) -> t.Term | None:
    """``σ + z σ(1 − σ)`` with ``h = z σ`` is ``σ + h(1 − σ)``: the stage for the product that it is."""
    if not isinstance(definition, t.Mul):
        return None
    try:
        polynomials = Polynomials([term, definition, result])
    except TooLarge:
        return None
    (above, below), (c, d) = polynomials.fraction(definition), polynomials.fraction(term)
    if not below.is_constant() or len(above) != 1 or len(c) < 3:
        return None  # o(1 − tanh²) stays as it is
    ((wanted, count),) = above.to_dict().items()
    place = polynomials.places[result]
    changed: dict[tuple[int, ...], int] = {}
    for exponents, coefficient in c.to_dict().items():
        times = min((int(e) // int(w) for e, w in zip(exponents, wanted, strict=True) if w), default=0)
        new = [int(e) - times * int(w) for e, w in zip(exponents, wanted, strict=True)]
        new[place] += times
        value = Fraction(int(coefficient)) * (Fraction(int(below.leading_coefficient()), int(count)) ** times)
        if value.denominator != 1:
            return None
        changed[tuple(new)] = changed.get(tuple(new), 0) + int(value)
    try:
        candidate = polynomials.factored(polynomials.context.from_dict(changed), d, order)
    except TooLarge:
        return None
    return in_order(candidate, term)


def bends(definition: t.Term) -> bool:
    """Whether a definition is more than a rational function: books write ``−x/y²``, not ``−f/y`` for ``f = x/y``."""
    return any(
        isinstance(x, t.Apply | t.Contract)
        or (isinstance(x, t.Pow) and not (isinstance(x.exponent, t.Number) and x.exponent.value.denominator == 1))
        for x in t.subterms(definition)
    ) or isinstance(definition, t.Atom)


def solve_factor(definition: t.Term, result: t.Atom, term: t.Term) -> t.Term:
    """``e_k/s = u_k`` gives ``e_k = u_k s``, at every place that the term reads the factor at."""
    if not isinstance(definition, t.Mul):
        return term
    indices = [i for i in result.indices if isinstance(i, t.Index)]
    for n, factor in enumerate(definition.factors):
        if not isinstance(factor, t.Apply | t.Atom) or factor.free != frozenset(indices) or factor == term:
            continue
        rest = t.power(t.mul(*definition.factors[:n], *definition.factors[n + 1 :]), t.MINUS_ONE)
        put: dict[t.Term, t.Term] = {}
        for x in t.subterms(term):
            names = matches(factor, x) if x.free <= term.free else None
            if names is not None:
                at = tuple(names.get(i, i) if isinstance(i, t.Index) else i for i in result.indices)
                put[x] = t.mul(t.Atom(result.node, at), t.rename(rest, names))
        if put:
            return t.replace(term, put)
    return term


def matches(pattern: t.Term, term: t.Term) -> dict[t.Index, t.Place] | None:
    """The renaming of free indices that makes the pattern the term, if there is one."""
    if type(pattern) is not type(term):
        return None
    one = [i for a in t.atoms(pattern) for i in a.indices]
    other = [i for a in t.atoms(term) for i in a.indices]
    if len(one) != len(other):
        return None
    if not all(isinstance(j, t.Index | int) for j in other):
        return None  # beside its axis an atom is 0, and so is its stage: that is another rule
    names = {i: j for i, j in zip(one, other, strict=True) if isinstance(i, t.Index)}
    return names if t.rename(pattern, names) == term else None


def _hidden(term: t.Term, definition: t.Term) -> list[t.Term]:
    """Functions that both are made of: arguments of exponentials, other applications."""

    def found(x: t.Term) -> dict[t.Term, None]:
        return dict.fromkeys(s for s in t.subterms(x) if isinstance(s, t.Apply) or symbolic_power(s))

    keys = {_key(s) for s in found(definition)}
    return list({_key(s): s for s in found(term) if _key(s) in keys}.values())


def _key(x: t.Term) -> t.Term:
    if isinstance(x, t.Pow):
        return t.power(x.base, whole_part(x.exponent)[0])
    assert isinstance(x, t.Apply)
    if x.function != "exp":
        return x
    argument = x.arguments[0]
    return t.split(argument)[1] if not isinstance(argument, t.Add) else x


def eliminations(term: t.Term, result: t.Atom, definition: t.Term, order: Order) -> Iterator[t.Term]:
    """The term in a stage's value, one form for each function that could be eliminated; longer forms too."""
    for hidden in _hidden(term, definition):
        candidate = _eliminate(term, result, definition, hidden, order)
        if candidate is not None:
            yield candidate


def _eliminate(term: t.Term, result: t.Atom, definition: t.Term, hidden: t.Term, order: Order) -> t.Term | None:
    try:
        return _resolved(term, result, definition, hidden, order)
    except (TooLarge, OverflowError):  # coefficients that python-flint cannot sort
        return None


def _resolved(term: t.Term, result: t.Atom, definition: t.Term, hidden: t.Term, order: Order) -> t.Term | None:
    polynomials = Polynomials([term, definition, result], ["w"])
    place = _place(polynomials, hidden)
    if place is None:
        return None
    u = polynomials.generators[polynomials.places[result]]
    w = polynomials.generators[-1]
    a, b = polynomials.fraction(definition)
    c, d = polynomials.fraction(term)
    eliminated = (u * b - a).resultant(w * d - c, f"v{place}")
    _, factors = eliminated.factor()
    for factor, _m in factors:
        if factor.degrees()[-1] != 1:
            continue
        slope = factor.derivative(len(polynomials.variables))
        rest = factor - slope * w
        common = rest.gcd(slope)
        candidate = polynomials.factored(-(rest // common), slope // common, order)
        if _agrees(candidate, term, result, definition):
            return in_order(candidate, term)
    return None


def _place(polynomials: Polynomials, hidden: t.Term) -> int | None:
    for v, n in polynomials.places.items():
        if v == hidden or ((isinstance(v, t.Apply) or symbolic_power(v)) and _key(v) == _key(hidden)):
            return n
    return None


def _agrees(candidate: t.Term, term: t.Term, result: t.Atom, definition: t.Term) -> bool:
    """Whether two terms have one value at points that nothing chose, the result being computed."""
    from gradviz.calculus.sample import sample

    for seed in range(3):
        values = sample([term, definition], seed, {result: definition})
        one, other = values(candidate), values(term)
        if abs(one - other) > 1e-9 * (1 + abs(other)):
            return False
    return True
