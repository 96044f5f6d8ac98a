"""A derivation as a text: rows of equal parts, without the words between them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from gradviz.checking.case_rows import marked, spread
from gradviz.checking.marked import only_maths
from gradviz.checking.reasons import without_columns, without_reasons, without_remark, without_texts

MOST_TEXT = 64 * 1024

_ENVIRONMENT = re.compile(
    r"\\(?:begin|end)\{(?:align|aligned|alignat|equation|gather|gathered|split|multline|eqnarray|proof|flalign)\*?\}"
)
_RELATION = re.compile(
    r"\\(?:stackrel|overset|underset)\s*\{(?:[^{}]|\{[^{}]*\})*\}\s*\{?\s*=\s*\}?|\\equiv\b|≡|:=|\\coloneqq\b|≝|≜"
    r"|\\(?:approx|simeq|cong)(?![A-Za-z])|[≈≃]"
)
_ARROW = re.compile(
    r"\\(?:Rightarrow|implies|Longrightarrow|therefore|iff|Leftrightarrow|Longleftrightarrow|leadsto)\b|[⇒⟹⇔⟺∴]|(?<!-)-->|=>|"
    r"<=>"
)
_SO = re.compile(
    r"(?:,\s*(?:and\s+)?|\s+and\s+)(?:so|hence|thus|therefore|then|finally)\b(?:\s+that\b)?|,\s*and\b", re.IGNORECASE
)
_END = re.compile(
    r"\\(?:qed|blacksquare|square|Box|hfill|hspace\*?\{[^{}]*\}|checkmark)(?![A-Za-z])|[∎□■✓✔☑✅]"
    r"|\(?\s*\b[Qq]\.\s?[Ee]\.\s?[Dd]\b\.?\s*\)?|\bQED\b"
)
_MOST_BOXES = 20
_BOXED = re.compile(r"\\(?:boxed|fbox)\s*\{")
_SAID = re.compile(
    r"\\(?:tag|label)\*?\s*\{[^{}]*\}"
    r"|\\(?:nonumber|notag|qquad|quad)\b|(?<!\\)%[^\n]*|(?<!\\)#[^\n]*|^```\w*|\s{2,}//[^\n]*"
    r"|^[^\S\n]*[-*>]\s+(?=\S*[=\\])",
    re.MULTILINE,
)
_DOLLARS = re.compile(r"\$\$?|(?<!\\)\\[\[\]()]")
_ROWS = re.compile(r"\\\\\*?(?:\s*\[[^\]]*\])?|\\newline\b|\n|;")
_ARRAY = re.compile(r"\\begin\s*\{((?:[a-zA-Z]*matrix|r?cases|array)\*?)\}.*?\\end\s*\{\1\}", re.DOTALL)
_INSIDE = {"\\\\": "\ue000", "&": "\ue001", "\n": " "}
"""What parts rows and entries of an array, which is no part of the derivation's own layout."""
_OUTSIDE = {other: sign for sign, other in _INSIDE.items() if other != " "}
_BULLET = re.compile(r"\s*[-*•]\s+")
_GIVEN = re.compile(r"\s*(?:since|because|as|using|given|recall|note|where|with)\b", re.IGNORECASE)
_DEFINING = re.compile(
    r"\s*(?:(?:now|first|and|then|here|we|if|for)\s+)*"
    r"(?:let(?:ting)?(?:\s+us)?|set(?:ting)?|put|define|denote|denoting|write|call|introduce|where|with|using)\s+",
    re.IGNORECASE,
)
_RESULT = re.compile(
    r".*=.*?(?:,|\bwe (?:get|have|obtain|find|see|conclude)(?: that)?\b|\bit follows that\b|\bthen\b)\s*", re.IGNORECASE
)
_ORDINAL = re.compile(r"^\s*(?:\(\d+\)|\d+[.)])\s+")
_DOTS = re.compile(r"^(?:\.{2,}|…|\\[cl]?dots|⋯)$")
_WORDS = re.compile(r"\s*[(\[]\s*([A-Za-z]{2,})\s+[A-Za-z]{2,}\b")
_WORD = re.compile(r"(?<![\\\w])[A-Za-z]{2,}(?![\w(])")


