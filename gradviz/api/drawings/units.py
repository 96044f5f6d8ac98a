"""The neurons of one layer: which of them are drawn, and what each has for a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradviz.terms import Dim


@dataclass(frozen=True)
class Units:
    """The neurons of one node: which of them are drawn."""

    position: int
    axis: int
    count: Dim
    samples: Dim
    shown: tuple[int | str, ...]
    left_out: tuple[str, str] | None

    @property
    def ids(self) -> list[str]:
        """What the boxes of those that are drawn are called."""
        return [self.id(k) for k in self.shown]

    def id(self, k: int | str) -> str:
        """What the box of one neuron is called."""
        return f"{self.position}:{k}"

    @property
    def rest(self) -> str:
        """What the box of the ellipsis is called."""
        return f"{self.position}:…"


def pick(value: Any, place: tuple[int, ...]) -> float:
    """One entry, counted from 1, of an array without axes of size one, or the number that it is."""
    if not hasattr(value, "squeeze"):
        return float(value)  # one number for all entries
    array = value.squeeze()
    return float(array[tuple(p - 1 for p in place)] if array.shape else array)
