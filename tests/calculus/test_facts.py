"""Declared facts: used where they are declared, never where they are not, and right on the domain."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz as gv
from gradviz.equality import points, value_of
from gradviz.ops.shapes import core
from tests.agreement import point_at, read_back, same

# (declarations, fact, the rest, by what, with the fact, without it)
FORMS = [
    ("x ∈ ℝ^n; Q ∈ ℝ^{n×n}", "Q orthogonal", "L = ‖Q x‖²", "x", "2x", "2Qᵀ Q x"),
    ("x, b ∈ ℝ^n; Q ∈ ℝ^{n×n}", "Q orthogonal", "L = ‖Q x - b‖²", "x", "2(x − Qᵀ b)", "2Qᵀ(Q x − b)"),
    ("x, b ∈ ℝ^n; Q ∈ ℝ^{n×n}", "Q orthogonal", "L = ‖Qᵀ x - b‖²", "x", "2(x − Q b)", "2Q(Qᵀ x − b)"),
    ("x ∈ ℝ^n; Q ∈ ℝ^{n×n}", "Q orthogonal", "y = Q x; L = ‖y‖²", "x", "2x", "2Qᵀ y"),
    ("x ∈ ℝ^n; A, Q ∈ ℝ^{n×n}", "Q orthogonal", "L = ‖Q A x‖²", "x", "2Aᵀ A x", "2Aᵀ Qᵀ Q A x"),
    ("X ∈ ℝ^{n×m}; Q ∈ ℝ^{n×n}", "Q orthogonal", "L = ‖Q X‖²", "X", "2X", "2Qᵀ Q X"),
    ("X ∈ ℝ^{m×n}; Q ∈ ℝ^{n×n}", "Q orthogonal", "L = ‖X Q‖²", "X", "2X", "2X Q Qᵀ"),
    ("x, b ∈ ℝ^n; Q ∈ ℝ^{n×n}", "Q orthogonal", "L = bᵀ Q⁻¹ x", "x", "Q b", "Q⁻ᵀ b"),
    ("x ∈ ℝ^n; A ∈ ℝ^{n×n}", "A symmetric", "L = xᵀ A x", "x", "2A x", "(A + Aᵀ) x"),
    ("x, b ∈ ℝ^n; A ∈ ℝ^{n×n}", "A symmetric", "L = bᵀ A x", "x", "A b", "Aᵀ b"),
    ("x ∈ ℝ^n", "λ > 0", "L = |λ| ‖x‖²", "x", "2λ x", "2|λ| x"),
    ("x ∈ ℝ", "λ > 0", "L = |λ x|", "x", "λ sign(x)", "λ sign(λ x)"),
    ("x ∈ ℝ", "λ > 0", "L = |-2λ x|", "x", "2λ sign(x)", "−2λ sign(−2λ x)"),
    ("x ∈ ℝ^n", "λ > 0", "L = |λ sum(x)|", "x", "λ sign(𝟏ᵀ x) 𝟏", "λ sign(λ 𝟏ᵀ x) 𝟏"),
    ("", "λ > 0", "L = |λ|", "λ", "1", "sign(λ)"),
    ("", "λ < 0", "L = relu(λ)", "λ", "0", "𝟙[λ > 0]"),
    ("x ∈ ℝ", "λ > 0", "L = relu(λ) x", "x", "λ", "ReLU(λ)"),
    ("x ∈ ℝ", "λ > 0", "L = relu(λ) x", "λ", "x", "x 𝟙[λ > 0]"),
    ("x ∈ ℝ", "λ ∈ [0, 3]", "L = |λ| x", "x", "λ", "|λ|"),
    ("x ∈ ℝ", "λ > 0", "L = x sqrt(λ^2)", "x", "λ", "|λ|"),
    ("x ∈ ℝ", "λ > 0", "L = x (ln(λ^2) - ln λ)", "x", "ln λ", "ln(λ²) − ln λ"),
    ("x, μ ∈ ℝ", "λ > 0", "L = x (ln(λ μ) - ln λ)", "x", "ln μ", "ln(λ μ) − ln λ"),
    ("x ∈ ℝ", "y ∈ {0, 1}", "L = x y^2", "x", "y", "y²"),
    ("x ∈ ℝ", "y ∈ {0, 1}", "L = x (1 - y)^2", "x", "1 − y", "(1 − y)²"),
    ("x ∈ ℝ", "y ∈ {-1, 1}", "L = x y^2", "x", "1", "y²"),
    ("z ∈ ℝ^k; y ∈ ℝ^k", "y ∈ onehot(k)", "p = softmax(z); L = -yᵀ ln p", "z", "p − y", "(𝟏ᵀ y) p − y"),
    ("z ∈ ℝ^k; y ∈ ℝ^k", "y ∈ simplex(k)", "p = softmax(z); L = -yᵀ ln p", "z", "p − y", "(𝟏ᵀ y) p − y"),
    ("z ∈ ℝ^k; y ∈ ℝ^k", "y ∈ simplex(k)", "L = sum(y) ‖z‖²", "z", "2z", "2(𝟏ᵀ y) z"),
]

IDS = [f"{fact} {rest} {name}" for _, fact, rest, name, _, _ in FORMS]


def program(declared: str, fact: str, rest: str) -> str:
    """The parts of a program; a fact that declares a name again replaces its declaration."""
    name, _, domain = fact.partition(" ∈ ")
    if domain:
        declared = declared.replace(f"; {name} ∈ ℝ^k", "")
    return "; ".join(x for x in (declared, fact, rest) if x)


@pytest.mark.parametrize(("declared", "fact", "rest", "name", "shorter", "longer"), FORMS, ids=IDS)
def test_only_where_declared(declared: str, fact: str, rest: str, name: str, shorter: str, longer: str) -> None:
    assert str(gv.parse(program(declared, fact, rest)).gradient(name)) == shorter
    assert str(gv.parse("; ".join(x for x in (declared, rest) if x)).gradient(name)) == longer


@pytest.mark.parametrize(("declared", "fact", "rest", "name", "shorter", "longer"), FORMS, ids=IDS)
def test_numbers_on_the_domain(declared: str, fact: str, rest: str, name: str, shorter: str, longer: str) -> None:
    graph = gv.parse(program(declared, fact, rest))
    found = points(graph.dag)
    assert found
    for point in found:
        position = graph.dag.names[name]
        shape = graph.dag.nodes[position].shape
        dims = [point.sizes.get(str(d), d) for d in core(shape)]
        value, _ = value_of(graph.gradient(name).expr, point, shape=shape)
        wanted = point.adjoints.get(position, 0.0)
        assert same(np.broadcast_to(value, dims), np.broadcast_to(wanted, dims))


@pytest.mark.parametrize(("declared", "fact", "rest", "name", "shorter", "longer"), FORMS, ids=IDS)
def test_a_step_says_so(declared: str, fact: str, rest: str, name: str, shorter: str, longer: str) -> None:
    derivation = gv.parse(program(declared, fact, rest)).derivation(name, strict=True)
    assert any(s.kind == "fact" for s in derivation.steps), derivation.text()


SAID = [
    ("x ∈ ℝ^n; Q ∈ ℝ^{n×n}; Q orthogonal; L = ‖Q x‖²", "Q is orthogonal"),
    ("x ∈ ℝ; λ > 0; L = |λ| x", "λ is positive"),
    ("x ∈ ℝ; λ ∈ [0, 3]; L = |λ| x", "λ is not negative"),
    ("x ∈ ℝ; y ∈ {-1, 1}; L = y^2 x", "the entries of y are 1 or −1"),
    ("x ∈ ℝ^n; A ∈ ℝ^{n×n}; A symmetric; L = xᵀ A x", "A is symmetric"),
    ("x ∈ ℝ^k; y ∈ simplex(k); L = sum(y) ‖x‖²", "the entries of y add up to 1"),
]


@pytest.mark.parametrize(("text", "said"), SAID)
def test_the_words_of_a_fact(text: str, said: str) -> None:
    steps = gv.parse(text).derivation("x", strict=True).steps
    assert said in [str(s.reason) for s in steps if s.kind == "fact"]


def test_derivatives_are_those_of_free_variables() -> None:
    """A fact is used after differentiating: by y, the derivative of y² is 2y, not that of y."""
    assert str(gv.parse("y ∈ {0, 1}; L = x y^2").gradient("y")) == "2y x"
    assert str(gv.parse("x ∈ ℝ^n; A ∈ ℝ^{n×n}; A symmetric; L = xᵀ A x").gradient("A")) == "x xᵀ"
    assert str(gv.parse("x ∈ ℝ^n; Q ∈ ℝ^{n×n}; Q orthogonal; L = ‖Q x‖²").gradient("Q")) == "2Q x xᵀ"
    assert str(gv.parse("x ∈ ℝ^k; y ∈ simplex(k); L = sum(y) ‖x‖²").gradient("y")) == "‖x‖² 𝟏"
    graph = gv.parse("y ∈ {0, 1}; L = x² y^2")
    assert str(graph.hessian("x", "y")) == "4y x"
    assert str(graph.hessian("x")) == "2y"


def test_one_hot_products_of_different_entries_are_zero() -> None:
    graph = gv.parse("z ∈ ℝ^k; y ∈ onehot(k); s = yᵀ z; L = ∑_i ∑_j y_i y_j z_i z_j")
    values = {"z": np.array([0.3, -0.7, 1.1]), "y": np.array([0.0, 1.0, 0.0])}
    ex = graph.explain(at=values)
    found = read_back(graph, graph.gradient("z"), "unicode", point_at(graph, values, {"k": 3}))
    assert same(found, ex.gradients["z"])


def test_facts_of_other_names_do_not_leak() -> None:
    graph = gv.parse("x ∈ ℝ^n; Q, R ∈ ℝ^{n×n}; Q orthogonal; L = ‖R x‖² + ‖Q x‖²")
    assert str(graph.gradient("x")) in {"2Rᵀ R x + 2x", "2(Rᵀ R x + x)", "2x + 2Rᵀ R x", "2(x + Rᵀ R x)"}


@pytest.mark.parametrize("weight", ["diag(d)", "D"])
def test_orthogonal_matrices_around_another_stay(weight: str) -> None:
    """QᵀDQ is not D."""
    graph = gv.parse(f"x, d ∈ ℝ^n; D, Q ∈ ℝ^{{n×n}}; Q orthogonal; L = xᵀ Qᵀ {weight} Q x")
    assert "Q" in str(graph.gradient("x"))
