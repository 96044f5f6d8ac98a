"""Values in numbers: what people give is checked, what nobody gave is absent, nothing is changed."""

from __future__ import annotations

import copy
import math

import numpy as np
import pytest

import gradviz as gv
from gradviz.messages import GradvizError, InputError

NET = "x ∈ ℝ^3; W ∈ ℝ^{2×3}; y ∈ {0, 1}^2; L = ‖W x - y‖²"
AT = {"x": [1, -2, 0.5], "W": [[1, 2, 3], [4, 5, 6]], "y": [0, 1]}


@pytest.mark.parametrize(
    ("text", "at", "kind"),
    [
        ("x ∈ ℝ^3; f = sum(x)", {"x": [1, 2]}, "value-shape"),
        ("x ∈ ℝ^3; f = sum(x)", {"x": 1}, "value-shape"),
        ("x ∈ ℝ^3; f = sum(x)", {"x": [[1, 2, 3], [1, 2, 3]]}, "value-shape"),
        ("x ∈ ℝ; f = x", {"x": [1, 2]}, "value-shape"),
        ("W ∈ ℝ^{2×3}; f = sum(W)", {"W": [[1, 2], [3, 4], [5, 6]]}, "value-shape"),
        ("x ∈ ℝ^3; f = sum(x)", {"x": [[1, 2], [1]]}, "value-ragged"),
        ("x ∈ ℝ^2; f = sum(x)", {"x": ["a", "b"]}, "value-ragged"),
        ("f = x", {"x": "abc"}, "value-no-number"),
        ("f = x", {"x": None}, "value-no-number"),
        ("x, y ∈ ℝ^n; f = xᵀ y", {"x": [1, 2], "y": [1, 2, 3]}, "value-size"),
        ("λ > 0; f = ln λ", {"λ": -1}, "value-domain"),
        ("λ > 0; f = ln λ", {"λ": 0}, "value-domain"),
        ("0 < p < 1; f = ln p", {"p": 1}, "value-domain"),
        ("y ∈ {0, 1}; f = y", {"y": 0.5}, "value-domain"),
        ("y ∈ {0, 1}^2; f = sum(y)", {"y": [0, 2]}, "value-domain"),
        ("q = x + y; f = q z", {"q": 1, "x": 1, "y": 1, "z": 1}, "value-of-stage"),
        ("f = x", {"x": 1, "u": 2}, "value-of-unknown"),
        ("f = x y", {"x": 1}, "no-numbers"),
        ("f = x", {"x": 1, "X": 2}, "value-of-unknown"),
        ("x1 ∈ ℝ; f = x1", {"x1": 1, "x_1": 2}, "value-twice"),
        ("x ∈ ℝ^n; f = max(x)", {"x": []}, "value-empty"),
    ],
)
def test_refused_values(text: str, at: dict[str, object], kind: str) -> None:
    with pytest.raises(InputError) as caught:
        gv.parse(text).explain(at=at)
    assert caught.value.message.kind == kind


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("y ∈ onehot(3); z ∈ ℝ^3; f = yᵀ z", {"y": [1, 1, 0], "z": [1, 2, 3]}),
        ("p ∈ simplex(3); z ∈ ℝ^3; f = pᵀ z", {"p": [0.5, 0.1, 0.1], "z": [1, 2, 3]}),
        ("A ∈ ℝ^{2×2}; A symmetric; f = tr(A)", {"A": [[1, 2], [3, 4]]}),
        ("Y ∈ onehot(n×2); f = sum(Y)", {"Y": [[1, 0], [0, 0]]}),
        ("Q ∈ ℝ^{2×2}; Q orthogonal; f = tr(Q)", {"Q": [[1, 2], [3, 4]]}),
    ],
)
def test_facts_on_whole_arrays_are_checked(text: str, at: dict[str, object]) -> None:
    with pytest.raises(InputError) as caught:
        gv.parse(text).explain(at=at)
    assert caught.value.message.kind == "value-domain"


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        ("ℝ^{3×1}", [[1], [2], [3]]), ("ℝ^{3×1}", [1, 2, 3]), ("ℝ^{1×3}", [[1, 2, 3]]), ("ℝ^3", np.array([1, 2, 3])),
        ("ℝ^3", (1.0, 2.0, 3.0)), ("ℝ^{3×1}", np.array([[1], [2], [3]], dtype=np.int8)),
    ],
)  # fmt: skip
def test_axes_of_size_one(shape: str, value: object) -> None:
    ex = gv.parse(f"x ∈ {shape}; f = ‖x‖²").explain(at={"x": value})
    assert ex.values["f"] == 14
    assert ex.gradients["x"].shape == ex.values["x"].shape == ex.graph.shape("x")
    assert ex.gradients["x"].ravel().tolist() == [2, 4, 6]


