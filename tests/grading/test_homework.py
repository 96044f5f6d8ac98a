"""Question files: what they may hold, and what is said where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradviz.grading import load_homework, read_homework
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
        ("", "there is no question here"),
        (HEAD + "[[question]\n", "line 2, column 11: this is no TOML: Expected"),
        (ONE + 'color = "red"\n', "question a has no key 'color'"),
        (HEAD + "[[question]]\nid = 7\ntarget = 'x'", "'id' of question 7 is to be a text, and is a number"),
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


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(GradvizError, match="there is no file"):
        load_homework(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff")
    with pytest.raises(GradvizError, match="UTF-8"):
        load_homework(tmp_path / "bytes.toml")
