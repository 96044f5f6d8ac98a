"""Steps on a drawing that has not a box for every node: what is shown where, and how many are not shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gradviz.api.drawings.layered import layered
from gradviz.api.drawings.parts import latex
from gradviz.derivation import Formula
from gradviz.graph.spelled import as_spelled
from gradviz.messages import Message, say
from gradviz.notation import tree
from gradviz.render import Box, Drawing, Step

if TYPE_CHECKING:
    from gradviz.graph import Dag

_TOLD = 3
"""So many parts are told by name, where steps inside them are not shown."""
_ELLIPSIS = tree.Name("…")


Numbered = tuple[tuple[int, Step], ...]
"""Steps of a drawing, each with its number among those of the graph, from 1 on."""


def projected(steps: Sequence[Step], drawing: Drawing, dag: Dag) -> Numbered:
    """The steps of a graph as steps of a drawing of it.

    What happens inside a closed part is counted, and the next step says so. Nodes that are drawn as one take their
    steps together.

    Parameters
    ----------
    steps : sequence of Step
        In the names of nodes.
    drawing : Drawing
        Its boxes say what they stand for.
    dag : Dag
    """
    if drawing.places:
        return layered(steps, drawing, dag)
    if not any(box.inside for box in drawing.boxes):
        drawn = {box.id for box in drawing.boxes}
        return tuple((n, step) for n, step in enumerate(steps, 1) if step.box in drawn)
    return tuple(_Projection(drawing, dag, steps).steps())


class _Projection:
    def __init__(self, drawing: Drawing, dag: Dag, steps: Sequence[Step]) -> None:
        self.drawing, self.dag, self.all = drawing, dag, steps
        self.boxes = {box.id: box for box in drawing.boxes}
        self.home = {node: box.id for box in drawing.boxes for node in box.inside or (box.id,)}
        self.left = Counter((self.home.get(s.box, ""), s.forward) for s in steps)
        self.between: dict[tuple[str, str], list[tuple[str, int]]] = {}
        for wire in drawing.wires:
            self.between.setdefault((wire.source, wire.target), []).append((wire.carries, wire.place))

    def steps(self) -> Iterator[tuple[int, Step]]:
        """Those that are drawn, each with a word on those before it that are not."""
        pending: Counter[str] = Counter()
        last: tuple[int, Step] | None = None
        for number, step in enumerate(self.all, 1):
            found = self._shown(step)
            if found is None:
                home = self.home.get(step.box, "")
                if not self._alike(home):
                    pending[home] += 1
                continue
            if last is not None:
                yield last
            last = number, replace(found, reason=self._with(found.reason, pending))
            pending.clear()
        if last is not None:
            values, gradients = self._known(self.all[-1].values), self._known(self.all[-1].gradients)
            reason = self._with(last[1].reason, pending)
            yield last[0], replace(last[1], values=values, gradients=gradients, reason=reason)

    def _with(self, reason: Message, pending: Counter[str]) -> Message:
        """A sentence that says how many steps were left out before it."""
        count = pending.total()
        if not count:
            return reason
        names = (
            [tree.Name(name) for box in pending for name in _ends(self.boxes[box].called)] if "" not in pending else []
        )
        if len(pending) > _TOLD or not names:
            return say("step-inside-many", reason=reason, count=count)
        kind = "step-inside" if count > 1 else "step-inside-one"
        return say(kind, reason=reason, count=count, names=Formula(tuple(names)))

    def _alike(self, home: str) -> bool:
        """Whether a box stands for nodes that take their steps together."""
        return bool(home) and bool(self.boxes[home].inside) and not self.boxes[home].called

    def _shown(self, step: Step) -> Step | None:
        """The step as it is drawn; None where it is inside something."""
        home = self.home.get(step.box)
        if home is None:
            return None
        self.left[home, step.forward] -= 1
        box = self.boxes[home]
        if self._alike(home):
            return None if self.left[home, step.forward] else self._together(step, box)
        if box.inside and step.box not in box.results:
            return None
        wires = self._into(home) if box.inside and step.forward else self._wires(step)
        beside = dict.fromkeys(self.home[b] for b in step.beside if self.home.get(b, home) != home)
        values, gradients = self._known(step.values), self._known(step.gradients)
        found = replace(step, box=home, beside=tuple(beside), wires=wires, values=values, gradients=gradients)
        return self._call(found, box) if box.inside and step.forward else found

    def _known(self, nodes: Iterable[str]) -> tuple[str, ...]:
        """The boxes whose number is known when that of some nodes is."""
        known = set(nodes)
        return tuple(
            box.id for box in self.drawing.boxes if known.issuperset(box.results[-1:] or box.inside or (box.id,))
        )

    def _wires(self, step: Step) -> tuple[tuple[str, str, int], ...]:
        found: dict[tuple[str, str, int], None] = {}
        for source, target, place in step.wires:
            ends = self.home.get(source, ""), self.home.get(target, "")
            known = self.between.get(ends, [])
            exact = [p for carries, p in known if carries == source or (not carries and p == place)]
            found |= {(*ends, p): None for p in exact or [p for _, p in known]}
        return tuple(found)

    def _into(self, box: str) -> tuple[tuple[str, str, int], ...]:
        return tuple((w.source, w.target, w.place) for w in self.drawing.wires if w.target == box)

    def _call(self, step: Step, box: Box) -> Step:
        """The value of a closed block: the call in the place of what is inside."""
        call = self.dag.calls[box.called[-1]]
        operands = tuple(dict.fromkeys(call.arguments))
        result = tree.Name(box.results[-1])
        if len(box.results) > 1 or box.results[-1] not in self.dag.names:
            return step
        formula = latex(result, self.dag), latex(tree.Call(call.function, call.arguments), self.dag)
        name = Formula((as_spelled(self.dag, result),))
        reason = say("step-value-alone", name=name)
        if len(box.called) == 1 and operands:
            own = Formula(tuple(as_spelled(self.dag, e) for e in operands))
            reason = say("step-value", name=name, operands=own)
        return replace(step, formula=formula, numbers=step.numbers[-1:], reason=reason)

    def _together(self, step: Step, box: Box) -> Step:
        """The last of the steps of nodes that are drawn as one, which stands for all of them."""
        steps = sum(self.home.get(s.box) == box.id and s.forward == step.forward for s in self.all)
        names = Formula(tuple(tree.Name(n) for n in _ends(box.inside)))
        kind = "step-alike" if step.forward else "step-alike-back"
        if not self._named(box):
            kind += "-unnamed"
        wires = tuple(
            (w.source, w.target, w.place)
            for w in self.drawing.wires
            if box.id == (w.target if step.forward else w.source)
        )
        beside = () if step.forward else tuple(dict.fromkeys(target for _, target, _ in wires))
        reason = say(kind, count=len(box.inside), names=names, steps=steps)
        known = self._known(step.values), self._known(step.gradients)
        return Step("value" if step.forward else "sum", box.id, beside, wires, *known, (), (), reason)

    def _named(self, box: Box) -> bool:
        return all(node in self.dag.names for node in box.inside)


def _ends(names: Sequence[str]) -> list[str]:
    """Names of many things: the first and the last."""
    return list(names) if len(names) < 3 else [names[0], _ELLIPSIS.name, names[-1]]
