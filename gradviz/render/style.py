"""How a picture is to look: all options in one place, handed down to every writer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from gradviz.messages import UsageError, say

VIEWS = ("stages", "ops", "blocks", "neurons", "scalars")
SHOWN = ("values", "gradients", "locals", "shapes")
DIRECTIONS = ("right", "up")
SIZE = 22.0
_SIZES, _DIGITS = (8.0, 96.0), (1, 17)


@dataclass(frozen=True, slots=True)
class Style:
    """The options of a picture.

    Parameters
    ----------
    view : str
        One of `VIEWS`.
    show : tuple of str or None
        Which of `SHOWN` stand on the wires; what suits the view where not given.
    open : tuple of str
        Blocks that are drawn open, by the names of their results; ``all`` opens all.
    theme : str
        A key of `gradviz.render.THEMES`.
    direction : str
        ``right``, or ``up``: where the output is.
    digits : int
        Significant digits of numbers.
    fractions : bool
        Whether small rationals are written as fractions: ``−1/4``.
    legend : bool
        Whether the picture says what its shapes and colours mean.
    size : float
        Of the type in boxes, in pixels; other labels keep their proportion to it.
    limit : int
        How many neurons of a layer are drawn before it is abbreviated.
    boxes : int
        How many boxes are drawn before what is alike, or repeats itself, becomes one.
    """

    view: str = "stages"
    show: tuple[str, ...] | None = None
    open: tuple[str, ...] = ()
    theme: str = "default"
    direction: str = "right"
    digits: int = 4
    fractions: bool = False
    legend: bool = False
    size: float = SIZE
    limit: int = 8
    boxes: int = 60

    def shows(self, what: str) -> bool:
        """Whether something stands in the picture.

        Examples
        --------
        >>> Style("ops").shows("locals"), Style("stages").shows("locals"), Style(show=("locals",)).shows("values")
        (True, False, False)
        """
        if self.show is not None:
            return what in self.show
        return what in {"values", "gradients"} or (what == "locals" and self.view == "ops")


def style(options: Style | str | None = None, **changes: Any) -> Style:
    """A style, or the style with that theme; with some options changed, all of them checked.

    Lists of words may be given as text with commas; what is None stays as it is.

    Raises
    ------
    UsageError
        There is no such view, part, theme or direction, blocks are to be opened in a view without them, or a number is
        out of range.

    Examples
    --------
    >>> style("dark", show="values, locals").show
    ('values', 'locals')
    """
    found = options if isinstance(options, Style) else Style(theme=options or "default")
    changes = {name: value for name, value in changes.items() if value is not None}
    for name in changes.keys() & {"show", "open"}:
        changes[name] = _words(changes[name])
    found = replace(found, **changes)
    _known("no-such-view", found.view, VIEWS)
    for word in found.show or ():
        _known("no-such-part", word, SHOWN)
    if found.open and found.view != "blocks":
        raise UsageError(say("open-view", view=found.view))
    _known("no-such-direction", found.direction, DIRECTIONS)
    _within("size", found.size, *_SIZES)
    _within("digits", found.digits, *_DIGITS)
    _within("limit", found.limit, 3, 10_000)
    _within("boxes", found.boxes, 5, 1_000_000)
    return found


def _words(given: Any) -> tuple[str, ...]:
    parts = given.split(",") if isinstance(given, str) else given
    return tuple(dict.fromkeys(word.strip() for word in parts if word.strip()))


def _known(kind: str, name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise UsageError(say(kind, name=name, known=", ".join(known)))


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise UsageError(say("out-of-range", name=name, value=value, low=f"{low:g}", high=f"{high:g}"))
