"""Names: their many spellings, and the canonical one.

A spelling is taken apart into letters, accent, style, subscripts and an upper index; from these
parts come the canonical name and every way to write it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

from gradviz.messages import Place, ReadError, say
from gradviz.notation.alphabet import (
    ACCENT_WORD,
    ACCENTS,
    FROM_SUBSCRIPT,
    FROM_SUPERSCRIPT,
    GREEK,
    GREEK_WORD,
    LETTERS,
    MARKS,
    NOT_ACCENTED,
    PLAIN_LETTERS,
    STYLE_COMMAND,
    STYLED,
    STYLED_CHAR,
    STYLES,
    SUFFIXES,
    TO_SUBSCRIPT,
    TO_SUPERSCRIPT,
    VARIANT_COMMANDS,
    translate,
)

Style = Literal["unicode", "latex", "ascii"]

# What a name looks like -------------------------------------------------------------------

LETTER = f"[{re.escape(LETTERS)}]"
MARK = f"[{''.join(MARKS)}]"
SUBSCRIPT = f"[{''.join(FROM_SUBSCRIPT)}]"
SUPERSCRIPT = f"[{''.join(FROM_SUPERSCRIPT)}]"
#: LaTeX commands that are no names and no functions.
STRUCTURE = (
    "d?frac|tfrac|cfrac|sqrt|sum|prod|left|right|[bB]igg?[lrm]?|begin|end|partial|nabla|cdot|times"
    "|odot|circ|oslash|otimes|div|in|leq?|geq?|neq?|leqslant|geqslant|lt|gt|top|intercal|[lr]?[vV]ert|mid|quad|qquad"
    "|infty|tag|label|limits|nolimits|displaystyle|textstyle|nonumber|notag|sim|ast|prime|lbrace|rbrace|lbrack|rbrack|over"
    "|bullet|colon|mathstrut|hspace|vspace|phantom"
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
    r"(?<!\be)\^(?:\{\([^(){}\n]*\)\}|\{\[[^][{}\n]*\]\})"
    rf"|⁽(?:{SUPERSCRIPT})+?⁾"
)
# One letter with digits below stops at the next letter: x_1x_2 are two names, conv_2d is one.
_SHORT = rf"{LETTER}{MARK}*_[0-9]+(?={LETTER})"
_PART = rf"(?:{_SHORT}|{_BASE}(?:{_LOWER}|{SUBSCRIPT}+|{_UPPER})*)"
#: One name in any spelling, with the names of block stages (``d1.z``).
NAME = rf"{_PART}(?:\.(?!T(?!{LETTER}|[0-9_])){_PART})*"

_TOKENS = re.compile(rf"(?P<lower>{_LOWER})|(?P<small>{SUBSCRIPT}+)|(?P<upper>{_UPPER})")
_BASE_ONLY = re.compile(_BASE)
_WHOLE = re.compile(NAME)
_DOTTED = re.compile(rf"\.(?={_PART})")
_SUFFIX = re.compile(rf"({'|'.join(GREEK)}|.)({'|'.join(SUFFIXES)})", re.DOTALL)
_SUFFIX_BELOW = re.compile(rf"({'|'.join(SUFFIXES)})([0-9]*)")
_DIGITS_LAST = re.compile(r"(.*?)([0-9]*)", re.DOTALL)
_SUB_WRAP = re.compile(rf"(?:{_WRAP})\{{([^{{}}]*)\}}")
_SUB_COMMAND = re.compile(r"\\([A-Za-z]+)[ ]?")
_SUB_GREEK = re.compile(rf"(?<![A-Za-z])({'|'.join(GREEK)})(?![A-Za-z])")
_SUB_PLAIN = re.compile(rf"(?:{LETTER}|{MARK}|[0-9])+")
_SUB_SIGNS = re.compile(rf"(?:{LETTER}|{MARK}|[0-9+\-,=()−'])+")


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
        """The canonical name, with or without its style."""
        letters = self.letters
        if styled and self.style:
            letters = "".join(STYLED_CHAR.get((self.style, char), char) for char in letters)
        text = unicodedata.normalize("NFC", letters + self.accent) + self.digits
        for item in self.below:
            text += f"_{item}" if _SUB_PLAIN.fullmatch(item) else f"_{{{item}}}"
        if self.above:
            text += f"^{{{self.above}}}"
        return f"{text}.{self.rest.name(styled=styled)}" if self.rest else text


class SpellingError(ValueError):
    """A text that looks like a name and is none; carries a message's kind and its text."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(kind, text)
        self.kind = kind
        self.text = text


