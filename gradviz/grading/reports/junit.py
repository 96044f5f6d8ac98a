"""Results as JUnit XML: a suite for each question, a case for each student."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Tree

from gradviz.grading.results import Row
from gradviz.grading.summary import RIGHT, Summary, Tally
from gradviz.messages import say

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(summary: Summary) -> str:
    """Write XML: what is wrong is a failure, what could not be read or judged an error."""
    suites = Tree.Element("testsuites", name=_legal(summary.title))
    for name, tally in summary.tallies.items():
        _suite(suites, name, tally, summary)
    if summary.strays:
        count = str(len(summary.strays))
        suite = Tree.SubElement(
            suites, "testsuite", name=str(say("page-strays")), tests=count, failures="0", errors=count
        )
        for row in summary.strays:
            _case(suite, row["question"], row)
    Tree.indent(suites)
    return Tree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _suite(suites: Tree.Element, id: str, tally: Tally, summary: Summary) -> None:  # noqa: A002
    wrong = tally.statuses["unequal_proved"]
    errors = tally.count - tally.right - wrong
    counts = {"tests": str(tally.count), "failures": str(wrong), "errors": str(errors)}
    suite = Tree.SubElement(suites, "testsuite", {"name": _legal(id), **counts})
    for answers in summary.students.values():
        row = answers.get(id)
        if row is not None:
            _case(suite, id, row)


def _case(suite: Tree.Element, id: str, row: Row) -> None:  # noqa: A002
    case = Tree.SubElement(suite, "testcase", classname=_legal(id), name=_legal(row["student_id"]))
    if row["status"] not in RIGHT:
        kind = "failure" if row["status"] == "unequal_proved" else "error"
        problem = Tree.SubElement(case, kind, type=row["status"], message=_legal(row["message"]))
        problem.text = _legal(row["answer"])


def _legal(text: str) -> str:
    """The text without characters that XML has no way to write."""
    return _FORBIDDEN.sub("\ufffd", text)
