"""Drawings that say themselves what stands beside what: columns of circles, and straight wires between them.

All is placed along the flow (``u``, towards the output) and across it (``v``), and turned at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot
from typing import NamedTuple

from gradviz.render.cells import around, draw_cell, make_cells, moved
from gradviz.render.crossings import Point
from gradviz.render.drawing import Drawing
from gradviz.render.formula import Formula
from gradviz.render.formulas import Typesetter
from gradviz.render.plain import plain
from gradviz.render.shapes import Block, Bounds, Curve, Head, Label, Shape
from gradviz.render.spots import Segment, clip, find_spots, pieces
from gradviz.render.style import Style
from gradviz.render.theme import Theme

_THIN, _HEAD, _HEAD_WIDTH = 1.3, 9.0, 0.42
_BETWEEN, _APART = 20.0, 170.0  # between the cells of a column; between the middles of columns, at least
_STEEP = 0.85  # how far apart columns stand, of the height that a wire between them climbs
_SIDE, _LINE_GAP, _NOTE_GAP = 26.0, 9.0, 22.0
_FRAME = 12.0
_MANY = 16  # wires between two columns whose labels are looked for a place
_SCALES = (1.0, 1.25, 1.5)
_TRIES = 6


class _Layout(NamedTuple):
    """Where cells stand, and the labels on wires that found a place."""

    at: Mapping[str, Point]
    along: tuple[float, ...]
    spots: Mapping[int, Bounds]


def draw_columns(drawing: Drawing, theme: Theme, typesetter: Typesetter, style: Style) -> list[Shape]:
    """The shapes of a drawing in columns, from back to front."""
    return _Columns(drawing, theme, typesetter, up=style.direction == "up").shapes()


class _Columns:
    def __init__(self, drawing: Drawing, theme: Theme, typesetter: Typesetter, *, up: bool) -> None:
        self.drawing = drawing
        self.theme = theme
        self.typesetter = typesetter
        self.up = up
        self.cells = make_cells(drawing, theme, typesetter, up=up)
        self.place = {b: n for n, column in enumerate(drawing.columns) for b in column.boxes if b}
        self.headings = [self._lines((c.heading,) if c.heading else ()) for c in drawing.columns]
        self.notes = [self._lines(c.notes) for c in drawing.columns]
        self.entering = [self._lines((c.entering,) if c.entering else ()) for c in drawing.columns]
        self.groups = self._labelled()
        self.labels = self._wire_labels()

    def _lines(self, texts: tuple[str, ...]) -> list[Formula]:
        return [self.typesetter.formula(text, self.theme.label_size) for text in texts]

    def _labelled(self) -> list[list[int]]:
        """Wires between the same columns whose labels are to be told one by one: all of them, or none."""
        groups: dict[int, list[int]] = {}
        for number, wire in enumerate(self.drawing.wires):
            if wire.label:
                groups.setdefault(self.place[wire.target], []).append(number)
        return [group for group in groups.values() if len(group) <= _MANY]

    def _wire_labels(self) -> dict[int, tuple[Formula, Formula | None]]:
        """The labels that are told, each with its gradient."""
        size = 0.88 * self.theme.label_size
        found = {}
        for number in (n for group in self.groups for n in group):
            wire = self.drawing.wires[number]
            below = self.typesetter.formula(wire.gradient, size) if wire.gradient else None
            found[number] = (self.typesetter.formula(wire.label, size), below)
        return found

    # -- along and across

    def _turned(self, u: float, v: float) -> Point:
        return (v, -u) if self.up else (u, v)

    def _extent(self, bounds: Bounds) -> tuple[float, float, float, float]:
        """Bounds as least and most along, least and most across."""
        left, top, right, bottom = bounds
        return (-bottom, -top, left, right) if self.up else (left, right, top, bottom)

    def _layout(self) -> _Layout:
        """The closest columns in which all labels of wires find a place; else as many as can."""
        best: _Layout | None = None
        for scale in _SCALES:
            found = self._try(scale)
            if best is None or len(found.spots) > len(best.spots):
                best = found
            if len(found.spots) == len(self.labels):
                break
        assert best is not None
        return best

    def _try(self, scale: float) -> _Layout:
        across = self._across(scale)
        gap = 1.0
        for _ in range(_TRIES):
            along = self._along(across, scale * gap)
            at = {b: self._turned(along[self.place[b]], v) for b, v in across.items()}
            if not self._grazes(at):
                break
            gap *= 1.25
        spots: dict[int, Bounds] = {}
        taken = self._taken(at)
        for group in self.groups:
            target = self.place[self.drawing.wires[group[0]].target]
            near = [n for n, w in enumerate(self.drawing.wires) if self.place[w.target] == target]
            segments = [self._segment(n, at) for n in near]
            sizes = {near.index(n): self._label_size(n) for n in group}
            found = find_spots(sizes, segments, taken)
            if len(found) == len(group):
                spots |= {near[n]: spot for n, spot in found.items()}
        return _Layout(at, along, spots)

    def _label_size(self, number: int) -> tuple[float, float]:
        over, under = self.labels[number]
        height = over.height + over.depth
        if under is None:
            return over.width + 6.0, height + 4.0
        return max(over.width, under.width) + 6.0, height + under.height + under.depth + 8.0

    def _across(self, scale: float) -> dict[str, float]:
        found: dict[str, float] = {}
        for column in self.drawing.columns:
            extents = [self._extent(self.cells[b].bounds) for b in column.boxes if b]
            pitch = (max(e[3] - e[2] for e in extents) + _BETWEEN) * scale
            steps = [0.0]
            for box in column.boxes[1:]:
                steps.append(steps[-1] + (pitch if box else pitch / 4))
            for box, step in zip(column.boxes, steps, strict=True):
                if box:
                    found[box] = step - steps[-1] / 2
        return found

    def _along(self, across: Mapping[str, float], scale: float) -> tuple[float, ...]:
        columns = self.drawing.columns
        half = [self._half(n) for n in range(len(columns))]
        climbs = [0.0] * len(columns)
        for wire in self.drawing.wires:
            target = self.place[wire.target]
            climbs[target] = max(climbs[target], abs(across[wire.target] - across[wire.source]))
        found = [0.0]
        for n in range(1, len(columns)):
            between = 0.0 if self.up else max((f.width for f in self.entering[n]), default=0.0)
            room = half[n - 1] + half[n] + _SIDE + (between and between + _SIDE)
            found.append(found[-1] + max(_APART, _STEEP * climbs[n], room) * scale)
        return tuple(found)

    def _half(self, column: int) -> float:
        """Half of what a column takes along the flow."""
        extents = [self._extent(self.cells[b].bounds) for b in self.drawing.columns[column].boxes if b]
        most = max(max(-e[0], e[1]) for e in extents)
        if any(self.cells[b].box.group for b in self.drawing.columns[column].boxes if b):
            most += _FRAME
        if self.up:
            return max(most, *(self._height(lines) / 2 for lines in (self.headings[column], self.notes[column])))
        texts = [*self.headings[column], *self.notes[column]]
        return max([most, *(f.width / 2 for f in texts)])

    # -- wires

    def _segment(self, number: int, at: Mapping[str, Point]) -> Segment:
        wire = self.drawing.wires[number]
        (x0, y0), (x1, y1) = at[wire.source], at[wire.target]
        length = hypot(x1 - x0, y1 - y0)
        whole = Segment((x0, y0), (x1, y1))
        out = self.cells[wire.source].edge(x1 - x0, y1 - y0)
        into = self.cells[wire.target].edge(x1 - x0, y1 - y0)
        return Segment(whole.at(out / length), whole.at(1 - into / length))

    def _taken(self, at: Mapping[str, Point]) -> list[Bounds]:
        return [moved(cell.bounds, at[b]) for b, cell in self.cells.items()]

    def _grazes(self, at: Mapping[str, Point]) -> bool:
        """Whether a wire runs through a label beside a box."""
        labels = [moved(t.bounds, at[b]) for b, cell in self.cells.items() for t in cell.texts if t.part[:3] != "box"]
        segments = [self._segment(n, at) for n in range(len(self.drawing.wires))]
        return any(clip(segment, label) for segment in segments for label in labels)

    def _draw_wires(self, layout: _Layout) -> list[Shape]:
        shapes: list[Shape] = []
        for number, wire in enumerate(self.drawing.wires):
            active = wire.source == self.drawing.active
            line, width = (self.theme.active_line, 2 * _THIN) if active else (self.theme.line, _THIN)
            part = f"wire-{wire.ends}"
            title = wire.title or f"{plain(wire.source)} → {plain(wire.target)}"
            whole = self._segment(number, layout.at)
            (x0, y0), tip = whole
            length = hypot(tip[0] - x0, tip[1] - y0)
            base = whole.at(max(0.0, 1 - _HEAD / length))
            spot = layout.spots.get(number)
            left = pieces(Segment(whole.start, base), spot)
            shapes += [Curve(part, title, _straight(piece), line, width) for piece in left]
            dx, dy = (tip[0] - base[0]) * _HEAD_WIDTH, (tip[1] - base[1]) * _HEAD_WIDTH
            shapes.append(Head(part, title, (tip, (base[0] - dy, base[1] + dx), (base[0] + dy, base[1] - dx)), line))
            if spot:
                shapes += self._draw_label(number, spot)
        return shapes

    def _draw_label(self, number: int, spot: Bounds) -> list[Shape]:
        wire = self.drawing.wires[number]
        over, under = self.labels[number]
        x = (spot[0] + spot[2]) / 2
        top = spot[1] + 2.0
        colour = self.theme.value if wire.gradient else self.theme.ink
        y = top + over.height
        shapes: list[Shape] = [
            Label(f"local-{wire.ends}", wire.title or plain(wire.label), over, x - over.width / 2, y, colour)
        ]
        if under:
            y += over.depth + 4.0 + under.height
            title = f"{wire.title}: {plain(wire.gradient)}"
            shapes.append(
                Label(f"local-gradient-{wire.ends}", title, under, x - under.width / 2, y, self.theme.gradient)
            )
        return shapes

    # -- what stands around the columns

    def _height(self, lines: list[Formula]) -> float:
        return sum(f.height + f.depth for f in lines) + _LINE_GAP * max(0, len(lines) - 1)

    def _block(self, part: str, lines: list[Formula], at: Point, fill: str, anchor: float) -> list[Shape]:
        """Lines of text below a point; ``anchor`` says which part of each line stands over it."""
        shapes: list[Shape] = []
        x, y = at
        for n, formula in enumerate(lines):
            y += formula.height
            name = f"{part}-{n}"
            shapes.append(Label(name, plain(formula.latex), formula, x - anchor * formula.width, y, fill))
            y += formula.depth + _LINE_GAP
        return shapes

    def _draw_texts(self, layout: _Layout) -> list[Shape]:
        whole = around([*self._taken(layout.at), *(f.bounds for f in self._frames(layout))])
        ink, local = self.theme.ink, self.theme.local
        shapes: list[Shape] = []
        over = whole[1] - _NOTE_GAP - max((self._height(e) for e in self.entering), default=0.0)
        for n, u in enumerate(layout.along):
            x, y = self._turned(u, 0.0)
            parts = (("heading", self.headings[n], ink), ("note", self.notes[n], ink))
            middle = self._turned((layout.along[n - 1] + u) / 2, 0.0) if n else (x, y)
            if self.up:
                for part, lines, fill in parts:
                    side = whole[0] - _SIDE if part == "heading" else whole[2] + _SIDE
                    top = y - self._height(lines) / 2
                    shapes += self._block(f"{part}-{n}", lines, (side, top), fill, 1.0 if part == "heading" else 0.0)
                top = middle[1] - self._height(self.entering[n]) / 2
                shapes += self._block(f"weights-{n}", self.entering[n], (whole[0] - _SIDE, top), local, 1.0)
                continue
            top = over - _NOTE_GAP / 2 - self._height(self.headings[n])
            shapes += self._block(f"heading-{n}", self.headings[n], (x, top), ink, 0.5)
            shapes += self._block(f"note-{n}", self.notes[n], (x, whole[3] + _NOTE_GAP), ink, 0.5)
            shapes += self._block(f"weights-{n}", self.entering[n], (middle[0], over), local, 0.5)
        return shapes

    def _frames(self, layout: _Layout) -> list[_Frame]:
        frames = []
        for group in self.drawing.groups:
            inside = [
                moved(self.cells[b.id].bounds, layout.at[b.id]) for b in self.drawing.boxes if b.group == group.id
            ]
            if not inside:
                continue
            label = self.typesetter.formula(group.label, self.theme.label_size) if group.label else None
            title = group.title or plain(group.label)
            frames.append(_Frame(f"group-{group.id}", title, around(inside), label, self.up))
        return frames

    def shapes(self) -> list[Shape]:
        layout = self._layout()
        shapes: list[Shape] = []
        for frame in self._frames(layout):
            shapes += frame.draw(self.theme)
        shapes += self._draw_wires(layout)
        for b, cell in self.cells.items():
            shapes += draw_cell(cell, layout.at[b], self.theme, active=b == self.drawing.active)
        return [*shapes, *self._draw_texts(layout)]


class _Frame(NamedTuple):
    """A frame around cells, with a label where no wire passes: over them, or at their left."""

    part: str
    title: str
    inside: Bounds
    label: Formula | None
    beside: bool

    @property
    def bounds(self) -> Bounds:
        left, top, right, bottom = self.inside
        if self.label is None:
            return left - _FRAME, top - _FRAME, right + _FRAME, bottom + _FRAME
        width, height = self.label.width, self.label.height + self.label.depth
        if self.beside:
            spare = max(0.0, height / 2 + _FRAME / 2 - (bottom - top) / 2 - _FRAME)
            return left - 2 * _FRAME - width, top - _FRAME - spare, right + _FRAME, bottom + _FRAME + spare
        spare = max(0.0, width / 2 - (right - left) / 2)
        return left - _FRAME - spare, top - 2 * _FRAME - height, right + _FRAME + spare, bottom + _FRAME

    def draw(self, theme: Theme) -> list[Shape]:
        left, top, right, bottom = self.bounds
        x, y = (left + right) / 2, (top + bottom) / 2
        size = right - left, bottom - top
        shapes: list[Shape] = [Block(self.part, self.title, x, y, *size, 14.0, theme.group, theme.group_line, 1.4)]
        if self.label:
            label = self.label
            at = (left + _FRAME / 2, y + (label.height - label.depth) / 2)
            if not self.beside:
                at = (x - label.width / 2, top + _FRAME / 2 + label.height)
            shapes.append(Label(f"{self.part}-label", self.title, label, *at, theme.ink))
        return shapes


def _straight(segment: Segment) -> tuple[Point, ...]:
    return segment.start, segment.at(1 / 3), segment.at(2 / 3), segment.end
