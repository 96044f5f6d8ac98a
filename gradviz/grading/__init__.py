"""Grading: question files, submissions, guarded processes, results and reports."""

from gradviz.grading.cluster import cluster
from gradviz.grading.found import Found
from gradviz.grading.guard import Guard, Spec
from gradviz.grading.homework import Homework, Question, load_homework, read_homework
from gradviz.grading.judge import check_homework, judge
from gradviz.grading.reports import known_report, write_report
from gradviz.grading.results import Graded, Marks, Results, Row, read_results
from gradviz.grading.run import grade, graded, guarded
from gradviz.grading.submission import Columns, Submission
from gradviz.grading.submissions import read_submissions
from gradviz.grading.summary import Summary, Tally, strays_of, summarise, tallied

__all__ = [
    "Columns",
    "Found",
    "Graded",
    "Guard",
    "Homework",
    "Marks",
    "Question",
    "Results",
    "Row",
    "Spec",
    "Submission",
    "Summary",
    "Tally",
    "check_homework",
    "cluster",
    "grade",
    "graded",
    "guarded",
    "judge",
    "known_report",
    "load_homework",
    "read_homework",
    "read_results",
    "read_submissions",
    "strays_of",
    "summarise",
    "tallied",
    "write_report",
]
