"""Names that an answer defines beside itself."""

from __future__ import annotations

import pytest

import gradviz as gv

SQUARES = gv.parse("X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; L = ‖X w - y‖²")
NAMED = gv.parse("X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; r = X w - y; L = ‖r‖²")
RIGHT = "2Xᵀ(X w − y)"


@pytest.mark.parametrize("graph", [SQUARES, NAMED])
@pytest.mark.parametrize(
    "text",
    [
        "2 Xᵀ r where r = X w - y",
        "2 Xᵀ r, r = X w - y",
        "2 X^T r, where r = Xw - y.",
        "$2 X^T r$ where $r = X w - y$",
        r"2 X^T r \text{ where } r = Xw - y",
        r"2 X^T r, \quad r = Xw - y",
        "dL/dw = 2 Xᵀ r with r = X w - y",
        "r = X w - y; 2 Xᵀ r",
        "r = X w - y\ndL/dw = 2 Xᵀ r",
        "let r = Xw - y, then dL/dw = 2 X^T r",
    ],
)
def test_a_name_is_what_the_answer_says(graph: gv.Graph, text: str) -> None:
    verdict = graph.check("w", text)
    assert verdict.ok, verdict.message
    assert verdict.parsed is not None
    assert verdict.parsed.unicode == RIGHT


def test_definitions_may_be_made_of_each_other() -> None:
    assert SQUARES.check("w", "2 Xᵀ r, r = a - y, a = X w").ok
    assert not SQUARES.check("w", "2 Xᵀ r, r = a + y, a = X w").ok
    assert SQUARES.check("w", "2 Xᵀ r, r = 1[2 = 2] (X w - y)").ok


@pytest.mark.parametrize("graph", [SQUARES, NAMED])
@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("2 Xᵀ r where r = y - X w", "unequal_proved"),
        ("Xᵀ r, r = X w - y", "unequal_proved"),
        ("5 where q = 2 Xᵀ (X w - y)", "unequal_proved"),
        ("wrong, g = 2 Xᵀ (X w - y)", "invalid"),
        ("2 Xᵀ r, r = r", "invalid"),
        ("2 Xᵀ r, r = a, a = r", "invalid"),
        ("2 Xᵀ r, r = X w - y, r = X w - y", "invalid"),
        ("2 Xᵀ r, r = y = X w - y", "invalid"),
        ("y, dL/dw = 2 Xᵀ (X w - y)", "invalid"),
        ("2 Xᵀ (X w - y), dL/dw = y", "invalid"),
        ("2 Xᵀ r, r = X v - y", "invalid"),
    ],
)
def test_and_nothing_else(graph: gv.Graph, text: str, status: str) -> None:
    assert graph.check("w", text).status == status


def test_definitions_that_grow_are_refused() -> None:
    chain = ", ".join(f"a{n} = " + " ".join([f"a{n + 1}"] * 20) for n in range(9))
    assert SQUARES.check("w", f"a0, {chain}, a9 = w").status == "resource"
