"""The functions of the language in NumPy, by what books say of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import autograd.numpy as np
from autograd.extend import defvjp, primitive


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


def along_columns(v: Any, matrix: Any) -> Any:
    """A number for each row of a matrix of another width."""
    s, r = np.shape(v), np.shape(matrix)
    if len(s) == 1 and len(r) == 2 and s[0] == r[0] != r[1] and 1 not in r:
        return np.ones(r) * np.reshape(v, (s[0], 1))
    return v


def by_entries(f: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def apply(a: Any, b: Any) -> Any:
        a, b = along_columns(a, b), along_columns(b, a)
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


def convolve(v: Any, kernel: Any, stride: int = 1, padding: int = 0) -> Any:
    """A window slides over one or two axes: what stands under it, times the kernel, added up."""
    axes = np.ndim(kernel)
    v = np.pad(v, [(padding, padding)] * axes, "constant")
    sizes = [(d - k) // stride + 1 for d, k in zip(np.shape(v), np.shape(kernel), strict=True)]
    found = 0.0
    for place in np.ndindex(*np.shape(kernel)):
        window = tuple(slice(a, a + stride * (n - 1) + 1, stride) for a, n in zip(place, sizes, strict=True))
        found = found + kernel[place] * v[window]
    return found


def pool(take: Callable[..., Any], axes: int) -> Callable[..., Any]:
    def apply(v: Any, size: Any, stride: int | None = None) -> Any:
        step, width = stride or round(float(size)), round(float(size))
        sizes = [(d - width) // step + 1 for d in np.shape(v)]
        places = np.ndindex(*(width,) * axes)
        cuts = [tuple(slice(a, a + step * (n - 1) + 1, step) for a, n in zip(p, sizes, strict=True)) for p in places]
        return take(np.array([v[c] for c in cuts]), axis=0)

    return apply


def padded(v: Any, *numbers: Any) -> Any:
    n = [round(float(k)) for k in numbers] * (2 if len(numbers) == 1 else 1)
    n = n * np.ndim(v) if len(n) == 2 else n
    return np.pad(v, list(zip(n[::2], n[1::2], strict=True)), "constant")


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
    "gelu_tanh": lambda v: v * (1 + np.tanh(math.sqrt(2 / math.pi) * (v + 0.044715 * v**3))) / 2,
    "erf": erf,
    "abs": np.abs,
    "sign": np.sign,
    "step": lambda v: 0.0 * v + (v > 0),
    "clip": lambda v, low, high: np.minimum(np.maximum(v, low), high),
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
    "rowvar": lambda v: np.mean((v - np.mean(v, axis=1, keepdims=True)) ** 2, axis=1),
    "colvar": lambda v: np.mean((v - np.mean(v, axis=0)) ** 2, axis=0),
    "rownorm": lambda v: np.sqrt(np.sum(v * v, axis=1)),
    "rowmean": lambda v: np.mean(v, axis=1),
    "colmean": lambda v: np.mean(v, axis=0),
    "rowmax": lambda v: np.max(v, axis=1),
    "colmax": lambda v: np.max(v, axis=0),
    "trace": np.trace,
    "det": np.linalg.det,
    "logdet": lambda v: np.linalg.slogdet(v)[1],
    "inv": np.linalg.inv,
    "matpow": lambda a, n: reduce(np.matmul, [a if n > 0 else np.linalg.inv(a)] * abs(int(n))),
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
    "nll": lambda l, y: -np.sum(y * l),
    "bce_logits": lambda z, y: np.mean(np.log(1 + np.exp(z)) - y * z),
    "cross_entropy_logits": lambda z, y: -np.sum(y * (z - np.log(np.sum(np.exp(z))))),
    "conv1d": convolve,
    "conv2d": convolve,
    "max_pool1d": pool(np.max, 1),
    "max_pool2d": pool(np.max, 2),
    "avg_pool1d": pool(np.mean, 1),
    "avg_pool2d": pool(np.mean, 2),
    "concat": lambda *parts, axis=1: np.concatenate(parts, axis - 1),
    "flatten": lambda v: np.reshape(v, -1),
    "reshape": lambda v, *sizes: np.reshape(v, [round(float(n)) for n in sizes]),
    "pad": padded,
    "dropout": lambda v, mask, rate: v * mask / (1 - rate),
}
CONSTANTS = {"e": math.e, "π": math.pi, "pi": math.pi}
