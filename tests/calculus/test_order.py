"""What a gradient looks like does not depend on what was asked before."""

from __future__ import annotations

import pytest

import gradviz as gv
from gradviz.calculus import gradients


def own(layers: int) -> str:
    """A chain in which each stage has a weight of its own."""
    return "s0 ∈ ℝ\n" + "\n".join(f"s{i} = σ(w{i} s{i - 1})" for i in range(1, layers + 1))


def shared(layers: int) -> str:
    """A chain in which all stages share one."""
    return "s0 ∈ ℝ\n" + "\n".join(f"s{i} = σ(w s{i - 1})" for i in range(1, layers + 1))


@pytest.mark.parametrize("source", [own(50), shared(50)])
def test_gradients_look_the_same_in_any_order(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradients, "_DEEP", 20)
    graph = gv.parse(source)
    names = [*graph.inputs, *graph.stages]
    expected = {n: str(graph.gradient(n)) for n in names}
    for order in (names[::-1], sorted(names), [*names[::3], *names]):
        graph = gv.parse(source)
        assert {n: str(graph.gradient(n)) for n in order} == expected


def test_a_gradient_far_from_the_output_asks_for_few_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradients, "_DEEP", 20)
    graph = gv.parse(own(200))
    graph.gradient("w1")
    assert len(graph.gradients._adjoints) <= 21
