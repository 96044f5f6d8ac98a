"""A graph made ready for deciding: points with numbers of each kind, computed once and asked often."""

from __future__ import annotations

import random as plain
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from gradviz.calculus.sweep import Sweep, sweep
from gradviz.equality.balls import PRECISIONS, Balls, UnsureError
from gradviz.equality.bounds import Bounds
from gradviz.equality.core import PLAIN, Core
from gradviz.equality.drawing import Drawn, decimals, fractions, moved
from gradviz.equality.lists import entries_of
from gradviz.equality.loose import Loose
from gradviz.equality.marks import Root
from gradviz.equality.points import rows_of, sizes_of
from gradviz.equality.sample import Sample, Towers, comparisons, finite, sides_of
from gradviz.equality.scratch import Scratch
from gradviz.equality.size_degrees import SizeDegrees
from gradviz.equality.stacked import Stacked
from gradviz.equality.tolerant import tolerant
from gradviz.equality.towers import towers
from gradviz.graph.dag import Dag
from gradviz.graph.node import Node, Table
from gradviz.numeric.arrays import ARRAYS
from gradviz.numeric.evaluate import operation
from gradviz.ops import OPERATIONS, scalars
from gradviz.terms import extent

_TRIES = 60
_MOST = 10
_LEAST = 3
_NEAR = Fraction(1, 10**9)
_FAR = (5, 40, 1100)
_WATCHED = 200
_FINITE = frozenset({"binary", "set", "onehot"})


