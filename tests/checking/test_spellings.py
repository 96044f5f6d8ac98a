"""Answers as students write them, that a reader of programs alone would refuse."""

from __future__ import annotations

import pytest

import gradviz as gv

BCE = "y ∈ {0, 1}; z = w x; ŷ = σ(z); L = -y ln ŷ - (1 - y) ln(1 - ŷ)"
SWISH = "swish(v) = v σ(v)\nz = w x\nL = swish(z)"
DECAY = "f = x e^(-x)"


@pytest.mark.parametrize(
    ("source", "target", "answer", "status"),
    [
        (SWISH, "w", "swish'(z) x", "equal_proved"),
        (SWISH, "w", "x swish'(w x)", "equal_proved"),
        (SWISH, "w", "swish''(z) x", "unequal_proved"),
        (SWISH, "w", "swish'(x) x", "unequal_proved"),
        (BCE, "z", r"\begin{cases} ŷ - 1 & y = 1 \\ ŷ & y = 0 \end{cases}", "equal_proved"),
        (
            BCE,
            "z",
            r"\frac{\partial L}{\partial z} = \begin{cases} ŷ - 1 & y = 1 \\ ŷ & y = 0 \end{cases}",
            "equal_proved",
        ),
        (BCE, "z", r"\begin{cases} ŷ & y = 1 \\ ŷ - 1 & y = 0 \end{cases}", "unequal_proved"),
        (DECAY, "x", "e^{-x} - xe^{-x}", "equal_proved"),
        (DECAY, "x", "e⁻ˣ - xe⁻ˣ", "equal_proved"),
        (DECAY, "x", "e^{-x} + xe^{-x}", "unequal_proved"),
        (DECAY, "x", "xe", "invalid"),
        (DECAY, "x", r"\frac{df}{dx} = \boxed{(1 - x) e^{-x}}", "equal_proved"),
    ],
)
def test_spellings(source: str, target: str, answer: str, status: str) -> None:
    assert gv.parse(source).check(target, answer).status == status


def test_cases_that_leave_values_out_are_refused() -> None:
    found = gv.parse("y ∈ {0, 1, 2}; L = y z").check("z", r"\begin{cases} 1 & y = 1 \\ 0 & y = 0 \end{cases}")
    assert found.status == "invalid"


VARIANCE = "x, v, μ ∈ ℝ; L = (x - μ)²/(2 e^v) + v/2"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("1/2 - (x-μ)²/(2σ²) where σ² = e^v", "equal_proved"),
        (r"\frac12 - \frac{(x-\mu)^2}{2\sigma^2} \text{ where } \sigma^2 = e^v", "equal_proved"),
        ("dL/dv = 1/2 - (x-μ)²/(2s²), s² = e^v", "equal_proved"),
        ("1/2 - (x-μ)²/(2σ^2) where σ^2 = e^{2v}", "unequal_proved"),
        ("1/2 + (x-μ)²/(2σ²), σ² = e^v", "unequal_proved"),
        ("1/2 - (x-μ)²/(2σ) where σ² = e^v", "invalid"),
        ("1/2 - (x-μ)²/(2e^v) where σ² = e^v", "invalid"),
    ],
)
def test_a_square_may_be_defined_beside_an_answer(answer: str, status: str) -> None:
    assert gv.parse(VARIANCE).check("v", answer).status == status


def test_the_square_of_a_name_of_the_program_is_not_defined_anew() -> None:
    graph = gv.parse("x, μ ∈ ℝ; s > 0; L = (x - μ)²/(2 s²) + ln s")
    assert graph.check("μ", "(μ-x)/s² where s² = e^x").status == "invalid"
    assert graph.check("μ", "(μ-x)/s²").ok


@pytest.mark.parametrize(("right", "ok"), [(r"\sigma(z)(1-\sigma(z))", True), (r"\sigma(z)(1+\sigma(z))", False)])
def test_the_derivative_of_a_function_in_brackets_is_a_line(right: str, ok: bool) -> None:
    graph = gv.parse("w, x, y ∈ ℝ; z = w x; p = σ(z); L = -y ln p - (1 - y) ln(1 - p)")
    found = graph.check_derivation("w", rf"\left(\sigma(z)\right)' = {right}" + "\n" + r"dL/dw = (p - y) x")
    assert [line.verdict.ok for line in found.lines] == [ok, True]
