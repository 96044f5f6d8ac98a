"""Derivations, word for word, and what holds for all of them."""

from pathlib import Path

import pytest

import gradviz as gv
from gradviz.notation import write
from gradviz.ops import WORDS
from tests.derivation.programs import CASES, PROGRAMS, SPELLED

EXPECTED = Path(__file__).parent / "expected"


@pytest.mark.parametrize("name", PROGRAMS)
def test_derivations_are_as_expected(name, renew):
    graph = gv.parse(PROGRAMS[name])
    compare(name, "\n\n".join(graph.derivation(n, strict=True).text() for n in graph.dag.names) + "\n", renew)


@pytest.mark.parametrize("name", CASES)
def test_harder_derivations_are_as_expected(name, renew):
    program, target, asked = CASES[name]
    compare(name, gv.parse(program).derivation(target, strict=True, **asked).text() + "\n", renew)


def compare(name, found, renew):
    path = EXPECTED / f"{name}.txt"
    if renew:
        EXPECTED.mkdir(exist_ok=True)
        path.write_text(found, "utf-8")
    assert found == path.read_text("utf-8")


def test_equation_16_of_the_lecture():
    lines = [write(s.right, "unicode", WORDS) for s in gv.parse(SPELLED).derivation("W2").steps]
    assert lines == [
        "∂L/∂ŷ · ∂ŷ/∂z₂ · ∂z₂/∂W₂",
        "(ŷ − y)/(ŷ(1 − ŷ)) · ∂ŷ/∂z₂ · ∂z₂/∂W₂",
        "(ŷ − y)/(ŷ(1 − ŷ)) · (e^z₂/(1 + e^z₂) · (1 − e^z₂/(1 + e^z₂))) · ∂z₂/∂W₂",
        "(ŷ − y)/(ŷ(1 − ŷ)) · (e^z₂/(1 + e^z₂) · (1 − e^z₂/(1 + e^z₂))) · h₁",
        "(ŷ − y) h₁",
    ]


def test_w1_goes_by_way_of_the_deltas():
    derivation = gv.parse(SPELLED).derivation("W_1")
    lefts = list(dict.fromkeys(write(s.left, "unicode", WORDS) for s in derivation.steps))
    assert lefts == ["δ₂", "δ₁", "∂L/∂W₁"]
    assert write(derivation.steps[-1].right, "unicode", WORDS) == "x ((ŷ − y) W₂ ⊙ h₁ ⊙ (1 − h₁))ᵀ"


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_derivation_ends_in_the_gradient(name):
    graph = gv.parse(PROGRAMS[name])
    for n in graph.dag.names:
        assert write(graph.derivation(n).steps[-1].right, "unicode", WORDS) == str(graph.gradient(n))


def test_facts_are_steps_that_are_seen():
    kinds = [s.kind for s in gv.parse(PROGRAMS["softmax"]).derivation("z").steps]
    assert kinds[-1] == "fact"
    without = gv.parse("z ∈ ℝ^k; y ∈ ℝ^k; ŷ = softmax(z); L = -yᵀ ln ŷ")
    assert str(without.gradient("z")) == "(𝟏ᵀ y) ŷ − y"


def test_a_step_that_does_not_hold_is_left_out_and_told():
    from dataclasses import replace

    from gradviz.derivation import StepError, check, derive
    from gradviz.notation import tree

    graph = gv.parse("q = x + y; f = q z")
    target = graph.dag.names["x"]
    lines = list(derive(graph.gradients, target))
    wrong = tree.Name("y")
    lines[-1] = replace(lines[-1], prefix=wrong, step=replace(lines[-1].step, right=wrong))
    checked = check(graph.gradients, target, lines, graph.points)
    assert len(checked.steps) == len(lines) - 1
    assert [str(n) for n in checked.notes] == ["a shorter form was left out, because it could not be confirmed"]
    with pytest.raises(StepError):
        check(graph.gradients, target, lines, graph.points, strict=True)


RESIDUAL = "x ∈ ℝ^3; W ∈ ℝ^{3×3}; h = x + tanh(W x); g = h + tanh(W h); L = ‖g‖²"


@pytest.mark.parametrize("style", ["delta", "chain"])
@pytest.mark.parametrize(("program", "name"), [(SPELLED, "W1"), (SPELLED, "W2"), (RESIDUAL, "W"), (RESIDUAL, "x")])
def test_a_line_that_is_twice_as_large_does_not_hold(program, name, style):
    from dataclasses import replace
    from fractions import Fraction

    from gradviz.derivation import check, derive, opened
    from gradviz.notation import tree

    graph = gv.parse(program)
    target = graph.dag.names[name]
    gradients = graph.opened(opened(graph.gradients, target))
    lines = derive(gradients, target, graph.gradients, style=style)
    shared = graph.shared(gradients)
    assert len(check(gradients, target, lines, graph.points, shared=shared).steps) == len(lines)
    for n, line in enumerate(lines):
        if line.prefix is not None:
            wrong = replace(line, prefix=tree.Product((tree.Number(Fraction(2), "2"), line.prefix), ("·",)))
            checked = check(gradients, target, (*lines[:n], wrong, *lines[n + 1 :]), graph.points, shared=shared)
            assert len(checked.steps) == len(lines) - 1, str(line.step)


def test_conditions_are_kept():
    step = gv.parse(SPELLED).derivation("W2").steps[1]
    assert [write(c, "unicode", WORDS) for c in step.conditions] == ["ŷ ≠ 0", "1 − ŷ ≠ 0"]


def test_lines_speak_of_companions():
    # X⁻¹ stands in the derivative of det X alone.
    derivation = gv.parse("X ∈ ℝ^{n×n}; u = det(X); L = u^2").derivation("X", strict=True)
    assert write(derivation.steps[-1].right, "unicode", WORDS) == "2u² X⁻ᵀ"
