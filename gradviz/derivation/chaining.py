"""A way of links: one local derivative after the other is put into the product, those of many rules rule by rule."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace

from gradviz.calculus.gradients import Gradients
from gradviz.calculus.links import Link
from gradviz.derivation.expansion import Move, Open, expand
from gradviz.derivation.finishing import Finishing
from gradviz.derivation.inner import Inside
from gradviz.derivation.placing import ZERO, Placed, direct_part, equation, formula, held_by, outside, text
from gradviz.derivation.products import scaled
from gradviz.derivation.rules import leaps
from gradviz.derivation.step import Line, Step
from gradviz.messages import Message, say
from gradviz.notation import tree
from gradviz.notation.walk import substitute


class Chaining(Finishing):
    """Goes down a chain.

    Parameters
    ----------
    gradients, plain : Gradients
        See `Finishing`.
    open_ : callable
        Gives the gradients of the graph with more operations as stages.
    unrolled : bool
        Whether every path goes up to the output.
    """

    def __init__(self, gradients: Gradients, plain: Gradients, open_: Open, *, unrolled: bool = False) -> None:
        super().__init__(gradients, plain, unrolled=unrolled)
        self.open = open_

    def placing(
        self, position: int, left: tree.Expr, placed: Placed, way: list[Link], *, alone: bool
    ) -> Generator[Line, None, Placed]:
        """Put the local derivatives of a way in, one after the other; `alone` where the way is all of the adjoint."""
        share = () if alone else tuple((k.stage, k.operand) for k in reversed(way))
        for n in range(len(way) - 1, -1, -1):
            opened = yield from self.own_derivative(position, left, placed, way[: n + 1], share)
            moves = [] if opened or placed.letters else self.moves(way[n], placed, alone=len(way) == 1)
            step, new = self.place(left, placed, way[n], way[:n])
            if moves and self._is_beside(placed, way[n]) and len(way) > 1:
                yield from self.beforehand(position, way[n], moves)
                step = replace(step, reason=self.as_found(way[n]), conditions=())
            elif moves:
                rest = tuple((k.stage, k.operand) for k in reversed(way[:n]))
                for move in moves:
                    shown = self.product(move.shown, way[:n])
                    now = Step("rule", left, shown, move.reason, move.conditions)
                    yield Line(now, None, rest, position, share, pending=move.pending)
                if len(text(step.right)) >= len(text(shown)):
                    placed = replace(new, expr=moves[-1].shown)
                    continue
                step = replace(step, kind="simplify", reason=self.how(shown, step.right), conditions=())
            placed = new
            held = () if alone else self.held(way[n])
            if held:
                step = replace(step, reason=say("held", reason=step.reason, names=formula(*held)))
            if placed.letters and n:
                continue  # one entry of an array in the middle of a chain: the next factor is put in at once
            rest = tuple((k.stage, k.operand) for k in reversed(way[:n]))
            prefix = ZERO if placed.is_zero else placed.expr
            yield Line(step, prefix, rest, position, share, placed.letters)
            if placed.is_zero:
                return replace(placed, expr=step.right, indices=way[0].indices)
        return placed

    def held(self, link: Link) -> tuple[tree.Expr, ...]:
        """What stays fixed on a direct path, where the name of a derivative does not tell."""
        held = held_by(self.gradients, link.operand, link.stage)
        if held and link.stage == self.root:
            part = direct_part(self.gradients, link.operand)
            held = tuple([h for h in held if h in outside(part, ())])
        return held

    def own_derivative(
        self, position: int, left: tree.Expr, placed: Placed, way: list[Link], share: tuple[tuple[int, int], ...]
    ) -> Generator[Line, None, bool]:
        """Whether a line with ``swish'(z)`` comes before the derivative of a function of the program's own."""
        link = way[-1]
        primed = self.primed(link)
        if primed is None or not self._is_beside(placed, link):
            return False
        array = bool(placed.indices) and bool(link.local.free)
        expr = primed if placed.expr is None else scaled(placed.expr, array, primed)
        reason = say(
            "own-derivative",
            equation=formula(equation(self.slope(link), primed)),
            name=formula(tree.Name(primed.function)),
        )
        rest = tuple((k.stage, k.operand) for k in reversed(way[:-1]))
        shown = self.product(expr, way[:-1])
        yield Line(Step("local", left, shown, reason), expr, rest, position, share)
        return True

    def beforehand(self, position: int, link: Link, moves: list[Move]) -> Iterator[Line]:
        """A local derivative on lines of its own, before it is placed."""
        left = self.slope(link)
        whole = (link.stage, link.operand)
        for move in moves:
            step = Step("rule", left, move.shown, move.reason, move.conditions)
            yield Line(step, None, (), position, pending=replace(move.pending, whole=whole))
        last, found = moves[-1], self.found(link)
        if text(found) != text(last.shown):
            step = Step("simplify", left, found, self.how(last.shown, found))
            pending = replace(last.pending, parts=((found, link.operand),), whole=whole)
            yield Line(step, None, (), position, pending=pending)

    def as_found(self, link: Link) -> Message:
        """What the lines before found of a local derivative."""
        return say("local", equation=formula(equation(self.slope(link), self.found(link))))

    def found(self, link: Link) -> tree.Expr:
        """A local derivative that only scales, as it is placed."""
        own = self.own_form(link)
        written = self.gradients.local(link, spread=bool(link.form.local.free)).expr
        return substitute(written, own) if own else written

    def moves(self, link: Link, placed: Placed, *, alone: bool) -> list[Move]:
        """A local derivative rule by rule, where it takes more rules than one step may."""
        if not leaps(self.gradients, link.stage, link.operand):
            return []
        inside = Inside(self.gradients, link.stage, link.operand)
        apart = self._is_beside(placed, link) and not alone
        start = replace(placed, expr=None, said=None, indices=()) if apart else placed
        return expand(self.gradients, self.open, inside, start)
