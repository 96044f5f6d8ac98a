"""The run over all submissions: identical answers once, in any executor, results in the order of the rows."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

from gradviz.grading.found import Found, refused
from gradviz.grading.guard import Guard, Spec, spec_of
from gradviz.grading.results import Graded, Key, Row
from gradviz.grading.submission import Submission
from gradviz.messages import GradvizError, say

CHUNK = 32
"""Answers handed to an executor at a time."""

AHEAD = 32
"""Chunks for each that works, by which rows are looked at ahead: one that hangs keeps the others busy meanwhile."""

Asked = tuple[str, str]
"""A question's name and an answer: what is judged once."""


@lru_cache(maxsize=64)
def _guard(line: str, thread: int) -> Guard:
    """The guard of a thread: it stays between chunks."""
    return Guard(spec_of(line))


def judge_chunk(line: str, answers: tuple[Asked, ...]) -> list[Found]:
    """Judge some answers behind this thread's guard; what executors are given."""
    return _guard(line, threading.get_ident()).judge(answers)


def close_guards() -> None:
    """End the guards of this process."""
    _guard.cache_clear()


@contextmanager
def guarded(spec: Spec, jobs: int) -> Iterator[Executor]:
    """Threads of this process, each with a guard; all guards start at once, before there is work for them."""
    with ThreadPoolExecutor(jobs) as threads:
        for _ in range(jobs):
            threads.submit(judge_chunk, spec.line(), ())
        try:
            yield threads
        finally:
            threads.shutdown(cancel_futures=True)
            close_guards()


def grade(
    spec: Spec,
    submissions: Iterable[Submission],
    *,
    executor: Executor | None = None,
    jobs: int = 1,
    done: Mapping[Key, int] | None = None,
) -> Iterator[Row]:
    """Grade submissions; rows come back in their order, each as soon as it and those before it are judged.

    Parameters
    ----------
    spec : Spec
        The questions and the limits.
    submissions : iterable of Submission
        May be endless: a thousand for each that works are looked at ahead.
    executor : concurrent.futures.Executor, optional
        Where answers are judged; threads of this process, each with its guard, where not given.
    jobs : int
        How many work at once.
    done : mapping, optional
        How often a student, a question and an answer were graded by an earlier run: as many rows are left out.

    Yields
    ------
    dict
        ``student_id``, ``question``, ``answer``, ``status``, ``score``, ``message``, ``parsed``, ``expected``,
        ``diagnosis``, ``ms``.
    """
    for one in graded(spec, submissions, executor=executor, jobs=jobs, done=done):
        yield one.row()


def graded(
    spec: Spec,
    submissions: Iterable[Submission],
    *,
    executor: Executor | None = None,
    jobs: int = 1,
    done: Mapping[Key, int] | None = None,
) -> Iterator[Graded]:
    """Grade submissions as `grade` does; what was found stays as it came, in bytes."""
    left = Counter(done or {})
    if executor is not None:
        yield from _Run(spec.line(), executor, max(1, jobs)).rows(submissions, left)
        return
    with guarded(spec, jobs) as threads:
        yield from _Run(spec.line(), threads, jobs).rows(submissions, left)


@dataclass(slots=True)
class _Chunk:
    """Answers that are judged together, and where."""

    answers: list[Asked]
    future: Future[list[Found]] | None = None


@dataclass(slots=True)
class _Run:
    """What is going on: rows that wait, answers that are judged, and what is known of them."""

    line: str
    executor: Executor
    jobs: int
    found: dict[Asked, Found] = field(default_factory=dict)
    chunk_of: dict[Asked, _Chunk] = field(default_factory=dict)
    open: _Chunk = field(default_factory=lambda: _Chunk([]))

    def rows(self, submissions: Iterable[Submission], left: Counter[Key]) -> Iterator[Graded]:
        ahead = AHEAD * CHUNK * self.jobs
        waiting: deque[Submission] = deque()
        for submission in submissions:
            if left and left[key := submission.key] > 0:
                left[key] -= 1
                continue
            waiting.append(submission)
            if submission.problem is None:
                self._ask((submission.question, submission.answer))
            while len(waiting) > ahead or (waiting and self._known(waiting[0])):
                yield self._row(waiting.popleft())
        while waiting:
            yield self._row(waiting.popleft())

    def _ask(self, asked: Asked) -> None:
        if asked in self.found or asked in self.chunk_of:
            return
        self.open.answers.append(asked)
        self.chunk_of[asked] = self.open
        if len(self.open.answers) == CHUNK:
            self._send()

    def _send(self) -> None:
        chunk, self.open = self.open, _Chunk([])
        chunk.future = self.executor.submit(judge_chunk, self.line, tuple(chunk.answers))

    def _known(self, submission: Submission) -> bool:
        if submission.problem is not None:
            return True
        asked = submission.question, submission.answer
        chunk = self.chunk_of.get(asked)
        return asked in self.found if chunk is None else chunk.future is not None and chunk.future.done()

    def _row(self, submission: Submission) -> Graded:
        if submission.problem is not None:
            return Graded(submission, refused(submission.problem, "invalid"))
        asked = submission.question, submission.answer
        if asked not in self.found:
            self._collect(self.chunk_of[asked])
        return Graded(submission, self.found[asked])

    def _collect(self, chunk: _Chunk) -> None:
        """Wait for a chunk; one that is lost with its machine is tried a second time."""
        if chunk.future is None:
            self._send()
        for last in (False, True):
            assert chunk.future is not None
            try:
                judged = chunk.future.result()
                break
            except GradvizError:
                raise
            except (Exception, CancelledError) as problem:  # each executor has errors of its own
                if last:
                    judged = [refused(say("grading-lost"), "undecided")] * len(chunk.answers)
                    break
                try:
                    chunk.future = self.executor.submit(judge_chunk, self.line, tuple(chunk.answers))
                except RuntimeError:
                    raise GradvizError(
                        say("grading-no-start", problem=f"{type(problem).__name__}: {problem}")
                    ) from None
        for asked, verdict in zip(chunk.answers, judged, strict=True):
            self.found[asked] = verdict
            del self.chunk_of[asked]
