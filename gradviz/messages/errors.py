"""What users meet when something is wrong: a message, and the place it is about."""

from __future__ import annotations

from dataclasses import dataclass

from gradviz.messages.message import Message


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one line of a source text.

    Parameters
    ----------
    line, column : int
        Both count from 1.
    width : int
        How many characters the caret covers, at least 1.
    source : str
        The whole line.
    file : str
        Where the text comes from (a path), or "".
    """

    line: int
    column: int
    width: int
    source: str
    file: str = ""

    def show(self) -> str:
        """The line with a caret below it, as errors print it."""
        carets = "^" * max(1, min(self.width, len(self.source) - self.column + 2))
        return f"    {visible(self.source)}\n    {' ' * (self.column - 1)}{carets}"


def visible(text: str) -> str:
    r"""The text with a sign for each character that a terminal would not show, or would obey.

    Examples
    --------
    >>> visible("a\x1b[2Jb\tc")
    'a�[2Jb c'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " if c == "\t" else "�" for c in text)


class GradvizError(Exception):
    """Base of every error that gradviz raises on purpose.

    Attributes
    ----------
    message : Message
        What is wrong.
    hint : Message or None
        What to write instead.
    place : Place or None
        Where.
    """

    def __init__(self, message: Message, place: Place | None = None, hint: Message | None = None) -> None:
        super().__init__(message, place, hint)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        where = ""
        if self.place:
            file = f"{self.place.file}, " if self.place.file else ""
            where = f"{file}line {self.place.line}, column {self.place.column}: "
        lines = [visible(where + self.message.text())]
        if self.place:
            lines.append(self.place.show())
        if self.hint:
            lines.append(visible(self.hint.text()))
        return "\n".join(lines)


class ReadError(GradvizError):
    """The text cannot be read."""


class AmbiguousError(ReadError):
    """The text has two readings that both fit."""


class NamingError(GradvizError):
    """A name is unknown, given twice, or used before its definition."""


class ShapeError(GradvizError):
    """The shapes of an operation's operands do not fit."""


class InputError(GradvizError):
    """A number that was given does not fit its name, or is missing."""


class ResourceError(GradvizError):
    """The input is larger or deeper than gradviz takes from outside."""


class UsageError(GradvizError):
    """Something was asked for that does not exist: an output, a view, a file format."""
