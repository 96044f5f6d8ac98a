"""Whether a right answer is another number where something switches: a set of measure zero."""

from __future__ import annotations

from gradviz.equality.ground import Ground
from gradviz.graph.node import Node
from gradviz.notation import tree
from gradviz.notation.walk import within

_STRICT = {"greater": (0, 1), "less": (1, 0), "less_equal": (0, 1), "greater_equal": (1, 0)}
"""Which operand has to be above the other, for a comparison to be another one than where they are equal."""

_EQUAL = frozenset({"equal", "unequal"})

Switch = tuple[int, int] | frozenset[int]

_SMOOTH = frozenset(
    {tree.Name, tree.Constant, tree.Number, tree.Negative, tree.Sum, tree.Product, tree.Power}
    | {tree.Transpose, tree.Inverse, tree.Entry, tree.Partial, tree.Array, tree.Either}
)
"""What is made of expressions that do not switch by nothing that does."""


def may_switch(ground: Ground, e: tree.Expr) -> bool:
    """Whether there is a comparison in a graph that is written out, or may be in an answer."""
    nodes = ground.written.nodes
    return not _SMOOTH.issuperset(map(type, within(e))) or any(n.op in _STRICT or n.op in _EQUAL for n in nodes)


def differs_at_kinks(ground: Ground, mine: int, wanted: int) -> bool:
    """Whether an answer has ``≥`` where what is right has ``>``, or asks whether numbers are equal that move freely.

    Parameters
    ----------
    ground : Ground
    mine, wanted : int
        Where they are written out.
    """
    ours, right = _switches(ground, mine), _switches(ground, wanted)
    return any(isinstance(s, frozenset) or (s[::-1] in right and s not in right) for s in ours - right)


def _switches(ground: Ground, place: int) -> set[Switch]:
    """What a node's value switches at: two places, the first of which has to be above; or two that are to be equal."""
    nodes = ground.written.nodes
    found: set[Switch] = set()
    seen, stack = {place}, [place]
    while stack:
        node = nodes[stack.pop()]
        if node.op in _EQUAL and _is_free(ground, node):
            found.add(frozenset(node.inputs))
        if node.op in _STRICT:
            first, second = _STRICT[node.op]
            found.add((node.inputs[first], node.inputs[second]))
        new = [j for j in node.inputs if j not in seen]
        seen.update(new)
        stack.extend(new)
    return found


def _is_free(ground: Ground, node: Node) -> bool:
    """Whether a comparison is of inputs that have more than a few values."""
    few = {ground.place(i) for i in ground.few}
    nodes = ground.written.nodes
    seen, stack = set(node.inputs), list(node.inputs)
    while stack:
        i = stack.pop()
        if nodes[i].op == "leaf" and i not in few:
            return True
        new = [j for j in nodes[i].inputs if j not in seen]
        seen.update(new)
        stack.extend(new)
    return False
