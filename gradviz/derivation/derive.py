"""From ∂L/∂W₂ to (ŷ − y) h₁: the steps.

One local derivative is placed at a time, in the person's own form; then the product is written shorter, with the names
that the person gave. Where more than one stage lies between products of matrices, the way is cut at the adjoints δ, one
chapter for each. Where paths meet, each has its lines, and a line adds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gradviz import terms as t
from gradviz.calculus.gradients import Gradients, Written, substitute_adjoints
from gradviz.calculus.links import ADJOINT, Link
from gradviz.calculus.simplify import simplify, use_facts
from gradviz.derivation.step import Line, Step
from gradviz.graph.expression import stage_expr
from gradviz.messages import Message, say
from gradviz.notation import tree, write
from gradviz.notation.walk import substitute
from gradviz.ops import WORDS

_CHAPTERS = 40


def text(e: tree.Expr) -> str:
    """An expression as Unicode."""
    return write(e, "unicode", WORDS)


def equation(left: tree.Expr, right: tree.Expr) -> str:
    """Two sides as Unicode."""
    return f"{text(left)} = {text(right)}"


def derive(gradients: Gradients, target: int) -> tuple[Line, ...]:
    """The lines of the derivation of one adjoint, unchecked.

    Parameters
    ----------
    gradients : Gradients
        Of the graph; its links are the local derivatives that are placed.
    target : int
        Position of an input or a stage.
    """
    return tuple(_Derivation(gradients).lines(target))


@dataclass
class _Placed:
    """What has been placed of a chain: the expression that is shown, and the term behind it."""

    expr: tree.Expr | None
    term: t.Term
    indices: tuple[t.Index, ...]
    folded: dict[str, tree.Expr]


class _Derivation:
    def __init__(self, gradients: Gradients) -> None:
        self.gradients = gradients
        self.dag = gradients.dag
        self.root = gradients.dag.root
        self.order = gradients.links.order

    # -- chapters

    def lines(self, target: int) -> Iterator[Line]:
        if target == self.root:
            right = tree.Number(t.ONE.value, "1")  # type: ignore[attr-defined]
            reason = say("itself", name=self.dag.output)
            yield Line(Step("local", self.partial(target), right, reason), right, (), target)
            return
        if not self.gradients.contributions(target):
            zero = tree.Number(t.ZERO.value, "0")  # type: ignore[attr-defined]
            reason = say("no-path", name=text(self.gradients.name(target)), output=self.dag.output)
            yield Line(Step("local", self.partial(target), zero, reason), None, (), target)
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
        return len(links) > 1 or any(len(self.split(link)) > 1 for link in links)

    def split(self, link: Link) -> list[t.Term]:
        """The paths inside a stage that are worth a line each: where one of them goes through a product of matrices."""
        if len(link.paths) < 2:
            return [link.term]
        if all(_scales(p, link.indices) for p in link.paths):
            return [link.term]
        return [simplify(p, self.order) for p in link.paths]

    def chapter(self, position: int, stops: set[int], *, named: bool) -> Iterator[Line]:
        left = self.partial(position)
        if named:
            name = self.gradients.adjoint_name(position)
            if name != left:
                reason = say("adjoint-name", name=text(self.gradients.name(position)))
                yield Line(Step("name", name, left, reason), name, (), position)
                left = name
        if self.is_merge(position):
            yield from self.paths(position, left, stops)
        else:
            yield from self.chain(position, left, stops)

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
        if len(way) > 1 or placed.expr is not None:
            right = self.product(placed, way)
            rest = tuple((k.stage, k.operand) for k in reversed(way))
            yield Line(Step("chain", left, right, say("chain-rule")), placed.expr, rest, position)
        for n in range(len(way) - 1, -1, -1):
            step, placed = self.place(left, placed, way[n], way[:n])
            rest = tuple((k.stage, k.operand) for k in reversed(way[:n]))
            yield Line(step, placed.expr, rest, position)
        yield from self.finish(position, left, placed)

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
        local = _without_adjoint(term)
        name = tree.Partial(self.gradients.name(link.stage), self.gradients.name(link.operand))
        put = {a: t.rename(placed.term, dict(zip(placed.indices, a.indices, strict=True))) for a in t.atoms(term) if a.node == ADJOINT}
        new_term = t.replace(term, put)
        folded = {**placed.folded, **own}
        if local is not None and _scales(term, link.indices):
            written = self.gradients.written(link.indices, local)
            shown = substitute(written.expr, own)
            expr = shown if placed.expr is None else _scaled(placed.expr, bool(placed.indices), shown)
            raw = self.gradients.written(link.indices, _unit(t.add(*map(t.freshen, link.paths))))
            said = raw.expr if not own else shown
            new = _Placed(expr, new_term, link.indices, folded)
            reason = say("local", equation=equation(name, said))
            return Step("local", left, self.product(new, rest), reason, self.domain(link)), new
        if placed.expr is None:
            term = _unit(term)
        written = self.gradients.written(link.indices, term)
        expr = substitute(written.expr, own)
        if placed.expr is not None:
            expr = substitute(expr, {ADJOINT: placed.expr})
        new = _Placed(expr, new_term, link.indices, folded)
        source = equation(self.gradients.name(link.stage), stage_expr(self.dag, link.stage))
        return Step("place", left, self.product(new, rest), say("placed", equation=source), self.domain(link)), new

    def own_form(self, link: Link) -> dict[str, tree.Expr]:
        """The stage's own name, where its local derivative uses it: shown as the person spelled it out."""
        node = self.dag.nodes[link.stage]
        uses = any(a.node == link.stage for a in t.atoms(link.term))
        return {node.name: stage_expr(self.dag, link.stage)} if uses and node.name else {}

    def domain(self, link: Link) -> tuple[tree.Comparison, ...]:
        """What the logarithms of a stage ask for."""
        found: dict[tree.Comparison, None] = {}
        for path in link.paths:
            for base in _denominators(path):
                if base.free <= set(link.indices):
                    e = self.gradients.written(tuple(i for i in link.indices if i in base.free), base).expr
                    found[tree.Comparison("≠", e, tree.Number(t.ZERO.value, "0"))] = None  # type: ignore[attr-defined]
        return tuple(found)

    # -- the end of a chapter

    def finish(self, position: int, left: tree.Expr, placed: _Placed) -> Iterator[Line]:
        """Shorter forms of what was placed, down to the one that the gradient is given in."""
        shown = placed.expr
        assert shown is not None
        short = simplify(placed.term, self.order)
        written = self.gradients.written(placed.indices, short)
        if text(written.expr) != text(shown):
            gone = _denominators(placed.term) - _denominators(short)
            conditions = tuple(self.nonzero(b, placed.indices) for b in gone if b.free <= set(placed.indices))
            if placed.folded:
                equations = ", ".join(equation(tree.Name(n), e) for n, e in placed.folded.items())
                yield self.line("fold", left, written, say("fold", equations=equations), position, tuple(sorted(conditions, key=repr)))
            else:
                kind = say("cancel") if gone else say("collect")
                yield self.line("simplify", left, written, kind, position, tuple(sorted(conditions, key=repr)))
            shown = written.expr
        yield from self.substituted(position, left, written)

    def substituted(self, position: int, left: tree.Expr, written: Written) -> Iterator[Line]:
        """Use facts, and put earlier chapters' results in the place of their names."""
        term, used = use_facts(written.term, self.gradients.facts)
        if used:
            written = self.gradients.written(written.indices, simplify(term, self.order))
            yield self.line("fact", left, written, self.fact(used), position)
        best = self.gradients.adjoint(position).best
        if text(best.expr) != text(written.expr):
            later = sorted({~a.node for a in t.atoms(written.term) if isinstance(a.node, int) and a.node < 0}, reverse=True)
            equations = []
            put = {}
            for stage in later:
                form = self.gradients.adjoint(stage).forward
                if form is not None:
                    name = self.gradients.adjoint_name(stage)
                    put[text(name)] = form.expr
                    equations.append(equation(name, form.expr))
            direct = substitute_adjoints(written.expr, put)
            if equations and text(direct) != text(best.expr):
                middle = Written(written.indices, written.term, direct, written.letters)
                yield self.line("substitute", left, middle, say("substitute", equations=", ".join(equations)), position)
                yield self.line("simplify", left, best, say("collect"), position)
            else:
                reason = say("substitute", equations=", ".join(equations)) if equations else say("collect")
                yield self.line("substitute" if equations else "simplify", left, best, reason, position)

    def fact(self, used: tuple[tuple[str, int], ...]) -> Message:
        kind, position = used[0]
        return say(f"fact-{kind}", name=text(self.gradients.name(position)))

    def line(
        self,
        kind: str,
        left: tree.Expr,
        written: Written,
        reason: Message,
        position: int,
        conditions: tuple[tree.Comparison, ...] = (),
    ) -> Line:
        if written.letters:
            left = tree.Entry(left, tuple(map(tree.Name, written.letters)))
            return Line(Step(kind, left, written.expr, reason, conditions), None, (), position)
        return Line(Step(kind, left, written.expr, reason, conditions), written.expr, (), position)

    def nonzero(self, base: t.Term, indices: tuple[t.Index, ...]) -> tree.Comparison:
        e = self.gradients.written(tuple(i for i in indices if i in base.free), base).expr
        return tree.Comparison("≠", e, tree.Number(t.ZERO.value, "0"))  # type: ignore[attr-defined]

    # -- more than one path

    def paths(self, position: int, left: tree.Expr, stops: set[int]) -> Iterator[Line]:
        shares = self.shares(position)
        heads = [self.head(link, position, via) for link, _, via in shares]
        reason = say("paths-add", count=len(shares), name=text(self.gradients.name(position)), output=self.dag.output)
        yield Line(Step("paths", left, tree.Sum(tuple(heads)), reason), None, (), position)
        total: list[t.Term] = []
        exprs: list[tree.Expr] = []
        indices = self.gradients.links.reader.indices(position)
        for n, ((link, term, via), head) in enumerate(zip(shares, heads, strict=True)):
            term = t.rename(t.freshen(term), dict(zip(link.indices, indices, strict=True)))
            through = self.gradients._put_adjoint(term, link.stage)
            short = self.read_on(simplify(through, self.order), stops)
            written = self.gradients.written(indices, short)
            name = text(via if via is not None else self.gradients.name(link.stage))
            direct = via is None and len(self.split(link)) > 1
            reason = say("path-direct", number=n + 1) if direct else say("path", number=n + 1, name=name)
            line = self.line("path", head, written, reason, position)
            yield Line(line.step, line.prefix, (), position, share=n)
            total.append(short)
            exprs.append(written.expr)
        summed = t.add(*total)
        signed = tuple(exprs)
        yield self.line("sum", left, Written(indices, summed, tree.Sum(signed)), say("sum-of-paths"), position)
        short = simplify(summed, self.order)
        written = self.gradients.written(indices, short)
        if text(written.expr) != text(tree.Sum(signed)):
            yield self.line("simplify", left, written, say("collect"), position)
        yield from self.substituted(position, left, written)

    def read_on(self, term: t.Term, stops: set[int]) -> t.Term:
        """Adjoints that have no chapter of their own are read through to those that have."""
        forms = {}
        for a in t.atoms(term):
            if isinstance(a.node, int) and a.node < 0 and ~a.node not in stops:
                forms[~a.node] = self.gradients.adjoint(~a.node).by_later
        if not forms:
            return term
        return simplify(self.gradients._expand(term, forms), self.order)

    def shares(self, position: int) -> list[tuple[Link, t.Term, tree.Expr | None]]:
        """The paths: the link, what it adds, and the operation inside the stage that it goes through."""
        found: list[tuple[Link, t.Term, tree.Expr | None]] = []
        for link in self.gradients.contributions(position):
            parts = self.split(link)
            if len(parts) == 1:
                found.append((link, parts[0], None))
                continue
            found.extend((link, part, None) for part in parts)
        return found

    def head(self, link: Link, position: int, via: tree.Expr | None) -> tree.Expr:
        stage = self.gradients.name(link.stage)
        local = tree.Partial(stage, self.gradients.name(position))
        if link.stage == self.root:
            return local
        return times([self.gradients.adjoint_name(link.stage), local])

    def partial(self, position: int) -> tree.Expr:
        return tree.Partial(tree.Name(self.dag.output), self.gradients.name(position))


