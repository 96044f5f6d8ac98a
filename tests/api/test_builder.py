"""Graphs made by programs: the same graphs as from text, of any length."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest
import sympy

import gradviz as gv
from gradviz.messages import GradvizError, NamingError, ShapeError, UsageError


def net() -> gv.Graph:
    build = gv.Builder()
    x, y = build.input("x", (3,), data=True), build.input("y", domain="binary")
    w1, w2 = build.input("W1", (3, 4)), build.input("W_2", (4,))
    h1 = build.stage("h1", build.apply("sigmoid", build.stage("z1", w1.T @ x)))
    yhat = build.stage("yhat", build.apply("sigmoid", build.stage("z2", w2.T @ h1)))
    build.stage("L", -y * build.apply("ln", yhat) - (1 - y) * build.apply("ln", 1 - yhat))
    return build.graph()


TEXT = """
x ∈ ℝ^3; y ∈ {0, 1}; W1 ∈ ℝ^{3×4}; W2 ∈ ℝ^4
z1 = W1ᵀ x; h1 = σ(z1); z2 = W2ᵀ h1; ŷ = σ(z2); L = -y ln ŷ - (1 - y) ln(1 - ŷ)
"""


def test_the_builder_gives_what_text_gives() -> None:
    built, read = net(), gv.parse(TEXT)
    assert built.stages == read.stages
    at = {n: np.linspace(-1, 1, int(np.prod(read.shape(n)))).reshape(read.shape(n)) for n in read.inputs} | {"y": 1}
    one, other = built.explain(at=at), read.explain(at=at)
    for n in read.dag.names:
        assert str(built.gradient(n)) == str(read.gradient(n))
        assert np.allclose(one.gradients[n], other.gradients[n])
        assert built.derivation(n, strict=True).steps[-1].right == read.derivation(n).steps[-1].right
    assert built.nx.nodes["x"]["role"] == "data"


def test_operators_of_python() -> None:
    build = gv.Builder()
    a, b = build.input("a"), build.input("b")
    build.stage("f", 2 * a + b / 3 - (1 - a) ** 2 + 1 / b - (-a) * 0.5 + (3 + a) + 4 / a)
    ex = build.graph().explain(at={"a": 2.0, "b": 4.0})
    assert ex.values["f"] == pytest.approx(4 + 4 / 3 - 1 + 0.25 + 1 + 5 + 2)
    assert ex.gradients["a"] == pytest.approx(2 + 2 * (1 - 2) + 0.5 + 1 - 1)
    assert ex.gradients["b"] == pytest.approx(1 / 3 - 1 / 16)


def test_a_graph_does_not_change_when_building_goes_on() -> None:
    build = gv.Builder()
    x = build.input("x")
    f = build.stage("f", x * x)
    graph = build.graph()
    build.stage("g", f * f)
    assert graph.stages == ("f",)
    assert len(graph.dag.nodes) == 2
    assert build.graph().output == "g"
    assert build.graph("f").output == "f"


def test_two_stages_and_stages_of_numbers_stay() -> None:
    build = gv.Builder()
    x = build.input("x")
    a, b, c = build.stage("a", x * x), build.stage("b", x * x), build.stage("c", build.number(3))
    build.stage("f", a * b * c)
    ex = build.graph().explain(at={"x": 2})
    assert dict(ex.gradients) == {"x": 96 + 0.0, "a": 12, "b": 12, "c": 16, "f": 1}


def test_what_does_not_fit_is_refused() -> None:
    build = gv.Builder()
    a, w = build.input("a", (3,)), build.input("W", (4, 3))
    with pytest.raises(ShapeError):
        a @ w
    with pytest.raises(ShapeError):
        a + build.input("b", (4,))
    with pytest.raises(UsageError):
        build.apply("frobnicate", a)
    with pytest.raises(GradvizError):
        build.graph()
    build.stage("h", w @ a)
    with pytest.raises(NamingError):
        build.stage("h", a)
    with pytest.raises(UsageError, match="shape 4"):
        build.graph().gradient("a")


# -- sympy

x, y, z = sympy.symbols("x y z", real=True)


@pytest.mark.parametrize(
    "expression",
    [
        (x + y) * z,
        x**2 * y - 3 * x / y + sympy.Rational(1, 3),
        sympy.exp(x * y) / (1 + sympy.exp(x * y)),
        sympy.sin(x) * sympy.cos(y) + sympy.tan(x),
        sympy.log(1 + x**2) + sympy.sqrt(y + 4),
        sympy.tanh(x) ** 3 + sympy.atan(y) * sympy.pi,
        sympy.Max(x, y) + sympy.Min(x, 2) + sympy.Abs(x),
        sympy.E**x + x**y + 2**x,
        sympy.erf(x) + sympy.sinh(x) - sympy.asinh(y),
        1 / (x * y) - 1.5 * x,
        1 / sympy.sqrt(x) + x ** sympy.Rational(3, 2),
        x,
        sympy.Integer(2) * x,
        -x / 2,
    ],
    ids=str,
)
def test_from_sympy_gives_what_sympy_gives(expression: sympy.Expr) -> None:
    graph = gv.from_sympy(expression)
    at = {s: 0.3 + 0.5 * n for n, s in enumerate(sorted(expression.free_symbols, key=str))}
    ex = graph.explain(at={str(s): v for s, v in at.items()})
    assert ex.values["f"] == pytest.approx(float(expression.evalf(subs=at)))
    for s in expression.free_symbols:
        wanted = float(sympy.diff(expression, s).evalf(subs=at))
        assert ex.gradients[str(s)] == pytest.approx(wanted), s
        back = graph.gradient(str(s)).sympy().subs(sympy.Symbol("f", real=True), expression)
        assert float(back.evalf(subs=at)) == pytest.approx(wanted)


def test_what_sympy_has_and_gradviz_has_not_is_refused() -> None:
    for expression in (sympy.gamma(x), sympy.Integral(x, x), sympy.I * x):
        with pytest.raises(GradvizError):
            gv.from_sympy(expression)


def test_gradients_as_sympy_expressions() -> None:
    graph = gv.parse("L = -y ln(p) - (1 - y) ln(1 - p)")
    p, y_ = sympy.symbols("p y", real=True)
    found = graph.gradient("p").sympy()
    assert sympy.simplify(found - sympy.diff(-y_ * sympy.log(p) - (1 - y_) * sympy.log(1 - p), p)) == 0


# -- of any length


def test_a_chain_of_20_000_statements() -> None:
    count = 20_000
    weights = {f"w{i}": 1 + i / 10 for i in range(7)}
    graph = gv.parse("s0 = x²\n" + "\n".join(f"s{i} = tanh(w{i % 7} s{i - 1} + 1)" for i in range(1, count)))
    ex = graph.explain(at={"x": 0.5, **weights}, wrt=())
    s, slope = 0.25, {}
    values = [s]
    for i in range(1, count):
        s = math.tanh(weights[f"w{i % 7}"] * s + 1)
        values.append(s)
    adjoint = 1.0
    for i in range(count - 1, 0, -1):
        inner = adjoint * (1 - values[i] ** 2)
        slope[i % 7] = slope.get(i % 7, 0.0) + inner * values[i - 1]
        adjoint = inner * weights[f"w{i % 7}"]
    assert ex.values[f"s{count - 1}"] == pytest.approx(s)
    for i, wanted in slope.items():
        assert ex.gradients[f"w{i}"] == pytest.approx(wanted)
    assert nx.is_directed_acyclic_graph(graph.nx)


def test_100_000_nodes() -> None:
    build = gv.Builder()
    w, s = build.input("w"), build.input("s")
    for _ in range(50_000):
        s = build.apply("tanh", w * s)
    build.stage("f", s)
    graph = build.graph()
    assert len(graph.dag.nodes) == 100_002
    ex = graph.explain(at={"w": 1.2, "s": 0.5}, wrt=())
    limit = ex.values["f"]
    assert math.tanh(1.2 * limit) == pytest.approx(limit)
    # At the fixed point f = tanh(w f), so ∂f/∂w = f (1 − f²)/(1 − w (1 − f²)).
    assert ex.gradients["w"] == pytest.approx(limit * (1 - limit**2) / (1 - 1.2 * (1 - limit**2)))
    assert graph.nx.number_of_edges() == 150_000


def test_deep_sums_and_products() -> None:
    build = gv.Builder()
    x = build.input("x", (2,))
    total = x
    for _ in range(3000):
        total = total + x * 0.001
    build.stage("L", build.apply("sum", total))
    ex = build.graph().explain(at={"x": [1.0, 2.0]}, wrt=())
    assert ex.gradients["x"] == pytest.approx([4.0, 4.0])
