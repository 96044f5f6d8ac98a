"""Rows of a table in commas: a quote that is never closed spoils its own row, and no other."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple, TextIO

MOST_LINES = 1000
"""Lines that a quoted field may run over."""

_LONGEST_FIELD = 64 * 1024 * 1024


class Record(NamedTuple):
    """The fields of one row; `broken` says that its quotes do not close where they should."""

    fields: list[str]
    broken: bool = False


def records(file: TextIO, delimiter: str, question: int, width: int) -> Iterator[Record]:
    """The rows of a table; those without anything are passed over.

    Parameters
    ----------
    file : TextIO
        Behind its headings.
    delimiter : str
    question : int
        Which column the question is in: lines within quotes that are rows about a question of the table show that a
        quote was left open.
    width : int
        How many columns there are.
    """
    csv.field_size_limit(_LONGEST_FIELD)  # the reader's default refuses a field, and with it the whole table
    waiting: deque[str] = deque()
    questions: set[str] = set()
    while line := waiting.popleft() if waiting else file.readline():
        lines = [line]
        opened, broken = _open_at_end(line, delimiter, opened=False)
        while opened and len(lines) <= MOST_LINES and (more := waiting.popleft() if waiting else file.readline()):
            lines.append(more)
            opened, strayed = _open_at_end(more, delimiter, opened=True)
            broken = broken or strayed
        try:
            fields = _fields(lines, delimiter)
        except csv.Error:
            waiting.extendleft(reversed(lines[1:]))
            yield Record(lines[0].split(delimiter), broken=True)
            continue
        if len(lines) > 1 or opened:
            alone = _fields(lines[:1], delimiter)
            own = {*questions, *(f.strip() for f in alone[question : question + 1])}
            if opened or broken or any(_is_row(x, delimiter, question, width, own) for x in lines[1:]):
                waiting.extendleft(reversed(lines[1:]))
                yield Record(alone, broken=True)
                continue
        if not any(f.strip() for f in fields):
            continue
        if len(fields) > question:
            questions.add(fields[question].strip())
        yield Record(fields)


def _fields(lines: list[str], delimiter: str) -> list[str]:
    return next(csv.reader(lines, delimiter=delimiter, skipinitialspace=True), [])


def _is_row(line: str, delimiter: str, question: int, width: int, questions: set[str]) -> bool:
    """Whether a line is a row by itself, about a question that others are about."""
    fields = _fields([line], delimiter)
    return len(fields) == width and fields[question].strip() in questions and bool(fields[question].strip())


def _open_at_end(line: str, delimiter: str, *, opened: bool) -> tuple[bool, bool]:
    """Whether a quote is open at the end of a line; and whether something stands behind one that closes."""
    broken = False
    at = 0
    while True:
        if opened:
            end = line.find('"', at)
            if end < 0:
                return True, broken
            if line.startswith('""', end):
                at = end + 2
                continue
            opened = False
            behind = line.find(delimiter, end)
            rest = line[end + 1 : behind] if behind >= 0 else line[end + 1 :]
            broken = broken or bool(rest.strip())
            at = behind + 1
        else:
            while line.startswith(" ", at):
                at += 1
            if line.startswith('"', at):
                opened = True
                at += 1
                continue
            at = line.find(delimiter, at) + 1
        if not at:
            return opened, broken
