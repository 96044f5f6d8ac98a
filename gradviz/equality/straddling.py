"""Points on both sides of where something switches, near and nearer; and where everything switches one way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from gradviz.equality.balls import Balls, UnsureError
from gradviz.equality.drawing import decimals
from gradviz.equality.ground import Ground
from gradviz.equality.lists import pairs
from gradviz.equality.points import rows_of
from gradviz.equality.sample import Sample
from gradviz.equality.seeking import drawn, seek, signs

_CLOSED = frozenset({"binary", "set", "onehot", "orthogonal", "simplex"})
_MOST = 12
_DEPTHS = (8, 20, 36, 60, 100, 200, 320)
"""How near, as powers of ½."""

Kink = tuple[int, int, int]
"""What is compared, written out, and which entry."""


def straddling(ground: Ground, kinks: list[tuple[int, int]]) -> Iterator[Sample]:
    """Points on both sides of comparisons, at smaller and smaller distances.

    Parameters
    ----------
    ground : Ground
    kinks : list of pair of int
        What is compared, as places.
    """
    sides: dict[Kink, dict[bool, Sample]] = {}
    for sample in (*ground.samples, *drawn(ground)):
        for kink, above in _sides(ground, sample, kinks):
            sides.setdefault(kink, {}).setdefault(above, sample)
    for kink, known in list(sides.items())[:_MOST]:
        if len(known) == 1:
            ((above, _),) = known.items()
            other = seek(ground, signs({kink: int(not above)}))
            if other is None:
                continue
            known[not above] = other
            yield other
        yield from _nearer(ground, kink, known)


def one_way(ground: Ground, kinks: list[tuple[int, int]], *, above: bool) -> Sample | None:
    """A point where the first is greater in all comparisons, or in none.

    Parameters
    ----------
    ground : Ground
    kinks : list of pair of int
    above : bool
        Which of the two.
    """
    balls = ground.balls(ground.samples[0])
    entries: list[Kink] = []
    for a, b in kinks:
        try:
            entries += [(a, b, n) for n, _ in enumerate(pairs(balls.value(a), balls.value(b)))]
        except UnsureError:
            continue
    entries = entries[: 4 * _MOST]
    return seek(ground, signs(dict.fromkeys(entries, int(above)))) if entries else None


def _sides(ground: Ground, sample: Sample, kinks: list[tuple[int, int]]) -> Iterator[tuple[Kink, bool]]:
    """Which entries are greater."""
    balls = ground.balls(sample)
    for a, b in kinks:
        try:
            both = list(pairs(balls.value(a), balls.value(b)))
        except UnsureError:
            continue
        for n, (x, y) in enumerate(both):
            if x > y or x < y:
                yield (a, b, n), bool(x > y)


def _nearer(ground: Ground, kink: Kink, known: Mapping[bool, Sample]) -> Iterator[Sample]:
    """Points on the way from one side to the other, around where it switches."""
    ends = known[True].exact, known[False].exact

    def at(share: Fraction) -> Sample:
        exact = _between(ground, *ends, share)
        return Sample(exact, decimals(exact))

    low, high = Fraction(0), Fraction(1)
    if not (_is_above(ground, at(low), kink) is True and _is_above(ground, at(high), kink) is False):
        return
    depth = 0
    for goal in _DEPTHS:
        while depth < goal:
            depth += 1
            middle = (low + high) / 2
            above = _is_above(ground, at(middle), kink)
            if above is None:  # exactly there
                step = Fraction(1, 2**depth)
                for further in [d for d in _DEPTHS if d >= depth]:
                    step = Fraction(1, 2**further)
                    yield from (at(middle - step), at(middle + step))
                return
            low, high = (middle, high) if above else (low, middle)
        yield from (at(low), at(high))


def _is_above(ground: Ground, sample: Sample, kink: Kink) -> bool | None:
    """Whether the first is greater; None where the two are too close to say."""
    a, b, entry = kink
    balls: Balls = ground.balls(sample, 1024)
    try:
        x, y = list(pairs(balls.value(a), balls.value(b)))[entry]
    except UnsureError:
        return None
    return True if x > y else False if x < y else None


def _between(ground: Ground, a: Mapping[int, Any], b: Mapping[int, Any], share: Fraction) -> dict[int, Any]:
    """A point between two others; inputs of closed domains are those of the first."""
    dag, rows = ground.dag, rows_of(ground.dag, ground.sizes)
    found: dict[int, Any] = {}
    for name in dag.leaves:
        i = dag.names[name]
        closed = i in rows or any(d.kind in _CLOSED for d in dag.facts.get(name, ()))
        found[i] = a[i] if closed else a[i] * (1 - share) + b[i] * share
        if isinstance(found[i], np.ndarray):
            found[i] = found[i].astype(object)
    return found
