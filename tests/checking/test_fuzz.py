"""A fixed number of the inputs of `tests.checking.fuzz`; hypothesis tries others in `test_attacks`."""

from __future__ import annotations

from tests.checking.fuzz import run


def test_no_input_crashes_or_hangs() -> None:
    assert run(1_500, 7) == []
