"""Ones whose size only all of an expression tells."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz as gv
from gradviz.messages import ShapeError

X = [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("x ∈ ℝ^n; G = (x 𝟏ᵀ − 𝟏 xᵀ) 𝟏; L = sum(G²)", {"x": X}, 4**2 + 1 + 5**2),
        ("x ∈ ℝ^n; G = (x 𝟏ᵀ − 𝟏 xᵀ) 𝟏; G ∈ ℝ^n; L = sum(G²)", {"x": X}, 4**2 + 1 + 5**2),
        ("x ∈ ℝ^n; y ∈ ℝ^m; L = ‖x 𝟏ᵀ − 𝟏 yᵀ‖²", {"x": X, "y": [1.0, 3.0]}, 0 + 4 + 1 + 1 + 9 + 1),
        ("x ∈ ℝ^n; L = xᵀ(I − 𝟏 𝟏ᵀ/n) x", {"x": X}, np.var(X) * 3),
        ("A ∈ ℝ^{n×n}; x ∈ ℝ^n; L = xᵀ(𝟏 𝟏ᵀ A + A 𝟏 𝟏ᵀ) x", {"x": [1.0, 2.0], "A": [[1.0, 2.0], [3.0, 4.0]]}, 99.0),
    ],
)
def test_sizes_follow_from_all_that_stands_around(text, values, expected):
    graph = gv.parse(text)
    assert graph.explain(at=values).values["L"] == pytest.approx(expected)
    for name in graph.inputs:
        assert graph.check(name, str(graph.gradient(name))).ok


@pytest.mark.parametrize("text", ["G = x 𝟏ᵀ − x", "G = 𝟏 xᵀ − x", "G = x 𝟏ᵀ 𝟏", "G = x 𝟏ᵀ + 𝟏 𝟏ᵀ"])
def test_ones_of_no_size_are_never_ones_of_size_1(text):
    with pytest.raises(ShapeError):
        gv.parse(f"x ∈ ℝ^n; {text}; L = sum(G)")


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("x ∈ ℝ^n; L = ∑_i ∑_j (x_i − x_j)²", ["4(x 𝟏ᵀ − 𝟏 xᵀ) 𝟏", "4(n x − 𝟏 𝟏ᵀ x)"]),
        ("x ∈ ℝ^n; L = sum(x)²", ["2 𝟏 𝟏ᵀ x", "(𝟏 𝟏ᵀ + 𝟏 𝟏ᵀ) x"]),
        ("x ∈ ℝ^n; L = var(x)", ["(2/n)(I − 𝟏 𝟏ᵀ/n) x", "(2/n)(x − 𝟏 𝟏ᵀ x/n)"]),
        ("x ∈ ℝ^{n×n}; L = sum(x x)", ["𝟏 𝟏ᵀ xᵀ + xᵀ 𝟏 𝟏ᵀ"]),
    ],
)
def test_answers_with_ones_are_judged(text, answers):
    graph = gv.parse(text)
    for answer in answers:
        assert graph.check("x", answer).ok
        assert not graph.check("x", f"2({answer})").ok


@pytest.mark.parametrize("style", ["delta", "index"])
@pytest.mark.parametrize("loss", ["sum(V V y)", "colsum(V)ᵀ V y", "yᵀ V (softmax(V)ᵀ colsum(V))"])
def test_derivations_with_ones_beside_square_matrices_reach_their_end(loss, style):
    graph = gv.parse(f"V ∈ ℝ^{{n×n}}; y ∈ ℝ^n; L = {loss}")
    assert not graph.derivation("V", style=style, strict=True).notes
    assert graph.check("V", str(graph.gradient("V"))).ok
