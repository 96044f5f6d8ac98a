"""What is said of an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple, Protocol, TypeAlias

from gradviz.messages import Message, ShapeError, say
from gradviz.notation import tree, write
from gradviz.ops import WORDS

LEVELS = ("none", "verdict", "hint", "full")
"""How much is told of an answer."""

EQUAL = frozenset({"equal_proved", "equal_numeric"})
"""What is said of right answers."""
_PLAINLY = {"equal_proved": "right", "equal_numeric": "right", "unequal_proved": "wrong"}
_TOLD = frozenset({"points", "bits", "primes"})

STATUSES = ("equal_proved", "equal_numeric", "unequal_proved", "undecided", "invalid", "resource")


@dataclass(frozen=True)
class Spelled:
    """An expression in Unicode and in LaTeX, written when it is asked for.

    Examples
    --------
    >>> Spelled(tree.Name("h1")).latex
    'h_1'
    """

    expr: tree.Expr

    @cached_property
    def unicode(self) -> str:
        """For terminals."""
        return write(self.expr, "unicode", WORDS)

    @cached_property
    def latex(self) -> str:
        """For slides."""
        return write(self.expr, "latex", WORDS)

    def json(self) -> dict[str, str]:
        """Both, as JSON takes them."""
        return {"unicode": self.unicode, "latex": self.latex}

    def __str__(self) -> str:
        return self.unicode


@dataclass(frozen=True)
class Mistake:
    """A mistake that a wrong answer is consistent with.

    Parameters
    ----------
    mistake : str
        Its kind: ``sign``, ``missing-factor``, and so on.
    said, hinted : object
        What says it, and what says it without giving the answer away.
    step : str
        The step of the derivation that it belongs to, such as ``∂ŷ/∂z₂ = ŷ(1 − ŷ)``.
    """

    mistake: str
    said: object
    hinted: object = ""
    step: str = ""

    @property
    def message(self) -> str:
        """A sentence for the student."""
        return str(self.said)

    @property
    def hint(self) -> str:
        """A sentence that does not give the answer away."""
        return str(self.hinted)


class Place(Protocol):
    """Values at which an answer is wrong."""

    def values(self) -> dict[str, Any]:
        """By name of the inputs, as plain numbers and nested lists."""


class Verdict(NamedTuple):
    """Whether an answer is right, and why.

    Parameters
    ----------
    status : str
        One of ``equal_proved``, ``equal_numeric``, ``unequal_proved``, ``undecided``, ``invalid``, ``resource``.
    said : object
        What says it; `message` is its text.
    parsed : Spelled or None
        How the answer was read; None where it could not be.
    expected : Spelled or None
        What is right.
    where : Place or None
        Where the answer is wrong; `witness` are the values there.
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
    said: object
    parsed: Spelled | None = None
    expected: Spelled | None = None
    where: Place | None = None
    diagnosis: tuple[Mistake, ...] = ()
    evidence: Mapping[str, Any] = {}
    form: bool | None = None

    @property
    def ok(self) -> bool:
        """Whether the answer is right."""
        return self.status in EQUAL

    @property
    def message(self) -> str:
        """A sentence."""
        return str(self.said)

    @property
    def witness(self) -> dict[str, Any]:
        """Values of inputs at which the answer is wrong; empty where there are none."""
        return {} if self.where is None else self.where.values()

    def told(self, level: str) -> Verdict:
        """The verdict with what a feedback level tells: at ``hint`` nothing that gives the answer away."""
        if level == "full":
            return self
        if level == "none":
            return Verdict(self.status, "", self.parsed, form=self.form)
        diagnosis: tuple[Mistake, ...] = ()
        if level == "hint" and self.diagnosis:
            diagnosis = tuple([Mistake(m.mistake, m.hinted) for m in self.diagnosis])
        evidence = self.evidence
        if not evidence.keys() <= _TOLD:
            evidence = {k: v for k, v in evidence.items() if k in _TOLD}
        said = _PLAINLY.get(self.status, self.said)
        if self.form is False and isinstance(self.said, Message):
            lack = dict(self.said.parts).get("problem")  # it tells of the answer that was given
            said = say("answer-form", said=said, problem=lack) if lack is not None else said
        if isinstance(said, ShapeError):
            said = ShapeError(said.message, said.place)  # its hint writes an answer that would fit
        return verdict_of((self.status, said, self.parsed, None, None, diagnosis, evidence, self.form))

    def json(self) -> dict[str, Any]:
        """The verdict as JSON takes it."""
        found: dict[str, Any] = {
            "status": self.status,
            "message": self.message,
            "parsed": None if self.parsed is None else self.parsed.json(),
            "expected": None if self.expected is None else self.expected.json(),
            "witness": self.witness or None,
            "diagnosis": [{"mistake": m.mistake, "message": m.message} for m in self.diagnosis],
            "evidence": dict(self.evidence),
        }
        if self.form is not None:
            found["form"] = self.form
        return found

    def __str__(self) -> str:
        return "\n".join([self.message, *(m.message for m in self.diagnosis)])


_All: TypeAlias = tuple[
    str, object, Spelled | None, Spelled | None, Place | None, tuple[Mistake, ...], Mapping[str, Any], bool | None
]
verdict_of: Callable[[_All], Verdict] = partial(tuple.__new__, Verdict)
"""A verdict of all that it holds, in half the time."""
