"""The styles of derivations: what holds for each of them, whatever the program."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import gradviz as gv
from gradviz.cli import main
from gradviz.derivation import STYLES
from gradviz.derivation.cuts import count_paths
from gradviz.messages import UsageError
from gradviz.notation import Word, read_expression, tree, write
from gradviz.ops import WORDS
from tests.derivation.programs import ATTENTION, CASES, LSTM, PROGRAMS, RNN, SIGMOID, SOFTMAX_LINEAR
from tests.strategies import make


def unicode(e: object) -> str:
    return write(e, "unicode", WORDS)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", PROGRAMS)
def test_each_style_holds_and_ends_in_the_gradient(name, style):
    graph = gv.parse(PROGRAMS[name])
    for n in graph.inputs:
        derivation = graph.derivation(n, style=style, strict=True)
        assert derivation.style == style
        assert not derivation.notes
        if style != "chain" or "δ" not in str(graph.gradient(n)):  # unrolled, it stays in forward names
            assert unicode(derivation.steps[-1].right) == str(graph.gradient(n))


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_random_programs_hold_in_all_styles(chance):
    graph = gv.parse(make(chance, most=5).text)
    name = chance.choice(graph.inputs)
    for style in STYLES:
        if style != "chain" or count_paths(graph.gradients, graph.dag.names[name]) <= 20:
            graph.derivation(name, style=style, sizes=True, strict=True)


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_random_jacobians_hold(chance):
    graph = gv.parse(make(chance, most=4).text)
    of, by = chance.choice(graph.stages), chance.choice(graph.inputs)
    derivation = graph.derivation(by, of=of, strict=True)
    told = str(graph.jacobian(of, by))
    if graph.shape(of) and "∂" not in told and "(I," not in told:  # these speak of what a derivation spells out
        assert unicode(derivation.steps[-1].right) == str(graph.jacobian(of, by))


# -- by adjoints


def test_shared_weights_have_a_line_for_each_step_and_their_sum():
    steps = gv.parse(RNN).derivation("W").steps
    chapters = list(dict.fromkeys(unicode(s.chapter) for s in steps))
    assert chapters == ["∂L/∂h₃", "∂L/∂h₂", "∂L/∂h₁", "∂L/∂W"]
    assert [unicode(s.right) for s in steps if s.kind == "path"] == [
        f"(∂L/∂h{n} ⊙ (1 − h{n}²)) h{m}ᵀ" for n, m in ("₁₀", "₂₁", "₃₂")
    ]
    assert steps[-1].kind == "sum"


def test_derivations_grow_with_depth_and_no_faster():
    def length(depth: int) -> int:
        stages = "; ".join(f"s{i} = σ(w s{i - 1})" for i in range(1, depth + 1))
        derivation = gv.parse(f"{stages}; L = s{depth}^2").derivation("w", strict=True)
        # Only the lines that name all the paths, and add them, are as long as there are paths.
        return sum(len(unicode(s.right)) for s in derivation.steps if s.kind not in {"paths", "sum"})

    short, long = length(8), length(24)
    assert long < 4 * short


def test_a_long_chain_is_cut_and_a_short_one_stays_whole():
    def chain(depth: int) -> list[str]:
        stages = "; ".join(f"s{i} = sin(s{i - 1})" for i in range(1, depth + 1))
        steps = gv.parse(f"{stages}; L = s{depth}^2").derivation("s0", strict=True).steps
        return list(dict.fromkeys(unicode(s.chapter) for s in steps))

    assert chain(5) == ["∂L/∂s₀"]
    assert len(chain(30)) == 31


@pytest.mark.parametrize("name", CASES)
def test_lines_are_no_wider_than_a_page(name):
    program, target, asked = CASES[name]
    if asked.get("style") != "chain":
        derivation = gv.parse(program).derivation(target, **{**asked, "sizes": False})
        equations = [re.split(r" {4,}(?=\S)", line.rstrip())[0] for line in derivation.text().splitlines()]
        assert max(map(len, equations)) <= 110


# -- unrolled


def test_unrolled_paths_go_up_to_the_output():
    steps = gv.parse(RNN).derivation("W", style="chain").steps
    assert all("∂L/∂h₂" not in unicode(s.right) and "∂L/∂h₁" not in unicode(s.right) for s in steps)
    assert sum(s.kind == "path" for s in steps) == 3


def test_too_many_paths_are_refused_with_their_number():
    blocks = "; ".join(f"a{i} = sin(h{i - 1}); h{i} = h{i - 1} + a{i}" for i in range(1, 11))
    graph = gv.parse(f"{blocks}; L = h10^2")
    with pytest.raises(UsageError, match="1024 paths lead from h0 to L"):
        graph.derivation("h0", style="chain")
    assert graph.derivation("h0", strict=True).steps


# -- entry by entry


def test_the_contraction_is_spelled_out():
    steps = gv.parse(SIGMOID).derivation("W1", style="index").steps
    last = [(s.kind, unicode(s.right)) for s in steps if unicode(s.chapter) == "∂L/∂W₁ᵢⱼ"]
    assert last == [
        ("chain", "Σₖ (∂L/∂z₁ₖ)(∂z₁ₖ/∂W₁ᵢⱼ)"),
        ("local", "Σₖ (∂L/∂z₁ₖ) δⱼₖ xᵢ"),
        ("delta", "(∂L/∂z₁ⱼ) xᵢ"),
        ("substitute", "(ŷ − y) W₂ⱼ h₁ⱼ(1 − h₁ⱼ) xᵢ"),
        ("matrix", "(ŷ − y) x (W₂ ⊙ h₁ ⊙ (1 − h₁))ᵀ"),
        ("simplify", "x ((ŷ − y) W₂ ⊙ h₁ ⊙ (1 − h₁))ᵀ"),
    ]


def test_a_jacobian_is_derived_through_the_stages_between():
    graph = gv.parse(SOFTMAX_LINEAR)
    lines = [unicode(s.right) for s in graph.derivation("x", of="ŷ", strict=True).steps]
    assert lines[4:7] == ["ŷᵢ(δᵢⱼ − ŷⱼ)", "Σₖ (∂ŷᵢ/∂zₖ)(∂zₖ/∂xⱼ)", "Σₖ (∂ŷᵢ/∂zₖ) Wₖⱼ"]
    assert lines[-1] == str(graph.jacobian("ŷ", "x"))


def test_jacobians_by_itself_and_by_what_does_not_matter():
    graph = gv.parse(SOFTMAX_LINEAR)
    assert unicode(graph.derivation("z", of="z", strict=True).steps[-1].right) == "I"
    assert unicode(graph.derivation("ŷ", of="z", strict=True).steps[-1].right) == "0"


def test_the_derivative_of_a_scalar_stage_is_a_gradient():
    graph = gv.parse(SIGMOID)
    for style in STYLES:
        assert graph.derivation("W2", of="z2", style=style, strict=True).steps[-1].right == tree.Name("h1")


def test_an_array_is_derived_by_entries_only():
    with pytest.raises(UsageError, match="by entries"):
        gv.parse(SOFTMAX_LINEAR).derivation("x", of="ŷ", style="chain")


def test_an_unknown_style_is_refused():
    with pytest.raises(UsageError, match="delta, chain, index"):
        gv.parse("f = x y").derivation("x", style="short")
    with pytest.raises(UsageError, match="delta, chain, index"):
        gv.parse("f = x y").explain(style="short")


# -- reasons


@pytest.mark.parametrize("name", CASES)
def test_hardly_a_step_is_just_simplified(name):
    program, target, asked = CASES[name]
    steps = gv.parse(program).derivation(target, **asked).steps
    assert sum(s.reason.kind == "collect" for s in steps) <= 1


@pytest.mark.parametrize(
    ("program", "name", "rule"),
    [
        ("f = x y", "x", "constant factor"),
        ("f = x^2 sin x", "x", "product rule"),
        ("f = y/x", "x", "quotient rule"),
        ("f = x^3", "x", "power rule"),
        ("f = 2^x", "x", "derivative of a power by its exponent"),
        ("f = x + y", "x", "sum rule"),
        ("f = tanh(x)", "x", "derivative of tanh(v)"),
        ("X ∈ ℝ^{2×3}; w ∈ ℝ^3; L = ‖X w‖²", "w", "matrix product rule"),
        ("X ∈ ℝ^{2×3}; b ∈ ℝ^3; Z = X + b; L = ‖Z‖²", "b", "broadcast: summed over the axis"),
        ("w ∈ ℝ^3; x ∈ ℝ^3; L = wᵀ x", "w", "inner product"),
        ("x ∈ ℝ^3; L = sum(x)", "x", "a sum passes its adjoint to each entry"),
        ("x ∈ ℝ^3; L = mean(x)", "x", "a mean passes 1/n of its adjoint to each entry"),
    ],
)
def test_rules_are_called_by_their_names(program, name, rule):
    reasons = " | ".join(str(s.reason) for s in gv.parse(program).derivation(name, strict=True).steps)
    assert rule in reasons


# -- sizes


def test_sizes_stand_on_every_line():
    derivation = gv.parse(SIGMOID).derivation("W1", sizes=True)
    assert "[3×1][1×4] = [3×4]" in derivation.text()
    assert r"\underbrace{x}_{3 \times 1} \underbrace{\delta_1^\top}_{1 \times 4}" in derivation.latex()
    assert all(entry["sizes"] for entry in derivation.json())
    assert "sizes" not in gv.parse(SIGMOID).derivation("W1").json()[0]


def test_sizes_may_be_symbols_and_fit():
    for program, name in ((ATTENTION, "K"), (LSTM, "Wf"), (RNN, "U")):
        derivation = gv.parse(program).derivation(name, sizes=True)
        assert "?" not in re.sub(r".*  ", "", derivation.text())
        whole = gv.parse(program).shape(name)
        assert derivation.sizes[derivation.steps[-1]].whole == whole


def test_indices_tell_how_far_they_run():
    derivation = gv.parse(SOFTMAX_LINEAR).derivation("x", of="ŷ", sizes=True)
    assert "i = 1…m, j = 1…n" in derivation.text()
    assert r"_{i = 1, \dots, m, j = 1, \dots, n}" in derivation.latex()


# -- LaTeX


@pytest.mark.parametrize("name", [*CASES, *PROGRAMS])
def test_latex_is_read_back(name):
    program, target, asked = CASES.get(name) or (PROGRAMS[name], "", {})
    graph = gv.parse(program)
    names = {*graph.dag.names, *graph.gradients.deltas.values()}
    words = {**WORDS, **{f: Word(f, (f,)) for f in graph.dag.functions}}
    for n in [target] if target else graph.inputs:
        for step in graph.derivation(n, **asked).steps:
            for side in (step.left, step.right):
                if "∂" not in unicode(side) and "δ" not in unicode(side) and "[" not in unicode(side):
                    again = read_expression(write(side, "latex", WORDS), words, names)
                    assert write(again, "latex", WORDS) == write(side, "latex", WORDS)


@pytest.mark.parametrize("name", CASES)
def test_latex_is_plain_and_balanced(name):
    program, target, asked = CASES[name]
    text = gv.parse(program).derivation(target, **asked).latex()
    assert text.isascii()
    assert text.replace(r"\{", "").count("{") == text.replace(r"\}", "").count("}")
    rows = text.split("\n")[1:-1]
    assert all(row.count("&") == 3 for row in rows)
    assert all(row.count("$") % 2 == 0 for row in rows)


# -- functions of one's own


def test_own_functions_keep_their_names_and_are_opened_at_the_end():
    steps = gv.parse("f1(v) = v^2; f2(v) = sin v; L = f2(f1(x))").derivation("x", strict=True).steps
    assert unicode(steps[0].right) == "∂L/∂(f₁(x)) · ∂(f₁(x))/∂x"
    assert unicode(steps[-1].right) == "2x cos(x²)"
    assert "f₁(x) = x²" in [str(s.reason) for s in steps]


@pytest.mark.parametrize(
    ("program", "name", "key", "derivative"),
    [
        ("swish(v) = v σ(v); h = swish(z); L = h^2", "swish", ("u", "v"), "u + σ(v)(1 − u)"),
        ("g(a, b) = a^2 + a b; L = g(x, y)", "g", ("u", "a"), "2a + b"),
        ("g(u) = u^2; L = g(x)", "g", ("s", "u"), "2u"),
        ("unit(v) = v / ‖v‖\nx ∈ ℝ^3; L = sum(unit(x))", "unit", ("u", "v"), "(1/‖v‖)(I − (1/‖v‖²) v vᵀ)"),
        (
            "x ∈ ℝ^3; W ∈ ℝ^{4×3}\nblock dense(x, W):\n  z = W x\n  h = tanh(z)\nd1 = dense(x, W); L = ‖d1‖²",
            "dense",
            ("h", "x"),
            "diag(1 − h²) W",
        ),
    ],
)
def test_own_functions_tell_their_derivatives(program, name, key, derivative):
    graph = gv.parse(program)
    assert str(graph.functions[name].derivatives[key]) == derivative
    for n in graph.inputs:
        for style in STYLES:
            graph.derivation(n, style=style, strict=True)


def test_a_function_that_nothing_calls_is_a_definition():
    assert not gv.parse("f(x) = x^2").functions


# -- the command line


def test_styles_and_sizes_on_the_command_line():
    net = "x ∈ ℝ^3; W ∈ ℝ^{4×3}; z = W x; L = ‖z‖²"
    printed = CliRunner().invoke(main, ["explain", net, "--wrt", "W", "--style", "index", "--sizes"]).output
    assert "Σₖ (∂L/∂zₖ)(∂zₖ/∂Wᵢⱼ)" in printed
    assert "i = 1…4, j = 1…3" in printed
    refused = CliRunner().invoke(main, ["explain", net, "--style", "short"])
    assert refused.exit_code == 2


@pytest.mark.parametrize("style", ["delta", "chain", "index"])
@pytest.mark.parametrize(
    "text",
    [
        "z ∈ ℝ^k; y ∈ onehot(k); p = softmax(z); L = cross_entropy_logits(z, y); a = yᵀ p",
        "z, y ∈ ℝ^k; p = softmax(z); L = logsumexp(z) - yᵀ z",
        "z ∈ ℝ^n; m = mean(z); L = var(z)",
        "z ∈ ℝ^{n×d}; m = rowmean(z); L = sum(rowstd(z))",
        "z ∈ ℝ^{n×n}; B = z⁻¹; L = logdet(z)",
        "z ∈ ℝ^n; L = prod(z); q = prod_others(z)",
    ],
)
def test_a_stage_beside_the_output_may_be_what_its_derivative_is_made_of(text, style):
    graph = gv.parse(text, of="L")
    derivation = graph.derivation("z", style=style, strict=True)
    assert not derivation.notes
    assert unicode(derivation.steps[-1].right) == str(graph.gradient("z"))


def test_functions_in_latex_are_printed_by_their_names():
    derivation = gv.parse(r"a, b ∈ ℝ^k; p = \operatorname{softmax}(a); L = b^\top p").derivation("a")
    assert "operatorname{operatorname" not in derivation.latex()
    assert r"p = \operatorname{softmax}(a)" in derivation.latex()
