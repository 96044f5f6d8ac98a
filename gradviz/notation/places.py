"""From offsets in a text to the lines and columns that messages show."""

from __future__ import annotations

from gradviz.messages import Place
from gradviz.notation.tree import Source, Span


def place(source: Source, start: int, end: int) -> Place:
    r"""Give the place of a stretch of the text; one that runs over lines ends with its first.

    Examples
    --------
    >>> place(Source("a = 1\nb = ?"), 10, 11)
    Place(line=2, column=5, width=1, source='b = ?', file='')
    """
    text = source.text
    start = min(start, len(text))
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    line = text[line_start:line_end].rstrip("\r")
    column = min(start - line_start, len(line)) + 1
    width = max(1, min(end, line_end) - start)
    return Place(text.count("\n", 0, start) + 1, column, width, line, source.file)


def place_of(source: Source, span: Span) -> Place:
    """Where a part of the tree stands in the text it was read from."""
    return place(source, span.start, span.end)
