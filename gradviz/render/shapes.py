"""The shapes of a scene. y grows downwards, all numbers are pixels, all colours hex."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gradviz.render.crossings import Point, flatten
from gradviz.render.formula import Formula

Bounds = tuple[float, float, float, float]

_PIECES, _SLACK = 8, 1.0
"""A curve is measured by points on it; between two of them it goes less than a pixel further."""


@dataclass(frozen=True, slots=True)
class Block:
    """A rounded rectangle around its middle ``x``, ``y``."""

    part: str
    title: str
    x: float
    y: float
    width: float
    height: float
    radius: float
    fill: str
    line: str
    line_width: float


@dataclass(frozen=True, slots=True)
class Oval:
    """A circle or an ellipse around its middle ``x``, ``y``, ``width`` and ``height`` across."""

    part: str
    title: str
    x: float
    y: float
    width: float
    height: float
    fill: str
    line: str
    line_width: float


@dataclass(frozen=True, slots=True)
class Curve:
    """A line made of cubic pieces: a first point, then three for each piece."""

    part: str
    title: str
    points: tuple[Point, ...]
    line: str
    line_width: float


@dataclass(frozen=True, slots=True)
class Head:
    """An arrow head: a filled polygon whose first point is the tip."""

    part: str
    title: str
    points: tuple[Point, ...]
    fill: str


@dataclass(frozen=True, slots=True)
class Label:
    """A formula whose baseline begins at ``x``, ``y``."""

    part: str
    title: str
    formula: Formula
    x: float
    y: float
    fill: str


Shape = Block | Oval | Curve | Head | Label


@dataclass(frozen=True, slots=True)
class Look:
    """What a step changes of a scene; nothing moves.

    Parameters
    ----------
    hidden : frozenset of str
        Parts that are not seen yet.
    filled : frozenset of str
        Parts whose turn it is: filled, with a thick outline.
    outlined : frozenset of str
        Parts with a thick outline or line.
    added : tuple of Shape
        What is seen in this step alone: the caption, names that wait for their values.
    fill, line : str
        The colours of what is filled and outlined.
    title, description : str
        The step in a few words, and in many.
    """

    hidden: frozenset[str]
    filled: frozenset[str]
    outlined: frozenset[str]
    added: tuple[Shape, ...]
    fill: str
    line: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that a writer needs: shapes from back to front on a canvas.

    Parameters
    ----------
    width, height : int
        Of the canvas.
    background : str
        Its colour.
    shapes : tuple of Shape
        Those of one part stand one after the other.
    title, description : str
        The picture in a few words, and in many.
    steps : tuple of Look
        What each step changes; `gradviz.render.frame` makes a scene of it.
    """

    width: int
    height: int
    background: str
    shapes: tuple[Shape, ...]
    title: str
    description: str
    steps: tuple[Look, ...] = ()


def bounds(shape: Shape) -> Bounds:
    """Return left, top, right and bottom of what is seen of a shape.

    Examples
    --------
    >>> bounds(Oval("a", "", 10, 10, 6, 4, "#ffffff", "#000000", 2))
    (6.0, 7.0, 14.0, 13.0)
    """
    if isinstance(shape, Label):
        formula = shape.formula
        top, bottom = shape.y - formula.height, shape.y + formula.depth
        return shape.x, top, shape.x + formula.width, bottom
    if isinstance(shape, Block | Oval):
        half_width = (shape.width + shape.line_width) / 2
        half_height = (shape.height + shape.line_width) / 2
        x, y = shape.x, shape.y
        return x - half_width, y - half_height, x + half_width, y + half_height
    points: Sequence[Point] = shape.points
    around = 0.0
    if isinstance(shape, Curve):
        points, around = flatten(shape.points, _PIECES), shape.line_width / 2 + _SLACK
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs) - around, min(ys) - around, max(xs) + around, max(ys) + around


def shift(shape: Shape, dx: float, dy: float) -> Shape:
    """Return the shape, moved."""
    if isinstance(shape, Curve | Head):
        return replace(shape, points=tuple((x + dx, y + dy) for x, y in shape.points))
    return replace(shape, x=shape.x + dx, y=shape.y + dy)
