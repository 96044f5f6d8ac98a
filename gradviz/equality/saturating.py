"""Functions that are flat for all that can be seen where their argument is large, so that they hide what is in it."""

from __future__ import annotations

from fractions import Fraction
from math import log2

from gradviz.equality.balls import PRECISIONS, UnsureError
from gradviz.equality.ground import Ground
from gradviz.equality.lists import entries_of
from gradviz.equality.sample import Sample
from gradviz.graph.node import Node

_FLAT = frozenset({"exp", "erf"})
_LARGE = 300
_SMALL = 2.0**-300
_BITS = 400


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
    """Whether numbers multiply in an answer to what the bits that are looked at do not show."""
    nodes, start = ground.written.nodes, ground.written.settled
    sizes: dict[int, float] = {}
    for i in range(start, len(nodes)):
        node = nodes[i]
        found = [sizes.get(j, 0.0) for j in node.inputs]
        if node.op in ("mul", "div", "einsum"):
            sizes[i] = sum(found)
        elif node.op == "power":
            exponent = nodes[node.inputs[1]].attr
            sizes[i] = found[0] * (abs(float(exponent)) if isinstance(exponent, Fraction) else 1.0)
        elif node.op == "number" and isinstance(node.attr, Fraction) and node.attr:
            sizes[i] = abs(log2(abs(node.attr.numerator)) - log2(node.attr.denominator))
        else:
            sizes[i] = max(found, default=0.0)
    return max(sizes.values(), default=0.0) > _BITS


def zero_of(ground: Ground) -> int:
    """Where 0 is written out."""
    return ground.written.table.put(Node("number", (), (), Fraction(0)))
