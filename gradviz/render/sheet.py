"""Equations below each other as a scene: left sides, right sides, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

from gradviz.render.cache import open_store
from gradviz.render.formula import Formula
from gradviz.render.formulas import Typesetter
from gradviz.render.plain import plain
from gradviz.render.shapes import Label, Scene
from gradviz.render.theme import THEMES

_MARGIN, _LEADING, _SIGN, _COLUMN = 16.0, 14.0, 8.0, 44.0
_WHY = 0.8
"""Size of reasons beside that of equations."""


class Line(NamedTuple):
    """One line: LaTeX; an empty left side is that of the line above, and a line without sides a note."""

    left: str
    right: str
    why: str = ""


def sheet(lines: Sequence[Line], title: str, description: str, theme: str = "default") -> Scene:
    r"""Set equations so that their signs of equality stand below each other, with reasons in a column of their own.

    Examples
    --------
    >>> scene = sheet([Line("f", "x^2"), Line("", r"x \cdot x", r"\text{a square}")], "f", "f = x²")
    >>> [shape.title for shape in scene.shapes]
    ['f', '= x²', '= x · x', 'a square']
    """
    colours = THEMES[theme]
    typesetter = Typesetter(open_store())
    size = colours.box_size
    rows = [
        tuple(
            typesetter.formula(text, scale * size) if text else None
            for text, scale in ((line.left, 1.0), (line.right and f"= {line.right}", 1.0), (line.why, _WHY))
        )
        for line in lines
    ]
    widths = [_widest(rows, n) for n in range(3)]
    middle = _MARGIN + widths[0] + (_SIGN if widths[0] else 0.0)
    reasons = middle + widths[1] + _COLUMN
    labels: list[Label] = []
    y = _MARGIN
    for n, row in enumerate(rows):
        shown = [formula for formula in row if formula]
        y += max(formula.height for formula in shown)
        for kind, formula, x in zip(("left", "right", "why"), row, (None, middle, reasons), strict=True):
            if formula:
                at = middle - _SIGN - formula.width if x is None else x
                fill = colours.line if kind == "why" else colours.ink
                labels.append(Label(f"{kind}-{n + 1}", plain(formula.latex), formula, at, y, fill))
        y += max(formula.depth for formula in shown) + _LEADING
    right = reasons + widths[2] if widths[2] else middle + widths[1]
    height = y - _LEADING + _MARGIN if rows else 2 * _MARGIN
    return Scene(ceil(right + _MARGIN), ceil(height), colours.background, tuple(labels), title, description)


def _widest(rows: Sequence[Sequence[Formula | None]], column: int) -> float:
    return max((formula.width for row in rows if (formula := row[column])), default=0.0)
