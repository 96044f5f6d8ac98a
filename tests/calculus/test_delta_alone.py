"""Jacobians entry by entry: Kronecker's δ stands alone, as in books."""

import pytest

import gradviz as gv


@pytest.mark.parametrize(
    ("program", "name", "form"),
    [
        ("x ∈ ℝ^n; u = layernorm(x, eps=0.01); L = sum(u)", "x", "(δᵢⱼ − 1/n − uᵢ uⱼ/n)/√(var(x) + 0.01)"),
        (
            "X ∈ ℝ^{n×d}; u = layernorm(X, 0.01); L = sum(u)",
            "X",
            "δᵢₖ(δⱼₗ − 1/d − uᵢⱼ uᵢₗ/d)/√(rowvar(X)[i] + 0.01)",
        ),
    ],
)
def test_the_jacobian_of_layer_norm(program, name, form):
    graph = gv.parse(program)
    assert str(graph.jacobian("u", name, form="index")) == form
    assert graph.derivation(name, of="u", strict=True).steps


def test_the_second_derivatives_of_a_product_are_symmetric():
    assert str(gv.parse("x ∈ ℝ^n; L = ∏_i x_i").hessian("x")) == "prod_pairs(x)"
