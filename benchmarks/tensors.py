"""The 3-4-1 net for tensorgrad."""

from __future__ import annotations

import sympy
from tensorgrad import Derivative, Variable, functions


def bce() -> list[str]:
    """The gradients by both weights, simplified and as text."""
    i, h = sympy.symbols("i h")
    x, w1, w2, y = Variable("x", i), Variable("W1", i, h), Variable("W2", h), Variable("y")
    p = functions.sigmoid(w2 @ functions.sigmoid(w1 @ x))
    loss = -(y * functions.log(p) + (1 - y) * functions.log(1 - p))
    return [str(Derivative(loss, w).full_simplify()) for w in (w2, w1)]
