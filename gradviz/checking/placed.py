"""Products of local derivatives whose places shapes decide: ``∂L/∂h₁ · ∂h₁/∂z₁ · ∂z₁/∂W₁``.

On a board such a product says which derivatives are multiplied, not how matrices are placed. It is read as the chain
rule has it: what stands in front is an adjoint, and each local derivative passes it on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gradviz.checking.derivatives import passed_on
from gradviz.checking.room import Room
from gradviz.checking.texts import partials
from gradviz.graph.node import Node
from gradviz.notation import tree
from gradviz.ops import Shape
from gradviz.ops.shapes import core

Read = Callable[[tree.Expr, Shape], int | None]
"""The node of an expression that has a shape; None where it has none."""

_SIGNS = frozenset({"", "·", "*", "×", "@", "⊙"})


@dataclass(frozen=True, slots=True)
class Placing:
    """Reads such products.

    Parameters
    ----------
    room : Room
    read : callable
        Reads what stands in front.
    whole : tree.Expr
        The answer: what it differentiates by beside a name is held fixed (``∂r/∂(W h) · … + ∂r/∂h``).
    root : int
        What is differentiated: nothing stands in front of its own derivatives.
    """

    room: Room
    read: Read
    whole: tree.Expr
    root: int

    def gradient(self, e: tree.Expr, target: int) -> int | None:
        """The node of a product, or a sum of products, that ends in local derivatives up to the target.

        Parameters
        ----------
        e : tree.Expr
        target : int
            What the gradient is taken by.

        Returns
        -------
        int or None
            None where the expression is no such product.
        """
        items = e.items if isinstance(e, tree.Sum) else (e,)
        table = self.room.ground.table
        shape = core(table.nodes[target].shape)
        found, chained = [], False
        for item in items:
            inner = item.operand if isinstance(item, tree.Negative) else item
            node = self._term(inner, target)
            chained = chained or node is not None
            node = self.read(inner, shape) if node is None else node
            if node is None:
                return None
            found.append(table.put(Node("neg", (node,), shape)) if inner is not item else node)
        if not chained:
            return None
        return found[0] if len(found) == 1 else table.put(Node("add", tuple(found), shape))

    def _term(self, e: tree.Expr, by: int) -> int | None:
        """A product that ends in a local derivative by a node; None where it does not."""
        front, sign, last = _last_of(e)
        if isinstance(last, tree.Partial) and sign in _SIGNS:
            if self.room.node_of(last.by) != by:
                return None
            of = self.room.node_of(last.of)
            adjoint = None if of is None or of == by else self._adjoint(front, of)
            return None if of is None or adjoint is None else self._passed(of, by, last, adjoint)
        if front is None or sign not in ("⊙", "·", "*", ""):
            return None
        shape = core(self.room.ground.table.nodes[by].shape)
        before = self._term(front, by)  # ∂z₂/∂h₁ · ∂h₁/∂z₁ ⊙ …
        beside = None if before is None else self.read(last, shape) or self.read(last, ())
        if before is None or beside is None:
            return None
        return self.room.ground.table.put(Node("mul", (before, beside), shape))

    def _adjoint(self, front: tree.Expr | None, of: int) -> int | None:
        """What stands in front, as the adjoint of a node."""
        ground = self.room.ground
        if front is None:
            return ground.table.put(Node("ones", (), (), ())) if of == self.root else None
        found = self._term(front, of)
        return self.read(front, ground.table.nodes[of].shape) if found is None else found

    def _passed(self, of: int, by: int, e: tree.Partial, adjoint: int) -> int | None:
        others = [p.by for p in partials(self.whole) if p.of == e.of and not isinstance(p.by, tree.Name)]
        beside = {node for x in others if x != e.by and (node := self.room.node_of(x)) is not None}
        return self.room.differentiated(e, lambda held: passed_on(self.room.ground, of, by, adjoint, held), beside)


def _last_of(e: tree.Expr) -> tuple[tree.Expr | None, str, tree.Expr]:
    """What stands before the last factor, the sign between, and the last factor."""
    if not isinstance(e, tree.Product):
        return None, "", e
    *before, last = e.operands
    *signs, sign = e.operators
    front = before[0] if len(before) == 1 else tree.Product(tuple(before), tuple(signs), e.span)
    inner, between, factor = _last_of(last)
    if inner is None:
        return front, sign, factor
    return tree.Product((front, inner), (sign,)), between, factor
