"""Arrays as lists of their entries, row by row: cheaper than arrays of objects where they are small."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import Any

import numpy as np


def pairwise(function: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    """A function of two numbers or lists; the shorter list stands for each row of the longer."""
    if type(a) is list:
        if type(b) is not list:
            return list(map(function, a, repeat(b)))
        if len(a) != len(b):
            a, b = stretched(a, b)
        return list(map(function, a, b))
    return list(map(function, repeat(a), b)) if type(b) is list else function(a, b)


def stretched(*lists: list[Any]) -> list[list[Any]]:
    """Lists of one length: the shorter ones are repeated."""
    length = max(map(len, lists))
    return [x if len(x) == length else x * (length // len(x)) for x in lists]


def entrywise(function: Callable[..., Any], operands: Sequence[Any]) -> Any:
    """A function of entries of numbers and lists, which are broadcast."""
    if len(operands) == 1:
        only = operands[0]
        return list(map(function, only)) if type(only) is list else function(only)
    if len(operands) == 2:
        return pairwise(function, *operands)
    if all(type(x) is not list for x in operands):
        return function(*operands)
    return list(map(function, *stretched(*map(entries_of, operands))))


def entries_of(value: Any) -> list[Any]:
    """The entries of an array, or a number alone."""
    if type(value) is list:
        return value
    return value.ravel().tolist() if isinstance(value, np.ndarray) else [value]


def pairs(a: Any, b: Any) -> Iterable[tuple[Any, Any]]:
    """The entries of two values, of which one may be broadcast, side by side."""
    first, second = entries_of(a), entries_of(b)
    if len(first) != len(second):
        first, second = stretched(first, second)
    return zip(first, second, strict=True)


def objects(value: Any, dims: tuple[int, ...]) -> Any:
    """A value as an array of objects."""
    entries = entries_of(value)
    made = np.empty(len(entries), dtype=object)
    made[:] = entries
    return made.reshape(dims)


def listed(found: Any) -> Any:
    """An array of objects as machines have it."""
    if not isinstance(found, np.ndarray):
        return found
    return found.ravel().tolist() if found.shape else found.item()
