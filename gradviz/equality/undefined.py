"""Whether something surely has no value at a point; what the balls are too wide for is not sure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gradviz.equality.balls import PRECISIONS, Balls, UnsureError
from gradviz.equality.ground import Ground
from gradviz.equality.lists import entries_of
from gradviz.equality.modular import UnluckyError
from gradviz.equality.sample import Sample
from gradviz.graph.node import Node


def is_undefined(ground: Ground, sample: Sample, place: int) -> bool:
    """Whether a node has no value at a point, nor at one near it.

    Parameters
    ----------
    ground : Ground
    sample : Sample
    place : int
        Where the node is written out.
    """
    return all(_has_none(ground, there, place) for there in (sample, ground.near(sample)))


def _has_none(ground: Ground, sample: Sample, place: int) -> bool:
    balls = ground.balls(sample, PRECISIONS[-1])
    try:
        if _finite(balls.value(place)):
            return False
        return any(_fails(ground, balls, i) for i in _above(ground.written.nodes, place))
    except UnsureError:
        return False


def _above(nodes: list[Node], place: int) -> Iterable[int]:
    """A node and all that it is made of."""
    stack, seen = [place], {place}
    while stack:
        i = stack.pop()
        yield i
        new = [j for j in nodes[i].inputs if j not in seen]
        seen.update(new)
        stack.extend(new)


def _fails(ground: Ground, balls: Balls, i: int) -> bool:
    """Whether a node has no value where all that it is made of has one."""
    node = ground.written.nodes[i]
    fails = _OUTSIDE.get(node.op)
    if fails is None or _finite(balls.value(i)) or not all(_finite(balls.value(j)) for j in node.inputs):
        return False
    where = node.inputs[1] if node.op == "div" else node.inputs[0]
    if any(fails(x) for x in entries_of(balls.value(where))):
        return True
    return node.op in ("div", "ln") and _vanishes(ground, where)


def _vanishes(ground: Ground, place: int) -> bool:
    """Whether an entry of a node is 0 wherever it has a value: ``z − z``."""
    try:
        return any(v == 0 for v in entries_of(ground.residues().points[0].top.value(place)))
    except UnluckyError:
        return False


def _finite(value: Any) -> bool:
    return all(x.is_finite() for x in entries_of(value))


_OUTSIDE: Mapping[str, Callable[[Any], bool]] = {
    "div": lambda x: bool(x == 0),
    "ln": lambda x: bool(x <= 0),
    "sqrt": lambda x: bool(x < 0),
    "power": lambda x: bool(x <= 0),
    "arcsin": lambda x: bool(abs(x) > 1),
    "arccos": lambda x: bool(abs(x) > 1),
}
"""What surely lies outside of a function's domain."""
