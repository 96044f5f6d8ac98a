"""One answer judged: what the process behind a guard does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from gradviz.grading.homework import NAMES, Homework, Question, text_of
from gradviz.grading.places import place_of
from gradviz.messages import GradvizError, Message, Place, UsageError, say

if TYPE_CHECKING:
    from pathlib import Path

    from gradviz.api import Graph
    from gradviz.checking import Verdict
    from gradviz.checking.lines import CheckedLines

OPEN = ("undecided", "resource")
"""What a person has to look at: such an answer has no score."""


@lru_cache(maxsize=64)
def graph_of(program: str, of: str) -> Graph:
    """The graph of a question's program, read once."""
    from gradviz.api import parse

    return parse(program, of=of or None)


def judge(question: Question, answer: str, seed: int | None = None) -> dict[str, Any]:
    """Judge one answer.

    Returns
    -------
    dict
        ``status``, ``score`` (None where a person has to look), and what the student is told: ``message``, ``parsed``,
        ``expected``, ``diagnosis``. Where that is not all, ``grader`` has the last three (and ``message``) in full.

    Examples
    --------
    >>> found = judge(Question("1a", "x", "f = x^2 y", points=2.0), "2 x y")
    >>> found["status"], found["score"]
    ('equal_proved', 2.0)
    """
    if not answer.strip():
        return _nothing(question)
    graph = graph_of(question.program, question.of)
    if question.kind == "derivation":
        return _judge_lines(question, graph, answer, seed)
    verdict = graph.check(
        question.target,
        answer,
        at=question.at or None,
        form=question.form or None,
        in_terms_of=question.in_terms_of or None,
        tolerance=question.tolerance,
        strict=question.strict,
        seed=seed,
    )
    unmet = _unmet(question, graph, answer, verdict)
    share = float(verdict.ok) * (question.partial if unmet or verdict.form is False else 1.0)
    return _found(verdict, question.points * share, question, lambda level: "" if unmet is None else str(unmet))


def _nothing(question: Question) -> dict[str, Any]:
    from gradviz.checking import Verdict

    return _found(Verdict("invalid", say("answer-none")), 0.0, question)


def _found(
    verdict: Verdict, score: float, question: Question, said: Callable[[str], str] = lambda level: ""
) -> dict[str, Any]:
    """What is kept of a verdict; `said` has a message of the question's own for a level of feedback, or ""."""
    level = question.feedback
    return {
        "status": verdict.status,
        "score": None if verdict.status in OPEN else score,
        **_told(verdict.told(level), "" if level == "none" else said(level)),
        "parsed": None if verdict.parsed is None else verdict.parsed.json(),
        **({} if level == "full" else {"grader": _told(verdict, said("full"))}),
    }


def _told(verdict: Verdict, said: str) -> dict[str, Any]:
    """What is told of a verdict: a message with the mistakes behind it, and what they are."""
    mistakes = [m.message for m in verdict.diagnosis if m.message]
    return {
        "message": said or "\n".join([verdict.message, *mistakes]),
        "expected": None if verdict.expected is None else verdict.expected.json(),
        "diagnosis": [{"mistake": m.mistake, "message": m.message} for m in verdict.diagnosis],
    }


def _unmet(question: Question, graph: Graph, answer: str, verdict: Verdict) -> Message | None:
    """What a right answer uses and the question does not allow; None where it keeps to what is allowed."""
    from gradviz.api.checking import names_used

    if not verdict.ok or set(question.names) == set(NAMES):
        return None
    used = names_used(graph, question.target, answer)
    others = [kind for kind in NAMES if kind not in question.names and getattr(used, kind)]
    if not others:
        return None
    named = [", ".join(str(say(f"names-{kind}")) for kind in kinds) for kinds in (others, question.names)]
    return say("names-not-allowed", used=named[0], wanted=named[1])


def _judge_lines(question: Question, graph: Graph, text: str, seed: int | None) -> dict[str, Any]:
    """Judge a derivation: each line that follows has its share of the points."""
    found = graph.check_derivation(question.target, text, seed=seed)
    if not found.lines:
        return _found(graph.check(question.target, text, seed=seed), 0.0, question)
    # A line that is wrong tells more than one that nobody could read, and that more than one nobody could decide.
    order = ("unequal_proved", "invalid", "resource", "undecided", "equal_numeric", "equal_proved")
    worst = min((line.verdict for line in found.lines), key=lambda v: order.index(v.status))
    return _found(worst, question.points * found.score, question, lambda level: _lines_told(found.told(level)))


def _lines_told(found: CheckedLines) -> str:
    """How many lines follow, and which does not."""
    if found.ok:
        return found.message
    return str(say("lines-right", message=found.message, right=found.right, count=found.total))


def expected_of(question: Question) -> dict[str, Any] | None:
    """What is right, for those who grade; None where nothing can be said."""
    with suppress(GradvizError):
        expected = graph_of(question.program, question.of).check(question.target, "0", at=question.at or None).expected
        return None if expected is None else expected.json()
    return None


def prepare(homework: Homework, seed: int | None = None) -> None:
    """Find out, before there is an answer, all that answers share; what is wrong here is told with each."""
    looks: list[Callable[[], object]] = [partial(judge, question, "0", seed) for question in homework.questions]
    if homework.program:
        looks.append(partial(graph_of, homework.program, homework.of))
    for look in looks:
        try:
            look()
        except (MemoryError, ImportError):  # no answer could be judged here
            raise
        except Exception:  # noqa: S110
            pass


def check_homework(homework: Homework, file: Path | None = None) -> None:
    """Make sure that every question can be judged, before the first answer is.

    Parameters
    ----------
    homework : Homework
    file : Path, optional
        Where it was read: errors show the place.

    Raises
    ------
    UsageError
        A program cannot be read, or has no such target, output, input or name: with the question's name.
    """
    for number, question in enumerate(homework.questions, 1):
        for key, look in _LOOKS.items():
            try:
                look(question)
            except GradvizError as problem:
                place: Place | None
                if key == "program":  # its own text shows where
                    told = str(say("homework-program", id=question.id))
                    place = problem.place and replace(problem.place, file=told)
                else:
                    place = place_of(text_of(file), number, key, file=str(file)) if file else None
                raise UsageError(
                    say("homework-question", id=question.id, problem=problem.message), place, problem.hint
                ) from None


def _read(question: Question) -> Graph:
    return graph_of(question.program, question.of)


def _finite(question: Question) -> Verdict:
    """A verdict on numbers; values are refused at which nothing can be held against what is asked for."""
    verdict = _read(question).check(question.target, "0", at=question.at)
    if verdict.status == "undecided" and isinstance(verdict.said, Message):
        raise UsageError(verdict.said)
    return verdict


_LOOKS: Mapping[str, Callable[[Question], object]] = {
    "program": lambda q: graph_of(q.program, ""),
    "of": _read,
    "target": lambda q: q.at or _read(q).check(q.target, "0"),
    "at": lambda q: q.at and _finite(q),
    "in_terms_of": lambda q: (
        q.in_terms_of and _read(q).check(q.target, "0", in_terms_of=q.in_terms_of, at=q.at or None)
    ),
}
"""What a key says, looked at; in an order in which the first that fails is the one to blame."""
