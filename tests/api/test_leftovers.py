"""What rounding leaves of an exact zero is 0; what is truly small stays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import gradviz as gv


@pytest.mark.parametrize(
    ("source", "at", "name"),
    [
        ("a = 0.1 + x; b = a - 0.3; L = b²", {"x": 0.2}, "b"),
        ("x = 0.1 a + 0.7; L = (x - 1)²", {"a": 3}, "L"),
        ("z ∈ ℝ^4; m = mean(z); u = z - m; s = sum(u); L = s + m", {"z": [0.1, 0.2, 0.7, 0.4]}, "s"),
        (
            "X ∈ ℝ^{3×2}; w ∈ ℝ^2; y ∈ ℝ^3; r = X w - y; L = ‖r‖²",
            {"X": [[0.1, 0.2], [0.3, 0.4], [0.5, 0.7]], "w": [0.1, 0.2], "y": [0.05, 0.11, 0.19]},
            "r",
        ),
    ],
)
def test_a_value_that_is_zero(source: str, at: dict[str, Any], name: str) -> None:
    ex = gv.parse(source).explain(at=at)
    assert not np.any(ex.values[name])


def test_a_gradient_that_is_zero() -> None:
    ex = gv.parse("z ∈ ℝ^3; p = softmax(z); L = sum(p)").explain(at={"z": [1, 2, 0.3]})
    assert not np.any(ex.gradients["z"])
    ex = gv.parse("a = 0.1 + x; b = a - 0.3; L = b²").explain(at={"x": 0.2})
    assert (ex.gradients["x"], ex.gradients["b"], ex.values["L"]) == (0, 0, 0)


def test_what_follows_from_a_zero() -> None:
    ex = gv.parse("a = x - 0.3 + 0.1; L = 1/a").explain(at={"x": 0.2})
    assert math.isinf(ex.values["L"])
    assert not math.isfinite(ex.gradients["x"])
    ex = gv.parse("h = relu(0.1 + x - 0.3); L = h y").explain(at={"x": 0.2, "y": 3})
    assert (ex.values["h"], ex.gradients["x"]) == (0, 0)


@pytest.mark.parametrize(
    ("source", "at", "wanted"),
    [
        ("q = x + y; L = q z + 1 - w", {"x": 1e-12, "y": -3e-13, "z": 2e-5, "w": 1}, None),
        ("a = x - 0.3; L = a + 0.1", {"x": 0.2000000000000001}, 1e-16),
        ("L = e^x - 1", {"x": 2e-16}, 2e-16),
        ("L = 2x y", {"x": 1e-200, "y": 1}, 2e-200),
        ("L = x + y", {"x": 1e-160, "y": 0}, 1e-160),
        ("L = sin(x)", {"x": math.pi}, 2.384626433832795e-16),  # of the decimals 3.141592653589793
        ("L = e^(-x)", {"x": 700}, math.exp(-700)),
    ],
)
def test_what_is_truly_small_stays(source: str, at: dict[str, float], wanted: float | None) -> None:
    ex = gv.parse(source).explain(at=at)
    if wanted is None:
        assert ex.values["q"] == pytest.approx(7e-13)
        assert ex.values["L"] == pytest.approx(1.4e-17, rel=1e-6)
        assert ex.gradients["z"] == pytest.approx(7e-13)
    else:
        assert ex.values["L"] == pytest.approx(wanted, rel=1e-9)


def test_numbers_of_one_size_are_those_of_floating_point() -> None:
    ex = gv.parse("L = x + y").explain(at={"x": 0.1, "y": 0.2})
    assert ex.values["L"] == 0.1 + 0.2


def test_a_picture_shows_zero() -> None:
    ex = gv.parse("a = 0.1 + x; b = a - 0.3; L = b²").explain(at={"x": 0.2})
    assert "10^" not in "".join(sum((step.numbers for step in ex.steps), ()))
    assert "e−" not in ex.text()
