"""Question files: what is asked, and what an answer is worth."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from gradviz.api import read_text
from gradviz.messages import Place, ReadError, UsageError, say

NAMES = ("forward", "adjoints", "locals")
"""What an answer may be written in: names of the program, adjoints of stages, local derivatives."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Parameters
    ----------
    id : str
        How submissions name it.
    target : str
        What is asked for, as `Graph.check` takes it: ``W2``, ``dL/dW2``, ``dŷ/dz2``.
    program : str
        The program's text.
    of : str
        The stage that gradients are taken of; "" for the last.
    at : str
        Values of inputs, where a value is asked for.
    text : str
        The question in words, for reports.
    kind : str
        ``answer``: one expression. ``derivation``: a chain of equalities, worth a share for each line that follows.
    points : float
        What a right answer is worth.
    partial : float
        The share of the points for a right answer that is not in the form, or not in the names, that are asked for.
    tolerance : float or None
        For answers in numbers, relative.
    form : str
        ``simplified``, ``factored``, or "" for any.
    in_terms_of : tuple of str
        Names in which alone the answer is to be written; none for any.
    names : tuple of str
        Which of `NAMES` an answer may use.
    feedback : str
        ``none``, ``verdict``, ``hint`` or ``full``: how much the message tells.
    strict : bool
        Ask where a text has two readings, in place of trying each.
    """

    id: str
    target: str
    program: str
    of: str = ""
    at: str = ""
    text: str = ""
    kind: Literal["answer", "derivation"] = "answer"
    points: float = 1.0
    partial: float = 0.5
    tolerance: float | None = None
    form: str = ""
    in_terms_of: tuple[str, ...] = ()
    names: tuple[str, ...] = NAMES
    feedback: str = "full"
    strict: bool = False


def question_of(data: Mapping[str, Any]) -> Question:
    """The question of a table."""
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
    return Question(**fields)


@dataclass(frozen=True, slots=True)
class Homework:
    """Questions in their order; ``program`` is set where any target of one program may be asked for."""

    title: str
    questions: tuple[Question, ...] = ()
    program: str = ""
    of: str = ""
    feedback: str = "full"

    def question(self, id: str) -> Question | None:  # noqa: A002
        """The question of that name, if there is one."""
        for question in self.questions:
            if question.id == id:
                return question
        if self.program and id:
            return Question(id, id, self.program, self.of, feedback=self.feedback)
        return None

    @property
    def known(self) -> str:
        """The questions' names, for messages."""
        return ", ".join(q.id for q in self.questions)


@dataclass(frozen=True, slots=True)
class _Key:
    """What a key of the file may hold."""

    kinds: tuple[type, ...]
    wanted: str
    choices: tuple[str, ...] = ()
    several: bool = False
    fits: Callable[[Any], bool] = lambda value: True


_TEXT = _Key((str,), "a text")
_SHARED: Mapping[str, _Key] = MappingProxyType(
    {
        "program": _TEXT,
        "of": _TEXT,
        "at": _TEXT,
        "points": _Key((int, float), "a number from 0 on", fits=lambda v: 0 <= v < inf),
        "partial": _Key((int, float), "a number from 0 to 1", fits=lambda v: 0 <= v <= 1),
        "tolerance": _Key((int, float), "a number above 0", fits=lambda v: 0 < v < inf),
        "form": _Key((str,), "a text", ("", "simplified", "factored")),
        "names": _Key((str,), "a list of texts", NAMES, several=True),
        "feedback": _Key((str,), "a text", ("none", "verdict", "hint", "full")),
        "strict": _Key((bool,), "true or false"),
        "kind": _Key((str,), "a text", ("answer", "derivation")),
    }
)
_QUESTION = {
    **_SHARED,
    "id": _TEXT,
    "target": _TEXT,
    "text": _TEXT,
    "in_terms_of": _Key((str,), "a list of texts", (), True),
}
_HOMEWORK = {**_SHARED, "title": _TEXT, "question": _Key((dict,), "tables [[question]]", (), several=True)}
_TYPES = {str: "a text", bool: "true or false", int: "a number", float: "a number", dict: "a table", list: "a list"}


def load_homework(path: Path) -> Homework:
    """Read a question file.

    Keys of the head (``program``, ``points``, ``feedback``, …) hold for every question that does not say otherwise.
    A program is a text, or a file beside the question file.

    Raises
    ------
    ReadError
        The file is no TOML: with the place.
    UsageError
        A key is unknown, missing or of the wrong kind; a program is missing.
    """
    return read_homework(read_text(path), file=str(path), folder=path.parent)


def read_homework(text: str, *, file: str = "", folder: Path | None = None) -> Homework:
    r"""Read the text of a question file; see `load_homework`.

    Examples
    --------
    >>> sheet = read_homework('program = "f = (x + y) z"\n[[question]]\nid = "a"\ntarget = "x"')
    >>> sheet.questions[0].target, sheet.questions[0].points
    ('x', 1.0)
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        said, _, where = str(problem).partition(" (at ")
        raise ReadError(say("homework-toml", problem=said), _place(where, text, file)) from None
    _checked(data, _HOMEWORK, file or "the question file")
    tables = data.pop("question", [])
    if not tables:
        raise UsageError(say("homework-empty"), hint=say("homework-empty-hint"))
    title = str(data.pop("title", Path(file).stem))
    questions: dict[str, Question] = {}
    for number, table in enumerate(tables, 1):
        where = f"question {table.get('id', number)}"
        _checked(table, _QUESTION, where)
        full = {**data, **table}
        for key in ("id", "target", "program"):
            if key not in full:
                raise UsageError(say("homework-missing", where=where, key=key))
        full["program"] = _program(full["program"], folder)
        question = question_of(full)
        if question.id in questions:
            raise UsageError(say("homework-twice", id=question.id))
        questions[question.id] = question
    return Homework(title, tuple(questions.values()))


def _checked(table: Mapping[str, Any], known: Mapping[str, _Key], where: str) -> None:
    for key, value in table.items():
        rule = known.get(key)
        if rule is None:
            raise UsageError(say("homework-key", where=where, key=key, known=", ".join(known)))
        values = value if rule.several and isinstance(value, list) else [value]
        fits = isinstance(value, list) == rule.several and all(isinstance(v, rule.kinds) for v in values)
        if not fits or (bool not in rule.kinds and any(isinstance(v, bool) for v in values)):
            given = _TYPES.get(type(value), "something else")
            raise UsageError(say("homework-type", where=where, key=key, wanted=rule.wanted, given=given))
        for v in values:
            if not rule.fits(v):
                raise UsageError(say("homework-type", where=where, key=key, wanted=rule.wanted, given=v))
            if rule.choices and v not in rule.choices:
                wanted = ", ".join(c or '""' for c in rule.choices)
                raise UsageError(say("homework-choice", where=where, key=key, wanted=wanted, given=v))


def _program(text: str, folder: Path | None) -> str:
    """The text of a program; of the file that is named, where one is."""
    if not text.endswith(".grad") or "\n" in text:
        return text
    return read_text((folder or Path()) / text)


def _place(where: str, text: str, file: str) -> Place | None:
    """The place that tomllib names in its message."""
    found = re.search(r"line (\d+), column (\d+)", where)
    lines = text.splitlines()
    if not found or not lines:
        return None
    line = min(int(found[1]), len(lines))
    return Place(line, int(found[2]), 1, lines[line - 1], file)