def times(factors: Iterable[tree.Expr]) -> tree.Expr:
    """Factors with a dot between them."""
    operands = tuple(factors)
    if len(operands) == 1:
        return operands[0]
    first = operands[0]
    if isinstance(first, tree.Product) and any(first.operators):
        return tree.Product((*first.operands, *operands[1:]), (*first.operators, *("·",) * (len(operands) - 1)))
    return tree.Product(operands, ("·",) * (len(operands) - 1))


def _scaled(prefix: tree.Expr, array: bool, local: tree.Expr) -> tree.Expr:
    if not array:
        return times([prefix, local])
    if isinstance(prefix, tree.Product) and any(prefix.operators):
        first, signs = prefix.operands, prefix.operators
    else:
        first, signs = (prefix,), ()
    if isinstance(local, tree.Product) and set(local.operators) == {"⊙"}:
        return tree.Product((*first, *local.operands), (*signs, "⊙", *local.operators))
    return tree.Product((*first, local), (*signs, "⊙"))


def _scales(term: t.Term, indices: tuple[t.Index, ...]) -> bool:
    """Whether a pullback only scales: ``g`` times something, entry by entry, or a scalar ``g``."""
    if isinstance(term, t.Add):
        return all(_scales(x, indices) for x in term.terms)
    places = [a.indices for a in t.atoms(term) if a.node == ADJOINT]
    inside = any(isinstance(x, t.Contract) and any(a.node == ADJOINT for a in t.atoms(x)) for x in t.subterms(term))
    return not inside and all(p in ((), indices) for p in places)


def _without_adjoint(term: t.Term) -> t.Term | None:
    """The local derivative of a pullback that scales."""
    return _unit(term)


def _unit(term: t.Term) -> t.Term:
    """The term with 1 for ``g``."""
    return t.replace(term, {a: t.ONE for a in t.atoms(term) if a.node == ADJOINT})


def _denominators(term: t.Term) -> set[t.Term]:
    return {
        x.base
        for x in t.subterms(term)
        if isinstance(x, t.Pow) and isinstance(x.exponent, t.Number) and x.exponent.value < 0 and list(t.atoms(x.base))
    }
