"""The sides of an equation, in LaTeX or as text."""

from __future__ import annotations

from collections.abc import Iterable

_SETS = ("\\in ", "∈ ")


def equated(sides: Iterable[str]) -> str:
    r"""Sides with signs of equality between them; what says which set it is in brings its own sign.

    Examples
    --------
    >>> equated(["q", "x + y", "3"]), equated(["x", r"\in [0, 1]"]), equated(["", "2"])
    ('q = x + y = 3', 'x \\in [0, 1]', '2')
    """
    first, *others = [side for side in sides if side] or [""]
    return " ".join([first, *map(signed, others)])


def signed(side: str) -> str:
    """A side with the sign in front of it.

    Examples
    --------
    >>> signed("3"), signed("∈ ℝ⁷: all 1")
    ('= 3', '∈ ℝ⁷: all 1')
    """
    return side if is_set(side) else f"= {side}"


def is_set(side: str) -> bool:
    """Whether a side says which set something is in."""
    return side.startswith(_SETS)
