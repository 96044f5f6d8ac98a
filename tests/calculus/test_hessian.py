"""Second derivatives: the form that books print, and numbers against autograd and differences of the gradient."""

from __future__ import annotations

import random
import warnings
from typing import Any

import autograd
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import gradviz as gv
from gradviz.messages import UsageError
from tests.agreement import numbers, same
from tests.calculus.test_jacobian import read_back, squeezed, value_of_written
from tests.strategies import Program, make, programs
from tests.whole import weave

DATA = "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; "
BCE = "L = -yᵀ ln ŷ - (1 - y)ᵀ ln(1 - ŷ)"
NET = "z1 = w1 x; h = σ(z1); z2 = w2 h; ŷ = σ(z2); L = -y ln ŷ - (1 - y) ln(1 - ŷ)"

# (program, by what, the Hessian)
FORMS = [
    (DATA + "λ > 0; L = ‖X w - y‖² + λ ‖w‖²", "w", "2Xᵀ X + 2λ I"),
    (DATA + "λ > 0; ŷ = X w; L = ‖ŷ - y‖² + λ ‖w‖²", "w", "2Xᵀ X + 2λ I"),
    (DATA + "λ > 0; ŷ = X w; L = ‖ŷ - y‖² + λ ‖w‖²", "w λ", "2w"),
    (DATA + "L = 1/n ‖X w - y‖²", "w", "(2/n) Xᵀ X"),
    (DATA + "L = 1/2 ‖X w - y‖²", "w", "Xᵀ X"),
    (DATA + "ŷ = σ(X w); " + BCE, "w", "Xᵀ diag(ŷ ⊙ (1 − ŷ)) X"),
    (DATA + "z = X w; ŷ = σ(z); " + BCE, "w", "Xᵀ diag(ŷ ⊙ (1 − ŷ)) X"),
    (DATA + "z = X w; ŷ = σ(z); " + BCE, "z", "diag(ŷ ⊙ (1 − ŷ))"),
    (DATA + "b ∈ ℝ; z = X w + b; ŷ = σ(z); " + BCE, "w b", "Xᵀ(ŷ ⊙ (1 − ŷ))"),
    (DATA + "b ∈ ℝ; z = X w + b; ŷ = σ(z); " + BCE, "b", "ŷᵀ(1 − ŷ)"),
    (DATA + "L = -yᵀ ln σ(X w) - (1 - y)ᵀ ln(1 - σ(X w))", "w", "Xᵀ diag(σ(X w) ⊙ (1 − σ(X w))) X"),
    (DATA + "ŷ = σ(X w); L = mean(-y ⊙ ln ŷ - (1 - y) ⊙ ln(1 - ŷ))", "w", "(1/n) Xᵀ diag(ŷ ⊙ (1 − ŷ)) X"),
    (
        DATA + "λ > 0; ŷ = σ(X w); L = -1/n (yᵀ ln ŷ + (1 - y)ᵀ ln(1 - ŷ)) + λ/2 ‖w‖²",
        "w",
        "(1/n) Xᵀ diag(ŷ ⊙ (1 − ŷ)) X + λ I",
    ),
    ("w, x ∈ ℝ^d; L = ln(1 + e^(-y wᵀ x))", "w", "y² σ(y wᵀ x)(1 − σ(y wᵀ x)) x xᵀ"),
    ("z ∈ ℝ^k; y ∈ simplex(k); p = softmax(z); L = -yᵀ ln p", "z", "diag(p) − p pᵀ"),
    ("z ∈ ℝ^k; y ∈ ℝ^k; p = softmax(z); L = -yᵀ ln p", "z", "(𝟏ᵀ y)(diag(p) − p pᵀ)"),
    (
        "x ∈ ℝ^k; W ∈ ℝ^{m×k}; y ∈ simplex(m); z = W x; p = softmax(z); L = -yᵀ ln p",
        "x",
        "Wᵀ(diag(p) − p pᵀ) W",
    ),
    ("x ∈ ℝ^n; A ∈ ℝ^{n×n}; L = xᵀ A x", "x", "A + Aᵀ"),
    ("x ∈ ℝ^n; A ∈ ℝ^{n×n}; A symmetric; L = xᵀ A x", "x", "2A"),
    ("x, b ∈ ℝ^n; A ∈ ℝ^{n×n}; A symmetric; L = 1/2 xᵀ A x - bᵀ x", "x", "A"),
    ("x ∈ ℝ^n; A ∈ ℝ^{n×n}; A symmetric; L = xᵀ A x", "x A", "δᵢⱼ xₖ + δᵢₖ xⱼ"),
    ("x ∈ ℝ^n; L = ‖x‖", "x", "(1/L)(I − (1/L²) x xᵀ)"),
    ("x ∈ ℝ^n; L = sum(x^3)", "x", "6 diag(x)"),
    ("x ∈ ℝ^n; L = bᵀ x; b ∈ ℝ^n", "x", "0"),
    ("L = x^3 y", "x", "6x y"),
    ("L = x^3 y", "x y", "3x²"),
    (NET, "w2", "h² ŷ(1 − ŷ)"),
    ("x ∈ ℝ^3; W ∈ ℝ^{4×3}; L = ‖W x‖²", "W", "2δᵢₖ xⱼ xₗ"),
    # Operations without a name: what stands for their derivatives is written out.
    (
        "x ∈ ℝ^k; A ∈ ℝ^{m×k}; L = ‖tanh(A softmax(x))‖²",
        "x",
        "(diag(∂L/∂(softmax(x)) − (∂L/∂(softmax(x)))ᵀ softmax(x)) − softmax(x) (∂L/∂(softmax(x)))ᵀ)"
        "(diag(softmax(x)) − softmax(x) softmax(x)ᵀ)"
        " + 2(diag(softmax(x)) − softmax(x) softmax(x)ᵀ) Aᵀ"
        " diag((1 − 3 tanh(A softmax(x))²) ⊙ (1 − tanh(A softmax(x))²)) A(diag(softmax(x)) − softmax(x) softmax(x)ᵀ)",
    ),
    (
        "x ∈ ℝ^k; A ∈ ℝ^{m×k}; L = ‖A softmax(x)‖²",
        "x",
        "(2 diag(Aᵀ A softmax(x) − softmax(x)ᵀ Aᵀ A softmax(x))"
        " + 2 diag(softmax(x))(Aᵀ A − 2𝟏 softmax(x)ᵀ Aᵀ A))(diag(softmax(x)) − softmax(x) softmax(x)ᵀ)",
    ),
]

