"""Gradients where a sweep in floating point meets 0 · ∞: the formula's number, which is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradviz as gv

BCE = "ŷ = σ(z); L = -y ln ŷ - (1 - y) ln(1 - ŷ)"


@pytest.mark.parametrize(
    ("source", "at", "name", "wanted"),
    [
        (BCE, {"z": 800, "y": 0}, "z", 1.0),
        (BCE, {"z": 800, "y": 1}, "z", 0.0),
        (BCE, {"z": -800, "y": 1}, "z", -1.0),
        ("z, y ∈ ℝ^3; ŷ = softmax(z); L = -yᵀ ln ŷ", {"z": [0, 800, 0], "y": [1, 0, 0]}, "z", [-1, 1, 0]),
        (
            "x ∈ ℝ^2; w ∈ ℝ^2; a = wᵀ x; ŷ = σ(a); L = -ln(1 - ŷ)",
            {"x": [300, 500], "w": [1, 1]},
            "w",
            [300, 500],
        ),
    ],
)
def test_the_formula_is_finite(source: str, at: dict[str, Any], name: str, wanted: Any) -> None:
    ex = gv.parse(source).explain(at=at)
    assert np.allclose(ex.gradients[name], wanted, atol=1e-12)
    assert name in ex.by_formula
    assert name in ex.json()["by_formula"]
    assert "the value of the formula" in ex.text()


def test_what_is_finite_is_the_sweeps() -> None:
    ex = gv.parse(BCE).explain(at={"z": 3, "y": 0})
    assert ex.by_formula == ()
    assert "by_formula" not in ex.json()


def test_what_has_no_number_has_none() -> None:
    ex = gv.parse("L = ln(x) + 1/x").explain(at={"x": 0})
    assert not np.isfinite(ex.gradients["x"])
    for text in ("L = 0/x", "L = x^2/x", "L = (x^2 - x)/x"):
        ex = gv.parse(text).explain(at={"x": 0})
        assert not np.isfinite(ex.gradients["x"])
        assert ex.by_formula == ()


def test_what_overflows_on_the_way() -> None:
    ex = gv.parse("h = e^z/(1 + e^z); L = -ln(h)").explain(at={"z": 800})
    assert ex.gradients["z"] == pytest.approx(0, abs=1e-300)
    ex = gv.parse("x ∈ ℝ^3; L = ln(∑_i e^{x_i})").explain(at={"x": [1000, 1000, 0]})
    assert np.allclose(ex.gradients["x"], [0.5, 0.5, 0], atol=1e-15)


def test_a_large_graph_takes_its_formula() -> None:
    z = np.zeros(3000)
    z[0] = 800
    ex = gv.parse("z, y ∈ ℝ^n; ŷ = softmax(z); L = -yᵀ ln ŷ").explain(at={"z": z, "y": np.eye(3000)[1]}, wrt=())
    assert "z" in ex.by_formula
    assert np.allclose(ex.gradients["z"], np.eye(3000)[0] - np.eye(3000)[1], atol=1e-12)
