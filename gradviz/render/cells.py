"""Boxes with their labels beside them, as drawings in columns have them."""

from __future__ import annotations

from collections.abc import Sequence
from math import copysign, hypot
from typing import NamedTuple

from gradviz.render.crossings import Point
from gradviz.render.drawing import Box, Drawing
from gradviz.render.formula import Formula
from gradviz.render.formulas import Typesetter
from gradviz.render.plain import plain
from gradviz.render.shapes import Block, Bounds, Label, Oval, Shape
from gradviz.render.sides import equated, signed
from gradviz.render.theme import Theme
from gradviz.render.wires import LINE, THICK

_LEAST, _PAD_X, _PAD_Y = 52.0, 14.0, 11.0
_ROUND_PAD = 13.0
_CORNER = 9.0  # how far from a corner a wire enters
_GAP = 5.0  # between an outline and the label beside it


class Text(NamedTuple):
    """A label at a place relative to the middle of its cell: the left end of its baseline."""

    part: str
    title: str
    formula: Formula
    x: float
    y: float
    fill: str

    @property
    def bounds(self) -> Bounds:
        """What it covers."""
        formula = self.formula
        return self.x, self.y - formula.height, self.x + formula.width, self.y + formula.depth


class Cell(NamedTuple):
    """A box, its size, and the labels in and around it."""

    box: Box
    width: float
    height: float
    texts: tuple[Text, ...]

    @property
    def bounds(self) -> Bounds:
        """What it covers, around its middle."""
        outline = (-self.width / 2, -self.height / 2, self.width / 2, self.height / 2)
        return around([outline, *(text.bounds for text in self.texts)])

    def edge(self, dx: float, dy: float) -> float:
        """How far the outline is from the middle in a direction."""
        length = hypot(dx, dy) or 1.0
        if self.box.round:
            return self.width / 2
        across = self.width / 2 / abs(dx) if dx else float("inf")
        down = self.height / 2 / abs(dy) if dy else float("inf")
        return min(across, down) * length

    def entry(self, start: Point, middle: Point, *, up: bool) -> Point:
        """Where a wire enters that comes from a point; with corners, at the side it comes to, clear of the labels."""
        dx, dy = middle[0] - start[0], middle[1] - start[1]
        near = self.edge(dx, dy) / hypot(dx, dy)
        x, y = middle[0] - dx * near, middle[1] - dy * near
        if self.box.round or self.box.bare:
            return x, y
        wide, high = self.width / 2, self.height / 2
        if up and abs(x - middle[0]) > wide - _CORNER:
            return middle[0] - copysign(wide - _CORNER, dx), middle[1] - copysign(high, dy)
        if not up and abs(y - middle[1]) > high - _CORNER:
            return middle[0] - copysign(wide, dx), middle[1] - copysign(high - _CORNER, dy)
        return x, y


def around(several: Sequence[Bounds]) -> Bounds:
    """The bounds of several things together."""
    return (
        min(b[0] for b in several),
        min(b[1] for b in several),
        max(b[2] for b in several),
        max(b[3] for b in several),
    )


def moved(bounds: Bounds, at: Point) -> Bounds:
    """Bounds, moved."""
    return bounds[0] + at[0], bounds[1] + at[1], bounds[2] + at[0], bounds[3] + at[1]


def make_cells(
    drawing: Drawing, theme: Theme, typesetter: Typesetter, *, up: bool, output: Box | None = None
) -> dict[str, Cell]:
    """Typeset all boxes; circles are of one size. ``output`` is whose gradients are told, where it stands elsewhere."""
    labels = {b.id: typesetter.formula(b.label, theme.label_size if b.bare else theme.box_size) for b in drawing.boxes}
    sizes = [
        hypot(f.width, f.height + f.depth) for b in drawing.boxes if b.round and not b.bare for f in (labels[b.id],)
    ]
    across = max([_LEAST, *(size + _ROUND_PAD for size in sizes)])
    output = output or next((b for b in drawing.boxes if b.id == drawing.output), None)
    of = plain(output.name or output.label) if output else ""
    return {b.id: _cell(b, labels[b.id], across, of, theme, typesetter, up=up) for b in drawing.boxes}


def _cell(box: Box, label: Formula, across: float, of: str, theme: Theme, typesetter: Typesetter, *, up: bool) -> Cell:
    if box.bare:
        return _bare(box, label, theme, typesetter, up=up)
    if box.round:
        width = height = across
    elif box.link:
        width, height = max(label.width + 1.4 * _PAD_X, 30.0), label.height + label.depth + 12.0
    else:
        width = max(label.width + 2 * _PAD_X, _LEAST)
        height = max(label.height + label.depth + 2 * _PAD_Y, 44.0)
    title = box.title or plain(box.label)
    down = (label.height - label.depth) / 2
    texts = [Text(f"box-{box.id}", title, label, -label.width / 2, down, theme.ink)]
    size = theme.label_size
    above = equated((box.name, box.value or ""))
    if above:
        formula = typesetter.formula(above, size)
        x = -width / 2 - _GAP - formula.width if up else -formula.width / 2
        y = (formula.height - formula.depth) / 2 if up else -height / 2 - _GAP - formula.depth
        texts.append(Text(f"value-{box.id}", plain(above), formula, x, y, theme.value))
    if box.gradient:
        formula = typesetter.formula(box.gradient, size)
        x = width / 2 + _GAP if up else -formula.width / 2
        y = (formula.height - formula.depth) / 2 if up else height / 2 + _GAP + formula.height
        told = f"∂{of}/∂{plain(box.name or box.label)} {signed(plain(box.gradient))}"
        texts.append(Text(f"gradient-{box.id}", told, formula, x, y, theme.gradient))
    return Cell(box, width, height, tuple(texts))


def _bare(box: Box, label: Formula, theme: Theme, typesetter: Typesetter, *, up: bool) -> Cell:
    """Three dots and what they stand for."""
    dots = typesetter.formula(r"\cdots" if up else r"\vdots", theme.box_size)
    height = dots.height + dots.depth + 2 * _GAP + label.height + label.depth
    width = max(dots.width, label.width)
    part, title = f"rest-{box.id}", box.title or plain(box.label)
    top = -height / 2
    texts = (
        Text(part, title, dots, -dots.width / 2, top + dots.height, theme.ink),
        Text(part, title, label, -label.width / 2, height / 2 - label.depth, theme.ink),
    )
    return Cell(box, width, height, texts)


def draw_cell(cell: Cell, at: Point, theme: Theme, *, active: bool) -> list[Shape]:
    """The shapes of a cell, those of one part together."""
    box = cell.box
    shapes: list[Shape] = []
    if not box.bare:
        fills = {"data": theme.data, "parameter": theme.parameter}
        fill = theme.active if active else theme.background if box.link else fills.get(box.role, theme.box)
        line, width = (theme.active_line, THICK) if active else (theme.line, LINE)
        part, title = f"box-{box.id}", box.title or plain(box.label)
        if box.round:
            shapes.append(Oval(part, title, *at, cell.width, cell.height, fill, line, width))
        else:
            radius = min(cell.width, cell.height) / 2 if box.link else 8.0
            thick = width / 2 if box.link else width
            shapes.append(Block(part, title, *at, cell.width, cell.height, radius, fill, line, thick))
    return [
        *shapes,
        *(Label(t.part, t.title, t.formula, at[0] + t.x, at[1] + t.y, t.fill) for t in cell.texts),
    ]
