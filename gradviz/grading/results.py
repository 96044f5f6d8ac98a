"""Results as lines of JSON: written as they come, read again where a run goes on."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gradviz.grading.found import Found, encoded
from gradviz.grading.homework import Homework
from gradviz.grading.lock import Lock
from gradviz.grading.submission import Submission
from gradviz.messages import UsageError, say

Row = dict[str, Any]
"""One result: ``student_id``, ``question``, ``answer``, ``status``, ``score``, ``message``, ``parsed``, …"""

Key = tuple[str, str, str]

Marks = dict[tuple[str, str], tuple[str, float | None]]
"""By student and question: the status of the last answer, and its score."""

KEPT = 1.0
"""Seconds after which what was added is with the system, at the latest."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A submission, and what was found of it."""

    submission: Submission
    found: Found

    def row(self) -> Row:
        """All of it, as Python has it."""
        return {**self._said(), **self.found.fields()}

    def line(self, homework: str = "") -> bytes:
        """All of it as a line of JSON, with the short name of the question file where one is given."""
        end = f', "homework": "{homework}"}}\n' if homework else "}\n"
        return encoded(self._said())[:-1] + b", " + self.found.json + end.encode()

    def _said(self) -> dict[str, str]:
        student, question, answer = self.submission.key
        return {"student_id": student, "question": question, "answer": answer}


def digest(homework: Homework) -> str:
    """A short name of a question file's content: results of two files are never mixed."""
    text = json.dumps(asdict(homework), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def read_results(path: Path) -> Iterator[Row]:
    """Read results one by one; a last line that was cut off is left out.

    Raises
    ------
    UsageError
        The file cannot be read, or a line is no result.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.endswith(b"\n"):
                    yield _row(line, path, number)
    except FileNotFoundError:
        raise UsageError(say("no-such-file", path=path)) from None
    except OSError as problem:
        raise UsageError(say("not-readable", path=path, problem=problem.strerror)) from None


def _row(line: bytes, path: Path, number: int) -> Row:
    try:
        row = json.loads(line)
        key_of(row)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UsageError(say("results-damaged", path=path, line=number)) from None
    found: Row = row
    return found


def key_of(row: Row) -> Key:
    """What tells a result from others: student, question, answer."""
    return row["student_id"], row["question"], row["answer"]


class Results:
    """A file that results are added to; what an earlier run wrote is kept.

    Parameters
    ----------
    path : Path
    homework : Homework

    Attributes
    ----------
    done : Counter
        How often each student, question and answer was in the file.
    count : int
        How many rows there are, with those that were added.
    marks : dict
        By student and question: the status and the score of the last answer.

    Raises
    ------
    UsageError
        The file cannot be written, another run writes it, or it holds results of another question file.
    """

    def __init__(self, path: Path, homework: Homework) -> None:
        self.path = path
        self.homework = digest(homework)
        self.done: Counter[Key] = Counter()
        self.marks: Marks = {}
        self._lock = Lock(path)
        try:
            self._read(path)
            self._file = path.open("ab+", buffering=1 << 16)
            self._cut_torn_line()
        except OSError as problem:
            self._lock.release()
            raise UsageError(say("not-writable", path=path, problem=problem.strerror)) from None
        except BaseException:
            self._lock.release()
            raise
        self.count = self.done.total()
        self._over = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def _read(self, path: Path) -> None:
        """What an earlier run wrote."""
        for row in read_results(path) if path.exists() else ():
            if row.get("homework") != self.homework:
                raise UsageError(say("results-other", path=path), hint=say("results-other-hint"))
            self.done[key_of(row)] += 1
            self.marks[row["student_id"], row["question"]] = row["status"], row["score"]

    def _cut_torn_line(self) -> None:
        """Remove what stands after the last line's end: the run that wrote it was interrupted."""
        end = self._file.seek(0, 2)
        while end:
            begin = max(0, end - 65536)
            self._file.seek(begin)
            at = self._file.read(end - begin).rfind(b"\n")
            if at >= 0:
                end = begin + at + 1
                break
            end = begin
        self._file.truncate(end)

    def _keep(self) -> None:
        """Hand on what was added, again and again: a row may stay the last for long."""
        while not self._over.wait(KEPT):
            with suppress(OSError, ValueError):  # `add` meets it too, and tells it
                self._file.flush()

    def add(self, one: Graded) -> None:
        """Add one result; within a second it is with the system."""
        try:
            self._file.write(one.line(self.homework))
        except OSError as problem:
            raise self._unwritten(problem) from None
        self.count += 1
        student, question, _ = one.submission.key
        self.marks[student, question] = one.found.status, one.found.score

    def _unwritten(self, problem: OSError) -> UsageError:
        return UsageError(say("not-writable", path=self.path, problem=problem.strerror), hint=say("results-kept-hint"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._keeper.join()
        try:
            self._file.close()
        except OSError as problem:
            if error is None:
                raise self._unwritten(problem) from None
        finally:
            self._lock.release()
