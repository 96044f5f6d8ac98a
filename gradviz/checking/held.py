"""A local derivative as lines say it: as a vector where it is diagonal, and with other names held fixed."""

from __future__ import annotations

from gradviz.checking.checker import Checker
from gradviz.checking.question import Wanted
from gradviz.checking.reading import Reading, along
from gradviz.checking.room import Room
from gradviz.checking.target import Target
from gradviz.checking.verdict import Verdict
from gradviz.checking.wanted import checker_in
from gradviz.graph.making import Value
from gradviz.notation import tree
from gradviz.ops.shapes import core


class Held(Checker):
    """Holds lines against one of these."""

    only_held = True
    as_vector = False

    def in_room(self, room: Room) -> Checker:
        """The same with other numbers for sizes."""
        same = [other for other in held(room, self.target) if other.as_vector is self.as_vector]
        return same[0] if same else super().in_room(room)

    def judge(self, reading: Reading) -> Verdict:
        """The verdict on one reading; one number may say what all entries of a vector are, as in ``∂r/∂h = 1``."""
        table, shape = self.ground.table, core(self.wanted.shape)
        if self.as_vector and shape and not core(table.nodes[reading.node].shape):
            reading = reading._replace(node=along(reading.node, table, shape))
        return super().judge(reading)


def held(room: Room, target: Target) -> tuple[Held, ...]:
    """What a line about a local derivative may say besides the whole derivative.

    Parameters
    ----------
    room : Room
    target : Target
        ``∂h/∂z``, by names.
    """
    key = target, room.beside.get(target.of, ())
    if key not in room.held:
        e = tree.Partial(tree.Name(target.of), tree.Name(target.by))
        own = checker_in(room, target).wanted
        with room.reading(totally=False):
            vector, whole = room.slope(e), room.partial(e)
            moved = room.moved is not None
        found = []
        if isinstance(vector, Value):
            shape = room.dag.nodes[room.dag.names[target.by]].shape
            found.append(Held(room, target, Wanted(vector.node, shape, own.expr, own.letters)))
            found[0].as_vector = True
        if moved and isinstance(whole, Value):
            found.append(Held(room, target, Wanted(whole.node, own.shape, own.expr, own.letters)))
        room.held[key] = tuple(found)
    return room.held[key]
