"""Derivatives that are written with primes: ``σ'(z)``, ``swish''(z)`` of a function of the program."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from gradviz.graph.expression import open_calls
from gradviz.graph.making import Making, Operand, Scope, Value
from gradviz.graph.node import Node
from gradviz.messages import UsageError, say
from gradviz.notation import read_expression, tree, write
from gradviz.ops import OPERATIONS, WORDS
from gradviz.ops.derivatives import DERIVATIVES
from gradviz.ops.formula import operand_names

_MOST = 3
_SIGNED: Mapping[str, tuple[str, ...]] = {
    "identity": ("1",),
    "neg": ("-1",),
    "sub": ("1", "-1"),
    "mul": ("b", "a"),
    "div": ("1/b", "-u/b"),
    "power": ("b a^(b - 1)", "u ln a"),
    "sqrt": ("1/(2u)",),
}
"""Derivatives of what is written with signs; a sum is one of any number of operands."""


class Primes(Making):
    """Differentiates functions of one argument that act on each entry."""

    def derivative(self, e: tree.Call, scope: Scope) -> Operand:
        """The derivative of a function at its argument, entry by entry.

        The function is elaborated at a parameter of its own, its nodes are followed from there, and the argument takes
        the parameter's place at the end: where the body speaks of the argument by name, that is held fixed.
        """
        called = scope.functions.get(e.function)
        if len(e.arguments) != 1 or e.order > _MOST or (called is not None and called.is_block):
            raise UsageError(say("no-prime", name=_shown(e)), self.place(e.span))
        argument = self.value(e.arguments[0], scope)
        shape = self.table.nodes[argument.node].shape
        parameter = self.table.put(Node("leaf", (), shape, shape, f"{e.function}'{len(self.table.nodes)}"))
        inner = Scope({**scope.names, _PARAMETER: Value(parameter, argument.labels)}, scope.sizes, scope.functions)
        call: tree.Expr = tree.Call(e.function, (tree.Name(_PARAMETER, e.arguments[0].span),), 0, e.span)
        if called is None:
            call = open_calls(call, self.own)
        with self.unseen():
            result = self.value(call, inner)
            if result.labels not in ((), argument.labels):
                raise UsageError(say("no-prime", name=_shown(e)), self.place(e.span))
            node = result.node
            for _ in range(e.order):
                node = self._tangent(node, parameter, e)
            node = self._at(node, parameter, argument.node)
            if self.table.nodes[node].shape != shape:  # a number, for every entry
                ones = self.table.put(Node("ones", (), shape, shape))
                node = self.apply("mul", (Value(node), Value(ones)), e).node
        return Value(node, argument.labels)

    def _dependents(self, node: int, parameter: int) -> list[int]:
        """The nodes between the parameter and a node, in order; none stands before the parameter."""
        depends = {parameter}
        for i in range(parameter + 1, node + 1):
            if any(j in depends for j in self.table.nodes[i].inputs):
                depends.add(i)
        needed = {node} & depends
        for i in range(node, parameter, -1):
            if i in needed:
                needed.update(j for j in self.table.nodes[i].inputs if j in depends)
        return sorted(needed - {parameter})

    def _tangent(self, node: int, parameter: int, e: tree.Call) -> int:
        """The derivative of a node by the parameter, as a node."""
        found = {parameter: self.number(1)}
        shape = self.table.nodes[parameter].shape
        for i in self._dependents(node, parameter):
            here = self.table.nodes[i]
            if not OPERATIONS[here.op].elementwise or here.shape != shape:
                raise UsageError(say("no-prime-entries", name=_shown(e)), self.place(e.span))
            parts = [self._scaled_by(self._slope(i, n), found[j]) for n, j in enumerate(here.inputs) if j in found]
            found[i] = parts[0]
            for part in parts[1:]:
                found[i] = self._as_value(self.entrywise("add", (found[i], part), e))
        return found[node].node if node in found else self.number(0).node

    def _slope(self, position: int, place: int) -> Value:
        """The derivative of a node by one of its operands."""
        node = self.table.nodes[position]
        if node.op == "add":
            return self.number(1)
        texts = _SIGNED.get(node.op) or DERIVATIVES[node.op]
        exponent = self.table.nodes[node.inputs[1]] if node.op == "power" else None
        if exponent is not None and place == 0 and exponent.op == "number":
            return self._lowered(node.inputs[0], exponent.attr)
        names = operand_names(OPERATIONS[node.op])
        scope = {n: Value(j) for n, j in zip(names, node.inputs, strict=True)} | {"u": Value(position)}
        with self.entries_only():
            return self.value(read_expression(texts[place], WORDS, tuple(scope)), Scope(scope))

    def _lowered(self, base: int, exponent: object) -> Value:
        """``n x^(n−1)``, where n is a number."""
        assert isinstance(exponent, Fraction)
        factor, power = self.number(exponent), exponent - 1
        if not power or not exponent:
            return factor
        if power == 1:
            return self._scaled_by(factor, Value(base))
        raised = self.entrywise("power", (Value(base), self.number(power)), tree.Name("x"))
        return self._scaled_by(factor, self._as_value(raised))

    def _scaled_by(self, a: Value, b: Value) -> Value:
        one = self.number(1)
        if one in (a, b):
            return b if a == one else a
        return self._as_value(self.entrywise("mul", (a, b), tree.Name("x")))

    def _at(self, node: int, parameter: int, argument: int) -> int:
        """The node with the argument in the place of the parameter."""
        new = {parameter: argument}
        for i in self._dependents(node, parameter):
            here = self.table.nodes[i]
            new[i] = self.table.put(here._replace(inputs=tuple(new.get(j, j) for j in here.inputs)))
        return new.get(node, node)


_PARAMETER = "\N{BULLET}"
"""The name of the parameter: none that anybody can write."""


def _shown(e: tree.Call) -> str:
    return write(e, "unicode", WORDS)
