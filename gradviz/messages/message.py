"""A thing to tell a person: its kind and its parts; the sentence is made here."""

from __future__ import annotations

from collections.abc import Callable

from gradviz.messages import checking, grading, mistakes, pictures, reading, reasons, shapes, usage
from gradviz.record import record

_PARTS = (reading, shapes, reasons, usage, checking, mistakes, grading, pictures)
_ENGLISH: dict[str, str] = {kind: sentence for part in _PARTS for kind, sentence in part.SENTENCES.items()}


@record
class Message:
    """What is to be said, as data.

    Parameters
    ----------
    kind : str
        A key of the table of sentences, such as ``"unknown-name"``.
    parts : tuple of (str, object)
        What fills the sentence's places: words, numbers, or formulas that know how they are written.

    Examples
    --------
    >>> say("unknown-name", name="qq").text()
    "'qq' is not a name of this program"
    """

    kind: str
    parts: tuple[tuple[str, object], ...] = ()

    def text(self, show: Callable[[object], str] = str) -> str:
        """The sentence; ``show`` makes words of the parts."""
        return _ENGLISH[self.kind].format(**{name: show(part) for name, part in self.parts})

    def __str__(self) -> str:
        return self.text()


def say(kind: str, **parts: object) -> Message:
    """Make a message of one kind; an unknown kind is a programming error (`KeyError`)."""
    _ENGLISH[kind]
    return Message(kind, tuple(parts.items()))
