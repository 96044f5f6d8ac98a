"""The reverse sweep: the adjoint of every node, as nodes of the same kind, in one pass.

For ``s = op(a, b)`` with adjoint ``s̄ = ∂L/∂s``, the sweep adds ``s̄ ∂s/∂a`` to ``ā`` and ``s̄ ∂s/∂b`` to ``b̄``
(Griewank and Walther, *Evaluating Derivatives*, 2nd ed., section 3.2). What an operation adds is derived once for
each operation and its shapes, as a recipe; the sweep only follows recipes. It is iterative, and takes time and
space proportional to nodes plus edges.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from gradviz.calculus.differentiate import pullback
from gradviz.calculus.lower import ADJOINT, OPERANDS, RESULT, Instruction, Recipe, lower
from gradviz.graph.companions import put
from gradviz.graph.node import Node, Table
from gradviz.ops import Shape
from gradviz.ops.placed import PULLING
from gradviz.ops.shapes import core

_LEAVES = frozenset({"number", "size", "constant", "ones", "eye", "basis"})


class Contribution(NamedTuple):
    """What one consumer adds to an adjoint: ``node`` is the position of the product."""

    consumer: int
    place: int
    node: int


@dataclass(frozen=True, slots=True)
class Sweep:
    """The nodes of a graph followed by those of its adjoints.

    Parameters
    ----------
    nodes : tuple of Node
        The first `forward` of them are the graph's own.
    forward : int
        How many nodes the graph has.
    output : int
        The node that adjoints are derivatives of.
    adjoints : dict of int to int
        For each node that the output depends on, the position of its adjoint.
    contributions : dict of int to tuple of Contribution
        For the same nodes, what was added: one for each use on the way to the output.
    """

    nodes: tuple[Node, ...]
    forward: int
    output: int
    adjoints: dict[int, int]
    contributions: dict[int, tuple[Contribution, ...]]


@cache
def recipe(op: str, shapes: tuple[Shape, ...], result: Shape, attr: Hashable, place: int) -> Recipe:
    """How to make what an operation adds to the adjoint of one operand."""
    if op == "add" and len(shapes) > 2:
        return recipe(op, (shapes[place], result), result, attr, 0)  # each summand is treated as if it were the first
    if op in PULLING:
        whole = (attr, shapes[place], result)
        made = Instruction(PULLING[op], (ADJOINT, OPERANDS - place, RESULT), core(shapes[place]), whole)
        return Recipe((made,), 0)
    if op == "det" and len(core(shapes[0])) == 2:
        # A matrix without an inverse has a gradient too.
        inverse = Instruction("inv", (OPERANDS,), core(shapes[0]), None)
        made = Instruction("cofactors", (ADJOINT, OPERANDS, RESULT, 0), core(shapes[0]), None)
        return Recipe((inverse, made), 1)
    entry = pullback(op, shapes, result, attr, place)
    return lower(entry.body, entry.indices)


def sweep(nodes: tuple[Node, ...], output: int, seed: int | None = None) -> Sweep:
    """The adjoints of all nodes that a scalar output depends on.

    Parameters
    ----------
    nodes : tuple of Node
        A graph in topological order; it is not changed.
    output : int
        Position of the output.
    seed : int, optional
        Position of the node that stands for the output's own adjoint; 1 where not given.

    Returns
    -------
    Sweep

    Examples
    --------
    >>> x = Node("leaf", (), (), (), "x")
    >>> swept = sweep((x, Node("mul", (0, 0), ())), 1)
    >>> [swept.nodes[i].op for i in (swept.adjoints[0], swept.adjoints[1])]
    ['add', 'number']
    """
    table = Table(nodes)
    folding = _Folding(table)
    adjoints: dict[int, int] = {}
    found: dict[int, list[Contribution]] = {output: []}
    if seed is None:
        shape = core(nodes[output].shape)
        seed = table.put(Node("ones", (), shape, shape)) if shape else folding.number(Fraction(1))
    for position in range(output, -1, -1):
        parts = found.get(position)
        if parts is None:
            continue
        node = nodes[position]
        adjoint = seed if position == output else folding.total(parts, node.shape)
        adjoints[position] = adjoint
        shapes = tuple([nodes[j].shape for j in node.inputs])
        for place, j in enumerate(node.inputs):
            if nodes[j].op in _LEAVES:
                continue
            steps = recipe(node.op, shapes, node.shape, node.attr, place)
            made = folding.follow(steps, adjoint, position, node.inputs)
            found.setdefault(j, []).append(Contribution(position, place, made))
    contributions = {i: tuple(parts) for i, parts in found.items()}
    return Sweep(tuple(table.nodes), len(nodes), output, adjoints, contributions)


class _Folding:
    """Makes nodes, without those that change nothing: ``1·x``, ``x + 0``."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.numbers = {i: n.attr for i, n in enumerate(table.nodes) if type(n.attr) is Fraction}

    def number(self, value: Fraction) -> int:
        position = self.table.put(Node("number", (), (), value))
        self.numbers[position] = value
        return position

    def total(self, parts: list[Contribution], shape: Shape) -> int:
        if len(parts) == 1:
            return parts[0].node
        rest = [p.node for p in parts if self.numbers.get(p.node) != 0]
        if not rest:
            return self.number(Fraction(0))
        return rest[0] if len(rest) == 1 else self.make("add", tuple(rest), core(shape), None)

    def follow(self, steps: Recipe, adjoint: int, result: int, operands: tuple[int, ...]) -> int:
        """The node that a recipe makes of an adjoint, a result and its operands."""
        # What is given stands at the end: slots below 0 count from there.
        made = [0] * len(steps.instructions) + [*reversed(operands), result, adjoint]
        for n, (op, slots, shape, attr) in enumerate(steps.instructions):
            made[n] = self.make(op, tuple([made[s] for s in slots]), shape, attr)
        return made[steps.result]

    def make(self, op: str, inputs: tuple[int, ...], shape: Shape, attr: Hashable) -> int:
        if op == "number":
            assert isinstance(attr, Fraction)
            return self.number(attr)
        if not self.numbers.keys().isdisjoint(inputs):
            folded = self.fold(op, inputs, shape)
            if folded is not None:
                return folded
        return put(self.table, Node(op, inputs, shape, attr))

    def fold(self, op: str, inputs: tuple[int, ...], shape: Shape) -> int | None:
        """What an operation with a number among its operands comes to, if that is simpler."""
        values = [self.numbers.get(i) for i in inputs]
        if op == "mul":
            for mine, other in ((0, 1), (1, 0)):
                if values[mine] == 1 and core(self.table.nodes[inputs[other]].shape) == shape:
                    return inputs[other]
                if values[mine] == 0:
                    return self.number(Fraction(0))
        if op in {"div", "power"} and values[1] == 1:
            return inputs[0]
        if op == "div" and values[0] == 0:
            return inputs[0]
        if op in {"einsum", "entry", "read", "reshape"} and any(v == 0 for v in values):
            return self.number(Fraction(0))
        if op in {"unpool", "cofactors"} and values[0] == 0:
            return self.number(Fraction(0))
        exact = [v for v in values if v is not None]
        if op in _EXACT and len(exact) == len(values):
            return self.number(_EXACT[op](*exact))
        return None


_EXACT: dict[str, Callable[..., Fraction]] = {
    "neg": lambda a: -a,
    "add": lambda *a: sum(a, Fraction(0)),
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
}
