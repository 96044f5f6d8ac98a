"""Names that nothing declares, and that say a part of an array."""

import pytest

import gradviz as gv


@pytest.mark.parametrize(
    ("program", "by", "form"),
    [
        ("x ∈ ℝ^3; L = x_1² + x_2 x₃", "x", "[2x[1], x[3], x[2]]"),
        ("z ∈ ℝ^2; h = tanh(z); L = h_1 h_2", "h", "[h[2], h[1]]"),
        ("W ∈ ℝ^{2×2}; L = W_{12} W_{2,1}", "W", "[[0, W[2, 1]], [W[1, 2], 0]]"),
        ("A ∈ ℝ^{m×n}; L = vec(A)ᵀ vec(A)", "A", "2A"),
        ("A, B ∈ ℝ^{n×n}; L = sum(vec(A B)²)", "A", "2A B Bᵀ"),
        ("B ∈ ℝ^{2×3}; c ∈ ℝ^6; L = cᵀ vec(B)", "c", "flatten(Bᵀ)"),
    ],
)
def test_is_the_part(program: str, by: str, form: str) -> None:
    graph = gv.parse(program)
    assert str(graph.gradient(by)) == form
    assert graph.check(by, form).ok
    assert not graph.undeclared


@pytest.mark.parametrize(
    ("program", "by", "form"),
    [
        ("x ∈ ℝ^2; x1 ∈ ℝ; L = x1 sum(x)", "x1", "𝟏ᵀ x"),
        ("x ∈ ℝ^2; L = x1 sum(x); at x1 = 3", "x1", "𝟏ᵀ x"),
        ("x ∈ ℝ^2; L = x_3 sum(x)", "x3", "𝟏ᵀ x"),
        ("x ∈ ℝ; L = x_1 x", "x1", "x"),
        (r"A ∈ ℝ^{2×2}; \vec{A} ∈ ℝ^2; L = \vec{A}ᵀ A \vec{A}", "A", "A⃗ A⃗ᵀ"),
    ],
)
def test_another_name_stays(program: str, by: str, form: str) -> None:
    assert str(gv.parse(program).gradient(by)) == form


def test_is_told() -> None:
    assert "x1 is x[1]: nothing declares another x1" in map(str, gv.parse("x ∈ ℝ^3; L = x_1²").remarks)


@pytest.mark.parametrize("answer", ["[2x_1, x_3, x_2]", "(2x₁, x₃, x₂)", "[2x[1], x3, x2]"])
def test_answers(answer: str) -> None:
    graph = gv.parse("x ∈ ℝ^3; L = x[1]² + x[2] x[3]")
    assert graph.check("x", answer).ok
    assert not graph.check("x", f"{answer} + [0, x_1, 0]").ok
    assert "'x4' is not a name" in str(graph.check("x", "[x_4, 0, 0]"))


def test_answers_may_stack_columns() -> None:
    graph = gv.parse("B ∈ ℝ^{2×3}; c ∈ ℝ^6; L = cᵀ vec(B)")
    assert graph.check("c", "vec(B)").ok
    assert not graph.check("c", "flatten(B)").ok
