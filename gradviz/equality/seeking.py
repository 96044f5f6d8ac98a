"""Points of a graph's domain that are looked for, where those that were drawn do not show something."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from math import inf, isnan, prod
from random import Random
from typing import Any

import numpy as np

from gradviz.equality.balls import Balls, UnsureError, ball
from gradviz.equality.bounds import Range
from gradviz.equality.drawing import decimals, dims, fractions
from gradviz.equality.ground import Ground
from gradviz.equality.lists import entries_of, pairs
from gradviz.equality.points import rows_of
from gradviz.equality.sample import Sample, finite

COUNT = 40
"""Points that are drawn: what holds at half of all is missed once in 10^12."""

_TRIES = 160
_STEPS = 240
_LEAST = 24
_WORK = 60_000
_FEWEST = 16

Score = Callable[[Balls], float]
"""How far a point is from what is looked for: below 0 it is there."""


def drawn(ground: Ground) -> Iterator[Sample]:
    """Points of the domain, on both sides of 0 where the graph has values there."""
    known = ground.more
    yield from known
    count = _count(ground, COUNT, _FEWEST)
    while len(known) < count and ground.tried < _TRIES:
        # One in three is drawn above 0 alone, where graphs with logarithms of stages have their values.
        exact = fractions(ground.dag, ground.sizes, ground.random, (0, 1, 2)[ground.tried % 3])
        ground.tried += 1
        sample = _valid(ground, exact)
        if sample is not None:
            known.append(sample)
            yield sample


def seek(ground: Ground, score: Score) -> Sample | None:
    """A point where a score is below 0: one that was drawn, or one that is reached from there step by step."""
    best: tuple[float, Sample] | None = None
    for sample in (*ground.samples, *drawn(ground), *ground.far(1)):
        found = _scored(ground, sample, score)
        if found < 0:
            return sample
        if best is None or found < best[0]:
            best = found, sample
    if best is None:
        return None
    rows = rows_of(ground.dag, ground.sizes)
    for _ in range(_count(ground, _STEPS, _LEAST)):
        moved = _valid(ground, _stepped(ground, best[1].exact, rows, ground.random))
        found = inf if moved is None else _scored(ground, moved, score)
        if moved is not None and found <= best[0]:
            best = found, moved
            if found < 0:
                return moved
    return None


def _count(ground: Ground, most: int, least: int) -> int:
    """As many points as there is time for."""
    entries = sum(prod(dims(ground.dag, ground.dag.names[n], ground.sizes)) for n in ground.dag.leaves) + len(
        ground.needed
    )
    return max(least, min(most, _WORK // entries))


def _valid(ground: Ground, exact: Mapping[int, Any]) -> Sample | None:
    """A point, if the graph and its adjoints have values there."""
    sample = Sample(exact, decimals(dict(exact)))
    return sample if all(finite(ground.float_of(sample, i)) for i in ground.needed) else None


def _scored(ground: Ground, sample: Sample, score: Score) -> float:
    try:
        found = score(ground.balls(sample))
    except UnsureError:
        return inf
    return inf if isnan(found) else found


def _stepped(ground: Ground, exact: Mapping[int, Any], rows: Mapping[int, int], random: Random) -> dict[int, Any]:
    """One input changed: an entry of it, or all."""
    dag = ground.dag
    fresh = fractions(dag, ground.sizes, random, 0)
    position = random.choice([dag.names[n] for n in dag.leaves])
    value, other = exact[position], fresh[position]
    facts = dag.facts.get(next(n for n in dag.leaves if dag.names[n] == position), ())
    free = not facts and position not in rows
    ends = [end for d in facts if d.kind == "interval" for end in (d.low, d.high) if end is not None]
    if ends and random.randrange(2):  # half the way to where its domain ends
        other = (value + random.choice(ends)) / 2
    if not isinstance(value, np.ndarray):
        return {**exact, position: _changed(value, other, random) if free else other}
    if any(d.kind not in ("binary", "set", "interval") for d in facts) or random.randrange(4) == 0:
        return {**exact, position: other}
    if free and random.randrange(4) == 0:
        return {**exact, position: value * random.choice((8, -8, -1))}
    made = value.copy()
    place = tuple(random.randrange(n) for n in value.shape)
    made[place] = _changed(value[place], other[place], random) if free else other[place]
    return {**exact, position: made}


def _changed(value: Fraction, other: Fraction, random: Random) -> Fraction:
    return random.choice((other, other, -value, value * 4, value / 4))


def outside(place: int, allowed: Range) -> Score:
    """How far the entries of a node are from leaving a range."""

    def score(balls: Balls) -> float:
        found = inf
        for x in entries_of(balls.value(place)):
            for bound, away in ((allowed.low, 1), (allowed.high, -1)):
                if isinstance(bound, Fraction):
                    found = min(found, away * float((x - ball(bound)).mid()))
        return found

    return score


def vanishing(place: int) -> Score:
    """How far the entries of a node are from 0."""

    def score(balls: Balls) -> float:
        return min(-1.0 if x.contains(0) else abs(float(x.mid())) for x in entries_of(balls.value(place)))

    return score


def meeting(a: int, b: int) -> Score:
    """How far some entries of two nodes are from being equal."""

    def score(balls: Balls) -> float:
        gaps = [x - y for x, y in pairs(balls.value(a), balls.value(b))]
        return min(-1.0 if d.contains(0) else abs(float(d.mid())) for d in gaps)

    return score


def signs(wanted: Mapping[tuple[int, int, int], int]) -> Score:
    """How many comparisons do not come out as wanted, and how far the nearest of them is from it.

    Parameters
    ----------
    wanted : mapping of (place, place, entry) to 0 or 1
        Whether the first is to be greater than the second.
    """

    def score(balls: Balls) -> float:
        wrong, gaps = 0, 0.0
        for (a, b, entry), sign in wanted.items():
            first, second = list(pairs(balls.value(a), balls.value(b)))[entry]
            gap = float((first - second).mid()) * (1 if sign else -1)
            if gap <= 0:
                wrong += 1
                gaps += -gap / (1 - gap)
        return wrong + gaps / (len(wanted) + 1) if wrong else -1.0

    return score
