"""Every line of a derivation is held against numbers when it is made.

A line that is not all placed yet is completed by the pullbacks of the links that are still to come. The whole is held
against a derivative by complex step, which knows nothing of pullbacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from gradviz.calculus.gradients import Gradients
from gradviz.calculus.links import Links
from gradviz.derivation.check_entries import EntryChecker
from gradviz.derivation.step import Line, Pending, Step
from gradviz.equality import Point, Reading, Shared, close, confirms, name_of, pulled_at
from gradviz.messages import GradvizError, Message, say
from gradviz.notation import tree, write
from gradviz.notation.walk import children
from gradviz.ops import WORDS
from gradviz.ops.shapes import core
from gradviz.terms import Dim


class StepError(AssertionError):
    """A step of a derivation does not hold: a fault of gradviz."""


@dataclass(frozen=True)
class Checked:
    """The steps that were confirmed, and what is to be said of the rest."""

    steps: tuple[Step, ...]
    notes: tuple[Message, ...]


def check(
    gradients: Gradients,
    target: int,
    lines: Iterable[Line],
    points: Sequence[Point],
    *,
    strict: bool = False,
    shared: Shared | None = None,
) -> Checked:
    """Hold each line against numbers.

    Parameters
    ----------
    gradients : Gradients
    target : int
        The node whose adjoint is derived.
    lines : iterable of Line
    points : sequence of Point
        Where to look; none, and the steps are given with a note that nothing confirmed them.
    strict : bool
        Raise where a line fails, as tests do; else it is left out, with a note.
    shared : Shared, optional
        What other derivations of these gradients computed at the same points.

    Raises
    ------
    StepError
        Only if `strict`.
    """
    lines = tuple(lines)
    if not points:
        return Checked(tuple(line.step for line in lines), (say("unchecked"),))
    checker = _Checker(gradients, points, shared or Shared(points, gradients.adjoint_names))
    by_entries = EntryChecker(gradients, points)
    notes: dict[Message, None] = {}
    steps = []
    for line in lines:
        problem = by_entries.problem(line) if line.entries and line.prefix is not None else checker.problem(line)
        if problem and strict:
            raise StepError(
                f"{write(line.step.left, 'unicode', WORDS)} = {write(line.step.right, 'unicode', WORDS)}: {problem}"
            )
        if problem:
            notes[say("step-unproved")] = None
        else:
            steps.append(line.step)
    dag = points[0].dag
    scalar = not core(dag.nodes[dag.root].shape)
    reached = [p for p in points if target in p.adjoints] if scalar else []
    if not confirms(reached, target, [p.adjoints[target] for p in reached]):
        if strict:
            raise StepError(f"the complex step does not confirm the gradient of node {target}")
        notes[say("step-unproved")] = None
    return Checked(tuple(steps), tuple(notes))


class _Checker:
    def __init__(self, gradients: Gradients, points: Sequence[Point], shared: Shared) -> None:
        self.gradients = gradients
        self.points = points
        self.shared = shared

    def problem(self, line: Line) -> str:
        """Why a line does not hold, or nothing."""
        if line.prefix is None and not line.rest and line.pending is None:
            return ""
        try:
            prefixes = self.prefixes(line)
            passed = self.passed(line)
            agree = passed is not None and all(map(close, prefixes, passed))
            agree = agree or all(map(close, self.pulled(line.rest, prefixes), self.expected(line)))
        except GradvizError as error:
            return str(error)
        return "" if agree else "the numbers differ"

    def prefixes(self, line: Line) -> list[Any]:
        """What is placed already."""
        if line.pending is not None:
            return self.swept(line.pending)
        return self.values(line.prefix, line.rest[0][0] if line.rest else line.target, line.letters)

    def values(self, e: tree.Expr | None, position: int, letters: Mapping[str, Dim] | None = None) -> list[Any]:
        """An expression for the adjoint of a node, at each point; None is 1."""
        if e is None:
            return [1.0 for _ in self.points]
        if not letters:
            with suppress(GradvizError):  # where it does not tell its own size, the node does
                return self.shared.values_of(e)
        reading = Reading(e, self.points[0], self.used(e), letters, self.gradients.dag.nodes[position].shape)
        return [reading.at(p)[0] for p in self.points]

    def swept(self, pending: Pending) -> list[Any]:
        """What several derivatives come to, each times what stands before it."""
        zero = [0.0 for _ in self.points]
        found: dict[int, list[Any]] = {}
        for e, at in pending.parts:
            found[at] = _added(found.get(at, zero), self.values(e, at))
        for at in sorted(pending.inside - {pending.end}, reverse=True):
            above = found.pop(at, None)
            ways = pending.links.operands(at) if above is not None else ()
            for operand in pending.inside.intersection(ways):
                pulled = self.followed(pending.links, at, operand, above or zero)
                found[operand] = _added(found.get(operand, zero), pulled)
        return found.get(pending.end, zero)

    def expected(self, line: Line) -> list[Any]:
        """The gradient by the sweep; where a line gives a local derivative, that."""
        if line.pending is not None and line.pending.whole is not None:
            return self.followed(self.gradients.links, *line.pending.whole, [1.0 for _ in self.points])
        return self.along(line.share) if line.share else self.adjoints(line.target)

    def passed(self, line: Line) -> list[Any] | None:
        """What is to be placed where a line's next link begins, if its links make the gradient of that.

        So each link is followed once, not once for every line before it.
        """
        if not line.rest:
            return None
        if line.share:
            way = line.share[: -len(line.rest)]
            whole = (*way, *line.rest) == line.share
            return (self.along(way) if way else self.adjoints(line.rest[0][0])) if whole else None
        whole = line.rest[-1][1] == line.target and all(map(self.passes, line.rest))
        return self.adjoints(line.rest[0][0]) if whole else None

    def passes(self, link: tuple[int, int]) -> bool:
        """Whether a link makes the whole adjoint of its operand of that of its stage."""
        known = self.shared.passing
        if link not in known:
            known[link] = all(map(close, self.along((link,)), self.adjoints(link[1])))
        return known[link]

    def adjoints(self, position: int) -> list[Any]:
        """An adjoint by the sweep, at each point."""
        return [p.adjoints.get(position, 0.0) for p in self.points]

    def along(self, way: tuple[tuple[int, int], ...]) -> list[Any]:
        """The adjoint of the stage where a way begins, pulled down it."""
        known = self.shared.pulled
        if way not in known:
            above = self.along(way[:-1]) if len(way) > 1 else self.adjoints(way[0][0])
            known[way] = self.pulled(way[-1:], above)
        return known[way]

    def pulled(self, links: Sequence[tuple[int, int]], adjoints: list[Any]) -> list[Any]:
        """Adjoints of a stage, pulled down a way."""
        for stage, operand in links:
            adjoints = self.followed(self.gradients.links, stage, operand, adjoints)
        return adjoints

    def followed(self, links: Links, stage: int, operand: int, adjoints: list[Any]) -> list[Any]:
        """Adjoints of a stage, pulled down one link."""
        pairs = zip(self.points, adjoints, strict=True)
        return pulled_at(self.points, links.pull(stage, operand), [_shaped(adjoint, p, stage) for p, adjoint in pairs])

    def used(self, e: tree.Expr) -> Iterator[tuple[str, int]]:
        """The adjoints that an expression speaks of."""
        stack = [e]
        while stack:
            here = stack.pop()
            if isinstance(here, tree.Partial | tree.Name):
                name = name_of(here)
                if name in self.gradients.adjoint_names:
                    yield name, self.gradients.adjoint_names[name]
                    continue
            stack.extend(children(here))


def _added(one: list[Any], other: list[Any]) -> list[Any]:
    return [a + b for a, b in zip(one, other, strict=True)]


def _shaped(adjoint: Any, point: Point, stage: int) -> Any:
    """A scalar that stands for an array, spread over it."""
    if not core(point.dag.nodes[stage].shape) or getattr(adjoint, "shape", ()) != ():
        return adjoint
    import numpy as np

    return np.broadcast_to(adjoint, np.shape(point.values[stage]))
