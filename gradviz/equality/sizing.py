"""Numbers for symbolic sizes: at how many an answer has to be right to be right at all, and which.

What sizes stand for as numbers is a rational function of them, so an answer that differs from what is right has few
sizes at which it does not: no more than its numerator has roots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import prod
from random import Random
from typing import NamedTuple

from gradviz.equality.ground import Ground
from gradviz.graph.dag import Dag
from gradviz.graph.node import Node
from gradviz.terms import Extent, extent

MOST = 8
"""Assignments at which an answer is decided."""

_PLAIN = frozenset({"size", "number"})
_COMPARED = frozenset({"greater", "less", "greater_equal", "less_equal", "equal", "unequal"})
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
    found = _degree(ground, place)
    if found is None:
        return None
    most = max(found)
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


class _Degree(NamedTuple):
    """Of numerator and denominator in sizes."""

    above: int
    below: int


_NONE = _Degree(0, 0)


def _degree(ground: Ground, place: int) -> _Degree | None:
    """An answer's degree in the sizes that it writes itself."""
    nodes, start = ground.written.nodes, ground.written.settled
    known: dict[int, _Degree] = {}
    varies: dict[int, bool] = {}
    stack = [place]
    while stack:
        i = stack[-1]
        node = nodes[i]
        old = i < start and not all(nodes[j].op in _PLAIN for j in (i, *node.inputs)[bool(node.inputs) :])
        missing = [] if old else [j for j in node.inputs if j not in known]
        if i in known or not missing:
            stack.pop()
            if i in known:
                continue
            found = _NONE if old else _made(nodes, node, [known[j] for j in node.inputs], varies)
            if found is None:
                return None
            known[i] = found
            if (
                not old
                and node.op in _COMPARED
                and ground.bounds().holds(node) != ground.bounds(sized=False).holds(node)
            ):
                return None  # 𝟙[sum(y) > 7] is 0 for the sizes that were looked at, and not for all
            varies[i] = node.op == "leaf" or (bool(node.inputs) if old else any(varies[j] for j in node.inputs))
        else:
            stack.extend(missing)
    return known[place]


def _made(nodes: list[Node], node: Node, found: list[_Degree], varies: Mapping[int, bool]) -> _Degree | None:
    if node.op == "size":
        return _Degree(1, 0)
    if not any(map(any, found)):
        return _NONE
    if node.op in ("add", "sub"):
        below = sum(x.below for x in found)
        return _Degree(max(x.above + below - x.below for x in found), below)
    if node.op in ("mul", "einsum"):
        return _Degree(sum(x.above for x in found), sum(x.below for x in found))
    if node.op == "div":
        return _Degree(found[0].above + found[1].below, found[0].below + found[1].above)
    if node.op == "power":
        exponent = nodes[node.inputs[1]]
        if exponent.op != "number" or not isinstance(exponent.attr, Fraction):
            return None
        times = -(-abs(exponent.attr.numerator) // exponent.attr.denominator)
        above, below = found[0] if exponent.attr > 0 else found[0][::-1]
        return _Degree(times * above, times * below)
    if node.op in _COMPARED and not any(varies[j] for j in node.inputs):
        return None  # 𝟙[n < 100]
    total = sum(map(sum, found))
    return (
        _Degree(max(x.above for x in found), max(x.below for x in found)) if node.op == "neg" else _Degree(total, total)
    )
