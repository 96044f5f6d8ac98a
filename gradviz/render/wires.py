"""The wires of a scene: the piece that carries a value, the branches behind it, the arrow heads."""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot

from gradviz.render.crossings import Point
from gradviz.render.drawing import Box, Drawing
from gradviz.render.layout import Item, Placement
from gradviz.render.plain import plain
from gradviz.render.plan import Plan
from gradviz.render.shapes import Curve, Head, Shape
from gradviz.render.theme import Theme

LINE, THICK = 1.8, 3.4

_HEAD_WIDTH = 0.82  # of its length
_OUT = 20.0  # by which a wire that leaves the picture goes on behind its labels
_NEARLY = 1.5  # pixels by which a wire may be off and still be drawn straight
_CORNER = 11.0  # from a corner of a box on, where its side is straight and has room for an arrow

_STEEP = 0.6  # the least slope at which an arrow enters from above or below
_UPRIGHT = 2.5  # the slope from which on it cannot enter from the left
_BEND = 0.7  # the least width, of its height, of a bend that leads away from an upper or lower side
_AIR = 4.0  # between a wire and what it passes

_Route = tuple[tuple[Point, ...], Point | None]
_Routes = Mapping[tuple[str, object], _Route]


def draw_wires(drawing: Drawing, plan: Plan, placement: Placement, theme: Theme) -> list[Shape]:
    """Return the shapes of all wires, those of one part together."""
    routes: _Routes = dict(zip(plan.routes, placement.wires, strict=True))
    items = {item.name: item for item in plan.items}
    leaving: dict[str, list[int]] = {}
    for number, wire in enumerate(drawing.wires):
        leaving.setdefault(wire.source, []).append(number)
    shapes: list[Shape] = []
    for box in drawing.boxes:
        active = box.id == drawing.active
        style = (theme.active_line, THICK) if active else (theme.line, LINE)
        numbers = leaving.get(box.id, [])
        trunk = _trunk(box, plan, placement, routes, 0.0 if numbers else _OUT)
        joined = len(numbers) == 1 and numbers[0] not in plan.locals
        if trunk and not joined:
            title = f"{box.title or plain(box.label)} →"
            shapes.append(Curve(f"wire-{box.id}", title, _smooth(trunk), *style))
        for number in numbers:
            wire = drawing.wires[number]
            part = f"wire-{wire.ends}"
            title = wire.title or f"{plain(box.name or box.label)} →"
            target = items[plan.box(wire.target)]
            points, tip = _settle(routes["wire", number], target, placement, plan.items)
            before = routes.get(("to", number))
            if before and plan.locals[number]:  # the label interrupts the wire
                shapes.append(Curve(part, title, _smooth(before[0]), *style))
            elif before:
                points = (*before[0], *_line(before[0][-1], points[0]), *points[1:])
            if joined and trunk:
                points = (*trunk, *points[1:])
            shapes.append(Curve(part, title, _smooth(points), *style))
            if tip:
                shapes.append(_head(part, title, points[-1], tip, style))
    return shapes


def _trunk(box: Box, plan: Plan, placement: Placement, routes: _Routes, beyond: float) -> tuple[Point, ...]:
    """Return the piece of wire that carries the value: from the box to behind its labels."""
    route = routes.get(("tag", box.id))
    if route is None:
        return ()
    points = route[0]
    x, y = placement.centers[plan.tag(box.id)]
    end = x + plan.tags[box.id].width / 2 + beyond
    return (*points, *_line((points[-1][0], y), (end, y)))


def _settle(route: _Route, target: Item, placement: Placement, items: tuple[Item, ...]) -> _Route:
    """Let an arrow touch its box well: not at a corner, and not along a side."""
    points, tip = route
    if tip is None or target.round:
        return route
    center = placement.centers[target.name]
    left, top = center[0] - target.width / 2, center[1] - target.height / 2
    right, bottom = left + target.width, top + target.height
    x, y = tip
    base = points[-1]
    across, down = abs(x - base[0]), abs(y - base[1])
    if top + _CORNER <= y <= bottom - _CORNER:
        return route
    if left + _CORNER <= x <= right - _CORNER and down > _STEEP * across:
        return route
    at = left, min(max(y, top + _CORNER), bottom - _CORNER)
    start, end = points[0], (left - hypot(across, down), at[1])
    middle = (start[0] + end[0]) / 2
    bent = (start, (middle, start[1]), (middle, end[1]), end)
    flat = down <= _UPRIGHT * across
    over = base[0] > left + _CORNER
    room = max(_CORNER, _BEND * abs(start[1] - end[1])) if over else _CORNER
    if flat and end[0] - start[0] >= room and _free(bent, target, placement, items):
        return bent, at
    if over or not flat:
        at = min(max(x, left + _CORNER), right - _CORNER), top if y < center[1] else bottom
        dx, dy = at[0] - x, at[1] - y
        return (*points[:-2], *((px + dx, py + dy) for px, py in points[-2:])), at
    return route


def _free(curve: tuple[Point, ...], target: Item, placement: Placement, items: tuple[Item, ...]) -> bool:
    """Whether nothing but the target is in the rectangle that a curve runs through."""
    (x0, y0), (x1, y1) = curve[0], curve[-1]
    low, high = min(y0, y1) - _AIR, max(y0, y1) + _AIR
    for item in items:
        x, y = placement.centers[item.name]
        beside = x + item.width / 2 <= x0 + 1 or x - item.width / 2 >= x1
        over = y + item.height / 2 <= low or y - item.height / 2 >= high
        if item is not target and not beside and not over:
            return False
    return True


def _line(start: Point, end: Point) -> tuple[Point, Point, Point]:
    """Return the last three points of a straight cubic piece."""
    (x0, y0), (x1, y1) = start, end
    first = (x0 * 2 + x1) / 3, (y0 * 2 + y1) / 3
    second = (x0 + x1 * 2) / 3, (y0 + y1 * 2) / 3
    return first, second, end


def _smooth(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Draw what is nearly level as one level line."""
    ys = [y for _, y in points]
    if max(ys) - min(ys) > _NEARLY:
        return points
    start, end = points[0], (points[-1][0], points[0][1])
    return (start, *_line(start, end))


def _head(part: str, title: str, base: Point, tip: Point, style: tuple[str, float]) -> Head:
    (bx, by), (tx, ty) = base, tip
    dx, dy = tx - bx, ty - by
    half = _HEAD_WIDTH / 2 * (1.25 if style[1] == THICK else 1.0)
    px, py = -dy * half, dx * half
    return Head(part, title, (tip, (bx + px, by + py), (bx - px, by - py)), style[0])
