"""What gradviz prints, it takes: every line of its own derivations follows, alone and together."""

from __future__ import annotations

import pytest

import gradviz as gv
from tests.derivation.programs import PROGRAMS

STYLES = ("delta", "chain", "index")
OPEN: set[tuple[str, str]] = set()
"""Derivations with lines such as ``∂(e^zᵢ)/∂zⱼ``, which are not read: they are refused, not called wrong."""


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("program", PROGRAMS)
def test_every_line_of_a_derivation_follows(program: str, style: str) -> None:
    graph = gv.parse(PROGRAMS[program])
    for name in graph.dag.leaves:
        derivation = graph.derivation(name, style=style)
        steps = [s for s in derivation.json() if s["kind"] != "path"]
        if len(steps) < len(derivation.steps):
            continue  # a path alone is a part of what is derived
        found = graph.check_derivation(name, "\n".join(f"{s['left']} = {s['unicode']}" for s in steps))
        if (program, style) in OPEN:
            assert {line.verdict.status for line in found.lines if not line.verdict.ok} <= {"invalid"}
        else:
            assert found.ok, (name, found.message)


@pytest.mark.parametrize("style", ["delta", "chain"])
@pytest.mark.parametrize("program", ["bce-sigmoid", "residual", "regression", "quadratic", "one-line"])
def test_every_line_about_what_is_asked_is_an_answer(program: str, style: str) -> None:
    graph = gv.parse(PROGRAMS[program])
    for name in graph.dag.leaves:
        derivation = graph.derivation(name, style=style).json()
        kinds = {s["kind"] for s in derivation}
        for step in derivation:
            if step["left"] == derivation[-1]["left"] and "path" not in kinds:
                assert graph.check(name, step["unicode"]).ok, (name, step["unicode"])


def test_a_line_with_a_slip_is_told() -> None:
    graph = gv.parse(PROGRAMS["one-line"])
    lines = [f"{s['left']} = {s['unicode']}" for s in graph.derivation("W").json()]
    assert graph.check_derivation("W", "\n".join(lines)).ok
    for n, line in enumerate(lines):
        left, right = line.split(" = ", 1)
        found = graph.check_derivation("W", "\n".join([*lines[:n], f"{left} = 2({right})", *lines[n + 1 :]]))
        assert found.first_wrong is not None, line
