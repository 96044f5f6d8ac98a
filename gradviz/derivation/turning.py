"""Transposes of what nobody named, written without brackets: ``Aᵀ x`` for ``(xᵀ A)ᵀ``."""

from __future__ import annotations

from gradviz.graph import Dag
from gradviz.graph.expression import node_expr
from gradviz.notation import tree
from gradviz.ops.shapes import core


def turned_expr(dag: Dag, position: int) -> tree.Expr:
    """The transpose of a node's expression, the transpose pushed inwards.

    Parameters
    ----------
    dag : Dag
    position : int

    Examples
    --------
    >>> import gradviz as gv
    >>> from gradviz.notation import write
    >>> from gradviz.ops import WORDS
    >>> dag = gv.parse("x ∈ ℝ^n; A ∈ ℝ^{n×n}; L = 1/2 xᵀ A x").dag
    >>> product = next(i for i, node in enumerate(dag.nodes) if node.op == "matmul")
    >>> write(turned_expr(dag, product), "unicode", WORDS)
    '(1/2) Aᵀ x'
    """
    factors = [*_numbers(dag, position), *_turned(dag, position)]
    return factors[0] if len(factors) == 1 else tree.Product(tuple(factors), ("",) * (len(factors) - 1))


def is_turned(dag: Dag, position: int) -> bool:
    """Whether a node's expression begins with something transposed, so that its transpose is read more easily."""
    node = dag.nodes[position]
    if node.name or node.op not in {"transpose", "matmul", "mul"}:
        return False
    if node.op == "transpose":
        return True
    return any(is_turned(dag, j) for j in node.inputs[: 1 if node.op == "matmul" else 2])


def _scales(dag: Dag, position: int) -> bool:
    """Whether a node is an array times a number."""
    node = dag.nodes[position]
    arrays = sum(bool(core(dag.nodes[j].shape)) for j in node.inputs)
    return not node.name and node.op == "mul" and arrays == 1


def _numbers(dag: Dag, position: int) -> list[tree.Expr]:
    """The scalar factors."""
    node = dag.nodes[position]
    if not core(node.shape):
        return [node_expr(dag, position)]
    inside = _scales(dag, position) or (node.op == "matmul" and not node.name)
    return [e for j in node.inputs for e in _numbers(dag, j)] if inside else []


def _turned(dag: Dag, position: int) -> list[tree.Expr]:
    """The factors that are arrays, transposed, the last one first."""
    node = dag.nodes[position]
    if not core(node.shape):
        return []
    if node.op == "transpose" and not node.name:
        return [node_expr(dag, node.inputs[0])]
    if _scales(dag, position) or (node.op == "matmul" and not node.name):
        return [e for j in reversed(node.inputs) for e in _turned(dag, j)]
    return [tree.Transpose(node_expr(dag, position))]
