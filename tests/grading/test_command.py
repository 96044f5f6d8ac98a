"""`gradviz grade` as it is called: what it writes where, and what it says where that goes wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gradviz.cli import main
from gradviz.grading import Found, Graded, Homework, Results, Submission
from gradviz.messages import GradvizError

SHEET = """program = "f = x^2 y"
[[question]]
id = "1"
target = "x"
"""
ANSWERS = "student_id,question,answer\nann,1,2x y\nAnn,1,x y\nnul,1,\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sheet.toml").write_text(SHEET)
    (tmp_path / "in.csv").write_text(ANSWERS)
    return tmp_path


def grade(*args: str) -> Result:
    return CliRunner().invoke(main, ["grade", "sheet.toml", "in.csv", *args])


def test_a_folder_for_each_student(here: Path) -> None:
    assert grade("-o", "r.jsonl", "-o", "out/{student_id}/results.json").exit_code == 0
    names = {p.name.casefold() for p in (here / "out").iterdir()}
    assert len(names) == 3  # also where capitals make no other name
    assert not {"nul"} & names
    scores = [json.loads(p.read_text())["tests"][0]["score"] for p in (here / "out").glob("*/results.json")]
    assert sorted(scores) == [0, 0, 1]


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        (["in.csv"], "in.csv is what is graded, and would be overwritten"),
        (["./../{here}/in.csv"], "would be overwritten"),
        (["no/marks.csv"], "no/marks.csv cannot be written: No such file"),
        (["folder.csv"], "folder.csv cannot be written: Is a directory"),
    ],
)
def test_what_cannot_be_written_is_told_before_anything_is_graded(here: Path, outputs: list[str], said: str) -> None:
    (here / "folder.csv").mkdir()
    given = [word for name in outputs for word in ("-o", name.replace("{here}", here.name))]
    found = grade("-o", "r.jsonl", *given)
    assert found.exit_code == 2
    assert said in found.output
    assert not (here / "r.jsonl").exists()
    assert (here / "in.csv").read_text() == ANSWERS


def test_results_among_the_submissions(here: Path) -> None:
    (here / "in").mkdir()
    (here / "in" / "ann.md").write_text("## 1\n$2xy$")
    found = CliRunner().invoke(main, ["grade", "sheet.toml", "in", "-o", "in/r.jsonl"])
    assert found.exit_code == 2
    assert "in/r.jsonl lies among the submissions" in found.output


def test_one_report_that_fails_keeps_no_other_from_being_written(here: Path) -> None:
    found = grade("-o", "r.jsonl", "-o", "one.json", "-o", "marks.csv")
    assert found.exit_code == 2
    assert "one.json takes the results of one student, and there are 3" in found.output
    assert "1: 3 answers, 1 right" in found.output
    assert (here / "marks.csv").read_text().splitlines()[1] == "ann,1,1,0"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--seconds", "nan"], "nan is no time"),
        (["--of", "f"], '--of is for programs: write it in the question file, as of = "f"'),
        (["--feedback", "hint"], '--feedback is for programs: write it in the question file, as feedback = "hint"'),
    ],
)
def test_options_that_do_not_fit(here: Path, options: list[str], said: str) -> None:
    found = grade(*options)
    assert found.exit_code == 2
    assert said in found.output


@pytest.mark.skipif(sys.platform != "linux", reason="the system limits memory")
def test_too_little_memory_for_anything_is_told_at_once(here: Path) -> None:
    found = grade("--memory", "128")
    assert found.exit_code == 2
    assert "--memory 128 may be too little" in found.output
    assert not found.stdout


def test_question_files_as_editors_write_them(here: Path) -> None:
    (here / "sheet.toml").write_bytes(b"\xef\xbb\xbf" + SHEET.replace("\n", "\r\n").encode())
    assert "3 answers, 1 right" in grade().output
    (here / "sheet.toml").write_bytes(b"\xef\xbb\xbf" + SHEET.replace('"x"', '"q"').encode())
    assert "sheet.toml, line 4, column 10: question 1: 'q' is nothing" in grade().output
    (here / "sheet.toml").write_text("")
    assert "there is no question in sheet.toml" in grade().output


full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is full is wanted")


@full
@pytest.mark.parametrize("locale", [{}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}])
def test_a_full_disk(here: Path, locale: dict[str, str]) -> None:
    command = [sys.executable, "-m", "gradviz.cli", "grade", "sheet.toml", "in.csv"]
    kept = {"check": False, "stderr": subprocess.PIPE, "text": True, "timeout": 120, "env": {**os.environ, **locale}}
    with open("/dev/full", "wb") as out:
        found = subprocess.run(command, stdout=out, **kept)  # noqa: S603, PLW1510
    assert found.returncode == 2
    assert found.stderr == "gradviz: the system refused: No space left on device\n"


@full
@pytest.mark.parametrize("count", [1, 1000])  # what fails at the end, and on the way
def test_a_disk_that_fills_up_under_results(here: Path, count: int) -> None:
    one = Graded(Submission("ann", "1", "x"), Found.of({"status": "invalid", "score": None, "message": "x" * 1000}))

    def run() -> None:
        with Results(here / "r.jsonl", Homework("sheet")) as results:
            results._file.close()
            results._file = open("/dev/full", "ab", buffering=1 << 16)  # noqa: SIM115
            for _ in range(count):
                results.add(one)

    with pytest.raises(GradvizError) as caught:
        run()
    assert "r.jsonl cannot be written: No space left on device\nwhat was graded before is kept" in str(caught.value)
    assert not (here / "r.jsonl.lock").exists()


@pytest.mark.skipif(os.name != "posix", reason="a signal is sent")
def test_a_run_that_is_interrupted_says_how_to_go_on(here: Path) -> None:
    rows = [f"s{i},1,{i} x y" for i in range(100_000)]
    (here / "in.csv").write_text("\n".join(["student_id,question,answer", *rows, ""]))
    command = [sys.executable, "-m", "gradviz.cli", "grade", "sheet.toml", "in.csv"]
    process = subprocess.Popen(  # noqa: S603
        [*command, "-o", "r.jsonl"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    results = here / "r.jsonl"
    while not (results.exists() and results.stat().st_size):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    count = len(results.read_bytes().splitlines())
    assert (
        told == f"gradviz: interrupted: {count:,} rows are in r.jsonl, and the same command goes on with the others\n"
    )
