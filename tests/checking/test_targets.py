"""What can be asked for, in every spelling: second derivatives, Jacobians, values."""

import pytest

import gradviz as gv

SCALARS = "w, x, y ∈ ℝ; data x, y; z = w x; ŷ = σ(z); L = (ŷ - y)^2"
QUADRATIC = "A ∈ ℝ^{3×3}; b ∈ ℝ^3; x ∈ ℝ^3; data A, b; L = xᵀ A x/2 - bᵀ x"
TANH = "x ∈ ℝ^3; W ∈ ℝ^{3×4}; v ∈ ℝ^4; z = Wᵀ x; h = tanh(z); ŷ = vᵀ h; L = (ŷ - 1)^2/2"


@pytest.mark.parametrize(
    "target",
    [
        *(
            "d2L/dw2",
            "d²L/dw²",
            "∂²L/∂w²",
            "d^2L/dw^2",
            "∂²L/∂w∂w",
            "hess(w)",
            "Hessian(w)",
            "∇²L",
            "∇²_w L",
            "∇_w^2 L",
        ),
        *(r"\frac{\partial^2 L}{\partial w^2}", r"$\dfrac{\partial^{2} L}{\partial w^{2}}$", r"\frac{d^2 L}{d w^2}"),
    ],
)
def test_a_second_derivative(target):
    graph = gv.parse(SCALARS)
    assert graph.check(target, "2ŷ²(1 - ŷ)² x² + 2(ŷ - y) ŷ(1 - ŷ)(1 - 2ŷ) x²").status == "equal_proved"
    wrong = graph.check(target, "2(ŷ - y) ŷ(1 - ŷ) x")
    assert "∂²L/∂w² is" in wrong.message
    assert [m.message for m in wrong.diagnosis] == ["this is ∂L/∂w: ∂²L/∂w² is its derivative"]


@pytest.mark.parametrize("target", ["d²ŷ/dz²", "d2ŷ/dz2", r"\frac{\partial^2 \hat y}{\partial z^2}", "∇²_z ŷ"])
def test_a_second_derivative_of_a_stage_is_that_of_the_stage(target):
    graph = gv.parse(SCALARS)
    assert graph.check(target, "ŷ(1 - ŷ)(1 - 2ŷ)").status == "equal_proved"
    assert graph.check(target, "2ŷ²(1 - ŷ)² + 2(ŷ - y) ŷ(1 - ŷ)(1 - 2ŷ)").status == "unequal_proved"


@pytest.mark.parametrize(
    "target", ["∂²L/∂w∂x", "d2L/dwdx", r"\frac{\partial^2 L}{\partial w \partial x}", "hess(w, x)"]
)
def test_a_mixed_derivative(target):
    graph = gv.parse(SCALARS)
    right = "2ŷ²(1 - ŷ)² w x + 2(ŷ - y) ŷ(1 - ŷ)(1 - 2ŷ) w x + 2(ŷ - y) ŷ(1 - ŷ)"
    assert graph.check(target, right).status == "equal_proved"
    assert "∂²L/∂w∂x is" in graph.check(target, "∂L/∂w").message


@pytest.mark.parametrize(
    "target",
    [
        *(r"\nabla^2 L", "∇²L", "∇² L", "∇²_x L", r"\nabla^2_{xx} L", "∇_{x}^{2} L", "hess(x)", "d²L/dx²", "d2L/dxdxᵀ"),
        r"\frac{\partial^2 L}{\partial x \partial x^\top}",
    ],
)
def test_a_hessian(target):
    graph = gv.parse(QUADRATIC)
    assert graph.check(target, "(A + Aᵀ)/2").status == "equal_proved"
    assert graph.check(target, "∇²L = (A + Aᵀ)/2").ok
    wrong = graph.check(target, "(A + Aᵀ) x/2 - b")
    assert wrong.message == "wrong: ∂²L/∂x² is 3×3, and the answer is 3×1"
    assert [m.mistake for m in wrong.diagnosis] == ["unfinished"]


def test_a_hessian_by_nothing_says_what_to_write():
    with pytest.raises(gv.GradvizError, match="does not say what second derivatives are taken by"):
        gv.parse("L = x^2 w").check("∇²L", "1")


def test_a_name_is_no_hessian():
    assert gv.parse("hess ∈ ℝ; L = hess^2").check("hess", "2 hess").ok


def test_a_jacobian_of_vectors():
    graph = gv.parse(TANH)
    assert graph.check("dh/dz", "diag(1 - h²)").status == "equal_proved"
    assert graph.check("dh/dx", "diag(1 - h²) Wᵀ").status == "equal_proved"
    vector = graph.check("dh/dz", "1 - h²")
    assert vector.status == "unequal_proved"
    assert "diagonal of ∂h/∂z" in vector.diagnosis[0].message
    assert "each entry of h by each of z" in graph.check("dh/dz", "x").diagnosis[0].message