def test_names_in_any_spelling() -> None:
    graph = gv.parse("W1 ∈ ℝ^2; ŷ = sum(W1); L = ŷ²")
    for name in ("W1", "W_1", "W₁", "W_{1}"):
        ex = graph.explain(at={name: [1, 2]})
        assert ex.values[name].tolist() == [1, 2]
        assert ex.gradients["yhat"] == ex.gradients[r"\hat{y}"] == 6


def test_values_of_the_program_give_way_to_those_of_a_request() -> None:
    graph = gv.parse("at x = 2, y = 3\nf = x y")
    assert graph.explain().values["f"] == 6
    assert graph.explain(at="x = 5").values["f"] == 15
    assert graph.explain(at={"x": 5}).gradients["y"] == 5


def test_random_values_follow_the_seed() -> None:
    graph = gv.parse("W ∈ ℝ^{40×50}; b ∈ ℝ^50; at W ~ normal(1, 0.1), b ~ uniform(2, 3)\nL = ‖W‖² + sum(b)")
    one, again, other = (graph.explain(seed=s).values for s in (1, 1, 2))
    assert np.array_equal(one["W"], again["W"])
    assert not np.array_equal(one["W"], other["W"])
    assert one["W"].mean() == pytest.approx(1, abs=0.02)
    assert one["W"].std() == pytest.approx(0.1, abs=0.01)
    assert one["b"].min() >= 2
    assert one["b"].max() <= 3


def test_symbolic_sizes_come_from_values() -> None:
    graph = gv.parse("X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; L = 1/n ‖X w - y‖²/sqrt(d)")
    ex = graph.explain(at={"X": [[1, 2], [3, 4], [5, 6]], "w": [1, 1], "y": [1, 2, 3]})
    residual = np.array([2, 5, 8])
    assert ex.values["L"] == pytest.approx((residual**2).sum() / 3 / math.sqrt(2))
    assert np.allclose(ex.gradients["w"], 2 / 3 * np.array([[1, 2], [3, 4], [5, 6]]).T @ residual / math.sqrt(2))
    assert graph.shape("X") == ("n", "d")


def test_a_size_may_be_given_as_a_number() -> None:
    graph = gv.parse("W ∈ ℝ^{n×n}; at W ~ normal(0, 1)\nL = ‖W‖²")
    assert graph.explain(at={"n": 4}).values["W"].shape == (4, 4)
    with pytest.raises(GradvizError, match="n has no number"):
        graph.explain()


# -- not computed is absent


def test_without_numbers_there_are_none() -> None:
    ex = gv.parse(NET).explain()
    assert dict(ex.values) == dict(ex.gradients) == {}
    assert dict(ex.node_values) == dict(ex.node_gradients) == {}
    assert str(ex.symbolic["W"]) == "2(W x − y) xᵀ"
    assert "values" not in ex.json()


def test_what_lacks_a_value_is_absent_not_zero() -> None:
    graph = gv.parse("a = x^2; b = y^2; L = 3b")
    ex = graph.explain(at={"y": 2})
    assert set(ex.values) == {"y", "b", "L"}
    assert set(ex.gradients) == {"y", "b", "L"}
    assert "x" not in ex.values
    assert "a" not in ex.gradients


# -- nothing is changed


