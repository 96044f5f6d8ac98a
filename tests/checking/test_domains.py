"""Answers that are right or wrong by what is declared of inputs, or by sizes that no point shows."""

from __future__ import annotations

import pytest

import gradviz as gv

ROTATED = "Q ∈ ℝ^{n×n}; Q orthogonal; x, b ∈ ℝ^n; L = ‖Q x - b‖²"
TWICE = "P, Q ∈ ℝ^{n×n}; P orthogonal; Q orthogonal; x, b ∈ ℝ^n; L = ‖P Q x - b‖²"
LABELS = (
    "x ∈ ℝ^n; y ∈ {0, 1}^n; w ∈ ℝ; p = σ(w x); L = -∑_i (y_i ln p_i + (1 - y_i) ln(1 - p_i))"  # many labels, one weight
)
SHARE = "0 < p < 1; w ∈ ℝ; L = (w - p)^2"
RATE = "λ > 0; w ∈ ℝ; L = λ w^2"


@pytest.mark.parametrize(
    ("source", "by", "answer"),
    [
        (ROTATED, "x", "2(x - Qᵀ b)"),
        (ROTATED, "x", "2 det(Q)² (x - Q⁻¹ b)"),
        (TWICE, "x", "2 (x - (P Q)ᵀ b)"),
        (TWICE, "x", "2 det(P)² (x - Qᵀ P⁻¹ b)"),
        (LABELS, "w", "xᵀ(p - |y|)"),
        (LABELS, "w", "xᵀ(p - min(y, 1))"),
        (LABELS, "w", "xᵀ(p - y) + relu(-sum(y))"),
        (SHARE, "w", "2(w - clip(p, 0, 1))"),
        (SHARE, "w", "2(w - min(p, 1))"),
        (SHARE, "w", "2(w - p) 1[p >= 0]"),
        (SHARE, "w", "2(w - p) 1[p != 7]"),
    ],
)
def test_right_by_what_is_declared(source: str, by: str, answer: str) -> None:
    assert gv.parse(source).check(by, answer).status == "equal_proved"


@pytest.mark.parametrize(
    ("source", "by", "answer"),
    [
        (ROTATED, "x", "2 det(Q) (x - Q⁻¹ b)"),
        (ROTATED, "x", "2(x - Qᵀ b) + (det(Q) - 1) b"),
        (TWICE, "x", "2 det(P Q) (x - (P Q)ᵀ b)"),
        (TWICE, "x", "2(x - (P Q)ᵀ b) + (det(P) - det(Q)) b"),
        (LABELS, "w", "xᵀ(p - y) + 𝟙[sum(y) > 2]"),
        (SHARE, "w", "2(w - min(p, 0.99))"),
        (SHARE, "w", "2(w - p) + relu(p - 0.99999)"),
        (SHARE, "w", "2(w - p) + relu(0.0001 - p)"),
        (RATE, "w", "2 λ w + relu(0.000001 - λ)"),
    ],
)
@pytest.mark.parametrize("seed", [0, 1])
def test_wrong_in_a_part_of_the_domain(source: str, by: str, answer: str, seed: int) -> None:
    assert gv.parse(source).check(by, answer, seed=seed).status == "unequal_proved"


@pytest.mark.parametrize("answer", ["𝟙[sum(y) > 7]", "relu(sum(y) - 5)", "𝟙[n > 7]", "𝟙[xᵀx/n > 7 + 𝟙[sum(y) > 9]]"])
def test_nothing_is_proved_of_sizes_that_nobody_looked_at(answer: str) -> None:
    assert not gv.parse(LABELS).check("w", f"xᵀ(p - y) + {answer}").ok
