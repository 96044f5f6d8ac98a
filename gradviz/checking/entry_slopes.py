"""Derivatives of sums of entries by an entry, in answers: ``∂(Σₖ Xⱼₖ wₖ − yⱼ)/∂wᵢ`` is ``Σₖ Xⱼₖ δₖᵢ``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from gradviz.graph.partials import partial_name
from gradviz.notation import tree
from gradviz.notation.walk import children, rebuild, within
from gradviz.ops import OPERATIONS

_ONE, _ZERO = tree.Number(Fraction(1), "1"), tree.Number(Fraction(0), "0")
_TWO = tree.Number(Fraction(2), "2")

_OF_FUNCTIONS: dict[str, Callable[[tree.Expr, tree.Expr], tree.Expr]] = {
    "ln": lambda u, v: _over(_ONE, v),
    "exp": lambda u, v: u,
    "sqrt": lambda u, v: _over(_ONE, _times(_TWO, u)),
    "sigmoid": lambda u, v: _times(u, _less(_ONE, u)),
    "tanh": lambda u, v: _less(_ONE, tree.Power(u, _TWO)),
}
"""The derivative of a function, from its value and its operand; others are called by their primes."""


class _Beyond(Exception):  # noqa: N818 - caught in this file
    """What no rule here differentiates."""


def with_slopes(
    e: tree.Expr, fixed: Callable[[str, str], bool], notice: Callable[..., None], *, totally: bool = False
) -> tree.Expr:
    """An answer with derivatives of sums of entries worked out; others are left.

    Parameters
    ----------
    e : tree.Expr
    fixed : callable
        Whether what has one name stays as it is where what has the other moves.
    notice : callable
        Is told of a derivative of what has names that are not fixed, which are held so, or move along (``totally``).
    totally : bool
    """
    if isinstance(e, tree.Partial):
        return _worked_out(e, fixed, notice, totally=totally)
    return rebuild(e, lambda x: with_slopes(x, fixed, notice, totally=totally)) if children(e) else e


def _worked_out(
    e: tree.Partial, fixed: Callable[[str, str], bool], notice: Callable[..., None], *, totally: bool
) -> tree.Expr:
    by = e.by
    if not isinstance(by, tree.Entry) or not _reads_loosely(e.of):
        return e
    named = isinstance(by.array, tree.Name)
    if not named and (totally or any(isinstance(x, tree.Entry) for x in within(by.array))):
        return e
    parts = within(e.of)
    letters = {i.name for i in by.indices if isinstance(i, tree.Name)}
    if len(letters) < len(by.indices) or any(isinstance(x, tree.Big) and x.index in letters for x in parts):
        return e
    name = by.array.name if isinstance(by.array, tree.Name) else ""
    names = {x.name for x in parts if isinstance(x, tree.Name)} if named else set()  # else all names are held
    moving = sorted(n for n in names if n != name and not fixed(n, name))
    try:
        found = _slope(e.of, by, frozenset(moving) if totally else frozenset())
    except _Beyond:
        return e
    if moving and not totally:
        notice(partial_name(e), moving[0], named=False)
    return found


def _reads_loosely(e: tree.Expr) -> bool:
    """Whether an expression is more than one entry of something, and reads entries at letters that no sum runs over."""
    parts = within(e)
    bound = {x.index for x in parts if isinstance(x, tree.Big)}
    read = {i.name for x in parts if isinstance(x, tree.Entry) for i in x.indices if isinstance(i, tree.Name)}
    return bool(read - bound) and (bool(bound) or len({x.indices for x in parts if isinstance(x, tree.Entry)}) > 1)


def _slope(e: tree.Expr, by: tree.Entry, moving: frozenset[str]) -> tree.Expr:
    """The derivative of an expression by an entry."""
    if not any(x == by.array or (isinstance(x, tree.Name) and x.name in moving) for x in within(e)):
        return _ZERO
    match e:
        case tree.Name() if e.name in moving:
            return tree.Entry(tree.Partial(e, by.array), by.indices)
        case tree.Entry(array=tree.Name(name=name)) if name in moving:
            return tree.Entry(tree.Partial(e.array, by.array), (*e.indices, *by.indices))
        case tree.Entry() if e.array == by.array and len(e.indices) == len(by.indices):
            return _product([tree.Entry(tree.Name("δ"), pair) for pair in zip(e.indices, by.indices, strict=True)])
        case tree.Negative():
            return tree.Negative(_slope(e.operand, by, moving))
        case tree.Sum():
            found = [s for s in (_slope(x, by, moving) for x in e.items) if s != _ZERO]
            return tree.Sum(tuple(found)) if len(found) > 1 else found[0]
        case tree.Product():
            return _of_product(e, by, moving)
        case tree.Power():
            return _of_power(e, by, moving)
        case tree.Big(operator="sum"):
            return tree.Big("sum", e.index, e.low, e.high, _slope(e.body, by, moving))
        case tree.Call(arguments=(inner,)) if not (e.order or e.options) and _is_by_entries(e.function):
            make = _OF_FUNCTIONS.get(e.function)
            own = replace(e, order=1) if make is None else make(e, inner)
            return _times(own, _slope(inner, by, moving))
    raise _Beyond


def _is_by_entries(function: str) -> bool:
    return function in OPERATIONS and OPERATIONS[function].elementwise


def _of_product(e: tree.Product, by: tree.Entry, moving: frozenset[str]) -> tree.Expr:
    if any(sign not in ("", "·", "/") for sign in e.operators):
        raise _Beyond
    summands: list[tree.Expr] = []
    for n, operand in enumerate(e.operands):
        slope = _slope(operand, by, moving)
        if slope == _ZERO:
            continue
        if n and e.operators[n - 1] == "/":
            # The quotient with the divisor once more below, times the divisor's own slope.
            summands.append(tree.Negative(_times(_over(e, operand), slope)))
        else:
            summands.append(tree.Product((*e.operands[:n], slope, *e.operands[n + 1 :]), e.operators))
    return tree.Sum(tuple(summands)) if len(summands) > 1 else summands[0]


def _of_power(e: tree.Power, by: tree.Entry, moving: frozenset[str]) -> tree.Expr:
    inner = _slope(e.base, by, moving)
    if inner == _ZERO:
        if e.base != tree.Constant("e"):
            raise _Beyond
        return _times(e, _slope(e.exponent, by, moving))
    if not isinstance(e.exponent, tree.Number):
        raise _Beyond
    less = e.exponent.value - 1
    base = e.base if less == 1 else tree.Power(e.base, tree.Number(less, str(less)))
    return _product([e.exponent, base, inner])


def _product(parts: list[tree.Expr]) -> tree.Expr:
    return parts[0] if len(parts) == 1 else tree.Product(tuple(parts), ("·",) * (len(parts) - 1))


def _times(one: tree.Expr, other: tree.Expr) -> tree.Expr:
    return tree.Product((one, other), ("·",))


def _over(above: tree.Expr, below: tree.Expr) -> tree.Expr:
    return tree.Product((above, below), ("/",))


def _less(one: tree.Expr, other: tree.Expr) -> tree.Expr:
    return tree.Sum((one, tree.Negative(other)))
