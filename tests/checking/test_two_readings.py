"""A derivative of what is made of several names holds them fixed, or lets them move: one reading for all of a line."""

from __future__ import annotations

import pytest

import gradviz as gv

VECTORS = "x ∈ ℝ^n; A ∈ ℝ^{n×n}; z = A x; L = zᵀ x"
SCALARS = "w, x, b ∈ ℝ; z = w x; L = (z w)² + b z"
CHAINED = "X ∈ ℝ^{n×d}; w ∈ ℝ^d; Z = X ⊙ wᵀ; L = sum(Z w)"
SKIP = "x ∈ ℝ; h = x²; r = h + sin(h) x; L = r²"
VARIANCE = "x, c ∈ ℝ^n; μ = mean(x); u = (x - μ)²; L = cᵀ u"
NORMED = "X, C ∈ ℝ^{n×d}; μ = rowmean(X); v = rowmean((X - μ) ⊙ (X - μ)); U = (X - μ) ⊙ v; L = sum(C ⊙ U)"


@pytest.mark.parametrize(
    ("program", "by", "line", "said"),
    [
        (VECTORS, "x", "∂L/∂xᵢ = Σⱼ ∂(zⱼ xⱼ)/∂xᵢ", "z moves along"),
        (VECTORS, "x", "∂L/∂x = Aᵀ x + ∂(zᵀ x)/∂x", "z held fixed"),
        (VECTORS, "x", "∂L/∂x = 2Aᵀ x + ∂(zᵀ x)/∂x", None),
        (VECTORS, "x", "∂L/∂xᵢ = 2 Σⱼ ∂(zⱼ xⱼ)/∂xᵢ", None),
        (SCALARS, "w", "dL/dw = 2 z w d(z w)/dw + b x", "z moves along"),
        (SCALARS, "w", "dL/dw = 2 z w d(z w)/dw + 2 z w w dz/dw + b dz/dw", "z held fixed"),
        (SCALARS, "w", "dL/dw = 3 z w d(z w)/dw + b x", None),
        # Each derivative alone has a reading that makes this right; no reading of both does.
        (SCALARS, "w", "dL/dw = z w d(z w)/dw + z w d(z w)/dw + z w w dz/dw + b x", None),
        (CHAINED, "w", "∂L/∂wᵢ = Σⱼ ∂(Σₖ Zⱼₖ wₖ)/∂wᵢ", "Z moves along"),
        (CHAINED, "w", "∂L/∂wᵢ = Σⱼ Zⱼᵢ + Σⱼ ∂(Σₖ Zⱼₖ wₖ)/∂wᵢ", "Z held fixed"),
        (CHAINED, "w", "∂L/∂wᵢ = 3 Σⱼ ∂(Σₖ Zⱼₖ wₖ)/∂wᵢ", None),
        (SKIP, "x", "dL/dx = dL/dr · dr/dx", "h moves along"),
        (SKIP, "x", "dL/dx = dL/dr · dr/dh · dh/dx + dL/dr · ∂r/∂x", "right"),
        (SKIP, "x", "dL/dx = 2 dL/dr · dr/dx", None),
        (SKIP, "x", "dr/dx = sin(h)", "right"),
        (SKIP, "x", "dr/dx = sin(h) + 2x + 2x² cos(h)", "right"),
        (SKIP, "x", "dr/dx = sin(h) + 2x", None),
        (VARIANCE, "x", "∂L/∂u · ∂u/∂x = ∂L/∂u ⊙ 2(x - μ)", "right"),
        (VARIANCE, "x", "∂L/∂u · ∂u/∂x = ∂L/∂u ⊙ 3(x - μ)", None),
        (NORMED, "X", "∂L/∂v · ∂v/∂μ = ∂L/∂v ⊙ (−(2/d)(X − μ 𝟏ᵀ) 𝟏)", "right"),
        (NORMED, "X", "∂L/∂v · ∂v/∂μ = ∂L/∂v ⊙ ((2 + 1)(X − μ 𝟏ᵀ) 𝟏 + 1)", None),
    ],
)
def test_a_line_is_right_where_one_reading_makes_it_so(program: str, by: str, line: str, said: str | None) -> None:
    found = gv.parse(program).check_derivation(by, line)
    assert (found.first_wrong is None) is (said is not None), found.message
    if said is not None:
        assert said in str(found.lines[-1].verdict.message)


def test_readings_are_told_again_for_the_next_line() -> None:
    graph = gv.parse(SKIP)
    for _ in range(2):
        assert "h moves along" in graph.check_derivation("x", "dL/dx = dL/dr · dr/dx").lines[0].verdict.message


def test_an_answer_has_two_readings_too() -> None:
    graph = gv.parse(SCALARS)
    assert "z moves along" in graph.check("w", "2 z w d(z w)/dw + b x").message
    assert not graph.check("w", "3 z w d(z w)/dw + b x").ok
