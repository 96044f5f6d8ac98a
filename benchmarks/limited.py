"""Work that may take very long: in a process of its own, which is stopped after a time."""

from __future__ import annotations

import multiprocessing
import time
from importlib import import_module
from multiprocessing.connection import Connection

from benchmarks.measure import timed


def times_within(module: str, function: str, limit: float, *, most: int = 3) -> list[float]:
    """Seconds that a function takes, again and again while there is time; nothing where once is too long.

    Parameters
    ----------
    module, function : str
        Importing the module does not count.
    limit : float
        Seconds for all runs together.
    most : int
        How many runs are enough.

    Raises
    ------
    RuntimeError
        The function failed.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_report, args=(module, function, most, theirs))
    process.start()
    theirs.close()
    found: list[float] = []
    try:
        ours.recv()
        end = time.monotonic() + limit
        while len(found) < most and ours.poll(max(0.0, end - time.monotonic())):
            found.append(ours.recv())
    except EOFError:
        raise RuntimeError(f"{module}.{function} failed") from None
    finally:
        process.kill()
        process.join()
    return found


def _report(module: str, function: str, most: int, answer: Connection) -> None:
    work = getattr(import_module(module), function)
    answer.send(None)
    for _ in range(most):
        answer.send(timed(work))
