"""From stage to stage: the local derivatives of one stage by what it is made of.

A stage's local derivative is the reverse sweep over its own operations, from the stage to its operands, with a
placeholder ``g`` for the stage's adjoint. What comes out is read as terms, and written in the stage's own value where
that is shorter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from gradviz import terms as t
from gradviz.calculus.fold import bends, fold
from gradviz.calculus.order import names_first
from gradviz.calculus.reading import Reader, generators
from gradviz.calculus.simplify import Simplifier
from gradviz.calculus.sweep import sweep
from gradviz.graph.node import Node, reachable
from gradviz.ops.shapes import core

ADJOINT = "g"


@dataclass(frozen=True, slots=True)
class Link:
    """One stage's pullback to one operand.

    Parameters
    ----------
    stage, operand : int
        Positions in the graph.
    indices : tuple of Index
        The axes of the operand, free in the terms.
    paths : tuple of Term
        What each use of the operand inside the stage adds, as the sweep gives it, in ``g`` and generators.
    places : tuple of int
        For each path, which operand of the operation that uses it.
    term : Term
        Their sum, simplified and written in the stage's value where that is shorter.
    """

    stage: int
    operand: int
    indices: tuple[t.Index, ...]
    paths: tuple[t.Term, ...]
    places: tuple[int, ...]
    term: t.Term


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
        self.simplify = Simplifier(self.order)
        self._links: dict[int, dict[int, Link]] = {}
        self._inner: dict[int, dict[int, tuple[tuple[t.Index, ...], t.Term]]] = {}

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

    def order(self, v: t.Term) -> tuple[int, ...]:
        """How new a variable is: adjoints, then stages, then what is composed, then inputs."""
        if isinstance(v, t.Atom):
            if not isinstance(v.node, int):
                return (4, 0) if v.node == ADJOINT else (-1, 0)
            if v.node < 0:
                return (3, -v.node)
            return (2 if self.nodes[v.node].inputs else 0, v.node)
        inside = max((self.order(a) for a in t.atoms(v)), default=(0, 0))
        return max(inside, (1, inside[1])) if not isinstance(v, t.Size) else (-1, 0)

    def definition(self, stage: int, indices: tuple[t.Place, ...]) -> t.Term | None:
        """What a stage is made of, entry by entry; None where no formula says it."""
        node = self.nodes[stage]
        from gradviz.ops import OPERATIONS

        if not node.inputs or not (OPERATIONS[node.op].formula or node.op in {"einsum", "entry", "stack"}):
            return None
        return self.reader.inside(stage, indices)

    def of(self, stage: int) -> dict[int, Link]:
        """The links of a stage, by operand."""
        if stage not in self._links:
            self._links[stage] = self._make(stage)
        return self._links[stage]

    def inside(self, stage: int) -> dict[int, tuple[tuple[t.Index, ...], t.Term]]:
        """For the unnamed operations inside a stage: indices and adjoint, in the stage's ``g``."""
        self.of(stage)
        return self._inner[stage]

    def _make(self, stage: int) -> dict[int, Link]:
        """Sweep over the stage's own operations, and read what comes out."""
        inner = self.operations(stage)
        shape = self.nodes[stage].shape
        part = [Node("leaf", (), core(shape), (), ADJOINT)]
        new: dict[int, int] = {}
        atoms: dict[int, int | str] = {0: ADJOINT}
        for i in inner:
            for j in self.nodes[i].inputs:
                if self.generators[j] and j not in new:
                    new[j] = len(part)
                    atoms[new[j]] = j
                    part.append(_outside(self.nodes[j], j))
        for i in inner:
            new[i] = len(part)
            node = self.nodes[i]
            part.append(node._replace(inputs=tuple(new[j] for j in node.inputs)))
        atoms[new[stage]] = stage
        swept = sweep(tuple(part), new[stage], seed=0)
        reader = Reader(swept.nodes, atoms)
        written = _as_written(part, new[stage])
        links: dict[int, Link] = {}
        inside: dict[int, tuple[tuple[t.Index, ...], t.Term]] = {}
        for i, here in new.items():
            if here not in swept.adjoints or i == stage:
                continue
            indices = self.reader.indices(i)
            if i in inner:
                inside[i] = (
                    indices,
                    self._shorter(
                        stage, reader.entry(swept.adjoints[here], _fit(swept.nodes, swept.adjoints[here], indices))
                    ),
                )
                continue
            found = sorted(swept.contributions[here], key=lambda c: written[c.consumer, c.place])
            uses = [(c.place, reader.entry(c.node, _fit(swept.nodes, c.node, indices))) for c in found]
            uses = [(place, term) for place, term in uses if term != t.ZERO]
            paths = tuple(term for _, term in uses)
            total = self._shorter(stage, t.add(*map(t.freshen, paths)))
            links[i] = Link(stage, i, indices, paths, tuple(place for place, _ in uses), total)
        self._inner[stage] = inside
        return links

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

    def _shorter(self, stage: int, term: t.Term) -> t.Term:
        """Simplified, and with the stage's value for what it spells out."""
        term = names_first(self.simplify(term))
        if not self.nodes[stage].name:
            return term  # what nobody named is no shorter name for anything
        places = {a.indices for a in t.atoms(term) if a.node == ADJOINT}
        for indices in sorted(places, key=len):
            definition = self.definition(stage, indices)
            if definition is None:
                continue
            result = t.Atom(stage, indices)
            if bends(definition):
                term = fold(term, result, self.simplify(definition), self.simplify)
            else:
                term = self.simplify(t.replace(term, {result: definition}))
        return names_first(term)


def _as_written(nodes: Sequence[Node], root: int) -> dict[tuple[int, int], int]:
    """The uses of operands, (operation, place), in the order in which an expression is read."""
    found: dict[tuple[int, int], int] = {}
    stack = [(root, place) for place in reversed(range(len(nodes[root].inputs)))]
    while stack:
        use = stack.pop()
        if use not in found:
            found[use] = len(found)
            operand = nodes[use[0]].inputs[use[1]]
            stack.extend((operand, place) for place in reversed(range(len(nodes[operand].inputs))))
    return found


def _outside(node: Node, position: int) -> Node:
    """A generator as the part sees it: an input, or a number that has no adjoint."""
    if node.op == "constant":
        return node
    return Node("leaf", (), node.shape, (), f"#{position}")


def _fit(nodes: Sequence[Node], position: int, indices: tuple[t.Index, ...]) -> tuple[t.Index, ...]:
    """The indices that a node has axes for: a zero adjoint is a single number."""
    return indices if core(nodes[position].shape) else ()
