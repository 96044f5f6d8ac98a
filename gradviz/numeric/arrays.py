"""The library that values of arrays are computed with: NumPy, with what it lacks, and without its warnings."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np


class _Library:
    """NumPy's names; ``erf`` and ``erfc`` besides. A complex step passes through all of its functions here."""

    def __init__(self) -> None:
        own = set(dir(type(self)))
        vars(self).update({name: part for name, part in vars(np).items() if name not in own})

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    def erf(self, v: Any) -> Any:
        """The error function."""
        slope = 2 / math.sqrt(math.pi) * np.exp(-(np.real(v) ** 2))
        return _stepped(np.vectorize(math.erf, otypes=[float])(np.real(v)), (v, slope))

    def erfc(self, v: Any) -> Any:
        """1 − erf, right where that is small."""
        slope = -2 / math.sqrt(math.pi) * np.exp(-(np.real(v) ** 2))
        return _stepped(np.vectorize(math.erfc, otypes=[float])(np.real(v)), (v, slope))

    def arctan2(self, a: Any, b: Any) -> Any:
        """The angle of the point (b, a)."""
        y, x = np.real(a), np.real(b)
        square = x * x + y * y
        return _stepped(np.arctan2(y, x), (a, x / square), (b, -y / square))


def _stepped(value: Any, *parts: tuple[Any, Any]) -> Any:
    """A value, and for a complex step its imaginary part to first order: operands with the derivatives by them."""
    if not any(np.iscomplexobj(v) for v, _ in parts):
        return value
    return value + 1j * sum(np.imag(v) * slope for v, slope in parts)


ARRAYS = _Library()


def einsum(attr: Any, operands: list[Any]) -> Any:
    """A product of arrays with some axes summed; two operands go to a matrix product where they can.

    Examples
    --------
    >>> einsum((((0, 1), (1,)), (0,)), [np.eye(2), np.array([3.0, 4.0])])
    array([3., 4.])
    """
    return product(attr)(operands)


@lru_cache(maxsize=1 << 12)
def product(attr: Any, other: Callable[..., Any] | None = None) -> Callable[[list[Any]], Any]:
    """How to compute a product of arrays; ``other`` does what is no product of two without repeated axes."""
    axes_in, out = attr
    if len(axes_in) == 1 and len(out) == len(set(out)) and sorted(axes_in[0]) == sorted(out):
        return partial(_turned, [axes_in[0].index(x) for x in out])
    if len(axes_in) == 2:
        a, b = axes_in
        shared = [x for x in a if x in b]
        plain = len(set(a)) == len(a) and len(set(b)) == len(b)
        if plain and all(x not in out for x in shared) and set(a) | set(b) == set(out) | set(shared):
            order = [x for x in (*a, *b) if x not in shared]
            turn = None if tuple(order) == out else [order.index(x) for x in out]
            if not shared:
                return partial(_outer_product, turn)
            if len(a) <= 2 and len(b) <= 2 and len(shared) == 1:
                return partial(_matrix_product, a[0] == shared[0] and len(a) == 2, b[-1] == shared[0], turn)
            return partial(_tensor_product, ([a.index(x) for x in shared], [b.index(x) for x in shared]), turn)
    return partial(other or _sum_of_products, axes_in, out)


def _turned(turn: list[int], operands: list[Any]) -> Any:
    return np.asarray(operands[0]).transpose(turn)


def _matrix_product(left: bool, right: bool, turn: list[int] | None, operands: list[Any]) -> Any:
    """Two arrays of at most two axes, of which one is shared; each is turned where it has to be."""
    a, b = operands
    product = np.dot(a.T if left else a, b.T if right else b)
    return product if turn is None else product.transpose(turn)


def _outer_product(turn: list[int] | None, operands: list[Any]) -> Any:
    product = np.multiply.outer(*operands)
    return product if turn is None else product.transpose(turn)


def _tensor_product(axes: tuple[list[int], list[int]], turn: list[int] | None, operands: list[Any]) -> Any:
    product = np.tensordot(operands[0], operands[1], axes)
    return product if turn is None else product.transpose(turn)


def _sum_of_products(axes_in: Any, out: Any, operands: list[Any]) -> Any:
    arguments: list[Any] = []
    for axes, operand in zip(axes_in, operands, strict=True):
        arguments += [operand, list(axes)]
    return np.einsum(*arguments, list(out), optimize=len(operands) > 2)
