"""Equality in numbers: what is equal, what is not, where expressions are looked at."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz as gv
from gradviz.equality import Point, close, confirms, holds, points, value_of
from gradviz.graph import Dag
from gradviz.messages import GradvizError
from gradviz.notation import read_expression, tree
from gradviz.ops import WORDS

NET = gv.parse(
    "x ∈ ℝ^3; W ∈ ℝ^{4×3}; V ∈ ℝ^{2×4}; y ∈ onehot(2); z = W x; h = σ(z); o = V h; p = softmax(o); L = -yᵀ ln p"
).dag


def read(text: str, dag: Dag = NET, extra: tuple[str, ...] = ()) -> tree.Expr:
    return read_expression(text, WORDS, (*dag.names, *extra))


@pytest.mark.parametrize(
    ("left", "right", "wanted"),
    [
        ("h ⊙ (1 - h)", "e^z ⊘ (1 + e^z)^2", True),
        ("h", "σ(W x)", True),
        ("p - y", "-(y - p)", True),
        ("sum(y)", "1", True),
        ("y ⊙ y", "y", True),
        ("Vᵀ (p - y)", "Vᵀ p - Vᵀ y", True),
        ("h", "z", False),
        ("h ⊙ (1 - h)", "h ⊙ h", False),
        ("W", "Wᵀ", False),
        ("x", "2x", False),
        ("p - y", "p + y", False),
        ("W x", "W", False),
        ("1", "ones(3)", True),
        ("h", "W", False),
        ("W + h", "W", False),
    ],
)
def test_holds(left: str, right: str, wanted: bool) -> None:
    assert holds(NET, read(left), read(right)) is wanted


def test_a_small_difference_counts() -> None:
    dag = gv.parse("f = x y").dag
    assert holds(dag, read("x y", dag), read("1.0001 x y", dag)) is False
    assert holds(dag, read("x y", dag), read("y x", dag)) is True


def test_nothing_is_decided_where_nothing_is_finite() -> None:
    dag = gv.parse("x < 0; f = ln(x)").dag
    assert points(dag) == []
    assert holds(dag, tree.Name("f"), tree.Name("f")) is None


def test_points_keep_to_the_facts_and_sizes_differ() -> None:
    dag = gv.parse(
        "X ∈ ℝ^{n×d}; y ∈ {0, 1}^n; λ > 2; 0 < q < 1; A ∈ ℝ^{d×d}; A symmetric; p ∈ simplex(d); Y ∈ onehot(n×3); Q ∈ ℝ^{d×d}; Q orthogonal\n"
        "L = ‖A Q Xᵀ y‖² + λ q + pᵀ Xᵀ Y 𝟏"
    ).dag
    found = points(dag)
    assert len(found) == 3
    for point in found:
        values = {n: point.inputs[dag.names[n]] for n in dag.leaves}
        assert len(set(point.sizes.values())) == 2
        assert values["X"].shape == (point.sizes["n"], point.sizes["d"])
        assert 3 not in point.sizes.values()
        assert set(np.unique(values["y"])) <= {0.0, 1.0}
        assert values["λ"] > 2
        assert 0 < values["q"] < 1
        assert np.array_equal(values["A"], values["A"].T)
        assert np.allclose(values["Q"].T @ values["Q"], np.eye(point.sizes["d"]))
        assert values["p"].sum() == pytest.approx(1)
        assert (values["Y"].sum(1) == 1).all()


def test_the_same_seed_draws_the_same_points() -> None:
    one, other = points(NET), points(NET)
    for p, q in zip(one, other, strict=True):
        assert all(np.array_equal(p.inputs[i], q.inputs[i]) for i in p.inputs)
    assert not np.array_equal(one[0].inputs[0], one[1].inputs[0])


@pytest.mark.parametrize("name", NET.names)
def test_the_complex_step_confirms_right_gradients_only(name: str) -> None:
    point = points(NET)[0]
    position = NET.names[name]
    gradient = np.asarray(point.adjoints[position])
    assert confirms([point], position, [gradient])
    assert not confirms([point], position, [1.01 * gradient])
    assert not confirms([point], position, [gradient + 0.01])


def test_one_wrong_gradient_among_many_points_is_found() -> None:
    found = points(NET)
    position = NET.names["W"]
    gradients = [p.adjoints[position] for p in found]
    assert confirms(found, position, gradients)
    for n in range(len(found)):
        assert not confirms(found, position, [g + (k == n) * 0.01 for k, g in enumerate(gradients)])


def test_at_a_kink_the_complex_step_has_nothing_to_say() -> None:
    dag = gv.parse("x ∈ ℝ^2; f = sum(relu(x - x)) + sum(x)").dag
    point = points(dag)[0]
    assert confirms([point], dag.names["x"], [np.zeros(2)])


def test_values_of_adjoints_and_of_entries() -> None:
    point = points(NET)[0]
    e = read_expression("Vᵀ δ2", WORDS, (*NET.names, "δ2"))
    value, shape = value_of(e, point, [("δ2", NET.names["o"])])
    assert shape == (4,)
    assert close(value, point.adjoints[NET.names["h"]])
    entry = read_expression("V[j,i] h_i δ_{j,k}", WORDS, (*NET.names, "δ"), bound=("i", "j", "k"))
    value, shape = value_of(entry, point, letters={"k": 2, "i": 4, "j": 2})
    assert shape == (2, 4, 2)
    v, h = point.values[NET.names["V"]], point.values[NET.names["h"]]
    assert np.allclose(value, np.einsum("ji,i,jk->kij", v, h, np.eye(2)))


def test_a_letter_in_a_sum_inside_of_a_sum_is_another_one() -> None:
    """Also in what was not read, and knows no places: j of the inner sum runs along another axis, and nothing tells
    how far the outer one runs before the inner one is read."""
    dag = gv.parse("A ∈ ℝ^{2×3}; x ∈ ℝ^4; L = sum(A) sum(x)").dag
    inner = tree.Big("sum", "j", None, None, read_expression("A[1,j]", WORDS, ("A",), bound=("j",)))
    body = tree.Product((inner, read_expression("x_j", WORDS, ("x",), bound=("j",))), ("",))
    point = points(dag)[0]
    value, _ = value_of(tree.Big("sum", "j", None, None, body), point)
    assert close(value, point.values[dag.names["A"]][0].sum() * point.values[dag.names["x"]].sum())


def test_what_has_no_size_takes_the_shape_asked_for() -> None:
    dag = gv.parse("W ∈ ℝ^{3×3}; s ∈ ℝ; L = s tr(W)").dag
    point = points(dag)[0]
    value, shape = value_of(read("s I", dag), point, shape=(3, 3))
    assert shape == (3, 3)
    assert close(value, point.adjoints[dag.names["W"]])
    with pytest.raises(GradvizError):
        value_of(read("s I", dag), point)


@pytest.mark.parametrize("text", ["W h", "unknown + 1", "x[7]"])
def test_what_cannot_be_evaluated_is_refused(text: str) -> None:
    with pytest.raises(GradvizError):
        value_of(read(text, extra=("unknown",)), points(NET)[0])


def test_rounding_inside_an_indicator_does_not_count() -> None:
    dag = gv.parse("x ∈ ℝ^5; m = max(x / norm(x)); L = m").dag
    assert holds(dag, read("𝟙[x / norm(x) = m]", dag), read("𝟙[(1/norm(x)) x = m]", dag)) is True
    assert isinstance(points(dag)[0], Point)
