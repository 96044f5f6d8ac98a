"""Curves of a function and its derivative, as shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

from gradviz.render.crossings import Point
from gradviz.render.formulas import Typesetter
from gradviz.render.shapes import Curve, Label, Oval, Shape
from gradviz.render.theme import Theme

Function = Callable[[float], float]

NUMBERS = 0.66  # of the size of labels: the numbers at axes
_SAMPLES = 96
_HALVINGS = 40
_JUMP = 0.02  # of the height: what remains of a step however close its ends


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a plot stands, and which part of the plane it shows."""

    left: float
    top: float
    width: float
    height: float
    low: float
    high: float
    bottom: float
    ceiling: float

    def at(self, x: float, y: float) -> Point:
        """Where a point of the plane stands."""
        u = self.left + (x - self.low) / (self.high - self.low) * self.width
        v = self.top + (self.ceiling - y) / (self.ceiling - self.bottom) * self.height
        return u, v


def frame_for(functions: list[Function], left: float, top: float, width: float, height: float) -> Frame:
    """A frame around what functions do between −4 and 4, as far as that is between −2 and 4."""
    low, high = -4.0, 4.0
    values = [y for f in functions for x in _steps(low, high) if isfinite(y := f(x))] or [0.0]
    bottom = min(-0.25, max(min(values), -2.0) - 0.15)
    ceiling = max(1.25, min(max(values), 4.0) + 0.15)
    return Frame(left, top, width, height, low, high, bottom, ceiling)


def _steps(low: float, high: float) -> Iterator[float]:
    return (low + (high - low) * n / _SAMPLES for n in range(_SAMPLES + 1))


def draw_axes(part: str, title: str, frame: Frame, theme: Theme, typesetter: Typesetter) -> list[Shape]:
    """The axes and a line at 1, their numbers outside of the frame (left and below), where no curve runs."""
    size = NUMBERS * theme.label_size
    right, under = frame.left + frame.width, frame.top + frame.height
    x0, y0 = frame.at(0.0, 0.0)
    one = frame.at(0.0, 1.0)[1]
    lines = ((frame.left, y0), (right, y0)), ((x0, frame.top), (x0, under)), ((frame.left, one), (right, one))
    shapes: list[Shape] = [
        Curve(part, title, _line(*ends), theme.group_line, width)
        for ends, width in zip(lines, (1.0, 1.0, 0.4), strict=True)
    ]
    for x in (frame.low, 0.0, frame.high):
        number = typesetter.formula(f"{x:g}", size)
        u = frame.at(x, 0.0)[0]
        at = min(max(u - number.width / 2, frame.left), right - number.width)
        shapes.append(Label(f"{part}-x{x:g}", f"{x:g}", number, at, under + number.height + 3.0, theme.line))
    number = typesetter.formula("1", size)
    shapes.append(
        Label(f"{part}-y1", "1", number, frame.left - number.width - 4.0, one + number.height / 2, theme.line)
    )
    return shapes


def draw_curve(part: str, title: str, f: Function, frame: Frame, colour: str, width: float = 2.2) -> list[Shape]:
    """A function's curve, broken where it jumps; a dot shows the value there."""
    shapes: list[Shape] = []
    for piece in pieces(f, frame):
        points = [frame.at(x, y) for x, y in piece]
        shapes.append(Curve(part, title, _smooth(points), colour, width))
    for x, y in dots(f, frame):
        u, v = frame.at(x, y)
        shapes.append(Oval(part, title, u, v, 5.0, 5.0, colour, colour, 1.0))
    return shapes


def dots(f: Function, frame: Frame) -> list[Point]:
    """The values of a function where it jumps."""
    places = [round((a + b) / 2, 6) for a, b in _breaks(f, frame)]
    return [(x, f(x)) for x in places if frame.bottom <= f(x) <= frame.ceiling]


def _breaks(f: Function, frame: Frame) -> list[tuple[float, float]]:
    """The narrow intervals in which a function jumps."""
    found = []
    xs = list(_steps(frame.low, frame.high))
    least = _JUMP * (frame.ceiling - frame.bottom)
    for a, b in pairwise(xs):
        if abs(f(b) - f(a)) < least:
            continue
        low, high = a, b
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if abs(f(middle) - f(low)) >= abs(f(high) - f(middle)):
                high = middle
            else:
                low = middle
            if abs(f(high) - f(low)) < least:
                break
        else:
            found.append((low, high))
    return found


def pieces(f: Function, frame: Frame) -> list[list[Point]]:
    """The stretches of a curve between jumps, and inside the frame."""
    breaks = _breaks(f, frame)
    ends = [frame.low, *(x for pair in breaks for x in pair), frame.high]
    found: list[list[Point]] = []
    for a, b in zip(ends[::2], ends[1::2], strict=True):
        inner = [x for x in _steps(frame.low, frame.high) if a < x < b]
        piece: list[Point] = []
        before: Point | None = None
        for x in (a, *inner, b):
            point = (x, f(x))
            inside = isfinite(point[1]) and frame.bottom <= point[1] <= frame.ceiling
            if before is not None and inside != bool(piece):
                piece.append(_crossing(before, point, frame))
            if inside:
                piece.append(point)
            elif piece:
                found.append(piece)
                piece = []
            before = point
        if piece:
            found.append(piece)
    return [piece for piece in found if len(piece) > 1]


def _crossing(a: Point, b: Point, frame: Frame) -> Point:
    """Where the line between two points meets the upper or lower edge."""
    outer = b if not frame.bottom <= b[1] <= frame.ceiling else a
    level = frame.ceiling if outer[1] > frame.ceiling else frame.bottom
    if not isfinite(outer[1]) or a[1] == b[1]:
        return a if outer is b else b
    return a[0] + (level - a[1]) / (b[1] - a[1]) * (b[0] - a[0]), level


def _smooth(points: list[Point]) -> tuple[Point, ...]:
    """A cubic spline through points, from left to right: no piece goes beyond its ends where they are level."""
    found = [points[0]]
    slopes = _slopes(points)
    for n in range(len(points) - 1):
        (x0, y0), (x1, y1) = points[n], points[n + 1]
        third = (x1 - x0) / 3
        found += [(x0 + third, y0 + slopes[n] * third), (x1 - third, y1 - slopes[n + 1] * third), (x1, y1)]
    return tuple(found)


def _slopes(points: list[Point]) -> list[float]:
    """A slope at each point: the harmonic mean of those beside it, 0 at a turn (Fritsch and Carlson's rule)."""
    chords = [(b[1] - a[1]) / (b[0] - a[0]) if b[0] > a[0] else 0.0 for a, b in pairwise(points)]
    inner = [2 * a * b / (a + b) if a * b > 0 else 0.0 for a, b in pairwise(chords)]
    return [chords[0], *inner, chords[-1]]


def _line(a: Point, b: Point) -> tuple[Point, ...]:
    return tuple((a[0] + (b[0] - a[0]) * n / 3, a[1] + (b[1] - a[1]) * n / 3) for n in range(4))
