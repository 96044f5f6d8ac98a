"""Derivations, word for word, and what holds for all of them."""

from pathlib import Path

import pytest

import gradviz as gv
from gradviz.notation import write
from gradviz.ops import WORDS

EXPECTED = Path(__file__).parent / "expected"
NET = "x ∈ ℝ^3; W1 ∈ ℝ^{3×4}; W2 ∈ ℝ^4; y ∈ {0, 1}\n"
LOSS = "L = -y ln ŷ - (1 - y) ln(1 - ŷ)"
SPELLED = NET + f"z1 = W1ᵀ x; h1 = e^z1/(1 + e^z1); z2 = W2ᵀ h1; ŷ = e^z2/(1 + e^z2); {LOSS}"

PROGRAMS = {
    "product": "f = (x + y) z",
    "product-named": "q = x + y; f = q z",
    "bce-spelled": SPELLED,
    "bce-sigmoid": NET + f"z1 = W1ᵀ x; h1 = σ(z1); z2 = W2ᵀ h1; ŷ = sigmoid(z2); {LOSS}",
    "bce-biases": NET + f"b1 ∈ ℝ^4; b2 ∈ ℝ; z1 = W1ᵀ x + b1; h1 = σ(z1); z2 = W2ᵀ h1 + b2; ŷ = σ(z2); {LOSS}",
    "bce-tanh": NET + f"z1 = W1ᵀ x; h1 = tanh(z1); z2 = W2ᵀ h1; ŷ = σ(z2); {LOSS}",
    "bce-relu": NET + f"z1 = W1ᵀ x; h1 = ReLU(z1); z2 = W2ᵀ h1; ŷ = σ(z2); {LOSS}",
    "residual": "x ∈ ℝ^3; V ∈ ℝ^{4×3}; W ∈ ℝ^{4×4}; w ∈ ℝ^4; h = V x; r = h + ReLU(W h); ŷ = wᵀ r; L = (ŷ - y)²",
    "three-layers": (
        "x ∈ ℝ^3; W1 ∈ ℝ^{4×3}; W2 ∈ ℝ^{5×4}; W3 ∈ ℝ^{2×5}; w ∈ ℝ^2; y ∈ {0, 1}\n"
        "z1 = W1 x; h1 = σ(z1); z2 = W2 h1; h2 = tanh(z2); z3 = W3 h2; h3 = ReLU(z3); z4 = wᵀ h3; ŷ = σ(z4); " + LOSS
    ),
    "batch": (
        "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; w ∈ ℝ^k; y ∈ {0, 1}^n\n"
        "Z1 = X W; H1 = σ(Z1); z2 = H1 w; ŷ = σ(z2); L = mean(-y ⊙ ln ŷ - (1 - y) ⊙ ln(1 - ŷ))"
    ),
    "softmax": "z ∈ ℝ^k; y ∈ onehot(k); ŷ = softmax(z); L = -yᵀ ln ŷ",
    "softmax-entries": r"y ∈ simplex(k); ŷ_i = e^{z_i} / \sum_j e^{z_j}; L = -\sum_j y_j ln ŷ_j",
    "regression": "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; λ > 0; L = 1/n ‖X w - y‖² + λ ‖w‖²",
    "quadratic": "x ∈ ℝ^n; A ∈ ℝ^{n×n}; A symmetric; b ∈ ℝ^n; L = 1/2 xᵀ A x - bᵀ x",
    "logistic-loss": "L = ln(1 + e^(-y z))",
    "one-line": "x ∈ ℝ^3; W ∈ ℝ^{5×3}; b ∈ ℝ^5; y ∈ ℝ^5; L = ‖σ(W x + b) - y‖²",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_derivations_are_as_expected(name, renew):
    graph = gv.parse(PROGRAMS[name])
    found = "\n\n".join(graph.derivation(n, strict=True).text() for n in graph.dag.names) + "\n"
    path = EXPECTED / f"{name}.txt"
    if renew:
        EXPECTED.mkdir(exist_ok=True)
        path.write_text(found, "utf-8")
    assert found == path.read_text("utf-8")


def test_equation_16_of_the_lecture():
    lines = [write(s.right, "unicode", WORDS) for s in gv.parse(SPELLED).derivation("W2").steps]
    assert lines == [
        "∂L/∂ŷ · ∂ŷ/∂z₂ · ∂z₂/∂W₂",
        "(ŷ − y)/(ŷ(1 − ŷ)) · ∂ŷ/∂z₂ · ∂z₂/∂W₂",
        "(ŷ − y)/(ŷ(1 − ŷ)) · (e^z₂/(1 + e^z₂) · (1 − e^z₂/(1 + e^z₂))) · ∂z₂/∂W₂",
        "(ŷ − y)/(ŷ(1 − ŷ)) · (e^z₂/(1 + e^z₂) · (1 − e^z₂/(1 + e^z₂))) · h₁",
        "(ŷ − y) h₁",
    ]


def test_w1_goes_by_way_of_the_deltas():
    derivation = gv.parse(SPELLED).derivation("W_1")
    lefts = list(dict.fromkeys(write(s.left, "unicode", WORDS) for s in derivation.steps))
    assert lefts == ["δ₂", "δ₁", "∂L/∂W₁"]
    assert write(derivation.steps[-1].right, "unicode", WORDS) == "x ((ŷ − y) W₂ ⊙ h₁ ⊙ (1 − h₁))ᵀ"


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_derivation_ends_in_the_gradient(name):
    graph = gv.parse(PROGRAMS[name])
    for n in graph.dag.names:
        assert write(graph.derivation(n).steps[-1].right, "unicode", WORDS) == str(graph.gradient(n))


def test_facts_are_steps_that_are_seen():
    kinds = [s.kind for s in gv.parse(PROGRAMS["softmax"]).derivation("z").steps]
    assert kinds[-1] == "fact"
    without = gv.parse("z ∈ ℝ^k; y ∈ ℝ^k; ŷ = softmax(z); L = -yᵀ ln ŷ")
    assert str(without.gradient("z")) == "(𝟏ᵀ y) ŷ − y"


def test_a_step_that_does_not_hold_is_left_out_and_told():
    from dataclasses import replace

    from gradviz.derivation import StepError, check, derive
    from gradviz.notation import tree

    graph = gv.parse("q = x + y; f = q z")
    target = graph.dag.names["x"]
    lines = list(derive(graph.gradients, target))
    wrong = tree.Name("y")
    lines[-1] = replace(lines[-1], prefix=wrong, step=replace(lines[-1].step, right=wrong))
    checked = check(graph.gradients, target, lines, graph._points)
    assert len(checked.steps) == len(lines) - 1
    assert [str(n) for n in checked.notes] == ["a shorter form was left out, because it could not be confirmed"]
    with pytest.raises(StepError):
        check(graph.gradients, target, lines, graph._points, strict=True)


def test_conditions_are_kept():
    step = gv.parse(SPELLED).derivation("W2").steps[1]
    assert [write(c, "unicode", WORDS) for c in step.conditions] == ["ŷ ≠ 0", "1 − ŷ ≠ 0"]


def test_lines_speak_of_companions():
    # X⁻¹ stands in the derivative of det X alone.
    derivation = gv.parse("X ∈ ℝ^{n×n}; u = det(X); L = u^2").derivation("X", strict=True)
    assert write(derivation.steps[-1].right, "unicode", WORDS) == "2u² X⁻ᵀ"
