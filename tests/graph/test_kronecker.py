"""Kronecker's δ in programs that have no other."""

import pytest

import gradviz as gv


@pytest.mark.parametrize(
    ("program", "by", "form"),
    [
        ("S ∈ ℝ^{n×n}; L = ∑_i ∑_j (S_{ij} - δ_{ij})²", "S", "2(S − I)"),
        (r"S, T ∈ ℝ^{n×n}; L = ∑_i ∑_j ((S T)_{ij} - \delta_{ij})²", "S", "2(S T Tᵀ − Tᵀ)"),
        ("S ∈ ℝ^{n×n}; P = softmax(S); G_{ij} = δ_{ij} - P_{ij}; L = ‖G‖²", "P", "−2G"),
        ("p, v ∈ ℝ^n; J_{ij} = p_i (δ_{ij} - p_j); L = vᵀ J v", "p", "v ⊙ (v − 2pᵀ v)"),
        ("p ∈ ℝ^n; L = ∑_i δ_{i1} p_i² + ∑_i δ_{i,2} p_i", "p", "2δᵢ₁ p[1] + δᵢ₂"),
        ("L = ∑_i ∑_j δ_{ij} x_i y_j", "x", "y"),
    ],
)
def test_is_the_identity(program: str, by: str, form: str) -> None:
    graph = gv.parse(program.replace("; ", "\n"))
    assert str(graph.gradient(by)) == form
    assert graph.check(by, form).ok
    assert "δ" not in graph.undeclared
    assert any("Kronecker" in str(r) for r in graph.remarks)


@pytest.mark.parametrize(
    ("program", "by", "form"),
    [
        ("δ, S ∈ ℝ^{n×n}; L = ∑_i ∑_j (S_{ij} - δ_{ij})²", "δ", "−2(S − δ)"),
        ("x ∈ ℝ^n; L = ∑_i δ_i x_i", "δ", "x"),
        ("r ∈ ℝ; L = δ |r| - δ²/2", "δ", "|r| − δ"),
    ],
)
def test_another_delta_is_a_name(program: str, by: str, form: str) -> None:
    assert str(gv.parse(program.replace("; ", "\n")).gradient(by)) == form


def test_needs_one_size() -> None:
    with pytest.raises(gv.GradvizError, match="the index j runs to m and to n"):
        gv.parse("S ∈ ℝ^{n×m}\nL = ∑_i ∑_j (δ_{ij} - S_{ij})²")
