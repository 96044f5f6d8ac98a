"""Sizes as they are declared: ``3``, ``n``, ``m×(m + d)``, ``4m``, ``n − 1``."""

from __future__ import annotations

import re

from gradviz.notation.spellings import NAME, SpellingError, take_apart
from gradviz.terms.size import Dim, minus, plus, times

_ONE_DIMENSION = r"(?:[0-9]+|(?!x(?![0-9_]))[A-Za-z](?:_?[0-9]+)?)"
_TIGHT = re.compile(rf"{_ONE_DIMENSION}(?:[ ]*x[ ]*{_ONE_DIMENSION})+")
_TIMES = re.compile(r"\\times(?![A-Za-z])|[×*,]|(?<=[\s)])x(?=[\s(])")
_PART = re.compile(rf"\s*(?:(?P<number>[0-9]{{1,9}})|(?P<sign>[-−+()·*]|\\cdot(?![A-Za-z]))|(?P<name>{NAME}))\s*")
_SIGNS = {"−": "-", "·": "*", "\\cdot": "*"}
_MOST = 60


def dimensions(text: str) -> tuple[Dim, ...] | None:
    """The sizes that a text declares; None where it declares none.

    Examples
    --------
    >>> dimensions("3x4"), dimensions("m×(d + m)"), dimensions("4m, n-1"), dimensions("n+")
    ((3, 4), ('m', 'd + m'), ('4 m', 'n - 1'), None)
    """
    text = text.strip()
    if text.startswith("(") and _closes(text) == len(text) - 1:
        text = text[1:-1].strip()
    pieces = re.split(r"[ ]*x[ ]*", text) if _TIGHT.fullmatch(text) else _split(text)
    found = [_size(piece) for piece in pieces]
    shape = tuple(d for d in found if d is not None)
    return shape if len(shape) == len(found) else None


def _closes(text: str) -> int:
    """Where the bracket closes that a text begins with."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if not depth:
            return at
    return -1


def _split(text: str) -> list[str]:
    """The pieces between signs of multiplication that stand in no bracket."""
    pieces: list[str] = []
    start = 0
    for sign in _TIMES.finditer(text):
        before = text[: sign.start()]
        if before.count("(") == before.count(")"):
            pieces.append(text[start : sign.start()])
            start = sign.end()
    return [*pieces, text[start:]]


def _size(text: str) -> Dim | None:
    """One size."""
    parts: list[str] = []
    at = 0
    text = text.strip()
    while at < len(text):
        part = _PART.match(text, at)
        if part is None or len(parts) > _MOST:
            return None
        try:
            name = part["name"] and take_apart(part["name"]).name()
        except SpellingError:
            return None
        sign = part["sign"] or ""
        parts.append(name or part["number"] or _SIGNS.get(sign, sign))
        at = part.end()
    try:
        size, rest = _sum(parts, 0)
    except IndexError:
        return None
    whole = isinstance(size, int)
    return None if rest != len(parts) or not size or (whole and size < 1) else size  # type: ignore[operator]


def _sum(parts: list[str], at: int) -> tuple[Dim, int]:
    total, at = _product(parts, at)
    while at < len(parts) and parts[at] in "+-":
        more, after = _product(parts, at + 1)
        total = plus(total, more if parts[at] == "+" else minus(more))
        at = after
    return total, at


def _product(parts: list[str], at: int) -> tuple[Dim, int]:
    result, at = _factor(parts, at)
    while at < len(parts) and parts[at] not in "+-)":
        more, at = _factor(parts, at + (parts[at] == "*"))
        result = times(result, more)
    return result, at


def _factor(parts: list[str], at: int) -> tuple[Dim, int]:
    part = parts[at]
    if part == "(":
        inner, at = _sum(parts, at + 1)
        if parts[at] != ")":
            raise IndexError
        return inner, at + 1
    if part in "+-*)":
        raise IndexError
    return (int(part) if part.isdecimal() else part), at + 1
