"""Text to tokens: one regular expression, one pass, and every limit before work begins."""

from __future__ import annotations

import re

from gradviz.messages import Place, ReadError, ResourceError, say
from gradviz.notation.alphabet import FROM_SUPERSCRIPT
from gradviz.notation.characters import refuse_character
from gradviz.notation.places import place
from gradviz.notation.spellings import (
    Spelling,
    SpellingError,
    take_apart,
)
from gradviz.notation.tokens import (
    ACCENTING,
    BRACKETS,
    CLOSING,
    COMMANDS,
    DISPLAYS,
    ENDING,
    FIRST,
    LONGER,
    PAIRS,
    PLAIN,
    RAISED,
    ROWS,
    SIGNS,
    SKIPPED,
    TOKEN,
)
from gradviz.notation.tree import Source

MAX_ANSWER = 4 * 1024
MAX_PROGRAM = 1024 * 1024
MAX_DEPTH = 60
MAX_DIGITS = 30
MAX_NAME = 100


class Tokens:
    """The tokens of a text, side by side: kind, spelling, first and last offset.

    ``spellings`` takes each name of the text apart, once. ``statements`` are ranges of tokens.
    """

    __slots__ = ("ends", "kinds", "source", "spellings", "starts", "statements", "texts")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.kinds: list[str] = []
        self.texts: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.spellings: dict[str, Spelling] = {}
        self.statements: list[tuple[int, int]] = []


