"""Ones without their size on the lines of a derivation, where the rest tells it: ``𝟏 · ∂v/∂W``, ``Xᵀ(𝟏 ⊙ h)``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gradviz.calculus.gradients import Gradients
from gradviz.calculus.told import has_ones, told_of
from gradviz.derivation.placing import text
from gradviz.derivation.sizes import shapes
from gradviz.derivation.step import Formula, Listing, Step
from gradviz.messages import Message
from gradviz.notation import tree
from gradviz.ops import Shape
from gradviz.ops.shapes import core


def plainly(steps: Iterable[Step], gradients: Gradients) -> dict[Step, Step]:
    """The steps that change, as books print them.

    Parameters
    ----------
    steps : iterable of Step
    gradients : Gradients
        What the names on the lines stand for.
    """
    found: dict[Step, Step] = {}
    writer: _Plainly | None = None
    for step in steps:
        if has_ones(step.right) or _holds_ones(step.reason):
            writer = writer or _Plainly(gradients)
            new = writer.step(step)
            if new is not step:
                found[step] = new
    return found


def _holds_ones(part: object) -> bool:
    if isinstance(part, Message):
        return any(_holds_ones(p) for _, p in part.parts)
    if isinstance(part, Listing):
        return any(map(_holds_ones, part.messages))
    return isinstance(part, Formula) and any(map(has_ones, part.expressions))


class _Plainly:
    def __init__(self, gradients: Gradients) -> None:
        self.gradients = gradients
        self.told = shapes(gradients)

    def step(self, step: Step) -> Step:
        right, reason = self.equal(step.left, step.right), self.said(step.reason)
        return step if right is step.right and reason is step.reason else replace(step, right=right, reason=reason)

    def said(self, reason: Message) -> Message:
        """A reason whose equations are written so."""
        if not _holds_ones(reason):
            return reason
        return Message(reason.kind, tuple((name, self.part(p)) for name, p in reason.parts))

    def part(self, part: object) -> object:
        if isinstance(part, Message):
            return self.said(part)
        if isinstance(part, Listing):
            return Listing(tuple(map(self.said, part.messages)))
        return Formula(tuple(map(self.equation, part.expressions))) if isinstance(part, Formula) else part

    def equation(self, e: tree.Expr) -> tree.Expr:
        if not isinstance(e, tree.Comparison) or not has_ones(e.right):
            return e
        return tree.Comparison(e.operator, e.left, self.equal(e.left, e.right))

    def equal(self, left: tree.Expr, right: tree.Expr) -> tree.Expr:
        """The right side of an equation."""
        shape = self.shape(left) if has_ones(right) else None
        return right if shape is None else self.expr(right, shape)

    def shape(self, left: tree.Expr) -> Shape | None:
        """The shape of what an equation is about; None where it has indices."""
        factors = left.operands if isinstance(left, tree.Product) else (left,)
        first, last = factors[0], factors[-1]
        if not isinstance(first, tree.Partial) or not isinstance(last, tree.Partial):
            return None if isinstance(left, tree.Entry) else self.told(left)
        of, by = self.told(first.of), self.told(last.by)
        if of and by and first.of == tree.Name(self.gradients.dag.output):
            return (*core(of), *core(by))  # a Jacobian
        return by if of is not None and by is not None and core(of) in ((), core(by)) else None

    def expr(self, e: tree.Expr, shape: Shape) -> tree.Expr:
        """A right side of this shape: as a whole, or summand by summand where derivatives are still to come."""
        if not any(map(self.is_to_come, _factors(e))):
            return told_of(e, shape, self.gradients.dag, self.gradients.adjoint_names)
        if isinstance(e, tree.Sum):
            return tree.Sum(tuple(self.expr(x, shape) for x in e.items))
        if isinstance(e, tree.Negative):
            return tree.Negative(self.expr(e.operand, shape))
        return self.product(e) if isinstance(e, tree.Product) else e

    def product(self, e: tree.Product) -> tree.Expr:
        """What stands before the first derivative that is to come has the shape of what that is of."""
        place = next((n for n, x in enumerate(e.operands) if self.is_to_come(x)), 0)
        following = e.operands[place]
        shape = self.told(following.of) if isinstance(following, tree.Partial) and place else None
        if shape is None:
            return e
        operands, signs = e.operands[:place], e.operators[: place - 1]
        front = operands[0] if place == 1 else tree.Product(operands, signs)
        new = told_of(front, shape, self.gradients.dag, self.gradients.adjoint_names)
        if new is front:
            return e
        whole = isinstance(new, tree.Product) and len(new.operands) == place and place > 1
        before = new.operands if whole and isinstance(new, tree.Product) else (new,)
        between = e.operators[: place - 1] if whole else ()
        return tree.Product((*before, *e.operands[place:]), (*between, *e.operators[place - 1 :]))

    def is_to_come(self, e: tree.Expr) -> bool:
        """Whether a factor is a derivative that is still to be placed, and no adjoint."""
        return isinstance(e, tree.Partial) and text(e) not in self.gradients.adjoint_names


def _factors(e: tree.Expr) -> Iterable[tree.Expr]:
    """The factors of all summands."""
    if isinstance(e, tree.Sum):
        return [f for x in e.items for f in _factors(x)]
    if isinstance(e, tree.Negative):
        return _factors(e.operand)
    return e.operands if isinstance(e, tree.Product) else (e,)
