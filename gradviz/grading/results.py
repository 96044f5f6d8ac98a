"""Results as lines of JSON: written as they come, read again where a run goes on."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gradviz.grading.homework import Homework
from gradviz.messages import UsageError, say

Row = dict[str, Any]
"""One result: ``student_id``, ``question``, ``answer``, ``status``, ``score``, ``message``, ``parsed``, …"""

Key = tuple[str, str, str]


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
        How often each student, question and answer is in the file.

    Raises
    ------
    UsageError
        The file cannot be written, or holds results of another question file.
    """

    def __init__(self, path: Path, homework: Homework) -> None:
        self.homework = digest(homework)
        self.done: Counter[Key] = Counter()
        if path.exists():
            for row in read_results(path):
                if row.get("homework") != self.homework:
                    raise UsageError(say("results-other", path=path), hint=say("results-other-hint"))
                self.done[key_of(row)] += 1
        try:
            self._file = path.open("ab+")
            self._cut_torn_line()
        except OSError as problem:
            raise UsageError(say("not-writable", path=path, problem=problem.strerror)) from None

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

    def add(self, row: Row) -> None:
        """Write one result through to the system."""
        line = json.dumps({**row, "homework": self.homework}, ensure_ascii=False, allow_nan=False)
        self._file.write(line.encode() + b"\n")
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
