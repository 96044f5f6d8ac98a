"""From ∂L/∂W₂ to (ŷ − y) h₁: the steps.

One local derivative is placed at a time, in the person's own form; then the product is written shorter, with the names
that the person gave. Where more than one stage lies between products of matrices, the way is cut at the adjoints δ, one
chapter for each. Where paths meet, each has its lines, and a line adds them.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace

from gradviz import terms as t
from gradviz.calculus.gradients import Gradients, Written, substitute_adjoints
from gradviz.calculus.indexed import write_entry
from gradviz.calculus.links import ADJOINT, Link
from gradviz.calculus.simplify import use_facts
from gradviz.derivation.products import denominators, dotted, positive, scaled, scales, times, unit
from gradviz.derivation.step import Formula, Line, Step
from gradviz.equality import names_in
from gradviz.graph.expression import stage_expr
from gradviz.messages import Message, say
from gradviz.notation import tree, write
from gradviz.notation.walk import substitute
from gradviz.ops import WORDS

_CHAPTERS = 40


def text(e: tree.Expr) -> str:
    """An expression as Unicode."""
    return write(e, "unicode", WORDS)


def equation(left: tree.Expr, right: tree.Expr) -> tree.Comparison:
    """Two sides."""
    return tree.Comparison("=", left, right)


def formula(*expressions: tree.Expr) -> Formula:
    """Formulas as part of a sentence."""
    return Formula(expressions)


def derive(gradients: Gradients, target: int, final: Written | None = None) -> tuple[Line, ...]:
    """The lines of the derivation of one adjoint, unchecked.

    Parameters
    ----------
    gradients : Gradients
        Of the graph; its links are the local derivatives that are placed.
    target : int
        Position of an input or a stage.
    final : Written, optional
        The form that the derivation is to end in, where that is known.
    """
    derivation = _Derivation(gradients)
    lines = tuple(derivation.lines(target))
    last = lines[-1].step
    if final is None or final.letters or text(last.right) == text(final.expr):
        return lines
    closing = derivation.line("simplify", last.left, final, derivation.plainly(last.right, final.expr), target)
    return (*lines, replace(closing, step=replace(closing.step, chapter=last.chapter)))


@dataclass
class _Placed:
    """What has been placed of a chain: the expression that is shown, and the term behind it."""

    expr: tree.Expr | None
    term: t.Term
    indices: tuple[t.Index, ...]
    folded: dict[str, tree.Expr]
    letters: dict[str, t.Dim] | None = None


class _Derivation:
    def __init__(self, gradients: Gradients) -> None:
        self.gradients = gradients
        self.dag = gradients.dag
        self.root = gradients.dag.root
        self.simplify = gradients.simplify

    # -- chapters

    def lines(self, target: int) -> Iterator[Line]:
        if target == self.root:
            right = tree.Number(t.ONE.value, "1")
            reason = say("itself", name=formula(tree.Name(self.dag.output)))
            step = Step("local", self.partial(target), right, reason, (), self.partial(target))
            yield Line(step, right, (), target)
            return
        if not self.gradients.contributions(target):
            zero = tree.Number(t.ZERO.value, "0")
            reason = say(
                "no-path", name=formula(self.gradients.name(target)), output=formula(tree.Name(self.dag.output))
            )
            yield Line(Step("local", self.partial(target), zero, reason, (), self.partial(target)), None, (), target)
            return
        stops = self.stops(target)
        merges = {s for s in stops if self.is_merge(s)}
        cut = len(stops) > 1 or bool(merges) or (bool(stops) and self.is_merge(target))
        chapters = sorted(stops, reverse=True) if cut else []
        if len(chapters) > _CHAPTERS:
            chapters = []
        for stage in chapters:
            yield from self.chapter(stage, stops, named=True)
        yield from self.chapter(target, stops if cut else set(), named=False)

    def stops(self, target: int) -> set[int]:
        """The stages at which the way from the target to the output is cut."""
        found: set[int] = set()
        seen = {target}
        stack = [target]
        while stack:
            for stage in self.gradients.links.consumers.get(stack.pop(), ()):
                if stage in seen or stage == self.root:
                    continue
                seen.add(stage)
                stack.append(stage)
                if stage in self.gradients.deltas or self.is_merge(stage):
                    found.add(stage)
        return found

    def is_merge(self, position: int) -> bool:
        links = self.gradients.contributions(position)
        return len(links) > 1

    def chapter(self, position: int, stops: set[int], *, named: bool) -> Iterator[Line]:
        left = self.partial(position)
        if named:
            name = self.gradients.adjoint_name(position)
            if name != left:
                reason = say("adjoint-name", name=formula(self.gradients.name(position)))
                yield Line(Step("name", name, left, reason, (), name), name, (), position)
                left = name
        lines = self.paths(position, left, stops) if self.is_merge(position) else self.chain(position, left, stops)
        for line in lines:
            yield replace(line, step=replace(line.step, chapter=left))

    # -- one path

    def way(self, position: int, stops: set[int]) -> list[Link]:
        """The links from a node up to the output, or to the nearest stop; the last is the topmost."""
        way: list[Link] = []
        here = position
        while here != self.root and (here == position or here not in stops):
            link = self.gradients.contributions(here)[0]
            way.append(link)
            here = link.stage
        return way

    def chain(self, position: int, left: tree.Expr, stops: set[int]) -> Iterator[Line]:
        way = self.way(position, stops)
        placed = self.start(way[-1].stage)
        if len(way) == 1 and placed.expr is None:
            yield from self.direct(position, left, way[0])
            return
        rest = tuple((k.stage, k.operand) for k in reversed(way))
        yield Line(Step("chain", left, self.product(placed, way), say("chain-rule")), placed.expr, rest, position)
        placed = yield from self.placing(position, left, placed, way, None)
        yield from self.finish(position, left, placed)

    def placing(
        self, position: int, left: tree.Expr, placed: _Placed, way: list[Link], share: int | None
    ) -> Generator[Line, None, _Placed]:
        """Put the local derivatives of a way in, one after the other."""
        held = self.held(position, way[0].stage) if share is not None else ()
        for n in range(len(way) - 1, -1, -1):
            step, placed = self.place(left, placed, way[n], way[:n])
            if held and n == 0:
                step = replace(step, reason=say("held", reason=step.reason, names=formula(*held)))
            if placed.letters and n:
                continue  # one entry of an array in the middle of a chain: the next factor is put in at once
            rest = tuple((k.stage, k.operand) for k in reversed(way[:n]))
            prefix = placed.expr if placed.term != t.ZERO else tree.Number(t.ZERO.value, "0")
            yield Line(step, prefix, rest, position, share, placed.letters)
            if placed.term == t.ZERO:
                return replace(placed, expr=step.right, indices=way[0].indices)
        return placed

    def held(self, position: int, stage: int) -> tuple[tree.Expr, ...]:
        """What else a stage holds the operand through, without a name of its own: it stays fixed on a direct path."""
        links = self.gradients.links
        others = (s for s in links.consumers[position] if s in links.extra and stage in links.consumers.get(s, ()))
        return tuple(self.gradients.name(s) for s in others)

    def direct(self, position: int, left: tree.Expr, link: Link) -> Iterator[Line]:
        """One link alone: the output's own expression, differentiated."""
        term = t.freshen(unit(t.add(*map(t.freshen, link.paths))))
        written = self.gradients.written(link.indices, term)
        reason = say(
            "differentiate", equation=formula(equation(tree.Name(self.dag.output), stage_expr(self.dag, self.root)))
        )
        yield self.line("local", left, written, reason, position, self.domain(link))
        own = {n: e for n, e in self.own_form(link).items() if n}
        yield from self.finish(position, left, _Placed(written.expr, term, link.indices, own))

    def start(self, stage: int) -> _Placed:
        """Before anything is placed: nothing at the output, else the adjoint where the chain begins."""
        if stage == self.root:
            return _Placed(None, t.ONE, (), {})
        indices = self.gradients.links.reader.indices(stage)
        return _Placed(self.gradients.adjoint_name(stage), t.Atom(~stage, indices), indices, {})

    def product(self, placed: _Placed, rest: list[Link]) -> tree.Expr:
        """What is placed, and the local derivatives that are still to come."""
        partials = [tree.Partial(self.gradients.name(k.stage), self.gradients.name(k.operand)) for k in reversed(rest)]
        return times(([placed.expr] if placed.expr is not None else []) + list(partials))

    def place(self, left: tree.Expr, placed: _Placed, link: Link, rest: list[Link]) -> tuple[Step, _Placed]:
        """Put one local derivative in."""
        term = t.freshen(link.term)
        own = self.own_form(link)
        local = unit(term)
        name: tree.Expr = tree.Partial(self.gradients.name(link.stage), self.gradients.name(link.operand))
        if placed.expr is None and not rest and isinstance(left, tree.Partial):
            name = left
        put = {a: t.at(placed.term, placed.indices, a.indices) for a in t.atoms(term) if a.node == ADJOINT}
        new_term = t.replace(term, put)
        folded = {**placed.folded, **own}
        turned = {i.row for i in (*placed.indices, *link.indices)} == {True, False}
        if (
            scales(term, link.indices)
            and not turned  # from a row to a column
            and not placed.letters
            and not self.gradients.written(link.indices, local).letters
        ):
            # Beside an array, a number need not be spread over its axes.
            axes = link.indices if local.free or not placed.indices else ()
            written = self.gradients.written(axes, local)
            shown = substitute(written.expr, own) if own else written.expr
            shown = dotted(shown) if own and not axes else shown
            expr = (
                shown if placed.expr is None else scaled(placed.expr, bool(placed.indices) and bool(local.free), shown)
            )
            said = shown
            paths = t.add(*map(t.freshen, link.paths))
            if not own and scales(paths, link.indices):
                spelled = unit(paths)
                said = self.gradients.written(link.indices if spelled.free else axes, spelled).expr
            new = _Placed(expr, new_term, link.indices, folded)
            reason = say("local", equation=formula(equation(name, said)))
            return Step("local", left, self.product(new, rest), reason, self.domain(link)), new
        if placed.expr is None:
            term = unit(term)
        # What is one entry, or has no size of its own, cannot stand inside what follows.
        anew = bool(placed.letters) or (placed.expr is not None and "I" in names_in(placed.expr))
        written = self.gradients.written(
            link.indices, new_term if anew else self.gradients.put_adjoint(term, link.stage)
        )
        put_in = {text(tree.Name(n)): e for n, e in own.items()}
        if placed.expr is not None and not anew:
            put_in[text(self.gradients.adjoint_name(link.stage))] = placed.expr
        expr = substitute_adjoints(written.expr, put_in)
        letters = _letters(written)
        left = _entry(left, letters)
        new = _Placed(expr, new_term, link.indices, folded, letters)
        reason = say("placed-unnamed")
        if self.dag.nodes[link.stage].name:
            reason = say(
                "placed", equation=formula(equation(self.gradients.name(link.stage), stage_expr(self.dag, link.stage)))
            )
        return Step("place", left, self.product(new, rest), reason, self.domain(link)), new

    def own_form(self, link: Link) -> dict[str, tree.Expr]:
        """The stage's own name, where its local derivative uses it: shown as the person spelled it out."""
        node = self.dag.nodes[link.stage]
        uses = any(a.node == link.stage for a in t.atoms(link.term))
        if not uses or not node.name or node.name in self.dag.entries:
            return {}
        return {node.name: stage_expr(self.dag, link.stage)}

    def domain(self, link: Link) -> tuple[tree.Comparison, ...]:
        """What the logarithms of a stage ask for."""
        found: dict[tree.Comparison, None] = {}
        for path in link.paths:
            for base in denominators(path):
                if base.free <= set(link.indices) and not positive(base):
                    e = self.gradients.written(tuple(i for i in link.indices if i in base.free), base).expr
                    found[tree.Comparison("≠", e, tree.Number(t.ZERO.value, "0"))] = None
        return tuple(found)

    # -- the end of a chapter

    def finish(self, position: int, left: tree.Expr, placed: _Placed) -> Iterator[Line]:
        """Shorter forms of what was placed, down to the one that the gradient is given in."""
        shown = placed.expr
        assert shown is not None
        short = self.simplify(placed.term)
        written = self.gradients.written(placed.indices, short)
        if text(written.expr) != text(shown):
            gone = {b for b in denominators(placed.term) - denominators(short) if not positive(b)}
            conditions = tuple(self.nonzero(b, placed.indices) for b in gone if b.free <= set(placed.indices))
            if placed.folded:
                equations = formula(*(equation(tree.Name(n), e) for n, e in placed.folded.items()))
                yield self.line(
                    "fold",
                    left,
                    written,
                    say("fold", equations=equations),
                    position,
                    tuple(sorted(conditions, key=repr)),
                )
            else:
                kind = say("cancel") if gone else say("collect")
                yield self.line("simplify", left, written, kind, position, tuple(sorted(conditions, key=repr)))
            shown = written.expr
        yield from self.substituted(position, left, written)

    def substituted(self, position: int, left: tree.Expr, written: Written) -> Iterator[Line]:
        """Use facts, and put earlier chapters' results in the place of their names."""
        term, used = use_facts(written.term, self.gradients.facts, self.simplify)
        if used:
            written = self.gradients.written(written.indices, term)
            yield self.line("fact", left, written, self.fact(used), position)
        best = self.gradients.adjoint(position).best
        if text(best.expr) != text(written.expr):
            later = sorted(
                {~a.node for a in t.atoms(written.term) if isinstance(a.node, int) and a.node < 0}, reverse=True
            )
            equations = []
            put = {}
            whole = True
            for stage in later:
                form = self.gradients.adjoint(stage).forward
                if form is not None:
                    name = self.gradients.adjoint_name(stage)
                    put[text(name)] = form.expr
                    whole = whole and not form.letters
                    equations.append(equation(name, form.expr))
            direct = substitute_adjoints(written.expr, put)
            if not whole or any(e == tree.Number(t.ZERO.value, "0") or "I" in names_in(e) for e in put.values()):
                direct = best.expr  # 0, I and single entries have no shape that products could fit
            if equations and text(direct) != text(best.expr):
                middle = Written(written.indices, written.term, direct, written.letters)
                yield self.line("substitute", left, middle, say("substitute", equations=formula(*equations)), position)
                yield self.line("simplify", left, best, say("collect"), position)
            else:
                reason = (
                    say("substitute", equations=formula(*equations))
                    if equations
                    else self.plainly(written.expr, best.expr)
                )
                yield self.line("substitute" if equations else "simplify", left, best, reason, position)

    def plainly(self, before: tree.Expr, after: tree.Expr) -> Message:
        """Why a last form is shorter: σ stands for what it spells out, or simply."""
        return say("logistic") if "σ(" in text(after) and "σ(" not in text(before) else say("collect")

    def fact(self, used: tuple[tuple[str, int], ...]) -> Message:
        kind, position = used[0]
        return say(f"fact-{kind}", name=formula(self.gradients.name(position)))

    def line(
        self,
        kind: str,
        left: tree.Expr,
        written: Written,
        reason: Message,
        position: int,
        conditions: tuple[tree.Comparison, ...] = (),
    ) -> Line:
        letters = _letters(written)
        return Line(
            Step(kind, _entry(left, letters), written.expr, reason, conditions),
            written.expr,
            (),
            position,
            None,
            letters,
        )

    def nonzero(self, base: t.Term, indices: tuple[t.Index, ...]) -> tree.Comparison:
        e = self.gradients.written(tuple(i for i in indices if i in base.free), base).expr
        return tree.Comparison("≠", e, tree.Number(t.ZERO.value, "0"))

    # -- more than one path

    def paths(self, position: int, left: tree.Expr, stops: set[int]) -> Iterator[Line]:
        links = sorted(self.gradients.contributions(position), key=lambda k: k.stage)
        ways = [
            [link, *(self.way(link.stage, stops) if link.stage not in {*stops, self.root} else [])] for link in links
        ]
        heads = [self.head(way) for way in ways]
        reason = say(
            "paths-add",
            count=len(links),
            name=formula(self.gradients.name(position)),
            output=formula(tree.Name(self.dag.output)),
        )
        yield Line(Step("paths", left, tree.Sum(tuple(heads)), reason), None, (), position)
        total: list[t.Term] = []
        exprs: list[tree.Expr] = []
        letters: tuple[str, ...] = ()
        indices = self.gradients.links.reader.indices(position)
        for n, (way, head) in enumerate(zip(ways, heads, strict=True)):
            placed = yield from self.placing(position, head, self.start(way[-1].stage), way, way[0].stage)
            short = self.simplify(t.rename(placed.term, dict(zip(placed.indices, indices, strict=True))))
            written = self.gradients.written(indices, short)
            if placed.expr is None or text(written.expr) != text(placed.expr):
                reason = say("path", number=n + 1, name=formula(self.gradients.name(way[0].stage)))
                line = self.line("path", head, written, reason, position)
                yield replace(line, share=way[0].stage)
            total.append(short)
            exprs.append(written.expr)
            letters = letters or written.letters
        summed = t.add(*total)
        best = self.gradients.adjoint(position).best
        if letters:
            exprs = [write_entry(x, indices, self.gradients.named)[0] for x in total]
        added: tree.Expr = tree.Sum(tuple(exprs))
        if isinstance(best.expr, tree.Sum) and sorted(map(text, best.expr.items)) == sorted(map(text, exprs)):
            added = best.expr
        yield self.line("sum", left, Written(indices, summed, added, letters), say("sum-of-paths"), position)
        if added is best.expr:
            return
        short = self.simplify(summed)
        written = self.gradients.written(indices, short)
        if text(written.expr) != text(added):
            yield self.line("simplify", left, written, say("collect"), position)
        yield from self.substituted(position, left, written)

    def head(self, way: list[Link]) -> tree.Expr:
        """What a path adds, before anything is placed."""
        if len(way) == 1 and way[0].stage == self.root:
            # ∂L/∂w would be the whole: the output's own part is named by its expression.
            return tree.Partial(self.direct_part(way[0].operand), self.gradients.name(way[0].operand))
        return self.product(self.start(way[-1].stage), way)

    def direct_part(self, operand: int) -> tree.Expr:
        """The summand of the output's expression that holds a name; all of it where there is more than one."""
        whole = stage_expr(self.dag, self.root)
        name = self.dag.nodes[operand].name
        if isinstance(whole, tree.Sum):
            items = [i for i in whole.items if name in names_in(i)]
            if len(items) == 1:
                return items[0]
        return whole

    def partial(self, position: int) -> tree.Expr:
        return tree.Partial(tree.Name(self.dag.output), self.gradients.name(position))


def _letters(written: Written) -> dict[str, t.Dim] | None:
    """The indices that an entry is written with, and how far they run."""
    if not written.letters:
        return None
    return {letter: i.size for letter, i in zip(written.letters, written.indices, strict=True)}


def _entry(left: tree.Expr, letters: Iterable[str] | None) -> tree.Expr:
    """The left side, where the right side is one entry of it."""
    return tree.Entry(left, tuple(map(tree.Name, letters))) if letters else left
