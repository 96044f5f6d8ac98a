"""A process that judges answers, watched from outside: it may hang, grow or die, and nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from queue import Empty, SimpleQueue
from typing import IO, Any

from gradviz.grading.homework import Homework, question_of
from gradviz.messages import GradvizError, Message, say

START = 60.0
"""Seconds in which a new process has to be ready."""

READY = b"ready\n"
"""What a process writes first; another line says why it cannot start."""

DIED = 70
"""The exit code of a process that has no memory to go on with."""

_AHEAD = 16 * 1024  # below what any pipe holds, so that writing never waits for a process that hangs
_LONGEST = 256 * 1024  # characters of an answer that are handed on; all readers refuse far shorter ones


@dataclass(frozen=True, slots=True)
class Spec:
    """What a guard has to know.

    Parameters
    ----------
    homework : Homework
    seconds : float
        The longest that one answer may take.
    memory : int
        The most memory that the process may take, in MiB of address space (where the system can limit it).
    seed : int or None
        For repeatable points.
    judge : str
        The function that judges, as ``module:name``.
    """

    homework: Homework
    seconds: float = 5.0
    memory: int = 1024
    seed: int | None = None
    judge: str = "gradviz.grading.judge:judge"

    def line(self) -> str:
        """The line that the process reads first."""
        return json.dumps(asdict(self))


def spec_of(line: str) -> Spec:
    """The spec that `Spec.line` wrote."""
    data = json.loads(line)
    homework = data.pop("homework")
    questions = tuple(question_of(q) for q in homework.pop("questions"))
    return Spec(Homework(questions=questions, **homework), **data)


@dataclass(frozen=True, slots=True)
class _Process:
    """A running process, and the lines that it answered."""

    popen: subprocess.Popen[bytes]
    replies: SimpleQueue[bytes | None]

    def send(self, line: str) -> bool:
        """Hand over a line; False where the process is gone."""
        assert self.popen.stdin
        try:
            self.popen.stdin.write(line.encode() + b"\n")
            self.popen.stdin.flush()
        except OSError:
            return False
        return True


def _start(spec: Spec) -> _Process:
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # each thread reserves memory
    command = [sys.executable, "-m", "gradviz.grading.worker"]
    # A worker says what is wrong with it on its standard output: nothing else is listened to.
    popen = subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )
    replies: SimpleQueue[bytes | None] = SimpleQueue()
    assert popen.stdout
    threading.Thread(target=_listen, args=(popen.stdout, replies), daemon=True).start()
    process = _Process(popen, replies)
    try:
        said = replies.get(timeout=START) if process.send(spec.line()) else None
    except Empty:
        said = None
    if said != READY:
        _end(popen)
        problem = said.decode(errors="replace").strip() if said else f"exit code {popen.returncode}"
        raise GradvizError(say("grading-no-start", problem=problem))
    return process


def _listen(pipe: IO[bytes], replies: SimpleQueue[bytes | None]) -> None:
    with pipe:
        for line in pipe:
            replies.put(line)
    replies.put(None)


def _end(popen: subprocess.Popen[bytes]) -> None:
    popen.kill()
    popen.wait()
    assert popen.stdin
    with suppress(OSError):  # what was not yet handed over is lost with the process
        popen.stdin.close()


class Guard:
    """Judges answers in a process of its own, and replaces that where it hangs or dies.

    Parameters
    ----------
    spec : Spec

    Raises
    ------
    GradvizError
        The process does not start.
    """

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self._process = _start(spec)
        self._finalizer = weakref.finalize(self, _end, self._process.popen)

    @property
    def pid(self) -> int:
        """The process's number, for those who measure it."""
        return self._process.popen.pid

    def close(self) -> None:
        """End the process."""
        self._finalizer()

    def judge(self, answers: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        """Judge answers, each a question's name and a text; one object for each comes back, in order."""
        found: list[dict[str, Any]] = []
        tries = 0
        while len(found) < len(answers):
            before = len(found)
            problem = self._run(answers, found)
            if problem is None:
                break
            self._replace()
            tries = tries + 1 if len(found) == before else 1
            if problem.kind == "grading-time" or tries == 2:
                found.append(refused(problem))
                tries = 0
        return found

    def _run(self, answers: Sequence[tuple[str, str]], found: list[dict[str, Any]]) -> Message | None:
        """Judge on until the end, or until the process fails: the next answer is then at fault."""
        lines = [json.dumps([q, text[:_LONGEST]]) for q, text in answers]
        sent = len(found)
        ahead = 0
        while len(found) < len(lines):
            while sent < len(lines) and (sent == len(found) or ahead + len(lines[sent]) <= _AHEAD):
                ahead += len(lines[sent])
                if not self._process.send(lines[sent]):
                    return say("grading-crash")
                sent += 1
            try:
                reply = self._process.replies.get(timeout=self.spec.seconds)
            except Empty:
                return say("grading-time", seconds=f"{self.spec.seconds:g}")
            if reply is None:
                return say("grading-memory" if self._process.popen.wait() == DIED else "grading-crash")
            ahead -= len(lines[len(found)])
            found.append(json.loads(reply))
        return None

    def _replace(self) -> None:
        self._finalizer()
        self._process = _start(self.spec)
        self._finalizer = weakref.finalize(self, _end, self._process.popen)


def refused(problem: Message) -> dict[str, Any]:
    """What is kept of an answer that could not be judged."""
    return {"status": "resource", "score": None, "message": str(problem), "parsed": None, "diagnosis": [], "ms": None}
