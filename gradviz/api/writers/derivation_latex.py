"""A derivation in LaTeX, for amsmath: to copy into a slide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradviz.derivation import Formula, Listing, Sized, Step
from gradviz.messages import Message
from gradviz.notation import tree, write
from gradviz.ops import WORDS
from gradviz.terms import Dim

if TYPE_CHECKING:
    from gradviz.api.derivation import Derivation

_SIGNS = {
    "": " ",
    "@": " ",
    "·": r" \cdot ",
    "⊙": r" \odot ",
    "⊘": r" \oslash ",
    "+": " + ",
    "−": " - ",
}
_IN_TEXT = {
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


def write_steps(derivation: Derivation, environment: str = "align*") -> str:
    """The steps in an environment of amsmath."""
    lines = []
    last = ""
    for step in derivation.steps:
        left = latex(step.left)
        shown = "" if left == last else left
        last = left
        right = latex(step.right) if derivation.sizes is None else sized(step, derivation.sizes[step])
        lines.append(rf"  {shown} &= {right} && {reason(step)}")
    return f"\\begin{{{environment}}}\n" + " \\\\\n".join(lines) + f"\n\\end{{{environment}}}"


def latex(e: tree.Expr) -> str:
    """An expression in LaTeX."""
    return write(e, "latex", WORDS)


def sized(step: Step, sizes: Sized) -> str:
    """The right side with each quantity's size below it."""
    if sizes.letters:
        ranges = ", ".join(rf"{letter} = 1, \dots, {size}" for letter, size in sizes.letters)
        return rf"\underbrace{{{latex(step.right)}}}_{{{ranges}}}"
    if len(sizes.parts) < 2:
        size = sizes.parts[0].size if sizes.parts else sizes.whole
        return _under(latex(step.right), size)
    text = ""
    for n, part in enumerate(sizes.parts):
        alone = part.first and (n + 1 == len(sizes.parts) or sizes.parts[n + 1].first)
        inner = latex(part.expr)
        sign = "-" if part.sign == "−" and not text else _SIGNS[part.sign] if text else ""
        text += sign + _under(inner if alone or not _grouped(part.expr, part.sign) else f"({inner})", part.size)
    return text


def _grouped(e: tree.Expr, sign: str) -> bool:
    """Whether a factor needs parentheses."""
    if isinstance(e, tree.Product):
        return any(e.operators) and set(e.operators) != {"/"}
    return isinstance(e, tree.Sum | tree.Negative | tree.Big)


def _under(text: str, size: tuple[Dim, ...] | None) -> str:
    if size is None:
        return text
    below = r" \times ".join(map(str, size)) or "1"
    return rf"\underbrace{{{text}}}_{{{below}}}"


def reason(step: Step) -> str:
    """The reason as text, its formulas typeset."""

    def show(part: object) -> str:
        if isinstance(part, Message | Listing):
            return part.text(show)
        return part.latex() if isinstance(part, Formula) else escape(str(part))

    conditions = ", ".join(f"${latex(c)}$" for c in step.conditions)
    return rf"\text{{{step.reason.text(show)}{f' ({conditions})' if conditions else ''}}}"


def escape(text: str) -> str:
    """Plain words as LaTeX takes them."""
    return "".join(_IN_TEXT.get(c, c) for c in text)
