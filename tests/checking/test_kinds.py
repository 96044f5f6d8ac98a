"""Right answers that are hard to tell are right, and their neighbours are wrong."""

from __future__ import annotations

import pytest

import gradviz as gv
from tests.checking.kinds import KINDS, Kind


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: f"{k.target} of {k.program.splitlines()[-1]}")
def test_right_ones_and_their_neighbours(kind: Kind) -> None:
    graph = gv.parse(kind.program)
    for right, wrong in kind.pairs:
        found = graph.check(kind.target, right, feedback="verdict"), graph.check(kind.target, wrong, feedback="verdict")
        assert [v.ok for v in found] == [True, False], (right, wrong, [str(v) for v in found])
        assert found[1].status == "unequal_proved", (wrong, str(found[1]))


def test_there_are_many() -> None:
    assert sum(len(kind.pairs) for kind in KINDS) >= 100
