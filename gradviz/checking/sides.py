"""Rows of a derivation that say what something written out is: derivatives by names of its own, identities."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

from gradviz.checking.checker import ZERO, Checker
from gradviz.checking.derivatives import derivative
from gradviz.checking.left import Left, Means
from gradviz.checking.parts import parted
from gradviz.checking.question import Wanted
from gradviz.checking.room import Room
from gradviz.checking.target import Target
from gradviz.graph.partials import partial_name
from gradviz.messages import GradvizError
from gradviz.notation import tree
from gradviz.ops.shapes import core


class Side(Checker):
    """Holds lines against something that is no quantity of the program by name."""

    def __init__(self, room: Room, target: Target, wanted: Wanted, text: str) -> None:
        super().__init__(room, target, wanted)
        self.text = text

    @property
    def name(self) -> str:
        """What lines are held against, as it is written."""
        return self.text

    def left_of(self, written: str) -> Left | None:
        """Names beside a line are definitions; nothing else stands before it."""
        return Left(written, Means.WORDS) if written else None


def between(asked: Checker, left: str, beside: str) -> Checker | None:
    """What holds lines against ``dL/du``, where u is a name of the derivation's own for a part of the graph.

    Parameters
    ----------
    asked : Checker
        What is derived.
    left : str
        The derivative, by names.
    beside : str
        What they are: ``, u = ŷ - y``.
    """
    room = asked.room
    with suppress(GradvizError):
        e = asked.whole(left + beside, parted(f"{left}{beside}", lambda text: False))
        if not isinstance(e, tree.Partial):
            return None
        of, by = room.node_of(e.of), room.node_of(e.by)
        if of is None or by is None:
            return None
        key = ("between", of, by)
        if key not in room.checkers:
            adjoint = room.ground.swept.adjoints.get(by) if of == room.dag.root else None
            node = derivative(room.ground, of, by) if adjoint is None else adjoint
            if node is None:
                return None
            nodes = room.dag.nodes
            shape = (*core(nodes[of].shape), *core(nodes[by].shape)) if core(nodes[of].shape) else nodes[by].shape
            room.checkers[key] = Side(room, asked.target, Wanted(node, shape, e), partial_name(e))
        return room.checkers[key]
    return None


def difference(asked: Checker) -> Checker:
    """What holds the difference of two sides against 0: ``σ(z) = 1/(1 + e^-z)``."""
    room = asked.room
    if "difference" not in room.checkers:
        zero = room.ground.table.put(ZERO)
        room.checkers["difference"] = Side(room, asked.target, Wanted(zero, (), tree.Number(Fraction(0), "0")), "0")
    return room.checkers["difference"]


def is_aside(asked: Checker, left: str, parts: tuple[str, ...], beside: str) -> bool:
    """Whether a row is about its own left side: it is true by itself, or says what a function is at some place."""
    if not parts or asked.check(left + beside, diagnose=False, freely=True).ok:
        return False
    holds = difference(asked)
    found = [holds.check(f"({left}) - ({part}){beside}", diagnose=False, freely=True) for part in parts]
    if all(verdict.ok for verdict in found):
        return True
    with suppress(GradvizError):
        read = asked.written(left)
        return isinstance(read, tree.Call) and all(v.status != "invalid" and "shape" not in v.evidence for v in found)
    return False
