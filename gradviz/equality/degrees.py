"""How many points decide, where something can be only a few things: signs of comparisons, inputs of finite domains.

A node is a polynomial in what is chosen, of which each monomial has so many choices in it. One that is not 0 for all
choices is 0 at most for a share of ``1 − (1/b)^d`` of them, with ``b`` things to choose from and ``d`` choices in a
monomial (a code of Reed and Muller). So a number of random choices tells for sure, but for a chance that is known.
"""

from __future__ import annotations

from collections.abc import Collection
from math import ceil, prod
from typing import NamedTuple

from gradviz.equality.bounds import summands
from gradviz.equality.ground import Ground
from gradviz.equality.loose import Loose
from gradviz.equality.made_of import ROOTS, is_whole
from gradviz.equality.points import rows_of
from gradviz.graph.node import Node
from gradviz.terms import extent

MOST = 400
"""Random choices that are looked at."""

_NATS = 21
"""The chance to miss a difference is below ``e^−21``, one in 10^9."""


class Degree(NamedTuple):
    """How a node's entries depend on choices.

    Parameters
    ----------
    most : int
        How many choices there are in one monomial.
    all : int
        How many choices an entry depends on.
    """

    most: int
    all: int


_NONE = Degree(0, 0)


def enough(ground: Ground, places: Collection[int], kept: frozenset[str], *, signed: bool) -> int | None:
    """How many random choices tell whether nodes are equal; None where that is too many.

    Parameters
    ----------
    ground : Ground
    places : collection of int
    kept : frozenset of str
        The inputs whose declared facts hold.
    signed : bool
        Whether comparisons are chosen too.
    """
    chosen = _chosen(ground, kept)
    degrees: dict[int, Degree] = {}
    loose = ground.loose(kept, signed=signed)
    base = max([2 if signed else 1, *chosen.values()])
    worst = 0
    for place in places:
        found = _of(ground, place, chosen, degrees, loose if signed else None)
        if found is None:
            return None
        worst = max(worst, found.most)
    if base**worst > MOST:
        return None
    count = ceil(_NATS * base**worst)
    return count if count <= MOST else None


def _chosen(ground: Ground, kept: frozenset[str]) -> dict[int, int]:
    """How many things each entry, or each row, of an input can be."""
    dag = ground.dag
    rows = rows_of(dag, ground.sizes)
    found = {ground.place(i): n for i, n in rows.items()}
    for name in kept:
        node = dag.nodes[dag.names[name]]
        for fact in dag.facts.get(name, ()):
            if fact.kind == "onehot" and node.shape:
                found[ground.place(dag.names[name])] = extent(node.shape[-1], ground.sizes)
            elif fact.kind in ("binary", "onehot"):
                found[ground.place(dag.names[name])] = 2
            elif fact.kind == "set":
                found[ground.place(dag.names[name])] = len(fact.members)
            elif fact.kind == "orthogonal":
                found[ground.place(dag.names[name])] = 2  # a rotation, or a reflection
    return found


def _of(
    ground: Ground, place: int, chosen: dict[int, int], known: dict[int, Degree], loose: Loose | None
) -> Degree | None:
    """A node's degree; None where something is chosen in a way that nothing is known of."""
    nodes = ground.written.nodes
    stack = [place]
    while stack:
        i = stack[-1]
        node = nodes[i]
        missing = [j for j in node.inputs if j not in known]
        if i in known or not missing:
            stack.pop()
            if i not in known:
                found = Degree(1, 1) if i in chosen else _made(ground, node, [known[j] for j in node.inputs], loose)
                if found is None:
                    return None
                known[i] = found
        else:
            stack.extend(missing)
    return known[place]


def _made(ground: Ground, node: Node, found: list[Degree], loose: Loose | None) -> Degree | None:
    op = node.op
    total = sum(x.all for x in found)
    if op in _CHOOSING:
        return None if total or loose is not None else _NONE
    if not found:
        return _NONE
    if op in _COMPARED:
        signs = 0 if loose is None else 2 if any(map(loose.of, node.inputs)) else 1
        return Degree(total + signs, total + signs)
    if loose is not None and op in ROOTS and not is_whole(ground.written.nodes[node.inputs[-1]]):
        return Degree(total + 1, total + 1)
    if not total:
        return _NONE
    if op in _LINEAR:
        return Degree(max(x.most for x in found), total)
    if op in _SAME:
        return Degree(max(x.most for x in found), max(x.all for x in found))
    if op == "mul":
        total = found[0].all if node.inputs[0] == node.inputs[1] else total
        return Degree(min(sum(x.most for x in found), total), total)
    if op == "div" and not found[1].all:
        return found[0]
    if op == "einsum":
        total *= summands(ground, node)
        return Degree(min(sum(x.most for x in found), total), total)
    if op not in _ENTRYWISE:
        total *= max(prod(extent(d, ground.sizes) for d in ground.written.nodes[j].shape) for j in node.inputs)
    return Degree(total, total)


_LINEAR = frozenset({"add", "sub", "neg"})
_SAME = frozenset({"entry", "read", "reshape", "stack"})
_COMPARED = frozenset({"greater", "less", "greater_equal", "less_equal", "equal", "unequal"})
_CHOOSING = frozenset({"max", "rowmax", "colmax", "max_pool", "unpool"})
_ENTRYWISE = frozenset(
    {"exp", "ln", "sqrt", "power", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "erf", "div"}
)
