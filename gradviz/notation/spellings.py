"""Spellings of names, taken apart.

A spelling has letters, an accent, a style, subscripts and an upper index; from these parts come
the canonical name and every way to write it (`names`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from gradviz.notation.alphabet import (
    ACCENTS,
    FROM_SUBSCRIPT,
    FROM_SUPERSCRIPT,
    GREEK,
    LETTERS,
    MARKS,
    NOT_ACCENTED,
    PLAIN_LETTERS,
    STYLED,
    STYLED_CHAR,
    STYLES,
    SUFFIXES,
    VARIANT_COMMANDS,
)
from gradviz.notation.late import late

# What a name looks like -------------------------------------------------------------------


def _one_of(characters: Iterable[str]) -> str:
    """A pattern for one of many characters, neighbours as a range: short patterns compile fast."""
    codes = sorted(set(map(ord, characters)))
    starts = [c for n, c in enumerate(codes) if n == 0 or codes[n - 1] != c - 1]
    ends = [c for n, c in enumerate(codes) if n + 1 == len(codes) or codes[n + 1] != c + 1]
    return "[" + "".join(f"{re.escape(chr(a))}-{re.escape(chr(b))}" for a, b in zip(starts, ends, strict=True)) + "]"


LETTER = _one_of(LETTERS)
MARK = _one_of(MARKS)
SUBSCRIPT = _one_of(FROM_SUBSCRIPT)
SUPERSCRIPT = _one_of(FROM_SUPERSCRIPT)
#: LaTeX commands that are no names and no functions.
STRUCTURE = (
    "d?frac|tfrac|cfrac|sqrt|sum|prod|left|right|[bB]igg?[lrm]?|begin|end|partial|nabla|cdot|times"
    "|odot|circ|oslash|otimes|div|in|leq?|geq?|neq?|leqslant|geqslant|lt|gt|top|intercal|[lr]?[vV]ert|mid|quad|qquad"
    "|infty|tag|label|limits|nolimits|displaystyle|textstyle|nonumber|notag|sim|ast|prime|lbrace|rbrace|lbrack|rbrack|over"
    "|langle|rangle|bullet|colon|boxed|mathstrut|hspace|vspace|phantom"
)
_WRAP = rf"\\(?:{'|'.join([*ACCENTS, *STYLES])})(?![A-Za-z])\*?[ \t]*"
_GROUP = r"\{(?:[^{}\n]|\{(?:[^{}\n]|\{[^{}\n]*\})*\})*\}"
_SPELLED_ACCENT = rf"(?:hat|bar|tilde|dot|vec)\([ ]*(?:{'|'.join(GREEK)}|{LETTER}{MARK}*)[ ]*\)"
_COMMAND = rf"\\(?!(?:{STRUCTURE})(?![A-Za-z]))[A-Za-z]+"
_WORD = rf"{LETTER}(?:{LETTER}|{MARK}|[0-9])*"
_BASE = (
    rf"(?:{_SPELLED_ACCENT}|{_WORD}"
    rf"|(?:{_WRAP})+(?:{_GROUP}|\\[A-Za-z]+|{LETTER}{MARK}*)|{_COMMAND})"
)
_LOWER = rf"(?:\{{\}})?_(?:{_GROUP}|\\(?:text|mathrm)[ ]*{_GROUP}|\\[A-Za-z]+|(?:{LETTER}|[0-9])+)"
_UPPER = (
    rf"(?<!(?<!{LETTER})e)\^"  # e^{(z)} is a power
    r"(?:\{\([^(){}\n]*\)\}|\{\[[^][{}\n]*\]\})"
    rf"|⁽(?:{SUPERSCRIPT})+?⁾"
)
# One letter with digits below stops at the next letter: x_1x_2 are two names, conv_2d is one.
_SHORT = rf"{LETTER}{MARK}*_[0-9]+(?={LETTER})"
_PART = rf"(?:{_SHORT}|{_BASE}(?:{_LOWER}|{SUBSCRIPT}+|{_UPPER})*)"
#: One name in any spelling, with the names of block stages (``d1.z``).
NAME = rf"{_PART}(?:\.(?!T(?!{LETTER}|[0-9_])){_PART})*"

_TOKENS = late(rf"(?P<lower>{_LOWER})|(?P<small>{SUBSCRIPT}+)|(?P<upper>{_UPPER})")
_SUFFIX = late(rf"({'|'.join(GREEK)}|.)({'|'.join(SUFFIXES)})", re.DOTALL)
_SUFFIX_BELOW = late(rf"({'|'.join(SUFFIXES)})([0-9]*)")
_COMMAND_FIRST = re.compile(r"\\([A-Za-z]+)\*?[ \t]*")
_SUB_WRAP = late(rf"(?:{_WRAP})\{{([^{{}}]*)\}}")
_SUB_COMMAND = re.compile(r"\\([A-Za-z]+)[ ]?")
_SUB_GREEK = late(rf"(?<![A-Za-z])({'|'.join(GREEK)})(?![A-Za-z])")
PLAIN_BELOW = late(rf"(?:{LETTER}|{MARK}|[0-9])+")
_SUB_SIGNS = late(rf"(?:{LETTER}|{MARK}|[0-9+\-,=()−':])+")


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name taken apart.

    Parameters
    ----------
    letters : str
        A letter or a word, without accent and style.
    accent : str
        Combining characters.
    style : str
        ``bf``, ``cal``, ``bb``, ``frak``, ``var``, or "" for none.
    digits : str
        Digits right after the letters.
    below : tuple of str
        Further subscripts.
    above : str
        An upper index with its brackets: ``(t)``.
    command : str
        The LaTeX command that these letters were, where it is none for a letter.
    rest : Spelling or None
        What follows a dot, in the name of a block's stage.
    """

    letters: str
    accent: str = ""
    style: str = ""
    digits: str = ""
    below: tuple[str, ...] = ()
    above: str = ""
    command: str = ""
    rest: Spelling | None = None

    def name(self, *, styled: bool = False) -> str:
        """Give the canonical name, with or without its style."""
        letters = self.letters
        if styled and self.style:
            letters = "".join(STYLED_CHAR.get((self.style, char), char) for char in letters)
        text = unicodedata.normalize("NFC", letters + self.accent) + self.digits
        for item in self.below:
            text += f"_{item}" if PLAIN_BELOW().fullmatch(item) else f"_{{{item}}}"
        if self.above:
            text += f"^{{{self.above}}}"
        return f"{text}.{self.rest.name(styled=styled)}" if self.rest else text


