"""Programs in NumPy, straight from what was written: knows the syntax tree, and nothing of how gradviz computes.

Vectors are columns, held as one axis; a row has two, the first of size one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import autograd.numpy as np
from autograd.extend import defvjp, primitive

from gradviz.notation import read_program, tree
from gradviz.notation.walk import children
from gradviz.ops import WORDS


class Misfit(Exception):  # noqa: N818 - a reading that is none
    """Shapes that do not fit."""


# -- arithmetic on arrays ------------------------------------------------------------------


def canonical(v: Any) -> Any:
    while np.shape(v) and np.shape(v)[-1] == 1:
        v = np.reshape(v, np.shape(v)[:-1])
    return v


def wide(v: Any) -> Any:
    """Rows and columns, whatever it is."""
    shape = np.shape(v)
    return np.reshape(v, (*shape, *(1,) * (2 - len(shape)))) if len(shape) < 2 else v


def fits(a: Any, b: Any) -> None:
    s, r = np.shape(a), np.shape(b)
    if s == r or not s or not r:
        return
    if {len(s), len(r)} == {1, 2} and 1 not in (s[0], r[0]) and s[-1] == r[-1]:
        return  # a vector with each row
    if len(s) == len(r) == 2 and 1 in (s[0], r[0]) and s[1] == r[1]:
        return
    raise Misfit(f"{s} and {r}")


def by_entries(f: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def apply(a: Any, b: Any) -> Any:
        fits(a, b)
        return f(a, b)

    return apply


add = by_entries(lambda a, b: a + b)
times = by_entries(lambda a, b: a * b)
over = by_entries(lambda a, b: a / b)


def product(a: Any, b: Any) -> Any:
    """Juxtaposition: a scalar with anything, else the matrix product."""
    if not np.shape(a) or not np.shape(b):
        return a * b
    left, right = wide(a), wide(b)
    if left.shape[1] != right.shape[0]:
        raise Misfit(f"{left.shape} by {right.shape}")
    return canonical(np.dot(left, right))


def dotted(a: Any, b: Any) -> Any:
    if np.ndim(a) == np.ndim(b) == 1:
        return np.sum(times(a, b))
    return product(a, b)


def starred(a: Any, b: Any) -> Any:
    if np.ndim(a) == np.ndim(b) == 1:
        return times(a, b)
    return product(a, b)


def outer(a: Any, b: Any) -> Any:
    return np.outer(a, b)


OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "": product,
    "@": product,
    "·": dotted,
    "*": starred,
    "×": product,
    "⊙": times,
    "/": over,
    "⊘": over,
    "⊗": outer,
}
COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    "≥": lambda a, b: a >= b,
    "≤": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
    "≠": lambda a, b: a != b,
}


# -- functions -----------------------------------------------------------------------------


@primitive
def erf(v: Any) -> Any:
    return np.vectorize(math.erf)(v)


defvjp(erf, lambda _, v: lambda g: g * 2 / math.sqrt(math.pi) * np.exp(-(v**2)))


def sigmoid(v: Any) -> Any:
    return 1 / (1 + np.exp(-v))


def softmax(v: Any) -> Any:
    e = np.exp(v)
    return e / np.sum(e, axis=-1, keepdims=True)


def largest(*values: Any) -> Any:
    if len(values) == 1:
        return np.max(values[0])
    found = values[0]
    for v in values[1:]:
        fits(found, v)
        found = np.where(found > v, found, v)
    return found


def least(*values: Any) -> Any:
    return -largest(*(-v for v in values))


def layernorm(v: Any, *rest: Any) -> Any:
    centred = v - np.mean(v, axis=-1, keepdims=True)
    return centred / np.sqrt(np.mean(centred**2, axis=-1, keepdims=True) + 1e-5)


def bce(p: Any, y: Any) -> Any:
    return np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))


def huber(p: Any, y: Any, d: Any = 1.0) -> Any:
    r = np.abs(p - y)
    return np.mean(np.where(r <= d, r * r / 2, d * (r - d / 2)))


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "exp": np.exp,
    "ln": np.log,
    "log2": lambda v: np.log(v) / math.log(2),
    "log10": lambda v: np.log(v) / math.log(10),
    "log1p": lambda v: np.log(1 + v),
    "expm1": lambda v: np.exp(v) - 1,
    "sqrt": lambda v: v**0.5,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "arctan": np.arctan,
    "sinh": lambda v: (np.exp(v) - np.exp(-v)) / 2,
    "cosh": lambda v: (np.exp(v) + np.exp(-v)) / 2,
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": lambda v: v * (v > 0),
    "leaky_relu": lambda v, a=0.01: np.where(v > 0, v, a * v),
    "elu": lambda v: np.where(v > 0, v, np.exp(v) - 1),
    "softplus": lambda v: np.log(1 + np.exp(v)),
    "softsign": lambda v: v / (1 + np.abs(v)),
    "hard_sigmoid": lambda v: np.where(v > 3, 1.0, np.where(v < -3, 0.0, (v + 3) / 6)),
    "silu": lambda v: v * sigmoid(v),
    "gelu": lambda v: v * (1 + erf(v / math.sqrt(2))) / 2,
    "erf": erf,
    "abs": np.abs,
    "sign": np.sign,
    "step": lambda v: 0.0 * v + (v > 0),
    "clip": lambda v, low, high: np.where(v < low, low, np.where(v > high, high, v)),
    "max": largest,
    "min": least,
    "sum": np.sum,
    "mean": np.mean,
    "prod": np.prod,
    "var": lambda v: np.mean((v - np.mean(v)) ** 2),
    "norm": lambda v: np.sqrt(np.sum(v * v)),
    "norm1": lambda v: np.sum(np.abs(v)),
    "norm_inf": lambda v: np.max(np.abs(v)),
    "rowsum": lambda v: np.sum(v, axis=1),
    "colsum": lambda v: np.sum(v, axis=0),
    "rowmean": lambda v: np.mean(v, axis=1),
    "colmean": lambda v: np.mean(v, axis=0),
    "rowmax": lambda v: np.max(v, axis=1),
    "colmax": lambda v: np.max(v, axis=0),
    "trace": np.trace,
    "det": np.linalg.det,
    "logdet": lambda v: np.linalg.slogdet(v)[1],
    "inv": np.linalg.inv,
    "diag": np.diag,
    "transpose": lambda v: canonical(np.transpose(wide(v))),
    "dot": dotted,
    "outer": outer,
    "softmax": softmax,
    "log_softmax": lambda v: v - np.log(np.sum(np.exp(v), axis=-1, keepdims=True)),
    "logsumexp": lambda v: np.log(np.sum(np.exp(v))),
    "ones": lambda *sizes: np.ones([int(n) for n in sizes]),
    "layernorm": layernorm,
    "bce": bce,
    "cross_entropy": lambda p, y: -np.sum(y * np.log(p)) / (np.shape(p)[0] if np.ndim(p) == 2 else 1),
    "mse": lambda p, y: np.mean((p - y) ** 2),
    "mae": lambda p, y: np.mean(np.abs(p - y)),
    "huber": huber,
    "hinge": lambda z, y: np.mean(largest(0.0, 1 - y * z)),
    "kl": lambda p, q: np.sum(p * np.log(p / q)),
    "nll": lambda p, y: -np.sum(y * np.log(p)),
}
CONSTANTS = {"e": math.e, "π": math.pi, "pi": math.pi}


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
                core = np.reshape(v, [d for d in np.shape(v) if d != 1])
                return core[tuple(round(float(self.value(i))) - 1 for i in e.indices)]
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
            return FUNCTIONS[e.function](*arguments)
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
        """How far an index runs: the axis of the first array that it is put to, in the expression."""
        stack = [body]
        while stack:
            e = stack.pop(0)
            if isinstance(e, tree.Entry):
                for place, i in enumerate(e.indices):
                    if isinstance(i, tree.Name) and i.name == index:
                        return [d for d in np.shape(self.value(e.array)) if d != 1][place]
            stack = [*children(e), *stack]
        raise Misfit(index)

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


def run(source: str, inputs: Mapping[str, Any], sizes: Mapping[str, int], put: Mapping[str, Any]) -> dict[str, Any]:
    """Values of all stages of a program; those in ``put`` have the value that is given there."""
    values = {**inputs, **{n: v for n, v in put.items() if n in inputs}}
    functions: dict[str, tree.Function] = {}
    for s in read_program(source, WORDS).statements:
        if isinstance(s, tree.Function):
            functions[s.name.name] = s
        if isinstance(s, tree.Definition):
            scope = Scope(values, sizes, functions)
            found = scope.by_index(s) if s.indices else scope.value(s.value)
            results = found if len(s.targets) > 1 else (found,)
            for target, v in zip(s.targets, results, strict=True):
                values[target.name] = put.get(target.name, canonical(v))
    return values
