"""Largest entries of what is 0 in whole regions: a tie there is no kink, and those regions are looked at."""

from __future__ import annotations

import pytest

import gradviz as gv

PROGRAMS = {
    "max": "x ∈ ℝ^3; b ∈ ℝ; m = max(relu(x + b)); L = m",
    "rows": "X ∈ ℝ^{4×3}; b ∈ ℝ; y ∈ ℝ^4; m = rowmax(relu(X + b)); L = yᵀ m",
    "pool": "x ∈ ℝ^6; b ∈ ℝ; w ∈ ℝ^3; P = max_pool1d(relu(x + b), 2); L = wᵀ P",
    "net": """x ∈ ℝ^{6×6}; K ∈ ℝ^{3×3}; b, y ∈ ℝ; w ∈ ℝ^{2×2}
Z = conv2d(x, K) + b; A = relu(Z); P = max_pool2d(A, 2); s = sum(w ⊙ P); L = (s - y)²/2""",
}


@pytest.mark.parametrize(
    ("program", "answer"),
    [("max", "1"), ("rows", "sum(y)"), ("pool", "sum(w)"), ("net", "(s - y) sum(w)"), ("net", "sum(∂L/∂A)")],
)
def test_a_region_where_all_entries_are_zero_counts(program, answer):
    for seed in range(3):
        assert gv.parse(PROGRAMS[program]).check("b", answer, seed=seed).status == "unequal_proved"


@pytest.mark.parametrize(
    ("program", "answer"),
    [
        ("max", "𝟙[m > 0]"),
        ("max", "𝟙[max(x) > -b]"),
        ("rows", "yᵀ 𝟙[rowmax(X) + b > 0]"),
        ("pool", "sum(∂L/∂P ⊙ 𝟙[max_pool1d(x + b, 2) > 0])"),
    ],
)
def test_what_says_so_is_right(program, answer):
    assert gv.parse(PROGRAMS[program]).check("b", answer, seed=1).ok
