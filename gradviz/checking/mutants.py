"""Wrong answers that come of one mistake, with what is said of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import Any

import numpy as np

from gradviz.checking.demands import weight
from gradviz.checking.edits import Edit
from gradviz.checking.judge import Judge
from gradviz.checking.paths import Paths
from gradviz.checking.slips_chained import of_derivative, of_links, of_paths, unfinished
from gradviz.checking.slips_written import of_trees
from gradviz.checking.verdict import Mistake
from gradviz.equality import names_in
from gradviz.equality.sample import Sample
from gradviz.equality.seeking import drawn
from gradviz.graph.expression import stage_expr
from gradviz.messages import GradvizError, Message, say
from gradviz.notation import tree
from gradviz.notation.walk import substitute
from gradviz.ops.shapes import canonical, core

SAMPLES = 6
_MOST_OTHERS = 10
_SHORT = 12

COST: Mapping[str, int] = {
    "sign": 1,
    "transposed": 1,
    "term-sign": 2,
    "missing-mean": 2,
    "missing-path": 2,
    "missing-term": 2,
    "multiplied-paths": 2,
    "wrong-node": 2,
    "missing-factor": 3,
    "squared-factor": 3,
    "wrong-derivative": 3,
    "constant-factor": 2,
    "extra-factor": 3,
    "wrong-order": 3,
    "wrong-index": 4,
    "unfinished": 3,
    "wrong-variable": 5,
    "shape": 6,
}
"""How simple an explanation is: the cheapest are told."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong answer, as its values at some points.

    Parameters
    ----------
    mistake : Mistake
    values : tuple of array
        At the first points of the ground.
    cost : int
    order : int
        When it came up.
    """

    mistake: Mistake
    values: tuple[Any, ...]
    cost: int
    order: int = 0


class Mutants:
    """The wrong answers to one question.

    Parameters
    ----------
    checker : Judge
    """

    def __init__(self, checker: Judge) -> None:
        self.checker = checker
        self.room = checker.room
        self.dag = checker.room.dag
        self.ground = checker.ground
        self.dropped: list[tuple[tree.Expr, tuple[Any, ...]]] = []
        """Terms of the right answer, each with what it is without it."""
        self.short_forms = 0
        """How many of the forms spell no stage out."""

    @cached_property
    def samples(self) -> list[Sample]:
        """The points by which answers are told apart: more of them where arrays have few values, and much is 0."""
        ground = self.ground
        if not any(core(self.dag.nodes[i].shape) for i in ground.few):
            return ground.samples[:SAMPLES]
        return list(islice(chain(ground.samples, drawn(ground)), 2 * SAMPLES))

    def values(self, node: int, most: int | None = None) -> tuple[Any, ...]:
        """A node at the points, or at the first of them."""
        return tuple([self.ground.float_of(s, node) for s in self.samples[:most]])

    @cached_property
    def right(self) -> tuple[Any, ...]:
        """What is right, at the points."""
        return self.values(self.checker.wanted.node)

    @cached_property
    def paths(self) -> Paths | None:
        """The ways that the chain rule takes; None where the question is another one."""
        target = self.checker.target
        if target.kind != "gradient" or core(self.dag.nodes[self.dag.root].shape):
            return None
        position = self.dag.names[target.by]
        return None if position == self.dag.root else Paths(self.room, position)

    # -- all of them

    def all(self) -> Iterator[Mutant]:
        """Every mutant; the same values may come up more than once."""
        yield self.mutant("sign", [-np.asarray(v) for v in self.right], say("mistake-sign"), say("hint-sign"))
        if len(core(self.checker.wanted.shape)) == 2:
            turned = [np.transpose(v) for v in self.right]
            yield self.mutant("transposed", turned, say("mistake-transposed"), say("hint-transposed"))
        yield from of_trees(self)
        if self.paths is not None:
            yield from of_links(self, self.paths)
            yield from of_paths(self, self.paths)
        if self.checker.target.kind == "derivative":
            yield from of_derivative(self)
        yield from unfinished(self)

    def mutant(
        self, kind: str, values: Iterable[Any], said: Message, hinted: Message, step: str = "", extra: int = 0
    ) -> Mutant:
        """A mutant of one kind."""
        return Mutant(Mistake(kind, said, hinted, step), tuple(values), COST[kind] + extra)

    # -- what is written

    @cached_property
    def forms(self) -> list[tree.Expr]:
        """The forms in which the right answer is written."""
        wanted = self.checker.wanted
        found: list[tree.Expr] = [] if wanted.letters else [wanted.expr]
        if self.paths is not None:
            later = self.room.gradients.adjoint(self.paths.target).by_later
            if not later.letters and later.expr not in found:
                found.append(later.expr)
        self.short_forms = len(found)
        return [*found, *(e for form in found for e in self.opened(form))]

    def opened(self, form: tree.Expr) -> Iterator[tree.Expr]:
        """A form with what defines one of its stages in its place, where that is short."""
        for name in sorted(names_in(form) & set(self.dag.stages)):
            made = stage_expr(self.dag, self.dag.names[name])
            if weight(made) <= _SHORT and not self.dag.entries.get(name):
                yield substitute(form, {name: made})

    def kind_of_name(self, edit: Edit) -> str:
        """Another name of the same shape: another index, before or after an activation, or just another name."""
        assert isinstance(edit.old, tree.Name)
        assert isinstance(edit.new, tree.Name)
        old, new = edit.old.name, edit.new.name
        a, b = self.dag.names.get(old), self.dag.names.get(new)
        if a is not None and b is not None and (self.activates(a, b) or self.activates(b, a)):
            return "wrong-node"
        return "wrong-index" if _letters(old) == _letters(new) else "wrong-variable"

    def activates(self, before: int, after: int) -> bool:
        """Whether a stage is made of another one alone, entry by entry."""
        node = self.dag.nodes[after]
        direct = after in self.room.gradients.links.consumers.get(before, ())
        return (
            direct
            and bool(node.inputs)
            and list(self.room.gradients.links.of(after)) == [before]
            and (core(node.shape) == core(self.dag.nodes[before].shape))
        )

    def is_mean(self, e: tree.Expr) -> bool:
        """Whether a factor is one over a size."""
        if isinstance(e, tree.Product) and e.operators == ("/",):
            low = e.operands[1]
            return isinstance(low, tree.Name) and low.name in self.dag.sizes
        return isinstance(e, tree.Name) and e.name in self.dag.sizes

    def is_regulariser(self, e: tree.Expr) -> bool:
        """Whether a term speaks of no data and no stage."""
        names = names_in(e) & set(self.dag.names)
        own = self.checker.target.by in names
        return own and all(n in self.dag.leaves and n not in self.dag.data for n in names) and self.has_penalty

    @cached_property
    def has_penalty(self) -> bool:
        """Whether the output says something of the target itself."""
        if self.paths is None:
            return False
        return self.dag.root in self.room.gradients.links.consumers.get(self.paths.target, ())

    @cached_property
    def others(self) -> dict[str, list[str]]:
        """For each name, others of its shape, those with the same letter first."""
        shapes: dict[Any, list[str]] = {}
        for name, i in self.dag.names.items():
            if name != self.dag.output:
                shapes.setdefault(canonical(self.dag.nodes[i].shape), []).append(name)
        found: dict[str, list[str]] = {}
        for same in shapes.values():
            for name in same:
                rest = [n for n in same if n != name]
                rest.sort(key=lambda n, own=name: _letters(n) != _letters(own))  # type: ignore[misc]
                found[name] = rest[:_MOST_OTHERS]
        for size in self.dag.sizes:
            found[size] = sorted(self.dag.sizes - {size})
        deltas = list(self.room.deltas)
        for name in deltas:
            shape = self.dag.nodes[self.room.deltas[name]].shape
            found[name] = [n for n in deltas if n != name and self.dag.nodes[self.room.deltas[n]].shape == shape]
        return found

    # -- numbers of expressions

    def read(self, e: tree.Expr, most: int | None = None) -> tuple[Any, ...] | None:
        """The values of an expression that has the shape of the answer; None where it has none."""
        return self._read(e, whole=True, most=most)

    def read_plain(self, e: tree.Expr, position: int | None = None) -> tuple[Any, ...] | None:
        """The values of an expression of any shape, or of that of a node or a number."""
        found = self._read(e, whole=False)
        if found is None or position is None:
            return found
        shape = np.shape(self.ground.float_of(self.samples[0], position))
        return found if all(np.shape(v) in ((), shape) for v in found) else None

    def _read(self, e: tree.Expr, *, whole: bool, most: int | None = None) -> tuple[Any, ...] | None:
        checker = self.checker
        try:
            names = checker.names(e)
            with self.ground.scratch():
                found = checker.nodes(e, names, "")[0]
                shape = self.ground.table.nodes[found.node].shape
                if whole and canonical(shape) != canonical(checker.wanted.shape):
                    return None
                return self.values(found.node, most)
        except GradvizError:
            return None


def _letters(name: str) -> str:
    return name.rstrip("0123456789").split("_")[0]
