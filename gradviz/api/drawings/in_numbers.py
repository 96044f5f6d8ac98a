"""An expression with numbers in the place of its names: what stands below a formula."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from gradviz.api import numbers
from gradviz.notation import tree
from gradviz.notation.walk import children, rebuild

_MOST = 24
"""Entries of an array that is written out within a formula."""

Known = Callable[[tree.Expr], Any]
"""The value of a name or a derivative; `KeyError` where it has none, None for what is no quantity."""


def in_numbers(e: tree.Expr, known: Known, form: numbers.Format = numbers.PLAIN) -> tree.Expr | None:
    """Put numbers in the place of names.

    Parameters
    ----------
    e : tree.Expr
    known : callable
        Gives the value of a name or a derivative, None where it is to be left as it is; it raises `KeyError` where
        there is none.
    form : Format
        How numbers are written.

    Returns
    -------
    tree.Expr or None
        None where numbers cannot be read in its place: sums over indices, large arrays, what has no value.

    Examples
    --------
    >>> from gradviz.notation import write
    >>> e = tree.Product((tree.Name("w"), tree.Name("x")), ("",))
    >>> write(in_numbers(e, lambda name: {"w": -0.5, "x": 2.0}[name.name]), "unicode", {})
    '(−0.5) · 2'
    """
    try:
        return _put(e, known, form)
    except (KeyError, ValueError):
        return None


def _put(e: tree.Expr, known: Known, form: numbers.Format) -> tree.Expr:
    if isinstance(e, tree.Name | tree.Partial):
        value = known(e)
        return e if value is None else literal(value, form)
    if isinstance(e, tree.Big | tree.Cases | tree.Entry | tree.Slice):
        raise ValueError(e)
    done = rebuild(e, lambda c: _put(c, known, form))
    if isinstance(done, tree.Power) and _holds_array(done.exponent):
        raise ValueError(e)
    if isinstance(done, tree.Product) and "/" in done.operators and any(map(_holds_array, done.operands[1:])):
        raise ValueError(e)
    if isinstance(done, tree.Product) and not any(done.operators):
        return _spaced(done)
    if isinstance(done, tree.Transpose) and _is_number(done.operand):
        return done.operand
    return done


def _holds_array(e: tree.Expr) -> bool:
    """Whether brackets stand where a small line has room: in an exponent, below a line."""
    return isinstance(e, tree.Array) or any(map(_holds_array, children(e)))


def _spaced(e: tree.Product) -> tree.Expr:
    """Numbers beside each other have a dot between them."""
    if any(isinstance(x, tree.Array | tree.Transpose) for x in e.operands):
        return e
    return tree.Product(e.operands, ("·",) * len(e.operators))


def _is_number(e: tree.Expr) -> bool:
    return isinstance(e, tree.Number) or (isinstance(e, tree.Negative) and isinstance(e.operand, tree.Number))


def literal(value: Any, form: numbers.Format = numbers.PLAIN) -> tree.Expr:
    """A number or an array as an expression, rounded as everywhere.

    Raises
    ------
    ValueError
        It is no finite number, or too large to be read.
    """
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, list):
        if (
            _count(value) > _MOST
            or numbers.is_large(value)
            or (value and isinstance(value[0], list) and value[0] and isinstance(value[0][0], list))
        ):
            raise ValueError(value)
        return tree.Array(tuple(literal(v, form) for v in value))
    fraction = numbers.rational(value) if form.fractions else None
    text = str(fraction) if fraction else numbers.number(value, "-", form.digits)
    sign, digits = text.startswith("-"), text.removeprefix("-")
    mantissa, _, exponent = digits.partition("e")
    top, _, below = mantissa.partition("/")
    e: tree.Expr = tree.Number(Fraction(top), top)
    if below:
        e = tree.Product((e, tree.Number(Fraction(below), below)), ("/",))
    if exponent:
        e = tree.Product((e, _power_of_ten(int(exponent))), ("·",))
    return tree.Negative(e) if sign else e


def _power_of_ten(exponent: int) -> tree.Expr:
    digits = tree.Number(Fraction(abs(exponent)), str(abs(exponent)))
    return tree.Power(tree.Number(Fraction(10), "10"), tree.Negative(digits) if exponent < 0 else digits)


def _count(value: Any) -> int:
    return sum(map(_count, value)) if isinstance(value, list) else 1


def reading_order(e: tree.Expr) -> tuple[tree.Name, ...]:
    """The names in an expression, each once, as they are read.

    Examples
    --------
    >>> reading_order(tree.Sum((tree.Name("x"), tree.Negative(tree.Name("y")), tree.Name("x"))))
    (Name(name='x'), Name(name='y'))
    """
    found: dict[tree.Name, None] = {}
    stack = [e]
    while stack:
        here = stack.pop()
        if isinstance(here, tree.Name):
            found[here] = None
        stack.extend(reversed(children(here)))
    return tuple(found)
