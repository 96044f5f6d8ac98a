"""Shapes as outlines of absolute points: for formats that know nothing but lines and cubic curves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from gradviz.render.crossings import Point
from gradviz.render.formula import Formula
from gradviz.render.shapes import Block, Curve, Head, Oval, Shape

_ROUND = 0.5522847498
"""How far the control points of a cubic that draws a quarter of a circle are from its ends."""
_COMMAND = re.compile(r"([mlhvqcz])([^mlhvqcz]*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
_STRIDE = {"m": 2, "l": 2, "h": 1, "v": 1, "q": 4, "c": 6}


class Piece(NamedTuple):
    """One command of an outline: ``m`` (move), ``l`` (line), ``c`` (cubic curve), ``z`` (close), and its points."""

    command: str
    points: tuple[Point, ...] = ()


def outline(shape: Shape) -> tuple[Piece, ...]:
    """The outline of a shape.

    Examples
    --------
    >>> head = Head("a", "", ((4.0, 1.0), (0.0, 0.0), (0.0, 2.0)), "#000000")
    >>> [piece.command for piece in outline(head)]
    ['m', 'l', 'l', 'z']
    """
    if isinstance(shape, Block):
        return _block(shape)
    if isinstance(shape, Oval):
        return _oval(shape)
    if isinstance(shape, Curve):
        first, *rest = shape.points
        triples = (tuple(rest[n : n + 3]) for n in range(0, len(rest), 3))
        return (Piece("m", (first,)), *(Piece("c", triple) for triple in triples))
    if isinstance(shape, Head):
        first, *rest = shape.points
        return (Piece("m", (first,)), *(Piece("l", (point,)) for point in rest), Piece("z"))
    return tuple(glyphs(shape.formula, shape.x, shape.y))


def glyphs(formula: Formula, x: float, y: float) -> Iterator[Piece]:
    """The outlines of a formula whose baseline begins at a place.

    Examples
    --------
    >>> [tuple(piece) for piece in glyphs(Formula("", 0, 0, 0, (1.0, 2.0), "l1 0z"), 10, 20)]
    [('m', ((11.0, 22.0),)), ('l', ((12.0, 22.0),)), ('z', ())]
    """
    if not formula.path:
        return
    px, py = opened = x + formula.start[0], y + formula.start[1]
    yield Piece("m", (opened,))
    for command, text in _COMMAND.findall(formula.path):
        if command == "z":
            px, py = opened
            yield Piece("z")
            continue
        numbers = list(map(float, _NUMBER.findall(text)))
        for at in range(0, len(numbers), _STRIDE[command]):
            here = (px, py)
            points = _points(command, numbers[at : at + _STRIDE[command]], here)
            px, py = points[-1]
            if command == "m":
                opened = (px, py)
            yield Piece(command if command in "mc" else "c" if command == "q" else "l", points)


def _points(command: str, numbers: list[float], here: Point) -> tuple[Point, ...]:
    x, y = here
    if command == "h":
        return ((x + numbers[0], y),)
    if command == "v":
        return ((x, y + numbers[0]),)
    points = tuple((x + a, y + b) for a, b in zip(numbers[::2], numbers[1::2], strict=True))
    if command != "q":
        return points
    (cx, cy), (ex, ey) = points
    return ((x + 2 * cx) / 3, (y + 2 * cy) / 3), ((ex + 2 * cx) / 3, (ey + 2 * cy) / 3), (ex, ey)


def _block(shape: Block) -> tuple[Piece, ...]:
    left, top = shape.x - shape.width / 2, shape.y - shape.height / 2
    right, bottom = left + shape.width, top + shape.height
    r = min(shape.radius, shape.width / 2, shape.height / 2)
    k = r * (1 - _ROUND)
    return (
        Piece("m", ((left + r, top),)),
        Piece("l", ((right - r, top),)),
        Piece("c", ((right - k, top), (right, top + k), (right, top + r))),
        Piece("l", ((right, bottom - r),)),
        Piece("c", ((right, bottom - k), (right - k, bottom), (right - r, bottom))),
        Piece("l", ((left + r, bottom),)),
        Piece("c", ((left + k, bottom), (left, bottom - k), (left, bottom - r))),
        Piece("l", ((left, top + r),)),
        Piece("c", ((left, top + k), (left + k, top), (left + r, top))),
        Piece("z"),
    )


def _oval(shape: Oval) -> tuple[Piece, ...]:
    x, y, a, b = shape.x, shape.y, shape.width / 2, shape.height / 2
    u, v = a * _ROUND, b * _ROUND
    return (
        Piece("m", ((x + a, y),)),
        Piece("c", ((x + a, y + v), (x + u, y + b), (x, y + b))),
        Piece("c", ((x - u, y + b), (x - a, y + v), (x - a, y))),
        Piece("c", ((x - a, y - v), (x - u, y - b), (x, y - b))),
        Piece("c", ((x + u, y - b), (x + a, y - v), (x + a, y))),
        Piece("z"),
    )


def paints(shape: Shape) -> tuple[str | None, str | None, float]:
    """What a shape is filled with, and the colour and width of its line; None for neither.

    Examples
    --------
    >>> paints(Head("a", "", ((4.0, 1.0), (0.0, 0.0), (0.0, 2.0)), "#005a8d"))
    ('#005a8d', None, 0.0)
    """
    if isinstance(shape, Block | Oval):
        return shape.fill, shape.line, shape.line_width
    if isinstance(shape, Curve):
        return None, shape.line, shape.line_width
    return shape.fill, None, 0.0


def rgb(colour: str) -> tuple[float, float, float]:
    """The parts of a hex colour, from 0 to 1.

    Examples
    --------
    >>> rgb("#ff0033")
    (1.0, 0.0, 0.2)
    """
    red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return red, green, blue
