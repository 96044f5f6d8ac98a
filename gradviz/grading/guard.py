"""A process that judges answers, watched from outside: it may hang, grow or die, and nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from queue import Empty, SimpleQueue
from time import monotonic
from typing import IO

from gradviz.grading.found import Found, refused
from gradviz.grading.homework import Homework, question_of
from gradviz.messages import GradvizError, Message, say

START = 60.0
"""Seconds in which a new process has to be ready."""

READY = b"ready\n"
"""What a process writes first; another line says why it cannot start."""

DIED = 70
"""The exit code of a process that has no memory to go on with."""

_LONGEST = 256 * 1024  # characters of an answer that are handed on; all readers refuse far shorter ones
_TOGETHER = 512 * 1024  # characters that are handed on in one line: the process has to hold them
_LOOKS = 4  # how often an answer's progress is looked at in the longest time that it may take


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
    """A running process: what it says at the end of each line of answers, and the file where its verdicts stand.

    Verdicts go to a file since that wakes nobody: this process has to do something for a whole line of answers only,
    and what was found before a process died is there all the same.
    """

    popen: subprocess.Popen[bytes]
    said: SimpleQueue[bytes | None]
    verdicts: IO[bytes]

    def send(self, line: str) -> bool:
        """Hand over a line, which is read before any of it is judged; False where the process is gone."""
        assert self.popen.stdin
        # Both processes write at the one offset; this one only while the other waits.
        self.verdicts.seek(0)
        self.verdicts.truncate()
        try:
            self.popen.stdin.write(line.encode() + b"\n")
            self.popen.stdin.flush()
        except OSError:
            return False
        return True

    def wait(self, seconds: float) -> Message | None:
        """Wait until a line is done, or until one of its answers is at fault."""
        size = looks = 0
        while looks < _LOOKS:
            try:
                said = self.said.get(timeout=seconds / _LOOKS)
            except Empty:
                now = os.fstat(self.verdicts.fileno()).st_size
                looks = looks + 1 if now == size else 0
                size = now
                continue
            if said is None:
                return say("grading-memory" if self.popen.wait() == DIED else "grading-crash")
            return None
        return say("grading-time", seconds=f"{seconds:g}")

    def stop(self) -> None:
        """End the process; what it found can still be read."""
        self.popen.kill()
        self.popen.wait()

    def found(self) -> list[Found]:
        """The verdicts; not to be called while the process works. One that was cut off is left out."""
        self.verdicts.seek(0)
        return [Found.of_line(line) for line in self.verdicts.read().split(b"\n")[:-1]]


def _start(spec: Spec) -> _Process:
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # each thread reserves memory
    command = [sys.executable, "-m", "gradviz.grading.worker"]
    verdicts = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
    popen = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=verdicts, stderr=subprocess.PIPE, env=environment)  # noqa: S603
    said: SimpleQueue[bytes | None] = SimpleQueue()
    assert popen.stderr
    threading.Thread(target=_listen, args=(popen.stderr, said), daemon=True).start()
    process = _Process(popen, said, verdicts)
    last = _first_words(process, spec)
    if last != READY:
        _end(process)
        problem = last.decode(errors="replace").strip() if last else f"exit code {popen.returncode}"
        raise GradvizError(say("grading-no-start", problem=problem))
    return process


def _first_words(process: _Process, spec: Spec) -> bytes | None:
    """What a process says when it is ready; else the last that it, or the interpreter, said."""
    last: bytes | None = None
    until = monotonic() + START
    with suppress(Empty):
        said = process.said.get(timeout=START) if process.send(spec.line()) else None
        while said is not None:
            last = said
            if said == READY:
                break
            said = process.said.get(timeout=max(0.0, until - monotonic()))
    return last


def _listen(pipe: IO[bytes], said: SimpleQueue[bytes | None]) -> None:
    with pipe:
        for line in pipe:
            said.put(line)
    said.put(None)


def _end(process: _Process) -> None:
    process.stop()
    process.verdicts.close()
    assert process.popen.stdin
    with suppress(OSError):  # what was not yet handed over is lost with the process
        process.popen.stdin.close()


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
        self._finalizer = weakref.finalize(self, _end, self._process)

    @property
    def pid(self) -> int:
        """The process's number, for those who measure it."""
        return self._process.popen.pid

    def close(self) -> None:
        """End the process."""
        self._finalizer()

    def judge(self, answers: Sequence[tuple[str, str]]) -> list[Found]:
        """Judge answers, each a question's name and a text; a verdict for each comes back, in order."""
        found: list[Found] = []
        for some in _lines(answers):
            found += self._judge(some)
        return found

    def _judge(self, answers: Sequence[tuple[str, str]]) -> list[Found]:
        found: list[Found] = []
        tries = 0
        while len(found) < len(answers):
            sent = self._process.send(json.dumps(answers[len(found) :]))
            problem = self._process.wait(self.spec.seconds) if sent else say("grading-crash")
            if problem is not None:
                self._process.stop()  # it may still be at work
            new = self._process.found()
            found += new
            if problem is None:
                break
            self._finalizer()
            self._process = _start(self.spec)
            self._finalizer = weakref.finalize(self, _end, self._process)
            # A process that died is tried again: the answer after those that it judged is at fault.
            tries = 1 if new else tries + 1
            if (problem.kind == "grading-time" or tries == 2) and len(found) < len(answers):
                found.append(refused(problem))
                tries = 0
        return found


def _lines(answers: Sequence[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Answers as they are handed over: as many in one line as a process should hold."""
    line: list[tuple[str, str]] = []
    size = 0
    for question, answer in answers:
        text = answer[:_LONGEST]
        if line and size + len(text) > _TOGETHER:
            yield line
            line, size = [], 0
        line.append((question, text))
        size += len(text)
    if line:
        yield line
