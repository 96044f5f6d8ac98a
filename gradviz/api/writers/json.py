"""An explanation as one JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradviz.api import numbers
from gradviz.calculus.layout import turned, turned_value
from gradviz.calculus.views import identifiers, stage_of
from gradviz.graph.expression import node_expr, stage_expr
from gradviz.notation import write
from gradviz.ops import WORDS

if TYPE_CHECKING:
    from gradviz.api.explanation import Explanation
    from gradviz.graph import Node

FORMAT = 1
"""Version of the object's format."""

_UNREAD = 400
"""Graphs with more nodes than this say adjoints of named nodes only."""


def write_json(ex: Explanation) -> dict[str, Any]:
    """The object that ``explain --format json`` prints; ``docs/json.md`` lists its keys."""
    result: dict[str, Any] = {
        "gradviz": FORMAT,
        "output": ex.graph.output,
        "convention": ex.convention,
        "nodes": _nodes(ex),
        "symbolic": {
            n: {"unicode": str(g), "latex": g.latex(), "ascii": g.ascii(), "shape": list(g.shape)}
            for n, g in ex.symbolic.items()
        },
        "derivations": {n: ex.derivations[n].json() for n in ex.wrt},
    }
    if ex.values:
        result["values"] = {n: numbers.plain(v) for n, v in ex.values.items()}
        result["gradients"] = {n: numbers.plain(g) for n, g in ex.gradients.items()}
    if ex.by_formula:
        result["by_formula"] = list(ex.by_formula)
    return result


def _nodes(ex: Explanation) -> list[dict[str, Any]]:
    dag = ex.graph.dag
    ids = identifiers(dag)
    stages = stage_of(dag)
    nodes = []
    for i, node in enumerate(dag.nodes):
        if i in dag.hidden:
            continue
        expression = stage_expr(dag, i) if node.inputs else node_expr(dag, i)
        entry: dict[str, Any] = {
            "id": ids[i],
            "stage": stages.get(i) or None,
            "role": dag.role(i),
            "op": "input" if node.op == "leaf" else node.op,
            "inputs": [ids[j] for j in node.inputs],
            "shape": list(dag.declared.get(node.name, node.shape)),
            "expression": write(expression, "unicode", WORDS),
            "adjoint": _adjoint(ex, i),
        }
        if i in ex.node_values:
            entry["value"] = _number(ex.node_values[i], entry["shape"])
            if not _constant(node):
                entry["gradient"] = _gradient(ex, i, entry["shape"])
        nodes.append(entry)
    return nodes


def _gradient(ex: Explanation, i: int, shape: list[Any]) -> Any:
    gradient = ex.node_gradients.get(i, _zero(ex.node_values[i]))
    if ex.convention == "shape":
        return _number(gradient, shape)
    return numbers.plain(turned_value(_reshaped(gradient, shape), tuple(shape)))


def _constant(node: Node) -> bool:
    """Whether nothing can be the derivative by it: a number, a size, ones."""
    return not node.inputs and node.op != "leaf"


def _zero(value: Any) -> Any:
    """Zero in the shape of a value: the derivative by what the output does not depend on."""
    if not hasattr(value, "shape"):
        return 0.0
    import numpy as np

    return np.zeros(value.shape)


def _number(value: Any, shape: list[Any]) -> Any:
    return numbers.plain(_reshaped(value, shape))


def _reshaped(value: Any, shape: list[Any]) -> Any:
    """A value with the axes of size one that its shape has and computing leaves out."""
    if hasattr(value, "reshape"):
        sizes = iter(value.shape)
        value = value.reshape([1 if d == 1 else next(sizes) for d in shape])
    return value


def _adjoint(ex: Explanation, position: int) -> str | None:
    """The adjoint of a node as an expression; None for a constant, and for what has no name in a very large graph."""
    node = ex.graph.dag.nodes[position]
    if not ex.symbolic:
        return None
    if node.name:
        return str(ex.symbolic[node.name])
    if _constant(node) or len(ex.graph.dag.nodes) > _UNREAD:
        return None
    gradients = ex.graph.gradients
    whole = gradients.links.generators[position]
    adjoint = gradients.adjoint(position) if whole else gradients.inner(position)
    if adjoint is None:
        return "0"
    best = adjoint.best if ex.convention == "shape" else turned(gradients, adjoint.best)
    return write(best.expr, "unicode", WORDS)
