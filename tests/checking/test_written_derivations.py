"""Derivations as they are written in Markdown and prose, with operators, definitions and differentials; and slips in them."""

from __future__ import annotations

import time

import pytest

import gradviz as gv
from gradviz.checking.chains import rows_of

UNIT = gv.parse("z = w x + b; ŷ = σ(z); L = (ŷ - y)²")
SQUARES = gv.parse("X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; r = X w - y; L = rᵀ r")
CLASSES = gv.parse("z ∈ ℝ^k; y ∈ onehot(k); p = softmax(z); L = -∑_i y_i ln p_i")
END = "2(ŷ-y)ŷ(1-ŷ)x"
LATEX = r"2(\hat y-y)\hat y(1-\hat y)x"

# What is right, how many lines it has, and what makes it wrong when it is put in the place of what.
MARKED = [
    (
        r"**Step 1.** $\frac{dL}{d\hat y} = 2(\hat y - y)$"
        "\n\n"
        r"**Step 2.** $\frac{d\hat y}{dz} = \hat y(1-\hat y)$"
        "\n\n"
        r"**Step 3.** $\frac{dz}{dw} = x$"
        "\n\n"
        rf"**Answer:** $$\frac{{dL}}{{dw}} = {LATEX}$$",
        4,
        (r"\hat y(1-\hat y)$", r"\hat y(1+\hat y)$"),
    ),
    (
        "| quantity | value |\n|---|---|\n"
        r"| $dL/d\hat y$ | $2(\hat y-y)$ |"
        "\n"
        r"| $d\hat y/dz$ | $\hat y(1-\hat y)$ |"
        "\n\n"
        rf"So $dL/dw = {LATEX}$.",
        3,
        (r"$2(\hat y-y)$ |", r"$2(\hat y+y)$ |"),
    ),
    (rf"The chain rule gives $dL/dw = {LATEX}$ (q.e.d.)", 1, ("y-y", "y+y")),
    (
        rf"The derivative $d\hat y/dz$ is $\hat y(1-\hat y)$, so $dL/dw$ $=$ ${LATEX}$.",
        2,
        (r"(1-\hat y)$", r"(1+\hat y)$"),
    ),
    (f"I do not know. dL/dw = {END}", 1, ("ŷ-y", "ŷ+y")),
    (f"Step 1: dL/dŷ = 2(ŷ-y)\nStep 2: dL/dw = {END}", 2, ("dŷ = 2", "dŷ = 3")),
    (f"dL/dw = {END}  ✓", 1, ("1-ŷ", "1+ŷ")),
    (rf"dL/dw = {END} \quad \checkmark", 1, ("1-ŷ", "1+ŷ")),
    (f"dL/dw ≈ {END}", 1, ("1-ŷ", "1+ŷ")),
]

OPERATORS = [
    (UNIT, f"dL/dw = d/dw (ŷ-y)^2 = 2(ŷ-y) dŷ/dw = {END}", 3, ("(ŷ-y)^2", "(ŷ-y)^3")),
    (UNIT, rf"\frac{{dL}}{{dw}} = \frac{{d}}{{dw}}(\hat y-y)^2 = {END}", 2, ("y-y)^2", "y+y)^2")),
    (UNIT, rf"\frac{{dL}}{{dw}} = \frac{{\mathrm{{d}}}}{{\mathrm{{d}}w}}(\hat y-y)^2 = {END}", 2, ("y-y)^2", "y+y)^2")),
    (UNIT, f"dL/dw = d/dw [(ŷ-y)^2] = 2(ŷ-y) d/dw (ŷ - y) = 2(ŷ-y) ∂/∂w σ(z) = {END}", 4, ("∂w σ(z)", "∂w tanh(z)")),
    (UNIT, rf"dL/dw = \frac{{d(ŷ-y)^2}}{{dw}} = 2(ŷ-y)\frac{{\partial \sigma(z)}}{{\partial z}} x = {END}", 3, (r"\sigma", r"\tanh")),
    (UNIT, f"dL/dw = 2(ŷ-y) d/dz σ(z) · d/dw (w x + b) = {END}", 2, ("(w x + b)", "(w + b)")),
    (UNIT, f"dL/dw = 2(ŷ-y) ŷ(1-ŷ) d/dw w x = {END}", 2, ("w x =", "w w =")),
    (
        SQUARES,
        r"\nabla_w L = \nabla_w (w^T X^T X w - 2 y^T X w + y^T y) = 2 X^T X w - 2 X^T y",
        2,
        ("- 2 y^T X w", "- y^T X w"),
    ),
    (SQUARES, "∇_w L = ∇_w ‖X w - y‖² = 2 Xᵀ (X w - y)", 2, ("‖²", "‖")),
    (
        CLASSES,
        r"\frac{\partial L}{\partial z_i} = -\sum_j y_j \frac{\partial \ln p_j}{\partial z_i} = p_i - y_i",
        2,
        (r"\frac{\partial \ln p_j}{\partial z_i}", r"\frac{\partial \ln p_i}{\partial z_j}"),
    ),
]  # fmt: skip

