"""The library that values of arrays are computed with: NumPy, with what it lacks, and without its warnings."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


class _Library:
    """NumPy's names; ``erf`` besides."""

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    def erf(self, v: Any) -> Any:
        """The error function; for a complex step its derivative carries the imaginary part."""
        real = np.vectorize(math.erf, otypes=[float])(np.real(v))
        if not np.iscomplexobj(v):
            return real
        return real + 1j * np.imag(v) * 2 / math.sqrt(math.pi) * np.exp(-(np.real(v) ** 2))


ARRAYS = _Library()


def einsum(attr: Any, operands: list[Any]) -> Any:
    """A product of arrays with some axes summed; two operands go to a matrix product where they can.

    Examples
    --------
    >>> einsum((((0, 1), (1,)), (0,)), [np.eye(2), np.array([3.0, 4.0])])
    array([3., 4.])
    """
    axes_in, out = attr
    if len(operands) == 2:
        a, b = axes_in
        shared = [x for x in a if x in b]
        plain = len(set(a)) == len(a) and len(set(b)) == len(b)
        if plain and all(x not in out for x in shared) and set(a) | set(b) == set(out) | set(shared):
            product = np.tensordot(
                operands[0], operands[1], ([a.index(x) for x in shared], [b.index(x) for x in shared])
            )
            order = [x for x in (*a, *b) if x not in shared]
            return product if tuple(order) == out else product.transpose([order.index(x) for x in out])
    arguments: list[Any] = []
    for axes, operand in zip(axes_in, operands, strict=True):
        arguments += [operand, list(axes)]
    return np.einsum(*arguments, list(out), optimize=len(operands) > 2)
