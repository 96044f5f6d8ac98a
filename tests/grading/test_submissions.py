"""Submissions: every format, and what is wrong with one row spoils that row alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradviz.grading import Columns, read_submissions
from gradviz.messages import GradvizError

Row = tuple[str, str, str, str | None]


def read(path: Path, columns: Columns | None = None) -> list[Row]:
    found = read_submissions(path, columns)
    return [(s.student_id, s.question, s.answer, s.problem.kind if s.problem else None) for s in found]


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_table(tmp_path: Path) -> None:
    text = 'student_id,question,answer,extra\n a1 ,W2,"(ŷ − y) h₁, or so",1\nb,W2,"two\nlines",\n\nc,W2\nd,W1,x'
    rows = read(write(tmp_path / "s.csv", b"\xef\xbb\xbf" + text.encode()))
    assert rows == [
        ("a1", "W2", "(ŷ − y) h₁, or so", None),
        ("b", "W2", "two\nlines", None),
        ("c", "W2", "", "submission-short"),
        ("d", "W1", "x", None),
    ]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_and_headings(tmp_path: Path, separator: str) -> None:
    text = separator.join(("Name", "Task", "Reply")) + "\n" + separator.join(("a", "1", "x, y"))
    assert read(write(tmp_path / "s.csv", text.encode()), Columns("Name", "Task", "Reply")) == [
        ("a", "1", "x, y", None)
    ]


def test_a_byte_that_is_no_text_spoils_its_row_alone(tmp_path: Path) -> None:
    rows = read(write(tmp_path / "s.csv", b"student_id,question,answer\na,1,x\nb,1,\xff\xfe\nc,1,y\x00z\n"))
    assert [(r[0], r[3]) for r in rows] == [("a", None), ("b", "submission-bytes"), ("c", None)]
    assert rows[1][2] == r"\xff\xfe"


def test_names_in_another_encoding_are_not_taken_for_each_other(tmp_path: Path) -> None:
    text = "student_id,question,answer\nMüller,1,x\nMöller,1,y\n"
    rows = read(write(tmp_path / "s.csv", text.encode("latin-1")))
    assert [r[0] for r in rows] == [r"M\xfcller", r"M\xf6ller"]


def test_a_field_of_a_megabyte(tmp_path: Path) -> None:
    rows = read(write(tmp_path / "s.csv", b"student_id,question,answer\na,1," + b"x" * 1_000_000 + b"\nb,1,y\n"))
    assert [len(r[2]) for r in rows] == [1_000_000, 1]


def test_lines_of_json(tmp_path: Path) -> None:
    lines = [
        json.dumps({"student_id": 7, "question": "1", "answer": "x"}),
        "",
        "{",
        '["a"]',
        '{"student_id": "b", "question": "1"}',
        '{"student_id": "c", "question": "1", "answer": {"x": 1}}',
        "[" * 100_000,
        '{"student_id": "d", "question": "1", "answer": "\\ud800 y"}',
    ]
    rows = read(write(tmp_path / "s.jsonl", "\n".join(lines).encode()))
    assert [(r[0], r[3]) for r in rows] == [
        ("7", None),
        ("row 3, no student", "submission-json"),
        ("row 4, no student", "submission-json"),
        ("b", "submission-json-lacks"),
        ("c", "submission-json-lacks"),
        ("row 7, no student", "submission-json"),
        ("d", None),
    ]
    assert rows[-1][2] == r"\ud800 y"
    assert [r[2] for r in rows[1:3]] == ["{", '["a"]']  # a person sees what was there


def test_lines_of_json_as_programs_write_them(tmp_path: Path) -> None:
    lines = [
        '{"Student ID": 7, "Question": 1, "answer": 1e-7}',
        '{"student_id": true, "question": "1", "answer": "x"}',
        '{"student_id": "b", "question": "1", "answer": NaN}',
    ]
    assert read(write(tmp_path / "s.jsonl", "\r\n".join(lines).encode("utf-16"))) == [
        ("7", "1", "1e-7", None),
        ("row 2, no student", "1", "x", "submission-json-lacks"),
        ("b", "1", "", "submission-json-lacks"),
    ]


def test_a_folder_of_texts(tmp_path: Path) -> None:
    write(tmp_path / "in" / "ann.md", "# 1a\nThe answer is\n$$(ŷ − y) h_1$$\nfor $h_1$.\n## 1b\n`2x`\n".encode())
    write(tmp_path / "in" / "bob" / "1a.tex", rb"so \[ \frac{1}{2} x \]")
    write(tmp_path / "in" / "bob" / "1b.txt", b"  x y \n")
    write(tmp_path / "in" / "bob" / "notes.pdf", b"%PDF")
    text = rb"""\documentclass{article}\begin{document}
