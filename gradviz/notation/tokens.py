"""What tokens look like: signs, LaTeX commands, and the patterns that tell them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from gradviz.notation.alphabet import FROM_SUBSCRIPT, FROM_SUPERSCRIPT, LETTERS, SUFFIXES
from gradviz.notation.late import late
from gradviz.notation.spellings import LETTER, NAME, SUBSCRIPT, SUPERSCRIPT

# Kinds of tokens: "name", "number", "upper" (²), "lower" (₁), "end" (of a statement), and for
# everything else the sign itself, in one spelling.
SIGNS: Mapping[str, str] = MappingProxyType(
    {char: char for char in "+-*/^()[]{},=<>≤≥≠|‖'·×⊙⊘@⊗∈~:._∂∇∑∏√∞⊤&!"}
    | {"−": "-", "⋅": "·", "∙": "·", "∗": "*", "÷": "/", "∕": "/", "∘": "⊙", ".*": "⊙"}
    | {"./": "⊘", "**": "^", "||": "‖", "∥": "‖", "′": "'", "∊": "∈", "∼": "~", "⊺": "⊤"}
    | {"<=": "≤", ">=": "≥", "!=": "≠", "==": "=", ".T": "⊤", "sum": "∑", "prod": "∏", "Σ": "∑"}
    | {"⩽": "≤", "⩾": "≥", ":=": "=", ".^": "^", "⟨": "⟨", "⟩": "⟩"}
    | {"…": "…", "...": "…"}
)
FRACTIONS: Mapping[str, str] = MappingProxyType(
    {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅙": "1/6", "⅛": "1/8"}
)
"""Numbers that are one character."""
COMMANDS: Mapping[str, str] = MappingProxyType(
    {"frac": "frac", "dfrac": "frac", "tfrac": "frac", "cfrac": "frac", "sqrt": "√"}
    | {"sum": "∑", "prod": "∏", "partial": "∂", "nabla": "∇", "cdot": "·", "times": "×"}
    | {"odot": "⊙", "circ": "⊙", "oslash": "⊘", "otimes": "⊗", "div": "/", "in": "∈"}
    | {"le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠"}
    | {"lt": "<", "gt": ">", "top": "⊤", "intercal": "⊤", "lVert": "‖", "rVert": "‖", "Vert": "‖"}
    | {"|": "‖", "lvert": "|", "rvert": "|", "vert": "|", "mid": "|", "infty": "∞", "sim": "~"}
    | {"ast": "*", "prime": "'", "{": "{", "}": "}", "lbrace": "{", "rbrace": "}"}
    | {
        "langle": "⟨",
        "rangle": "⟩",
        "lbrack": "[",
        "rbrack": "]",
        "bullet": "·",
        "colon": ":",
        "geqslant": "≥",
        "_": "_",
    }
)
_BIG = [f"{big}{side}" for big in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")]
SKIPPED = frozenset(
    {"left", "right", "middle", "quad", "qquad", "limits", "nolimits", "displaystyle", "textstyle", "boxed"}
    | {"nonumber", "notag", "mathstrut", *_BIG, *",;:!()[]> \t\n"}
)
_MATRICES = frozenset({"matrix", "bmatrix", "pmatrix", "smallmatrix", "array"})
ROWS = _MATRICES | {"cases", "dcases"}
_SHOWN = ("equation", "align", "aligned", "gather", "gathered", "split", "multline", "eqnarray")
DISPLAYS = frozenset(_SHOWN) | frozenset(f"{name}*" for name in _SHOWN)
PAIRS: Mapping[str, str] = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "begin": "close"}
CLOSING = frozenset(PAIRS.values())
BRACKETS = CLOSING | frozenset(PAIRS) | {"&"}

_SPACES = " \t\r\u00a0\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_SPACE = f"[{_SPACES}]*"
TOKEN = late(
    rf"{_SPACE}(?:"
    r"(?P<number>[½⅓⅔¼¾⅕⅙⅛]|(?:[0-9]+(?:\.[0-9]+|\.(?![*/^.\\A-Za-z(]))?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
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
    r"|(?P<sign>\.\.\.|\*\*|\.\*|\./|\.\^|\.T(?![A-Za-z0-9_])|\|\||<=|>=|!=|==|:=|\S)"
    r")"
)


# Most tokens are told by their first character (a sign that begins no other token, a space), or are a plain word or
# a short whole number with nothing after it that could belong to it. The pattern above is for all others.
_NOT_ALONE = {sign[0] for sign in SIGNS if len(sign) > 1} | {"_", *LETTERS, *FROM_SUBSCRIPT, *FROM_SUPERSCRIPT}
FIRST: Mapping[str, str] = {
    **dict.fromkeys(LETTERS, "name"),
    **dict.fromkeys([*"0123456789", *FRACTIONS], "number"),
    **dict.fromkeys(_SPACES, ""),
    **{sign: kind for sign, kind in SIGNS.items() if sign not in _NOT_ALONE and len(sign) == 1},
    "ᵀ": "upper",
}
#: Signs that are longer before this character, and small characters that make a token unless another one follows.
LONGER: Mapping[str, str] = {sign[0]: sign[1] for sign in SIGNS if len(sign) == 2 and sign[0] != "."}
RAISED = frozenset(FROM_SUPERSCRIPT) - {"⁻", "⁺"}
_AFTER = "-+*/ (),=;\n][}'|·⊙ᵀ²"
PLAIN = late(
    rf"{LETTER}{{1,40}}[0-9]{{0,9}}(?=[{re.escape(_AFTER)}]|\^(?!\{{)|$)"
    r"|[0-9]{1,9}(?![0-9.eE])"
)
ENDING = frozenset(_AFTER) | {""}
ACCENTING = frozenset(SUFFIXES)
