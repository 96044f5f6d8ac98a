"""Points at which comparisons come out as they do where residues say that two nodes differ."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import chain

from gradviz.equality.drawing import Drawn, UnluckyError
from gradviz.equality.ground import Ground
from gradviz.equality.lists import pairs
from gradviz.equality.sample import Sample
from gradviz.equality.seeking import seek, signs
from gradviz.equality.towers import by_chance

_MOST = 8
_POINTS = 64

Pattern = tuple[tuple[tuple[int, int, int], int], ...]
"""For operands of comparisons, and an entry, whether the first is greater."""


def patterns(ground: Ground, a: int, b: int) -> list[Pattern]:
    """Some of the ways in which comparisons may come out so that two nodes differ, as far as residues know.

    Parameters
    ----------
    ground : Ground
    a, b : int
        Where they are written out.
    """
    found: dict[Pattern, None] = {}
    few = frozenset(n for n in ground.dag.leaves if ground.dag.names[n] in ground.few)
    deque(by_chance(ground, few, _POINTS, signed=True), maxlen=0)  # so many at least are to be known
    for one in chain(*(towers.points for towers in ground.drawn.values()), *ground.chances.values()):
        if one.signs is not None and not agree(one, a, b):
            told = one.signs.known.items()
            found[tuple([(w, s) for w, s in told if len(w) == 3 and w[0] >= 0])] = None
    return sorted(found, key=len)[:_MOST]


def reached(ground: Ground, wanted: list[Pattern]) -> Iterator[Sample]:
    """Points where comparisons come out so, as far as there are any that can be found."""
    for pattern in wanted:
        sample = seek(ground, signs(dict(pattern)))
        if sample is not None:
            yield sample


def agree(drawn: Drawn, a: int, b: int) -> bool:
    """Whether residues at a point are the same; not so where one has no value."""
    try:
        left, right = drawn.top.value(a), drawn.top.value(b)
    except UnluckyError:
        return False
    return bool(left == right) if type(left) is type(right) else all(x == y for x, y in pairs(left, right))
