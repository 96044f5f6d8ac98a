"""Answers in numbers: to their written digits, in arrays and in what is computed of them; and the slips behind wrong ones."""

import pytest

import gradviz as gv

NET = gv.parse("x ∈ ℝ^3; W ∈ ℝ^{3×4}; v ∈ ℝ^4; z = Wᵀ x; h = tanh(z); ŷ = vᵀ h; L = (ŷ - 1)^2/2")
AT = {"x": [1, 2, 3], "W": [[0.1] * 4] * 3, "v": [1, 2, 3, 4]}  # h = tanh(0.6), ŷ = 10 h


@pytest.mark.parametrize(
    ("target", "answer"),
    [
        ("ŷ", "10*0.537"),
        ("ŷ", "(0.637 - 0.1) 10"),
        ("dL/dv", "4.37 [0.537, 0.537, 0.537, 0.537]"),
        ("dL/dv", "-[-2.347, -2.347, -2.347, -2.347]"),
        ("dL/dv", "[[2.347, 2.347, 2.347, 2.347]]ᵀ"),
        ("dh/dz", "diag([0.7116, 0.7116, 0.7116, 0.7116])"),
        ("dh/dz", "diag(0.7116, 0.7116, 0.7116, 0.7116)"),
        ("dh/dz", r"\operatorname{diag}(0.712, 0.712, 0.712, 0.712)"),
    ],
)
def test_right(target, answer):
    verdict = NET.check(target, answer, at=AT)
    assert verdict.status == "equal_numeric", verdict


@pytest.mark.parametrize(
    ("target", "answer", "mistakes"),
    [
        ("ŷ", "-5.37", ["sign"]),
        ("ŷ", "10.74", ["constant-factor"]),
        ("ŷ", "10*0.53", []),
        ("ŷ", "2.37", []),
        ("dL/dv", "[-2.347, -2.347, -2.347, -2.347]", ["sign"]),
        ("dL/dv", "[0.537, 0.537, 0.537, 0.537]", ["unfinished"]),
        ("dL/dv", "[[2.347, 2.347, 2.347, 2.347]]", ["transposed"]),
        ("dh/dz", "diag(0.7116, 0.7116, 0.7116, 0.71)", []),
    ],
)
def test_wrong(target, answer, mistakes):
    verdict = NET.check(target, answer, at=AT)
    assert verdict.status == "unequal_proved", verdict
    assert "problem" not in verdict.evidence
    assert [m.mistake for m in verdict.diagnosis] == mistakes


def test_the_entry_that_is_wrong_is_told():
    verdict = NET.check("dL/dv", "[2.347, 2.347, -2.347, 2.347]", at=AT)
    assert verdict.message == "wrong: entry [3] of ∂L/∂v is 2.347, and the answer is −2.347"


def test_numbers_are_told_apart():
    verdict = NET.check("ŷ", "5.3704", at=AT)
    assert verdict.message == "wrong: ŷ is 5.3705, and the answer is 5.3704"


def test_paths_that_are_left_out_or_multiplied_show_in_numbers():
    graph = gv.parse("a = x^2; b = 3x; L = a + b")
    at = {"x": 5}
    assert graph.check("x", "13", at=at).ok
    assert [m.mistake for m in graph.check("x", "10.0", at=at).diagnosis] == ["missing-path"]
    assert [m.mistake for m in graph.check("x", "30.0", at=at).diagnosis] == ["multiplied-paths"]


def test_what_is_expected_of_a_value_is_a_number_and_no_formula() -> None:
    graph = gv.parse("z = w x; ŷ = σ(z); L = -y ln ŷ - (1 - y) ln(1 - ŷ)")
    at = {"w": 2, "x": 1, "y": 1}
    right = graph.check("L", "0.127", at=at)
    assert str(right.expected) == "0.126928"
    assert right.form is None
    formula = graph.check("w", "(ŷ - y) x", at=at)
    assert formula.ok
    assert formula.form is False
    assert "a number is asked for" in formula.message
    assert graph.check("L", "ln(1 + e^-2)", at=at).form is None
    assert graph.check("w", "(ŷ - y) x = -0.119", at=at).form is None
    assert str(gv.parse("x ∈ ℝ^2; L = sum(x²)").check("x", "0", at={"x": [1, -2]}).expected) == "[2, −4]"
