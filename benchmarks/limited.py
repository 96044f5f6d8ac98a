"""Work that may take very long: in a process of its own, which is stopped after a time."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO

START = 60.0
"""Seconds that an interpreter may take to start and to import."""


def times_within(
    module: str, function: str, limit: float, *, most: int = 3, python: str = sys.executable
) -> list[float]:
    """Seconds that a function takes, again and again while there is time; nothing where once is too long.

    Parameters
    ----------
    module, function : str
        Importing the module does not count.
    limit : float
        Seconds for all runs together.
    most : int
        How many runs are enough.
    python : str
        The interpreter, perhaps of another environment.

    Raises
    ------
    RuntimeError
        The function failed; the message is the last line that it wrote.
    """
    command = [python, "-m", "benchmarks.alone", module, function, str(most)]
    root = Path(__file__).parent.parent
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    told: Queue[str | None] = Queue()
    errors: list[str | None] = []
    for stream, put in ((process.stdout, told.put), (process.stderr, errors.append)):
        Thread(target=_follow, args=(stream, put), daemon=True).start()
    found: list[float] = []
    try:
        if told.get(timeout=START) is None:
            raise RuntimeError(_last(process, errors))
        end = time.monotonic() + limit
        while len(found) < most:
            line = told.get(timeout=max(0.0, end - time.monotonic()))
            if line is None:
                raise RuntimeError(_last(process, errors))
            found.append(float(line))
    except Empty:
        pass
    finally:
        process.kill()
        process.wait()
    return found


def _follow(stream: IO[str], put: object) -> None:
    """Hand on lines, and None after the last."""
    assert callable(put)
    for line in stream:
        put(line.rstrip("\n"))
    put(None)


def _last(process: subprocess.Popen[str], errors: list[str | None]) -> str:
    """The last line that a process wrote on its way down."""
    process.wait()
    while None not in errors:
        time.sleep(0.01)
    lines = [line for line in errors if line]
    return lines[-1] if lines else f"exit code {process.returncode}"
