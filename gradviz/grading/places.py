"""Where keys and values stand in the text of a question file; the reader of TOML does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from gradviz.messages import Place

_HEADER = re.compile(r"\s*\[\[\s*[\"']?question[\"']?\s*\]\]")
_KEY = re.compile(r"\s*(?P<key>[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')\s*=\s*(?P<value>(?:\"[^\"]*\"|'[^']*'|[^#])*)")
_QUOTES = re.compile(r"\"\"\"|'''")


class _Entry(NamedTuple):
    """A line that begins a question ("" for its key), or sets a key: which question, and the matched line."""

    question: int
    key: str
    line: int
    match: re.Match[str]


def place_of(text: str, question: int, key: str = "", *, file: str = "", of_key: bool = False) -> Place | None:
    r"""The place of a key's value; None where it is not found.

    Parameters
    ----------
    text : str
        The question file.
    question : int
        Which question, from 1 on; 0 for the head. What a question does not say is looked for in the head.
    key : str
        "" for the line that begins the question.
    file : str
        The file's name, for the place.
    of_key : bool
        The place of the key itself.

    Examples
    --------
    >>> text = 'points = 2\n[[question]]\nid = "a"  # the first\n'
    >>> print(place_of(text, 1, "id").show())
        id = "a"  # the first
             ^^^
    >>> place_of(text, 1, "points", of_key=True).line, place_of(text, 1, "form")
    (1, None)
    """
    found = {entry.question: entry for entry in _entries(text) if entry.key == key and entry.question in (0, question)}
    entry = found.get(question) or found.get(0)
    if entry is None:
        return None
    line = entry.match.string
    group = "key" if of_key else "value" if key else 0
    start, whole = entry.match.start(group), entry.match[group]
    indent = len(whole) - len(whole.lstrip())
    return Place(entry.line, start + indent + 1, max(1, len(whole.strip())), line, file)


def _entries(text: str) -> Iterator[_Entry]:
    question = 0
    quotes = ""
    for number, line in enumerate(text.splitlines(), 1):
        if quotes:  # within a text of several lines
            _, end, after = line.partition(quotes)
            quotes = _left_open(after) if end else quotes
            continue
        header, key = _HEADER.match(line), _KEY.match(line)
        if header:
            question += 1
            yield _Entry(question, "", number, header)
        elif key:
            yield _Entry(question, key["key"].strip("\"'"), number, key)
        quotes = _left_open(line)


def _left_open(line: str) -> str:
    """The quotes of a text that goes on in the next line; "" where none does."""
    opened = ""
    for found in _QUOTES.findall(line):
        opened = found if not opened else "" if found == opened else opened
    return opened
