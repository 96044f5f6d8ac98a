"""The characters of the notation: letters, accents, styles, and their small forms."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

_SMALL = "αβγδεζηθικλμνξπρστυφχψω"
_CAPITAL = "ΓΔΘΛΞΠΣΥΦΨΩ"


def _word(letter: str) -> str:
    """Give a Greek letter's English name, from its name in Unicode."""
    word = unicodedata.name(letter).rpartition(" ")[2].replace("LAMDA", "LAMBDA")
    return word.lower() if letter in _SMALL else word.capitalize()


#: ``sigma`` → ``σ``. Greek capitals that look like Latin ones are no letters here.
GREEK: Mapping[str, str] = MappingProxyType({_word(letter): letter for letter in _SMALL + _CAPITAL})
GREEK_WORD: Mapping[str, str] = MappingProxyType({char: word for word, char in GREEK.items()})

#: A variant form of a Greek letter is that letter in another style.
VARIANTS: Mapping[str, str] = MappingProxyType({"ϵ": "ε", "ϑ": "θ", "ϕ": "φ", "ϱ": "ρ", "ς": "σ", "ϖ": "π"})
VARIANT_COMMANDS: Mapping[str, str] = MappingProxyType(
    {"var" + GREEK_WORD[plain]: plain for plain in VARIANTS.values()}
)

#: What people call an accent, and the combining character for it.
ACCENTS: Mapping[str, str] = MappingProxyType(
    {
        "hat": "\u0302",
        "widehat": "\u0302",
        "bar": "\u0304",
        "overline": "\u0304",
        "tilde": "\u0303",
        "widetilde": "\u0303",
        "dot": "\u0307",
        "ddot": "\u0308",
        "vec": "\u20d7",
    }
)
ACCENT_WORD: Mapping[str, str] = MappingProxyType(
    {"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde", "\u0307": "dot"} | {"\u0308": "ddot", "\u20d7": "vec"}
)
SUFFIXES = ("hat", "bar", "tilde", "ddot", "dot", "vec")
#: English words that end like an accented letter and are none.
NOT_ACCENTED = frozenset({"what", "that", "chat"})

#: LaTeX commands for a style; upright ones say nothing of a name.
STYLES: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("mathbf", "boldsymbol", "bm", "bf", "textbf", "pmb"), "bf")
    | dict.fromkeys(("mathcal", "mathscr", "cal"), "cal")
    | {"mathbb": "bb", "mathfrak": "frak"}
    | dict.fromkeys(
        (
            "mathrm",
            "mathit",
            "mathsf",
            "mathtt",
            "mathnormal",
            "operatorname",
            "text",
            "textrm",
            "textit",
            "rm",
        ),
        "",
    )
)
STYLE_COMMAND: Mapping[str, str] = MappingProxyType(
    {"bf": "mathbf", "cal": "mathcal", "bb": "mathbb", "frak": "mathfrak"}
)


def _styled_letters() -> tuple[dict[str, tuple[str, str]], dict[tuple[str, str], str]]:
    """Mathematical alphabets: character → (style, letter), and the one written for each."""
    known: dict[str, tuple[str, str]] = {}
    written: dict[tuple[str, str], str] = {}
    letterlike = "ℂℊℋℌℍℎℐℑℒℕℙℚℛℜℝℤℨℬℭℯℰℱℳℴ"
    for char in [*map(chr, range(0x1D400, 0x1D7CC)), *letterlike]:
        name = unicodedata.name(char, "")
        letter = unicodedata.normalize("NFKC", char)
        letter = unicodedata.normalize("NFKC", VARIANTS.get(letter, letter))
        plain = letter.isascii() or letter in GREEK_WORD
        if not name or len(letter) != 1 or not letter.isalpha() or not plain:
            continue
        if "SCRIPT" in name:
            style = "cal"
        elif "FRAKTUR" in name or "BLACK-LETTER" in name:
            style = "frak"
        elif "DOUBLE-STRUCK" in name:
            style = "bb"
        else:
            style = "bf" if "BOLD" in name and "SANS" not in name else ""
        known[char] = (style, letter)
        first_choice = "BOLD SCRIPT" in name or "BOLD CAPITAL" in name or "BOLD SMALL" in name
        if style and (first_choice or (style, letter) not in written):
            written[style, letter] = char
    for variant, letter in VARIANTS.items():
        known[variant] = ("var", letter)
        written["var", letter] = variant
    return known, written


_KNOWN, _WRITTEN = _styled_letters()
#: ``𝐖`` → (``bf``, ``W``)
STYLED: Mapping[str, tuple[str, str]] = MappingProxyType(_KNOWN)
#: (``bf``, ``W``) → ``𝐖``
STYLED_CHAR: Mapping[tuple[str, str], str] = MappingProxyType(_WRITTEN)

_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PLAIN_LETTERS = frozenset(_LATIN) | frozenset(GREEK_WORD) | {"ℓ"}
MARKS = frozenset(ACCENT_WORD) | {"\u0305"}
#: Composed letters (``ŷ``): one character, a letter and its accent.
COMPOSED = frozenset(
    composed
    for letter in PLAIN_LETTERS
    for mark in ACCENT_WORD
    if len(composed := unicodedata.normalize("NFC", letter + mark)) == 1
)
LETTERS = "".join(sorted(PLAIN_LETTERS | COMPOSED | frozenset(STYLED)))

_SUBSCRIPTS = "₀0₁1₂2₃3₄4₅5₆6₇7₈8₉9₊+₋-₌=₍(₎)ₐaₑeₕhᵢiⱼjₖkₗlₘmₙnₒoₚpᵣrₛsₜtᵤuᵥvₓxᵦβᵧγᵨρᵩφᵪχ"
_SUPERSCRIPTS = "⁰0¹1²2³3⁴4⁵5⁶6⁷7⁸8⁹9⁺+⁻-⁼=⁽(⁾)ᵃaᵇbᶜcᵈdᵉeᶠfᵍgʰhⁱiʲjᵏkˡlᵐmⁿnᵒoᵖpʳrˢsᵗtᵘuᵛvʷwˣxʸyᶻzᵅαᵝβᵞγᵟδᶿθᵠφ"
#: ``₁`` → ``1`` and back, for lower and upper positions.
FROM_SUBSCRIPT: Mapping[str, str] = MappingProxyType(dict(zip(_SUBSCRIPTS[::2], _SUBSCRIPTS[1::2], strict=True)))
TO_SUBSCRIPT: Mapping[str, str] = MappingProxyType({v: k for k, v in FROM_SUBSCRIPT.items()})
FROM_SUPERSCRIPT: Mapping[str, str] = MappingProxyType(dict(zip(_SUPERSCRIPTS[::2], _SUPERSCRIPTS[1::2], strict=True)))
TO_SUPERSCRIPT: Mapping[str, str] = MappingProxyType({v: k for k, v in FROM_SUPERSCRIPT.items()})


def translate(text: str, table: Mapping[str, str]) -> str | None:
    """Every character through the table, or None where one is missing.

    Examples
    --------
    >>> translate("12", TO_SUBSCRIPT)
    '₁₂'
    """
    if all(char in table for char in text):
        return "".join(table[char] for char in text)
    return None
