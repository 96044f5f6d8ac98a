"""Going through syntax trees: what is inside an expression, and putting something else there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from gradviz.notation import tree


def children(e: tree.Expr) -> tuple[tree.Expr, ...]:
    """The expressions directly inside an expression.

    Examples
    --------
    >>> children(tree.Negative(tree.Name("x")))
    (Name(name='x'),)
    """
    if type(e) is tree.Name or type(e) is tree.Number:
        return ()
    match e:
        case tree.Negative() | tree.Transpose() | tree.Inverse():
            return (e.operand,)
        case tree.Sum() | tree.Array():
            return e.items
        case tree.Product():
            return e.operands
        case tree.Power():
            return (e.base, e.exponent)
        case tree.Call():
            return (*e.arguments, *(value for _, value in e.options))
        case tree.Entry():
            return (e.array, *e.indices)
        case tree.Slice():
            return tuple(x for x in (e.low, e.high) if x is not None)
        case tree.Big():
            return (*(x for x in (e.low, e.high) if x is not None), e.body)
        case tree.Comparison():
            return (e.left, e.right)
        case tree.Indicator():
            return (e.condition,)
        case tree.Cases():
            return tuple(x for value, condition in e.rows for x in (value, *condition))
        case tree.Partial():
            return (e.of, e.by)
        case tree.Either():
            return e.readings
    return ()


def rebuild(e: tree.Expr, change: Callable[[tree.Expr], tree.Expr]) -> tree.Expr:
    """The expression with each one directly inside it changed; the limits of a sum stay.

    Examples
    --------
    >>> rebuild(tree.Negative(tree.Name("x")), lambda c: tree.Name("y"))
    Negative(operand=Name(name='y'))
    """
    match e:
        case tree.Product():
            return tree.Product(tuple(map(change, e.operands)), e.operators, e.span)
        case tree.Sum() | tree.Array():
            return type(e)(tuple(map(change, e.items)), e.span)
        case tree.Negative() | tree.Transpose() | tree.Inverse():
            return type(e)(change(e.operand), e.span)
        case tree.Power():
            return tree.Power(change(e.base), change(e.exponent), e.span)
        case tree.Call():
            options = tuple((name, change(value)) for name, value in e.options)
            return replace(e, arguments=tuple(map(change, e.arguments)), options=options)
        case tree.Entry():
            return tree.Entry(change(e.array), tuple(map(change, e.indices)), e.span)
        case tree.Slice():
            low, high = (x and change(x) for x in (e.low, e.high))
            return replace(e, low=low, high=high)
        case tree.Big():
            return replace(e, body=change(e.body))
        case tree.Comparison():
            return tree.Comparison(e.operator, change(e.left), change(e.right), e.span)
        case tree.Indicator():
            return tree.Indicator(_compared(e.condition, change), e.span)
        case tree.Cases():
            return replace(e, rows=tuple((change(v), tuple(_compared(c, change) for c in cs)) for v, cs in e.rows))
        case tree.Partial():
            return tree.Partial(change(e.of), change(e.by), e.span)
        case tree.Either():
            return replace(e, readings=tuple(map(change, e.readings)))
    return e


def _compared(e: tree.Comparison, change: Callable[[tree.Expr], tree.Expr]) -> tree.Comparison:
    changed = change(e)
    assert isinstance(changed, tree.Comparison)
    return changed


def substitute(e: tree.Expr, put: Mapping[str, tree.Expr]) -> tree.Expr:
    """Put expressions in the place of names; indices bound by a sum are left alone.

    Examples
    --------
    >>> substitute(tree.Negative(tree.Name("v")), {"v": tree.Name("z")})
    Negative(operand=Name(name='z'))
    """
    if isinstance(e, tree.Name):
        return put.get(e.name, e)
    inner = {n: x for n, x in put.items() if n != e.index} if isinstance(e, tree.Big) else put
    return rebuild(e, lambda c: substitute(c, inner))


def settle(e: tree.Expr, taken: Mapping[int, tree.Expr]) -> tree.Expr:
    """Put what shapes decided on in the place of each `tree.Either`, and of each `tree.Cases`.

    Parameters
    ----------
    e : tree.Expr
    taken : mapping of int to tree.Expr
        By ``id`` of what it is taken for.
    """
    if not taken:
        return e
    if isinstance(e, tree.Either | tree.Cases) and id(e) in taken:
        return settle(taken[id(e)], taken)
    return rebuild(e, lambda c: settle(c, taken))
