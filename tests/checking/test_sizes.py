"""Graphs of large declared sizes are refused before anything is computed; symbols stand for any size."""

from __future__ import annotations

import time

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
