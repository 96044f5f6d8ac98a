"""Submissions in tables and in lines of JSON."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from gradviz.grading.rows import records
from gradviz.grading.submission import Columns, Submission, opened, submission, with_person
from gradviz.messages import Message, UsageError, say


def read_table(path: Path, columns: Columns) -> Iterator[Submission]:
    """The rows of a table; what separates its fields is told by its first line.

    Raises
    ------
    UsageError
        The first line does not name the columns, or names one twice.
    """
    # A byte that is no text spoils its own row alone.
    with opened(path, newline="") as file:
        first = file.readline()
        if "\0" in first:
            raise UsageError(say("not-utf8", path=path))
        told = re.fullmatch(r"sep=(.)\s*", first)
        first = file.readline() if told else first
        delimiter = told[1] if told else max(",;\t|", key=first.count)
        heads = [h.strip() for h in next(csv.reader([first], delimiter=delimiter, skipinitialspace=True), [])]
        places = _places(heads, columns, path)
        for number, record in enumerate(records(file, delimiter, places[1], len(heads)), 1):
            fields = [record.fields[p] if p < len(record.fields) else None for p in places]
            problem = None
            if record.broken:
                problem = say("submission-quote")
            elif any(x.strip() for x in record.fields[len(heads) :]):
                problem = say("submission-long")
                # Whoever looks at it sees all that may be the answer.
                fields[2] = f"{delimiter} ".join(record.fields[places[2] :])
            elif None in fields:
                problem = say("submission-short")
            student, question, answer = (f or "" for f in fields)
            yield with_person(submission(student.strip(), question.strip(), answer, problem), number)


def _places(heads: Sequence[str], columns: Columns, path: Path) -> list[int]:
    """Where the columns are. Capitals and spaces make no other name of a heading."""
    alike = [_loosely(h) for h in heads]
    found = []
    missing: list[str] = []
    twice: list[str] = []
    for name in columns.names:
        same = [p for p, h in enumerate(heads) if h == name]
        same = same or [p for p, h in enumerate(alike) if h == _loosely(name)]
        found.append(same[0] if same else -1)
        (missing if not same else twice if len(same) > 1 else []).append(name)
    if missing:
        named = ", ".join(heads) or "nothing"
        problem = say("submissions-columns", path=path, missing=", ".join(missing), found=named)
        raise UsageError(problem, hint=say("submissions-columns-hint"))
    if twice:
        raise UsageError(
            say("submissions-twice", path=path, names=", ".join(twice)), hint=say("submissions-columns-hint")
        )
    return found


def _loosely(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name).lower()


class _Line(NamedTuple):
    """What a line of JSON gives; None for what is not there, or is neither a text nor a number."""

    fields: tuple[str | None, ...] = (None, None, None)
    problem: Message | None = None


def read_lines(path: Path, columns: Columns) -> Iterator[Submission]:
    """The objects of a file that has one in each line."""
    with opened(path) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                fields, problem = _of_line(line, columns)
                student, question, answer = (f or "" for f in fields)
                yield with_person(submission(student.strip(), question.strip(), answer, problem), number)


def _of_line(line: str, columns: Columns) -> _Line:
    try:  # numbers stay as they were written
        row = json.loads(line, parse_float=str, parse_int=str, parse_constant=lambda name: None)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        return _Line(("", "", line.strip()), say("submission-json", keys=", ".join(columns.names)))
    fields = tuple(_field(row, name) for name in columns.names)
    lacks = [name for name, field in zip(columns.names, fields, strict=True) if field is None]
    return _Line(fields, say("submission-json-lacks", keys=", ".join(lacks)) if lacks else None)


def _field(row: dict[str, Any], name: str) -> str | None:
    if name not in row:
        alike = [key for key in row if _loosely(key) == _loosely(name)]
        name = alike[0] if len(alike) == 1 else name
    found = row.get(name)
    return found if isinstance(found, str) else None
