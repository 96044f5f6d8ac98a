"""The way forward and backward through a graph, step by step: what is shown, with which formula, and why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from gradviz import terms as t
from gradviz.api import numbers
from gradviz.api.drawings.abbreviated import abbreviated
from gradviz.api.drawings.in_numbers import in_numbers, literal, reading_order
from gradviz.api.drawings.meeting import Way, ways
from gradviz.api.drawings.parts import latex
from gradviz.calculus.layout import turned
from gradviz.calculus.links import ADJOINT, Link, Pull
from gradviz.calculus.lower import lower
from gradviz.calculus.said import Said
from gradviz.calculus.told import written_plainly
from gradviz.calculus.units import scales, unit
from gradviz.calculus.views import edges, identifiers
from gradviz.calculus.written import Written
from gradviz.derivation import Formula, Listing
from gradviz.derivation.products import scaled
from gradviz.derivation.rules import rules
from gradviz.derivation.step import rewritten
from gradviz.equality import Point
from gradviz.graph.expression import array_expr, node_expr, stage_expr, written_expr
from gradviz.graph.spelled import as_spelled
from gradviz.messages import Message, say
from gradviz.notation import tree
from gradviz.notation.walk import rebuild, substitute
from gradviz.render import Step

if TYPE_CHECKING:
    from gradviz.api.explanation import Explanation

_LONG, _NAMED = 60, 45
"""Characters of a gradient that is added at the end of an equation, and of what a derivative is taken by."""


def steps(
    ex: Explanation,
    view: str = "stages",
    form: numbers.Format = numbers.PLAIN,
    joined: frozenset[str] = frozenset(),
) -> tuple[Step, ...]:
    """Forward, one stage at a time; then backward, one local derivative at a time, paths added where they meet.

    Parameters
    ----------
    ex : Explanation
    view : str
        ``ops`` goes by operations, every other view by stages.
    form : Format
        How numbers are written.
    joined : frozenset of str
        Ids of nodes whose steps are told together with those of others: they have no formulas of their own.
    """
    return tuple(_Steps(ex, view, form, joined).all())


def contributions(ex: Explanation, view: str = "stages") -> Iterator[tuple[Pull, int]]:
    """For each step that is one of several paths: how to compute it, and the stage whose gradient it is made of."""
    made = _Steps(ex, view)
    for stage in reversed(made.shown):
        for way in made.ways(stage):
            if len(made.into[way.link.operand]) > 1:
                yield _pull(way.link), stage


@dataclass
class _Steps:
    """Writes the steps of one view of an explanation."""

    ex: Explanation
    view: str
    form: numbers.Format = numbers.PLAIN
    joined: frozenset[str] = frozenset()
    values: list[str] = field(default_factory=list)
    gradients: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dag = self.ex.graph.dag
        self.by = self.ex.graph.gradients_of(self.view)
        self.ids = identifiers(self.dag)
        self.links = self.by.links
        self.shown = [
            i
            for i, g in enumerate(self.links.generators)
            if g and (i in self.links.consumers or i == self.dag.root) and not self._constant(i)
        ]

    def _constant(self, i: int) -> bool:
        """Whether a node is made of numbers alone: it stands in formulas, and has no step."""
        node = self.dag.nodes[i]
        if not node.inputs:
            return node.op != "leaf"
        return not node.name and all(self._constant(j) for j in node.inputs)

    def all(self) -> Iterator[Step]:
        self.values += [self.ids[i] for i in self.shown if not self.dag.nodes[i].inputs]
        for i in self.shown:
            if self.dag.nodes[i].inputs:
                self.values.append(self.ids[i])
                yield self.value(i)
        if not self.ex.graph.without_gradients:
            yield from self.backward()

    def backward(self) -> Iterator[Step]:
        root = self.dag.root
        self.gradients.append(self.ids[root])
        yield self.start(root)
        open_edges = {i: len(found) for i, found in self.into.items()}
        for stage in reversed(self.shown):
            for way in self.ways(stage):
                operand = way.link.operand
                count = len(self.into[operand])
                open_edges[operand] -= 1
                if count == 1:
                    self.gradients.append(self.ids[operand])
                yield self.local(way, count, count - open_edges[operand])
                if count > 1 and not open_edges[operand]:
                    self.gradients.append(self.ids[operand])
                    yield self.sum(operand)

    def edges(self, stage: int) -> list[tuple[int, Link]]:
        if stage not in self._edges:
            found = edges(self.links.of(stage), self.view) if self.dag.nodes[stage].inputs else []
            self._edges[stage] = [(place, link) for place, link in found if not self._constant(link.operand)]
        return self._edges[stage]

    @cached_property
    def _edges(self) -> dict[int, list[tuple[int, Link]]]:
        return {}

    def ways(self, stage: int) -> list[Way]:
        """The ways back from a stage."""
        if stage not in self._ways:
            split = self.view != "ops" and self.ids[stage] not in self.joined
            opened = self.ex.graph.opened
            found = [
                ways(n, link, self.by, opened) if split else [Way(n, link, self.by)] for n, link in self.edges(stage)
            ]
            self._ways[stage] = [way for several in found for way in several]
        return self._ways[stage]

    @cached_property
    def _ways(self) -> dict[int, list[Way]]:
        return {}

    @cached_property
    def into(self) -> dict[int, list[Way]]:
        """For each operand, the ways that lead back to it, the last stage first."""
        found: dict[int, list[Way]] = {}
        for stage in reversed(self.shown):
            for way in self.ways(stage):
                found.setdefault(way.link.operand, []).append(way)
        return found

    # -- single steps

    def step(
        self,
        kind: Any,
        box: int,
        beside: tuple[int, ...],
        wires: tuple[tuple[int, int, int], ...],
        sides: tuple[list[str], list[str]],
        reason: Message,
    ) -> Step:
        named = tuple((self.ids[a], self.ids[b], place) for a, b, place in wires)
        shown = tuple(self.values), tuple(self.gradients)
        if self.dag.spelled:
            reason = rewritten(reason, partial(as_spelled, self.dag))
        formula, in_figures = (tuple(dict.fromkeys(side)) for side in sides)
        return Step(kind, self.ids[box], tuple(self.ids[i] for i in beside), named, *shown, formula, in_figures, reason)

    def bare(self, kind: Any, box: int, wires: tuple[tuple[int, int, int], ...]) -> Step:
        """A step that is told together with others."""
        return self.step(kind, box, (), wires, ([], []), say("step-value-alone", name=self.ids[box]))

    def value(self, i: int) -> Step:
        if self.ids[i] in self.joined:
            return self.bare("value", i, ())
        expr = self.expr(i)
        bound = self.dag.entries.get(self.dag.nodes[i].name, ())
        shown = written_expr(self.dag, i) if self.dag.nodes[i].name else abbreviated(expr)
        symbols = [self.latex(shown, bound)]
        if self.dag.nodes[i].name:
            left: tree.Expr = node_expr(self.dag, i)
            if bound:
                left = tree.Entry(left, tuple(map(tree.Name, bound)))
            symbols.insert(0, self.latex(left, bound))
        found = [] if bound else self.figures(expr)
        if i in self.ex.node_values:
            found.append(numbers.latex(self.ex.value_at(i), self.form))
        wires = tuple((link.operand, i, place) for place, link in self.edges(i))
        order = {name: n for n, name in enumerate(reading_order(expr))}
        called = dict.fromkeys(self.called(a) for a, _, _ in wires)
        operands = tuple(
            sorted(called, key=lambda e: min((order.get(n, len(order)) for n in reading_order(e)), default=0))
        )
        reason = say("step-value-alone", name=_spoken(self.called(i)))
        if operands:
            reason = say(
                "step-value",
                name=_spoken(self.called(i)),
                operands=Formula(tuple(abbreviated(e, _NAMED) for e in operands)),
            )
        if len(symbols) == 1 and found:
            symbols, found = [symbols[0], found[-1]], found[:-1] if len(found) > 1 else []
        return self.step("value", i, (), wires, (symbols, found), reason)

    def start(self, root: int) -> Step:
        partial = self.partial(root)
        reason = say("step-start", name=_spoken(self.called(root)))
        return self.step("start", root, (), (), ([self.latex(partial), "1"], []), reason)

    def local(self, way: Way, count: int, number: int) -> Step:
        place, link = way.place, way.link
        stage, operand = link.stage, link.operand
        if self.ids[operand] in self.joined:
            return self.bare("path" if count > 1 else "local", operand, ((operand, stage, place),))
        written = self.contribution(way)
        chain = tree.Partial(self.called(stage) if way.through is None else self.summand(way), self.called(operand))
        first = stage == self.dag.root
        product = chain if first else tree.Product((self.partial(stage), chain), ("·",))
        symbols = [self.latex(product), self.latex(written.expr)]
        result = self.ex.node_gradients and numbers.latex(self.contributed(way), self.form)
        if count == 1:
            if not first or symbols[0] != self.latex(self.partial(operand)):
                symbols.insert(0, self.latex(self.partial(operand)))
            symbols += self.best(operand, symbols)
        found = [*self.figures(written.expr), result] if result and not written.letters else [result] if result else []
        named = {"stage": _spoken(self.called(stage)), "name": _spoken(self.called(operand))}
        said = rules(way.by, way.inner)
        behind: object = say("step-rules", rules=Listing(said)) if said else ""
        if way.through is not None:
            part = _spoken(self.summand(way))
            kind = "step-path-direct" if way.direct else "step-path-part"
            rest = {} if way.direct else {"part": part, "rules": behind}
            reason = say(kind, number=number, count=count, **rest, **named)
        elif count > 1:
            reason = say("step-path", number=number, count=count, rules=behind, **named)
        else:
            reason = say("step-first" if first else "step-local", rules=behind, **named)
        return self.step(
            "path" if count > 1 else "local", operand, (stage,), ((operand, stage, place),), (symbols, found), reason
        )

    def sum(self, operand: int) -> Step:
        arriving = self.into[operand]
        if self.ids[operand] in self.joined:
            return self.bare("sum", operand, ())
        parts = [self.contribution(way) for way in arriving]
        symbols = [self.latex(self.partial(operand))]
        if not any(p.letters for p in parts):
            symbols.append(self.latex(_total([p.expr for p in parts])))
        symbols += self.best(operand, symbols)
        found = []
        if self.ex.node_gradients:
            with suppress(ValueError):  # too large to be written out
                found.append(self.latex(_total([literal(self.contributed(way), self.form) for way in arriving])))
            found.append(numbers.latex(self.ex.gradient_at(operand), self.form))
        wires = tuple(dict.fromkeys((operand, way.link.stage, way.place) for way in arriving))
        named = {"name": _spoken(self.called(operand)), "output": _spoken(self.called(self.dag.root))}
        reason = say("step-sum", count=len(arriving), **named)
        return self.step("sum", operand, (), wires, (symbols, found), reason)

    # -- formulas

    def latex(self, e: tree.Expr, bound: tuple[str, ...] | None = None) -> str:
        return latex(_with_short_slopes(e), self.dag, bound or None)

    def expr(self, i: int) -> tree.Expr:
        """What a stage says; an operation by the expressions of its operands."""
        return stage_expr(self.dag, i)

    def called(self, i: int) -> tree.Expr:
        return array_expr(self.dag, i)

    def partial(self, i: int) -> tree.Expr:
        return tree.Partial(tree.Name(self.dag.output), self.called(i))

    def best(self, operand: int, symbols: list[str]) -> list[str]:
        """The gradient as it is shown in the end, where it is short and says more."""
        best = self.by.adjoint(operand).best
        if best.letters or best.said.uses() or len(best.text) > _LONG:
            return []
        expr = turned(self.by, best).expr if self.numerator else self.told(best, operand)
        found = self.latex(self.spelled(expr))
        return [] if found in symbols else [found]

    @property
    def numerator(self) -> bool:
        return self.ex.convention == "numerator"

    def summand(self, way: Way) -> tree.Expr:
        """What a way goes through inside its stage."""
        assert way.through is not None
        e = self.called(way.through)
        return tree.Negative(e) if way.sign < 0 else e

    def contribution(self, way: Way) -> Written:
        """What one way adds to a gradient, in the gradient of its stage."""
        link, by = way.link, way.by
        if beside := self.beside(link):
            return beside
        said = by.shorter(by.patterns.said(by.put_adjoint(t.freshen(link.term), link.stage), link.indices))
        written: Written = by.form(said)
        expr = turned(by, written).expr if self.numerator else self.told(written, link.operand)
        return Written(written.indices, written.term, self.spelled(expr), written.letters)

    def shorter(self, term: t.Term, link: Link) -> Said:
        return self.by.shorter(self.by.patterns.said(term, link.indices))

    def beside(self, link: Link) -> Written | None:
        """The stage's gradient times the local derivative, where one stands beside the other."""
        stage = self.links.reader.indices(link.stage)
        turns = {i.row for i in (*stage, *link.indices)} == {True, False}  # from a row to a column
        term = t.freshen(link.term)
        if link.stage == self.dag.root or self.numerator or turns or not scales(term, link.indices):
            return None
        local = self.shorter(unit(term), link).term()
        written = self.by.written(link.indices if local.free or not stage else (), local)
        if written.letters:
            return None
        if local == t.ONE:
            return Written(link.indices, term, self.partial(link.stage), ())
        said = self.told(written, link.operand) if written.indices else written.expr
        expr = scaled(self.partial(link.stage), bool(stage) and bool(local.free), self.spelled(said))
        return Written(link.indices, term, expr, ())

    def told(self, written: Written, operand: int) -> tree.Expr:
        """With ``𝟏`` for ones whose size the shape of what a derivative is taken by tells."""
        return written_plainly(written, self.dag.nodes[operand].shape, self.dag, self.by.adjoint_names).expr

    def spelled(self, e: tree.Expr) -> tree.Expr:
        """With ∂L/∂z₂ for δ₂: a picture defines no other names."""
        return substitute(e, self._adjoints) if self._adjoints else e

    @cached_property
    def _adjoints(self) -> dict[str, tree.Expr]:
        return {name: self.partial(i) for i, name in self.by.deltas.items()}

    # -- numbers

    def figures(self, e: tree.Expr) -> list[str]:
        """The expression in numbers, where it has any."""
        if not self.ex.node_values:
            return []
        found = in_numbers(e, self._known, self.form)
        return [] if found is None or found == e else [self.latex(found)]

    def _known(self, e: tree.Expr) -> Any:
        if isinstance(e, tree.Partial):
            i = self._by_partial[e]
            return self.ex.gradient_at(i)
        assert isinstance(e, tree.Name)
        if e.name in self.dag.names:
            i = self.dag.names[e.name]
            return self.ex.value_at(i)
        if e.name in self.ex.sizes:
            return float(self.ex.sizes[e.name])
        if e.name in {"e", "π"}:
            return None
        raise KeyError(e.name)

    @cached_property
    def _by_partial(self) -> dict[tree.Expr, int]:
        return {self.partial(i): i for i in self.shown}

    @cached_property
    def _point(self) -> Point:
        known = self.ex.node_values  # what the output does not depend on may have no value
        leaves = {i: known[i] for i in self.dag.names.values() if self.dag.nodes[i].op == "leaf" and i in known}
        return Point(self.dag, leaves, self.ex.sizes)

    def contributed(self, way: Way) -> Any:
        """What one way adds to a gradient, in numbers."""
        link = way.link
        if len(self.into[link.operand]) == 1:
            return self.ex.gradient_at(link.operand)
        found = self._point.pulled(_pull(link), self._point.adjoints[link.stage])
        return self.ex.as_gradient(link.operand, found)


def _pull(link: Link) -> Pull:
    """How to compute what an edge adds, from the stage's adjoint."""
    operands = tuple(dict.fromkeys(a.node for a in t.atoms(link.term) if a.node != ADJOINT))
    ranks: dict[int | str, int | str] = {n: f"a{k}" for k, n in enumerate(operands)}
    term = t.transplant(link.term, ranks, {})
    return Pull(lower(term, link.indices), tuple(n for n in operands if isinstance(n, int)))


def _total(parts: list[tree.Expr]) -> tree.Expr:
    items: list[tree.Expr] = []
    for part in parts:
        items += part.items if isinstance(part, tree.Sum) else [part]
    return tree.Sum(tuple(items)) if len(items) > 1 else items[0]


def _with_short_slopes(e: tree.Expr) -> tree.Expr:
    """With an ellipsis in what a derivative is taken by, where nobody gave that a name and it is long."""
    if isinstance(e, tree.Partial):
        return tree.Partial(abbreviated(e.of, _NAMED), abbreviated(e.by, _NAMED))
    return rebuild(e, _with_short_slopes)


def _spoken(e: tree.Expr) -> Formula:
    """What a sentence calls a stage."""
    return Formula((abbreviated(e, _NAMED),))
