"""Ones without their size, where the rest tells it: ``(1/n) 𝟏``, ``c 𝟏ᵀ``, ``I − 𝟏 pᵀ``, as books print them.

Where nothing tells it, ones keep their size, ``ones(n)``. What has a shape that is known is written with ``𝟏`` where
it is still read as an array of that shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gradviz.calculus.written import Written
from gradviz.graph.dag import Dag
from gradviz.graph.elaborate import Elaborator
from gradviz.graph.making import Operand, Scope, Unsized, Value
from gradviz.graph.node import Node, Table
from gradviz.graph.ones import read_with_sizes
from gradviz.messages import GradvizError, NamingError, say
from gradviz.notation import tree, write
from gradviz.notation.walk import rebuild, within
from gradviz.ops import WORDS, Shape
from gradviz.ops.shapes import canonical

_ONES = tree.Constant("𝟏")
_NONE: Mapping[str, int] = {}


def told(e: tree.Expr, shape: Shape, shape_of: Callable[[tree.Expr], Shape | None], sizes: frozenset[str]) -> tree.Expr:
    """The expression with ``𝟏`` for ones whose size the reader can tell.

    Parameters
    ----------
    e : tree.Expr
        All of what is printed.
    shape : Shape
        Of the expression.
    shape_of : callable
        The shape of a name or an adjoint that it speaks of; None where there is none.
    sizes : frozenset of str

    Examples
    --------
    >>> from gradviz.notation import read_expression
    >>> e = read_expression("(1/n) ones(n)", WORDS, ("n",))
    >>> write(told(e, ("n",), lambda x: None, frozenset("n")), "unicode", WORDS)
    '(1/n) 𝟏'
    """
    if not has_ones(e):
        return e
    named = {x: shape_of(x) for x in within(e) if isinstance(x, tree.Name | tree.Partial)}
    names = {
        write(x, "unicode", WORDS) if isinstance(x, tree.Partial) else x.name: s
        for x, s in named.items()
        if s is not None
    }
    forms = (x for x in (_everywhere(e), _shortened(e)) if x != e)
    return next((x for x in forms if _read(x, canonical(shape), names, sizes)), e)


def has_ones(e: tree.Expr) -> bool:
    """Whether ones of a stated size stand in an expression."""
    return any([type(x) is tree.Call and _is_ones(x) for x in within(e)])  # noqa: C419 - quicker


def _everywhere(e: tree.Expr) -> tree.Expr:
    """Ones without their size."""
    return _ONES if _is_ones(e) else rebuild(e, _everywhere)


def _shortened(e: tree.Expr) -> tree.Expr:
    """Ones without their size in summands and in products side by side."""
    if isinstance(e, tree.Sum):
        return tree.Sum(tuple(map(_shortened, e.items)))
    if isinstance(e, tree.Negative):
        return tree.Negative(_shortened(e.operand))
    if isinstance(e, tree.Transpose) and _is_ones(e.operand):
        return tree.Transpose(_ONES)
    if isinstance(e, tree.Product) and set(e.operators) <= {""}:
        return tree.Product(tuple(map(_shortened, e.operands)), e.operators)
    return _ONES if _is_ones(e) else e


def _is_ones(e: tree.Expr) -> bool:
    return isinstance(e, tree.Call) and e.function == "ones" and len(e.arguments) == 1


def _read(e: tree.Expr, shape: Shape, names: Mapping[str, Shape], sizes: frozenset[str]) -> bool:
    """Whether an expression is read as an array of a shape."""
    table = Table()
    known: dict[str, Operand] = {n: Value(table.put(Node("leaf", (), s, (), n))) for n, s in names.items()}
    elaborator = Elaborator(table, lambda span: None, _unknown)
    elaborator.expected = [shape]
    scope = Scope(known, sizes)
    try:
        operand = read_with_sizes(elaborator.expression, e, shape, table, scope, _unknown)
        value = elaborator.sized(operand, shape, e) if isinstance(operand, Unsized) else operand
    except GradvizError:
        return False
    return not value.labels and table.nodes[value.node].shape == shape


def _unknown(n: tree.Name) -> Operand:
    raise NamingError(say("unknown-name", name=n.name))


def told_of(e: tree.Expr, shape: Shape, dag: Dag, adjoints: Mapping[str, int]) -> tree.Expr:
    """The same, of an expression over the names and adjoints of a graph."""

    def shape_of(x: tree.Expr) -> Shape | None:
        position = dag.names.get(x.name) if isinstance(x, tree.Name) else None
        position = adjoints.get(write(x, "unicode", WORDS)) if position is None else position
        return None if position is None else dag.nodes[position].shape

    return told(e, shape, shape_of, dag.sizes)


def written_plainly(written: Written, shape: Shape, dag: Dag, adjoints: Mapping[str, int] = _NONE) -> Written:
    """A gradient, or a Jacobian of two axes, with ones as they are told."""
    if written.letters or not has_ones(written.expr):
        return written
    e = told_of(written.expr, shape, dag, adjoints)
    return written if e is written.expr else Written(written.indices, written.term, e, written.letters)
