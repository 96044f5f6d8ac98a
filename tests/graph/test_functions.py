"""The program's own functions called with arrays: as they stand where that fits, else entry by entry."""

from __future__ import annotations

import autograd.numpy as np
import pytest

import gradviz as gv
from tests.agreement import check, numbers
from tests.strategies import Program, sigmoid

Z, X = {"z": (3,)}, {"X": (2, 3)}


def swish(v):
    return v * sigmoid(v)


# the functions, the last stage, the inputs, the last stage in NumPy
ENTRYWISE = [
    ("swish(v) = v σ(v)", "swish(z)", Z, lambda e: swish(e["z"])),
    ("swish(v) = v σ(v)", "swish(X)", X, lambda e: swish(e["X"])),
    ("f(v) = 2 v (1 - v) v", "f(z)", Z, lambda e: 2 * e["z"] ** 2 * (1 - e["z"])),
    ("f(v) = v^2 tanh(v)/(1 + v^4)", "f(X)", X, lambda e: e["X"] ** 2 * np.tanh(e["X"]) / (1 + e["X"] ** 4)),
    ("f(v) = v * sin v / 3", "f(z)", Z, lambda e: e["z"] * np.sin(e["z"]) / 3),
    (
        "f(a, b, c) = (a + b) c",
        "f(x, y, z)",
        {"x": (3,), "y": (3,), "z": (3,)},
        lambda e: (e["x"] + e["y"]) * e["z"],
    ),
    ("f(a, b) = a σ(b a)", "f(z, β)", {**Z, "β": ()}, lambda e: e["z"] * sigmoid(e["β"] * e["z"])),
    ("f(v) = s v cos(v)", "f(z)", {**Z, "s": ()}, lambda e: e["s"] * e["z"] * np.cos(e["z"])),
    ("g(v) = v σ(v)\nf(v) = g(v) g(2 g(v))", "f(z)", Z, lambda e: swish(e["z"]) * swish(2 * swish(e["z"]))),
    ("f(v) = v e^v / (1 + e^v) + max(v, v v)", "f(z)", Z, lambda e: swish(e["z"]) + np.maximum(e["z"], e["z"] ** 2)),
    (r"f(v) = \begin{cases} v e^v & v > 0 \\ v & \text{else} \end{cases}", "f(z)", Z, None),
    ("block f(v):\n  s = σ(v)\n  u = v s", "f(z)", Z, lambda e: swish(e["z"])),
    ("block f(v, b):\n  s = σ(b v)\n  u = v s + 1\n  w = u s", "f(z, β)", {**Z, "β": ()}, None),
    ("g(v) = v σ(v)\nblock f(v):\n  s = g(v)\n  u = v s", "f(z)", Z, lambda e: e["z"] * swish(e["z"])),
    ("block g(v):\n  s = v σ(v)\nblock f(v):\n  s = g(v)\n  u = v s", "f(X)", X, lambda e: e["X"] * swish(e["X"])),
    ("swish(v) = v σ(v)", "swish'(z)", Z, None),
    ("f(v, p) = v σ(p v)", "f(z, sum(tanh(z)))", Z, lambda e: e["z"] * sigmoid(np.sum(np.tanh(e["z"])) * e["z"])),
]
TWINS = {
    "cases": lambda e: np.where(e["z"] > 0, e["z"] * np.exp(e["z"]), e["z"]),
    "block": lambda e: (e["z"] * sigmoid(e["β"] * e["z"]) + 1) * sigmoid(e["β"] * e["z"]),
    "swish'": lambda e: sigmoid(e["z"]) * (1 + e["z"] * (1 - sigmoid(e["z"]))),
}


def _set(shape):
    return "ℝ^{" + "×".join(map(str, shape)) + "}" if shape else "ℝ"