def scan(source: Source, *, limit: int | None, what: str) -> Tokens:
    """Take a text apart.

    Parameters
    ----------
    source : Source
        The text.
    limit : int or None
        How many bytes it may have.
    what : str
        What to call it where it has more.

    Raises
    ------
    ResourceError
        If it is too long, nested too deep, or holds a number that is too long.
    ReadError
        At a character that is not part of the notation, and at brackets that do not match.
    """
    size = len(source.text)
    if limit is not None and size > limit // 4:
        size = len(source.text.encode("utf-8", "replace"))
        if size > limit:
            raise ResourceError(say("too-long", what=what, limit=limit // 1024), None)
    return _Scanner(source).run()


class _Scanner:
    """One pass over a text."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.tokens = Tokens(source)
        self.open: list[tuple[str, int]] = []  # the bracket that would close; where it was opened
        self.first = 0  # of the statement

    def run(self) -> Tokens:
        """Find all tokens."""
        text, tokens, pairs = self.text, self.tokens, self.open
        spellings = tokens.spellings
        kinds, texts, starts, ends = tokens.kinds, tokens.texts, tokens.starts, tokens.ends
        kind_of, plain = FIRST.get, PLAIN().match
        size = len(text)
        end = 1 if text.startswith("\ufeff") else 0
        for start, piece in enumerate(text):
            if start < end:
                continue
            kind = kind_of(piece)
            if kind == "":
                continue
            end = start + 1
            if kind is None:
                after = text[end : end + 1]
                if piece in LONGER and after != LONGER[piece]:
                    kind = SIGNS[piece]
                elif piece in RAISED and after not in FROM_SUPERSCRIPT:
                    kind = "upper"
                else:
                    kind, start, end, piece = self._rarer(start)  # noqa: PLW2901
            elif kind == "name" or kind == "number":  # noqa: PLR1714 - dearer as a set
                after = text[end : end + 1]
                if after in ENDING:
                    pass
                elif "0" <= after <= "9" and text[end + 1 : end + 2] in ENDING:
                    piece += after  # noqa: PLW2901
                    end += 1
                else:
                    found = plain(text, start)
                    piece = found[0] if found else ""  # noqa: PLW2901
                    end = start + len(piece)
                    if not piece or piece in ACCENTING:
                        kind, start, end, piece = self._rarer(start)  # noqa: PLW2901
                if kind == "name" and piece not in spellings:
                    spellings[piece] = take_apart(piece)
            elif kind in BRACKETS:
                closing = PAIRS.get(kind)
                if closing and len(pairs) < MAX_DEPTH:
                    pairs.append((closing, start))
                elif pairs and kind == pairs[-1][0]:
                    pairs.pop()
                else:
                    kind = self._bracket(kind, piece, start)
            if kind:
                kinds.append(kind)
                texts.append(piece)
                starts.append(start)
                ends.append(end)
        self._finish(size)
        return tokens

    def _rarer(self, start: int) -> tuple[str | None, int, int, str]:
        """Read a token of any kind: the kind, or None where it says nothing, the place, and the text."""
        found = TOKEN().match(self.text, start)
        if found is None:
            raise refuse_character(self.source, start)
        group = found.lastgroup or ""
        piece = found[group]
        end = found.end()
        start = end - len(piece)
        kind: str | None = group
        if group == "name":
            spellings = self.tokens.spellings
            if piece not in spellings:
                spellings[piece] = self._name(piece, start)
        elif group == "sign":
            kind = SIGNS.get(piece)
            if kind is None:
                raise refuse_character(self.source, start)
            if kind in BRACKETS:
                kind = self._bracket(kind, piece, start)
        elif group == "number":
            if len(piece) > 9 or "e" in piece or "E" in piece:
                _check_number(self.source, piece, start)
        else:
            kind = self._other(group, piece, found)
            if piece in ("\\left", "\\right"):
                end += self.text.startswith(".", end)  # \left. is no bracket at all
        return kind, start, end, piece

    def _name(self, piece: str, start: int) -> Spelling:
        if len(piece) > MAX_NAME:
            raise ResourceError(say("name-too-long", limit=MAX_NAME), self._where(piece, start))
        try:
            return take_apart(piece)
        except SpellingError as problem:
            message = say(problem.kind, text=problem.text)
            raise ReadError(message, self._where(piece, start)) from None

    def _where(self, piece: str, start: int) -> Place:
        return place(self.source, start, start + len(piece))

    def _bracket(self, kind: str, piece: str, start: int) -> str | None:
        """Keep account of what is open."""
        if kind in PAIRS:
            if len(self.open) >= MAX_DEPTH:
                message = say("too-deep", limit=MAX_DEPTH)
                raise ResourceError(message, self._where(piece, start))
            self.open.append((PAIRS[kind], start))
        elif kind in CLOSING:
            if not self.open or self.open.pop()[0] != kind:
                raise ReadError(say("not-opened", sign=piece), self._where(piece, start))
        elif not self.open:
            return None  # '&' outside of a matrix aligns lines
        return kind

    def _other(self, group: str, piece: str, found: re.Match[str]) -> str | None:
        """Give the kind of a rarer token, or None where it says nothing."""
        start, end = found.end() - len(piece), found.end()
        if group == "end":
            if self.open and piece == ";":
                where = place(self.source, start, end)
                raise ReadError(say("semicolon-inside"), where, say("hint-rows"))
            return None if self.open else self._end()
        if group == "code":
            raise ReadError(say("code", text=piece), self._where(piece, start))
        if group in ("comment", "tag"):
            return None
        if group == "big":
            return "∑" if piece != "prod" else "∏"
        if group == "row":
            if not self.open:
                return self._end()
            return "row" if self.open[-1][0] == "close" else None
        if group == "environment":
            return self._environment(found["edge"], found["which"], piece, start)
        if group != "command":
            return group
        name = piece[1:]
        if name in SKIPPED:
            return None
        if name not in COMMANDS:
            message = say("unknown-command", text=piece.strip())
            raise ReadError(message, place(self.source, start, end))
        kind = COMMANDS[name]
        return self._bracket(kind, piece, start) if kind in BRACKETS else kind

    def _environment(self, edge: str, which: str, piece: str, start: int) -> str | None:
        if which in DISPLAYS:
            return None
        if which not in ROWS:
            where = self._where(piece, start)
            raise ReadError(say("unknown-environment", name=which), where, say("hint-environment"))
        return self._bracket("begin" if edge == "begin" else "close", piece, start)

    def _end(self) -> str | None:
        """End a statement, if one has begun."""
        tokens = self.tokens
        last = len(tokens.kinds)
        if last == self.first:
            return None
        tokens.statements.append((self.first, last))
        self.first = last + 1
        return "end"

    def _finish(self, size: int) -> None:
        """Make sure that all is closed; end the last statement."""
        text, tokens = self.text, self.tokens
        if self.open:
            opened = self.open[-1][1]
            sign = "\\begin" if text.startswith("\\begin", opened) else text[opened]
            sign = text[opened : opened + 2] if sign == "\\" else sign
            where = place(self.source, opened, opened + len(sign))
            raise ReadError(say("not-closed", sign=sign), where)
        last = len(tokens.kinds)
        if last > self.first:
            tokens.statements.append((self.first, last))
        places = [*tokens.ends[last - 1 : last], size, size, size] if last > self.first else [size, size, size]
        tokens.kinds += ("end",) * len(places)  # so that looking ahead needs no care
        tokens.texts += ("",) * len(places)
        tokens.starts += places
        tokens.ends += places


def _check_number(source: Source, piece: str, start: int) -> None:
    digits, _, exponent = piece.lower().partition("e")
    size = len(digits.replace(".", "").lstrip("0"))
    power = int(exponent) if exponent and len(exponent) < 5 else len(exponent) * 1000
    if size > MAX_DIGITS or size + abs(power) > MAX_DIGITS + 10:
        where = place(source, start, start + len(piece))
        raise ResourceError(say("number-too-long", limit=MAX_DIGITS), where)
