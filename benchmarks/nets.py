"""Nets in arrays as programs, and the smaller one for sympy, written out in scalars."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sympy
from sympy.core.cache import clear_cache

BCE = Path(__file__).parent.parent / "examples" / "bce.grad"


def bce() -> list[Any]:
    """The gradients of the 3-4-1 net by all 16 weights: `sympy.diff`, then `sympy.simplify`."""
    clear_cache()
    x = sympy.symbols("x1:4")
    y = sympy.Symbol("y")
    w1 = [sympy.symbols(f"w{i}_1:5") for i in range(1, 4)]
    w2 = sympy.symbols("v1:5")
    hidden = [_logistic(sum(w1[i][j] * x[i] for i in range(3))) for j in range(4)]
    p = _logistic(sum(v * h for v, h in zip(w2, hidden, strict=True)))
    loss = -y * sympy.log(p) - (1 - y) * sympy.log(1 - p)
    return [sympy.simplify(sympy.diff(loss, w)) for w in (*w2, *(w for row in w1 for w in row))]


def _logistic(z: Any) -> Any:
    return sympy.exp(z) / (1 + sympy.exp(z))


def residual(layers: int) -> str:
    """A program of residual layers ``h = h + tanh(W h + b)``, each with weights of its own; the size is a symbol."""
    parameters = [f"W{i} ∈ ℝ^{{n×n}}; b{i} ∈ ℝ^n" for i in range(1, layers + 1)]
    stages = [f"h{i} = h{i - 1} + tanh(W{i} h{i - 1} + b{i})" for i in range(1, layers + 1)]
    return "\n".join(["h0 ∈ ℝ^n", *parameters, "data h0", *stages, f"L = 1/2 ‖h{layers}‖²"])
