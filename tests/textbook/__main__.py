"""What is still open: ``python -m tests.textbook`` lists it; ``--renew`` sets every mark to what holds now.

One row per problem: its program, by what, what the book prints, what gradviz prints. What is printed in another form
that is as good is listed too.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path

import gradviz as gv
from tests.textbook import TOPICS, Problem
from tests.textbook.answers import answer


def holds(problem: Problem) -> tuple[str, str]:
    """The mark that a problem should have, and what gradviz prints or why it does not."""
    try:
        text = str(answer(problem))
    except gv.GradvizError as refused:
        return "missing", str(refused).splitlines()[0]
    except Exception as broken:
        return "fault", f"{type(broken).__name__}: {broken}"
    return "" if text == problem.printed else "form", text


def renew(path: Path, problems: tuple[Problem, ...], marks: list[str]) -> None:
    """Put the marks into a table, where each problem is one line."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines(keepends=True)
    calls = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call) and _name(n) == "Problem"]
    calls.sort(key=lambda n: n.lineno)
    assert len(calls) == len(problems), f"{path}: a problem is not one line, or not in the table"
    for call, problem, mark in zip(calls, problems, marks, strict=True):
        if mark != problem.status:
            line = lines[call.lineno - 1].replace(f', status="{problem.status}")', ")")
            end = line.rindex(")")
            lines[call.lineno - 1] = line[:end] + (f', status="{mark}"' if mark else "") + line[end:]
    path.write_text("".join(lines), encoding="utf-8")


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def main() -> None:
    count: Counter[str] = Counter()
    for topic in TOPICS:
        module = import_module(f"tests.textbook.{topic}")
        found = [holds(p) for p in module.PROBLEMS]
        for problem, (mark, text) in zip(module.PROBLEMS, found, strict=True):
            now = mark or ("in another right form" if problem.also else "as the book prints it")
            count[now] += 1
            if mark or problem.status or problem.also:
                print(f"{problem.status or 'well'} → {now} | {problem.kind} | {problem.topic}")
                print(f"    {problem.source!r} by {problem.by}\n    book {problem.expected}\n    here {text}")
        if "--renew" in sys.argv:
            assert module.__file__
            renew(Path(module.__file__), module.PROBLEMS, [mark for mark, _ in found])
    print(*(f"{n} {what}" for what, n in count.items()), sep=", ")


if __name__ == "__main__":
    main()
