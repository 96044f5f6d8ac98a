"""Brackets in texts: what stands between them, and rules that change it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

Rule: TypeAlias = Callable[[str], str]

OPENING, CLOSING = "([{", ")]}"
MOST = 40


def closing(text: str, at: int) -> int:
    """Where the bracket closes that opens at a place; -1 where it does not."""
    depth = 0
    for n in range(at, len(text)):
        depth += (text[n] in OPENING) - (text[n] in CLOSING)
        if not depth:
            return n
    return -1


def opening(text: str, at: int) -> int:
    """Where the bracket opens that is open at a place; -1 where none is."""
    depth = 0
    for n in range(at - 1, -1, -1):
        depth += (text[n] in CLOSING) - (text[n] in OPENING)
        if depth < 0:
            return n
    return -1


def split(text: str, signs: str = ",") -> list[str]:
    """The pieces between signs that stand in no bracket.

    Examples
    --------
    >>> split("a, f(b, c)")
    ['a', 'f(b, c)']
    """
    pieces, depth, start = [], 0, 0
    for n, c in enumerate(text):
        depth += (c in OPENING) - (c in CLOSING)
        if c in signs and not depth:
            pieces.append(text[start:n].strip())
            start = n + 1
    return [*pieces, text[start:].strip()]


def begins(text: str, end: int) -> int:
    """Where the operand begins that ends at a place: a name, a group, a call."""
    at = end
    while at and text[at - 1] in CLOSING:
        at = opening(text, at - 1)
        if at < 0:
            return end
    found = re.search(r"[\w.\u0302]+$", text[:at])
    return found.start() if found else at


def calls(pattern: str, made: Callable[[re.Match[str], str], str | None]) -> Rule:
    """A rule for what ends in an opening bracket: the match, and what is in the bracket."""
    compiled = re.compile(pattern)

    def rule(text: str) -> str:
        start = 0
        for _ in range(MOST):
            found = compiled.search(text, start)
            end = closing(text, found.end() - 1) if found else -1
            if found is None:
                return text
            new = None if end < 0 else made(found, text[found.end() : end])
            if new is None:
                start = found.end()
            else:
                text, start = text[: found.start()] + new + text[end + 1 :], found.start()
        return text

    return rule


def signs(*pairs: tuple[str, str]) -> Rule:
    """A rule that puts one text in the place of another."""
    compiled = [(re.compile(pattern), new) for pattern, new in pairs]

    def rule(text: str) -> str:
        for pattern, new in compiled:
            text = pattern.sub(new, text)
        return text

    return rule
