"""A local derivative rule by rule: sums split, constants go out, the outer function's derivative stands before ∂(…)/∂w.

What is left to be differentiated stands as ``∂(X w − y)/∂w`` behind what is placed of it already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from gradviz import terms as t
from gradviz.calculus.factors import IDENTITY
from gradviz.calculus.gradients import Gradients
from gradviz.calculus.links import Link
from gradviz.calculus.named import substitute_adjoints
from gradviz.calculus.said import Said
from gradviz.calculus.written import Written
from gradviz.derivation.inner import Inside
from gradviz.derivation.placing import ZERO, Placed, Placing, equation, formula, text
from gradviz.derivation.products import scaled, times
from gradviz.derivation.rules import all_rules
from gradviz.derivation.step import Listing, Pending
from gradviz.derivation.turning import is_turned, turned_expr
from gradviz.equality import names_in
from gradviz.messages import Message, say
from gradviz.notation import tree
from gradviz.notation.walk import rebuild, within
from gradviz.ops.shapes import core
from gradviz.record import record

_MOST = 24
"""Steps that a local derivative may take; what takes more is put in at once."""

Open: TypeAlias = Callable[[frozenset[int]], Gradients]
"""The gradients of a graph in which some unnamed operations are stages."""


@record
class Move:
    """One rule applied.

    Parameters
    ----------
    shown : tree.Expr
        What stands there now.
    pending : Pending
        The same, part by part.
    reason : Message
    conditions : tuple of tree.Comparison
        What must hold for the step.
    said : Said or None
        The term behind it, where nothing is left to come.
    """

    shown: tree.Expr
    pending: Pending
    reason: Message
    conditions: tuple[tree.Comparison, ...]
    said: Said | None = None


@dataclass
class _Item:
    """A summand: what is placed, and the node whose derivative is still to come."""

    placed: Placed
    at: int


def expand(gradients: Gradients, open_: Open, inside: Inside, start: Placed) -> list[Move]:
    """The moves that lead from ∂S/∂x to what a stage's expression gives; none where it is one move.

    Parameters
    ----------
    gradients : Gradients
    open_ : callable
        Gives the gradients with more operations as stages.
    inside : Inside
        What lies between the stage and the operand.
    start : Placed
        What stands before the derivative of the stage.
    """
    stops = inside.stops()
    while stops:
        fine = open_(gradients.links.extra | stops)
        expansion = _Expansion(fine, inside, start)
        try:
            moves = list(expansion.moves())
        except _UnwrittenError as problem:
            if problem.position not in stops:
                return []
            stops -= {problem.position}
            continue
        return moves if 1 < len(moves) <= _MOST else []
    return []


class _UnwrittenError(Exception):
    """What would stand before the derivative of an operation has no expression of its own."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class _Expansion(Placing):
    def __init__(self, gradients: Gradients, inside: Inside, start: Placed) -> None:
        super().__init__(gradients)
        self.end = inside.operand
        stops = [i for i in inside.way if gradients.links.generators[i]]
        self.inside = frozenset(stops)
        self.first = _Item(replace(start, said=None, folded={}), inside.stage)
        self.names = {} if start.expr is None else {text(gradients.adjoint_name(inside.stage)): start.expr}
        self.turned = {gradients.name(i): turned_expr(self.dag, i) for i in stops if self.dag.nodes[i].op == "matmul"}

    def moves(self) -> Iterator[Move]:
        """One rule after the other, always at the first summand that is not done."""
        items = [self.first]
        for _ in range(_MOST + 1):
            n = next((n for n, i in enumerate(items) if i.at != self.end), None)
            if n is None:
                return
            yield from self.primed_move(items, n)
            items[n : n + 1], reason, conditions = self.apply(items[n])
            yield self.move(items, reason, conditions)

    def move(self, items: list[_Item], reason: Message, conditions: tuple[tree.Comparison, ...]) -> Move:
        """What stands there now."""
        parts = tuple([(i.placed.expr, i.at) for i in items])
        pending = Pending(parts, self.gradients.links, self.inside, self.end)
        found: list[tree.Expr] = []
        for item in items:
            e = self.summand(item)
            found.extend(e.items if isinstance(e, tree.Sum) else (e,))
        shown = found[0] if len(found) == 1 else tree.Sum(tuple(found)) if found else ZERO
        return Move(shown, pending, reason, conditions, self.whole(items))

    def whole(self, items: list[_Item]) -> Said | None:
        """The term behind a line, where nothing is left to come."""
        if any(i.at != self.end for i in items):
            return None
        axes = self.gradients.links.reader.indices(self.end)
        terms = [i.placed.said.at(axes).term() for i in items if i.placed.said is not None]
        return self.gradients.patterns.said(t.add(*map(t.freshen, terms)), axes)

    def primed_move(self, items: list[_Item], n: int) -> Iterator[Move]:
        """``swish'(z)``, before the derivative of a function of the program's own is opened."""
        item = items[n]
        links = self.ways(item.at)
        primed = self.primed(links[0]) if len(links) == 1 else None
        if primed is None or not self._is_beside(item.placed, links[0]):
            return
        array = bool(item.placed.indices) and bool(links[0].local.free)
        before = item.placed.expr
        expr = primed if before is None else scaled(before, array, primed)
        held = replace(item.placed, expr=expr)
        slope = self.gradients.slope(links[0].stage, links[0].operand)
        name = formula(tree.Name(primed.function))
        reason = say("own-derivative", equation=formula(equation(slope, primed)), name=name)
        yield self.move([*items[:n], _Item(held, links[0].operand), *items[n + 1 :]], reason, ())

    # -- one rule

    def ways(self, at: int) -> list[Link]:
        """The links of an operation, in the order in which its expression is read."""
        links = self.gradients.links.of(at)
        return [links[j] for j in self.gradients.links.as_read(at) if j in self.inside]

    def apply(self, item: _Item) -> tuple[list[_Item], Message, tuple[tree.Comparison, ...]]:
        """The rule of one operation."""
        ways = self.ways(item.at)
        new = []
        conditions: dict[tree.Comparison, None] = {}
        shaped = False
        said: Message | None = None
        for way in ways:
            beside = self._is_beside(item.placed, way)
            step, placed = self.place(ZERO, item.placed, way, [])
            if not beside and core(self.dag.nodes[item.at].shape) and not item.placed.indices:
                placed = self.anew(placed)
            if not beside and self.first.placed.expr is None and self.holds_adjoint(placed):
                raise _UnwrittenError(way.operand)
            if (
                beside
                and not way.form.local.free
                and (way.operand != self.end or len(ways) > 1 or not placed.indices)
                and self.only_scales(way.operand)
            ):
                placed = self.unspread(item.placed, placed, way)
            elif beside and item.placed.expr is None:
                placed = self.as_written(placed, way)
            placed = self.spelled(item.placed, placed, way)
            placed = replace(placed, expr=self.untransposed(placed.expr or ZERO))
            if item.placed.expr is not None or not beside:
                placed = self.tidy(placed)
            alone = placed.expr is not None and IDENTITY in within(placed.expr)
            if placed.letters or (alone and way.operand != self.end):
                raise _UnwrittenError(way.operand)
            shaped = shaped or not beside
            conditions.update(dict.fromkeys(step.conditions))
            if not placed.is_zero:
                new.append(_Item(placed, way.operand))
            if beside and len(ways) == 1 and way.operand == self.end:
                said = self.told(way)
        return new, self.reason(item.at, ways, new, shaped=shaped, said=said), tuple(conditions)

    def holds_adjoint(self, placed: Placed) -> bool:
        """Whether the adjoint of the stage stands in what is written, where nothing may stand before the derivative."""
        return placed.said is not None and any(a.node == ~self.first.at for a in t.atoms(placed.said.term()))

    def only_scales(self, at: int) -> bool:
        """Whether all that leads from the operand to an operation acts entry by entry: else ones stand before it."""
        if not core(self.dag.nodes[at].shape):
            return True
        stack = [at]
        seen = {at, self.end}
        while stack:
            for way in self.ways(stack.pop()):
                if not way.scales[0]:
                    return False
                if way.operand not in seen:
                    seen.add(way.operand)
                    stack.append(way.operand)
        return True

    def as_written(self, placed: Placed, link: Link) -> Placed:
        """A local derivative as the rules give it, where they only scale: ``−(1 − y)`` for ``y − 1``."""
        if not link.scales[1] or self.own_form(link):
            return placed
        spread = bool(link.form.spelled.free) or not self.only_scales(link.operand)
        written = self.gradients.local(link, "spelled", spread=spread)
        return placed if written.letters else replace(placed, expr=written.expr)

    def anew(self, placed: Placed) -> Placed:
        """Written from the term behind it, where a number stood for all entries of an array."""
        assert placed.said is not None
        said = placed.said.simplified()
        own = t.Atom(~self.first.at)
        if self.first.placed.expr is None and own in t.atoms(said.term()):  # nothing stands before the derivative
            said = self.gradients.patterns.said(t.replace(said.term(), {own: t.ONE}), said.axes).simplified()
        written = self.gradients.form(said)
        letters: dict[str, t.Dim] | None = dict.fromkeys(written.letters, 0) or None
        expr = substitute_adjoints(written.expr, self.names, kronecker=self.gradients.letters.delta)
        return replace(placed, expr=expr, letters=letters)

    def unspread(self, before: Placed, after: Placed, link: Link) -> Placed:
        """A number for all entries stands as a number, not as an array of them."""
        number = self.gradients.local(link, spread=False).expr
        if before.expr is None:
            return replace(after, expr=number, indices=before.indices)
        expr = before.expr if _is_one(number) else scaled(before.expr, array=False, local=number)
        return replace(after, expr=expr, indices=before.indices)

    def spelled(self, before: Placed, placed: Placed, link: Link) -> Placed:
        """Without the value of a quotient or a power in its own derivative, where nobody named that."""
        local = self.spelled_local(link)
        if local is None or not self._is_beside(before, link):
            return placed
        array = bool(before.indices) and bool(link.local.free)
        first = before.expr
        if isinstance(first, tree.Negative) and isinstance(local, tree.Negative):
            first, local = first.operand, local.operand
        bare = first is None or _is_one(first)
        return replace(placed, expr=local if first is None or bare else scaled(first, array, local))

    def spelled_local(self, link: Link) -> tree.Expr | None:
        """A local derivative that speaks of the unnamed value it is the derivative of, with that written out."""
        node = self.dag.nodes[link.stage]
        if node.name or node.op not in _SPELLED or all(link.generators[n] != link.stage for n in _ranks(link)):
            return None
        put: dict[t.Term, t.Term] = {}
        for a in t.atoms(link.local):
            inside = self.gradients.links.definition(link.stage, a.indices) if a.node == link.stage else None
            if inside is not None:
                put[a] = inside
        axes = link.indices if link.local.free else ()
        written = self.gradients.written(axes, self.simplify(t.replace(link.local, put)))
        return None if written.letters else written.expr

    def tidy(self, placed: Placed) -> Placed:
        """Numbers and signs go to the front at once; nothing else is done to a product."""
        assert placed.said is not None
        assert placed.expr is not None
        expr = placed.expr
        said = placed.said.simplified()
        short: Written = self.gradients.form(said)
        if not placed.indices and not said.term().free:
            short = self.gradients.written((), said.term())
        plain = self.untransposed(substitute_adjoints(short.expr, self.names) if self.names else short.expr)
        same = not short.letters and Counter(_factors(plain)) == Counter(_factors(expr))
        shorter = len(text(plain)) < len(text(expr)) + _is_scaled(expr)
        return replace(placed, expr=plain if same and shorter else expr)

    def untransposed(self, e: tree.Expr) -> tree.Expr:
        """``Aᵀ x`` for ``(xᵀ A)ᵀ``, ``x`` for ``(xᵀ)ᵀ``."""
        if isinstance(e, tree.Transpose):
            if e.operand in self.turned:
                return self.turned[e.operand]
            inside = _pushed(e.operand)
            if inside is not None:
                return inside
        return rebuild(e, self.untransposed) if self.turned else e

    # -- words

    def told(self, link: Link) -> Message:
        """``∂(‖w‖²)/∂w = 2w``."""
        slope = self.primed(link) or self.gradients.slope(link.stage, link.operand)
        local = self.spelled_local(link) or self.gradients.local(link, spread=bool(link.form.local.free)).expr
        return say("local", equation=formula(equation(slope, local)))

    def reason(self, at: int, ways: list[Link], new: list[_Item], *, shaped: bool, said: Message | None) -> Message:
        """The rules by their names."""
        found = all_rules(self.gradients, at, [w.operand for w in ways])
        if (
            found
            and found[0].kind in _OUTER
            and self.dag.nodes[at].op not in _LINEAR
            and any(i.at != self.end for i in new)
        ):
            found = (say("chain-rule"), *found)
        rules = Listing(found or (say("chain-rule"),))
        if shaped:
            return say("placed-unnamed", rules=rules)
        return say("by-rules", reason=said, rules=rules) if said else say("rules", rules=rules)

    # -- shown

    def summand(self, item: _Item) -> tree.Expr:
        """What is placed, before the derivative that is still to come."""
        before = item.placed.expr
        if item.at == self.end:
            assert before is not None
            return before
        of = self.gradients.name(item.at)
        if of in self.turned and before is not None:
            column = self.turned_prefix(item)
            if column is not None:
                before, of = column, self.turned[of]
        to_come = tree.Partial(of, self.gradients.name(self.end))
        if before is None or _is_one(before):
            return to_come
        if isinstance(before, tree.Negative):
            inside = before.operand
            return tree.Negative(to_come if _is_one(inside) else times([inside, to_come]))
        return times([before, to_come])

    def turned_prefix(self, item: _Item) -> tree.Expr | None:
        """What stands before the derivative of ``xᵀ A``, turned to stand before that of ``Aᵀ x``."""
        said = item.placed.said
        if said is None or self.names or not is_turned(self.dag, item.at):
            return None
        axes, term = said.axes, said.term()
        if len(axes) == 1:
            column = t.index(axes[0].size)
            written = self.gradients.written((column,), t.rename(term, {axes[0]: column}))
        else:
            written = self.gradients.written(tuple(reversed(axes)), term)
        return None if written.letters else written.expr


