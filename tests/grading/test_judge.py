"""Answers judged for real: scores, forms, names, derivations; and the command as a grader uses it."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradviz.cli import main
from gradviz.grading import Guard, Question, Spec, check_homework, judge, load_homework, read_homework
from gradviz.messages import GradvizError

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
BCE = (EXAMPLES / "bce.grad").read_text("utf-8")
SHEET = load_homework(EXAMPLES / "homework.toml")

QUESTIONS = {
    "plain": Question("plain", "W2", BCE, points=2.0),
    "names": Question("names", "W2", BCE, points=2.0, names=("forward",)),
    "locals": Question("locals", "W2", BCE, points=2.0, names=("forward", "locals"), partial=0.25),
    "terms": Question("terms", "W2", BCE, points=2.0, in_terms_of=("y", "ŷ", "h1")),
    "form": Question("form", "W2", BCE, points=2.0, form="simplified"),
    "value": Question("value", "q", "q = x + y; f = q z", at="x=-2, y=5, z=-4"),
    "lines": Question("lines", "W2", BCE, kind="derivation", points=4.0),
    "quiet": Question("quiet", "W2", BCE, feedback="none"),
    "hint": Question("hint", "W2", BCE, feedback="hint"),
}


@pytest.mark.parametrize(
    ("question", "answer", "status", "score"),
    [
        ("plain", "(ŷ - y) h1", "equal_proved", 2.0),
        ("plain", "dL/dz2 h1", "equal_proved", 2.0),
        ("plain", "(y - ŷ) h1", "unequal_proved", 0.0),
        ("plain", "(ŷ - y", "invalid", 0.0),
        ("plain", "x" * 5000, "resource", None),
        ("names", "(ŷ - y) h1", "equal_proved", 2.0),
        ("names", "dL/dz2 h1", "equal_proved", 1.0),
        ("names", "δ2 h1", "equal_proved", 1.0),
        ("names", "(ŷ - y)/(ŷ(1 - ŷ)) dŷ/dz2 h1", "equal_proved", 1.0),
        ("locals", "(ŷ - y)/(ŷ(1 - ŷ)) dŷ/dz2 h1", "equal_proved", 2.0),
        ("locals", "dL/dŷ · dŷ/dz2 · h1", "equal_proved", 0.5),
        ("terms", "(ŷ - y) h1", "equal_proved", 2.0),
        ("terms", "(σ(z2) - y) h1", "equal_proved", 1.0),
        ("form", "(ŷ - y) h1", "equal_proved", 2.0),
        ("form", "(-y/ŷ + (1 - y)/(1 - ŷ)) ŷ (1 - ŷ) h1", "equal_proved", 1.0),
        ("value", "3", "equal_numeric", 1.0),
        ("value", "4", "unequal_proved", 0.0),
        ("lines", "dL/dW2 = dL/dz2 · h1 = (ŷ - y) h1", "equal_proved", 4.0),
        ("lines", "dL/dW2 = dL/dz2 · h1 = (y - ŷ) h1", "unequal_proved", 2.0),
        ("lines", r"\begin{align} dL/dW_2 &= \delta_2 h_1 \\ &= (\hat y - y) h_1 \end{align}", "equal_proved", 4.0),
    ],
)
def test_scores(question: str, answer: str, status: str, score: float | None) -> None:
    found = judge(QUESTIONS[question], answer, seed=1)
    assert (found["status"] in {status, status.replace("numeric", "proved")}, found["score"]) == (True, score)


def test_messages_tell_what_is_asked_for() -> None:
    assert judge(QUESTIONS["names"], "δ2 h1")["message"] == (
        "right, but it uses adjoints, and names of the program alone are asked for"
    )
    assert "2 of 3 lines follow" in judge(QUESTIONS["lines"], "dL/dW2 = δ2 h1 = (ŷ - y) h1 = (ŷ - y) x")["message"]


def test_feedback_is_withheld() -> None:
    quiet = judge(QUESTIONS["quiet"], "(y - ŷ) h1")
    assert (quiet["message"], quiet["expected"], quiet["diagnosis"]) == ("", None, [])
    hint = judge(QUESTIONS["hint"], "(y - ŷ) h1")
    assert hint["expected"] is None
    assert hint["message"] == "wrong\nlook at the sign of the whole"
    assert hint["grader"]["expected"]["unicode"] == quiet["grader"]["expected"]["unicode"] == "(ŷ − y) h₁"
    told = {k: v for k, v in hint.items() if k != "grader"}
    assert "ŷ − y" not in json.dumps(told, ensure_ascii=False).replace(hint["parsed"]["unicode"], "")
    for found in (quiet, hint):
        assert found["grader"]["message"].endswith("\nthe whole answer has the opposite sign")
        assert [d["mistake"] for d in found["grader"]["diagnosis"]] == ["sign"]


def test_lines_are_told_as_the_question_has_it() -> None:
    text = "dL/dW2 = δ2 h1 = (y - ŷ) h1"
    lines = replace(QUESTIONS["lines"], feedback="hint")
    assert judge(lines, text)["message"] == "1 of 2 lines follow; line 2 does not follow: look at the sign of the whole"
    found = judge(replace(lines, feedback="none"), text)
    assert found["message"] == ""
    assert found["grader"]["message"].endswith("line 2 does not follow: the whole answer has the opposite sign")
    assert judge(lines, "dL/dW2 = δ2 h1 = (ŷ - y) h1")["message"] == "every line follows"


def test_a_jacobian_of_a_program_that_ends_in_an_array() -> None:
    sheet = read_homework(
        'program = "A ∈ ℝ^{3×4}; x ∈ ℝ^4; u = A x; v = tanh(u)"\nnames = ["forward"]\n'
        '[[question]]\nid = "a"\ntarget = "dv/dx"'
    )
    check_homework(sheet)
    assert judge(sheet.questions[0], "diag(1 - v²) A")["score"] == 1.0
    assert judge(sheet.questions[0], "dv/du A")["score"] == 0.5
    assert "local derivatives" in judge(sheet.questions[0], "dv/du A")["message"]
    assert judge(sheet.questions[0], "A")["score"] == 0.0


def test_no_answer() -> None:
    found = judge(QUESTIONS["plain"], " \n")
    assert (found["status"], found["score"], found["message"]) == ("invalid", 0.0, "there is no answer")


def test_half_the_points_say_what_is_missing() -> None:
    long = Question("a", "x", "f = x^2 y", form="simplified", in_terms_of=("x", "y"), feedback="hint")
    assert judge(long, "x y + x y + 0 x")["score"] == 0.5
    assert (
        judge(long, "x y + x y + 0 x")["message"]
        == "right, but not in the form that is asked for: it can be written shorter"
    )
    few = judge(replace(long, in_terms_of=("y",), feedback="verdict"), "2 x y")
    assert few["message"] == "right, but not in the form that is asked for: it uses other names than it may: x"
    assert judge(replace(long, feedback="none"), "x y + x y + 0 x")["message"] == ""
    assert judge(long, "2 x y")["message"] == "right"


@pytest.mark.parametrize(
    ("target", "said"),
    [("W9", "question a: "), ("L", "question a: ")],
)
def test_questions_that_cannot_be_judged(target: str, said: str) -> None:
    sheet = read_homework(f'program = "y = x z"\n[[question]]\nid = "a"\ntarget = "{target}"')
    with pytest.raises(GradvizError, match=said):
        check_homework(sheet)


def test_the_example(tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"
    outputs = [out, tmp_path / "m.csv", tmp_path / "p.html", tmp_path / "j.xml", tmp_path / "g" / "{student_id}.json"]
    words = ["grade", str(EXAMPLES / "homework.toml"), str(EXAMPLES / "answers.csv"), "--jobs", "2", "--seed", "1"]
    for output in outputs:
        words += ["-o", str(output)]
    run = CliRunner().invoke(main, words)
    assert run.exit_code == 0, run.output
    assert run.output.splitlines() == [
        "1a: 3 answers, 2 right, mean 1 of 2",
        "1b: 3 answers, 2 right, mean 2 of 3",
        "1c: 3 answers, 1 right, mean 2 of 4",
    ]
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [(r["student_id"], r["question"], r["score"]) for r in rows] == [
        ("ann", "1a", 2.0),
        ("ann", "1b", 3.0),
        ("ann", "1c", 4.0),
        ("bob", "1a", 0.0),
        ("bob", "1b", 3.0),
        ("bob", "1c", 2.0),
        ("eve", "1a", 1.0),
        ("eve", "1b", 0.0),
        ("eve", "1c", 0.0),
    ]
    wanted = {"student_id", "question", "answer", "status", "score", "message", "parsed", "diagnosis", "ms"}
    assert all(wanted <= set(r) for r in rows)
    with (tmp_path / "m.csv").open(encoding="utf-8", newline="") as file:
        assert [line[-2] for line in csv.reader(file)] == ["total", "9", "5", "1"]
    assert len(list((tmp_path / "g").iterdir())) == 3
    again = CliRunner().invoke(main, words)
    assert (again.exit_code, again.output) == (0, run.output)
    assert len(out.read_text("utf-8").splitlines()) == 9


def test_what_answers_no_question_is_said(tmp_path: Path) -> None:
    sheet = tmp_path / "h.toml"
    sheet.write_text('program = "f = x y"\n[[question]]\nid = "1a"\ntarget = "x"\n', "utf-8")
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in (("ann.md", "## Exercise 1a\n$y$"), ("bob.md", "$y$"), ("cyd.md", "## 1b\n$y$"), ("dan.pdf", "")):
        (folder / name).write_text(text, "utf-8")
    run = CliRunner().invoke(main, ["grade", str(sheet), str(folder), "--seed", "1"])
    assert run.exit_code == 0, run.output
    assert run.stderr.splitlines() == [
        "1a: 1 answer, 1 right, mean 1 of 1",
        "3 submissions answer no question, or name no student, and count nothing until a person has looked: bob (?), cyd (1b), dan (?)",
    ]
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    assert [r["score"] for r in rows] == [1.0, None, None, None]
    assert [r["message"][:20] for r in rows[1:]] == [
        "no heading says whic",
        "there is no question",
        "dan.pdf cannot be re",
    ]


def test_names_of_strangers_do_no_harm_to_terminals(tmp_path: Path) -> None:
    answers = tmp_path / "a.jsonl"
    given = [{"student_id": "\x1b[2J" + "a" * 99, "question": "", "answer": "1"}]
    given += [{"student_id": "ann", "question": "\x1b]0;x\x07", "answer": "1"}]
    answers.write_text("\n".join(map(json.dumps, given)), "utf-8")
    run = CliRunner().invoke(main, ["grade", "f = x y", str(answers), "-o", str(tmp_path / "r.jsonl"), "--seed", "1"])
    assert run.exit_code == 0, run.output
    assert run.output.replace("\n", "").isprintable()
    assert "a" * 36 + "… (?)" in run.output


def test_a_program_in_place_of_a_question_file(tmp_path: Path) -> None:
    answers = tmp_path / "a.csv"
    answers.write_text("student_id,question,answer\nann,x,z\nbob,dL/dz,x\neve,nothing,1\n", "utf-8")
    run = CliRunner().invoke(main, ["grade", "q = x + y; f = q z", str(answers), "--of", "f", "--seed", "1"])
    assert run.exit_code == 0, run.output
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    assert [r["status"] for r in rows] == ["equal_proved", "invalid", "invalid"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["none.toml", "a.csv"], "there is no file none.toml"),
        (["f = x y", "none.csv"], "there is no file none.csv"),
        (["f = x y", "a.csv", "-o", "marks.csv"], "name a file that ends in .jsonl"),
        (["f = x y", "a.csv", "-o", "r.jsonl", "-o", "r.xlsx"], "there is no writer for .xlsx"),
        (["f = x y", "a.csv", "-o", "no/such/r.jsonl"], "no/such/r.jsonl cannot be written"),
        (["f = (x", "a.csv"], "line 1, column 5"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("student_id,question,answer\nann,x,y\n", "utf-8")
    run = CliRunner().invoke(main, ["grade", *words])
    assert run.exit_code == 2
    assert said in run.stderr
    assert not Path("r.jsonl").exists()
    assert "Traceback" not in run.output


def test_a_guard_is_small() -> None:
    """At most 150 MB after a question of each kind."""
    guard = Guard(Spec(SHEET))
    found = guard.judge([("1a", "(ŷ - y) h1"), ("1b", "(ŷ - y) W1"), ("1c", "dL/dW2 = (ŷ - y) h1")])
    assert [r.status for r in found] == ["equal_proved", "unequal_proved", "equal_proved"]
    try:
        status = Path(f"/proc/{guard.pid}/status").read_text("utf-8")
    except FileNotFoundError:
        pytest.skip("this system does not tell the memory of a process")
    finally:
        guard.close()
    resident = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))
    assert resident < 150 * 1024
