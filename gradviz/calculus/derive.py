"""Makes the table of derivatives anew: ``python -m gradviz.calculus.derive``.

sympy differentiates the formula of each function on entries; gradviz then looks for the shortest form: in the
function's own value ``u`` (``σ′ = u(1 − u)``), in another function of the catalogue (``softplus′ = σ(v)``), or in both.
What does not change with the operands, indicators among it, is one symbol to sympy and comes back as it was.

It stands here and not beside the table, because it needs the rules by which terms are shortened.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import cache, reduce
from pathlib import Path
from typing import Any

import sympy

from gradviz import ops
from gradviz import terms as t
from gradviz.calculus.cost import cost
from gradviz.calculus.factors import decimal_text
from gradviz.calculus.fold import eliminations, solve_factor
from gradviz.calculus.matrix import write_term
from gradviz.calculus.rational import Polynomials
from gradviz.calculus.sample import sample
from gradviz.calculus.simplify import Simplifier
from gradviz.notation import tree, write
from gradviz.ops.elementwise import COMPARISONS, FUNCTIONS
from gradviz.ops.formula import operand_names, scalar_formula
from gradviz.ops.operation import Operation

TABLE = Path(ops.__file__).with_name("derivatives.py")

_SYMPY = {
    "exp": sympy.exp,
    "ln": sympy.log,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tan": sympy.tan,
    "arcsin": sympy.asin,
    "arccos": sympy.acos,
    "arctan": sympy.atan,
    "sinh": sympy.sinh,
    "cosh": sympy.cosh,
    "tanh": sympy.tanh,
    "erf": sympy.erf,
    "arctan2": sympy.atan2,
}
_OURS = {theirs: ours for ours, theirs in _SYMPY.items()}
_BY_NAME = {op.name: op for op in FUNCTIONS}
_INDICATORS = frozenset(op.name for op in COMPARISONS)
_COMPLEMENTS = {
    "greater": "less_equal",
    "less_equal": "greater",
    "less": "greater_equal",
    "greater_equal": "less",
    "equal": "unequal",
    "unequal": "equal",
}

U = t.Atom("u")
V = t.Atom("v")
PI = t.Atom("π")

_ROUNDS = 4
_KEPT = 12
_FUNCTION = 2.0
_DIGIT = 0.1
_PLACES = 18


def derive(op: Operation) -> tuple[str, ...]:
    """The derivative of a function on entries by each of its operands, as texts of the table.

    Examples
    --------
    >>> from gradviz.ops import OPERATIONS
    >>> derive(OPERATIONS["sigmoid"])
    ('u(1 - u)',)
    """
    slopes = [slope(op, name) for name in operand_names(op)]
    if op.forms:
        return tuple(_text(_declared(op, *pair)) for pair in zip(op.forms, slopes, strict=True))
    return tuple(_text(shortest(op, found)) for found in slopes)


def _declared(op: Operation, form: str, found: t.Term) -> t.Term:
    """The form that a declaration asks for, if the formula gives it."""
    term = scalar_formula(form)
    if not _defined(op, term, spelled(found)):
        raise ValueError(f"{op.name}: the derivative is not {form}")
    return term


def module() -> str:
    """The text of ``gradviz/ops/derivatives.py``."""
    entries = "".join(_entry(op.name, derive(op)) for op in FUNCTIONS)
    return f"{_HEAD}{entries}}}\n"


_HEAD = '''"""Derivatives of the functions on entries, in their output ``u`` where that is shorter.

