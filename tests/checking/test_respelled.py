r"""Answers as they are written elsewhere: NumPy, packages of LaTeX, other signs. What is wrong in them stays wrong."""

from __future__ import annotations

import re

import pytest

import gradviz as gv
from gradviz.checking.respelled import respelled

SQUARES = "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; L = 1/n ‖X w - y‖²"
RIDGE = "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; λ > 0; L = ‖X w - y‖² + λ ‖w‖²"
UNIT = "w, x, y ∈ ℝ; z = w x; ŷ = σ(z); L = -y ln ŷ - (1 - y) ln(1 - ŷ)"
LARGEST = "x, y, z ∈ ℝ; f = max(x, max(y, z))"
KINK = "w, x, b ∈ ℝ; z = w x + b; a = relu(z)"
CLASSES = "z ∈ ℝ^k; y ∈ onehot(k); p = softmax(z); L = -∑_i y_i ln p_i"
LABELS = "x ∈ ℝ^n; y ∈ {0, 1}^n; w ∈ ℝ; p = σ(w x); L = -∑_i (y_i ln p_i + (1 - y_i) ln(1 - p_i))"
ROWS = "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; b ∈ ℝ^k; Y ∈ onehot(n×k); P = softmax(X W + b); L = -1/n sum(Y ⊙ ln P)"
HIDDEN = "x ∈ ℝ^n; W1 ∈ ℝ^{m×n}; W2 ∈ ℝ^{m}; h = tanh(W1 x); L = W2ᵀ h"
THREE = "p ∈ ℝ^3; y ∈ ℝ^3; L = ‖p - y‖²/2"
SOFTMAX = "x ∈ ℝ^n; p = softmax(x); L = sum(p ⊙ p)"
ONE = "x ∈ ℝ^n; b ∈ ℝ^n; L = ‖x - b‖_1"

