"""Formulas glyph by glyph, so that a file has the outlines of each glyph once, however often it stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from gradviz.render.formula import Formula, number

_MOVE = re.compile(r"m(-?[\d.]+?) ?(-?(?:\d+\.?\d*|\.\d+))(?=[hvlqcz]|$)")


class _Piece(NamedTuple):
    """Contours: which glyph they are ("" for none), its origin, where the pen is put down, the commands after that."""

    glyph: str
    origin: tuple[float, float]
    x: float
    y: float
    path: str


@dataclass
class Outlines:
    """The glyphs of a file, each once.

    Examples
    --------
    >>> from gradviz.render.formula import Mark
    >>> marks = Mark("8", 0, 2, 0, 1), Mark("8", 6, 2, 1, 1)
    >>> twice = Formula("", 9, 9, 0, (1, 2), "h4v1h-4zm6 0h4v1h-4z", marks=marks)
    >>> outlines = Outlines("g")
    >>> outlines.draw(twice, 10, 20)
    '<use href="#g0" x="11" y="22"/><use href="#g0" x="17" y="22"/>'
    >>> outlines.definitions()
    ['<path id="g0" d="M0 0h4v1h-4z"/>']
    """

    prefix: str
    known: dict[str, tuple[str, float, float, str]] = field(default_factory=dict)

    def draw(self, formula: Formula, x: float, y: float) -> str:
        """The elements of a formula's outlines, whose origin is at a place; the colour is that of what is around."""
        parts, rest = [], []
        for piece in _pieces(formula):
            if not piece.glyph:
                rest.append(f"M{number(x + piece.x)} {number(y + piece.y)}{piece.path}")
                continue
            dx, dy = piece.x - piece.origin[0], piece.y - piece.origin[1]
            made = f"{self.prefix}{len(self.known)}", dx, dy, piece.path
            name, dx, dy, _ = self.known.setdefault(piece.glyph, made)
            place = f'x="{number(x + piece.origin[0] + dx)}" y="{number(y + piece.origin[1] + dy)}"'
            parts.append(f'<use href="#{name}" {place}/>')
        if rest:
            parts.append(f'<path d="{"".join(rest)}"/>')
        return "".join(parts)

    def definitions(self) -> list[str]:
        """What the elements refer to."""
        return [f'<path id="{name}" d="M0 0{path}"/>' for name, _, _, path in self.known.values()]


def _pieces(formula: Formula) -> Iterator[_Piece]:
    """The outlines of a formula, cut where its marks say."""
    contours = list(_contours(formula))
    begun = {mark.first: mark for mark in formula.marks}
    n = 0
    while n < len(contours):
        mark = begun.get(n)
        count = mark.length if mark else 1
        x, y, path = contours[n]
        before = x, y
        for cx, cy, more in contours[n + 1 : n + count]:
            path += f"m{number(cx - before[0])} {number(cy - before[1])}{more}".replace(" -", "-")
            before = cx, cy
        yield _Piece(mark.glyph if mark else "", (mark.x, mark.y) if mark else (0.0, 0.0), x, y, path)
        n += count


def _contours(formula: Formula) -> Iterator[tuple[float, float, str]]:
    """The contours of a formula: where each begins, and its commands."""
    x, y = formula.start
    for text in formula.path.split("z")[:-1]:
        move = _MOVE.match(text)
        if move:
            x, y = x + float(move[1]), y + float(move[2])
        yield x, y, f"{text[move.end() if move else 0 :]}z"