@pytest.mark.parametrize(
    ("functions", "stage", "inputs", "value"), ENTRYWISE, ids=lambda c: c if isinstance(c, str) else ""
)
def test_a_formula_for_numbers_acts_on_each_entry_of_an_array(functions, stage, inputs, value) -> None:
    value = value or next(f for word, f in TWINS.items() if word in functions + stage)
    lines = [f"{n} ∈ {_set(s)}" for n, s in inputs.items()]
    text = "\n".join([*lines, functions, f"h = {stage}", "L = ‖h‖²"])
    loss = Program(text, inputs, (("h", (), value), ("L", (), lambda e: np.sum(e["h"] ** 2))))
    at = numbers(loss)
    if functions.startswith("block"):  # its stages have values of their own
        graph = gv.parse(text)
        found = graph.explain(at=at)
        assert np.allclose(found.values["h"], value(at))
        for name in inputs:
            graph.derivation(name, strict=True)
            step = np.random.default_rng(1).normal(size=inputs[name])
            moved = [np.sum(value({**at, name: at[name] + h * step}) ** 2) for h in (1e-5, -1e-5)]
            assert np.sum(found.gradients[name] * step) == pytest.approx((moved[0] - moved[1]) / 2e-5, rel=1e-6)
    elif "block" not in functions:
        check(loss, at)


def test_the_gradient_is_that_of_the_formula_written_for_arrays() -> None:
    short = gv.parse("z ∈ ℝ^n; swish(v) = v σ(v); h = swish(z); L = sum(h)")
    assert str(short.gradient("z")) == "h + σ(z) ⊙ (1 − h)"
    assert str(short.functions["swish"].derivative()) == "u + σ(v)(1 − u)"
    steps = short.functions["swish"].derivation().steps
    assert gv.parse("v ∈ ℝ; u = v σ(v)").derivation("v").steps == steps
    assert "z σ(z)" not in short.derivation("z").text()


def test_what_reads_as_it_stands_keeps_that_reading() -> None:
    text = "W ∈ ℝ^{3×4}; x ∈ ℝ^4; f(a, b) = a b; z = f(W, x); L = sum(f(zᵀ, z))"
    assert str(gv.parse(text).gradient("z")) == "2z"
    assert not gv.parse(text).remarks
    square = gv.parse("X ∈ ℝ^{n×n}; f(v) = v σ(v); L = tr(f(X))")
    assert [m.kind for m in square.remarks] == ["reads-both-ways"]
    assert "v ⊙ σ(v)" in str(square.remarks[0])
    at = {"X": np.array([[0.1, 0.2], [0.3, 0.4]])}
    assert square.explain(at=at).values["L"] == pytest.approx(np.trace(at["X"] @ sigmoid(at["X"])))


@pytest.mark.parametrize(
    "text",
    [
        "A ∈ ℝ^{3×3}; z ∈ ℝ^3; f(v) = v σ(A v); L = sum(f(z))",  # more than entries
        "z ∈ ℝ^3; f(v) = v v + sum(v); L = sum(f(z))",
        "z ∈ ℝ^3; f(v) = v v + v[1]; L = sum(f(z))",
        "a, z ∈ ℝ^3; f(v) = a v; L = sum(f(z))",  # no formula for one number
        "z ∈ ℝ^3; Y ∈ ℝ^{2×3}; f(v, w) = v w; L = sum(f(z, Y))",
        "z ∈ ℝ^3; f(v) = v @ σ(v); L = sum(f(z))",
        "z ∈ ℝ^3; f(v) = v vᵀ v + v v; L = sum(f(z))",
    ],
)
def test_what_does_more_than_that_is_refused_as_it_stands(text: str) -> None:
    with pytest.raises(gv.GradvizError) as caught:
        gv.parse(text)
    assert caught.value.place is not None


@pytest.mark.parametrize(
    ("text", "name"),
    [("norm(v) = sum(v²); x ∈ ℝ^n; L = norm(x) + ‖x‖", "norm"), ("abs(v) = v²; L = abs(x) + |x|", "abs")],
)
def test_bars_keep_their_meaning(text: str, name: str) -> None:
    with pytest.raises(gv.GradvizError) as caught:
        gv.parse(text)
    assert caught.value.message.kind == "barred"
    assert caught.value.place is not None
    assert name in str(caught.value)
