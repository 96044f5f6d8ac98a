"""One piece of work in a process of its own: ``python -m benchmarks.alone MODULE FUNCTION MOST``.

It writes a line when the module is imported, and then the seconds of each run. Nothing but the module is imported, so
that the interpreter may be that of another environment.
"""

from __future__ import annotations

import contextlib
import gc
import sys
import time
from collections.abc import Callable
from importlib import import_module


def timed(work: Callable[[], object]) -> float:
    """Seconds that a piece of work takes; the garbage collector is frozen meanwhile."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        start = time.perf_counter()
        result = work()
        seconds = time.perf_counter() - start
        del result
    finally:
        gc.enable()
        gc.unfreeze()
    return seconds


def main() -> None:
    """Run what the command line names."""
    module, function, most = sys.argv[1:]
    told = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):
        work = getattr(import_module(module), function)
        print("ready", file=told, flush=True)
        for _ in range(int(most)):
            print(timed(work), file=told, flush=True)


if __name__ == "__main__":
    main()
