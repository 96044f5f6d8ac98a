"""A cluster of machines as an executor."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from gradviz.messages import UsageError, say


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """The executor of a dask.distributed scheduler, and how many threads work for it now; 0 where none does yet.

    A chunk whose worker dies is given to another; its guards die with the worker.

    Raises
    ------
    UsageError
        The package is not installed, or nothing answers at the address.
    """
    try:
        import distributed
    except ImportError as missing:
        raise UsageError(say("no-dask"), hint=say("no-dask-hint")) from missing
    try:
        _look_up(address)
        client: Any = distributed.Client(address, timeout="5s", set_as_default=False)
    except (OSError, ValueError) as problem:
        raise UsageError(say("dask-address", address=address, problem=problem)) from None
    with client:
        threads = sum(client.nthreads().values())
        # pure=False: a second try of a chunk is a task of its own.
        yield client.get_executor(pure=False, retries=3), threads


def _look_up(address: str) -> None:
    """Make sure that there can be such an address: a client that was never begun ends with a traceback."""
    from distributed.comm import resolve_address
    from distributed.core import coerce_to_address

    resolve_address(coerce_to_address(address))
