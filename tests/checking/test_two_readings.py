"""A derivative of what is made of several names holds them fixed, or lets them move: one reading for all of a line."""

from __future__ import annotations

import pytest

import gradviz as gv

VECTORS = "x ∈ ℝ^n; A ∈ ℝ^{n×n}; z = A x; L = zᵀ x"
SCALARS = "w, x, b ∈ ℝ; z = w x; L = (z w)² + b z"
CHAINED = "X ∈ ℝ^{n×d}; w ∈ ℝ^d; Z = X ⊙ wᵀ; L = sum(Z w)"
SKIP = "x ∈ ℝ; h = x²; r = h + sin(h) x; L = r²"
VARIANCE = "x, c ∈ ℝ^n; μ = mean(x); u = (x - μ)²; L = cᵀ u"
QUOTIENT = "X ∈ ℝ^{n×n}; L = tr(X)²/det(X)"
AUTOENCODER = "x, b ∈ ℝ^d; c ∈ ℝ^k; W ∈ ℝ^{k×d}; h = σ(W x + c); x̂ = Wᵀ h + b; L = 1/2 ‖x̂ - x‖²"
ONE_CHAIN = "∂L/∂x̂ · ∂x̂/∂h · ∂h/∂W = "
ROOT = "x, c ∈ ℝ^d; ε > 0; r = sqrt(mean(x ⊙ x) + ε); u = x/r; L = cᵀ u"
SOFTMAX = "Z, C ∈ ℝ^{n×k}; P = softmax(Z); L = sum(C ⊙ P)"
HINGE = "s ∈ ℝ^k; y ∈ onehot(k); L = sum(max(0, s - yᵀ s + 1)) - 1"
QUOTIENT_RULE = "∂Pᵢⱼ/∂Zₗₘ = (∂(e^Zᵢⱼ)/∂Zₗₘ · (∑_p e^Zᵢₚ) − e^Zᵢⱼ · ∂(∑_p e^Zᵢₚ)/∂Zₗₘ)/(∑_p e^Zᵢₚ)²"
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
        (QUOTIENT, "X", "∂L/∂X = ∂(tr(X)²/det(X))/∂X", "det(X) moves along"),
        (QUOTIENT, "X", "∂(tr(X)²/det(X))/∂X = (2 tr(X)/det(X)) I − L X⁻ᵀ", "det(X) moves along"),
        (QUOTIENT, "X", "∂(tr(X)²/det(X))/∂X = (2 tr(X)/det(X)) I", "det(X) held fixed"),
        (QUOTIENT, "X", "∂(tr(X)²/det(X))/∂X = (3 tr(X)/det(X)) I", None),
        (QUOTIENT, "X", "∂(tr(X)²/det(X))/∂X = (3 tr(X)/det(X)) I − L X⁻ᵀ", None),
        (QUOTIENT, "X", "∂L/∂X = 1/2 · ∂(tr(X)²/det(X))/∂X", None),
        (AUTOENCODER, "W", ONE_CHAIN + "W(∂L/∂x̂) · ∂h/∂(W x + c) · ∂(W x + c)/∂W", "right"),
        (AUTOENCODER, "W", ONE_CHAIN + "2W(∂L/∂x̂) · ∂h/∂(W x + c) · ∂(W x + c)/∂W", None),
        (ROOT, "x", "∂r/∂x = 1/(2r) · (1/d) · ∂(x ⊙ x)/∂x", "right"),
        (ROOT, "x", "∂r/∂x = 1/r · (1/d) · ∂(x ⊙ x)/∂x", None),
        (SOFTMAX, "Z", QUOTIENT_RULE, "right"),
        (SOFTMAX, "Z", QUOTIENT_RULE.replace("−", "− 2"), None),
        (HINGE, "s", "∂L/∂sᵢ = Σⱼ ∂(ReLU(sⱼ − Σₗ yₗ sₗ + 1))/∂sᵢ", "right"),
        (HINGE, "s", "∂L/∂sᵢ = 2 Σⱼ ∂(ReLU(sⱼ − Σₗ yₗ sₗ + 1))/∂sᵢ", None),
        ("x ∈ ℝ^4; L = x[1] x[3]", "x", "∂L/∂x = x[3] · [1, 0, 0, 0] + x[1] · ∂x[3]/∂x", "right"),
        ("x ∈ ℝ^4; L = x[1] x[3]", "x", "∂L/∂x = x[3] · [0, 1, 0, 0] + x[1] · ∂x[3]/∂x", None),
        ("x ∈ ℝ^5; L = 1/2 ‖x[2:5]‖²", "x", "∂L/∂x = x[2:5] · ∂x[2:5]/∂x", "right"),
        ("x ∈ ℝ^5; L = 1/2 ‖x[2:5]‖²", "x", "∂L/∂x = x[2:5] · ∂x[1:4]/∂x", None),
        ("μ ∈ ℝ^d; L = 1/2 sum(μ^2)", "μ", "∂L/∂μ = 1/2 · ∂(μ²)/∂μ = μ", "right"),
        ("μ ∈ ℝ^d; L = sum(μ^2)", "μ", "∂L/∂μ = ∂(μ²)/∂μ = μ", None),
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


RESIDUAL = "x, v ∈ ℝ^d; W ∈ ℝ^{d×d}; r = x + tanh(W x); L = vᵀ r"
PATHS = "∂L/∂x = ∂L/∂r · ∂r/∂(W x) · ∂(W x)/∂x + ∂L/∂r · ∂r/∂x"


@pytest.mark.parametrize(
    ("row", "ok"),
    [("∂L/∂r · ∂r/∂x = ∂L/∂r", True), ("∂r/∂x = I", True), ("∂L/∂r · ∂r/∂x = 2 ∂L/∂r", False), ("∂r/∂x = 2I", False)],
)
def test_what_a_path_holds_fixed_is_told_by_the_other_paths(row: str, ok: bool) -> None:
    graph = gv.parse(RESIDUAL)
    assert (graph.check_derivation("x", f"{PATHS}\n{row}").first_wrong is None) is ok
    assert graph.check_derivation("x", row).first_wrong is not None  # alone it leaves a path out


def test_what_adds_up_to_one_may_be_positive_too() -> None:
    graph = gv.parse("z ∈ ℝ^n; p ∈ simplex(n); p > 0; q = softmax(z); L = sum(p ⊙ ln(p ⊘ q))")
    assert graph.check("z", "q - p").ok
    assert graph.check("z", "q - 2p").status == "unequal_proved"
