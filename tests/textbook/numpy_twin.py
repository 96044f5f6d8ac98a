"""Programs in NumPy, straight from what was written: knows the syntax tree, and nothing of how gradviz computes.

Vectors are columns, held as one axis; a row has two, the first of size one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import autograd.numpy as np

from gradviz.notation import read_program, tree
from gradviz.notation.walk import children
from gradviz.ops import WORDS
from tests.textbook.numpy_functions import (
    COMPARISONS,
    CONSTANTS,
    FUNCTIONS,
    OPERATORS,
    Misfit,
    add,
    canonical,
    fits,
    times,
)

# -- expressions ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Scope:
    """What names stand for: values, whole numbers for bound indices, sizes, functions."""

    values: Mapping[str, Any]
    sizes: Mapping[str, int]
    functions: Mapping[str, tree.Function]
    indices: Mapping[str, int] = field(default_factory=dict)

    def bind(self, index: str, place: int) -> Scope:
        return Scope(self.values, self.sizes, self.functions, {**self.indices, index: place})

    def value(self, e: tree.Expr) -> Any:
        """The value of an expression."""
        match e:
            case tree.Number():
                return float(e.value)
            case tree.Name():
                return self._name(e.name)
            case tree.Negative():
                return -self.value(e.operand)
            case tree.Sum():
                return _fold([self.value(x) for x in e.items], ["+"] * (len(e.items) - 1), {"+": add})
            case tree.Product(operands=(tree.Name("𝟏"), row), operators=("",)) if "𝟏" not in self.values:
                return self.value(row)  # in a sum, a row is added to each row
            case tree.Product():
                return _fold([self.value(x) for x in e.operands], list(e.operators), OPERATORS)
            case tree.Power():
                return self._power(e)
            case tree.Transpose():
                return FUNCTIONS["transpose"](self.value(e.operand))
            case tree.Inverse():
                v = self.value(e.operand)
                return np.linalg.inv(v) if np.ndim(v) == 2 else 1 / v
            case tree.Call():
                return self._call(e)
            case tree.Entry():
                v = self.value(e.array)
                if len(e.indices) != np.ndim(v):
                    v = np.reshape(v, [d for d in np.shape(v) if d != 1])
                return v[tuple(self._place(i, d) for i, d in zip(e.indices, np.shape(v), strict=True))]
            case tree.Big():
                return self._big(e)
            case tree.Indicator():
                a, b = self.value(e.condition.left), self.value(e.condition.right)
                fits(a, b)
                return 1.0 * COMPARISONS[e.condition.operator](a, b)
            case tree.Array():
                return np.array([self.value(x) for x in e.items])
            case tree.Either():
                return self._either(e)
        raise NotImplementedError(type(e).__name__)

    def _place(self, e: Any, size: int) -> Any:
        """An index as NumPy counts; both ends of a slice count."""
        if isinstance(e, tree.Slice):
            low = 1 if e.low is None else round(float(self.value(e.low)))
            return slice(low - 1, size if e.high is None else round(float(self.value(e.high))))
        return round(float(self.value(e))) - 1

    def _name(self, name: str) -> Any:
        for table in (self.indices, self.values, self.sizes, CONSTANTS):
            if name in table:
                return table[name]
        raise Misfit(name)

    def _power(self, e: tree.Power) -> Any:
        exponent = self.value(e.exponent)
        if isinstance(e.base, tree.Name) and e.base.name == "e" and "e" not in self.values:
            return np.exp(exponent)
        base = self.value(e.base)
        if np.ndim(base) == 2 and 1 not in np.shape(base):
            raise Misfit("a power of a matrix")
        return base**exponent

    def _call(self, e: tree.Call) -> Any:
        arguments = [self.value(a) for a in e.arguments]
        own = self.functions.get(e.function)
        if own is None:
            options = {n: round(float(self.value(v))) for n, v in e.options}
            return FUNCTIONS[e.function](*arguments, **options)
        inner = dict(zip((p.name for p in own.parameters), arguments, strict=True))
        for d in own.body:
            inner[d.targets[0].name] = Scope(inner, self.sizes, self.functions).value(d.value)
        results = [inner[r.name] for r in own.results] or [inner[own.body[-1].targets[0].name]]
        return results[0] if len(results) == 1 else tuple(results)

    def _big(self, e: tree.Big) -> Any:
        low = 1 if e.low is None else round(float(self.value(e.low)))
        high = self.length(e.index, e.body) if e.high is None else round(float(self.value(e.high)))
        found = [self.bind(e.index, i).value(e.body) for i in range(low, high + 1)]
        return _fold(found, ["+"] * (len(found) - 1), {"+": add if e.operator == "sum" else times})

    def _either(self, e: tree.Either) -> Any:
        for reading in e.readings:
            try:
                return self.value(reading)
            except Misfit:
                continue
        raise Misfit("no reading fits")

    def length(self, index: str, body: tree.Expr) -> int:
        """How far an index runs: the axis of the first array that it is put to."""
        stack = [body]
        while stack:
            e = stack.pop(0)
            if isinstance(e, tree.Entry):
                for place, i in enumerate(e.indices):
                    if isinstance(i, tree.Name) and i.name == index:
                        return [d for d in np.shape(self.value(e.array)) if d != 1][place]
            stack = [*children(e), *stack]
        # It stands inside of a place (``x_{i+k−1}``): it runs as far as there are entries.
        n = 0
        while True:
            try:
                self.bind(index, n + 1).value(body)
            except IndexError:
                return n
            n += 1

    def by_index(self, d: tree.Definition) -> Any:
        """What is defined by entries."""

        def at(scope: Scope, indices: tuple[str, ...]) -> Any:
            if not indices:
                return scope.value(d.value)
            length = self.length(indices[0], d.value)
            return np.array([at(scope.bind(indices[0], i), indices[1:]) for i in range(1, length + 1)])

        return at(self, d.indices)


def _fold(values: list[Any], operators: list[str], table: Mapping[str, Callable[[Any, Any], Any]]) -> Any:
    found = values[0]
    for operator, v in zip(operators, values[1:], strict=True):
        found = table[operator](found, v)
    return found


# -- programs ------------------------------------------------------------------------------


@cache
def statements(source: str) -> tuple[tree.Statement, ...]:
    return read_program(source, WORDS).statements


def run(source: str, inputs: Mapping[str, Any], sizes: Mapping[str, int], put: Mapping[str, Any]) -> dict[str, Any]:
    """Values of all stages of a program; those in ``put`` have the value that is given there."""
    values = {**inputs, **{n: v for n, v in put.items() if n in inputs}}
    functions: dict[str, tree.Function] = {}
    for s in statements(source):
        if isinstance(s, tree.Function):
            functions[s.name.name] = s
        if isinstance(s, tree.Definition):
            scope = Scope(values, sizes, functions)
            found = scope.by_index(s) if s.indices else scope.value(s.value)
            results = found if len(s.targets) > 1 else (found,)
            for target, v in zip(s.targets, results, strict=True):
                values[target.name] = put.get(target.name, canonical(v))
    return values
