"""What written-out nodes are made of."""

from __future__ import annotations

from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING

from gradviz.equality.lists import entries_of
from gradviz.graph.node import Node, below

if TYPE_CHECKING:
    from gradviz.equality.ground import Ground

SIDES = frozenset({"greater", "less", "greater_equal", "less_equal", "equal", "unequal"})
PARTIAL = SIDES | {"ln", "sqrt", "tan", "arcsin", "arccos", "inv"}
CHOOSING = frozenset({"max", "rowmax", "colmax", "max_pool", "unpool"})
ROOTS = frozenset({"sqrt", "power"})
OPAQUE = PARTIAL | CHOOSING | {"power", "sin", "cos", "arctan", "arctan2", "erf", "constant"}


def has(ground: Ground, ops: frozenset[str], *places: int) -> bool:
    """Whether written-out nodes are made with one of some operations; a whole power is none, but a product."""
    nodes = ground.written.nodes
    found = (nodes[i] for i in below(nodes, places) if nodes[i].op in ops)
    return any(n.op != "power" or not is_whole(nodes[n.inputs[1]]) for n in found)


def largest_number(ground: Ground) -> int:
    """A number above all that an answer writes or makes of numbers: ``10^20``, ``e^9``."""
    nodes = ground.written.nodes
    made = {i for i, n in enumerate(nodes) if n.op in ("number", "constant")}
    found = 0.0
    for i in range(ground.written.settled, len(nodes)):
        if nodes[i].inputs and made.issuperset(nodes[i].inputs):
            made.add(i)
        if i in made:
            sizes = (abs(float(x.mid())) for x in entries_of(ground.balls(ground.samples[0]).value(i)))
            found = max([found, *(x for x in sizes if isfinite(x))])
    return int(found) + 1


def when_true(ground: Ground) -> list[tuple[int, int]]:
    """What an answer compares, the one first that is greater where the comparison holds."""
    nodes = ground.written.nodes[ground.written.settled :]
    above = [(n.inputs[0], n.inputs[1]) for n in nodes if n.op in ("greater", "greater_equal")]
    return [*above, *((n.inputs[1], n.inputs[0]) for n in nodes if n.op in ("less", "less_equal"))]


def equalities(ground: Ground) -> list[tuple[int, int]]:
    """What an answer compares for equality, where that may hold at more than a set of measure zero."""
    loose = ground.loose(frozenset(), signed=False)
    nodes = ground.written.nodes[ground.written.settled :]
    return [(n.inputs[0], n.inputs[1]) for n in nodes if n.op in ("equal", "unequal") and any(map(loose.of, n.inputs))]


def is_whole(node: Node) -> bool:
    """Whether a node is a whole number as written."""
    return node.op == "number" and isinstance(node.attr, Fraction) and node.attr.denominator == 1
