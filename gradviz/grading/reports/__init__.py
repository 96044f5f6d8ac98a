"""Reports of results: the extension chooses the writer, and nothing is half written."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
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
_PLACE = "{student_id}"
_DEVICE = re.compile(r"con|prn|aux|nul|(?:com|lpt)\d", re.IGNORECASE)

__all__ = ["REPORTS", "known_report", "write_report"]

REPORTS: Mapping[str, Callable[[Summary], str]] = MappingProxyType(
    {".csv": write_marks, ".html": write_page, ".xml": write_junit}
)
"""The writers of reports over all students, by extension; ``.json`` is one file for each student."""


def known_report(path: Path) -> None:
    """Make sure that there is a writer for a report, and a folder that it can be written to.

    Raises
    ------
    UsageError
        There is none.
    """
    suffix = path.suffix.lower()
    if suffix not in (*REPORTS, ".json"):
        known = ", ".join((".jsonl", *REPORTS, ".json"))
        raise UsageError(say("no-such-format", name=suffix or str(path), known=known))
    if path.is_dir():
        raise UsageError(say("not-writable", path=path, problem=os.strerror(errno.EISDIR)))
    if _PLACE in str(path):
        return  # its folder is made
    try:
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as problem:
        raise UsageError(say("not-writable", path=path, problem=problem.strerror)) from None


def write_report(path: Path, summary: Summary) -> None:
    """Write one report; ``{student_id}`` in the path of a ``.json`` file makes one for each student.

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
    if _PLACE not in str(path):
        if len(summary.students) > 1:
            raise UsageError(say("report-many", path=path, count=len(summary.students)), hint=say("report-many-hint"))
        for student in summary.students:
            replace_file(path, write_gradescope(summary, student).encode())
        return
    taken: set[str] = set()
    for student in summary.students:
        name = _file_name(student)
        name = f"{name}%{_digest(student)}" if name.casefold() in taken else name
        taken.add(name.casefold())
        target = Path(*(part.replace(_PLACE, name) for part in path.parts))
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise UsageError(say("not-writable", path=target, problem=problem.strerror)) from None
        replace_file(target, write_gradescope(summary, student).encode())


def _file_name(student: str) -> str:
    """A name that is a file's name everywhere; a long one is cut, one that a system has for a device is marked."""
    safe = "".join(c if c.isalnum() or c in "-_@+" else f"%{ord(c):x}" for c in student)
    if len(safe.encode()) > _LONGEST:
        cut = safe.encode()[: _LONGEST // 2].decode(errors="ignore")
        safe = f"{cut}%{_digest(student)}"
    return f"{safe}%" if not safe or _DEVICE.fullmatch(safe) else safe


def _digest(student: str) -> str:
    return hashlib.sha256(student.encode()).hexdigest()[:16]
