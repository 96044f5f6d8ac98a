"""Names: their many spellings, and the canonical one."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache
from typing import Literal

from gradviz.messages import Place, ReadError, say
from gradviz.notation.alphabet import (
    ACCENT_WORD,
    GREEK_WORD,
    NOT_ACCENTED,
    STYLE_COMMAND,
    TO_SUBSCRIPT,
    TO_SUPERSCRIPT,
    translate,
)
from gradviz.notation.spellings import NAME, PLAIN_BELOW, Spelling, SpellingError, take_apart

Style = Literal["unicode", "latex", "ascii"]


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
    if len(stripped) > 200 or not re.fullmatch(NAME, stripped):
        raise ReadError(say("not-a-name", text=first_line[:60]), place)
    try:
        spelling = take_apart(stripped)
    except SpellingError as problem:
        raise ReadError(say(problem.kind, text=problem.text), place) from None
    styled = spelling.name(styled=True)
    return styled if styled in known else spelling.name()


_WORD = re.compile("[A-Za-z]{2}[A-Za-z0-9]*")


@lru_cache(maxsize=1 << 14)
def spell(name: str, style: Style) -> str:
    r"""Write a canonical name.

    Examples
    --------
    >>> [spell("W1", style) for style in ("unicode", "latex", "ascii")]
    ['W₁', 'W_1', 'W1']
    >>> spell("ŷ", "latex"), spell("δ2", "ascii"), spell("loss", "latex")
    ('\\hat{y}', 'delta2', '\\mathrm{loss}')
    """
    if not re.fullmatch(NAME, name):
        return (
            r"\dots" if (name, style) == ("…", "latex") else name
        )  # 𝟏, or a name that only a program that writes trees could make
    parts = take_apart(name)
    text = {"unicode": _unicode, "latex": _latex, "ascii": _ascii}[style](parts)
    return f"{text}.{spell(parts.rest.name(styled=True), style)}" if parts.rest else text


def canonical_parts(name: str) -> Spelling | None:
    """Give a canonical name taken apart, if it can carry an index."""
    if not re.fullmatch(NAME, name):
        return None
    parts = take_apart(name)
    return None if parts.above or parts.rest else parts


def join_indices(indices: list[str]) -> str:
    """Write indices as a LaTeX subscript.

    Examples
    --------
    >>> join_indices(["i"]), join_indices(["i", "j"]), join_indices(["i-1", "j"])
    ('i', '{ij}', '{i-1,j}')
    """
    text = ("" if all(len(item) == 1 for item in indices) else ",").join(indices)
    return text if len(text) == 1 else f"{{{text}}}"


def spell_entry(parts: Spelling, letters: list[str], style: Style) -> str:
    """Write an array's name with indices below it."""
    indices = ("" if all(len(item) == 1 for item in letters) else ",").join(letters)
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
        plain = f"_{item}" if PLAIN_BELOW().fullmatch(item) else f"_{{{item}}}"
        text += small or plain
    if parts.above:
        text += translate(parts.above, TO_SUPERSCRIPT) or f"^{{{parts.above}}}"
    return text


def _latex(parts: Spelling) -> str:
    if len(parts.letters) > 1 and any(_WORD.fullmatch(item) for item in parts.below):
        words = replace(parts, above="").name().replace("_", r"\_")  # a word below a word is one name of several words
        return rf"\mathrm{{{words}}}" + (f"^{{{parts.above}}}" if parts.above else "")
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
    below = [re.sub(r"[^\x00-\x7f]", lambda found: GREEK_WORD.get(found[0], found[0]), item) for item in parts.below]
    for mark in parts.accent:
        joined = text + ACCENT_WORD[mark]
        text = joined if joined not in NOT_ACCENTED else f"{text}_{ACCENT_WORD[mark]}"
    text += parts.digits
    text += "".join(f"_{x}" if PLAIN_BELOW().fullmatch(x) else f"_{{{x}}}" for x in below)
    return text + (f"^{{{parts.above}}}" if parts.above else "")
