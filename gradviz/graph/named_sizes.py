"""A program with names in the place of some of the numbers that its sizes are.

What holds of it for every number that a name can stand for holds for the one that was declared. Such a name is the
number as it is written, which nobody can call anything else: ``W ∈ ℝ^{128×784}`` has sizes named ``128`` and ``784``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from fractions import Fraction

from gradviz.graph.build import build
from gradviz.graph.dag import Dag
from gradviz.messages import GradvizError
from gradviz.notation import tree
from gradviz.notation.walk import rebuild

_FEW = 8
_MOST_DIMS = 12


def declared(dag: Dag) -> tuple[int, ...]:
    """The numbers that sizes of inputs are, the largest first; those that are small are left out.

    Examples
    --------
    >>> import gradviz as gv
    >>> declared(gv.parse("W ∈ ℝ^{128×784}; x ∈ ℝ^784; v ∈ ℝ^3; L = sum(W x) + sum(v)").dag)
    (784, 128)
    """
    dims = {d for name in dag.leaves for d in dag.nodes[dag.names[name]].shape if isinstance(d, int)}
    return tuple(sorted((d for d in dims if d > _FEW), reverse=True))


def named(program: tree.Program, dims: Collection[int], of: str | None) -> Dag | None:
    """The graph of a program in which some numbers are names wherever they stand; None where it cannot be built so."""

    def change(e: tree.Expr) -> tree.Expr:
        return with_names(e, dims)

    try:
        return build(replace(program, statements=tuple([_statement(s, dims, change) for s in program.statements])), of)
    except GradvizError:
        return None


def nameable(program: tree.Program, dag: Dag, of: str | None) -> tuple[int, ...]:
    """As many of a graph's declared sizes as may have names at once; the largest come first."""
    found: tuple[int, ...] = ()
    dims = declared(dag)[:_MOST_DIMS]
    if named(program, dims, of) is not None:
        return dims
    for d in dims:
        if named(program, (*found, d), of) is not None:
            found = (*found, d)
    return found


def with_names(e: tree.Expr, dims: Collection[int]) -> tree.Expr:
    """An expression with names for some numbers."""
    if isinstance(e, tree.Number):
        return tree.Name(str(e.value), e.span) if e.value.denominator == 1 and e.value.numerator in dims else e
    return _inside(e, lambda part: with_names(part, dims))


def with_numbers(e: tree.Expr, dims: Collection[int]) -> tree.Expr:
    """An expression with the numbers again that `with_names` gave names to."""
    if isinstance(e, tree.Name):
        number = int(e.name) if e.name.isdecimal() else None
        return tree.Number(Fraction(e.name), e.name, e.span) if number in dims else e
    return _inside(e, lambda part: with_numbers(part, dims))


def _inside(e: tree.Expr, change: Callable[[tree.Expr], tree.Expr]) -> tree.Expr:
    if isinstance(e, tree.Big):
        low, high = (None if x is None else change(x) for x in (e.low, e.high))
        return replace(e, low=low, high=high, body=change(e.body))
    return rebuild(e, change)


def _statement(s: tree.Statement, dims: Collection[int], change: Callable[[tree.Expr], tree.Expr]) -> tree.Statement:
    match s:
        case tree.Declaration() if s.shape is not None:
            return replace(s, shape=tuple([str(d) if d in dims else d for d in s.shape]))
        case tree.Definition():
            return replace(s, value=change(s.value))
        case tree.Function():
            return replace(s, body=tuple([replace(d, value=change(d.value)) for d in s.body]))
    return s
