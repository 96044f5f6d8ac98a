"""Written-out nodes followed over any kind of numbers: an array is the list of its entries, row by row."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from fractions import Fraction
from operator import truediv
from typing import Any

import numpy as np

from gradviz.equality.core import Core
from gradviz.equality.lists import pairwise
from gradviz.equality.node_steps import PAIRWISE, STEPS
from gradviz.graph.node import Node
from gradviz.ops.shapes import core
from gradviz.terms import extent


class Machine:
    """Values of written-out nodes in one kind of number; each is computed once, when it is first asked for.

    What the numbers are is said by a subclass: `number`, `constant`, and the functions of entries.

    Parameters
    ----------
    written : Core
    leaves : mapping of int to number or list
        By place.
    sizes : mapping of str to int
    """

    def __init__(self, written: Core, leaves: Mapping[int, Any], sizes: Mapping[str, int]) -> None:
        self.written = written
        self.sizes: Mapping[str, int] = sizes
        self.values: dict[int, Any] = dict(leaves)
        self.top = -1
        self.stack: list[int] = []
        self.arithmetic: Mapping[str, Callable[[Any, Any], Any]] = {**PAIRWISE, "div": self.divide}

    # -- what a kind of number says

    def number(self, value: Fraction | int) -> Any:
        """A number of this kind."""
        raise NotImplementedError

    def constant(self, name: str) -> Any:
        """``e`` or ``π``."""
        raise NotImplementedError

    def apply(self, node: Node, operands: list[Any]) -> Any:
        """A function of entries, of numbers or lists."""
        raise NotImplementedError

    def largest(self, entries: Sequence[Any]) -> int:
        """Which of some numbers is the largest."""
        raise NotImplementedError

    def same(self, a: Any, b: Any) -> Any:
        """1 where two numbers are the same, else 0."""
        raise NotImplementedError

    def inverse(self, rows: list[list[Any]]) -> list[Any]:
        """The inverse of a square matrix, entry by entry."""
        raise NotImplementedError

    def determinant(self, rows: list[list[Any]]) -> Any:
        """The determinant of a square matrix."""
        raise NotImplementedError

    divide: Callable[[Any, Any], Any] = staticmethod(truediv)
    """A quotient of two numbers."""

    def settled(self, value: Any) -> Any:
        """A number of this kind for a whole one that NumPy put in, such as the 0 beside an axis."""
        return self.number(int(value)) if isinstance(value, int | np.integer) else value

    hooked: Container[str] = frozenset()
    """Operations that `elsewhere` is asked about."""

    def is_hooked(self, node: Node) -> bool:
        """Whether there may be another place for a node of one of these operations."""
        return True

    def elsewhere(self, place: int, node: Node) -> int:
        """Another place with the same value, or the same place; −1 where the value was put by this."""
        return place

    # -- following

    def value(self, place: int) -> Any:
        """The value of a node."""
        found = self.values.get(place)
        return self.computed(place) if found is None else found

    def only(self, place: int) -> Any:
        """The value of a node, for which nothing is computed that it does not need."""
        found = self.values.get(place)
        if found is None:
            self.reach()
            self.follow(place)
            found = self.values[place]
        return found

    def computed(self, place: int) -> Any:
        """The value of a node that is not known yet."""
        written = self.written
        top = len(written.nodes) - 1
        if top > self.top:
            self.top = top
            written.ahead[self] = None
        self.stack = []
        try:
            if 0 < written.settled <= place:
                try:
                    self.go_on(place)
                except (KeyError, ArithmeticError):
                    pass  # something older is not known, or something that is not needed has no value
                else:
                    return self.values[place]
            self.follow(place)
            return self.values[place]
        finally:
            self.stack = []

    def go_on(self, place: int) -> None:
        """Compute what is new, in its order, up to a place."""
        values, nodes, hooked, arithmetic = self.values, self.written.nodes, self.hooked, self.arithmetic
        for i in range(self.written.settled, place + 1):
            if i in values:
                continue
            node = nodes[i]
            op, inputs, _, _, _ = node
            function = arithmetic.get(op)
            if function is not None and len(inputs) == 2:
                a, b = values[inputs[0]], values[inputs[1]]
                values[i] = pairwise(function, a, b) if type(a) is list or type(b) is list else function(a, b)
            elif op in hooked and self.is_hooked(node):
                self.follow(i)
            else:
                self.stack = [i]
                step = STEPS.get(op)
                operands = [values[j] for j in inputs]
                values[i] = step(self, node, operands) if step is not None else self.apply(node, operands)

    def follow(self, place: int) -> None:
        """Compute a node, and all that it needs."""
        values, nodes, hooked = self.values, self.written.nodes, self.hooked
        stack = self.stack = [place]
        while stack:
            i = stack[-1]
            if i in values:
                stack.pop()
                continue
            node = nodes[i]
            other = self.elsewhere(i, node) if node.op in hooked else i
            if other != i:
                if other in values:
                    values[i] = values[other]
                elif other >= 0:
                    stack.append(other)
                continue
            operands = []
            for j in node.inputs:
                operand = values.get(j)
                if operand is None:
                    stack.append(j)
                else:
                    operands.append(operand)
            if len(operands) == len(node.inputs):
                step = STEPS.get(node.op)
                values[i] = step(self, node, operands) if step is not None else self.apply(node, operands)
                stack.pop()

    def reach(self) -> None:
        """Note how far values go, so that they can be forgotten."""
        top = len(self.written.nodes) - 1
        if top > self.top:
            self.top = top
            self.written.ahead[self] = None

    def forget(self, start: int) -> None:
        """Forget the values of nodes from a place on, which are no more."""
        pop = self.values.pop
        for i in range(start, self.top + 1):
            pop(i, None)
        self.top = min(self.top, start - 1)

    def dims(self, shape: Sequence[Any]) -> tuple[int, ...]:
        """The axes of a shape as numbers."""
        if not shape:
            return ()
        return tuple([extent(d, self.sizes) for d in core(tuple(shape))])

    def dims_of(self, node: Node) -> list[tuple[int, ...]]:
        """The axes of a node's operands as numbers."""
        return [self.dims(self.written.nodes[j].shape) for j in node.inputs]
