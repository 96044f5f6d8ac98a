"""What a node is called: its name, what the person wrote, or its operations written out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from gradviz.graph.barred import unbarred
from gradviz.graph.calls import arranged_call, read_expr
from gradviz.graph.dag import Dag
from gradviz.graph.letters import Letters
from gradviz.notation import tree
from gradviz.notation.extents import size_expr
from gradviz.notation.walk import children, rebuild, substitute, within
from gradviz.ops import CALLED
from gradviz.ops.elementwise import SIGNS
from gradviz.ops.operation import Shape
from gradviz.ops.shapes import core

_NONE: Mapping[tree.Call, tree.Function] = {}
_LONG = 60
"""Operations in an expression that somebody still reads."""


def node_expr(dag: Dag, position: int) -> tree.Expr:
    """The expression of a node, named nodes by their names.

    What is longer than anybody reads is called by its position, ``_17``.
    """
    node = dag.nodes[position]
    if node.name:
        return tree.Name(node.name)
    if position in dag.origins:
        return dag.origins[position]
    return tree.Name(f"_{position}") if dag.weights[position] > _LONG else _expr(dag, position)


def stage_expr(dag: Dag, position: int) -> tree.Expr:
    """The expression behind a node's name: what the person wrote, or its operation written out."""
    name = dag.nodes[position].name
    if name in dag.trees:
        return dag.trees[name]
    return dag.origins.get(position) or _expr(dag, position, look_inside=True)


def stage_name(dag: Dag, name: str) -> tree.Expr:
    """What stands on the left of a stage's definition: ``p``, or ``p_i`` where it is defined by entries."""
    indices = dag.entries.get(name, ())
    return tree.Entry(tree.Name(name), tuple(map(tree.Name, indices))) if indices else tree.Name(name)


def written_expr(dag: Dag, position: int) -> tree.Expr:
    """The expression behind a name, to be read: cases as they were written."""
    return dag.cased.get(dag.nodes[position].name) or stage_expr(dag, position)


def loose_indices(e: tree.Expr, bound: frozenset[str] = frozenset()) -> bool:
    """Whether an expression is read at an index that nothing in it binds: ``w_i``, but not ``∑_i w_i``.

    Parameters
    ----------
    e : tree.Expr
    bound : frozenset of str
        Names that are no such indices: sizes, and what is bound around the expression.

    Examples
    --------
    >>> entry = tree.Entry(tree.Name("w"), (tree.Name("i"),))
    >>> loose_indices(entry), loose_indices(tree.Big("sum", "i", None, None, entry))
    (True, False)
    """
    return next(loose_in(e, bound), None) is not None


