"""Whole processes: the command on a small problem, beside what importing the usual parts takes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Report, Work, interleave

PROBLEM = ("f = (x + y) z", "--at", "x=-2, y=5, z=-4")


def run(rounds: int) -> Report:
    """Time the command with a picture and without one."""
    report = Report("start-up: whole processes, warm caches")
    with tempfile.TemporaryDirectory() as folder:
        picture = str(Path(folder) / "f.svg")
        times = interleave(
            {
                "gradviz explain -o f.svg": _process(*_gradviz(), "explain", *PROBLEM, "-o", picture),
                "import sympy, networkx, numpy": _python("import sympy, networkx, numpy"),
                "gradviz explain --format json": _process(*_gradviz(), "explain", *PROBLEM, "--format", "json"),
                "import sympy": _python("import sympy"),
                "import gradviz": _python("import gradviz"),
                "python": _python("pass"),
            },
            rounds,
        )
    for ours, theirs in (
        ("gradviz explain -o f.svg", "import sympy, networkx, numpy"),
        ("gradviz explain --format json", "import sympy"),
    ):
        report.compare(ours, times[ours], times[theirs], theirs, below=1)
    report.compare("import gradviz", times["import gradviz"], times["python"], "python")
    return report


def _gradviz() -> list[str]:
    found = shutil.which("gradviz", path=str(Path(sys.executable).parent))
    return [found] if found else [sys.executable, "-m", "gradviz.cli"]


def _python(code: str) -> Work:
    return _process(sys.executable, "-c", code)


def _process(*command: str) -> Work:
    # Compiled modules are part of a warm cache.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def work() -> object:
        return subprocess.run(command, check=True, capture_output=True, env=environment)

    return work
