"""Paths that meet inside one stage are steps of their own, and their numbers add up to the gradient."""

from __future__ import annotations

import re

import numpy as np
import pytest

import gradviz as gv
from gradviz.api.drawings.depiction import depict
from gradviz.api.drawings.steps import contributions
from gradviz.equality import Point

RESIDUAL = """
x ∈ ℝ^3; W1 ∈ ℝ^{3×3}; W2 ∈ ℝ^{3×3}; w ∈ ℝ^3; y ∈ ℝ
data x, y
h1 = x + tanh(W1 x)
h2 = h1 - tanh(W2 h1)
L = (wᵀ h2 - y)²
"""
TWO_BRANCHES = "A ∈ ℝ^{3×4}; B ∈ ℝ^{3×4}; x ∈ ℝ^4; z = A x + tanh(B x) - x[1] 𝟏; L = ‖z‖²"
PROGRAMS = {
    "residual": RESIDUAL,
    "branches": TWO_BRANCHES,
    "scalars": "h = x - tanh(w x); g = sin h - h; f = g² + x",
    "thrice": "x ∈ ℝ^3; V ∈ ℝ^{3×3}; z = V x + x - (sin(x) + x ⊙ x); L = ‖z‖²",
}


def test_residual_block() -> None:
    steps = [s for s in gv.parse(RESIDUAL).explain(wrt=()).steps if s.box == "h1" and not s.forward]
    assert [s.kind for s in steps] == ["path", "path", "sum"]
    assert str(steps[0].reason) == "Path 1 of 2 from h₁: h₂ adds it as it is."
    assert str(steps[1].reason).startswith(
        "Path 2 of 2 from h₁: through −tanh(W₂ h₁), which h₂ adds (derivative of tanh(v)"
    )
    assert steps[0].formula[-1] == r"\frac{\partial L}{\partial h_2}"
    assert steps[1].formula[-1].startswith("-W_2^\\top")
    assert {wire for s in steps for wire in s.wires} == {("h1", "h2", steps[0].wires[0][2])}


@pytest.mark.parametrize(
    "program", ["L = -y ln ŷ - (1 - y) ln(1 - ŷ)", "q = x x; f = q²", "s = e^x; p = s/(1 + s); f = p²"]
)
def test_one_local_derivative_stays_one(program: str) -> None:
    """Where one product says it all, the rules of sums and products are reasons and no paths."""
    assert {s.kind for s in gv.parse(program).explain(wrt=()).steps} <= {"value", "start", "local"}


@pytest.mark.parametrize("name", PROGRAMS)
def test_contributions_add_up(name: str) -> None:
    graph = gv.parse(PROGRAMS[name])
    rng = np.random.default_rng(7)
    dag = graph.dag
    at = {n: rng.normal(size=dag.nodes[dag.names[n]].shape) for n in graph.inputs}
    ex = graph.explain(at, wrt=())
    paths = [s for s in ex.steps if s.kind == "path"]
    told = list(contributions(ex))
    assert len(paths) == len(told) > 1
    point = Point(dag, {i: ex.node_values[i] for i in dag.names.values() if dag.nodes[i].op == "leaf"}, {})
    sums: dict[str, object] = {}
    for step, (pull, stage) in zip(paths, told, strict=True):
        part = np.asarray(point.pulled(pull, point.adjoints[stage]))
        sums[step.box] = part if step.box not in sums else sums[step.box] + part
    for box, total in sums.items():
        assert np.allclose(np.asarray(total).ravel(), np.asarray(ex.gradients[box]).ravel()), box


@pytest.mark.parametrize("name", PROGRAMS)
def test_number_of_paths(name: str) -> None:
    """Each path has its number, and the sum says how many there were."""
    ex = gv.parse(PROGRAMS[name]).explain(wrt=())
    for step in ex.steps:
        if step.kind == "sum":
            numbers = [
                re.match(r"Path (\d) of (\d)", str(s.reason))
                for s in ex.steps
                if s.kind == "path" and s.box == step.box
            ]
            count = int(str(step.reason)[0])
            assert [(int(n[1]), int(n[2])) for n in numbers if n] == [(k + 1, count) for k in range(count)]


@pytest.mark.parametrize("view", ["stages", "ops", "blocks", "neurons"])
def test_every_view_draws_them(view: str) -> None:
    graph = gv.parse(RESIDUAL.replace("h1 - tanh", "h1 + tanh"))
    whole = depict(graph.explain(wrt=()), view=view, step=12).scene
    assert whole.shapes