DEFINITIONS = [
    ("dL/dw = u x where u = 2(ŷ-y)ŷ(1-ŷ)", 1, ("1-ŷ", "1+ŷ")),
    (f"dL/dw = u x, where u = 2(ŷ-y)ŷ(1-ŷ)\n= {END}", 2, ("where u = 2", "where u = 3")),
    ("Let u = ŷ - y. Then L = u² and dL/dw = 2u ŷ(1-ŷ) x", 2, ("L = u²", "L = u³")),
    ("With u = ŷ - y, dL/dw = 2u ŷ(1-ŷ) x", 1, ("2u", "3u")),
    (r"dL/dw = u v x \text{ where } u = 2(ŷ-y), v = ŷ(1-ŷ)", 1, ("(1-ŷ)", "(1+ŷ)")),
]


@pytest.mark.parametrize(
    ("graph", "text", "count", "slip"),
    [*[(UNIT, *row) for row in MARKED], *OPERATORS, *[(UNIT, *row) for row in DEFINITIONS]],
)
def test_what_is_right_follows_and_a_slip_does_not(
    graph: gv.Graph, text: str, count: int, slip: tuple[str, str]
) -> None:
    target = "z" if graph is CLASSES else "w"
    found = graph.check_derivation(target, text)
    assert (found.ok, len(found.lines)) == (True, count), (found.message, [line.text for line in found.lines])
    assert slip[0] in text
    wrong = graph.check_derivation(target, text.replace(slip[0], slip[1], 1))
    assert wrong.first_wrong is not None, [line.text for line in wrong.lines]


def test_a_line_that_cannot_be_read_is_not_called_wrong() -> None:
    found = UNIT.check_derivation("w", f"dL/dw = 2(ŷ-y) ⟦x⟧ = {END}")
    assert (found.ok, found.first_wrong, found.first_open, found.right) == (False, None, 1, 1)
    assert found.message.startswith("line 1 cannot be checked: ")
    found = UNIT.check_derivation("w", f"dL/dw = 2(ŷ-y) ⟦x⟧ = {END} = 7")
    assert (found.first_wrong, found.first_open) == (3, 1)
    assert found.message.startswith("line 3 does not follow: ")


def test_words_in_formulas_are_kept_where_they_are_functions() -> None:
    rows = list(rows_of(r"L = 2 \text{softmax}(z) \text{ by definition}", {"L", "softmax", "z"}))
    assert rows == [["L", r"2 \text{softmax}(z)"]]


@pytest.mark.parametrize("text", ["d/dw (ŷ-y)^2", "∇_w (ŷ-y)^2", r"\frac{d}{dw} (ŷ-y)^2"])
def test_the_derivative_of_all_that_is_written_out_is_no_answer(text: str) -> None:
    assert UNIT.check("w", text).status == "invalid"
    found = UNIT.check_derivation("w", f"dL/dw = {text}")
    assert (found.ok, found.score, found.first_wrong) == (False, 0.5, None)


@pytest.mark.parametrize(
    "text",
    [
        "d/dw x " * 300,
        "(d/dw x " * 50 + ")" * 50,
        r"\frac{\partial " * 50 + "z" + r"}{\partial w}" * 50,
        "d/dw x w + " * 200,
    ],
)
def test_nested_operators_take_no_time(text: str) -> None:
    assert not UNIT.check_derivation("w", f"dL/dw = {text}").ok


@pytest.mark.parametrize(
    ("text", "right", "total", "ok"),
    [
        ("dL/dw = x dL/dz\ndL/dz = dL/db\ndL/db = dL/dz", 2, 3, False),  # nothing is worked out
        ("dL/dw = x dL/dz\ndL/dz = 2(ŷ-y) ∂ŷ/∂z", 2, 3, False),
        ("dL/dw = x dL/dz\ndL/dz = 2(ŷ-y) ∂ŷ/∂z\n∂ŷ/∂z = ŷ(1-ŷ)", 3, 3, True),
        ("z = w x + b\nŷ = σ(z)\nL = (ŷ-y)²", 0, 1, False),  # what the program says is no step
        ("z = w x + b = x w + b = b + w x = 1 w x + b\ndL/dw = 7", 0, 1, False),
        ("dL/db = 2(ŷ-y)ŷ(1-ŷ)\ndL/dw = 7", 0, 1, False),  # nor is what leads elsewhere
        (f"z = w x\ndL/dw = {END}", 1, 2, False),  # what is wrong counts wherever it stands
    ],
)
def test_only_steps_to_the_end_count(text: str, right: int, total: int, ok: bool) -> None:
    found = UNIT.check_derivation("w", text)
    assert (found.right, found.total, found.ok) == (right, total, ok), found.message


