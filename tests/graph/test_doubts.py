"""New names that look like something else are told, and the identity behind a name is no new name."""

from __future__ import annotations

import pytest

import gradviz as gv
from gradviz.messages import AmbiguousError, NamingError


@pytest.mark.parametrize(
    ("program", "kind"),
    [
        ("x ∈ ℝ^3; A ∈ ℝ^{3×3}; L = xᵀ(A + λI)x", "one-name"),
        ("A ∈ ℝ^{2×3}; L = sum(vec(A))", "part-meant"),
        ("W ∈ ℝ^{3×4}; L = W_{1,2}^2", "part-meant"),
        ("x ∈ ℝ^n; L = ∑_{i=1}^{n} x_i x_n", "entry-name"),
    ],
)
def test_a_new_name_that_looks_like_something_else_is_told(program: str, kind: str) -> None:
    assert kind in [r.kind for r in gv.parse(program).remarks]


def test_other_new_names_are_not() -> None:
    assert not gv.parse("L = (ŷ - y)^2 + h_t").remarks


def test_the_identity_behind_a_name() -> None:
    graph = gv.parse("x ∈ ℝ^3; A ∈ ℝ^{3×3}; λ ∈ ℝ; L = xᵀ(A + λI)x")
    assert set(graph.dag.leaves) == {"x", "A", "λ"}
    assert graph.check("λ", "xᵀ x").ok
    assert graph.check("x", "(A + Aᵀ + 2λI) x").ok
    assert graph.check("x", "(A + Aᵀ) x + 2λIx").ok
    assert not graph.check("x", "(A + Aᵀ + λI) x").ok
    assert gv.parse("A, I ∈ ℝ; L = AI").dag.leaves == ("A", "I")


@pytest.mark.parametrize("call", ["lgamma(x)", "hardfrob(x + 1)", "log_det(x)", "beta(x, x)", "MSE(x, x)"])
def test_a_word_that_touches_a_parenthesis_is_no_product(call):
    with pytest.raises(NamingError, match="there is no function"):
        gv.parse(f"x ∈ ℝ; L = {call}")


@pytest.mark.parametrize("product", ["rate (x + 1)", "a_out(x + 1)", "eta(x + 1)", "ab(x + 1)"])
def test_names_and_letters_before_a_parenthesis_are_products(product):
    graph = gv.parse(f"x, a, b ∈ ℝ; L = {product}")
    assert graph.check("x", product.rpartition("(")[0].replace("ab", "a b")).ok


@pytest.mark.parametrize("norm", ["‖A‖_2", "‖A‖_2²", "‖2A + Aᵀ‖₂", r"\|A\|_{2}^2"])
def test_the_2_norm_of_a_matrix_has_two_readings(norm):
    with pytest.raises(AmbiguousError, match="‖_F"):
        gv.parse(f"A ∈ ℝ^{{n×n}}; L = {norm}")


def test_the_2_norm_of_a_vector_is_its_length():
    graph = gv.parse("x ∈ ℝ^n; A ∈ ℝ^{n×n}; L = ‖A x‖_2 + ‖x‖_2² + ‖A‖_F")
    assert str(graph.gradient("x")) == str(gv.parse("x ∈ ℝ^n; A ∈ ℝ^{n×n}; L = ‖A x‖ + ‖x‖² + ‖A‖").gradient("x"))


def test_a_denominator_in_brackets_ends_before_a_space_and_a_sum():
    graph = gv.parse("x ∈ ℝ^n; m ∈ ℝ; s > 0; L = -n/2 ln(2π s²) - 1/(2s²) ∑_i (x_i - m)²")
    assert graph.check("m", "(1/s²) (sum(x) - n m)").ok
    assert graph.check("s", "-n/s + ‖x - m‖²/s³").ok
    with pytest.raises(AmbiguousError):
        gv.parse("x ∈ ℝ^n; m ∈ ℝ; s > 0; L = 1/(2s²)∑_i (x_i - m)²")
