"""Submissions in Jupyter notebooks: cells that carry the name of a question."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from gradviz.grading.named import question_of
from gradviz.grading.submission import Submission, clean, opened, submission
from gradviz.grading.written import of_cell
from gradviz.messages import Message, say

TAG = "answer:"


def read_notebook(path: Path, student: str, questions: Collection[str] = ()) -> Iterator[Submission]:
    """Cells that carry a tag ``answer:1a``, and those that nbgrader has its solutions in, by their ``grade_id``."""
    cells, problem = _cells(path)
    found = [(name, cell) for cell in cells for name in _names(cell)]
    if not found:
        yield Submission(student, "", "", problem or say("submission-untagged"))
    for name, cell in found:
        text = cell.get("source", "")
        text = "".join(map(str, text)) if isinstance(text, list) else str(text)
        answer = of_cell(text, code=cell.get("cell_type") == "code")
        yield submission(student, question_of(name, questions) or clean(name), answer)


def _cells(path: Path) -> tuple[list[dict[str, Any]], Message | None]:
    problem = None
    try:
        with opened(path) as file:
            read = json.load(file)
        cells = read.get("cells") if isinstance(read, dict) else None
        if isinstance(cells, list):
            return [cell for cell in cells if isinstance(cell, dict)], None
        problem = say("submission-notebook", problem=say("notebook-cells"))
    except OSError as trouble:
        problem = say("not-readable", path=path, problem=trouble.strerror)
    except (ValueError, RecursionError):
        problem = say("submission-notebook", problem=say("notebook-json"))
    return [], problem


def _names(cell: dict[str, Any]) -> list[str]:
    """The questions that a cell answers, as it names them."""
    known = cell.get("metadata")
    metadata = known if isinstance(known, dict) else {}
    tags = metadata.get("tags")
    tagged = [t for t in tags if isinstance(t, str)] if isinstance(tags, list) else []
    names = [tag[len(TAG) :].strip() for tag in tagged if tag.startswith(TAG)]
    grader = metadata.get("nbgrader")
    if not names and isinstance(grader, dict) and grader.get("solution") and isinstance(grader.get("grade_id"), str):
        return [grader["grade_id"]]
    return names
