"""LaTeX → outlines, by way of MathML. Slow to import: reached through the kept formulas only."""

from __future__ import annotations

import re
import warnings
from typing import Any
from xml.etree import ElementTree

from gradviz.render import scripts
from gradviz.render.formula import Formula, Mark, Run, hundredths
from gradviz.render.mathml import ACCENT_TAG, FENCE_TAG, RUN_TAG, polish

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the typesetter's own imports

    from ziamath.drawable import Glyph, HLine, VLine
    from ziamath.mathtable import AssembledGlyph
    from ziamath.nodes.mnode import Mnode
    from ziamath.tex import tex2mml
    from ziamath.zmath import Math, denamespace, loadedfonts

_MAX_LENGTH = 20_000
_MAX_DEPTH = 12  # the typesetter measures each level twice
_WIDE = 0x2E80  # from here on characters are as wide as they are high


# The converter leaves these as they are inside a text, and what it returns is then no XML.
_HIDE = {ord("<"): "\ue000", ord(">"): "\ue001", ord("&"): "\ue002"}
_SHOW = {0xE000: "<", 0xE001: ">", 0xE002: "&"}


class _TextRun(Mnode, tag=RUN_TAG):
    """A leaf of the formula that only takes room: drawn from another font, or by whoever shows the picture."""

    def __init__(self, element: Any, parent: Any, **kwargs: Any) -> None:
        super().__init__(element, parent, **kwargs)
        self.text: str = element.text or ""
        drawn = scripts.width(self.text)
        guess = sum(1.0 if ord(c) >= _WIDE else 0.6 for c in self.text)
        self.width = self.glyphsize * (guess if drawn is None else drawn)
        self.bbox = type(self.bbox)(0, self.width, -0.2 * self.glyphsize, 0.85 * self.glyphsize)


class _Fence(Mnode, tag=FENCE_TAG):
    """A bracket or bar that encloses what stands in its row, however high that is.

    While the row is measured it takes no height. The typesetter's own brackets then have none at
    all, not even one to hang a script on.
    """

    def __init__(self, element: Any, parent: Any, **kwargs: Any) -> None:
        super().__init__(element, parent, **kwargs)
        self.string: str = element.text
        glyph = self.font.findglyph(self.string, self.style.mathvariant)
        if "rowymin" in kwargs and not kwargs.get("nostretch"):
            glyph = self._reach(glyph, kwargs["rowymin"], kwargs["rowymax"])
        drawn = Glyph(glyph, self.string, self.glyphsize, self.style, **kwargs)
        self.nodes.append(drawn)
        self.nodexy.append((0.0, 0.0))
        low, high = drawn.bbox.ymin, drawn.bbox.ymax
        if kwargs.get("nostretch"):
            low = high = self.units_to_points(self.font.math.consts.axisHeight)
        self.bbox = type(self.bbox)(drawn.bbox.xmin, drawn.bbox.xmax, low, high)

    def xadvance(self) -> float:
        return float(self.nodes[0].xadvance())

    def _reach(self, glyph: Any, low: float, high: float) -> Any:
        """Return the least size that reaches as far above and below the axis as the row does."""
        math = self.font.math
        axis = math.consts.axisHeight
        half = max(self.points_to_units(high) - axis, axis - self.points_to_units(low))
        slack = float(self.element.get("slack", "0")) * self.font.info.layout.unitsperem
        sizes = [self.font.glyph_fromid(size) for size in math.listvariants(glyph.index).values()]
        for size in [glyph, *sizes]:
            reach = min(size.bbox.ymax - axis, axis - size.bbox.ymin)
            if reach + slack >= half:
                return size
        return math.variant(glyph.index, 2 * half)


class _Accent(Mnode, tag=ACCENT_TAG):
    """A hat or tilde: as wide as what it stands on if that is a word, else as it is."""

    def __init__(self, element: Any, parent: Any, **kwargs: Any) -> None:
        super().__init__(element, parent, **kwargs)
        self.string: str = element.text
        glyph = self.font.glyph(self.string)
        if element.get("wide"):
            under = parent.base.bbox
            width = self.points_to_units(under.xmax - under.xmin)
            sizes = map(self.font.glyph_fromid, self.font.math.listvariants(glyph.index, vert=False).values())
            fitting = [size for size in sizes if size.bbox.xmax - size.bbox.xmin <= width]
            glyph = max([glyph, *fitting], key=lambda size: size.bbox.xmax - size.bbox.xmin)
        drawn = Glyph(glyph, self.string, self.glyphsize, self.style, **kwargs)
        self.nodes.append(drawn)
        self.nodexy.append((0.0, 0.0))
        self.bbox = drawn.bbox


