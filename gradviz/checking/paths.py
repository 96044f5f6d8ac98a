"""The gradient by the chain rule in numbers, stage by stage, so that one stage can be got wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gradviz import terms as t
from gradviz.calculus.links import ADJOINT
from gradviz.checking.room import Room
from gradviz.equality.sample import Sample
from gradviz.equality.tolerant import tolerant
from gradviz.notation import tree
from gradviz.numeric.arrays import ARRAYS
from gradviz.numeric.evaluate import follow
from gradviz.ops.shapes import core
from gradviz.terms import extent

MOST = 40
"""Links that slips are looked for in."""
_LIBRARY = tolerant(ARRAYS)

Change = Callable[[Any, Any], Any]
"""From the adjoint that arrives and what it is passed on as, to what is passed on instead."""


@dataclass(frozen=True, slots=True)
class Step:
    """A link on the way from the output to a name, and how its local derivative is written where it is a factor.

    Parameters
    ----------
    stage, operand : int
    local : tree.Expr or None
        ``ŷ(1 − ŷ)``; None where the link is no product of entries.
    own : tree.Expr or None
        The same before it is simplified, term by term; None where that is nothing else.
    """

    stage: int
    operand: int
    local: tree.Expr | None
    own: tree.Expr | None = None


class Paths:
    """All ways from the output of a graph to one of its names.

    Parameters
    ----------
    room : Room
    target : int
        Position of an input or a stage.
    """

    def __init__(self, room: Room, target: int) -> None:
        self.room = room
        self.target = target
        self.links = room.gradients.links
        self.root = room.dag.root
        self._known: dict[Sample, list[dict[int, Any]]] = {}
        self._dims: dict[int, tuple[int, ...]] = {}

    @cached_property
    def stages(self) -> list[int]:
        """What lies on the way, from the output down to the target."""
        found = {self.target}
        for i, whole in enumerate(self.links.generators):
            if whole and i > self.target and any(i in self.links.consumers.get(j, ()) for j in found):
                found.add(i)
        return sorted((i for i in found if i in self.links.consumers or i == self.root), reverse=True)

    @cached_property
    def steps(self) -> list[Step]:
        """The links on the way, from the output down."""
        on_way = set(self.stages)
        found = []
        for stage in self.stages:
            if stage != self.target:
                found += [(stage, j) for j in self.links.of(stage) if j in on_way]
        return [Step(stage, j, self.local(stage, j), self.local(stage, j, own=True)) for stage, j in found[:MOST]]

    def gradient(self, sample: Sample, changes: dict[tuple[int, int], Change]) -> Any:
        """The gradient, with some links changed."""
        changed = {stage for stage, _ in changes}
        first = next((n for n, stage in enumerate(self.stages) if stage in changed), 0)
        adjoints = dict(self._unchanged(sample)[first])
        with np.errstate(all="ignore"):
            for stage in self.stages[first:]:
                self._pass_on(sample, stage, adjoints, changes)
        return adjoints.get(self.target, 0.0)

    def _unchanged(self, sample: Sample) -> list[dict[int, Any]]:
        """What adjoints come to before each stage passes on its own, with no link changed."""
        found = self._known.get(sample)
        if found is None:
            found = self._known[sample] = []
            adjoints: dict[int, Any] = {self.root: 1.0}
            with np.errstate(all="ignore"):
                for stage in self.stages:
                    found.append(dict(adjoints))
                    self._pass_on(sample, stage, adjoints, {})
        return found

    def _pass_on(
        self, sample: Sample, stage: int, adjoints: dict[int, Any], changes: dict[tuple[int, int], Change]
    ) -> None:
        """Add what a stage passes on to the adjoints of its operands."""
        if stage == self.target or stage not in adjoints:
            return
        for operand in self.links.of(stage):
            if operand not in self._on_way:
                continue
            passed = self.pulled(sample, stage, operand, adjoints[stage])
            change = changes.get((stage, operand))
            if change is not None:
                passed = self.shaped(operand, change(adjoints[stage], passed))
            adjoints[operand] = adjoints[operand] + passed if operand in adjoints else passed

    @cached_property
    def _on_way(self) -> frozenset[int]:
        return frozenset(self.stages)

    def pulled(self, sample: Sample, stage: int, operand: int, adjoint: Any) -> Any:
        """What a stage passes on to an operand."""
        ground = self.room.ground
        pull = self.links.pull(stage, operand)
        operands = [ground.float_of(sample, i) for i in pull.operands]
        found = follow(pull.recipe, operands, ground.sizes, _LIBRARY, adjoint=self.shaped(stage, adjoint))
        return self.shaped(operand, found)

    def shaped(self, position: int, value: Any) -> Any:
        """A value spread over the axes of a node."""
        dims = self._dims.get(position)
        if dims is None:
            shape = self.room.dag.nodes[position].shape
            dims = self._dims[position] = tuple([extent(d, self.room.ground.sizes) for d in core(shape)])
        if np.shape(value) == dims:
            return value if dims else float(value)
        return np.broadcast_to(value, dims) if dims else float(np.asarray(value).sum() if np.ndim(value) else value)

    def local(self, stage: int, operand: int, *, own: bool = False) -> tree.Expr | None:
        """The local derivative of a link that multiplies entry by entry, or by one number."""
        nodes = self.room.dag.nodes
        shapes = core(nodes[stage].shape), core(nodes[operand].shape)
        if shapes[0] and shapes[0] != shapes[1]:
            return None
        gradients = self.room.gradients
        link = self.links.of(stage)[operand]
        if own and len(link.paths) < 2:
            return None
        term = t.add(*link.paths) if own else link.term
        term = t.replace(term, {a: t.ONE for a in t.atoms(term) if a.node == ADJOINT})
        if not own:
            term = gradients.shorter(gradients.patterns.said(term, link.indices)).term()
        written = gradients.written(link.indices, term)
        if written.letters or (shapes[0] and not self._multiplies(stage, operand)):
            return None
        return written.expr

    def _multiplies(self, stage: int, operand: int) -> bool:
        """Whether each entry of what is passed on is that of the adjoint times a number."""
        sample = self.room.ground.samples[0]
        ones = self.shaped(stage, 1.0)
        random = np.random.default_rng(7).uniform(1, 2, np.shape(ones))
        with np.errstate(all="ignore"):
            first, second = (self.pulled(sample, stage, operand, a) for a in (ones, random))
        return bool(np.allclose(np.asarray(first) * random, second))
