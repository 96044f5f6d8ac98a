"""Sums that have a name, products that are a stage, means, and ones whose size the rest tells."""

import numpy as np
import pytest

import gradviz as gv
from tests.calculus import test_hessian

ATTENTION = "Q ∈ ℝ^{n×d}; K ∈ ℝ^{m×d}; V ∈ ℝ^{m×k}; G ∈ ℝ^{n×k}; S = Q Kᵀ/√d; P = softmax(S); O = P V; L = sum(G ⊙ O)"


@pytest.mark.parametrize(
    ("program", "name", "expected"),
    [
        (ATTENTION, "S", "P ⊙ (G Vᵀ − rowsum(G ⊙ O) 𝟏ᵀ)"),
        (ATTENTION, "V", "Pᵀ G"),
        ("x, y ∈ ℝ^n; μ = mean(x); r = x - μ; L = ‖r - y‖²", "μ", "2𝟏ᵀ y"),
        ("x ∈ ℝ^n; L = var(x)", "x", "(2/n)(x − mean(x))"),
        ("x ∈ ℝ^n; μ = mean(x); L = var(x) + μ", "x", "1/n + (2/n)(x − μ)"),
        ("swish(v) = v σ(v); h = swish(z); L = h", "z", "h + σ(z)(1 − h)"),
        ("h = z σ(β z); L = h", "z", "β h + σ(β z)(1 − β h)"),
        ("f = x^y", "x", "y x^(y − 1)"),
        (r"p ∈ ℝ^n; L = -\ln \prod_i p_i", "p", "−1 ⊘ p"),
        ("p ∈ ℝ^n; P = prod(p); L = ln P + ln(1/P) + ln P", "p", "1 ⊘ p"),
        ("p ∈ ℝ^n; P = prod(p); L = P", "p", "prod_others(p)"),
        ("X ∈ ℝ^{n×k}; L = sum(ln(rowprod(X))) + sum(ln(colprod(X)))", "X", "2 ⊘ X"),
        ("X ∈ ℝ^{n×k}; u ∈ ℝ^n; L = uᵀ ln(rowprod(σ(X)))", "X", "diag(u)(1 − σ(X))"),
        (
            "W, B ∈ ℝ^{3×4}; v = ReLU(h) ReLU(tanh(W) + B); L = sum(tanh(v))",
            "h",
            "sum((1 − tanh(v) ⊙ tanh(v)) ⊙ ReLU(tanh(W) + B)) 𝟙[h > 0]",
        ),
        ("x, y ∈ ℝ^n; p = σ(x); L = -ln(∏_i p_i^{y_i} (1 - p_i)^{1 - y_i})", "x", "p − y"),
    ],
)
def test_names_for_what_they_stand_for(program, name, expected):
    assert str(gv.parse(program).gradient(name)) == expected


def test_a_power_keeps_what_it_is_at_zero():
    at_zero = gv.parse("f = x^y").explain(at={"x": 0, "y": 2})
    assert at_zero.gradients["x"] == 0


def test_ones_beside_a_vector_take_their_size_from_the_sum():
    explained = gv.parse("A ∈ ℝ^{2×3}; x ∈ ℝ^2; B = A + x 𝟏ᵀ; L = sum(B)").explain(
        at={"A": np.zeros((2, 3)), "x": [1, 2]}
    )
    assert explained.values["B"].tolist() == [[1, 1, 1], [2, 2, 2]]
    explained = gv.parse("A ∈ ℝ^{2×3}; x ∈ ℝ^3; B = A + 𝟏 xᵀ; L = sum(B)").explain(
        at={"A": np.zeros((2, 3)), "x": [1, 2, 3]}
    )
    assert explained.values["B"].tolist() == [[1, 2, 3], [1, 2, 3]]


@pytest.mark.parametrize(
    ("program", "by", "gradient", "hessian"),
    [
        ("z ∈ ℝ^k; L = ln(sum(e^z))", "z", "softmax(z)", "diag(softmax(z)) − softmax(z) softmax(z)ᵀ"),
        ("r ∈ ℝ^{1×4}; L = ln(sum(e^r))", "r", "softmax(r)", "diag(softmax(r)ᵀ) − softmax(r)ᵀ softmax(r)"),
        ("Z ∈ ℝ^{n×k}; L = sum(ln(rowsum(e^Z)))", "Z", "softmax(Z)", None),
        ("W ∈ ℝ^{k×d}; x ∈ ℝ^d; L = ln(sum(e^(W x)))", "W", "softmax(W x) xᵀ", None),
        ("z ∈ ℝ^k; L = ln(sum(e^(-z)))^2", "z", "−2 ln(𝟏ᵀ e^(−z)) softmax(−z)", None),
    ],
)
def test_exponentials_over_their_sum_are_a_softmax(program: str, by: str, gradient: str, hessian: str | None) -> None:
    graph = gv.parse(program)
    assert str(graph.gradient(by)) == gradient
    assert hessian is None or str(graph.hessian(by)) == hessian
    assert "e^v/sum(e^v) = softmax(v)" in graph.derivation(by, strict=True).text()
    test_hessian.check(program, by, by)
