"""Values of nodes in floating point at several points at once: the first axis goes through the points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from operator import add, mul, neg, sub
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.calculus.lower import Recipe
from gradviz.equality.core import SHAPING, WHOLE
from gradviz.equality.sample import Sample
from gradviz.equality.tolerant import tolerant
from gradviz.numeric.arrays import ARRAYS, product
from gradviz.numeric.evaluate import recipe
from gradviz.ops import OPERATIONS, Shape

if TYPE_CHECKING:
    from gradviz.equality.ground import Ground

Compute = Callable[[Sequence[Any]], Any]
"""Values of an operation from those of its operands."""

_MANY = tolerant(ARRAYS)


class Stacked:
    """Values of a ground's nodes at some of its points.

    Parameters
    ----------
    ground : Ground
    samples : sequence of Sample
    """

    def __init__(self, ground: Ground, samples: Sequence[Sample]) -> None:
        self.ground, self.samples = ground, samples
        self.values: dict[int, Any] = {}
        self.top = -1

    def flat(self, position: int) -> tuple[Any, tuple[int, ...]]:
        """A node's values in one row, point after point, and its axes."""
        found = self.value(position)
        if type(found) is float:
            return np.full(len(self.samples), found), ()
        return found.ravel(), found.shape[1:]

    def value(self, position: int) -> Any:
        """A node's values; one number where it is the same everywhere."""
        values, nodes, alias, known = self.values, self.ground.table.nodes, self.ground.alias, self.samples[0].values
        self.ground.reach(self, position)
        stack = [position]
        while stack:
            i = stack[-1]
            node = nodes[i]
            if i in values:
                stack.pop()
                continue
            if node.op == "number":
                values[i] = float(node.attr)  # type: ignore[arg-type]
                continue
            compute = None
            if i not in known and i not in alias:
                compute = _SIMPLE.get(node.op)
                if compute is None:
                    shapes = tuple([nodes[j].shape for j in node.inputs])
                    compute = computing(node.op, shapes, node.shape, node.attr)
            if compute is None:
                values[i] = np.array([self.ground.float_of(s, i) for s in self.samples], dtype=float)
                continue
            operands = []
            for j in node.inputs:
                operand = values.get(j)
                if operand is None:
                    stack.append(j)
                else:
                    operands.append(operand)
            if len(operands) == len(node.inputs):
                values[i] = compute(operands)
                stack.pop()
        return values[position]


def aligned(operands: Sequence[Any]) -> Sequence[Any]:
    """Operands with as many axes, the last ones side by side.

    Examples
    --------
    >>> [x.shape for x in aligned([np.ones(6), np.ones((6, 4))])]
    [(6, 1), (6, 4)]
    """
    axes = max([x.ndim for x in operands if type(x) is not float], default=0)
    return [
        x if type(x) is float or x.ndim == axes else x.reshape(x.shape[0], *(1,) * (axes - x.ndim), *x.shape[1:])
        for x in operands
    ]


# Operations ------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def computing(op: str, shapes: tuple[Shape, ...], shape: Shape, attr: Any) -> Compute | None:
    """What computes an operation at all points at once; None where each point is computed by itself."""
    if op in _SIMPLE:
        return _SIMPLE[op]
    if op == "einsum":
        return partial(_einsum, attr)
    if op == "entry":
        return lambda x: x[0][(slice(None), *[slice(None) if i is None else i for i in attr])]
    declared = OPERATIONS.get(op)
    if declared is None or op in WHOLE or op in SHAPING:
        return None
    value = declared.value
    if value is not None:
        return partial(_value, value) if declared.elementwise else None
    steps = recipe(op, shapes, shape, attr)
    inner: list[Compute] = []
    for name, _, axes, extra in steps.instructions:
        compute = _number(extra) if name == "number" else computing(name, (), axes, extra)
        if compute is None:
            return None
        inner.append(compute)
    return partial(_followed, steps, inner)


def _followed(steps: Recipe, inner: Sequence[Compute], operands: Sequence[Any]) -> Any:
    made: list[Any] = []
    for compute, (_, slots, _, _) in zip(inner, steps.instructions, strict=True):
        made.append(compute([made[s] if s >= 0 else operands[-3 - s] for s in slots]))
    return made[steps.result] if steps.result >= 0 else operands[-3 - steps.result]


def _value(value: Callable[..., Any], x: Sequence[Any]) -> Any:
    found = value(_MANY, *[np.asarray(v) for v in aligned(x)])
    return found if np.ndim(found) else float(found)


def _pairwise(function: Callable[[Any, Any], Any], x: Sequence[Any]) -> Any:
    a, b = x
    if type(a) is not float and type(b) is not float and a.ndim != b.ndim:
        a, b = aligned(x)
    return function(a, b)


def _add(x: Sequence[Any]) -> Any:
    found = x[0]
    for other in x[1:]:
        found = _pairwise(add, (found, other))
    return found


def _einsum(attr: Any, x: Sequence[Any]) -> Any:
    return _batched(attr, tuple([type(v) is not float for v in x]))([np.asarray(v) for v in x])


@lru_cache(maxsize=1024)
def _batched(attr: Any, many: tuple[bool, ...]) -> Callable[[list[Any]], Any]:
    """A product of arrays at each of many points."""
    axes_in, out = attr
    batch = 1 + max([a for axes in axes_in for a in axes], default=0)
    front = (batch,) if any(many) else ()
    return product((tuple((batch, *a) if m else a for a, m in zip(axes_in, many, strict=True)), (*front, *out)))


def _number(attr: Any) -> Compute:
    return lambda x: float(attr)


_SIMPLE: Mapping[str, Compute] = {
    "add": _add,
    "sub": partial(_pairwise, sub),
    "mul": partial(_pairwise, mul),
    "neg": lambda x: neg(x[0]),
}
