"""A point of the declared domains with numbers of several kinds, and on which side of kinks it lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.equality.balls import Balls, UnsureError
from gradviz.equality.core import Core
from gradviz.equality.drawing import Drawn
from gradviz.equality.lists import pairs

if TYPE_CHECKING:
    from gradviz.equality.ground import Ground


@dataclass(eq=False)
class Sample:
    """A point of the declared domains, in fractions; values of nodes in floating point and in balls.

    Parameters
    ----------
    exact : mapping of int to Fraction or array of Fractions
        Of the inputs, by position.
    values : dict of int to number or array
        Of nodes.
    """

    exact: Mapping[int, Any]
    values: dict[int, Any]
    balls: dict[int, Balls] = field(default_factory=dict)
    near: Sample | None = None
    top: int = -1


@dataclass(frozen=True)
class Towers:
    """Points modulo primes.

    Parameters
    ----------
    points : list of Drawn
    whole : bool
        Whether they are all choices of what has finitely many.
    """

    points: list[Drawn]
    whole: bool


def finite(value: Any) -> bool:
    """Whether all entries are finite numbers."""
    if type(value) is float:
        return isfinite(value)
    return bool(np.isfinite(value).all())


def comparisons(written: Core, end: int, start: int = 0) -> list[tuple[int, int]]:
    """The operands of all comparisons of which one is no constant."""
    found: dict[tuple[int, int], None] = {}
    for node in written.nodes[start:end]:
        if node.op in _ORDER:
            a, b = node.inputs
            found[(a, b)] = None
    return list(found)


_ORDER = frozenset({"greater", "less", "greater_equal", "less_equal"})


def sides_of(ground: Ground, sample: Sample, kinks: list[tuple[int, int]]) -> set[tuple[int, int, bool]]:
    """For each comparison and entry: whether the first is greater at a point; nothing where that is unsure."""
    found: set[tuple[int, int, bool]] = set()
    if not kinks:
        return found
    balls = ground.balls(sample)
    for n, (a, b) in enumerate(kinks):
        try:
            both = pairs(balls.value(a), balls.value(b))
        except UnsureError:
            continue
        for e, (x, y) in enumerate(both):
            d = x - y
            if d > 0:
                found.add((n, e, True))
            elif d < 0:
                found.add((n, e, False))
    return found
