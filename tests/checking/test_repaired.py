"""Slips in answers of any form: what has to be changed in the answer itself is told."""

from __future__ import annotations

import pytest

import gradviz as gv

RIDGE = "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; λ > 0; r = X w - y; L = ‖r‖²/(2n) + λ/2 ‖w‖²"
GAN = "a, b, x, t ∈ ℝ; p = σ(a x + b); q = σ(a t + b); L = -ln p - ln(1 - q)"
MIXTURE = """x ∈ ℝ; u, v, s > 0; m1, m2 ∈ ℝ
f = u exp(-(x-m1)²/(2s)); g = v exp(-(x-m2)²/(2s)); r = f/(f+g); L = -ln(f + g)"""
RAYLEIGH = "S ∈ ℝ^{d×d}; S symmetric; w ∈ ℝ^d; L = -(wᵀ S w)/(wᵀ w)"
LATENT = "m, s, ε, x ∈ ℝ^4; z = m + exp(s/2) ⊙ ε; K = -1/2 sum(1 + s - m² - exp(s)); L = ‖x - z‖²/2 + K"


@pytest.mark.parametrize(
    ("program", "target", "answer", "mistake", "told"),
    [
        (RIDGE, "w", "1/n Xᵀ r + λ ‖w‖ w", "extra-factor", "factor ‖w‖ too many"),
        (RIDGE, "w", "1/n (Xᵀ X w - Xᵀ y) + w", "missing-factor", "λ is missing"),
        (GAN, "b", "p q + (1-p)(1-q)", "term-sign", "the sign of (1 − p)(1 − q) is turned round"),
        (GAN, "b", "p q - (1-p)(1-p)", "wrong-variable", "p stands where q belongs"),
        (GAN, "b", "p q - (1-p)(1-q)²", "squared-factor", "the factor 1 − q stands there twice"),
        (GAN, "b", "p q - p (1-p)(1-q)", "extra-factor", "a factor p too many"),
        (GAN, "a", "-x/(1 + e^{a t + b}) + t/(1 + e^{-a t - b})", "wrong-variable", "stands where"),
        (MIXTURE, "m1", "-g (x-m1)/(s (f+g))", "wrong-variable", "g stands where f belongs"),
        (RAYLEIGH, "w", "-2/(wᵀ w) (w + L w)", "missing-factor", "the factor S is missing"),
        (LATENT, "s", "((z-x) ⊙ (z+m) + exp(s) - 1)/2", "term-sign", "the sign of m is turned round"),
        (LATENT, "s", "((z-x) ⊙ (z-s) + exp(s) - 1)/2", "wrong-variable", "s stands where m belongs"),
        (LATENT, "s", "((z-x) ⊙ z + exp(s) - 1)/2", "missing-term", "m is missing"),
    ],
)
def test_what_makes_an_answer_right_is_told(program, target, answer, mistake, told):
    for seed in range(2):
        verdict = gv.parse(program).check(target, answer, seed=seed)
        assert verdict.status == "unequal_proved"
        assert "problem" not in verdict.evidence
        assert mistake in [m.mistake for m in verdict.diagnosis], verdict
        assert any(told in m.message for m in verdict.diagnosis), verdict


def test_nothing_is_told_of_what_no_slip_explains():
    assert not gv.parse(GAN).check("b", "p² q³ + e^a - 7").diagnosis


@pytest.mark.parametrize("answer", ["p 𝟙[q > 0]", "p 𝟙[q > a] - q", "∂L/∂p q", "p^q - |q - a|", "∑_{i=1}^{3} p^i - q"])
def test_no_fault_is_met_in_answers_of_any_kind(answer):
    assert "problem" not in gv.parse(GAN).check("b", answer).evidence


def test_hints_do_not_give_the_answer_away():
    verdict = gv.parse(GAN).check("b", "p q + (1-p)(1-q)", feedback="hint")
    assert [m.message for m in verdict.diagnosis] == ["one of the terms has the wrong sign"]
