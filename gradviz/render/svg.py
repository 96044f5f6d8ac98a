"""A scene as SVG that every program reads: paths, hex colours, attributes; no styles, no fonts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from gradviz.render.crossings import Point
from gradviz.render.formula import number
from gradviz.render.shapes import Block, Curve, Head, Label, Oval, Scene, Shape
from gradviz.render.steps import frames

# For text without outlines: the usual Chinese fonts of each system, then what has most characters.
# A generic name alone is not enough: a renderer without a font of that name draws nothing.
_FAMILIES = (
    "Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, WenQuanYi Micro Hei, DejaVu Sans, Arial, sans-serif"
)
_ESCAPES: dict[int, str | None] = {
    **{code: None for code in range(32) if chr(code) not in "\t\n"},  # XML forbids them
    ord("&"): "&amp;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord('"'): "&quot;",
}


Written = dict[tuple[int, ...], str]
"""What was written of a part, by the identities of its shapes: the frames of a scene share most of theirs."""


def write_svg(scene: Scene, prefix: str = "gv", *, background: bool = True, written: Written | None = None) -> str:
    """Write a scene as SVG.

    Parameters
    ----------
    scene : Scene
        What is to be drawn.
    prefix : str
        Begins every id, so that two pictures may stand in one page.
    background : bool
        Whether the canvas is painted.
    written : dict, optional
        Kept by who writes several frames of one scene, whose shapes stay alive meanwhile.

    Examples
    --------
    >>> print(write_svg(Scene(40, 20, "#ffffff", (), "none", "nothing < something")))
    <svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" viewBox="0 0 40 20" \
role="img" aria-labelledby="gv-title gv-desc">
    <title id="gv-title">none</title>
    <desc id="gv-desc">nothing &lt; something</desc>
    <rect width="40" height="20" fill="#ffffff"/>
    </svg>
    <BLANKLINE>
    """
    prefix = identifier(prefix)
    written = {} if written is None else written
    lines = opening(scene, prefix, background=background)
    for part, group in groupby(scene.shapes, attrgetter("part")):
        shapes = tuple(group)
        key = tuple(map(id, shapes))
        if key not in written:
            written[key] = "\n".join(_group(f"{prefix}-{identifier(part)}", shapes))
        lines.append(written[key])
    return "\n".join([*lines, "</svg>", ""])


def _group(name: str, shapes: Sequence[Shape]) -> Iterator[str]:
    """The shapes of one part."""
    yield f'<g id="{name}">'
    if shapes[0].title:
        yield f"<title>{escape(shapes[0].title)}</title>"
    for shape in shapes:
        yield from elements(shape)
    yield "</g>"


def write_frames(scene: Scene, prefix: str = "gv") -> Iterator[str]:
    """Write a scene in each of its steps, what they share only once."""
    written: Written = {}
    kept: list[Scene] = []  # identities are those of shapes that are alive
    for shot in frames(scene):
        kept.append(shot)
        yield write_svg(shot, prefix, written=written)


def opening(scene: Scene, prefix: str, *, background: bool) -> list[str]:
    """The lines before the first shape."""
    size = f'width="{scene.width}" height="{scene.height}"'
    box = f'viewBox="0 0 {scene.width} {scene.height}"'
    named = f'role="img" aria-labelledby="{prefix}-title {prefix}-desc"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} {named}>',
        f'<title id="{prefix}-title">{escape(scene.title)}</title>',
        f'<desc id="{prefix}-desc">{escape(scene.description)}</desc>',
    ]
    if background:
        lines.append(f'<rect {size} fill="{scene.background}"/>')
    return lines


def elements(shape: Shape) -> list[str]:
    """A shape as SVG elements, one a line."""
    if isinstance(shape, Block):
        x, y = shape.x - shape.width / 2, shape.y - shape.height / 2
        place = f'x="{number(x)}" y="{number(y)}"'
        size = f'width="{number(shape.width)}" height="{number(shape.height)}"'
        return [f'<rect {place} {size} rx="{number(shape.radius)}" {_paint(shape)}/>']
    if isinstance(shape, Oval):
        place = f'cx="{number(shape.x)}" cy="{number(shape.y)}"'
        size = f'rx="{number(shape.width / 2)}" ry="{number(shape.height / 2)}"'
        return [f"<ellipse {place} {size} {_paint(shape)}/>"]
    if isinstance(shape, Curve):
        line = f'fill="none" stroke="{shape.line}" stroke-width="{number(shape.line_width)}"'
        return [f'<path d="{_curve(shape.points)}" {line} stroke-linecap="round"/>']
    if isinstance(shape, Head):
        corners = "L".join(_pair(point) for point in shape.points)
        return [f'<path d="M{corners}Z" fill="{shape.fill}"/>']
    return _label(shape)


def _label(label: Label) -> list[str]:
    formula = label.formula
    x, y = label.x + formula.start[0], label.y + formula.start[1]
    lines = []
    if formula.path:
        lines.append(f'<path d="M{_pair((x, y))}{formula.path}" fill="{label.fill}"/>')
    for run in formula.runs:
        place = f'x="{number(label.x + run.x)}" y="{number(label.y + run.y)}"'
        font = f'font-size="{number(run.size)}" font-family="{_FAMILIES}"'
        lines.append(f'<text {place} {font} fill="{label.fill}">{escape(run.text)}</text>')
    return lines


def _paint(shape: Block | Oval) -> str:
    line = f'stroke="{shape.line}" stroke-width="{number(shape.line_width)}"'
    return f'fill="{shape.fill}" {line}'


def _curve(points: tuple[Point, ...]) -> str:
    commands = [f"M{_pair(points[0])}"]
    for piece in range(1, len(points), 3):
        before, (first, second, end) = points[piece - 1], points[piece : piece + 3]
        if before[1] == first[1] == second[1] == end[1]:
            commands.append(f"H{number(end[0])}")
        else:
            commands.append(f"C{_pair(first)} {_pair(second)} {_pair(end)}")
    return "".join(commands)


def _pair(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def escape(text: str) -> str:
    """Text as XML takes it."""
    return text.translate(_ESCAPES)


def identifier(text: str) -> str:
    """Make a distinct id of every text, of characters that are legal in one everywhere."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else f".{ord(c):x}." for c in text)
    return safe if safe[:1].isalpha() else f"g{safe}"
