"""Many expressions over a graph's names, computed at the same points: what they have in common is computed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradviz.equality.points import Point
from gradviz.equality.tolerant import tolerant
from gradviz.graph.elaborate import Elaborator
from gradviz.graph.expression import open_calls
from gradviz.graph.making import Operand, Scope, Unsized, Value
from gradviz.graph.node import Node, Table
from gradviz.messages import NamingError, say
from gradviz.notation import tree, write
from gradviz.numeric.evaluate import Plan
from gradviz.ops import WORDS


class Shared:
    """Reads expressions into one table of nodes, and knows the values of these at each point.

    Parameters
    ----------
    points : sequence of Point
        At least one, of one graph.
    adjoints : mapping of str to int
        Adjoints by their names, and the nodes that they belong to.
    """

    def __init__(self, points: Sequence[Point], adjoints: Mapping[str, int]) -> None:
        self.points = points
        self.dag = points[0].dag
        self.table = Table()
        self.values: list[dict[int, Any]] = [{} for _ in points]
        self.pulled: dict[tuple[tuple[int, int], ...], list[Any]] = {}
        self.passing: dict[tuple[int, int], bool] = {}
        self.names: dict[str, Operand] = {"δ": Unsized("eye")}
        self._name(self.dag.names, [p.values for p in points])
        self._name(adjoints, [p.adjoints for p in points])
        functions = {**self.dag.functions, **{call.function: f for call, f in self.dag.entrywise.items()}}
        own = {n: _Own(f, functions) for n, f in functions.items()}
        self.elaborator = _Keeping(self.table, Scope(self.names, self.dag.sizes, own))

    def _name(self, names: Mapping[str, int], values: Sequence[Mapping[int, Any]]) -> None:
        """Make leaves for the names that have values."""
        for name, position in names.items():
            if position in values[0]:
                leaf = self.table.put(Node("leaf", (), self.dag.nodes[position].shape, (), name))
                self.names[name] = Value(leaf)
                for here, there in zip(self.values, values, strict=True):
                    here[leaf] = there[position]

    def values_of(self, e: tree.Expr) -> list[Any]:
        """The value of an expression at each point.

        Raises
        ------
        GradvizError
            The expression's shapes do not fit or are not told, or it uses other names.
        """
        e = open_calls(e, self.dag.functions, self.dag.entrywise)
        node = self.elaborator.value(e, self.elaborator.scope).node
        if node in self.values[0]:
            return [values[node] for values in self.values]
        plan = Plan(self.table.nodes, [node], self.values[0])
        found = plan.run_all(self.values, self.points[0].sizes, tolerant)
        for values, new in zip(self.values, found, strict=True):
            values.update(new)
        return [values[node] for values in self.values]


def name_of(e: tree.Name | tree.Partial) -> str:
    """What a name or an adjoint is called where expressions are read."""
    return e.name if isinstance(e, tree.Name) else write(e, "unicode", WORDS)


@dataclass(frozen=True, slots=True)
class _Own:
    """A function of the program where its derivative is asked for: ``swish'(z)``."""

    function: tree.Function
    functions: Mapping[str, tree.Function]

    @property
    def is_block(self) -> bool:
        """Whether it has stages of its own."""
        return self.function.is_block

    def __call__(self, elaborator: Elaborator, e: tree.Call, scope: Scope) -> Operand:
        """What a call of it stands for."""
        return elaborator.expression(open_calls(e, self.functions), scope)


class _Keeping(Elaborator):
    """Knows what it made of an expression before; what is bound around one makes it another."""

    def __init__(self, table: Table, scope: Scope) -> None:
        super().__init__(table, lambda span: None, _unknown)
        self.zero_beside = True
        self.scope = scope
        self.known: dict[tree.Expr, Operand] = {}

    def expression(self, e: tree.Expr, scope: Scope) -> Operand:
        """The operand that an expression stands for."""
        if scope is not self.scope or self.by_entries:
            return super().expression(e, scope)
        found = self.known.get(e)
        if found is None:
            found = self.known[e] = super().expression(e, scope)
        return found


def _unknown(n: tree.Name) -> Any:
    raise NamingError(say("unknown-name", name=n.name))
