"""Conditions in answers of other editors: indicators, truth values of NumPy, cases in every spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradviz.checking.brackets import split

COMPARED = r"(?:[<>≤≥≠]|!=|(?<![=:])==?|\\(?:l[et]q?|g[et]q?|neq?)(?![A-Za-z]))"


def indicator(found: re.Match[str], inside: str) -> str | None:
    r"""``\mathbb{1}_{z > 0}``; several comparisons are as many indicators."""
    inside = inside.strip()
    if inside.startswith(("\\{", "[", "{", "(")):
        inside = re.sub(r"^(?:\\\{|[\[({])(.*?)(?:\\\}|[\])}])$", r"\1", inside)
    if not re.search(COMPARED, inside):
        return None
    parts = [p for one in split(inside) for p in _BOTH.split(one) if p.strip()]
    each = [one for part in parts for one in _pairwise(part)]
    plain = found[0].startswith("𝟙") and len(each) == 1 and found[0].endswith("[")
    return None if plain else " ".join(f"𝟙[{one.strip()}]" for one in each)


def truth(found: re.Match[str], inside: str) -> str | None:
    """``(y*s < 1)`` is 1 where it holds, and 0 elsewhere, as in NumPy."""
    if "\\begin" in inside:
        return None
    plain = re.sub(r"[(\[{][^()\[\]{}]*[)\]}]", "", inside)
    while (less := re.sub(r"[(\[{][^()\[\]{}]*[)\]}]", "", plain)) != plain:
        plain = less
    signs_here = re.findall(_TRUTH, plain)
    return f"𝟙[{inside.strip()}]" if len(signs_here) == 1 and "," not in plain else None


_TRUTH = r"<=|>=|!=|==|[<>≤≥≠]"
_BOTH = re.compile(r"∧|\\(?:land|wedge)(?![A-Za-z])|&+|(?<!\w)and(?!\w)")


def _pairwise(chain: str) -> Iterator[str]:
    """``x > y`` and ``y > z`` of ``x > y > z``."""
    signs = list(re.finditer(COMPARED, chain))
    ends = [0, *(s.end() for s in signs)], [*(s.start() for s in signs), len(chain)]
    values = [chain[a:b].strip() for a, b in zip(*ends, strict=True)]
    for n, sign in enumerate(signs):
        yield f"{values[n]} {sign[0]} {values[n + 1]}"


def where(found: re.Match[str], inside: str) -> str | None:
    """``np.where(z > 0, a, b)``."""
    arguments = split(inside)
    return None if len(arguments) != 3 else _cases(arguments[1], arguments[0], arguments[2])


_CASES = re.compile(r"(\\begin\s*\{d?cases\})(.*?)(\\end\s*\{d?cases\})", re.DOTALL)


def _cases(value: str, condition: str, other: str) -> str:
    return rf"\begin{{cases}} {value} & {condition} \\ {other} & \text{{otherwise}} \end{{cases}}"


def conditional(text: str) -> str:
    """``1 if x > 0 else 0``."""
    value, sign, rest = text.partition(" if ")
    condition, other, last = rest.partition(" else ")
    return _cases(value, condition, last) if sign and other and " if " not in rest else text


def chosen(found: re.Match[str], inside: str) -> str | None:
    """``(1 if z > 0 else 0)`` and ``(z > 0 ? 1 : 0)``."""
    made = conditional(ternary(inside))
    return None if made == inside else f"({made})"


def ternary(text: str) -> str:
    """``z > 0 ? a : b``."""
    condition, sign, rest = text.partition("?")
    value, colon, other = rest.partition(":")
    return _cases(value, condition, other) if sign and colon and "?" not in rest else text


def only_opposites(text: str) -> str:
    r"""Cases for ``x > b`` and ``x < b`` say nothing of ``x = b``, where any value will do."""

    def change(found: re.Match[str]) -> str:
        rows = re.split(r"\\\\", found[2])
        if len(rows) != 2 or any(row.count("&") != 1 for row in rows):
            return found[0]
        conditions = [re.sub(r"^\\?(?:text\{)?\s*if\s*\}?|[\s,.]", "", row.partition("&")[2]) for row in rows]
        sides = [re.split(r"[<>]|\\[lg]t(?![A-Za-z])", c) for c in conditions]
        signs = ["<" if re.search(r"<|\\lt", c) else ">" for c in conditions]
        if any(len(s) != 2 for s in sides):
            return found[0]
        opposite = sides[0] == (sides[1] if signs[0] != signs[1] else sides[1][::-1])
        value = rows[1].partition("&")[0]
        return rf"{found[1]}{rows[0]}\\{value}& \text{{otherwise}} {found[3]}" if opposite else found[0]

    return _CASES.sub(change, text)


def commas_in_cases(text: str) -> str:
    """``x > y, x > z`` in a case are both to hold."""

    def change(found: re.Match[str]) -> str:
        both = re.compile(rf"(&[^&\\,]*{COMPARED}[^&\\,]*),(?=[^&\\,]*{COMPARED})")
        return found[1] + both.sub(r"\1 \\text{ and } ", found[2]) + found[3]

    return _CASES.sub(change, text)


def brace(text: str) -> str:
    r"""``\left\{\begin{array}{ll} … \end{array}\right.`` are cases."""
    pattern = (
        r"\\left\s*\\(?:\{|lbrace)\s*\\begin\s*\{(array|matrix|aligned)\}(?:\s*\{[lcr|@{} ]*\})?"
        r"(.*?)\\end\s*\{\1\}\s*\\right\s*\."
    )
    return re.sub(pattern, r"\\begin{cases}\2\\end{cases}", text, flags=re.DOTALL)
