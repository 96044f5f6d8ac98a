"""Nodes of a computational graph, each kept once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from gradviz.ops.operation import Shape


class Node(NamedTuple):
    """One operation applied to earlier nodes.

    Parameters
    ----------
    op : str
        Key of the catalogue.
    inputs : tuple of int
        Positions of the operands in the sequence of nodes; all smaller than its own.
    shape : Shape
        Shape of the result.
    attr : hashable
        What the operation needs besides operands (the number of a constant, the axes of a sum).
    name : str
        Name of the stage or the input; "" for what nobody named. It is part of the node, so two stages
        with the same expression stay two.
    """

    op: str
    inputs: tuple[int, ...]
    shape: Shape
    attr: Hashable = None
    name: str = ""


node_of: Callable[[tuple[str, tuple[int, ...], Shape, Hashable, str]], Node] = partial(tuple.__new__, Node)
"""A node of all that it holds, in half the time."""


class Table:
    """A growing sequence of nodes in topological order, in which equal nodes are one (hash-consing).

    Examples
    --------
    >>> table = Table()
    >>> x = table.put(Node("leaf", (), (), (), "x"))
    >>> table.put(Node("mul", (x, x), ())) == table.put(Node("mul", (x, x), ()))
    True
    """

    __slots__ = ("ids", "nodes")

    def __init__(self, nodes: Iterable[Node] = ()) -> None:
        self.nodes: list[Node] = list(nodes)
        self.ids: dict[Node, int] = {node: i for i, node in enumerate(self.nodes)}

    def put(self, node: Node) -> int:
        """The position of the node, which is added if it is new."""
        new = len(self.nodes)
        position = self.ids.setdefault(node, new)
        if position == new:
            self.nodes.append(node)
        return position

    def cut(self, count: int) -> None:
        """Take off all nodes but the first ones."""
        pop = self.ids.popitem
        for _ in range(count, len(self.nodes)):
            pop()  # the last that was put
        del self.nodes[count:]


def compact(nodes: Sequence[Node], roots: Iterable[int]) -> tuple[tuple[Node, ...], dict[int, int]]:
    """The nodes that any of the roots depends on, and their new positions.

    Examples
    --------
    >>> x, y = Node("leaf", (), (), (), "x"), Node("leaf", (), (), (), "y")
    >>> compact([x, y, Node("neg", (1,), ())], [2])[1]
    {1: 0, 2: 1}
    """
    keep = reachable(nodes, roots)
    places: dict[int, int] = {}
    kept: list[Node] = []
    for i, node in enumerate(nodes):
        if keep[i]:
            places[i] = len(kept)
            kept.append(node._replace(inputs=tuple([places[j] for j in node.inputs])))
    return tuple(kept), places


def reachable(nodes: Iterable[Node], roots: Iterable[int]) -> list[bool]:
    """Which nodes any of the roots depends on."""
    sequence = list(nodes)
    mark = [False] * len(sequence)
    for root in roots:
        mark[root] = True
    for i in range(len(sequence) - 1, -1, -1):
        if mark[i]:
            for j in sequence[i].inputs:
                mark[j] = True
    return mark


def below(nodes: Sequence[Node], places: Iterable[int]) -> Iterator[int]:
    """Some nodes and all that they are made of, each once; nothing else is looked at.

    Examples
    --------
    >>> nodes = [Node("leaf", (), ()), Node("leaf", (), ()), Node("neg", (1,), ()), Node("add", (1, 2), ())]
    >>> sorted(below(nodes, [3]))
    [1, 2, 3]
    """
    seen: set[int] = set()
    stack = list(places)
    while stack:
        i = stack.pop()
        if i not in seen:
            seen.add(i)
            stack.extend(nodes[i].inputs)
            yield i
