"""One local derivative after the other is put into a product."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace

from gradviz import terms as t
from gradviz.calculus.factors import IDENTITY
from gradviz.calculus.gradients import Gradients
from gradviz.calculus.links import Link
from gradviz.calculus.named import substitute_adjoints
from gradviz.calculus.said import Said
from gradviz.calculus.written import Written
from gradviz.derivation.abridged import Definitions
from gradviz.derivation.products import dotted, not_zero, scaled, times
from gradviz.derivation.rules import rules
from gradviz.derivation.step import Formula, Line, Listing, Step
from gradviz.graph import reachable
from gradviz.graph.expression import stage_expr, stage_name
from gradviz.messages import Message, say
from gradviz.notation import tree, write
from gradviz.notation.walk import children, substitute, within
from gradviz.ops import WORDS

ZERO = tree.Number(t.ZERO.value, "0")


def text(e: tree.Expr) -> str:
    """An expression as Unicode."""
    return write(e, "unicode", WORDS)


def equation(left: tree.Expr, right: tree.Expr) -> tree.Comparison:
    """Two sides."""
    return tree.Comparison("=", left, right)


def formula(*expressions: tree.Expr) -> Formula:
    """Formulas as part of a sentence."""
    return Formula(expressions)


@dataclass
class Placed:
    """What has been placed of a chain: the expression that is shown, and the term behind it.

    That is None where nothing is placed but the adjoint where the chain begins.
    """

    expr: tree.Expr | None
    said: Said | None
    indices: tuple[t.Index, ...]
    folded: dict[str, tree.Expr]
    letters: dict[str, t.Dim] | None = None

    @property
    def is_zero(self) -> bool:
        """Whether nothing comes of it."""
        return self.said is not None and self.said.is_zero()


class Placing:
    """Puts local derivatives in, and writes lines.

    Parameters
    ----------
    gradients : Gradients
        Of the graph, perhaps with unnamed operations as stages; its links are what is placed.
    """

    def __init__(self, gradients: Gradients) -> None:
        self.gradients = gradients
        self.dag = gradients.dag
        self.root = gradients.dag.root
        self.simplify = gradients.simplify
        self.definitions = Definitions(gradients.dag)

    def partial(self, position: int) -> tree.Expr:
        """``∂L/∂x``."""
        return tree.Partial(tree.Name(self.dag.output), self.gradients.name(position))

    def start(self, stage: int) -> Placed:
        """Before anything is placed: nothing at the output, else the adjoint where the chain begins."""
        if stage == self.root:
            return Placed(None, None, (), {})
        indices = self.gradients.links.reader.indices(stage)
        return Placed(self.gradients.adjoint_name(stage), None, indices, {})

    def slope(self, link: Link) -> tree.Partial:
        """``∂z₂/∂h₁``; where other paths lead to the output, ``∂(sum(z))/∂z``: ∂L/∂z would be the whole."""
        if link.stage != self.root or len(self.gradients.contributions(link.operand)) == 1:
            return self.gradients.slope(link.stage, link.operand)
        part = direct_part(self.gradients, link.operand)
        return tree.Partial(part, self.gradients.name(link.operand))

    def product(self, placed: tree.Expr | None, rest: list[Link]) -> tree.Expr:
        """What is placed, and the local derivatives that are still to come."""
        factors: list[tree.Expr] = [] if placed is None else [placed]
        factors += [self.slope(k) for k in reversed(rest)]
        return times(factors)

    def primed(self, link: Link) -> tree.Call | None:
        """The local derivative as ``swish'(z)``, where a stage is a function of the program's own at its operand."""
        named = self.dag.nodes[link.stage].name
        e = stage_expr(self.dag, link.stage) if named else self.dag.origins.get(link.stage)
        if not isinstance(e, tree.Call) or e.function not in self.dag.functions or e.order or e.options:
            return None
        if [text(a) for a in e.arguments] != [text(self.gradients.name(link.operand))]:
            return None
        others = [j for j in self.gradients.links.of(link.stage) if j != link.operand]
        if reachable(self.dag.nodes, others)[link.operand]:
            return None  # ‖v‖ in v/‖v‖: a path of its own leads through it
        return replace(e, order=1)

    def place(self, left: tree.Expr, placed: Placed, link: Link, rest: list[Link]) -> tuple[Step, Placed]:
        """Put one local derivative in."""
        own = self.own_form(link)
        if self._is_beside(placed, link):
            return self._beside(left, placed, link, rest, own)
        return self._by_shape(left, placed, link, rest, own)

    def _is_beside(self, placed: Placed, link: Link) -> bool:
        """Whether a local derivative only scales what is placed."""
        turned = {i.row for i in (*placed.indices, *link.indices)} == {True, False}  # from a row to a column
        return link.scales[0] and not turned and not placed.letters and not self.gradients.local(link).letters

    def _beside(
        self, left: tree.Expr, placed: Placed, link: Link, rest: list[Link], own: dict[str, tree.Expr]
    ) -> tuple[Step, Placed]:
        """A local derivative that only scales stands beside what is placed."""
        local = link.form.local
        name: tree.Expr = self.slope(link)
        if placed.expr is None and not rest and isinstance(left, tree.Partial):
            name = left
        name = self.primed(link) or name
        # Beside an array, a number need not be spread over its axes.
        spread = bool(local.free) or not placed.indices
        written = self.gradients.local(link, spread=spread)
        shown = substitute(written.expr, own) if own else written.expr
        shown = dotted(shown) if own and not written.indices else shown
        expr = shown if placed.expr is None else scaled(placed.expr, bool(placed.indices) and bool(local.free), shown)
        said = shown
        if not own and link.scales[1]:
            spread = spread or bool(link.form.spelled.free)
            said = self.gradients.local(link, "spelled", spread=spread).expr
            said = shown if tree.Name(self.dag.nodes[link.stage].name) in {*within(said)} - {*within(shown)} else said
        new = Placed(expr, self.gradients.pulled(link, placed.said), link.indices, {**placed.folded, **own})
        reason = self.by_rules(say("local", equation=formula(equation(name, said))), link)
        return Step("local", left, self.product(expr, rest), reason, self.domain(link)), new

    def _by_shape(
        self, left: tree.Expr, placed: Placed, link: Link, rest: list[Link], own: dict[str, tree.Expr]
    ) -> tuple[Step, Placed]:
        """A local derivative whose place in the product is told by shapes."""
        new_said = self.gradients.pulled(link, placed.said)
        # What is one entry, or has no size of its own, cannot stand inside what follows.
        anew = bool(placed.letters) or (placed.expr is not None and IDENTITY in within(placed.expr))
        written = self.gradients.form(new_said if anew else self.gradients.pulled(link, None))
        put_in = {text(tree.Name(n)): e for n, e in own.items()}
        if placed.expr is not None and not anew:
            put_in[text(self.gradients.adjoint_name(link.stage))] = placed.expr
        expr = substitute_adjoints(written.expr, put_in, kronecker=self.gradients.letters.delta)
        letters = letters_of(written)
        left = entry(left, letters)
        new = Placed(expr, new_said, link.indices, {**placed.folded, **own}, letters)
        said = Listing(rules(self.gradients, link))
        reason = say("placed-unnamed", rules=said) if said.messages else say("placed-bare")
        if self.dag.nodes[link.stage].name:
            whole = say("local", equation=formula(self.defining(link)))
            reason = say("placed", reason=self.by_rules(whole, link))
        return Step("place", left, self.product(expr, rest), reason, self.domain(link)), new

    def defining(self, link: Link) -> tree.Comparison:
        """What a stage says of an operand; of a long sum, not all."""
        named = self.dag.nodes[link.stage].name
        name = stage_name(self.dag, named) if named else self.gradients.name(link.stage)
        return equation(name, self.definitions(link.stage, self.gradients.name(link.operand)))

    def by_rules(self, reason: Message, link: Link) -> Message:
        """A reason with the rules of calculus behind it."""
        found = rules(self.gradients, link)
        return say("by-rules", reason=reason, rules=Listing(found)) if found else reason

    def own_form(self, link: Link) -> dict[str, tree.Expr]:
        """The stage's own name, where its local derivative uses it: shown as the person spelled it out."""
        node = self.dag.nodes[link.stage]
        if not node.name or node.name in self.dag.entries:
            return {}
        if all(link.generators[n] != link.stage for n in link.form.atoms if isinstance(n, int)):
            return {}
        return {node.name: stage_expr(self.dag, link.stage)}

    def domain(self, link: Link) -> tuple[tree.Comparison, ...]:
        """What the logarithms of a stage ask for."""
        found = []
        for n in not_zero(link.form):
            axes = {i: j for i, j in link.axes.items() if i in link.form.divisors[n].free}
            base = self.gradients.patterns.local(link.form, n, link.generators, axes)
            found.append(tree.Comparison("≠", self.gradients.form(base).expr, ZERO))
        return tuple(dict.fromkeys(found))

    def nonzero(self, base: t.Term, indices: tuple[t.Index, ...]) -> tree.Comparison:
        """``ŷ ≠ 0``."""
        e = self.gradients.written(tuple(i for i in indices if i in base.free), base).expr
        return tree.Comparison("≠", e, ZERO)

    def line(
        self,
        kind: str,
        left: tree.Expr,
        written: Written,
        reason: Message,
        position: int,
        conditions: tuple[tree.Comparison, ...] = (),
    ) -> Line:
        """A line in which all is placed."""
        letters = letters_of(written)
        step = Step(kind, entry(left, letters), written.expr, reason, conditions)
        return Line(step, written.expr, (), position, (), letters)


