"""The end of a chapter: from the product of what was placed to the form that the gradient is given in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from gradviz import terms as t
from gradviz.calculus.factors import IDENTITY
from gradviz.calculus.facts import use_facts
from gradviz.calculus.gradients import Gradients
from gradviz.calculus.named import substitute_adjoints
from gradviz.calculus.pattern import put_forms
from gradviz.calculus.said import Said
from gradviz.calculus.written import Form, Written
from gradviz.derivation.placing import ZERO, Placed, Placing, equation, formula, said_of, text
from gradviz.derivation.products import positive
from gradviz.derivation.shorter import below, how
from gradviz.derivation.step import Line, Listing
from gradviz.equality import names_in
from gradviz.graph import Dag
from gradviz.graph.expression import loose_indices, open_calls, stage_name
from gradviz.messages import Message, say
from gradviz.notation import tree
from gradviz.notation.walk import children, rebuild, within


class Finishing(Placing):
    """Writes what was placed shorter.

    Parameters
    ----------
    gradients : Gradients
        Of the graph, perhaps with unnamed operations as stages.
    plain : Gradients
        Of the graph as it is: what it gives for a name is what a chapter ends in.
    unrolled : bool
        Whether every path goes up to the output; else the way is cut at adjoints.
    """

    def __init__(self, gradients: Gradients, plain: Gradients, *, unrolled: bool = False) -> None:
        super().__init__(gradients)
        self.plain = plain
        self.unrolled = unrolled

    def known(self, position: int) -> Gradients:
        """Who knows the adjoint of a node."""
        return self.plain if self.plain.links.generators[position] else self.gradients

    def finish(self, position: int, left: tree.Expr, placed: Placed) -> Iterator[Line]:
        """Shorter forms of what was placed, down to the one that the gradient is given in."""
        shown = placed.expr
        assert shown is not None
        assert placed.said is not None
        written = self.gradients.form(placed.said.simplified())
        yield from self.simplified(position, left, placed, written)
        yield from self.closing(position, left, written)

    def simplified(self, position: int, left: tree.Expr, placed: Placed, written: Written) -> Iterator[Line]:
        """The lines from what was placed to what it is, simplified."""
        shown = placed.expr
        assert shown is not None
        assert placed.said is not None
        in_sum = not (placed.letters or written.letters) and placed.said.has_sums() and bool(placed.said.gone())
        if text(written.expr) != text(shown) and in_sum:
            yield from self.cancelling(position, left, placed, shown, written)
        elif text(written.expr) != text(shown):
            conditions = self.cancelled(placed)
            folded = _folded(placed.folded, shown, written.expr)
            if folded:
                equations = formula(*(equation(stage_name(self.dag, n), e) for n, e in folded.items()))
                yield self.line("fold", left, written, say("fold", equations=equations), position, conditions)
            else:
                plain = any(not positive(b) for b in placed.said.gone()) and not self.new(shown, written.expr)
                reason = say("cancel") if plain else self.how(shown, written.expr)
                yield self.line("simplify", left, written, reason, position, conditions)

    def cancelled(self, placed: Placed) -> tuple[tree.Comparison, ...]:
        """What must not be 0 where common factors cancel."""
        assert placed.said is not None
        axes = set(placed.indices)
        gone = (b for b in placed.said.gone() if not positive(b) and b.free <= axes)
        return tuple(sorted((self.nonzero(b, placed.indices) for b in gone), key=repr))

    def cancelling(
        self, position: int, left: tree.Expr, placed: Placed, shown: tree.Expr, written: Written
    ) -> Iterator[Line]:
        """Where something cancels within a sum over entries: first the names, then the sum, then the rest."""
        assert placed.said is not None
        raw = self.gradients.form(placed.said)
        refolded = folded_back(shown, placed.folded)
        if refolded != shown and text(refolded) != text(written.expr):
            equations = formula(*(equation(stage_name(self.dag, n), e) for n, e in placed.folded.items()))
            middle = Written(placed.indices, placed.said.term(), refolded)
            yield self.line("fold", left, middle, say("fold", equations=equations), position)
            shown = refolded
        conditions = self.cancelled(placed)
        for form in (raw, written):
            new = text(form.expr) not in {text(shown), text(written.expr)} and not form.letters
            if form is written or (new and len(text(form.expr)) <= len(text(shown))):
                reason = self.how(shown, form.expr)
                yield self.line("simplify", left, form, reason, position, conditions)
                shown, conditions = form.expr, ()

    def closing(self, position: int, left: tree.Expr, written: Written) -> Iterator[Line]:
        """Use facts, and put earlier chapters' results in the place of their names."""
        said, used = self.gradients.with_facts(self.read(written))
        if used:
            written = self.gradients.form(said)
            yield self.line("fact", left, written, self.facts(used), position)
        adjoint = self.known(position).adjoint(position)
        best = adjoint.best
        if self.unrolled and adjoint.forward is None:
            return
        if text(best.expr) == text(written.expr):
            return
        forms, equations, direct = self.substituted(written, best)
        if not equations:
            yield from self.rewritten_as(position, left, written.expr, best)
            return
        reason = say("substitute", equations=formula(*equations))
        if text(direct) == text(best.expr):
            yield self.line("substitute", left, best, reason, position)
            return
        middle = Written(written.indices, written.term, direct, written.letters)
        yield self.line("substitute", left, middle, reason, position)
        raw = put_forms(written.term, {s: (f.indices, f.term) for s, f in forms.items()})
        whole = self.simplify(raw)
        spread = self.gradients.written(written.indices, raw)
        if not spread.letters and len(below(spread.expr)) < len(below(direct)):
            yield self.line("simplify", left, spread, say("cancel"), position)
            direct = spread.expr
        term, used = use_facts(whole, self.gradients.facts, self.simplify, written.indices)
        if used:
            short = self.gradients.written(written.indices, whole)
            if text(short.expr) != text(direct):
                yield from self.rewritten_as(position, left, direct, short)
            told = self.gradients.written(written.indices, term)
            direct = told.expr
            yield self.line("fact", left, told, self.facts(used), position)
        elif adjoint.facts:  # where stages have their names, facts say more
            named = self.gradients.shorter(self.gradients.patterns.said(whole, written.indices))
            with_more, used = self.gradients.with_facts(named)
            short = self.gradients.form(named)
            if used and text(short.expr) != text(direct):
                yield from self.rewritten_as(position, left, direct, short)
                short = self.gradients.form(with_more)
                direct = short.expr
                yield self.line("fact", left, short, self.facts(used), position)
        if text(direct) != text(best.expr):
            yield from self.rewritten_as(position, left, direct, best)

    def read(self, written: Written) -> Said:
        """A term in names alone: operations that a derivation opened are read again, for facts that see inside."""
        links, patterns = self.gradients.links, self.gradients.patterns
        if not links.extra and isinstance(written, Form):
            return written.said
        term = written.term
        for _ in range(len(links.extra)):
            put: dict[t.Term, t.Term] = {}
            for a in t.atoms(term):
                if a.node in links.extra and isinstance(a.node, int) and not self.dag.nodes[a.node].name:
                    inside = links.definition(a.node, a.indices)
                    if inside is not None:
                        put[a] = inside
            if not put:
                break
            term = t.replace(term, put)
        return patterns.said(term, written.indices)

    def rewritten_as(self, position: int, left: tree.Expr, before: tree.Expr, after: Written) -> Iterator[Line]:
        """From one form to another: functions of the program's own are opened in a step of their own."""
        kept = own_calls(after.expr, self.dag)
        gone = [c for c in dict.fromkeys(own_calls(before, self.dag)) if c not in kept]
        if gone:
            names = {c.function for c in gone} - {c.function for c in kept}
            opened = open_calls(before, {n: f for n, f in self.dag.functions.items() if n in names}, self.dag.entrywise)
            equations = formula(*(equation(c, open_calls(c, self.dag.functions, self.dag.entrywise)) for c in gone))
            middle = Written(after.indices, after.term, opened, after.letters)
            yield self.line("substitute", left, middle, say("substitute", equations=equations), position)
            before = opened
        if text(before) != text(after.expr):
            reason = self.by_adjoints(before, after) or self.how(before, after.expr)
            if reason.kind == "fold":
                yield from self.unfolded(position, left, before, after)
            yield self.line("simplify", left, after, reason, position)

    def unfolded(self, position: int, left: tree.Expr, before: tree.Expr, after: Written) -> Iterator[Line]:
        """Before a stage's name is written for what it says: the same with that spelled out, if it stood otherwise."""
        sizes = self.dag.steady
        names = [n for n in self.new(before, after.expr) if not loose_indices(self.dag.trees[n], sizes)]
        put = {n: open_calls(self.dag.trees[n], self.dag.functions, self.dag.entrywise) for n in names}
        if not put or after.letters:
            return
        spelled = _spelled_out(after.expr, put)
        reason = how(before, spelled)
        if reason.kind in PLAIN and text(before) != text(spelled) and len(text(spelled)) <= _WIDE:
            yield self.line("simplify", left, Written(after.indices, after.term, spelled), reason, position)

    def by_adjoints(self, before: tree.Expr, after: Written) -> Message | None:
        """That adjoints of later stages stand for what was written out; None where no new one is spoken of."""
        there = set(within(before))
        names = {s: self.gradients.adjoint_name(s) for s in _adjoints(after)}
        found = [said_of(name, self.known(s).adjoint(s).best) for s, name in names.items() if name not in there]
        return say("fold", equations=formula(*found)) if found else None

    def substituted(
        self, written: Written, best: Written
    ) -> tuple[dict[int, Written], list[tree.Comparison], tree.Expr]:
        """What adjoints are, for those that the last form does not speak of; and the form with that put in."""
        kept = set(_adjoints(best))
        equations: list[tree.Comparison] = []
        forms: dict[int, Written] = {}
        put: dict[str, tree.Expr] = {}
        whole = True
        for stage in _adjoints(written):
            adjoint = self.known(stage).adjoint(stage)
            form = adjoint.forward or adjoint.by_later
            if stage in kept or (adjoint.forward is None and not kept):
                continue
            name = self.gradients.adjoint_name(stage)
            forms[stage] = form
            put[text(name)] = form.expr
            whole = whole and not form.letters
            equations.append(said_of(name, form))
        if not whole or any(e == ZERO or IDENTITY in within(e) for e in put.values()):
            return forms, equations, best.expr  # 0, I and single entries have no shape that products could fit
        return forms, equations, substitute_adjoints(written.expr, put, kronecker=self.gradients.letters.delta)

    def how(self, before: tree.Expr, after: tree.Expr) -> Message:
        """What was done to an expression, by its form, or by the stages whose names it speaks of now."""
        gone = sorted(n for n in _quantities(before) - _quantities(after) if n in self.dag.trees)
        found = self.new(before, after)
        vanish = _summands(after) < _summands(before)
        put = self.named(before, after, gone, vanish=vanish)
        if put:
            return say("fold", equations=formula(*map(self.definition, put)))
        if gone and not (found and not vanish and set(gone) <= self.spoken_of(found)):
            return say("vanish" if vanish else "fold", equations=formula(*map(self.definition, gone)))
        reason = how(before, after)
        if not found and reason.kind in _BY_NAME:
            fewer = set(_names(before) - _names(after))
            more = sorted(n for n in _names(after) - _names(before) if n in self.dag.trees)
            found = [n for n in more if fewer & self.spoken_of([n])]
            found = found or self.standing_for(names_in(before) - names_in(after), after)
        return say("fold", equations=formula(*map(self.definition, found))) if found else reason

    def named(self, before: tree.Expr, after: tree.Expr, gone: Iterable[str], *, vanish: bool) -> list[str]:
        """The stages that an expression speaks of for what was spelled out in another, and is gone."""
        parts = set(within(before)).difference(within(after))
        spelled = [n for n in sorted(_quantities(after)) if self.dag.trees.get(n) in parts]
        if spelled:
            return spelled
        fewer = set(_names(before) - _names(after))
        told = self.standing_for(set(gone), after)
        told = [n for n in told if not vanish and self.spoken_of([n]) <= fewer]
        more = _names(after) - _names(before)
        return [n for n in told if n in more] or told

    def spoken_of(self, stages: Iterable[str]) -> set[str]:
        """The names that the definitions of stages speak of."""
        return {x for n in stages for x in names_in(self.dag.trees[n])}

    def standing_for(self, gone: set[str], after: tree.Expr) -> list[str]:
        """The stages whose definitions speak of names that are gone."""
        told = (n for n in names_in(after) if n in self.dag.trees)
        return sorted(n for n in told if gone and gone & set(names_in(self.dag.trees[n])))

    def new(self, before: tree.Expr, after: tree.Expr) -> list[str]:
        """The stages that an expression speaks of now."""
        return sorted(n for n in _quantities(after) - _quantities(before) if n in self.dag.trees)

    def definition(self, name: str) -> tree.Comparison:
        """What the program says of a stage, functions of its own opened."""
        opened = open_calls(self.dag.trees[name], self.dag.functions, self.dag.entrywise)
        return equation(stage_name(self.dag, name), opened)

    def facts(self, used: tuple[tuple[str, int], ...]) -> Message:
        """The facts that a step uses, in words."""
        said = []
        for kind, position in used:
            name = self.gradients.name(position)
            if kind == "binary":
                square = tree.Power(name, tree.Number(Fraction(2), "2"))
                said.append(say("fact-binary", equation=formula(equation(square, name)), name=formula(name)))
            elif kind in {"copy", "opened"}:
                said.append(say("substitute", equations=formula(self.definition(self.dag.nodes[position].name))))
            else:
                said.append(say(f"fact-{kind}", name=formula(name)))
        return said[0] if len(said) == 1 else say("facts", facts=Listing(tuple(said)))


