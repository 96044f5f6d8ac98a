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


RECTIFIED = "w, x, b ∈ ℝ; a = relu(w x + b); L = a²/2"
LARGEST = "x, y, z ∈ ℝ; f = max(x, max(y, z))"
SIZE = "z ∈ ℝ; f = |z|"
PRODUCT = "x, y ∈ ℝ; f = x² y/2"
HUBER = "w, x, y ∈ ℝ; d > 0; r = w x - y; L = r²/2 𝟙[|r| ≤ d] + d (|r| - d/2) 𝟙[|r| > d]"
SUM = "x ∈ ℝ^6; f = sum(relu(x))"
LONG = "x ∈ ℝ^30; y ∈ {0, 1}^30; L = sum(x ⊙ y)"
MARGIN = "w, x ∈ ℝ^n; y ∈ {-1, 1}; λ > 0; s = wᵀ x; L = max(0, 1 - y s) + λ/2 ‖w‖²"


@pytest.mark.parametrize(
    ("source", "by", "answer"),
    [
        (RECTIFIED, "w", "x max(a, -1)"),
        (RECTIFIED, "w", "x min(a, |a|)"),
        (RECTIFIED, "w", "a x 𝟙[a² > 0]"),
        (LARGEST, "x", "𝟙[x > y] 𝟙[x > z]"),
        (LARGEST, "x", "𝟙[x > y] 𝟙[x > z] 𝟙[2x > y + z]"),
        (SIZE, "z", "sign(z^3)"),
        (PRODUCT, "x", "x y + |x| |y| - |x y|"),
        (PRODUCT, "x", "x y + sign(x) sign(y) - sign(x y)"),
        (HUBER, "w", "x clip(r, -d, d)"),
        (HUBER, "w", "x min(max(r, -d), d)"),
        ("z ∈ ℝ; f = hard_sigmoid(z)", "z", "1/6 𝟙[|z| < 3]"),
        ("w, x ∈ ℝ; v = w x; L = clip(v, -1, 1)^2/2", "w", "v x 𝟙[|v| < 1]"),
    ],
)
def test_comparisons_that_follow_from_others_are_no_cases(source: str, by: str, answer: str) -> None:
    assert gv.parse(source).check(by, answer).status == "equal_proved"


@pytest.mark.parametrize(
    ("source", "by", "answer"),
    [
        (RECTIFIED, "w", "x relu6(a)"),
        (RECTIFIED, "w", "x min(a, 1000)"),
        (RECTIFIED, "w", "a x 𝟙[b > -5]"),
        (RECTIFIED, "w", "a x 𝟙[x > -1000]"),
        (RECTIFIED, "w", "a x 𝟙[b > -10 w² - 10]"),
        (LARGEST, "x", "𝟙[x > max(y, z)] 𝟙[x > -10]"),
        (LARGEST, "x", "𝟙[x > max(y, z)] 𝟙[x + y + z > -90]"),
        (LARGEST, "x", "𝟙[x > y] 𝟙[x > z] 𝟙[x > -1000]"),
        (SIZE, "z", "sign(sin(z/1000000))"),
        (PRODUCT, "x", "x y + |x| |y| - x y"),
        (HUBER, "w", "x clip(r, -1, 1)"),
        (SUM, "x", "𝟙[x > 0] + 𝟙[f = 0]"),
        (SUM, "x", "𝟙[x > 0] 𝟙[x[2] < 50]"),
        (LONG, "x", "y + max(0, sum(y) - 29.5)"),
        (MARGIN, "w", "-y x 𝟙[y s < 1] 𝟙[s > -20] + λ w"),
        (MARGIN, "w", "-y x 𝟙[y s < 1] 𝟙[λ < 20] + λ w"),
        ("z ∈ ℝ; f = softplus(z)", "z", "σ(min(z, 5000))"),
        ("u, v ∈ ℝ^3; L = sum(relu(u) ⊙ relu(v))", "u", "𝟙[u > 0] ⊙ relu(v) 𝟙[uᵀv > -1000]"),
    ],
)
@pytest.mark.parametrize("seed", [0, 5])
def test_what_is_wrong_in_a_corner_is_never_right(source: str, by: str, answer: str, seed: int) -> None:
    assert not gv.parse(source).check(by, answer, seed=seed).ok


def test_entries_that_are_equal_by_chance_decide_nothing() -> None:
    graph = gv.parse("x, y, z ∈ ℝ; f = max(x, y, z)")
    assert {graph.check("x", "𝟙[x > y] 𝟙[x > z]", seed=seed).ok for seed in range(12)} == {True}


@pytest.mark.parametrize("seed", [0, 5])
def test_what_was_asked_before_changes_nothing(seed: int) -> None:
    asked = gv.parse(RECTIFIED)
    for answer in (
        "hard_tanh(a)",
        "clip(a, 0, 3)",
        "a 𝟙[a < 6]",
        "(6 - relu(6 - a))",
        "a",
        "relu6(2a)/2",
        "max(a, -a)",
    ):
        fresh = gv.parse(RECTIFIED).check("w", f"x {answer}", seed=seed)
        assert asked.check("w", f"x {answer}", seed=seed).ok == fresh.ok == (answer in {"a", "max(a, -a)"})


@pytest.mark.parametrize("answer", ["𝟙[sum(y) > 7]", "relu(sum(y) - 5)", "𝟙[n > 7]", "𝟙[xᵀx/n > 7 + 𝟙[sum(y) > 9]]"])
def test_nothing_is_proved_of_sizes_that_nobody_looked_at(answer: str) -> None:
    assert not gv.parse(LABELS).check("w", f"xᵀ(p - y) + {answer}").ok
