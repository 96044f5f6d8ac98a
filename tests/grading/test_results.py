"""Results and reports: nothing is lost, nothing is graded twice, nothing that was written does harm."""

from __future__ import annotations

import csv
import json
import time
import xml.etree.ElementTree as Tree
from html.parser import HTMLParser
from pathlib import Path

import pytest

from gradviz.grading import (
    Found,
    Graded,
    Homework,
    Question,
    Results,
    Row,
    Submission,
    grade,
    graded,
    read_results,
    summarise,
    write_report,
)
from gradviz.grading.reports.formulas import Formulas
from gradviz.grading.reports.marks import harmless
from gradviz.grading.reports.page import SHOWN
from gradviz.messages import GradvizError
from gradviz.render.formulas import Typesetter
from tests.grading.test_guard import SHEET, SPEC, rows
from tests.render.programs import browser_page

FOUND = Graded(Submission("ann", "1a", "x"), Found.of({"status": "equal_proved", "score": 2.0}))
OPEN = "There are no points yet: a person has to look at this answer."
HOSTILE = '=HYPERLINK("x")<script>alert(1)</script>&\x07'


def row(
    student: str, answer: str = "x", question: str = "1a", status: str = "equal_proved", score: float | None = 2.0
) -> Row:
    said = {"unicode": answer, "latex": "x"}
    mistakes = [{"mistake": "sign", "message": "the sign"}] if status == "unequal_proved" else []
    verdict = {"status": status, "score": score, "message": f"said of {answer}", "parsed": said, "expected": said}
    return {"student_id": student, "question": question, "answer": answer, **verdict, "diagnosis": mistakes, "ms": 1.0}


SUMMARY = summarise(
    Homework("Sheet <1>", (Question("1a", "x", "f = x", points=2.0), Question("1b", "x", "f = x"))),
    [
        row("ann", "first", status="unequal_proved", score=0.0),
        row("ann", "second"),
        row(HOSTILE, HOSTILE, status="unequal_proved", score=0.0),
        row("bob", "deep", status="undecided", score=None),
        row("bob", "x", "1b", score=1.0),
    ],
)


def test_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    asked = rows(120, 0)
    whole = [r["answer"] for r in grade(SPEC, asked)]
    with Results(path, SHEET) as results:
        for number, found in enumerate(graded(SPEC, asked)):
            results.add(found)
            if number == 49:
                break
    path.write_bytes(path.read_bytes() + b'{"student_id": "s50", "ques')  # torn in the middle of a line
    with Results(path, SHEET) as results:
        for found in graded(SPEC, asked, done=results.done):
            results.add(found)
    assert [r["answer"] for r in read_results(path)] == whole
    assert [r["student_id"] for r in read_results(path)] == [s.student_id for s in asked]