def test_differentials_are_not_called_wrong() -> None:
    found = SQUARES.check_derivation("w", "L = rᵀ r\ndL = 2 rᵀ dr = 2 rᵀ X dw\ndL/dw = 2 Xᵀ r")
    assert (found.first_wrong, found.first_open, found.score) == (None, 2, 1.0)
    assert "differential" in found.message


@pytest.mark.parametrize(
    "text",
    [
        "dL = 2 rᵀ dr\ndr = X dw\ndL/dw = 2 Xᵀ r",
        r"dL = 2 r^T \mathrm{d}r" + "\n" + r"\mathrm{d}r = X \mathrm{d}w" + "\ndL/dw = 2 Xᵀ r",
    ],
)
@pytest.mark.parametrize("sizes", ["n d", "5 3"])  # d is a size, and none
def test_differentials_of_stages_are_not_called_wrong(text: str, sizes: str) -> None:
    n, d = sizes.split()
    found = gv.parse(f"X ∈ ℝ^{{{n}×{d}}}; w ∈ ℝ^{d}; y ∈ ℝ^{n}; r = X w - y; L = rᵀ r").check_derivation("w", text)
    assert (found.first_wrong, found.first_open, found.ok) == (None, 1, False)
    assert found.lines[-1].verdict.ok
    assert "differentials are not judged" in found.message


@pytest.mark.parametrize("left", ["(σ(z))'", "d/dz σ(z)", r"\frac{\partial \sigma}{\partial z}", "dσ/dz"])
def test_derivatives_of_functions_by_their_names(left: str) -> None:
    good = UNIT.check_derivation("w", f"{left} = σ(z)(1-σ(z))\ndL/dw = 2(ŷ-y) {left} x = {END}")
    assert (good.ok, good.score) == (True, 1), good.message
    bad = UNIT.check_derivation("w", f"{left} = σ(z)(1+σ(z))\ndL/dw = {END}")
    assert bad.first_wrong == 1


ASIDES = [
    ("Let u = ŷ - y. Then L = u² and dL/du = 2u.\ndL/dw = 2u ŷ(1-ŷ) x", 2, ("= 2u.", "= 3u.")),
    ("e = ŷ - y\nL = e²\ndL/de = 2e\nde/dŷ = 1\ndL/dw = 2 e ŷ(1-ŷ) x", 3, ("dŷ = 1", "dŷ = 2")),
    (f"σ(z) = 1/(1+e^-z)\nσ'(z) = σ(z)(1-σ(z))\ndL/dw = 2(ŷ-y)σ'(z)x = {END}", 2, ("e^-z", "e^z")),
    (f"σ(z) = 1/(1+e^-z)\nσ'(z) = σ(z)(1-σ(z))\ndL/dw = 2(ŷ-y)σ'(z)x = {END}", 2, ("(1-σ(z))", "(1+σ(z))")),
    (f"∂z/∂w = x, ∂z/∂b = 1\ndL/dw = {END}", 2, ("w = x", "w = b")),
    (f"d/dz σ(z) = σ(z)(1-σ(z))\ndL/dw = {END}", 1, ("(1-σ(z))", "(1+σ(z))")),
    ("u = ŷ - y\ndL/dw = dL/du · du/dŷ · dŷ/dz · dz/dw = 2u · 1 · ŷ(1-ŷ) x", 2, ("2u", "3u")),
    (f"2(ŷ-y) = 2ŷ - 2y\ndL/dw = {END}", 1, ("2ŷ - 2y", "2ŷ - y")),
]


@pytest.mark.parametrize(("text", "total", "slip"), ASIDES)
def test_rows_about_what_is_written_out(text: str, total: int, slip: tuple[str, str]) -> None:
    found = UNIT.check_derivation("w", text)
    assert (found.ok, found.right, found.total) == (True, total, total), found.message
    wrong = UNIT.check_derivation("w", text.replace(slip[0], slip[1], 1))
    assert wrong.first_wrong is not None
    assert wrong.score < 1


def test_a_row_about_a_function_is_not_held_against_the_target() -> None:
    found = UNIT.check_derivation("w", f"σ(z) = 1/(1+e^z)\ndL/dw = {END}")
    assert found.message == "line 1 does not follow: wrong: σ(z) is not 1/(1+e^z)"


