"""What stands in the place of many boxes, and says what it stands for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gradviz.api import numbers
from gradviz.api.drawings.parts import form_of, latex, sign, space, unicode
from gradviz.calculus.collapse import Clump, collapse
from gradviz.calculus.views import kinds_of, made_of
from gradviz.graph.expression import node_expr, stage_expr
from gradviz.messages import say
from gradviz.notation import write
from gradviz.ops import WORDS
from gradviz.render import Box, Style, Wire

if TYPE_CHECKING:
    from gradviz.api.explanation import Explanation
    from gradviz.graph import Dag

_SHORT = 30
_KINDS = 3
_TANGLED, _FEW = 2.0, 12
"""So many wires for each box can be followed; a picture keeps so many boxes."""


def clump_together(dag: Dag, shown: Collection[int], most: int) -> list[Clump]:
    """The parts that are drawn: each node one where there are not too many; fewer where all hangs with all."""
    if len(shown) <= most:
        return [Clump((i,)) for i in shown]
    below, kinds = made_of(dag, shown), kinds_of(dag, shown)
    found = collapse(below, kinds, most)
    while _wires(found, below) > _TANGLED * most and len(found) > _FEW:
        most = max(_FEW, most // 2)
        found = collapse(below, kinds, most)
    return found


def _wires(clumps: Sequence[Clump], below: Mapping[int, Sequence[int]]) -> int:
    """How many wires run between parts."""
    at = {i: n for n, clump in enumerate(clumps) for i in clump.members}
    return len({(at[i], at[j]) for i in at for j in below[i] if at[i] != at[j]})


def clump_id(clump: Clump, ids: Sequence[str]) -> str:
    """What a part of several nodes is called."""
    first, last = clump.members[0], clump.members[-1]
    return f"{ids[first]} … {ids[last]} ({len(clump.members)})"


def clump_wires(dag: Dag, clumps: Sequence[Clump], at: Mapping[int, str]) -> list[Wire]:
    """One wire between two parts, where there is any inside."""
    joined = [i for clump in clumps if clump.kind != "one" for i in clump.members]
    if not joined:
        return []
    below = made_of(dag, list(at))
    found = {(at[j], at[i]): None for i in joined for j in below[i] if at[i] != at[j]}
    return [Wire(source, target, -1) for source, target in found]


def clump_box(ex: Explanation, clump: Clump, id: str, ids: Sequence[str], look: Style) -> Box:  # noqa: A002
    """The box of a part of several nodes."""
    return replace(_box(ex, clump, id, look), inside=tuple(ids[i] for i in clump.members))


def _box(ex: Explanation, clump: Clump, id: str, look: Style) -> Box:  # noqa: A002
    dag = ex.graph.dag
    first, last = clump.members[0], clump.members[-1]
    names = unicode(node_expr(dag, first)), unicode(node_expr(dag, last))
    title = f"{names[0]} … {names[1]}: {len(clump.members)}"
    if clump.kind != "alike":
        label = _several(dag, clump)
        return Box(id, label, dag.role(dag.root) if dag.root in clump.members else "intermediate", title=title)  # type: ignore[arg-type]
    named = all(dag.nodes[i].name for i in clump.members)
    told = _from_to(*(latex(node_expr(dag, i), dag) for i in (first, last)), count=len(clump.members)) if named else ""
    value = _spread(ex.node_values, ex.value_at, clump, look, "values")
    gradient = _spread(ex.node_gradients, ex.gradient_at, clump, look, "gradients")
    role: Any = dag.role(first)
    if not dag.nodes[first].inputs:
        return Box(id, told, role, "", value, gradient, title)
    label = rf"{sign(dag.nodes[first].op, dag)}\;({len(clump.members)}\,\times)"
    if look.view != "ops":
        inside = [write(stage_expr(dag, i), "latex", WORDS) for i in (first, last)]
        short = all(len(text) <= _SHORT for text in inside)
        label = rf"{inside[0]}\ \ldots\ {inside[1]}" if short else told or label
        told = rf"{told}\ ({len(clump.members)}\,\times)" if short else rf"({len(clump.members)}\,\times)"
    return Box(id, label, role, told, value, gradient, title)


def _several(dag: Dag, clump: Clump) -> str:
    """What nodes of several kinds are: how many, and which operations, or the last name."""
    more = rf"\text{{{say('and-more', count=len(clump.members))}}}"
    named = [i for i in clump.members if dag.nodes[i].name and dag.nodes[i].inputs]
    if clump.kind == "run" and named:
        first, last = (latex(node_expr(dag, i), dag) for i in (named[0], named[-1]))
        return rf"{_from_to(first, last, count=len(named))}\quad {more}"
    counts = Counter(dag.nodes[i].op for i in clump.members if dag.nodes[i].inputs).most_common()
    kinds = [rf"{sign(op, dag)}\,({count}\,\times)" for op, count in counts[:_KINDS]]
    rest = [r"\ldots"] if len(counts) > _KINDS else []
    told = r",\ ".join([*kinds, *rest])
    return rf"{more}:\ {told}" if kinds else more


def _from_to(first: str, last: str, *, count: int) -> str:
    return rf"{first},\ {last}" if count == 2 else rf"{first} \ldots {last}" if count > 2 else first


def _spread(known: Collection[int], at: Callable[[int], Any], clump: Clump, look: Style, what: str) -> str | None:
    """From where to where the numbers of all members lie."""
    if not look.shows(what) or not all(i in known for i in clump.members):
        return None
    found = [at(i) for i in clump.members]
    if not hasattr(found[0], "reshape"):
        return numbers.spread(found, form_of(look))
    entries = [float(v) for value in found for v in value.reshape(-1)]
    return rf"\in {space(found[0].shape)}\text{{: }}{numbers.listing(entries, form_of(look))}"
