"""The left side of an answer: held against what is asked for, passed over where it names nothing."""

from __future__ import annotations

import pytest

import gradviz as gv
from tests.checking.problems import BCE

GRAPH = gv.parse(BCE)
RIGHT = "(ŷ - y) h1"
SLOW = gv.parse("w ∈ ℝ^3; x ∈ ℝ^3; λ ∈ ℝ; z = wᵀ x; L = z^2 + λ ‖w‖²")


@pytest.mark.parametrize(
    "left",
    [
        "dL/dW2",
        "∂L/∂W2",
        "dL / dW_2",
        r"\frac{\partial L}{\partial W_2}",
        r"\frac{dL}{dW_2}",
        r"\dfrac{\partial \mathcal{L}}{\partial \mathbf{W}_2}",
        r"$\frac{\partial L}{\partial W_2}",
        r"\nabla_{W_2} L",
        "∇_W2 L",
        "∇W2",
        "grad_W2 L",
        "dW2",
        "W2",
        "dJ/dW2",
        r"\frac{\partial J}{\partial W_2}",
        r"\nabla L",
        r"\nabla_{W_2} L(W_2)",
        r"\partial_{W_2} L",
        r"\frac{\partial}{\partial W_2} L",
        r"\frac{d}{d W_2} L",
        "∂/∂W2 L",
        "L'(W2)",
        "[∂L/∂W2]_i",
        "(∂L/∂W2)_i",
        r"\left(\frac{\partial L}{\partial W_2}\right)_i",
        "so the gradient is dL/dW2",
        "dL/dW2_i",
        "therefore dL/dW2",
        "",
    ],
)
def test_what_is_asked_for_in_any_spelling(left: str) -> None:
    verdict = GRAPH.check("W2", f"{left} = {RIGHT}")
    assert (verdict.status, verdict.message.partition(";")[0]) == ("equal_proved", "right")
    assert "passed over" not in verdict.message


@pytest.mark.parametrize(
    "left",
    [
        "dL/dW1",
        "∂L/∂W1",
        r"\frac{\partial L}{\partial W_1}",
        r"\[ \frac{\partial L}{\partial W_{1}}",
        "δ2",
        r"\delta_2",
        "∇_W1 L",
        r"\nabla_{W_1} L",
        "dŷ/dz2",
        "dW1",
        "W1",
        "ŷ",
        "L",
        "h_1",
        "dJ/dW1",
        "dL/dW1_ij",
        r"\frac{\partial L}{\partial W_{1,ij}}",
        "so dL/dW1",
        r"\nabla_{W_1} L(W_1)",
        r"\frac{\partial}{\partial W_1} L",
        "dL/dV",
        "∂/∂W1 L",
        "L'(W1)",
        "∂²L/∂W2²",
        "W1.grad",
    ],
)
def test_another_quantity_is_not_what_is_asked_for(left: str) -> None:
    verdict = GRAPH.check("W2", f"{left} = {RIGHT}")
    assert verdict.status == "invalid"
    assert verdict.message.startswith("∂L/∂W₂ is asked for, and the answer says what ")


@pytest.mark.parametrize("left", ["ans", "answer", "my solution", "g(t)", "Lösung"])
def test_a_name_that_is_none_here_is_passed_over_aloud(left: str) -> None:
    verdict = GRAPH.check("W2", f"{left} = {RIGHT}")
    assert verdict.ok
    assert f"'{left}' before the sign of equality names nothing here, and was passed over" in verdict.message
    assert not GRAPH.check("W2", f"{left} = {RIGHT} 2").ok


@pytest.mark.parametrize(
    "left",
    [
        "2 dL/dW2",
        "-dL/dW2",
        "(ŷ - y) h1",
        "dL/dz2 h1",
        "2 g",
        "g^2",
        "I don't know, so I guess",
        "minus dL/dW2",
        "the negative gradient",
        r"\frac{\partial \ln L}{\partial W_2}",
        r"\frac{\partial L^2}{\partial W_2}",
        r"\frac{\partial 2L}{\partial W_2}",
        r"\frac{\partial L}{\partial W_2^2}",
        "dL/dW2 = 5 h1",
    ],
)
def test_a_formula_is_no_name(left: str) -> None:
    assert GRAPH.check("W2", f"{left} = {RIGHT}").status == "invalid"