class Ground:
    """A graph, the nodes of its adjoints, and points to compare at.

    Parameters
    ----------
    dag : Dag
    seed : int, optional
        The same seed gives the same points; where none is given, nobody can foretell them.
    swept : Sweep, optional
        The sweep from the graph's output, where it is known already.
    sizes : mapping of str to int, optional
        Numbers for symbolic sizes; different ones where not given.
    """

    def __init__(
        self, dag: Dag, seed: int | None = None, swept: Sweep | None = None, sizes: Mapping[str, int] | None = None
    ) -> None:
        self.dag = dag
        self.swept = swept or sweep(dag.nodes, dag.root)
        # No size is 2, which is a factor in many gradients.
        self.sizes = sizes_of(dag, 3) if sizes is None else sizes
        self.fixed: Mapping[str, int] = {}  # what sizes are as numbers, where that is not what they are as axes
        self.random: plain.Random = plain.SystemRandom() if seed is None else plain.Random(seed)  # noqa: S311
        if seed is None:
            self.random = plain.Random(self.random.getrandbits(128))  # noqa: S311
        self.table = Table(self.swept.nodes)
        self.written = Core()
        self.places: list[int] = []  # of the nodes that are written out
        self.alias: dict[int, int] = {}
        self.drawn: dict[Any, Towers] = {}
        self.seen: set[tuple[int, int, bool]] = set()
        self.reached: dict[Sample | Stacked, None] = {}  # what may have values of nodes that are to be taken off
        self.more: list[Sample] = []  # points that only some answers ask for
        self.tried = 0
        self.chances: dict[tuple[frozenset[str], bool], list[Drawn]] = {}
        self.characters: list[dict[Root, bool]] = []  # at points modulo primes: which of its roots the graph has there
        self.loosely: dict[tuple[frozenset[str], bool], Loose] = {}
        self.ranges: dict[tuple[frozenset[str] | None, bool], Bounds] = {}
        self.limited: set[int] = set()
        self.marked = 0
        self.depth = 0

    # -- nodes

    def leaf(self, node: Node, stands_for: int) -> int:
        """A node for a name that stands for what another node computes."""
        position = self.table.put(node)
        self.alias[position] = stands_for
        return position

    def place(self, position: int) -> int:
        """Where a node is written out."""
        if position >= len(self.places):
            self.write_out(position + 1)
        return self.places[position]

    def write_out(self, count: int) -> None:
        """Write so many nodes out."""
        places, nodes, alias, written = self.places, self.table.nodes, self.alias, self.written
        for i in range(len(places), count):
            if i in alias:
                places.append(places[alias[i]])
                continue
            op, inputs, shape, attr, name = nodes[i]
            if len(inputs) == 2:
                operands: tuple[int, ...] = places[inputs[0]], places[inputs[1]]
            else:
                operands = tuple([places[j] for j in inputs])
            if op == "size" and self.fixed:
                op, attr = "number", self.as_number(attr)
            if op in PLAIN:
                places.append(written.keep(op, operands, shape, attr))
            else:
                shapes = tuple([nodes[j].shape for j in inputs])
                places.append(written.put(op, operands, shapes, shape, attr, name))

    def as_number(self, size: Any) -> Fraction:
        """What a size is where it is used as a number."""
        return Fraction(extent(size, {**self.sizes, **self.fixed}))

    def scratch(self) -> Scratch:
        """Nodes that are put meanwhile are forgotten afterwards."""
        return Scratch(self)

    def cut(self, nodes: int, places: int) -> None:
        """Forget all nodes but so many, and all that are written out but so many."""
        if len(self.written.nodes) > places:
            self.written.cut(places)
        if len(self.table.nodes) == nodes:
            return
        while self.alias and next(reversed(self.alias)) >= nodes:
            self.alias.popitem()
        del self.places[nodes:]
        self.table.cut(nodes)
        for one in self.reached:
            for i in range(nodes, one.top + 1):
                one.values.pop(i, None)
            one.top = min(one.top, nodes - 1)

    # -- points

    def mark_limited(self) -> set[int]:
        """Where what depends on inputs of finitely many values is written out, as far as it is to stay."""
        limited, nodes = self.limited, self.written.nodes
        settled = self.written.settled
        if self.depth < 2 and self.marked < settled:
            limited.update([self.place(i) for i in self.few])
            for i in range(self.marked, settled):
                if not limited.isdisjoint(nodes[i].inputs):
                    limited.add(i)
            self.marked = settled
        return limited

    @cached_property
    def samples(self) -> list[Sample]:
        """Points where the graph and its adjoints are finite; so many that each kink is seen from both its sides."""
        found: list[Sample] = []
        seen: set[tuple[int, int, bool]] = set()
        for attempt in range(_TRIES):
            exact = fractions(self.dag, self.sizes, self.random, attempt)
            sample = Sample(exact, decimals(exact))
            if not all(finite(self.float_of(sample, i)) for i in self.needed):
                continue
            new = self.sides(sample) - seen
            if attempt < _TRIES // 2 and self.is_on_kink(sample):
                continue
            if len(found) < _LEAST or (new and len(found) < _MOST):
                found.append(sample)
                seen |= new
            elif len(found) == _MOST or (not self.kinks and attempt > _MOST):
                break
        if len(found) > 1:
            # The second one is to have other values of what has few.
            other = max(range(1, len(found)), key=lambda n: self._unlike(found[0], found[n]))
            found[1], found[other] = found[other], found[1]
        self.seen = seen
        return found

    def is_on_kink(self, sample: Sample) -> bool:
        """Whether something is exactly where it switches at a point, or two entries are the largest."""
        if not self.kinks and not any(node.op in _CHOOSING for node in self.written.nodes):
            return False
        try:
            for i in self.needed:
                self.ball_of(sample, PRECISIONS[0], i)
        except UnsureError:
            return True
        return sample.balls[PRECISIONS[0]].touched and not self.is_always(sample)

    def is_always(self, sample: Sample) -> bool:
        """Whether a point near one that is on a kink is on it as well: ``y = 1`` for a ``y ∈ {0, 1}``."""
        near = self.near(sample)
        try:
            for i in self.needed:
                self.ball_of(near, PRECISIONS[0], i)
        except UnsureError:
            return False
        return near.balls[PRECISIONS[0]].touched

    def is_sure(self, sample: Sample) -> bool:
        """Whether balls say that the graph and its adjoints have values at a point."""
        try:
            return all(x.is_finite() for i in self.needed for x in entries_of(self.ball_of(sample, PRECISIONS[1], i)))
        except UnsureError:
            return False

    def uncovered(self) -> list[tuple[int, int, bool]]:
        """Comparisons of the graph that no point shows on one side: what is compared, written out, and which side."""
        found: dict[tuple[int, int, bool], None] = {}
        for n, entry, side in sorted(self.seen):
            if 0 <= n < len(self.kinks) and (n, entry, not side) not in self.seen:
                found[(*self.kinks[n], not side)] = None
        return list(found)

    def _unlike(self, a: Sample, b: Sample) -> int:
        """In how many inputs of finitely many values two points differ."""
        return sum(bool(np.any(a.exact[i] != b.exact[i])) for i in self.few)

    @cached_property
    def few(self) -> list[int]:
        """Inputs of finitely many values."""
        facts = self.dag.facts
        return [self.dag.names[n] for n in self.dag.leaves if any(d.kind in _FINITE for d in facts.get(n, ()))]

    @cached_property
    def needed(self) -> list[int]:
        """The graph's nodes on the way to the output, and the adjoints."""
        return sorted({*self.swept.adjoints, *self.swept.adjoints.values()})

    @cached_property
    def positive(self) -> frozenset[str]:
        """Inputs of which the graph takes logarithms or roots: it has values only where they are positive."""
        places = {self.place(i) for i in self.needed}
        named = {self.place(self.dag.names[n]): n for n in self.dag.leaves}
        nodes = self.written.nodes
        found, seen = set(), set()
        while places:
            i = places.pop()
            seen.add(i)
            node = nodes[i]
            places.update(j for j in node.inputs if j not in seen)
            if node.inputs and node.inputs[0] in named and (node.op in ("ln", "sqrt") or self._is_root(node)):
                found.add(named[node.inputs[0]])
        return frozenset(found - {n for n in self.dag.leaves if self.dag.facts.get(n)})

    def _is_root(self, node: Node) -> bool:
        """Whether a node is a power with an exponent that is no whole number."""
        if node.op != "power":
            return False
        exponent = self.written.nodes[node.inputs[1]]
        return exponent.op == "number" and isinstance(exponent.attr, Fraction) and exponent.attr.denominator != 1

    def bounds(self, kept: frozenset[str] | None = None, *, sized: bool = True) -> Bounds:
        """Between which numbers what is written out lies; see `Bounds`."""
        key = (kept, sized)
        if key not in self.ranges:
            self.ranges[key] = Bounds(self, kept, sized=sized)
        return self.ranges[key]

    @cached_property
    def size_degrees(self) -> SizeDegrees:
        """How what is written out depends on symbolic sizes."""
        return SizeDegrees(self)

    @cached_property
    def kinks(self) -> list[tuple[int, int]]:
        """The comparisons in the graph that depend on inputs, as pairs of nodes written out."""
        for i in self.needed:
            self.place(i)
        return comparisons(self.written, len(self.written.nodes))

    @cached_property
    def watched(self) -> list[tuple[int, int]]:
        """What is to be seen on both sides: the kinks, and 0 for all names, so that a logarithm is seen to fail."""
        named = {self.place(i): None for i in self.dag.names.values() if i in self.swept.adjoints}
        zero = self.written.table.put(Node("number", (), (), Fraction(0)))
        return [*self.kinks, *((i, zero) for i in named)][:_WATCHED]

    def near(self, sample: Sample) -> Sample:
        """A point close to another one; what has finitely many values stays."""
        if sample.near is None:
            exact = self._without_choosers(moved(self.dag, sample.exact, self.random, _NEAR), sample)
            sample.near = Sample(exact, decimals(exact))
            sample.near.near = sample.near
        return sample.near

    def far(self, number: int) -> list[Sample]:
        """Points far away, beyond a number, on both sides of 0, as far as the graph has values there."""
        found = []
        least = min([1, *(abs(v) for x in self.samples[0].exact.values() for v in entries_of(x) if v)])
        beyond = 7 * number + 7
        scales = (*_FAR, *([int(beyond / least), int(beyond**2 / least)] if number > _FAR[0] else []))
        for times in (s * scale for scale in scales for s in (1, -1)):
            for sample in self.samples[:1]:
                key = (id(sample), times)
                if key not in self._far:
                    exact = self._without_choosers(
                        moved(self.dag, sample.exact, self.random, Fraction(0), times), sample
                    )
                    self._far[key] = Sample(exact, decimals(exact))
                found.append(self._far[key])
        return [sample for sample in found if self.has_values(sample)]

    def has_values(self, sample: Sample) -> bool:
        """Whether the graph and its adjoints have values at a point; what floating point cannot hold has one too."""
        try:
            return all(x.is_finite() for i in self.needed for x in entries_of(self.ball_of(sample, PRECISIONS[0], i)))
        except UnsureError:
            return True

    @cached_property
    def _far(self) -> dict[tuple[int, int], Sample]:
        return {}

    def _without_choosers(self, exact: dict[int, Any], sample: Sample) -> dict[int, Any]:
        """What chooses rows of a table stays as it is."""
        return {**exact, **{i: sample.exact[i] for i in rows_of(self.dag, self.sizes)}}

    def sides(self, sample: Sample) -> set[tuple[int, int, bool]]:
        """On which side of each kink a point is, entry by entry."""
        found = sides_of(self, sample, self.watched)
        for position in self.few:
            found |= {(-1 - position, n, bool(v)) for n, v in enumerate(entries_of(sample.exact[position]))}
        return found

    def float_of(self, sample: Sample, position: int) -> Any:
        """A node's value in floating point."""
        found = sample.values.get(position)
        if found is not None:
            return found
        with np.errstate(all="ignore"):
            return self._float(sample, position)

    def reach(self, one: Sample | Stacked, position: int) -> None:
        """Note how far values go, so that they can be forgotten."""
        if position > one.top:
            one.top = position
            self.reached[one] = None

    def _float(self, sample: Sample, position: int) -> Any:
        values, nodes, alias = sample.values, self.table.nodes, self.alias
        self.reach(sample, position)
        stack = [position]
        while stack:
            i = stack[-1]
            if i in values:
                stack.pop()
                continue
            node = nodes[i]
            inputs = (alias[i],) if i in alias else node.inputs
            operands = []
            for j in inputs:
                operand = values.get(j)
                if operand is None:
                    stack.append(j)
                else:
                    operands.append(operand)
            if len(operands) == len(inputs):
                values[i] = operands[0] if i in alias else self._computed(node, operands)
                stack.pop()
        return values[position]

    def _computed(self, node: Node, operands: list[Any]) -> Any:
        op = node.op
        simple = _SIMPLE.get(op)
        if simple is not None:
            return simple(*operands)
        if op == "number":
            return float(node.attr)  # type: ignore[arg-type]
        if op == "size" and self.fixed:
            return float(self.as_number(node.attr))
        if op == "div" and type(operands[1]) is float and operands[1]:
            return operands[0] / operands[1]
        shapes = tuple([self.table.nodes[j].shape for j in node.inputs])
        single = not node.shape and OPERATIONS[op].elementwise and all(type(v) is float for v in operands)
        found = operation(_SCALARS if single else _MANY, op, node.attr, node.shape, shapes, operands, self.sizes)
        return found if single or np.ndim(found) else float(found)

    def ball_of(self, sample: Sample, bits: int, position: int) -> Any:
        """A node's value as balls."""
        return self.balls(sample, bits).value(self.place(position))

    def balls(self, sample: Sample, bits: int = PRECISIONS[0]) -> Balls:
        """What follows nodes at a point in balls."""
        found = sample.balls.get(bits)
        if found is None:
            leaves = {self.place(i): v for i, v in sample.exact.items()}
            found = sample.balls[bits] = Balls(self.written, leaves, self.sizes, bits)
        return found

    # -- residues

    def loose(self, kept: frozenset[str], *, signed: bool) -> Loose:
        """What may be 0 though it is not at a point modulo primes where the facts of some inputs hold."""
        key = (kept, signed)
        if key not in self.loosely:
            names = (n for n in self.dag.leaves if self.dag.names[n] in self.few and n not in kept)
            leaves = frozenset(self.place(self.dag.names[n]) for n in names)
            self.loosely[key] = Loose(self.written, leaves, signed=signed)
        return self.loosely[key]

    def residues(self, kept: frozenset[str] = frozenset(), *, signed: bool = False, turn: int = 0) -> Towers:
        """Points modulo primes.

        Parameters
        ----------
        kept : frozenset of str
            Inputs whose declared facts hold.
        signed : bool
            Whether comparisons are decided, each way at some point; else indicators are random numbers.
        turn : int
            Another one gives other points.
        """
        key = (kept, signed, turn)
        if key not in self.drawn:
            self.drawn[key] = towers(self, kept, signed=signed)
        return self.drawn[key]


_SCALARS = tolerant(scalars)
_MANY = tolerant(ARRAYS)
_SIMPLE: Mapping[str, Callable[..., Any]] = {
    "add": lambda a, *xs: a + xs[0] if len(xs) == 1 else sum(xs, a),
    "sub": lambda a, b: a - b,
    "neg": lambda v: -v,
    "mul": lambda a, b: a * b,
}
_CHOOSING = frozenset({"max", "rowmax", "colmax", "max_pool"})
