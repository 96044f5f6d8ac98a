"""Drawings that say themselves what stands beside what: columns of circles, and straight wires between them.

All is placed along the flow (``u``, towards the output) and across it (``v``), and turned at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import hypot
from typing import NamedTuple

from gradviz.render.arches import ROOM, Arch, End, Span, arches, room, rounded, strips
from gradviz.render.cells import around, draw_cell, make_cells, moved
from gradviz.render.crossings import Point
from gradviz.render.drawing import Box, Drawing
from gradviz.render.formula import Formula
from gradviz.render.formulas import Typesetter
from gradviz.render.framed import FRAME, Frame
from gradviz.render.plain import plain
from gradviz.render.shapes import Bounds, Curve, Head, Label, Shape, bounds
from gradviz.render.spots import Segment, clip, find_spots, pieces
from gradviz.render.style import Style
from gradviz.render.theme import Theme

_THIN, _HEAD, _HEAD_WIDTH = 1.3, 9.0, 0.42
_BETWEEN, _APART = 20.0, 170.0  # between the cells of a column; between the middles of columns, at least
_STEEP = 0.85  # how far apart columns stand, of the height that a wire between them climbs
_SIDE, _LINE_GAP, _NOTE_GAP = 26.0, 9.0, 22.0
_MANY = 16  # wires between two columns whose labels are looked for a place
_SCALES, _STEEPS = (
    (1.0, 1.15, 1.3, 1.5, 1.8),
    (0.6, 0.8, 1.0, 1.2, 1.4, 1.6),
)  # of heights and of lengths that are tried
_SLIDE, _TEXTS = (1280.0, 720.0), 150.0  # room, and what texts around the columns take of it
_READABLE = 0.6  # how small on a slide a picture may become so that more labels find a place
_TRIES = 6


class _Layout(NamedTuple):
    """Where cells stand, and the labels on wires that found a place."""

    at: Mapping[str, Point]
    along: tuple[float, ...]
    spots: Mapping[int, Bounds]
    arches: Mapping[int, Arch]


def draw_columns(
    drawing: Drawing, theme: Theme, typesetter: Typesetter, style: Style, output: Box | None = None
) -> list[Shape]:
    """The shapes of a drawing in columns, from back to front; ``output`` is the graph's, where it stands elsewhere."""
    return _Columns(drawing, theme, typesetter, output, up=style.direction == "up").shapes()


