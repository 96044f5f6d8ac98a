"""The layout of gradients on a page: which convention, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from gradviz.api.gradient import Gradient
from gradviz.calculus.gradients import Gradients
from gradviz.calculus.layout import CONVENTIONS, turned, turned_shape, turns
from gradviz.calculus.told import has_ones, written_plainly
from gradviz.calculus.written import Written
from gradviz.derivation import Sized, Step, shapes
from gradviz.derivation.step import Formula, Listing
from gradviz.messages import Message, UsageError, say
from gradviz.notation import tree, write
from gradviz.notation.walk import rebuild
from gradviz.ops import WORDS, Shape
from gradviz.ops.shapes import core

if TYPE_CHECKING:
    from gradviz.api.derivation import Derivation
    from gradviz.graph import Dag


def known_convention(convention: str) -> None:
    """Raise `UsageError` unless there is such a layout convention."""
    if convention not in CONVENTIONS:
        raise UsageError(say("no-such-convention", name=convention, known=", ".join(CONVENTIONS)))


def laid_out(
    name: str, shape: Shape, written: Written, gradients: Gradients, convention: str, said: Message | None = None
) -> Gradient:
    """A gradient in a layout, from what it is in the shape convention."""
    known_convention(convention)
    if convention == "numerator":
        written, shape = turned(gradients, written), turned_shape(shape)
    if not written.letters and has_ones(written.expr):
        written = written_plainly(written, shape, gradients.dag, gradients.adjoint_names)
    return Gradient(name, shape, written.expr, written.letters, written, gradients.dag, said)


def stated(dag: Dag, convention: str) -> Message | None:
    """What a page says of its layout; nothing where all are scalars, unless a layout was asked for."""
    asked = convention != CONVENTIONS[0]
    return say(f"{convention}-convention") if asked or any(core(n.shape) for n in dag.nodes if n.name) else None


def turned_derivation(derivation: Derivation, gradient: Gradient, gradients: Gradients) -> Derivation:
    """A derivation with its result in Jacobian layout as the last step.

    The lines before are those of the shape convention; the adjoints on them are the transposes of what their names
    stand for in Jacobian layout, and are written so.

    Parameters
    ----------
    derivation : Derivation
        In the shape convention.
    gradient : Gradient
        The result in Jacobian layout.
    gradients : Gradients
        Of the graph: what adjoints are called.
    """
    last = derivation.steps[-1]
    if not turns(gradient.dag.shape(derivation.name)):
        same = write(last.right, "unicode", WORDS) == str(gradient)
        if same and not any(s.left != last.left for s in derivation.steps):
            return derivation
    relabel = _Relabel(gradients)
    steps = tuple(map(relabel.step, derivation.steps))
    left: tree.Expr = tree.Partial(tree.Name(gradient.dag.output), tree.Name(derivation.name))
    if gradient.letters:
        left = tree.Entry(left, tuple(map(tree.Name, gradient.letters)))
    if write(steps[-1].right, "unicode", WORDS) != str(gradient) or steps[-1].left != left:
        closing = Step("layout", left, gradient.expr, say("layout"), (), steps[-1].chapter)
        steps = (*steps, closing)
    sizes = None
    if derivation.sizes is not None:
        wholes = {new: derivation.sizes[old] for new, old in zip(steps, derivation.steps, strict=False)}
        sizes = {s: Sized((), w.whole, w.letters) for s, w in wholes.items()}
        if steps[-1] not in sizes:
            sizes[steps[-1]] = Sized((), gradient.shape)
    return replace(derivation, steps=steps, sizes=sizes)


class _Relabel:
    """Writes derivatives of numbers by arrays as transposes: ``(∂L/∂h)ᵀ``, ``δ₂ᵀ``, ``(∂(‖w‖²)/∂w)ᵀ``."""

    def __init__(self, gradients: Gradients) -> None:
        dag = gradients.dag
        self.output = tree.Name(dag.output)
        self.shapes = shapes(gradients)
        self.known: dict[tree.Expr, bool] = {}
        found: Iterable[int] = (i for i, whole in enumerate(gradients.links.generators) if whole)
        turning = [i for i in found if turns(dag.nodes[i].shape)]
        self.deltas = {gradients.deltas[i] for i in turning if i in gradients.deltas}

    def step(self, step: Step) -> Step:
        """A step with everything on it relabelled."""
        chapter = None if step.chapter is None else self.expr(step.chapter)
        return replace(
            step,
            left=self.expr(step.left),
            right=self.expr(step.right),
            reason=self.message(step.reason),
            chapter=chapter,
        )

    def expr(self, e: tree.Expr) -> tree.Expr:
        """An expression with the adjoints in it transposed."""
        if isinstance(e, tree.Entry) and self.turns(e.array):
            return tree.Entry(e.array, tuple(reversed(e.indices)))
        if isinstance(e, tree.Transpose) and self.turns(e.operand):
            return e.operand
        if self.turns(e):
            return tree.Transpose(e)
        return e if isinstance(e, tree.Partial) else rebuild(e, self.expr)

    def turns(self, e: tree.Expr) -> bool:
        """Whether an expression is the name of an adjoint that the layouts have differently."""
        if isinstance(e, tree.Name):
            return e.name in self.deltas
        if not isinstance(e, tree.Partial):
            return False
        if e not in self.known:
            of, by = (() if e.of == self.output else self.shapes(e.of)), self.shapes(e.by)
            self.known[e] = of is not None and by is not None and not core(of) and turns(by)
        return self.known[e]

    def message(self, message: Message) -> Message:
        """A sentence with the formulas in it relabelled."""
        return Message(message.kind, tuple((name, self.part(part)) for name, part in message.parts))

    def part(self, part: object) -> object:
        """A part of a sentence."""
        if isinstance(part, Message):
            return self.message(part)
        if isinstance(part, Listing):
            return Listing(tuple(map(self.message, part.messages)))
        return Formula(tuple(map(self.expr, part.expressions))) if isinstance(part, Formula) else part