def loose_in(e: tree.Expr, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """The indices that an expression is read at and that nothing in it binds."""
    if isinstance(e, tree.Big):
        bound = bound | {e.index}
        yield from _compared_with(e.index, e.body, bound)
    if isinstance(e, tree.Entry):
        yield from (n for i in e.indices for n in _names(i) if n not in bound)
    for c in children(e):
        yield from loose_in(c, bound)


def _compared_with(index: str, e: tree.Expr, bound: frozenset[str]) -> Iterator[str]:
    """The letters that the index of a sum or product is compared with: i in ``𝟙[j ≠ i]``."""
    for x in within(e):
        if isinstance(x, tree.Comparison):
            sides = [s.name for s in (x.left, x.right) if isinstance(s, tree.Name)]
            if index in sides:
                yield from (s for s in sides if len(s) == 1 and s not in bound and not _binds(e, s))


def _binds(e: tree.Expr, letter: str) -> bool:
    return any(isinstance(x, tree.Big) and x.index == letter for x in within(e))


def _names(e: tree.Expr) -> Iterator[str]:
    if isinstance(e, tree.Name):
        yield e.name
    for c in children(e):
        yield from _names(c)


def array_expr(dag: Dag, position: int) -> tree.Expr:
    """The expression of a node as a whole: what was written entry by entry is written for the array.

    Where there is no such expression, the node is called by its position.
    """
    e = node_expr(dag, position)
    if not loose_indices(e, dag.steady):
        return e
    node = dag.nodes[position]
    whole: tree.Expr | None = None
    if dag.weights[position] <= _LONG:
        parts = [array_expr(dag, j) for j in node.inputs]
        whole = _whole_einsum(parts, node.attr) if node.op == "einsum" else _operation(dag, position, parts)
    return tree.Name(f"_{position}") if whole is None or loose_indices(whole, dag.steady) else whole


def _whole_einsum(parts: list[tree.Expr], attr: Any) -> tree.Expr | None:
    """Sums of rows and columns, transposes, and products of two, in matrix notation."""
    axes_in, axes_out = attr
    number = {a: n for n, a in enumerate(dict.fromkeys(a for axes in axes_in for a in axes))}
    spec = (tuple(tuple(number[a] for a in axes) for axes in axes_in), tuple(number[a] for a in axes_out))
    if spec == (((0, 1),), (1, 0)):
        return tree.Transpose(parts[0])
    if spec in _SUMMED:
        return tree.Call(_SUMMED[spec], (parts[0],))
    if spec in _BESIDE:
        return tree.Product(tuple(parts), (_BESIDE[spec],))
    return None


_SUMMED = {(((0, 1),), (0,)): "rowsum", (((0, 1),), (1,)): "colsum"}
_BESIDE = {(((0, 1), (1,)), (0,)): "", (((0, 1), (1, 2)), (0, 2)): "", (((0,), (1,)), (0, 1)): "⊗"}


def open_calls(
    e: tree.Expr, functions: Mapping[str, tree.Function], entrywise: Mapping[tree.Call, tree.Function] = _NONE
) -> tree.Expr:
    """An expression with what the program's own functions say in the place of their calls.

    Parameters
    ----------
    e : tree.Expr
    functions : mapping of str to tree.Function
        Those that are opened.
    entrywise : mapping of tree.Call to tree.Function
        What a function says where it is read entry by entry.

    Examples
    --------
    >>> from gradviz.notation import read_program, write
    >>> from gradviz.ops import WORDS
    >>> program = read_program("f(v) = v^2; L = f(x) + 1", WORDS)
    >>> function, definition = program.statements
    >>> write(open_calls(definition.value, {"f": function}), "unicode", WORDS)
    'x² + 1'
    """
    if not functions or isinstance(e, tree.Partial):
        return e  # the name of a derivative is looked up as it stands
    if not isinstance(e, tree.Call) or e.function not in functions or e.order:
        return rebuild(e, lambda c: open_calls(c, functions, entrywise))
    return open_calls(open_call(e, functions, entrywise), functions, entrywise)


def open_call(
    e: tree.Call, functions: Mapping[str, tree.Function], entrywise: Mapping[tree.Call, tree.Function] = _NONE
) -> tree.Expr:
    """What a function says in the place of its call; functions inside stay."""
    function = entrywise.get(e, functions[e.function])
    put: dict[str, tree.Expr] = {p.name: a for p, a in zip(function.parameters, e.arguments, strict=True)}
    for d in function.body:
        value = substitute(d.value, put)
        put.update((target.name, value) for target in d.targets)
    return put[function.results[0].name]


def _expr(dag: Dag, position: int, *, look_inside: bool = False) -> tree.Expr:
    node = dag.nodes[position]
    if node.name and not look_inside:
        return tree.Name(node.name)
    if position in dag.origins:
        return dag.origins[position]
    if not node.inputs:
        return _constant(node.op, node.attr, node.shape)
    return _operation(dag, position, [node_expr(dag, j) for j in node.inputs])


def _operation(dag: Dag, position: int, parts: list[tree.Expr]) -> tree.Expr:
    """The operation of a node between the expressions of its operands."""
    node = dag.nodes[position]
    shapes = [core(dag.nodes[j].shape) for j in node.inputs]
    if node.op == "add":
        return tree.Sum(tuple(parts))
    if node.op == "sub":
        return tree.Sum((parts[0], tree.Negative(parts[1])))
    if node.op == "neg":
        return tree.Negative(parts[0])
    if node.op == "mul":
        return tree.Product(tuple(parts), ("⊙" if all(shapes) else "",))
    if node.op == "div":
        return tree.Product(tuple(parts), ("⊘" if all(shapes) else "/",))
    if node.op == "matmul":
        return tree.Product(tuple(parts), ("",))
    if node.op == "outer":
        return tree.Product(tuple(parts), ("⊗",))
    if node.op == "power":
        return tree.Power(parts[0], parts[1]) if len(shapes[0]) < 2 else tree.Call("power", tuple(parts))
    if node.op == "exp":
        return tree.Power(tree.Constant("e"), parts[0])
    if node.op == "transpose":
        return tree.Transpose(parts[0])
    if node.op == "inv":
        return tree.Inverse(parts[0])
    if node.op == "identity":
        return parts[0]
    if node.op == "sqnorm":
        return tree.Power(tree.Call("norm", (parts[0],)), tree.Number(Fraction(2), "2"))
    if node.op in SIGNS:
        return tree.Indicator(tree.Comparison(SIGNS[node.op], parts[0], parts[1]))
    if node.op == "entry":
        assert isinstance(node.attr, tuple)
        return tree.Entry(parts[0], tuple(tree.Number(Fraction(i + 1), str(i + 1)) for i in node.attr))
    if node.op == "stack":
        return _array(parts, node.shape) if not any(shapes) else tree.Call("stack", tuple(parts))
    if node.op == "einsum":
        return _einsum(parts, node.attr, dag.letters)
    if node.op == "read":
        return read_expr(parts[0], node.attr, dag.letters)
    call = arranged_call(node.op, tuple(parts), node.attr, tuple(dag.nodes[j].shape for j in node.inputs))
    if call is not None:
        return call
    made = tree.Call(CALLED.get(node.op, node.op), tuple(parts))
    return unbarred(made, shapes[0]) if node.op == "abs" else made


def _constant(op: str, attr: object, shape: Shape) -> tree.Expr:
    if op == "number":
        assert isinstance(attr, Fraction)
        top: tree.Expr = tree.Number(Fraction(abs(attr.numerator)), str(abs(attr.numerator)))
        if attr.denominator != 1:
            top = tree.Product((top, tree.Number(Fraction(attr.denominator), str(attr.denominator))), ("/",))
        return tree.Negative(top) if attr < 0 else top
    if op == "ones":
        return tree.Call("ones", tuple(map(size_expr, shape)))
    if op == "eye":
        return tree.Constant("I")
    if op == "size":
        assert isinstance(attr, str)
        return size_expr(attr)
    return tree.Constant(str(attr))


def _array(parts: list[tree.Expr], shape: tuple[object, ...]) -> tree.Expr:
    if len(shape) < 2:
        return tree.Array(tuple(parts))
    width = len(parts) // int(str(shape[0]))
    rows = [parts[i : i + width] for i in range(0, len(parts), width)]
    return tree.Array(tuple(_array(row, shape[1:]) for row in rows))


def _einsum(parts: list[tree.Expr], attr: Any, letters: Letters) -> tree.Expr:
    axes_in, axes_out = attr
    factors = [
        tree.Entry(p, tuple(tree.Name(letters.indices[a]) for a in axes)) if axes else p
        for p, axes in zip(parts, axes_in, strict=True)
    ]
    e: tree.Expr = factors[0] if len(factors) == 1 else tree.Product(tuple(factors), ("",) * (len(factors) - 1))
    summed = dict.fromkeys(a for axes in axes_in for a in axes if a not in axes_out)
    for a in reversed(list(summed)):
        e = tree.Big("sum", letters.indices[a], None, None, e)
    return e
