"""One run at a time writes a file of results; rows without a student are kept apart and told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gradviz.grading import Homework, Question, Results, read_submissions
from gradviz.grading.summary import strays_of
from gradviz.messages import UsageError

SHEET = Homework("one", (Question("1a", target="w", program="L = (w x - y)²"),))

HOLDER = """
import sys, time
from pathlib import Path
from gradviz.grading.lock import Lock
held = Lock(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


def test_a_second_run_is_told_who_writes(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    lock = tmp_path / "results.jsonl.lock"
    with Results(path, SHEET):
        assert json.loads(lock.read_text())["process"] == os.getpid()
        with pytest.raises(UsageError, match=f"process {os.getpid()} on ") as found:
            Results(path, SHEET)
        assert "wait until it is done" in str(found.value)
    assert not lock.exists()
    with Results(path, SHEET):
        pass


def test_a_lock_that_was_left_behind_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE) as other:  # noqa: S603
        assert other.stdout
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(UsageError, match=f"process {other.pid} on "):
            Results(path, SHEET)
        other.kill()
        other.wait()
    assert (tmp_path / "results.jsonl.lock").exists()
    with Results(path, SHEET):
        assert json.loads((tmp_path / "results.jsonl.lock").read_text())["process"] == os.getpid()
    (tmp_path / "results.jsonl.lock").write_text("no JSON")
    with Results(path, SHEET):
        pass


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("answers.csv", "student_id,question,answer\nann,1a,2(w x - y) x\n,1a,x\n  ,1a,x\n"),
        (
            "answers.jsonl",
            '{"student_id": "ann", "question": "1a", "answer": "x"}\n'
            '{"student_id": "", "question": "1a", "answer": "x"}\n{"question": "1a", "answer": "x"}\n',
        ),
    ],
)
def test_a_row_without_a_student_is_kept_and_told(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    found = list(read_submissions(tmp_path / name))
    assert [s.student_id for s in found] == ["ann", "row 2, no student", "row 3, no student"]
    assert [s.problem is None for s in found] == [True, False, False]
    assert [s.answer for s in found[1:]] == ["x", "x"]
    marks = {(s.student_id, s.question): ("invalid", None) for s in found}
    assert [student for student, _ in strays_of(SHEET, marks)] == ["row 2, no student", "row 3, no student"]
