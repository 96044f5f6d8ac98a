"""A drawing with steps as a TikZ picture for Beamer: formulas in LaTeX's own fonts, each step an overlay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gradviz.render.captions import marked
from gradviz.render.drawing import Drawing, Step
from gradviz.render.formula import number
from gradviz.render.shapes import Block, Curve, Head, Label, Look, Oval, Scene, Shape
from gradviz.render.sides import signed
from gradviz.render.steps import seen
from gradviz.render.theme import Theme

_UNIT = 10 / 22
"""Points to a pixel: what stands in boxes has the 10 points of the document."""
_CAPTION = 120.0
"""Room below the picture for the tallest of short captions, in pixels; for each row of a matrix more."""
_ROW, _SIDE, _SLACK = 34.0, 12.0, 3.0
_TALL = 0.5
"""A picture that is higher than this, of its width, is fitted to the height of a slide."""
_FIT = r"""\newsavebox{\gvbox}
\newcommand{\gvfit}[3]{% a formula, not wider and not higher than this
  \sbox{\gvbox}{$\displaystyle#3$}%
  \pgfmathsetmacro{\gvscale}{min(1,#1/max(\wd\gvbox,.1pt),#2/max(\ht\gvbox+\dp\gvbox,.1pt))}%
  \scalebox{\gvscale}{\usebox{\gvbox}}}"""
"""What the labels of a picture are set by: fonts differ, and nothing may run into anything."""

_GROUND = r"\setbeamercolor{{background canvas}}{{bg={ground}}}\setbeamercolor{{normal text}}{{fg={ink}}}"

_IN_TEXT = {"\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}", **{c: f"\\{c}" for c in "{}_&%#"}}


class Tikz(NamedTuple):
    """Definitions for the preamble, and the picture as large as a slide has room for."""

    definitions: str
    picture: str


def write_tikz(drawing: Drawing, scene: Scene, theme: Theme) -> Tikz:
    r"""Write a picture with overlays.

    Parameters
    ----------
    drawing : Drawing
        With steps.
    scene : Scene
        Its scene, without captions.
    theme : Theme
        For sizes.

    Returns
    -------
    Tikz
        For the class beamer; the packages tikz, graphicx and amsmath are needed.
    """
    count = len(drawing.steps)
    height = scene.height + max((_room(step) for step in drawing.steps), default=0.0)
    body = [rf"\useasboundingbox (0,0) rectangle ({scene.width},{number(height)});"]
    flat = [shape for shape in scene.shapes if isinstance(shape, Curve | Head)]
    solid = [shape for shape in scene.shapes if isinstance(shape, Block | Oval)]
    labels = [shape for shape in scene.shapes if isinstance(shape, Label)]
    for shapes in (flat, solid):
        body += [_shape(shape) for shape in shapes]
        body += _turns(shapes, scene.steps)
    for label in labels:
        slides = [n for n, look in enumerate(scene.steps, 1) if label.part not in look.hidden]
        body.append(_on(slides, count, _label(label, theme)))
    waiting: dict[Shape, list[int]] = {}
    for n, look in enumerate(scene.steps, 1):
        for shape in look.added:
            waiting.setdefault(shape, []).append(n)
    body += [_on(slides, count, _label(s, theme)) for s, slides in waiting.items() if isinstance(s, Label)]
    for n, step in enumerate(drawing.steps, 1):
        body += [rf"\only<{n}>{{{line}}}" for line in _caption(step, scene, theme)]
    lines = "\n".join(f"  {line}" for line in body)
    options = f"x={_UNIT:.4f}pt, y=-{_UNIT:.4f}pt, inner sep=0pt, outer sep=0pt"
    fit = r"{!}{.8\textheight}" if height > _TALL * scene.width else r"{\textwidth}{!}"
    picture = f"\\begin{{tikzpicture}}[{options}]\n{lines}\n\\end{{tikzpicture}}"
    ground = _GROUND.format(ground=_colour(scene.background), ink=_colour(theme.ink))
    return Tikz(f"{_FIT}\n{_colours(ground + lines)}\n{ground}", rf"\resizebox{fit}{{%" + f"\n{picture}}}")


def _on(slides: Sequence[int], count: int, line: str) -> str:
    """What is seen on some slides; nothing is said where these are all."""
    return line if len(slides) == count else rf"\onslide<{_ranges(slides)}>{{{line}}}"


def _ranges(slides: Sequence[int]) -> str:
    """Numbers of slides as Beamer takes them; 0 for none.

    Examples
    --------
    >>> _ranges([1, 2, 3, 7, 9, 10]), _ranges([])
    ('1-3,7,9-10', '0')
    """
    found: list[list[int]] = []
    for n in slides:
        if found and found[-1][-1] == n - 1:
            found[-1].append(n)
        else:
            found.append([n])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in found) or "0"


def _turns(shapes: Iterable[Shape], looks: Sequence[Look]) -> list[str]:
    """The shapes whose turn it is, drawn over the others."""
    found = []
    for shape in shapes:
        changed: dict[str, list[int]] = {}
        for n, look in enumerate(looks, 1):
            now = seen(shape, look)
            if now is not shape:
                changed.setdefault(_shape(now), []).append(n)
        found += [rf"\only<{_ranges(slides)}>{{{line}}}" for line, slides in changed.items()]
    return found


def _shape(shape: Shape) -> str:
    if isinstance(shape, Head):
        return rf"\fill[{_colour(shape.fill)}] {' -- '.join(map(_at, shape.points))} -- cycle;"
    if isinstance(shape, Curve):
        first, *rest = shape.points
        pieces = (rest[n : n + 3] for n in range(0, len(rest), 3))
        curve = "".join(f" .. controls {_at(a)} and {_at(b)} .. {_at(c)}" for a, b, c in pieces)
        return rf"\draw[{_pen(shape.line, shape.line_width)}, line cap=round] {_at(first)}{curve};"
    assert isinstance(shape, Block | Oval)
    style = f"{_pen(shape.line, shape.line_width)}, fill={_colour(shape.fill)}"
    x, y, a, b = shape.x, shape.y, shape.width / 2, shape.height / 2
    if isinstance(shape, Oval):
        return rf"\draw[{style}] {_at((x, y))} ellipse [x radius={number(a)}, y radius={number(b)}];"
    corners = f"rounded corners={number(shape.radius * _UNIT)}pt"
    return rf"\draw[{style}, {corners}] {_at((x - a, y - b))} rectangle {_at((x + a, y + b))};"


def _label(label: Label, theme: Theme) -> str:
    """A formula in the fonts of the document, not larger than its outlines are in other formats."""
    formula = label.formula
    size = theme.box_size if label.part.startswith("box-") else theme.label_size
    scale = size / theme.box_size
    tall = r"\begin" in formula.latex or label.part.startswith(("box-", "local-"))
    x, y, anchor = label.x + formula.width / 2, label.y, "base"
    if tall:
        y, anchor = label.y + (formula.depth - formula.height) / 2, "center"
    elif label.part.startswith("name-"):
        x, anchor = label.x, "base west"
    high = formula.height + formula.depth if tall else 2 * size
    return _node(formula.latex, (x, y), anchor, scale, (formula.width, high), label.fill)


def _node(
    latex: str, at: tuple[float, float], anchor: str, scale: float, most: tuple[float, float], colour: str
) -> str:
    """A formula that is made smaller where it would be larger than it may be."""
    wide, high = (f"{(side + _SLACK) * _UNIT / scale:.1f}pt" for side in most)
    style = f"{_colour(colour)}, anchor={anchor}" + (f", scale={scale:.3g}" if scale != 1 else "")
    return rf"\node[{style}] at {_at(at)} {{\gvfit{{{wide}}}{{{high}}}{{{ascii_ones(latex)}}}}};"


def _caption(step: Step, scene: Scene, theme: Theme) -> list[str]:
    """The sentence, and the equation with symbols and in numbers."""
    middle, top = scene.width / 2, scene.height
    lines = [rf"\node[anchor=base] at {_at((middle, top + 10))} {{{sentence(step)}}};"]
    if step.formula:
        left, *sides = step.formula
        rows = [f"{left} & {' '.join(map(signed, sides))}"] if sides else [left]
        if step.numbers:
            colour = _colour(theme.value if step.forward else theme.gradient)
            rows.append(rf"& \color{{{colour}}}{{}} {' '.join(map(signed, step.numbers))}")
        body = r"\begin{aligned} " + r" \\[4pt] ".join(rows) + r" \end{aligned}"
        room = scene.width - 2 * _SIDE, _room(step) - 28
        scale = theme.caption_size / theme.box_size
        lines.append(_node(body, (middle, top + 28), "north", scale, room, theme.ink))
    return lines


def sentence(step: Step) -> str:
    r"""A sentence in LaTeX's text mode, its formulas between dollar signs.

    Examples
    --------
    >>> from gradviz.messages import say
    >>> sentence(Step("start", "f", (), (), (), (), (), (), say("step-start", name="f_1")))
    'Backward from here: the derivative of f\\_1 by itself is 1.'
    """
    pieces = marked(step.reason).split("$")
    return "".join(
        f"${ascii_ones(piece)}$" if n % 2 else "".join(_IN_TEXT.get(c, c) for c in piece)
        for n, piece in enumerate(pieces)
    )


def ascii_ones(latex: str) -> str:
    r"""LaTeX in which the indicator has a digit that amssymb's blackboard letters lack."""
    return latex.replace(r"\mathbb{1}", r"\mathbf{1}").replace("𝟏", r"\mathbf{1}")


def _room(step: Step) -> float:
    """About how high a caption is."""
    return _CAPTION + _ROW * max((side.count(r"\\") for side in (*step.formula, *step.numbers)), default=0)


def _at(point: tuple[float, float]) -> str:
    return f"({number(point[0])},{number(point[1])})"


def _pen(colour: str, width: float) -> str:
    return f"{_colour(colour)}, line width={number(width * _UNIT)}pt"


def _colour(colour: str) -> str:
    return f"gv{colour[1:].lower()}"


def _colours(text: str) -> str:
    """Definitions of the colours that a text speaks of."""
    import re

    found = sorted(set(re.findall(r"\bgv([0-9a-f]{6})\b", text)))
    return "\n".join(rf"\definecolor{{gv{name}}}{{HTML}}{{{name.upper()}}}" for name in found)
