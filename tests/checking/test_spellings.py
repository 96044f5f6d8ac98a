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
