"""From stage to stage: the local derivatives of one stage by what it is made of.

A stage's local derivative is the reverse sweep over its own operations, from the stage to its operands, with a
placeholder ``g`` for the stage's adjoint. What comes out is read as terms, and written in the stage's own value where
that is shorter. All this depends on the stage's form only; see `gradviz.calculus.form`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from gradviz import terms as t
from gradviz.calculus.form import Form, LocalLink, Slope, WorkedOut, worked_out
from gradviz.calculus.lower import Recipe
from gradviz.calculus.reading import Reader, generators
from gradviz.calculus.units import ADJOINT
from gradviz.graph.node import Node, reachable
from gradviz.ops.shapes import core
from gradviz.record import record

__all__ = ["ADJOINT", "Link", "Links"]


@dataclass(frozen=True, eq=False)
class Link:
    """One stage's pullback to one operand; its terms are made when somebody asks for them.

    Parameters
    ----------
    stage, operand : int
        Positions in the graph.
    indices : tuple of Index
        The axes of the operand, free in the terms.
    form : LocalLink
        The same by the stage's form.
    generators : tuple of int
        Nodes of the graph that the form's atoms stand for, by rank.
    """

    stage: int
    operand: int
    indices: tuple[t.Index, ...]
    form: LocalLink
    generators: tuple[int, ...]

    @cached_property
    def axes(self) -> dict[t.Index, t.Index]:
        """What stands for the form's axes."""
        return dict(zip(self.form.axes, self.indices, strict=True))

    @cached_property
    def paths(self) -> tuple[t.Term, ...]:
        """What each use of the operand inside the stage adds, as the sweep gives it, in ``g`` and generators."""
        return tuple([self.here(p) for p in self.form.paths])

    @cached_property
    def term(self) -> t.Term:
        """Their sum, simplified and written in the stage's value where that is shorter."""
        return self.here(self.form.term)

    @cached_property
    def local(self) -> t.Term:
        """The term with 1 for ``g``."""
        return self.here(self.form.local)

    @cached_property
    def spelled(self) -> t.Term:
        """The sum of the paths as it is, with 1 for ``g``."""
        return self.here(self.form.spelled)

    @property
    def places(self) -> tuple[int, ...]:
        """For each path, which operand of the operation that uses it."""
        return self.form.places

    @property
    def scales(self) -> tuple[bool, bool]:
        """Whether the term, and the sum of the paths, stand beside ``g``, entry by entry."""
        return self.form.scales

    def uses(self) -> list[Link]:
        """A link for each path alone."""
        form = self.form
        alone = [LocalLink(form.axes, (path,), (n,), path) for n, path in zip(form.places, form.paths, strict=True)]
        return [replace(self, form=f) for f in alone]

    def here(self, term: t.Term) -> t.Term:
        """A term of the form over this graph's nodes, at these indices."""
        names: dict[t.Index, t.Place] = dict(zip(self.form.axes, self.indices, strict=True))
        return t.transplant(term, dict(enumerate(self.generators)), names)


class Pull(NamedTuple):
    """How to compute a pullback in numbers: a recipe, and the generators that are its operands."""

    recipe: Recipe
    operands: tuple[int, ...]