def rows_of(text: str, names: Collection[str] = ()) -> Iterator[list[str]]:
    r"""The parts of each row, between its signs of equality; what stands before the first is empty where nothing does.

    Parameters
    ----------
    text : str
    names : collection of str
        Words that are names, and no prose.

    Examples
    --------
    >>> list(rows_of("By the chain rule:\ndL/dw = 2 a b (since a' = a(1 - a))\n= 2 c", {"a", "b", "c"}))
    [['dL/dw', '2 a b'], ['', '2 c']]
    """
    if "\\" not in text and "$" not in text:
        text = "\n".join(without_columns(text.split("\n"), names))
    text = spread(text, names)
    text = _ARRAY.sub(lambda m: _replaced(m[0], _INSIDE), text)
    text = only_maths(_unboxed(without_texts(text, names)))
    for pattern, instead in ((_ENVIRONMENT, " "), (_RELATION, "="), (_ARROW, "\n"), (_SO, "\n"), (_END, " ")):
        text = pattern.sub(instead, text)
    for pattern in (_SAID, _DOLLARS):
        text = pattern.sub(" ", text)
    rows = [row for row in text.split("\n") if row.strip()]
    if all("=" in row and _BULLET.match(row) for row in rows):
        text = "\n".join(_BULLET.sub("", row, count=1) for row in rows)  # items of a list: none goes on the one before
    if r"\\" in text:
        text = text.replace("\n", " ")  # rows end where LaTeX ends them
    rows = [row for row in text.replace("&", " ").split("\n") if not is_prose(row, names)]
    for whole in _ROWS.split(_joined("\n".join(rows))):
        for row in _apart(_ORDINAL.sub("", whole)):
            said, case = marked(row.strip().rstrip(".,;:"), names)
            plain = without_remark(without_reasons(said), names).strip().rstrip(".,;:").strip()
            if plain and not is_prose(plain, names):
                first, *parts = _equal_parts(plain)
                parts = [p.rstrip(".,").strip() for p in parts if p and not _DOTS.match(p)]
                yield [_replaced(p, _OUTSIDE) for p in (first + case, *parts)]


def _replaced(text: str, signs: Mapping[str, str]) -> str:
    for sign, other in signs.items():
        text = text.replace(sign, other)
    return text


def _unboxed(text: str) -> str:
    r"""A text without the ``\boxed{…}`` around what has a sign of equality."""
    start = 0
    for _ in range(_MOST_BOXES):
        found = _BOXED.search(text, start)
        if found is None:
            break
        depth, start = 1, found.end()
        for n in range(start, len(text)):
            depth += (text[n] == "{") - (text[n] == "}")
            if depth == 0:
                text = f"{text[: found.start()]} {text[start:n]} {text[n + 1 :]}"
                start = found.start()
                break
        else:
            break
    return text


def is_prose(row: str, names: Collection[str]) -> bool:
    """Whether a row is words alone: it has no sign of equality, and more words that are no names than one.

    Examples
    --------
    >>> is_prose("Now the chain rule:", ()), is_prose("(p - q) h", ()), is_prose("Then a = b", ())
    (True, False, False)
    """
    opened = _WORDS.match(row)
    if opened and opened[1] not in names:
        return True
    if _equal_parts(row)[1:] or re.search(r"[∂∇^_{}\\+*/]", row):
        return False
    return sum(word not in names for word in _WORD.findall(row)) > 1


def is_reason(left: str) -> bool:
    """Whether what stands before a sign of equality is said as a reason: ``Since σ'(z)``."""
    return bool(_GIVEN.match(left))


def is_definition(left: str) -> str:
    """The name that a left side says it defines; empty where it says no such thing: ``Let u``, ``where u``.

    Examples
    --------
    >>> is_definition("Let u"), is_definition("where r"), is_definition("u"), is_definition("Since u")
    ('u', 'r', '', '')
    """
    found = _DEFINING.match(left)
    return left[found.end() :].strip() if found else ""


def without_words(left: str, names: Callable[[str], bool]) -> str:
    """A left side without the words before it: ``Now we know that ∂L/∂z``."""
    words = left.split()
    for n in range(1, len(words)):
        if not re.fullmatch(r"[A-Za-z]+[,:]?|\d+[.:]", words[n - 1]):
            break
        rest = " ".join(words[n:])
        if names(rest):
            return rest
    return left


def _apart(row: str) -> list[str]:
    """A reason and what follows from it: ``With u = a, dL/dw = 2 u``."""
    given = len(row) <= 1000 and _GIVEN.match(row) and _RESULT.match(row)
    return [row[: given.end()], row[given.end() :]] if given and row[given.end() :].strip() else [row]


def _joined(text: str) -> str:
    """Lines that go on, since a bracket is open or a sign stands at an end, in one."""
    rows: list[str] = []
    depth = 0
    for row in text.split("\n"):
        alone = rows and "=" not in rows[-1] and re.match(r"\s*=", row)  # the left side has a line of its own
        signed = rows and (re.match(r"\s*[+\-−*/·⊙]\s", row) or re.search(r"[=+\-−*/·⊙]\s*$", rows[-1]))
        goes_on = rows and (depth > 0 or alone or signed)
        if goes_on and row.strip():
            rows[-1] += " " + row.strip()
        else:
            rows.append(row)
            depth = 0
        depth += sum(row.count(c) for c in "([{") - sum(row.count(c) for c in ")]}")
    return "\n".join(rows)


def _equal_parts(row: str) -> list[str]:
    """What stands between the signs of equality that are in no bracket."""
    parts, depth, start = [], 0, 0
    for n, c in enumerate(row):
        depth += (c in "([{") - (c in ")]}")
        alone = row[n - 1 : n] not in tuple("<>!:=≤≥") and row[n + 1 : n + 2] != "="
        if c == "=" and depth <= 0 and (alone or n == 0):
            parts.append(row[start:n].strip())
            start = n + 1
    return [*parts, row[start:].strip()]