CHAT = r"""## Solution

Using the chain rule,

$$
\frac{dL}{dw} = \frac{dL}{d\hat{y}} \cdot \frac{d\hat{y}}{dz} \cdot \frac{dz}{dw}
$$

where:

- $\frac{dL}{d\hat{y}} = 2(\hat{y} - y)$
- $\frac{d\hat{y}}{dz} = \hat{y}(1 - \hat{y})$
- $\frac{dz}{dw} = x$

Therefore:

$$
\boxed{\frac{dL}{dw} = 2(\hat{y} - y)\hat{y}(1 - \hat{y})x}
$$
"""


@pytest.mark.parametrize(
    ("text", "total", "slip"),
    [
        (CHAT, 5, ("= x$", "= w$")),
        (CHAT, 5, (r"\boxed{\frac{dL}{dw} = 2", r"\boxed{\frac{dL}{dw} = 3")),
        (f"Given: L = (ŷ-y)^2.\nFind: dL/dw.\nAnswer: dL/dw = {END}", 1, ("ŷ(1-ŷ)", "ŷ(1+ŷ)")),
        (f"dL/dw = 2(ŷ-y) dŷ/dw   [definition of the loss]\n= {END}", 2, ("2(ŷ-y) dŷ/dw", "(ŷ-y) dŷ/dw")),
        (rf"dL/dw &= 2(ŷ-y) dŷ/dw \\ &= {END} && \text{{since }} \sigma'(z) = \sigma(z)(1-\sigma(z))", 2, ("2(ŷ-y) dŷ", "3(ŷ-y) dŷ")),
    ],
)  # fmt: skip
def test_what_others_write(text: str, total: int, slip: tuple[str, str]) -> None:
    found = UNIT.check_derivation("w", text)
    assert (found.ok, found.right, found.total) == (True, total, total), found.message
    assert slip[0] in text
    assert UNIT.check_derivation("w", text.replace(slip[0], slip[1], 1)).first_wrong is not None


@pytest.mark.parametrize("piece", [r"\(a ", "__a ", "**a ", r"\boxed{", " (aa ", "a = b where ", "with u = ", "| a "])
def test_long_texts_are_taken_apart_fast(piece: str) -> None:
    before = time.process_time()
    list(rows_of(piece * (60_000 // len(piece)), {"a", "b"}))
    assert time.process_time() - before < 30


MATRICES = r"""
\begin{align}
\frac{\partial L}{\partial x} &= W^T \begin{bmatrix} 2 z_1 \\ 1 \end{bmatrix} && \text{by $\frac{\partial L}{\partial z_{1}}$} \\
&= \begin{bmatrix} W_{11} & W_{21} \\ W_{12} & W_{22} \end{bmatrix} \begin{pmatrix} 2z_1 \\
 1 \end{pmatrix} \\
&= \begin{pmatrix} 2 W_{11} z_1 + W_{21} \\ 2 W_{12} z_1 + W_{22} \end{pmatrix}
\end{align}
"""


@pytest.mark.parametrize(
    ("there", "instead", "wrong"), [("", "", None), ("2 W_{12}", "W_{12}", 3), ("& W_{21}", "& W_{12}", 2)]
)
def test_rows_of_matrices_are_no_rows_of_a_derivation(there: str, instead: str, wrong: int | None) -> None:
    graph = gv.parse("x ∈ ℝ^2; W ∈ ℝ^{2×2}; z = W x; L = z[1]^2 + z[2]")
    found = graph.check_derivation("x", MATRICES.replace(there, instead) if there else MATRICES)
    assert (len(found.lines), found.first_wrong) == (3, wrong)


COLUMNS = """
dL/dŷ = 2(ŷ - y)    dŷ/dz = ŷ(1 - ŷ)    power rule
dL/dz = dL/dŷ · dŷ/dz          the chain rule
      = 2(ŷ - y) ŷ(1 - ŷ)      dL/dŷ = 2(ŷ - y)
"""


def test_what_stands_behind_a_gap_is_a_reason_or_a_row_of_its_own() -> None:
    graph = gv.parse("ŷ = σ(z); L = (ŷ - y)^2")
    found = graph.check_derivation("z", COLUMNS)
    assert (len(found.lines), found.score) == (4, 1)
    assert graph.check_derivation("z", COLUMNS.replace("dŷ/dz = ŷ(1 - ŷ)", "dŷ/dz = 1 - ŷ²")).first_wrong == 2


def test_a_function_of_arrays_with_a_prime_is_refused() -> None:
    graph = gv.parse("W ∈ ℝ^{2×3}; z = flatten(W); L = ‖z‖²")
    assert graph.check("W", "(flatten(W))' nothing").status == "invalid"
