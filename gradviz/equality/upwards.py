"""What is found of written-out nodes from their operands up, each once."""

from __future__ import annotations

from typing import Generic, TypeVar

from gradviz.equality.core import Core
from gradviz.graph.node import Node

Found = TypeVar("Found")


class Upwards(Generic[Found]):
    """What is known of nodes, found when it is first asked for, and forgotten with the nodes.

    Parameters
    ----------
    written : Core
    """

    def __init__(self, written: Core) -> None:
        self.written = written
        self.nodes = written.nodes
        self.known: dict[int, Found] = {}

    def of(self, place: int) -> Found:
        """What is found of a node."""
        self.written.ahead[self] = None
        nodes, known = self.nodes, self.known
        stack = [place]
        while stack:
            i = stack[-1]
            missing = [j for j in nodes[i].inputs if j not in known]
            if i in known or not missing:
                stack.pop()
                if i not in known:
                    known[i] = self._of(i, nodes[i])
            else:
                stack.extend(missing)
        return known[place]

    def forget(self, start: int) -> None:
        """Forget nodes from a place on, which are no more."""
        for i in [i for i in self.known if i >= start]:
            del self.known[i]

    def _of(self, place: int, node: Node) -> Found:
        """What is found of a node whose operands are known."""
        raise NotImplementedError
