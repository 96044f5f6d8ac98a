"""Layout conventions: gradients in Jacobian layout are the transposes, in notation, in numbers, and on every page."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import gradviz as gv
from gradviz.calculus.layout import turned_shape, turned_value, turns
from gradviz.calculus.named import substitute_adjoints
from gradviz.cli import main
from gradviz.equality import Point, value_of
from gradviz.messages import UsageError
from gradviz.notation import read_expression, tree, write
from gradviz.ops import WORDS
from gradviz.ops.shapes import core
from tests.agreement import adjoint_names, numbers, point_at, same
from tests.strategies import make

DATA = "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; "
NET = "x ∈ ℝ^3; W1 ∈ ℝ^{4×3}; W2 ∈ ℝ^{2×4}; y ∈ ℝ^2; z1 = W1 x; h1 = tanh(z1); z2 = W2 h1; h2 = tanh(z2); L = ‖h2 - y‖²"

# (program, by what, form, the gradient in Jacobian layout)
FORMS = [
    (DATA + "L = ‖X w - y‖²", "w", "best", "2(X w − y)ᵀ X"),
    (DATA + "L = ‖X w - y‖²", "y", "best", "−2(X w − y)ᵀ"),
    (DATA + "L = 1/n ‖X w - y‖²", "w", "best", "(2/n) (X w − y)ᵀ X"),
    ("x ∈ ℝ^n; A ∈ ℝ^{n×n}; L = xᵀ A x", "x", "best", "xᵀ(A + Aᵀ)"),
    ("x ∈ ℝ^n; A ∈ ℝ^{n×n}; A symmetric; L = xᵀ A x", "x", "best", "2xᵀ A"),
    ("a ∈ ℝ^n; b ∈ ℝ^m; X ∈ ℝ^{n×m}; L = aᵀ X b", "X", "best", "b aᵀ"),
    ("a, b ∈ ℝ^n; X ∈ ℝ^{n×n}; L = aᵀ X⁻¹ b", "X", "best", "−X⁻¹ b aᵀ X⁻¹"),
    ("X ∈ ℝ^{n×m}; B ∈ ℝ^{m×n}; L = tr(X B)", "X", "best", "B"),
    ("r ∈ ℝ^{1×3}; A ∈ ℝ^{3×4}; L = ‖r A‖²", "r", "best", "2A Aᵀ rᵀ"),
    ("z, y ∈ ℝ^k; p = softmax(z); L = ‖p - y‖²", "p", "best", "2(p − y)ᵀ"),
    ("f = (x + y) z", "z", "best", "x + y"),
    (NET, "x", "later", "δ₁ W₁"),
    (NET, "W1", "later", "x δ₁"),
    (NET, "z1", "later", "δ₂ W₂ ⊙ (1 − h₁²)ᵀ"),
    (NET, "h1", "later", "δ₂ W₂"),
]


@pytest.mark.parametrize(("text", "name", "form", "expected"), FORMS)
def test_form(text: str, name: str, form: str, expected: str) -> None:
    graph = gv.parse(text)
    gradient = graph.gradient(name, form=form, convention="numerator")
    assert str(gradient) == expected
    assert gradient.shape == turned_shape(graph.shape(name))


def read(graph: gv.Graph, gradient: gv.Gradient, style: str, point: Point) -> Any:
    """The value of a printed gradient in Jacobian layout: the adjoints that it names are transposes."""
    adjoints = adjoint_names(graph)
    known = {*graph.dag.names, *adjoints} | ({"δ"} if gradient.letters else set())
    sizes = {d for n in graph.dag.nodes for d in n.shape if isinstance(d, str)}
    text = write(gradient.expr, style, WORDS)
    e = read_expression(text, WORDS, known, bound=gradient.letters, sizes=sizes)
    arrays = {n: i for n, i in adjoints.items() if turns(graph.dag.nodes[i].shape)}
    names = {n: tree.Name(n) if n.isalnum() else graph.gradients.adjoint_name(i) for n, i in arrays.items()}
    e = substitute_adjoints(e, {write(x, "unicode", WORDS): tree.Transpose(x) for x in names.values()})
    shape = tuple(d for d in gradient.shape if d != 1) if gradient.letters else gradient.shape
    letters = dict(zip(gradient.letters, shape, strict=True)) if gradient.letters else None
    value, found = value_of(e, point, list(adjoints.items()), letters, shape)
    assert text == "0" or core(found) == core(shape), text
    return np.broadcast_to(value, [d for d in gradient.shape if d != 1]).reshape(gradient.shape)


@pytest.mark.parametrize("seed", range(12))
def test_numbers(seed: int) -> None:
    program = make(random.Random(900 + seed), most=6)  # noqa: S311
    check(program.text, numbers(program))


def test_adjoints_of_matrices_are_turned_in_what_has_no_transpose() -> None:
    text = "T ∈ ℝ^{2×3×4}; W, V ∈ ℝ^{3×5}; h = sum(tanh(T)) W; p = σ(h ⊙ V) + tanh(h) ⊙ V; L = sum(sin(p) ⊙ h ⊙ h)"
    rng = np.random.default_rng(0)
    check(text, {n: rng.uniform(-1, 1, s) for n, s in (("T", (2, 3, 4)), ("W", (3, 5)), ("V", (3, 5)))})


def check(text: str, inputs: dict[str, Any]) -> None:
    graph = gv.parse(text)
    plain, turned = (graph.explain(at=inputs, wrt=(), convention=c) for c in ("shape", "numerator"))
    point = point_at(graph, inputs)
    for name, value in plain.gradients.items():
        wanted = turned_value(value, graph.shape(name))
        assert same(turned.gradients[name], wanted)
        assert np.shape(wanted) == turned_shape(np.shape(value))
        if not np.isfinite(wanted).all():
            continue
        for form in ("best", "later"):
            gradient = graph.gradient(name, form=form, convention="numerator")
            for style in ("unicode", "ascii", "latex"):
                assert same(read(graph, gradient, style, point), wanted, 1e-6), f"{name}: {gradient}"


def test_turned_values() -> None:
    """Dimensions that are all different: nothing is transposed by chance."""
    assert turned_value(np.arange(3.0), (3,)).shape == (1, 3)
    assert turned_value(np.arange(3.0).reshape(1, 3), (1, 3)).shape == (3,)
    value = np.arange(6.0).reshape(2, 3)
    assert np.array_equal(turned_value(value, (2, 3)), value.T)
    assert turned_value(1.5, ()) == 1.5
    assert turned_shape((2, 3, 4)) == (2, 3, 4)


def test_derivations_end_in_the_layout() -> None:
    derivation = gv.parse(DATA + "ŷ = X w; L = ‖ŷ - y‖²").derivation("w", convention="numerator")
    assert derivation.text().splitlines() == [
        "(∂L/∂w)ᵀ = (∂L/∂ŷ)ᵀ · ∂ŷ/∂w    chain rule",
        "         = 2(ŷ − y) · ∂ŷ/∂w    (∂L/∂ŷ)ᵀ = 2(ŷ − y); derivative of ‖v‖², sum rule",
        "         = Xᵀ(2(ŷ − y))        ŷ = X w; matrix product rule; placed by shape",
        "         = 2Xᵀ(ŷ − y)          the number put in front",
        "∂L/∂w = 2(ŷ − y)ᵀ X            transposed: Jacobian layout",
    ]
    assert derivation.steps[-1].kind == "layout"


def test_derivations_of_scalars_stay() -> None:
    graph = gv.parse("q = x + y; f = q z")
    assert graph.derivation("x", convention="numerator").text() == graph.derivation("x").text()


@pytest.mark.parametrize("name", ["W1", "W2", "x", "h1"])
@pytest.mark.parametrize("sizes", [False, True])
def test_derivations_of_arrays(name: str, sizes: bool) -> None:
    graph = gv.parse(NET)
    derivation = graph.derivation(name, convention="numerator", sizes=sizes)
    last = derivation.steps[-1]
    assert write(last.right, "unicode", WORDS) == str(graph.gradient(name, convention="numerator"))
    assert last.left == tree.Partial(tree.Name("L"), tree.Name(name))
    assert "δ₁ " not in derivation.text() or name == "h1"
    assert derivation.latex()
    assert derivation.markdown()


SAID = {"shape": "(shape convention)", "numerator": "Jacobian layout (numerator convention)"}


@pytest.mark.parametrize("convention", SAID)
def test_every_page_says_it(convention: str) -> None:
    graph = gv.parse(NET)
    at = {n: np.ones(graph.shape(n)) for n in graph.inputs}
    for values in (None, at):
        ex = graph.explain(at=values, convention=convention)
        for page in (ex.text(), ex.latex(), ex.markdown(), ex.svg()):
            assert SAID[convention] in page
            assert all(SAID[c] not in page for c in SAID if c != convention)
        assert ex.json()["convention"] == convention


def test_json_in_jacobian_layout() -> None:
    graph = gv.parse(NET)
    at = {n: np.random.default_rng(3).standard_normal(graph.shape(n)) for n in graph.inputs}
    plain, turned = (graph.explain(at=at, convention=c).json() for c in SAID)
    assert np.array_equal(np.array(plain["gradients"]["W1"]).T, turned["gradients"]["W1"])
    assert turned["symbolic"]["W1"]["shape"] == [3, 4]
    for one, other in zip(plain["nodes"], turned["nodes"], strict=True):
        if len(one["shape"]) == 2:
            assert np.array_equal(np.array(one["gradient"]).T, other["gradient"])
        if len(one["shape"]) == 1:
            assert [one["gradient"]] == other["gradient"]


def test_scalars_are_the_same_in_both_layouts() -> None:
    graph = gv.parse("f = (x + y) z")
    for convention in SAID:
        assert graph.explain(at="x=-2, y=5, z=-4", convention=convention).gradients["x"] == -4.0


def test_jacobians() -> None:
    graph = gv.parse("x ∈ ℝ^3; W ∈ ℝ^{4×3}; h = tanh(W x); s = sum(h); L = s^2")
    for convention in SAID:
        assert str(graph.jacobian("h", "x", convention=convention)) == "diag(1 − h²) W"
    assert str(graph.jacobian("s", "x")) == "Wᵀ(1 − h²)"
    turned = graph.jacobian("s", "x", convention="numerator")
    assert (str(turned), turned.shape) == ("(1 − h²)ᵀ W", (1, 3))


def test_pictures_of_operations() -> None:
    ex = gv.parse("w, x ∈ ℝ^3; L = (wᵀ x)^2").explain(at={"w": [1, 2, 3], "x": [0, 1, 1]}, convention="numerator")
    assert "numerator" in ex.svg(view="ops")


def test_no_such_convention() -> None:
    graph = gv.parse("f = x y")
    for ask in (graph.gradient, graph.derivation):
        with pytest.raises(UsageError, match="no layout convention denominator"):
            ask("x", convention="denominator")
    with pytest.raises(UsageError, match="denominator"):
        graph.explain(convention="denominator")
    with pytest.raises(UsageError, match="denominator"):
        graph.jacobian("f", "x", convention="denominator")


def test_command() -> None:
    result = CliRunner().invoke(main, ["explain", DATA + "L = ‖X w - y‖²", "--wrt", "w", "--convention", "numerator"])
    assert result.exit_code == 0
    assert "∂L/∂w = 2(X w − y)ᵀ X" in result.output
    assert SAID["numerator"] in result.output


def test_an_array_as_output_has_values_and_jacobians() -> None:
    graph = gv.parse("x ∈ ℝ^3; A ∈ ℝ^{2×3}; y = A x; z = tanh(y)")
    found = graph.explain(at={"x": [1, 2, 3], "A": [[0.1, 0.2, -0.1], [0.3, -0.2, 0.1]]}, wrt=())
    slope = 1 - np.asarray(found.values["z"]) ** 2
    assert np.allclose(found.jacobian("z", "x"), slope[:, None] * np.array([[0.1, 0.2, -0.1], [0.3, -0.2, 0.1]]))
    assert found.jacobian("y", "A").shape == (2, 2, 3)
    assert not found.gradients
    assert "z = tanh(y)" in found.text()
    assert found.json()["values"]["y"] == pytest.approx([0.2, 0.2])
    with pytest.raises(gv.GradvizError, match="gradients are those of a scalar"):
        graph.explain(at={"x": [1, 2, 3], "A": np.ones((2, 3))}, wrt=["x"])


def test_a_layer_is_drawn_without_gradients(tmp_path: Path) -> None:
    ex = gv.parse("x ∈ ℝ^3; W ∈ ℝ^{4×3}; data x; z = W x; h = σ(z)").explain(at={"x": [1, 2, 3], "W": np.ones((4, 3))})
    said = "h is an array of shape 4: it has no gradients here"
    assert said in ex.text()
    assert [step.kind for step in ex.steps] == ["value", "value"]
    for view in ("stages", "ops", "blocks", "neurons"):
        svg = ex.svg(view=view)
        assert said in svg
        assert "gradient-" not in svg
    for suffix in (".html", ".tex", ".dot", ".md", ".json", ".pdf"):
        ex.save(tmp_path / f"h{suffix}")
    assert said in (tmp_path / "h.html").read_text("utf-8")
    assert said in (tmp_path / "h.md").read_text("utf-8")
    assert "f is an array of shape 3" in gv.parse("x ∈ ℝ^3; f = tanh(x)").explain().svg()


def test_a_layout_that_was_asked_for_is_stated() -> None:
    scalars = gv.parse("f = x y")
    assert "Jacobian layout" in scalars.explain(convention="numerator").text()
    assert "convention" not in scalars.explain().text()
    assert "Hessians are the same" in gv.parse("T ∈ ℝ^{2×3×4}; L = sum(T)").explain(convention="numerator").text()


def test_derivatives_of_unnamed_numbers_are_turned_too():
    graph = gv.parse("X ∈ ℝ^{n×d}; y ∈ ℝ^n; w ∈ ℝ^d; λ > 0; L = ‖X w - y‖² + λ ‖w‖²")
    lines = graph.derivation("w", convention="numerator", strict=True).text().splitlines()
    assert lines[0].startswith("(∂L/∂w)ᵀ = (∂(‖X w − y‖²)/∂w)ᵀ + λ · (∂(‖w‖²)/∂w)ᵀ ")
    assert lines[1].lstrip().startswith("= 2(X w − y) · ∂(X w − y)/∂w + λ · (∂(‖w‖²)/∂w)ᵀ ")


def test_sizes_of_derivatives_of_what_nobody_named():
    graph = gv.parse("X ∈ ℝ^{n×d}; y ∈ ℝ^n; w ∈ ℝ^d; λ > 0; L = ‖X w - y‖² + λ ‖w‖²")
    line = graph.derivation("w", sizes=True, strict=True).text().splitlines()[1]
    assert line.endswith("[n×1] · [n×d] + [1] · [d×1] = [d×1]")
