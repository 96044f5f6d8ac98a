"""What results amount to: by question, by student."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gradviz.grading.homework import Homework, Question
from gradviz.grading.results import Marks, Row
from gradviz.grading.submission import is_nobody

RIGHT = ("equal_proved", "equal_numeric")


@dataclass(slots=True)
class Group:
    """One answer to a question, and how many gave it."""

    row: Row
    count: int = 0


@dataclass(slots=True)
class Tally:
    """One question over all students.

    Attributes
    ----------
    statuses, mistakes : Counter
        How often each verdict was given, and each mistake seen in what is wrong.
    answers : dict of str to Group
        The distinct answers.
    """

    question: Question
    statuses: Counter[str] = field(default_factory=Counter)
    mistakes: Counter[str] = field(default_factory=Counter)
    answers: dict[str, Group] = field(default_factory=dict)
    scored: int = 0
    points: float = 0.0

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self.statuses.total()

    @property
    def right(self) -> int:
        """How many are right."""
        return sum(self.statuses[s] for s in RIGHT)

    @property
    def mean(self) -> float | None:
        """The mean score of those that have one."""
        return self.points / self.scored if self.scored else None


@dataclass(frozen=True, slots=True)
class Summary:
    """Results by question and by student; where a student answered a question several times, the last counts.

    ``strays`` are rows that answer no question: what could not be read, or names none.
    """

    homework: Homework
    tallies: Mapping[str, Tally]
    students: Mapping[str, Mapping[str, Row]]
    strays: tuple[Row, ...] = ()

    @property
    def title(self) -> str:
        """The question file's title."""
        return self.homework.title


def summarise(homework: Homework, rows: Iterable[Row]) -> Summary:
    """Add up results."""
    tallies = {q.id: Tally(q) for q in homework.questions}
    students: dict[str, dict[str, Row]] = {}
    strays: list[Row] = []
    for row in rows:
        students.setdefault(row["student_id"], {})[row["question"]] = row
        if homework.question(row["question"]) is None:
            strays.append(row)
    for answers in students.values():
        for id, row in answers.items():  # noqa: A001
            question = homework.question(id)
            if question is not None:
                _count(tallies.setdefault(id, Tally(question)), row)
    return Summary(homework, tallies, students, tuple(strays))


def tallied(homework: Homework, marks: Marks) -> dict[str, Tally]:
    """Add up marks alone: the answers, and what is wrong with them, are not in it."""
    tallies = {q.id: Tally(q) for q in homework.questions}
    for (_, id), (status, score) in marks.items():  # noqa: A001
        question = homework.question(id)
        if question is not None:
            _mark(tallies.setdefault(id, Tally(question)), status, score)
    return tallies


def strays_of(homework: Homework, marks: Marks) -> list[tuple[str, str]]:
    """Students and what they named as questions, where there is no such question, or no student was named."""
    return [(s, named) for s, named in marks if homework.question(named) is None or is_nobody(s)]


def for_grader(row: Row) -> Row:
    """What is told of a row in full, where students are told less."""
    found: Row = row.get("grader") or row
    return found


def _mark(tally: Tally, status: str, score: float | None) -> None:
    tally.statuses[status] += 1
    if score is not None:
        tally.scored += 1
        tally.points += score


def _count(tally: Tally, row: Row) -> None:
    _mark(tally, row["status"], row["score"])
    tally.mistakes.update({d["mistake"] for d in for_grader(row).get("diagnosis") or ()})
    group = tally.answers.setdefault(row["answer"], Group(row))
    group.count += 1