PLAIN = frozenset({"sums-order", "transposes", "order", "drawn-out", "fractions", "cancel", "powers"})
"""What may be done to a form before a name is written in it."""
_WIDE = 90
"""Characters of a line that only prepares the next one."""
_BY_NAME = frozenset({"collect", "cancel", "multiplied-cancel", "powers", "fractions", "like-terms", "inverses"})
"""What a step may look like that writes a stage's name for what it says."""


def _folded(folded: Mapping[str, tree.Expr], before: tree.Expr, after: tree.Expr) -> dict[str, tree.Expr]:
    """The stages that a form speaks of now, or whose spelled out values are gone."""
    there, now = set(within(before)), set(within(after))
    names = _names(after) - _names(before)
    return {n: e for n, e in folded.items() if n in names or (e in there and e not in now)}


def folded_back(e: tree.Expr, folded: Mapping[str, tree.Expr]) -> tree.Expr:
    """An expression with the names of stages for what they spell out."""
    for name, spelled in folded.items():
        if e == spelled:
            return tree.Name(name)
    return rebuild(e, lambda part: folded_back(part, folded)) if folded else e


def _summands(e: tree.Expr) -> int:
    """How many summands an expression has, or the longest sum among its factors."""
    if isinstance(e, tree.Product):
        return max(map(_summands, e.operands))
    return len(e.items) if isinstance(e, tree.Sum) else 1