class SpellingError(ValueError):
    """A text that looks like a name and is none; carries a message's kind and its text."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(kind, text)
        self.kind = kind
        self.text = text


@lru_cache(maxsize=1 << 14)
def take_apart(text: str) -> Spelling:
    """Take one spelling apart (the text is one that `NAME` matches).

    Raises
    ------
    SpellingError
        For an accent on a word, and the like.
    """
    if "." in text and (dot := re.search(rf"\.(?={_PART})", text)):
        return replace(take_apart(text[: dot.start()]), rest=take_apart(text[dot.end() :]))
    found = re.match(_BASE, text)
    if not found:
        raise SpellingError("not-a-name", text)
    spelling = _take_base(found.group())
    end = found.end()
    while end < len(text):
        match = _TOKENS().match(text, end)
        if not match:
            raise SpellingError("not-a-name", text)
        spelling = _attach(spelling, match.lastgroup or "", match.group(), text)
        end = match.end()
    return spelling


def _take_base(base: str) -> Spelling:
    """Letters, accent, style and digits."""
    if base[0] == "\\":
        return _take_command(base)
    if base[-1] == ")":  # hat(y)
        word, _, inner = base[:-1].partition("(")
        return _accented(_take_base(inner.strip()), word, base)
    plain = "".join(STYLED[char][1] if char in STYLED else char for char in base)
    styles = {STYLED[char][0] for char in base if char in STYLED} or {""}
    letters, digits = _split_digits(plain)
    style = max(styles)
    if letters in GREEK:
        return Spelling(GREEK[letters], style=style, digits=digits)
    accented = _SUFFIX().fullmatch(letters)
    if accented and letters not in NOT_ACCENTED and accented[1] not in ".":
        below = _take_base(accented[1])
        if below.letters in PLAIN_LETTERS:
            return replace(below, accent=below.accent + ACCENTS[accented[2]], digits=digits)
    if letters.isascii():
        return Spelling(letters, style=style, digits=digits)
    bare = unicodedata.normalize("NFD", letters.replace("\u0305", "\u0304"))
    marks = "".join(char for char in bare if char in MARKS)
    if marks:
        bare = "".join(char for char in bare if char not in MARKS)
        if len(bare) == 1:
            return Spelling(bare, marks, style, digits)
        letters = unicodedata.normalize("NFC", letters)
        if len(letters) > 1 and len(bare) + len(marks) != len(letters):
            return Spelling(letters, "", style, digits)  # a run such as yŷ, for splitting
    return Spelling(letters, "", style, digits)


def _split_digits(text: str) -> tuple[str, str]:
    """Split the digits off the end of a word."""
    letters = text.rstrip("0123456789")
    return letters, text[len(letters) :]


def _take_command(base: str) -> Spelling:
    r"""``\sigma``, ``\hat{y}``, ``\mathbf W``, ``\ln``."""
    _, command, inner = _COMMAND_FIRST.split(base, maxsplit=1)
    if command in ACCENTS or command in STYLES:
        if inner.startswith("{"):
            inner = inner[1:-1]
        inner = inner.strip().replace("\\_", "_")
        if not re.fullmatch(NAME, inner):
            raise SpellingError("not-a-name", inner or base)
        spelling = take_apart(inner)
        if command in ACCENTS:
            return _accented(spelling, command, base)
        return replace(spelling, style=STYLES[command] or spelling.style)
    if command in GREEK:
        return Spelling(GREEK[command])
    if command in VARIANT_COMMANDS:
        return Spelling(VARIANT_COMMANDS[command], style="var")
    if command == "ell":
        return Spelling("ℓ")
    return Spelling(command, command="\\" + command)


def _accented(spelling: Spelling, accent: str, text: str) -> Spelling:
    if len(spelling.letters) != 1:
        raise SpellingError("accent-on-word", text)
    return replace(spelling, accent=spelling.accent + ACCENTS[accent])


def _attach(spelling: Spelling, kind: str, piece: str, text: str) -> Spelling:
    """Add a subscript or an upper index."""
    if kind == "upper":
        if spelling.above:
            raise SpellingError("not-a-name", text)
        inner = piece[2:-1] if piece.startswith("^") else ""
        inner = inner or "".join(FROM_SUPERSCRIPT[char] for char in piece)
        return replace(spelling, above=inner[0] + _sub_text(inner[1:-1], text) + inner[-1])
    if kind == "small":
        plain = "".join(FROM_SUBSCRIPT[char] for char in piece)
        rest = plain.lstrip("0123456789")
        items = [item for item in (plain[: len(plain) - len(rest)], rest) if item]
    else:
        items = [_sub_text(piece.removeprefix("{}")[1:], text)]
    for item in items:
        spelling = _attach_one(spelling, item)
    return spelling


def _attach_one(spelling: Spelling, item: str) -> Spelling:
    accent = _SUFFIX_BELOW().fullmatch(item)
    one_letter = len(spelling.letters) == 1 and not spelling.below
    if accent and one_letter and not (spelling.digits and accent[2]):
        return replace(
            spelling,
            accent=spelling.accent + ACCENTS[accent[1]],
            digits=spelling.digits + accent[2],
        )
    if item.isdecimal() and not spelling.digits and not spelling.below:
        return replace(spelling, digits=item)
    return replace(spelling, below=(*spelling.below, item))


def _sub_text(piece: str, text: str) -> str:
    """Give what stands in a subscript, in plain characters."""
    if piece.startswith("{") and piece.endswith("}"):
        piece = piece[1:-1]
    piece = _SUB_WRAP().sub(r"\1", piece)
    piece = _SUB_COMMAND.sub(lambda found: GREEK.get(found[1]) or VARIANT_COMMANDS.get(found[1]) or found[1], piece)
    piece = _SUB_GREEK().sub(lambda found: GREEK[found[1]], piece.replace(" ", ""))
    piece = unicodedata.normalize("NFC", piece.replace("−", "-"))
    if not _SUB_SIGNS().fullmatch(piece):
        raise SpellingError("bad-subscript", text)
    return piece
