"""Frames around what stands in a column."""

from __future__ import annotations

from typing import NamedTuple

from gradviz.render.formula import Formula
from gradviz.render.shapes import Block, Bounds, Label, Shape
from gradviz.render.theme import Theme

FRAME = 12.0
"""Between a frame and what it holds."""


class Frame(NamedTuple):
    """A frame around cells, with a label where no wire passes: over them, or at their left."""

    part: str
    title: str
    inside: Bounds
    label: Formula | None
    beside: bool

    @property
    def bounds(self) -> Bounds:
        """What it covers, its label included."""
        left, top, right, bottom = self.inside
        if self.label is None:
            return left - FRAME, top - FRAME, right + FRAME, bottom + FRAME
        width, height = self.label.width, self.label.height + self.label.depth
        if self.beside:
            spare = max(0.0, height / 2 + FRAME / 2 - (bottom - top) / 2 - FRAME)
            return left - 2 * FRAME - width, top - FRAME - spare, right + FRAME, bottom + FRAME + spare
        spare = max(0.0, width / 2 - (right - left) / 2)
        return left - FRAME - spare, top - 2 * FRAME - height, right + FRAME + spare, bottom + FRAME

    def draw(self, theme: Theme) -> list[Shape]:
        """Its shapes."""
        left, top, right, bottom = self.bounds
        x, y = (left + right) / 2, (top + bottom) / 2
        size = right - left, bottom - top
        shapes: list[Shape] = [Block(self.part, self.title, x, y, *size, 14.0, theme.group, theme.group_line, 1.4)]
        if self.label:
            label = self.label
            at = (left + FRAME / 2, y + (label.height - label.depth) / 2)
            if not self.beside:
                at = (x - label.width / 2, top + FRAME / 2 + label.height)
            shapes.append(Label(f"{self.part}-label", self.title, label, *at, theme.ink))
        return shapes
