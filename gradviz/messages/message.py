"""A thing to tell a person: its kind and its parts; the sentence is made here."""

from __future__ import annotations

from dataclasses import dataclass

from gradviz.messages import reading, reasons, shapes, usage


_ENGLISH = {**reading.SENTENCES, **shapes.SENTENCES, **reasons.SENTENCES, **usage.SENTENCES}


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said, as data.

    Parameters
    ----------
    kind : str
        A key of the table of sentences, such as ``"unknown-name"``.
    parts : tuple of (str, str)
        What fills the sentence's places.

    Examples
    --------
    >>> say("unknown-name", name="qq").text()
    "'qq' is not a name of this program"
    """

    kind: str
    parts: tuple[tuple[str, str], ...] = ()

    def text(self) -> str:
        """The sentence."""
        return _ENGLISH[self.kind].format(**dict(self.parts))

    def __str__(self) -> str:
        return self.text()


def say(kind: str, **parts: object) -> Message:
    """Make a message of one kind; an unknown kind is a programming error (`KeyError`)."""
    _ENGLISH[kind]
    return Message(kind, tuple((name, str(value)) for name, value in parts.items()))
