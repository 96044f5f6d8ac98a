"""Forms that a question asks for: what is idle does not hide a sum, and letters of indices are no names."""

from __future__ import annotations

import pytest

import gradviz as gv
from gradviz.grading.homework import Question
from gradviz.grading.judge import judge

NET = """x ∈ ℝ^3; W1 ∈ ℝ^{3×4}; W2 ∈ ℝ^4; y ∈ {0, 1}
z1 = W1ᵀ x; h1 = σ(z1); z2 = W2ᵀ h1; ŷ = σ(z2)
L = -y ln ŷ - (1 - y) ln(1 - ŷ)"""
GRAPH = gv.parse(NET)


@pytest.mark.parametrize(
    ("answer", "factored", "simplified"),
    [
        ("(ŷ - y) h1", True, True),
        ("-(y - ŷ) h1", True, True),
        ("(ŷ - y) ⊙ h1", True, True),
        ("ŷ h1 - y h1", False, True),
        ("1·(ŷ h1 - y h1)", False, False),
        ("(ŷ h1 - y h1)^1", False, False),
        ("(ŷ h1 - y h1)/1", False, False),
        ("I (ŷ h1 - y h1)", False, False),
        ("2(ŷ/2 h1 - y/2 h1)", False, False),
        ("(ŷ h1 - y h1) ŷ/ŷ", False, False),
        ("(ŷ h1 - y h1) ⊙ 𝟏", False, False),
        ("(ŷ - y) h1 + 0", False, False),
        ("1 (ŷ - y) h1", True, False),
        ("(ŷ - y) h1/1", True, False),
        ("(ŷ - y)^1 h1", True, False),
    ],
)
def test_forms(answer: str, factored: bool, simplified: bool) -> None:
    found = GRAPH.check("W2", answer, form="factored")
    assert (found.ok, found.form) == (True, factored)
    assert GRAPH.check("W2", answer, form="simplified").form is simplified


def test_letters_of_indices_are_no_names() -> None:
    names = ["ŷ", "y", "h1"]
    for answer in ("(ŷ - y) h1_i", "dL/dW2_i = (ŷ - y) h1_i", "(ŷ - y) ∑_j δ_ij h1_j"):
        found = GRAPH.check("W2", answer, in_terms_of=names)
        assert (found.ok, found.form) == (True, True), found.message
    assert GRAPH.check("W2", "(σ(z2) - y) h1_i", in_terms_of=names).form is False


@pytest.mark.parametrize(
    ("answer", "score"), [("x ((ŷ-y) W2 ⊙ h1 ⊙ (1-h1))ᵀ", 2.0), ("x ((ŷ-y) W2 ⊙ σ'(z1))ᵀ", 1.0), ("x δ1ᵀ", 1.0)]
)
def test_a_primed_function_is_a_local_derivative(answer: str, score: float) -> None:
    assert judge(Question("a", "W1", NET, points=2.0, names=("forward",)), answer)["score"] == score
    assert judge(Question("a", "W1", NET, points=2.0), answer)["score"] == 2.0


def test_delta_with_one_index_is_told() -> None:
    message = GRAPH.check("W1", "x_i δ_j").message
    assert "'δ' with one index" in message
    assert "4×4" not in message
    assert GRAPH.check("W1", "x_i δ1_j").ok