def test_a_result_is_with_the_system_before_the_next_comes(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    with Results(path, SHEET) as results:
        results.add(FOUND)
        until = time.monotonic() + 10
        while not path.read_bytes() and time.monotonic() < until:
            time.sleep(0.05)
        assert [r["student_id"] for r in read_results(path)] == ["ann"]
    assert results.marks == {("ann", "1a"): ("equal_proved", 2.0)}


def test_half_a_pair_of_surrogates_is_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    asked = [Submission("ann", "1a", "right"), Submission("bob", "1a", "\ud83d")]
    with Results(path, SHEET) as results:
        for one in graded(SPEC, asked):
            results.add(one)
    assert [(r["answer"], r["parsed"]["unicode"]) for r in read_results(path)] == [("right",) * 2, ("\ud83d",) * 2]


def test_results_of_another_sheet_are_not_mixed(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    with Results(path, SHEET) as results:
        results.add(FOUND)
    with pytest.raises(GradvizError, match="another question file"):
        Results(path, Homework("other", SHEET.questions))
    path.write_text("no result\n")
    with pytest.raises(GradvizError, match=r"line 1, is no result"):
        Results(path, SHEET)


def test_marks(tmp_path: Path) -> None:
    write_report(tmp_path / "m.csv", SUMMARY)
    with (tmp_path / "m.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))
    assert table == [
        ["student_id", "1a", "1b", "total", "open"],
        ["ann", "2", "0", "2", "0"],
        ["'" + HOSTILE, "0", "0", "0", "0"],
        ["bob", "", "1", "1", "1"],
    ]


def test_junit(tmp_path: Path) -> None:
    write_report(tmp_path / "m.xml", SUMMARY)
    suites = Tree.parse(tmp_path / "m.xml").getroot()  # noqa: S314
    assert [(s.get("name"), s.get("tests"), s.get("failures"), s.get("errors")) for s in suites] == [
        ("1a", "3", "1", "1"),
        ("1b", "1", "0", "0"),
    ]
    failure = suites[0][1][0]
    assert (failure.tag, failure.text) == ("failure", HOSTILE.replace("\x07", "\ufffd"))


def test_gradescope(tmp_path: Path) -> None:
    with pytest.raises(GradvizError, match="takes the results of one student, and there are 3"):
        write_report(tmp_path / "results.json", SUMMARY)
    write_report(tmp_path / "out" / "{student_id}.json", SUMMARY)
    names = sorted(p.name for p in (tmp_path / "out").iterdir())
    assert len(names) == 3
    assert all("<" not in n and "=" not in n for n in names)
    bob = json.loads((tmp_path / "out" / "bob.json").read_text("utf-8"))
    assert bob["tests"] == [
        {"name": "1a", "number": "1a", "max_score": 2.0, "score": 0.0, "output": f"said of deep\n{OPEN}"},
        {"name": "1b", "number": "1b", "max_score": 1.0, "score": 1.0, "output": "said of x"},
    ]


STRAY = {**row("ann", "", "", "invalid", None), "message": "no cell has a tag"}
WITH_STRAYS = summarise(SUMMARY.homework, [row("bob"), STRAY, {**STRAY, "question": "9", "student_id": "<cyd>"}])


@pytest.mark.parametrize("name", ["m.csv", "m.xml", "m.html", "ann.json", "{student_id}.json"])
def test_what_answers_no_question_is_in_every_report(tmp_path: Path, name: str) -> None:
    if name == "ann.json":
        write_report(tmp_path / name, summarise(SUMMARY.homework, [STRAY]))
    else:
        write_report(tmp_path / name, WITH_STRAYS)
    text = (tmp_path / name.replace("{student_id}", "ann")).read_text("utf-8")
    if name == "m.csv":
        assert text.splitlines() == [
            "student_id,1a,1b,total,open,strays",
            "bob,2,0,2,0,0",
            "ann,0,0,0,0,1",
            "<cyd>,0,0,0,0,1",
        ]
    else:
        assert "no cell has a tag" in text
        assert "<cyd>" not in text
    write_report(tmp_path / "none.csv", SUMMARY)
    assert "strays" not in (tmp_path / "none.csv").read_text("utf-8")


def test_students_of_any_name_have_a_file_each(tmp_path: Path) -> None:
    names = ["a" * 300, "a" * 299 + "b", "学" * 200, "../up", "", "=1", "\u202eabc"]
    write_report(tmp_path / "{student_id}.json", summarise(SUMMARY.homework, [row(name) for name in names]))
    files = list(tmp_path.iterdir())
    assert len(files) == len(names)
    assert all(len(f.name.encode()) < 200 for f in files)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n"])
def test_nothing_is_a_formula(sign: str) -> None:
    assert harmless(f"{sign}1") == f"'{sign}1"
    assert harmless(f"1{sign}") == f"1{sign}"


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page(tmp_path: Path) -> None:
    write_report(tmp_path / "p.html", SUMMARY)
    page = _Page()
    page.feed((tmp_path / "p.html").read_text("utf-8"))
    assert "script" not in page.tags
    assert page.tags.count("section") == 2
    assert HOSTILE.replace("\x07", "") in page.text.replace("\x07", "")
    assert "Sheet <1>" in page.text
    assert "undecided" in page.text


def test_the_page_shows_what_is_right_whatever_students_are_told(tmp_path: Path) -> None:
    question = Question("1a", "x", "f = x^2 y", feedback="none", text="Differentiate.")
    given = [{**row(s, a), "expected": None} for s, a in (("ann", "2 x y"), ("bob", "y · 2x"), ("cyd", "x"))]
    write_report(tmp_path / "p.html", summarise(Homework("S", (question,)), given))
    text = (tmp_path / "p.html").read_text("utf-8")
    assert text.count('aria-label="2x y"') == 1 + 3  # at the head, and beside each answer


def test_the_page_of_many_answers_is_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    typeset = Typesetter.formula
    monkeypatch.setattr(Typesetter, "formula", lambda self, *a: made.append(a) or typeset(self, *a))
    wrong = [row(f"s{n}", f"{n} x", status="unequal_proved", score=0.0) for n in range(3_000)]
    right = [{**row(f"r{n}", f"x/{n}"), "parsed": {"unicode": f"x/{n}", "latex": f"x/{n}"}} for n in range(2_000)]
    seen = [row("ann", "hard", status="undecided", score=None)]
    write_report(
        tmp_path / "p.html", summarise(Homework("S", (Question("1a", "x", "f = x"),)), [*wrong, *right, *seen])
    )
    text = (tmp_path / "p.html").read_text("utf-8")
    assert len(text) < 150_000
    assert len(made) == len(set(made)) == 1 + SHOWN
    for told in (
        "2,900</td><td colspan=",
        "more, 2,900 of them different: unequal_proved",
        "more, 1,900 of them different",
    ):
        assert told in text
    assert text.index("<code>hard") < text.index("<code>0 x") < text.index("<code>x/0")


def test_formulas_beyond_those_that_are_typeset_are_text() -> None:
    formulas = Formulas(1)
    assert formulas.show({"unicode": "<a>", "latex": "a"}).startswith("<svg")
    assert formulas.show({"unicode": "<b>", "latex": "b"}) == "<code>&lt;b&gt;</code>"
    assert formulas.show({"unicode": "<a>", "latex": "a"}).startswith("<svg")
    assert formulas.definitions().count("<symbol") == 1


def test_other_reports_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GradvizError, match=r"no writer for \.xlsx; there are \.jsonl, \.csv, \.html, \.xml, \.json"):
        write_report(tmp_path / "m.xlsx", SUMMARY)


def test_the_page_is_as_wide_as_a_phone(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    long = row("cyd", "\\frac{a}{b}" * 40, status="unequal_proved", score=0.0)
    long["parsed"] = {"unicode": "a", "latex": "abcde" * 40}
    stray = row("d" * 300, "x", "e" * 300, status="invalid", score=None)
    summary = summarise(SUMMARY.homework, [*(r for s in SUMMARY.students.values() for r in s.values()), long, stray])
    write_report(path, summary)
    with browser_page() as shown:
        for width in (1280, 390):
            shown.set_viewport_size({"width": width, "height": 800})
            shown.goto(path.as_uri())
            assert shown.evaluate("document.documentElement.scrollWidth") == width
        heads = shown.evaluate(
            "[...document.querySelectorAll('.answers td')].map(e => getComputedStyle(e, '::before').content)"
        )
    assert '"Answer: "' in heads


def test_the_page_knows_what_students_are_not_told(tmp_path: Path) -> None:
    told = {"message": "wrong", "expected": None, "diagnosis": []}
    full = {"message": "wrong\nthe sign", "expected": None, "diagnosis": [{"mistake": "sign", "message": "the sign"}]}
    quiet = {**row("ann", status="unequal_proved", score=0.0), **told, "grader": full}
    summary = summarise(SUMMARY.homework, [quiet])
    assert summary.tallies["1a"].mistakes == {"sign": 1}
    write_report(tmp_path / "page.html", summary)
    assert "wrong<br>the sign" in (tmp_path / "page.html").read_text("utf-8")
    write_report(tmp_path / "one.json", summary)
    assert json.loads((tmp_path / "one.json").read_text("utf-8"))["tests"][0]["output"] == "wrong"
