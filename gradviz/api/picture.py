"""An explanation as a drawing: what boxes and wires say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gradviz.api import numbers
from gradviz.api.parts import gradient_at, latex, space, unicode, value_at
from gradviz.calculus.links import Link
from gradviz.calculus.local import local_derivative
from gradviz.calculus.views import edges, identifiers, numeric, shown_stages
from gradviz.graph.expression import node_expr, stage_expr
from gradviz.messages import say
from gradviz.notation import tree, write
from gradviz.ops import OPERATIONS, WORDS
from gradviz.ops.shapes import core
from gradviz.render import Box, Drawing, Style, Wire, style

if TYPE_CHECKING:
    from gradviz.api.explanation import Explanation
    from gradviz.graph import Dag

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


def drawing(ex: Explanation, options: Style | str = "stages") -> Drawing:
    """What is to be drawn.

    Parameters
    ----------
    ex : Explanation
    options : Style or str
        A style, or the name of a view. ``stages``: a box for each stage with its expression. ``ops``: a circle for each
        operation, and the local derivative on each wire. ``blocks``: a box for each block, or a frame with what it
        holds. ``neurons``: layers of circles with weights between them.

    Raises
    ------
    UsageError
        There is no such view, or the graph cannot be drawn in it.
    """
    look = options if isinstance(options, Style) else style(view=options)
    if look.view == "neurons":
        from gradviz.api.neurons import draw_neurons

        return draw_neurons(ex, look)
    if look.view == "blocks":
        from gradviz.api.blocks import draw_blocks

        return draw_blocks(ex, look)
    return _by_wires(ex, look)


def _by_wires(ex: Explanation, look: Style) -> Drawing:
    dag, view = ex.graph.dag, look.view
    gradients = ex.graph.gradients_of(view)
    ids = identifiers(dag)
    made = numeric(dag)
    shown = shown_stages(gradients)
    boxes = [_box(ex, i, ids[i], look) for i in shown]
    wires = []
    for i in shown:
        if view == "ops":
            for place, j in enumerate(dag.nodes[i].inputs):
                if made[j] and not _in_label(dag, i, place):
                    # A number stands beside the operation that uses it, once for each use.
                    e = node_expr(dag, j)
                    boxes.append(Box(f"{ids[j]}·{i}·{place}", latex(e), "data", title=unicode(e)))
                    wires.append(Wire(boxes[-1].id, ids[i], place))
        if dag.nodes[i].inputs:
            for place, link in edges(gradients.links.of(i), view):
                if made[link.operand]:
                    continue
                label = _local(ex, link, view) if look.shows("locals") else ""
                wires.append(Wire(ids[link.operand], ids[i], place, label))
    return Drawing(tuple(boxes), tuple(wires), ids[dag.root], title_of(dag), describe(ex))


def title_of(dag: Dag) -> str:
    """A picture's title: the output and what it is."""
    return unicode(tree.Comparison("=", tree.Name(dag.output), stage_expr(dag, dag.root)))


def _in_label(dag: Dag, position: int, place: int) -> bool:
    """Whether an operand is part of the operation's own sign: the exponent of a power."""
    return dag.nodes[position].op == "power" and place == 1


def _box(ex: Explanation, i: int, id: str, look: Style) -> Box:  # noqa: A002
    return operation_box(ex, i, id, look) if look.view == "ops" else stage_box(ex, i, id, look)


def operation_box(ex: Explanation, i: int, id: str, look: Style) -> Box:  # noqa: A002
    """The circle of an operation; an input is drawn as in every view."""
    dag = ex.graph.dag
    node = dag.nodes[i]
    if not node.inputs:
        return stage_box(ex, i, id, look)
    entries = node.op in {"mul", "div"} and all(core(dag.nodes[j].shape) for j in node.inputs)
    label = {"mul": r"\odot", "div": r"\oslash"}[node.op] if entries else _sign(node.op)
    if node.op == "power" and numeric(dag)[node.inputs[1]]:
        label = f"x^{{{latex(node_expr(dag, node.inputs[1]))}}}"
    return replace(labelled(ex, i, id, look), label=label, round=True)


def stage_box(ex: Explanation, i: int, id: str, look: Style) -> Box:  # noqa: A002
    """The box of a stage with its expression, or the circle of an input."""
    dag = ex.graph.dag
    node = dag.nodes[i]
    if not node.inputs:
        return replace(labelled(ex, i, id, look), label=latex(node_expr(dag, i)))
    label = write(stage_expr(dag, i), "latex", WORDS, bound=dag.entries.get(node.name, ()))
    return replace(labelled(ex, i, id, look), label=label)


def labelled(ex: Explanation, i: int, id: str, look: Style) -> Box:  # noqa: A002
    """A box with what stands on its wire, and nothing in it."""
    dag = ex.graph.dag
    node = dag.nodes[i]
    name = latex(node_expr(dag, i)) if node.name else ""
    gradient = gradient_at(ex, i, look)
    if not ex.values and node.name and look.view not in {"ops", "blocks"} and look.shows("gradients"):
        gradient = _short_gradient(ex, node.name)
    shape = dag.shape(node.name) if node.name else node.shape
    where = space(shape) if look.shows("shapes") else ""
    role = dag.role(i)
    return Box(id, "", role, name, value_at(ex, i, look), gradient, _title(ex, i), space=where)  # type: ignore[arg-type]


def _short_gradient(ex: Explanation, name: str) -> str | None:
    """Without numbers, the gradient as an expression where it fits below a wire."""
    for form in ("best", "later"):
        gradient = ex.graph.gradient(name, form=form, convention=ex.convention)
        if len(str(gradient)) <= _BESIDE and not gradient.letters:
            delta = ex.graph.gradients.deltas.get(ex.graph.dag.names[name])
            return f"{latex(tree.Name(delta))} = {gradient.latex()}" if delta else gradient.latex()
    return None


def _sign(op: str) -> str:
    word = OPERATIONS[op].word
    return _SIGNS.get(op) or (word.latex if word else rf"\mathrm{{{op}}}")


def _title(ex: Explanation, i: int) -> str:
    dag = ex.graph.dag
    node = dag.nodes[i]
    text = unicode(node_expr(dag, i))
    if node.inputs and node.name:
        text += f" = {unicode(stage_expr(dag, i))}"
    if i in ex.node_values:
        text += f" = {numbers.text(ex.node_values[i])}"
    if i in ex.node_gradients:
        partial = unicode(tree.Partial(tree.Name(dag.output), node_expr(dag, i)))
        text += f"; {partial} = {numbers.text(ex.gradient_at(i))}"
    return text


def _local(ex: Explanation, link: Link, view: str) -> str:
    local = local_derivative(ex.graph.gradients_of(view), link, numerator=ex.convention == "numerator")
    return write(local.expr, "latex", WORDS)


def describe(ex: Explanation) -> str:
    """A picture in words."""
    dag = ex.graph.dag
    parts = [unicode(tree.Comparison("=", tree.Name(n), stage_expr(dag, dag.names[n]))) for n in dag.stages]
    layout = [] if ex.layout is None else [str(ex.layout)]
    return "; ".join([str(say("picture-of", output=dag.output, inputs=", ".join(dag.leaves))), *parts, *layout])