class _Pen:
    """Collects outlines as relative commands, without any drift: it rounds places, not steps."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        self.start: tuple[int, int] | None = None
        self.opened = self.here = (0, 0)
        self.box = [10**9, 10**9, -(10**9), -(10**9)]
        self.contours = 0
        self.marks: list[Mark] = []

    def _step(self, command: str, *points: tuple[float, float]) -> None:
        numbers = []
        x0, y0 = self.here
        for px, py in points:
            x, y = round(px * 100), round(py * 100)
            numbers += [x - x0, y - y0]
            low_x, low_y, high_x, high_y = self.box
            self.box = [min(low_x, x), min(low_y, y), max(high_x, x), max(high_y, y)]
        self.here = (x, y)
        if command == "l" and not any(numbers):
            return
        if command == "l" and numbers[1] == 0:
            self.commands.append(f"h{hundredths(numbers[0])}")
        elif command == "l" and numbers[0] == 0:
            self.commands.append(f"v{hundredths(numbers[1])}")
        else:
            texts = map(hundredths, numbers)
            self.commands.append(command + " ".join(texts).replace(" -", "-"))

    def move(self, x: float, y: float) -> None:
        if self.start is None:
            self.start = self.here = (round(x * 100), round(y * 100))
            low_x, low_y, high_x, high_y = *self.start, *self.start
            self.box = [low_x, low_y, high_x, high_y]
        else:
            self._step("m", (x, y))
        self.opened = self.here

    def line(self, *points: tuple[float, float]) -> None:
        for point in points:
            self._step("l", point)

    def quad(self, *points: tuple[float, float]) -> None:
        self._step("q", *points)

    def cubic(self, *points: tuple[float, float]) -> None:
        self._step("c", *points)

    def close(self) -> None:
        self.commands.append("z")
        self.here = self.opened
        self.contours += 1

    def mark(self, glyph: str, x: float, y: float, first: int) -> None:
        """Say which glyph the contours since the first of them are."""
        self.marks.append(Mark(glyph, round(x, 2), round(y, 2), first, self.contours - first))


def typeset(latex: str, size: float) -> Formula:
    r"""Typeset a formula.

    Parameters
    ----------
    latex : str
        Without dollar signs. What cannot be read as LaTeX is set as the text that it is.
    size : float
        Size of the font in pixels.

    Returns
    -------
    Formula
        Outlines that start at the left end of the baseline.

    Examples
    --------
    >>> formula = typeset(r"\hat{y} - y", 20)
    >>> formula.width > 20 and formula.depth > 0 and formula.runs == ()
    True
    >>> typeset(r"\frac{", 20).width > 20
    True
    """
    try:
        if len(latex) > _MAX_LENGTH or _depth(latex) > _MAX_DEPTH:
            raise ValueError(latex)
        return _outline(latex, latex, size)
    except Exception:  # the converter raises whatever its own code runs into
        return _outline(_as_text(latex[:200]), latex, size)


def _depth(latex: str) -> int:
    depth = deepest = 0
    for character in latex:
        depth += (character == "{") - (character == "}")
        deepest = max(deepest, depth)
    return deepest


def _as_text(latex: str) -> ElementTree.Element:
    root = ElementTree.Element("math")
    ElementTree.SubElement(root, "mtext").text = "".join(c for c in latex if c.isprintable()) or " "
    return root


def _outline(source: str | ElementTree.Element, latex: str, size: float) -> Formula:
    font = loadedfonts["default"]
    # A formula that failed half way may have left it otherwise.
    font.language("math", "")  # type: ignore[no-untyped-call]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        root = _to_mathml(source) if isinstance(source, str) else source
        polish(root, lambda character: font.glyphindex(character) > 0)
        node = Math(root, size=size).node
    pen, runs = _Pen(), []
    pending: list[tuple[Any, float, float]] = [(node, 0.0, 0.0)]
    right = 0.0
    while pending:
        drawn, x, y = pending.pop()
        if isinstance(drawn, _TextRun):
            if not scripts.draw(drawn.text, x, y, drawn.glyphsize, pen):
                runs.append(Run(drawn.text, round(x, 2), round(y, 2), round(drawn.glyphsize, 2)))
            right = max(right, x + drawn.width)
        elif isinstance(drawn, Glyph):
            _draw_glyph(drawn, x, y, pen)
        elif isinstance(drawn, HLine):
            _draw_bar(x, y, drawn.length, drawn.lw, pen)
        elif isinstance(drawn, VLine):
            _draw_bar(x, y - drawn.height, drawn.lw, drawn.height, pen)
        else:
            parts = zip(drawn.nodes, drawn.nodexy, strict=False) if hasattr(drawn, "nodexy") else ()
            pending += [(child, x + dx, y + dy) for child, (dx, dy) in reversed(list(parts))]
    return _finish(latex, pen, runs, right, size)


def _to_mathml(latex: str) -> ElementTree.Element:
    # In braces a matrix may carry scripts, and its brackets are as high as it, not as its row.
    latex = re.sub(r"\\begin\s*\{[bpBvV]?matrix\*?\}", r"{\g<0>", latex)
    latex = re.sub(r"\\end\s*\{[bpBvV]?matrix\*?\}", r"\g<0>}", latex)
    # The converter sets signs and digits, and letters behind them, in a function's name as if they stood alone.
    latex = re.sub(r"\\operatorname\{([^{}]*[^A-Za-z{}][^{}]*)\}", r"\\mathrm{\1}", latex)
    latex = re.sub(r"\\text\s*\{[^{}]*\}", lambda found: found[0].translate(_HIDE), latex)
    # The converter writes text by itself, so nothing declares types or entities to be expanded.
    root = denamespace(ElementTree.fromstring(tex2mml(latex)))  # noqa: S314
    for element in root.iter():
        element.text = (element.text or "").translate(_SHOW)
    return root


def _draw_glyph(drawn: Any, x: float, y: float, pen: _Pen) -> None:
    if drawn.phantom:
        return
    scale = drawn.size / drawn.glyph.font.info.layout.unitsperem
    if not isinstance(drawn.glyph, AssembledGlyph):
        _draw_outline(drawn.glyph, x, y, scale, pen)
        return
    # What is larger than any glyph of the font is put together of several that overlap.
    for part, offset in zip(drawn.glyph.glyphs, drawn.glyph.offsets, strict=True):
        dx, dy = (0.0, offset) if drawn.glyph.vert else (offset, 0.0)
        _draw_outline(part, x + dx * scale, y - dy * scale, scale, pen)


def _draw_outline(glyph: Any, x: float, y: float, scale: float, pen: _Pen) -> None:
    first = pen.contours
    _draw_contours(glyph, x, y, scale, pen)
    if pen.contours > first:
        pen.mark(f"{glyph.index}-{1e4 * scale:.0f}", x, y, first)


def _draw_contours(glyph: Any, x: float, y: float, scale: float, pen: _Pen) -> None:
    opened = False
    for operator in glyph.operators:
        points = [(x + p.x * scale, y - p.y * scale) for p in operator.points()[0]]
        kind = type(operator).__name__
        if kind == "Moveto":
            if opened:
                pen.close()
            pen.move(*points[0])
            opened = True
        elif kind == "Lineto":
            pen.line(*points)
        elif kind == "Quad":
            pen.quad(*points)
        else:
            pen.cubic(*points)
    if opened:
        pen.close()


def _draw_bar(x: float, y: float, width: float, height: float, pen: _Pen) -> None:
    pen.move(x, y)
    pen.line((x + width, y), (x + width, y + height), (x, y + height))
    pen.close()


def _finish(latex: str, pen: _Pen, runs: list[Run], right: float, size: float) -> Formula:
    if pen.start is None and not runs:
        return Formula(latex, 0.0, 0.7 * size, 0.0)
    low_x, low_y, high_x, high_y = (value / 100 for value in pen.box) if pen.start else (0.0, 0.0, 0.0, 0.0)
    for run in runs:
        low_x, high_x = min(low_x, run.x), max(high_x, right)
        low_y, high_y = min(low_y, run.y - 0.85 * run.size), max(high_y, run.y + 0.2 * run.size)
    x, y = (value / 100 for value in pen.start or (0, 0))
    shift = round(low_x, 2)  # ink begins at the origin, so that centred is seen as centred
    return Formula(
        latex,
        round(high_x - low_x, 2),
        round(max(-low_y, 0.0), 2),
        round(max(high_y, 0.0), 2),
        (round(x - shift, 2), y),
        "".join(pen.commands),
        tuple(Run(run.text, round(run.x - shift, 2), run.y, run.size) for run in runs),
        marks=tuple(mark._replace(x=round(mark.x - shift, 2)) for mark in pen.marks),
    )
