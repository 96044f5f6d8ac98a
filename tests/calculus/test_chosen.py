"""A one-hot vector that chooses the entry which is divided by: ``y[i]/(Σ_j y[j] p[j])``."""

from __future__ import annotations

import pytest

import gradviz as gv

FORMS = [
    ("z ∈ ℝ^k; y ∈ onehot(k); p = softmax(z); L = -ln(yᵀ p)", "z", "p − y"),
    ("θ ∈ ℝ^d; φ ∈ ℝ^{k×d}; a ∈ onehot(k); A ∈ ℝ; π = softmax(φ θ); L = -A ln(aᵀ π)", "θ", "A φᵀ(π − a)"),
    ("Z ∈ ℝ^{n×k}; Y ∈ onehot(n×k); P = softmax(Z); L = -sum(ln(rowsum(Y ⊙ P)))/n", "Z", "(1/n)(P − Y)"),
]


@pytest.mark.parametrize(("program", "name", "form"), FORMS)
def test_the_entry_that_is_chosen_cancels(program, name, form):
    graph = gv.parse(program)
    assert str(graph.gradient(name)) == form
    assert graph.check(name, form).status == "equal_proved"
    last = graph.derivation(name, strict=True).steps[-1]
    assert "1 and the others are 0" in str(last.reason) or "add up to 1" in str(last.reason)


def test_nothing_new_is_divided_by():
    # At v = 0 beside y = 0 the quotient y ⊘ v would have no value.
    graph = gv.parse("v ∈ ℝ^k; y ∈ onehot(k); L = -ln(yᵀ v)")
    assert str(graph.gradient("v")) == "−(1/(yᵀ v)) y"
