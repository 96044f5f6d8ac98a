"""Activations as a picture, a page, and texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import NamedTuple

from gradviz.api.activations import Activation
from gradviz.messages import say
from gradviz.render import Style
from gradviz.render.cache import open_store
from gradviz.render.crossings import Point
from gradviz.render.formula import Formula
from gradviz.render.formulas import Typesetter
from gradviz.render.plain import plain
from gradviz.render.plot import Frame, dots, draw_axes, draw_curve, frame_for, pieces
from gradviz.render.shapes import Curve, Label, Scene, Shape
from gradviz.render.theme import Theme, theme_of

_WIDE, _HIGH = 190.0, 104.0
_LEFT, _UNDER = 14.0, 16.0  # room for the numbers at axes
_MARGIN, _GAP, _ROW = 22.0, 30.0, 18.0
_LINE = 10.0


class _Cell(NamedTuple):
    """Lines of formulas in one field of the table."""

    lines: tuple[Formula, ...]

    @property
    def width(self) -> float:
        return max((f.width for f in self.lines), default=0.0)

    @property
    def height(self) -> float:
        return sum(f.height + f.depth for f in self.lines) + _LINE * max(0, len(self.lines) - 1)


def headings() -> tuple[str, str, str, str, str]:
    """What stands over the columns, in words."""
    return (str(say("activation-name")), str(say("activation-plot")), "u = f(v)", "du/dv", str(say("activation-kinks")))


def told(activation: Activation) -> list[str]:
    """What is said of kinks and of other names."""
    return [*activation.kinks, *(f"{name} = {value:g} {say('in-the-plot')}" for name, value in activation.settings)]


def draw_table(rows: Sequence[Activation], look: Style) -> Scene:
    """The table as a scene: name, plot, equation, derivative, and what is taken at kinks."""
    theme, typesetter = theme_of(look), Typesetter(open_store())
    cells = [_fields(a, theme, typesetter) for a in rows]
    head = [_Cell((typesetter.formula(text, theme.label_size),)) for text in _head()]
    widths = [max(h.width, *(row[n].width for row in cells)) if n != 1 else _WIDE + _LEFT for n, h in enumerate(head)]
    lefts = [_MARGIN]
    for width in widths[:-1]:
        lefts.append(lefts[-1] + width + _GAP)
    right = lefts[-1] + widths[-1] + _MARGIN
    shapes: list[Shape] = []
    y = _MARGIN + max(cell.height for cell in head)
    colours = (theme.ink, theme.ink, theme.value, theme.gradient, theme.ink)
    for n, (cell, x, colour) in enumerate(zip(head, lefts, colours, strict=True)):
        shapes += _lines(f"heading-{n}", cell, x, y - cell.height / 2, colour)
    for activation, row in zip(rows, cells, strict=True):
        y += _ROW / 2
        shapes.append(Curve(f"rule-{activation.name}", "", _rule(_MARGIN, right - _MARGIN, y), theme.group_line, 1.0))
        y += _ROW / 2
        height = max(_HIGH + _UNDER, *(cell.height for cell in row))
        shapes += plot(activation, lefts[1] + _LEFT, y + (height - _HIGH - _UNDER) / 2, theme, typesetter)
        for n, (cell, x) in enumerate(zip(row, lefts, strict=True)):
            shapes += _lines(
                f"{('name', 'plot', 'formula', 'derivative', 'kinks')[n]}-{activation.name}",
                cell,
                x,
                y + height / 2,
                theme.ink,
            )
        y += height
    description = "; ".join(f"{a.text('call')} = {a.definition()}, {a.text('derivative')}" for a in rows)
    return Scene(ceil(right), ceil(y + _MARGIN), theme.background, tuple(shapes), str(say("activations")), description)


def _head() -> list[str]:
    name, shown, _, _, kinks = headings()
    return [rf"\text{{{name}}}", rf"\text{{{shown}}}", "u = f(v)", r"\frac{du}{dv}", rf"\text{{{kinks}}}"]


def _fields(activation: Activation, theme: Theme, typesetter: Typesetter) -> tuple[_Cell, ...]:
    size = theme.label_size
    first = [rf"\text{{{activation.name}}}", activation.text("call", "latex")]
    formula = [activation.definition("latex"), *activation.where("latex")]
    columns: tuple[list[str], ...] = (
        first,
        [],
        formula,
        [activation.text("derivative", "latex")],
        [rf"\text{{{text}}}" for text in told(activation)],
    )
    return tuple(_Cell(tuple(typesetter.formula(text, size) for text in lines)) for lines in columns)


def plot(activation: Activation, left: float, top: float, theme: Theme, typesetter: Typesetter) -> list[Shape]:
    """The curves of a function and its derivative."""
    value: Callable[[float], float] = lambda v: activation.at(v)[0]  # noqa: E731
    slope: Callable[[float], float] = lambda v: activation.at(v)[1]  # noqa: E731
    frame = frame_for([value, slope], left, top, _WIDE, _HIGH)
    name = activation.name
    title = f"{activation.text('call')}, {activation.text('derivative')}"
    return [
        *draw_axes(f"axes-{name}", title, frame, theme, typesetter),
        *draw_curve(f"slope-{name}", f"du/dv = {activation.text('derivative')}", slope, frame, theme.gradient, 1.8),
        *draw_curve(f"curve-{name}", f"u = {activation.definition()}", value, frame, theme.value),
    ]


class Line(NamedTuple):
    """A curve as points of the plane: its stretches, and its values where it jumps."""

    stretches: list[list[Point]]
    dots: list[Point]


def curves(activation: Activation) -> tuple[Frame, Line, Line]:
    """The frame of a plot, the function and its derivative."""
    value: Callable[[float], float] = lambda v: activation.at(v)[0]  # noqa: E731
    slope: Callable[[float], float] = lambda v: activation.at(v)[1]  # noqa: E731
    frame = frame_for([value, slope], 0.0, 0.0, _WIDE, _HIGH)
    both = [Line(pieces(f, frame), dots(f, frame)) for f in (value, slope)]
    return frame, both[0], both[1]


def plot_scene(activation: Activation, look: Style) -> Scene:
    """A plot alone."""
    theme, typesetter = theme_of(look), Typesetter(open_store())
    shapes = tuple(plot(activation, _LEFT + 4.0, 6.0, theme, typesetter))
    title = activation.text("call")
    told = f"{title} = {activation.definition()}; du/dv = {activation.text('derivative')}"
    return Scene(ceil(_WIDE + _LEFT + 10), ceil(_HIGH + _UNDER + 10), theme.background, shapes, title, told)


def _lines(part: str, cell: _Cell, x: float, middle: float, colour: str) -> list[Shape]:
    shapes: list[Shape] = []
    y = middle - cell.height / 2
    for n, formula in enumerate(cell.lines):
        y += formula.height
        shapes.append(Label(f"{part}-{n}", plain(formula.latex), formula, x, y, colour))
        y += formula.depth + _LINE
    return shapes


def _rule(left: float, right: float, y: float) -> tuple[tuple[float, float], ...]:
    return tuple((left + (right - left) * n / 3, y) for n in range(4))
