"""What a scene must not do: let things overlap, or leave the canvas."""

from __future__ import annotations

from itertools import combinations

from gradviz.render.crossings import flatten
from gradviz.render.shapes import Block, Bounds, Curve, Head, Label, Oval, Scene, bounds

_TOUCH = 0.75


def problems(scene: Scene) -> list[str]:
    """Everything that is wrong with where things stand, in words."""
    found = []
    for shape in scene.shapes:
        left, top, right, bottom = bounds(shape)
        if left < 0 or top < 0 or right > scene.width or bottom > scene.height:
            found.append(f"{shape.part} leaves the canvas")
    labels = [shape for shape in scene.shapes if isinstance(shape, Label)]
    frames = [shape for shape in scene.shapes if isinstance(shape, Block) and shape.part.startswith("group-")]
    boxes = [shape for shape in scene.shapes if isinstance(shape, Block | Oval) and shape not in frames]
    solid = [*boxes, *(label for label in labels if not label.part.startswith("box-"))]
    for a, b in combinations(solid, 2):
        if _overlap(bounds(a), bounds(b)):
            found.append(f"{a.part} and {b.part} overlap")
    for a in frames:
        for b in [*solid, *frames]:
            outside = not _contains(bounds(a), bounds(b)) and not (b in frames and _contains(bounds(b), bounds(a)))
            if outside and _overlap(bounds(a), bounds(b)):
                found.append(f"{b.part} lies across the edge of {a.part}")
    for box in (box for box in boxes if not box.part.startswith("legend-")):
        inside = next(label for label in labels if label.part == box.part)
        if not _contains(bounds(box), bounds(inside)):
            found.append(f"the label of {box.part} does not fit")
    for curve in scene.shapes:
        if isinstance(curve, Curve):
            points = flatten(curve.points, 24)
            through = [o.part for o in solid if any(_inside(o, point) for point in points)]
            found += [f"{curve.part} runs through {part}" for part in through]
        elif isinstance(curve, Head):
            x, y = curve.points[0]
            if not any(_near(bounds(box), x, y) for box in boxes):
                found.append(f"the tip of {curve.part} touches no box")
            beside = (label for label in labels if not label.part.startswith("box-"))
            found += [
                f"the head of {curve.part} lies on {o.part}" for o in beside if _overlap(bounds(curve), bounds(o))
            ]
    return found


def _overlap(a: Bounds, b: Bounds) -> bool:
    wide = min(a[2], b[2]) - max(a[0], b[0])
    return wide > _TOUCH and min(a[3], b[3]) - max(a[1], b[1]) > _TOUCH


def _contains(outer: Bounds, inner: Bounds) -> bool:
    across = outer[0] <= inner[0] and inner[2] <= outer[2]
    return across and outer[1] <= inner[1] and inner[3] <= outer[3]


def _inside(shape: Block | Oval | Label, point: tuple[float, float]) -> bool:
    """Whether a point is well inside: by half a line, and the outline that a wire ends at."""
    left, top, right, bottom = bounds(shape)
    across, down = (right - left) / 2 - 2.5, (bottom - top) / 2 - 2.5
    x, y = point[0] - (left + right) / 2, point[1] - (top + bottom) / 2
    if across <= 0 or down <= 0:
        return False
    if isinstance(shape, Oval):
        return (x / across) ** 2 + (y / down) ** 2 < 1
    return abs(x) < across and abs(y) < down


def _near(box: Bounds, x: float, y: float) -> bool:
    return box[0] - 3 <= x <= box[2] + 3 and box[1] - 3 <= y <= box[3] + 3
