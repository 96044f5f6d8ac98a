"""A graph of single numbers as plain data, which a page computes anew when somebody changes a value.

A list of instructions, each an operation with the places of its operands in the list; the page has a table of
operations and goes through the list once. Nothing in it is ever read as a program text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gradviz.calculus.links import Pull
from gradviz.calculus.lower import Recipe
from gradviz.calculus.sweep import sweep
from gradviz.messages import GradvizError
from gradviz.numeric.evaluate import CONSTANTS, is_scalar, recipe

if TYPE_CHECKING:
    from gradviz.graph import Dag

Instruction = list[str | int | float]
"""``["input", 0]``, ``["number", 0.5]``, or an operation and the places of its operands."""

OPERATIONS = frozenset(
    [
        "add", "sub", "neg", "mul", "div", "power", "sqrt", "identity", "exp", "ln", "log2", "log10", "log1p",
        "expm1", "logaddexp", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "arcsinh",
        "arctanh", "arccosh", "arctan2", "hypot", "cbrt", "sigmoid", "tanh", "relu", "leaky_relu", "elu",
        "elu_alpha", "selu", "softplus", "softsign", "silu", "mish", "log_sigmoid", "hard_sigmoid", "hard_tanh",
        "relu6", "erf", "erfc", "gelu", "gelu_tanh", "clip", "abs", "sign", "step", "maximum", "minimum",
        "greater", "less", "greater_equal", "less_equal", "equal", "unequal",
    ]
)  # fmt: skip
"""What the page can compute; the rest is made of these where a formula says how."""


@dataclass
class Program:
    """The instructions, and where in them the graph's nodes are.

    Parameters
    ----------
    code : list of Instruction
    values, adjoints : dict of int to int
        For each node of the graph, the instruction that is its value, its gradient.
    inputs : tuple of str
        Names, in the order of their numbers.
    """

    code: list[Instruction] = field(default_factory=list)
    values: dict[int, int] = field(default_factory=dict)
    adjoints: dict[int, int] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()

    def add(self, *instruction: str | int | float) -> int:
        """Add an instruction; its place."""
        self.code.append(list(instruction))
        return len(self.code) - 1

    def operation(self, op: str, operands: Sequence[int], attr: object = None) -> int:
        """Add an operation, or what it is made of.

        Raises
        ------
        KeyError
            It is made of nothing that a page can compute.
        """
        if op == "number":
            return self.add("number", float(attr))  # type: ignore[arg-type]
        if op == "constant":
            return self.add("number", CONSTANTS[str(attr)])
        if op in OPERATIONS:
            return self.add(op, *operands)
        try:
            steps = recipe(op, ((),) * len(operands), (), attr)
        except (GradvizError, ValueError, TypeError, AssertionError, IndexError, LookupError):
            raise KeyError(op) from None
        return self.follow(steps, operands)

    def follow(self, steps: Recipe, operands: Sequence[int], adjoint: int = 0, result: int = 0) -> int:
        """Add what a recipe makes."""
        made: list[int] = []

        def at(slot: int) -> int:
            return made[slot] if slot >= 0 else (adjoint, result)[-1 - slot] if slot > -3 else operands[-3 - slot]

        for op, slots, shape, attr in steps.instructions:
            if shape or op == "ordinal":  # an array, or an operation that is made of itself
                raise KeyError(op)
            made.append(self.operation(op, [at(s) for s in slots], attr))
        return at(steps.result)

    def pulled(self, pull: Pull, stage: int) -> int:
        """Add what a stage contributes to the gradient of an operand."""
        return self.follow(pull.recipe, [self.values[n] for n in pull.operands], self.adjoints[stage])


def program(dag: Dag) -> Program | None:
    """The program of a graph's values and gradients; None where it has arrays, or what a page cannot compute."""
    swept = sweep(dag.nodes, dag.root)
    if not is_scalar(swept.nodes):
        return None
    made = Program(inputs=dag.leaves)
    places: list[int] = []
    try:
        for node in swept.nodes:
            if node.op == "leaf":
                places.append(made.add("input", dag.leaves.index(node.name)))
            else:
                places.append(made.operation(node.op, [places[j] for j in node.inputs], node.attr))
    except KeyError:
        return None
    made.values = {i: places[i] for i in range(len(dag.nodes))}
    made.adjoints = {i: places[a] for i, a in swept.adjoints.items()}
    return made
