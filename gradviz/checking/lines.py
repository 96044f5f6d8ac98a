"""A derivation that a student wrote: a chain of equalities, line by line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from gradviz.checking.chains import MOST_TEXT, rows_of
from gradviz.checking.checker import Checker
from gradviz.checking.following import Following
from gradviz.checking.verdict import Verdict
from gradviz.messages import Message, say
from gradviz.ops import WORDS

MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """One line of a derivation.

    Parameters
    ----------
    text : str
        What stands after its ``=``.
    verdict : Verdict
    says : tuple of str
        What it is about, where that is not what is derived, and what it says of it.
    counts : bool
        Whether it has a share in the score: a step has, and what is wrong.
    """

    text: str
    verdict: Verdict
    says: tuple[str, str] = ("", "")
    counts: bool = True


@dataclass(frozen=True, slots=True)
class CheckedLines:
    """A derivation with the verdict on each line.

    Parameters
    ----------
    lines : tuple of CheckedLine
    lacks : Message, optional
        What is still to be done where its last line is right.
    """

    lines: tuple[CheckedLine, ...]
    lacks: Message | None = None

    @property
    def distinct(self) -> tuple[CheckedLine, ...]:
        """The lines that count, without those that say again what another says."""
        return tuple({line.says: line for line in self.lines if line.counts}.values())

    @property
    def right(self) -> int:
        """How many lines are right; what is said twice counts once."""
        return sum(line.verdict.ok for line in self.distinct)

    @property
    def total(self) -> int:
        """How many lines there are to be right, with the last one where that is missing."""
        return len(self.distinct) + (self.lacks is not None)

    @property
    def first_wrong(self) -> int | None:
        """The first line that is wrong, counted from 1; None where none is."""
        return next((n for n, line in enumerate(self.lines, 1) if line.verdict.status == "unequal_proved"), None)

    @property
    def first_open(self) -> int | None:
        """The first line that cannot be read or decided, which is not to say that it is wrong; None where none."""
        unsure = ("invalid", "resource", "undecided")
        return next((n for n, line in enumerate(self.lines, 1) if line.verdict.status in unsure), None)

    @property
    def ok(self) -> bool:
        """Whether every line follows, to the end."""
        return bool(self.lines) and all(line.verdict.ok for line in self.lines) and self.lacks is None

    @property
    def score(self) -> float:
        """The share of the lines that are right."""
        return self.right / self.total if self.total else 0.0

    @property
    def message(self) -> str:
        """A sentence: the first line that is wrong, or cannot be checked, or what is still to be done."""
        if not self.lines:
            return str(say("no-lines"))
        first = self.first_wrong or self.first_open
        if first is None:
            return str(self.lacks or say("line-all"))
        verdict = self.lines[first - 1].verdict
        kind = "line-wrong" if self.first_wrong else "line-open"
        said = verdict.diagnosis[0].message if verdict.diagnosis else verdict.message
        return str(say(kind, line=first, said=said) if said else say(f"{kind}-plain", line=first))

    def told(self, level: str) -> CheckedLines:
        """The same with what a feedback level tells of each line."""
        lines = [replace(line, verdict=line.verdict.told(level)) for line in self.lines]
        return CheckedLines(tuple(lines), self.lacks)

    def json(self) -> dict[str, Any]:
        """All of it as JSON takes it."""
        return {
            "ok": self.ok,
            "message": self.message,
            "first_wrong": self.first_wrong,
            "first_open": self.first_open,
            "right": self.right,
            "total": self.total,
            "lines": [{"text": line.text, **line.verdict.json()} for line in self.lines],
        }

    def __str__(self) -> str:
        return self.message


def _said(text: str, verdict: Verdict) -> str:
    """What a line says, as it was read."""
    return "".join(text.split()) if verdict.parsed is None else verdict.parsed.unicode


def check_lines(checker: Checker, text: str, *, feedback: str = "full") -> CheckedLines:
    """Check a chain of equalities line by line.

    A line is right where it is equal to what is asked for; one with a left side of its own, where it is what that says.

    What a derivation says of another quantity on its way (``∂L/∂z = ŷ − y``) is held against that.

    Parameters
    ----------
    checker : Checker
    text : str
        Plain text, Markdown, or LaTeX (``align``): ``dL/dW2 = … = …``.
    feedback : str
        See `Graph.check`.
    """
    found = list(rows_of(text, {*checker.room.known, *WORDS})) if len(text) <= MOST_TEXT else []
    if len(text) > MOST_TEXT or sum(map(len, found)) > MOST_LINES:
        problem = Verdict("resource", say("too-many-lines", limit=MOST_LINES, size=MOST_TEXT // 1024))
        return CheckedLines((CheckedLine("…", problem),)).told(feedback)
    before = checker.room.beside
    try:
        following = Following(checker, found)
        rows = [(row, part) for row in following.rows for part in row.parts]
        verdicts = [row.check(part, diagnose=feedback in ("hint", "full")) for row, part in rows]
    finally:
        checker.room.beside = before
    lines = [
        CheckedLine(
            part,
            verdict,
            (row.about, _said(part, verdict)),
            row.counts or verdict.status == "unequal_proved",
        )
        for (row, part), verdict in zip(rows, verdicts, strict=True)
    ]
    return CheckedLines(tuple(lines), following.lacks(verdicts)).told(feedback)
