"""Answers as other editors and programs write them: what is right is read, and what is wrong beside it is not right."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

import gradviz as gv

TABLE = Path(__file__).with_name("editors.txt")


class Row(NamedTuple):
    editor: str
    right: str
    wrong: str


def sections() -> Iterator[tuple[str, str, list[Row]]]:
    """Programs and targets of the table, with their rows."""
    program, target, rows = "", "", list[Row]()
    for line in [*TABLE.read_text(encoding="utf-8").splitlines(), "=="]:
        if line.startswith(("==", "--")):
            if rows:
                yield program, target, rows
            rows = []
        if line.startswith("=="):
            program = line[3:]
        elif line.startswith("--"):
            target = line[3:]
        elif line and not line.startswith("#"):
            rows.append(Row(*line.replace("⏎", "\n").split("\t")))


SECTIONS = list(sections())


@cache
def graph(program: str) -> gv.Graph:
    return gv.parse(program)


@pytest.mark.parametrize(
    ("program", "target", "rows"), SECTIONS, ids=[f"{n}-{t}" for n, (_, t, _) in enumerate(SECTIONS)]
)
def test_answers_of_other_editors(program: str, target: str, rows: list[Row]) -> None:
    for editor, right, wrong in rows:
        verdict = graph(program).check(target, right, feedback="verdict")
        assert verdict.ok or (editor.startswith("!") and verdict.status == "invalid"), (editor, right, verdict.message)
        assert graph(program).check(target, wrong, feedback="verdict").status in ("unequal_proved", "invalid"), wrong


def test_the_table_is_long() -> None:
    rows = [row for _, _, some in SECTIONS for row in some]
    assert len(rows) > 350
    assert sum(row.editor.startswith("!") for row in rows) < 15


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("(∑_(i=1)^n▒〖x_i-nμ〗)/σ^2", "write '('"),  # what is seen is not what is grouped
        ("np.roll(x, 1)", "np.roll is not known"),
        ("(X - μ)/σ^2", "X"),
    ],
)
def test_what_is_not_read_is_told(answer: str, said: str) -> None:
    program = "x ∈ ℝ^n; μ ∈ ℝ; σ > 0; L = -n ln σ - 1/(2σ²) ∑_i (x_i - μ)²"
    verdict = graph(program).check("μ", answer)
    assert verdict.status == "invalid"
    assert said in verdict.message
