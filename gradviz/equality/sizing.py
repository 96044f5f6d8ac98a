"""Numbers for symbolic sizes: at how many an answer has to be right to be right at all, and which.

What sizes stand for as numbers is a rational function of them, so an answer that differs from what is right has few
sizes at which it does not: no more than its numerator has roots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import prod
from random import Random

from gradviz.equality.ground import Ground
from gradviz.graph.dag import Dag
from gradviz.terms import Extent, extent

MOST = 8
"""Assignments at which an answer is decided."""

_LEAST = 3
_TRIES = 1000
_CHOICE = 6
_INVERTING = frozenset({"inv", "det", "logdet"})
"""Where these are, sizes keep their order: ``XᵀX`` has an inverse where X has more rows than columns."""


def other_sizes(dag: Dag, known: Sequence[Mapping[str, int]], random: Random) -> dict[str, int] | None:
    """Other numbers for all sizes, unlike those that are known, and not large; None where none are found.

    Parameters
    ----------
    dag : Dag
    known : sequence of mapping of str to int
        One at least; no size is the same again.
    random : Random
    """
    symbols = sorted(known[0], key=known[0].__getitem__)
    fixed = {d for node in dag.nodes for d in node.shape if isinstance(d, int)}
    computed = {d for node in dag.nodes for d in node.shape if isinstance(d, Extent)}
    pool = [n for n in range(_LEAST, 8 + 2 * len(symbols) + len(known)) if n not in fixed]
    ordered = any(node.op in _INVERTING for node in dag.nodes)
    found: list[dict[str, int]] = []
    for _ in range(_TRIES if len(pool) >= len(symbols) else 0):
        drawn = random.sample(pool, len(symbols))
        sizes = dict(zip(symbols, sorted(drawn) if ordered else drawn, strict=True))
        if all(_is_unlike(sizes, other) for other in known) and all(extent(d, sizes) >= 1 for d in computed):
            found.append(sizes)
            if len(found) == _CHOICE:
                break
    return min(found, key=lambda sizes: prod(sizes.values()), default=None)


def assignments(ground: Ground, place: int) -> int | None:
    """At how many assignments of sizes an answer has to be right; None where that is not known, or too many.

    Parameters
    ----------
    ground : Ground
    place : int
        Where the answer is written out.
    """
    found = ground.size_degrees.of(place)
    if found is None:
        return None
    most = max(found.above, found.below)
    count = most + 1 + min(2, len(ground.sizes)) if most else 2
    return count if count <= MOST else None


def _is_unlike(a: Mapping[str, int], b: Mapping[str, int]) -> bool:
    """Whether no size, nor the difference, the sum or the ratio of two sizes, is the same at two assignments."""
    if any(a[s] == b[s] for s in a):
        return False
    return all(
        a[s] - a[t] != b[s] - b[t] and a[s] + a[t] != b[s] + b[t] and a[s] * b[t] != b[s] * a[t]
        for s, t in combinations(a, 2)
    )
