"""Every derivation that gradviz prints of a textbook's problem follows when it is checked, as a whole and line by line."""

from __future__ import annotations

import pytest

import gradviz as gv
from tests.textbook import PROBLEMS, Problem

STYLES = ("delta", "chain", "index")
LONG = 50
"""Programs longer than this take seconds; they are in turn in `tests.checking.test_own_lines`."""

SHORT = [p for p in PROBLEMS if p.kind in ("gradient", "later") and not p.status and len(p.source) <= LONG]
CASES = [pytest.param(p, STYLES[n % 3], id=f"{STYLES[n % 3]}-{p.label}") for n, p in enumerate(SHORT)]


@pytest.mark.parametrize(("problem", "style"), CASES)
def test_a_printed_derivation_follows(problem: Problem, style: str) -> None:
    graph = gv.parse(problem.source)
    lines = list(map(str, graph.derivation(problem.by, style=style).steps))
    assert lines
    found = graph.check_derivation(problem.by, "\n".join(lines))
    assert found.ok, found.message
    held = any("/∂(" in line for line in lines)  # what a path holds fixed that has no name is told by other lines
    for line in [] if held else lines:
        alone = graph.check_derivation(problem.by, line)
        assert alone.first_wrong is None, (line, alone.message)
        assert alone.first_open is None, (line, alone.message)
