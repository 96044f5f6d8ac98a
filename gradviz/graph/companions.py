"""Companions: operations that stand beside another one, because its derivative speaks of them.

``∂ det X/∂X`` is ``det(X) X⁻ᵀ``: beside ``det X`` the graph holds ``X⁻¹``, though nobody wrote it, so that gradients
can speak of it. A companion that nothing named depends on is shown nowhere but in them.
"""

from __future__ import annotations

from collections.abc import Iterable

from gradviz.graph.node import Node, Table, reachable
from gradviz.ops import OPERATIONS
from gradviz.ops.formula import companions

ACCOMPANIED = frozenset(op.name for op in OPERATIONS.values() if op.pullback)


def beside(table: Table, node: Node) -> tuple[Node, ...]:
    """The companions of a node, as nodes.

    Examples
    --------
    >>> table = Table([Node("leaf", (), ("n", "n"), ("n", "n"), "X")])
    >>> beside(table, Node("det", (0,), ()))
    (Node(op='inv', inputs=(0,), shape=('n', 'n'), attr=None, name=''),)
    """
    if node.op not in ACCOMPANIED:
        return ()
    if node.op == "inv":
        return inverses_inside(table, node)
    shapes = tuple(table.nodes[j].shape for j in node.inputs)
    return tuple(
        Node(op, tuple(node.inputs[j] for j in places), shape) for op, places, shape in companions(node.op, shapes)
    )


def inverses_inside(table: Table, node: Node) -> tuple[Node, ...]:
    """The inverses of the square factors of what a node is the inverse of: ``(A X)⁻¹`` is ``X⁻¹ A⁻¹``."""
    inside = table.nodes[node.inputs[0]]
    if inside.name or inside.op not in {"matmul", "transpose"}:
        return ()
    if any(table.nodes[j].shape != inside.shape for j in inside.inputs):
        return ()
    return tuple(Node("inv", (j,), inside.shape) for j in dict.fromkeys(inside.inputs))


def put(table: Table, node: Node) -> int:
    """The position of a node, which is added if it is new, after its companions and theirs."""
    if node.op in ACCOMPANIED:
        for other in beside(table, node):
            put(table, other)
    return table.put(node)


def with_companions(table: Table, roots: Iterable[int]) -> list[int]:
    """The roots, and the companions of all that they depend on, and theirs: second derivatives speak of those."""
    found = list(roots)
    waiting = [i for i, needed in enumerate(reachable(table.nodes, found)) if needed]
    while waiting:
        others = [table.put(other) for i in waiting for other in beside(table, table.nodes[i])]
        waiting = [i for i in dict.fromkeys(others) if i not in found]
        found += waiting
    return found
