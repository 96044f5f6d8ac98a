"""Sums over all pairs of entries: one sum where two say the same, and one entry where that is much shorter."""

import pytest

import gradviz as gv

FORMS = [
    ("x ∈ ℝ^n; L = ∑_i ∑_j exp(-(x_i-x_j)²)", "x", "−4 Σⱼ e^(−(xᵢ − xⱼ)²) (xᵢ − xⱼ)"),
    ("x ∈ ℝ^n; L = ∑_i ∑_j (x_i-x_j)²", "x", "4(x 𝟏ᵀ − 𝟏 xᵀ) 𝟏"),
    ("x ∈ ℝ^n; L = ∑_i ∑_j |x_i-x_j|", "x", "2 sign(x 𝟏ᵀ − 𝟏 xᵀ) 𝟏"),
    ("X ∈ ℝ^{n×d}; L = ∑_i ∑_j ∑_k (X_{ik}-X_{jk})²", "X", "4 Σₖ (Xᵢⱼ − Xₖⱼ)"),
    ("x ∈ ℝ^n; y ∈ ℝ^m; L = ∑_i ∑_j exp(-(x_i-y_j)²)", "x", "−2 Σⱼ e^(−(xᵢ − yⱼ)²) (xᵢ − yⱼ)"),
    ("x, c ∈ ℝ^n; L = ∑_i ∑_j c_i c_j exp(-(x_i-x_j)²/2)", "x", "−2cᵢ Σⱼ cⱼ e^(−(1/2) (xᵢ − xⱼ)²) (xᵢ − xⱼ)"),
    ("x, c ∈ ℝ^n; L = ∑_i ∑_j c_i c_j exp(-(x_i-x_j)²/2)", "c", "2 Σⱼ e^(−(1/2) (xᵢ − xⱼ)²) cⱼ"),
]


@pytest.mark.parametrize(("program", "name", "form"), FORMS)
def test_sums_over_pairs(program, name, form):
    graph = gv.parse(program)
    assert str(graph.gradient(name)) == form
    assert graph.check(name, form).ok
    for style in ("delta", "index"):
        assert not any("left out" in str(n) for n in graph.derivation(name, style=style, strict=True).notes)


def test_the_step_says_that_differences_are_turned():
    steps = gv.parse(FORMS[0][0]).derivation("x").steps
    assert str(steps[-1].reason) == "the differences turned one way, then like terms added"


def test_what_is_neither_even_nor_odd_stays():
    graph = gv.parse("x ∈ ℝ^n; L = ∑_i ∑_j exp(x_i-x_j)")
    assert graph.check("x", str(graph.gradient("x"))).ok
    assert str(graph.gradient("x")).count("e^") == 2
