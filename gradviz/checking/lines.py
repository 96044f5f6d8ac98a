"""A derivation that a student wrote: a chain of equalities, line by line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from gradviz.checking.checker import Checker
from gradviz.checking.following import Following
from gradviz.checking.verdict import Verdict
from gradviz.messages import Message, say

MOST_LINES = 200
MOST_TEXT = 64 * 1024

_ENVIRONMENT = re.compile(
    r"\\(?:begin|end)\{(?:align|aligned|alignat|equation|gather|gathered|split|multline|eqnarray)\*?\}"
)
_SAID = re.compile(
    r"\\(?:text|intertext|shortintertext|mbox|textrm|textit)\s*\{[^{}]*\}|\\(?:tag|label)\*?\s*\{[^{}]*\}"
    r"|\\(?:nonumber|notag|qquad|quad)\b|(?<!\\)%[^\n]*|(?<!\\)#[^\n]*|^```\w*|^[^\S\n]*[-*>]\s+(?=\S*[=\\])",
    re.MULTILINE,
)
_DOLLARS = re.compile(r"\$\$?|(?<!\\)\\[\[\]()]")
_ROWS = re.compile(r"\\\\\*?(?:\s*\[[^\]]*\])?|\\newline\b|\n|;")
_BULLET = re.compile(r"\s*[-*•]\s+")
_WORDS = re.compile(r"\s{2,}\(?(?:by|since|because|using|with|chain|from|as)\b[^=]*$", re.IGNORECASE)
_ORDINAL = re.compile(r"^\s*(?:\(\d+\)|\d+[.)])\s+")


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """One line of a derivation.

    Parameters
    ----------
    text : str
        What stands after its ``=``.
    verdict : Verdict
    says : tuple of str
        What it is about, where that is not what is derived, and what it says of it.
    """

    text: str
    verdict: Verdict
    says: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class CheckedLines:
    """A derivation with the verdict on each line.

    Parameters
    ----------
    lines : tuple of CheckedLine
    lacks : Message, optional
        What is still to be done where its last line is right.
    """

    lines: tuple[CheckedLine, ...]
    lacks: Message | None = None

    @property
    def distinct(self) -> tuple[CheckedLine, ...]:
        """The lines without those that say again what another says."""
        return tuple({line.says: line for line in self.lines}.values())

    @property
    def right(self) -> int:
        """How many lines are right; what is said twice counts once."""
        return sum(line.verdict.ok for line in self.distinct)

    @property
    def total(self) -> int:
        """How many lines there are to be right, with the last one where that is missing."""
        return len(self.distinct) + (self.lacks is not None)

    @property
    def first_wrong(self) -> int | None:
        """The first line that does not follow, counted from 1; None where every line does."""
        return next((n for n, line in enumerate(self.lines, 1) if not line.verdict.ok), None)

    @property
    def ok(self) -> bool:
        """Whether every line follows, to the end."""
        return bool(self.lines) and self.first_wrong is None and self.lacks is None

    @property
    def score(self) -> float:
        """The share of the lines that are right."""
        return self.right / self.total if self.lines else 0.0

    @property
    def message(self) -> str:
        """A sentence: the first line that does not follow, or what is still to be done."""
        if not self.lines:
            return str(say("no-lines"))
        wrong = self.first_wrong
        if wrong is None:
            return str(self.lacks or say("line-all"))
        verdict = self.lines[wrong - 1].verdict
        said = verdict.diagnosis[0].message if verdict.diagnosis else verdict.message
        return str(say("line-wrong", line=wrong, said=said) if said else say("line-wrong-plain", line=wrong))

    def json(self) -> dict[str, Any]:
        """All of it as JSON takes it."""
        return {
            "ok": self.ok,
            "message": self.message,
            "first_wrong": self.first_wrong,
            "right": self.right,
            "total": self.total,
            "lines": [{"text": line.text, **line.verdict.json()} for line in self.lines],
        }

    def __str__(self) -> str:
        return self.message


def _said(text: str, verdict: Verdict) -> str:
    """What a line says, as it was read."""
    return "".join(text.split()) if verdict.parsed is None else verdict.parsed.unicode


def check_lines(checker: Checker, text: str, *, feedback: str = "full") -> CheckedLines:
    """Check a chain of equalities line by line.

    A line is right where it is equal to what is asked for; one with a left side of its own, where it is what that says.

    Parameters
    ----------
    checker : Checker
    text : str
        Plain text, Markdown, or LaTeX (``align``): ``dL/dW2 = … = …``.
    feedback : str
        See `Graph.check`.
    """
    found = split_rows(text) if len(text) <= MOST_TEXT else []
    if len(text) > MOST_TEXT or sum(map(len, found)) > MOST_LINES:
        problem = Verdict("resource", say("too-many-lines", limit=MOST_LINES, size=MOST_TEXT // 1024))
        return CheckedLines((CheckedLine("…", problem.told(feedback)),))
    following = Following(checker, found)
    rows = [(row, part) for row in following.rows for part in row.parts]
    verdicts = [row.check(part, diagnose=feedback in ("hint", "full")) for row, part in rows]
    lines = [
        CheckedLine(part, verdict.told(feedback), (row.about, _said(part, verdict)))
        for (row, part), verdict in zip(rows, verdicts, strict=True)
    ]
    return CheckedLines(tuple(lines), following.lacks(verdicts))


def split_rows(text: str) -> list[list[str]]:
    r"""What stands between the signs of equality, row by row; a row that goes on has an empty first part.

    Examples
    --------
    >>> split_rows("dL/dw = (a - b) c\n      = a c - b c")
    [['dL/dw', '(a - b) c'], ['', 'a c - b c']]
    >>> split_rows(r"\begin{align*} \frac{dL}{dw} &= 2 x \\ &= x + x \tag{1} \end{align*}")
    [['\\frac{dL}{dw}', '2 x'], ['', 'x + x']]
    """
    for pattern in (_ENVIRONMENT, _SAID, _DOLLARS):
        text = pattern.sub(" ", text)
    rows = [row for row in text.split("\n") if row.strip()]
    if all("=" in row and _BULLET.match(row) for row in rows):
        text = "\n".join(_BULLET.sub("", row, count=1) for row in rows)  # items of a list: none goes on the one before
    if r"\\" in text:
        text = text.replace("\n", " ")  # rows end where LaTeX ends them
    found: list[list[str]] = []
    for row in _ROWS.split(_joined(text.replace("&", " "))):
        plain = _WORDS.sub("", _ORDINAL.sub("", row)).strip().rstrip(".,;").strip()
        if not plain:
            continue
        first, *others = _equal_parts(plain)
        found.append([first, *[p for p in others if p]])
    return found


def _joined(text: str) -> str:
    """Lines that go on, since a bracket is open or a sign stands at an end, in one."""
    rows: list[str] = []
    depth = 0
    for row in text.split("\n"):
        alone = rows and "=" not in rows[-1] and re.match(r"\s*=", row)  # the left side has a line of its own
        signed = rows and (re.match(r"\s*[+\-−*/·⊙]\s", row) or re.search(r"[+\-−*/·⊙]\s*$", rows[-1]))
        goes_on = rows and (depth > 0 or alone or signed)
        if goes_on and row.strip():
            rows[-1] += " " + row.strip()
        else:
            rows.append(row)
            depth = 0
        depth += sum(row.count(c) for c in "([{") - sum(row.count(c) for c in ")]}")
    return "\n".join(rows)


def _equal_parts(row: str) -> list[str]:
    """What stands between the signs of equality that are in no bracket."""
    parts, depth, start = [], 0, 0
    for n, c in enumerate(row):
        depth += (c in "([{") - (c in ")]}")
        alone = row[n - 1 : n] not in tuple("<>!:=≤≥") and row[n + 1 : n + 2] != "="
        if c == "=" and depth <= 0 and (alone or n == 0):
            parts.append(row[start:n].strip())
            start = n + 1
    return [*parts, row[start:].strip()]
