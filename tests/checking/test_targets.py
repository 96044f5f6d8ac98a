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


LAYER = "A ∈ ℝ^{3×4}; x ∈ ℝ^4; b ∈ ℝ^3; u = A x + b; v = tanh(u)"


@pytest.mark.parametrize(
    ("target", "answer", "status"),
    [
        ("dv/dx", "diag(1 - v²) A", "equal_proved"),
        ("∂v/∂x", "(1 - v_i²) A_ij", "equal_proved"),
        (r"\frac{\partial v}{\partial x}", "∂v/∂u ∂u/∂x", "equal_proved"),
        ("dv/dx", "dv/dx = dv/du A", "equal_proved"),
        ("dv/dA", "δ_ij (1 - v_i²) x_k", "equal_proved"),
        ("du/dx", "A", "equal_proved"),
        ("v", "tanh(A x + b)", "equal_proved"),
        ("dv/dx", "diag(1 + v²) A", "unequal_proved"),
        ("dv/dx", "A", "unequal_proved"),
        ("dv/dx", "Aᵀ diag(1 - v²)", "unequal_proved"),
        ("dv/db", "(1 - v²)", "unequal_proved"),
        ("dv/dx", "∂v/∂x", "invalid"),
        ("dv/dx", "δ", "invalid"),
    ],
)
def test_jacobians_where_the_output_is_an_array(target, answer, status):
    assert gv.parse(LAYER).check(target, answer).status == status


def test_an_output_that_is_an_array_has_no_gradients():
    for target in ("x", "u"):
        with pytest.raises(gv.GradvizError, match=f"write dv/d{target} for the Jacobian"):
            gv.parse(LAYER).check(target, "A")
    with pytest.raises(gv.GradvizError, match="gradients are those of a scalar"):
        gv.parse(LAYER).check("hess(x)", "A")


def test_derivations_and_numbers_of_jacobians():
    graph = gv.parse(LAYER)
    found = graph.check_derivation("dv/dx", "dv/dx = dv/du · du/dx = diag(1 - v²) du/dx = diag(1 + v²) A")
    assert (found.right, found.total, found.first_wrong) == (2, 3, 3)
    at = {"A": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]], "x": [0.549306, 0, 0, 1], "b": [0, 0, 0]}
    assert graph.check("dv/dx", "[0.75 0 0 0; 0 1 0 0; 0 0 1 0]", at=at).message == "right to 0.0005"
    assert not graph.check("dv/dx", "[0.76 0 0 0; 0 1 0 0; 0 0 1 0]", at=at).ok


def test_large_jacobians():
    graph = gv.parse("W ∈ ℝ^{784×100}; x ∈ ℝ^784; z = Wᵀ x; a = σ(z)")
    assert graph.check("da/dx", "diag(a ⊙ (1 - a)) Wᵀ").ok
    assert graph.check("da/dx", "diag(a ⊙ (1 + a)) Wᵀ").status == "unequal_proved"
