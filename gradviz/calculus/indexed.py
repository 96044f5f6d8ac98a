"""Terms written with their indices: for what has no matrix form."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

from gradviz import terms as t
from gradviz.calculus.factors import number_expr, scaled
from gradviz.notation import tree
from gradviz.ops.elementwise import SIGNS

Namer: TypeAlias = Callable[[int | str], tuple[tree.Expr, bool]]
"""What a generator is called, and whether it is a row."""

_LETTERS = "ijklpqrstuvabcdm"
_MANY = {"maximum": "max", "minimum": "min"}


def applied(function: str, arguments: tuple[tree.Expr, ...]) -> tree.Expr:
    """A function of the catalogue applied to expressions.

    Examples
    --------
    >>> applied("greater", (tree.Name("z"), tree.Name("a")))
    Indicator(condition=Comparison(operator='>', left=Name(name='z'), right=Name(name='a')))
    """
    if function == "exp":
        return tree.Power(tree.Name("e"), arguments[0])
    if function in SIGNS:
        return tree.Indicator(tree.Comparison(SIGNS[function], arguments[0], arguments[1]))
    return tree.Call(_MANY.get(function, function), arguments)


def place_number(i: t.Place) -> tree.Expr:
    """A fixed place, counted from 1."""
    assert isinstance(i, int)
    return tree.Number(Fraction(i + 1), str(i + 1))


def write_entry(term: t.Term, free: tuple[t.Index, ...], name: Namer) -> tuple[tree.Expr, tuple[str, ...]]:
    """One entry with its indices written, and the letters of the free ones.

    Examples
    --------
    >>> i, j = t.index(3), t.index(3)
    >>> write_entry(t.delta(i, j), (i, j), lambda n: (tree.Name(str(n)), False))[1]
    ('i', 'j')
    """
    letters: dict[t.Index, str] = {i: _LETTERS[n] for n, i in enumerate(free)}
    return _entry_signed(term, letters, name), tuple(letters[i] for i in free)


def _entry(term: t.Term, letters: dict[t.Index, str], name: Namer) -> tree.Expr:
    def go(x: t.Term) -> tree.Expr:
        return _entry(x, letters, name)

    if isinstance(term, t.Number):
        return number_expr(term.value)
    if isinstance(term, t.Size):
        return tree.Name(term.name)
    if isinstance(term, t.Atom):
        e = name(term.node)[0]
        places = tuple(tree.Name(letters[i]) if isinstance(i, t.Index) else place_number(i) for i in term.indices)
        return tree.Entry(e, places) if places else e
    if isinstance(term, t.Delta):
        if not isinstance(term.right, t.Index):
            return tree.Entry(tree.Name("δ"), (tree.Name(letters[term.left]), place_number(term.right)))
        first, second = sorted((letters[term.left], letters[term.right]), key=_LETTERS.index)
        return tree.Entry(tree.Name("δ"), (tree.Name(first), tree.Name(second)))
    if isinstance(term, t.Add):
        return tree.Sum(tuple(_entry_signed(x, letters, name) for x in term.terms))
    if isinstance(term, t.Contract):
        used = set(letters.values())
        inner = dict(letters)
        for i in term.indices:
            inner[i] = next(x for x in _LETTERS if x not in used)
            used.add(inner[i])
        body = _entry(term.body, inner, name)
        for i in reversed(term.indices):
            body = tree.Big("sum", inner[i], None, None, body)
        return body
    if isinstance(term, t.Mul):
        above = []
        below = []
        for f in term.factors:
            base, exponent = t.base_exponent(f)
            if isinstance(exponent, t.Number) and exponent.value < 0:
                below.append(go(t.power(base, t.number(-exponent.value))))
            else:
                above.append(go(f))
        return scaled(above, below, None)
    if isinstance(term, t.Pow):
        if term.exponent == t.number(Fraction(1, 2)):
            return tree.Call("sqrt", (go(term.base),))
        if isinstance(term.exponent, t.Number) and term.exponent.value < 0:
            return scaled([], [go(t.power(term.base, t.number(-term.exponent.value)))], None)
        return tree.Power(go(term.base), go(term.exponent))
    assert isinstance(term, t.Apply)
    return applied(term.function, tuple(go(a) for a in term.arguments))


def _entry_signed(term: t.Term, letters: dict[t.Index, str], name: Namer) -> tree.Expr:
    count, rest = t.split(term)
    if count < 0:
        return tree.Negative(_entry(t.mul(t.number(-count), rest), letters, name))
    return _entry(term, letters, name)
