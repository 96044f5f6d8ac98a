"""One student's results as Gradescope's ``results.json``.

The format: Gradescope's autograder documentation, "Output format".
"""

from __future__ import annotations

import json
from typing import Any

from gradviz.grading.results import Row
from gradviz.grading.summary import Summary, Tally
from gradviz.messages import say


def write_gradescope(summary: Summary, student: str) -> str:
    """Write the results of one student; what a person has to look at has no points yet, and says so."""
    answers = summary.students[student]
    tests = [_test(tally, answers.get(name)) for name, tally in summary.tallies.items()]
    tests += [_stray(row) for row in summary.strays if row["student_id"] == student]
    return json.dumps({"tests": tests, "output_format": "text"}, ensure_ascii=False, indent=2) + "\n"


def _stray(row: Row) -> dict[str, Any]:
    """What answers no question: the student is told."""
    return {
        "name": row["question"] or str(say("page-strays")),
        "score": 0.0,
        "max_score": 0.0,
        "output": row["message"],
    }


def _test(tally: Tally, row: dict[str, Any] | None) -> dict[str, Any]:
    question = tally.question
    test: dict[str, Any] = {"name": question.text or question.id, "number": question.id, "max_score": question.points}
    if row is None:
        return {**test, "score": 0.0, "output": ""}
    output = row["message"] if row["score"] is not None else f"{row['message']}\n{say('score-open')}".strip()
    return {**test, "score": row["score"] or 0.0, "output": output}
