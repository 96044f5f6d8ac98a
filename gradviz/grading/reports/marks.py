"""Marks as a table: a line for each student, a column for each question."""

from __future__ import annotations

import csv
import io
from collections import Counter

from gradviz.grading.summary import Summary

_FORMULAS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def write_marks(summary: Summary) -> str:
    """Write CSV; what a person still has to look at is left empty, and counted in the column ``open``.

    The column ``strays`` counts submissions that answer no question, where there are any.
    """
    strays = Counter(row["student_id"] for row in summary.strays)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(
        ["student_id", *(harmless(q) for q in summary.tallies), "total", "open", *(["strays"] if strays else [])]
    )
    for student, answers in summary.students.items():
        scores = [answers[q]["score"] if q in answers else 0.0 for q in summary.tallies]
        known = [s for s in scores if s is not None]
        shown = ["" if s is None else f"{s:g}" for s in scores]
        more = [strays[student]] if strays else []
        table.writerow([harmless(student), *shown, f"{sum(known):g}", len(scores) - len(known), *more])
    return text.getvalue()


def harmless(text: str) -> str:
    r"""The text as a field that no spreadsheet takes for a formula.

    Examples
    --------
    >>> harmless('=HYPERLINK("x")'), harmless("z1 h")
    ('\'=HYPERLINK("x")', 'z1 h')
    """
    return f"'{text}" if text.startswith(_FORMULAS) else text
