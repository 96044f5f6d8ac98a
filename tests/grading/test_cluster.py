"""Grading on a cluster: a real scheduler and two workers, one of which is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from gradviz.grading import Spec, Submission, cluster, grade
from gradviz.messages import GradvizError
from tests.grading.test_guard import SHEET

pytest.importorskip("distributed")
SPEC = Spec(SHEET, seconds=20.0, memory=1024, judge="tests.grading.poison:judge")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))


def _start(stack: ExitStack, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]]
    environment = {**os.environ, "PYTHONPATH": ROOT}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment)  # noqa: S603
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


@pytest.fixture
def scheduler() -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    with ExitStack() as stack:
        process = _start(
            stack, "dask_scheduler", "--port", "0", "--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", ":0"
        )
        address = _until(process, "Scheduler at:").split()[-1]
        options = ("--nthreads", "1", "--no-dashboard", "--dashboard-address", ":0", "--no-nanny")
        workers = [_start(stack, "dask_worker", address, *options) for _ in range(2)]
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


def test_no_scheduler() -> None:
    with pytest.raises(GradvizError, match="there is no scheduler at tcp"), cluster("tcp://127.0.0.1:9"):
        pass
