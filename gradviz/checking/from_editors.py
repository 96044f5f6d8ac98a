r"""Answers as other editors write them, in gradviz's notation: Word, MathType, Typst, AsciiMath, HTML, sheets."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Sequence

from gradviz.checking.brackets import Rule, calls, signs, split
from gradviz.messages import GradvizError
from gradviz.notation import canonical
from gradviz.ops import WORDS

# Word's linear format -----------------------------------------------------------------------------------


def _groups(text: str) -> str:
    """``〖…〗`` is a group that is not seen; behind a sum it may hold no sign that would end the sum as it is seen."""
    at = text.rfind("〖")
    while at >= 0:
        end = text.find("〗", at)
        if end < 0:
            return text
        inside = text[at + 1 : end]
        summed = text[:at].rstrip().endswith("▒")
        if summed and len(split(inside.replace("−", "-"), "+-")) > 1:
            return re.sub(r"\s*▒\s*", " ", text)  # what is seen is another sum than what is meant
        text = f"{text[:at]}({inside}){text[end + 1 :]}"
        at = text.rfind("〖")
    return re.sub(r"\s*▒\s*", " ", text)


def _rows_of_word(found: re.Match[str], inside: str) -> str:
    """``■(a&b@c&d)`` is a matrix, ``{█(a, z>0@b, z≤0)┤`` are cases."""
    rows = split(inside, "@")
    if found[0].startswith("{"):
        cells = [split(row, "&") if "&" in row else [",".join(split(row)[:-1]), split(row)[-1]] for row in rows]
        cells = [[value, *(_CONDITION.sub("", c) for c in conditions)] for value, *conditions in cells]
        cells = [[value, *(_REST.sub(r"\\text{otherwise}", c) for c in conditions)] for value, *conditions in cells]
        return r"\begin{cases} " + r" \\ ".join(" & ".join(row) for row in cells) + r" \end{cases}"
    lists = [", ".join(split(row, "&")) for row in rows]
    return f"[{', '.join(f'[{row}]' for row in lists)}]" if any("&" in row for row in rows) else f"[{', '.join(lists)}]"


_CONDITION = re.compile(r"^\s*(?:if|for|when)(?!\w)\s*")
_REST = re.compile(r"^\s*(?:otherwise|else|sonst)\.?\s*$")
_LOW = calls(r"(?<=[\w∑∏𝟙}])_\(", lambda found, inside: f"_{{{inside}}}")
_HIGH = calls(r"(?<=[∑∏}])(?P<low>(?:_\{[^{}]*\}|_\w)?)\^\(", lambda found, inside: f"{found['low']}^{{{inside}}}")

_WORD: Sequence[Rule] = (
    signs(
        ("\u2061", ""),
        ("\u2062", " "),
        ("\u2063", ","),
        ("(?<=[^\\W\\d_])[ \u00a0]+(?=[\u0302-\u0305\u0307])", ""),
        (r"#\s*\([\d.]+\)\s*$", ""),
        (r"(?:(?<![\w.])1|𝟏|𝟙|bb\(1\))_\(([^()]*[<>≤≥≠=][^()]*)\)", r" 𝟙[\1]"),
        (r"[\[(]\s*■\((.*)\)\s*[\])]", r"■(\1)"),
    ),
    calls(r"\{\s*[█■]\s*\(", _rows_of_word),
    calls(r"[■█]\s*\(", _rows_of_word),
    signs((r"(\\end\{cases\})\s*┤", r"\1")),
    _groups,
)

# Typst and AsciiMath ------------------------------------------------------------------------------------


def _fraction(found: re.Match[str], inside: str) -> str | None:
    """``frac(a, b)``."""
    parts = split(inside)
    return f"(({parts[0]})/({parts[1]}))" if len(parts) == 2 else None


def _typst_cases(found: re.Match[str], inside: str) -> str | None:
    """``cases(x &"if" z > 0, 0 &"otherwise")``."""
    rows = [row.partition("&") for row in split(inside)]
    if len(rows) < 2 or any(not sign for _, sign, _ in rows):
        return None
    cells = [value + " & " + re.sub(_QUOTED, r" \\text{\1} ", condition) for value, _, condition in rows]
    return r"\begin{cases} " + r" \\ ".join(cells) + r" \end{cases}"


_QUOTED = r'"([a-z ]+)"'
_ACCENTS = "hat|bar|tilde|dot|vec"
_TYPST: Sequence[Rule] = (
    signs(
        (r"(?<![\w\\])(?:sum|Sum)(?=_\()", "∑"),
        (r"(?<![\w\\])(?:product|prod)(?=_\()", "∏"),
        (r'(?<![\w\\])op\(\s*"(\w+)"\s*\)', r"\1"),
        (r"(?<![\w\\])dot\.(?:o|circle)(?!\w)|(?<=[\s)])o\.(?=[\s(])", " ⊙ "),
        (r"(?<![\w\\])dot\.(?:c|op)(?!\w)", " · "),
        (r"\^(?:top|tack\.b|upright\(T\))(?!\w)", "^T"),
        (r"(?<![\w\\])(?:bold|upright|italic|serif|sans)\(\s*([^()]*)\s*\)", r" \1 "),
        (r"(?<![\w\\])(?:bb|bbb)\(\s*1\s*\)", "𝟙"),
        (r"(?<![\w\\])(?:bb|bbb|cc|mathbf)\s+(?=[A-Za-z0-9])", " "),
        (rf"(?<![\w\\])({_ACCENTS})\s+([A-Za-z])(?![A-Za-z])", r" \1(\2)"),
        (rf"(?<![\w\\])({_ACCENTS})([a-z])(?=[\s)\-+*/]|$)", r" \1(\2)"),
        (r"(?<=[\w)])\s+xx\s+(?=[\w(])", " · "),
        (r"(?<![\w\\])(?:gradient|nabla)_", "∇_"),
        (
            r"\(\s*(?:∂|(?:diff|del|partial|d)\s)\s*(\w+)\s*\)\s*/\s*\(\s*(?:∂|(?:diff|del|partial|d)\s)\s*(\w+)\s*\)",
            r"∂\1/∂\2",
        ),
    ),
    calls(r"(?<![\w\\])frac\(", _fraction),
    calls(r"(?<![\w\\])cases\(", _typst_cases),
    _LOW,
    _HIGH,
)

# LaTeX of MathType and of chats -------------------------------------------------------------------------

_BRACES = r"\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"


def _boxed(text: str) -> str:
    r"""``\boxed{…}`` around the whole, ``**…**`` and backticks, and a label before a formula."""
    text = re.sub(r"^\s*#+ [^\n]*\n", "", text)
    text = re.sub(r"^\s*(?:\*\*)?(?:Final )?[Aa]nswer\s*:?\s*(?:\*\*)?\s*:?\s*(?=\$|\\[(\[])", "", text)
    text = re.sub(r"^\s*(\*\*|`)(?!\s)([^`]*?)(?<!\s)\1\s*$", r"\2", text)
    found = re.fullmatch(rf"(\s*(?:\\\[|\\\(|\$\$?)?\s*)\\boxed\s*{_BRACES}(\s*(?:\\\]|\\\)|\$\$?)?\s*)", text)
    return found[1] + found[2] + found[3] if found else text


_LATEX: Sequence[Rule] = (
    _boxed,
    signs(
        (r"\\mathop\s*\{\s*(\\?\w+)\s*\}", r"\1"),
        (r"\\math(?:it|normal|sf|tt)\s*\{([^{}]*)\}", r"{\1}"),
        (r"\{\s*(\\math(?:bf|bb)\s*\{\s*1\s*\})\s*\}(?=\s*_)", r"\1"),
        (r"\{\s*(\\sigma|\\tanh|\\phi)\s*\}\s*(?=')", r"\1"),
        (r"\\math(?:open|close|rel|bin|ord|inner|punct)\s*\{([^{}]*)\}", r"\1"),
        (r"\^\s*'\s*(?=\()", "'"),
        (r"\\text\{\s*([A-Za-z ]+?)\s*[.,;]\s*\}", r"\\text{\1}"),
    ),
)

# HTML ---------------------------------------------------------------------------------------------------


def _html(text: str) -> str:
    """``&minus;``, ``x<sub>1</sub>``."""
    if not re.search(r"&#?\w+;|</?su[bp]>", text):
        return text
    text = re.sub(r"<sup>(.*?)</sup>", r"^{\1}", re.sub(r"<sub>(.*?)</sub>", r"_{\1}", text))
    return html.unescape(text)


# Names --------------------------------------------------------------------------------------------------

_SHOUTED = re.compile(r"(?<![\w\\.])([A-Z][A-Za-z]+)(?=\()")
_LAYER = re.compile(
    r"(?P<name>\\(?:hat|mathbf|boldsymbol|bm)\s*\{\s*\w+\s*\}|(?<![A-Za-z])[^\W\d_]\u0302?)\s*\^\s*(?:\{\s*)?[(\[]\s*(?P<layer>\d)\s*[)\]](?:\s*\})?"
)
_PLACE = re.compile(r"(?<![\w\\])(?P<name>[A-Za-z])\[(?P<place>\d)\](?!\s*\[)")


def _is_known(name: str, known: Collection[str]) -> bool:
    try:
        return canonical(name) in known
    except GradvizError:
        return False


def _named(text: str, known: Collection[str]) -> str:
    """``EXP(z)`` of sheets, ``W^{[1]}`` for W₁, ``h[1]`` for h₁, where the program has names for them."""

    def quiet(found: re.Match[str]) -> str:
        word = found[1].lower()
        return word if word in WORDS and not _is_known(found[1], known) else found[0]

    def layer(found: re.Match[str]) -> str:
        other = f"{found['name']}_{{{found['layer']}}}"
        return other if _is_known(other, known) and not _is_known(found[0], known) else found[0]

    def place(found: re.Match[str]) -> str:
        other = f"{found['name']}_{found['place']}"
        return other if _is_known(other, known) and not _is_known(found["name"], known) else found[0]

    return _PLACE.sub(place, _LAYER.sub(layer, _SHOUTED.sub(quiet, text)))


def _plain_letters(text: str) -> str:
    """Letters of mathematical alphabets, as Word has them, and wide signs of other keyboards, are the plain ones."""
    return text if text.isascii() else "".join([unicodedata.normalize("NFKC", c) if _is_styled(c) else c for c in text])


def _is_styled(c: str) -> bool:
    return "\U0001d400" <= c < "\U0001d7ce" or ("\uff01" <= c <= "\uff5e" and not c.isalnum())


def from_editors(text: str, known: Collection[str] = ()) -> str:
    r"""An answer without what only another editor writes.

    Parameters
    ----------
    text : str
    known : collection of str
        Names of the program.

    Examples
    --------
    >>> from_editors("2/n ∑_(i=1)^n▒〖x_i r_i〗"), from_editors("EXP(z)"), from_editors("x ((hat y - y) o. h)^T")
    ('2/n ∑_{i=1}^n (x_i r_i)', 'exp(z)', 'x (( hat(y) - y)  ⊙  h)^T')
    """
    text = _plain_letters(_html(text))
    for rule in (*_LATEX, *_WORD, *_TYPST):
        text = rule(text)
    return _named(text, known)
