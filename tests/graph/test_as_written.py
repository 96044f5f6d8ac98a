"""What a graph shows of a program is what was computed: readings taken, names put in, slips noticed."""

from __future__ import annotations

import numpy as np
import pytest

import gradviz as gv
from gradviz.messages import AmbiguousError, ReadError, ShapeError


def definitions(program: str) -> list[str]:
    lines = gv.parse(program).explain().text().split("\n\n")[0].splitlines()
    return [line for line in lines if not line.startswith("(")]


def kinds(program: str) -> list[tuple[str, dict[str, object]]]:
    return [(r.kind, dict(r.parts)) for r in gv.parse(program).remarks]


def test_the_reading_that_fits_is_shown():
    program = "a ∈ ℝ^3; B ∈ ℝ^{3×4}; c ∈ ℝ^4; v = a/B c; f = sum(v)"
    assert definitions(program)[0] == "v = a/(B c)"
    assert definitions("a ∈ ℝ^3; B ∈ ℝ^{3×4}; c ∈ ℝ^4; f = sum(a/B c)") == ["f = sum(a/(B c))"]
    block = "a ∈ ℝ^3; B ∈ ℝ^{3×4}; c ∈ ℝ^4\nblock q(s, t):\n    u = s/B t\nv = q(a, c)\nw = q(a/B c, c)\nf = sum(v + w)"
    assert definitions(block)[:2] == ["v = a/(B c)", "w = (a/(B c))/(B c)"]


def test_a_block_in_a_block_shows_the_names_outside():
    program = """
x ∈ ℝ^3; W1 ∈ ℝ^{4×3}; W2 ∈ ℝ^{1×4}
block lin(x, W):
    z = W x
block net(u, V1, V2):
    a = lin(u, V1)
    h = tanh(a) + lin(u, V1)
    o = lin(h, V2)
ŷ = net(x, W1, W2)
L = ŷ²
"""
    assert definitions(program) == [
        "ŷ.a = W₁ x",
        "lin2.z = W₁ x",
        "ŷ.h = tanh(ŷ.a) + lin(x, W₁)",
        "ŷ = W₂ ŷ.h",
        "L = ŷ²",
    ]


@pytest.mark.parametrize("name", ["swish", "ReLU", "logistic", "asin"])
def test_a_function_of_the_program_keeps_its_name(name: str):
    assert definitions(f"{name}(v) = v² + 1; f = {name}(x)²") == [f"f = {name}(x)²"]


@pytest.mark.parametrize(
    ("program", "at", "gradients"),
    [
        ("f = clip(x, -1, 1)", {"x": 0.5}, {"x": 1}),
        ("f = clip(x, -1, 1)", {"x": 2}, {"x": 0}),
        ("f = max(x, y, z)", {"x": 1, "y": 3, "z": 2}, {"x": 0, "y": 1, "z": 0}),
        ("f = min(x, y, z, 0)", {"x": 1, "y": -3, "z": 2}, {"x": 0, "y": 1, "z": 0}),
        ("f = max(x, y)", {"x": 1, "y": 1}, {"x": 0.5, "y": 0.5}),
        ("f = max(0, x)", {"x": 0}, {"x": 0}),
        ("f = max(x, 0)", {"x": 2}, {"x": 1}),
        ("h ∈ ℝ^2; f = sum(2^h)", {"h": [1, 2]}, {"h": [2 * np.log(2), 4 * np.log(2)]}),
        ("h ∈ ℝ^2; f = sum(h^h)", {"h": [1, 2]}, {"h": [1, 4 + 4 * np.log(2)]}),
        ("h, k ∈ ℝ^2; f = sum(h^k)", {"h": [1, 2], "k": [3, 2]}, {"h": [3, 4], "k": [0, 4 * np.log(2)]}),
        ("f = [p − q] x", {"p": 3, "q": 1, "x": 5}, {"p": 5, "q": -5, "x": 2}),
        ("h ∈ ℝ^2; f = sum([p − q] h)", {"p": 3, "q": 1, "h": [1, 2]}, {"p": 3, "q": -3, "h": [2, 2]}),
    ],
)
def test_numbers_and_formulas(program: str, at: dict[str, object], gradients: dict[str, object]):
    graph = gv.parse(program)
    ex = graph.explain(at=at)
    for name, wanted in gradients.items():
        assert np.allclose(ex.gradients[name], wanted), name
        # The formula as printed is a program, too.
        shape = "×".join(map(str, graph.shape(name)))
        text = f"{program}\nfound = {graph.gradient(name)}{f'; found ∈ ℝ^{{{shape}}}' if shape else ''}\nshown = sum(found)"
        shown = gv.parse(text, of="shown").explain(at=at)
        assert np.isclose(shown.values["shown"], np.sum(wanted)), name


