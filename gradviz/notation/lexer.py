"""Text to tokens: one regular expression, one pass, and every limit before work begins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gradviz.messages import Place, ReadError, ResourceError, say
from gradviz.notation.characters import refuse_character
from gradviz.notation.late import late
from gradviz.notation.places import place
from gradviz.notation.spellings import (
    NAME,
    SUBSCRIPT,
    SUPERSCRIPT,
    Spelling,
    SpellingError,
    take_apart,
)
from gradviz.notation.tree import Source

MAX_ANSWER = 4 * 1024
MAX_PROGRAM = 1024 * 1024
MAX_DEPTH = 60
MAX_DIGITS = 30
MAX_NAME = 100

# Kinds of tokens: "name", "number", "upper" (²), "lower" (₁), "end" (of a statement), and for
# everything else the sign itself, in one spelling.
_SIGNS: Mapping[str, str] = MappingProxyType(
    {char: char for char in "+-*/^()[]{},=<>≤≥≠|‖'·×⊙⊘@⊗∈~:._∂∇∑∏√∞⊤&!"}
    | {"−": "-", "⋅": "·", "∙": "·", "∗": "*", "÷": "/", "∕": "/", "∘": "⊙", ".*": "⊙"}
    | {"./": "⊘", "**": "^", "||": "‖", "∥": "‖", "′": "'", "∊": "∈", "∼": "~", "⊺": "⊤"}
    | {"<=": "≤", ">=": "≥", "!=": "≠", "==": "=", ".T": "⊤", "sum": "∑", "prod": "∏", "Σ": "∑"}
    | {"⩽": "≤", "⩾": "≥", ":=": "="}
)
_COMMANDS: Mapping[str, str] = MappingProxyType(
    {"frac": "frac", "dfrac": "frac", "tfrac": "frac", "cfrac": "frac", "sqrt": "√"}
    | {"sum": "∑", "prod": "∏", "partial": "∂", "nabla": "∇", "cdot": "·", "times": "×"}
    | {"odot": "⊙", "circ": "⊙", "oslash": "⊘", "otimes": "⊗", "div": "/", "in": "∈"}
    | {"le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠"}
    | {"lt": "<", "gt": ">", "top": "⊤", "intercal": "⊤", "lVert": "‖", "rVert": "‖", "Vert": "‖"}
    | {"|": "‖", "lvert": "|", "rvert": "|", "vert": "|", "mid": "|", "infty": "∞", "sim": "~"}
    | {"ast": "*", "prime": "'", "{": "{", "}": "}", "lbrace": "{", "rbrace": "}"}
    | {"lbrack": "[", "rbrack": "]", "bullet": "·", "colon": ":", "geqslant": "≥", "_": "_"}
)
_BIG = [f"{big}{side}" for big in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")]
_SKIPPED = frozenset(
    {"left", "right", "middle", "quad", "qquad", "limits", "nolimits", "displaystyle", "textstyle"}
    | {"nonumber", "notag", "mathstrut", *_BIG, *",;:!()[]> \t\n"}
)
_MATRICES = frozenset({"matrix", "bmatrix", "pmatrix", "smallmatrix", "array"})
_ROWS = _MATRICES | {"cases", "dcases"}
_SHOWN = ("equation", "align", "aligned", "gather", "gathered", "split", "multline", "eqnarray")
_DISPLAYS = frozenset(_SHOWN) | frozenset(f"{name}*" for name in _SHOWN)
_PAIRS: Mapping[str, str] = MappingProxyType({"(": ")", "[": "]", "{": "}", "begin": "close"})
_CLOSING = frozenset(_PAIRS.values())
_BRACKETS = _CLOSING | frozenset(_PAIRS) | {"&"}

_SPACES = " \t\r\u00a0\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_SPACE = f"[{_SPACES}]*"
_TOKEN = late(
    rf"{_SPACE}(?:"
    r"(?P<number>(?:[0-9]+(?:\.[0-9]+|\.(?![*/.\\A-Za-z(]))?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<one>𝟙|𝟏|\\(?:mathbb|mathbf|mathds|mathbbm|boldsymbol|bm)[ ]*(?:\{[ ]*1[ ]*\}|1))"
    r"|(?P<big>\b(?:sum|prod|Σ)(?=_(?:[i-np-t](?![A-Za-z0-9_])|\{[ ]*[a-z][ ]*[=,}∈])|[ᵢⱼₖₗₘₙ]))"
    rf"|(?P<name>{NAME})"
    rf"|(?P<upper>[⁻⁺]?ᵀ|(?:(?![⁻⁺]ᵀ){SUPERSCRIPT})+)"
    rf"|(?P<lower>{SUBSCRIPT}+)"
    r"|(?P<end>\n|;)"
    r"|(?P<code>__[A-Za-z0-9_]*)"
    r"|(?P<comment>#[^\n]*)"
    r"|(?P<environment>\\(?P<edge>begin|end)[ ]*\{(?P<which>[a-z]+\*?)\})"
    r"|(?P<tag>\\(?:tag|label|hspace|vspace|phantom)\*?[ ]*\{[^{}\n]*\}|\$\$?)"
    r"|(?P<row>\\\\(?:\[[0-9a-z.]*\])?)"
    r"|(?P<command>\\(?:[A-Za-z]+|.|\n))"
    r"|(?P<sign>\*\*|\.\*|\./|\.T(?![A-Za-z0-9_])|\|\||<=|>=|!=|==|:=|\S)"
    r")"
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text, side by side: kind, spelling, first and last offset.

    ``spellings`` takes each name of the text apart, once. ``statements`` are ranges of tokens.
    """

    source: Source
    kinds: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    spellings: dict[str, Spelling] = field(default_factory=dict)
    statements: list[tuple[int, int]] = field(default_factory=list)

    def add(self, kind: str, text: str, start: int, end: int) -> None:
        """Add one token."""
        self.kinds.append(kind)
        self.texts.append(text)
        self.starts.append(start)
        self.ends.append(end)


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
        text, tokens = self.text, self.tokens
        spellings = tokens.spellings
        add = tokens.add
        match = _TOKEN().match
        end = 1 if text.startswith("\ufeff") else 0
        while found := match(text, end):
            group = found.lastgroup or ""
            end = found.end()
            piece = found[group]
            start = end - len(piece)
            kind: str | None = group
            if group == "name":
                if piece not in spellings:
                    spellings[piece] = self._name(piece, start)
            elif group == "sign":
                kind = _SIGNS.get(piece)
                if kind is None:
                    raise refuse_character(self.source, start)
                if kind in _BRACKETS:
                    kind = self._bracket(kind, piece, start)
            elif group == "number":
                if len(piece) > 9 or "e" in piece or "E" in piece:
                    _check_number(self.source, piece, start)
            else:
                kind = self._other(group, piece, found)
                if piece in ("\\left", "\\right"):
                    end += text.startswith(".", end)  # \left. is no bracket at all
            if kind is not None:
                add(kind, piece, start, end)
        self._finish(end)
        return tokens

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
        if kind in _PAIRS:
            if len(self.open) >= MAX_DEPTH:
                message = say("too-deep", limit=MAX_DEPTH)
                raise ResourceError(message, self._where(piece, start))
            self.open.append((_PAIRS[kind], start))
        elif kind in _CLOSING:
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
        if name in _SKIPPED:
            return None
        if name not in _COMMANDS:
            message = say("unknown-command", text=piece.strip())
            raise ReadError(message, place(self.source, start, end))
        kind = _COMMANDS[name]
        return self._bracket(kind, piece, start) if kind in _BRACKETS else kind

    def _environment(self, edge: str, which: str, piece: str, start: int) -> str | None:
        if which in _DISPLAYS:
            return None
        if which not in _ROWS:
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

    def _finish(self, end: int) -> None:
        """Make sure that all was read and all is closed; end the last statement."""
        text, tokens = self.text, self.tokens
        rest = end
        while rest < len(text) and text[rest] in _SPACES:
            rest += 1
        if rest < len(text):
            raise refuse_character(self.source, rest)
        if self.open:
            opened = self.open[-1][1]
            sign = "\\begin" if text.startswith("\\begin", opened) else text[opened]
            sign = text[opened : opened + 2] if sign == "\\" else sign
            where = place(self.source, opened, opened + len(sign))
            raise ReadError(say("not-closed", sign=sign), where)
        if self._end():
            tokens.add("end", "", tokens.ends[-1], tokens.ends[-1])
        for _ in range(3):  # so that looking ahead needs no care
            tokens.add("end", "", len(text), len(text))


def _check_number(source: Source, piece: str, start: int) -> None:
    digits, _, exponent = piece.lower().partition("e")
    size = len(digits.replace(".", "").lstrip("0"))
    power = int(exponent) if exponent and len(exponent) < 5 else len(exponent) * 1000
    if size > MAX_DIGITS or size + abs(power) > MAX_DIGITS + 10:
        where = place(source, start, start + len(piece))
        raise ResourceError(say("number-too-long", limit=MAX_DIGITS), where)
