"""A library that computes, for comparing what is computed in two ways."""

from __future__ import annotations

from functools import cache
from typing import Any

from gradviz.numeric.adapted import Adapted

ROUNDING = 1e-13


@cache
def tolerant(library: Any) -> Tolerant:
    """The one made of a library."""
    return Tolerant(library)


class Tolerant(Adapted):
    """A library in which numbers that differ by rounding are equal: ``x/s`` is ``(1/s) x`` inside an indicator too."""

    def equal(self, a: Any, b: Any) -> Any:
        """Whether two values are the same but for rounding."""
        return abs(a - b) <= ROUNDING * (abs(a) + abs(b))

    def greater(self, a: Any, b: Any) -> Any:
        """Whether the first is greater by more than rounding."""
        return a - b > ROUNDING * (abs(a) + abs(b))