# More programs whose Hessians only have to be right.
OTHERS = [
    (DATA + "L = ‖X w - y‖", "w"),
    ("z ∈ ℝ^k; L = logsumexp(z)", "z"),
    ("z, y ∈ ℝ^k; L = -yᵀ log_softmax(z)", "z"),
    ("z1 = w1 x; h = tanh(z1); z2 = w2 h; ŷ = σ(z2); L = (ŷ - y)²", "w1"),
    ("z1 = w1 x; h = tanh(z1); z2 = w2 h; ŷ = σ(z2); L = (ŷ - y)²", "w1 w2"),
    (NET, "w1"),
    (NET, "w1 w2"),
    (NET, "w2 x"),
    ("a, b ∈ ℝ^n; X ∈ ℝ^{n×n}; L = aᵀ X⁻¹ b", "X"),
    ("X ∈ ℝ^{n×m}; A ∈ ℝ^{n×n}; L = tr(Xᵀ A X)", "X"),
    ("x ∈ ℝ^4; W ∈ ℝ^{4×3}; v ∈ ℝ^3; h = tanh(Wᵀ x); L = (vᵀ h)^2", "W"),
    ("x ∈ ℝ^4; W ∈ ℝ^{4×3}; v ∈ ℝ^3; h = tanh(Wᵀ x); L = (vᵀ h)^2", "W v"),
    ("x ∈ ℝ^4; W ∈ ℝ^{4×3}; v ∈ ℝ^3; h = tanh(Wᵀ x); L = (vᵀ h)^2", "v"),
    ("x ∈ ℝ^4; W ∈ ℝ^{4×3}; v ∈ ℝ^3; z = Wᵀ x; h = tanh(z); L = (vᵀ h)^2", "x"),
    ("x ∈ ℝ^4; L = x[1] x[2]^2 x[3] + x[4]^3 x[1]", "x"),
    ("x ∈ ℝ^4; L = max(x)^2 + sum(relu(x - 0.5)^2)", "x"),
    ("r ∈ ℝ^{1×3}; A ∈ ℝ^{3×4}; L = ‖tanh(r A)‖²", "r"),
    ("r ∈ ℝ^{1×3}; s ∈ ℝ; L = s ‖r‖²", "r s"),
    ("r ∈ ℝ^{1×3}; s ∈ ℝ; L = s ‖r‖²", "s r"),
    ("X ∈ ℝ^{n×d}; w ∈ ℝ^d; P = softmax(X); q = P w; L = ‖q‖²", "w"),
    ("X ∈ ℝ^{n×d}; w ∈ ℝ^d; P = softmax(X); q = P w; L = ‖q‖²", "X w"),
    ("X ∈ ℝ^{n×d}; w ∈ ℝ^d; P = softmax(X); q = P w; L = ‖q‖²", "X"),
    ("W, H ∈ ℝ^{3×3}; x ∈ ℝ^3; h1 = tanh(W x); h2 = tanh(W h1 + x); h3 = tanh(H h2); L = ‖h3‖²", "x"),
    ("W, H ∈ ℝ^{3×3}; x ∈ ℝ^3; h1 = tanh(W x); h2 = tanh(W h1 + x); h3 = tanh(H h2); L = ‖h3‖²", "H W"),
    ("x ∈ ℝ^4; L = prod(x)^2 + x[1] prod(x)", "x"),
    ("x, y ∈ ℝ^4; L = yᵀ prod_others(x)", "x"),
    ("r ∈ ℝ^{1×4}; L = rowprod(r)^2 + ‖colprod(r)‖²", "r"),
    ("X ∈ ℝ^{2×3}; L = ‖rowprod_others(X)‖² + ‖colprod_others(X)‖²", "X"),
    ("x ∈ ℝ^k; A ∈ ℝ^{m×k}; L = logsumexp(A softmax(x))", "x"),
    ("x ∈ ℝ^k; A ∈ ℝ^{m×k}; B ∈ ℝ^{n×m}; L = ‖softmax(B softmax(A x))‖²", "x"),
    ("x ∈ ℝ^k; A ∈ ℝ^{m×k}; B ∈ ℝ^{n×m}; L = 1/n ‖σ(B softmax(A x))‖²", "x"),
    ("X ∈ ℝ^{n×n}; a ∈ ℝ^n; L = aᵀ X⁻¹ softmax(X⁻¹ a)", "a"),
    ("x ∈ ℝ^k; A ∈ ℝ^{m×k}; B ∈ ℝ^{n×m}; h = softmax(A softmax(x)); L = ‖softmax(B h)‖²", "x"),
    ("W ∈ ℝ^{3×3}; x ∈ ℝ^3; h1 = x + tanh(W x); h2 = h1 + tanh(W h1); h3 = h2 + tanh(W h2); L = ‖h3‖²", "x"),
]


