"""Grading on a cluster: a real scheduler and two workers, one of which is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from gradviz.grading import Spec, Submission, cluster, grade
from gradviz.messages import GradvizError
from tests.grading.test_guard import SHEET

pytest.importorskip("distributed")
SPEC = Spec(SHEET, seconds=20.0, memory=1024, judge="tests.grading.poison:judge")
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(os.path.dirname(__file__)))}
WORKER = ("--nthreads", "1", "--no-dashboard", "--dashboard-address", ":0", "--no-nanny")


def _start(stack: ExitStack, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=ENVIRONMENT)  # noqa: S603
    stack.callback(process.wait)
    stack.callback(process.kill)
    assert process.stderr
    stack.callback(process.stderr.close)
    return process


def _until(process: subprocess.Popen[str], word: str) -> str:
    assert process.stderr
    for line in process.stderr:
        if word in line:
            return line
    raise AssertionError(f"never said {word}")


def _scheduler(stack: ExitStack) -> str:
    options = ("--port", "0", "--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", ":0")
    return _until(_start(stack, "dask_scheduler", *options), "Scheduler at:").split()[-1]


@pytest.fixture
def scheduler() -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    with ExitStack() as stack:
        address = _scheduler(stack)
        workers = [_start(stack, "dask_worker", address, *WORKER) for _ in range(2)]
        for worker in workers:
            _until(worker, "Registered to:")
        yield address, workers


def test_every_answer_is_graded_once_though_a_worker_dies(scheduler: tuple[str, list[subprocess.Popen[str]]]) -> None:
    address, workers = scheduler
    asked = [Submission(f"s{i}", "1a", f"slow {i}" if i % 5 else "right") for i in range(400)]
    with cluster(address) as (executor, jobs):
        assert jobs == 2
        found = grade(SPEC, asked, executor=executor, jobs=jobs)
        rows = [next(found) for _ in range(40)]
        workers[0].kill()
        time.sleep(0.2)
        rows += list(found)
    assert [r["student_id"] for r in rows] == [s.student_id for s in asked]
    assert {r["status"] for r in rows if r["answer"] == "right"} == {"equal_proved"}
    assert {r["status"] for r in rows if r["answer"] != "right"} == {"unequal_proved"}


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense", ""])
def test_no_scheduler(address: str) -> None:
    with pytest.raises(GradvizError, match=f"there is no scheduler at {address}"), cluster(address):
        pass


def test_no_workers_yet(tmp_path: Path) -> None:
    (tmp_path / "sheet.toml").write_text('program = "f = x^2"\n[[question]]\nid = "1"\ntarget = "x"')
    (tmp_path / "in.csv").write_text("student_id,question,answer\nann,1,2x\n")
    with ExitStack() as stack:
        address = _scheduler(stack)
        command = [sys.executable, "-m", "gradviz.cli", "grade", "sheet.toml", "in.csv", "--dask", address]
        process = subprocess.Popen(  # noqa: S603
            command, cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT
        )
        stack.enter_context(process)
        assert process.stderr
        assert f"no worker is at {address} yet: the run waits for one" in process.stderr.readline()
        _start(stack, "dask_worker", address, *WORKER)
        out, _ = process.communicate(timeout=60)
    assert '"equal_proved"' in out
