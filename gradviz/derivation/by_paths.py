"""Derivations by adjoints (``delta``) and unrolled (``chain``): a product for each path, and their sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from gradviz import terms as t
from gradviz.calculus.form import What
from gradviz.calculus.indexed import write_entry
from gradviz.calculus.links import Link
from gradviz.calculus.written import Written
from gradviz.derivation.chaining import Chaining
from gradviz.derivation.cuts import above, all_paths, cuts, is_merge, way_up
from gradviz.derivation.expansion import expand
from gradviz.derivation.finishing import PLAIN
from gradviz.derivation.inner import Inside
from gradviz.derivation.placing import ZERO, Placed, formula, text
from gradviz.derivation.products import times
from gradviz.derivation.rules import leaps
from gradviz.derivation.shorter import how
from gradviz.derivation.step import Line, Step
from gradviz.messages import say
from gradviz.notation import tree

_MANY = 16
"""Paths whose sum is not searched for a shorter form of its own; it ends in that of the gradient."""


class ByPaths(Chaining):
    """One derivation, by adjoints or unrolled."""

    # -- chapters

    def lines(self, target: int) -> Iterator[Line]:
        """All lines, those of the adjoints on the way first."""
        if target == self.root:
            right = tree.Number(t.ONE.value, "1")
            reason = say("itself", name=formula(tree.Name(self.dag.output)))
            yield Line(Step("local", self.partial(target), right, reason, (), self.partial(target)), right, (), target)
            return
        if not self.gradients.contributions(target):
            reason = say(
                "no-path", name=formula(self.gradients.name(target)), output=formula(tree.Name(self.dag.output))
            )
            yield Line(Step("local", self.partial(target), ZERO, reason, (), self.partial(target)), None, (), target)
            return
        chapters = () if self.unrolled or self.is_direct(target) else cuts(self.gradients, target, self.speaks_of)
        stops = frozenset(chapters)
        for stage in chapters:
            yield from self.chapter(stage, stops, named=True)
        yield from self.chapter(target, stops, named=False)

    def chapter(self, position: int, stops: frozenset[int], *, named: bool) -> Iterator[Line]:
        """One adjoint."""
        left = self.partial(position)
        if named:
            name = self.gradients.adjoint_name(position)
            if name != left:
                reason = say("adjoint-name", name=formula(self.gradients.name(position)))
                yield Line(Step("name", name, left, reason, (), name), name, (), position)
                left = name
        ways = self.ways(position, stops)
        if self.is_direct(position) and not (self.unrolled and len(ways) > 1):
            lines = self.direct(position, left)
        else:
            lines = self.paths(position, left, ways) if len(ways) > 1 else self.chain(position, left, ways[0])
        for line in lines:
            yield line.in_chapter(left)

    def ways(self, position: int, stops: frozenset[int]) -> list[list[Link]]:
        """The paths from a node up to the next adjoints, earlier stages first."""
        if self.unrolled:
            found = all_paths(self.gradients, position)
            return sorted(found, key=lambda way: [link.stage for link in way])
        if not is_merge(self.gradients, position):
            return [way_up(self.gradients, position, stops)]
        links = sorted(self.gradients.contributions(position), key=lambda k: k.stage)
        ends = {*stops, self.root}
        return [[k, *(way_up(self.gradients, k.stage, stops) if k.stage not in ends else [])] for k in links]

    def speaks_of(self, position: int) -> set[int]:
        """The adjoints that the form of an adjoint speaks of."""
        best = self.known(position).adjoint(position).best
        return set(best.said.uses())

    # -- one path

    def chain(self, position: int, left: tree.Expr, way: list[Link]) -> Iterator[Line]:
        """One product, and its shorter forms."""
        placed = self.start(way[-1].stage)
        rest = tuple((k.stage, k.operand) for k in reversed(way))
        yield Line(Step("chain", left, self.product(placed.expr, way), say("chain-rule")), placed.expr, rest, position)
        placed = yield from self.placing(position, left, placed, way, alone=True)
        yield from self.finish(position, left, placed)

    def direct(self, position: int, left: tree.Expr) -> Iterator[Line]:
        """The output's own expression, differentiated: what lies between has no name."""
        inside = Inside(self.gradients, self.root, position, through=True)
        links = self.gradients.links.of(self.root)
        own = self.own_form(links[position]) if position in links else {}
        moves = [] if self.is_short(inside, links) else expand(self.gradients, self.open, inside, self.start(self.root))
        for move in moves:
            step = Step("rule", left, move.shown, move.reason, move.conditions)
            yield Line(step, None, (), position, pending=move.pending)
        if moves:
            indices = self.gradients.links.reader.indices(position)
            said = moves[-1].said
            if self.is_alone(position):
                link = links[position]
                named = _speaks_of_itself(link, "local") or not _speaks_of_itself(link, "spelled")
                said = self.gradients.local(link, "spelled" if named else "local").said  # x/y² beside −f/y
            yield from self.finish(position, left, Placed(moves[-1].shown, said, indices, own))
            return
        if not self.is_alone(position):
            yield from self.paths(position, left, self.ways(position, frozenset()))
            return
        link = links[position]
        written = self.gradients.local(link, "spelled")
        reason = self.by_rules(say("differentiate", equation=formula(self.defining(link))), link)
        yield self.line("local", left, written, reason, position, self.domain(link))
        yield from self.finish(position, left, Placed(written.expr, written.said, link.indices, own))

    def is_alone(self, position: int) -> bool:
        """Whether only the output is made of a node, directly."""
        return [k.stage for k in self.gradients.contributions(position)] == [self.root]

    def is_direct(self, position: int) -> bool:
        """Whether the output's own expression says all of how it depends on a node, by no single chain."""
        if self.is_alone(position):
            return True
        branching = is_merge(self.gradients, position)
        return branching and all(not self.dag.nodes[s].name for s in above(self.gradients, position))

    def is_short(self, inside: Inside, links: Mapping[int, Link]) -> bool:
        """Whether a derivative is read off at once: one use, and no more rules than one step may take."""
        if inside.branches or inside.operand not in links:
            return False
        return not leaps(self.gradients, self.root, inside.operand)

    # -- more than one path

    def paths(self, position: int, left: tree.Expr, ways: list[list[Link]]) -> Iterator[Line]:
        """A line that names the paths, a block for each, and their sum."""
        heads = self.heads(ways)
        reason = say(
            "paths-add",
            count=len(ways),
            name=formula(self.gradients.name(position)),
            output=formula(tree.Name(self.dag.output)),
        )
        yield Line(Step("paths", left, tree.Sum(tuple(heads)), reason), None, (), position)
        total: list[t.Term] = []
        written: Written | None = None
        indices = self.gradients.links.reader.indices(position)
        letters: tuple[str, ...] = ()
        exprs: list[tree.Expr] = []
        for n, (way, head) in enumerate(zip(ways, heads, strict=True)):
            start = self.start(way[-1].stage)
            share = tuple((k.stage, k.operand) for k in reversed(way))
            full = self.product(start.expr, way)
            if len(way) > 1 and text(full) != text(head):
                yield Line(Step("chain", head, full, say("chain-rule")), start.expr, share, position, share)
            placed = yield from self.placing(position, head, start, way, alone=False)
            assert placed.said is not None
            written = self.gradients.form(placed.said.at(indices).simplified())
            if placed.expr is None:
                reason = say("path", number=n + 1, name=formula(self.gradients.name(way[0].stage)))
                yield replace(self.line("path", head, written, reason, position), share=share)
            else:
                for line in self.simplified(position, head, placed, written):
                    yield replace(line, step=replace(line.step, kind="path"), share=share)
            total.append(written.term)
            exprs.append(written.expr)
            letters = letters or written.letters
        yield from self.added(position, left, indices, total, exprs, letters)

    def added(
        self,
        position: int,
        left: tree.Expr,
        indices: tuple[t.Index, ...],
        total: list[t.Term],
        exprs: list[tree.Expr],
        letters: tuple[str, ...],
    ) -> Iterator[Line]:
        """The line that adds the paths, and what follows from it."""
        best = self.known(position).adjoint(position).best
        summed = t.add(*total)
        if letters:
            exprs = [write_entry(x, indices, self.gradients.named, self.gradients.letters)[0] for x in total]
        else:
            whole = self.gradients.written(indices, summed)
            if isinstance(whole.expr, tree.Sum) and len(whole.expr.items) == len(total) and not whole.letters:
                exprs = list(whole.expr.items)
        added: tree.Expr = tree.Sum(tuple(exprs))
        if isinstance(best.expr, tree.Sum) and sorted(map(text, best.expr.items)) == sorted(map(text, exprs)):
            added = best.expr
        yield self.line("sum", left, Written(indices, summed, added, letters), say("sum-of-paths"), position)
        if added is best.expr:
            return
        many = len(total) > _MANY
        written = self.gradients.written(indices, summed if many else self.simplify(summed))
        at_once = self.how(added, best.expr).kind in PLAIN
        shorter = text(written.expr) != text(added) and len(text(written.expr)) <= len(text(added))
        if shorter and not many and not at_once:
            yield self.line("simplify", left, written, how(added, written.expr), position)
        else:
            written = Written(indices, summed, added, letters)
        yield from self.closing(position, left, written)

    def heads(self, ways: list[list[Link]]) -> list[tree.Expr]:
        """What the paths add; two that would be called alike are written in full."""
        short = [self.head(way) for way in ways]
        names = Counter(map(text, short))
        return [
            head if names[text(head)] == 1 else self.product(self.start(way[-1].stage).expr, way)
            for way, head in zip(ways, short, strict=True)
        ]

    def head(self, way: list[Link]) -> tree.Expr:
        """What a path adds, before anything is placed; what has no name is passed over."""
        if len(way) == 1 and way[0].stage == self.root:
            return self.slope(way[0])
        start = self.start(way[-1].stage)
        factors = [start.expr] if start.expr is not None else []
        passed: list[Link] = []
        for link in reversed(way):
            passed.append(link)
            if self.dag.nodes[link.operand].name or link is way[0]:
                factors += self.passed_over(passed)
                passed = []
        if len(factors) == 1 and start.expr is None:
            return self.product(start.expr, way)
        return times(factors)

    def passed_over(self, passed: list[Link]) -> list[tree.Expr]:
        """One derivative for several links on which nothing has a name; each of them where that would say too much."""
        top, bottom = passed[0].stage, passed[-1].operand
        if len(passed) == 1 or any(self.is_one_of_many(link, top) for link in passed):
            return [self.slope(link) for link in passed]
        return [tree.Partial(self.gradients.name(top), self.gradients.name(bottom))]

    def is_one_of_many(self, link: Link, top: int) -> bool:
        """Whether other ways without a name lead from a link's operand to a stage, to the output any other way."""
        if top == self.root:
            return len(self.gradients.contributions(link.operand)) > 1
        consumers = self.gradients.links.consumers
        stack = [s for s in consumers[link.operand] if s != link.stage]
        while stack:
            s = stack.pop()
            if s == top:
                return True
            if not self.dag.nodes[s].name:
                stack.extend(consumers.get(s, ()))
        return False


def _speaks_of_itself(link: Link, what: What) -> bool:
    """Whether a local derivative is said in the value of its own stage."""
    return any(link.generators[n] == link.stage for n in link.form.speaks_of(what))
