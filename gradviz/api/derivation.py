"""A derivation as users meet it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from gradviz.derivation import Formula, Step
from gradviz.messages import Message
from gradviz.notation import write
from gradviz.ops import WORDS


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
    """

    name: str
    steps: tuple[Step, ...]
    notes: tuple[Message, ...] = ()

    def text(self) -> str:
        """The derivation for a terminal: one step a line, reasons in a column of their own."""
        rows = [(_side(s, steps_left), s) for steps_left, s in zip(self._lefts(), self.steps, strict=True)]
        width = max((_width(equation) for equation, _ in rows), default=0)
        width = min(width, 100)
        lines = []
        for equation, step in rows:
            reason = _reason(step)
            pad = " " * max(4, width - _width(equation) + 4)
            lines.append(f"{equation}{pad}{reason}".rstrip())
        return "\n".join([*lines, *(f"({n})" for n in self.notes)])

    def _lefts(self) -> list[str]:
        """The left sides; blanks where it is that of the line above."""
        lefts: list[str] = []
        last = ""
        for s in self.steps:
            here = write(s.left, "unicode", WORDS)
            lefts.append(" " * _width(here) if here == last else here)
            last = here
        return lefts

    def latex(self) -> str:
        """The derivation as an ``align*`` environment (package amsmath)."""
        lines = []
        last = ""
        for s in self.steps:
            left = write(s.left, "latex", WORDS)
            shown = "" if left == last else left
            last = left
            lines.append(rf"  {shown} &= {write(s.right, 'latex', WORDS)} && {_latex_reason(s)}")
        return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"

    def markdown(self) -> str:
        """The derivation as Markdown with LaTeX."""
        body = self.latex().replace("align*", "aligned")
        notes = "".join(f"\n\n*{n}*" for n in self.notes)
        return f"$$\n{body}\n$$" + notes

    def json(self) -> list[dict[str, Any]]:
        """The steps as JSON takes them."""
        return [
            {
                "kind": s.kind,
                "left": write(s.left, "unicode", WORDS),
                "unicode": write(s.right, "unicode", WORDS),
                "latex": write(s.right, "latex", WORDS),
                "reason": str(s.reason),
                "conditions": [write(c, "unicode", WORDS) for c in s.conditions],
            }
            for s in self.steps
        ]

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/plain": self.text(), "text/markdown": self.markdown()}


def _side(step: Step, left: str) -> str:
    return f"{left} = {write(step.right, 'unicode', WORDS)}"


def _reason(step: Step) -> str:
    conditions = ", ".join(write(c, "unicode", WORDS) for c in step.conditions)
    return f"{step.reason} ({conditions})" if conditions else str(step.reason)


def _latex_reason(step: Step) -> str:
    """The reason as text, its formulas typeset."""

    def show(part: object) -> str:
        if isinstance(part, Message):
            return part.text(show)
        return part.latex() if isinstance(part, Formula) else _escape(str(part))

    conditions = ", ".join(f"${write(c, 'latex', WORDS)}$" for c in step.conditions)
    return rf"\text{{{step.reason.text(show)}{f' ({conditions})' if conditions else ''}}}"


def _escape(text: str) -> str:
    table = {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "_": r"\_",
        "^": r"\^{}",
        "&": r"\&",
        "%": r"\%",
        "#": r"\#",
        "$": r"\$",
        "~": r"\~{}",
    }
    return "".join(table.get(c, c) for c in text)


def _width(text: str) -> int:
    """How many columns a terminal gives a text: combining marks take none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
