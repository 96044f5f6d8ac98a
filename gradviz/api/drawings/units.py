"""The neurons of one layer: which of them are drawn, and what each has for a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradviz.api.drawings.parts import size
from gradviz.terms import Dim

LAST = 1
"""How many neurons stand behind an ellipsis."""
_UNKNOWN = 4
"""How many are drawn of a layer whose size is a symbol."""


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


def chosen(position: int, axis: int, count: Dim, samples: Dim, most: int, sizes: Mapping[str, int]) -> Units:
    """Which neurons of a node are drawn: all, or the first ones and the last where they are too many."""
    numeric = sizes.get(count, count) if isinstance(count, str) else count
    if not isinstance(numeric, int):
        shown = (*range(1, _UNKNOWN), size(count))
        return Units(position, axis, count, samples, shown, (str(_UNKNOWN), f"{size(count)}-1"))
    if numeric <= most:
        return Units(position, axis, count, samples, tuple(range(1, numeric + 1)), None)
    first = most - 1 - LAST
    some = (*range(1, first + 1), *range(numeric - LAST + 1, numeric + 1))
    return Units(position, axis, numeric, samples, some, (str(first + 1), str(numeric - LAST)))


def pick(value: Any, place: tuple[int, ...]) -> float:
    """One entry, counted from 1, of an array without axes of size one, or the number that it is."""
    if not hasattr(value, "squeeze"):
        return float(value)  # one number for all entries
    array = value.squeeze()
    return float(array[tuple(p - 1 for p in place)] if array.shape else array)
