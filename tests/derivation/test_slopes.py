"""What reasons say of derivatives: ∂L/∂z is the whole, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradviz as gv
from gradviz.derivation import STYLES
from gradviz.derivation.cuts import count_paths
from gradviz.derivation.step import Formula
from gradviz.equality import value_of
from gradviz.messages import Message
from gradviz.notation import tree, write
from gradviz.notation.walk import within
from gradviz.ops import WORDS
from tests.agreement import adjoint_names
from tests.strategies import make

TWICE = {
    "unnamed": ("A ∈ ℝ^{3×3}; u ∈ ℝ; z2 = rowsum(A); L = logsumexp(u z2) + sum(z2)", "A"),
    "named": ("x ∈ ℝ^4; z = tanh(x); s = ‖z‖²; L = s² + sum(z)", "x"),
    "scalars": ("x, w ∈ ℝ; z = x w; s = z²; L = s w + z³", "x"),
    "in a stage": ("u ∈ ℝ; x ∈ ℝ^4; z = tanh(x); h = logsumexp(u z) + sum(z); L = h²", "x"),
    "a name alone": ("W, x, y, h0 ∈ ℝ; h1 = tanh(W h0 + x); h2 = tanh(W h1 + y); L = h2² + h1", "W"),
}


def equations(message: Message) -> Iterator[tree.Comparison]:
    for _, part in message.parts:
        if isinstance(part, Formula):
            yield from (e for e in part.expressions if isinstance(e, tree.Comparison))
        for inner in (part,) if isinstance(part, Message) else getattr(part, "messages", ()):
            yield from equations(inner)


def hold(graph: gv.Graph, derivation: gv.Derivation) -> None:
    """Every equation of a reason that says what ∂L/∂z is."""
    known = {write(graph.gradients.name(~i), "unicode", WORDS): i for i in graph.gradients.links.consumers}
    known |= {f"∂{graph.output}/∂{write(graph.gradients.name(i), 'unicode', WORDS)}": i for i in known.values()}
    for step in derivation.steps:
        for e in equations(step.reason):
            position = known.get(write(e.left, "unicode", WORDS)) if isinstance(e.left, tree.Partial) else None
            for point in graph.points if position is not None else ():
                if position not in point.adjoints:
                    continue
                wanted = np.asarray(point.adjoints[position], float)
                shape = graph.dag.nodes[position].shape
                found, _ = value_of(e.right, point, list(adjoint_names(graph).items()), None, shape)
                shown = f"{write(e.left, 'unicode', WORDS)} = {write(e.right, 'unicode', WORDS)}"
                assert np.allclose(np.broadcast_to(found, wanted.shape), wanted, 1e-6, 1e-9), shown


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", TWICE)
def test_a_direct_part_is_not_called_the_whole(name, style):
    program, by = TWICE[name]
    graph = gv.parse(program)
    hold(graph, graph.derivation(by, style=style, strict=True))


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_reasons_hold_in_random_programs(chance):
    graph = gv.parse(make(chance, most=4).text)
    by = chance.choice(graph.inputs)
    if count_paths(graph.gradients, graph.dag.names[by]) <= 20:
        hold(graph, graph.derivation(by, style="chain"))
    hold(graph, graph.derivation(by, style="delta"))


def test_heads_of_paths_differ_from_the_whole():
    program, by = TWICE["unnamed"]
    first = gv.parse(program).derivation(by, style="chain").steps[0]
    assert write(first.right, "unicode", WORDS) == (
        "∂L/∂(logsumexp(u z₂)) · ∂(logsumexp(u z₂))/∂z₂ · ∂z₂/∂A + ∂(sum(z₂))/∂z₂ · ∂z₂/∂A"
    )


def test_an_adjoint_that_is_known_by_entries_is_not_said_to_be_one_of_them():
    graph = gv.parse("x ∈ ℝ^4; h = softmax(x)[2:3]; L = sum(tanh(h))")
    said = [e for step in graph.derivation("x").steps for e in equations(step.reason)]
    by_entries = [e for e in said if any(type(x) is tree.Name and x.name == "i" for x in within(e.right))]
    assert by_entries
    assert all(isinstance(e.left, tree.Entry) for e in by_entries)
