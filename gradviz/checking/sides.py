"""Rows of a derivation that say what something written out is: derivatives by names of its own, identities."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from functools import partial
from typing import TypeAlias

from gradviz.checking.checker import Checker
from gradviz.checking.derivatives import derivative
from gradviz.checking.judge import ZERO
from gradviz.checking.left import Left, Means
from gradviz.checking.parts import parted
from gradviz.checking.placed import Placing, Read
from gradviz.checking.question import Wanted
from gradviz.checking.reading import along
from gradviz.checking.respelled import respelled
from gradviz.checking.room import Room
from gradviz.checking.target import Target
from gradviz.checking.texts import free_letters, partials
from gradviz.graph.node import Node
from gradviz.graph.partials import partial_name
from gradviz.messages import GradvizError
from gradviz.notation import tree
from gradviz.notation.walk import within
from gradviz.ops import Shape
from gradviz.ops.shapes import core

Again: TypeAlias = Callable[[Room], Checker]
"""Makes the same side in a room."""


class Side(Checker):
    """Holds lines against something that is no quantity of the program by name."""

    def __init__(self, room: Room, target: Target, wanted: Wanted, text: str, again: Again) -> None:
        super().__init__(room, target, wanted)
        self.text = text
        self.again = again

    def in_room(self, room: Room) -> Checker:
        """The same side with other numbers for sizes."""
        return self.again(room)

    @property
    def name(self) -> str:
        """What lines are held against, as it is written."""
        return self.text

    def left_of(self, written: str) -> Left | None:
        """Names beside a line are definitions; nothing else stands before it."""
        return Left(written, Means.WORDS) if written else None


class Difference(Side):
    """Holds the difference of two sides against 0."""

    def placed_node(self, e: tree.Expr, read: Read) -> int | None:
        """The node of a difference whose sides are such products, each by itself."""
        sides = e.items if isinstance(e, tree.Sum) else ()
        if len(sides) != _TWO or not isinstance(sides[1], tree.Negative):
            return super().placed_node(e, read)
        names, table, shape = self.room.dag.names, self.ground.table, core(self.wanted.shape)
        of, by = names[self.target.of], names[self.target.by]
        found, placed = [], False
        for side in (sides[0], sides[1].operand):
            node = Placing(self.room, read, side, of).gradient(side, by)
            placed = placed or node is not None
            node = read(side, shape) if node is None else node
            if node is None:
                return None
            found.append(node)
        found[1] = table.put(Node("neg", (found[1],), shape))
        return table.put(Node("add", tuple(found), shape)) if placed else None


_TWO = 2


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
        if derivative(room.ground, of, by) is None:
            return None
        return _between(room, asked.target, of, by, e)
    return None


def _between(room: Room, target: Target, of: int, by: int, e: tree.Partial) -> Checker:
    key = ("between", of, by)
    if key not in room.checkers:
        adjoint = room.ground.swept.adjoints.get(by) if of == room.gradient_of else None
        node = derivative(room.ground, of, by) if adjoint is None else adjoint
        assert node is not None
        nodes = room.dag.nodes
        shape = (*core(nodes[of].shape), *core(nodes[by].shape)) if core(nodes[of].shape) else nodes[by].shape
        again = partial(_between, target=target, of=of, by=by, e=e)
        room.checkers[key] = Side(room, target, Wanted(node, shape, e), partial_name(e), again)
    return room.checkers[key]


def difference(asked: Checker, shape: Shape = ()) -> Checker:
    """What holds the difference of two sides against 0: ``σ(z) = 1/(1 + e^-z)``.

    With a shape, the sides may be entries of arrays of that shape.
    """
    return _difference(asked.room, asked.target, shape)


def _difference(room: Room, target: Target, shape: Shape) -> Checker:
    key = ("difference", target, shape)
    if key not in room.checkers:
        table = room.ground.table
        zero = table.put(ZERO)
        zero = along(zero, table, shape) if shape else zero
        again = partial(_difference, target=target, shape=shape)
        room.checkers[key] = Difference(room, target, Wanted(zero, shape, tree.Number(Fraction(0), "0")), "0", again)
    return room.checkers[key]


def aside(asked: Checker, left: str, parts: tuple[str, ...], beside: str) -> Checker | None:
    """What holds a row against its own left side, where it is true by itself, or says what a function is at some place.

    It may be true entry by entry: ``Σⱼ (∂L/∂pⱼ)(∂pⱼ/∂xᵢ) = Σⱼ (∂L/∂pⱼ) δᵢⱼ``.
    """
    if not parts:
        return None
    known = asked.check(left + beside, diagnose=False, freely=True)
    if known.ok and known.evidence.get("derivatives") != "total":
        return None
    fitting = None
    for shape in dict.fromkeys((asked.wanted.shape, *_shapes_by(asked, left), ())):
        holds = difference(asked, shape)
        found = [holds.check(f"({left}) - ({part}){beside}", diagnose=False, freely=True) for part in parts]
        if all(verdict.ok for verdict in found):
            return holds
        if fitting is None and all(v.status != "invalid" and "shape" not in v.evidence for v in found):
            fitting = holds
    if known.ok:
        return None if all(asked.check(part + beside, diagnose=False, freely=True).ok for part in parts) else fitting
    with suppress(GradvizError):
        return (
            fitting
            if isinstance(asked.written(respelled(left, asked.room.known, asked.room.shape_of)), tree.Call)
            else None
        )
    return None


def _shapes_by(asked: Checker, left: str) -> list[Shape]:
    """The shapes of what a left side is differentiated by, the last first."""
    for letters in ((), free_letters(left)):
        with suppress(GradvizError):
            by = [x for p in partials(asked.written(left, letters)) for x in within(p.by)]
            found = [asked.room.shape_of(x.name) for x in by if isinstance(x, tree.Name)]
            return [shape for shape in found if shape is not None]
    return []
