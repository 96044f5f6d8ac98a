"""An answer taken apart: what it says that it is, the answer itself, and names that it defines beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from gradviz.messages import GradvizError
from gradviz.notation import canonical


class Parts(NamedTuple):
    """The parts of an answer.

    ``left`` is what stands before its sign of equality, ``body`` the answer alone, ``definitions`` names with what they
    stand for. All but the left side have spaces where the rest of the answer stands, so that places stay.
    """

    left: str
    body: str
    definitions: tuple[tuple[str, str], ...] = ()


_SET_OFF = re.compile(r"\\[()\[\]]")
_BLANK = r"\s|[&$~]|\\q?quad(?![A-Za-z])|\\[,;! ]"
_AROUND = re.compile(rf"^(?:{_BLANK}|\\[(\[]|\\begin\s*\{{[a-z]+\*?\}}|\\displaystyle)+|(?:{_BLANK}|:)+$")
_WORDS = r"(?:where|with|wobei|mit|let|and|then|so|其中)"
_SAID = re.compile(rf"\\(?:text|textrm|mbox|mathrm)\s*\{{[\s,~]*({_WORDS}:?)[\s~]*\}}")
_BETWEEN = re.compile(rf"(?<!\\)[,;]|\n|\\\\|(?<![\w\\])(?:{_WORDS}:?)(?!\w)|其中")
_EDGE = re.compile(r"\\(begin|end)\s*\{(?:\w*matrix|array|d?cases)\}")


def levels(text: str) -> list[int]:
    r"""How many brackets are open before each character; matrices and cases are brackets too."""
    text = _SET_OFF.sub("  ", text)
    edges = {m.start(): 1 if m[1] == "begin" else -1 for m in _EDGE.finditer(text)}
    found, depth = [], 0
    for n, c in enumerate(text):
        depth -= c in ")]}" or edges.get(n) == -1
        found.append(depth)
        depth += c in "([{" or edges.get(n) == 1
    return found


def equals_in(text: str) -> list[int]:
    """Where signs of equality stand that are in no bracket."""
    depth = levels(text) if "=" in text else []
    return [
        n
        for n, c in enumerate(text)
        if c == "=" and depth[n] <= 0 and text[n - 1 : n] not in tuple("<>!:=") and text[n + 1 : n + 2] != "="
    ]


def left_of(text: str) -> str | None:
    r"""The text before the first sign of equality that is in no bracket; None where there is none.

    Examples
    --------
    >>> left_of(r"$\delta_2 = (ŷ - y)$"), left_of("1[z >= 0] h"), left_of("= x")
    ('\\delta_2', None, '')
    """
    found = equals_in(text)
    return _AROUND.sub("", text[: found[0]]) if found else None


def parted(text: str, is_asked: Callable[[str], bool]) -> Parts | None:
    """An answer taken apart; None where it has no sign of equality of its own.

    Parameters
    ----------
    text : str
    is_asked : callable
        Whether a left side is what is asked for.

    Examples
    --------
    >>> parted("2 r x where r = w x - y", lambda left: left == "dL/dw").definitions
    (('r', '                w x - y'),)
    >>> parted("dL/dw = 2 x", bool)
    Parts(left='dL/dw', body='        2 x', definitions=())
    """
    if not equals_in(text):
        return None
    spelled = _SAID.sub(lambda m: f" {m[1]}".ljust(len(m[0])), text)
    return _with_definitions(spelled, is_asked) or _alone(text, 0, len(text))


def _alone(text: str, start: int, end: int) -> Parts:
    """An answer between two places, with its left side."""
    at = [n for n in equals_in(text) if start <= n < end]
    begin = at[0] + 1 if len(at) == 1 else start  # of two signs of equality the reader tells
    left = _AROUND.sub("", text[start : at[0]]) if at else ""
    return Parts(left, " " * begin + text[begin:end])


def _with_definitions(text: str, is_asked: Callable[[str], bool]) -> Parts | None:
    """An answer with names that are defined beside it; None where it is none."""
    equals = equals_in(text)
    answer: tuple[int, int] | None = None
    definitions: list[tuple[str, str]] = []
    for start, end in _pieces(text):
        signs = [n for n in equals if start <= n < end]
        at = signs[0] if signs else None
        left = None if at is None else _AROUND.sub("", text[start:at])
        name = "" if left is None or is_asked(left) else _name(left)
        if name and at is not None:
            begin = at + 1 if len(signs) == 1 else start
            definitions.append((name, " " * begin + text[begin:end]))
        elif answer is None and (not left or is_asked(left)):
            answer = start, end
        else:
            return None
    if answer is None or not definitions:
        return None
    return _alone(text, *answer)._replace(definitions=tuple(definitions))


def _pieces(text: str) -> list[tuple[int, int]]:
    """What stands between commas, semicolons and words such as 'where'."""
    depth = levels(text)
    cuts = [(m.start(), m.end()) for m in _BETWEEN.finditer(text) if depth[m.start()] <= 0]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    return [(a, b) for a, b in zip(starts, ends, strict=True) if _AROUND.sub("", text[a:b])]


def _name(text: str) -> str:
    """The name that a text is; empty where it is none."""
    try:
        return canonical(text)
    except GradvizError:
        return ""
