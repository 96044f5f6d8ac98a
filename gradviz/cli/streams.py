"""Standard input, output and arguments, on systems that have another encoding than UTF-8."""

from __future__ import annotations

import codecs
import os
import sys
from contextlib import suppress
from io import TextIOWrapper

from gradviz.messages import UsageError, say


def speak_utf8() -> None:
    """Write UTF-8 into files and to other programs; elsewhere what the system cannot say by its number."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and codecs.lookup(stream.encoding).name != "utf-8":
            chosen = stream.isatty() or "PYTHONIOENCODING" in os.environ
            stream.reconfigure(encoding=None if chosen else "utf-8", errors="backslashreplace")


def argument(text: str) -> str:
    r"""An argument of the command line, whose bytes the system may not have taken for UTF-8.

    Examples
    --------
    >>> argument("\udcc5\udcb7"), argument("ŷ")
    ('ŷ', 'ŷ')
    """
    with suppress(UnicodeError):
        return text.encode("ascii", "surrogateescape").decode("utf-8")
    return text


def standard_input() -> str:
    """All of standard input; nothing where there is none.

    Raises
    ------
    UsageError
        It is no UTF-8.
    """
    try:
        return "" if sys.stdin is None else sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(say("not-utf8", path="-")) from None


def give_up_output() -> None:
    """Close standard output where it takes no more, so that nobody tries again at the end."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        with suppress(OSError):
            sys.stdout.close()