class Links:
    """The stages of a graph and how they hang together.

    Parameters
    ----------
    nodes : sequence of Node
        A graph in topological order.
    output : int
        Only what the output depends on has links.
    extra : frozenset of int
        Unnamed operations that are to be stages as well.
    """

    def __init__(self, nodes: Sequence[Node], output: int, extra: frozenset[int] = frozenset()) -> None:
        self.nodes = nodes
        self.output = output
        self.extra = extra
        self._parts: dict[int, _Part] = {}
        self._links: dict[int, dict[int, Link]] = {}
        self._inner: dict[int, dict[int, Slope]] = {}

    @cached_property
    def generators(self) -> list[bool]:
        """Which nodes are read as a whole."""
        found = generators(self.nodes)
        for i in (self.output, *self.extra):
            found[i] = True
        return found

    @cached_property
    def reader(self) -> Reader:
        """Reads the graph's own nodes."""
        return Reader(self.nodes, {i: i for i, g in enumerate(self.generators) if g})

    @cached_property
    def consumers(self) -> dict[int, tuple[int, ...]]:
        """For each generator, the stages that are made of it directly, on the way to the output."""
        alive = reachable(self.nodes, [self.output])
        below: list[tuple[int, ...]] = []
        found: dict[int, dict[int, None]] = {}
        for i, node in enumerate(self.nodes):
            parts = tuple(dict.fromkeys(p for j in node.inputs for p in ((j,) if self.generators[j] else below[j])))
            below.append(parts)
            if self.generators[i] and alive[i]:
                for p in parts:
                    found.setdefault(p, {})[i] = None
        return {p: tuple(stages) for p, stages in found.items()}

    def is_stage(self, position: int) -> bool:
        """Whether a node is made of others."""
        return bool(self.nodes[position].inputs)

    def definition(self, stage: int, indices: tuple[t.Place, ...]) -> t.Term | None:
        """What a stage is made of, entry by entry; None where no formula says it."""
        return self._part(stage).definition(indices)

    def form(self, stage: int) -> WorkedOut:
        """What follows from the stage's form."""
        return self._part(stage).form

    def operands(self, stage: int) -> list[int]:
        """What a stage depends on directly, in order."""
        part = self._part(stage)
        return sorted(j for j in part.operands if part.depends(j))

    def as_read(self, stage: int) -> list[int]:
        """The same in the order in which the stage's expression first speaks of them."""
        part = self._part(stage)
        return sorted(self.operands(stage), key=lambda j: part.form.first_use(part.places[j]))

    def standing(self, stage: int) -> tuple[int, ...]:
        """The nodes that the atoms of a stage's form stand for, by rank."""
        return self._part(stage).generators

    def local(self, stage: int, operand: int) -> tuple[WorkedOut, int]:
        """What follows from the stage's form, and an operand's place in it."""
        part = self._part(stage)
        return part.form, part.places[operand]

    def of(self, stage: int) -> dict[int, Link]:
        """The links of a stage, by operand."""
        if stage not in self._links:
            part = self._part(stage)
            self._links[stage] = {j: part.link(stage, j) for j in part.operands if part.depends(j)}
        return self._links[stage]

    def pulled(self, stage: int, operand: int, adjoint: int | str) -> tuple[LocalLink, tuple[int | str, ...]] | None:
        """What a stage adds to the adjoint of an operand; None where it adds nothing.

        By its form, and what stands for each of the atoms in that: for ``g`` the adjoint that is given.
        """
        part = self._part(stage)
        return part.pulled(operand, adjoint) if part.depends(operand) else None

    def pull(self, stage: int, operand: int) -> Pull:
        """How to compute a stage's pullback to one operand."""
        return self._part(stage).pull(operand)

    def inside(self, stage: int) -> dict[int, Slope]:
        """For the unnamed operations inside a stage: indices and adjoint, in the stage's ``g``."""
        if stage not in self._inner:
            part = self._part(stage)
            self._inner[stage] = {i: part.inside(i) for i in part.operations if part.depends(i)}
        return self._inner[stage]

    def _part(self, stage: int) -> _Part:
        """The stage by itself."""
        if stage in self._parts:
            return self._parts[stage]
        inner = self.operations(stage)
        outer = dict.fromkeys(j for i in inner for j in self.nodes[i].inputs if self.generators[j])
        ranked = sorted(outer)
        new = {j: n for n, j in enumerate((*outer, *inner), 1)}
        nodes = [Node("leaf", (), core(self.nodes[stage].shape), (), ADJOINT)]
        nodes += [_outside(self.nodes[j], new[j]) for j in outer]
        for i in inner:
            node = self.nodes[i]
            name = "stage" if node.name else ""
            nodes.append(Node(node.op, tuple([new[j] for j in node.inputs]), node.shape, node.attr, name))
        ranks = {j: rank for rank, j in enumerate(ranked)}
        form = Form(tuple(nodes), tuple([ranks[j] for j in outer]), tuple([self.is_stage(j) for j in ranked]))
        known = worked_out(form)
        generators = (*ranked, stage, *self._companions(known, new))
        part = _Part(known, new, generators, tuple(outer), tuple(inner[:-1]))
        self._parts[stage] = part
        return part

    @cached_property
    def _whole(self) -> dict[tuple[str, tuple[int, ...]], int]:
        """Where the graph computes what, for companions; a named node goes before one that nobody named."""
        found: dict[tuple[str, tuple[int, ...]], int] = {}
        for i, node in enumerate(self.nodes):
            if node.inputs and (node.name or (node.op, node.inputs) not in found):
                found[node.op, node.inputs] = i
        return found

    def _companions(self, form: WorkedOut, here: dict[int, int]) -> tuple[int, ...]:
        """Where the graph has the companions that a form's derivatives speak of."""
        places = {n: i for i, n in here.items()}
        for n, op, inputs in form.companions:
            places[n] = self._whole[op, tuple([places[j] for j in inputs])]
        return tuple([places[n] for n, _, _ in form.companions])

    def operations(self, stage: int) -> list[int]:
        """The stage and the unnamed operations that belong to it, in topological order."""
        found = {stage}
        stack = [stage]
        while stack:
            for j in self.nodes[stack.pop()].inputs:
                if not self.generators[j] and j not in found:
                    found.add(j)
                    stack.append(j)
        return sorted(found)


