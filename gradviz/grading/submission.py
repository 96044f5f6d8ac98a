"""What is handed in: one answer of one student, and the text that it came as."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from gradviz.messages import Message, say


@dataclass(frozen=True, slots=True)
class Submission:
    """One answer of one student; ``problem`` says why there is none."""

    student_id: str
    question: str
    answer: str
    problem: Message | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from others."""
        return self.student_id, self.question, self.answer


@dataclass(frozen=True, slots=True)
class Columns:
    """How the columns, or keys, of a table are called."""

    student_id: str = "student_id"
    question: str = "question"
    answer: str = "answer"

    @property
    def names(self) -> tuple[str, str, str]:
        """The three in the order of a submission."""
        return self.student_id, self.question, self.answer


def opened(path: Path, newline: str | None = None) -> TextIO:
    """A file of UTF-8, or of UTF-16 with its mark; a byte that is no text is kept as half a pair of surrogates."""
    with path.open("rb") as raw:
        utf16 = raw.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    errors = "replace" if utf16 else "surrogateescape"
    return path.open(encoding="utf-16" if utf16 else "utf-8-sig", errors=errors, newline=newline)


def submission(student: str, question: str, answer: str, problem: Message | None = None) -> Submission:
    r"""A submission of what was read; bytes that are no text are written out, so that nothing is lost.

    Examples
    --------
    >>> made = submission("M\udcfcller", "1", "x")
    >>> made.student_id, made.problem.kind
    ('M\\xfcller', 'submission-bytes')
    """
    if not _HALVES.search(student + question + answer):
        return Submission(student, question, answer, problem)
    if problem is None and _BYTES.search(student + question + answer):
        problem = say("submission-bytes")
    return Submission(clean(student), clean(question), clean(answer), problem)


_BYTES = re.compile("[\udc80-\udcff]")
_HALVES = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    r"""The text with ``\xfc`` for a byte that is no text, ``\ud800`` for half a pair: it can be written anywhere."""
    return _HALVES.sub(_written_out, text)


def _written_out(half: re.Match[str]) -> str:
    return f"\\x{ord(half[0]) - 0xDC00:02x}" if _BYTES.match(half[0]) else f"\\u{ord(half[0]):04x}"


def with_person(submission: Submission, number: int) -> Submission:
    """The submission, under a name of its own where it names no student: none is taken for another."""
    if submission.student_id:
        return submission
    name = str(say("nobody", number=number))
    return replace(submission, student_id=name, problem=submission.problem or say("submission-nobody"))


def is_nobody(student: str) -> bool:
    """Whether a student's name is one that `gradviz` gave to a row without any."""
    return re.fullmatch(re.escape(str(say("nobody", number=0))).replace("0", r"\d+"), student) is not None
