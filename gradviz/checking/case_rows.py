"""Rows about some entries of a Jacobian: ``∂pᵢ/∂zᵢ = pᵢ(1 − pᵢ)``, ``∂pᵢ/∂zⱼ = −pᵢ pⱼ for i ≠ j``."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from gradviz.checking.texts import left_letters, unsubscripted

_RELATION = r"(?P<sign>=|≠|!=|\\not\s*=|\\neq?(?![A-Za-z]))"
_PAIR = rf"(?P<a>[a-z])\s*{_RELATION}\s*(?P<b>[a-z])"
_WORD = r"(?:for|if|when|where|case)\b:?"
_BEFORE = re.compile(
    rf"^\s*(?:and\s+)?(?:[-*•]\s+|\d+[.)]\s+)?(?:{_WORD}\s*(?:\d+\s*:?\s*)?)?\(?\s*{_PAIR}\s*\)?\s*[:,]\s*(?=\S)",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"(?:[\s,;]\s*{_WORD}\s*\(?\s*|[\s,;]*[(\[]\s*(?:{_WORD}\s*)?){_PAIR}\s*[)\]]?\s*$", re.IGNORECASE
)
_UNLIKE = re.compile(rf"[\s,;]+{_PAIR.replace('=|≠', '≠', 1)}\s*$")
_MARK = re.compile(r"(?P<left>.*)⟦(?P<sign>[=≠])(?P<pair>[a-z]{2})⟧$", re.DOTALL)
_SUBSCRIPT = re.compile(r"_\{([a-z])\}|_([a-z])(?![A-Za-z0-9])|([ᵢⱼₖₗₘₙₚ])")


_CASES = re.compile(
    r"(?P<left>[^\n=]*?)=\s*\\begin\{cases\}(?P<one>[^&]*)&(?P<first>.*?)\\\\(?P<two>[^&]*)&(?P<second>.*?)(?:\\\\\s*)?"
    r"\\end\{cases\}(?P<rest>\s*(?:\\\\\s*)?&?\s*=)?",
    re.DOTALL,
)
_TEXT = re.compile(r"\\(?:text|mathrm|mbox)\s*\{([^{}]*)\}")


class Case(NamedTuple):
    """For which entries a row holds: those at equal indices, or at unequal ones; and the indices."""

    equal: bool
    letters: tuple[str, str]

    @property
    def factor(self) -> str:
        """What is 1 at those entries and 0 at all others."""
        delta = f"δ_{{{''.join(self.letters)}}}"
        return delta if self.equal else f"(1 - {delta})"


def spread(text: str, names: Collection[str]) -> str:
    r"""A text with conditions on indices behind their rows, and a row for each of two cases.

    Examples
    --------
    >>> spread("for i ≠ j: ∂p_i/∂z_j = -p_i p_j", ())
    '∂p_i/∂z_j = -p_i p_j for i ≠ j'
    >>> spread(r"dp_i/dz_j = \begin{cases} p_i(1 - p_i) & i = j \\ -p_i p_j & \text{otherwise} \end{cases}", ())
    'dp_i/dz_j  = p_i(1 - p_i)  for i = j ; dp_i/dz_j  = -p_i p_j  for i ≠ j'
    """

    def rows(m: re.Match[str]) -> str:
        said = [_TEXT.sub(r" \1 ", m[name]).strip(" .,;") for name in ("first", "second")]
        found = [re.search(_PAIR, x) for x in said]
        pair = found[0]
        if (
            pair is None
            or {pair["a"], pair["b"]} & set(names)
            or not (found[1] or re.search("otherwise|else", said[1]))
        ):
            return m[0]
        equal = pair["sign"] == "="
        signs = ("=", "≠") if equal else ("≠", "=")
        left, pair_of = m["left"].replace("&", " "), (pair["a"], pair["b"])
        made = [
            f"{left} = {m[one].strip()}  for {pair_of[0]} {sign} {pair_of[1]}"
            for one, sign in zip(_PARTS, signs, strict=True)
        ]
        return " ; ".join([*made, *([f"{left} ="] if m["rest"] else [])])

    if r"\begin{cases}" in text and len(text) <= _LONG:
        text = _CASES.sub(rows, text)
    return "\n".join(_behind(line, names) for line in text.split("\n"))


def _behind(line: str, names: Collection[str]) -> str:
    found = None if "$" in line or len(line) > _LONG else _BEFORE.match(line)
    if found is None or {found["a"], found["b"]} & set(names):
        return line
    sign = "=" if found["sign"] == "=" else "≠"
    return f"{line[found.end() :]} for {found['a']} {sign} {found['b']}"


_PARTS = ("one", "two")
_LONG = 2000


def marked(row: str, names: Collection[str]) -> tuple[str, str]:
    """A row without the condition on its indices, and a mark that stands for it.

    Parameters
    ----------
    row : str
    names : collection of str
        Letters that are names are no indices.

    Examples
    --------
    >>> marked("∂p_i/∂z_j = -p_i p_j for i ≠ j", ()), marked("dL/da = b", ())
    (('∂p_i/∂z_j = -p_i p_j', '⟦≠ij⟧'), ('dL/da = b', ''))
    """
    for pattern in (_BEFORE, _BEHIND, _UNLIKE) if len(row) <= _LONG else ():
        found = pattern.search(row)
        rest = row[: found.start()] + row[found.end() :] if found else ""
        if found and "=" in rest and found["a"] != found["b"] and not {found["a"], found["b"]} & set(names):
            sign = "=" if found["sign"] == "=" else "≠"
            return rest.strip(), f"⟦{sign}{found['a']}{found['b']}⟧"
    return row, ""


def unmarked(left: str) -> tuple[str, Case | None]:
    """A left side without its mark, and what that stands for."""
    found = _MARK.fullmatch(left)
    if found is None:
        return left, None
    return found["left"].strip(), Case(found["sign"] == "=", (found["pair"][0], found["pair"][1]))


def case_of(left: str, told: Case | None) -> tuple[str, Case] | None:
    """A left side as that of all entries, and for which of them the row holds; None where it is for all.

    Examples
    --------
    >>> case_of("∂pᵢ/∂zᵢ", None), case_of("∂p_i/∂z_j", None)
    (('∂pᵢ/∂z_{j}', Case(equal=True, letters=('i', 'j'))), None)
    """
    found = list(_SUBSCRIPT.finditer(left))
    letters = [unsubscripted(next(filter(None, m.groups()))) for m in found]
    if len(letters) == len(("of", "by")) and letters[0] == letters[1]:
        other = "j" if letters[0] != "j" else "i"
        last = found[-1]
        return f"{left[: last.start()]}_{{{other}}}{left[last.end() :]}", Case(True, (letters[0], other))
    if told is None or set(left_letters(left, 2)) != set(told.letters):
        return None
    return left, told
