"""A few operations that all others come down to, so that numbers of any kind can follow them.

Each operation's declaration says what an entry is; written out, a graph holds sums, products, powers, logarithms and a
dozen functions, whatever the catalogue has. To evaluate over a new kind of number is to say what these do.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any, Protocol

from gradviz import terms as t
from gradviz.calculus.lower import Recipe, lower
from gradviz.graph.node import Node, Table, node_of
from gradviz.numeric.evaluate import recipe
from gradviz.ops import OPERATIONS, Shape
from gradviz.ops.entry import operand
from gradviz.ops.formula import operand_names, scalar_formula
from gradviz.ops.shapes import core

FUNCTIONS = frozenset(
    {
        *("exp", "ln", "sqrt", "power", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "erf"),
        *("greater", "less", "greater_equal", "less_equal", "equal", "unequal"),
    }
)
"""Functions of entries that are not written out."""

ARITHMETIC = frozenset({"add", "sub", "neg", "mul", "div"})
SHAPING = frozenset({"leaf", "number", "size", "constant", "ones", "eye", "basis", "ordinal"}) | frozenset(
    {"entry", "read", "reshape", "einsum", "stack"}
)
WHOLE = frozenset({"inv", "det", "max_pool", "unpool"}) | frozenset(
    line + name for line in ("", "row", "col") for name in ("prod", "prod_others", "prod_pairs", "prod_triples", "max")
)
"""Operations that no formula gives, or that look at which entry is the largest."""

_BY_OTHERS = {line + "norm_inf": ("abs", line + "max", False) for line in ("", "row", "col")} | {
    line + "min": ("neg", line + "max", True) for line in ("", "row", "col")
}
_COMMUTING = frozenset({"add", "mul"})
PLAIN = (FUNCTIONS | ARITHMETIC | SHAPING | WHOLE) - {"leaf", "max_pool"}
"""Operations that are taken over as they are."""


class Forgetting(Protocol):
    """What knows something of nodes."""

    def forget(self, start: int) -> None:
        """Forget nodes from a place on, which are no more."""


class Core:
    """Nodes written out in the few operations of this module; equal ones are one.

    Examples
    --------
    >>> from gradviz.graph.node import Node
    >>> core = Core()
    >>> places = core.add((Node("leaf", (), (), (), "z"), Node("sigmoid", (0,), (), None, "h")))
    >>> [node.op for node in core.nodes]
    ['leaf', 'number', 'neg', 'exp', 'add', 'div']
    """

    def __init__(self) -> None:
        self.table = Table()
        self.nodes = self.table.nodes
        """All that was written out, in topological order."""
        self.ahead: dict[Forgetting, None] = {}
        """What may know something of nodes that are to be taken off."""
        self.settled = 0
        """How many nodes are to stay."""

    def cut(self, count: int) -> None:
        """Take off all nodes but the first ones, and their values."""
        self.table.cut(count)
        for one in self.ahead:
            one.forget(count)

    def add(self, nodes: tuple[Node, ...] | list[Node], known: dict[int, int] | None = None) -> dict[int, int]:
        """Write nodes out.

        Parameters
        ----------
        nodes : sequence of Node
            In topological order.
        known : dict of int to int, optional
            For nodes that stand for what is written out already: where that is.

        Returns
        -------
        dict of int to int
            For each node, where it is.
        """
        places = dict(known or {})
        for i, node in enumerate(nodes):
            if i not in places:
                inputs = tuple([places[j] for j in node.inputs])
                shapes = tuple([nodes[j].shape for j in node.inputs])
                places[i] = self.put(node.op, inputs, shapes, node.shape, node.attr, node.name)
        return places

    def put(
        self, op: str, inputs: tuple[int, ...], shapes: tuple[Shape, ...], shape: Shape, attr: Hashable, name: str = ""
    ) -> int:
        """Write one operation out; gives the place of its result."""
        if op == "identity":
            return inputs[0]
        if op in _BY_OTHERS:
            first, second, turned = _BY_OTHERS[op]
            inside = self.put(first, inputs, shapes, shapes[0], None)
            found = self.put(second, (inside,), shapes, shape, None)
            return self.put("neg", (found,), (shape,), shape, None) if turned else found
        if op == "logdet":
            return self.put("ln", (self.put("det", inputs, shapes, (), None),), ((),), (), None)
        if op in PLAIN:
            return self.keep(op, inputs, shape, attr)
        if op == "leaf":
            return self.table.put(Node(op, inputs, core(shape), attr, name))
        if op == "max_pool":
            return self.keep(op, inputs, shape, (attr, shapes[0], shape))
        steps = _written_out(op, shapes, shape, attr)
        made: list[int] = []
        for inner, slots, axes, extra in steps.instructions:
            operands = tuple([made[s] if s >= 0 else inputs[-3 - s] for s in slots])
            given = tuple([self.table.nodes[j].shape for j in operands])
            made.append(self.put(inner, operands, given, axes, extra))
        return made[steps.result] if steps.result >= 0 else inputs[-3 - steps.result]

    def keep(self, op: str, inputs: tuple[int, ...], shape: Shape, attr: Hashable) -> int:
        """Take over an operation as it is; a stage's own name makes no difference to its value."""
        if op in ARITHMETIC:
            folded = self.folded(op, inputs) if self.nodes[inputs[0]].op == "number" else None
            if folded is not None:
                return self.table.put(Node("number", (), (), folded))
            if inputs[0] > inputs[-1] and op in _COMMUTING:
                inputs = tuple(sorted(inputs))
        return self.table.put(node_of((op, inputs, core(shape) if 1 in shape else shape, attr, "")))

    def folded(self, op: str, inputs: tuple[int, ...]) -> Fraction | None:
        """What arithmetic of numbers as written comes to; None where there is something else in it."""
        values: list[Any] = []
        for j in inputs:
            node = self.nodes[j]
            if node.op != "number":
                return None
            values.append(node.attr)
        if op == "div" and values[1] == 0:
            return None
        return _EXACT[op](*values)


_EXACT: Mapping[str, Callable[..., Fraction]] = {
    "add": lambda *xs: sum(xs, Fraction(0)),
    "sub": lambda a, b: a - b,
    "neg": lambda v: -v,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
}


@cache
def _written_out(op: str, shapes: tuple[Shape, ...], shape: Shape, attr: Hashable) -> Recipe:
    declared = OPERATIONS[op]
    if not declared.primitive:
        return recipe(op, shapes, shape, attr)
    out = tuple(t.index(d) for d in core(shape))
    operands = [t.Atom(operand(j), out[len(out) - len(core(s)) :]) for j, s in enumerate(shapes)]
    put = dict(zip(map(t.Atom, operand_names(declared)), operands, strict=False))
    return lower(t.replace(scalar_formula(declared.formula), put), out)