class _Columns:
    def __init__(self, drawing: Drawing, theme: Theme, typesetter: Typesetter, output: Box | None, *, up: bool) -> None:
        self.drawing = drawing
        self.theme = theme
        self.typesetter = typesetter
        self.up = up
        self.cells = make_cells(drawing, theme, typesetter, up=up, output=output)
        self.straight = [n for n, wire in enumerate(drawing.wires) if not wire.over]
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
        for number in self.straight:
            wire = self.drawing.wires[number]
            if wire.label:
                groups.setdefault(self.place[wire.target], []).append(number)
        return [group for group in groups.values() if len(group) <= _MANY]

    def _wire_labels(self) -> dict[int, tuple[Formula, Formula | None]]:
        """The labels that are told, each with its gradient."""
        size = 0.88 * self.theme.label_size
        found = {}
        arched = [n for n, wire in enumerate(self.drawing.wires) if wire.over and wire.label]
        for number in (*(n for group in self.groups for n in group), *arched):
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
        """The layout that is largest on a slide, of those in which most labels of wires find a place."""
        tried = product(_SCALES, _STEEPS) if self.groups else product(_SCALES[:1], _STEEPS[:3])
        bare = [self._try(apart, steep) for apart, steep in tried]
        sizes = {n: self._size(layout) for n, layout in enumerate(bare)}
        wanted = sum(map(len, self.groups))
        best: tuple[tuple[float, ...], _Layout] | None = None
        for n in sorted(sizes, key=lambda n: -sizes[n]):
            if best and sizes[n] < _READABLE <= best[0][0]:
                break
            found = self._with_labels(bare[n])
            key = min(sizes[n], _READABLE), len(found.spots), sizes[n]
            if best is None or key > best[0]:
                best = key, found
            if len(found.spots) == wanted:
                break
        assert best is not None
        return best[1]

    def _size(self, layout: _Layout) -> float:
        """How large it is on a slide."""
        left, top, right, bottom = around([*self._taken(layout.at), *(f.bounds for f in self._frames(layout))])
        texts = (_TEXTS, 0.0) if self.up else (0.0, _TEXTS)
        return min(_SLIDE[0] / (right - left + texts[0]), _SLIDE[1] / (bottom - top + texts[1]))

    def _try(self, scale: float, steep: float) -> _Layout:
        across = self._across(scale)
        gap = steep
        for _ in range(_TRIES):
            along = self._along(across, gap)
            at = {b: self._turned(along[self.place[b]], v) for b, v in across.items()}
            if not self._grazes(at):
                break
            gap *= 1.25
        return _Layout(at, along, {}, self._arches(across, along))

    def _with_labels(self, layout: _Layout) -> _Layout:
        """With the labels of wires, as far as there is a place for all between two columns."""
        spots: dict[int, Bounds] = {}
        taken = [*self._taken(layout.at), *self._strips(layout.arches)]
        for group in self.groups:
            target = self.place[self.drawing.wires[group[0]].target]
            near = [n for n in self.straight if self.place[self.drawing.wires[n].target] == target]
            segments = [self._segment(n, layout.at) for n in near]
            sizes = {near.index(n): self._label_size(n) for n in group}
            found = find_spots(sizes, segments, taken)
            if len(found) == len(group):
                spots |= {near[n]: spot for n, spot in found.items()}
        return layout._replace(spots=spots)

    # -- arches

    def _arches(self, across: Mapping[str, float], along: Sequence[float]) -> dict[int, Arch]:
        """Wires over columns."""
        spans = {}
        for number, wire in enumerate(self.drawing.wires):
            if wire.over:
                over, under = self.labels.get(number, (None, None))
                ends = (self._end(wire.source, across, along, 1.0), self._end(wire.target, across, along, -1.0))
                spans[number] = Span(*ends, room(over, up=self.up), room(under, up=self.up))
        tops = [v + self._extent(self.cells[b].bounds)[2] for b, v in across.items()]
        framed = 3 * FRAME if self.drawing.groups else 0.0
        return arches(spans, min(tops) - framed)

    def _end(self, box: str, across: Mapping[str, float], along: Sequence[float], side: float) -> End:
        """Where an arch meets a box: beside its upper end, below the label over it."""
        column = self.place[box]
        extents = [self._extent(self.cells[b].bounds) for b in self.drawing.columns[column].boxes if b]
        reach = max(max(-e[0], e[1]) for e in extents)
        if any(self.cells[b].box.group for b in self.drawing.columns[column].boxes if b):
            reach += FRAME
        du, dv = 0.84 * side, -0.54
        far = self.cells[box].edge(*self._turned(du, dv))
        at = along[column] + far * du, across[box] + far * dv
        return End(column, at, along[column] + side * reach)

    def _strips(self, found: Mapping[int, Arch]) -> list[Bounds]:
        corners = [(self._turned(*a), self._turned(*b)) for arch in found.values() for a, b in strips(arch)]
        return [(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])) for a, b in corners]

    def _draw_arch(self, number: int, arch: Arch) -> list[Shape]:
        wire = self.drawing.wires[number]
        part = f"wire-{wire.ends}"
        title = wire.title or f"{plain(wire.source)} → {plain(wire.target)}"
        *corners, (u, v) = arch.corners
        back, wide = u - _HEAD, _HEAD * _HEAD_WIDTH
        line = rounded([*corners, (back, v)])
        shapes: list[Shape] = [
            Curve(part, title, tuple(self._turned(*p) for p in line), self.theme.line, _THIN),
            Head(
                part,
                title,
                tuple(self._turned(*p) for p in ((u, v), (back, v - wide), (back, v + wide))),
                self.theme.line,
            ),
        ]
        over, under = self.labels.get(number, (None, None))
        middle = self._turned(arch.middle, arch.level)
        colour = self.theme.value if wire.gradient else self.theme.local
        for label, fill, told in ((over, colour, ""), (under, self.theme.gradient, "gradient-")):
            if label is None:
                continue
            beyond = -1.0 if label is over else 1.0
            if self.up:
                x = middle[0] - 6.0 - label.width if beyond < 0 else middle[0] + 6.0
                y = middle[1] + (label.height - label.depth) / 2
            else:
                x = middle[0] - label.width / 2
                y = middle[1] - 6.0 - label.depth if beyond < 0 else middle[1] + 6.0 + label.height
            shapes.append(Label(f"local-{told}{wire.ends}", wire.title or plain(wire.label), label, x, y, fill))
        return shapes

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
        legs = {
            self.place[end] + side for w in self.drawing.wires if w.over for end, side in ((w.source, 1), (w.target, 0))
        }
        for wire in (self.drawing.wires[n] for n in self.straight):
            target = self.place[wire.target]
            climbs[target] = max(climbs[target], abs(across[wire.target] - across[wire.source]))
        found = [0.0]
        for n in range(1, len(columns)):
            between = 0.0 if self.up else max((f.width for f in self.entering[n]), default=0.0)
            least = half[n - 1] + half[n] + _SIDE + (between and between + _SIDE) + (ROOM if n in legs else 0.0)
            found.append(found[-1] + max(max(_APART, _STEEP * climbs[n]) * scale, least))
        return tuple(found)

    def _half(self, column: int) -> float:
        """Half of what a column takes along the flow."""
        extents = [self._extent(self.cells[b].bounds) for b in self.drawing.columns[column].boxes if b]
        most = max(max(-e[0], e[1]) for e in extents)
        if any(self.cells[b].box.group for b in self.drawing.columns[column].boxes if b):
            most += FRAME
        if self.up:
            return max(most, *(self._height(lines) / 2 for lines in (self.headings[column], self.notes[column])))
        texts = [*self.headings[column], *self.notes[column]]
        return max([most, *(f.width / 2 for f in texts)])

    # -- wires

    def _segment(self, number: int, at: Mapping[str, Point]) -> Segment:
        wire = self.drawing.wires[number]
        (x0, y0), target = at[wire.source], at[wire.target]
        x1, y1 = self.cells[wire.target].entry((x0, y0), target, up=self.up)
        out = self.cells[wire.source].edge(x1 - x0, y1 - y0)
        return Segment(Segment((x0, y0), (x1, y1)).at(out / hypot(x1 - x0, y1 - y0)), (x1, y1))

    def _taken(self, at: Mapping[str, Point]) -> list[Bounds]:
        return [moved(cell.bounds, at[b]) for b, cell in self.cells.items()]

    def _grazes(self, at: Mapping[str, Point]) -> bool:
        """Whether a wire runs through a label beside a box."""
        labels: dict[int, list[Bounds]] = {}
        for b, cell in self.cells.items():
            found = [moved(t.bounds, at[b]) for t in cell.texts if t.part[:3] != "box"]
            labels.setdefault(self.place[b], []).extend(found)
        for number in self.straight:
            wire = self.drawing.wires[number]
            near = [*labels[self.place[wire.source]], *labels[self.place[wire.target]]]
            if any(clip(self._segment(number, at), label) for label in near):
                return True
        return False

    def _draw_wires(self, layout: _Layout) -> list[Shape]:
        shapes: list[Shape] = []
        for number, wire in enumerate(self.drawing.wires):
            if number in layout.arches:
                shapes += self._draw_arch(number, layout.arches[number])
                continue
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
        over = [bounds(shape) for n, arch in layout.arches.items() for shape in self._draw_arch(n, arch)]
        whole = around([*self._taken(layout.at), *(f.bounds for f in self._frames(layout)), *over])
        ink, local = self.theme.ink, self.theme.local
        shapes: list[Shape] = []
        above = whole[1] - _NOTE_GAP - max((self._height(e) for e in self.entering), default=0.0)
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
            top = above - _NOTE_GAP / 2 - self._height(self.headings[n])
            shapes += self._block(f"heading-{n}", self.headings[n], (x, top), ink, 0.5)
            shapes += self._block(f"note-{n}", self.notes[n], (x, whole[3] + _NOTE_GAP), ink, 0.5)
            shapes += self._block(f"weights-{n}", self.entering[n], (middle[0], above), local, 0.5)
        return shapes

    def _frames(self, layout: _Layout) -> list[Frame]:
        frames = []
        for group in self.drawing.groups:
            inside = [
                moved(self.cells[b.id].bounds, layout.at[b.id]) for b in self.drawing.boxes if b.group == group.id
            ]
            if not inside:
                continue
            label = self.typesetter.formula(group.label, self.theme.label_size) if group.label else None
            title = group.title or plain(group.label)
            frames.append(Frame(f"group-{group.id}", title, around(inside), label, self.up))
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


def _straight(segment: Segment) -> tuple[Point, ...]:
    return segment.start, segment.at(1 / 3), segment.at(2 / 3), segment.end
