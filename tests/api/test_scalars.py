"""Graphs written out in scalars: the same numbers, one entry at a time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import gradviz as gv
from gradviz.api.drawings.depiction import depict
from gradviz.api.scalars import _Writer, explained_in_scalars
from gradviz.ops.shapes import core
from gradviz.render import frames
from tests.render.geometry import problems

NET = """
x ∈ ℝ^2; W1 ∈ ℝ^{3×2}; b1 ∈ ℝ^3; W2 ∈ ℝ^{1×3}; b2 ∈ ℝ; y ∈ ℝ
data x, y
h = tanh(W1 x + b1)
p = W2 h + b2
L = (p - y)^2
at x = [1, -2], y = 1, W1 = [[0.5, 0.25], [-1, 1], [0.1, 0.3]], b1 = [0, 0.5, 0.1], W2 = [[2, -1, 0.5]], b2 = 0.2
"""
PROGRAMS = {
    "net": NET,
    "softmax": "x ∈ ℝ^4; W ∈ ℝ^{3×4}; y ∈ ℝ^3; p = softmax(W x); L = -∑_i y_i ln p_i\nat x ~ normal(0, 1), W ~ normal(0, 1), y = [0, 1, 0]",
    "batch": "X ∈ ℝ^{3×2}; w ∈ ℝ^2; y ∈ ℝ^3; r = X w - y; L = 1/3 ‖r‖²\nat X ~ normal(0, 1), w ~ normal(0, 1), y ~ normal(0, 1)",
    "norm": "x ∈ ℝ^3; A ∈ ℝ^{3×3}; L = xᵀ A x + ‖x‖ + tr(A) + mean(x)\nat x ~ normal(0, 1), A ~ normal(0, 1)",
    "slices": "x ∈ ℝ^5; v ∈ ℝ^2; y = x[2:3] ⊙ v; L = sum(σ(y)) + x[1]^2\nat x ~ normal(0, 1), v ~ normal(0, 1)",
    "conv": "x ∈ ℝ^6; k ∈ ℝ^3; y = conv1d(x, k); L = sum(y ⊙ y)\nat x ~ normal(0, 1), k ~ normal(0, 1)",
    "broadcast": "X ∈ ℝ^{2×3}; b ∈ ℝ^{1×3}; c ∈ ℝ; L = sum(relu(X + 𝟏 b) + c)\nat X ~ normal(0, 1), b ~ normal(0, 1), c ~ normal(0, 1)",
    "blocks": "block dense(x, W):\n  z = W x\n  h = σ(z)\nx ∈ ℝ^2; V ∈ ℝ^{3×2}; a = dense(x, V); L = ‖a‖²\nat x ~ normal(0, 1), V ~ normal(0, 1)",
    "outer": "u ∈ ℝ^2; v ∈ ℝ^3; A = u vᵀ; L = sum(A ⊙ A) / 2\nat u ~ normal(0, 1), v ~ normal(0, 1)",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_numbers_are_those_of_arrays(name: str) -> None:
    ex = gv.parse(PROGRAMS[name]).explain(seed=3, wrt=())
    found = explained_in_scalars(ex)
    assert not any(core(node.shape) for node in found.graph.dag.nodes)
    scalars = [n for n in (*ex.graph.inputs, *ex.graph.stages) if not core(ex.graph.shape(n))]
    for n in scalars:
        assert found.values[n] == pytest.approx(ex.values[n])
        assert found.gradients[n] == pytest.approx(ex.gradients[n])
    writer = _Writer(ex.graph, ex.sizes)
    for n in ex.graph.inputs:
        i = ex.graph.dag.names[n]
        for place in writer.places(i):
            name = writer.name(n, place)
            wanted = np.asarray(ex.node_gradients[i])
            assert found.gradients[name] == pytest.approx(float(wanted[place] if place else wanted)), name


def test_a_small_net_is_drawn_in_scalars() -> None:
    picture = depict(gv.parse(NET).explain(), view="scalars", boxes=200)
    boxes = [b for b in picture.bare.boxes if "·" not in b.id]
    numbers = [b for b in boxes if b.value is not None and b.gradient is not None]
    assert len(numbers) == len(boxes) > 30
    assert problems(picture.whole) == []
    assert len([s for s in picture.all_steps if not s.forward]) >= len(boxes)


def test_steps_of_scalars_do_not_overlap() -> None:
    scene = depict(
        gv.parse("x ∈ ℝ^2; w ∈ ℝ^2; L = (wᵀ x)^2\nat x = [1, 2], w = [3, -1]").explain(), view="scalars"
    ).stepped
    assert [p for shot in frames(scene) for p in problems(shot)] == []


def test_a_page_of_scalars_computes_anew(tmp_path: Path) -> None:
    gv.parse(NET).explain().save(tmp_path / "net.html", view="scalars")
    assert '"code"' in (tmp_path / "net.html").read_text("utf-8")


def test_the_view_as_a_graph() -> None:
    view = gv.parse(NET).view("scalars")
    assert not any(core(d["shape"]) for _, d in view.nodes(data=True))
    assert {"x1", "x2", "W_{1,12}", "h3"} <= set(view)


def test_symbolic_sizes_are_given() -> None:
    graph = gv.parse("x ∈ ℝ^n; L = ‖x‖²")
    assert graph.in_scalars(n=3).inputs == ("x1", "x2", "x3")
    with pytest.raises(gv.GradvizError, match="the size n is not known"):
        graph.in_scalars()


def test_what_is_refused() -> None:
    with pytest.raises(gv.GradvizError, match="at most 3000"):
        gv.parse("A ∈ ℝ^{60×60}; L = sum(A)").in_scalars()
    with pytest.raises(gv.GradvizError, match="is an array"):
        gv.parse("x ∈ ℝ^2; y = 2x").in_scalars()


def test_names_of_entries_are_distinct() -> None:
    graph = gv.parse("x ∈ ℝ^2; x1 ∈ ℝ; L = sum(x) + x1").in_scalars()
    assert sorted(graph.inputs) == ["x.e1", "x1", "x2"]
