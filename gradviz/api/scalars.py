"""A graph written out in scalars: every entry of every array is a node of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

from gradviz import terms as t
from gradviz.api.builder import Builder, Ref
from gradviz.graph import reachable
from gradviz.messages import GradvizError, UsageError, say
from gradviz.notation.names import canonical, canonical_parts, spell_entry
from gradviz.ops import OPERATIONS
from gradviz.ops.entry import operand
from gradviz.ops.formula import entry_formula
from gradviz.ops.shapes import core
from gradviz.terms import extent

if TYPE_CHECKING:
    from gradviz.api.explanation import Explanation
    from gradviz.api.graph import Graph
    from gradviz.graph import Dag

MOST = 3000
"""Scalars that a graph may become."""

Place = tuple[int, ...]
"""Which entry, counted from 0; axes of size one have no number."""


def in_scalars(graph: Graph, sizes: Mapping[str, int]) -> Graph:
    """The graph in scalars; see `Graph.in_scalars`."""
    return _Writer(graph, sizes).graph()


def explained_in_scalars(ex: Explanation) -> Explanation:
    """An explanation of the graph in scalars, with the same numbers."""
    writer = _Writer(ex.graph, ex.sizes)
    graph = writer.graph()
    given: dict[str, float] = {}
    for name in ex.graph.dag.leaves:
        i = ex.graph.dag.names[name]
        if i in ex.node_values and writer.alive[i]:
            for place in writer.places(i):
                value = ex.node_values[i]
                given[writer.name(name, place)] = float(value[place] if place else value)
    return graph.explain(given, wrt=())


class _Writer:
    def __init__(self, graph: Graph, sizes: Mapping[str, int]) -> None:
        self.dag: Dag = graph.dag
        self.sizes = sizes
        self.alive = reachable(self.dag.nodes, [self.dag.root])
        self.build = Builder()
        self.made: dict[tuple[int, Place], Ref] = {}
        self.terms: dict[t.Term, Ref] = {}
        self.taken: dict[str, tuple[str, Place]] = {}

    def graph(self) -> Graph:
        """The graph in scalars.

        Raises
        ------
        UsageError
            It would be too large, a size is not known, or an operation has no formula for its entries.
        """
        count = sum(len(list(self.places(i))) for i in range(len(self.dag.nodes)) if self.alive[i])
        if count > MOST:
            raise UsageError(say("too-many-scalars", count=count, most=MOST))
        for i, node in enumerate(self.dag.nodes):
            if self.alive[i]:
                for place in self.places(i):
                    self.made[i, place] = self._named(i, place) if node.name else self._entry(i, place)
        if core(self.dag.nodes[self.dag.root].shape):
            raise UsageError(say("scalars-output", output=self.dag.output))
        return self.build.graph(self.dag.output)

    def places(self, i: int) -> Iterator[Place]:
        """All entries of a node."""
        return product(*(range(self._size(d)) for d in core(self.dag.nodes[i].shape)))

    def _size(self, dim: t.Dim) -> int:
        try:
            return extent(dim, self.sizes)
        except KeyError:
            raise UsageError(say("scalars-size", size=dim), hint=say("scalars-size-hint")) from None

    # -- names

    def name(self, name: str, place: Place) -> str:
        """What an entry of a named array is called: ``x2``, ``W_{1,12}``."""
        if not place:
            return name
        indices = [str(p + 1) for p in place]
        found = self._spelled(name, indices)
        owner = self.taken.setdefault(found, (name, place))
        if owner != (name, place) or found in self.dag.names:
            return f"{name}.e{'_'.join(indices)}"
        return found

    def _spelled(self, name: str, indices: list[str]) -> str:
        block, dot, own = name.rpartition(".")
        parts = canonical_parts(own)
        if parts is not None:
            with suppress(GradvizError):
                return f"{block}{dot}{canonical(spell_entry(parts, indices, 'latex'))}"
        return f"{name}.e{'_'.join(indices)}"

    def _named(self, i: int, place: Place) -> Ref:
        node = self.dag.nodes[i]
        name = self.name(node.name, place)
        if node.inputs:
            return self.build.stage(name, self._entry(i, place))
        if node.op != "leaf":
            return self._entry(i, place)
        kinds = [d for d in self.dag.facts.get(node.name, ()) if not core(node.shape)]
        domain = kinds[0] if kinds else "real"
        return self.build.input(name, domain=domain, data=node.name in self.dag.data)

    # -- entries

    def _entry(self, i: int, place: Place) -> Ref:
        """One entry of a node, from the entries of its operands."""
        node = self.dag.nodes[i]
        if node.op == "number":
            return self.build.number(node.attr)  # type: ignore[arg-type]
        if node.op == "constant":
            return self.build.constant(str(node.attr))
        if node.op == "size":
            return self.build.number(self._size(node.attr))  # type: ignore[arg-type]
        shapes = tuple(self._shape(j) for j in node.inputs)
        op = OPERATIONS[node.op]
        if op.elementwise:
            parts = [entry_formula("add", (shape,), self._shape(i), None) for shape in shapes]
            at = [
                t.transplant(t.at(p.body, p.indices, place), {operand(0): j}, {})
                for p, j in zip(parts, node.inputs, strict=True)
            ]
            return self.build.apply(node.op, *(self._ref(term, i) for term in at), attr=node.attr)
        try:
            entry = entry_formula(node.op, shapes, self._shape(i), node.attr)
        except (GradvizError, LookupError, ValueError, AssertionError):
            raise UsageError(say("no-scalars", name=node.op)) from None
        put: dict[int | str, int | str] = {operand(k): j for k, j in enumerate(node.inputs)}
        return self._ref(t.transplant(t.at(entry.body, entry.indices, place), put, {}), i)

    def _shape(self, i: int) -> tuple[int, ...]:
        return tuple(self._size(d) for d in self.dag.nodes[i].shape)

    # -- terms

    def _ref(self, term: t.Term, i: int) -> Ref:
        """A term without indices as a node."""
        if term not in self.terms:
            self.terms[term] = self._make(term, i)
        return self.terms[term]

    def _make(self, term: t.Term, i: int) -> Ref:
        build = self.build
        if isinstance(term, t.Number):
            return build.number(term.value)
        if isinstance(term, t.Size):
            return build.number(self._size(term.name))
        if isinstance(term, t.Ordinal) and isinstance(term.place, int):
            return build.number(term.place + 1)
        if isinstance(term, t.Atom):
            return self._atom(term, i)
        if isinstance(term, t.Contract):
            return self._sum(list(self._summands(term)), i)
        if isinstance(term, t.Add):
            return self._sum(list(term.terms), i)
        if isinstance(term, t.Mul):
            return self._product(term, i)
        if isinstance(term, t.Pow):
            if term.exponent == t.Number(Fraction(1, 2)):
                return build.apply("sqrt", self._ref(term.base, i))
            if term.exponent == t.MINUS_ONE:
                return build.apply("div", build.number(1), self._ref(term.base, i))
            return build.apply("power", self._ref(term.base, i), self._ref(term.exponent, i))
        if isinstance(term, t.Apply):
            return build.apply(term.function, *(self._ref(a, i) for a in term.arguments))
        raise UsageError(say("no-scalars", name=self.dag.nodes[i].op))

    def _atom(self, term: t.Atom, i: int) -> Ref:
        if isinstance(term.node, str) and term.node in {"e", "π"}:
            return self.build.constant(term.node)
        place = tuple(p for p in term.indices if isinstance(p, int))
        found = self.made.get((term.node, place)) if isinstance(term.node, int) else None
        if found is None or len(place) != len(term.indices):
            raise UsageError(say("no-scalars", name=self.dag.nodes[i].op))
        return found

    def _summands(self, term: t.Contract) -> Iterator[t.Term]:
        """A sum over indices, written out."""
        for place in product(*(range(self._size(k.size)) for k in term.indices)):
            found = t.at(term.body, term.indices, place)
            if found != t.ZERO:
                yield found

    def _sum(self, parts: list[t.Term], i: int) -> Ref:
        """What is added, then what is taken away."""
        plus = [p for p in parts if not t.has_minus(p)]
        minus = [t.negative(p) for p in parts if t.has_minus(p)]
        if not plus and not minus:
            return self.build.number(0)
        refs = [self._ref(p, i) for p in plus]
        found = None if not refs else refs[0] if len(refs) == 1 else self.build.add(*refs)
        for part in minus:
            ref = self._ref(part, i)
            found = self.build.apply("neg", ref) if found is None else self.build.apply("sub", found, ref)
        assert found is not None
        return found

    def _product(self, term: t.Mul, i: int) -> Ref:
        below = [f.base for f in term.factors if isinstance(f, t.Pow) and f.exponent == t.MINUS_ONE]
        above = [f for f in term.factors if not (isinstance(f, t.Pow) and f.exponent == t.MINUS_ONE)]
        negative = bool(above) and above[0] == t.MINUS_ONE
        refs = [self._ref(f, i) for f in (above[1:] if negative else above)]
        found = refs[0] if refs else self.build.number(1)
        for ref in refs[1:]:
            found = self.build.apply("mul", found, ref)
        for base in below:
            found = self.build.apply("div", found, self._ref(base, i))
        return self.build.apply("neg", found) if negative else found
