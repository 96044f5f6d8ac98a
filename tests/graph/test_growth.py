"""Programs are read in proportion to their length."""

from __future__ import annotations

import sys
from types import FrameType

import pytest

import gradviz as gv


def chain(stages: int) -> str:
    """Scalars, each made of the one before."""
    return "\n".join(["s0 = x²", *(f"s{i} = tanh(w{i % 7} s{i - 1} + 1)" for i in range(1, stages))])


def layers(stages: int) -> str:
    """Vectors, with a bias that every layer has."""
    weights = "; ".join(f"W{i} ∈ ℝ^{{n×n}}" for i in range(1, stages))
    return "\n".join([f"h0, b ∈ ℝ^n; {weights}", *(f"h{i} = σ(W{i} h{i - 1} + b)" for i in range(1, stages))])


def calls(text: str) -> int:
    """How many functions are called, those in C included, to read a program."""
    count = 0

    def seen(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(seen)
    try:
        gv.parse(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("program", [chain, layers])
def test_reading_grows_as_the_program_does(program) -> None:
    gv.parse(program(20))
    assert calls(program(400)) < 2.2 * calls(program(200))
