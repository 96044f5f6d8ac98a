"""A derivation that a student wrote: a chain of equalities, line by line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gradviz.checking.checker import Checker
from gradviz.checking.left import Means
from gradviz.checking.verdict import Verdict
from gradviz.messages import say

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
    """

    text: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class CheckedLines:
    """A derivation with the verdict on each line.

    Parameters
    ----------
    lines : tuple of CheckedLine
    """

    lines: tuple[CheckedLine, ...]

    @property
    def right(self) -> int:
        """How many lines are right."""
        return sum(line.verdict.ok for line in self.lines)

    @property
    def first_wrong(self) -> int | None:
        """The first line that does not follow, counted from 1; None where every line does."""
        return next((n for n, line in enumerate(self.lines, 1) if not line.verdict.ok), None)

    @property
    def ok(self) -> bool:
        """Whether every line follows."""
        return bool(self.lines) and self.first_wrong is None

    @property
    def score(self) -> float:
        """The share of the lines that are right."""
        return self.right / len(self.lines) if self.lines else 0.0

    @property
    def message(self) -> str:
        """A sentence: the first line that does not follow."""
        if not self.lines:
            return str(say("no-lines"))
        wrong = self.first_wrong
        if wrong is None:
            return str(say("line-all"))
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
            "total": len(self.lines),
            "lines": [{"text": line.text, **line.verdict.json()} for line in self.lines],
        }

    def __str__(self) -> str:
        return self.message


def check_lines(checker: Checker, text: str, *, feedback: str = "full") -> CheckedLines:
    """Check a chain of equalities line by line; a line is right where it is equal to what is asked for.

    Parameters
    ----------
    checker : Checker
    text : str
        Plain text, Markdown, or LaTeX (``align``): ``dL/dW2 = … = …``.
    feedback : str
        See `Graph.check`.
    """

    def names(left: str) -> bool:
        found = checker.left(left + "=")
        return found is None or found.means in (Means.ASKED, Means.WORDS)

    parts = split_lines(text, names)
    return CheckedLines(
        tuple(
            CheckedLine(part, checker.check(part, diagnose=feedback in ("hint", "full")).told(feedback))
            for part in parts
        )
    )


def split_lines(text: str, names: Callable[[str], bool] = bool) -> list[str]:
    r"""The parts of a chain of equalities, without the name of what it is about.

    Parameters
    ----------
    text : str
    names : callable
        Whether what stands before the first sign of equality in a row is such a name, and no part of the chain.

    Examples
    --------
    >>> split_lines("dL/dw = (a - b) c\n      = a c - b c")
    ['(a - b) c', 'a c - b c']
    >>> split_lines(r"\begin{align*} \frac{dL}{dw} &= 2 x \\ &= x + x \tag{1} \end{align*}")
    ['2 x', 'x + x']
    """
    text = text[:MOST_TEXT]
    for pattern in (_ENVIRONMENT, _SAID, _DOLLARS):
        text = pattern.sub(" ", text)
    rows = [row for row in text.split("\n") if row.strip()]
    if all("=" in row and _BULLET.match(row) for row in rows):
        text = "\n".join(_BULLET.sub("", row, count=1) for row in rows)  # items of a list: none goes on the one before
    if r"\\" in text:
        text = text.replace("\n", " ")  # rows end where LaTeX ends them
    found: list[str] = []
    for row in _ROWS.split(_joined(text.replace("&", " "))):
        plain = _WORDS.sub("", _ORDINAL.sub("", row)).strip().rstrip(".,;").strip()
        if not plain:
            continue
        parts = _equal_parts(plain)
        if parts[0] and (len(parts) == 1 or not names(parts[0])):
            found.append(parts[0])
        found += parts[1:]
    return [p for p in found if p][:MOST_LINES]


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
