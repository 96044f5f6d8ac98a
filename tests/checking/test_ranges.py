"""Sums in answers stay within the axes that they read, and numbers are right to their written digits."""

import pytest

import gradviz as gv

SQUARES = "x, y ∈ ℝ^n; L = 1/n ∑_i (x_i - y_i)²"
MSE = "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; ŷ = X w; L = 1/n ‖ŷ - y‖²"


@pytest.mark.parametrize(
    ("program", "target", "answer"),
    [
        *((SQUARES, "L", f"1/n ∑_{{i=1}}^{{{end}}} (x_i - y_i)^2") for end in ("2n", "n+1")),
        (SQUARES, "L", "1/n ∑_{i=0}^{n} (x_i - y_i)^2"),
        (MSE, "w", "dL/dw_j = 2/n ∑_{i=1}^{d} (ŷ_i - y_i) X_ij"),
        (MSE, "L", "1/n ∑_{i=1}^{d} (ŷ_i - y_i)^2"),
        ("x ∈ ℝ^3; L = ∑_i x_i²", "L", "∑_{i=1}^{5} x_i^2"),
    ],
)
def test_a_sum_beyond_its_axis_is_refused(program, target, answer):
    assert gv.parse(program).check(target, answer).status == "invalid"


@pytest.mark.parametrize(
    ("program", "target", "answer"),
    [
        (SQUARES, "L", "1/n ∑_{i=1}^{n} (x_i - y_i)^2"),
        (MSE, "w", "dL/dw_j = 2/n ∑_{i=1}^{n} (ŷ_i - y_i) X_ij"),
        ("x ∈ ℝ^3; L = ∑_i x_i²", "L", "∑_{i=1}^{3} x_i^2"),
        ("x ∈ ℝ^5; k ∈ ℝ^2; L = sum(conv1d(x, k))", "x", "∑_{j=1}^{4} k[i − j + 1]"),
    ],
)
def test_a_sum_over_its_axis_is_read(program, target, answer):
    assert gv.parse(program).check(target, answer).ok


@pytest.mark.parametrize(
    ("value", "answer", "right"),
    [
        (0.8176, "8.18e-1", True),
        (0.8176, "8.17e-1", False),
        (0.8176, r"8.18 \times 10^{-1}", True),
        (45.678, "4.57e1", True),
        (45.678, "4.56e1", False),
        (123456, "1.235e5", True),
        (1.234e-5, "1.23e-5", True),
        (1.234e-5, "1.238e-5", False),
        (0.0, "4e-1", False),
    ],
)
def test_digits_count_with_their_power_of_ten(value, answer, right):
    graph = gv.parse("w, x ∈ ℝ; L = w x")
    assert graph.check("w", answer, at={"w": 1.0, "x": value}).ok is right


@pytest.mark.parametrize(
    "text",
    [
        r"\begin{align} \frac{dL}{dw} &= 2 z x \\[2pt] &= z x + z x \end{align}",
        r"dL/dw &= 2 z x \\* &= z x + z x",
        r"dL/dw = 2 z x \newline = z x + z x",
        "dL/dw\n= 2 z x\n= z x + z x",
        "- dL/dw = 2 z x\n- dL/dw = z x + z x",
        "* dL/dw = 2 z x\n\n* dL/dw = z x + z x",
    ],
)
def test_rows_of_a_derivation_end_where_people_end_them(text):
    found = gv.parse("z = w x; L = z²").check_derivation("w", text)
    assert (found.right, len(found.lines)) == (2, 2)


def test_a_hint_writes_no_answer_that_would_fit():
    graph = gv.parse("x ∈ ℝ^3; W ∈ ℝ^{3×4}; v ∈ ℝ^4; u = W v; L = xᵀ u")
    texts = {level: graph.check("x", "Wᵀ v", feedback=level).message for level in ("verdict", "hint", "full")}
    assert "W v" in texts["full"].splitlines()[-1]
    assert len(texts["hint"].splitlines()) == len(texts["verdict"].splitlines()) == len(texts["full"].splitlines()) - 1


@pytest.mark.parametrize("answer", ["ŷ_i (δ_ij - ŷ_j)", "∂ŷ_i/∂z_j = ŷ_i (δ_ij - ŷ_j)"])
def test_kronecker_is_read_where_delta_is_an_adjoint(answer):
    graph = gv.parse("x ∈ ℝ^5; W ∈ ℝ^{5×3}; y ∈ onehot(3); z = Wᵀ x; ŷ = softmax(z); L = -∑_i y_i ln ŷ_i")
    assert graph.check("dŷ/dz", answer).ok
    assert graph.check("W", "dL/dW_ij = x_i δ_j").ok
    assert not graph.check("dŷ/dz", answer.replace("-", "+")).ok


NET = "x ∈ ℝ^3; W ∈ ℝ^{3×4}; v ∈ ℝ^4; h = tanh(Wᵀ x); L = vᵀ h"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("dL/dW_ij = x_i v_j (1 - h_j^2)", "equal_proved"),
        ("dL/dW_ji = x_j v_i (1 - h_i^2)", "equal_proved"),
        ("x_i v_j (1 - h_j^2)", "equal_proved"),
        ("dL/dW_ij = x_j v_i (1 - h_i^2)", "invalid"),
        ("dL/dW_ji = x_i v_j (1 - h_j^2)", "invalid"),
        ("x_j v_i (1 - h_i^2)", "invalid"),
    ],
)
def test_an_index_that_runs_beyond_its_axis_is_refused(answer, status):
    assert gv.parse(NET).check("W", answer).status == status


def test_an_index_that_runs_beyond_says_so():
    message = gv.parse(NET).check("W", "dL/dW_ij = x_j v_i").message
    assert "the index j runs from 1 to 4, and there are 3 entries where it stands" in message


def test_a_matrix_with_more_columns_than_rows_has_no_inverse_so_other_sizes_are_taken():
    graph = gv.parse("X ∈ ℝ^{n×d}; L = ln(det(Xᵀ X))")
    assert graph.check("X", "2 X (Xᵀ X)⁻¹").status == "equal_proved"
    assert graph.check("X", "X (Xᵀ X)⁻¹").status == "unequal_proved"


@pytest.mark.parametrize("answer", ["x_i I", "I x_i", "x_i \U0001d7cf", "2 x_i × I", "x_i \U0001d7cfᵀ"])
def test_entries_are_not_multiplied_with_whole_arrays(answer: str) -> None:
    graph = gv.parse("x, b ∈ ℝ^3; W ∈ ℝ^{3×4}; y ∈ ℝ^4; L = xᵀ b + xᵀ W y")
    assert graph.check("b", "x_i").ok
    assert graph.check("W", "x_i y_j").ok
    for target in ("b", "W"):
        verdict = graph.check(target, answer)
        assert (verdict.status, "joins entries with a whole array" in verdict.message) == ("invalid", True)
