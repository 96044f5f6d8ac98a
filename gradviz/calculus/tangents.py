"""Derivatives of stages, and of their adjoints, by one name: forward through the graph.

The derivative of a stage is ``Σ ∂S/∂P · ∂P/∂x`` over what it is made of; that of an adjoint the same sum over the names
that its gradient is written with. Each is a term over the axes of what is differentiated, then those of ``x``. Where
reading on would make it longer than anybody reads, it stops at a name: ``diag(1 − h₂²) W₂ ∂h₁/∂x``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gradviz import terms as t
from gradviz.calculus.cost import cost
from gradviz.calculus.deltas import apart, delta_alone, deltas_first, ordered, read_at_deltas
from gradviz.calculus.differentiate import differentiate
from gradviz.calculus.factors import IDENTITY, chain, joined
from gradviz.calculus.facts import Facts, use_facts
from gradviz.calculus.gradients import Gradients
from gradviz.calculus.indexed import write_entry
from gradviz.calculus.links import ADJOINT
from gradviz.calculus.matrix import write_term
from gradviz.calculus.order import names_first
from gradviz.calculus.pieces import NoMatrixForm
from gradviz.calculus.recognise import Recogniser
from gradviz.calculus.simplify import logistic
from gradviz.calculus.spread import spread
from gradviz.calculus.written import Written
from gradviz.graph.dag import Dag
from gradviz.notation import tree, write
from gradviz.ops import WORDS
from gradviz.ops.shapes import core

LONG = 120
"""How many characters a derivative may take before it stops at names."""

_HEAVY = 150.0
"""A term that costs more is not even tried."""

_UNREAD = 1000.0
"""A term that costs more is not written, even where it stops at operations that nobody named."""

_BRIEF = 30
"""A derivative of no more characters is put in even where the others stay names."""

_LEEWAY = 8
"""How much longer a product of Jacobians may be than what it comes to: it says where it comes from."""


@dataclass(frozen=True, slots=True)
class Tangent:
    """The derivative of a stage or an adjoint by the entries of a name.

    Parameters
    ----------
    axes : tuple of Index
        Those of what is differentiated, then those of the name.
    written : Written
        The term, and how it is shown.
    whole : bool
        Whether it is in names of the program alone: no derivative of an earlier name stands in it.
    """

    axes: tuple[t.Index, ...]
    written: Written
    whole: bool


@dataclass(frozen=True, slots=True)
class Part:
    """The local derivative ``∂S/∂P`` of a node by something that it is made of; `inner` are the axes of ``P``."""

    node: int
    inner: tuple[t.Index, ...]
    local: t.Term


class Tangents:
    """Derivatives by the entries of one name.

    Parameters
    ----------
    dag : Dag
    by : int
        Position of an input or a stage; it counts as free, whatever it is computed from.
    other : Tangents, optional
        Of the same graph by another name: what both need is made once.
    """

    def __init__(self, dag: Dag, by: int, other: Tangents | None = None) -> None:
        stage = bool(dag.nodes[by].inputs)
        self.gradients: Gradients = other.gradients if other and not stage else Gradients(dag)
        self.facts: Facts = other.facts if other else self.gradients.facts
        self.gradients.know(Facts())  # what is still to be differentiated knows of no facts
        self.links = self.gradients.links
        self.simplify = self.gradients.simplify
        if stage:
            # A stage that moves freely is no name for what it was computed from.
            others = [s for s in self.gradients.recognised.stages if s != by]
            self.gradients.recognised = Recogniser(self.gradients.links, others, self.gradients.simplify)
        self.links = self.gradients.links
        self.simplify = self.gradients.simplify
        self.dag = dag
        self.by = by
        self.above = dependents(dag, by)
        self.places = _indices(dag, by)
        self.names: dict[str, tree.Expr] = {}
        self._tangents: dict[int, Tangent] = {}
        self._parts: dict[int, tuple[tuple[t.Index, ...], list[Part]]] = {}

    # -- naming and writing

    def name(self, node: int) -> tree.Expr:
        """``∂h₁/∂x``; of an adjoint, ``∂δ₁/∂x``."""
        of = self.gradients.name(node)
        return tree.Partial(of, self.gradients.name(self.by))

    def named(self, node: int | str) -> tuple[tree.Expr, bool]:
        """What a generator is called, and whether it is a row."""
        if isinstance(node, str) and node in self.names:
            return self.names[node], False
        return self.gradients.named(node)

    def written(self, axes: tuple[t.Index, ...], term: t.Term, *, indexed: bool = False) -> Written:
        """A term as an expression; with its indices where that is asked for, or where no matrix form exists."""
        shown = names_first(logistic(term))
        if not indexed:
            for form in (apart(shown, axes), apart(spread(shown), axes)):
                try:
                    return Written(axes, term, write_term(ordered(form), axes, self.named))
                except NoMatrixForm:
                    continue
        entry = ordered(delta_alone(self.simplify(read_at_deltas(apart(shown, axes), axes))))
        return Written(axes, term, *write_entry(deltas_first(entry), axes, self.named, self.gradients.letters))

    # -- derivatives

    def of(self, node: int) -> Tangent:
        """The derivative of a stage (its position) or of its adjoint (``~position``)."""
        for n in self._needed(node):
            if n not in self._tangents:
                self._tangents[n] = self._make(n)
        return self._tangents[node]

    def _needed(self, node: int) -> list[int]:
        """What has to be known before, and the node itself: stages first, then adjoints from the output down."""
        found = {node}
        stack = [node]
        while stack:
            for p in self.parts(stack.pop())[1]:
                if p.node not in found and p.node not in self._tangents:
                    found.add(p.node)
                    stack.append(p.node)
        stages = sorted(n for n in found if n >= 0)
        return [*stages, *sorted(n for n in found if n < 0)]

    def parts(self, node: int) -> tuple[tuple[t.Index, ...], list[Part]]:
        """The axes of a node, and the local derivatives by what it is made of."""
        found = self._parts.get(node)
        if found is None:
            if node == self.by:
                found = (self.places, [])
            elif node >= 0:
                axes = _indices(self.dag, node)
                found = (axes, list(self._of_stage(node, axes)))
            else:
                axes = _indices(self.dag, ~node)
                found = (axes, list(self._of_adjoint(node, axes)))
            self._parts[node] = found
        return found

    def _of_stage(self, stage: int, axes: tuple[t.Index, ...]) -> Iterator[Part]:
        for operand, link in self.links.of(stage).items():
            if self.above[operand]:
                local = differentiate(t.freshen(link.term), ADJOINT, axes)
                yield from self._with_tangent(operand, local, link.indices)

    def _of_adjoint(self, node: int, axes: tuple[t.Index, ...]) -> Iterator[Part]:
        adjoint = self.gradients.adjoint(~node)
        form = adjoint.forward or adjoint.by_later
        term = t.rename(t.freshen(form.term), dict(zip(form.indices, axes, strict=True)))
        for p in dict.fromkeys(a.node for a in t.atoms(term) if isinstance(a.node, int)):
            if not self._reaches(p):
                continue
            inner = _indices(self.dag, p if p >= 0 else ~p)
            yield from self._with_tangent(p, differentiate(term, p, inner), inner)

    def _nameless(self, node: int) -> bool:
        """Whether nobody gave a name to a node, or to what an adjoint is that of."""
        position = node if node >= 0 else ~node
        return not self.dag.nodes[position].name and position != self.dag.root

    def _reaches(self, node: int) -> bool:
        """Whether the derivative may be other than zero; later adjoints are looked at first, so that nothing nests."""
        if node >= 0:
            return self.above[node]
        waiting = [node]
        while waiting:
            here = waiting[-1]
            if here in self._parts:
                waiting.pop()
                continue
            adjoint = self.gradients.adjoint(~here)
            form = adjoint.forward or adjoint.by_later
            later = {a.node for a in t.atoms(form.term) if isinstance(a.node, int) and a.node < 0}
            unknown = [n for n in later if n not in self._parts]
            if unknown:
                waiting.extend(unknown)
            else:
                self.parts(here)
                waiting.pop()
        return bool(self._parts[node][1])

    def _with_tangent(self, node: int, local: t.Term, inner: tuple[t.Index, ...]) -> Iterator[Part]:
        local = self.used(self.simplify(local))
        if local != t.ZERO:
            yield Part(node, inner, local)

    def used(self, term: t.Term) -> t.Term:
        """A term with declared facts in it: it is a derivative already."""
        return use_facts(term, self.facts, self.simplify)[0]

    def _make(self, node: int) -> Tangent:
        axes, parts = self.parts(node)
        if node == self.by:
            axes = _indices(self.dag, self.by)
            identity = t.mul(*(t.delta(a, b) for a, b in zip(axes, self.places, strict=True)))
            both = (*axes, *self.places)
            return Tangent(both, self.written(both, identity), whole=True)
        both = (*axes, *self.places)
        before = [self._tangents[p.node] for p in parts]
        if all(x.whole and cost(x.written.term) <= _HEAVY for x in before):
            form = self._form(axes, parts, frozenset(p.node for p in parts), _HEAVY)
            if form is not None and _length(form) <= LONG:
                return Tangent(both, form, whole=True)
        known = list(zip(parts, before, strict=True))
        short = frozenset(p.node for p, x in known if x.whole and _length(x.written) <= _BRIEF)
        unnamed = frozenset(p.node for p, _ in known if self._nameless(p.node))
        if unnamed - short:
            through = short | unnamed
            form = self._form(axes, parts, through, _UNREAD)
            if form is not None:
                return Tangent(both, form, whole=all(x.whole and p.node in through for p, x in known))
        form = self._form(axes, parts, short)
        assert form is not None
        return Tangent(both, form, whole=False)

    def _form(
        self, axes: tuple[t.Index, ...], parts: list[Part], through: frozenset[int], most: float = float("inf")
    ) -> Written | None:
        """The sum over the parts, with some derivatives of earlier ones put in and the others by their names.

        None where it is longer than anybody asked for.
        """
        term = self.used(self.simplify(t.add(*(t.freshen(self._summand(p, through)) for p in parts))))
        if cost(term) > most:
            return None
        both = (*axes, *self.places)
        written = self.written(both, term)
        placed = self._placed(axes, parts, through)
        if placed is None or len(_text(placed)) > _length(written) + _LEEWAY * len(parts):
            return written
        return Written(both, term, placed)

    def _summand(self, part: Part, through: frozenset[int]) -> t.Term:
        """``∂S/∂P · ∂P/∂x``."""
        if part.node in through:
            tangent = self._tangents[part.node]
            names = dict(zip(tangent.axes[: len(part.inner)], part.inner, strict=True))
            inside = t.rename(t.freshen(tangent.written.term), names)
        else:
            name = self.name(part.node)
            self.names[_text(name)] = name
            inside = t.Atom(_text(name), (*part.inner, *self.places))
        return t.contract(part.inner, t.mul(t.freshen(part.local), inside))

    def _placed(self, axes: tuple[t.Index, ...], parts: list[Part], through: frozenset[int]) -> tree.Expr | None:
        """A sum of products of Jacobians, each as it is written: ``Wᵀ (diag(p) − p pᵀ) W``."""
        if len(axes) != 1 or len(self.places) != 1:
            return None
        summands = []
        for p in parts:
            if len(p.inner) != 1:
                return None
            left = self.written((*axes, *p.inner), p.local)
            right = self._tangents[p.node].written.expr if p.node in through else self.name(p.node)
            if left.letters or (p.node in through and self._tangents[p.node].written.letters):
                return None
            product = _beside(left.expr, right)
            if product is None:
                return None
            summands.append(product)
        if not summands:
            return None
        summands.sort(key=lambda e: (isinstance(e, tree.Negative), _scaled_identity(e)))
        return summands[0] if len(summands) == 1 else tree.Sum(tuple(summands))


def _beside(left: tree.Expr, right: tree.Expr) -> tree.Expr | None:
    """The product of two matrices, where it is read as one when they stand side by side."""
    if isinstance(left, tree.Negative):
        inner = _beside(left.operand, right)
        return None if inner is None else tree.Negative(inner)
    if isinstance(right, tree.Negative):
        inner = _beside(left, right.operand)
        return None if inner is None else tree.Negative(inner)
    if right == IDENTITY:
        return left
    if left == IDENTITY:
        return right
    first, second = (_factors(e) for e in (left, right))
    if len(second) > 1 and isinstance(second[0], tree.Number) and not isinstance(first[0], tree.Number):
        # J (2 M) is 2 J M.
        inner = _beside(left, joined(second[1:], ""))
        return None if inner is None else chain(((second[0], False), (inner, False)))
    if not (_is_matrix(first[-1]) and _is_matrix(second[0])):
        return None
    return chain(((left, False), (right, False)))


def _factors(e: tree.Expr) -> list[tree.Expr]:
    return list(e.operands) if isinstance(e, tree.Product) and not any(e.operators) else [e]


def _is_matrix(e: tree.Expr) -> bool:
    """Whether an operand is surely a matrix: a name of one, a transpose, a diagonal, a derivative, a sum of such."""
    if isinstance(e, tree.Sum):
        return any(_is_matrix(x.operand if isinstance(x, tree.Negative) else x) for x in e.items) or IDENTITY in e.items
    if isinstance(e, tree.Product):
        return not any(e.operators) and _is_matrix(e.operands[-1])
    if isinstance(e, tree.Call):
        return e.function == "diag"
    return isinstance(e, tree.Name | tree.Partial | tree.Transpose | tree.Inverse) and e != IDENTITY


def _scaled_identity(e: tree.Expr) -> bool:
    """Whether an expression is a multiple of I."""
    e = e.operand if isinstance(e, tree.Negative) else e
    return isinstance(e, tree.Product) and e.operands[-1] == IDENTITY


def _text(e: tree.Expr) -> str:
    return write(e, "unicode", WORDS)


def _length(written: Written) -> int:
    return len(_text(written.expr))


def dependents(dag: Dag, by: int) -> list[bool]:
    """Which nodes depend on one; it is among them."""
    found = [False] * len(dag.nodes)
    found[by] = True
    for i in range(by + 1, len(dag.nodes)):
        found[i] = any(found[j] for j in dag.nodes[i].inputs)
    return found


def _indices(dag: Dag, position: int) -> tuple[t.Index, ...]:
    """New indices for the axes of a node."""
    return tuple(t.index(d) for d in core(dag.nodes[position].shape))
