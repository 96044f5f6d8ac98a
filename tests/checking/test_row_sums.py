"""Sums of rows in answers; what is wrong in them stays wrong."""

from __future__ import annotations

import pytest

import gradviz as gv

SQUARES = "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; L = 1/n ‖X w - y‖²"
COLUMNS = "X ∈ ℝ^{d×n}; w ∈ ℝ^d; y ∈ ℝ^n; L = ‖Xᵀ w - y‖²"
SQUARE = "X ∈ ℝ^{n×n}; w ∈ ℝ^n; L = ‖X w‖²"
LABELS = "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ {0, 1}^n; p = σ(X w); L = -1/n sum(y ⊙ ln p + (1 - y) ⊙ ln(1 - p))"
HINGE = "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ {-1, 1}^n; λ ∈ ℝ; s = X w; L = 1/n sum(max(0, 1 - y ⊙ s)) + λ‖w‖²"
CLASSES = "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; Y ∈ onehot(n×k); Z = X W; P = softmax(Z); L = -1/n sum(Y ⊙ ln P)"
MEANS = "μ ∈ ℝ^d; X ∈ ℝ^{N×d}; L = 1/2 ∑_n ‖X_n - μ‖²"

RIGHT = [
    (SQUARES, "w", "2/n ∑_i (wᵀx_i - y_i) x_i"),
    (SQUARES, "w", r"\frac{2}{n}\sum_{i=1}^n (w^\top x_i - y_i) x_i"),
    (SQUARES, "w", "2/n ∑_i x_i (x_i^T w - y_i)"),
    (SQUARES, "w", "2/n ∑_i (x_i x_iᵀ w - y_i x_i)"),
    (SQUARES, "w", "2/n (∑_i x_i x_iᵀ) w - 2/n Xᵀ y"),
    (SQUARES, "w", "2/n ∑_i (X_i w - y_i) X_i"),
    (SQUARES, "w", r"2/n ∑_i (X_{i,:} w - y_i) X_{i,:}^\top"),
    (COLUMNS, "w", "2 ∑_i (x_iᵀ w - y_i) x_i"),
    (COLUMNS, "w", "2 ∑_i (X_{:,i}ᵀ w - y_i) X_{:,i}"),
    (SQUARE, "w", "2 ∑_i (X_iᵀ w) X_i"),
    (LABELS, "w", r"-\frac1n\sum_i (y_i - \sigma(w^\top x_i)) x_i"),
    (LABELS, "w", r"1/n ∑_i (p_i - y_i) X_{i,:}^\top"),
    (HINGE, "w", r"-1/n ∑_i \mathbb{1}_{y_i s_i < 1} y_i X_{i,:}^\top + 2 λ w"),
    (HINGE, "w", r"-1/n ∑_i \mathbb{1}_{\{y_i w^T x_i < 1\}} y_i x_i + 2 λ w"),
    (CLASSES, "W", "1/n ∑_i x_i (p_i - y_i)^T"),
    (CLASSES, "W", "1/n ∑_i X_{i,:}^T (P_{i,:} - Y_{i,:})"),
    (MEANS, "μ", "∑_n (μ - x_n)"),
    (MEANS, "μ", "N μ - ∑_n x_n"),
]


@pytest.mark.parametrize(("program", "target", "answer"), RIGHT)
def test_right(program: str, target: str, answer: str) -> None:
    verdict = gv.parse(program).check(target, answer)
    assert verdict.status == "equal_proved", (answer, verdict.message)


WRONG = [
    (SQUARES, "w", "1/n ∑_i (wᵀx_i - y_i) x_i", "constant-factor"),
    (SQUARES, "w", "2/n ∑_i (wᵀx_i - y_i) x_iᵀ", "transposed"),
    (SQUARES, "w", "2/n ∑_i (wᵀx_i + y_i) x_i", "term-sign"),
    (SQUARES, "w", "2/n ∑_i x_iᵀ x_i w - 2/n Xᵀ y", None),
    (SQUARES, "w", "2/n ∑_i (wᵀx_i - y_i)", None),
    (COLUMNS, "w", "2 ∑_i (y_i - x_iᵀ w) x_i", "sign"),
    (SQUARE, "w", "2 ∑_j (X_{:,j}^T X w) X_j", None),
    (HINGE, "w", "-1/n ∑_i 𝟙[y_i s_i > 1] y_i x_i + 2 λ w", None),
    (HINGE, "w", "-1/n ∑_i y_i x_i + 2 λ w", "missing-factor"),
    (CLASSES, "W", "1/n ∑_i (p_i - y_i) x_i^T", "transposed"),
    (CLASSES, "W", "1/n ∑_i x_i (y_i - p_i)^T", "sign"),
    (MEANS, "μ", "∑_n (x_n - μ)", "sign"),
]


@pytest.mark.parametrize(("program", "target", "answer", "mistake"), WRONG)
def test_wrong(program: str, target: str, answer: str, mistake: str | None) -> None:
    verdict = gv.parse(program).check(target, answer)
    assert verdict.status == "unequal_proved", (answer, verdict.message)
    assert mistake is None or mistake in [m.mistake for m in verdict.diagnosis]


UNCLEAR = [
    (SQUARE, "w", "2 ∑_i (x_iᵀ w) x_i", "'x' is not a name"),
    (SQUARES, "w", "2/n ∑_i (wᵀx_i - y_i) x_j", "does not fit here"),
    (SQUARES, "w", "2/n ∑_i (wᵀx_i - y_i) x", "'x' is not a name"),
    (SQUARES, "w", "x_i", "not a name"),
]


@pytest.mark.parametrize(("program", "target", "answer", "said"), UNCLEAR)
def test_unclear(program: str, target: str, answer: str, said: str) -> None:
    verdict = gv.parse(program).check(target, answer)
    assert verdict.status == "invalid"
    assert said in verdict.message


def test_a_name_of_the_program_is_itself() -> None:
    graph = gv.parse("X ∈ ℝ^{n×d}; x ∈ ℝ^n; w ∈ ℝ^d; L = xᵀ X w")
    assert graph.check("w", "∑_i x_i X_i").ok
    assert not graph.check("w", "∑_i x_i").ok


def test_the_echo_says_what_is_read() -> None:
    verdict = gv.parse(SQUARES).check("w", "2/n ∑_i (wᵀx_i - y_i) x_i")
    assert "X[i, :]" in str(verdict.message)