def test_nothing_is_mutated_and_twice_is_the_same() -> None:
    at = {n: np.array(v, dtype=float) for n, v in AT.items()}
    before = copy.deepcopy(at)
    graph = gv.parse(NET)
    nodes = graph.dag.nodes
    one, two = graph.explain(at=at), graph.explain(at=at)
    for n in graph.dag.names:
        assert np.array_equal(one.values[n], two.values[n])
        assert np.array_equal(one.gradients[n], two.gradients[n])
        assert str(graph.gradient(n)) == str(gv.parse(NET).gradient(n))
        assert graph.derivation(n).text() == graph.derivation(n).text()
    assert all(np.array_equal(at[n], before[n]) for n in at)
    assert graph.dag.nodes == nodes
    one.values["x"][0] = 99  # what is handed out belongs to whoever asked
    assert graph.explain(at=at).values["x"][0] == 1
    assert at["x"][0] == 1


def test_results_do_not_share_memory_with_inputs() -> None:
    at = {"x": np.array([1.0, 2.0])}
    ex = gv.parse("x ∈ ℝ^2; L = sum(x)").explain(at=at)
    ex.gradients["x"][0] = 7
    ex.values["x"][0] = 7
    assert at["x"].tolist() == [1, 2]
    assert gv.parse("x ∈ ℝ^2; L = sum(x)").explain(at=at).gradients["x"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("text", "at", "value", "gradient"),
    [
        ("f = 1/x", {"x": 0}, math.inf, -math.inf),
        ("f = ln x", {"x": 0}, -math.inf, math.inf),
        ("f = ln x", {"x": -1}, math.nan, -1),
        ("f = sqrt(x)", {"x": 0}, 0, math.inf),
        ("f = e^x", {"x": 1000}, math.inf, math.inf),
        ("f = x^0.5", {"x": -1}, math.nan, math.nan),
        ("f = x^-1", {"x": 0}, math.inf, -math.inf),
        ("f = 0 / x", {"x": 0}, math.nan, math.nan),
        ("f = x^2", {"x": 1e200}, math.inf, 2e200),
    ],
)
def test_scalars_and_arrays_say_the_same_of_the_undefined(
    text: str, at: dict[str, float], value: float, gradient: float
) -> None:
    ex = gv.parse(text).explain(at=at)
    array = gv.parse(text.replace("x", "v").replace("f = ", "v ∈ ℝ^1; w ∈ ℝ^2; f = ") + " + 0 sum(w)").explain(
        at={"v": [at["x"]], "w": [1, 2]}
    )
    for found, name in ((ex, "x"), (array, "v")):
        assert found.values["f"] == pytest.approx(value, nan_ok=True)
        assert np.ravel(found.gradients[name])[0] == pytest.approx(gradient, nan_ok=True)


@pytest.mark.parametrize(
    ("source", "at", "value"),
    [
        (
            "p ∈ simplex(3); q ∈ simplex(3); L = kl(p, q)",
            {"p": [0, 0.5, 0.5], "q": [0.2, 0.3, 0.5]},
            0.5 * math.log(5 / 3),
        ),
        ("y ∈ onehot(3); p ∈ simplex(3); L = cross_entropy(p, y)", {"y": [1, 0, 0], "p": [1, 0, 0]}, 0),
        ("y = 1; p = σ(z); L = -y ln p - (1 - y) ln(1 - p)", {"z": 800}, 0),
        ("L = x ln x", {"x": 0}, 0),
        ("L = ln x", {"x": 0}, -math.inf),
        ("L = ln x + 1/x", {"x": 0}, math.nan),
        ("y ∈ ℝ^2; p ∈ ℝ^2; L = yᵀ ln p", {"y": [1, 1], "p": [0, 1]}, -math.inf),
    ],
)
def test_nothing_times_the_logarithm_of_0_is_0(source: str, at: dict[str, object], value: float) -> None:
    assert gv.parse(source).explain(at=at).values["L"] == pytest.approx(value, nan_ok=True)


def test_a_limit_changes_no_other_entry():
    found = gv.parse("q = [1/a, b ln b]; L = q[2]").explain(at={"a": 0, "b": 0}).values
    assert found["q"].tolist() == [math.inf, 0]


@pytest.mark.parametrize("n", [5, 2.5, 0, -2, "many"])
def test_a_size_is_what_the_values_say(n: object) -> None:
    with pytest.raises(
        gv.GradvizError, match=r"the size n is 5 elsewhere, and 2|a whole number from 1 on|is no number"
    ):
        gv.parse("x ∈ ℝ^n; L = sum(x)/n").explain(at={"x": [1, 2], "n": n})
