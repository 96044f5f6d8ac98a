"""A typeset formula: outlines, and how much room they take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, cast

FORMAT = 7
"""To be raised with every change to how formulas look: those that are kept are made anew."""

_PATH_CHARACTERS = b"0123456789.- chlmqvz"
_RESTS = tuple(f".{rest:02d}".rstrip("0") for rest in range(100))


class Run(NamedTuple):
    """A stretch of text that the mathematics font cannot draw: left to the fonts of the reader.

    Parameters
    ----------
    text : str
        The characters.
    x, y : float
        Left end of the baseline, from the left end of the formula's baseline; y grows downwards.
    size : float
        Size of the font in pixels.
    """

    text: str
    x: float
    y: float
    size: float


class Mark(NamedTuple):
    """Where a glyph of the font stands in the outlines of a formula.

    Parameters
    ----------
    glyph : str
        Which glyph, and in which size: the same outlines wherever it stands.
    x, y : float
        Its origin, from that of the formula.
    first, length : int
        Its contours among those of the formula.
    """

    glyph: str
    x: float
    y: float
    first: int
    length: int


@dataclass(frozen=True, slots=True)
class Formula:
    """Outlines of a formula. Its origin is the left end of its baseline; y grows downwards.

    Parameters
    ----------
    latex : str
        What it was made from.
    width, height, depth : float
        Of what is seen: to the right of the origin, above the baseline, below it (in pixels).
    start : tuple of float
        Where the pen is put down first.
    path : str
        Path commands after that, all of them relative, so a writer only ever shifts ``start``.
    runs : tuple of Run
        Text that has no outlines.
    text : str
        The formula in one line of Unicode.
    marks : tuple of Mark
        The glyphs that the outlines are of, as far as they are of one font.
    """

    latex: str
    width: float
    height: float
    depth: float
    start: tuple[float, float] = (0.0, 0.0)
    path: str = ""
    runs: tuple[Run, ...] = ()
    text: str = ""
    marks: tuple[Mark, ...] = ()


def to_data(formula: Formula) -> list[object]:
    """Make plain lists of a formula, as they are kept on disk."""
    runs = [[run.text, run.x, run.y, run.size] for run in formula.runs]
    size = [formula.width, formula.height, formula.depth, *formula.start]
    return [formula.latex, size, formula.path, runs, formula.text, [list(mark) for mark in formula.marks]]


def from_data(data: object) -> Formula | None:
    """Make a formula of what was kept, or None where that is damaged.

    Examples
    --------
    >>> formula = Formula("x", 9.0, 8.0, 0.0, (1.0, 2.0), "l1 0z")
    >>> from_data(to_data(formula)) == formula
    True
    >>> from_data(["x", [9, 8, 0, 1, 2], "alert()", [], "", []]) is None
    True
    """
    try:
        latex, size, path, runs, text, marks = cast(list[Any], data)
        width, height, depth, x, y = map(float, size)
        kept = tuple(Run(str(text), float(a), float(b), float(c)) for text, a, b, c in runs)
        placed = tuple(Mark(str(glyph), float(a), float(b), int(n), int(k)) for glyph, a, b, n, k in marks)
    except (TypeError, ValueError):
        return None
    if not isinstance(latex, str) or not isinstance(path, str) or _strange(path):
        return None
    return Formula(latex, width, height, depth, (x, y), path, kept, str(text), placed)


def _strange(path: str) -> bool:
    """Whether an outline has other characters than outlines have."""
    return bool(path.encode("ascii", "replace").translate(None, _PATH_CHARACTERS))


def number(value: float) -> str:
    """Write a coordinate with at most two decimals and nothing superfluous.

    Examples
    --------
    >>> [number(v) for v in (0.5, -0.25, 3.0, -0.001, 10.126)]
    ['.5', '-.25', '3', '0', '10.13']
    """
    return hundredths(round(value * 100))


def hundredths(value: int) -> str:
    """Write a whole number of hundredths as a coordinate."""
    whole, rest = divmod(abs(value), 100)
    text = f"{whole or ''}{_RESTS[rest]}" if rest else str(whole)
    return f"-{text}" if value < 0 else text
