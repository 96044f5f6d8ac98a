"""Structure operations, convolution and pooling with sizes that are names: nothing needs numbers to be derived."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz as gv
from gradviz.equality import points
from gradviz.notation import write
from gradviz.ops import WORDS
from tests.agreement import read_back, same

PROGRAMS = [
    "x ∈ ℝ^n; y = x[2:n]; L = ‖y‖²",
    "x ∈ ℝ^n; y = pad(x, 1, 2); L = sum(y^3)",
    "x ∈ ℝ^n; y = flip(x) ⊙ x; L = sum(y^3)",
    "x ∈ ℝ^n; b ∈ ℝ^m; y = concat(x, b); z = tanh(y); L = sum(z^3)",
    "A ∈ ℝ^{m×n}; B ∈ ℝ^{m×k}; C = concat(A, B, axis=2); L = sum(C ⊙ C ⊙ C)",
    "H ∈ ℝ^{m×n}; W ∈ ℝ^{k×l}; f = flatten(H); L = sum(f^3) + sum(W)",
    "x ∈ ℝ^n; b ∈ ℝ^m; R = repeat(x, m); S = σ(R); L = sum(S ⊙ S) + sum(b)",
    "T ∈ ℝ^{l×m×n}; P = permute(T, 3, 1, 2); L = sum(P ⊙ P ⊙ P)",
    "x ∈ ℝ^n; w ∈ ℝ^k; z = conv1d(x, w); L = sum(z^3)",
    "x ∈ ℝ^n; w ∈ ℝ^k; z = conv1d(x, w, padding=1); L = sum(z^3)",
    "x ∈ ℝ^n; w ∈ ℝ^k; z = conv1d(x, w, stride=2, padding=1); L = sum(z^3)",
    "X ∈ ℝ^{h×w}; K ∈ ℝ^{3×2}; Z = conv2d(X, K, stride=2); L = sum(Z ⊙ Z)",
    "X ∈ ℝ^{c×h×w}; K ∈ ℝ^{o×c×3×3}; Z = conv2d(X, K, padding=1); A = relu(Z); L = sum(A ⊙ A)",
    "X ∈ ℝ^{b×c×h×w}; K ∈ ℝ^{o×c×k×l}; q ∈ ℝ^o; Z = conv2d(X, K, q); L = sum(Z ⊙ Z)",
    "X ∈ ℝ^{c×h×w}; Z = max_pool2d(X, 2); L = sum(Z ⊙ Z)",
    "X ∈ ℝ^{c×h×w}; Z = avg_pool2d(X, 3, stride=2, padding=1); L = sum(Z ⊙ Z)",
    "X ∈ ℝ^{c×h×w}; s = global_avg_pool(X); L = ‖s‖²",
    "E ∈ ℝ^{v×d}; t ∈ ℝ^n; data t; H = gather(E, t); L = sum(H ⊙ H)",
    "x ∈ ℝ^n; L = ∑_i i x_i^2",
    "x ∈ ℝ^n; w ∈ ℝ^k; z_i = ∑_j x_{i+j-1} w_j; L = sum(z^3)",
]


@pytest.mark.parametrize("text", PROGRAMS)
def test_gradients_are_those_of_the_sweep(text: str) -> None:
    graph = gv.parse(text)
    found = points(graph.dag, 2)
    assert found
    for point in found:
        for name in (*graph.inputs, *graph.stages):
            position = graph.dag.names[name]
            if position not in point.adjoints:
                continue
            for form in ("best", "later"):
                gradient = graph.gradient(name, form=form)
                back = read_back(graph, gradient, "unicode", point)
                wanted = np.reshape(point.adjoints[position], back.shape)
                assert same(back, wanted), f"∂/∂{name}: {write(gradient.expr, 'unicode', WORDS)}"
            graph.derivation(name, strict=True)


def test_sizes_of_results_are_computed() -> None:
    graph = gv.parse(
        "x ∈ ℝ^n; b ∈ ℝ^m; w ∈ ℝ^k; c = concat(x, b); z = conv1d(c, w, stride=2, padding=1); f = flatten(repeat(b, n)); "
        "L = sum(z) + sum(f)"
    )
    assert [graph.shape(s) for s in ("c", "z", "f")] == [("m + n",), ("⌊(m + n - k)/2⌋ + 2",), ("m n",)]
    ex = graph.explain(at={"x": [1, 2, 3], "b": [4, 5], "w": [1, 1]})
    assert ex.values["z"].tolist() == [1, 5, 9]
    assert ex.values["f"].shape == (6,)
