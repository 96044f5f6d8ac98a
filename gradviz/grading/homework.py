"""Question files: what is asked, and what an answer is worth."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import inf
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from gradviz.api import read_text
from gradviz.grading.places import place_of
from gradviz.messages import GradvizError, Message, Place, ReadError, UsageError, say

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
        For answers in numbers: how far one may be off.
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
    """What a key of the file may hold, and an example of it as it is written."""

    kinds: tuple[type, ...]
    wanted: str
    example: str
    choices: tuple[str, ...] = ()
    several: bool = False
    fits: Callable[[Any], bool] = lambda value: True

    def hint(self, key: str, value: object = None) -> Message | None:
        """What to write; a text that is to be a list is put in one."""
        example = f'["{value}"]' if self.several and isinstance(value, str) and not self.choices else self.example
        return say("homework-write", key=key, example=example) if example else None


def _is_told(text: str) -> bool:
    return bool(text.strip())


def _is_name(text: str) -> bool:
    """Submissions are held against it without the spaces around them."""
    return text == text.strip() != ""


_SHARED: Mapping[str, _Key] = MappingProxyType(
    {
        "program": _Key((str,), "a text", '"net.grad"', fits=_is_told),
        "of": _Key((str,), "a text", '"L"'),
        "at": _Key((str,), "a text", '"x=-2, y=5"'),
        "points": _Key((int, float), "a number from 0 on", "2", fits=lambda v: 0 <= v < inf),
        "partial": _Key((int, float), "a number from 0 to 1", "0.5", fits=lambda v: 0 <= v <= 1),
        "tolerance": _Key((int, float), "a number above 0", "0.01", fits=lambda v: 0 < v < inf),
        "form": _Key((str,), "a text", '"simplified"', ("", "simplified", "factored")),
        "names": _Key((str,), "a list of texts", '["forward", "adjoints"]', NAMES, several=True),
        "feedback": _Key((str,), "a text", '"hint"', ("none", "verdict", "hint", "full")),
        "strict": _Key((bool,), "true or false", "true"),
        "kind": _Key((str,), "a text", '"derivation"', ("answer", "derivation")),
    }
)
_QUESTION = {
    **_SHARED,
    "id": _Key((str,), "a text without spaces around it", '"1a"', fits=_is_name),
    "target": _Key((str,), "a text", '"W2"', fits=_is_told),
    "text": _Key((str,), "a text", '"Find the gradient."'),
    "in_terms_of": _Key((str,), "a list of texts", '["ŷ", "y", "h1"]', several=True),
}
_HOMEWORK = {
    **_SHARED,
    "title": _Key((str,), "a text", '"Sheet 3"'),
    "question": _Key((dict,), "tables [[question]]", "", several=True),
}
_OF_ANSWERS = ("at", "form", "in_terms_of", "names", "tolerance", "strict")
"""What a question after a derivation cannot ask for."""
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
        A key is unknown, missing or of the wrong kind; a program is missing: with the place too.
    """
    return read_homework(text_of(path), file=str(path), folder=path.parent)


def text_of(path: Path) -> str:
    """The text of a question file, without the mark that editors put before it."""
    return read_text(path).removeprefix("\ufeff")


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
    reading = _Reading(text, file)
    reading.check(data, _HOMEWORK, 0, file or "the question file")
    tables = data.pop("question", [])
    if not tables:
        raise UsageError(say("homework-empty", file=file or "the question file"), hint=say("homework-empty-hint"))
    title = str(data.pop("title", Path(file).stem))
    questions: dict[str, Question] = {}
    for number, table in enumerate(tables, 1):
        where = f"question {table.get('id', number)}"
        reading.check(table, _QUESTION, number, where)
        full = {**data, **table}
        for key in ("id", "target", "program"):
            if key not in full:
                missing = say("homework-missing", where=where, key=key)
                raise reading.error(missing, number, "", _QUESTION[key].hint(key))
        if full.get("kind") == "derivation":
            for key in _OF_ANSWERS:
                if key in table:
                    raise reading.error(say("homework-derivation", where=where, key=key), number, key, of_key=True)
        try:
            full["program"] = _program(full["program"], folder)
        except GradvizError as problem:
            raise reading.error(problem.message, number, "program") from None
        question = question_of(full)
        if question.id in questions:
            raise reading.error(say("homework-twice", id=question.id), number, "id")
        questions[question.id] = question
    return Homework(title, tuple(questions.values()))


@dataclass(frozen=True, slots=True)
class _Reading:
    """A question file that is being read: what is wrong in it is told with its place."""

    text: str
    file: str

    def error(
        self, problem: Message, number: int, key: str, hint: Message | None = None, *, of_key: bool = False
    ) -> UsageError:
        """The error about a key of a question; 0 for the head, "" for the line that begins the question."""
        return UsageError(problem, place_of(self.text, number, key, file=self.file, of_key=of_key), hint)

    def check(self, table: Mapping[str, Any], known: Mapping[str, _Key], number: int, where: str) -> None:
        """Make sure that a table holds what it may hold."""
        for key, value in table.items():
            rule = known.get(key)
            if rule is None:
                close = get_close_matches(key, known, n=1)
                hint = say("hint-did-you-mean", names=close[0]) if close else None
                unknown = say("homework-key", where=where, key=key, known=", ".join(known))
                raise self.error(unknown, number, key, hint, of_key=True)
            problem = _problem(rule, key, value, where)
            if problem is not None:
                raise self.error(problem, number, key, rule.hint(key, value))


def _problem(rule: _Key, key: str, value: Any, where: str) -> Message | None:
    """What is wrong with a value; None where nothing is."""
    values = value if rule.several and isinstance(value, list) else [value]
    fits = isinstance(value, list) == rule.several and all(isinstance(v, rule.kinds) for v in values)
    if not fits or (bool not in rule.kinds and any(isinstance(v, bool) for v in values)):
        given = _TYPES.get(type(value), "something else")
        given = "a list of something else" if isinstance(value, list) and rule.several else given
        return say("homework-type", where=where, key=key, wanted=rule.wanted, given=given)
    if not values:
        return say("homework-type", where=where, key=key, wanted=rule.wanted, given="empty")
    for v in values:
        if not rule.fits(v):
            given = v if not isinstance(v, str) else f"'{v}'"
            return say("homework-type", where=where, key=key, wanted=rule.wanted, given=given)
        if rule.choices and v not in rule.choices:
            wanted = ", ".join(c or '""' for c in rule.choices)
            return say("homework-choice", where=where, key=key, wanted=wanted, given=v)
    return None


def _program(text: str, folder: Path | None) -> str:
    """The text of a program; of the file that is named, where one is."""
    if not text.endswith(".grad") or "\n" in text:
        return text
    return read_text((folder or Path()) / text)


def _place(where: str, text: str, file: str) -> Place | None:
    """The place that tomllib names in its message."""
    found = re.search(r"line (\d+), column (\d+)", where)
    lines = text.splitlines()
    if not lines:
        return None
    if not found:  # at the end of the text
        return Place(len(lines), len(lines[-1]) + 1, 1, lines[-1], file)
    line = min(int(found[1]), len(lines))
    return Place(line, int(found[2]), 1, lines[line - 1], file)