def some(graph: gv.Graph, seed: int = 3) -> dict[str, Any]:
    sizes = {"n": 4, "d": 3, "k": 5, "m": 2}
    rng = np.random.default_rng(seed)
    inputs: dict[str, Any] = {}
    for n in graph.inputs:
        value = rng.uniform(0.2, 0.9, [sizes.get(str(d), d) for d in graph.shape(n)])
        kinds = {f.kind for f in graph.dag.facts.get(n, ())}
        value = value / value.sum() if "simplex" in kinds else value + value.T if "symmetric" in kinds else value
        inputs[n] = value
    return inputs


def by_differences(text: str, first: str, second: str, inputs: dict[str, Any]) -> Any:
    """Central differences of the gradient; a stage cannot be moved, so products stand in for it."""
    graph = gv.parse(text)
    if second in graph.inputs:
        # Off the declared domains: second derivatives are those of free variables.
        free = gv.parse(undeclared(text))

        def gradient(step: Any) -> Any:
            return free.explain(at={**inputs, second: inputs[second] + step}, wrt=()).gradients[first]

        at = np.asarray(inputs[second], float)
        columns = []
        for place in np.ndindex(at.shape):
            step = np.zeros(at.shape)
            step[place] = 1e-5
            columns.append((np.asarray(gradient(step)) - np.asarray(gradient(-step))) / 2e-5)
        return np.stack(columns, -1).reshape((*np.shape(columns[0]), *at.shape))
    return dense(graph.explain(at=inputs, wrt=()), first, second)


