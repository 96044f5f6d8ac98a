"""A second name for a stage (``ŷ = a``): what is said in both is said in one."""

from __future__ import annotations

import pytest

import gradviz as gv

FORMS = [
    ("z, y ∈ ℝ^k; p = softmax(z); q = p; r = q; L = -yᵀ ln r", "z", "(𝟏ᵀ y) r − y"),
    ("z ∈ ℝ^k; y ∈ onehot(k); a = softmax(z); ŷ = a; L = -yᵀ ln ŷ", "z", "ŷ − y"),
    ("x, w ∈ ℝ^3; b ∈ ℝ; y ∈ {0,1}; z = wᵀx + b; a = σ(z); ŷ = a; L = -(y ln ŷ + (1-y) ln(1-ŷ))", "w", "(ŷ − y) x"),
    ("z ∈ ℝ^n; a = tanh(z); b = a; L = ‖b‖²", "z", "2b ⊙ (1 − a²)"),
]


@pytest.mark.parametrize(("program", "name", "form"), FORMS)
def test_two_names_of_one_stage_cancel(program, name, form):
    graph = gv.parse(program)
    assert str(graph.gradient(name)) == form
    assert graph.check(name, form).status == "equal_proved"
    for style in ("delta", "chain", "index"):
        assert not any("left out" in str(n) for n in graph.derivation(name, style=style, strict=True).notes)


def test_the_step_says_which_names_are_one():
    steps = gv.parse(FORMS[0][0]).derivation("z").steps
    assert str(steps[-1].reason) == "r = q, q = p"