def letters_of(written: Written) -> dict[str, t.Dim] | None:
    """The indices that an entry is written with, and how far they run."""
    if not written.letters:
        return None
    return {letter: i.size for letter, i in zip(written.letters, written.indices, strict=True)}


def entry(left: tree.Expr, letters: Iterable[str] | None) -> tree.Expr:
    """The left side, where the right side is one entry of it."""
    return tree.Entry(left, tuple(map(tree.Name, letters))) if letters else left


def said_of(name: tree.Expr, written: Written) -> tree.Comparison:
    """What a name stands for, as an equation; of its entries, where it is written so."""
    return equation(entry(name, written.letters), written.expr)


def held_by(gradients: Gradients, position: int, stage: int) -> tuple[tree.Expr, ...]:
    """What else a stage holds a name through, without a name of its own: it stays fixed on a direct path."""
    links, nodes = gradients.links, gradients.dag.nodes
    others = (s for s in links.consumers[position] if not nodes[s].name and stage in links.consumers.get(s, ()))
    return tuple([gradients.name(s) for s in others])


def direct_part(gradients: Gradients, operand: int) -> tree.Expr:
    """The summands of the output's expression that hold a name by themselves, not within what has a path of its own."""
    dag = gradients.dag
    whole, name = stage_expr(dag, dag.root), gradients.name(operand)
    if not isinstance(whole, tree.Sum):
        return whole
    held = held_by(gradients, operand, dag.root)
    items = [i for i in whole.items if name in outside(i, held)]
    if not items:
        return whole
    return items[0] if len(items) == 1 else tree.Sum(tuple(items))


def outside(e: tree.Expr, held: Container[tree.Expr]) -> Iterator[tree.Expr]:
    """The parts of an expression that are not within some others."""
    stack = [e]
    while stack:
        here = stack.pop()
        if here not in held:
            yield here
            stack.extend(children(here))
