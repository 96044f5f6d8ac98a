"""What stands below a picture in each of its steps: a sentence, a formula, the same in numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import ceil
from typing import NamedTuple

from gradviz.messages import Message
from gradviz.render.drawing import Step
from gradviz.render.formula import Formula
from gradviz.render.formulas import Typesetter
from gradviz.render.plain import plain
from gradviz.render.shapes import Label
from gradviz.render.sides import signed
from gradviz.render.theme import Theme

_GAP, _LEADING = 34.0, 13.0
"""Above the caption, and between its rows."""
_SIGN = 0.36
"""Between a left side and its sign of equality, in em."""
_LEAST_WIDTH = 900.0
"""An equation is not broken before it is as wide as this, or as the picture."""
_TOO_WIDE = 1.25
"""Numbers that alone are wider than the room by this are left out, and their result stays."""


class Row(NamedTuple):
    """One row of a caption: formulas, with their places from the left end of its baseline; y grows downwards."""

    formulas: tuple[tuple[Formula, float, float], ...]
    fill: str
    shift: float = 0.0

    @property
    def width(self) -> float:
        """From the left end to the last ink."""
        return max((x + f.width for f, x, _ in self.formulas), default=0.0)

    @property
    def height(self) -> float:
        """Above the baseline."""
        return max((f.height - y for f, _, y in self.formulas), default=0.0)

    @property
    def depth(self) -> float:
        """Below the baseline."""
        return max((f.depth + y for f, _, y in self.formulas), default=0.0)


@dataclass(frozen=True, slots=True)
class Captions:
    """The captions of all steps.

    Parameters
    ----------
    rows : tuple of tuple of Row
        Those of each step.
    width, height : float
        Of the widest, and of all rows with the gap above them.
    baselines : tuple of float
        Of the first two rows, from the bottom of the picture: the same in every step.
    """

    rows: tuple[tuple[Row, ...], ...]
    width: float
    height: float
    baselines: tuple[float, float]

    def text(self, number: int) -> str:
        """The caption of one step in words."""
        return " ".join(f.text for row in self.rows[number] for f, _, _ in row.formulas)

    def labels(self, number: int, middle: float, top: float) -> tuple[Label, ...]:
        """The caption of one step, centred."""
        found = []
        rows = self.rows[number]
        # The rows of an equation hang together: the widest is centred, the others keep their place below it.
        block = max((row.shift + row.width for row in rows[1:]), default=0.0)
        baseline = 0.0
        for n, row in enumerate(rows):
            baseline = self.baselines[n] if n < len(self.baselines) else baseline + _below(rows[n - 1], row)
            left = middle - (row.width if row is rows[0] else block) / 2 + row.shift
            found += [Label("caption", f.text, f, left + x, top + baseline + y, row.fill) for f, x, y in row.formulas]
        return tuple(found)


def make_captions(steps: Sequence[Step], theme: Theme, typesetter: Typesetter, room: float) -> Captions:
    """Typeset the captions of all steps.

    Parameters
    ----------
    steps : sequence of Step
    theme : Theme
    typesetter : Typesetter
    room : float
        How wide the picture is.
    """
    room = max(room, _LEAST_WIDTH)
    rows = tuple(_rows(step, theme, typesetter, room) for step in steps)
    said = max((r[0].height for r in rows), default=0.0), max((r[0].depth for r in rows), default=0.0)
    symbols = max((r[1].height for r in rows if len(r) > 1), default=0.0)
    first = _GAP + said[0]
    baselines = first, first + said[1] + _LEADING + symbols
    width = max((_width(r) for r in rows), default=0.0)
    return Captions(rows, width, max((_bottom(r, baselines) for r in rows), default=0.0), baselines)


def _below(above: Row, row: Row) -> float:
    """How far a row's baseline is from that of the row above it."""
    return above.depth + _LEADING + row.height


def _bottom(rows: Sequence[Row], baselines: tuple[float, float]) -> float:
    """Where the last of some rows ends."""
    if len(rows) < 2:
        return baselines[0] + rows[0].depth
    return baselines[1] + sum(_below(a, b) for a, b in pairwise(rows[1:])) + rows[-1].depth


def _width(rows: Sequence[Row]) -> float:
    return max((row.shift + row.width for row in rows), default=0.0)


def _rows(step: Step, theme: Theme, typesetter: Typesetter, room: float) -> tuple[Row, ...]:
    symbols, numbers = equation(step, theme, typesetter, room)
    return (_sentence(step.reason, theme, typesetter, room), *symbols, *numbers)


