"""How often wires cross each other: what decides between two layouts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]
_Segment = tuple[Point, Point]


def count_crossings(curves: Sequence[Sequence[Point]]) -> int:
    """Count the places where two different curves cross (meeting at an end is no crossing).

    Parameters
    ----------
    curves : sequence
        Each as the points of a cubic spline, 1 + 3n of them.

    Examples
    --------
    >>> falling = [(0, 0), (1, 1), (2, 2), (3, 3)]
    >>> rising = [(0, 3), (1, 2), (2, 1), (3, 0)]
    >>> count_crossings([falling, rising]), count_crossings([falling, falling])
    (1, 0)
    """
    lines = [flatten(curve) for curve in curves]
    boxes = [_box(line) for line in lines]
    found = 0
    for i, first in enumerate(lines):
        for j in range(i):
            if _apart(boxes[i], boxes[j]):
                continue
            found += sum(_cross((a, b), (c, d)) for a, b in pairwise(first) for c, d in pairwise(lines[j]))
    return found


def flatten(curve: Sequence[Point], pieces: int = 5) -> list[Point]:
    """Return points on a cubic spline.

    Examples
    --------
    >>> flatten([(0, 0), (1, 0), (2, 0), (3, 0)], 3)
    [(0, 0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)]
    """
    points = [curve[0]]
    for start in range(0, len(curve) - 3, 3):
        a, b, c, d = curve[start : start + 4]
        for step in range(1, pieces + 1):
            t = step / pieces
            s = 1 - t
            u, v, w, x = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
            points.append(
                (
                    u * a[0] + v * b[0] + w * c[0] + x * d[0],
                    u * a[1] + v * b[1] + w * c[1] + x * d[1],
                )
            )
    return points


def _box(line: Sequence[Point]) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in line], [y for _, y in line]
    return min(xs), min(ys), max(xs), max(ys)


def _apart(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]


def _cross(first: _Segment, second: _Segment) -> bool:
    (a, b), (c, d) = first, second
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, c: Point) -> float:
    turn = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return 0.0 if abs(turn) < 1e-6 else turn
