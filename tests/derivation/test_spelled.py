"""Sums in sums that nobody named, spelled out rule by rule in index style."""

import pytest

import gradviz as gv

PROGRAMS = [
    (
        "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; L = 1/n ‖X w - y‖²",
        "w",
        [
            "∂L/∂wᵢ = (Σⱼ ∂((Σₖ Xⱼₖ wₖ − yⱼ)²)/∂wᵢ)/n",
            "∂L/∂wᵢ = (2 Σⱼ (Σₖ Xⱼₖ wₖ − yⱼ)(∂(Σₖ Xⱼₖ wₖ − yⱼ)/∂wᵢ))/n",
            "∂L/∂wᵢ = (2 Σⱼ (Σₖ Xⱼₖ wₖ − yⱼ) Σₖ Xⱼₖ(∂wₖ/∂wᵢ))/n",
            "∂L/∂wᵢ = (2 Σⱼ (Σₖ Xⱼₖ wₖ − yⱼ) Σₖ Xⱼₖ δᵢₖ)/n",
            "∂L/∂wᵢ = (2 Σⱼ (Σₖ Xⱼₖ wₖ − yⱼ) Xⱼᵢ)/n",
            "∂L/∂w = (2/n) Xᵀ(X w − y)",
        ],
    ),
    (
        "A ∈ ℝ^{n×n}; L = tr(A A)",
        "A",
        [
            "∂L/∂Aᵢⱼ = Σₖ Σₗ ∂(Aₖₗ Aₗₖ)/∂Aᵢⱼ",
            "∂L/∂Aᵢⱼ = Σₖ Σₗ ((∂Aₖₗ/∂Aᵢⱼ) Aₗₖ + Aₖₗ(∂Aₗₖ/∂Aᵢⱼ))",
            "∂L/∂Aᵢⱼ = Σₖ Σₗ (δᵢₖ δⱼₗ Aₗₖ + Aₖₗ δᵢₗ δⱼₖ)",
            "∂L/∂Aᵢⱼ = Σₖ δⱼₖ Aₖᵢ + Σₖ Σₗ Aₖₗ δᵢₗ δⱼₖ",
            "∂L/∂Aᵢⱼ = Aⱼᵢ + Σₖ Σₗ Aₖₗ δᵢₗ δⱼₖ",
            "∂L/∂Aᵢⱼ = Aⱼᵢ + Σₖ Aₖᵢ δⱼₖ",
            "∂L/∂Aᵢⱼ = Aⱼᵢ + Aⱼᵢ",
            "∂L/∂Aᵢⱼ = 2Aⱼᵢ",
            "∂L/∂A = 2Aᵀ",
        ],
    ),
]


@pytest.mark.parametrize(("program", "name", "lines"), PROGRAMS)
def test_each_rule_has_its_line(program, name, lines):
    told = gv.parse(program).derivation(name, style="index", strict=True)
    assert [str(step) for step in told.steps] == lines


def test_the_first_line_says_what_is_differentiated():
    told = gv.parse(PROGRAMS[0][0]).derivation("w", style="index", strict=True)
    reasons = [str(step.reason) for step in told.steps]
    assert reasons[0] == "constant factor, sum rule, since L = (Σⱼ (Σₖ Xⱼₖ wₖ − yⱼ)²)/n"
    assert reasons[1:5] == ["power rule", "sum rule, constant factor", "∂wⱼ/∂wᵢ = δᵢⱼ", "Σₖ δₖⱼ aₖ = aⱼ"]


@pytest.mark.parametrize(
    ("program", "name"),
    [
        ("A ∈ ℝ^{m×n}; b ∈ ℝ^m; x ∈ ℝ^n; L = ‖A x - b‖", "x"),
        ("X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; L = sum(ln(1 + exp(-y ⊙ (X w))))", "w"),
        ("w ∈ ℝ^d; S, B ∈ ℝ^{d×d}; L = wᵀB w/(wᵀS w)", "w"),
        ("x ∈ ℝ^n; L = ‖x - mean(x)‖²", "x"),
        ("x ∈ ℝ^6; k ∈ ℝ^3; L = ‖conv1d(x, k)‖²", "k"),
        ("X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; λ > 0; L = ‖X w - y‖² + λ ‖w‖²", "w"),
    ],
)
def test_every_line_holds(program, name):
    told = gv.parse(program).derivation(name, style="index", strict=True)
    assert any("δ" in str(step) for step in told.steps)


def test_one_sum_needs_no_spelling_out():
    told = gv.parse("p, y ∈ ℝ^k; L = -sum(y ⊙ ln p)").derivation("p", style="index", strict=True)
    assert str(told.steps[0]) == "∂L/∂pᵢ = −yᵢ/pᵢ"
