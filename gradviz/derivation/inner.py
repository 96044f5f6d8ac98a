"""Which unnamed operations differentiating a stage rule by rule stops at."""

from __future__ import annotations

from gradviz.calculus.gradients import Gradients
from gradviz.graph import Dag
from gradviz.graph.expression import loose_indices, node_expr, stage_expr
from gradviz.notation import tree
from gradviz.ops import OPERATIONS
from gradviz.ops.shapes import core

_SUMS = frozenset({"add", "sub", "neg"})
_TURNS = frozenset({"transpose", "identity"})
_PRODUCTS = frozenset({"matmul", "outer", "dot"})
_NUMBERS = frozenset({"number", "size", "constant"})


def own_call(dag: Dag, position: int) -> tree.Call | None:
    """The call of a function of the program's own whose result a node is."""
    e = stage_expr(dag, position) if dag.nodes[position].name else dag.origins.get(position)
    return e if isinstance(e, tree.Call) and e.function in dag.functions else None


class Inside:
    """What lies between a stage and an operand, with no named stage between.

    Parameters
    ----------
    gradients : Gradients
    stage, operand : int
    through : bool
        Whether also what is read as a whole lies between, such as ‖w‖ and det X, as far as nobody named it.

    Attributes
    ----------
    way : set of int
        The nodes that lead from the operand to the stage, both among them.
    users : mapping of int to list of int
        For each of them, those that use it.
    """

    def __init__(self, gradients: Gradients, stage: int, operand: int, *, through: bool = False) -> None:
        self.dag = gradients.dag
        self.nodes = gradients.dag.nodes
        self.stage, self.operand = stage, operand
        self.way = {operand}
        for i in self._below(stage) if through else gradients.links.operations(stage):
            if any(j in self.way for j in self.nodes[i].inputs):
                self.way.add(i)
        self.passing: set[int] = set()
        self.users: dict[int, list[int]] = {}
        for i in self.way - {operand}:
            for j in self.held(i):
                self.users.setdefault(j, []).append(i)
        self.calls = {i: call for i in self.way - {operand} if (call := own_call(self.dag, i))}
        self.hidden = {i for c, call in self.calls.items() for i in self._hidden_in(c, call)}

    def _below(self, stage: int) -> list[int]:
        """The stage and what nobody named below it, in topological order."""
        found = {stage}
        stack = [stage]
        while stack:
            for j in self.nodes[stack.pop()].inputs:
                node = self.nodes[j]
                if node.inputs and not node.name and j not in found and j != self.operand:
                    found.add(j)
                    stack.append(j)
        return sorted(found)

    def _spelled_in(self, position: int, call: tree.Call) -> list[int]:
        """The operations that a function says itself, between its result and its arguments."""
        found: list[int] = []
        stack = [position]
        while stack:
            for j in self.held(stack.pop()):
                if j != self.operand and self.dag.origins.get(j) not in call.arguments and j not in found:
                    found.append(j)
                    stack.append(j)
        return found

    def _hidden_in(self, position: int, call: tree.Call) -> list[int]:
        """The same where the function acts entry by entry: its derivative is called by its name, ``swish'(z)``."""
        found = self._spelled_in(position, call)
        return found if all(OPERATIONS[self.nodes[i].op].elementwise for i in (position, *found)) else []

    @property
    def branches(self) -> bool:
        """Whether more than one path leads from the operand to the stage."""
        return any(
            len(users) > 1 or any(self.nodes[i].inputs.count(j) > 1 for i in users) for j, users in self.users.items()
        )

    def stops(self) -> frozenset[int]:
        """Where differentiating stops.

        At all that leads from the operand to the stage, but for what is one step with what uses it: sums in sums,
        constant factors, what is the operand but for a number, a product under a trace.
        """
        found = set()
        for j in sorted(self.way - {self.operand}, reverse=True):
            stops = j != self.stage and j not in self.hidden and self.told(j) and not self.is_absorbed(j)
            if stops:
                found.add(j)
            # What hands on the derivative of one operand is one step with that: all else it adds stays fixed.
            alone = stops or j == self.stage or all(i in self.passing for i in self.users[j])
            if alone and self.nodes[j].op in _SUMS and len(self.held(j)) == 1:
                self.passing.add(j)
        return frozenset(found)

    def told(self, position: int) -> bool:
        """Whether an operation has an expression of its own that somebody reads."""
        e = node_expr(self.dag, position)
        return not loose_indices(e, self.dag.steady) and not (isinstance(e, tree.Name) and e.name.startswith("_"))

    def held(self, position: int) -> list[int]:
        """The operands that lead to what the derivative is taken by, once each."""
        return [j for j in dict.fromkeys(self.nodes[position].inputs) if j in self.way]

    def is_absorbed(self, position: int) -> bool:
        """Whether all that uses an operation is differentiated in one step with it."""
        if position in self.calls or any(self.is_argument(i, position) for i in self.calls):
            return position not in self.calls and self.is_scaled(position)
        return all(self.is_one_step(i, position) for i in self.users[position])

    def is_argument(self, call: int, position: int) -> bool:
        """Whether an operation is what a function of the program's own is called with."""
        return self.dag.origins.get(position) in self.calls[call].arguments

    def is_one_step(self, user: int, position: int) -> bool:
        """Whether an operation is differentiated in one step with one that uses it."""
        one, other = self.nodes[user].op, self.nodes[position].op
        if other in _TURNS or self.is_scaled(position) or (self.is_linear(user) and self.is_linear(position)):
            return True
        if self.is_linear(position) and self.nodes[position].shape[:-1] == (1,):
            return True  # a row that only turns and scales
        if one == "trace" and other == "matmul":
            return True
        if user in self.passing:
            return True
        if other in {"add", "sub"} and not core(self.nodes[position].shape) and len(self.held(position)) == 1:
            return True  # a number and what stays fixed
        alone = len(self.held(user)) == len(self.held(position)) == 1
        if alone and one in _PRODUCTS and other in _PRODUCTS and all(map(self.is_plain, self.held(position))):
            return True
        if other != "mul":
            return False
        return one == "sum" or (one == "mul" and len(self.held(user)) == len(self.held(position)) == 2)

    def is_linear(self, position: int) -> bool:
        """Whether an operation only adds, or scales by what stays fixed."""
        node = self.nodes[position]
        if node.op in _SUMS:
            return True
        if node.op == "mul":
            return sum(j in self.way for j in node.inputs) == 1
        return node.op == "div" and node.inputs[1] not in self.way

    def is_plain(self, position: int) -> bool:
        """Whether something is the operand itself, perhaps turned."""
        return position == self.operand or (
            self.nodes[position].op in _TURNS and all(map(self.is_plain, self.nodes[position].inputs))
        )

    def is_scaled(self, position: int) -> bool:
        """Whether something is the operand but for a number, and for what is added to it."""
        held = self.held(position)
        if not self.is_linear(position) or len(held) != 1:
            return False
        node = self.nodes[position]
        if node.op not in _SUMS and not all(_is_number(self.dag, j) for j in node.inputs if j != held[0]):
            return False
        return self.is_plain(held[0]) or self.is_scaled(held[0])


def _is_number(dag: Dag, position: int) -> bool:
    """Whether a node is made of numbers alone."""
    node = dag.nodes[position]
    if core(node.shape):
        return False
    return node.op in _NUMBERS or (bool(node.inputs) and all(_is_number(dag, j) for j in node.inputs))
