"""Operations that stand beside others for their derivatives: where they are seen, and second derivatives through them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradviz as gv
from gradviz.calculus.sweep import sweep
from gradviz.equality import close, value_of
from gradviz.graph import Node
from gradviz.messages import UsageError
from gradviz.numeric.evaluate import evaluate
from gradviz.ops import OPERATIONS
from tests.agreement import point_at

FORMS = [
    ("X ∈ ℝ^{n×n}; L = ln det X", "X", "X⁻ᵀ"),
    ("X ∈ ℝ^{n×n}; L = logdet(X)", "X", "X⁻ᵀ"),
    ("X ∈ ℝ^{n×n}; d = det(X)", "X", "d X⁻ᵀ"),
    ("X ∈ ℝ^{n×n}; L = det(X)²", "X", "2 det(X)² X⁻ᵀ"),
    ("x ∈ ℝ^n; L = var(x)", "x", "(2/n)(x − mean(x))"),
    ("x ∈ ℝ^4; L = var(x)", "x", "(1/2)(x − mean(x))"),
    ("x ∈ ℝ^n; s = std(x)", "x", "(1/(n s))(x − mean(x))"),
    ("X ∈ ℝ^{n×d}; L = sum(colvar(X))", "X", "(2/n)(X − colmean(X))"),
    ("x ∈ ℝ^n; L = logsumexp(x)", "x", "softmax(x)"),
    ("x, y ∈ ℝ^n; L = logsumexp(x) - yᵀ x", "x", "softmax(x) − y"),
    ("X ∈ ℝ^{n×d}; L = sum(rowlogsumexp(X))", "X", "softmax(X)"),
    ("x ∈ ℝ^n; L = prod(x)", "x", "prod_others(x)"),
    ("x ∈ ℝ^n; r = ‖x‖", "x", "(1/r) x"),
]


@pytest.mark.parametrize(("text", "name", "form"), FORMS, ids=[t for t, _, _ in FORMS])
def test_forms(text: str, name: str, form: str) -> None:
    graph = gv.parse(text)
    assert str(graph.gradient(name)) == form
    graph.derivation(name, strict=True)


# Of a vector x of three entries, which may be 0 where a product of others is all there is.
SECOND = [
    ("f = prod(x)", [0.7, 0.0, -1.2]),
    ("f = prod(x)", [0.0, 0.0, 0.5]),
    ("f = var(x)", [0.7, 0.2, -1.2]),
    ("f = std(x)", [0.7, 0.2, -1.2]),
    ("f = logsumexp(x)", [0.7, 0.2, -1.2]),
    ("f = ln prod(x)", [0.7, 0.2, 1.2]),
    ("f = logdet(x xᵀ + I)", [0.7, 0.2, -1.2]),
    ("f = ln det(diag(x) + x xᵀ)", [0.7, 0.4, 1.2]),
    ("f = det(x xᵀ + 2I)", [0.7, 0.2, -1.2]),
    ("f = ‖log_softmax(x)‖²", [0.7, 0.2, -1.2]),
    ("f = sum(rowprod(x xᵀ + I))", [0.7, 0.2, -1.2]),
    ("f = sum(rowvar(x xᵀ)^2)", [0.7, 0.2, -1.2]),
]


@pytest.mark.parametrize(("text", "at"), SECOND, ids=[f"{t} at {a}" for t, a in SECOND])
def test_second_derivatives(text: str, at: list[float]) -> None:
    graph = gv.parse(f"x ∈ ℝ^3\n{text}")

    def gradient(x: Any) -> Any:
        return graph.explain(at={"x": x}).gradients["x"]

    x = np.array(at)
    wanted = np.stack([(gradient(x + s) - gradient(x - s)) / 2e-5 for s in 1e-5 * np.eye(3)], -1)
    columns = [graph.hvp("x", e, at={"x": x}) for e in np.eye(3)]
    assert np.allclose(np.stack(columns, -1), wanted, atol=1e-4)
    hessian = graph.hessian("x")
    if "∂" in str(hessian):
        return  # in derivatives of stages that have no names
    letters = dict(zip(hessian.letters, (3, 3), strict=True)) if hessian.letters else None
    found, _ = value_of(hessian.expr, point_at(graph, {"x": x}), letters=letters, shape=(3, 3))
    assert np.allclose(np.broadcast_to(found, (3, 3)), wanted, atol=1e-4), str(hessian)


@pytest.mark.parametrize(
    "text", [*(t for t, _ in SECOND), "f = sum(layernorm(x)^3)", "f = sum(pow(batchnorm(x xᵀ), 3))"]
)
def test_sweeps_over_sweeps(text: str) -> None:
    dag = gv.parse(f"x ∈ ℝ^3\n{text}").dag
    swept = sweep(dag.nodes, dag.root)
    gradient = swept.adjoints[dag.names["x"]]
    nodes = (*swept.nodes, Node("leaf", (), (3,), (3,), "v"))
    again = sweep(nodes, gradient, seed=len(nodes) - 1)
    x, v = np.array([0.7, 0.2, 1.2]), np.array([0.3, -0.8, 0.5])

    def value(at: Any, nodes: Any, position: int) -> Any:
        return evaluate(nodes, {dag.names["x"]: at, len(swept.nodes): v}, [position], {})[position]

    found = value(x, again.nodes, again.adjoints[dag.names["x"]])
    ends = [value(x + s * 1e-5 * v, nodes, gradient) for s in (1, -1)]
    assert np.allclose(found, (ends[0] - ends[1]) / 2e-5, atol=1e-5)


def test_a_companion_is_shown_only_in_gradients() -> None:
    graph = gv.parse("X ∈ ℝ^{2×2}\nL = ln det X")
    assert list(graph.nx) == ["X", "det(X)", "L"]
    assert list(graph.view("ops")) == ["X", "det(X)", "L"]
    ex = graph.explain(at={"X": [[2, 1], [0.5, 3]]})
    assert "X⁻¹" not in ex.text().split("Gradients")[0]
    assert str(graph.gradient("X")) == "X⁻ᵀ"
    assert np.allclose(ex.gradients["X"], np.linalg.inv([[2, 1], [0.5, 3]]).T)
    assert "X⁻¹" not in [n["id"] for n in ex.json()["nodes"]]


def test_a_companion_that_somebody_named_is_called_by_its_name() -> None:
    graph = gv.parse("X ∈ ℝ^{n×n}; b ∈ ℝ^n\nM = X⁻¹\nL = logdet(X) + bᵀ b\n")
    assert str(graph.gradient("X")) == "Mᵀ"
    graph = gv.parse("x ∈ ℝ^n\nμ = mean(x)\ns = var(x)\nL = s + μ\n")
    assert str(graph.gradient("s")) == "1"
    assert "μ" in str(graph.gradient("x"))


def test_companions_of_a_builder() -> None:
    build = gv.Builder()
    x = build.input("X", ("n", "n"))
    build.stage("L", build.apply("logdet", x))
    assert str(build.graph().gradient("X")) == "X⁻ᵀ"


def test_a_singular_matrix_has_no_inverse_in_numbers() -> None:
    ex = gv.parse("X ∈ ℝ^{2×2}\nL = sum(X⁻¹)").explain(at={"X": [[1, 2], [2, 4]]})
    assert np.isnan(ex.values["L"])
    ex = gv.parse("X ∈ ℝ^{2×2}\nL = logdet(X)").explain(at={"X": [[0, 1], [1, 0]]})
    assert np.isnan(ex.values["L"])
    assert gv.parse("X ∈ ℝ^{2×2}\nL = det(X)").explain(at={"X": [[1, 2], [2, 4]]}).values["L"] == pytest.approx(0)


def test_a_product_is_right_where_entries_are_zero() -> None:
    graph = gv.parse("X ∈ ℝ^{2×3}\nL = sum(rowprod(X)) + 2 sum(colprod(X)) + 3 prod(X)")
    x = np.array([[0.0, 2, 3], [0, 0, 5]])
    gradient = graph.explain(at={"X": x}).gradients["X"]
    rows = np.array([[6, 0, 0], [0, 0, 0]])
    columns = np.array([[0, 0, 5], [0, 2, 3]])
    assert np.allclose(gradient, rows + 2 * columns)


def test_a_fourth_derivative_of_a_product_is_refused() -> None:
    graph = gv.parse("x ∈ ℝ^3\nf = sum(prod_triples(x))")
    with pytest.raises(UsageError, match="prod_triples has no derivative"):
        graph.gradient("x")


@pytest.mark.parametrize("line", ["", "row", "col"])
def test_products_of_all_but_some(line: str) -> None:
    """Each is the derivative of the one before, entries that are 0 included; on an axis that no other has."""
    shape = (4,) if not line else (5, 4) if line == "row" else (4, 5)
    for deeper, name in enumerate(("prod", "prod_others", "prod_pairs")):
        graph = gv.parse(f"X ∈ ℝ^{{{'×'.join(map(str, shape))}}}\nP = {line}{name}(X)\nL = sum(P ⊙ P)")
        x = np.random.default_rng(deeper).uniform(0.5, 1.5, shape)
        x.flat[3] = 0.0
        gradient = graph.explain(at={"X": x}).gradients["X"]
        moved = np.zeros(shape)
        for place in np.ndindex(*shape):
            step = np.zeros(shape)
            step[place] = 1e-6
            ends = [graph.explain(at={"X": x + s}, wrt=()).values["L"] for s in (step, -step)]
            moved[place] = (ends[0] - ends[1]) / 2e-6
        assert np.allclose(gradient, moved, atol=1e-6), name


NORMED = [
    ("h = layernorm(X, γ, β)", "c = X - rowmean(X) 𝟏ᵀ; h = c ⊘ (sqrt(rowvar(X) + 0.00001) 𝟏ᵀ) ⊙ γ + β"),
    ("h = batchnorm(X, γ, β, 0.1)", "c = X - colmean(X); h = c ⊘ sqrt(colvar(X) + 0.1) ⊙ γ + β"),
    ("h = softmax(X)", "E = e^X; h = E ⊘ (rowsum(E) 𝟏ᵀ)"),
    ("h = log_softmax(X)", "h = X - rowlogsumexp(X) 𝟏ᵀ"),
]


@pytest.mark.parametrize(("named", "written"), NORMED, ids=[n for n, _ in NORMED])
def test_an_operation_and_its_expression_have_the_same_gradients(named: str, written: str) -> None:
    rng = np.random.default_rng(3)
    at = {n: rng.normal(size=s) for n, s in (("X", (3, 4)), ("γ", 4), ("β", 4), ("G", (3, 4)))}
    head, tail = "X, G ∈ ℝ^{3×4}; γ, β ∈ ℝ^4\n", "\nL = sum(G ⊙ h ⊙ h) + sum(γ ⊙ β)"
    one, other = (gv.parse(f"{head}{text}{tail}").explain(at=at) for text in (named, written))
    for name in at:
        assert close(one.gradients[name], other.gradients[name]), name


def minors(a: Any) -> Any:
    """The cofactors, one determinant for each."""
    n = len(a)
    return np.array(
        [[(-1) ** (i + j) * np.linalg.det(np.delete(np.delete(a, i, 0), j, 1)) for j in range(n)] for i in range(n)]
    )


@pytest.mark.parametrize(("n", "rank"), [(n, r) for n in (2, 3, 4, 5) for r in range(n + 1)])
def test_the_gradient_of_a_determinant_needs_no_inverse(n: int, rank: int) -> None:
    rng = np.random.default_rng(10 * n + rank)
    x, a = rng.standard_normal((n, rank)) @ rng.standard_normal((rank, n)), rng.standard_normal((n, n))
    graph = gv.parse("X ∈ ℝ^{n×n}; L = det(X)")
    assert str(graph.gradient("X")) == "L X⁻ᵀ"
    assert np.allclose(graph.explain(at={"X": x}).gradients["X"], minors(x), atol=1e-11)
    ex = gv.parse("X, A ∈ ℝ^{n×n}; L = 3 det(X A) + det(X)^2").explain(at={"X": x, "A": a})
    wanted = 3 * minors(x @ a) @ a.T + 2 * np.linalg.det(x) * minors(x)
    assert np.allclose(ex.gradients["X"], wanted, atol=1e-10)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_complex_step_passes_the_cofactors_of_a_singular_matrix(rank: int) -> None:
    rng = np.random.default_rng(rank)
    x, e = rng.standard_normal((4, rank)) @ rng.standard_normal((rank, 4)), rng.standard_normal((4, 4))
    found = OPERATIONS["cofactors"].value
    assert found is not None
    step = found(np, 1.0, x + 1e-30j * e, 0.0, x).imag / 1e-30
    assert np.allclose(step, (minors(x + 1e-5 * e) - minors(x - 1e-5 * e)) / 2e-5, atol=1e-7)
