"""What was found of an answer, as it goes from the process that judged it to the line of its row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from gradviz.messages import Message


class Found(NamedTuple):
    r"""A verdict in bytes, which go into its row's line as they are; what is counted stands beside them.

    Parameters
    ----------
    status : str
    score : float or None
    json : bytes
        An object of JSON without its braces: ``"status": …, "score": …, …``.

    Examples
    --------
    >>> found = Found.of({"status": "equal_proved", "score": 2.0, "message": "right"})
    >>> found.line()
    b'equal_proved 2.0 "status": "equal_proved", "score": 2.0, "message": "right"\n'
    >>> Found.of_line(found.line()[:-1]) == found, found.fields()["message"]
    (True, 'right')
    """

    status: str
    score: float | None
    json: bytes

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Self:
        """A verdict that is given by its fields."""
        return cls(fields["status"], fields["score"], encoded(fields)[1:-1])

    @classmethod
    def of_line(cls, line: bytes) -> Self:
        """The verdict that `line` wrote; without the line's end."""
        status, score, fields = line.split(b" ", 2)
        return cls(status.decode(), None if score == b"-" else float(score), fields)

    def line(self) -> bytes:
        """The verdict as a line."""
        score = "-" if self.score is None else repr(self.score)
        return f"{self.status} {score} ".encode() + self.json + b"\n"

    def fields(self) -> dict[str, Any]:
        """All that was found."""
        read: dict[str, Any] = json.loads(b"{" + self.json + b"}")
        return read


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def encoded(value: object) -> bytes:
    """JSON in UTF-8; half a pair of surrogates, which is no character, stays an escape."""
    return _ENCODER.encode(value).encode("utf-8", "backslashreplace")


def refusal(problem: Message, status: str = "resource") -> dict[str, Any]:
    """What is kept of an answer that could not be judged."""
    return {"status": status, "score": None, "message": str(problem), "parsed": None, "diagnosis": [], "ms": None}


def refused(problem: Message, status: str = "resource") -> Found:
    """The same, ready made."""
    return Found.of(refusal(problem, status))
