"""What a block may return."""

from __future__ import annotations

import pytest

import gradviz as gv

BODY = "block res(u, r):\n  h = tanh(r)\n  return {}\nx, y ∈ ℝ\nL = res(x, y)²"


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ("u + h", "returns names, and no expression"),
        ("h²", "returns names, and no expression"),
        ("u", "'u' is an argument of this block"),
        ("q", "'q' is not defined in this block"),
    ],
)
def test_what_is_refused_says_why(returned: str, said: str) -> None:
    with pytest.raises(gv.GradvizError, match=said):
        gv.parse(BODY.format(returned))


def test_a_name_is_returned() -> None:
    assert str(gv.parse(BODY.format("h")).gradient("x")) == "0"
