"""A derivation as users meet it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from gradviz.api.writers import derivation_latex, derivation_text
from gradviz.calculus.gradients import Gradients
from gradviz.calculus.remarks import remark
from gradviz.derivation import STYLES, Sized, Step, check, derive, opened, sized
from gradviz.derivation.plainly import plainly
from gradviz.derivation.step import rewritten
from gradviz.graph.spelled import Spelled, spell_as
from gradviz.messages import Message, UsageError, say
from gradviz.notation import tree, write
from gradviz.ops import WORDS

if TYPE_CHECKING:
    from gradviz.api.graph import Graph
    from gradviz.render.shapes import Scene


@dataclass(frozen=True)
class Derivation:
    """The steps from ∂L/∂W₂ to (ŷ − y) h₁.

    Attributes
    ----------
    name : str
        What the gradient is taken by.
    steps : tuple of Step
        Each with ``kind``, ``left``, ``right``, ``reason`` and ``conditions``; lines with the same left side follow
        from one another.
    notes : tuple of Message
        What is to be said of the whole, such as a step that was left out.
    style : str
        ``delta``, ``chain`` or ``index``.
    sizes : mapping of Step to Sized, or None
        The size of each quantity on a line, where that was asked for.
    spelled : Spelled or None
        How the program spells its names, for what is typeset.
    """

    name: str
    steps: tuple[Step, ...]
    notes: tuple[Message, ...] = ()
    style: str = "delta"
    sizes: Mapping[Step, Sized] | None = field(default=None, compare=False)
    spelled: Spelled | None = field(default=None, compare=False, repr=False)

    def text(self) -> str:
        """The derivation for a terminal: one step a line, reasons in a column of their own."""
        return derivation_text.write_steps(self)

    def latex(self) -> str:
        """The derivation as an ``align*`` environment (package amsmath)."""
        return derivation_latex.write_steps(self.as_spelled())

    def as_spelled(self) -> Derivation:
        r"""The derivation with names as the program spells them (``\mathcal{L}``), which is how it is typeset."""
        own = self.spelled
        if own is None:
            return self
        steps = {step: _spelled(step, own) for step in self.steps}
        sizes = self.sizes and {
            steps[s]: replace(x, parts=tuple(replace(p, expr=spell_as(own, p.expr)) for p in x.parts))
            for s, x in self.sizes.items()
            if s in steps
        }
        return replace(self, steps=tuple(steps[s] for s in self.steps), sizes=sizes, spelled=None)

    def markdown(self) -> str:
        """The derivation as Markdown with LaTeX."""
        notes = "".join(f"\n\n*{n}*" for n in self.notes)
        return f"$$\n{derivation_latex.write_steps(self.as_spelled(), 'aligned')}\n$$" + notes

    def json(self) -> list[dict[str, Any]]:
        """The steps as JSON takes them."""
        return [
            {
                "kind": s.kind,
                "left": write(s.left, "unicode", WORDS),
                "unicode": write(s.right, "unicode", WORDS),
                "latex": write(s.right if self.spelled is None else spell_as(self.spelled, s.right), "latex", WORDS),
                "reason": str(s.reason),
                "conditions": [write(c, "unicode", WORDS) for c in s.conditions],
                **({"sizes": derivation_text.sizes_text(self.sizes[s])} if self.sizes is not None else {}),
            }
            for s in self.steps
        ]

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        from gradviz.api.notebook import bundle

        return bundle(self.text(), self.scene())

    def scene(self, theme: str = "default") -> Scene:
        """The derivation as a picture, for `gradviz.render`'s writers."""
        from gradviz.render.captions import sentence
        from gradviz.render.sheet import Line, sheet

        lines, last = [], ""
        for step in self.as_spelled().steps:
            left = write(step.left, "latex", WORDS)
            conditions = ", ".join(f" {write(c, 'latex', WORDS)}" for c in step.conditions)
            why = sentence(step.reason) + (rf"\text{{ (}}{conditions}\text{{)}}" if conditions else "")
            lines.append(Line("" if left == last else left, write(step.right, "latex", WORDS), why))
            last = left
        lines += [Line("", "", sentence(note)) for note in self.notes]
        title = write(self.steps[-1].left, "unicode", WORDS) if self.steps else self.name
        return sheet(lines, title, self.text(), theme)


def _spelled(step: Step, own: Spelled) -> Step:
    def change(e: tree.Expr) -> tree.Expr:
        return spell_as(own, e)

    conditions = tuple(spell_as(own, c) for c in step.conditions)
    reason = rewritten(step.reason, change)
    return Step(step.kind, change(step.left), change(step.right), reason, conditions, step.chapter)


def explain_gradient(graph: Graph, name: str, *, style: str | None, sizes: bool, strict: bool) -> Derivation:
    """The derivation of one gradient; see `Graph.derivation`."""
    style = style or STYLES[0]
    plain = graph.gradients
    target = graph.dag.names[name]
    gradients = plain if style == "index" else graph.opened(opened(plain, target))
    lines = derive(gradients, target, plain, style=style, open_=graph.opened)
    checked = check(gradients, target, lines, graph.points, strict=strict, shared=graph.shared(gradients))
    said = remark(plain, target)
    notes = checked.notes if said is None else (*checked.notes, said)
    found = Derivation(name, checked.steps, notes, style, sized(gradients, lines) if sizes else None, graph.dag.spelled)
    return _plainly(found, gradients)


def explain_jacobian(graph: Graph, name: str, of: str, *, style: str | None, sizes: bool, strict: bool) -> Derivation:
    """The derivation of the Jacobian of an array; see `Graph.derivation`."""
    from gradviz.calculus.jacobian import jacobian
    from gradviz.equality import points

    if style not in {None, "index"}:
        raise UsageError(say("jacobian-style", name=of, style=style))
    dag = replace(graph.dag, output=of)
    gradients = Gradients(dag)
    target = dag.names[name]
    lines = derive(gradients, target, style="index", final=jacobian(graph.tangents(name), of))
    checked = check(gradients, target, lines, points(dag), strict=strict)
    found = Derivation(
        name, checked.steps, checked.notes, "index", sized(gradients, lines) if sizes else None, graph.dag.spelled
    )
    return _plainly(found, gradients)


def _plainly(derivation: Derivation, gradients: Gradients) -> Derivation:
    """A derivation with ones as what stands around tells them."""
    new = plainly(derivation.steps, gradients)
    if not new:
        return derivation
    steps: list[Step] = []
    for s in derivation.steps:
        now = new.get(s, s)
        if not steps or (now.left, now.right) != (steps[-1].left, steps[-1].right):  # the size of ones was all
            steps.append(now)
    sizes = derivation.sizes and {new.get(s, s): found for s, found in derivation.sizes.items()}
    return replace(derivation, steps=tuple(steps), sizes=sizes)