_OUTER = frozenset({"rule-function", "rule-power", "rule-exponent"})
_LINEAR = frozenset({"trace", "diag", "sum", "mean"})
_SPELLED = frozenset({"div", "power"})


def _pushed(e: tree.Expr) -> tree.Expr | None:
    """The transpose of what consists of transposes: ``−(x − μ)`` for ``−(xᵀ − μᵀ)``."""
    if isinstance(e, tree.Transpose):
        return e.operand
    if isinstance(e, tree.Negative):
        inside = _pushed(e.operand)
        return None if inside is None else tree.Negative(inside)
    if isinstance(e, tree.Product) and set(e.operators) <= {"·", "/"} and e.operators[-1] == "·":
        inside = _pushed(e.operands[-1])
        return None if inside is None else tree.Product((*e.operands[:-1], inside), e.operators)
    if isinstance(e, tree.Sum):
        items = [_pushed(i) for i in e.items]
        return None if None in items else tree.Sum(tuple(i for i in items if i is not None))
    return None


def _ranks(link: Link) -> list[int]:
    """The operands that a local derivative speaks of, by their rank."""
    return [n for n in link.form.atoms if isinstance(n, int)]


def _factors(e: tree.Expr, below: bool = False) -> Iterator[tuple[bool, str]]:
    """The factors of a product that are no numbers, and whether they stand below a fraction stroke."""
    if isinstance(e, tree.Negative):
        yield from _factors(e.operand, below)
    elif isinstance(e, tree.Product):
        yield from _factors(e.operands[0], below)
        for sign, operand in zip(e.operators, e.operands[1:], strict=True):
            yield from _factors(operand, below != (sign in {"/", "⊘"}))
    elif names_in(e):
        yield below, text(e)


def _is_scaled(e: tree.Expr) -> bool:
    """Whether an expression is a number times something: the number may stand before it without a dot."""
    return isinstance(e, tree.Product) and not any(map(names_in, e.operands[:-1]))


def _is_one(e: tree.Expr) -> bool:
    return isinstance(e, tree.Number) and e.value == 1
