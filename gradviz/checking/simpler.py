"""Points at which an answer is wrong, with numbers that people can read: ``x = 2/3`` for ``x = 200030/300009``."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gradviz.equality.comparing import Decision, refuted
from gradviz.equality.drawing import decimals, mapped
from gradviz.equality.ground import Ground
from gradviz.equality.lists import entries_of
from gradviz.equality.sample import Sample

_PLAIN = 60
_DENOMINATORS = (4, 12, 100, 1000)
_MOST_ENTRIES = 200
_MOVABLE = frozenset({"interval", "symmetric", "real"})


def simpler(ground: Ground, found: Decision, mine: int, wanted: int) -> Decision:
    """A proof that two nodes differ, at a point of smaller numbers where there is one; else the same.

    Parameters
    ----------
    ground : Ground
    found : Decision
    mine, wanted : int
        Nodes of the ground's table.
    """
    sample = found.sample
    if sample is None or found.undefined or not _is_long(sample):
        return found
    for most in _DENOMINATORS:
        exact = {i: _rounded(ground, i, value, most) for i, value in sample.exact.items()}
        other = Sample(exact, decimals(exact))
        if not all(_is_inside(ground, i, value) for i, value in exact.items()) or not ground.is_sure(other):
            continue
        again = refuted(ground, other, ground.place(mine), ground.place(wanted))
        if again is not None:
            return again
    return found


def _is_long(sample: Sample) -> bool:
    values = [v for x in sample.exact.values() for v in entries_of(x)]
    return len(values) <= _MOST_ENTRIES and any(v.denominator > _PLAIN for v in values)


def _rounded(ground: Ground, position: int, value: Any, most: int) -> Any:
    """A value, or an array of them, with small denominators, where its domain leaves it free."""
    if any(d.kind not in _MOVABLE for d in ground.dag.facts.get(ground.dag.nodes[position].name, ())):
        return value
    return mapped(lambda v: Fraction(v).limit_denominator(most), value)


def _is_inside(ground: Ground, position: int, value: Any) -> bool:
    """Whether a value is within the bounds that are declared of it."""
    for d in ground.dag.facts.get(ground.dag.nodes[position].name, ()):
        if d.kind == "interval":
            low, high = d.low, d.high
            if not all((low is None or v > low) and (high is None or v < high) for v in entries_of(value)):
                return False
    return True
