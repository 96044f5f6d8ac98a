"""Gradients as people read them: in forward names where that is short, else by the adjoints of later stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType

from gradviz import terms as t
from gradviz.calculus.composed import KEPT, UNIT
from gradviz.calculus.differences import Differences
from gradviz.calculus.facts import Facts, facts_of
from gradviz.calculus.form import What
from gradviz.calculus.links import ADJOINT, Link
from gradviz.calculus.named import Named, substitute_adjoints
from gradviz.calculus.opened import Openings
from gradviz.calculus.patterned import FactsByPattern
from gradviz.calculus.recognise import Recogniser
from gradviz.calculus.said import Said
from gradviz.calculus.totals import Totals
from gradviz.calculus.written import Adjoint, Form
from gradviz.graph.dag import Dag
from gradviz.graph.node import reachable
from gradviz.notation import tree, write
from gradviz.ops import WORDS
from gradviz.ops.shapes import core

_SHORT = 60
_DEEP = 300
"""Stages that one form may depend on, one after the other."""
_NAME = 2.0
_MANY = 32
"""Adjoints that a form may speak of, for those to be put in that only cancel."""
_AS_IT_IS: Mapping[t.Index, t.Index] = MappingProxyType({})


class Gradients(Named):
    """All adjoints of a graph, read when asked for.

    Parameters
    ----------
    dag : Dag
        The graph; adjoints are derivatives of its output.
    extra : frozenset of int
        Unnamed operations that are to be stages as well.
    """

    def __init__(self, dag: Dag, extra: frozenset[int] = frozenset()) -> None:
        super().__init__(dag, extra)
        self.simplify = self.patterns.simplify
        self.alive = alive = reachable(dag.nodes, [dag.root])
        stages = [i for i in dict.fromkeys(dag.names.values()) if alive[i] and dag.nodes[i].inputs and i != dag.root]
        self.recognised = Recogniser(self.links, stages, self.simplify)
        self.differences = Differences(dag.nodes)
        self.totals = Totals(self.links, stages)
        openings = Openings(self.links, stages, self.patterns, self.shorter)
        self.know(self._with_totals(self._with_products(facts_of(dag))), openings)
        self._adjoints: dict[int, Adjoint] = {}
        self._locals: dict[tuple[Link, What, bool], Form] = {}
        self._pulled: dict[Link, Said] = {}
        self._contributions: dict[int, list[Link]] = {}

    def know(self, facts: Facts, openings: Openings | None = None) -> None:
        """Use these facts from now on."""
        self.facts = facts
        self.with_facts = FactsByPattern(facts, self.patterns, openings)

    def shorter(self, said: Said) -> Said:
        """A term simplified, with the names of stages for the sums that define them."""
        short = said.simplified()
        idle = self.recognised.is_idle_on(short) and self.totals.is_idle_on(short)
        if idle and not self.differences.pairs:
            return short
        term = short.term()
        named = term if idle else self.recognised(self.totals(term))
        if named is not term:
            short = self.patterns.said(named, said.axes).simplified()
        return self._turned(short)

    def _turned(self, said: Said, *, last: bool = False) -> Said:
        """Differences after a minus turned, see `Differences`."""
        if not self.differences.pairs:
            return said
        term = said.term()
        turned = self.differences(term, last=last)
        return said if turned is term else self.patterns.said(turned, said.axes)

    def _with_totals(self, facts: Facts) -> Facts:
        """With what the entries of stages add up to."""
        totals = self.totals.sums
        if not any(totals.values()):
            return facts
        return replace(facts, sums={**totals[t.ONE], **facts.sums}, zeros={**totals[t.ZERO], **facts.zeros})

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

    def unname(self) -> None:
        """Call no adjoint δ: where they are those of another stage than the output, δ would be misread."""
        super().unname()
        self._locals = {}
        self._contributions = {}

    # -- links

    def local(self, link: Link, what: What = "local", *, spread: bool = True) -> Form:
        """A link's local derivative where it only scales; one entry of it where it is not spread over its axes."""
        key = link, what, spread
        if key not in self._locals:
            axes = link.axes if spread else _AS_IT_IS
            self._locals[key] = self.form(self.patterns.local(link.form, what, link.generators, axes))
        return self._locals[key]

    def pulled(self, link: Link, above: Said | None) -> Said:
        """What a link adds to the adjoint of its operand, with its stage's own as given; None stands for that name."""
        whole = self._pulled.get(link)
        if whole is None:
            part = self.links.pulled(link.stage, link.operand, UNIT if link.stage == self.dag.root else ~link.stage)
            assert part is not None
            whole = self._pulled[link] = self.patterns.total(link.indices, (part,))
        return whole if above is None else self.patterns.put(whole, {link.stage: above})

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
                if stage not in found and stage not in self._adjoints and self._is_near(position, stage):
                    found.add(stage)
                    stack.append(stage)
        return sorted((p for p in found if p not in self._adjoints), reverse=True)

    def _is_near(self, position: int, stage: int) -> bool:
        """Whether the form of an adjoint may depend on that of a later one: both lie in one section of the graph."""
        return self._sections.get(position) == self._sections[stage]

    @cached_property
    def _sections(self) -> dict[int, int]:
        """How often `_DEEP` stages lie between a generator and the output.

        No form depends on one in another section: so an adjoint asks for few others, however deep it lies. An input
        belongs to the stages made of it; one of many sections to none.
        """
        levels: dict[int, int] = {self.dag.root: 0}
        found: dict[int, int] = {self.dag.root: 0}
        for p in sorted(self.links.consumers, reverse=True):
            stages = self.links.consumers[p]
            levels[p] = 1 + max([levels[s] for s in stages])
            sections = {found[s] for s in stages}
            is_stage = self.links.is_stage(p)
            found[p] = levels[p] // _DEEP if is_stage else sections.pop() if len(sections) == 1 else ~p
        return found

    def contributions(self, position: int) -> list[Link]:
        """The links by which a generator reaches the output, the earliest stage first."""
        if position not in self._contributions:
            stages = self._stages_by_path(position)
            self._contributions[position] = [self.links.of(s)[position] for s in stages if position in self.links.of(s)]
        return self._contributions[position]

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

    def raw(self, position: int) -> Said:
        """The adjoint of a generator in the adjoints of the stages made of it."""
        indices = self.links.reader.indices(position)
        if position == self.dag.root:
            return self.patterns.said(t.Atom(ADJOINT, indices) if indices else t.ONE, indices)
        unit = KEPT if core(self.dag.nodes[self.dag.root].shape) else UNIT
        parts = []
        for stage in self._stages_by_path(position):
            part = self.links.pulled(stage, position, unit if stage == self.dag.root else ~stage)
            if part is not None:
                parts.append(part)
        return self.patterns.total(indices, parts)

    def put_adjoint(self, term: t.Term, stage: int) -> t.Term:
        """Put a stage's adjoint in the place of ``g``."""
        if stage == self.dag.root:
            if self.links.reader.indices(stage):
                return term
            return t.replace(term, {a: t.ONE for a in t.atoms(term) if a.node == ADJOINT})
        return t.replace(term, {a: t.Atom(~stage, a.indices) for a in t.atoms(term) if a.node == ADJOINT})

    def _make(self, position: int) -> Adjoint:
        raw = self.raw(position)
        by_later = self._by_later(raw, self._near(position, raw))
        forward, facts = self._forward(by_later, self._near(position, by_later.said))
        if forward is None:
            inside, used = self.with_facts(by_later.said)
            if used:  # too long to be written whole elsewhere, and in forward names all the same
                return Adjoint(self._recognised(inside), None, used)
        return Adjoint(by_later, forward, facts)

    def _near(self, position: int, said: Said) -> dict[int, Adjoint]:
        """The adjoints that a term speaks of and that a form may depend on."""
        return {s: self._adjoints[s] for s in said.uses() if self._is_near(position, s)}

    def _by_later(self, raw: Said, later: Mapping[int, Adjoint]) -> Form:
        """The adjoint in those of later stages."""
        uses = raw.uses().items()
        unnamed = {s: later[s].by_later.said for s, n in uses if s in later and self._says_less(s, n, later[s])}
        raw = self.patterns.put(raw, unnamed) if unnamed else raw
        # Through stages that have no δ of their own, the adjoint is read on.
        own = {s: n for s, n in raw.uses().items() if s in later and s not in self.deltas}
        through = {s: later[s].by_later.said for s, n in own.items() if self._is_read_on(later[s].by_later, n)}
        found = self._read_on(raw, through)
        # What is spoken of twice is put in where that cancels: p − y, not p ⊙ (∂L/∂p − (∂L/∂p)ᵀ p).
        twice = {s for s, n in own.items() if s not in through and self._is_read_on(later[s].by_later, n - 1)}
        if twice and len(own) <= _MANY:
            for chosen in dict.fromkeys((frozenset((*through, *twice)), frozenset(twice))):
                whole = self.shorter(self.patterns.put(raw, {s: later[s].by_later.said for s in sorted(chosen)}))
                if len(found.text) <= _SHORT and whole.cost() >= found.said.cost():
                    continue
                if not self._predictable or whole.least(self._length) < len(found.text):
                    found = min(found, self.form(whole), key=lambda w: len(w.text))
        return found

    def _read_on(self, raw: Said, through: Mapping[int, Said]) -> Form:
        """An adjoint read on through some stages, where that says it shorter."""
        if not through:
            return self.form(self.shorter(raw))
        named: Form | None = None
        whole = self.shorter(self.patterns.put(raw, through))
        if self._predictable and whole.least(self._length) > _SHORT:
            named = self.form(self.shorter(raw))
            least = whole.least(self._length)
            if least > named.said.most(self._length) or least > len(named.text):
                return named
        read_on = self.form(whole)
        if self._short(read_on) is not None:
            return read_on
        # Read on it grows too long: the adjoints of the next stages say it shorter.
        named = named or self.form(self.shorter(raw))
        return min(read_on, named, key=lambda w: len(w.text))

    @cached_property
    def _predictable(self) -> bool:
        """Whether a pattern tells how long a text will be: no array is a row, or written entry by entry."""
        rows = any(len(node.shape) == 2 and node.shape[0] == 1 for node in self.dag.nodes)
        return not rows and not self._has_thin

    def _says_less(self, position: int, count: int, adjoint: Adjoint) -> bool:
        """Whether an adjoint of what nobody named is put in: used once, or no longer than ``∂L/∂(softmax(Q Kᵀ))``."""
        form = adjoint.by_later
        if self.dag.nodes[position].name or form.letters:
            return False
        return len(form.text) <= (_SHORT if count == 1 else self._length(~position))

    def _is_read_on(self, form: Form, count: int) -> bool:
        """Whether a form may stand as often as that in the place of a name.

        What speaks of an adjoint twice, as softmax's P ⊙ (P̄ − rowsum(P̄ ⊙ P)) does, is worth one.
        """
        twice = form.said.has_sums() and max(form.said.uses().values(), default=0) > 1
        return not form.letters and not twice and form.said.cost() <= (_SHORT / 2 if count == 1 else _NAME)

    def _forward(self, by_later: Form, known: Mapping[int, Adjoint]) -> tuple[Form | None, tuple[tuple[str, int], ...]]:
        """The adjoint in forward names, and the facts that it uses."""
        later = by_later.said.uses()
        forms = {s: a.forward for s, a in known.items() if a.forward is not None}
        if len(forms) < len(later):
            return None, ()
        facts = tuple(dict.fromkeys(f for a in known.values() for f in a.facts))
        inside = self.shorter(self.patterns.put(by_later.said, {s: f.said for s, f in forms.items()}))
        inside, used = self.with_facts(inside)
        inside = self._turned(inside, last=True)
        if later and not used and not by_later.letters and not any(f.letters for f in forms.values()):
            put = {write(self.adjoint_name(s), "unicode", WORDS): f.expr for s, f in forms.items()}
            placed = Form(inside, substitute_adjoints(by_later.expr, put))
            anew = self._recognised(inside)
            minus = isinstance(anew.expr, tree.Negative) and not isinstance(placed.expr, tree.Negative)
            kept = len(placed.text) + minus + 2 * placed.text.count("(−") <= len(anew.text) + 2 * anew.text.count("(−")
            return self._short(placed if kept else anew), facts
        return self._short(self._recognised(inside)), tuple(dict.fromkeys((*facts, *used)))

    def _recognised(self, said: Said) -> Form:
        """A term written with σ where it spells σ out; the term itself stays as it cancels best."""
        return Form(said, *self._text(said.logistic()))

    def _short(self, form: Form) -> Form | None:
        return form if len(form.text) <= _SHORT else None

    def inner(self, position: int) -> Adjoint | None:
        """The adjoint of an unnamed operation; None where the output does not depend on it."""
        indices = self.links.reader.indices(position)
        parts = []
        later: dict[int, Adjoint] = {}
        for stage in self._stages_of(position):
            found = self.links.inside(stage).get(position)
            if found is not None:
                term = t.rename(t.freshen(found[1]), dict(zip(found[0], indices, strict=True)))
                parts.append(self.put_adjoint(term, stage))
                later[stage] = self.adjoint(stage)
        if not parts:
            return None
        by_later = self.form(self.shorter(self.patterns.said(t.add(*parts), indices)))
        return Adjoint(by_later, *self._forward(by_later, {s: later[s] for s in by_later.said.uses()}))

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
        """For each node, the operations between it and the output that use it, once for each use."""
        users: dict[int, list[int]] = {}
        for i, node in enumerate(self.dag.nodes):
            for j in node.inputs if self.alive[i] else ():
                users.setdefault(j, []).append(i)
        return users
