"""Functions that are flat for all that can be seen where their argument is large, so that they hide what is in it."""

from __future__ import annotations

from fractions import Fraction

from gradviz.equality.balls import PRECISIONS, UnsureError
from gradviz.equality.ground import Ground
from gradviz.equality.lists import entries_of
from gradviz.equality.sample import Sample
from gradviz.graph.node import Node

_FLAT = frozenset({"exp", "erf"})
_LARGE = 300
_SMALL = 2.0**-300
_TINY, _HUGE = Fraction(1, 2**500), Fraction(2**500)


def saturating(ground: Ground, place: int) -> list[int]:
    """The arguments of such functions in an answer, that the graph does not have itself."""
    nodes, start = ground.written.nodes, ground.written.settled
    stack, seen, found = [place], {place}, []
    while stack:
        i = stack.pop()
        if i < start:
            continue
        node = nodes[i]
        if node.op in _FLAT:
            found.append(node.inputs[0])
        new = [j for j in node.inputs if j not in seen]
        seen.update(new)
        stack.extend(new)
    return list(dict.fromkeys(found))


def is_moderate(ground: Ground, sample: Sample, place: int) -> bool:
    """Whether some entry is neither large nor very small at a point."""
    try:
        entries = entries_of(ground.balls(sample, PRECISIONS[-1]).value(place))
    except UnsureError:
        return False
    return any(abs(x) < _LARGE and (abs(x) > _SMALL or x.is_zero()) for x in entries)


def extreme(ground: Ground) -> bool:
    """Whether an answer has numbers so large or so small that the bits that are looked at do not show them."""
    nodes = ground.written.nodes[ground.written.settled :]
    values = [abs(n.attr) for n in nodes if n.op == "number" and isinstance(n.attr, Fraction)]
    return any(v != 0 and not _TINY < v < _HUGE for v in values)


def zero_of(ground: Ground) -> int:
    """Where 0 is written out."""
    return ground.written.table.put(Node("number", (), (), Fraction(0)))