def take_apart(text: str) -> Spelling:
    """Take one spelling apart (the text is one that `NAME` matches).

    Raises
    ------
    SpellingError
        For an accent on a word, and the like.
    """
    if "." in text and (dot := _DOTTED.search(text)):
        return replace(take_apart(text[: dot.start()]), rest=take_apart(text[dot.end() :]))
    found = _BASE_ONLY.match(text)
    if not found:
        raise SpellingError("not-a-name", text)
    spelling = _take_base(found.group())
    end = found.end()
    while end < len(text):
        match = _TOKENS.match(text, end)
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
    split = _DIGITS_LAST.fullmatch(plain)
    assert split
    letters, digits = split.groups()
    style = max(styles)
    if letters in GREEK:
        return Spelling(GREEK[letters], style=style, digits=digits)
    accented = _SUFFIX.fullmatch(letters)
    if accented and letters not in NOT_ACCENTED and accented[1] not in ".":
        inner = _take_base(accented[1])
        if inner.letters in PLAIN_LETTERS:
            return replace(inner, accent=inner.accent + ACCENTS[accented[2]], digits=digits)
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


def _take_command(base: str) -> Spelling:
    r"""``\sigma``, ``\hat{y}``, ``\mathbf W``, ``\ln``."""
    found = re.match(r"\\([A-Za-z]+)\*?[ \t]*", base)
    assert found
    command, inner = found[1], base[found.end() :]
    if command in ACCENTS or command in STYLES:
        if inner.startswith("{"):
            inner = inner[1:-1]
        inner = inner.strip().replace("\\_", "_")
        if not _WHOLE.fullmatch(inner):
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
    split = _DIGITS_LAST.fullmatch(command)
    assert split
    return Spelling(split[1], digits=split[2], command="\\" + command)


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
        digits = re.match(r"[0-9]*", plain)
        assert digits
        items = [item for item in (digits.group(), plain[digits.end() :]) if item]
    else:
        items = [_sub_text(piece.removeprefix("{}")[1:], text)]
    for item in items:
        spelling = _attach_one(spelling, item)
    return spelling


def _attach_one(spelling: Spelling, item: str) -> Spelling:
    accent = _SUFFIX_BELOW.fullmatch(item)
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
    """What stands in a subscript, in plain characters."""
    if piece.startswith("{") and piece.endswith("}"):
        piece = piece[1:-1]
    piece = _SUB_WRAP.sub(r"\1", piece)
    piece = _SUB_COMMAND.sub(
        lambda found: GREEK.get(found[1]) or VARIANT_COMMANDS.get(found[1]) or found[0], piece
    )
    piece = _SUB_GREEK.sub(lambda found: GREEK[found[1]], piece.replace(" ", ""))
    piece = unicodedata.normalize("NFC", piece.replace("−", "-"))
    if not _SUB_SIGNS.fullmatch(piece):
        raise SpellingError("bad-subscript", text)
    return piece


# What others use --------------------------------------------------------------------------


def canonical(text: str, known: Collection[str] = ()) -> str:
    r"""Give the canonical spelling of a name in any spelling.

    Parameters
    ----------
    text : str
        One name.
    known : collection of str
        Canonical names; a style (``\mathbf{W}``) is kept only where it is among them.

    Raises
    ------
    ReadError
        If the text is not one name.

    Examples
    --------
    >>> [canonical(text) for text in ("W_1", "W₁", "W_{1}", "yhat", r"\hat{y}", "sigma")]
    ['W1', 'W1', 'W1', 'ŷ', 'ŷ', 'σ']
    """
    stripped = text.strip()
    if stripped.startswith("$") and stripped.endswith("$"):
        stripped = stripped[1:-1].strip()
    first_line = text.partition("\n")[0]
    place = Place(1, 1, max(1, len(first_line)), first_line)
    if stripped in ("𝟏", "𝟙"):
        return "𝟏"
    if len(stripped) > 200 or not _WHOLE.fullmatch(stripped):
        raise ReadError(say("not-a-name", text=first_line[:60]), place)
    try:
        spelling = take_apart(stripped)
    except SpellingError as problem:
        raise ReadError(say(problem.kind, text=problem.text), place) from None
    styled = spelling.name(styled=True)
    return styled if styled in known else spelling.name()


