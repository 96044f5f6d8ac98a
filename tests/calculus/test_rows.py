"""Inputs that are rows: what is added to each row of a matrix, and layers of samples in rows, as programs write them."""

import pytest

import gradviz as gv

_AFFINE = "X ∈ ℝ^{n×n}; W ∈ ℝ^{n×n}; b ∈ ℝ^{1×n}; L = ‖X W + b‖²"
_LOGITS = "X ∈ ℝ^{1×3}; W ∈ ℝ^{3×2}; Y ∈ onehot(1×2); L = cross_entropy_logits(X W, Y)"
_LAYERS = "x ∈ ℝ^{1×d}; W ∈ ℝ^{d×k}; b ∈ ℝ^{1×k}; V ∈ ℝ^{k×m}; h = tanh(x W + b); o = h V; y ∈ ℝ^{1×m}; L = ‖o - y‖²"


@pytest.mark.parametrize(
    ("program", "name", "form"),
    [
        (_AFFINE, "X", "2(X W + b) Wᵀ"),
        (_AFFINE, "b", "2𝟏ᵀ(X W + b)"),
        (_LOGITS, "X", "(softmax(X W) − Y) Wᵀ"),
        (_LOGITS, "W", "Xᵀ(softmax(X W) − Y)"),
        (_LAYERS, "x", "2((o − y) Vᵀ ⊙ (1 − h²)) Wᵀ"),
        (_LAYERS, "W", "2xᵀ((o − y) Vᵀ ⊙ (1 − h²))"),
        (_LAYERS, "V", "2hᵀ(o − y)"),
    ],
)
def test_rows_stay_rows(program, name, form):
    graph = gv.parse(program)
    assert str(graph.gradient(name)) == form
    assert graph.check(name, form).ok
