"""Derivations: what each row is about, how lines count, and whether the last is finished."""

from __future__ import annotations

import pytest

import gradviz as gv
from tests.checking.problems import BCE

GRAPH = gv.parse(BCE)
UNIT = gv.parse("z = w x; ŷ = σ(z); L = (ŷ - y)^2")
SLOPE = "2(ŷ - y) ŷ(1 - ŷ) x"


@pytest.mark.parametrize(
    ("text", "right", "total", "first"),
    [
        ("dL/dŷ = -y/ŷ + (1-y)/(1-ŷ)\ndŷ/dz2 = ŷ(1-ŷ)\ndL/dW2 = (ŷ - y) h1", 3, 3, None),
        ("dL/dŷ = -y/ŷ - (1-y)/(1-ŷ)\ndŷ/dz2 = ŷ(1-ŷ)\ndL/dW2 = (ŷ - y) h1", 2, 3, 1),
        ("dL/dŷ = -y/ŷ + (1-y)/(1-ŷ)\ndŷ/dz2 = ŷ(ŷ-1)\ndL/dW2 = (ŷ - y) h1", 2, 3, 2),
        ("ŷ = σ(z2)\ndL/dW2 = (ŷ - y) h1", 1, 1, None),
        ("ŷ = σ(z1)\ndL/dW2 = (ŷ - y) h1", 1, 2, 1),
        ("δ2 = ∂L/∂z2\n = ∂L/∂ŷ · ∂ŷ/∂z2\n = ŷ - y\ndL/dW2 = δ2 h1", 3, 3, None),
        ("δ2 = ŷ - y\ndL/dW2 = δ2 h1\n = (ŷ - y) h1", 3, 3, None),
        ("r = ŷ - y\ndL/dW2 = r h1", 1, 1, None),
        ("r = y - ŷ\ndL/dW2 = r h1", 0, 1, 1),
        ("dL/dq = ŷ - y\ndL/dW2 = (ŷ - y) h1", 1, 2, 1),
        (
            r"\begin{align} \frac{\partial L}{\partial z_2} &= \hat y - y \\"
            r"\frac{\partial L}{\partial W_2} &= \frac{\partial L}{\partial z_2} h_1 \end{align}",
            2,
            2,
            None,
        ),
    ],
)
def test_each_row_is_what_its_left_side_says(text: str, right: int, total: int, first: int | None) -> None:
    found = GRAPH.check_derivation("W2", text)
    assert (found.right, found.total, found.first_wrong or found.first_open, found.ok) == (
        right,
        total,
        first,
        first is None,
    )


def test_a_wrong_row_has_a_diagnosis_of_its_own() -> None:
    found = GRAPH.check_derivation("W2", "dŷ/dz2 = ŷ(ŷ - 1)\ndL/dW2 = (ŷ - y) h1")
    assert [m.mistake for m in found.lines[0].verdict.diagnosis] == ["sign"]


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("dL/dW2 = dL/dz2 · dz2/dW2", 1 / 2),
        ("dL/dW2 = δ2 h1", 1 / 2),
        ("dL/dW2 = dL/dz2 · dz2/dW2 = (ŷ - y) · dz2/dW2", 2 / 3),
        ("dL/dŷ = -y/ŷ + (1-y)/(1-ŷ)", 1 / 2),
    ],
)
def test_a_derivation_that_stops_is_not_finished(text: str, score: float) -> None:
    found = GRAPH.check_derivation("W2", text)
    assert found.first_wrong is None
    assert not found.ok
    assert found.score == pytest.approx(score)
    assert found.message.startswith("every line follows, and ")
    assert GRAPH.check_derivation("W2", f"{text}\ndL/dz2 = ŷ - y\ndL/dW2 = (ŷ - y) h1").ok


@pytest.mark.parametrize("feedback", ["none", "full"])
def test_what_is_said_again_counts_once(feedback: str) -> None:
    text = "dL/dw = " + "\n = ".join([SLOPE, SLOPE.replace(" ", ""), *[SLOPE] * 97, "2 x"])
    found = UNIT.check_derivation("w", text, feedback=feedback)
    assert (found.right, found.total, found.score, len(found.lines)) == (1, 2, 0.5, 100)
    assert found.first_wrong == 100


def test_what_is_too_long_is_refused_whole() -> None:
    for text in ("dL/dw = " + "\n = ".join([SLOPE] * 201), "dL/dw = " + SLOPE + " " * 70_000):
        found = UNIT.check_derivation("w", text)
        assert (found.ok, found.right, found.lines[0].verdict.status) == (False, 0, "resource")


def test_a_row_with_a_chain_before_its_sign_of_equality_is_about_that() -> None:
    right = "dL/dŷ · dŷ/dz2 = ŷ - y\ndL/dW2 = (ŷ - y) h1"
    assert GRAPH.check_derivation("W2", right).ok
    wrong = GRAPH.check_derivation("W2", right.replace("ŷ - y\n", "y - ŷ\n"))
    assert wrong.first_wrong == 2
    assert wrong.lines[1].verdict.diagnosis[0].mistake == "sign"
