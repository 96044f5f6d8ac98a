"""A drawing in columns that is too wide for a slide, cut into rows: the column at a cut stands again as signs."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from gradviz.render.columns import draw_columns
from gradviz.render.drawing import Box, Column, Drawing
from gradviz.render.formulas import Typesetter
from gradviz.render.shapes import Shape
from gradviz.render.style import Style
from gradviz.render.theme import Theme

_NEAR = 0.5  # of a row's length: how far from equal lengths it may be cut


def cut_columns(drawing: Drawing, count: int) -> list[Drawing]:
    """A drawing in columns, in so many rows, or as it is where wires run past the columns where it would be cut."""
    last = len(drawing.columns) - 1
    place = {box: n for n, column in enumerate(drawing.columns) for box in column.boxes if box}
    passed = {
        n for wire in drawing.wires for n in range(place[wire.source] + 1, place[wire.target]) if wire.target in place
    }
    cuts = [0]
    for n in range(1, count):
        ideal = n * last / count
        choices = [k for k in range(cuts[-1] + 1, last) if k not in passed and abs(k - ideal) <= _NEAR * last / count]
        if not choices:
            return [drawing]
        cuts.append(min(choices, key=lambda k: (abs(k - ideal), k)))
    ends = [*cuts, last]
    return [_row(drawing, place, row, first, end) for row, (first, end) in enumerate(pairwise(ends))]


def draw_rows(
    rows: list[Drawing], theme: Theme, typesetter: Typesetter, style: Style, output: Box | None
) -> list[list[Shape]]:
    """The shapes of each row; weights stand on the wires of all rows, or of none."""
    drawn = [draw_columns(row, theme, typesetter, style, output) for row in rows]
    parts = {shape.part for shapes in drawn for shape in shapes}
    labels = {f"local-{wire.ends}" for row in rows for wire in row.wires if wire.label and not wire.over}
    if labels <= parts or labels.isdisjoint(parts):
        return drawn
    plain = [
        replace(row, wires=tuple(w if w.over else replace(w, label="", gradient="") for w in row.wires)) for row in rows
    ]
    return [draw_columns(row, theme, typesetter, style, output) for row in plain]


def _row(drawing: Drawing, place: dict[str, int], row: int, first: int, last: int) -> Drawing:
    """The columns of one row; wires that come from before it begin at signs."""
    columns = list(drawing.columns[first : last + 1])
    boxes: list[Box] = []
    signs: dict[str, str] = {}
    if row:
        by_id = {box.id: box for box in drawing.boxes}
        signs = {b: f"→ {b} {row}" for b in columns[0].boxes if b}
        boxes = [_sign(by_id[b], sign) for b, sign in signs.items()]
        columns[0] = Column(tuple(signs.get(b, b) for b in columns[0].boxes))
    own = {b for column in columns for b in column.boxes}
    boxes += [box for box in drawing.boxes if box.id in own]
    wires = [
        replace(wire, source=signs.get(wire.source, wire.source), origin=wire.origin or wire.source)
        for wire in drawing.wires
        if first <= place[wire.source] and first < place[wire.target] <= last
    ]
    groups = tuple(g for g in drawing.groups if any(box.group == g.id for box in boxes))
    return replace(drawing, boxes=tuple(boxes), wires=tuple(wires), groups=groups, columns=tuple(columns))


def _sign(box: Box, id: str) -> Box:  # noqa: A002
    """What stands for a box where its wires go on."""
    if box.bare:
        return replace(box, id=id, group="")
    role = box.role if box.role in {"data", "parameter"} else "intermediate"
    return Box(id, box.label, role, title=f"{box.title or box.id} →", link=True)
