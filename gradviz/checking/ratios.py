"""How many times what is right an answer is, where sizes are symbols: ``√d`` times, not 2 times because d is 4."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from fractions import Fraction
from itertools import combinations, product
from math import isfinite, prod
from random import Random
from typing import NamedTuple

import numpy as np

from gradviz.equality.ground import Ground
from gradviz.equality.points import Ways, draw
from gradviz.equality.sample import Sample
from gradviz.equality.sizing import other_sizes
from gradviz.notation import spell

_CLOSE = 1e-7
_TRIES = 3
_POWERS = tuple(Fraction(n, 2) for n in (1, -1, 2, -2, 4, -4))
_MOST = 12


class Ratio(NamedTuple):
    """A number times powers of sizes.

    Parameters
    ----------
    number : Fraction
    powers : tuple of (str, Fraction)
        Of sizes, by name.
    """

    number: Fraction
    powers: tuple[tuple[str, Fraction], ...] = ()

    @property
    def mean(self) -> tuple[str, bool] | None:
        """The size that it is alone, and whether it is divided by it; None where it is another."""
        if self.number != 1 or len(self.powers) != 1 or abs(self.powers[0][1]) != 1:
            return None
        return self.powers[0][0], self.powers[0][1] < 0

    def __str__(self) -> str:
        above = [_power(n, p) for n, p in self.powers if p > 0]
        below = [_power(n, -p) for n, p in self.powers if p < 0]
        if abs(self.number.numerator) != 1 or not above:
            above.insert(0, str(abs(self.number.numerator)))
        if self.number.denominator != 1:
            below.insert(0, str(self.number.denominator))
        sign = "·" if any(n.isdecimal() for n, _ in self.powers) else " "
        under = sign.join(below)
        told = sign.join(above) + (f"/({under})" if len(below) > 1 else f"/{under}" if below else "")
        return ("−" if self.number < 0 else "") + told


def in_sizes(ground: Ground, node: int, wanted: int, ratio: float) -> Ratio | None:
    """How many times another node one is for all sizes; None where that is not known.

    Parameters
    ----------
    ground : Ground
        With symbolic sizes.
    node, wanted : int
    ratio : float
        At the ground's own sizes.
    """
    known = [dict(ground.sizes)]
    ratios = [ratio]
    while len(known) < _TRIES:
        sizes = other_sizes(ground.dag, known, Random(len(known)))  # noqa: S311 - no secret
        found = None if sizes is None else _ratio(ground, node, wanted, sizes)
        if sizes is None or found is None:
            return None
        known.append(sizes)
        ratios.append(found)
    for powers in _powers(sorted(ground.sizes)):
        rest = [r / prod(sizes[n] ** float(p) for n, p in powers) for r, sizes in zip(ratios, known, strict=True)]
        number = Fraction(rest[0]).limit_denominator(_MOST)
        if number and all(abs(r - float(number)) <= _CLOSE * abs(r) for r in rest):
            return Ratio(number, powers)
    return None


def _powers(names: Sequence[str]) -> Iterator[tuple[tuple[str, Fraction], ...]]:
    yield ()
    for count in (1, 2):
        for chosen in combinations(names, count):
            for powers in product(_POWERS, repeat=count):
                yield tuple(zip(chosen, powers, strict=True))


def _ratio(ground: Ground, node: int, wanted: int, sizes: Mapping[str, int]) -> float | None:
    """The ratio of two nodes at other sizes; None where it is not the same everywhere."""
    other = copy(ground)
    other.sizes, other.reached = dict(sizes), {}
    point = draw(Ways(ground.dag, sizes))
    if point is None:
        return None
    sample = Sample({}, dict(point.values))
    mine, right = (np.asarray(other.float_of(sample, i), dtype=float) for i in (node, wanted))
    with np.errstate(all="ignore"):
        mine, right = np.broadcast_arrays(mine, right)
        if not right.size or not np.abs(right).max():
            return None
        found = float(mine.ravel()[np.abs(right).argmax()] / right.ravel()[np.abs(right).argmax()])
        same = np.abs(mine - found * right).max() <= _CLOSE * np.abs(mine).max()
    return found if same and isfinite(found) and found else None


def _power(name: str, power: Fraction) -> str:
    text = spell(name, "unicode")
    return {Fraction(1, 2): f"√{text}", Fraction(1): text}.get(power, f"{text}²")
