"""Negative powers of matrices are written with the inverse."""

import pytest

import gradviz as gv


@pytest.mark.parametrize(
    ("output", "gradient"),
    [
        ("tr(matpow(A, -1))", "−A⁻ᵀ A⁻ᵀ"),
        ("tr(matpow(A, -2))", "−2A⁻ᵀ A⁻ᵀ A⁻ᵀ"),
        ("xᵀ matpow(A, -1) x", "−A⁻ᵀ x xᵀ A⁻ᵀ"),
        ("tr(matpow(A, -7))", "−7 matpow(A, −8)ᵀ"),
    ],
)
def test_negative_powers_are_written_with_the_inverse(output, gradient):
    graph = gv.parse(f"A ∈ ℝ^{{n×n}}; x ∈ ℝ^n; L = {output}")
    assert str(graph.gradient("A")) == gradient
    assert graph.check("A", gradient).ok
    assert graph.derivation("A", strict=True).steps
