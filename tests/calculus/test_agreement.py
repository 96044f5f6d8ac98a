"""Random programs: numbers, autograd, printed gradients read back, and every line of every derivation agree."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import gradviz as gv
from gradviz.equality import close, value_of
from gradviz.notation import read_expression, write
from gradviz.ops import WORDS
from tests.agreement import adjoint_names, by_differences, check, numbers, point_at, read_back, same
from tests.strategies import Program, make, programs


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs)
def test_random_programs(program: Program) -> None:
    check(program)


@pytest.mark.parametrize("seed", range(12))
def test_long_programs(seed: int) -> None:
    check(make(random.Random(seed), most=12, depth=3))  # noqa: S311


@pytest.mark.parametrize("seed", range(8))
def test_central_differences(seed: int) -> None:
    program = make(random.Random(1000 + seed), most=5)  # noqa: S311
    inputs = numbers(program)
    gradients = gv.parse(program.text).explain(at=inputs).gradients
    for name in program.inputs:
        wanted = by_differences(program, name, inputs, inputs[name])
        assert same(gradients[name], wanted, 1e-4), name


# What once went wrong: the program, and a gradient where its form matters.
ONCE: list[tuple[str, str | None, str | None]] = [
    ("x ∈ ℝ^3; z = x - x; L = ‖z‖² + x[1]", None, None),
    ("x, y ∈ ℝ^3; z = diag(sin(x)) (y - y); L = ‖z‖²", "x", "0"),
    ("x, w ∈ ℝ^3; b = x - x; c = 𝟙[softmax(b) > 0] ⊙ w; L = sum(tanh(b)) + sum(tanh(c))", None, None),
    ("W ∈ ℝ^{3×4}; b = ‖W ⊙ W‖²; L = b", "W", "4W ⊙ W ⊙ W"),
    ("W ∈ ℝ^{3×3}; L = tr(W) + sum(W)", "W", "I + 𝟏 𝟏ᵀ"),
    ("W ∈ ℝ^{3×3}; x ∈ ℝ^2; z = tr(W); b = x^2; L = z sum(tanh(b))", "W", "(𝟏ᵀ tanh(b)) I"),
    ("W ∈ ℝ^{3×3}; a = σ(W - W); z = tr(Wᵀ); L = z ‖a‖²", None, None),
    ("A ∈ ℝ^{3×5}; x ∈ ℝ^2; W ∈ ℝ^{2×5}; c = A diag((xᵀ W)ᵀ); L = ‖c‖²", None, None),
    ("W, V ∈ ℝ^{3×3}; x ∈ ℝ^3; a = diag(exp(x)) (W - relu(V)); L = ‖a‖²", None, None),
    ("z ∈ ℝ^3; h = log_softmax(z - z); L = ‖h‖²", None, None),
    ("W ∈ ℝ^{2×3}; H ∈ ℝ^{3×3}; s ∈ ℝ; q = (s W) ⊙ (W H); L = ‖q‖²", None, None),
    ("x ∈ ℝ^3; z = max(x / norm(x)); L = ‖log_softmax(z x)‖²", None, None),
    ("x = 3; f = x y", "x", "y"),
    ("v = [a, b]; L = sum(0 v) + a", None, None),
    ("A ∈ ℝ^{3×4}; w ∈ ℝ^4; L = σ(∑_j A_{2,j} w_j)", None, None),
    ("r ∈ ℝ^{1×3}; A ∈ ℝ^{3×4}; L = ‖r A‖²", "r", "2r A Aᵀ"),
    ("W ∈ ℝ^{3×4}; x ∈ ℝ^3; v ∈ ℝ^4; c = ∑_i x_i σ(∑_j W_{i,j} v_j); L = c^2", None, None),
    ("W ∈ ℝ^{2×3}; L = sum(tanh'(W))", None, None),
    ("h = x e^x", "x", None),
    ("W ∈ ℝ^{3×3}; r ∈ ℝ^{1×3}; h = W + σ(softplus(r)); x ∈ ℝ^3; b = hᵀ x; L = sum(tanh(b))", None, None),
    ("x ∈ ℝ^5; u ∈ ℝ^2; W ∈ ℝ^{5×5}; c = x / (1 + ‖u‖²); q = tr(diag(c) W); L = sum(tanh(c)) q", None, None),
    ("W ∈ ℝ^{5×3}; r ∈ ℝ^{1×3}; h = (W - W) + exp(tanh(r)); L = ‖h‖²", None, None),
    ("r ∈ ℝ^{1×3}; u ∈ ℝ^3; L = ∑_i r_i σ(u_i) + ∑_i r_i^2", None, None),
    ("r ∈ ℝ^{1×2}; C ∈ ℝ^{2×3}; x ∈ ℝ^3; a = diag((softplus(r))ᵀ) (C diag(x)); L = sum(tanh(a))", None, None),
    ("x ∈ ℝ^2; a = reshape(repeat(x, 5), 2, 5)[:, 1]; L = sum(tanh(a))", None, None),
    ("A ∈ ℝ^{2×5}; r ∈ ℝ^{1×5}; x ∈ ℝ^2; h = (A + r)ᵀ x; L = ‖h‖²", "x", "2(A + r) h"),
    ("X ∈ ℝ^{4×2}; W ∈ ℝ^{2×4}; b ∈ ℝ^{1×4}; L = ‖X W + b‖²", "W", "2Xᵀ(X W + b)"),
    ("x ∈ ℝ^2; b = diag(sqrt(1 + x^2)) x; L = sum(tanh(b))", None, None),
    ("W ∈ ℝ^{5×4}; u ∈ ℝ^6; v ∈ ℝ^2; h = reshape(W, 4, 5) diag(conv1d(u, v)); L = sum(tanh(h))", None, None),
    (
        "x, u ∈ ℝ^2; v ∈ ℝ^3; b = conv1d(exp(x), v, padding=1)ᵀ; a = (stack(u, x)ᵀ + (b - b)) @ (bᵀ)^2; L = ‖a‖²",
        None,
        None,
    ),
]


@pytest.mark.parametrize(("text", "name", "form"), ONCE, ids=[t for t, _, _ in ONCE])
def test_what_once_went_wrong(text: str, name: str | None, form: str | None) -> None:
    graph = gv.parse(text)
    rng = np.random.default_rng(5)
    inputs = {n: rng.uniform(0.2, 0.9, graph.shape(n)) for n in graph.inputs}
    ex = graph.explain(at=inputs)
    point = point_at(graph, inputs)
    for n in graph.dag.names:
        assert same(read_back(graph, graph.gradient(n), "unicode", point), ex.gradients[n]), n
        graph.derivation(n, strict=True)
    for n in graph.inputs:
        assert same(ex.gradients[n], differences(graph, n, inputs), 1e-4), n
    if name and form:
        assert str(graph.gradient(name)) == form


def differences(graph: gv.Graph, name: str, inputs: dict[str, Any]) -> Any:
    found = np.zeros(graph.shape(name))
    for place in np.ndindex(found.shape):
        step = np.zeros(found.shape)
        step[place] = 1e-5
        ends = [graph.explain(at={**inputs, name: inputs[name] + s * step}).values[graph.output] for s in (1, -1)]
        found[place] = (ends[0] - ends[1]) / 2e-5
    return found


SYMBOLIC = [
    "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; L = 1/n ‖X w - y‖²",
    "X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; b ∈ ℝ^k; H = σ(X W + b); L = sum(H ⊙ H)/(n k)",
    "Z ∈ ℝ^{n×k}; Y ∈ onehot(n×k); P = softmax(Z); L = -1/n sum(Y ⊙ ln P)",
    "x ∈ ℝ^n; A ∈ ℝ^{m×n}; L = ∑_i tanh(∑_j A_{i,j} x_j)^2",
    "x ∈ ℝ^n; μ = mean(x); v = mean((x - μ)^2); h = (x - μ)/sqrt(v + 0.1); L = ∑_i h_i^3",
    "Q ∈ ℝ^{n×d}; K ∈ ℝ^{m×d}; V ∈ ℝ^{m×p}; S = Q Kᵀ/sqrt(d); O = softmax(S) V; L = ‖O‖²",
    "r ∈ ℝ^{1×n}; A ∈ ℝ^{n×m}; L = ‖tanh(r A)‖²",
]


@pytest.mark.parametrize("text", SYMBOLIC)
def test_symbolic_sizes(text: str) -> None:
    graph = gv.parse(text)
    sizes = {"n": 4, "d": 3, "k": 5, "m": 2, "p": 6}
    rng = np.random.default_rng(1)
    inputs = {n: rng.uniform(0.1, 0.9, [sizes.get(str(d), d) for d in graph.shape(n)]) for n in graph.inputs}
    if "Y" in inputs:
        inputs["Y"] = np.eye(5)[[0, 2, 4, 1]]
    ex = graph.explain(at=inputs)
    used = {str(d) for n in graph.dag.nodes for d in n.shape}
    point = point_at(graph, inputs, {s: v for s, v in sizes.items() if s in used})
    for n in graph.dag.names:
        for style in ("unicode", "ascii", "latex"):
            assert same(read_back(graph, graph.gradient(n), style, point), ex.gradients[n]), (n, style)
        graph.derivation(n, strict=True)


@pytest.mark.parametrize("kind", ["stages", "ops"])
def test_local_derivatives_multiply_to_the_gradient(kind: str) -> None:
    """Along every path of a scalar graph, the local derivatives on the edges; their products add up."""
    graph = gv.parse("a = x y; b = σ(a) + x; c = a b + b²; L = tanh(c) a")
    at = {"x": 0.4, "y": -0.7}
    ex = graph.explain(at=at)
    view = graph.view(kind)
    point = point_at(graph, at)
    total: dict[str, float] = dict.fromkeys(view, 0.0)
    total["L"] = 1.0
    import networkx as nx

    for node in reversed(list(nx.topological_sort(view))):
        for before, _, data in view.in_edges(node, data=True):
            e = read_expression(data["local"], WORDS, graph.dag.names)
            total[before] += total[node] * value_of(e, point)[0]
    for name in graph.inputs:
        assert close(total[name], ex.gradients[name]), name


def test_adjoints_of_later_stages_are_named_in_long_gradients() -> None:
    lines = ["h0 = W0 x"] + [f"z{i} = W{i} h{i - 1}; h{i} = tanh(z{i})" for i in range(1, 9)]
    declared = "x ∈ ℝ^3; " + "; ".join(f"W{i} ∈ ℝ^{{3×3}}" for i in range(9))
    graph = gv.parse(declared + "\n" + "\n".join(lines) + "\nL = ‖h8‖²")
    assert str(graph.gradient("W1")) == "δ₁ h₀ᵀ"
    assert str(graph.gradient("x")) == "W₀ᵀ W₁ᵀ δ₁"
    assert "δ1" in adjoint_names(graph)
    assert write(graph.gradient("h0").expr, "unicode", WORDS) == "W₁ᵀ δ₁"
