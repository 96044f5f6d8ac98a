"""Which question a heading, or a file's name, stands for."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

_WORDS = "|".join(
    ("question", "problem", "exercise", "task", "part", "answer", "solution", "q", "ex", "aufgabe", "frage", "teil")
)
_BEFORE = rf"(?:(?:{_WORDS})[\s_.:-]*)*"
_PARTS = re.compile(r"\d+|[^\W\d_]+|[\W_]+")
_FIRST = re.compile(r"\W*([^\W_]+(?:\.[^\W_]+)*)")


def question_of(heading: str, questions: Collection[str], above: Sequence[str] = ()) -> str | None:
    """The question that a heading begins with, or that it and those above it name together; None where there is none.

    Parameters
    ----------
    heading : str
    questions : collection of str
        The questions' names.
    above : sequence of str
        The headings that this one stands below, the nearest last.

    Examples
    --------
    >>> sheet = ["1a", "1b", "2"]
    >>> question_of("Exercise 1 (a): the gradient", sheet), question_of("part b)", sheet, ["Exercise 1: a net"])
    ('1a', '1b')
    >>> question_of("Notes", sheet, ["Exercise 2"]), question_of("A gradient", sheet, ["Exercise 1"])
    (None, None)
    """
    if heading in questions:
        return heading
    by_length = sorted(questions, key=len, reverse=True)
    found = next((q for q in by_length if _begins(q).match(heading)), None)
    front = ""
    for name in reversed(above):
        if found is not None:
            break
        front = _label(name) + front
        found = next((q for q in by_length if _ends(q, front, heading)), None)
    return found


@lru_cache(maxsize=1024)
def _begins(question: str) -> re.Pattern[str]:
    """What a heading of a question begins with: a whole word, for 1 is neither in 1a nor in 1.2."""
    return re.compile(rf"{_BEFORE}{_spelled(question)}(?!\.?[^\W_])", re.IGNORECASE)


def _spelled(question: str) -> str:
    """The name with what may stand between a number and a letter: ``1a`` is ``1.a`` and ``1 (a)`` as well."""
    parts = _PARTS.findall(question)
    pieces = []
    for part, after in zip(parts, [*parts[1:], ""], strict=True):
        both = part.isalnum() and after.isalnum()
        pieces.append(re.escape(part) + (r"(?:[._-]|\s*\()?" if both else ""))
    return "".join(pieces)


def _label(heading: str) -> str:
    """What numbers a heading: the ``1`` of ``Exercise 1: a net``."""
    rest = re.sub(rf"^{_BEFORE}(?![^\W\d_])", "", heading, flags=re.IGNORECASE)
    found = _FIRST.match(rest)
    return found[1] if found else ""


def _ends(question: str, front: str, heading: str) -> bool:
    """Whether a heading says the rest of a question's name, of which the headings above say the front."""
    if not front or not question.lower().startswith(front.lower()):
        return False
    rest = question[len(front) :].strip(" .()_-")
    if not rest or question[len(front) - 1 : len(front) + 1].isdigit():
        return False
    # A letter that begins a sentence names no part of a question.
    pattern = rf"(?:(?P<told>{_WORDS})[\s_.:-]*)?\(?{re.escape(rest)}(?P<end>[).:]|\s*$|(?=\s))"
    found = re.match(pattern, heading, re.IGNORECASE)
    return found is not None and bool(found["told"] or found["end"] or not heading[found.end() :].strip())