def undeclared(text: str) -> str:
    """The program without its facts."""
    for kind in ("simplex(k)", "simplex(m)"):
        text = text.replace(kind, "ℝ^" + kind[8:-1])
    return text.replace("A symmetric; ", "").replace("λ > 0; ", "")


def check(text: str, first: str, second: str) -> None:
    graph = gv.parse(text)
    inputs = some(graph)
    wanted = by_differences(text, first, second, inputs)
    ex = graph.explain(at=inputs, wrt=())
    for form in ("matrix", "index"):
        hessian = graph.hessian(first, second, form=form)
        assert hessian.shape == (*graph.shape(first), *graph.shape(second))
        found = value_of_written(ex, hessian, graph.output, second)
        assert same(squeezed(found), squeezed(wanted), 1e-5), str(hessian)
        for style in ("unicode", "ascii", "latex"):
            read = read_back(ex, hessian, style)
            assert read is None or same(squeezed(read), squeezed(wanted), 1e-5), (style, str(hessian))
    assert same(dense(ex, first, second), wanted, 1e-5)


def dense(ex: gv.Explanation, first: str, second: str) -> Any:
    """The Hessian column by column, from products."""
    shape = np.shape(ex.values[second])
    columns = []
    for place in np.ndindex(shape):
        unit = np.zeros(shape)
        unit[place] = 1.0
        columns.append(ex.hvp(second, unit, by=first))
    return np.stack(columns, -1).reshape((*np.shape(columns[0]), *shape))


@pytest.mark.parametrize(("text", "by", "form"), FORMS, ids=[f"{b} {f}" for _, b, f in FORMS])
def test_form(text: str, by: str, form: str) -> None:
    graph = gv.parse(text)
    first, second = (by.split() * 2)[:2]
    assert str(graph.hessian(first, second)) == form


@pytest.mark.parametrize(("text", "by"), [(t, b) for t, b, _ in FORMS] + OTHERS)
def test_numbers(text: str, by: str) -> None:
    first, second = (by.split() * 2)[:2]
    check(text, first, second)


@pytest.mark.parametrize(("text", "by"), [(t, b) for t, b, _ in FORMS] + OTHERS)
def test_symmetry(text: str, by: str) -> None:
    """∂²L/∂a∂b is the transpose of ∂²L/∂b∂a."""
    graph = gv.parse(text)
    first, second = (by.split() * 2)[:2]
    ex = graph.explain(at=some(graph), wrt=())
    one = value_of_written(ex, graph.hessian(first, second), graph.output, second)
    other = value_of_written(ex, graph.hessian(second, first), graph.output, first)
    rank = len(squeezed(ex.values[first]).shape)
    turned = np.moveaxis(other, range(-rank, 0), range(rank)) if rank else other
    assert same(one, turned)
    v, u = (np.random.default_rng(k).standard_normal(np.shape(ex.values[n])) for k, n in enumerate((first, second)))
    assert np.isclose(np.sum(v * ex.hvp(second, u, by=first)), np.sum(u * ex.hvp(first, v, by=second)))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs)
def test_random_programs(program: Program) -> None:
    check_program(program)


@pytest.mark.parametrize("seed", range(6))
def test_long_programs(seed: int) -> None:
    check_program(make(random.Random(500 + seed), most=8, depth=2))  # noqa: S311


_MANY = 30
"""Entries of which a Hessian has too many to be compared."""


def check_program(program: Program, inputs: dict[str, Any] | None = None) -> None:
    inputs = numbers(program) if inputs is None else inputs
    with np.errstate(all="ignore"):
        values = program.values(inputs)
    if not all(np.isfinite(v).all() for v in values.values()):
        return
    graph = gv.parse(program.text)
    ex = graph.explain(at=inputs, wrt=())
    for name, value in list(values.items())[:6]:
        if np.size(value) > _MANY:
            continue
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            f = program.after(name, inputs)
            wanted = autograd.jacobian(autograd.grad(f))(np.asarray(value, float))
        if not np.isfinite(wanted).all():
            continue
        assert same(dense(ex, name, name), wanted, 1e-6), name
        for form in ("matrix", "index"):
            hessian = graph.hessian(name, form=form)
            found = value_of_written(ex, hessian, graph.output, name)
            assert same(squeezed(found), squeezed(wanted), 1e-6), f"{name}: {hessian}"
            read = read_back(ex, hessian, "unicode")
            assert read is None or same(squeezed(read), squeezed(wanted), 1e-6), f"{name}: {hessian}"


