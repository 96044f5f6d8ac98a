"""Formulas and scenes as parts of an HTML page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from gradviz.render.captions import Row, stack
from gradviz.render.formula import Formula, number
from gradviz.render.formulas import Typesetter
from gradviz.render.shapes import Block, Curve, Head, Label, Oval, Scene, Shape
from gradviz.render.svg import elements, escape

Paint = Callable[[str], str]
"""What a page writes for a colour: a name that light and dark give a colour."""

Typeset = Callable[[str], Formula]

_CLASSES: Mapping[type, str] = {Block: "body line", Oval: "body line", Curve: "line", Head: "head"}
DIGITS = "0123456789.−e∞Na"
"""The characters of a number."""
_TEX = {"−": "-", "e": r"\mathrm{e}", "∞": r"\infty", "N": r"\mathrm{N}", "a": r"\mathrm{a}"}


class Editable(NamedTuple):
    """A number within a page that may be computed anew: the place of its instruction, and how it is written now."""

    place: int
    latex: str


def formula(made: Formula) -> str:
    """A formula that stands in a line of text; its LaTeX is what is read aloud.

    Examples
    --------
    >>> formula(Formula("x^2", 9.0, 8.0, 1.0, (0.0, 0.0), "l1 0z"))[:54]
    '<svg class="formula" role="img" aria-label="x^2" width'
    """
    body = "".join(_drawn(Label("", "", made, 0.0, 0.0, "currentColor")))
    sunk = f' style="vertical-align:-{number(made.depth)}px"' if made.depth > 1 else ""
    return _picture(body, (0.0, -made.height, made.width, made.height + made.depth), made.latex, sunk)


def rows(made: Sequence[Row], left: float = 0.0) -> str:
    """Rows of formulas below each other as one picture; `left` is where it begins."""
    if not made:
        return ""
    body = []
    for row, baseline in zip(made, stack(made), strict=True):
        for piece, x, y in row.formulas:
            body += _drawn(Label("", "", piece, row.shift + x, baseline + y, "currentColor"))
    top = -made[0].height
    bottom = stack(made)[-1] + made[-1].depth
    width = max(row.shift + row.width for row in made) - left
    said = " ".join(piece.latex for row in made for piece, _, _ in row.formulas)
    return _picture("".join(body), (left, top, width, bottom - top), said, "")


def _picture(body: str, box: tuple[float, float, float, float], said: str, more: str) -> str:
    x, y, width, height = box
    place = f"{number(x)} {number(y - 1)} {number(width + 1)} {number(height + 2)}"
    size = f'width="{number(width + 1)}" height="{number(height + 2)}"'
    return f'<svg class="formula" role="img" aria-label="{escape(said)}" {size} viewBox="{place}"{more}>{body}</svg>'


def _drawn(label: Label) -> list[str]:
    return [line.replace(' fill="currentColor"', "") for line in elements(label)]


def graph(
    scene: Scene,
    names: Sequence[Label],
    paint: Paint,
    about: Mapping[str, str],
    editable: Mapping[str, Editable],
    typeset: Typeset,
) -> str:
    """A scene whose parts a script may show, hide and light up.

    Parameters
    ----------
    scene : Scene
    names : sequence of Label
        What is shown in the place of values that are not known yet.
    paint : callable
        For each colour of the scene.
    about : mapping of str to str
        For boxes that one can ask about, by id: what they are called.
    editable : mapping of str to Editable
        By part, the numbers that may change.
    typeset : callable
        Makes a formula in the size of the labels on wires.
    """
    size = f'viewBox="0 0 {scene.width} {scene.height}" width="{scene.width}" height="{scene.height}"'
    lines = [
        f'<svg id="graph" xmlns="http://www.w3.org/2000/svg" {size} role="group" aria-labelledby="graph-title" '
        f'style="--own:{scene.width}px">',
        f'<title id="graph-title">{escape(scene.title)}</title>',
    ]
    groups: list[tuple[str, list[Shape]]] = []
    for shape in (*scene.shapes, *names):
        if not groups or groups[-1][0] != shape.part:
            groups.append((shape.part, []))
        groups[-1][1].append(shape)
    asked: set[str] = set()
    for part, shapes in groups:
        box = part.removeprefix("box-")
        attributes = f'data-part="{escape(part)}"'
        if part.startswith("box-") and box in about and box not in asked:
            asked.add(box)
            attributes += f' data-box="{escape(box)}" tabindex="0" role="button" aria-label="{escape(about[box])}"'
        else:
            attributes += ' aria-hidden="true"'
        lines.append(f"<g {attributes}>")
        for shape in shapes:
            lines += _shape(shape, editable.get(part), typeset, paint)
        lines.append("</g>")
    return "\n".join([*lines, "</svg>"])


def _shape(shape: Shape, number_: Editable | None, typeset: Typeset, paint: Paint) -> list[str]:
    if isinstance(shape, Label) and number_:
        return _parted(shape, number_, typeset, paint)
    kind = _CLASSES.get(type(shape))
    mark = f' class="{kind}"' if kind else ""
    return [_painted(line.replace(" ", f"{mark} ", 1), paint) for line in elements(shape)]


def _parted(label: Label, number_: Editable, typeset: Typeset, paint: Paint) -> list[str]:
    """A label whose number is a part of its own, so that another may take its place."""
    whole = label.formula
    digits = typeset(number_.latex)
    x = label.x + whole.width - digits.width
    lines = []
    middle = ""
    if whole.latex != number_.latex:
        before = whole.latex.removesuffix(number_.latex).rstrip()
        name = Label(label.part, "", typeset(before), label.x, label.y, label.fill)
        lines = [_painted(line, paint) for line in elements(name)]
        at = x
    else:
        middle, at = ' data-middle="1"', label.x + whole.width / 2
    place = f'data-number="{number_.place}" data-x="{number(at)}" data-y="{number(label.y)}"{middle}'
    lines.append(f'<g {place} fill="{paint(label.fill)}">')
    lines += [
        line.replace(f' fill="{label.fill}"', "") for line in elements(Label("", "", digits, x, label.y, label.fill))
    ]
    return [*lines, "</g>"]


def _painted(line: str, paint: Paint) -> str:
    for attribute in ("fill", "stroke"):
        head, mark, rest = line.partition(f' {attribute}="#')
        if mark:
            line = f'{head} {attribute}="{paint("#" + rest[:6])}"{rest[7:]}'
    return line


def glyphs(typesetter: Typesetter, size: float) -> dict[str, list[float | str]]:
    """The characters of a number: how far each moves the pen, where its outline begins, its outline."""
    wide = {latex: typesetter.formula(latex, size).width for latex in ("0", "00")}
    zero = wide["00"] - wide["0"]
    found: dict[str, list[float | str]] = {}
    for character in DIGITS:
        latex = _TEX.get(character, character)
        made = typesetter.formula(latex, size)
        if character == "−":
            before = 0.0  # it stands first
            advance = typesetter.formula("-0", size).width - wide["0"]
        else:
            before = typesetter.formula(f"0{latex}", size).width - zero - made.width
            advance = typesetter.formula(f"0{latex}0", size).width - wide["00"]
        left = round(made.start[0] + before, 2)
        found[character] = [round(advance, 2), left, made.start[1], made.path]
    return found
