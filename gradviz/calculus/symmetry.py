"""Which matrices are symmetric by what they are: ``XᵀX``, ``Xᵀ A X`` where A is declared so, sums and inverses."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gradviz.graph.node import Node
from gradviz.ops.shapes import core


def is_symmetric(nodes: Sequence[Node], position: int, declared: Collection[int]) -> bool:
    """Whether a node equals its transpose, as far as its operations tell.

    Examples
    --------
    >>> x, turned = Node("leaf", (), (3, 4), (), "X"), Node("transpose", (0,), (4, 3))
    >>> nodes = [x, turned, Node("matmul", (1, 0), (4, 4)), Node("matmul", (0, 1), (3, 3))]
    >>> is_symmetric(nodes, 2, ()), is_symmetric(nodes, 3, ()), is_symmetric(nodes, 0, ())
    (True, True, False)
    """
    node = nodes[position]
    if position in declared or node.op in {"eye", "diag"}:
        return True
    if node.op in {"inv", "transpose", "neg", "identity"}:
        return is_symmetric(nodes, node.inputs[0], declared)
    if node.op in {"add", "sub", "mul", "div"}:
        parts = [j for j in node.inputs if core(nodes[j].shape)]
        same = all(nodes[j].shape == node.shape for j in parts)
        return len(node.shape) == 2 and same and all(is_symmetric(nodes, j, declared) for j in parts)
    if node.op != "matmul":
        return False
    factors = _factors(nodes, position, declared)
    return factors == [(j, turned if j in declared else not turned) for j, turned in reversed(factors)]


def _factors(nodes: Sequence[Node], position: int, declared: Collection[int]) -> list[tuple[int, bool]]:
    """The factors of a matrix product, each perhaps turned; what is symmetric never is."""
    node = nodes[position]
    if node.op == "matmul" and not node.name:
        return [f for j in node.inputs for f in _factors(nodes, j, declared)]
    if node.op == "transpose" and not node.name:
        inner = _factors(nodes, node.inputs[0], declared)
        return [(j, turned if j in declared else not turned) for j, turned in reversed(inner)]
    return [(position, False)]
