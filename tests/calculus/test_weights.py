"""Second derivatives through a softmax that nobody named, as books print them."""

import numpy as np
import pytest

import gradviz as gv

_BOYD = "A ∈ ℝ^{m×n}; x ∈ ℝ^n; L = logsumexp(A x)"
_SQUARE = _BOYD.replace("m×n", "n×n")
_NAMED = "A ∈ ℝ^{m×n}; x ∈ ℝ^n; y ∈ ℝ^m; p = softmax(A x); L = -yᵀ ln p"


@pytest.mark.parametrize(
    ("program", "form"),
    [
        (_BOYD, "Aᵀ(diag(softmax(A x)) − softmax(A x) softmax(A x)ᵀ) A"),
        (_SQUARE, "Aᵀ(diag(softmax(A x)) − softmax(A x) softmax(A x)ᵀ) A"),
        (_NAMED, "(𝟏ᵀ y) Aᵀ(diag(p) − p pᵀ) A"),
    ],
)
def test_the_hessian_of_a_softmax(program, form):
    graph = gv.parse(program)
    hessian = graph.hessian("x")
    assert str(hessian) == form
    again = gv.parse(f"{program.removesuffix(program.split('; ')[-1])}H = {hessian.ascii()}; L = sum(H)")
    random = np.random.default_rng(1)
    a, x, y = random.normal(size=(3, 3)), random.normal(size=3), random.normal(size=3)
    at = {"A": a.tolist(), "x": x.tolist(), **({"y": y.tolist()} if "y ∈" in program else {})}
    p = np.exp(a @ x) / np.exp(a @ x).sum()
    scale = y.sum() if "y ∈" in program else 1.0
    assert np.allclose(again.explain(at=at).values["H"], scale * a.T @ (np.diag(p) - np.outer(p, p)) @ a)


def test_the_jacobian_of_a_softmax():
    assert str(gv.parse(_NAMED).jacobian("p", "x")) == "(diag(p) − p pᵀ) A"
    assert str(gv.parse(_NAMED).hessian("y", "x")) == "𝟏 pᵀ A − A"


@pytest.mark.parametrize(
    ("program", "form"),
    [
        ("a, x ∈ ℝ^n; L = aᵀ(|x|³)", "3a ⊙ x ⊙ |x|"),
        ("a, x ∈ ℝ^n; L = aᵀ((x²)^{3/2})", "3a ⊙ |x| ⊙ x"),
        ("a, x ∈ ℝ^n; L = aᵀ((e^x - e^{-x}) ⊘ (e^x + e^{-x}))", "4a ⊙ σ(2x) ⊙ (1 − σ(2x))"),
    ],
)
def test_signs_and_powers(program, form):
    graph = gv.parse(program)
    assert str(graph.gradient("x")) == form
    assert graph.check("x", form).ok
