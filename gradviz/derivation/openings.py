"""Which unnamed operations a derivation treats as stages of their own."""

from __future__ import annotations

from collections.abc import Iterable

from gradviz.calculus.gradients import Gradients
from gradviz.derivation.cuts import above
from gradviz.derivation.inner import Inside, own_call
from gradviz.graph import Dag
from gradviz.graph.expression import loose_indices, node_expr
from gradviz.ops import OPERATIONS
from gradviz.ops.shapes import core


def opened(gradients: Gradients, target: int) -> frozenset[int]:
    """Unnamed operations that a derivation treats as stages, so that each of its steps changes one thing.

    Where the target stands in the output's own expression, used once, these are the operations that lead to it. Else
    they are those where a product of arrays meets a function of entries: ``W x + b`` in ``σ(W x + b)``. The results of
    functions of the program's own are always among them: ``f(x)`` in ``g(f(x))``. What stands for
    one entry only (``∑_j W_ij x_j``) is no name for an array, and stays inside.
    """
    dag = gradients.dag
    return frozenset(i for i in _opened(gradients, target) if not loose_indices(node_expr(dag, i), dag.steady))


def _opened(gradients: Gradients, target: int) -> Iterable[int]:
    dag = gradients.dag
    generators = gradients.links.generators
    between = above(gradients, target)
    if target != dag.root and not any(dag.nodes[s].name for s in between):
        inside = Inside(gradients, dag.root, target, through=True)
        inner = inside.way - {target, dag.root}
        if inside.branches:
            # What nobody named cannot be held fixed: the expression is differentiated as a whole, but for the
            # functions of the program's own that all of it goes through.
            given = {a for i in inside.way if (call := own_call(dag, i)) for a in call.arguments}
            return {i for i in _on_all_paths(dag, inside.way, target) if _own(dag, i) or dag.origins.get(i) in given}
        bent = {j for j in inner for i in inside.users[j] if _bends(dag, i, j)}
        return bent | {i for i in inner if _own(dag, i)}
    mixed: list[frozenset[str]] = []
    found: set[int] = set()
    for i, node in enumerate(dag.nodes):
        held = [j for j in node.inputs if not generators[j] and mixed[j]]
        kind = _kind(dag, i)
        kinds = _NOTHING.union(*[mixed[j] for j in held]) if held else _NOTHING
        for j in held:
            if kind and kind not in mixed[j]:
                found.add(j)
                kinds -= mixed[j]
        mixed.append(kinds | {kind} if kind else kinds)
        if not generators[i] and _own(dag, i):
            found.add(i)
    return found


_NOTHING: frozenset[str] = frozenset()


def _own(dag: Dag, position: int) -> bool:
    """Whether an unnamed operation is the result of a function of the program's own."""
    return not dag.nodes[position].name and own_call(dag, position) is not None


def _on_all_paths(dag: Dag, way: set[int], target: int) -> list[int]:
    """The nodes between a target and the output that every path goes through."""
    order = sorted(way)
    down = dict.fromkeys(order, 0) | {target: 1}
    for i in order:
        if i != target:
            down[i] = sum(down[j] for j in dag.nodes[i].inputs if j in way)
    up = dict.fromkeys(order, 0) | {dag.root: 1}
    for i in reversed(order):
        for j in dag.nodes[i].inputs:
            if j in way:
                up[j] += up[i]
    return [i for i in order if i not in (target, dag.root) and down[i] * up[i] == up[target]]


_PRODUCTS = frozenset({"mul", "matmul", "dot", "outer", "div"})


def _bends(dag: Dag, position: int, operand: int) -> bool:
    """Whether an operation is more than a sum or a scaling of its operand by a number."""
    node = dag.nodes[position]
    if node.op in {"add", "sub", "neg", "transpose", "sum", "mean"} or dag.nodes[operand].op in {"transpose", "neg"}:
        return False
    if node.op in _PRODUCTS and dag.nodes[operand].op in _PRODUCTS:
        return False  # a product of three is one step
    return not any(_numeric(dag, j) for j in node.inputs if j != operand)


def _numeric(dag: Dag, position: int) -> bool:
    node = dag.nodes[position]
    return node.op in {"number", "size", "constant"} or (
        bool(node.inputs) and all(_numeric(dag, j) for j in node.inputs)
    )


def _kind(dag: Dag, position: int) -> str:
    node = dag.nodes[position]
    op = OPERATIONS[node.op]
    if node.op in {"matmul", "einsum"} and core(node.shape):
        return "product"
    return "function" if op.primitive or op.opaque else ""
