"""Jacobians and Hessian-vector products in numbers: against autograd, and what is refused."""

from __future__ import annotations

from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

import gradviz as gv
from gradviz.messages import InputError, UsageError
from tests.agreement import same

NET = "X ∈ ℝ^{5×4}; Y ∈ ℝ^{5×3}; W1 ∈ ℝ^{4×6}; W2 ∈ ℝ^{6×3}; H = tanh(X W1); P = softmax(H W2); L = -sum(Y ⊙ ln P)/5"


def inputs() -> dict[str, Any]:
    rng = np.random.default_rng(11)
    shapes = {"X": (5, 4), "W1": (4, 6), "W2": (6, 3)}
    return {"Y": np.eye(3)[[0, 2, 1, 1, 0]], **{n: rng.standard_normal(s) for n, s in shapes.items()}}


def loss(W1: Any, W2: Any, at: dict[str, Any]) -> Any:
    z = anp.dot(anp.tanh(anp.dot(at["X"], W1)), W2)
    z = z - anp.max(z, axis=1, keepdims=True)
    p = anp.exp(z) / anp.sum(anp.exp(z), axis=1, keepdims=True)
    return -anp.sum(at["Y"] * anp.log(p)) / 5


def test_products_of_matrices() -> None:
    at = inputs()
    ex = gv.parse(NET).explain(at=at, wrt=())
    rng = np.random.default_rng(2)
    u, v = rng.standard_normal((4, 6)), rng.standard_normal((6, 3))
    by = autograd.make_hvp(lambda w: loss(w, at["W2"], at))(at["W1"])
    assert same(ex.hvp("W1", u), by[0](u) if isinstance(by, tuple) else by(u), 1e-9)
    second = autograd.grad(lambda w: anp.sum(autograd.grad(loss, 1)(w, at["W2"], at) * v))
    assert same(ex.hvp("W2", v, by="W1"), second(at["W1"]), 1e-9)


def test_jacobians_of_matrices() -> None:
    ex = gv.parse(NET).explain(at=inputs(), wrt=())
    found = ex.jacobian("H", "W1")
    assert found.shape == (5, 6, 4, 6)
    at = inputs()
    wanted = autograd.jacobian(lambda w: anp.tanh(anp.dot(at["X"], w)))(at["W1"])
    assert same(found, wanted, 1e-9)
    assert ex.jacobian("L", "W1").shape == (4, 6)
    assert same(ex.jacobian("L", "W1"), ex.gradients["W1"])


def test_the_longer_side_does_not_matter() -> None:
    """By rows where the stage is the smaller, by columns where the name is."""
    ex = gv.parse("t ∈ ℝ; v ∈ ℝ^5; y = sin(t v); s = sum(y); L = s^2").explain(at={"t": 0.3, "v": np.arange(5.0)})
    assert same(ex.jacobian("y", "t"), np.arange(5.0) * np.cos(0.3 * np.arange(5.0)))
    assert same(ex.jacobian("s", "v"), 0.3 * np.cos(0.3 * np.arange(5.0)))
    assert same(ex.jacobian("y", "v"), np.diag(0.3 * np.cos(0.3 * np.arange(5.0))))


def test_rows_keep_their_axis() -> None:
    ex = gv.parse("r ∈ ℝ^{1×3}; L = ‖r‖²").explain(at={"r": [[1, 2, 3]]})
    assert ex.hvp("r", [[1, 0, 1]]).tolist() == [[2, 0, 2]]
    assert ex.jacobian("L", "r").shape == (1, 3)
    assert ex.jacobian("r", "r").shape == (1, 3, 1, 3)


def test_what_does_not_depend_is_zero() -> None:
    ex = gv.parse("x ∈ ℝ^3; y ∈ ℝ^2; a = sin(x); b = sum(y); L = sum(a) + b").explain(at={"x": [1, 2, 3], "y": [4, 5]})
    assert not ex.jacobian("a", "y").any()
    assert ex.jacobian("a", "y").shape == (3, 2)
    assert not ex.jacobian("x", "a").any()
    assert not ex.hvp("y", [1, 1]).any()
    assert not ex.hvp("y", [1, 1], by="x").any()


def test_scalars_are_plain_numbers() -> None:
    ex = gv.parse("f = x^3 y").explain(at="x=2, y=5")
    assert ex.hvp("x", 1) == 60.0
    assert ex.hvp("x", 2, by="y") == 24.0
    assert ex.jacobian("f", "x") == 60.0
    assert isinstance(ex.jacobian("f", "x"), float)


@pytest.mark.parametrize(
    "text", ["L = sum(max(x, 0.4))^2", "L = max(x)^2", "L = ‖x‖_∞^2", "L = sum(|x| ⊙ x^2)", "L = sum(relu(x - 0.4)^2)"]
)
def test_between_kinks(text: str) -> None:
    ex = gv.parse("x ∈ ℝ^3; " + text).explain(at={"x": [0.3, 0.9, -0.5]}, wrt=())
    for unit in np.eye(3):
        ends = [
            gv.parse("x ∈ ℝ^3; " + text).explain(at={"x": np.array([0.3, 0.9, -0.5]) + s * 1e-5 * unit}, wrt=())
            for s in (1, -1)
        ]
        wanted = (ends[0].gradients["x"] - ends[1].gradients["x"]) / 2e-5
        assert same(ex.hvp("x", unit), wanted, 1e-5)


def test_refusals() -> None:
    graph = gv.parse("x ∈ ℝ^3; z = 2x; L = ‖z‖²")
    ex = graph.explain(at={"x": [1, 2, 3]})
    with pytest.raises(InputError, match="x has shape 3, and the value has shape 2"):
        ex.hvp("x", [1, 2])
    with pytest.raises(InputError, match="no array of numbers"):
        ex.hvp("x", [[1], [2, 3]])
    with pytest.raises(InputError, match="x has no number here"):
        graph.explain().hvp("x", [1, 2, 3])
    with pytest.raises(InputError, match="z has no number here"):
        graph.explain().jacobian("z", "x")
    with pytest.raises(UsageError, match="no name q"):
        ex.jacobian("z", "q")
    with pytest.raises(UsageError, match="z is computed from x"):
        ex.hvp("x", [1, 2, 3], by="z")


@pytest.mark.parametrize("rows", [[[1, 2, 3], [2, 4, 6], [1, 0, 1]], [[1, 2, 3], [2, 4, 6], [3, 6, 9]], [[0] * 3] * 3])
def test_products_of_a_determinant_where_there_is_no_inverse(rows: list[list[float]]) -> None:
    def cofactors(a: Any) -> Any:
        minor = [[np.linalg.det(np.delete(np.delete(a, i, 0), j, 1)) for j in range(3)] for i in range(3)]
        return np.array(minor) * np.array([[1, -1, 1], [-1, 1, -1], [1, -1, 1]])

    x, v = np.array(rows, float), np.random.default_rng(4).normal(size=(3, 3))
    found = gv.parse("X ∈ ℝ^{3×3}; L = det(X)").explain(at={"X": x}, wrt=()).hvp("X", v)
    assert same(found, (cofactors(x + 1e-5 * v) - cofactors(x - 1e-5 * v)) / 2e-5, 1e-8)
