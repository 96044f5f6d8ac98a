"""Nodes that are there for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradviz.equality.ground import Ground


class Scratch:
    """Nodes that are put meanwhile are forgotten afterwards.

    Parameters
    ----------
    ground : Ground
    """

    __slots__ = ("before", "ground", "nodes", "places")

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    def __enter__(self) -> None:
        ground = self.ground
        written = ground.written
        self.nodes = nodes = len(ground.table.nodes)
        if len(ground.places) < nodes:
            ground.write_out(nodes)
        self.before = written.settled
        written.settled = self.places = len(written.nodes)
        ground.depth += 1

    def __exit__(self, *_: object) -> None:
        ground = self.ground
        written = ground.written
        written.settled = self.before
        ground.depth -= 1
        ground.cut(self.nodes, self.places)
        if not ground.depth:
            written.ahead.clear()
            ground.reached.clear()
