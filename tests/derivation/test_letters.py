"""Letters of indices: chosen once for a program, the same on both sides of a line, apart from all names and sizes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradviz as gv
from gradviz.derivation.step import Formula
from gradviz.notation import tree, write
from gradviz.notation.walk import rebuild, within
from gradviz.ops import WORDS
from tests.strategies import make

PROGRAMS = (
    ("x ∈ ℝ^D; W ∈ ℝ^{K×D}; h = W x/K; L = sum(h³)", "W", "h"),
    ("X ∈ ℝ^{K×D}; L = mean(X) + sum(rowmean(X)²)", "X", "L"),
    ("x ∈ ℝ^K; L = mean(x³)", "x", "L"),
    ("X ∈ ℝ^{D×K}; P = X/K; L = sum(softmax(P)[:,1])", "X", "P"),
    ("x, A ∈ ℝ^D; W, V ∈ ℝ^{D×D}; B = σ(W x); g = tanh(V x); c = A + B ⊙ g; L = ‖c‖²", "V", "c"),
    ("A ∈ ℝ; x ∈ ℝ^D; W ∈ ℝ^{K×D}; h = A W x; L = sum(h³)", "W", "h"),
    ("x ∈ ℝ^D; A = ‖x‖²; L = A sum(x³)", "x", "A"),
    ("X ∈ ℝ^{D×K×A}; Z = global_avg_pool(X); L = ‖Z‖²", "X", "Z"),
    ("B, A ∈ ℝ^{D×K}; Q = B ⊙ tanh(A); L = ‖Q‖²", "A", "Q"),
)
"""Programs whose names and sizes A, B, D, K may be called otherwise, a name, and a stage."""
OPEN = ("A", "B", "D", "K")


def renamed(e: tree.Expr, names: dict[str, str], order: str) -> tree.Expr:
    """An expression with other names, its indices by the places of their letters in the alphabet."""
    if isinstance(e, tree.Name):
        place = order.find(e.name) if len(e.name) == 1 else -1
        return tree.Name(f"index{place}" if place >= 0 else names.get(e.name, e.name))
    new = rebuild(e, lambda c: renamed(c, names, order))
    if not isinstance(new, tree.Big):
        return new
    high = tree.Name(names.get(new.high.name, new.high.name)) if isinstance(new.high, tree.Name) else new.high
    return replace(new, index=f"index{order.find(new.index)}", high=high)


def lines(graph: gv.Graph, derivation: gv.Derivation, names: dict[str, str]) -> Iterator[object]:
    order = graph.dag.letters.indices.replace("a", "")[:9]  # Σₖ δₖⱼ aₖ = aⱼ
    for step in derivation.steps:
        yield step.kind, as_text(step.left, names, order), as_text(step.right, names, order), step.reason.kind
        stack = [step.reason]
        while stack:
            for _, part in stack.pop().parts:
                if isinstance(part, Formula):
                    yield [as_text(e, names, order) for e in part.expressions]
                elif hasattr(part, "parts"):
                    stack.append(part)


def as_text(e: tree.Expr, names: dict[str, str], order: str) -> str:
    return write(renamed(e, names, order), "ascii", WORDS)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(PROGRAMS), st.permutations("ijkl"), st.booleans())
def test_other_names_and_sizes_give_the_same_lines(program, letters, jacobian):
    text, by, of = program
    put = dict(zip(OPEN, letters, strict=True))
    other = re.sub(r"(?<![A-Za-z])[ABDK](?![A-Za-z])", lambda found: put[found[0]], text)
    one, two = gv.parse(text), gv.parse(other)
    asked = {"of": of} if jacobian else {"style": "index"}
    first = one.derivation(by, strict=True, **asked)
    second = two.derivation(put.get(by, by), strict=True, **(asked | {"of": put.get(of, of)} if jacobian else asked))
    back = {new: old for old, new in put.items()}
    assert list(lines(one, first, {})) == list(lines(two, second, back))


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_lines_hold_whatever_a_program_calls_its_arrays(chance):
    program = make(chance, most=4)
    names = [*program.inputs, *(name for name, _, _ in program.stages)]
    put = dict(zip(names, chance.sample("klmpqrstuvabc", min(13, len(names))), strict=False))
    text = re.sub(r"[A-Za-zŷ]+\d*", lambda found: put.get(found[0], found[0]), program.text)
    graph = gv.parse(text)
    name = chance.choice(graph.inputs)
    for step in graph.derivation(name, style="index", strict=True).steps:
        assert not {x for e in (step.left, step.right) for x in bound_in(e)} & set(graph.dag.names) - {"i", "j"}


def bound_in(e: tree.Expr) -> Iterator[str]:
    return (x.index for x in within(e) if isinstance(x, tree.Big))


@pytest.mark.parametrize(
    ("program", "by", "shown", "hidden"),
    [
        ("x ∈ ℝ^n; Σ ∈ ℝ^{n×n}; q = Σ x; L = sum(q³)", "x", "3 ∑_{j=1}^{n} qⱼ² Σⱼᵢ", "Σⱼ "),
        ("x, δ ∈ ℝ^n; p = softmax(x + δ); L = sum(p³)", "x", "pᵢ(𝟙[i = j] − pⱼ)", "δᵢⱼ"),
        ("x ∈ ℝ^n; W_i ∈ ℝ^{n×n}; h = tanh(W_i x); L = sum(h³)", "x", "(1 − hⱼ²) Wᵢ[j, i]", "Wᵢⱼ"),
        ("x ∈ ℝ^n; W, W_i ∈ ℝ^{n×n}; h = W tanh(W_i x); L = sum(h³)", "W", "∂L/∂Wⱼₖ", "∂L/∂Wᵢ"),
        ("x ∈ ℝ^k; y = 3 x[k]; L = y²", "x", "6y 𝟙[i = k]", "δ"),
    ],
)
def test_signs_among_indices_are_not_taken_for_names(program, by, shown, hidden):
    told = gv.parse(program).derivation(by, style="index", strict=True).text()
    assert shown in told
    assert hidden not in told


def test_deltas_that_share_an_index_are_read_at_the_stage_once():
    graph = gv.parse("A ∈ ℝ^{n×n}; H ∈ ℝ^{n×d}; D = diag(A 𝟏); Z = inv(D) A H; L = ‖relu(Z)‖²")
    told = graph.derivation("A", style="index", strict=True).text()
    assert "∂Dᵢⱼ/∂Aₗₘ = δᵢₗ δᵢⱼ" in told.replace("ₖₗ", "ₗₘ").replace("δᵢₖ", "δᵢₗ")
    assert "2 paths lead from A to L" in told


@pytest.mark.parametrize(
    ("program", "answer"),
    [
        ("i ∈ ℝ; X ∈ ℝ^{k×j}; L = i sum(softmax(X)[:,1])", None),
        ("X ∈ ℝ^{k×l}; L = sum(softmax(X)[:,1])", None),
        ("X ∈ ℝ^{c×k×l}; L = sum(tanh(X))", "1 - tanh(X_ijm)²"),
    ],
)
def test_an_entry_that_is_printed_is_read_as_an_answer(program, answer):
    graph = gv.parse(program)
    assert graph.check("X", answer or str(graph.gradient("X"))).status == "equal_proved"
