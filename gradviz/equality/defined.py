"""Whether an answer has a value wherever the graph has one."""

from __future__ import annotations

from collections.abc import Iterator

from gradviz.equality.bounds import domain_of
from gradviz.equality.ground import Ground
from gradviz.equality.lists import entries_of
from gradviz.equality.modular import UnluckyError
from gradviz.equality.sample import Sample
from gradviz.equality.seeking import Score, outside, seek, vanishing


def holes(ground: Ground, place: int) -> Iterator[Score]:
    """What of an answer is not known to stay where it has to, each as how far a point is from where it does not.

    Parameters
    ----------
    ground : Ground
    place : int
        Where the answer is written out.
    """
    nodes, bounds = ground.written.nodes, ground.bounds()
    limited = {i for i in ground.limited if i < ground.marked}
    for i in sorted(_new(ground, place)):
        node = nodes[i]
        if not limited.isdisjoint(node.inputs):
            limited.add(i)
        domain = domain_of(nodes, node)
        if domain is not None:
            found = bounds.of(node.inputs[0])
            if found.within(domain) != found:
                yield outside(node.inputs[0], domain)
        below = node.inputs[1] if node.op == "div" else -1
        if below in limited:
            found = bounds.of(below)
            if not (found.is_positive or found.is_negative or _never_zero(ground, below)):
                yield vanishing(below)


def hole(ground: Ground, place: int) -> tuple[bool, list[Sample]]:
    """Whether an answer may have no value where the graph has one, and points where that seems to be so."""
    found = [seek(ground, score) for score in holes(ground, place)]
    return bool(found), [sample for sample in found if sample is not None]


def _new(ground: Ground, place: int) -> set[int]:
    """What an answer is made of that the graph is not."""
    nodes, start = ground.written.nodes, ground.marked
    stack, seen = [place], {place}
    while stack:
        new = [j for j in nodes[stack.pop()].inputs if j >= start and j not in seen]
        seen.update(new)
        stack.extend(new)
    return {i for i in seen if i >= start}


def _never_zero(ground: Ground, place: int) -> bool:
    """Whether a node is 0 for no choice of the inputs that have few values."""
    dag = ground.dag
    towers = ground.residues(frozenset(n for n in dag.leaves if dag.names[n] in ground.few))
    try:
        return towers.whole and all(v != 0 for one in towers.points for v in entries_of(one.top.value(place)))
    except UnluckyError:
        return False
