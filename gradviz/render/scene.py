"""A drawing → a scene: typeset every label, lay the boxes out, put the shapes in their places."""

from __future__ import annotations

from math import ceil

from gradviz.render.cache import Store, open_store
from gradviz.render.cells import around
from gradviz.render.column_rows import cut_columns, draw_rows
from gradviz.render.columns import draw_columns
from gradviz.render.crossings import count_crossings
from gradviz.render.drawing import Drawing
from gradviz.render.flatter import covered, fit, flatter
from gradviz.render.formula import Formula
from gradviz.render.formulas import Typesetter
from gradviz.render.layout import Placement, place
from gradviz.render.legend import draw_legend, draw_notes
from gradviz.render.placed import draw_placed
from gradviz.render.plain import plain
from gradviz.render.plan import Plan, make_plan
from gradviz.render.rows import cut
from gradviz.render.shapes import Bounds, Curve, Label, Scene, Shape, bounds, shift
from gradviz.render.steps import add_steps
from gradviz.render.style import Style, style
from gradviz.render.theme import Theme, theme_of

_MARGIN = 22.0
_CAPTION_GAP = 34.0
_ROW_GAP = 46.0
_ROWS = 6
_SLIDE = (1280.0, 720.0)
_READABLE = 0.68  # how much a picture may shrink on a slide before it is cut into rows
_FLATTER = ((1, 1.0), (2, 1.0), (3, 1.0), (1, 0.9), (1, 0.8))
"""For how many rows, and for what share of the room across the flow, lower columns are tried."""
_GAIN = 1.05  # by how much a picture must be larger for columns other than Graphviz' own


