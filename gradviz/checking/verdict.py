"""What is said of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

LEVELS = ("none", "verdict", "hint", "full")
"""How much is told of an answer."""

STATUSES = ("equal_proved", "equal_numeric", "unequal_proved", "undecided", "invalid", "resource")


@dataclass(frozen=True, slots=True)
class Spelled:
    """An expression in Unicode and in LaTeX."""

    unicode: str
    latex: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake that a wrong answer is consistent with.

    Parameters
    ----------
    mistake : str
        Its kind: ``sign``, ``missing-factor``, and so on.
    message : str
        A sentence for the student.
    hint : str
        One that does not give the answer away.
    """

    mistake: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an answer is right, and why.

    Parameters
    ----------
    status : str
        One of `STATUSES`.
    message : str
        A sentence.
    parsed : Spelled or None
        How the answer was read; None where it could not be.
    expected : Spelled or None
        What is right.
    witness : mapping of str to number or nested list
        Values of inputs at which the answer is wrong; empty where it is not.
    diagnosis : tuple of Mistake
        What a wrong answer is consistent with, the simplest first.
    evidence : mapping of str to object
        How it was decided.
    form : bool or None
        Whether the answer has the form that was asked for; None where none was.

    Examples
    --------
    >>> Verdict("equal_proved", "right").ok
    True
    """

    status: str
    message: str
    parsed: Spelled | None = None
    expected: Spelled | None = None
    witness: Mapping[str, Any] = field(default_factory=dict)
    diagnosis: tuple[Mistake, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)
    form: bool | None = None

    @property
    def ok(self) -> bool:
        """Whether the answer is right."""
        return self.status.startswith("equal")

    def told(self, level: str) -> Verdict:
        """The verdict with what a feedback level tells: at ``hint`` nothing that gives the answer away."""
        if level == "full":
            return self
        said = self.diagnosis[0].hint if level == "hint" and self.diagnosis and self.diagnosis[0].hint else ""
        plain = {"equal_proved": "right", "equal_numeric": "right", "unequal_proved": "wrong"}.get(self.status)
        message = "" if level == "none" else said or plain or self.message
        kept = self.diagnosis if level == "hint" else ()
        diagnosis = tuple(Mistake(m.mistake, m.hint or m.mistake) for m in kept)
        evidence = (
            {} if level == "none" else {k: v for k, v in self.evidence.items() if k in ("points", "bits", "primes")}
        )
        return replace(self, message=message, expected=None, witness={}, diagnosis=diagnosis, evidence=evidence)

    def json(self) -> dict[str, Any]:
        """The verdict as JSON takes it."""
        found: dict[str, Any] = {
            "status": self.status,
            "message": self.message,
            "parsed": _spelled(self.parsed),
            "expected": _spelled(self.expected),
            "witness": dict(self.witness) or None,
            "diagnosis": [{"mistake": m.mistake, "message": m.message} for m in self.diagnosis],
            "evidence": dict(self.evidence),
        }
        if self.form is not None:
            found["form"] = self.form
        return found

    def __str__(self) -> str:
        return "\n".join([self.message, *(m.message for m in self.diagnosis)])


def _spelled(e: Spelled | None) -> dict[str, str] | None:
    return None if e is None else {"unicode": e.unicode, "latex": e.latex}
