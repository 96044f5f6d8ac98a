"""An explanation as a drawing of blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gradviz.api.drawings.parts import latex, unicode
from gradviz.api.drawings.picture import describe, labelled, local_label, stage_box, title_of
from gradviz.calculus.blocks import Part, find_blocks
from gradviz.calculus.views import edges, identifiers, shown_stages
from gradviz.graph.expression import node_expr
from gradviz.notation import tree
from gradviz.render import Box, Drawing, Group, Style, Wire

if TYPE_CHECKING:
    from gradviz.api.explanation import Explanation


def draw_blocks(ex: Explanation, look: Style) -> Drawing:
    """What is to be drawn: closed blocks as boxes, open ones as frames.

    Raises
    ------
    UsageError
        A block is to be opened that there is not.
    """
    dag = ex.graph.dag
    view = find_blocks(dag, shown_stages(ex.graph.gradients_of("blocks")), look.open)
    by_id, ids = {part.id: part for part in view.parts}, identifiers(dag)
    boxes = tuple(_box(ex, part, look, ids) for part in view.parts)
    wires: list[Wire] = []
    slopes = _slopes(ex, view.parts) if look.shows("locals") else {}
    for source, target, what in view.flows:
        several = by_id[source].calls and len(by_id[source].results) > 1
        label = latex(node_expr(dag, what), dag) if several else slopes.get((what, target), "")
        wires.append(Wire(source, target, len(wires), label, carries=ids[what]))
    groups = []
    for call in view.groups:
        block = dag.calls[call]
        label = rf"{latex(tree.Name(call), dag)} = \text{{{block.function}}}"
        groups.append(Group(call, label, f"{call}: {block.function}", block.parent))
    output = next(part.id for part in view.parts if dag.root in part.members)
    return Drawing(boxes, tuple(wires), output, title_of(dag), describe(ex), groups=tuple(groups))


def _slopes(ex: Explanation, parts: Sequence[Part]) -> dict[tuple[int, str], str]:
    """The local derivatives on wires into what is drawn by itself; inside a closed block there are several."""
    links = ex.graph.gradients_of("blocks").links
    found: dict[tuple[int, str], str] = {}
    for part in parts:
        (i, *others) = part.members
        if not (part.calls or others) and ex.graph.dag.nodes[i].inputs:
            for _, link in edges(links.of(i), "blocks"):
                found[link.operand, part.id] = local_label(ex, link, "blocks")
    return found


def _box(ex: Explanation, part: Part, look: Style, ids: Sequence[str]) -> Box:
    inside = tuple(ids[i] for i in part.members)
    if part.calls:
        results = tuple(ids[i] for i in part.results)
        box = replace(labelled(ex, part.results[-1], part.id, look), inside=inside, results=results, called=part.calls)
        if len(part.results) > 1:
            box = replace(box, name="", value=None, gradient=None, space="")
        function = ex.graph.dag.calls[part.calls[0]].function
        times = rf"\times {len(part.calls)}" if len(part.calls) > 1 else ""
        return replace(box, label=rf"\text{{{function}}}{times}", group=part.group, title=_told(ex, part))
    if len(part.members) > 1:
        first, last = (latex(node_expr(ex.graph.dag, part.members[n]), ex.graph.dag) for n in (0, -1))
        role = ex.graph.dag.role(part.members[0])
        told = rf"{first} \ldots {last}"
        return Box(part.id, told, role, title=part.id, group=part.group, inside=inside)  # type: ignore[arg-type]
    return replace(stage_box(ex, part.members[0], part.id, look), group=part.group)


def _told(ex: Explanation, part: Part) -> str:
    calls = [ex.graph.dag.calls[call] for call in part.calls]
    return "; ".join(
        f"{name} = {unicode(tree.Call(call.function, call.arguments))}"
        for name, call in zip(part.calls, calls, strict=True)
    )
