"""The shapes of a drawing whose boxes and wires have their places."""

from __future__ import annotations

from dataclasses import replace

from gradviz.render.crossings import Point
from gradviz.render.drawing import Box, Drawing
from gradviz.render.formula import Formula
from gradviz.render.layout import Placement
from gradviz.render.plain import plain
from gradviz.render.plan import TAG_GAP, Plan
from gradviz.render.shapes import Block, Curve, Head, Label, Oval, Shape
from gradviz.render.sides import signed
from gradviz.render.theme import Theme
from gradviz.render.wires import LINE, THICK, draw_wires


def draw_placed(drawing: Drawing, plan: Plan, placement: Placement, theme: Theme) -> list[Shape]:
    """The shapes, from back to front."""
    return [
        *_groups(drawing, plan, placement, theme),
        *(_turned(shape, plan) for shape in draw_wires(drawing, plan, placement, theme)),
        *_boxes(drawing, plan, placement, theme),
        *_labels(drawing, plan, placement, theme),
    ]


def _turned(shape: Shape, plan: Plan) -> Shape:
    if isinstance(shape, Curve | Head):
        return replace(shape, points=tuple(plan.turned(point) for point in shape.points))
    return shape


def _groups(drawing: Drawing, plan: Plan, placement: Placement, theme: Theme) -> list[Shape]:
    """Frames, the outer ones first, with their labels."""
    shapes: list[Shape] = []
    depths = {group.id: group.parent for group in drawing.groups}

    def depth(group: str) -> int:
        return 1 + depth(depths[group]) if group else 0

    for group in sorted(drawing.groups, key=lambda g: depth(g.id)):
        if group.id not in placement.frames:
            continue
        left, top, right, bottom = placement.frames[group.id]
        (x0, y0), (x1, y1) = plan.turned((left, top)), plan.turned((right, bottom))
        left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        part, title = f"group-{group.id}", group.title or plain(group.label)
        middle, size = ((left + right) / 2, (top + bottom) / 2), (right - left, bottom - top)
        shapes.append(Block(part, title, *middle, *size, 12.0, theme.group, theme.group_line, 1.4))
        label = plan.names.get(group.id)
        if label:
            at = plan.turned(placement.centers[plan.name(group.id)])
            shapes.append(_centered(f"{part}-label", title, label, at, theme.ink))
    return shapes


def _boxes(drawing: Drawing, plan: Plan, placement: Placement, theme: Theme) -> list[Shape]:
    fills = {"data": theme.data, "parameter": theme.parameter}
    items = {item.name: item for item in plan.items}
    shapes: list[Shape] = []
    for box in drawing.boxes:
        item = items[plan.box(box.id)]
        x, y = plan.turned(placement.centers[item.name])
        active = box.id == drawing.active
        fill = theme.active if active else theme.background if box.link else fills.get(box.role, theme.box)
        line, width = (theme.active_line, THICK) if active else (theme.line, LINE)
        part, title = f"box-{box.id}", box.title or plain(box.label)
        size = (item.height, item.width) if plan.up else (item.width, item.height)
        if box.bare:
            part = f"rest-{box.id}"
        elif item.round:
            shapes.append(Oval(part, title, x, y, *size, fill, line, width))
        else:
            radius = min(size) / 2 if box.link else 8.0
            shapes.append(Block(part, title, x, y, *size, radius, fill, line, width / 2 if box.link else width))
        shapes.append(_centered(part, title, plan.formulas[box.id], (x, y), theme.ink))
    return shapes


def _centered(part: str, title: str, formula: Formula, at: Point, fill: str) -> Label:
    x, y = at
    below = (formula.height - formula.depth) / 2
    return Label(part, title, formula, x - formula.width / 2, y + below, fill)


def _labels(drawing: Drawing, plan: Plan, placement: Placement, theme: Theme) -> list[Shape]:
    shapes: list[Shape] = []
    size = theme.label_size
    output = next((b for b in drawing.boxes if b.id == drawing.output), None)
    for box in drawing.boxes:
        tag = plan.tags.get(box.id)
        if tag is None:
            continue
        x, y = plan.turned(placement.centers[plan.tag(box.id)])
        if tag.above:
            at = (x - TAG_GAP - tag.above.width, y) if plan.up else (x - tag.above.width / 2, y - tag.above_by(size))
            shapes.append(_beside(f"value-{box.id}", plain(tag.above.latex), tag.above, at, theme.value, plan))
        if tag.below:
            at = (x + TAG_GAP, y) if plan.up else (x - tag.below.width / 2, y + tag.below_by(size))
            title = _gradient_title(box, output)
            shapes.append(_beside(f"gradient-{box.id}", title, tag.below, at, theme.gradient, plan))
    for number, wire in enumerate(drawing.wires):
        formula = plan.locals.get(number)
        if formula:
            at = plan.turned(placement.centers[plan.local(number)])
            part = f"local-{wire.ends}"
            shapes.append(_centered(part, wire.title or plain(wire.label), formula, at, theme.local))
    return shapes


def _beside(part: str, title: str, formula: Formula, at: Point, fill: str, plan: Plan) -> Label:
    """A label on a wire; where that runs upwards, its middle is level with the place."""
    below = (formula.height - formula.depth) / 2 if plan.up else 0.0
    return Label(part, title, formula, at[0], at[1] + below, fill)


def _gradient_title(box: Box, output: Box | None) -> str:
    value = plain(box.gradient or "")
    name = plain(box.name or box.label)
    of = plain(output.name) if output else ""
    return f"∂{of}/∂{name} {signed(value)}" if of else value