@record
class _Part:
    """A stage's form, and what stands in it here.

    Parameters
    ----------
    form : WorkedOut
    places : mapping of int to int
        Nodes of the graph → nodes of the form.
    generators : tuple of int
        Nodes of the graph that the form's atoms stand for, by rank.
    operands, operations : tuple of int
        Nodes of the graph: what the stage is made of, and its unnamed operations.
    """

    form: WorkedOut
    places: dict[int, int]
    generators: tuple[int, ...]
    operands: tuple[int, ...]
    operations: tuple[int, ...]

    def depends(self, position: int) -> bool:
        return self.form.depends(self.places[position])

    def link(self, stage: int, operand: int) -> Link:
        local = self.form.link(self.places[operand])
        return Link(stage, operand, _renewed(local.axes)[1], local, self.generators)

    def pulled(self, operand: int, adjoint: int | str) -> tuple[LocalLink, tuple[int | str, ...]]:
        local = self.form.link(self.places[operand])
        here = self.generators
        return local, tuple([here[n] if isinstance(n, int) else adjoint for n in local.atoms])

    def definition(self, indices: tuple[t.Place, ...]) -> t.Term | None:
        found = self.form.definition
        if found is None:
            return None
        axes, term = found
        return t.transplant(term, dict(enumerate(self.generators)), dict(zip(axes, indices, strict=True)))

    def pull(self, operand: int) -> Pull:
        return Pull(self.form.recipe(self.places[operand]), self.generators)

    def inside(self, operation: int) -> Slope:
        axes, term = self.form.inside(self.places[operation])
        names, indices = _renewed(axes)
        return indices, t.transplant(term, dict(enumerate(self.generators)), names)


def _renewed(indices: tuple[t.Index, ...]) -> tuple[dict[t.Index, t.Place], tuple[t.Index, ...]]:
    """New indices for a form's."""
    new = tuple([t.index(i.size, row=i.row) for i in indices])
    return dict(zip(indices, new, strict=True)), new


def _outside(node: Node, place: int) -> Node:
    """A generator as the part sees it: an input, or a number that has no adjoint."""
    if node.op == "constant":
        return Node(node.op, (), node.shape, node.attr)
    return Node("leaf", (), node.shape, (), f"#{place}")