RIGHT = [
    (SQUARES, "w", r"{2 \over n} X^T (Xw - y)"),
    (SQUARES, "w", "(2/n)*X.T.dot(X.dot(w)-y)"),
    (SQUARES, "w", "(2/n)*np.dot(X.T, X@w - y)"),
    (SQUARES, "w", r"\frac{2}{n} X^{\prime}(Xw-y)"),
    (RIDGE, "w", r"2(X^TX + \lambda I_d) w - 2 X^T y"),
    (RIDGE, "w", r"2(X^TX + \lambda \mathbf{I}_{d}) w - 2 X^T y"),
    (RIDGE, "w", "2(XᵀX + λI_{d×d}) w - 2Xᵀy"),
    (RIDGE, "λ", r"\|w\|^2_2"),
    (RIDGE, "λ", r"\langle w, w\rangle"),
    (UNIT, "w", "x[ŷ-y]"),
    (UNIT, "w", "ŷ x\n- y x"),
    (UNIT, "w", "ŷ x -\r\n  y x"),
    (UNIT, "w", "(ŷ - y)\n\\cdot x"),
    (UNIT, "w", "∂L/∂w → (ŷ-y)x"),
    (UNIT, "w", "⇒ (ŷ-y)x"),
    (UNIT, "w", r"\underbrace{(ŷ-y)}_{\partial L/\partial z} x"),
    (UNIT, "w", r"\pdv{L}{z} \pdv{z}{w}"),
    (UNIT, "w", r"\left.\frac{\partial L}{\partial z}\right|_{z} x"),
    (UNIT, "w", r"\partial_z L \, x"),
    (UNIT, "w", r"\textcolor{red}{(ŷ-y)} x"),
    (UNIT, "w", "x~(ŷ–y)"),
    (UNIT, "w", r"∂L/∂ŷ \left(\sigma(z)\right)' x"),
    (UNIT, "w", r"∂L/∂ŷ \frac{\partial \sigma}{\partial z} x"),
    ("z ∈ ℝ; f = tanh(z)", "z", r"\operatorname{sech}^2(z)"),
    ("z ∈ ℝ; f = tan(z)", "z", r"\sec^2 z"),
    (LARGEST, "x", "[x>y][x>z]"),
    (LARGEST, "x", "𝟙[x > y and x > z]"),
    (LARGEST, "x", r"\mathbf{1}_{\{x>\max(y,z)\}}"),
    (LARGEST, "x", r"\left\{\begin{array}{ll} 1 & x > \max(y,z) \\ 0 & \text{otherwise} \end{array}\right."),
    (LARGEST, "x", r"\begin{cases} 1 & x > y, x > z \\ 0 & \text{otherwise} \end{cases}"),
    (LARGEST, "x", "np.where(x > max(y,z), 1, 0)"),
    (KINK, "w", r"\mathbb{1}_{z>0} x"),
    (KINK, "w", r"\mathbb{1}_{[wx+b>0]} x"),
    (KINK, "w", "1_{wx+b>0} x"),
    (KINK, "w", "I(z>0) x"),
    (KINK, "w", "x if z > 0 else 0"),
    (KINK, "w", "H(z) x"),
    (ONE, "x", r"\begin{cases} 1, & x_i > b_i \\ -1, & x_i < b_i \end{cases}"),
    (CLASSES, "z", r"-y_i(1-p_i) + \sum_{j \neq i} y_j p_i"),
    (LABELS, "w", r"\sum_{i}\left(\frac{1}{1+e^{-wx_i}}-y_i\right)x_i"),
    (LABELS, "w", "(p-y)@x"),
    (ROWS, "b", "(P - Y)ᵀ 1/n"),
    (ROWS, "b", r"\frac1n (P-Y)^T \vec{1}"),
    (ROWS, "b", "np.mean(P - Y, axis=0)"),
    (ROWS, "b", "(P-Y).sum(axis=0)/n"),
    (ROWS, "W", "1/n ∑_i X_{ij} (P_{ik} - Y_{ik})"),
    (HIDDEN, "W1", r"(W_2 \circ (1-h^{\circ 2})) x^\top"),
    (HIDDEN, "W1", "np.outer(W2*(1-h**2), x)"),
    (THREE, "p", r"\begin{bmatrix} p_1 - y_1 \\ p_2 - y_2 \\ p_3 - y_3 \end{bmatrix}"),
    (THREE, "p", "(p_1 - y_1, p_2 - y_2, p_3 - y_3)^T"),
    (THREE, "p", "[p[1] - y[1]; p₂ - y₂; p₃ - y₃]"),
    (SOFTMAX, "dp/dx", "diag(p)(I - 1 pᵀ)"),
    ("z ∈ ℝ; f = gelu(z)", "z", r"\Phi(z) + z \varphi(z)"),
    (SOFTMAX, "dp/dx", r"p_j(\delta_{jk} - p_k)"),
    (SOFTMAX, "dp/dx", "p_j(1[j=k] - p_k)"),
    ("α, γ ∈ ℝ; x1, x2 ∈ ℝ; f = α x1 x2 + γ x1²", "x1", r"{\alpha}{x}_{2}+2{\gamma}{x}_{1}"),
    ("X ∈ ℝ^{n×d}; W ∈ ℝ^{d×m}; R = X W; L = ∑_{i,j} R_{ij}²", "W", "2 ∑_i X_{ia} R_{ib}"),
    ("x ∈ ℝ^n; A ∈ ℝ^{n×n}; L = xᵀ A x", "hess(x)", "A_{lm} + A_{ml}"),
    ("x ∈ ℝ^3; W ∈ ℝ^{3×3}; h = tanh(W x); L = sum(h)", "dh/dx", "(1-h²) ⊙ W"),
    ("x ∈ ℝ^3; W ∈ ℝ^{4×3}; h = tanh(W x); L = sum(h)", "dh/dx", "(1-h²) ⊙ W"),
]

WRONG = [
    (SQUARES, "w", r"{1 \over n} X^T (Xw - y)"),
    (SQUARES, "w", "(2/n)*np.dot(X.T, y - X@w)"),
    (UNIT, "w", r"\underbrace{(y-ŷ)}_{\partial L/\partial z} x"),
    (UNIT, "w", "x[ŷ+y]"),
    ("z ∈ ℝ; f = tanh(z)", "z", r"\operatorname{sech}(z)"),
    (LARGEST, "x", "[x>y][z>x]"),
    (LARGEST, "x", "𝟙[y > x > z]"),
    (KINK, "w", r"\mathbb{1}_{z<0} x"),
    (KINK, "w", "x if z > 0 else 1"),
    (ONE, "x", r"\begin{cases} 1, & x_i < b_i \\ -1, & x_i > b_i \end{cases}"),
    (CLASSES, "z", r"-y_i(1-p_i) + \sum_{j \neq i} y_j p_j"),
    (ROWS, "b", "(Y - P)ᵀ 1/n"),
    (ROWS, "b", "np.mean(P + Y, axis=0)"),
    (THREE, "p", r"\begin{bmatrix} p_1 - y_1 \\ p_3 - y_3 \\ p_2 - y_2 \end{bmatrix}"),
    (SOFTMAX, "dp/dx", r"p_j(\delta_{jk} - p_j)"),
    ("x ∈ ℝ^3; W ∈ ℝ^{3×3}; h = tanh(W x); L = sum(h)", "dh/dx", "(1+h²) ⊙ W"),
]