def compose(drawing: Drawing, options: Style | str = "default", *, captions: bool = True) -> Scene:
    """Lay a drawing out.

    Parameters
    ----------
    drawing : Drawing
        Boxes and wires.
    options : Style or str
        How it is to look: a style, or the name of a theme.
    captions : bool
        Whether there is room for the captions of the steps, below the picture.

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
    theme = theme_of(look)
    store = open_store()
    typesetter = Typesetter(store)
    box: Bounds | None
    if drawing.columns:
        shapes, box = _draw_columns(drawing, theme, typesetter, look)
    else:
        shapes, box = _draw(drawing, theme, typesetter, look, store)
    if look.legend or drawing.notes:
        box = None
    if look.legend:
        shapes = draw_legend(drawing, shapes, theme, typesetter)
    if drawing.notes:
        shapes = draw_notes(drawing.notes, shapes, theme, typesetter)
    caption = typesetter.formula(drawing.caption, theme.caption_size) if drawing.caption else None
    scene = _on_canvas(drawing, shapes, box or edges(shapes), caption, theme)
    return add_steps(scene, drawing, theme, typesetter, captions=captions) if drawing.steps else scene


def _draw(
    drawing: Drawing, theme: Theme, typesetter: Typesetter, look: Style, store: Store
) -> tuple[list[Shape], Bounds]:
    """The shapes of a drawing, in lower columns or more rows where it is larger on a slide so, and what they cover."""
    plan = make_plan(drawing, theme, typesetter, up=look.direction == "up")
    placement = place(plan.items, plan.links, store, plan.groups)
    best, box = _draw_rows(drawing, plan, placement, theme, typesetter, store)
    if _scale(box) >= _READABLE:
        return best, box
    least, most = _GAIN * _scale(box), count_crossings([points for points, _ in placement.wires])
    tried = {plan.links}
    for rows, stretch in _FLATTER:
        if _scale(box) >= _READABLE:
            break
        links = flatter(plan, placement, _room(plan, stretch), rows, store)
        if links in tried:
            continue
        tried.add(links)
        other = place(plan.items, links, store, plan.groups)
        found, around_found = _draw_rows(drawing, plan, other, theme, typesetter, store, low=True)
        if _scale(around_found) > max(least, _scale(box)) and _crossings(found) <= most:
            best, box = found, around_found
    return best, box


def _crossings(shapes: list[Shape]) -> int:
    return count_crossings([shape.points for shape in shapes if isinstance(shape, Curve)])


def _room(plan: Plan, share: float) -> tuple[float, float]:
    """The room on a slide along the flow, and a share of that across it."""
    along, across = reversed(_SLIDE) if plan.up else _SLIDE
    return along, across * share


def _draw_rows(
    drawing: Drawing,
    plan: Plan,
    placement: Placement,
    theme: Theme,
    typesetter: Typesetter,
    store: Store,
    *,
    low: bool = False,
) -> tuple[list[Shape], Bounds]:
    """The shapes of what has its places, in several rows where it is larger so; with ``low`` in low columns."""
    best = draw_placed(drawing, plan, placement, theme)
    box = edges(best)
    for count in range(2, _ROWS + 1):
        if _scale(box) >= _READABLE:
            break
        rows = cut(drawing, plan, placement, count)
        if len(rows) < 2:
            continue
        plans = [make_plan(row, theme, typesetter, up=plan.up) for row in rows]
        places = [place(row.items, row.links, store, row.groups) for row in plans]
        if low:
            places = _lower(plans, places, store)
        parts = zip(rows, plans, places, strict=True)
        found = _stack([draw_placed(*part, theme) for part in parts], up=plan.up)
        around_found = edges(found)
        if _scale(around_found) < _scale(box):
            break
        best, box = found, around_found
    return best, box


def _lower(plans: list[Plan], places: list[Placement], store: Store) -> list[Placement]:
    """The rows of a picture in lower columns, where they fit better so into the room that each has."""
    sizes = [covered(plan.items, placement) for plan, placement in zip(plans, places, strict=True)]
    whole = sum(across for _, across in sizes)
    found = []
    for plan, placement, size in zip(plans, places, sizes, strict=True):
        room = _room(plan, size[1] / whole)
        links = flatter(plan, placement, room, 1, store)
        other = place(plan.items, links, store, plan.groups) if links != plan.links else placement
        found.append(max((placement, other), key=lambda p: fit(covered(plan.items, p), room)))
    return found


def _draw_columns(drawing: Drawing, theme: Theme, typesetter: Typesetter, look: Style) -> tuple[list[Shape], Bounds]:
    """The shapes of a drawing in columns, in several rows where it is larger on a slide so, and what they cover."""
    output = next((b for b in drawing.boxes if b.id == drawing.output), None)
    best = draw_columns(drawing, theme, typesetter, look)
    box = edges(best)
    for count in range(2, _ROWS + 1):
        if _scale(box) >= _READABLE:
            break
        rows = cut_columns(drawing, count)
        if len(rows) < 2:
            continue
        found = _stack(draw_rows(rows, theme, typesetter, look, output), up=look.direction == "up")
        if _scale(edges(found)) < _scale(box):
            break
        best, box = found, edges(found)
    return best, box


def _stack(rows: list[list[Shape]], *, up: bool) -> list[Shape]:
    """Rows below each other; beside each other where they run upwards."""
    shapes: list[Shape] = []
    edge = 0.0
    for row in rows:
        left, top, right, bottom = edges(row)
        dx, dy = (edge - left, -bottom) if up else (-left, edge - top)
        shapes += [shift(shape, dx, dy) for shape in row]
        edge += (right - left if up else bottom - top) + _ROW_GAP
    return shapes


def _scale(box: Bounds) -> float:
    """How large a picture is on a slide."""
    left, top, right, bottom = box
    return min(_SLIDE[0] / max(right - left, 1.0), _SLIDE[1] / max(bottom - top, 1.0))


def edges(shapes: list[Shape]) -> Bounds:
    """What shapes cover together."""
    return around([bounds(shape) for shape in shapes] or [(0.0, 0.0, 0.0, 0.0)])


def _on_canvas(drawing: Drawing, shapes: list[Shape], box: Bounds, caption: Formula | None, theme: Theme) -> Scene:
    left, top, right, bottom = box
    width, height = right - left, bottom - top
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
