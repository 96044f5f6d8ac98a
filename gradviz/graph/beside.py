"""A number for each row, beside a matrix: ``e^Z/rowsum(e^Z)`` is ``e^Z ⊘ (rowsum(e^Z) 𝟏ᵀ)``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradviz.graph.making import Making, Value
from gradviz.graph.node import Node
from gradviz.messages import AmbiguousError, say
from gradviz.notation import tree, write
from gradviz.ops import OPERATIONS, WORDS
from gradviz.ops.reductions import AXES
from gradviz.ops.shapes import core


class Beside(Making):
    """Lays such numbers along the columns."""

    def beside(self, operands: tuple[Value, ...], at: tree.Expr) -> tuple[Value, ...]:
        """Matrices and vectors, with each vector along all columns that has a number for each row."""
        nodes = self.table.nodes
        shape = next(nodes[o.node].shape for o in operands if len(nodes[o.node].shape) == 2)
        written = _operands(at, len(operands))
        found = list(operands)
        for n, (operand, e) in enumerate(zip(operands, written, strict=True)):
            if e is None or 1 in shape or nodes[operand.node].shape != shape[:1] or not for_rows(nodes, operand.node):
                continue
            if shape[0] == shape[1] and not self.rows_meant(at):
                continue
            found[n] = self._spread(operand, shape, at)
            if not self.inside:
                said = self.taken.get(id(e)) or replace(e)  # another object than the one that it stands for
                self.taken[id(e)] = tree.Product((said, tree.Transpose(tree.Constant("𝟏"))), ("",))
        return tuple(found)

    def rows_meant(self, at: tree.Expr) -> bool:
        """Whether it is so beside a square matrix too, where NumPy would take the vector as a row."""
        text = write(at, "unicode", WORDS)
        raise AmbiguousError(say("rows-or-columns", text=text), self.place(at.span), say("rows-or-columns-hint"))


def for_rows(nodes: Sequence[Node], vector: int) -> bool:
    """Whether a vector has a number for each row of some matrix: ``rowsum(X)``, ``sqrt(rowvar(X) + ε)``, ``X 𝟏``.

    Examples
    --------
    >>> nodes = [Node("leaf", (), (3, 4), (), "X"), Node("rowsum", (0,), (3,)), Node("colsum", (0,), (4,))]
    >>> for_rows(nodes, 1), for_rows(nodes, 2)
    (True, False)
    """
    stack = [vector]
    seen: set[int] = set()
    while stack:
        i = stack.pop()
        if i in seen:
            continue
        seen.add(i)
        node = nodes[i]
        if AXES.get(node.op) == 1 or (node.op == "matmul" and nodes[node.inputs[1]].op == "ones"):
            continue
        arrays = [j for j in node.inputs if core(nodes[j].shape)]
        if not arrays or not (node.op == "identity" or OPERATIONS[node.op].elementwise):
            return False
        stack += arrays
    return True


def _operands(at: tree.Expr, count: int) -> list[tree.Expr | None]:
    """The expressions of an operation's operands, where each has one."""
    found: list[tree.Expr | None] = [None] * count
    if isinstance(at, tree.Sum) and len(at.items) == count:
        found = [i.operand if isinstance(i, tree.Negative) else i for i in at.items]
    elif isinstance(at, tree.Call) and len(at.arguments) == count:
        found = list(at.arguments)
    elif isinstance(at, tree.Product) and count == 2:
        found = [at.operands[0] if len(at.operands) == 2 else None, at.operands[-1]]
    return found