def test_a_transpose_is_what_it_says() -> None:
    square = gv.parse("X ∈ ℝ^{n×n}; w, y ∈ ℝ^n; L = ‖X w - y‖²")
    for left in (r"\frac{\partial L}{\partial X^T}", "dL/dX^T", "(∂L/∂X)ᵀ", r"\nabla_{X^\top} L"):
        assert square.check("X", f"{left} = 2 w (X w - y)ᵀ").ok
        assert square.check("X", f"{left} = 2 (X w - y) wᵀ").status == "unequal_proved"
    assert square.check("X", r"[\partial L/\partial X^T]_{ij} = 2 w_i (X w - y)_j").ok
    assert square.check("w", "dL/dwᵀ = 2 (X w - y)ᵀ X").ok
    assert GRAPH.check("W2", f"(dL/dW2)ᵀ = ({RIGHT})ᵀ").ok
    assert not GRAPH.check("W2", f"(dL/dW2)ᵀ = {RIGHT}").ok


def test_other_targets() -> None:
    assert GRAPH.check("z2", "δ2 = ŷ - y").ok
    assert GRAPH.check("dŷ/dz2", "dŷ/dz2 = ŷ(1 - ŷ)").ok
    assert GRAPH.check("dŷ/dz2", "dL/dz2 = ŷ(1 - ŷ)").status == "invalid"
    assert GRAPH.check("dŷ/dz2", "ŷ' = ŷ(1 - ŷ)").ok
    assert SLOW.check("∂²L/∂w²", "∂²L/∂w² = 2 x xᵀ + 2 λ I").ok
    assert SLOW.check("w", "∂²L/∂w² = 2 x xᵀ + 2 λ I").status == "invalid"
    assert SLOW.check("w", "dL/dw_i = 2 z x_i + 2 λ w_i").ok
    assert SLOW.check("w", "dL/dx_i = 2 z x_i + 2 λ w_i").status == "invalid"
    vector = gv.parse("u ∈ ℝ^3; a ∈ ℝ; Z = a u; L = sum(Z)")
    assert vector.check("dZ/da", "dZ_i/da = u_i").ok
    assert vector.check("dZ/da", "∂Z_{i}/∂a = u_i").ok
    assert not vector.check("dZ/da", "dZ_i/da = u_i^2").ok
    assert vector.check("dZ/du", "dZ_i/da = u_i").status == "invalid"
    assert vector.check("u", "dL/du_i = a").ok
    numbers = gv.parse("q = x + y; f = q z")
    at = {"x": -2, "y": 5, "z": -4}
    assert numbers.check("q", "q = 3", at=at).ok
    assert numbers.check("x", "df/dx = -4", at=at).ok
    assert numbers.check("x", "x = -4", at=at).ok
    assert numbers.check("x", "df/dz = -4", at=at).status == "invalid"


def test_feedback_that_tells_little_tells_no_more() -> None:
    assert GRAPH.check("W2", f"ans = {RIGHT}", feedback="verdict").message == "right"


@pytest.mark.parametrize(
    ("text", "right", "total", "first"),
    [
        ("dL/dW2 = δ2 h1 = (ŷ - y) h1", 2, 2, None),
        ("δ2 h1 = (ŷ - y) h1", 2, 2, None),
        ("(y - ŷ) h1 = (ŷ - y) h1", 1, 2, 1),
        ("2 δ2 h1 = (ŷ - y) h1", 1, 2, 1),
        ("dL/dW1 = (ŷ - y) h1", 0, 1, 1),
        ("ans = (ŷ - y) h1", 1, 1, None),
        ("so we have dL/dW2 = (ŷ - y) h1", 1, 1, None),
        ("foo * h1 = (ŷ - y) h1", 1, 2, 1),
        (r"\begin{align} \nabla_{W_2} L &= \delta_2 h_1 \\ &= (\hat y - y) h_1 \end{align}", 2, 2, None),
        (r"\begin{align} \delta_2 h_1 &= \hat y h_1 - y h_1 \\ &= (\hat y - y) h_1 \end{align}", 3, 3, None),
    ],
)
def test_a_chain_keeps_its_first_part(text: str, right: int, total: int, first: int | None) -> None:
    found = GRAPH.check_derivation("W2", text)
    assert (found.right, len(found.lines), found.first_wrong or found.first_open) == (right, total, first)
