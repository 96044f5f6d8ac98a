"""The table of answers: nothing right is refused, nothing wrong is let through, and mistakes are found."""

from __future__ import annotations

from functools import cache

import pytest

import gradviz as gv
from tests.checking.problems import PROBLEMS

RIGHT = [(name, target, answer) for name, _, right, _ in PROBLEMS for target in right for answer in right[target]]
WRONG = [(name, *wrong) for name, _, _, wrongs in PROBLEMS for wrong in wrongs]


@cache
def graph(name: str) -> gv.Graph:
    return gv.parse(next(program for other, program, _, _ in PROBLEMS if other == name))


def test_the_table_is_large():
    assert len(PROBLEMS) >= 15
    assert len(RIGHT) + len(WRONG) >= 300


@pytest.mark.parametrize(("name", "target", "answer"), RIGHT)
def test_right(name, target, answer):
    verdict = graph(name).check(target, answer)
    assert verdict.ok, verdict
    assert "problem" not in verdict.evidence
    assert str(verdict).startswith("right")


@pytest.mark.parametrize(("name", "target", "answer", "mistake"), WRONG)
def test_wrong(name, target, answer, mistake):
    verdict = graph(name).check(target, answer)
    assert not verdict.ok, verdict
    assert "problem" not in verdict.evidence
    if mistake == "invalid":
        assert verdict.status == "invalid"
        return
    assert verdict.status == "unequal_proved", verdict
    found = [m.mistake for m in verdict.diagnosis]
    assert not mistake or mistake in found, (found, str(verdict))
    assert all(m.message for m in verdict.diagnosis)
