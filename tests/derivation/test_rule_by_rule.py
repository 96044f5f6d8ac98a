"""Compound expressions, differentiated rule by rule."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

import gradviz as gv
from gradviz.derivation import check, derive, opened
from gradviz.notation import tree, write
from gradviz.ops import WORDS

LINES = [
    (
        "X ∈ ℝ^{n×d}; y ∈ ℝ^n; w ∈ ℝ^d; λ > 0; L = ‖X w - y‖² + λ ‖w‖²",
        "w",
        [
            "∂(‖X w − y‖²)/∂w + λ · ∂(‖w‖²)/∂w",
            "2(X w − y) · ∂(X w − y)/∂w + λ · ∂(‖w‖²)/∂w",
            "2Xᵀ(X w − y) + λ · ∂(‖w‖²)/∂w",
            "2Xᵀ(X w − y) + 2λ w",
        ],
    ),
    (
        "A ∈ ℝ^{n×n}; x ∈ ℝ^n; L = xᵀ A x",
        "x",
        ["x · ∂(Aᵀ x)/∂x + Aᵀ x", "A x + Aᵀ x", "(A + Aᵀ) x"],
    ),
    (
        "A ∈ ℝ^{n×n}; X ∈ ℝ^{n×m}; L = tr(Xᵀ A X)",
        "X",
        ["X · ∂(Aᵀ X)/∂X + Aᵀ X", "A X + Aᵀ X", "(A + Aᵀ) X"],
    ),
    (
        "X ∈ ℝ^{n×d}; y ∈ ℝ^n; w ∈ ℝ^d; L = 1/n (X w - y)ᵀ (X w - y)",
        "w",
        ["(2/n)(X w − y) · ∂(X w − y)/∂w", "(2/n) Xᵀ(X w − y)"],
    ),
    (
        "X ∈ ℝ^{n×d}; y ∈ ℝ^n; w ∈ ℝ^d; λ > 0; L = 1/2 ‖X w - y‖² + λ ‖w‖₁",
        "w",
        [
            "1/2 · ∂(‖X w − y‖²)/∂w + λ · ∂(‖w‖₁)/∂w",
            "(X w − y) · ∂(X w − y)/∂w + λ · ∂(‖w‖₁)/∂w",
            "Xᵀ(X w − y) + λ · ∂(‖w‖₁)/∂w",
            "Xᵀ(X w − y) + λ sign(w)",
        ],
    ),
    (
        "L = -1/2 ln(2 π v) - (x - μ)^2/(2 v)",
        "v",
        [
            "−1/2 · ∂(ln(2π v))/∂v − ∂((x − μ)²/(2v))/∂v",
            "−1/(2v) − ∂((x − μ)²/(2v))/∂v",
            "−1/(2v) + (x − μ)²/(2v²)",
            "(x − μ)²/(2v²) − 1/(2v)",
        ],
    ),
    (
        "f = x^2 sin(x^3)",
        "x",
        [
            "sin(x³) · ∂(x²)/∂x + x² · ∂(sin(x³))/∂x",
            "2 sin(x³) x + x² · ∂(sin(x³))/∂x",
            "2 sin(x³) x + x² cos(x³) · ∂(x³)/∂x",
            "2 sin(x³) x + 3x² cos(x³) x²",
            "2 sin(x³) x + 3x⁴ cos(x³)",
            "x(2 sin(x³) + 3x³ cos(x³))",
        ],
    ),
]
"""Programs, a name, and the right sides of the derivation by it."""


def right_sides(derivation: gv.Derivation) -> list[str]:
    return [write(s.right, "unicode", WORDS) for s in derivation.steps]


@pytest.mark.parametrize(("program", "name", "lines"), LINES, ids=[p.split("; ")[-1] for p, _, _ in LINES])
def test_an_unnamed_expression_is_differentiated_rule_by_rule(program, name, lines):
    assert right_sides(gv.parse(program).derivation(name, strict=True)) == lines


@pytest.mark.parametrize("program", ["L = x y", "L = (x - y)²", "L = 3 x + y + 1", "x, c ∈ ℝ^n; L = 3 cᵀ x + 1"])
def test_what_is_read_off_at_once_takes_one_line(program):
    assert len(gv.parse(program).derivation("x", strict=True).steps) == 1


def test_a_function_of_ones_own_keeps_its_name_within_a_product():
    lines = right_sides(gv.parse("swish(v) = v σ(v); f = x swish(x^2)").derivation("x", strict=True))
    assert lines[:4] == [
        "swish(x²) + x · ∂(swish(x²))/∂x",
        "swish(x²) + x · swish'(x²) · ∂(x²)/∂x",
        "swish(x²) + x · (σ(x²) + x² σ(x²)(1 − σ(x²))) · ∂(x²)/∂x",
        "swish(x²) + x · (σ(x²) + x² σ(x²)(1 − σ(x²))) · 2x",
    ]


@pytest.mark.parametrize(("program", "name"), [(p, n) for p, n, _ in LINES])
def test_a_summand_that_is_twice_as_large_does_not_hold(program, name):
    graph = gv.parse(program)
    target = graph.dag.names[name]
    gradients = graph.opened(opened(graph.gradients, target))
    lines = derive(gradients, target, graph.gradients)
    two = tree.Number(Fraction(2), "2")
    some = 0
    for n, line in enumerate(lines):
        for m, (e, at) in enumerate(line.pending.parts if line.pending else ()):
            twice = two if e is None else tree.Product((two, e), ("·",))
            parts = (*line.pending.parts[:m], (twice, at), *line.pending.parts[m + 1 :])
            wrong = replace(line, pending=replace(line.pending, parts=parts))
            checked = check(gradients, target, (*lines[:n], wrong, *lines[n + 1 :]), graph.points)
            assert len(checked.steps) == len(lines) - 1, str(line.step)
            some += 1
    assert some > 1


def test_a_local_derivative_of_many_rules_is_found_beforehand():
    program = "ŷ ∈ ℝ^n; z ∈ ℝ^n; y ∈ {0, 1}^n; p = σ(z); L = mean(-y ⊙ ln p - (1 - y) ⊙ ln(1 - p))"
    steps = gv.parse(program).derivation("z", strict=True).steps
    lefts = list(dict.fromkeys(write(s.left, "unicode", WORDS) for s in steps))
    assert lefts == ["∂L/∂z", "∂L/∂p"]
    assert all(len(s.reason.parts) < 4 for s in steps)


# -- what is said of steps that only rewrite

REASONS = [
    ("2 (a - b) · c", "2 (a - b) c", "brackets"),
    ("a + b ln c", "b ln c + a", "order-terms"),
    ("b a", "a b", "order"),
    ("a · 2b", "2a b", "number-first"),
    ("2a · 3b", "6a b", "numbers"),
    ("a · 1", "a", "ones"),
    ("(a - b) · 1", "a - b", "ones"),
    ("1/b · c", "c/b", "one-fraction"),
    ("a c + b c", "(a + b) c", "drawn-out"),
    ("(a + b) c", "a c + b c", "multiplied-out"),
    ("a + a + b", "2a + b", "like-terms"),
    ("a b · a", "a^2 b", "powers"),
    ("a/b · b c", "a c", "cancel"),
    ("1/a · a (1 - a)", "1 - a", "cancel"),
    ("b (1 - a/b)", "b - a", "multiplied-cancel"),
    ("-a/b + (1 - a)/(1 - b)", "(b - a)/(b (1 - b))", "one-denominator"),
    ("a/c · (b/(2 c))", "a b/(2 c^2)", "fractions"),
    ("2 ReLU(a) 1[a > 0]", "2 ReLU(a)", "indicator"),
    ("a sign(a) b", "|a| b", "magnitude"),
    ("∑_i a_i^2", "‖a‖²", "matrix-form"),
    ("aᵀ (b a)⁻ᵀ", "b⁻ᵀ", "inverses"),
    ("pad(a, 0, 2) + pad(b, 3, 0)", "concat(a, b)", "laid-out"),
    ("1 + 1 - a + b", "2 - a + b", "numbers-added"),
]


@pytest.mark.parametrize(("before", "after", "kind"), REASONS)
def test_a_step_that_rewrites_is_called_by_what_it_does(before, after, kind):
    from gradviz.derivation.shorter import how
    from gradviz.notation import read_expression

    one, other = (read_expression(e, WORDS, frozenset("abc")) for e in (before, after))
    assert how(one, other).kind == kind


def test_softmax_with_cross_entropy_does_one_thing_at_a_time():
    program = "z ∈ ℝ^k; y ∈ onehot(k); ŷ = softmax(z); L = -yᵀ ln ŷ"
    assert right_sides(gv.parse(program).derivation("z", strict=True))[3:] == [
        "ŷ ⊙ (−y ⊘ ŷ − (−y ⊘ ŷ)ᵀ ŷ)",
        "ŷ ⊙ (−y ⊘ ŷ + 𝟏ᵀ y)",
        "(𝟏ᵀ y) ŷ − y",
        "ŷ − y",
    ]


def test_attention_shows_how_the_sums_change_places():
    program = "Q, K ∈ ℝ^{n×d}; V, G ∈ ℝ^{n×m}; S = Q Kᵀ/sqrt(d); P = softmax(S); O = P V; L = sum(G ⊙ O)"
    steps = gv.parse(program).derivation("S", strict=True).steps
    assert [(s.reason.kind, write(s.right, "unicode", WORDS)) for s in steps[-2:]] == [
        ("sums-order", "P ⊙ (G Vᵀ − rowsum(G ⊙ P V) 𝟏ᵀ)"),
        ("fold", "P ⊙ (G Vᵀ − rowsum(G ⊙ O) 𝟏ᵀ)"),
    ]


# -- functions of several entries


def test_a_vector_function_of_ones_own_has_a_derivation():
    graph = gv.parse("unit(v) = v / ‖v‖\nx, c ∈ ℝ^n; L = cᵀ unit(x)")
    own = graph.functions["unit"]
    assert right_sides(own.derivation())[-1] == str(own.derivative()) == "(1/‖v‖)(I − (1/‖v‖²) v vᵀ)"


def test_a_vector_function_of_ones_own_is_opened_where_it_stands():
    graph = gv.parse("s(v) = e^v / sum(e^v)\nx, c ∈ ℝ^n; L = cᵀ s(x)")
    steps = graph.derivation("x", strict=True).steps
    assert all(len(s.reason.parts) < 4 for s in steps)
    assert "(1/sum(e^x)) c · ∂(e^x)/∂x − cᵀ s(x)/sum(e^x) · ∂(sum(e^x))/∂x" in [
        write(s.right, "unicode", WORDS) for s in steps
    ]


def test_gradients_of_an_array_are_still_refused_where_no_stage_is_named():
    with pytest.raises(gv.GradvizError):
        gv.parse("x ∈ ℝ^n; u = 2x").derivation("x")
    assert right_sides(gv.parse("x ∈ ℝ^n; u = 2x").derivation("x", of="u", strict=True))[-1] == "2I"


# -- softmax by the quotient rule


def test_a_softmax_of_a_product_holds_entry_by_entry():
    program = "W ∈ ℝ^{k×d}; x ∈ ℝ^d; y ∈ onehot(k); L = -yᵀ ln(softmax(W x))"
    for style in ("delta", "chain", "index"):
        gv.parse(program).derivation("W", style=style, strict=True)
    steps = gv.parse("W ∈ ℝ^{k×d}; x ∈ ℝ^d; p = softmax(W x); L = sum(p)").derivation("W", of="p", strict=True).steps
    assert steps[0].reason.kind == "since"


def test_the_jacobian_of_softmax_follows_from_the_quotient_rule():
    graph = gv.parse("z ∈ ℝ^n; ŷ = softmax(z); L = sum(ŷ)")
    assert right_sides(graph.derivation("z", of="ŷ", strict=True)) == [
        "(∂(e^zᵢ)/∂zⱼ · (Σₖ e^zₖ) − e^zᵢ · ∂(Σₖ e^zₖ)/∂zⱼ)/(Σₖ e^zₖ)²",
        "(e^zᵢ δᵢⱼ · (Σₖ e^zₖ) − e^zᵢ · e^zⱼ)/(Σₖ e^zₖ)²",
        "e^zᵢ δᵢⱼ/(Σₖ e^zₖ) − e^zᵢ/(Σₖ e^zₖ) · (e^zⱼ/(Σₖ e^zₖ))",
        "ŷᵢ δᵢⱼ − ŷᵢ ŷⱼ",
        "ŷᵢ(δᵢⱼ − ŷⱼ)",
        "diag(ŷ) − ŷ ŷᵀ",
    ]


@pytest.mark.parametrize(
    ("program", "of", "by"),
    [
        ("Z ∈ ℝ^{n×k}; P = softmax(Z); L = sum(P)", "P", "Z"),
        ("x ∈ ℝ^n; u = x / sum(x); L = sum(u ⊙ u)", "u", "x"),
        ("z ∈ ℝ^k; p_i = e^{2 z_i} / \\sum_j e^{2 z_j}; L = sum(p)", "p", "z"),
        ("z, w ∈ ℝ^k; p = softmax(w ⊙ z); L = sum(p)", "p", "z"),
    ],
)
def test_other_quotients_by_sums(program, of, by):
    graph = gv.parse(program)
    derivation = graph.derivation(by, of=of, strict=True)
    assert derivation.steps[0].reason.kind == "since"
    assert right_sides(derivation)[-1] == str(graph.jacobian(of, by))
    two = tree.Number(Fraction(2), "2")
    from gradviz.calculus.gradients import Gradients
    from gradviz.calculus.jacobian import jacobian
    from gradviz.equality import points

    dag = replace(graph.dag, output=of)
    gradients = Gradients(dag)
    lines = derive(gradients, dag.names[by], style="index", final=jacobian(graph.tangents(by), of))
    for n, line in enumerate(lines):
        if line.pending and line.prefix is not None:
            wrong = replace(line, prefix=tree.Product((two, line.prefix), ("·",)))
            checked = check(gradients, dag.names[by], (*lines[:n], wrong, *lines[n + 1 :]), points(dag))
            assert len(checked.steps) == len(lines) - 1


def test_a_quotient_by_what_has_fewer_axes():
    graph = gv.parse("X ∈ ℝ^{n×d}; W ∈ ℝ^{d×k}; b ∈ ℝ^k; Z = X W; P = softmax(Z + b); L = sum(P ⊙ P)")
    derivation = graph.derivation("b", style="index", strict=True)
    assert "quotient rule" in str(derivation.steps[1].reason)


def test_calls_that_are_read_entry_by_entry_are_confirmed_beside_others():
    graph = gv.parse("swish(v) = v σ(v); z ∈ ℝ^n; W ∈ ℝ^{n×k}; h = swish(z); L = hᵀ swish(W) 𝟏")
    for name in ("z", "W"):
        for style in ("delta", "chain", "index"):
            assert not graph.derivation(name, style=style, strict=True).notes