def spell(name: str, style: Style) -> str:
    r"""Write a canonical name.

    Examples
    --------
    >>> [spell("W1", style) for style in ("unicode", "latex", "ascii")]
    ['W₁', 'W_1', 'W1']
    >>> spell("ŷ", "latex"), spell("δ2", "ascii"), spell("loss", "latex")
    ('\\hat{y}', 'delta2', '\\mathrm{loss}')
    """
    if not _WHOLE.fullmatch(name):
        return name  # 𝟏, or a name that only a program that writes trees could make
    parts = take_apart(name)
    text = {"unicode": _unicode, "latex": _latex, "ascii": _ascii}[style](parts)
    return f"{text}.{spell(parts.rest.name(styled=True), style)}" if parts.rest else text


def canonical_parts(name: str) -> Spelling | None:
    """A canonical name taken apart, if it can carry an index."""
    if not _WHOLE.fullmatch(name):
        return None
    parts = take_apart(name)
    return None if parts.above or parts.rest else parts


def spell_entry(parts: Spelling, letters: list[str], style: Style) -> str:
    """Write an array's name with indices below it."""
    indices = "".join(letters)
    if style == "unicode":
        short = len(parts.letters) == 1
        small = translate(indices, TO_SUBSCRIPT) if short else None
        return _unicode(parts) + (small or f"_{indices}")
    if style == "ascii":
        return f"{_ascii(parts)}_{indices}"
    if parts.below:
        return f"{_latex(parts)}{{}}_{{{indices}}}"
    item = f"{parts.digits},{indices}" if parts.digits else indices
    bare = _latex(replace(parts, digits=""))
    return f"{bare}_{item}" if len(item) == 1 else f"{bare}_{{{item}}}"


def _unicode(parts: Spelling) -> str:
    text = replace(parts, digits="", below=(), above="", rest=None).name(styled=True)
    short = len(parts.letters) == 1
    text += (translate(parts.digits, TO_SUBSCRIPT) or parts.digits) if short else parts.digits
    for item in parts.below:
        small = TO_SUBSCRIPT.get(item) if item.isalpha() and short else None
        plain = f"_{item}" if _SUB_PLAIN.fullmatch(item) else f"_{{{item}}}"
        text += small or plain
    if parts.above:
        text += translate(parts.above, TO_SUPERSCRIPT) or f"^{{{parts.above}}}"
    return text


def _latex(parts: Spelling) -> str:
    text = "".join(_latex_letter(char) for char in parts.letters)
    if len(parts.letters) > 1:
        text = rf"\mathrm{{{parts.letters}}}"
    if parts.style == "var":
        text = rf"\var{GREEK_WORD[parts.letters]}"
    elif parts.style:
        text = rf"\{STYLE_COMMAND[parts.style]}{{{text}}}"
    for mark in parts.accent:
        text = rf"\{ACCENT_WORD[mark]}{{{text}}}"
    below = ([parts.digits] if parts.digits else []) + [_latex_below(x) for x in parts.below]
    text += "{}".join(f"_{item}" if len(item) == 1 else f"_{{{item}}}" for item in below)
    return text + (f"^{{{parts.above}}}" if parts.above else "")


def _latex_letter(char: str) -> str:
    if char in GREEK_WORD:
        return "\\" + GREEK_WORD[char]
    return r"\ell" if char == "ℓ" else char


def _latex_below(item: str) -> str:
    if item.isascii():
        return rf"\mathrm{{{item}}}" if item.isalpha() and len(item) > 3 else item
    spelled = "".join(_latex_letter(char) + " " * (char in GREEK_WORD) for char in item)
    return spelled.strip()


def _ascii(parts: Spelling) -> str:
    if parts.style or parts.letters == "ℓ":
        return _latex(parts)
    text = "".join(GREEK_WORD.get(char, char) for char in parts.letters)
    below = [
        re.sub(r"[^\x00-\x7f]", lambda found: GREEK_WORD.get(found[0], found[0]), item)
        for item in parts.below
    ]
    for mark in parts.accent:
        joined = text + ACCENT_WORD[mark]
        text = joined if joined not in NOT_ACCENTED else f"{text}_{ACCENT_WORD[mark]}"
    text += parts.digits
    text += "".join(f"_{x}" if _SUB_PLAIN.fullmatch(x) else f"_{{{x}}}" for x in below)
    return text + (f"^{{{parts.above}}}" if parts.above else "")
