"""Characters that no font here can draw: hollow boxes, so that nothing is left out in silence."""

from __future__ import annotations

from collections.abc import Iterator

from gradviz.render.crossings import Point
from gradviz.render.formula import Run
from gradviz.render.outline import Piece
from gradviz.render.shapes import Label, Shape

_SIDE, _HIGH, _LINE = 0.08, 0.74, 0.06
_WIDE = 0x2E80


def boxes(shape: Shape) -> tuple[Piece, ...]:
    """A box for each character of a shape that has no outline."""
    if not isinstance(shape, Label):
        return ()
    return tuple(piece for run in shape.formula.runs for piece in _boxes(run, shape.x, shape.y))


def _boxes(run: Run, x: float, y: float) -> Iterator[Piece]:
    left, base = x + run.x, y + run.y
    for character in run.text:
        step = (1.0 if ord(character) >= _WIDE else 0.6) * run.size
        side, high, line = (part * run.size for part in (_SIDE, _HIGH, _LINE))
        if not character.isspace():
            outer = (left + side, base - high), (left + step - side, base)
            inner = (outer[0][0] + line, outer[0][1] + line), (outer[1][0] - line, outer[1][1] - line)
            yield from _rectangle(*outer)
            yield from _hole(*inner)
        left += step


def _rectangle(first: Point, last: Point) -> Iterator[Piece]:
    (x0, y0), (x1, y1) = first, last
    yield Piece("m", ((x0, y0),))
    yield from (Piece("l", (corner,)) for corner in ((x1, y0), (x1, y1), (x0, y1)))
    yield Piece("z")


def _hole(first: Point, last: Point) -> Iterator[Piece]:
    """The other way round: what it encloses is left out of what encloses it."""
    (x0, y0), (x1, y1) = first, last
    yield Piece("m", ((x0, y0),))
    yield from (Piece("l", (corner,)) for corner in ((x0, y1), (x1, y1), (x1, y0)))
    yield Piece("z")
