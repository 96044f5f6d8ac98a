"""What is derived and written grows with the program, and no faster."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest

import gradviz as gv


def tied(stages: int) -> str:
    """A chain in which all stages have one weight."""
    return "s0, w ∈ ℝ\n" + "\n".join(f"s{i} = σ(w s{i - 1})" for i in range(1, stages + 1))


def recurrent(steps: int) -> str:
    """A recurrent network with one weight matrix for all time steps."""
    inputs = "; ".join(f"x{t} ∈ ℝ^k" for t in range(1, steps + 1))
    stages = "; ".join(f"h{t} = tanh(W h{t - 1} + U x{t} + b)" for t in range(1, steps + 1))
    return f"W ∈ ℝ^{{d×d}}; U ∈ ℝ^{{d×k}}; b, h0, v ∈ ℝ^d; {inputs}\n{stages}\nL = vᵀ h{steps}"


def fitted(points: int) -> str:
    """A line through many points, in scalars."""
    inputs = ", ".join(f"x{t}, y{t}" for t in range(1, points + 1))
    residuals = "\n".join(f"r{t} = w x{t} - y{t}" for t in range(1, points + 1))
    squares = " + ".join(f"r{t}^2" for t in range(1, points + 1))
    return f"w, {inputs} ∈ ℝ\n{residuals}\nL = ({squares})/2"


PROGRAMS = {"tied": (tied, "w"), "recurrent": (recurrent, "W"), "fitted": (fitted, "w")}


def calls(work: Callable[[], object]) -> int:
    """How many functions a piece of work calls."""
    count = 0

    def seen(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_derivation_over_many_paths_grows_as_they_do(name: str) -> None:
    program, by = PROGRAMS[name]
    gv.parse(program(40)).derivation(by).text()
    short, long = gv.parse(program(45)), gv.parse(program(90))
    before, after = (calls(lambda g=g: g.derivation(by).text()) for g in (short, long))
    assert after < 2.2 * before


@pytest.mark.parametrize("name", PROGRAMS)
def test_lines_over_many_paths_are_no_longer_than_over_few(name: str) -> None:
    program, by = PROGRAMS[name]
    few, many = (gv.parse(program(n)).derivation(by).text().splitlines() for n in (18, 36))
    assert len(many) < 2.2 * len(few)
    ordinary = sorted(len(line) for line in many)[:-5]  # the sum itself names every term
    assert max(ordinary) <= max(map(len, few)) + 8


def test_a_sum_over_time_is_told_step_by_step() -> None:
    for stages in (3, 16, 17, 40):
        last = f"s{stages}(1 - s{stages}) s{stages - 1}"
        before = (f"(ds{stages}/ds{i}) s{i}(1 - s{i}) s{i - 1}" for i in range(stages - 1, 0, -1))
        assert gv.parse(tied(stages)).gradient("w").ascii() == " + ".join([last, *before])


def test_what_all_paths_share_is_drawn_out() -> None:
    hidden = range(1, 21)
    stages = "; ".join(f"h{i} = tanh(w{i} x)" for i in hidden)
    program = f"x, y ∈ ℝ; {stages}; p = {' + '.join(f'v{i} h{i}' for i in hidden)}; L = (p - y)^2"
    gradient = gv.parse(program).gradient("x").ascii()
    assert gradient == f"2(p - y)({' + '.join(f'v{i}(1 - h{i}^2) w{i}' for i in reversed(hidden))})"
