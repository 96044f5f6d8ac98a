"""What the README shows is what happens."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise, takewhile
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradviz.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SKIP = "…"


def blocks() -> Iterator[list[str]]:
    """The blocks of code that are marked by their indent, without it."""
    for found in re.finditer(r"(?:(?:^ {4}.*|^)\n)+", README, re.MULTILINE):
        lines = [line[4:] for line in found.group().rstrip("\n").split("\n")]
        if any(lines):
            yield lines


def sessions() -> Iterator[tuple[str, list[str]]]:
    """Each ``$ gradviz …`` with the lines that it is said to print."""
    for lines in blocks():
        starts = [n for n, line in enumerate(lines) if line.startswith("$ ")]
        for start, end in pairwise([*starts, len(lines)]):
            output = lines[start + 1 : end]
            while output and not output[-1]:
                output.pop()
            yield lines[start][2:], output


def matches(shown: list[str], printed: list[str]) -> bool:
    """Whether the shown lines are the printed ones, ``…`` standing for any number of them.

    >>> matches(["a", "…", "d"], ["a", "b", "c", "d"]), matches(["a", "d"], ["a", "b"])
    (True, False)
    """
    if not shown:
        return not printed
    if shown[0].strip() == SKIP:
        return any(matches(shown[1:], printed[n:]) for n in range(len(printed) + 1))
    return bool(printed) and shown[0].rstrip() == printed[0] and matches(shown[1:], printed[1:])


@pytest.fixture
def beside_the_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that has the examples, where files may be written."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(command: str) -> tuple[int, str, list[str]]:
    """What a command prints, and the files it was told to write."""
    words = shlex.split(command)
    assert words[0].rpartition("/")[2] == "gradviz"
    result = CliRunner().invoke(main, words[1:])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output, [b for a, b in pairwise(words) if a == "-o"]


def test_there_are_sessions():
    assert len(list(sessions())) >= 3


@pytest.mark.parametrize(("command", "shown"), [pytest.param(c, s, id=c) for c, s in sessions()])
def test_sessions(beside_the_examples: Path, command: str, shown: list[str]):
    code, printed, files = run(command)
    assert code == (2 if shown and shown[0].startswith("gradviz:") else 1 if shown and shown[0] == "wrong" else 0)
    lines = printed.rstrip("\n").split("\n")
    if not matches(shown, lines):
        assert shown == lines
    for file in files:
        assert (beside_the_examples / file).stat().st_size


def test_the_command_that_runs(beside_the_examples: Path):
    (command,) = re.findall(r"^Set up and run:\n\n    (.+)$", README, re.MULTILINE)
    setup, install, first = command.split(" && ")
    assert setup == "python3 -m venv .venv"
    assert install == ".venv/bin/pip install -q ."
    assert first.startswith(".venv/bin/gradviz explain ")
    code, printed, files = run(first)
    assert code == 0
    assert "f = −12" in printed
    assert files == ["f.svg"]
    assert (beside_the_examples / "f.svg").read_text().startswith("<svg")


def test_the_command_that_tests():
    (command,) = re.findall(r"^Set up and test:\n\n    (.+)$", README, re.MULTILINE)
    assert command == 'python3 -m venv .venv && .venv/bin/pip install -q -e ".[dev]" && .venv/bin/python -m pytest'
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert f"    {command}\n" in contributing


def test_the_python_code(beside_the_examples: Path, capsys: pytest.CaptureFixture[str]):
    (code,) = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), names)  # noqa: S102 - our own text
    assert capsys.readouterr().out.startswith("∂L/∂w = ")
    assert (beside_the_examples / "f.svg").read_text().startswith("<svg")
    graph, ex = names["graph"], names["ex"]
    assert f'graph.gradient("w") # {graph.gradient("w")};' in " ".join(code.split())
    assert (ex.values["f"], ex.gradients["x"]) == (-12, -4)
    for name in re.findall(r"graph\.(\w+)|[;,] \.(\w+)", code):
        assert any(hasattr(o, "".join(name)) for o in (graph, graph.gradient("w"), graph.derivation("w")))


def test_the_shown_file_is_the_example():
    shown = next(lines for lines in blocks() if any(line.startswith("x  ∈") for line in lines))
    program = [line for line in takewhile(lambda line: not line.startswith("$"), shown) if line]
    example = (ROOT / "examples" / "bce.grad").read_text(encoding="utf-8").splitlines()
    assert [line for line in example if line in program] == program


def test_links_and_pictures_are_there():
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    assert "docs/notation.md" in targets
    for target in targets:
        assert (ROOT / target).exists(), target


def test_options_are_those_of_the_command():
    known = CliRunner().invoke(main, ["explain", "--help"]).output
    for option in set(re.findall(r"`(--?[a-z]+)\b", README)):
        assert re.search(rf"(?<![\w-]){option}\b", known), option
