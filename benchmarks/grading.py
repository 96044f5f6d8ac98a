"""Answers graded a second with one process and with two, and the memory of a guard."""

from __future__ import annotations

import os
import random
import tempfile
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import pyperf

from benchmarks.checking import BCE
from benchmarks.measure import Report, interleave, recorded
from gradviz.grading import Guard, Homework, Question, Results, Spec, Submission, graded

ROWS = 20_000
AT_LEAST = 1.8
"""How many times faster two processes are than one, start-up included."""
MEMORY = 150
"""MiB that a guard takes at most."""

SPEC = Spec(Homework("sheet", (Question("1a", "W2", BCE),)), seed=1)
RIGHT = ("(ŷ - y) h1", "h1 ŷ - y h1", "dL/dz2 h1", "(e^z2/(1 + e^z2) - y) h1")
WRONG = ("(y - ŷ) h1", "(ŷ + y) h1", "ŷ h1", "(ŷ - y) x")
UNREADABLE = ("(ŷ - y", "(ŷ - y) foo", "h1 +", "ŷ ** ** y")


def answers(count: int) -> list[str]:
    """Different answers: a quarter of them right, half of them wrong, a quarter unreadable."""
    draw = random.Random(5)  # noqa: S311
    kinds = (
        lambda n: f"({draw.choice(RIGHT)}) · {n}/{n}",
        lambda n: f"({draw.choice(WRONG)}) · {n}/{n}",
        lambda n: f"({draw.choice(RIGHT)}) · {n}",
        lambda n: f"{n} {draw.choice(UNREADABLE)}",
    )
    return [kind(n) for n, kind in islice(enumerate(cycle(kinds), 2), count)]


def run(rounds: int) -> Report:
    """Time whole runs: guards started, answers judged, results written."""
    report = Report(f"grading {ROWS:,} different answers, each judged, told why, and written; times are for one answer")
    rows = [Submission(f"s{n}", "1a", answer) for n, answer in enumerate(answers(ROWS))]
    works = {str(jobs): partial(_graded, rows, jobs) for jobs in (1, 2)}
    times = {jobs: _each(found) for jobs, found in interleave(works, rounds, warm=0).items()}
    report.compare("two processes", times["2"], times["1"], "one process", below=1 / AT_LEAST)
    for jobs, found in times.items():
        report.notes.append(f"{1 / found.median():,.0f} answers a second with {jobs} of {os.cpu_count()} processors.")
    report.count("memory of a guard, MiB", _memory(), MEMORY, "at most", below=1)
    return report


def _graded(rows: list[Submission], jobs: int) -> None:
    with tempfile.TemporaryDirectory() as folder, Results(Path(folder) / "r.jsonl", SPEC.homework) as results:
        for one in graded(SPEC, rows, jobs=jobs):
            results.add(one)


def _each(times: pyperf.Benchmark) -> pyperf.Benchmark:
    return recorded(times.get_name(), [t / ROWS for t in times.get_values()])


def _memory() -> int:
    """The most memory that a guard held, in MiB."""
    guard = Guard(SPEC)
    try:
        guard.judge([("1a", answer) for answer in answers(4_000)])
        status = Path(f"/proc/{guard.pid}/status").read_text("utf-8")
    finally:
        guard.close()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) // 1024
