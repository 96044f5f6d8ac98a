"""``python -m gradviz.grading.worker``: reads answers as lines of JSON, judges them, writes lines of JSON.

It is started by a guard, which watches it. The first line is the spec; each further line is ``[question, answer]``.
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

from gradviz.grading.guard import DIED, READY, Spec, refused, spec_of
from gradviz.grading.homework import Question
from gradviz.messages import GradvizError, say


def main() -> None:
    """Serve one guard."""
    lines = sys.stdin.buffer
    # What others print must not stand between the replies.
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    spec = spec_of(lines.readline().decode())
    try:
        _limit(spec.memory)
        module, name = spec.judge.split(":")
        judge = partial(getattr(import_module(module), name), seed=spec.seed)
    except Exception as problem:  # the guard tells it
        out.write(f"{type(problem).__name__}: {problem}\n".encode())
        return
    out.write(READY)
    for line in lines:
        question, answer = json.loads(line)
        out.write(json.dumps(_judged(spec, judge, question, answer)).encode() + b"\n")


def _judged(spec: Spec, judge: Callable[[Question, str], dict[str, Any]], id: str, answer: str) -> dict[str, Any]:  # noqa: A002
    began = perf_counter()
    question = spec.homework.question(id)
    if question is None:
        problem = say("no-such-question", id=id, known=spec.homework.known)
        return {**refused(problem), "status": "invalid", "score": 0.0, "ms": 0.0}
    try:
        found = judge(question, answer)
    except MemoryError:
        os._exit(DIED)  # what was built is in the way of all that follows: the guard starts anew
    except RecursionError:
        found = refused(say("recursion"))
    except GradvizError as problem:  # of the question: an answer's own faults are in its verdict
        found = {**refused(problem.message), "status": "invalid", "score": 0.0, "message": str(problem)}
    except Exception as problem:  # a fault of gradviz costs no student anything, and no other row
        found = {**refused(say("grading-fault", problem=type(problem).__name__)), "status": "undecided"}
    return {**found, "ms": round((perf_counter() - began) * 1000, 3)}


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
