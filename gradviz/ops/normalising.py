"""Softmax, layer norm, batch norm: arrays in which each line is brought to one scale.

Layer norm and batch norm take ε as a second operand. A vector is one line; a matrix has one for each row (layer norm)
or for each column (batch norm). Their pullback has the three terms of Ioffe and Szegedy, *Batch Normalization* (2015):
the adjoint, less its mean, less its part along the normalised values; all over the standard deviation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradviz.ops import shapes
from gradviz.ops.function import word
from gradviz.ops.operation import Operation, Shape, ShapeRule
from gradviz.ops.shapes import core


def _logsumexp(m: Any, v: Any) -> Any:
    top = m.real(v).max(axis=-1, keepdims=True)
    return top + m.log(m.exp(v - top).sum(axis=-1, keepdims=True))


def _centred(axis: int) -> Callable[..., Any]:
    def value(m: Any, v: Any, e: Any) -> Any:
        centred = v - v.mean(axis=axis, keepdims=True)
        return centred / m.sqrt((centred * centred).mean(axis=axis, keepdims=True) + e)

    return value


_THREE = "Z[{k}] = (g[{k}] - (sum_{s} g[{j}])/{n} - u[{k}] (sum_{s} g[{j}] u[{j}])/{n})/sqrt({var} + A)"
_EPSILON = "Z = -{over}(sum_{s} g[{j}] u[{j}])/(2 {var} + 2 A)"


def _texts(**put: str) -> tuple[str, str]:
    return _THREE.format(**put), _EPSILON.format(**put)


_ONE = _texts(k="k", j="j", s="j", n="size(v)", var="var(v)", over="")
_ROWS = _texts(k="i,k", j="i,j", s="j", n="columns(v)", var="rowvar(v)[i]", over="sum_i ")
_COLUMNS = _texts(k="k,j", j="i,j", s="i", n="rows(v)", var="colvar(v)[j]", over="sum_j ")


def _norm(name: str, formula: str, shape: ShapeRule, axis: int, lines: tuple[str, str]) -> Operation:
    def pullback(given: tuple[Shape, ...]) -> tuple[str, ...]:
        # Of more axes, it follows from the formula.
        axes = len(core(given[0]))
        return _ONE if axes == 1 else lines if axes == 2 else ()

    return Operation(
        name,
        formula,
        shape,
        word(name, options=("eps",)),
        name,
        opaque=True,
        pullback=pullback,
        value=_centred(axis),
        domain=("A > 0",),
    )


NORMALISING = (
    Operation(
        "softmax",
        "Z[*,k] = e^v[*,k] / sum_j e^v[*,j]",
        shapes.same_array,
        word("softmax"),
        "softmax",
        opaque=True,
        range=(0, 1),
        value=lambda m, v: m.exp(v - _logsumexp(m, v)),
    ),
    Operation(
        "log_softmax",
        "Z[*,k] = v[*,k] - ln(sum_j e^v[*,j])",
        shapes.same_array,
        word("log_softmax"),
        "log softmax",
        opaque=True,
        pullback=("Z[*,k] = g[*,k] - softmax(v)[*,k] sum_j g[*,j]",),
        value=lambda m, v: v - _logsumexp(m, v),
    ),
    _norm(
        "layernorm",
        "Z[*,k] = (v[*,k] - (sum_j v[*,j])/last(v))/sqrt((sum_j (v[*,j] - (sum_i v[*,i])/last(v))^2)/last(v) + A)",
        shapes.layer,
        -1,
        _ROWS,
    ),
    _norm(
        "batchnorm",
        "Z[k,j] = (v[k,j] - (sum_i v[i,j])/rows(v))/sqrt((sum_i (v[i,j] - (sum_l v[l,j])/rows(v))^2)/rows(v) + A)",
        shapes.batch,
        0,
        _COLUMNS,
    ),
)
