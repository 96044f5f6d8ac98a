"""Derivations in index form: every sum of the chain rule is written, every Kronecker δ is summed away in a step.

The output may be an array: then what is derived is a Jacobian.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from gradviz import terms as t
from gradviz.calculus.deltas import delta_alone
from gradviz.calculus.differentiate import differentiate
from gradviz.calculus.gradients import Gradients
from gradviz.calculus.indexed import kronecker
from gradviz.calculus.links import ADJOINT, Link
from gradviz.calculus.units import unit
from gradviz.calculus.written import Written
from gradviz.derivation.cuts import above
from gradviz.derivation.entries import (
    EntryWriter,
    at_stage,
    collected,
    marker,
    placed,
    product,
    spread_deltas,
    total,
    without_delta,
)
from gradviz.derivation.finishing import Finishing
from gradviz.derivation.placing import ZERO, entry, equation, formula, letters_of, text
from gradviz.derivation.quotients import Shown, quotient, quotient_lines
from gradviz.derivation.rules import function_rule
from gradviz.derivation.shorter import how
from gradviz.derivation.spelled import known, shown, spelled, summed_away, sums_in_sums
from gradviz.derivation.step import Line, Listing, Pending, Step
from gradviz.graph.expression import stage_expr
from gradviz.graph.letters import Letters
from gradviz.messages import Message, say
from gradviz.notation import tree
from gradviz.notation.walk import children
from gradviz.ops import OPERATIONS

_SHORT = 60
"""Characters up to which a result is put in the place of its name."""
_LONGEST = 400
"""Characters up to which a line is spelled out."""


@dataclass(frozen=True)
class _Known:
    """A derivative that a chapter has found: one entry of it, with the indices of output and stage."""

    indices: tuple[t.Index, ...]
    term: t.Term


@dataclass(frozen=True)
class _Local:
    """One entry of a local derivative, with the indices of stage and operand."""

    term: t.Term
    stage: tuple[t.Index, ...]
    operand: tuple[t.Index, ...]


_Lines: TypeAlias = Generator[Line, None, t.Term]
"""Lines of a path, and the term that they come to."""


class ByEntries(Finishing):
    """One derivation, entry by entry.

    Parameters
    ----------
    gradients, plain : Gradients
        See `Finishing`.
    final : Written, optional
        The form that a Jacobian is given in.
    """

    def __init__(self, gradients: Gradients, plain: Gradients, final: Written | None = None) -> None:
        super().__init__(gradients, plain)
        self.final = final
        self.writer = EntryWriter(gradients)
        self.outer = gradients.links.reader.indices(self.root)
        self.found: dict[int, _Known] = {}

    # -- chapters

    def lines(self, target: int) -> Iterator[Line]:
        """A chapter for each stage between the target and the output, then that of the target."""
        for position in sorted(above(self.gradients, target), reverse=True):
            yield from self.chapter(position, last=False)
        yield from self.chapter(target, last=True)

    def trivial(self, target: int) -> Iterator[Line]:
        """The derivatives of the output by itself, or by what it does not depend on."""
        assert self.final is not None
        output, name = tree.Name(self.dag.output), self.gradients.name(target)
        if target == self.root:
            letters = letters_of(self.final)
            left = tree.Partial(output, name)
            step = Step("local", entry(left, letters), self.final.expr, say("itself", name=formula(output)))
            yield Line(step, self.final.expr, (), target, (), letters, entries=True)
            return
        reason = say("no-path", name=formula(name), output=formula(output))
        yield Line(Step("local", tree.Partial(output, name), ZERO, reason), None, (), target)

    def chapter(self, position: int, *, last: bool) -> Iterator[Line]:
        """One derivative."""
        places = self.gradients.links.reader.indices(position)
        left = t.Atom(~position, (*self.outer, *places))
        links = sorted(self.gradients.contributions(position), key=lambda k: k.stage)
        lines = self.path(left, links[0], last=last) if len(links) == 1 else self.several(left, links, last=last)
        chapter = self.writer.shown(self.expr(left, self.free(left)))
        term = yield from in_chapter(lines, chapter)
        self.found[position] = _Known(self.free(left), term)
        if last:
            closing = self.jacobian(left) if self.final else self.matrix(position, places, term)
            yield from (replace(line, step=replace(line.step, chapter=chapter)) for line in closing)

    def several(self, left: t.Atom, links: list[Link], *, last: bool) -> _Lines:
        """A line that names the paths, the lines of each, and their sum."""
        heads = [self.chained(left, link) for link in links]
        names = {
            "name": formula(self.gradients.name(~left.node)) if isinstance(left.node, int) else "",
            "output": formula(tree.Name(self.dag.output)),
        }
        yield self.said("paths", left, left, t.Add(tuple(heads)), say("paths-add", count=len(links), **names))
        parts = []
        for link, head in zip(links, heads, strict=True):
            parts.append((yield from self.path(left, link, head=head)))
        summed = t.Add(tuple(t.freshen(p) for p in parts))
        yield self.said("sum", left, left, summed, say("sum-of-paths"))
        term = yield from self.rewritten(left, left, summed, ())
        return (yield from self.put_in(left, left, term, (), last=last))

    # -- one path

    def path(self, left: t.Atom, link: Link, *, head: t.Term | None = None, last: bool = False) -> _Lines:
        """The chain rule through one stage; `head` is what stands on the left where there are other paths."""
        share = ((link.stage, link.operand),) if head is not None else ()
        shown = left if head is None else head
        conditions = self.domain(link)
        if link.stage == self.root:
            local = self.local(link, self.outer, self.places(left))
            term = local.term
            opened = head is None and (yield from self.opened(link, local, conditions))
        else:
            inner = self.gradients.links.reader.indices(link.stage)
            local = self.local(link, inner, self.places(left))
            opened = yield from self.opened(link, local, conditions)
            if head is None:
                name = formula(self.gradients.name(link.stage))
                reason = say("chain-rule-entries", name=name) if inner else say("chain-rule")
                yield self.said("chain", left, left, self.chained(left, link), reason)
            term = total(inner, product((t.Atom(~link.stage, (*self.outer, *inner)), local.term)))
        reason = self.found_before(link, local) if opened else self.why(link, local)
        if link.stage != self.root or not opened:
            yield self.said("local", left, shown, term, reason, share, conditions)
        term = yield from self.reduced(left, shown, term, share)
        return term if head is not None else (yield from self.put_in(left, shown, term, share, last=last))

    def chained(self, left: t.Atom, link: Link) -> t.Term:
        """A product of two derivatives, summed over the entries of the stage between them."""
        if link.stage == self.root:
            return t.Atom(marker(link.stage, link.operand), (*self.outer, *self.places(left)))
        inner = self.gradients.links.reader.indices(link.stage)
        above_it = t.Atom(~link.stage, (*self.outer, *inner))
        return total(inner, product((above_it, t.Atom(marker(link.stage, link.operand), (*inner, *self.places(left))))))

    def local(self, link: Link, stage: tuple[t.Index, ...], operand: tuple[t.Index, ...]) -> _Local:
        """One entry of the derivative of a stage by its operand."""
        places = dict(zip(link.indices, operand, strict=True))
        if link.stage == self.root and not stage:
            paths = t.add(*map(t.freshen, link.paths))
            return _Local(unit(t.rename(paths, places)), stage, operand)
        term = t.rename(t.freshen(link.term), places)
        one = at_stage(differentiate(term, ADJOINT, stage), stage, operand) if stage else unit(term)
        return _Local(self.simplify(one), stage, operand)

    def opened(self, link: Link, local: _Local, conditions: tuple[tree.Comparison, ...]) -> Generator[Line, None, bool]:
        """The lines of a local derivative that is no single step: a quotient by a sum, sums in sums; whether it is."""
        operand, stage = t.Atom(link.operand, local.operand), t.Atom(link.stage, local.stage)
        definition = self.gradients.links.definition(link.stage, local.stage)
        free = (*local.stage, *local.operand)
        found = quotient(definition, stage, operand) if local.stage else None
        lines = []
        if found is not None:
            lines = list(quotient_lines(found, lambda x: self.expr(x, free), self.simplify))
        elif definition is not None and self.is_own(link.stage) and sums_in_sums(definition, operand.node):
            lines = list(self.spelled(definition, link, local))
        if not lines or (found is None and max(len(text(line.expr)) for line in lines) > _LONGEST):
            return False
        slope = self.marked(link, local)
        letters = self.writer.write(slope, free)[1]
        ranges = {letter: i.size for letter, i in zip(letters, free, strict=True)}
        left = self.writer.shown(self.expr(slope, free))
        short = self.expr(local.term, free)
        if text(short) != text(lines[-1].known):
            lines.append(Shown(short, short, self.how(lines[-1].known, short)))
        pending = Pending((), self.gradients.links, frozenset(), link.operand, (link.stage, link.operand))
        for n, line in enumerate(lines):
            needed = conditions if not n and link.stage == self.root else ()
            step = Step("rule", left, self.writer.shown(line.expr), line.reason, needed)
            yield Line(step, line.known, (), link.operand, (), ranges, entries=True, pending=pending)
        return True

    def is_own(self, stage: int) -> bool:
        """Whether a stage is no single function whose derivative is declared as books print it (layer norm)."""
        operation = OPERATIONS.get(self.dag.nodes[stage].op)
        return operation is None or not operation.pullback

    def spelled(self, definition: t.Term, link: Link, local: _Local) -> Iterator[Shown]:
        """Rule by rule, until each derivative is a δ; then these summed away."""
        free, by = (*local.stage, *local.operand), t.Atom(link.operand, local.operand)
        lines = spelled(definition, by)
        stage = self.expr(t.Atom(link.stage, local.stage), free)
        name = stage if link.stage != self.root or local.stage else tree.Name(self.dag.output)
        for n, line in enumerate(lines):
            reason = say("rules", rules=Listing(tuple(function_rule(*r) for r in line.rules)))
            if not line.rules:
                reason = say("local", equation=formula(self.own_slope(by)))
            if not n:
                reason = say("since", reason=reason, equation=formula(equation(name, self.expr(definition, free))))
            yield Shown(shown(self.expr(line.term, free)), self.expr(known(line.term), free), reason)
        for term in summed_away(spread_deltas(lines[-1].term)) if lines else ():
            said = self.expr(term, free)
            yield Shown(said, said, say("delta-sum", equation=formula(_delta_sum(self.gradients.letters))))

    def own_slope(self, by: t.Atom) -> tree.Expr:
        """An entry by another of the same array: ``∂wₖ/∂wᵢ = δₖᵢ``."""
        free = tuple(i for i in by.indices if isinstance(i, t.Index))
        other = tuple(t.index(i.size, row=i.row) for i in free)
        whole = (*free, *other)
        slope = tree.Partial(self.expr(t.Atom(by.node, other), whole), self.expr(by, whole))
        return equation(slope, self.expr(product(t.delta(a, b) for a, b in zip(other, free, strict=True)), whole))

    def marked(self, link: Link, local: _Local) -> t.Atom:
        """The name of an entry of a local derivative."""
        if link.stage == self.root:
            return t.Atom(~link.operand, (*local.stage, *local.operand))
        return t.Atom(marker(link.stage, link.operand), (*local.stage, *local.operand))

    def found_before(self, link: Link, local: _Local) -> Message:
        """The local derivative as lines before found it."""
        free = (*local.stage, *local.operand)
        name = self.writer.shown(self.expr(self.marked(link, local), free))
        return say("local", equation=formula(equation(name, self.expr(local.term, free))))

    def why(self, link: Link, local: _Local) -> Message:
        """A local derivative, with its rules, or the entry of the stage that it is the derivative of."""
        free = (*local.stage, *local.operand)
        if link.stage == self.root and not self.outer:
            whole = equation(tree.Name(self.dag.output), stage_expr(self.dag, self.root))
            return self.by_rules(say("differentiate", equation=formula(whole)), link)
        definition = self.gradients.links.definition(link.stage, local.stage)
        if link.stage == self.root and definition is not None:
            output = tree.Entry(tree.Name(self.dag.output), self.letters(free)[: len(local.stage)])
            whole = equation(output, self.expr(definition, free))
            return self.by_rules(say("differentiate", equation=formula(whole)), link)
        name = self.writer.shown(self.expr(t.Atom(marker(link.stage, link.operand), free), free))
        reason = say("local", equation=formula(equation(name, self.expr(local.term, free))))
        if definition is not None and local.stage and any(isinstance(x, t.Contract) for x in t.subterms(definition)):
            stage = self.expr(t.Atom(link.stage, local.stage), free)
            return say("since", reason=reason, equation=formula(equation(stage, self.expr(definition, free))))
        return self.by_rules(reason, link)

    def reduced(self, left: t.Atom, head: t.Term, term: t.Term, share: tuple[tuple[int, int], ...]) -> _Lines:
        """Multiplied out where that lets a delta go, then deltas summed away, then the shortest form."""
        apart = spread_deltas(term)
        if without_delta(apart) is not None:
            if not self.alike(left, apart, term):
                yield self.said("simplify", left, head, apart, say("multiplied-out"), share)
            term = yield from self.summed(left, head, apart, share)
        return (yield from self.rewritten(left, head, term, share))

    def summed(self, left: t.Atom, head: t.Term, term: t.Term, share: tuple[tuple[int, int], ...]) -> _Lines:
        """Deltas summed away, one at a time."""
        while (rest := without_delta(term)) is not None:
            term = rest
            yield self.said(
                "delta", left, head, term, say("delta-sum", equation=formula(_delta_sum(self.gradients.letters))), share
            )
        return term

    def rewritten(self, left: t.Atom, head: t.Term, term: t.Term, share: tuple[tuple[int, int], ...]) -> _Lines:
        """A shorter form, where there is one."""
        short = self.simplify(collected(term))
        if not self.alike(left, term, short):
            before, after = (self.writer.shown(self.expr(x, self.free(left))) for x in (term, short))
            yield self.said("simplify", left, head, short, how(before, after), share)
        return short

    def alike(self, left: t.Atom, one: t.Term, other: t.Term) -> bool:
        """Whether two terms are written the same way."""
        return text(self.expr(one, self.free(left))) == text(self.expr(other, self.free(left)))

    def put_in(
        self, left: t.Atom, head: t.Term, term: t.Term, share: tuple[tuple[int, int], ...], *, last: bool
    ) -> _Lines:
        """What earlier chapters found, where that is short, or where a Jacobian is to end in forward names."""
        while True:
            equations, known = self.known_terms(collected(term))
            if not equations:
                return term
            short = self.simplify(collected(known))
            if not (self.final and last) and len(text(self.expr(short, self.free(left)))) > _SHORT:
                return term
            yield self.said("substitute", left, head, known, say("substitute", equations=formula(*equations)), share)
            term = yield from self.reduced(left, head, known, share)

    def known_terms(self, term: t.Term) -> tuple[list[tree.Expr], t.Term]:
        """The equations of what is known of the derivatives in a term, and the term with that put in."""
        put: dict[t.Term, t.Term] = {}
        equations: dict[int, tree.Expr] = {}
        for a in t.atoms(term):
            if isinstance(a.node, int) and ~a.node in self.found:
                known = self.found[~a.node]
                put[a] = t.at(t.freshen(known.term), known.indices, a.indices)
                name = self.writer.shown(self.expr(t.Atom(a.node, known.indices), known.indices))
                right = self.writer.shown(self.expr(known.term, known.indices))
                equations[~a.node] = equation(name, right)
        return [equations[s] for s in sorted(equations, reverse=True)], placed(term, put)

    # -- the end

    def matrix(self, position: int, places: tuple[t.Index, ...], term: t.Term) -> Iterator[Line]:
        """The way back to matrices, and to the form that the gradient is given in."""
        written = self.gradients.written(places, self.simplify(collected(term)))
        left = self.partial(position)
        if places and not written.letters:
            names = [
                equation(tree.Name(self.gradients.deltas[~a.node]), self.partial(~a.node))
                for a in dict.fromkeys(t.atoms(written.term))
                if isinstance(a.node, int) and a.node < 0 and ~a.node in self.gradients.deltas and a.indices
            ]
            reason = say("matrix-form-with", names=formula(*dict.fromkeys(names))) if names else say("matrix-form")
            yield self.line("matrix", left, written, reason, position)
        yield from self.closing(position, left, written)

    def jacobian(self, left: t.Atom) -> Iterator[Line]:
        """The form that a Jacobian is given in."""
        assert self.final is not None
        assert isinstance(left.node, int)
        names = (tree.Name(self.dag.output), self.gradients.name(~left.node))
        shown = self.writer.shown(self.expr(self.found[~left.node].term, self.free(left)))
        if text(shown) == text(self.final.expr) or not _readable(self.final.expr):
            return
        letters = letters_of(self.final)
        if letters is None:
            step = Step("matrix", tree.Partial(*names), self.final.expr, say("matrix-form"))
        else:
            head = self.writer.shown(self.expr(left, self.free(left)))
            term = self.found[~left.node].term
            reason = how(shown, self.final.expr) if delta_alone(term) is term else say("split")
            step = Step("simplify", head, self.final.expr, reason)
        yield Line(step, self.final.expr, (), ~left.node, (), letters, entries=True)

    # -- writing

    def letters(self, free: tuple[t.Index, ...]) -> tuple[tree.Expr, ...]:
        """The names that free indices are written with."""
        return tuple(map(tree.Name, self.writer.write(t.ONE, free)[1]))

    def free(self, left: t.Atom) -> tuple[t.Index, ...]:
        """The indices of a derivative: those of the output, then those of what it is taken by."""
        return tuple(i for i in left.indices if isinstance(i, t.Index))

    def places(self, left: t.Atom) -> tuple[t.Index, ...]:
        """The indices of what a derivative is taken by."""
        return self.free(left)[len(self.outer) :]

    def expr(self, term: t.Term, free: tuple[t.Index, ...]) -> tree.Expr:
        """A term with its indices; derivatives are hidden behind names."""
        return self.writer.write(term, free)[0]

    def said(
        self,
        kind: str,
        left: t.Atom,
        head: t.Term,
        term: t.Term,
        reason: Message,
        share: tuple[tuple[int, int], ...] = (),
        conditions: tuple[tree.Comparison, ...] = (),
    ) -> Line:
        """A line of entries."""
        free = self.free(left)
        right, letters = self.writer.write(term, free)
        step = Step(kind, self.writer.shown(self.expr(head, free)), self.writer.shown(right), reason, conditions)
        assert isinstance(left.node, int)
        ranges = {letter: i.size for letter, i in zip(letters, free, strict=True)}
        return Line(step, right, (), ~left.node, share, ranges, entries=True)


def _readable(e: tree.Expr) -> bool:
    """Whether a form says by itself what it is: no other Jacobian's name, no I whose size nothing tells."""
    if isinstance(e, tree.Partial) or (isinstance(e, tree.Call) and tree.Constant("I") in e.arguments):
        return False
    return all(map(_readable, children(e)))


def in_chapter(lines: _Lines, chapter: tree.Expr) -> _Lines:
    """The lines, each told which chapter it belongs to."""
    while True:
        try:
            line = next(lines)
        except StopIteration as end:
            found: t.Term = end.value
            return found
        yield replace(line, step=replace(line.step, chapter=chapter))


def _delta_sum(letters: Letters) -> tree.Expr:
    """``Σₖ δₖⱼ aₖ = aⱼ``."""
    j, k, a = (tree.Name(n) for n in (letters.indices[1], letters.indices[2], "a"))
    body = tree.Product((kronecker(k, j, letters), tree.Entry(a, (k,))), ("",))
    return equation(tree.Big("sum", k.name, None, None, body), tree.Entry(a, (j,)))
