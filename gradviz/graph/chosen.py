"""Entries that a label chooses: ``log_softmax(z)[y]``, ``W[y, :]``, ``P[i, y_i]``.

There y is no letter of a sum, but a number of the program.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from gradviz.graph.cases import Piecewise
from gradviz.graph.making import Operand, Scope, Value
from gradviz.messages import say
from gradviz.notation import tree, write
from gradviz.notation.walk import within
from gradviz.ops import WORDS
from gradviz.ops.shapes import core
from gradviz.terms import Dim


class Chosen(Piecewise):
    """Elaborates entries at places that are numbers of the program."""

    def at_label(self, array: Value, e: tree.Entry, scope: Scope) -> Operand | None:
        """The entry, row or column at a label; None where no index is one."""
        at = [n for n, i in enumerate(e.indices) if self._is_label(i, scope)]
        if not at:
            return None
        axes = core(self.shape(array))
        others = [i for n, i in enumerate(e.indices) if n not in at]
        whole = all(isinstance(i, tree.Slice) and i.low is None and i.high is None for i in others)
        if at == [0] and whole and len(e.indices) in (1, len(axes)) and not array.labels:
            label = self.expression(e.indices[0], scope)
            if isinstance(label, Value) and not label.labels:
                self._hold_inside(e.indices[0], axes[0], scope, stated=False)
                return self.apply("gather", (array, label), e)
        if len(e.indices) != len(axes) or any(isinstance(i, tree.Slice) for i in others):
            return None
        for n in at:
            self._hold_inside(e.indices[n], axes[n], scope)
        return self.expression(self._as_sum(e, at, scope), scope)

    def _is_label(self, i: tree.Expr, scope: Scope) -> bool:
        """Whether an index is a number of the program: a name, or an entry of one."""
        array = i.array if isinstance(i, tree.Entry) else i
        if not isinstance(array, tree.Name) or array.name in scope.labels or array.name in scope.sizes:
            return False
        found = scope.names.get(array.name)
        if not isinstance(found, Value):
            return False
        axes = len(i.indices) if isinstance(i, tree.Entry) else 0
        return len(core(self.shape(found))) == axes

    def _hold_inside(self, i: tree.Expr, size: Dim, scope: Scope, *, stated: bool = True) -> None:
        """Refuse a label that is declared as something else, or is not declared where it has to be."""
        array = i.array if isinstance(i, tree.Entry) else i
        assert isinstance(array, tree.Name)
        operand = scope.names[array.name]
        few: Collection[Fraction] | None = None
        if isinstance(operand, Value):
            few = self.members(self.table.nodes[operand.node].name)
        if few is None and not stated:
            return
        inside = few is not None and all(m.denominator == 1 and m >= 1 for m in few)
        if not inside or (stated and type(size) is not int) or (type(size) is int and max(few or ()) > size):
            name = write(array, "unicode", WORDS)
            raise self.fail(say("no-label", name=name, size=size), i, say("hint-label", name=name, size=size))

    def _as_sum(self, e: tree.Entry, at: list[int], scope: Scope) -> tree.Expr:
        """``∑_j 𝟙[j = y] P[i, j]``."""
        taken = {n.name for n in within(e) if isinstance(n, tree.Name)} | {*scope.names, *scope.sizes, *scope.labels}
        free = (c for c in "jklmpqrstuvwabcdefgh" if c not in taken)
        letters = [next(free) for _ in at]
        indices = list(e.indices)
        for n, letter in zip(at, letters, strict=True):
            indices[n] = tree.Name(letter)
        conditions = [
            tree.Indicator(tree.Comparison("=", tree.Name(letter), e.indices[n]))
            for n, letter in zip(at, letters, strict=True)
        ]
        body: tree.Expr = tree.Product(
            (*conditions, tree.Entry(e.array, tuple(indices), e.span)), ("",) * len(conditions), e.span
        )
        for letter in reversed(letters):
            body = tree.Big("sum", letter, None, None, body, e.span)
        return body


def is_label(facts: Collection[Fraction] | None) -> bool:
    """Whether these are the values of a label: whole numbers from 1 on, and more than one.

    Examples
    --------
    >>> is_label((Fraction(1), Fraction(2))), is_label((Fraction(0), Fraction(1))), is_label(None)
    (True, False, False)
    """
    return facts is not None and len(facts) > 1 and all(m.denominator == 1 and m >= 1 for m in facts)
