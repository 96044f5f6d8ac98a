"""One run at a time writes a file of results: a lock beside it says who does.

The system holds the lock and lets it go when its process ends, however that comes: one that is left behind hinders
nobody.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from gradviz.messages import UsageError, say

_BYTE = 1 << 30
"""Where Windows locks: what is locked there cannot be read, and this is behind all that is written."""


class Lock:
    """A lock on a file, held by this process until it is let go.

    Parameters
    ----------
    path : Path
        The file that is to be written.

    Raises
    ------
    UsageError
        Another process writes it, or there is no writing beside it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(f"{path.name}.lock")
        while True:
            try:
                self._file = self.path.open("a+", encoding="utf-8")
            except OSError as problem:
                raise UsageError(say("not-writable", path=path, problem=problem.strerror)) from None
            if not _taken(self._file):
                said = _said(self._file)
                self._file.close()
                raise UsageError(say("results-busy", path=path, **said), hint=say("results-busy-hint"))
            if _is_same(self._file, self.path):
                break
            self._file.close()  # another run let it go, and removed it, between the two
        self._file.truncate(0)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        json.dump({"process": os.getpid(), "host": socket.gethostname(), "since": since}, self._file)
        self._file.flush()

    def release(self) -> None:
        """Let the lock go; nothing is left of it."""
        with suppress(OSError):  # Windows removes no file that is open
            self.path.unlink()
        self._file.close()
        if sys.platform == "win32":
            with suppress(OSError):
                self.path.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _taken(file: IO[str]) -> bool:
    """Whether the system gave the lock."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(_BYTE)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_same(file: IO[str], path: Path) -> bool:
    """Whether an open file still is the one of that name."""
    with suppress(OSError):
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    return False


def _said(file: IO[str]) -> dict[str, object]:
    """Who writes, as far as it says so."""
    found: object = None
    with suppress(OSError, ValueError):
        file.seek(0)
        found = json.load(file)
    known = found if isinstance(found, dict) else {}
    return {key: known.get(key, "?") for key in ("process", "host", "since")}
