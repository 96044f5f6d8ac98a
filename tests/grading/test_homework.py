"""Question files: what they may hold, and what is said where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradviz.grading import check_homework, load_homework, read_homework
from gradviz.messages import GradvizError

HEAD = 'program = "f = (x + y) z"\n'
ONE = HEAD + '[[question]]\nid = "a"\ntarget = "x"\n'


def test_the_head_holds_for_all_questions() -> None:
    sheet = read_homework(
        'title = "Sheet 3"\npoints = 2\nfeedback = "hint"\n' + HEAD + '[[question]]\nid = "a"\ntarget = "x"\n'
        '[[question]]\nid = "b"\ntarget = "y"\npoints = 3.5\nnames = ["forward"]\nin_terms_of = ["z"]\n'
    )
    assert sheet.title == "Sheet 3"
    a, b = sheet.questions
    assert (a.points, a.feedback, a.names) == (2, "hint", ("forward", "adjoints", "locals"))
    assert (b.points, b.feedback, b.names, b.in_terms_of) == (3.5, "hint", ("forward",), ("z",))
    assert sheet.question("b") == b
    assert sheet.question("c") is None


def test_a_program_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "net.grad").write_text("h = σ(z)\n", "utf-8")
    file = tmp_path / "homework.toml"
    file.write_text(ONE.replace("f = (x + y) z", "net.grad"), "utf-8")
    assert load_homework(file).questions[0].program == "h = σ(z)\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no question in the question file"),
        (HEAD + "[[question]\n", "line 2, column 11: this is no TOML: Expected"),
        (ONE + 'color = "red"\n', "question a has no key 'color'"),
        (
            HEAD + "[[question]]\nid = 7\ntarget = 'x'",
            "'id' of question 7 is to be a text without spaces around it, and is a number",
        ),
        (HEAD + '[[question]]\nid = "a"', "question a lacks 'target'"),
        ('[[question]]\nid = "a"\ntarget = "x"', "question a lacks 'program'"),
        (ONE + "points = true", "'points' of question a is to be a number from 0 on, and is true or false"),
        (ONE + "points = -1", "'points' of question a is to be a number from 0 on, and is -1"),
        (ONE + "partial = 2", "'partial' of question a is to be a number from 0 to 1, and is 2"),
        (ONE + "tolerance = 0.0", "'tolerance' of question a is to be a number above 0, and is 0.0"),
        (ONE + "tolerance = nan", "'tolerance' of question a is to be a number above 0, and is nan"),
        (ONE + 'feedback = "much"', "'feedback' of question a is to be one of none, verdict, hint, full, and is much"),
        (ONE + 'names = "forward"', "'names' of question a is to be a list of texts, and is a text"),
        (ONE + 'names = ["all"]', "'names' of question a is to be one of forward, adjoints, locals, and is all"),
        (ONE + '[[question]]\nid = "a"\ntarget = "y"', "two questions are called a"),
        (ONE.replace("f = (x + y) z", "none.grad"), "there is no file none.grad"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    with pytest.raises(GradvizError) as caught:
        read_homework(text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        (ONE + 'in_terms_of = "W2"  # a text\n', "line 5, column 15: ", 'write, say, in_terms_of = ["W2"]'),
        (ONE + "in_terms_of = []", "line 5, column 15: ", 'write, say, in_terms_of = ["ŷ", "y", "h1"]'),
        (ONE + "in_terms_of = [1]", "line 5, column 15: ", 'write, say, in_terms_of = ["ŷ", "y", "h1"]'),
        (ONE + 'colour = "red"', "line 5, column 1: ", ""),
        (ONE + 'form = "simple"', "line 5, column 8: ", 'write, say, form = "simplified"'),
        (ONE + 'kind = "proof"', "line 5, column 8: ", 'write, say, kind = "derivation"'),
        (ONE + "point = 3", "line 5, column 1: ", "did you mean points?"),
        (ONE + "strict = 1", "line 5, column 10: ", "write, say, strict = true"),
        (ONE + "at = {x = 1}", "line 5, column 6: ", 'write, say, at = "x=-2, y=5"'),
        (ONE + "text = 2020-01-01", "line 5, column 8: ", 'write, say, text = "Find the gradient."'),
        (ONE + "of = 1.5", "line 5, column 6: ", 'write, say, of = "L"'),
        (ONE + "partial = -0.1", "line 5, column 11: ", "write, say, partial = 0.5"),
        (ONE + "tolerance = inf", "line 5, column 13: ", "write, say, tolerance = 0.01"),
        (ONE + "names = []", "line 5, column 9: ", 'write, say, names = ["forward", "adjoints"]'),
        (ONE.replace('"a"', '" a"'), "line 3, column 6: ", 'write, say, id = "1a"'),
        (ONE.replace('"x"', '""'), "line 4, column 10: ", 'write, say, target = "W2"'),
        ("points = -1\n" + ONE, "line 1, column 10: ", "write, say, points = 2"),
        ('title = """\npoints = 1\n"""\npoints = -1\n' + ONE, "line 4, column 10: ", "write, say, points = 2"),
        ("title = 7\n" + ONE, "line 1, column 9: ", 'write, say, title = "Sheet 3"'),
        (ONE + '[[question]]\nid = "b"\n', "line 5, column 1: ", 'write, say, target = "W2"'),
        (ONE + 'kind = "derivation"\nform = "factored"', "line 6, column 1: ", ""),
        (ONE + "[[question]]\nid = 'a'\ntarget = 'y'", "line 6, column 6: ", ""),
        (ONE.replace("f = (x + y) z", "none.grad"), "line 1, column 11: ", ""),
        (HEAD + "[question]\nid = 'a'", "", ""),
        (ONE + "text = 'open", "line 5, column 13: ", ""),
    ],
)
def test_the_place_and_what_to_write_are_shown(text: str, place: str, hint: str) -> None:
    with pytest.raises(GradvizError) as caught:
        read_homework(text)
    said = str(caught.value).splitlines()
    assert said[0].startswith(place), said
    assert not place or said[2].strip().startswith("^"), said
    assert said[-1] == hint if hint else len(said) <= 3, said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'in_terms_of = ["z", "foo"]',
            ["h.toml, line 5, column 15: question a: there is no name foo", "such as ŷ or h1"],
        ),
        ('of = "g"', ["h.toml, line 5, column 6: question a: there is no stage g; the program defines f"]),
        ('at = "x=1, q=2"', ["h.toml, line 5, column 6: question a: ", "q"]),
        ('at = "x=1"', ["h.toml, line 5, column 6: question a: y has no value"]),
    ],
)
def test_what_the_program_does_not_have_is_said_with_its_place(tmp_path: Path, text: str, said: list[str]) -> None:
    file = tmp_path / "h.toml"
    file.write_text(ONE + text + "\n", "utf-8")
    with pytest.raises(GradvizError) as caught:
        check_homework(load_homework(file), file)
    assert all(part in str(caught.value) for part in said), str(caught.value)


def test_values_at_which_there_is_no_number(tmp_path: Path) -> None:
    file = tmp_path / "h.toml"
    file.write_text('program = "f = ln x"\n[[question]]\nid = "a"\ntarget = "f"\nat = "x=0"\n', "utf-8")
    with pytest.raises(GradvizError, match=r"line 5, column 6: question a: f is no finite number at these values"):
        check_homework(load_homework(file), file)


def test_an_unknown_target_and_a_program_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "h.toml"
    file.write_text(ONE.replace('"x"', '"W9"'), "utf-8")
    with pytest.raises(GradvizError, match=r"h\.toml, line 4, column 10: question a: ") as caught:
        check_homework(load_homework(file), file)
    assert "^^^^" in str(caught.value)
    file.write_text(ONE.replace("(x + y)", "(x + "), "utf-8")
    with pytest.raises(
        GradvizError, match="the program of question a, line 1, column 5: question a: '\\(' is never closed"
    ):
        check_homework(load_homework(file), file)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(GradvizError, match="there is no file"):
        load_homework(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff")
    with pytest.raises(GradvizError, match="UTF-8"):
        load_homework(tmp_path / "bytes.toml")