def _sentence(reason: Message, theme: Theme, typesetter: Typesetter, room: float) -> Row:
    """A sentence on as many lines as it needs, each of them centred."""
    size = theme.box_size
    whole = typesetter.formula(sentence(reason), size)
    if whole.width <= room:
        return Row(((whole, 0.0, 0.0),), theme.ink)
    words = _words(marked(reason))
    count = min(ceil(whole.width / room), len(words))
    total = sum(len(plain(word)) + 1 for word in words)
    lines: list[list[str]] = [[]]
    written = 0
    for word in words:
        if written >= total * len(lines) / count:
            lines.append([])
        lines[-1].append(word)
        written += len(plain(word)) + 1
    set_lines = [typesetter.formula(_typeset(" ".join(line)), size) for line in lines]
    widest = max(line.width for line in set_lines)
    # A fraction at the end of a line keeps the next one off.
    steps = (max(1.4 * size, above.depth + 0.2 * size + line.height) for above, line in pairwise(set_lines))
    baselines = accumulate(steps, initial=0.0)
    placed = ((line, (widest - line.width) / 2, y) for line, y in zip(set_lines, baselines, strict=True))
    return Row(tuple(placed), theme.ink)


def _words(text: str) -> list[str]:
    """A sentence cut at its spaces, but not within formulas.

    Examples
    --------
    >>> _words("the gradient of $a + b$, times 2")
    ['the', 'gradient', 'of', '$a + b$,', 'times', '2']
    """
    return re.findall(r"(?:\$[^$]*\$|[^\s$])+", text)


def equation(step: Step, theme: Theme, typesetter: Typesetter, room: float) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """A step's equation with symbols, and the same in numbers: rows whose signs of equality stand below each other."""
    if not step.formula:
        return (), ()
    size = theme.caption_size
    left = typesetter.formula(step.formula[0], size)
    shift = left.width + _SIGN * size
    lines = _lines(step.formula[1:], typesetter, size, room - shift)
    first = (left, 0.0, 0.0)
    beside: list[tuple[tuple[Formula, float, float], ...]] = [(first, (lines[0], shift, 0.0)) if lines else (first,)]
    beside += [((line, 0.0, 0.0),) for line in lines[1:]]
    symbols = tuple(Row(formulas, theme.ink, 0.0 if n == 0 else shift) for n, formulas in enumerate(beside))
    colour = theme.value if step.forward else theme.gradient
    sides = _fitting(step.numbers, typesetter, size, room - shift)
    return symbols, tuple(Row(((f, 0.0, 0.0),), colour, shift) for f in _lines(sides, typesetter, size, room - shift))


def stack(rows: Sequence[Row]) -> tuple[float, ...]:
    """How far the baseline of each row is below that of the first."""
    return tuple(accumulate((_below(a, b) for a, b in pairwise(rows)), initial=0.0)) if rows else ()


def _fitting(sides: Sequence[str], typesetter: Typesetter, size: float, room: float) -> Sequence[str]:
    """The sides of an equation without those that are too wide; the last one, its result, stays."""
    if len(sides) < 2 or typesetter.formula(_equal(sides), size).width <= room:
        return sides
    kept = [side for side in sides[:-1] if typesetter.formula(_equal([side]), size).width <= _TOO_WIDE * room]
    return [*kept, sides[-1]]


def _lines(sides: Sequence[str], typesetter: Typesetter, size: float, room: float) -> list[Formula]:
    """The sides of an equation, each behind its sign, in as few lines as have room."""
    if not sides:
        return []
    whole = typesetter.formula(_equal(sides), size)
    if whole.width <= room or len(sides) == 1:
        return [whole]
    lines: list[list[str]] = [[]]
    for side in sides:
        if lines[-1] and typesetter.formula(_equal([*lines[-1], side]), size).width > room:
            lines.append([])
        lines[-1].append(side)
    return [typesetter.formula(_equal(line), size) for line in lines]


def _equal(sides: Sequence[str]) -> str:
    return " ".join(map(signed, sides))


def sentence(reason: Message | str) -> str:
    r"""A sentence as LaTeX: its words as text, its formulas typeset.

    Examples
    --------
    >>> from gradviz.messages import say
    >>> sentence(say("step-of", number=1, count=3))
    '\\text{step 1 of 3}'
    """
    return _typeset(marked(reason))


def _typeset(text: str) -> str:
    pieces = re.split(r"\$([^$]*)\$", text)
    shown = (rf"\text{{{_text(piece)}}}" if n % 2 == 0 else f" {piece} " for n, piece in enumerate(pieces) if piece)
    return "".join(shown).strip()


def marked(part: object) -> str:
    """A sentence with its formulas in LaTeX between dollar signs."""
    if hasattr(part, "text"):  # a message, or a list of them
        return str(part.text(marked))
    return str(part.latex()) if hasattr(part, "latex") else str(part).replace("$", "")


def _text(words: str) -> str:
    return re.sub(r"[\\{}^~#%&]", "", words).replace("_", r"\_")
