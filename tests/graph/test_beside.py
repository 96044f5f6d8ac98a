"""Numbers for each row beside a matrix: laid along the columns, said so, and asked about where the matrix is square."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz as gv
from gradviz.messages import AmbiguousError, ShapeError


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("X/rowsum(X)", lambda X: X / X.sum(1, keepdims=True)),
        ("rowsum(X)/X", lambda X: X.sum(1, keepdims=True) / X),
        ("X - X 𝟏/4", lambda X: X - X.sum(1, keepdims=True) / 4),
        ("X - rowmean(X) + colmean(X)", lambda X: X - X.mean(1, keepdims=True) + X.mean(0)),
        ("X ⊙ sqrt(1 + rowvar(X))", lambda X: X * np.sqrt(1 + X.var(1, keepdims=True))),
        ("max(X, rowmean(X))", lambda X: np.maximum(X, X.mean(1, keepdims=True))),
        ("X/colsum(X)", lambda X: X / X.sum(0)),
    ],
)
def test_values(expression, value):
    X = np.random.default_rng(0).uniform(0.3, 0.9, (3, 4))
    graph = gv.parse(f"X ∈ ℝ^{{m×n}}; Z = {expression}; L = sum(Z ⊙ Z)")
    found = graph.explain(at={"X": X})
    assert np.allclose(found.values["Z"], value(X), atol=1e-14)
    step = 1e-6
    for place in np.ndindex(X.shape):
        moved = [X.copy(), X.copy()]
        moved[0][place] += step
        moved[1][place] -= step
        ends = [np.sum(value(x) ** 2) for x in moved]
        assert np.isclose(found.gradients["X"][place], (ends[0] - ends[1]) / (2 * step), atol=1e-6)
    graph.derivation("X", strict=True)


def test_names_of_such_vectors():
    graph = gv.parse("X ∈ ℝ^{m×n}; s = rowsum(e^X); Z = e^X/s; L = sum(Z ⊙ Z)")
    assert str(graph.gradient("X")) == "2Z ⊙ (Z − rowsum(Z ⊙ Z) 𝟏ᵀ)"
    graph.derivation("X", strict=True)


def test_square_matrices_are_asked_about():
    for text in ("X/rowsum(X)", "X - rowmean(X)"):
        with pytest.raises(AmbiguousError):
            gv.parse(f"X ∈ ℝ^{{n×n}}; Z = {text}; L = sum(Z)")
    gv.parse("X ∈ ℝ^{n×n}; Z = X/colsum(X); L = sum(Z)")


def test_other_vectors_stay_as_they_were():
    with pytest.raises(ShapeError):
        gv.parse("X ∈ ℝ^{m×n}; b ∈ ℝ^m; Z = X + b; L = sum(Z)")
    gv.parse("X ∈ ℝ^{m×n}; b ∈ ℝ^n; Z = X + b; L = sum(Z)")


def test_answers_may_say_it():
    graph = gv.parse("Z, C ∈ ℝ^{m×n}; P = softmax(Z); L = sum(C ⊙ P)")
    assert graph.check("Z", "P ⊙ (C - rowsum(C ⊙ P))").status == "equal_proved"
    square = gv.parse("Z, C ∈ ℝ^{n×n}; P = softmax(Z); L = sum(C ⊙ P)")
    assert square.check("Z", "P ⊙ (C - rowsum(C ⊙ P))").status == "equal_proved"
