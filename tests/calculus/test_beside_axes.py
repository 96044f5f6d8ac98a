"""Arrays laid end to end: nothing is read beside its axis, in gradients and Jacobians."""

import numpy as np
import pytest

import gradviz as gv

_LAID = "y ∈ ℝ^3; u ∈ ℝ^4; v = concat({}(y), u)^2; L = sum(v)"
_SIZED = "y ∈ ℝ^k; u ∈ ℝ^m; v = concat(tanh(y), u)^2; c ∈ ℝ^{k+m}; L = cᵀ v"


@pytest.mark.parametrize(
    ("program", "name", "form"),
    [
        (_LAID.format("tanh"), "y", "2 tanh(y) ⊙ (1 − tanh(y)²)"),
        (_LAID.format("tanh"), "u", "2u"),
        (_LAID.format("exp"), "y", "2e^(2y)"),
        (_LAID.format("exp"), "u", "2u"),
        (_SIZED, "y", "2c[1:k] ⊙ tanh(y) ⊙ (1 − tanh(y)²)"),
        (_SIZED, "u", "2c[k + 1:] ⊙ u"),
        ("y ∈ ℝ^3; u ∈ ℝ^4; c ∈ ℝ^7; L = cᵀ tanh(concat(y, u))", "y", "c[1:3] ⊙ (1 − tanh(y)²)"),
    ],
)
def test_each_part_has_its_own_gradient(program, name, form):
    graph = gv.parse(program)
    assert str(graph.gradient(name)) == form
    assert graph.check(name, form).ok


@pytest.mark.parametrize(
    ("program", "name", "form"),
    [
        (_LAID.format("tanh"), "y", "2δⱼᵢ tanh(yⱼ)(1 − tanh(yⱼ)²)"),
        (_LAID.format("tanh"), "u", "2δ[j, i − 3] uⱼ"),
        (_LAID.format("exp"), "y", "2δⱼᵢ e^(2yⱼ)"),
        (_SIZED, "u", "2δ[j, i − k] uⱼ"),
    ],
)
def test_a_jacobian_reads_each_part_at_its_own_index(program, name, form):
    assert str(gv.parse(program).jacobian("v", name, form="index")) == form


def test_the_numbers_are_those_of_differences():
    graph = gv.parse(_LAID.format("exp"))
    at = {"y": [0.3, -0.7, 1.1], "u": [0.5, -1.5, 2.0, 0.1]}
    gradient = graph.explain(at=at).gradients["y"]
    assert np.allclose(gradient, 2 * np.exp(at["y"]) ** 2)
