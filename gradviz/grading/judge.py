"""One answer judged: what the process behind a guard does."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gradviz.grading.homework import NAMES, Homework, Question
from gradviz.messages import UsageError, say

if TYPE_CHECKING:
    from gradviz.api import Graph, Verdict

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
        ``status``, ``score`` (None where a person has to look), ``message``, ``parsed``, ``expected``, ``diagnosis``.
    """
    graph = graph_of(question.program, question.of)
    if question.kind == "derivation":
        return _derivation(question, graph, answer, seed)
    verdict = graph.check(
        question.target,
        answer,
        at=question.at or None,
        form=question.form or None,
        in_terms_of=question.in_terms_of or None,
        tolerance=question.tolerance,
        strict=question.strict,
        feedback=question.feedback,
        seed=seed,
    )
    share, told = _share(question, verdict)
    found = verdict.json()
    message = " ".join(str(x) for x in (found["message"], *told) if str(x))
    score = None if verdict.status in OPEN else question.points * share
    kept = {key: found[key] for key in ("parsed", "expected", "diagnosis")}
    return {"status": verdict.status, "score": score, "message": message, **kept}


def _share(question: Question, verdict: Verdict) -> tuple[float, list[Any]]:
    """The share of the points, and what is to be told of form and names."""
    if not verdict.ok:
        return 0.0, []
    told: list[Any] = []
    return (question.partial if told else 1.0), told


def _derivation(question: Question, graph: Graph, text: str, seed: int | None) -> dict[str, Any]:
    raise NotImplementedError


def check_homework(homework: Homework) -> None:
    """Make sure that every question can be judged, before the first answer is.

    Raises
    ------
    UsageError
        A program cannot be read, or has no such target: with the question's name.
    """
    from gradviz.messages import GradvizError

    for question in homework.questions:
        try:
            graph_of(question.program, question.of).check(question.target, "0", at=question.at or None)
        except GradvizError as problem:
            raise UsageError(say("homework-question", id=question.id, problem=problem)) from None


def allowed_names(used: Iterable[str], question: Question) -> list[str]:
    """What an answer uses and the question does not allow."""
    return [n for n in NAMES if n in used and n not in question.names]
