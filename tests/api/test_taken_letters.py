"""Programs that take the letters of constants (I, e, π): theirs are names like others, and constants are spelled otherwise."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz as gv

MATRICES = "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; V ∈ ℝ^{k×m}; I = σ(X W); O = I V; L = ‖O‖²"
CASES = [
    (MATRICES, "V", "2Iᵀ O"),
    (MATRICES, "I", "2O Vᵀ"),
    ("I ∈ ℝ^{n×n}; x ∈ ℝ^n; L = xᵀ I x", "x", "(I + Iᵀ) x"),
    ("I ∈ ℝ^{n×n}; x ∈ ℝ^n; L = ‖Iᵀ x‖²", "x", "2I Iᵀ x"),
    ("I, A ∈ ℝ^{n×n}; L = tr(Iᵀ A I)", "A", "I Iᵀ"),
    ("I ∈ ℝ^{n×n}; x ∈ ℝ^n; L = xᵀ I x + tr(I)", "I", "x xᵀ + Id"),
    ("I ∈ ℝ^{n×n}; A ∈ ℝ^{n×n}; L = tr(A ⊙ Id) + tr(I)", "A", "Id"),
    ("x, e ∈ ℝ^n; L = sum(exp(x)) + sum(e ⊙ x)", "x", "exp(x) + e"),
    ("x, e ∈ ℝ; L = x e + sinh(x)", "x", "e + cosh(x)"),
    ("π = x²; f = erf(π)", "π", "2e^(−π²)/√(arccos(−1))"),
]


@pytest.mark.parametrize(("source", "by", "expected"), CASES)
def test_gradients(source: str, by: str, expected: str) -> None:
    graph = gv.parse(source)
    gradient = graph.gradient(by)
    assert str(gradient) == expected
    for answer in (str(gradient), gradient.latex(), gradient.ascii()):
        assert graph.check(by, answer).ok, answer
    assert graph.derivation(by).text()


def test_numbers_do_not_depend_on_the_name() -> None:
    rng = np.random.default_rng(3)
    matrix, x = rng.normal(size=(3, 3)), rng.normal(size=3)
    taken = gv.parse("I ∈ ℝ^{3×3}; x ∈ ℝ^3; L = ‖Iᵀ x‖² + xᵀ I x").explain(at={"I": matrix, "x": x})
    plain = gv.parse("A ∈ ℝ^{3×3}; x ∈ ℝ^3; L = ‖Aᵀ x‖² + xᵀ A x").explain(at={"A": matrix, "x": x})
    np.testing.assert_allclose(taken.gradients["x"], plain.gradients["x"])
    np.testing.assert_allclose(taken.gradients["I"], plain.gradients["A"])


def test_hessians_and_jacobians() -> None:
    graph = gv.parse("I ∈ ℝ^{n×n}; x ∈ ℝ^n; y = Iᵀ x; L = ‖y‖²")
    assert str(graph.hessian("x")) == "2I Iᵀ"
    assert str(graph.jacobian("y", "x")) == "Iᵀ"
    assert str(graph.gradient("x", convention="numerator")) == "2yᵀ Iᵀ"
