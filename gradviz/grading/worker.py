"""``python -m gradviz.grading.worker``: reads answers as lines of JSON, judges them, writes verdicts as lines.

It is started by a guard, which watches it. The first line is the spec; each further line is a list of pairs
``[question, answer]``. Verdicts go to standard output, which is a file; the end of each list is told on standard error.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from time import perf_counter
from typing import Any

from gradviz.grading.found import Found, refusal
from gradviz.grading.guard import DIED, READY, Spec, spec_of
from gradviz.grading.homework import Question
from gradviz.messages import GradvizError, say


def main() -> None:
    """Serve one guard."""
    lines = sys.stdin.buffer
    # What others print must not stand between the verdicts.
    verdicts, bell = os.dup(1), os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    spec = spec_of(lines.readline().decode())
    try:
        _limit(spec.memory)
        module, _, name = spec.judge.partition(":")
        home = import_module(module)
        judge = partial(getattr(home, name), seed=spec.seed)
        if hasattr(home, "prepare"):
            home.prepare(spec.homework, seed=spec.seed)
    except Exception as problem:  # the guard tells it
        told = f"{type(problem).__name__}: {problem}"
        if isinstance(problem, MemoryError | ImportError):
            told = str(say("grading-no-room", problem=told, memory=spec.memory))
        os.write(bell, f"{' '.join(told.split())}\n".encode())
        return
    os.write(bell, READY)
    for line in lines:
        for question, answer in json.loads(line):
            _write(verdicts, _judged(spec, judge, question, answer).line())
        os.write(bell, b"\n")


def _write(file: int, data: bytes) -> None:
    """Write all of it at once to the system: what stands in a buffer is lost with the process."""
    while data:
        data = data[os.write(file, data) :]


def _judged(spec: Spec, judge: Callable[[Question, str], dict[str, Any]], id: str, answer: str) -> Found:  # noqa: A002
    began = perf_counter()
    question = spec.homework.question(id)
    if question is None:
        known = spec.homework.known
        problem = say("no-such-question", id=id, known=known) if id else say("no-question-named", known=known)
        return Found.of({**refusal(problem, "invalid"), "ms": 0.0})  # no score: a person has to look
    try:
        found = judge(question, answer)
        return Found.of({**found, "ms": round((perf_counter() - began) * 1000, 3)})
    except MemoryError:
        os._exit(DIED)  # what was built is in the way of all that follows: the guard starts anew
    except RecursionError:
        found = refusal(say("recursion"))
    except GradvizError as problem:  # of the question: an answer's own faults are in its verdict
        found = {**refusal(problem.message, "invalid"), "message": str(problem)}
    except Exception as problem:  # a fault of gradviz costs no student anything, and no other row
        found = refusal(say("grading-fault", problem=type(problem).__name__), "undecided")
    return Found.of({**found, "ms": round((perf_counter() - began) * 1000, 3)})


def _limit(memory: int) -> None:
    """Let the system refuse more memory than is allowed, and write no image of a crash."""
    try:
        import resource
    except ImportError:  # there is no such limit on this system
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory << 20, memory << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
