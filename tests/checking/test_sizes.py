"""Graphs of large declared sizes are refused before anything is computed; symbols stand for any size."""

from __future__ import annotations

import time

import pytest

import gradviz as gv
from gradviz.checking.checker import MOST_IN_GRAPH


def test_large_declared_sizes_are_refused_at_once() -> None:
    graph = gv.parse("W ∈ ℝ^{5000×5000}; x ∈ ℝ^5000; L = ‖W x‖²")
    began = time.process_time()
    verdict = graph.check("W", "2 W x xᵀ")
    assert time.process_time() - began < 2
    assert verdict.status == "resource"
    assert "25000000 entries" in verdict.message
    assert "W ∈ ℝ^{n×d}" in verdict.message
    assert {line.verdict.status for line in graph.check_derivation("W", "dL/dW = 2 W x xᵀ = 0").lines} == {"resource"}


def test_what_is_summed_counts() -> None:
    size = int(MOST_IN_GRAPH**0.5) + 1
    graph = gv.parse(f"A ∈ ℝ^{{{size}×{size}}}; B ∈ ℝ^{{{size}×2}}; L = sum(A B)")
    assert graph.check("B", "Aᵀ 𝟏 𝟏ᵀ").status == "resource"


def test_the_same_with_symbols() -> None:
    graph = gv.parse("W ∈ ℝ^{n×d}; x ∈ ℝ^d; L = ‖W x‖²")
    assert graph.check("W", "2 W x xᵀ").status == "equal_proved"
    assert graph.check("W", "W x xᵀ").status == "unequal_proved"


def test_values_may_be_large() -> None:
    graph = gv.parse("x ∈ ℝ^20000; L = sum(x) / 2")
    assert graph.check("L", "10000", at={"x": [1.0] * 20_000}).ok


MEAN_SQUARES = "X ∈ ℝ^{n×d}; w ∈ ℝ^d; y ∈ ℝ^n; L = 1/n ‖X w - y‖²"
CENTRED = "x ∈ ℝ^n; L = mean((x - mean(x))²)"
ATTENTION = "Q ∈ ℝ^{n×d}; K ∈ ℝ^{m×d}; V ∈ ℝ^{m×v}; S = Q Kᵀ/√d; A = softmax(S); O = A V; L = 1/2 ‖O‖²"


@pytest.mark.parametrize(
    ("program", "target", "answer"),
    [
        (MEAN_SQUARES, "w", "2/3 Xᵀ(X w - y)"),
        (MEAN_SQUARES, "w", "2/(d-1) Xᵀ(X w - y)"),
        (MEAN_SQUARES, "w", "6/n² Xᵀ(X w - y)"),
        (MEAN_SQUARES, "w", "2/n Xᵀ(X w - y) + (n-3) w"),
        (MEAN_SQUARES, "w", "2/n Xᵀ(X w - y) + (n-3)(n-4)(n-5)(n-6)(n-7)(n-8)(n-9)(n-10)(n-11) w"),
        (MEAN_SQUARES, "w", "2/n Xᵀ(X w - y) 1[n < 100]"),
        (CENTRED, "x", "(1 - 1/n)(x - mean(x))"),
        ("x ∈ ℝ^n; L = Σ_i (w - x_i)²", "w", "6 w - 2 sum(x)"),
        (ATTENTION, "Q", "∂L/∂S K/2"),
    ],
)
def test_what_is_right_for_some_sizes_is_not_right(program: str, target: str, answer: str) -> None:
    found = {gv.parse(program).check(target, answer, seed=seed, feedback="verdict").status for seed in range(4)}
    assert found <= {"unequal_proved", "undecided"}


@pytest.mark.parametrize(
    ("program", "target", "answer"),
    [
        (MEAN_SQUARES, "w", "2 Xᵀ(X w - y)/n"),
        (CENTRED, "x", "2/n (x - mean(x))"),
        ("x ∈ ℝ^n; L = Σ_i (w - x_i)²", "w", "2 n w - 2 sum(x)"),
        (ATTENTION, "Q", "∂L/∂S K/√d"),
    ],
)
def test_what_is_right_for_all_sizes_is_proved(program: str, target: str, answer: str) -> None:
    assert {gv.parse(program).check(target, answer, seed=seed).status for seed in range(2)} == {"equal_proved"}


def test_a_witness_tells_the_sizes() -> None:
    found = gv.parse("x ∈ ℝ^n; L = mean(x)").check("x", "ones(n)/3", seed=1)
    assert f"at n = {found.witness['n']} " in found.message
    assert found.witness["n"] != 3