@pytest.mark.parametrize(("program", "target", "answer"), RIGHT)
def test_what_is_right_is_right_in_other_spellings(program: str, target: str, answer: str) -> None:
    verdict = gv.parse(program).check(target, answer, seed=1)
    assert verdict.ok, verdict.message
    assert verdict.parsed is not None


@pytest.mark.parametrize(("program", "target", "answer"), WRONG)
def test_what_is_wrong_is_wrong_in_other_spellings(program: str, target: str, answer: str) -> None:
    assert gv.parse(program).check(target, answer, seed=1).status == "unequal_proved"


@pytest.mark.parametrize(
    ("program", "answer"),
    [
        (RIDGE, "2(XᵀX + λ I_n) w - 2Xᵀy"),  # a size that does not fit
        (UNIT, r"\left.(ŷ - y) x\right|_{z=0}"),  # elsewhere than at z
        (ONE, r"\begin{cases} 1, & x_i > b_i \\ -1, & x_i < 0 \end{cases}"),
    ],
)
def test_what_says_something_else_is_refused(program: str, answer: str) -> None:
    graph = gv.parse(program)
    assert graph.check("x" if program == ONE else "w", answer).status == "invalid"


def test_long_texts_take_no_time() -> None:
    for text in ("(" * 4000, "{" * 4000, r"\over" * 800, "1[" * 2000, " if " * 1000, "[x>y]" * 800, r"\left." * 680):
        respelled(text, {"x"})


AT = {"x": [1, 2, -1], "W": [[1, 0, 2], [0.5, -1, 1]]}
LAYER = "x ∈ ℝ^3; W ∈ ℝ^{2×3}; z = W x; h = relu(z); L = sum(h²)"


@pytest.mark.parametrize(
    "answer",
    [
        r"\left[\begin{array}{c}-1\\-2.5\end{array}\right]",
        "[-1, -2.5]^T",
        "[-1 -2.5]",
        "[-1; -2.5]",
        "(-1, -2.5)",
        "(-1, -2.5)^T",
        "⟨-1, -2.5⟩",
        "-1, -2.5",
        r"\binom{-1}{-2.5}",
        "z ≈ (-1, -2.5)",
        "np.array([-1, -2.5])",
        "array([-1. , -2.5])",
        "tensor([-1.0000, -2.5000])",
    ],
)
def test_lists_of_numbers(answer: str) -> None:
    graph = gv.parse(LAYER)
    assert graph.check("z", answer, at=AT).ok
    assert graph.check("z", answer.replace("2.5", "2.6"), at=AT).status == "unequal_proved"


@pytest.mark.parametrize("answer", ["0", r"\mathbf{0}", "zeros(2)", "[0, 0]"])
def test_zero_is_an_array_of_zeros(answer: str) -> None:
    assert gv.parse(LAYER).check("h", answer, at=AT).ok
    assert not gv.parse(LAYER).check("z", answer, at=AT).ok


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("0.667", "equal_numeric"),
        ("≈ 0.667", "equal_numeric"),
        (r"f \approx 0.667", "equal_numeric"),
        ("66.7%", "equal_numeric"),
        ("(1/3) 2 = 0.667", "equal_numeric"),
        ("0.333*2 = 0.667", "equal_numeric"),
        ("0.335*2 = 0.667", "unequal_proved"),
        ("0.667 = 0.767", "unequal_proved"),
        ("0.666...", "invalid"),
        ("0.666…", "invalid"),
        (r"0.\overline{6}", "invalid"),
        ("0,667", "invalid"),
    ],
)
def test_numbers(answer: str, status: str) -> None:
    found = gv.parse("f = a b").check("f", answer, at={"a": 1 / 3, "b": 2})
    assert found.status == status, found.message
    if answer == "0,667":
        assert "write 0.667" in found.message


