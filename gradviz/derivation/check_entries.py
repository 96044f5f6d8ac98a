"""Lines in index form, held against numbers: derivatives of entries come from complex steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gradviz.calculus.gradients import Gradients
from gradviz.derivation.entries import marked
from gradviz.derivation.step import Line
from gradviz.equality import Point, close, moved, names_in, on_kink, value_of
from gradviz.graph.expression import loose_in
from gradviz.messages import GradvizError
from gradviz.ops import Shape
from gradviz.ops.shapes import core


@dataclass
class EntryChecker:
    """Knows the derivatives of all entries at some points."""

    gradients: Gradients
    points: Sequence[Point]
    known: dict[tuple[int, int, int | None], tuple[Shape, Any]] = field(default_factory=dict)

    def problem(self, line: Line) -> str:
        """Why a line does not hold, or nothing."""
        assert line.prefix is not None
        known = frozenset((*line.letters, *self.gradients.dag.steady)) if line.letters else None
        if known and any(loose_in(line.step.left, known)):
            return "an index on the left is none of the line's"
        for n, point in enumerate(self.points):
            if on_kink(point, line.target):
                continue
            names = {name: found for name in names_in(line.prefix) if (found := marked(name))}
            given = {name: self.derivative(n, *found) for name, found in names.items()}
            whole = line.pending.whole if line.pending else None
            shape, expected = self.derivative(n, *whole) if whole else self.derivative(n, line.target, None)
            if line.share:
                shape, expected = self.along(n, line)
            try:
                axes = () if line.letters is not None else shape
                found, _ = value_of(line.prefix, point, (), line.letters, axes, given)
            except GradvizError as error:
                return str(error)
            if not close(found, expected):
                return "the numbers differ"
        return ""

    def derivative(self, n: int, stage: int, operand: int | None) -> tuple[Shape, Any]:
        """All derivatives of the output by a stage, or of a stage by its operand: the shape, and an array."""
        key = (n, stage, operand)
        if key not in self.known:
            make = self.of_output if operand is None else self.between
            self.known[key] = make(self.points[n], stage, operand)
        return self.known[key]

    def along(self, n: int, line: Line) -> tuple[Shape, Any]:
        """What one path adds: the derivative of the output by a stage, times that of the stage by the target."""
        import numpy as np

        ((stage, operand),) = line.share
        root = self.points[n].dag.root
        if stage == root:
            return self.derivative(n, stage, operand)
        (_, one), (_, other) = self.derivative(n, stage, None), self.derivative(n, stage, operand)
        count = len(core(self.points[n].dag.nodes[stage].shape))
        return self.derivative(n, line.target, None)[0], np.tensordot(one, other, count)

    def of_output(self, point: Point, stage: int, operand: int | None) -> tuple[Shape, Any]:
        """The output's entries by a stage's, one complex step each."""
        root = point.dag.root
        shape = (*core(point.dag.nodes[root].shape), *core(point.dag.nodes[stage].shape))
        return shape, _entries(point, stage, lambda direction: moved(point, stage, direction), last=True)

    def between(self, point: Point, stage: int, operand: int | None) -> tuple[Shape, Any]:
        """A stage's entries by an operand's, from the sweep over the stage's own operations."""
        assert operand is not None
        pull = self.gradients.links.pull(stage, operand)
        shape = (*core(point.dag.nodes[stage].shape), *core(point.dag.nodes[operand].shape))
        return shape, _entries(point, stage, lambda direction: _spread(point.pulled(pull, direction), point, operand))


def _entries(point: Point, position: int, make: Any, *, last: bool = False) -> Any:
    """What is made of each unit direction of a node, as an array whose first (or last) axes are those of the node."""
    value = point.values[position]
    if not core(point.dag.nodes[position].shape):
        return make(1.0)
    import numpy as np

    shape = np.shape(value)
    found = []
    for place in np.ndindex(*shape):
        direction = np.zeros(shape)
        direction[place] = 1.0
        found.append(make(direction))
    array = np.array(found)
    array = array.reshape((*shape, *array.shape[1:]))
    return np.moveaxis(array, range(len(shape)), range(-len(shape), 0)) if last else array


def _spread(value: Any, point: Point, position: int) -> Any:
    if not core(point.dag.nodes[position].shape):
        return value
    import numpy as np

    return np.broadcast_to(value, np.shape(point.values[position]))
