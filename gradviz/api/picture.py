"""An explanation as a drawing: what boxes and wires say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradviz.api import numbers
from gradviz.calculus.links import Link
from gradviz.calculus.local import local_derivative
from gradviz.calculus.views import edges, identifiers
from gradviz.graph.expression import node_expr, stage_expr
from gradviz.messages import UsageError, say
from gradviz.notation import tree, write
from gradviz.ops import OPERATIONS, WORDS
from gradviz.ops.shapes import core
from gradviz.render import Box, Drawing, Wire

if TYPE_CHECKING:
    from gradviz.api.explanation import Explanation
    from gradviz.graph import Dag

VIEWS = ("stages", "ops")
_BESIDE = 24
_SIGNS = {
    "add": "+",
    "sub": "-",
    "neg": "-",
    "mul": r"\times",
    "div": "/",
    "power": "x^{y}",
    "matmul": "@",
    "dot": r"\cdot",
    "transpose": r"\top",
    "inv": "X^{-1}",
    "sum": r"\sum",
    "einsum": r"\sum",
    "exp": "e^{x}",
    "sqrt": r"\sqrt{x}",
    "abs": r"\lvert x \rvert",
    "norm": r"\lVert x \rVert",
    "sqnorm": r"\lVert x \rVert^2",
    "identity": "=",
    "entry": "[i]",
    "stack": r"[\,]",
    "greater": r"\mathbb{1}_{>}",
    "less": r"\mathbb{1}_{<}",
}
"""What stands in an operation's circle, where it is not the function's name."""


def drawing(ex: Explanation, view: str = "stages") -> Drawing:
    """What is to be drawn.

    Parameters
    ----------
    ex : Explanation
    view : str
        ``stages``: a box for each stage with its expression. ``ops``: a circle for each operation, and the local
        derivative on each wire.
    """
    if view not in VIEWS:
        raise UsageError(say("no-such-view", name=view, known=", ".join(VIEWS)))
    dag = ex.graph.dag
    gradients = ex.graph.gradients_of(view)
    ids = identifiers(dag)
    shown = [
        i for i, g in enumerate(gradients.links.generators) if g and (i in gradients.links.consumers or i == dag.root)
    ]
    numeric = _numeric(dag)
    shown = [i for i in shown if not numeric[i]]
    boxes = [_box(ex, i, ids[i], view) for i in shown]
    wires = []
    for i in shown:
        if view == "ops":
            for place, j in enumerate(dag.nodes[i].inputs):
                if numeric[j] and not _in_label(dag, i, place):
                    # A number stands beside the operation that uses it, once for each use.
                    boxes.append(
                        Box(
                            f"{ids[j]}·{i}·{place}",
                            _latex(node_expr(dag, j)),
                            "data",
                            title=_unicode(node_expr(dag, j)),
                        )
                    )
                    wires.append(Wire(boxes[-1].id, ids[i], place))
        if dag.nodes[i].inputs:
            for place, link in edges(gradients.links.of(i), view):
                if numeric[link.operand]:
                    continue
                label = _local(ex, link, view) if view == "ops" else ""
                wires.append(Wire(ids[link.operand], ids[i], place, label))
    title = _unicode(tree.Comparison("=", tree.Name(dag.output), stage_expr(dag, dag.root)))
    return Drawing(tuple(boxes), tuple(wires), ids[dag.root], title, _description(ex))


def _numeric(dag: Dag) -> list[bool]:
    """Which nodes are numbers, or made of numbers alone."""
    found: list[bool] = []
    for node in dag.nodes:
        made = bool(node.inputs) and not node.name and all(found[j] for j in node.inputs)
        found.append(node.op in {"number", "size", "constant"} or made)
    return found


def _in_label(dag: Dag, position: int, place: int) -> bool:
    """Whether an operand is part of the operation's own sign: the exponent of a power."""
    return dag.nodes[position].op == "power" and place == 1


def _box(ex: Explanation, i: int, id: str, view: str) -> Box:  # noqa: A002
    dag = ex.graph.dag
    node = dag.nodes[i]
    name = _latex(node_expr(dag, i)) if node.name else ""
    if not node.inputs:
        label, round_ = _latex(node_expr(dag, i)), False
    elif view == "ops":
        entries = node.op in {"mul", "div"} and all(core(dag.nodes[j].shape) for j in node.inputs)
        label, round_ = {"mul": r"\odot", "div": r"\oslash"}[node.op] if entries else _sign(node.op), True
        if node.op == "power" and _numeric(dag)[node.inputs[1]]:
            label = f"x^{{{_latex(node_expr(dag, node.inputs[1]))}}}"
    else:
        label, round_ = write(stage_expr(dag, i), "latex", WORDS, bound=dag.entries.get(node.name, ())), False
    value = numbers.latex(ex.node_values[i]) if i in ex.node_values else None
    gradient = numbers.latex(ex.gradient_at(i)) if i in ex.node_gradients else None
    if not ex.values and node.name and view == "stages":
        gradient = _short_gradient(ex, node.name)
    return Box(id, label, dag.role(i), name, value, gradient, _title(ex, i), round_)  # type: ignore[arg-type]


def _short_gradient(ex: Explanation, name: str) -> str | None:
    """Without numbers, the gradient as an expression where it fits below a wire."""
    for form in ("best", "later"):
        gradient = ex.graph.gradient(name, form=form, convention=ex.convention)
        if len(str(gradient)) <= _BESIDE and not gradient.letters:
            delta = ex.graph.gradients.deltas.get(ex.graph.dag.names[name])
            return f"{_latex(tree.Name(delta))} = {gradient.latex()}" if delta else gradient.latex()
    return None


def _sign(op: str) -> str:
    word = OPERATIONS[op].word
    return _SIGNS.get(op) or (word.latex if word else rf"\mathrm{{{op}}}")


def _title(ex: Explanation, i: int) -> str:
    dag = ex.graph.dag
    node = dag.nodes[i]
    text = _unicode(node_expr(dag, i))
    if node.inputs and node.name:
        text += f" = {_unicode(stage_expr(dag, i))}"
    if i in ex.node_values:
        text += f" = {numbers.text(ex.node_values[i])}"
    if i in ex.node_gradients:
        partial = _unicode(tree.Partial(tree.Name(dag.output), node_expr(dag, i)))
        text += f"; {partial} = {numbers.text(ex.gradient_at(i))}"
    return text


def _local(ex: Explanation, link: Link, view: str) -> str:
    local = local_derivative(ex.graph.gradients_of(view), link, numerator=ex.convention == "numerator")
    return write(local.expr, "latex", WORDS)


def _description(ex: Explanation) -> str:
    dag = ex.graph.dag
    parts = [_unicode(tree.Comparison("=", tree.Name(n), stage_expr(dag, dag.names[n]))) for n in dag.stages]
    layout = [] if ex.layout is None else [str(ex.layout)]
    return "; ".join([str(say("picture-of", output=dag.output, inputs=", ".join(dag.leaves))), *parts, *layout])


def _latex(e: tree.Expr) -> str:
    return write(e, "latex", WORDS)


def _unicode(e: tree.Expr) -> str:
    return write(e, "unicode", WORDS)
