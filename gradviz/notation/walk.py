"""Going through syntax trees: what is inside an expression, and putting something else there."""

from __future__ import annotations

from collections.abc import Mapping
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


def substitute(e: tree.Expr, put: Mapping[str, tree.Expr]) -> tree.Expr:
    """Put expressions in the place of names; indices bound by a sum are left alone.

    Examples
    --------
    >>> substitute(tree.Negative(tree.Name("v")), {"v": tree.Name("z")})
    Negative(operand=Name(name='z'))
    """
    match e:
        case tree.Number():
            return e
        case tree.Name():
            return put.get(e.name, e)
        case tree.Negative() | tree.Transpose() | tree.Inverse():
            return replace(e, operand=substitute(e.operand, put))
        case tree.Sum() | tree.Array():
            return replace(e, items=tuple(substitute(i, put) for i in e.items))
        case tree.Product():
            return replace(e, operands=tuple(substitute(i, put) for i in e.operands))
        case tree.Power():
            return replace(e, base=substitute(e.base, put), exponent=substitute(e.exponent, put))
        case tree.Call():
            return replace(e, arguments=tuple(substitute(i, put) for i in e.arguments))
        case tree.Entry():
            indices = tuple(substitute(i, put) for i in e.indices)
            return replace(e, array=substitute(e.array, put), indices=indices)
        case tree.Big():
            inner = {n: x for n, x in put.items() if n != e.index}
            return replace(e, body=substitute(e.body, inner))
        case tree.Comparison():
            return replace(e, left=substitute(e.left, put), right=substitute(e.right, put))
        case tree.Indicator():
            condition = substitute(e.condition, put)
            assert isinstance(condition, tree.Comparison)
            return replace(e, condition=condition)
        case tree.Partial():
            return replace(e, of=substitute(e.of, put), by=substitute(e.by, put))
        case tree.Either():
            return replace(e, readings=tuple(substitute(i, put) for i in e.readings))
