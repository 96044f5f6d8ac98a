"""Rows about the entries of a Jacobian at equal, or at unequal, indices."""

from __future__ import annotations

import pytest

import gradviz as gv

SOFTMAX = "z ∈ ℝ^k; y ∈ onehot(k); p = softmax(z); L = -yᵀ ln p"
LEFT = r"\frac{\partial p_i}{\partial z_j}"


@pytest.mark.parametrize(
    ("row", "ok"),
    [
        ("∂pᵢ/∂zᵢ = pᵢ(1 − pᵢ)", True),
        ("∂pᵢ/∂zᵢ = 2pᵢ(1 − pᵢ)", False),
        ("∂pᵢ/∂zᵢ = (e^zᵢ Σₖ e^zₖ − e^zᵢ e^zᵢ)/(Σₖ e^zₖ)² = pᵢ(1 − pᵢ)", True),
        ("∂pᵢ/∂zⱼ = (δᵢⱼ e^zᵢ Σₖe^zₖ − e^zᵢ e^zⱼ)/(Σₖ e^zₖ)²", True),
        ("∂pᵢ/∂zⱼ = (δᵢⱼ e^zᵢ Σₖe^zₖ + e^zᵢ e^zⱼ)/(Σₖ e^zₖ)²", False),
        (LEFT + r" = \frac{\delta_{ij} e^{z_i} \sum_k e^{z_k} - e^{z_i} e^{z_j}}{(\sum_k e^{z_k})^2}", True),
        ("∂pᵢ/∂zⱼ = −pᵢ pⱼ", False),
        ("∂pᵢ/∂zⱼ = −pᵢ pⱼ for i ≠ j", True),
        ("∂pᵢ/∂zⱼ = −2pᵢ pⱼ for i ≠ j", False),
        ("∂pᵢ/∂zⱼ = −pᵢ pⱼ (i ≠ j)", True),
        ("∂pᵢ/∂zⱼ = −pᵢ pⱼ (i = j)", False),
        ("i != j: ∂p_i/∂z_j = -p_i p_j", True),
        ("If i = j: dp_i/dz_i = p_i (1 - p_i)", True),
        ("∂pᵢ/∂zⱼ = pᵢ(1 − pⱼ) if i = j", True),
        ("Case 2 (i ≠ j): ∂pᵢ/∂zⱼ = −pᵢ pⱼ", True),
        (LEFT + r" = -p_i p_j \quad (i \neq j)", True),
        (LEFT + r" = -p_i p_j, \quad \text{for } i \ne j", True),
        (
            LEFT
            + r" &= \begin{cases} p_i(1-p_i) & i = j \\ -p_i p_j & i \neq j \end{cases} \\ &= p_i(\delta_{ij} - p_j)",
            True,
        ),
        (LEFT + r" = \begin{cases} p_i(1-p_i) & \text{if } i = j \\ -p_i p_j & \text{otherwise} \end{cases}", True),
        (LEFT + r" = \begin{cases} p_i(1-p_i) & i = j \\ p_i p_j & \text{otherwise} \end{cases}", False),
    ],
)
def test_rows_about_some_entries(row: str, ok: bool) -> None:
    found = gv.parse(SOFTMAX).check_derivation("z", row)
    assert (found.first_wrong is None) is ok, found.message
    assert found.first_open is None


def test_a_condition_on_names_is_none() -> None:
    graph = gv.parse("a, b ∈ ℝ; L = a b")
    assert graph.check_derivation("a", "dL/da = b for b = b").first_wrong is None
    assert graph.check_derivation("a", "dL/da = b\ndL/db = a").first_wrong is None


def test_the_two_cases_lead_to_the_gradient() -> None:
    rows = (
        "Case 1 (i = j): ∂pᵢ/∂zᵢ = pᵢ(1 − pᵢ)\nCase 2 (i ≠ j): ∂pᵢ/∂zⱼ = −pᵢ pⱼ\n∂L/∂zᵢ = −Σⱼ yⱼ/pⱼ ∂pⱼ/∂zᵢ = pᵢ − yᵢ"
    )
    found = gv.parse(SOFTMAX).check_derivation("z", rows)
    assert found.ok, found.message
