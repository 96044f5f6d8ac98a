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

    __slots__ = ("before", "ground", "marks")

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    def __enter__(self) -> None:
        ground = self.ground
        nodes = len(ground.table.nodes)
        ground.write_out(nodes)
        self.marks = nodes, len(ground.written.nodes)
        self.before, ground.written.settled = ground.written.settled, self.marks[1]
        ground.depth += 1

    def __exit__(self, *_: object) -> None:
        ground = self.ground
        ground.written.settled = self.before
        ground.depth -= 1
        ground.cut(*self.marks)
        if not ground.depth:
            ground.written.ahead.clear()
