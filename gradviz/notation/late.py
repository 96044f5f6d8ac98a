"""Regular expressions that are compiled when they are first used: what only imports gradviz need not wait for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache


def late(pattern: str, flags: int = 0) -> Callable[[], re.Pattern[str]]:
    """A function that gives the compiled pattern.

    Examples
    --------
    >>> digits = late("[0-9]+")
    >>> digits().findall("h1, h20")
    ['1', '20']
    """
    return cache(lambda: re.compile(pattern, flags))
