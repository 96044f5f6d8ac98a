"""Characters that the mathematics font lacks (Chinese, Japanese, Korean), outlined from a font that is installed.

Scripts whose letters are joined or turned round (Arabic, Devanagari) are left to the reader's own programs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

_FIRST = 0x2E80
_FAMILIES = (
    "notosanscjk", "notosanssc", "sourcehansans", "pingfang", "msyh", "wqy-microhei", "wqy-zenhei", "hiragino",
    "meiryo", "yugoth", "applesdgothic", "malgun", "simhei", "stheiti", "simsun", "droidsansfallback",
    "arialunicode", "arial unicode", "unifont",
)  # fmt: skip
"""Beginnings of the names of fonts' files, in the order in which they are taken."""
_BOLD = ("bold", "black", "thin", "light", "medium")
_ENDINGS = (".ttf", ".otf", ".ttc", ".otc")


def has_script(text: str) -> bool:
    """Whether a text has characters that are drawn from another font.

    Examples
    --------
    >>> has_script("学习率"), has_script("ŷ ∈ ℝ"), has_script("𝟏")
    (True, False, False)
    """
    if ord(max(text, default=" ")) < _FIRST:
        return False
    return any(_FIRST <= ord(c) < 0x1D400 or ord(c) > 0x1F000 for c in text)


def fonts() -> tuple[str, ...]:
    """The files of installed fonts that have such characters, the best first."""
    found = []
    for folder in _folders():
        for place, _, names in os.walk(folder):
            for name in names:
                rank = _rank(name)
                if rank is not None:
                    found.append((rank, name, os.path.join(place, name)))
    return tuple(path for _, _, path in sorted(found))


def _folders() -> Iterator[str]:
    home = os.path.expanduser("~")
    if sys.platform == "darwin":
        yield from ("/System/Library/Fonts", "/Library/Fonts", f"{home}/Library/Fonts")
    elif sys.platform == "win32":
        yield os.path.join(os.environ.get("WINDIR", r"C:\Windows"), "Fonts")
        yield os.path.join(os.environ.get("LOCALAPPDATA", home), "Microsoft", "Windows", "Fonts")
    else:
        yield from ("/usr/share/fonts", "/usr/local/share/fonts", f"{home}/.fonts", f"{home}/.local/share/fonts")


def _rank(name: str) -> tuple[int, bool] | None:
    low = name.lower()
    if not low.endswith(_ENDINGS):
        return None
    for n, family in enumerate(_FAMILIES):
        if low.startswith(family):
            return n, any(weight in low for weight in _BOLD)
    return None


class _Font(NamedTuple):
    """A font: its glyphs, what draws each character, its units in an em."""

    glyphs: Any
    characters: dict[int, str]
    units: float


@cache
def _opened(path: str) -> _Font | None:
    """A font; None where it cannot be read."""
    try:
        from fontTools.ttLib import TTFont

        font = TTFont(path, fontNumber=0, lazy=True)
        return _Font(font.getGlyphSet(), font.getBestCmap(), float(font["head"].unitsPerEm))
    except Exception:  # no such package, or a damaged file: the text stays text
        return None


def width(text: str) -> float | None:
    """How wide a text is, in em; None where no font here has all of its characters."""
    font = _font_for(text)
    return sum(_advance(font, c) for c in text) if font else None


def draw(text: str, x: float, y: float, size: float, pen: Any) -> bool:
    """Draw a text from its left end with a pen that has ``move``, ``line``, ``quad``, ``cubic`` and ``close``.

    Returns
    -------
    bool
        Whether that was possible.
    """
    font = _font_for(text)
    if font:
        _draw(text, font, (x, y), size, pen)
    return font is not None


def _font_for(text: str) -> _Font | None:
    for path in fonts() if has_script(text) else ():
        font = _opened(path)
        if font and all(ord(c) in font.characters or c.isspace() for c in text):
            return font
    return None


def _advance(font: _Font, character: str) -> float:
    name = font.characters.get(ord(character))
    return float(font.glyphs[name].width) / font.units if name else 0.3


def _draw(text: str, font: _Font, at: tuple[float, float], size: float, pen: Any) -> None:
    from fontTools.pens.basePen import BasePen

    scale = size / font.units
    x, y = at

    def place(point: tuple[float, float]) -> tuple[float, float]:
        return x + point[0] * scale, y - point[1] * scale

    class Outline(BasePen):  # type: ignore[misc]
        def _moveTo(self, p: Any) -> None:  # noqa: N802
            pen.move(*place(p))

        def _lineTo(self, p: Any) -> None:  # noqa: N802
            pen.line(place(p))

        def _qCurveToOne(self, a: Any, b: Any) -> None:  # noqa: N802
            pen.quad(place(a), place(b))

        def _curveToOne(self, a: Any, b: Any, c: Any) -> None:  # noqa: N802
            pen.cubic(place(a), place(b), place(c))

        def _closePath(self) -> None:  # noqa: N802
            pen.close()

    for character in text:
        name = font.characters.get(ord(character))
        if name is not None:
            font.glyphs[name].draw(Outline(font.glyphs))
        x += _advance(font, character) * size