\section{1a} We find
\begin{align*} dL/dW &= \delta h \\ &= x \end{align*}
% answer: 1b
$x^2$
\end{document}"""
    write(tmp_path / "in" / "eve.tex", text)
    write(tmp_path / "in" / "zoe.md", b"\xff")
    assert read(tmp_path / "in") == [
        ("ann", "1a", "(ŷ − y) h_1", None),
        ("ann", "1b", "2x", None),
        ("bob", "1a", r"\frac{1}{2} x", None),
        ("bob", "1b", "x y", None),
        ("eve", "1a", r"\begin{align*} dL/dW &= \delta h \\ &= x \end{align*}", None),
        ("eve", "1b", "x^2", None),
        ("zoe", "", r"\xff", "submission-headings"),
    ]


def test_notebooks(tmp_path: Path) -> None:
    def cell(kind: str, source: object, *tags: str) -> dict[str, object]:
        return {"cell_type": kind, "source": source, "metadata": {"tags": list(tags)} if tags else {}}

    cells = [
        cell("markdown", "# Homework"),
        cell("markdown", ["I get\n", "$$2x$$"], "answer:1a", "graded"),
        cell("code", "x y", "answer:1b"),
    ]
    write(tmp_path / "nb" / "ann.ipynb", json.dumps({"cells": cells}).encode())
    write(tmp_path / "nb" / "bob.ipynb", b"{}")
    assert read(tmp_path / "nb") == [
        ("ann", "1a", "2x", None),
        ("ann", "1b", "x y", None),
        ("bob", "", "", "submission-notebook"),
    ]
    assert read(tmp_path / "nb" / "ann.ipynb")[0] == ("ann", "1a", "2x", None)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.csv", None, "there is no file"),
        ("s.xlsx", b"PK", "holds no submissions that can be read"),
        ("s.csv", b"", "names no column student_id, question, answer; it names nothing"),
        ("s.csv", b"id,question,answer\n", "names no column student_id; it names id, question, answer"),
        ("s.csv", b"student_id,question,answer,Answer,answer\n", "names answer twice"),
    ],
)
def test_what_is_no_table(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(GradvizError) as caught:
        list(read_submissions(path))
    assert said in str(caught.value)


def test_a_file_without_a_heading_is_told_and_not_lost(tmp_path: Path) -> None:
    for name, text in (("ann.md", "$x$"), ("bob.md", ""), ("eve.md", "## 1a\n$x$")):
        (tmp_path / name).write_text(text, "utf-8")
    found = list(read_submissions(tmp_path))
    told = [(s.student_id, s.question, s.problem.kind if s.problem else None) for s in found]
    assert told == [("ann", "", "submission-headings"), ("bob", "", "submission-empty"), ("eve", "1a", None)]
    assert "no heading says which question this answers" in str(found[0].problem)


def test_nothing_that_was_handed_in_is_left_out_in_silence(tmp_path: Path) -> None:
    write(tmp_path / "ann.pdf", b"%PDF")
    write(tmp_path / "bob.ipynb", b'{"cells": [{"cell_type": "code", "source": "x"}, {"metadata": {"tags": [1]}}]}')
    write(tmp_path / "cyd" / "scan.jpg", b"")
    (tmp_path / "dan").mkdir()
    write(tmp_path / "eve.md", b"## 1a\n\n## 1b\n")
    write(tmp_path / ".DS_Store", b"")
    write(tmp_path / "__MACOSX" / "x.md", b"")
    assert read(tmp_path) == [
        ("ann", "", "", "submission-file"),
        ("bob", "", "", "submission-untagged"),
        ("cyd", "", "", "submission-file"),
        ("dan", "", "", "submission-empty"),
        ("eve", "", "", "submission-empty"),
    ]


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("Exercise 1a (2 points)", "1a"),
        ("1A)", "1a"),
        ("1. Gradient", "1"),
        ("1.2", "1.2"),
        ("Problem 1.2: the rest", "1.2"),
        ("Problem 11", "Problem 11"),
        ("Question 1a, part 1", "1a"),
        ("Homework 1", "Homework 1"),
        ("Sheet 1.2", "Sheet 1.2"),
        ("Q1", "1"),
        ("1 (a)", "1a"),
        ("Exercise 1.a: the first", "1a"),
        ("1. A gradient", "1"),
        ("1 a gradient", "1"),
    ],
)
def test_a_heading_begins_with_the_name_of_its_question(tmp_path: Path, heading: str, question: str) -> None:
    write(tmp_path / "ann.md", f"## {heading}\n$x$\n".encode())
    write(tmp_path / "bob" / "problem_1a.md", b"$x$")
    found = list(read_submissions(tmp_path, None, ["1", "1a", "1.2"]))
    assert [(s.student_id, s.question) for s in found] == [("ann", question), ("bob", "1a")]


def test_rows_that_are_none_spoil_themselves_alone(tmp_path: Path) -> None:
    rows = read(write(tmp_path / "s.csv", b"student_id,question,answer\na,1,x\ry,2,z\nb,1,y\n"))
    assert [r[3] for r in rows][-1] is None
    assert rows[-1][:3] == ("b", "1", "y")


def test_a_quote_that_stays_open_spoils_its_row_alone(tmp_path: Path) -> None:
    text = 'student_id,question,answer\ns1,1a,"x\ns2,1a,y\ns3,1a,"two\nlines, or, so"\ns4,1a,"a ""b"" c"\ns5,1a,"z\ns6,1a,w"\n'
    assert read(write(tmp_path / "s.csv", text.encode())) == [
        ("s1", "1a", "x\n", "submission-quote"),
        ("s2", "1a", "y", None),
        ("s3", "1a", "two\nlines, or, so", None),
        ("s4", "1a", 'a "b" c', None),
        ("s5", "1a", "z\n", "submission-quote"),
        ("s6", "1a", 'w"', None),
    ]
    tabs = 'student_id\tquestion\tanswer\ns1\t1a\t"x\ns2\t1a\ty\n'
    assert [(r[0], r[3]) for r in read(write(tmp_path / "s.tsv", tabs.encode()))] == [
        ("s1", "submission-quote"),
        ("s2", None),
    ]


def test_many_open_quotes_take_no_time(tmp_path: Path) -> None:
    text = "student_id,question,answer\n" + 's,1a,"x\n' * 3000 + "t,1a,y\n"
    rows = read(write(tmp_path / "s.csv", text.encode()))
    assert len(rows) == 3001
    assert rows[-1] == ("t", "1a", "y", None)


def test_a_row_with_too_many_fields_is_told(tmp_path: Path) -> None:
    text = 'student_id,question,answer\na,1,[ŷ, 2]\nb,1,x,,\n,,\n"c", "1", "x, y"\n'
    assert read(write(tmp_path / "s.csv", text.encode())) == [
        ("a", "1", "[ŷ, 2]", "submission-long"),
        ("b", "1", "x", None),
        ("c", "1", "x, y", None),
    ]


@pytest.mark.parametrize(
    "content",
    [
        "sep=;\nStudent_ID;Question;Answer\na;1;ŷ, y\n".encode(),
        "student id|question|answer\na|1|ŷ, y\n".encode(),
        "student_id\tquestion\tanswer\na\t1\tŷ, y\n".encode("utf-16"),
    ],
)
def test_tables_as_spreadsheets_write_them(tmp_path: Path, content: bytes) -> None:
    assert read(write(tmp_path / "s.csv", content)) == [("a", "1", "ŷ, y", None)]


def test_headings_below_headings_name_a_question_together(tmp_path: Path) -> None:
    text = """# Sheet 3
