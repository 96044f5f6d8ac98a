"""Wires of a drawing in columns that run over the columns between their ends, each as an arch above all circles.

All is placed along the flow (``u``) and across it (``v``); whoever draws turns it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import hypot
from typing import NamedTuple

from gradviz.render.crossings import Point
from gradviz.render.formula import Formula

_GAP, _BESIDE, _APART = 14.0, 14.0, 9.0
_CORNER, _AIR, _BETWEEN = 12.0, 6.0, 10.0
ROOM = 64.0
"""What the legs of arches want of the room between two columns."""


class End(NamedTuple):
    """Where an arch leaves a column or enters it: the column, a point of its box, and how far the column reaches."""

    column: int
    at: Point
    reach: float


class Span(NamedTuple):
    """An arch that is wanted: its ends, and how much room its labels take across the flow, above and below."""

    start: End
    end: End
    above: float = 0.0
    below: float = 0.0


class Arch(NamedTuple):
    """Where an arch runs, as the corners of a line, and how far out its level part is."""

    corners: tuple[Point, ...]
    level: float

    @property
    def middle(self) -> float:
        """Where its label stands along the flow."""
        return (self.corners[2][0] + self.corners[3][0]) / 2


def arches(spans: Mapping[int, Span], top: float) -> dict[int, Arch]:
    """Place arches over everything that ends at ``top``; those over the same columns one above the other.

    Examples
    --------
    >>> found = arches({0: Span(End(0, (20, 0), 30), End(2, (380, 0), 370))}, -50)
    >>> found[0].level, found[0].corners[1:3]
    (-64.0, ((44.0, 0), (44.0, -64.0)))
    """
    found: dict[int, Arch] = {}
    order = sorted(spans, key=lambda n: (spans[n].end.column - spans[n].start.column, n))
    edges: list[tuple[int, int, float]] = []  # what is taken: from one column to another, up to a height
    legs: dict[tuple[int, bool], int] = {}
    for n in order:
        start, end, above, below = spans[n]
        under = min([top, *(v for a, b, v in edges if a < end.column and start.column < b)])
        level = under - _GAP - (below and below + _AIR)
        edges.append((start.column, end.column, level - (above and above + _AIR)))
        x0 = start.reach + _BESIDE + _APART * _next(legs, (start.column, True))
        x1 = end.reach - _BESIDE - _APART * _next(legs, (end.column, False))
        corners = (start.at, (x0, start.at[1]), (x0, level), (x1, level), (x1, end.at[1]), end.at)
        found[n] = Arch(corners, level)
    return found


def _next(counts: dict[tuple[int, bool], int], key: tuple[int, bool]) -> int:
    counts[key] = counts.get(key, -1) + 1
    return counts[key]


def rounded(corners: Sequence[Point]) -> tuple[Point, ...]:
    """A line through corners as a curve of cubic pieces, its corners rounded.

    Examples
    --------
    >>> len(rounded([(0, 0), (100, 0), (100, 100)]))
    10
    """
    points: list[Point] = [corners[0]]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        near = [min(_CORNER, hypot(p[0] - corner[0], p[1] - corner[1]) / 2) for p in (before, after)]
        enter, leave = _towards(corner, before, near[0]), _towards(corner, after, near[1])
        points += [*_level(points[-1], enter), _towards(enter, corner, 0.55 * near[0])]
        points += [_towards(leave, corner, 0.55 * near[1]), leave]
    return (*points, *_level(points[-1], corners[-1]))


def _level(start: Point, end: Point) -> tuple[Point, Point, Point]:
    """A straight piece."""
    (x0, y0), (x1, y1) = start, end
    return (x0 + (x1 - x0) / 3, y0 + (y1 - y0) / 3), (x0 + 2 * (x1 - x0) / 3, y0 + 2 * (y1 - y0) / 3), end


def _towards(start: Point, end: Point, far: float) -> Point:
    length = hypot(end[0] - start[0], end[1] - start[1]) or 1.0
    return start[0] + (end[0] - start[0]) * far / length, start[1] + (end[1] - start[1]) * far / length


def strips(arch: Arch) -> list[tuple[Point, Point]]:
    """The straight parts of an arch, each by its least and greatest corner, with some air."""
    found = []
    for (a, b), (c, d) in pairwise(arch.corners):
        found.append(((min(a, c) - 2, min(b, d) - 2), (max(a, c) + 2, max(b, d) + 2)))
    return found


def room(label: Formula | None, *, up: bool) -> float:
    """How much room a label takes across the flow."""
    return 0.0 if label is None else label.width if up else label.height + label.depth
