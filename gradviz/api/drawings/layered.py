"""Steps on a drawing of neurons: a layer at a time, with the wires that come in; weights are found on their wires."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gradviz.api.drawings.parts import latex
from gradviz.graph import Dag
from gradviz.messages import Message, say
from gradviz.notation import tree
from gradviz.render import Drawing, Step


def layered(steps: Sequence[Step], drawing: Drawing, dag: Dag) -> tuple[tuple[int, Step], ...]:
    """The steps of a graph, each with its number, as steps of its neurons.

    Those of what is not drawn (neurons behind an ellipsis) are counted, and the next step says so.
    """
    return tuple(_Layered(drawing, dag).steps(steps))


class _Layered:
    def __init__(self, drawing: Drawing, dag: Dag) -> None:
        self.drawing, self.dag = drawing, dag
        self.places: dict[str, tuple[str, ...]] = {}
        for node, boxes in drawing.places:
            known = self.places.get(node, ())
            self.places[node] = (*known, *(box for box in boxes if box not in known))
        self.weights: dict[str, list[tuple[str, str, int]]] = {}
        for wire in drawing.wires:
            if wire.carries:
                self.weights.setdefault(wire.carries, []).append((wire.source, wire.target, wire.place))

    def steps(self, steps: Sequence[Step]) -> Iterator[tuple[int, Step]]:
        pending = 0
        last: tuple[int, Step] | None = None
        for number, step in enumerate(steps, 1):
            found = self._shown(step)
            if found is None:
                pending += 1
                continue
            if last:
                yield last
            last, pending = (number, replace(found, reason=_counted(found.reason, pending))), 0
        if last:
            done = steps[-1]
            reason = _counted(last[1].reason, pending)
            values, gradients = self._known(done.values), (*self._known(done.gradients), *done.gradients)
            yield last[0], replace(last[1], values=values, gradients=gradients, reason=reason)

    def _shown(self, step: Step) -> Step | None:
        boxes = self.places.get(step.box, ())
        beside = [box for node in step.beside for box in self.places.get(node, ()) if box not in boxes]
        wires = self._wires(step)
        if not boxes and not (wires or beside):
            return None
        known = self._known(step.values), (*self._known(step.gradients), *step.gradients)
        name = "" if boxes else latex(tree.Name(step.box), self.dag)
        return replace(
            step,
            box=boxes[0] if boxes else step.box,
            also=boxes[1:],
            beside=tuple(dict.fromkeys(beside)),
            wires=wires,
            values=known[0],
            gradients=known[1],
            name=name,
        )

    def _known(self, nodes: Sequence[str]) -> tuple[str, ...]:
        """The boxes whose number is that of a node that is known."""
        known = set(nodes)
        return tuple(box.id for box in self.drawing.boxes if known.issuperset(box.results))

    def _wires(self, step: Step) -> tuple[tuple[str, str, int], ...]:
        """Wires between the neurons of two nodes, and those that are a weight."""
        found: dict[tuple[str, str, int], None] = {}
        for source, target, _ in step.wires:
            starts, ends = self.places.get(source, ()), self.places.get(target, ())
            for wire in self.drawing.wires:
                if wire.target in ends and wire.source not in ends and wire.source in starts:
                    found[wire.source, wire.target, wire.place] = None
            found |= {w: None for w in self.weights.get(source, []) if w[1] in ends}
        return tuple(found)


def _counted(reason: Message, count: int) -> Message:
    """A sentence that says how many steps were left out before it."""
    if not count:
        return reason
    return say("step-undrawn" if count > 1 else "step-undrawn-one", reason=reason, count=count)