@pytest.mark.parametrize("seed", [7016, 7020, 7028])
def test_forms_that_are_long_with_nothing_left_to_name(seed: int) -> None:
    check_program(*weave(seed, 3, 4))


NAMELESS = [(text, by) for text, by in OTHERS if "softmax(" in text and " L = " in text and text.count("=") == 1]


@pytest.mark.parametrize(("text", "by"), NAMELESS)
def test_no_derivative_of_what_has_no_name(text: str, by: str) -> None:
    hessian = gv.parse(text).hessian(by)
    assert f"/∂{by}" not in str(hessian)
    assert f"/d{by}" not in hessian.ascii()


def test_one_of_two_computed_from_the_other() -> None:
    graph = gv.parse("z = w x; L = σ(z) + w")
    with pytest.raises(UsageError, match="z is computed from w"):
        graph.hessian("z", "w")
    with pytest.raises(UsageError, match="z is computed from w"):
        graph.explain(at={"w": 1, "x": 2}).hvp("w", 1, by="z")


def test_a_chain_does_not_blow_up() -> None:
    """Fan-out at each of 40 layers: what is long stops at a name."""
    layers = "; ".join(f"h{i} = h{i - 1} + tanh(W h{i - 1}) + s h{i - 1}" for i in range(1, 41))
    graph = gv.parse(f"x ∈ ℝ^3; W ∈ ℝ^{{3×3}}; h0 = W x; {layers}; L = ‖h40‖²")
    assert str(graph.jacobian("h40", "x")) == "(I + diag(1 − tanh(W h₃₉)²) W + s I)(∂h₃₉/∂x)"
    assert len(str(graph.hessian("x"))) < 1000


def test_a_free_stage_is_no_name_for_its_sum() -> None:
    """With z free, the W x that stands elsewhere does not move."""
    graph = gv.parse("x ∈ ℝ^3; W ∈ ℝ^{4×3}; v ∈ ℝ^4; z = W x; L = (vᵀ z)^2 + (vᵀ z)(vᵀ (W x))")
    ex = graph.explain(at=some(graph), wrt=())
    found = value_of_written(ex, graph.hessian("z"), "L", "z")
    v = ex.values["v"]
    assert same(found, 2 * np.outer(v, v))
    assert same(dense(ex, "z", "z"), 2 * np.outer(v, v))


def test_the_size_of_a_delta_is_told_by_what_stands_beside_it() -> None:
    """Read back, ``δ[k, i − l + 1]`` stands before the entries that tell how far k runs."""
    graph = gv.parse("x ∈ ℝ^4; w ∈ ℝ^2; z = conv1d(x, exp(w)); L = sum(tanh(z))")
    ex = graph.explain(at=some(graph), wrt=())
    hessian = graph.hessian("x", form="index")
    assert "δ[k, i − l + 1]" in str(hessian)
    read = read_back(ex, hessian, "unicode")
    assert read is not None
    assert same(squeezed(read), squeezed(dense(ex, "x", "x")), 1e-6)


@pytest.mark.parametrize("loss", ["sum(tanh(z))", "‖z‖²"])
def test_an_index_that_stands_in_computed_places_alone_is_written(loss: str) -> None:
    graph = gv.parse(f"x ∈ ℝ^5; v ∈ ℝ^4; z = avg_pool1d(x, 2, stride=1) ⊘ (2 + v^2); L = {loss}")
    draw = np.random.default_rng(1)
    ex = graph.explain(at={"x": draw.standard_normal(5), "v": draw.standard_normal(4)}, wrt=())
    found = value_of_written(ex, graph.hessian("x"), "L", "x")
    read = read_back(ex, graph.hessian("x"), "unicode")
    assert read is not None
    for numbers_found in (found, read):
        assert same(squeezed(numbers_found), squeezed(dense(ex, "x", "x")), 1e-8)
