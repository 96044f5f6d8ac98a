"""Sizes that are declared as computed: found from values, and held to them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradviz as gv

GATES = "x ∈ ℝ^d; h ∈ ℝ^m; W ∈ ℝ^{m×(m+d)}; L = sum(σ(W concat(h, x)))"


@pytest.mark.parametrize(
    ("source", "values", "sizes"),
    [
        ("x ∈ ℝ^{2d}; L = sum(x²)", {"x": [1, 2, 3, 4]}, {"d": 2}),
        ("x ∈ ℝ^{n-1}; L = sum(x²)", {"x": [1, 2, 3]}, {"n": 4}),
        ("x ∈ ℝ^{n n}; L = sum(x²)", {"x": np.ones(9)}, {"n": 3}),
        ("x ∈ ℝ^{m+d}; y ∈ ℝ^{2d}; L = sum(x²) + sum(y)", {"x": np.ones(5), "y": np.ones(4)}, {"d": 2, "m": 3}),
        (GATES, {"x": [1, 2], "h": [1, 2, 3], "W": np.ones((3, 5))}, {"d": 2, "m": 3}),
    ],
)
def test_symbols_are_found(source: str, values: dict[str, Any], sizes: dict[str, int]) -> None:
    assert gv.parse(source).explain(at=values).sizes == sizes


@pytest.mark.parametrize(
    ("source", "values", "says"),
    [
        ("x ∈ ℝ^{2d}; L = sum(x²)", {"x": [1, 2, 3]}, "2 d entries, and in its value 3, which that never is"),
        (GATES, {"x": [1, 2], "h": [1, 2, 3], "W": np.ones((3, 4))}, "d + m entries, and in its value 4; but d = 2"),
        ("x ∈ ℝ^n; y ∈ ℝ^{n-2}; L = sum(x)", {"x": [1, 2], "y": [1]}, "n - 2"),
    ],
)
def test_what_does_not_fit_is_refused(source: str, values: dict[str, Any], says: str) -> None:
    with pytest.raises(gv.GradvizError) as caught:
        gv.parse(source).explain(at=values)
    assert says in str(caught.value)


def test_gradients_over_computed_sizes() -> None:
    graph = gv.parse(GATES)
    generator = np.random.default_rng(3)
    at = {n: generator.normal(size=s) for n, s in (("x", 2), ("h", 3), ("W", (3, 5)))}
    found = graph.explain(at=at).gradients
    both = np.concatenate([at["h"], at["x"]])
    s = 1 / (1 + np.exp(-at["W"] @ both))
    assert np.allclose(found["W"], np.outer(s * (1 - s), both), atol=1e-12)
    assert np.allclose(np.concatenate([found["h"], found["x"]]), at["W"].T @ (s * (1 - s)), atol=1e-12)