def _names(e: tree.Expr) -> Counter[str]:
    """How often names stand in an expression."""
    return Counter([x.name for x in within(e) if isinstance(x, tree.Name)])


def _quantities(e: tree.Expr) -> set[str]:
    """The names that an expression speaks of, save in names of derivatives."""
    if isinstance(e, tree.Partial):
        return set()
    return {e.name} if type(e) is tree.Name else set().union(*map(_quantities, children(e)))


def _spelled_out(e: tree.Expr, put: Mapping[str, tree.Expr]) -> tree.Expr:
    """An expression with what stages say for their names, save in names of derivatives."""
    if isinstance(e, tree.Partial):
        return e
    if type(e) is tree.Name:
        return put.get(e.name, e)
    return rebuild(e, lambda part: _spelled_out(part, put))


def own_calls(e: tree.Expr, dag: Dag) -> list[tree.Call]:
    """The calls of the program's own functions in an expression, the innermost first."""
    if not dag.functions:
        return []
    found = [c for child in children(e) for c in own_calls(child, dag)]
    return [*found, e] if isinstance(e, tree.Call) and e.function in dag.functions else found


def _adjoints(written: Written) -> list[int]:
    """The stages whose adjoints a term speaks of, the latest first."""
    if isinstance(written, Form):
        return sorted(written.said.uses(), reverse=True)
    return sorted({~a.node for a in t.atoms(written.term) if isinstance(a.node, int) and a.node < 0}, reverse=True)
