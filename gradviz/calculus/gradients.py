"""Gradients as people read them: in forward names where that is short, else by the adjoints of later stages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from gradviz import terms as t
from gradviz.calculus.cost import cost
from gradviz.calculus.facts import Facts, facts_of, use_facts
from gradviz.calculus.form import Slope
from gradviz.calculus.indexed import write_entry
from gradviz.calculus.links import ADJOINT, Link, Links
from gradviz.calculus.pattern import NO_FORMS, Patterns
from gradviz.calculus.reading import thin
from gradviz.calculus.recognise import Recogniser
from gradviz.calculus.simplify import logistic
from gradviz.graph.dag import Dag
from gradviz.graph.expression import array_expr, node_expr
from gradviz.graph.node import reachable
from gradviz.notation import tree, write
from gradviz.notation.walk import rebuild, substitute
from gradviz.ops import WORDS
from gradviz.ops.shapes import core

_SHORT = 60
_DEEP = 300
_NAME = 2.0


@dataclass(frozen=True)
class Written:
    """A term with the expression that says it.

    Parameters
    ----------
    indices : tuple of Index
        The axes.
    term : Term
        One entry.
    expr : tree.Expr
        In matrix notation, or one entry of it where `letters` are given.
    letters : tuple of str
        The indices that the expression is written with; empty in matrix notation.
    """

    indices: tuple[t.Index, ...]
    term: t.Term
    expr: tree.Expr
    letters: tuple[str, ...] = ()

    @cached_property
    def adjoints(self) -> frozenset[int]:
        """The stages whose adjoints the term speaks of."""
        return frozenset(uses(self.term))

    @property
    def entry(self) -> Slope:
        """The term and its axes."""
        return self.indices, self.term

    @cached_property
    def cost(self) -> float:
        """How long the term is to read."""
        return cost(self.term)

    @cached_property
    def text(self) -> str:
        """The expression in Unicode."""
        return write(self.expr, "unicode", WORDS)


@dataclass(frozen=True, slots=True)
class Adjoint:
    """The adjoint of a stage or an input.

    Parameters
    ----------
    by_later : Written
        In the adjoints of later stages.
    forward : Written or None
        In forward names alone; None where that is too long to be read.
    facts : tuple of (str, int)
        Declared facts that the forward form uses: their kind, and the generator.
    """

    by_later: Written
    forward: Written | None
    facts: tuple[tuple[str, int], ...] = ()

    @property
    def best(self) -> Written:
        """The form that is shown."""
        return self.forward or self.by_later


def uses(term: t.Term) -> Counter[int]:
    """How often a term speaks of the adjoints of stages."""
    return Counter([~a.node for a in t.atoms(term) if isinstance(a.node, int) and a.node < 0])


class Gradients:
    """All adjoints of a graph, read when asked for.

    Parameters
    ----------
    dag : Dag
        The graph; adjoints are derivatives of its output.
    extra : frozenset of int
        Unnamed operations that are to be stages as well.
    """

    def __init__(self, dag: Dag, extra: frozenset[int] = frozenset()) -> None:
        self.dag = dag
        self.links = Links(dag.nodes, dag.root, extra)
        self.patterns = Patterns(self.links.is_stage)
        self.simplify = self.patterns.simplify
        self.facts = self._with_products(facts_of(dag))
        alive = reachable(dag.nodes, [dag.root])
        stages = [i for i in dict.fromkeys(dag.names.values()) if alive[i] and dag.nodes[i].inputs and i != dag.root]
        self.recognised = Recogniser(self.links, stages, self.simplify)
        self._adjoints: dict[int, Adjoint] = {}

    def shorter(self, term: t.Term, forms: Mapping[int, Slope] = NO_FORMS) -> t.Term:
        """A term simplified, with the names of stages for the sums that define them; forms of adjoints are put in."""
        simple = self.simplify(term, forms)
        named = self.recognised(simple)
        return simple if named is simple else self.simplify(named)

    def _with_products(self, facts: Facts) -> Facts:
        """With the stages that an orthogonal matrix may have to be found in: ``Qᵀ z`` is ``x`` where ``z = Q x``."""
        if not facts.orthogonal:
            return facts
        found = {}
        for position, node in enumerate(self.dag.nodes):
            if node.name and node.inputs and self.links.generators[position]:
                indices = self.links.reader.indices(position)
                what = self.links.definition(position, indices)
                if what is not None and any(a.node in facts.orthogonal for a in t.atoms(what)):
                    found[position] = (indices, what)
        return replace(facts, products=found)

    # -- names

    def name(self, node: int | str) -> tree.Expr:
        """What a generator is called: a node by its name or expression, an adjoint by ``δ₂`` or ``∂L/∂h₁``."""
        if isinstance(node, str):
            return tree.Name(node)
        if node < 0:
            return self.adjoint_name(~node)
        return array_expr(self.dag, node)

    def named(self, node: int | str) -> tuple[tree.Expr, bool]:
        """The same, and whether it is a row."""
        e = self.name(node)
        if isinstance(node, str):
            return e, False
        shape = self.dag.nodes[node if node >= 0 else ~node].shape
        return e, len(shape) == 2 and shape[0] == 1

    def adjoint_name(self, position: int) -> tree.Expr:
        """The name of an adjoint."""
        delta = self.deltas.get(position)
        if delta:
            return tree.Name(delta)
        return tree.Partial(tree.Name(self.dag.output), node_expr(self.dag, position))

    @cached_property
    def adjoint_names(self) -> Mapping[tree.Expr, int]:
        """All adjoints by their names."""
        return {self.adjoint_name(p): p for p in (*self.links.consumers, self.dag.root)}

    @cached_property
    def deltas(self) -> Mapping[int, str]:
        """Stages ``z₂`` (or ``a₂``) whose adjoint is called ``δ₂``."""
        return _deltas(self.dag)

    def unname(self) -> None:
        """Call no adjoint δ: where they are those of another stage than the output, δ would be misread."""
        self.deltas = {}

    # -- writing

    def written(
        self, indices: tuple[t.Index, ...], term: t.Term, names: Mapping[str, tree.Expr] | None = None
    ) -> Written:
        """A term as an expression: matrix notation where there is one, else one entry with indices."""
        if not self.links.reader.thin.isdisjoint(indices) or self._reads_thin(term):
            e, letters = write_entry(term, indices, self.named)
        else:
            e, letters = self.patterns.write(term, indices, self.named)
        return Written(indices, term, substitute(e, names) if names else e, letters)

    def _reads_thin(self, term: t.Term) -> bool:
        nodes = self.dag.nodes
        if not self._has_thin:
            return False
        return any(
            thin(nodes[a.node if a.node >= 0 else ~a.node].shape) for a in t.atoms(term) if isinstance(a.node, int)
        )

    @cached_property
    def _has_thin(self) -> bool:
        return any(thin(node.shape) for node in self.dag.nodes)

    # -- adjoints

    def adjoint(self, position: int) -> Adjoint:
        """The adjoint of a generator.

        Parameters
        ----------
        position : int
            A named node, or another that terms hold as a whole.
        """
        for p in self._needed(position):
            self._adjoints[p] = self._make(p)
        return self._adjoints[position]

    def _needed(self, position: int) -> list[int]:
        """What has to be known first, later stages before earlier ones."""
        found = {position}
        stack = [position]
        while stack:
            for stage in self.links.consumers.get(stack.pop(), ()):
                if stage not in found and stage not in self._adjoints:
                    found.add(stage)
                    stack.append(stage)
            if len(found) > _DEEP:
                return [position] if position not in self._adjoints else []
        return sorted((p for p in found if p not in self._adjoints), reverse=True)

    def contributions(self, position: int) -> list[Link]:
        """The links by which a generator reaches the output, the earliest stage first."""
        return [self.links.of(s)[position] for s in self._stages_by_path(position) if position in self.links.of(s)]

    def _stages_by_path(self, position: int) -> list[int]:
        """The stages that are made of a generator, in the order in which paths through them are added."""
        stages = self.links.consumers.get(position, ())
        return sorted(stages, key=lambda s: self._when(s, position)) if len(stages) > 1 else list(stages)

    def _when(self, stage: int, operand: int) -> tuple[bool, bool, int, bool, int]:
        """The order of paths: the most direct first, then δ after δ, last what the output says itself of an array.

        That is how books add a residual's own path first, time steps as they pass, and a regulariser at the end.
        """
        owner = stage
        while not self.dag.nodes[owner].name and owner != self.dag.root:
            owner = max(self.links.consumers[owner])
        last = owner == self.dag.root and bool(core(self.dag.nodes[operand].shape))
        delta = owner in self.deltas
        return last, delta, owner if delta else -owner, owner != stage, stage

    def raw(self, position: int) -> tuple[tuple[t.Index, ...], t.Term]:
        """The adjoint of a generator in the adjoints of the stages made of it."""
        indices = self.links.reader.indices(position)
        if position == self.dag.root:
            return indices, t.Atom(ADJOINT, indices) if indices else t.ONE
        parts = []
        for stage in self._stages_by_path(position):
            term = self.links.pullback(stage, position, indices, ADJOINT if stage == self.dag.root else ~stage)
            if term is not None:
                parts.append(self.put_adjoint(term, stage) if stage == self.dag.root else term)
        return indices, parts[0] if len(parts) == 1 else t.add(*parts)

    def put_adjoint(self, term: t.Term, stage: int) -> t.Term:
        """Put a stage's adjoint in the place of ``g``."""
        if stage == self.dag.root:
            if self.links.reader.indices(stage):
                return term
            return t.replace(term, {a: t.ONE for a in t.atoms(term) if a.node == ADJOINT})
        return t.replace(term, {a: t.Atom(~stage, a.indices) for a in t.atoms(term) if a.node == ADJOINT})

    def _make(self, position: int) -> Adjoint:
        indices, raw = self.raw(position)
        by_later = self._by_later(indices, raw)
        return Adjoint(by_later, *self._forward(indices, by_later))

    def _by_later(self, indices: tuple[t.Index, ...], raw: t.Term) -> Written:
        """The adjoint in those of later stages."""
        # Through stages that have no δ of their own, the adjoint is read on.
        through = {
            s: self._adjoints[s].by_later.entry
            for s, count in uses(raw).items()
            if s in self._adjoints and s not in self.deltas and self._is_read_on(self._adjoints[s].by_later, count)
        }
        if not through:
            return self.written(indices, self.shorter(raw))
        named: Written | None = None
        least = self.patterns.least(raw, indices, through) if self.recognised.idle and not self._rows else None
        if least and least.exceeds(_SHORT, self.named):
            named = self.written(indices, self.shorter(raw))
            if least.exceeds(len(named.text), self.named):
                return named
        read_on = self.written(indices, self.shorter(raw, through))
        if self._short(read_on) is not None:
            return read_on
        # Read on it grows too long: the adjoints of the next stages say it shorter.
        named = named or self.written(indices, self.shorter(raw))
        return min(read_on, named, key=lambda w: len(w.text))

    @cached_property
    def _rows(self) -> bool:
        """Whether the graph has rows."""
        return any(len(node.shape) == 2 and node.shape[0] == 1 for node in self.dag.nodes)

    def _is_read_on(self, form: Written, count: int) -> bool:
        """Whether a form may stand as often as that in the place of a name."""
        return not form.letters and form.cost <= (_SHORT / 2 if count == 1 else _NAME)

    def _forward(
        self, indices: tuple[t.Index, ...], by_later: Written
    ) -> tuple[Written | None, tuple[tuple[str, int], ...]]:
        """The adjoint in forward names, and the facts that it uses."""
        later = by_later.adjoints
        later_known = {s: self._adjoints[s] for s in later if s in self._adjoints}
        forms = {s: a.forward for s, a in later_known.items() if a.forward is not None}
        if len(forms) < len(later):
            return None, ()
        facts = tuple(dict.fromkeys(f for a in later_known.values() for f in a.facts))
        inside = self.shorter(by_later.term, {s: f.entry for s, f in forms.items()})
        inside, used = use_facts(inside, self.facts, self.simplify)
        if later and not used and not by_later.letters and not any(f.letters for f in forms.values()):
            put = {write(self.adjoint_name(s), "unicode", WORDS): f.expr for s, f in forms.items()}
            placed = Written(indices, inside, substitute_adjoints(by_later.expr, put))
            anew = self._recognised(indices, inside)
            minus = isinstance(anew.expr, tree.Negative) and not isinstance(placed.expr, tree.Negative)
            return self._short(placed if len(placed.text) + minus <= len(anew.text) else anew), facts
        return self._short(self._recognised(indices, inside)), tuple(dict.fromkeys((*facts, *used)))

    def _recognised(self, indices: tuple[t.Index, ...], term: t.Term) -> Written:
        """A term written with σ where it spells σ out; the term itself stays as it cancels best."""
        written = self.written(indices, logistic(term))
        return Written(indices, term, written.expr, written.letters)

    def _short(self, form: Written) -> Written | None:
        return form if len(form.text) <= _SHORT else None

    def inner(self, position: int) -> Adjoint | None:
        """The adjoint of an unnamed operation; None where the output does not depend on it."""
        indices = self.links.reader.indices(position)
        parts = []
        for stage in self._stages_of(position):
            found = self.links.inside(stage).get(position)
            if found is not None:
                term = t.rename(t.freshen(found[1]), dict(zip(found[0], indices, strict=True)))
                parts.append(self.put_adjoint(term, stage))
                self.adjoint(stage)
        if not parts:
            return None
        raw = self.shorter(t.add(*parts))
        by_later = self.written(indices, raw)
        forward = self._forward(indices, by_later)
        return Adjoint(by_later, *forward)

    def _stages_of(self, position: int) -> list[int]:
        """The stages that an unnamed operation is part of."""
        users = self.users
        found: set[int] = set()
        stack = [position]
        seen = {position}
        while stack:
            for j in users.get(stack.pop(), ()):
                if self.links.generators[j]:
                    found.add(j)
                elif j not in seen:
                    seen.add(j)
                    stack.append(j)
        return sorted(found, reverse=True)

    @cached_property
    def users(self) -> Mapping[int, list[int]]:
        """For each node, the operations that use it, once for each use."""
        users: dict[int, list[int]] = {}
        for i, node in enumerate(self.dag.nodes):
            for j in node.inputs:
                users.setdefault(j, []).append(i)
        return users


def substitute_adjoints(e: tree.Expr, put: Mapping[str, tree.Expr]) -> tree.Expr:
    """Put expressions in the place of adjoints, whose names may be ``∂L/∂h₁``."""
    if isinstance(e, tree.Name | tree.Partial):
        found = put.get(write(e, "unicode", WORDS))
        return found if found is not None else e
    return rebuild(e, lambda part: substitute_adjoints(part, put))


def _deltas(dag: Dag) -> dict[int, str]:
    taken = set(dag.names)
    found: dict[int, str] = {}
    for letter in ("z", "a"):
        for name in dag.stages:
            match = re.fullmatch(rf"{letter}(\d*)", name)
            delta = f"δ{match.group(1)}" if match else ""
            if match and delta not in taken and name != dag.output:
                taken.add(delta)
                found[dag.names[name]] = delta
    if any(re.fullmatch(r"δ\d*", n) for n in dag.names):
        return {}
    return found
