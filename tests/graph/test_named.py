"""Words that open into more than one operation."""

from __future__ import annotations

import pytest

import gradviz as gv
from gradviz.messages import ShapeError, UsageError

# (program, by what, the gradient)
FORMS = [
    ("ŷ, y ∈ ℝ^n; L = mse(ŷ, y)", "ŷ", "(2/n)(ŷ − y)"),
    ("X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; ŷ = X w; L = mse(ŷ, y)", "w", "(2/n) Xᵀ(ŷ − y)"),
    ("y ∈ {0, 1}; ŷ = σ(z); L = bce(ŷ, y)", "z", "ŷ − y"),
    ("L = bce_logits(z, y)", "z", "σ(z) − y"),
    ("y ∈ onehot(k); z ∈ ℝ^k; L = cross_entropy_logits(z, y)", "z", "softmax(z) − y"),
    ("y ∈ onehot(k); z ∈ ℝ^k; ŷ = softmax(z); L = cross_entropy(ŷ, y)", "z", "ŷ − y"),
    ("Y ∈ onehot(n×k); Z ∈ ℝ^{n×k}; P = softmax(Z); L = cross_entropy(P, Y)", "Z", "(1/n)(P − Y)"),
    ("p, q ∈ simplex(k); L = kl(p, q)", "q", "−p ⊘ q"),
    ("p, y ∈ ℝ^k; L = nll(p, y)", "p", "−y"),
    ("ŷ, y ∈ ℝ^n; L = mae(ŷ, y)", "ŷ", "(1/n) sign(ŷ − y)"),
    ("A ∈ ℝ^{n×n}; L = tr(matpow(A, 2))", "A", "2Aᵀ"),
    ("A ∈ ℝ^{n×n}; b, c ∈ ℝ^n; L = cᵀ solve(A, b)", "A", "−A⁻ᵀ c bᵀ A⁻ᵀ"),
    ("A ∈ ℝ^{n×n}; x ∈ ℝ^n; L = xᵀ diag(A)", "A", "diag(x)"),
]


@pytest.mark.parametrize(("text", "name", "form"), FORMS, ids=[t for t, _, _ in FORMS])
def test_what_a_word_opens_into(text: str, name: str, form: str) -> None:
    graph = gv.parse(text)
    assert str(graph.gradient(name)) == form
    graph.derivation(name, strict=True)


def test_a_function_of_ones_own_goes_before_a_loss() -> None:
    graph = gv.parse("mse(a, b) = (a - b)^2/2\nL = mse(x, y)")
    assert str(graph.gradient("x")) == "x − y"
    graph = gv.parse("mse = x^2\nL = mse y")
    assert str(graph.gradient("x")) == "2y x"


def test_a_place_has_no_derivative() -> None:
    for word in ("argmax", "argmin"):
        with pytest.raises(UsageError, match=f"{word} is a place"):
            gv.parse(f"x ∈ ℝ^3\nL = {word}(x)")


def test_epsilon_is_said_where_it_is_not_the_usual_one() -> None:
    graph = gv.parse("x ∈ ℝ^n; γ, β ∈ ℝ^n\nh = layernorm(x, γ, β, 0.01)\nL = sum(h)")
    assert "layernorm(x, 0.01)" in str(graph.gradient("γ"))
    graph = gv.parse("x ∈ ℝ^n; γ, β ∈ ℝ^n\nh = layernorm(x, γ, β, eps=0.01)\nL = sum(h)")
    assert str(graph.gradient("γ")) == "layernorm(x, eps=0.01)"
    with pytest.raises(ShapeError, match="eps is given twice"):
        gv.parse("X ∈ ℝ^{n×d}\nL = sum(batchnorm(X, 0.1, eps=0.01))")
    graph = gv.parse("x ∈ ℝ^n; γ, β ∈ ℝ^n\nh = layernorm(x, γ, β)\nL = sum(h)")
    assert str(graph.gradient("γ")) == "layernorm(x)"


@pytest.mark.parametrize(
    ("source", "column"),
    [("x ∈ ℝ^n; n = 3; L = sum(x)/n", 10), ("n ∈ ℝ; x ∈ ℝ^n; L = sum(x)/n", 1), ("n > 0; x ∈ ℝ^n; L = sum(x)", 1)],
)
def test_a_size_is_no_variable(source: str, column: int) -> None:
    with pytest.raises(gv.GradvizError, match="n is the size of an axis") as found:
        gv.parse(source)
    assert found.value.place is not None
    assert found.value.place.column == column


@pytest.mark.parametrize("source", ["x ∈ ℝ^n; L = max_i x_i", r"x ∈ ℝ^n; L = \min_i x_i", "L = 0/0 x", "L = x/0"])
def test_what_has_no_meaning_is_refused(source: str) -> None:
    with pytest.raises(gv.GradvizError, match=r"is no function|nothing is divided by 0"):
        gv.parse(source)
