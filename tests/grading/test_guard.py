"""Guards: what hangs, grows or dies is told from the rest, and nothing is lost."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from dataclasses import replace

import pytest

from gradviz.grading import Guard, Homework, Question, Spec, Submission, grade
from gradviz.messages import GradvizError
from tests.grading.poison import POISON

SHEET = Homework("sheet", (Question("1a", "x", "f = x", points=2.0),))
SPEC = Spec(SHEET, seconds=2.0, memory=512, judge="tests.grading.poison:judge")
EXPECTED = {
    "hang": ("resource", "it took longer than 2 s, and was stopped"),
    "grow": ("resource", "it needs more memory than is allowed"),
    "segfault": ("resource", "the process that judged it broke down, twice"),
    "quit": ("resource", "the process that judged it broke down, twice"),
    "recurse": ("resource", "the expression is nested too deeply"),
    "raise": ("undecided", "gradviz failed on this answer (KeyError): a person has to look at it"),
}


@pytest.mark.parametrize("poison", POISON)
def test_poison_is_told_from_its_neighbours(poison: str) -> None:
    guard = Guard(SPEC)
    found = guard.judge([("1a", "right"), ("1a", poison), ("1a", "wrong"), ("2", "right")])
    assert [r.status for r in found] == ["equal_proved", EXPECTED[poison][0], "unequal_proved", "invalid"]
    assert [r.score for r in found] == [2.0, None, 0.0, None]
    assert found[1].fields()["message"] == EXPECTED[poison][1]
    assert found[3].fields()["message"] == "there is no question 2; there are 1a"
    assert guard.judge([("1a", "right")])[0].status == "equal_proved"
    guard.close()


def test_the_process_goes_with_its_guard() -> None:
    guard = Guard(SPEC)
    process = guard._process.popen
    assert process.poll() is None
    guard.close()
    assert process.poll() is not None


def test_prints_do_not_disturb() -> None:
    guard = Guard(SPEC)
    assert [r.status for r in guard.judge([("1a", "print this"), ("1a", "right")])] == [
        "unequal_proved",
        "equal_proved",
    ]
    guard.close()


def test_what_was_judged_before_a_hang_is_not_judged_again() -> None:
    guard = Guard(SPEC)
    first = guard.pid
    found = guard.judge(
        [("1a", "right"), ("1a", "slow"), ("1a", "hang"), ("1a", "wrong"), ("1a", "quit"), ("1a", "right")]
    )
    judges = [r.fields()["message"].removeprefix("judged by ") for r in found]
    assert judges[:2] == [str(first)] * 2
    assert judges[3] != str(first)
    assert judges[5] == str(guard.pid)
    assert [r.score for r in found] == [2.0, 0.0, None, 0.0, None, 2.0]
    guard.close()


def test_the_time_is_each_answers_own() -> None:
    """Many answers together may take longer than one of them is given."""
    guard = Guard(replace(SPEC, seconds=0.4))
    assert {r.status for r in guard.judge([("1a", f"slow {i}") for i in range(100)])} == {"unequal_proved"}
    guard.close()


def test_long_answers_do_not_block() -> None:
    guard = Guard(SPEC)
    answers = [("1a", "é" * 100_000), ("1a", "hang"), *[("1a", "y" * 5000)] * 40]
    assert Counter(r.status for r in guard.judge(answers)) == {"unequal_proved": 41, "resource": 1}
    guard.close()


def test_a_judge_that_is_not_there() -> None:
    with pytest.raises(GradvizError, match="does not start: ModuleNotFoundError"):
        Guard(Spec(SHEET, judge="no.such:judge"))


def rows(count: int, poisoned: int) -> list[Submission]:
    draw = random.Random(3)  # noqa: S311
    answers = [f"{draw.choice(['right', 'wrong', 'worse'])}{'' if i % 3 else f' {i}'}" for i in range(count)]
    for n, i in enumerate(draw.sample(range(count), poisoned)):
        answers[i] = f"{POISON[n % 5]} {i}"
    return [Submission(f"s{i}", "1a", a) for i, a in enumerate(answers)]


def test_twenty_thousand_with_twenty_poisoned() -> None:
    asked = rows(20_000, 20)
    found = list(grade(SPEC, asked, jobs=2))
    assert [(r["student_id"], r["answer"]) for r in found] == [(s.student_id, s.answer) for s in asked]
    for row in found:
        poison = row["answer"].split()[0]
        assert (
            row["status"]
            == EXPECTED.get(poison, ("equal_proved" if row["answer"] == "right" else "unequal_proved", ""))[0]
        )


def test_identical_answers_are_judged_once() -> None:
    asked = [Submission(str(i), "1a", "right" if i % 2 else "wrong") for i in range(300)]
    found = list(grade(SPEC, asked))
    assert len({(r["answer"], r["ms"]) for r in found}) == 2


def test_rows_come_while_others_wait() -> None:
    def slowly() -> object:
        for i in range(70):
            yield Submission(str(i), "1a", f"right {i}")
        time.sleep(1.5)
        yield Submission("last", "1a", "right")

    began = time.perf_counter()
    found = grade(SPEC, slowly())  # type: ignore[arg-type]
    first = [next(found) for _ in range(3)]
    assert [r["student_id"] for r in first] == ["0", "1", "2"]
    assert len(list(found)) == 68
    assert time.perf_counter() - began > 1.5


def test_no_process_is_left() -> None:
    """A run that ends early leaves nothing behind."""
    found = grade(SPEC, rows(500, 0), jobs=2)
    judge = int(next(found)["message"].split()[-1])
    os.kill(judge, 0)
    found.close()
    with pytest.raises(ProcessLookupError):
        os.kill(judge, 0)
