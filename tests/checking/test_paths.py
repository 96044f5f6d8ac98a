"""The chain rule in numbers, from a changed link on."""

import numpy as np
import pytest

import gradviz as gv
from gradviz.checking.paths import Paths

PROGRAMS = {
    "net": "x ∈ ℝ^3; W1 ∈ ℝ^{4×3}; W2 ∈ ℝ^{2×4}; y ∈ ℝ^2; z1 = W1 x; h1 = tanh(z1); z2 = W2 h1; ŷ = σ(z2); L = ‖ŷ - y‖²",
    "fan": "w, x ∈ ℝ; a = w x; b = sin(a); c = a b; d = e^b; L = c d + a",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_changed_links_add_up(name):
    graph = gv.parse(PROGRAMS[name])
    room = graph.room(3)
    ground = room.ground
    for leaf in graph.dag.leaves:
        target = graph.dag.names[leaf]
        if target not in ground.swept.adjoints:
            continue
        paths = Paths(room, target)
        for sample in ground.samples[:2]:
            wanted = ground.float_of(sample, ground.swept.adjoints[target])
            assert np.allclose(paths.gradient(sample, {}), wanted)
            for step in paths.steps:
                key = (step.stage, step.operand)
                same = paths.gradient(sample, {key: lambda g, passed: passed})
                none = paths.gradient(sample, {key: lambda g, passed: passed * 0.0})
                twice = paths.gradient(sample, {key: lambda g, passed: passed * 2.0})
                assert np.allclose(same, wanted)
                assert np.allclose(twice - same, np.asarray(same) - none)  # linear in what one link passes on
