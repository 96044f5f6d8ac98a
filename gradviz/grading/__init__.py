"""Grading: question files, submissions, guarded processes, results and reports."""

from gradviz.grading.cluster import cluster
from gradviz.grading.guard import Guard, Spec
from gradviz.grading.homework import Homework, Question, load_homework, read_homework
from gradviz.grading.judge import check_homework, judge
from gradviz.grading.reports import known_report, write_report
from gradviz.grading.results import Results, Row, read_results
from gradviz.grading.run import grade
from gradviz.grading.submissions import Columns, Submission, read_submissions
from gradviz.grading.summary import Summary, summarise

__all__ = [
    "Columns",
    "Guard",
    "Homework",
    "Question",
    "Results",
    "Row",
    "Spec",
    "Submission",
    "Summary",
    "check_homework",
    "cluster",
    "grade",
    "judge",
    "known_report",
    "load_homework",
    "read_homework",
    "read_results",
    "read_submissions",
    "summarise",
    "write_report",
]