Made by ``python -m gradviz.calculus.derive`` from the formulas, by sympy; not to be edited. One text for each operand.
"""

DERIVATIVES: dict[str, tuple[str, ...]] = {
'''


def _entry(name: str, texts: tuple[str, ...]) -> str:
    written = ", ".join(f'"{text}"' for text in texts) + ("," if len(texts) == 1 else "")
    line = f'    "{name}": ({written}),'
    return f"{line}{'  # noqa: E501' if len(line) > 120 else ''}\n"


def _text(term: t.Term) -> str:
    expression = write_term(_arranged(term), (), lambda name: (tree.Name(str(name)), False))
    return write(expression, "ascii", ops.WORDS)


def _arranged(term: t.Term) -> t.Term:
    """Summands and factors in the order in which people write them; decimals as decimals."""
    if isinstance(term, t.Number) and _is_decimal(term.value):
        return t.mul(t.number(-1 if term.value < 0 else 1), t.Atom(_decimal(term.value)))
    parts = t.children(term)
    if parts:
        term = t.rebuild(term, map(_arranged, parts))
    if isinstance(term, t.Add):
        return t.Add(tuple(sorted(term.terms, key=cost)))
    if isinstance(term, t.Mul):
        return t.Mul(tuple(sorted(term.factors, key=_rank)))
    return term


def _rank(factor: t.Term) -> int:
    """Numbers, roots of numbers, names, other constants, the rest, indicators."""
    base, exponent = t.base_exponent(factor)
    if isinstance(factor, t.Number) or (isinstance(base, t.Atom) and str(base.node)[0].isdigit()):
        return 0
    if isinstance(base, t.Atom):
        return 2
    if is_step(base):
        indicator = isinstance(base, t.Apply) and base.function in _INDICATORS
        return 5 if indicator else 3 if exponent in (t.ONE, t.MINUS_ONE) else 1
    return 4


def _is_decimal(value: Fraction) -> bool:
    """Whether a number is written with a point: no simple fraction, and its digits end."""
    return value.denominator > 99 and 10**_PLACES % value.denominator == 0


def _decimal(value: Fraction) -> str:
    return decimal_text(abs(value))


# Differentiating -------------------------------------------------------------------------


def slope(op: Operation, name: str) -> t.Term:
    """The derivative of a function by one operand, as sympy gives it.

    Parameters
    ----------
    op : Operation
        A function on entries.
    name : str
        What its formula calls the operand.

    Examples
    --------
    >>> from gradviz.ops import OPERATIONS
    >>> slope(OPERATIONS["abs"], "v") == t.apply("sign", t.Atom("v"))
    True
    """
    to_sympy = _ToSympy()
    formula = to_sympy.convert(spelled(scalar_formula(op.formula)))
    derivative = sympy.diff(formula, to_sympy.symbol(t.Atom(name)))
    return _from_sympy(derivative, {s: x for x, s in to_sympy.symbols.items()})


def spelled(term: t.Term) -> t.Term:
    """The term with each function that sympy does not have spelled out by its formula."""
    parts = tuple(map(spelled, t.children(term)))
    if isinstance(term, t.Apply) and term.function not in _SYMPY and not is_step(term):
        op = _BY_NAME[term.function]
        put: dict[t.Term, t.Term] = {t.Atom(n): p for n, p in zip(operand_names(op), parts, strict=True)}
        return t.replace(spelled(scalar_formula(op.formula)), put)
    return t.rebuild(term, parts) if parts else term


def is_step(term: t.Term) -> bool:
    """Whether a term is constant between kinks: made of indicators and constants alone.

    Examples
    --------
    >>> is_step(t.apply("sign", t.Atom("v")))
    True
    """
    if isinstance(term, t.Atom):
        return term == PI
    if isinstance(term, t.Apply):
        if term.function in _INDICATORS:
            return True
        if term.function not in _SYMPY and is_step(scalar_formula(_BY_NAME[term.function].formula)):
            return True
    return all(map(is_step, t.children(term)))


class _ToSympy:
    """Terms → sympy. Operands, and the largest parts that are constant between kinks, are symbols."""

    def __init__(self) -> None:
        self.symbols: dict[t.Term, Any] = {}

    def symbol(self, term: t.Term) -> Any:
        if term not in self.symbols:
            self.symbols[term] = sympy.Symbol(f"x{len(self.symbols)}", real=True)
        return self.symbols[term]

    def convert(self, term: t.Term) -> Any:
        if isinstance(term, t.Number):
            return sympy.Rational(term.value.numerator, term.value.denominator)
        if isinstance(term, t.Atom) or is_step(term):
            return self.symbol(term)
        parts = [self.convert(p) for p in t.children(term)]
        if isinstance(term, t.Add):
            return sympy.Add(*parts)
        if isinstance(term, t.Mul):
            return sympy.Mul(*parts)
        if isinstance(term, t.Pow):
            return sympy.Pow(*parts)
        assert isinstance(term, t.Apply)
        return _SYMPY[term.function](*parts)


def _from_sympy(expression: Any, symbols: dict[Any, t.Term]) -> t.Term:
    if expression in symbols:
        return symbols[expression]
    if expression.is_Rational:
        return t.number(Fraction(int(expression.p), int(expression.q)))
    if expression is sympy.pi:
        return PI
    parts = [_from_sympy(p, symbols) for p in expression.args]
    if expression.is_Add:
        return t.add(*parts)
    if expression.is_Mul:
        return t.mul(*parts)
    if expression.is_Pow:
        return t.power(*parts)
    return t.apply(_OURS[expression.func], *parts)


# The shortest form -----------------------------------------------------------------------


def shortest(op: Operation, term: t.Term) -> t.Term:
    """The shortest form of a derivative that the rules reach.

    A form is dropped where it is undefined at a point at which the derivative is defined (``u/v`` at 0).
    """
    start = spelled(term)
    forms = {f: _length(f) for f in (term, start)}
    for _ in range(_ROUNDS):
        best = sorted(forms, key=lambda f: forms[f])[:_KEPT]
        new = {_rooted(g) for f in best for g in _moves(op, f)} - forms.keys()
        forms.update((g, _length(g)) for g in sorted(new, key=_text) if _defined(op, g, start))
    return _named(min(forms, key=lambda f: (forms[f], _text(f))))


def _moves(op: Operation, term: t.Term) -> Iterator[t.Term]:
    yield Simplifier(_order)(term)
    yield _factored(term)
    yield from _collected(term)
    yield from _complemented(term)
    for definition in _definitions(op.name):
        yield t.replace(term, {definition: U})
        yield solve_factor(definition, U, term)
        yield from eliminations(term, U, definition, _order)
    for name in _others(op.name):
        formula = _formula(name)
        yield t.replace(term, {formula: t.Atom(name)})
        yield from eliminations(term, t.Atom(name), formula, _order)


def _order(term: t.Term) -> tuple[int, ...]:
    """The value is newer than the operands, and a function of the operands is newer than both."""
    return (0,) if term in (V, t.Atom("a"), t.Atom("b")) else (1,) if isinstance(term, t.Atom) else (2,)


@cache
def _formula(name: str) -> t.Term:
    return spelled(scalar_formula(_BY_NAME[name].formula))


@cache
def _others(name: str) -> tuple[str, ...]:
    """Other functions of one operand that their formula spells out; as atoms, by name, while we search."""
    found = []
    for op in FUNCTIONS:
        formula = scalar_formula(op.formula)
        itself = isinstance(formula, t.Apply) and formula.function in (op.name, *_INDICATORS)
        if op.name != name and operand_names(op) == ("v",) and not itself and not op.forms:
            found.append(op.name)
    return tuple(found)


@cache
def _definitions(name: str) -> tuple[t.Term, ...]:
    """What ``u`` is: by its formula, and by another function (``SiLU(v) = v σ(v)``)."""
    formula = _formula(name)
    forms = (f for n in _others(name) for f in eliminations(formula, t.Atom(n), _formula(n), _order))
    return (formula, *(f for f in forms if cost(f) < cost(formula)))


def _factored(term: t.Term) -> t.Term:
    polynomials = Polynomials([term])
    return polynomials.factored(*polynomials.fraction(term), _order)


def _collected(term: t.Term) -> Iterator[t.Term]:
    """A sum with a common factor of some summands before brackets: ``u + s − u s`` as ``u + s(1 − u)``."""
    if not isinstance(term, t.Add):
        return
    expanded = _expanded(term)
    yield t.add(*expanded)
    for summands in (term.terms, expanded):
        for factor in dict.fromkeys(f for x in summands for f in _factors(x)):
            inside = [t.divide(x, factor) for x in summands if factor in _factors(x)]
            rest = [x for x in summands if factor not in _factors(x)]
            if len(inside) > 1:
                yield t.add(*rest, t.mul(factor, t.add(*inside)))


def _factors(term: t.Term) -> list[t.Term]:
    """The factors that may stand before brackets, a number without its sign."""
    found = t.factors_of(term)
    return [t.number(abs(f.value)) if isinstance(f, t.Number) else f for f in found if f != t.MINUS_ONE]


def _expanded(term: t.Term) -> tuple[t.Term, ...]:
    """The summands, multiplied out one level."""
    summands: list[t.Term] = []
    for x in term.terms if isinstance(term, t.Add) else (term,):
        factors = t.factors_of(x)
        rows = [f.terms if isinstance(f, t.Add) else (f,) for f in factors]
        summands += reduce(lambda done, row: [t.mul(d, r) for d in done for r in row], rows, [t.ONE])
    total = t.add(*summands)
    return total.terms if isinstance(total, t.Add) else (total,)


def _complemented(term: t.Term) -> Iterator[t.Term]:
    """``1 − 1[a > b]`` as ``1[a ≤ b]``, wherever it stands."""
    for x in t.subterms(term):
        if isinstance(x, t.Apply) and x.function in _INDICATORS:
            other = t.apply(_COMPLEMENTS[x.function], *x.arguments)
            yield t.replace(term, {t.add(t.ONE, t.negative(x)): other})


def _rooted(term: t.Term) -> t.Term:
    """``√2 √π`` as ``√(2π)`` in each product."""
    parts = t.children(term)
    if parts:
        term = t.rebuild(term, map(_rooted, parts))
    if not isinstance(term, t.Mul):
        return term
    roots: dict[t.Term, list[t.Term]] = {}
    for f in term.factors:
        base, exponent = t.base_exponent(f)
        if isinstance(exponent, t.Number) and exponent.value.denominator > 1 and is_step(base):
            roots.setdefault(exponent, []).append(base)
    rest = [f for f in term.factors if t.base_exponent(f)[1] not in roots]
    return t.mul(*rest, *(t.power(t.mul(*bases), e) for e, bases in roots.items()))


def _length(term: t.Term) -> float:
    """How long a form is; a function that is computed for it alone is worth some names."""
    named = _named(term)
    applied = {x for x in t.subterms(named) if isinstance(x, t.Apply)}
    digits = sum(len(_digits(x.value)) - 1 for x in t.subterms(named) if isinstance(x, t.Number))
    return cost(named) + _FUNCTION * len(applied) + _DIGIT * digits


def _digits(value: Fraction) -> str:
    return _decimal(value) if _is_decimal(value) else f"{abs(value.numerator)}"


def _named(term: t.Term) -> t.Term:
    """Functions of the catalogue instead of the atoms that stand for them in the search."""
    put: dict[t.Term, t.Term] = {a: t.apply(str(a.node), V) for a in t.atoms(term) if a.node in _BY_NAME}
    return t.replace(term, put) if put else term


def _defined(op: Operation, form: t.Term, term: t.Term) -> bool:
    """Whether a form has the value of the derivative, and a value wherever that has one, 0 and ±1 included."""
    form = _named(form)
    for place in (0, 1, -1, Fraction(7, 10), Fraction(-3, 10), Fraction(17, 10)):
        given: dict[t.Atom, t.Term] = {PI: t.number(Fraction(math.pi)), U: _formula(op.name)}
        for j, name in enumerate(operand_names(op)):
            given[t.Atom(name)] = t.number(place + Fraction(j, 3))
        value = sample((), 0, given)
        wanted, found = value(term), value(form)
        if math.isfinite(wanted) and not abs(found - wanted) <= 1e-9 * (1 + abs(wanted)):
            return False
    return True


def main() -> None:
    """Write the table."""
    TABLE.write_text(module(), encoding="utf-8")


if __name__ == "__main__":
    main()