def test_relu_by_its_definition():
    graph = gv.parse("z ∈ ℝ^3; h = max(0, z); L = ‖h‖²")
    assert str(gv.parse("f = max(0, z)").gradient("z")) == "𝟙[z > 0]"
    assert definitions("f = max(0, z)") == ["f = max(0, z)"]
    assert "𝟙[z > 0]" in str(graph.gradient("z"))


@pytest.mark.parametrize(
    ("program", "remark"),
    [
        ("x ∈ ℝ^3; f = x_2 + sum(x)", ("part-meant", {"name": "x2", "part": "x[2]"})),
        ("x ∈ ℝ^3; f = x_4 + sum(x)", ("entry-name", {"name": "x4", "array": "x", "entry": "x[4]"})),
        ("A ∈ ℝ^{2×2}; f = A_12 tr(A)", ("part-meant", {"name": "A12", "part": "A[1, 2]"})),
        ("f = xy", ("one-name", {"name": "xy", "product": "x y"})),
        ("weight = x²; f = weight + weigth", ("close-name", {"name": "weigth", "known": "weight"})),
        (
            "f = learning_rat learning_rate; learning_rate > 0",
            ("close-name", {"name": "learning_rat", "known": "learning_rate"}),
        ),
    ],
)
def test_slips_are_noticed(program: str, remark: tuple[str, dict[str, object]]):
    assert kinds(program) == [remark]


@pytest.mark.parametrize(
    "program",
    [
        "x ∈ ℝ^3; x1 ∈ ℝ; f = x_1 + sum(x)",
        "h_t = tanh(x_t); f = h_t²",
        "loss_a = x; f = loss_a + loss_b",
        "x1 = y; f = x1 x2",
        "f = lr x; at lr = 0.1",
        "lr > 0; f = lr x",
        "f = bias + x",
    ],
)
def test_deliberate_names_are_not(program: str):
    assert kinds(program) == []


@pytest.mark.parametrize("word", ["if", "else", "and", "or", "not", "for"])
def test_words_of_code(word: str):
    with pytest.raises(ReadError) as caught:
        gv.parse(f"f = x {word} y")
    assert caught.value.message.kind == "code"
    assert gv.parse(f"{word} ∈ ℝ; f = x {word} y").inputs == (word, "x", "y")


@pytest.mark.parametrize(
    ("expression", "hint"),
    [
        ("x × y", "write x ⊙ y"),
        ("A × B", "write A @ B, or A ⊙ B"),
        ("W × x", "write W @ x"),
        ("A²", "write A A, or A ⊙ A"),
        ("A**2", "write A A, or A ⊙ A"),
        ("A⁻²", "write matpow(A, −2), or pow(A, −2)"),
        ("A³", "write A A A, or A ⊙ A ⊙ A"),
        ("A^9", "write matpow(A, 9), or pow(A, 9)"),
        ("W²", "for the power of each entry, write W ⊙ W"),
    ],
)
def test_hints_are_in_the_programs_own_names(expression: str, hint: str):
    with pytest.raises(ShapeError) as caught:
        gv.parse(f"x, y ∈ ℝ^3; A, B ∈ ℝ^{{3×3}}; W ∈ ℝ^{{2×3}}; f = sum({expression})")
    assert str(caught.value.hint) == hint


def test_several_arguments_want_parentheses():
    with pytest.raises(ReadError):
        gv.parse("f = max 0 x")
    with pytest.raises(AmbiguousError):
        gv.parse("f = ln 2x")
