"""Sizes as expressions: ``n``, ``h − 2``, ``⌊(h − 1)/2⌋ + 1``."""

from __future__ import annotations

from fractions import Fraction

from gradviz.notation import tree
from gradviz.terms import Dim, Extent


def whole(value: int) -> tree.Expr:
    """A whole number as an expression.

    Examples
    --------
    >>> whole(-2)
    Negative(operand=Number(value=Fraction(2, 1), text='2'))
    """
    number = tree.Number(Fraction(abs(value)), str(abs(value)))
    return tree.Negative(number) if value < 0 else number


def size_expr(dim: Dim) -> tree.Expr:
    """A size as an expression.

    Examples
    --------
    >>> from gradviz.notation import write
    >>> from gradviz.terms import plus, times, windows
    >>> [write(size_expr(d), "ascii", {}) for d in (3, "n", plus("h", -2), times(2, "m", "n"))]
    ['3', 'n', 'h - 2', '2m n']
    """
    if isinstance(dim, int):
        return whole(dim)
    if not isinstance(dim, Extent):
        return tree.Name(dim)
    if dim.quotient is not None:
        inner, divisor = dim.quotient
        return tree.Call("floor", (tree.Product((size_expr(inner), whole(divisor)), ("/",)),))
    items = [_monomial(names, count) for names, count in dim.parts]
    return items[0] if len(items) == 1 else tree.Sum(tuple(items))


def _monomial(names: tuple[str, ...], count: int) -> tree.Expr:
    factors = [whole(abs(count))] if abs(count) != 1 or not names else []
    factors += [size_expr(n) for n in names]
    e = factors[0] if len(factors) == 1 else tree.Product(tuple(factors), ("",) * (len(factors) - 1))
    return tree.Negative(e) if count < 0 else e