Ann

# Exercise 1: a net (4 points)
Let $f$ be a net.
## (a) The gradient
$a$
## b)
$b$
### Notes
none
# Aufgabe 2
$c$
## A remark
```
# no heading
d
```
"""
    write(tmp_path / "ann.md", text.encode())
    tex = rb"\section{Problem 1} \paragraph{Part a} $x$ \paragraph{b} $y$ \section{2} $z$"
    write(
        tmp_path / "bob.tex", tex.replace(b" ", b"\n").replace(b"Problem\n", b"Problem ").replace(b"Part\n", b"Part ")
    )
    found = list(read_submissions(tmp_path, None, ["1a", "1b", "2"]))
    assert [(s.student_id, s.question, s.answer) for s in found] == [
        ("ann", "Sheet 3", "Ann"),
        ("ann", "Exercise 1: a net (4 points)", "f"),
        ("ann", "1a", "a"),
        ("ann", "1b", "b"),
        ("ann", "Notes", "none"),
        ("ann", "2", "c"),
        ("ann", "A remark", "# no heading\nd"),
        ("bob", "1a", "x"),
        ("bob", "1b", "y"),
        ("bob", "2", "z"),
    ]


def test_a_title_above_other_headings_is_no_answer(tmp_path: Path) -> None:
    write(tmp_path / "ann.md", b"# Sheet 3\nAnn, group 2\n## 1\n$x$\n## 7\n$y$\n")
    found = list(read_submissions(tmp_path / "ann.md", None, ["1", "2"]))
    assert [(s.student_id, s.question, s.answer) for s in found] == [("ann", "1", "x"), ("ann", "7", "y")]


def test_texts_in_other_encodings(tmp_path: Path) -> None:
    write(tmp_path / "ann.md", "Jürgen\n## 1\n$x$\n## 2\n$ü$".encode("latin-1"))
    write(tmp_path / "bob.md", "## 1\r\n$ŷ$\r\n".encode("utf-16"))
    assert read(tmp_path) == [
        ("ann", "1", "x", None),
        ("ann", "2", r"\xfc", "submission-bytes"),
        ("bob", "1", "ŷ", None),
    ]


def test_folders_as_systems_of_courses_make_them(tmp_path: Path) -> None:
    cell = {"grade": True, "grade_id": "ex-1a", "solution": True, "points": 2, "locked": False}
    given = {"grade": False, "grade_id": "imports", "solution": False, "locked": True}
    cells = [
        {"cell_type": "code", "source": "import numpy", "metadata": {"nbgrader": given}},
        {"cell_type": "code", "source": "# YOUR CODE HERE\n2*x", "metadata": {"nbgrader": cell}},
        {"cell_type": "markdown", "source": "YOUR ANSWER HERE", "metadata": {"nbgrader": {**cell, "grade_id": "1b"}}},
    ]
    write(tmp_path / "ann" / "sheet1" / "problem.ipynb", json.dumps({"cells": cells}).encode())
    write(tmp_path / "ann" / "sheet1" / ".ipynb_checkpoints" / "problem.ipynb", b"{}")
    write(tmp_path / "bob" / "files" / "1a.tex", b"$x$")
    write(tmp_path / "bob" / "rest.md", b"## 1b\n$y$\n")
    found = list(read_submissions(tmp_path, None, ["1a", "1b"]))
    assert [(s.student_id, s.question, s.answer, s.problem) for s in found] == [
        ("ann", "1a", "2*x", None),
        ("ann", "1b", "", None),
        ("bob", "1a", "x", None),
        ("bob", "1b", "y", None),
    ]


@pytest.mark.parametrize(
    ("content", "said"), [(b"no", "it is no JSON"), (b"[]", "no list of cells"), (b'{"worksheets": []}', "of format 4")]
)
def test_a_notebook_that_is_none(tmp_path: Path, content: bytes, said: str) -> None:
    write(tmp_path / "ann.ipynb", content)
    (found,) = read_submissions(tmp_path / "ann.ipynb")
    assert said in str(found.problem)
