"""Bars around square matrices, and inner products of matrices."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz as gv


@pytest.mark.parametrize("loss", ["ln|A|", "|A|", r"\ln |A|", "xᵀ A x + log|A + Aᵀ|", "sum(|A| x)", "x[1]/|A|"])
def test_bars_of_a_square_matrix_have_two_readings(loss: str) -> None:
    with pytest.raises(gv.GradvizError, match=r"det\(.*abs\("):
        gv.parse(f"A ∈ ℝ^{{n×n}}; x ∈ ℝ^n; L = {loss}")


@pytest.mark.parametrize(
    "loss", ["sum(|A|)", "sum(|A| ⊙ A)", "mean(|A|) + |x[1]|", "sum(abs(A) A)", "∑_i ∑_j |A_{ij}|"]
)
def test_bars_that_can_only_be_entries(loss: str) -> None:
    graph = gv.parse(f"A ∈ ℝ^{{n×n}}; x ∈ ℝ^n; L = {loss}")
    for text in (str(graph.gradient("A")), graph.gradient("A").ascii(), graph.gradient("A").latex()):
        assert graph.check("A", text).ok
    assert gv.parse(f"A ∈ ℝ^{{n×n}}; G = {graph.gradient('A')}" if graph.gradient("A").letters == () else "f = x")


def test_bars_in_answers_are_tried_both_ways() -> None:
    graph = gv.parse("A ∈ ℝ^{n×n}; L = det(A)")
    assert graph.check("A", "|A| A^{-T}").status == "equal_proved"
    assert graph.check("A", "abs(A) A^{-T}").status == "unequal_proved"
    both = gv.parse("A ∈ ℝ^{n×n}; L = ln det(A) + sum(|A|)")
    assert both.check("A", "A^{-T} + A ⊘ |A|").ok
    assert not both.check("A", "A^{-T} + |A|").ok


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        ("softmin(x)", r"softmax\(-x\)"),
        ("pinv(A)", r"inv\(Aᵀ A\) Aᵀ"),
        ("Φ(x[1])", "erf"),
        ("Γ(x[1])", "no function Γ"),
        ("mean_i(x)", r"write mean\(x\)"),
        ("MSE(x, x)", "mse"),
        ("softplus_inv(x)", "ln"),
    ],
)
def test_functions_that_have_no_word(call: str, hint: str) -> None:
    with pytest.raises(gv.GradvizError, match=hint):
        gv.parse(f"A ∈ ℝ^{{m×n}}; x ∈ ℝ^n; L = sum({call})")
    assert gv.parse("Φ ∈ ℝ; x ∈ ℝ; L = Φ(x)").gradient("x")  # a name is a factor


def test_fractions_of_one_character() -> None:
    graph = gv.parse("x, y ∈ ℝ^3; L = ½‖x - y‖²")
    assert str(graph.gradient("x")) == "x − y"
    assert graph.check("x", "½ 2 (x - y)").ok
    assert not graph.check("x", "½(x - y)").ok
    with pytest.raises(gv.GradvizError, match="two numbers"):
        gv.parse("L = 2½ x")


def test_inner_products_of_matrices() -> None:
    graph = gv.parse(r"A, B ∈ ℝ^{m×n}; L = \langle A, B \rangle²")
    a, b = np.arange(6.0).reshape(2, 3), np.array([[1.0, -1, 2], [0, 3, 1]])
    found = graph.explain(at={"A": a, "B": b})
    assert found.values["L"] == pytest.approx(np.sum(a * b) ** 2)
    assert found.gradients["A"] == pytest.approx(2 * np.sum(a * b) * b)
    assert graph.check("A", "2⟨A, B⟩ B").status == "equal_proved"
    assert graph.check("A", "2 tr(AᵀB) B").status == "equal_proved"
    assert graph.check("A", "2⟨A, A⟩ B").status == "unequal_proved"
    with pytest.raises(gv.GradvizError):
        gv.parse("A ∈ ℝ^{m×n}; B ∈ ℝ^{n×m}; L = ⟨A, B⟩")


def test_a_transpose_where_t_is_a_name() -> None:
    source = "z, q ∈ ℝ^k; T > 0; p = softmax(z/T); L = T² sum(q ⊙ ln(q ⊘ p))"
    graph = gv.parse(source)
    text = graph.gradient("T").ascii()
    assert "^T" not in text
    assert graph.check("T", text).ok
    assert gv.parse(source.rpartition(";")[0] + f"; G = {text}").gradient("q")
