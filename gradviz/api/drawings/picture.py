"""An explanation as a drawing: what boxes and wires say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gradviz.api import numbers
from gradviz.api.drawings.abbreviated import abbreviated, places_inside
from gradviz.api.drawings.clumps import clump_box, clump_id, clump_together, clump_wires
from gradviz.api.drawings.parts import gradient_at, latex, sign, space, unicode, value_at
from gradviz.calculus.links import Link
from gradviz.calculus.local import local_derivative
from gradviz.calculus.views import edges, identifiers, numeric, shown_stages
from gradviz.graph.expression import node_expr, stage_expr, written_expr
from gradviz.messages import Message, say
from gradviz.notation import tree
from gradviz.ops.shapes import core
from gradviz.render import Box, Drawing, Style, Wire, style

if TYPE_CHECKING:
    from gradviz.api.explanation import Explanation
    from gradviz.graph import Dag

_BESIDE = 24
"""Characters of a gradient that is written on a wire."""
_ELLIPSIS = r"\dots"
_TOLD = 40


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
    found = _drawn(ex, look)
    notes = tuple(_left_out(ex, look, found))
    if not notes:
        return found
    return replace(found, notes=notes, description=" ".join([f"{found.description}.", *map(str, notes)]))


def _left_out(ex: Explanation, look: Style, found: Drawing) -> Iterator[Message]:
    """What a picture does not show."""
    if ex.graph.without_gradients:
        yield ex.graph.without_gradients
    if any(_ELLIPSIS in box.label for box in found.boxes):
        yield say("shortened")
    if any(wire.over for wire in found.wires):
        yield say("arches")
    told = look.view == "stages" and _tells_gradients(ex, look)
    if told and any(b.gradient is None and b.name and b.id != found.output for b in found.boxes):
        yield say("gradients-left-out", most=_BESIDE)


def _tells_gradients(ex: Explanation, look: Style) -> bool:
    """Whether gradients are written as expressions, since there are no numbers."""
    if ex.values or ex.graph.without_gradients:
        return False
    return look.view not in {"ops", "blocks"} and look.shows("gradients")


def _drawn(ex: Explanation, look: Style) -> Drawing:
    if look.view == "neurons":
        from gradviz.api.drawings.neurons import draw_neurons

        return draw_neurons(ex, look)
    if look.view == "blocks":
        from gradviz.api.drawings.blocks import draw_blocks

        return draw_blocks(ex, look)
    return _by_wires(ex, look)


def _by_wires(ex: Explanation, look: Style) -> Drawing:
    dag, view = ex.graph.dag, look.view
    gradients = ex.graph.gradients_of(view)
    ids = identifiers(dag)
    made = numeric(dag)
    clumps = clump_together(dag, shown_stages(gradients), look.boxes)
    at = {i: (ids[i] if c.kind == "one" else clump_id(c, ids)) for c in clumps for i in c.members}
    boxes, wires = [], []
    for clump in clumps:
        i, *others = clump.members
        if others or clump.kind != "one":
            boxes.append(clump_box(ex, clump, at[i], ids, look))
            continue
        boxes.append(_box(ex, i, ids[i], look))
        if view == "ops":
            for place, j in enumerate(dag.nodes[i].inputs):
                if made[j] and not _in_label(dag, i, place):
                    # A number stands beside the operation that uses it, once for each use.
                    e = node_expr(dag, j)
                    boxes.append(Box(f"{ids[j]}·{i}·{place}", latex(e), "data", title=unicode(e)))
                    wires.append(Wire(boxes[-1].id, ids[i], place))
        if dag.nodes[i].inputs:
            wires += _entering(ex, i, at, ids, look)
    wires += clump_wires(dag, clumps, at)
    return Drawing(tuple(boxes), tuple(dict.fromkeys(wires)), at[dag.root], title_of(dag), describe(ex))


def _entering(ex: Explanation, i: int, at: Mapping[int, str], ids: Sequence[str], look: Style) -> Iterator[Wire]:
    """The wires into a box, with local derivatives where they are wanted: these cost most of a large stage."""
    gradients = ex.graph.gradients_of(look.view)
    made = numeric(ex.graph.dag)
    if look.view != "ops" and not look.shows("locals"):
        for place, j in enumerate(gradients.links.operands(i)):
            if not made[j]:
                yield Wire(at[j], ids[i], place if at[j] == ids[j] else -1)
        return
    for place, link in edges(gradients.links.of(i), look.view):
        j = link.operand
        if not made[j]:
            alone = at[j] == ids[j]
            label = local_label(ex, link, look.view) if alone and look.shows("locals") else ""
            yield Wire(at[j], ids[i], place if alone else -1, label)


def title_of(dag: Dag) -> str:
    """A picture's title: the output and what it is."""
    return unicode(tree.Comparison("=", tree.Name(dag.output), abbreviated(stage_expr(dag, dag.root))))


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
    label = {"mul": r"\odot", "div": r"\oslash"}[node.op] if entries else sign(node.op, dag)
    if node.op == "power" and numeric(dag)[node.inputs[1]]:
        label = f"x^{{{latex(node_expr(dag, node.inputs[1]), dag)}}}"
    return replace(labelled(ex, i, id, look), label=label, round=True)


