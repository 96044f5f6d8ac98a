r"""Functions by cases: ``\begin{cases} v & v > 0 \\ 0 & \text{otherwise} \end{cases}``."""

from __future__ import annotations

from gradviz.messages import say
from gradviz.notation.cursor import COMPARISONS
from gradviz.notation.sums import Sums
from gradviz.notation.tree import Cases, Comparison, Expr

_BEFORE = frozenset({"if", "for", "when", "where"})
_LAST = frozenset({"otherwise", "else"})


class Piecewise(Sums):
    """Reads cases."""

    def is_cases(self, at: int) -> bool:
        r"""Whether ``\begin{cases}`` stands here."""
        return self.kinds[at] == "begin" and self.texts[at].endswith("cases}")

    def cases(self) -> Expr:
        """Read the rows: a value, ``&``, and the condition that it is for."""
        first = self.pos
        self.pos += 1
        bars, self.bars = self.bars, []
        self.enter()
        rows: list[tuple[Expr, tuple[Comparison, ...]]] = []
        while self.kinds[self.pos] != "close":
            start = self.pos
            value = self.expression()
            self._pass_comma()
            if self.kinds[self.pos] != "&":
                raise self.error(say("case-row"), start, max(start, self.pos - 1), say("hint-cases"))
            self.pos += 1
            condition = self._condition()
            self._pass_comma()
            rows.append((value, condition))
            if self.kinds[self.pos] != "row":
                break
            if not condition and self.kinds[self.pos + 1] != "close":
                raise self.error(say("case-after-last"), self.pos + 1, hint=say("hint-cases-last"))
            self.pos += 1
        self.expect("close")
        self.depth -= 1
        self.bars = bars
        if not rows:
            raise self.error(say("empty-brackets"), first, self.pos - 1)
        return Cases(tuple(rows), self.span(first))

    def _pass_comma(self) -> None:
        """Go over the comma or full stop that typesetters put behind a value and a condition."""
        if self.kinds[self.pos] in (",", "."):
            self.pos += 1

    def _spelled(self, at: int) -> str:
        spelling = self.tokens.spellings.get(self.texts[at]) if self.kinds[at] == "name" else None
        return spelling.name() if spelling else ""

    def _mark_words(self) -> None:
        """Make the ``and`` between comparisons a sign, so that it is no factor."""
        depth, at = 0, self.pos
        while depth or self.kinds[at] not in ("row", "close", "&", "end"):
            depth += {"begin": 1, "close": -1}.get(self.kinds[at], 0)
            if not depth and self._spelled(at) == "and":
                self.kinds[at] = "and"
            at += 1

    def _condition(self) -> tuple[Comparison, ...]:
        """Read ``v > 0``, ``if 0 < v < 1``, ``v > 0 and w > 0``; nothing for ``otherwise``."""
        word = self._spelled(self.pos)
        if word in _LAST:
            self.pos += 1
            return ()
        self.pos += word in _BEFORE
        self._mark_words()
        found = self._comparisons()
        while self.kinds[self.pos] == "and":
            self.pos += 1
            found += self._comparisons()
        return tuple(found)

    def _comparisons(self) -> list[Comparison]:
        first = self.pos
        left = self.expression()
        found: list[Comparison] = []
        while (operator := self.kinds[self.pos]) in COMPARISONS:
            self.pos += 1
            right = self.expression()
            found.append(Comparison(operator, left, right, self.span(first)))
            left = right
        if not found:
            raise self.error(say("case-condition"), first, max(first, self.pos - 1), say("hint-cases"))
        return found
