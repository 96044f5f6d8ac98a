"""Graphs of large declared sizes: answers are decided with small numbers in their place.

An answer that is right for all numbers in the place of a size is right for the one that is declared. One that is not is
held against the declared sizes in floating point before it is called wrong: ``28²`` is 784 to nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from gradviz.calculus.gradients import Gradients
from gradviz.checking.checker import MOST_IN_GRAPH, Checker
from gradviz.checking.reading import Reading
from gradviz.checking.room import Room
from gradviz.checking.verdict import Spelled, Verdict
from gradviz.checking.wanted import checker, wanted
from gradviz.equality.comparing import Decision
from gradviz.equality.points import Ways, draw
from gradviz.equality.sample import Sample
from gradviz.graph.named_sizes import nameable, named, with_numbers
from gradviz.messages import GradvizError, say
from gradviz.notation import tree
from gradviz.notation.walk import within
from gradviz.ops.shapes import core

MOST_AT_SIZES = 20_000_000
"""Entries that are made of one node where an answer is computed at the declared sizes."""

_POINTS = 2
_APART = 1e-6
_SAME = 1e-9
_SMALL = 10
_MOST_NUMBERS = 4


class StandIns(Room):
    """A room with names for large declared sizes, and small numbers for them.

    Parameters
    ----------
    gradients : Gradients
        Of the graph with names for sizes.
    stands_for : Room
        That of the graph itself.
    numbers : tuple of int
        The sizes that have names.
    seed : int, optional
    """

    def __init__(self, gradients: Gradients, stands_for: Room, numbers: tuple[int, ...], seed: int | None) -> None:
        super().__init__(gradients, seed)
        self.stands_for, self.named = stands_for, frozenset(numbers)

    @cached_property
    def told(self) -> dict[str, int]:
        """The numbers that stand for sizes."""
        return {str(d): self.ground.sizes[str(d)] for d in sorted(self.named)}

    @cached_property
    def at_sizes(self) -> Room | None:
        """The room at the declared sizes; None where its arrays are too large to be computed."""
        room = self.sized({**self.ground.sizes, **{str(d): d for d in self.named}})
        return room if room.largest <= MOST_AT_SIZES else None

    @cached_property
    def in_numbers(self) -> Room:
        """The room in which sizes are what is declared where they are used as numbers, and small as axes."""
        room = self.sized(self.ground.sizes)
        room.ground.fixed = {str(d): d for d in self.named}
        return room

    @cached_property
    def samples(self) -> list[Sample]:
        """Points at the declared sizes, in floating point alone."""
        room = self.at_sizes
        if room is None:
            return []
        ways = Ways(self.dag, room.ground.sizes, thin=True)
        points = [p for p in (draw(ways) for _ in range(_POINTS)) if p is not None]
        return [Sample({}, dict(p.values)) for p in points]


def stand_ins(room: Room, program: tree.Program, of: str | None) -> StandIns | None:
    """The room that answers about a large graph are decided in; None where no sizes of it can stand for others."""
    dims = nameable(program, room.dag, of)
    small = named(program, dims, of) if dims else None
    if small is None:
        return None
    found = StandIns(Gradients(small), room, dims, room.seed)
    return found if found.largest <= MOST_IN_GRAPH else None


class Standing(Checker):
    """Decides answers with small numbers for sizes, and says so."""

    room: StandIns

    @cached_property
    def expected(self) -> Any:
        """What is right, in the sizes that are declared."""
        own = self.room.stands_for
        return super().expected if own is None else Spelled(wanted(own, self.target).expr)

    @cached_property
    def at_sizes(self) -> _AtSizes | None:
        """The same question at the declared sizes."""
        room = self.room.at_sizes
        if room is None or not self.room.samples:
            return None
        found = _AtSizes(room, self.target, wanted(room, self.target))
        found.samples = self.room.samples
        return found

    @cached_property
    def in_numbers_too(self) -> Checker:
        """The same question where sizes are numbers: ``1/500`` may be ``2/n``."""
        return checker(self.room.in_numbers, self.target)

    def settled(self, check: Callable[[Checker], Verdict]) -> Verdict:
        """The verdict on an answer; a number that is a size is taken for the size, or else for itself."""
        self.literally = False
        verdict = super().settled(check)
        if not verdict.ok and self.has_sizes(verdict):
            self.literally = True
            other = super().settled(check)
            verdict = other if other.ok else verdict
        if verdict.status == "unequal_proved" and verdict.where is not None:
            found = self.at_declared(check, verdict)
            other = self.in_numbers_too.settled(check) if found != "unequal_proved" else verdict
            if other.ok:
                verdict = other
            elif found != "unequal_proved":
                said = say("answer-undecided-sizes" if found == "equal_numeric" else "answer-undecided")
                verdict = verdict._replace(status="undecided", said=said, where=None, diagnosis=())
        if verdict.parsed is not None:
            verdict = verdict._replace(parsed=Spelled(with_numbers(verdict.parsed.expr, self.room.named)))
        if verdict.expected is not None:
            verdict = verdict._replace(expected=self.expected)
        return verdict._replace(evidence={**verdict.evidence, "stand_ins": dict(self.room.told)})

    def has_sizes(self, verdict: Verdict) -> bool:
        """Whether an answer has a number that is a size."""
        parts = within(verdict.parsed.expr) if verdict.parsed is not None else ()
        return any(isinstance(x, tree.Name) and x.name in self.room.told for x in parts)

    def at_declared(self, check: Callable[[Checker], Verdict], verdict: Verdict) -> str:
        """The status of an answer at the declared sizes themselves."""
        other = self.at_sizes
        if other is not None:
            try:
                return check(other).status
            except GradvizError:
                pass
        # No number in it could be one that a size comes to.
        assert verdict.parsed is not None
        values = [abs(x.value) for x in within(verdict.parsed.expr) if isinstance(x, tree.Number)]
        most = _SMALL if min(self.room.named) > _SMALL**2 else 2
        plain = len(values) <= _MOST_NUMBERS and all(max(v.numerator, v.denominator) <= most for v in values)
        return "unequal_proved" if plain else "undecided"


class _AtSizes(Checker):
    """The same question at the declared sizes, in floating point: tells what is surely wrong there."""

    samples: list[Sample]
    diagnoses = False
    most_entries = MOST_AT_SIZES

    @cached_property
    def proved(self) -> Mapping[int, Decision]:
        """Nothing is."""
        return {}

    def prepare(self) -> None:
        """Nothing: the points are given."""

    def judge(self, reading: Reading) -> Verdict:
        """The verdict on one reading."""
        given = self.wanted.shape if reading.entry else self.ground.table.nodes[reading.node].shape
        if core(given) and core(given) != core(self.wanted.shape):
            return Verdict("unequal_proved", say("answer-undecided"))
        gap = max(self.gap(sample, reading.node) for sample in self.samples)
        status = "unequal_proved" if gap > _APART else "equal_numeric" if gap < _SAME else "undecided"
        return Verdict(status, say("answer-undecided"))

    decided = judge

    def gap(self, sample: Sample, node: int) -> float:
        """How far an answer is off at a point, as a part of the largest entry; infinite where it has no value."""
        right = np.asarray(self.ground.float_of(sample, self.wanted.node), dtype=float)
        mine = np.asarray(self.ground.float_of(sample, node), dtype=float)
        with np.errstate(all="ignore"):
            scale = max(float(np.abs(right).max()), float(np.abs(mine).max()))
            gap = float(np.abs(mine - right).max())
        if not np.isfinite(scale):
            return float("inf")
        return gap / scale if scale else 0.0
