"""A derivation for a terminal: aligned, wrapped, with sizes where they are asked for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from gradviz.derivation import Sized, Step
from gradviz.notation import write
from gradviz.ops import WORDS
from gradviz.terms import Dim

if TYPE_CHECKING:
    from gradviz.api.derivation import Derivation

_WIDE = 100
"""Columns that an equation may take before it is broken."""
_LEFT = 40
"""Columns that a left side may take before its right side starts a new line."""
_SIGNS = (" + ", " − ", " · ", " ⊙ ", " = ")


def write_steps(derivation: Derivation) -> str:
    """One step a line, reasons in a column of their own, sizes in another."""
    rows = [(lines, step) for lines, step in _equations(derivation)]
    width = max((column_width(line) for lines, _ in rows for line in lines), default=0)
    width = min(width, _WIDE)
    reasons = [reason(step) for _, step in rows]
    sizes = derivation.sizes
    wide = max((column_width(r) for r in reasons), default=0) if sizes is not None else 0
    text = []
    for (lines, step), why in zip(rows, reasons, strict=True):
        first, *rest = lines
        line = f"{_pad(first, width)}    {why}"
        if sizes is not None:
            line = f"{_pad(line, width + 4 + min(wide, 60))}    {sizes_text(sizes[step])}"
        text += [line.rstrip(), *rest]
    return "\n".join([*text, *(f"({n})" for n in derivation.notes)])


def _equations(derivation: Derivation) -> Iterator[tuple[list[str], Step]]:
    """The equation of each step on as many lines as it takes."""
    last = ""
    for step in derivation.steps:
        left = write(step.left, "unicode", WORDS)
        right = write(step.right, "unicode", WORDS)
        indent = column_width(left)
        shown = left if left != last else " " * indent
        head: list[str] = []
        if indent > _LEFT:
            indent = 4
            head = [left] if left != last else []
            shown = " " * indent
        last = left
        pieces = list(_broken(right, max(_WIDE - indent - 3, 40)))
        lines = [f"{shown} = {pieces[0]}", *(" " * (indent + 3) + p for p in pieces[1:])]
        if head and column_width(head[0]) + 3 + column_width(right) <= _WIDE:
            head, lines = [], [f"{head[0]} = {right}"]
        yield [*head, *lines], step


def _broken(text: str, width: int) -> Iterator[str]:
    """A text in pieces that fit, broken before signs outside of brackets: sums first, products where need be."""
    while _is_wider(text, width):
        place = _break(text, width)
        if place is None:
            break
        yield text[:place].rstrip()
        text = text[place:].lstrip()
    yield text


def _is_wider(text: str, width: int) -> bool:
    """Whether a text takes more columns than that; of a long one, the beginning tells."""
    return column_width(text[: 2 * width]) > width or column_width(text) > width


def _break(text: str, width: int) -> int | None:
    """Where to break: the last sign that fits, of the kind that binds least."""
    depth = 0
    found: dict[str, int] = {}
    columns = 0
    for n, c in enumerate(text):
        depth += (c in "([") - (c in ")]")
        columns += _columns(c)
        if columns > width:
            break
        if depth == 0:
            for sign in _SIGNS:
                if n and text.startswith(sign, n):
                    found[sign] = n
    sums = [found[s] for s in (" + ", " − ") if s in found]
    if sums:
        return max(sums)
    return max((found[s] for s in (" · ", " ⊙ ") if s in found), default=None)


def _pad(text: str, width: int) -> str:
    return text + " " * max(0, width - column_width(text))


def reason(step: Step) -> str:
    """Why, with what must hold."""
    conditions = ", ".join(write(c, "unicode", WORDS) for c in step.conditions)
    return f"{step.reason} ({conditions})" if conditions else str(step.reason)


def sizes_text(sizes: Sized) -> str:
    """``[3×1][1×4] = [3×4]``, or how far indices run."""
    if sizes.letters:
        return ", ".join(f"{letter} = 1…{size}" for letter, size in sizes.letters)
    text = ""
    for part in sizes.parts:
        sign = part.sign if part.sign in {"", "@"} or not text else f" {part.sign} "
        text += f"{sign}{bracketed(part.size)}"
    whole = bracketed(sizes.whole)
    return whole if text in {whole, ""} else f"{text} = {whole}"


def bracketed(size: tuple[Dim, ...] | None) -> str:
    """``[3×4]``; ``[1]`` for a number, ``[?]`` where the size cannot be told."""
    if size is None:
        return "[?]"
    return f"[{'×'.join(map(str, size)) or '1'}]"


@lru_cache(maxsize=1 << 8)  # each text is measured where it is broken, aligned and padded
def column_width(text: str) -> int:
    """How many columns a terminal gives a text: combining marks take none."""
    return len(text) if _PLAIN.fullmatch(text) else sum(map(_columns, text))


_PLAIN = re.compile("[\u0020-\u007e\u00a1-\u02ff\u0384-\u03ff\u2070-\u209c\u2190-\u22ff]*")
"""Characters of one column each: most of what is written is of these."""


@lru_cache(maxsize=1 << 12)
def _columns(c: str) -> int:
    return 0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
