"""Formulas and scenes as parts of an HTML page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from gradviz.render.captions import Row, stack
from gradviz.render.formula import Formula, number
from gradviz.render.formulas import Typesetter
from gradviz.render.glyphs import Outlines
from gradviz.render.plain import plain
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


class Fold(NamedTuple):
    """A part that opens or closes a block: the call, whether it is open, and what it is called."""

    call: str
    opened: bool
    title: str


def formula(made: Formula, shared: Outlines | None = None) -> str:
    """A formula that stands in a line of text; what is read aloud is the same in Unicode.

    Examples
    --------
    >>> formula(Formula("x^2", 9.0, 8.0, 1.0, (0.0, 0.0), "l1 0z"))[:53]
    '<svg class="formula" role="img" aria-label="x²" width'
    """
    body = "".join(_drawn(Label("", "", made, 0.0, 0.0, "currentColor"), shared))
    sunk = f' style="vertical-align:-{number(made.depth)}px"' if made.depth > 1 else ""
    return _picture(body, (0.0, -made.height, made.width, made.height + made.depth), _spoken(made), sunk)


def rows(made: Sequence[Row], left: float = 0.0, shared: Outlines | None = None) -> str:
    """Rows of formulas below each other as one picture; `left` is where it begins."""
    if not made:
        return ""
    body = []
    for row, baseline in zip(made, stack(made), strict=True):
        for piece, x, y in row.formulas:
            body += _drawn(Label("", "", piece, row.shift + x, baseline + y, "currentColor"), shared)
    top = -made[0].height
    bottom = stack(made)[-1] + made[-1].depth
    width = max(row.shift + row.width for row in made) - left
    said = " ".join(_spoken(piece) for row in made for piece, _, _ in row.formulas)
    return _picture("".join(body), (left, top, width, bottom - top), said, "")


def _spoken(made: Formula) -> str:
    return made.text or plain(made.latex)


def _picture(body: str, box: tuple[float, float, float, float], said: str, more: str) -> str:
    x, y, width, height = box
    place = f"{number(x)} {number(y - 1)} {number(width + 1)} {number(height + 2)}"
    size = f'width="{number(width + 1)}" height="{number(height + 2)}"'
    return f'<svg class="formula" role="img" aria-label="{escape(said)}" {size} viewBox="{place}"{more}>{body}</svg>'


def _drawn(label: Label, shared: Outlines | None) -> list[str]:
    return [line.replace(' fill="currentColor"', "") for line in _elements(label, shared)]


def graph(
    scene: Scene,
    names: Sequence[Label],
    paint: Paint,
    about: Mapping[str, str],
    editable: Mapping[str, Editable],
    typeset: Typeset,
    name: str = "graph",
    folds: Mapping[str, Fold] | None = None,
    shared: Outlines | None = None,
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
    name : str
        Of the picture, among those of a page.
    folds : mapping of str to Fold, optional
        By part, what opens and closes.
    shared : Outlines, optional
        The glyphs of the page, which its pictures share.
    """
    folds = folds or {}
    size = f'viewBox="0 0 {scene.width} {scene.height}" width="{scene.width}" height="{scene.height}"'
    lines = [
        f'<svg id="{name}" class="graph" xmlns="http://www.w3.org/2000/svg" {size} role="group" '
        f'aria-labelledby="{name}-title" style="--own:{scene.width}px"{"" if name == "graph" else " hidden"}>',
        f'<title id="{name}-title">{escape(scene.title)}</title>',
    ]
    groups: list[tuple[str, list[Shape]]] = []
    for shape in (*scene.shapes, *names):
        if not groups or groups[-1][0] != shape.part:
            groups.append((shape.part, []))
        groups[-1][1].append(shape)
    asked: set[str] = set()
    for part, shapes in groups:
        fold = folds.get(part.removesuffix("-label"))
        lines.append(f"<g {_attributes(part, about, fold, asked)}>")
        for shape in shapes:
            lines += _shape(shape, editable.get(part), typeset, paint, shared)
        lines.append("</g>")
    return "\n".join([*lines, "</svg>"])


def _attributes(part: str, about: Mapping[str, str], fold: Fold | None, asked: set[str]) -> str:
    """What a part is to who points at it, or reaches it with the keyboard; each thing once."""
    box = part.removeprefix("box-")
    known = part.startswith("box-") and box in about
    call = f' data-call="{escape(fold.call)}"' if fold else ""
    if part in asked or not (known or fold) or part.endswith("-label"):
        return f'data-part="{escape(part)}"{call} aria-hidden="true"'
    asked.add(part)
    if known:
        call += f' data-box="{escape(box)}"'
    expanded = f' aria-expanded="{str(fold.opened).lower()}"' if fold else ""
    told = escape(about[box] if known else fold.title if fold else "")
    return f'data-part="{escape(part)}"{call} tabindex="0" role="button"{expanded} aria-label="{told}"'


def definitions(shared: Outlines) -> str:
    """The outlines that the pictures of a page share."""
    return f'<svg class="unseen" aria-hidden="true"><defs>{"".join(shared.definitions())}</defs></svg>'


def _elements(shape: Shape, shared: Outlines | None) -> list[str]:
    """A shape as SVG, its glyphs shared where a page has many."""
    if shared is None or not isinstance(shape, Label) or not shape.formula.path:
        return elements(shape)
    return [f'<g fill="{shape.fill}">{shared.draw(shape.formula, shape.x, shape.y)}</g>', *elements(shape)[1:]]


def _shape(
    shape: Shape, number_: Editable | None, typeset: Typeset, paint: Paint, shared: Outlines | None
) -> list[str]:
    if isinstance(shape, Label) and number_:
        return _parted(shape, number_, typeset, paint, shared)
    kind = _CLASSES.get(type(shape))
    mark = f' class="{kind}"' if kind else ""
    return [_painted(line.replace(" ", f"{mark} ", 1), paint) for line in _elements(shape, shared)]


def _parted(label: Label, number_: Editable, typeset: Typeset, paint: Paint, shared: Outlines | None) -> list[str]:
    """A label whose number is a part of its own, so that another may take its place."""
    whole = label.formula
    digits = typeset(number_.latex)
    x = label.x + whole.width - digits.width
    lines = []
    middle = ""
    if whole.latex != number_.latex:
        before = whole.latex.removesuffix(number_.latex).rstrip()
        name = Label(label.part, "", typeset(before), label.x, label.y, label.fill)
        lines = [_painted(line, paint) for line in _elements(name, shared)]
        at = x
    else:
        middle, at = ' data-middle="1"', label.x + whole.width / 2
    place = f'data-number="{number_.place}" data-x="{number(at)}" data-y="{number(label.y)}"{middle}'
    lines.append(f'<g {place} fill="{paint(label.fill)}">')
    drawn = _elements(Label("", "", digits, x, label.y, label.fill), shared)
    lines += [line.replace(f' fill="{label.fill}"', "") for line in drawn]
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
