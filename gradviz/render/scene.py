"""A drawing → a scene: typeset every label, lay the boxes out, put the shapes in their places."""

from __future__ import annotations

from math import ceil

from gradviz.render.cache import open_store
from gradviz.render.columns import draw_columns
from gradviz.render.crossings import Point
from gradviz.render.drawing import Box, Drawing
from gradviz.render.formula import Formula
from gradviz.render.formulas import Typesetter
from gradviz.render.layout import Placement, place
from gradviz.render.plain import plain
from gradviz.render.plan import Plan, make_plan
from gradviz.render.shapes import (
    Block,
    Label,
    Oval,
    Scene,
    Shape,
    bounds,
    shift,
)
from gradviz.render.style import Style, style
from gradviz.render.theme import Theme, theme_of
from gradviz.render.wires import LINE, THICK, draw_wires

_MARGIN = 22.0
_CAPTION_GAP = 34.0


def compose(drawing: Drawing, options: Style | str = "default") -> Scene:
    """Lay a drawing out.

    Parameters
    ----------
    drawing : Drawing
        Boxes and wires.
    options : Style or str
        How it is to look: a style, or the name of a theme.

    Raises
    ------
    UsageError
        For an unknown theme.
    GradvizError
        Where there is no Graphviz.

    Examples
    --------
    >>> from gradviz.render.drawing import Box, Wire
    >>> boxes = Box("x", "x", "data", value="2"), Box("q", "x^2", "output", "q", "4", "1")
    >>> scene = compose(Drawing(boxes, (Wire("x", "q"),), "q", "a square", "x goes into x²"))
    >>> sorted({shape.part for shape in scene.shapes})
    ['box-q', 'box-x', 'gradient-q', 'value-q', 'value-x', 'wire-q', 'wire-x-q-0']
    """
    look = style(options)
    colours = theme_of(look)
    store = open_store()
    typesetter = Typesetter(store)
    caption = typesetter.formula(drawing.caption, colours.caption_size) if drawing.caption else None
    if drawing.columns:
        return _on_canvas(drawing, draw_columns(drawing, colours, typesetter, look), caption, colours)
    plan = make_plan(drawing, colours, typesetter)
    placement = place(plan.items, plan.links, store)
    shapes = [
        *draw_wires(drawing, plan, placement, colours),
        *_boxes(drawing, plan, placement, colours),
        *_labels(drawing, plan, placement, colours),
    ]
    return _on_canvas(drawing, shapes, caption, colours)


def _on_canvas(drawing: Drawing, shapes: list[Shape], caption: Formula | None, theme: Theme) -> Scene:
    edges = [bounds(shape) for shape in shapes] or [(0.0, 0.0, 0.0, 0.0)]
    left, top = min(e[0] for e in edges), min(e[1] for e in edges)
    width = max(e[2] for e in edges) - left
    height = max(e[3] for e in edges) - top
    full = max(width, caption.width if caption else 0.0)
    dx, dy = _MARGIN - left + (full - width) / 2, _MARGIN - top
    moved = [shift(shape, dx, dy) for shape in shapes]
    if caption:
        x = _MARGIN + (full - caption.width) / 2
        y = _MARGIN + height + _CAPTION_GAP + caption.height
        moved.append(Label("caption", plain(drawing.caption), caption, x, y, theme.ink))
        height += _CAPTION_GAP + caption.height + caption.depth
    return Scene(
        ceil(full + 2 * _MARGIN),
        ceil(height + 2 * _MARGIN),
        theme.background,
        tuple(moved),
        drawing.title,
        drawing.description,
    )


def _boxes(drawing: Drawing, plan: Plan, placement: Placement, theme: Theme) -> list[Shape]:
    fills = {"data": theme.data, "parameter": theme.parameter}
    items = {item.name: item for item in plan.items}
    shapes: list[Shape] = []
    for box in drawing.boxes:
        item = items[plan.box(box.id)]
        x, y = placement.centers[item.name]
        active = box.id == drawing.active
        fill = theme.active if active else fills.get(box.role, theme.box)
        line, width = (theme.active_line, THICK) if active else (theme.line, LINE)
        part, title = f"box-{box.id}", box.title or plain(box.label)
        size = item.width, item.height
        if item.round:
            shapes.append(Oval(part, title, x, y, *size, fill, line, width))
        else:
            shapes.append(Block(part, title, x, y, *size, 8.0, fill, line, width))
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
        x, y = placement.centers[plan.tag(box.id)]
        if tag.above:
            at = x - tag.above.width / 2, y - tag.above_by(size)
            title = plain(tag.above.latex)
            shapes.append(Label(f"value-{box.id}", title, tag.above, *at, theme.value))
        if tag.below:
            at = x - tag.below.width / 2, y + tag.below_by(size)
            title = _gradient_title(box, output)
            shapes.append(Label(f"gradient-{box.id}", title, tag.below, *at, theme.gradient))
    for number, wire in enumerate(drawing.wires):
        formula = plan.locals.get(number)
        if formula:
            at = placement.centers[plan.local(number)]
            part = f"local-{wire.source}-{wire.target}-{wire.place}"
            shapes.append(_centered(part, wire.title or plain(wire.label), formula, at, theme.local))
    return shapes


def _gradient_title(box: Box, output: Box | None) -> str:
    value = plain(box.gradient or "")
    name = plain(box.name or box.label)
    of = plain(output.name) if output else ""
    return f"∂{of}/∂{name} = {value}" if of else value
