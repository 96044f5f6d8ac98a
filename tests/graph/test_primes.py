"""Derivatives written with primes: ``swish'(z)`` of a function of the program."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz as gv

Z = np.array([0.4, -1.2, 0.9])

# a function of the program, the same in numbers
FUNCTIONS = [
    ("v σ(v)", lambda v: v / (1 + np.exp(-v))),
    ("v^3 - 2 v + 1", lambda v: v**3 - 2 * v + 1),
    ("a v² + z[1] v", lambda v: 1.5 * v**2 + Z[0] * v),
    ("e^{-v²/2}/(1 + v²)", lambda v: np.exp(-(v**2) / 2) / (1 + v**2)),
    ("sqrt(1 + v²) ln(2 + v)", lambda v: np.sqrt(1 + v**2) * np.log(2 + v)),
    ("max(v, v²) + clip(v, 0, 1) + |v|", lambda v: np.maximum(v, v**2) + np.clip(v, 0, 1) + abs(v)),
    ("2^v + a^(2v)", lambda v: 2**v + 1.5 ** (2 * v)),
    (r"\begin{cases} v^3 & v > 0 \\ 0.1 v & \text{else} \end{cases}", lambda v: np.where(v > 0, v**3, 0.1 * v)),
    ("h(v)² - v h(v)", lambda v: np.sin(v) ** 2 - v * np.sin(v)),
    ("h'(v) v", lambda v: np.cos(v) * v),
    ("-v", lambda v: -v),
    ("3", lambda v: 0 * v + 3),
]


def slope(function, v, step=1e-5):
    return (function(v + step) - function(v - step)) / (2 * step)


@pytest.mark.parametrize(("body", "function"), FUNCTIONS, ids=lambda case: case[:30] if isinstance(case, str) else None)
@pytest.mark.parametrize("form", ["d = g'(z)", "d_i = g'(z_i)"])
def test_the_derivative_of_a_function_of_the_program(body, function, form) -> None:
    graph = gv.parse(f"z ∈ ℝ^3; w ∈ ℝ^3; a ∈ ℝ\nh(t) = sin t\ng(v) = {body}\n{form}\nL = wᵀ d + sum(z) + a")
    w = np.array([1.0, -2.0, 3.0])
    found = graph.explain(at={"z": Z, "w": w, "a": 1.5})
    assert np.allclose(found.values["d"], slope(function, Z), rtol=1e-8, atol=1e-8)
    if "z[1]" not in body:
        second = slope(lambda v: slope(function, v, 1e-4), Z, 1e-4)
        assert np.allclose(found.gradients["z"], w * second + 1, rtol=1e-5, atol=1e-5)


def test_higher_derivatives() -> None:
    text = "g(v) = v^4\nL = g'(z) + 10 g''(z) + 100 g'''(z)"
    found = gv.parse(text).explain(at={"z": 2.0})
    assert found.values["L"] == 4 * 8 + 10 * 12 * 4 + 100 * 24 * 2
    assert found.gradients["z"] == 12 * 4 + 10 * 24 * 2 + 100 * 24
    tanh = gv.parse("L = tanh''(z) + σ'''(z)").explain(at={"z": 0.3}).values["L"]
    t, s = np.tanh(0.3), 1 / (1 + np.exp(-0.3))
    assert tanh == pytest.approx(-2 * t * (1 - t**2) + s * (1 - s) * (1 - 6 * s + 6 * s**2))


def test_what_the_body_names_is_held_fixed() -> None:
    found = gv.parse("g(v) = z v²\nL = g'(z)").explain(at={"z": 2.0})
    assert (found.values["L"], found.gradients["z"]) == (8, 8)


def test_it_shows_as_it_was_written() -> None:
    graph = gv.parse("g(v) = v²\nh = g'(z)\nL = h²")
    assert "h = g'(z)" in graph.explain().text()
    assert graph.inputs == ("z",)


# the function's definition, the right side, kind of message
REFUSED = [
    ("g(v) = sum(v)", "sum(g'(z))", "no-prime-entries"),
    ("g(v) = vᵀ v", "sum(g'(z))", "no-prime-entries"),
    ("g(v) = A v", "sum(g'(z))", "no-prime-entries"),
    ("g(v) = softmax(v)", "sum(g'(z))", "no-prime-entries"),
    ("g(v) = v σ(v) + A v", "sum(g'(z))", None),
    ("g(v) = v z", "sum(g'(z))", None),
    ("g(v) = v A", "sum(g'(2))", "no-prime-entries"),
    ("g(v, u) = v u", "g'(2, 3)", "no-prime"),
    ("g(v) = v", "g''''(2)", "no-prime"),
    ("g(v) = g'(v)", "g(2)", "calls-itself"),
    ("block g(v):\n  u = v²\n  w = u + v", "g'(2)", "no-prime"),
    ("block g(v):\n  u = v²\n  w = u + v", "1 + g'(2)", "no-prime"),
    ("g(v) = v", "sum(softmax'(z))", "no-prime"),
]


@pytest.mark.parametrize(("function", "text", "kind"), REFUSED)
def test_what_has_no_prime_is_refused(function, text, kind) -> None:
    with pytest.raises(gv.GradvizError) as caught:
        gv.parse(f"z ∈ ℝ^3; A ∈ ℝ^{{3×3}}\n{function}\nL = {text}")
    assert kind is None or caught.value.message.kind == kind
    assert caught.value.place is not None


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ("z = w x; h = relu(z); L = h' x", "h'"),
        ("h = relu(w); L = (h - y)' x", "(h − y)'"),
        ("x ∈ ℝ^3; y ∈ ℝ^3; L = ∑_i x_i' y_i", "xᵢ'"),
        ("x ∈ ℝ^3; L = 2 (x' x)′", "(xᵀ x)'"),
        ("x ∈ ℝ^3; L = x[1]'", "x[1]'"),
    ],
)
def test_a_prime_on_a_number_is_no_transpose(program, shown) -> None:
    with pytest.raises(gv.GradvizError, match="is no transpose") as caught:
        gv.parse(program)
    assert str(caught.value.message).startswith(f"{shown} is no transpose")
    assert caught.value.place is not None


def test_a_prime_on_an_array_is_a_transpose() -> None:
    graph = gv.parse("W ∈ ℝ^{2×3}; x ∈ ℝ^3; y ∈ ℝ^2; L = y' W x + sum(x') + (W x)' y")
    assert str(graph.gradient("y")) == "2W x"
