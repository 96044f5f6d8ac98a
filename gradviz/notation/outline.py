"""The outline of a program: what each statement is, before any is read.

Names that are declared or defined anywhere are known from here, so that a function may be
called before it is written, and a name used too early is told from a new one.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from gradviz.messages import GradvizError, Message, ReadError, say
from gradviz.notation.cursor import COMPARISONS
from gradviz.notation.lexer import Tokens
from gradviz.notation.places import place
from gradviz.notation.tree import Name

Kind = Literal["declaration", "fact", "definition", "function", "block", "data", "values", "return"]
FACTS = frozenset({"symmetric", "orthogonal"})
_CODE = frozenset({"import", "from", "def", "class", "exec", "eval", "lambda", "print", "del", "for"})
_OPENING = frozenset({"(", "[", "{", "begin"})
_CLOSING = frozenset({")", "]", "}", "close"})


@dataclass(slots=True)
class Draft:
    """One statement: its tokens ``first`` to ``end``, and the signs in it outside of brackets.

    ``targets`` are the tokens of the names that it makes, ``parameters`` those of a function,
    ``inner`` the statements of a block; ``entries`` the indices and the array of a definition
    by entries.
    """

    kind: Kind
    first: int
    end: int
    equals: list[int] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    parameters: list[int] = field(default_factory=list)
    inner: list[Draft] = field(default_factory=list)
    entries: tuple[tuple[str, ...], Name] | None = None


class Outline:
    """Finds out what each statement is."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.kinds = tokens.kinds
        self.texts = tokens.texts
        self.breaks: list[int] | None = None

    def error(self, message: Message, first: int, last: int, hint: Message | None = None) -> GradvizError:
        """Give an error about some tokens."""
        tokens = self.tokens
        return ReadError(message, place(tokens.source, tokens.starts[first], tokens.ends[last]), hint)

    def drafts(self) -> list[Draft]:
        """All statements, with the lines of blocks inside their blocks."""
        found: list[Draft] = []
        block: Draft | None = None
        block_indent = 0
        for first, end in self.tokens.statements:
            if block is not None and self._indent(first) > block_indent:
                block.inner += self._statement(first, end)
                continue
            self._close(block)
            block = None
            for draft in self._statement(first, end):
                if draft.kind == "block":
                    block = draft
                    block_indent = self._indent(first)
                if draft.kind == "return":
                    raise self.error(say("return-outside"), first, end - 1)
                found.append(draft)
        self._close(block)
        return found

    def _close(self, block: Draft | None) -> None:
        if block is None:
            return
        if not any(line.kind == "definition" for line in block.inner):
            raise self.error(say("block-body"), block.first, block.end - 1)
        for line in block.inner:
            if line.kind not in ("definition", "return"):
                raise self.error(say("block-statement"), line.first, line.end - 1)
            if line.kind == "return" and line is not block.inner[-1]:
                raise self.error(say("return-last"), line.first, line.end - 1)

    def _indent(self, token: int) -> int:
        """How far the line of a token is indented."""
        text = self.tokens.source.text
        if self.breaks is None:
            self.breaks = [at for at, char in enumerate(text) if char == "\n"]
        line = bisect_left(self.breaks, self.tokens.starts[token])
        begin = self.breaks[line - 1] + 1 if line else 0
        width = 0
        while text[begin] in " \t":
            width = width + 1 if text[begin] == " " else width + 8 - width % 8
            begin += 1
        return width

    def _statement(self, first: int, end: int) -> list[Draft]:
        """One statement; or several definitions, with commas between them."""
        kinds, texts = self.kinds, self.texts
        while end > first + 1 and kinds[end - 1] in (",", "."):
            end -= 1  # as formulas in a text end
            kinds[end] = "end"
        word = texts[first]
        follows = kinds[first + 1] if first + 1 < end else "end"
        depth = 0
        equals: list[int] = []
        marks: list[int] = []
        commas: list[int] = []
        members: list[int] = []
        for at in range(first, end):
            kind = kinds[at]
            if kind in _OPENING:
                depth += 1
            elif kind in _CLOSING:
                depth -= 1
            elif depth == 0:
                if kind == "=":
                    equals.append(at)
                elif kind in COMPARISONS:
                    marks.append(at)
                elif kind == ",":
                    commas.append(at)
                elif (kind == "∈" or (texts[at] == "in" and at > first)) and not equals:
                    members.append(at)
                elif kind == ":" and word != "block":
                    text = "lambda" if "lambda" in texts[first:at] else word
                    code = text in _CODE
                    message = say("code", text=text) if code else say("left-over", found=":")
                    raise self.error(message, at if not code else first, at)
        if word == "block" and follows == "name":
            return [self._block(first, end)]
        if word == "return" and follows in ("name", "end") and not equals:
            return [Draft("return", first, end, targets=list(range(first + 1, end)))]
        if word == "at" and follows == "name" and not members:
            return [Draft("values", first, end)]
        if word == "data" and follows == "name" and not equals and not members:
            targets = self._names(first + 1, end)
            return [Draft("data", first, end, targets=targets)]
        if word in _CODE and follows in ("name", "(") and (not equals or kinds[end - 1] == ":"):
            raise self.error(say("code", text=word), first, first)
        if members:
            return self._declarations(first, end, members)
        if not equals and texts[end - 1] in FACTS and end - 1 > first:
            targets = self._names(first, end - 1)
            return [Draft("declaration", first, end, marks=[end - 1], targets=targets)]
        if equals:
            return self._definitions(first, end, equals, commas)
        if marks:
            return [Draft("fact", first, end, marks=marks)]
        start, stop = self.tokens.starts[first], self.tokens.ends[end - 1]
        text = self.tokens.source.text[start:stop]
        hint = say("hint-definition", text=text if len(text) <= 40 else "…")
        raise self.error(say("no-statement"), first, end - 1, hint)

    def _declarations(self, first: int, end: int, members: list[int]) -> list[Draft]:
        """``x, y ∈ ℝ, W ∈ ℝ^{3×4}`` is two declarations."""
        kinds = self.kinds
        drafts = []
        for number, member in enumerate(members):
            stop = end
            if number + 1 < len(members):
                stop = members[number + 1] - 2
                while stop > member + 2 and kinds[stop - 1] == "name" and kinds[stop - 2] == ",":
                    stop -= 2
                if kinds[stop] != ",":
                    raise self.error(say("bad-target"), stop, members[number + 1])
                kinds[stop] = "end"
            targets = self._names(first, member)
            drafts.append(Draft("declaration", first, stop, marks=[member], targets=targets))
            first = stop + 1
        return drafts

    def _definitions(self, first: int, end: int, equals: list[int], commas: list[int]) -> list[Draft]:
        cuts = [first]
        cuts += [at + 1 for at in commas if at > equals[0] and self._is_target(at + 1)]
        cuts.append(end + 1)
        drafts = []
        for start, stop in pairwise(cuts):
            if stop <= end:
                self.kinds[stop - 1] = "end"
            own = [at for at in equals if start <= at < stop]
            drafts.append(self._definition(start, stop - 1, own))
        return drafts

    def _is_target(self, at: int) -> bool:
        """Whether ``name =`` or ``name(…) =`` stands here."""
        if self.kinds[at] != "name":
            return False
        if self.kinds[at + 1] == "(":
            while self.kinds[at + 1] not in (")", "end"):
                at += 1
            at += 1
        return self.kinds[at + 1] == "="

    def _definition(self, first: int, end: int, equals: list[int]) -> Draft:
        """``z = …``, ``f(x, y) = …``, ``h, c = …``, ``y[i] = …``."""
        stop = equals[0]
        kinds = self.kinds
        if stop == first:
            raise self.error(say("bad-target"), stop, stop, say("hint-equation"))
        if kinds[first] == "name" and stop > first + 1 and kinds[first + 1] in ("(", "["):
            closing = {"(": ")", "[": "]"}[kinds[first + 1]]
            if kinds[stop - 1] == closing:
                inner = self._names(first + 2, stop - 1, "function-parameters")
                kind: Kind = "function" if closing == ")" else "definition"
                return Draft(kind, first, end, equals, targets=[first], parameters=inner)
        targets = self._names(first, stop, "bad-target")
        for at in targets:
            if "." in self.texts[at]:
                raise self.error(say("bad-target"), at, at, say("hint-equation"))
        return Draft("definition", first, end, equals, targets=targets)

    def _block(self, first: int, end: int) -> Draft:
        """``block dense(x, W, b):``."""
        kinds = self.kinds
        colon = next((at for at in range(first, end) if kinds[at] == ":"), None)
        if colon is None or kinds[first + 2] != "(" or kinds[colon - 1] != ")":
            raise self.error(say("block-header"), first, end - 1)
        if colon + 1 < end:
            raise self.error(say("block-line"), colon + 1, end - 1)
        parameters = self._names(first + 3, colon - 1, "function-parameters")
        return Draft("block", first, end, targets=[first + 1], parameters=parameters)

    def _names(self, first: int, end: int, problem: str = "bad-target") -> list[int]:
        """Find the tokens of names with commas between them."""
        names: list[int] = []
        for at in range(first, end):
            wanted = "name" if (at - first) % 2 == 0 else ","
            if self.kinds[at] != wanted or ":" in self.texts[at]:
                hint = say("hint-equation") if problem == "bad-target" else None
                raise self.error(say(problem), first, end - 1, hint)
            if wanted == "name":
                names.append(at)
        if not names or (end - first) % 2 == 0:
            raise self.error(say(problem), first, max(first, end - 1))
        return names
