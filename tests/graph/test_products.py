"""Products over indices."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz as gv
from gradviz.ops import OPERATIONS
from tests.agreement import point_at, read_back, same

X = np.array([1.5, -2.0, 0.5, 3.0])


def slopes(function, x):
    """Central differences."""
    step = 1e-6
    rows = np.eye(len(x)) * step
    return np.array([(function(x + d) - function(x - d)) / (2 * step) for d in rows])


# the right side, the function
FIXED = [
    ("∏_{i=2}^{3} x_i", lambda x: x[1] * x[2]),
    (r"\prod_{i=1}^{4} x_i", np.prod),
    ("prod_{i=1}^{2} (x_i + 1)²", lambda x: ((x[:2] + 1) ** 2).prod()),
    ("∏_{i=1}^{1} x_i", lambda x: x[0]),
    ("∏_{i=3}^{2} x_i + x[1]", lambda x: 1 + x[0]),
    ("∏_{i=1}^{4} 2 + x[1]", lambda x: 16 + x[0]),
    ("∏_{i=2}^{4} ∑_{j=1}^{2} x_i x_j", lambda x: (x[1:] * (x[0] + x[1])).prod()),
    ("ln ∏_{i=1}^{4} x_i²", lambda x: np.log((x**2).prod())),
    ("∑_j ∏_{i=1}^{2} (x_i + x_j)", lambda x: sum((x[0] + a) * (x[1] + a) for a in x)),
]


@pytest.mark.parametrize(("text", "function"), FIXED)
def test_products_between_two_numbers(text, function) -> None:
    found = gv.parse(f"x ∈ ℝ^4\nL = {text}").explain(at={"x": X})
    assert found.values["L"] == pytest.approx(function(X), rel=1e-12)
    assert np.allclose(found.gradients["x"], slopes(function, X), rtol=1e-6, atol=1e-6)


def test_products_over_a_whole_axis() -> None:
    text = "x ∈ ℝ^n\nL = ∏_i x_i"
    if "prod" not in OPERATIONS:
        with pytest.raises(gv.GradvizError) as caught:
            gv.parse(text)
        assert (caught.value.place.line, caught.value.place.column) == (2, 5)
        return
    found = gv.parse(text).explain(at={"x": X})
    assert found.values["L"] == pytest.approx(X.prod())
    assert np.allclose(found.gradients["x"], slopes(np.prod, X), rtol=1e-6)
    rows = gv.parse("W ∈ ℝ^{2×3}\nL = ∑_j ∏_i W_{ij}").explain(at={"W": [[1, 2, 3], [4, 5, 6]]})
    assert rows.values["L"] == 4 + 10 + 18
    assert np.allclose(rows.gradients["W"], [[4, 5, 6], [1, 2, 3]])
    columns = gv.parse("W ∈ ℝ^{2×3}\nL = ∑_i ∏_j (1 + W_{ij})").explain(at={"W": [[1, 2, 3], [4, 5, 6]]})
    assert columns.values["L"] == 2 * 3 * 4 + 5 * 6 * 7
    assert np.allclose(columns.gradients["W"], [[12, 8, 6], [42, 35, 30]])


def test_the_same_factor_for_each_index_is_a_power() -> None:
    found = gv.parse("x ∈ ℝ^n\nL = ∏_{i=1}^{n} a + sum(x)").explain(at={"x": X, "a": 1.5})
    assert found.values["L"] == pytest.approx(1.5**4 + X.sum())
    assert found.gradients["a"] == pytest.approx(4 * 1.5**3)


@pytest.mark.parametrize(
    ("text", "kind", "column"),
    [
        ("∏_{i=1}^{5} x_i", "index-range", 17),
        ("∏_{i=2}^{2000} (a + x[1])", "sum-too-long", 5),
        ("∏_i a", "sum-without-range", 5),
        ("∏_{i=1}^{n-1} x_i", "index-runs", 19),
        ("∏_{i=k}^{n} z_i", "not-an-index", 10),
        ("∏_{i=2}^{n} z_{i+1}", "index-range", 17),
    ],
)
def test_products_that_are_refused(text, kind, column) -> None:
    with pytest.raises(gv.GradvizError) as caught:
        gv.parse(f"x ∈ ℝ^4; z ∈ ℝ^n\nL = {text}")
    assert caught.value.message.kind == kind
    assert (caught.value.place.line, caught.value.place.column) == (2, column)


# the right side with n for undeclared sizes, the same with names
@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("-∑_i y_i log_softmax(z)_i", "-yᵀ log_softmax(z)"),
        (r"-\sum_i y_i \log \operatorname{softmax}(z)_{i}", "-yᵀ ln softmax(z)"),
        ("∑_i (A z)_i y_i", "yᵀ A z"),
        ("∑ᵢ (A z)ᵢ yᵢ", "yᵀ A z"),
        ("∑_{i,j} (A Aᵀ)_{ij} A^{-1}_{ji}", "tr(A)"),
        ("(A z)_2 + softmax(z)_1", "(A z)[2] + softmax(z)[1]"),
        ("∑_i |z|_i z²_i", "sum(|z| ⊙ z²)"),
    ],
)
def test_entries_of_groups_and_calls(text, same) -> None:
    given = "z, y ∈ ℝ^3; A ∈ ℝ^{3×3}\n"
    at = {"z": [0.5, -1.0, 2.0], "y": [0.2, 0.3, 0.5], "A": [[2.0, 1.0, 0.5], [0.1, 3.0, -1.0], [0.3, 0.2, 1.5]]}
    ours, other = (gv.parse(f"{given}L = {t} + 0 sum(z) + 0 sum(y) + 0 sum(A)").explain(at=at) for t in (text, same))
    assert ours.values["L"] == pytest.approx(other.values["L"])
    for name in at:
        assert np.allclose(ours.gradients[name], other.gradients[name])


def test_what_a_call_has_its_axes_from_tells_their_size() -> None:
    graph = gv.parse("z ∈ ℝ^3\nL = -∑_i y_i log_softmax(z)_i")
    assert graph.shape("y") == (3,)
    assert gv.parse("L = -∑_i y_i log_softmax(z)_i").shape("z") == ("n",)


@pytest.mark.parametrize(
    ("text", "name", "wanted"),
    [
        ("∏_i (1 + x_i²)", "x", "2 prod_others(1 + x²) ⊙ x"),
        ("∏_i ∑_j W_{ij}", "W", "prod_others(rowsum(W)) 𝟏ᵀ"),
        ("∏_i ∏_j W_{ij}", "W", "diag(prod_others(rowprod(W))) rowprod_others(W)"),
    ],
)
def test_what_was_multiplied_by_entries_is_written_for_the_array(text, name, wanted) -> None:
    assert str(gv.parse(f"x ∈ ℝ^4; W ∈ ℝ^{{2×3}}\nL = {text}").gradient(name)) == wanted


@pytest.mark.parametrize(
    ("text", "value", "gradient"),
    [
        ("∏_{i=2}^{n} p_i", lambda p: np.prod(p[1:]), "prod_others(p[2:n])[i − 1]"),
        ("∏_{i=1}^{n-1} p_i", lambda p: np.prod(p[:-1]), "prod_others(p[1:n − 1])[i]"),
        ("∏_{i=2}^{n} (p_i - p_{i-1})", lambda p: np.prod(p[1:] - p[:-1]), None),
        ("∏_{i=1}^{n-1} (p_i + p_{i+1})", lambda p: np.prod(p[1:] + p[:-1]), None),
        ("∏_{i=k}^{n} p_i + sum(q)", lambda p: np.prod(p[2:]) + 6, None),
        ("ln(∏_{i=2}^{n} p_i²)", lambda p: np.log(np.prod(p[1:] ** 2)), None),
        ("∑_j ∏_{i=2}^{n} p_i p_j", lambda p: sum(np.prod(p[1:] * b) for b in p), None),
        ("∏_{i=2}^{n-1} 3", lambda p: 3.0 ** (len(p) - 2), "0"),
    ],
)
def test_over_a_part_of_an_axis_whose_ends_are_no_numbers(text, value, gradient) -> None:
    graph = gv.parse(f"p ∈ ℝ^n; q ∈ ℝ^k\nL = {text}")
    at = {"p": np.array([0.7, -1.2, 1.4, 0.6, 0.9]), "q": np.array([1.0, 2.0, 3.0])}
    found = graph.explain(at=at)
    assert found.values["L"] == pytest.approx(value(at["p"]))
    for place, slope in enumerate(found.gradients["p"]):
        step = np.eye(5)[place] * 1e-6
        wanted = (value(at["p"] + step) - value(at["p"] - step)) / 2e-6
        assert slope == pytest.approx(wanted, rel=1e-6, abs=1e-7)
    assert gradient in (None, str(graph.gradient("p")))
    back = read_back(graph, graph.gradient("p"), "unicode", point_at(graph, at, {"n": 5, "k": 3}))
    assert same(back, found.gradients["p"])
    graph.derivation("p", strict=True)


@pytest.mark.parametrize(
    ("program", "wanted"),
    [
        ("x ∈ ℝ^3; A ∈ ℝ^{3×4}; B ∈ ℝ^{2×4}; Z = 𝟏 xᵀ A + B", lambda x, A, B: x @ A + B),
        ("x ∈ ℝ^3; A ∈ ℝ^{4×3}; B ∈ ℝ^{4×2}; Z = A x 𝟏ᵀ + B", lambda x, A, B: (A @ x)[:, None] + B),
        ("x, y ∈ ℝ^3; b ∈ ℝ^4; Z = 2 𝟏 xᵀ y + b", lambda x, y, b: 2 * (x @ y) + b),
        ("x, y ∈ ℝ^3; b ∈ ℝ^{1×4}; Z = xᵀ y 𝟏ᵀ + b", lambda x, y, b: x @ y + b),
    ],
)
def test_ones_beside_a_product_take_their_size_from_the_sum(program, wanted):
    graph = gv.parse(program + "; L = sum(Z)")
    rng = np.random.default_rng(3)
    at = {n: rng.normal(size=graph.dag.nodes[graph.dag.names[n]].shape) for n in graph.inputs}
    found = graph.explain(at=at).values["Z"]
    assert np.allclose(found, wanted(*(at[n] for n in graph.inputs)))


TRIANGULAR = [
    ("∑_{i=1}^{n} ∑_{j=1}^{i} x_i x_j", lambda i, j: j <= i),
    ("∑_{i=1}^{n} ∑_{j=1}^{i-1} x_i x_j", lambda i, j: j < i),
    ("∑_{i} ∑_{j=i+1}^{n} x_i x_j", lambda i, j: j > i),
    ("∑_{i<j} x_i x_j", lambda i, j: i < j),
    (r"\sum_{i \leq j} x_i x_j", lambda i, j: i <= j),
    ("∑_i ∑_{j≠i} x_i x_j", lambda i, j: i != j),
    (r"\sum_{i \neq j} x_i x_j", lambda i, j: i != j),
    (r"\sum_{1 \le i < j \le n} x_i x_j", lambda i, j: i < j),
    ("∑_{i<j}^{n} x_i x_j", lambda i, j: i < j),
    ("∑_{i=1}^n ∑_{j=1, j≠i}^n x_i x_j", lambda i, j: i != j),
    ("∑_{i,j=1}^n x_i x_j", lambda i, j: True),
]


@pytest.mark.parametrize(("text", "holds"), TRIANGULAR)
def test_a_limit_speaks_of_another_index(text, holds):
    x = np.array([0.5, -1.25, 2.0, 0.75])
    pairs = [(i, j) for i in range(4) for j in range(4) if holds(i, j)]
    graph = gv.parse(f"x ∈ ℝ^n; L = {text}")
    explained = graph.explain(at={"x": x})
    assert same(explained.values["L"], sum(x[i] * x[j] for i, j in pairs))
    wanted = np.zeros(4)
    for i, j in pairs:
        wanted[i] += x[j]
        wanted[j] += x[i]
    assert same(explained.gradients["x"], wanted)
    assert graph.check("x", str(graph.gradient("x"))).ok
    for style in ("delta", "index"):
        graph.derivation("x", style=style, strict=True)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("∑_i x_i ∏_{j<i} x_j", "product-where"),
        ("∑_{1≤i<j<4} x_i x_j", "bad-index"),
        ("∑_{i<3} x_i", "bad-index"),
        ("∑_{i≠i} x_i", "bad-index"),
    ],
)
def test_limits_that_are_refused(text, kind):
    with pytest.raises(gv.GradvizError) as refused:
        gv.parse(f"x ∈ ℝ^4; L = {text}")
    assert refused.value.message.kind == kind


ONE_LEFT_OUT = [
    ("L = ∑_i ∏_{j≠i} x_j", lambda x: sum(np.prod(np.delete(x, i)) for i in range(len(x)))),
    ("L = ∑_i x_i² ∏_{j=1, j≠i}^n x_j", lambda x: sum(x[i] ** 2 * np.prod(np.delete(x, i)) for i in range(len(x)))),
    (
        r"L = \sum_i \prod_{j \ne i} (x_i - x_j)",
        lambda x: sum(np.prod(x[i] - np.delete(x, i)) for i in range(len(x))),
    ),
    ("y_i = ∏_{j≠i} x_j; L = ‖y‖²", lambda x: sum(np.prod(np.delete(x, i)) ** 2 for i in range(len(x)))),
    ("y_i = ∑_{j≠i} x_j; L = ‖y‖²", lambda x: sum(np.sum(np.delete(x, i)) ** 2 for i in range(len(x)))),
    ("y_i = ∑_{j<i} x_j; L = ‖y‖²", lambda x: sum(np.sum(x[:i]) ** 2 for i in range(len(x)))),
    ("L = ∏_{j≠c} x_j; c ∈ {1, 2}; at c = 2", lambda x: np.prod(np.delete(x, 1))),
]


@pytest.mark.parametrize(("text", "wanted"), ONE_LEFT_OUT)
def test_one_place_is_left_out(text, wanted):
    declared = "c ∈ {1, 2}; " if "c ∈" in text else ""
    graph = gv.parse(f"x ∈ ℝ^n; {declared}" + text.replace("c ∈ {1, 2}; ", ""))
    x = np.array([0.5, -1.25, 2.0, 0.75])
    for at in (x, np.array([0.0, 1.5, 0.0, 2.0])):  # zeros too
        found = graph.explain(at={"x": at})
        assert np.isclose(found.values["L"], wanted(at))
        moved = [wanted(at + 1e-6 * e) - wanted(at - 1e-6 * e) for e in np.eye(4)]
        assert np.allclose(found.gradients["x"], np.array(moved) / 2e-6, atol=1e-7)
    # A product over an axis of any size that a label chooses from is left undecided.
    assert graph.check("x", str(graph.gradient("x"))).ok or "c ∈" in text
