"""Verdicts that were once a matter of luck, over many seeds."""

import pytest

import gradviz as gv
from tests.checking.problems import BCE, PROBLEMS

SEEDS = range(6)
CHAIN = " ".join(f"relu(w[{i}] - w[{i + 1}])" for i in range(1, 5))
NEGATIVE = " ".join(f"relu(-w[{i}])" for i in range(1, 9))


@pytest.mark.parametrize(
    ("program", "target", "answer"),
    [
        (BCE, "z2", "(ŷ - y) ln(z2)/ln(z2)"),
        (BCE, "z2", "(ŷ - y) ln(z2 + 50)/ln(z2 + 50)"),
        ("y1, y2 ∈ {0, 1}; L = w y1 y2", "w", "y1 y2 (y1 - y2)/(y1 - y2)"),
        ("y ∈ {0, 1}^4; w ∈ ℝ^4; L = wᵀ y", "w", "y + 0/(y[1] - y[2] - y[3] + 1)"),
        ("L = w^2", "w", "2w + tanh(10^6 w) - sign(w)"),
        ("L = w^2", "w", "2w + tanh(10^20 (w - 1/3)) - sign(w - 1/3)"),
        ("L = w^2", "w", "2w + erf(10^6 w)^2 - 1"),
        ("w ∈ ℝ^8; L = wᵀ w", "w", f"2w + {NEGATIVE}"),
    ],
)
def test_what_is_wrong_at_few_points_is_wrong_whatever_is_drawn(program, target, answer):
    found = {gv.parse(program).check(target, answer, seed=seed).status for seed in SEEDS}
    assert found == {"unequal_proved"}


@pytest.mark.parametrize(
    ("program", "target", "answer"),
    [
        ("w ∈ ℝ^5; L = wᵀ w", "w", f"2w + {CHAIN}"),
        ("y ∈ {0, 1}^10; w ∈ ℝ^10; L = wᵀ y", "w", "y + prod(1 - y)"),
        ("L = w^2", "w", "2w + sin(w) 10^(-29) * 10^(-29) * " + " * ".join(["10^(-29)"] * 10)),
        ("L = w^2", "w", "2w + erf(10^6 (w^2 + 1))^2 - 1"),
    ],
)
def test_what_hides_is_never_called_right(program, target, answer):
    found = {gv.parse(program).check(target, answer, seed=seed).status for seed in SEEDS[:3]}
    assert found <= {"unequal_proved", "undecided"}


@pytest.mark.parametrize(
    ("program", "target", "answer"),
    [
        (BCE, "z2", "sqrt(ŷ)^2 - y"),
        (BCE, "z2", "(ŷ - y) sqrt(1 - tanh(z2)^2)/sqrt(1 - tanh(z2)^2)"),
        (BCE, "W2", "(ŷ - y) h1 ⊙ ln(1 - h1) ⊘ ln(1 - h1)"),
        ("y ∈ {0, 1}^10; w ∈ ℝ^10; L = wᵀ y", "w", "y^2"),
        ("x ∈ ℝ^4; W ∈ ℝ^{4×9}; v ∈ ℝ^9; h = relu(Wᵀ x); L = vᵀ h", "W", "x (v ⊙ 𝟙[h > 0])ᵀ"),
        ("x ∈ ℝ^n; m = max(x); L = m^2", "x", "2 m 𝟙[x ≥ max(x)]"),
        ("L = sin(a + b)", "a", "cos a cos b - sin a sin b"),
        ("L = cos(3z)", "z", "-3(3 sin z - 4 sin(z)^3)"),
        ("L = softplus(z)", "z", "σ(z) + softplus(z) - softplus(-z) - z"),
        ("L = ln(e^a + e^b)", "a", "ln(e^a + e^b) - a - ln(1 + e^(b - a)) + σ(a - b)"),
        ("L = tanh(a + b)", "a", "1 - ((tanh a + tanh b)/(1 + tanh a tanh b))^2"),
        (
            "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; Y ∈ onehot(n×k); P = softmax(X W); L = -sum(Y ⊙ ln P)/n",
            "W",
            "Xᵀ (P - Y)/n",
        ),
    ],
)
def test_what_is_right_is_proved_whatever_is_drawn(program, target, answer):
    found = {gv.parse(program).check(target, answer, seed=seed).status for seed in SEEDS[:3]}
    assert found == {"equal_proved"}


def test_definitions_that_are_told_are_needed():
    found = {str(gv.parse(BCE).check("z2", "sqrt(ŷ)^2 - y", seed=seed)) for seed in SEEDS}
    assert found == {"right"}


def test_a_mistake_is_found_where_entries_cancel():
    program = next(program for name, program, _, _ in PROBLEMS if name == "relu net")
    found = gv.parse(program).check("x", "(ŷ - y) Wᵀ v", seed=7)
    assert [m.mistake for m in found.diagnosis] == ["missing-factor"]
