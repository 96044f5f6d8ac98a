"""Written pieces of an expression, and how two of them stand side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

# How tight a piece binds: parentheses are needed where less binds inside of more.
COMPARISON, SUM, CHAIN, RUN, FACTOR, ATOM = range(6)

Look = Literal["number", "name", "group", "postfixed", "power", "array", "wide"]
_TALL = ("\\frac", "\\sum", "\\prod", "\\begin")
_EXPONENT_OF_NUMBER = re.compile(r"[eE][+-]?[0-9]")
_WORD = re.compile(r"[A-Za-z]{2,}|\\(?:ln|log|exp|sin|cos|tan|operatorname|mathrm)")


@dataclass(slots=True)
class Piece:
    """A written expression.

    Parameters
    ----------
    text : str
        What is written.
    level : int
        How tight it binds.
    look : str
        What a neighbour sees: a number, a name, a group in parentheses, …
    closed : str
        The same with parentheses around an argument (``ln(ŷ)`` for ``ln ŷ``), or "".
    reaches : bool
        Whether it takes in what follows, as a sum over entries does.
    items : tuple of str
        The items of an array.
    """

    text: str
    level: int
    look: Look = "name"
    closed: str = ""
    reaches: bool = False
    items: tuple[str, ...] = ()

    def shut(self) -> Piece:
        """Give the piece in a form that something may be attached to."""
        return Piece(self.closed, ATOM, "name") if self.closed else self


def is_tall(text: str) -> bool:
    """Whether LaTeX sets this higher than a line."""
    return any(sign in text for sign in _TALL)


def dot_before(right: Piece) -> bool:
    """Whether a factor would be read as something else right after another one."""
    return right.text[0] in "0123456789." and not right.text.startswith("1[")  # 𝟏 is a digit to Unicode


def gap(left: Piece, right: Piece) -> str:
    """Give what stands between two factors side by side."""
    text = right.text
    if left.look == "number":
        if text[0] in "‖|":
            return ""
        if right.look == "wide" or text[0] in "[1" or _WORD.match(text):
            return " "
        if "." in left.text and text.startswith(("𝟙", r"\mathbb{1}")):
            return " "  # 0.01 𝟙[z > 0]
        return " " if _EXPONENT_OF_NUMBER.match(text) else ""
    if right.look == "group":
        return " " if left.look in ("power", "array", "wide") else ""
    return " "
