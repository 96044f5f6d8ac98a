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
            return e.arguments
        case tree.Entry():
            return (e.array, *e.indices)
        case tree.Big():
            return (*(x for x in (e.low, e.high) if x is not None), e.body)
        case tree.Comparison():
            return (e.left, e.right)
        case tree.Indicator():
            return (e.condition,)
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
            return tree.Call(e.function, tuple(map(change, e.arguments)), e.order, e.span)
        case tree.Entry():
            return tree.Entry(change(e.array), tuple(map(change, e.indices)), e.span)
        case tree.Big():
            return replace(e, body=change(e.body))
        case tree.Comparison():
            return tree.Comparison(e.operator, change(e.left), change(e.right), e.span)
        case tree.Indicator():
            condition = change(e.condition)
            assert isinstance(condition, tree.Comparison)
            return tree.Indicator(condition, e.span)
        case tree.Partial():
            return tree.Partial(change(e.of), change(e.by), e.span)
        case tree.Either():
            return replace(e, readings=tuple(map(change, e.readings)))
    return e


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
    """Put the reading that shapes decided on in the place of each `tree.Either`.

    Parameters
    ----------
    e : tree.Expr
    taken : mapping of int to tree.Expr
        By ``id`` of the `tree.Either`.
    """
    if not taken:
        return e
    if isinstance(e, tree.Either) and id(e) in taken:
        return settle(taken[id(e)], taken)
    return rebuild(e, lambda c: settle(c, taken))
