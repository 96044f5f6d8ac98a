"""What stands beside a line is what was done in it."""

from __future__ import annotations

import pytest

import gradviz as gv

SAID = [
    ("L = x^x", "x", "delta", -2, "a common factor drawn out"),
    ("x ∈ ℝ^6; k ∈ ℝ^3; y = conv1d(x, k); L = ‖y‖²", "x", "index", -1, "the sum taken over another index"),
    ("x ∈ ℝ^3; y = [x[1] x[2], x[3]²]; L = y[1] y[2]", "x", "delta", -1, "the entries of the list read"),
    ("x, y ∈ ℝ^n; L = xᵀ y/(‖x‖ ‖y‖)", "x", "index", -3, "multiplied out"),
    ("a, b ∈ ℝ; c = a b; d = c + a; e1 = c d; L = e1²", "a", "chain", -1, "a common factor drawn out"),
    (
        "X ∈ ℝ^{n×d}; b ∈ ℝ^d; S = X; L = ‖S‖²/2 + sum(S b)",
        "S",
        "delta",
        -1,
        "a vector beside a matrix is added to each of its rows",
    ),
    ("X, G ∈ ℝ^{n×d}; S = X; L = -sum(G ⊙ log_softmax(S))", "X", "delta", -1, "signs multiplied"),
    ("x ∈ ℝ^n; s = ∑_i x_i; p_i = x_i/s; c ∈ ℝ^n; L = cᵀ p²", "x", "delta", -1, "pᵢ = xᵢ/s, s = Σᵢ xᵢ"),
]


@pytest.mark.parametrize(("program", "name", "style", "line", "reason"), SAID)
def test_reasons_say_what_a_line_does(program, name, style, line, reason):
    assert str(gv.parse(program).derivation(name, style=style).steps[line].reason) == reason


def test_a_stage_is_named_where_the_line_puts_it():
    program = "x, c ∈ ℝ^n; m = mean(x); v = 1/n ∑_i (x_i - m)²; y_i = (x_i - m)/sqrt(v + ε); L = ∑_i c_i y_i"
    steps = gv.parse(program).derivation("v").steps
    assert any(str(s.reason) == "yᵢ = (xᵢ − m)/√(v + ε)" for s in steps)
    assert not any(str(s.reason).startswith("m = mean") for s in steps)


def test_what_is_not_in_a_line_is_no_reason():
    program = "y ∈ {0, 1}; γ > 0; p = σ(z); L = -y (1 - p)^γ ln p - (1 - y) p^γ ln(1 - p)"
    for step in gv.parse(program).derivation("p").steps:
        assert "σ(z)" not in str(step.reason)


def test_reasons_speak_as_the_line_does():
    steps = gv.parse("x ∈ ℝ^n; μ = mean(x); v = var(x); L = μ²/v").derivation("x").steps
    assert [str(s.reason) for s in steps if str(s).endswith("(−μ²/v²) · ∂v/∂x")] == ["∂L/∂v = −μ²/v²; quotient rule"]


def test_deltas_of_numbers_are_not_written_as_0_and_1():
    derivation = gv.parse("x ∈ ℝ^3; y = [x[1] x[2], x[3]²]; L = y[1] y[2]").derivation("x", style="index")
    assert not any("0y" in str(s) or "1y" in str(s) for s in derivation.steps)