@pytest.mark.parametrize("answer", ["1,000,000", "1 000 000", "1_000_000", "10^6", "1e6"])
def test_large_numbers(answer: str) -> None:
    assert gv.parse("f = 1000 a").check("f", answer, at={"a": 1000}).ok


def test_a_typed_times_sign_before_a_power_of_ten() -> None:
    assert gv.parse("x, y ∈ ℝ; f = x² y + e^x").check("f", "4.85 x 10^8", at={"x": 20, "y": 0}).ok


def test_what_stands_beside_an_answer() -> None:
    graph = gv.parse("w, x, y, b ∈ ℝ; z = w x + b; ŷ = σ(z); L = (ŷ - y)²")
    right = "2(ŷ-y)ŷ(1-ŷ)x"
    for beside in ("z = w x + b", "L = (ŷ - y)²", "ŷ = 1/(1 + e^-z)"):
        assert graph.check("w", f"{right} where {beside}").ok
        assert "beside" not in graph.check("w", f"{beside}; {right}").message
    for beside in ("z = w x", "L = (ŷ - y)²/2", "z = 0"):
        assert graph.check("w", f"{beside}; {right}").status == "invalid"
    assert "'r = 5' beside it is not used" in graph.check("w", f"{right} where r = 5").message
    assert graph.check("w", "r where r = 2(ŷ-y)ŷ(1-ŷ)x").message == "right"


def test_decimals_beside_names_are_as_exact_as_they_are_written() -> None:
    graph = gv.parse("W ∈ ℝ^{2×2}; x ∈ ℝ^2; p = softmax(W x); L = -ln p[1]")
    at = {"W": [[1, 0], [0, 1]], "x": [1, 2]}
    assert graph.check("W", "[-0.731, 0.731] xᵀ", at=at).ok
    assert not graph.check("W", "[-0.732, 0.731] xᵀ", at=at).ok


def test_what_is_told_of_small_differences_and_of_zero() -> None:
    unit = gv.parse("w, x, y ∈ ℝ; z = w x; ŷ = σ(z); L = (ŷ - y)²")
    assert unit.check("w", "0", seed=1).diagnosis == ()
    little = unit.check("w", "2(ŷ-y)ŷ(1-ŷ)x + 1e-9", seed=1)
    mine, right = re.findall(r"is (−?[0-9.]+)(?:,|$)", little.message)
    assert mine != right
    assert gv.parse("q = x + y; f = q z").check("x", "z + 1e-9", seed=1).diagnosis == ()


@pytest.mark.parametrize("seed", range(4))
def test_witnesses_have_small_numbers(seed: int) -> None:
    for program, target, answer in (
        ("x, y, z ∈ ℝ; f = max(x, max(y, z))", "x", "𝟙[x > y]"),
        ("z ∈ ℝ; f = |z|", "z", "sign(z - 1/1000)"),
        ("x ∈ ℝ; 0 < p < 1; f = p relu(x - 1)", "x", "p 𝟙[x > 1.25]"),
    ):
        verdict = gv.parse(program).check(target, answer, seed=seed)
        assert verdict.status == "unequal_proved"
        assert all(len(number) < 5 for number in re.findall(r"/(\d+)", verdict.message)), verdict.message


def test_what_stands_behind_a_sum_is_told() -> None:
    found = gv.parse(LABELS).check("w", r"\sum_i p_i x_i - y_i x_i")
    assert found.status == "invalid"
    assert "put what is summed in parentheses" in found.message
    assert "parentheses" not in gv.parse(LABELS).check("w", "q_i x_i").message


HEADS = "Q, K ∈ ℝ^{n×d}; V ∈ ℝ^{n×m}; S = Q Kᵀ/sqrt(d); A = softmax(S); O = A V; L = 1/2 ‖O‖²"


@pytest.mark.parametrize("program", [HEADS, HEADS.replace("d", "5").replace("m", "4").replace("soft4ax", "softmax")])
def test_adjoints_as_programs_call_them(program: str) -> None:
    graph = gv.parse(program)
    root = "sqrt(d)" if program == HEADS else "sqrt(5)"
    for answer, right in ((f"dS @ K / {root}", True), (f"dA @ K / {root}", False), ("dS @ K", False), ("dQ", False)):
        assert graph.check("Q", answer).ok is right, answer
    verdict = graph.check("Q", f"dS @ K / {root}")
    assert str(verdict.parsed).startswith("∂L/∂S @ K")
    assert not graph.check("Q", f"dS @ K / {root}", strict=True).ok
