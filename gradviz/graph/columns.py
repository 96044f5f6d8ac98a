"""Arrays that are declared with a size of 1: a column n×1 is a matrix, and ℝ^1 holds a vector."""

from __future__ import annotations

from collections.abc import Mapping

from gradviz.graph.making import Making, Operand, Value
from gradviz.notation import tree
from gradviz.ops import OPERATIONS
from gradviz.ops.operation import Shape

_OF_ONE: Mapping[str, int] = {"softmax": 1, "log_softmax": 0}
"""What a function of a vector comes to that has one entry."""
_ITSELF = frozenset({"sum", "mean", "max", "min", "prod", "logsumexp"})
"""Reductions that leave a row of one entry as it is."""


class Columns(Making):
    """Elaborates what speaks of their rows and columns."""

    declared: Mapping[str, Shape] = {}

    def of_column(self, name: str, operand: Value, e: tree.Call) -> Operand | None:
        """An operation on such an array; None where the array is none, or the operation takes it as it is.

        Parameters
        ----------
        name : str
            Of the operation.
        operand : Value
        e : tree.Call
        """
        node = self.table.nodes[operand.node]
        shape = self.declared.get(node.name, ()) if node.op == "leaf" and not operand.labels else ()
        if not shape or shape[-1] != 1:
            return None
        if not node.shape and name in _OF_ONE:
            return self.number(_OF_ONE[name])
        line, what = name[:3], name[3:]
        if len(shape) != 2 or name not in OPERATIONS or what not in OPERATIONS:
            return None
        if line == "row":
            return operand if what in _ITSELF else None
        return self.apply(what, (operand,), e) if line == "col" else None  # all of it is its only column
