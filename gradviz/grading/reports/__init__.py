"""Reports of results: the extension chooses the writer, and nothing is half written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from gradviz.api import replace_file
from gradviz.grading.reports.gradescope import write_gradescope
from gradviz.grading.reports.junit import write_junit
from gradviz.grading.reports.marks import write_marks
from gradviz.grading.reports.page import write_page
from gradviz.grading.summary import Summary
from gradviz.messages import UsageError, say

_LONGEST = 120
"""Bytes of a student's name in a file's name."""

__all__ = ["REPORTS", "known_report", "write_report"]

REPORTS: Mapping[str, Callable[[Summary], str]] = MappingProxyType(
    {".csv": write_marks, ".html": write_page, ".xml": write_junit}
)
"""The writers of reports over all students, by extension; ``.json`` is one file for each student."""


def known_report(path: Path) -> None:
    """Make sure that there is a writer for a report.

    Raises
    ------
    UsageError
        There is none.
    """
    suffix = path.suffix.lower()
    if suffix not in (*REPORTS, ".json"):
        known = ", ".join((".jsonl", *REPORTS, ".json"))
        raise UsageError(say("no-such-format", name=suffix or str(path), known=known))


def write_report(path: Path, summary: Summary) -> None:
    """Write one report; ``{student_id}`` in a ``.json`` file's name makes one for each student.

    Raises
    ------
    UsageError
        No such writer, several students for one file, or a file cannot be written.
    """
    known_report(path)
    suffix = path.suffix.lower()
    if suffix == ".json":
        _each_student(path, summary)
    else:
        replace_file(path, REPORTS[suffix](summary).encode())


def _each_student(path: Path, summary: Summary) -> None:
    place = "{student_id}"
    if place not in str(path):
        if len(summary.students) > 1:
            raise UsageError(say("report-many", path=path, count=len(summary.students)), hint=say("report-many-hint"))
        for student in summary.students:
            replace_file(path, write_gradescope(summary, student).encode())
        return
    for student in summary.students:
        target = path.with_name(path.name.replace(place, _file_name(student)))
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, write_gradescope(summary, student).encode())


def _file_name(student: str) -> str:
    """A name that is a file's name everywhere, another for each student; a long one is cut."""
    safe = "".join(c if c.isalnum() or c in "-_@+" else f"%{ord(c):x}" for c in student)
    if len(safe.encode()) > _LONGEST:
        cut = safe.encode()[: _LONGEST // 2].decode(errors="ignore")
        safe = f"{cut}%{hashlib.sha256(student.encode()).hexdigest()[:16]}"
    return safe or "%"