def stage_box(ex: Explanation, i: int, id: str, look: Style) -> Box:  # noqa: A002
    """The box of a stage with its expression, or the circle of an input."""
    dag = ex.graph.dag
    node = dag.nodes[i]
    if not node.inputs:
        return replace(labelled(ex, i, id, look), label=latex(node_expr(dag, i), dag))
    label = latex(abbreviated(written_expr(dag, i)), dag, dag.entries.get(node.name, ()))
    return replace(labelled(ex, i, id, look), label=label)


def labelled(ex: Explanation, i: int, id: str, look: Style) -> Box:  # noqa: A002
    """A box with what stands on its wire, and nothing in it."""
    dag = ex.graph.dag
    node = dag.nodes[i]
    name = latex(node_expr(dag, i), dag) if node.name else ""
    gradient = gradient_at(ex, i, look)
    if node.name and _tells_gradients(ex, look):
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
            return f"{latex(tree.Name(delta), ex.graph.dag)} = {gradient.latex()}" if delta else gradient.latex()
    return None


def _title(ex: Explanation, i: int) -> str:
    dag = ex.graph.dag
    node = dag.nodes[i]
    text = unicode(node_expr(dag, i))
    if node.inputs and node.name:
        text += f" = {unicode(abbreviated(stage_expr(dag, i)))}"
    if i in ex.node_values:
        text = numbers.told(text, ex.value_at(i))
    if i in ex.node_gradients:
        partial = unicode(tree.Partial(tree.Name(dag.output), node_expr(dag, i)))
        text += f"; {numbers.told(partial, ex.gradient_at(i))}"
    return text


def local_label(ex: Explanation, link: Link, view: str) -> str:
    """A local derivative in LaTeX; "" where it speaks of what has no readable name."""
    local = local_derivative(ex.graph.gradients_of(view), link, numerator=ex.convention == "numerator")
    return "" if places_inside(local.expr) else latex(local.expr, ex.graph.dag)


def describe(ex: Explanation) -> str:
    """A picture in words."""
    dag = ex.graph.dag
    told = dag.stages if len(dag.stages) <= _TOLD else (*dag.stages[: _TOLD - 1], dag.stages[-1])
    parts = [unicode(tree.Comparison("=", tree.Name(n), abbreviated(stage_expr(dag, dag.names[n])))) for n in told]
    if len(told) < len(dag.stages):
        parts.insert(-1, str(say("and-more", count=len(dag.stages) - len(told))))
    layout = [] if ex.layout is None else [str(ex.layout)]
    inputs = ", ".join(dag.leaves[:_TOLD])
    if len(dag.leaves) > _TOLD:
        inputs += f", {say('and-more', count=len(dag.leaves) - _TOLD)}"
    return "; ".join([str(say("picture-of", output=dag.output, inputs=inputs)), *parts, *layout])
