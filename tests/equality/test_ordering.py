"""Comparisons that come out alike: of increasing functions, and of what is divided or multiplied by something positive."""

from __future__ import annotations

import pytest

import gradviz as gv

HUBER = "w, x, y ∈ ℝ; d > 0; r = w x - y; L = r²/2 𝟙[|r| ≤ d] + d (|r| - d/2) 𝟙[|r| > d]"


@pytest.mark.parametrize(
    "answer",
    [
        *("sign(tanh z)", "sign(e^z - 1)", "sign(σ(z) - 1/2)", "sign(arctan z)", "sign(erf z)", "sign(sinh z)"),
        *("sign(z e^z)", "sign(-z/(1 + z²)) (-1)", "2 𝟙[e^z > 1] - 1", "1 - 2 𝟙[e^{-z} > 1]", "sign(2z - 3 + 3)"),
        *("𝟙[e^z > e^{-z}] - 𝟙[e^z < e^{-z}]", "sign(4 tanh(z)³)"),
    ],
)
def test_signs_of_increasing_functions(answer):
    assert gv.parse("z ∈ ℝ; f = |z|").check("z", answer, seed=1).status == "equal_proved"


@pytest.mark.parametrize(
    "answer",
    [
        *("sign(e^z - 2)", "sign(σ(z) - 1/3)", "sign(arctan(z) - 1)", "sign(e^{-z} - 1)", "sign(tanh(z) - 10^(-9))"),
        *("sign(1 - e^z)", "sign(z/(1 - z²))", "sign(z (z - 20))", "sign(e^z - e^{-2z} + 1)"),
    ],
)
def test_signs_of_others(answer):
    assert gv.parse("z ∈ ℝ; f = |z|").check("z", answer, seed=1).status == "unequal_proved"


@pytest.mark.parametrize("answer", ["x d hard_tanh(r/d)", "x d clip(r/d, -1, 1)", "x clip(r, -d, d)"])
def test_thresholds_that_are_divided_by(answer):
    assert all(gv.parse(HUBER).check("w", answer, seed=seed).status == "equal_proved" for seed in range(2))


@pytest.mark.parametrize(
    "answer", ["x d hard_tanh(r)", "x d clip(r/d, -1, 2)", "x hard_tanh(r/d)", "x d hard_tanh(d r)"]
)
def test_other_thresholds(answer):
    assert gv.parse(HUBER).check("w", answer, seed=1).status == "unequal_proved"
