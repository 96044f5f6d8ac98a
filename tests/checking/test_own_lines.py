"""What gradviz prints, it takes: every line of its own derivations follows, alone and together."""

from __future__ import annotations

import pytest

import gradviz as gv
from tests.derivation.programs import PROGRAMS

STYLES = ("delta", "chain", "index")
OPEN: set[tuple[str, str]] = set()
"""Derivations with lines such as ``∂(e^zᵢ)/∂zⱼ``, which are not read: they are refused, not called wrong."""


UNNAMED = {
    "inverse": ("X ∈ ℝ^{n×n}; a, b ∈ ℝ^n; L = aᵀ X⁻¹ b", "X"),
    "determinant": ("X ∈ ℝ^{n×n}; L = ln det X", "X"),
    "a product with itself": ("X ∈ ℝ^{n×m}; b ∈ ℝ^m; c ∈ ℝ^n; L = (X b + c)ᵀ (X b + c)", "X"),
    "two paths": ("x ∈ ℝ^n; L = ∑_i x_i ln(x_i) + logsumexp(x); x > 0", "x"),
    "two paths by name": ("x, c ∈ ℝ^n; μ = mean(x); u = (x - μ)²; L = cᵀ u", "x"),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("program", UNNAMED)
def test_lines_about_what_has_no_name(program: str, style: str) -> None:
    text, name = UNNAMED[program]
    graph = gv.parse(text)
    lines = list(map(str, graph.derivation(name, style=style).steps))
    assert graph.check_derivation(name, "\n".join(lines)).ok
    for n, line in enumerate(lines):
        left, right = line.split(" = ", 1)
        found = graph.check_derivation(name, "\n".join([*lines[:n], f"{left} = 2({right})", *lines[n + 1 :]]))
        assert (found.first_wrong or found.first_open) == n + 1, line


@pytest.mark.parametrize(
    ("of", "answer", "ok"),
    [
        ("dZ/dX", "∂Zᵢⱼ/∂Xₗₘ = δᵢₗ Wₘⱼ", True),
        ("dZ/dW", "∂Zᵢⱼ/∂Wₗₘ = Xᵢₗ δⱼₘ", True),
        ("dZ/dW", "∂Zᵢⱼ/∂Wₗₘ = 2Xᵢₗ δⱼₘ", False),
    ],
)
def test_an_entry_of_a_jacobian_by_its_indices(of: str, answer: str, ok: bool) -> None:
    graph = gv.parse("X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; Z = X W; L = sum(Z ⊙ Z)")
    assert graph.check(of, answer).ok is ok


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("program", PROGRAMS)
def test_every_line_of_a_derivation_follows(program: str, style: str) -> None:
    graph = gv.parse(PROGRAMS[program])
    for name in graph.dag.leaves:
        derivation = graph.derivation(name, style=style)
        found = graph.check_derivation(name, "\n".join(map(str, derivation.steps)))
        if (program, style) in OPEN:
            assert {line.verdict.status for line in found.lines if not line.verdict.ok} <= {"invalid"}
        else:
            assert found.ok, (name, found.message)


@pytest.mark.parametrize("style", ["delta", "chain"])
@pytest.mark.parametrize("program", ["bce-sigmoid", "residual", "regression", "quadratic", "one-line"])
def test_every_line_about_what_is_asked_is_an_answer(program: str, style: str) -> None:
    graph = gv.parse(PROGRAMS[program])
    for name in graph.dag.leaves:
        derivation = graph.derivation(name, style=style).json()
        kinds = {s["kind"] for s in derivation}
        for step in derivation:
            if step["left"] == derivation[-1]["left"] and "path" not in kinds:
                assert graph.check(name, step["unicode"]).ok, (name, step["unicode"])


def test_a_line_with_a_slip_is_told() -> None:
    graph = gv.parse(PROGRAMS["one-line"])
    lines = [f"{s['left']} = {s['unicode']}" for s in graph.derivation("W").json()]
    assert graph.check_derivation("W", "\n".join(lines)).ok
    for n, line in enumerate(lines):
        left, right = line.split(" = ", 1)
        found = graph.check_derivation("W", "\n".join([*lines[:n], f"{left} = 2({right})", *lines[n + 1 :]]))
        assert found.first_wrong is not None, line


def test_derivatives_of_sums_of_entries_are_read():
    graph = gv.parse("X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; L = 1/n ‖X w - y‖²")
    right = graph.check_derivation("w", "∂L/∂wᵢ = (Σⱼ ∂((Σₖ Xⱼₖ wₖ − yⱼ)²)/∂wᵢ)/n = (2/n) Xᵀ(X w − y)")
    assert right.ok
    wrong = graph.check_derivation("w", "∂L/∂wᵢ = (Σⱼ ∂((Σₖ Xⱼₖ wₖ + yⱼ)²)/∂wᵢ)/n = (2/n) Xᵀ(X w − y)")
    assert not wrong.ok
    chained = gv.parse("X ∈ ℝ^{n×d}; w ∈ ℝ^d; Z = X ⊙ wᵀ; L = sum(Z w)")
    said = chained.check_derivation("w", "∂L/∂wᵢ = Σⱼ ∂(Σₖ Zⱼₖ wₖ)/∂wᵢ")
    assert said.lines[0].verdict.ok
    assert "Z moves along" in said.lines[0].verdict.message


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("written", ["text", "latex", "markdown"])
@pytest.mark.parametrize("program", ["bce-spelled", "softmax-entries", "regression", "batch", "bce-biases"])
def test_a_derivation_as_it_is_printed_follows_and_its_reasons_are_no_lines(
    program: str, written: str, style: str
) -> None:
    graph = gv.parse(PROGRAMS[program])
    for name in graph.inputs:
        derivation = graph.derivation(name, style=style)
        found = graph.check_derivation(name, getattr(derivation, written)())
        assert found.score == 1, (name, found.first_wrong, found.first_open)
        assert len(found.lines) <= len(derivation.steps) + 1, name


def test_a_remark_in_brackets_below_a_derivation_is_no_line() -> None:
    graph = gv.parse("x ∈ ℝ^6; k ∈ ℝ^2; L = sum(tanh(conv1d(x, k)))")
    text = graph.derivation("k").text()
    assert "(the cross-correlation of" in text
    assert graph.check_derivation("k", text).score == 1


PATHS = """
∂L/∂x = ∂L/∂h · ∂h/∂x + ∂L/∂b · ∂b/∂x
∂L/∂b · ∂b/∂x = 2b · ∂b/∂x
              = 2b · 1
              = {}
"""


@pytest.mark.parametrize(("last", "wrong"), [("2b", None), ("2b + x", 4), ("b", 4)])
def test_lines_of_one_path_go_on_below_each_other(last: str, wrong: int | None) -> None:
    graph = gv.parse("x ∈ ℝ^3; W ∈ ℝ^{3×3}; h = relu(W x); b = h + x; L = ‖b‖²")
    assert graph.check_derivation("x", PATHS.format(last)).first_wrong == wrong


@pytest.mark.parametrize("style", ["delta", "chain"])
def test_paths_of_an_array_of_another_shape_than_the_target(style: str) -> None:
    graph = gv.parse("W ∈ ℝ^{6×6}; V ∈ ℝ^{5×5}; a = W[1:5, 2:6]; h = V + a; L = ‖a‖² + ‖h‖²")
    assert graph.check_derivation("W", graph.derivation("W", style=style).text()).score == 1


@pytest.mark.parametrize(
    ("row", "ok"), [("∂r/∂h = 1", True), ("∂r/∂h = I", True), ("∂r/∂h = 2", False), ("∂g/∂h = 1", False)]
)
def test_a_number_may_say_what_all_factors_of_entries_are(row: str, ok: bool) -> None:
    graph = gv.parse("x ∈ ℝ^3; W ∈ ℝ^{3×3}; h = tanh(W x); r = h + x; g = 3h; L = ‖r‖² + sum(g)")
    assert graph.check_derivation("x", row).lines[0].verdict.ok is ok
