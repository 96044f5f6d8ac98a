r"""What is said beside the formulas of a derivation: in a column, in ``\text{…}``, in brackets, after a comma."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_WORD = r"(?:by|since|because|using|with|chain|from|as|where|note|recall|def(?:inition)?|product|quotient|sum|rule)\b"
_BRACKETED = re.compile(rf"(?:^|\s+)[(\[]\s*(?={_WORD})", re.IGNORECASE)
_ASIDE = re.compile(r"\s+(?:\[[^\[\]]*=[^\[\]]*\]|\((?:[^()<>]|\([^()]*\))*[^<>!]=(?:[^()]|\([^()]*\))*\))\s*$")
_CLAUSE = re.compile(r"(?:\s{2,}|,\s*)\(?(?:by|since|because|using|with|chain|from|as|where|which)\b.*$", re.IGNORECASE)
_REMARK = re.compile(r"\s+[\[(]([A-Za-z][A-Za-z'-]+(?:[\s,]+[A-Za-z][A-Za-z'-]+)*)[\])]\s*$")
_TEXT = re.compile(r"\\(?:text|intertext|shortintertext|mbox|textrm|textit|textbf|emph)\s*\{")
_KEPT = frozenset(
    ["since", "because", "as", "using", "where", "with", "let", "and", "if", "for", "when", "otherwise", "else"]
)
_GAP = re.compile(r"(?<=\S)(?:[^\S\n]{4,}|[^\S\n]*\t[^\S\n]*)(?=[^\s=≈+\-−*/·⊙@⊗<>≤≥≠,;:.)\]}&|])")
_CONDITION = re.compile(
    r"[(\[]?\s*(?:for|if|when|where|case|otherwise|else)\b|[(\[]?\s*[a-z]\s*[=≠]\s*[a-z]\s*[)\]]?\s*$", re.IGNORECASE
)
_CALLED = re.compile(r"(?<![\\\w])[A-Za-z]{2,}(?![\w(\[])")


def without_texts(text: str, names: Collection[str]) -> str:
    r"""A text in which ``\text{…}`` is gone, save the names of functions and the words that join formulas.

    Examples
    --------
    >>> without_texts(r"&= 2 a && \text{by $\frac{a}{b^{2}}$} \\", ()).strip(), without_texts(r"a \text{ where } b", ())
    ('&= 2 a &&   \\\\', 'a   where  b')
    """
    pieces, start = [], 0
    for found in _TEXT.finditer(text):
        if found.start() < start:
            continue
        end = _closing(text, found.end())
        if end < 0:
            break
        word = text[found.end() : end].strip().rstrip(":").strip("~, ")
        kept = text[found.start() : end + 1] if word in names else f"  {word} " if word.lower() in _KEPT else " "
        pieces += [text[start : found.start()], kept]
        start = end + 1
    return "".join([*pieces, text[start:]])


def _closing(text: str, start: int) -> int:
    """Where the brace closes that is open at a place; −1 where it never does."""
    depth = 1
    for found in re.finditer(r"(?<!\\)[{}]", text[start:]):
        depth += 1 if found[0] == "{" else -1
        if depth == 0:
            return start + found.start()
    return -1


def without_columns(rows: list[str], names: Collection[str]) -> Iterator[str]:
    """Rows of plain text without the reasons that stand behind a gap; an equation there has a row of its own.

    Examples
    --------
    >>> list(without_columns(["f = u v    chain rule", "  = 2 v    u = 2; constant factor", "g = 2    h = 3"], {"u"}))
    ['f = u v', '  = 2 v', 'g = 2', 'h = 3']
    """
    for row, after in zip(rows, [*rows[1:], ""], strict=True):
        formula, *cells = _GAP.split(row)
        beside = [cell for cell in cells if not is_said(cell, names)]
        conditioned = any(map(_CONDITION.match, cells))
        if "=" not in formula or conditioned or not all("=" in cell for cell in beside):
            yield row
        elif row.lstrip().startswith("="):
            yield formula
        else:
            yield from [*beside, formula] if after.lstrip().startswith("=") else [formula, *beside]


def is_said(text: str, names: Collection[str]) -> bool:
    """Whether there are words in a text, which no formula has; ``dz`` is none."""
    return any(word not in names and word.removeprefix("d") not in names for word in _CALLED.findall(text))


def without_reasons(row: str) -> str:
    """A row without what is said in brackets, or after a comma or a gap."""
    opened = _BRACKETED.search(row)
    if opened:
        depth, end = 0, len(row)
        for n in range(opened.start(), len(row)):
            depth += (row[n] in "([") - (row[n] in ")]")
            if row[n] in ")]" and depth == 0:
                end = n + 1
                break
        row = row[: opened.start()] + row[end:]
    return _ASIDE.sub("", _CLAUSE.sub("", row))


def without_remark(row: str, names: Collection[str]) -> str:
    """A row without words in brackets at its end: ``[common denominator]``."""
    found = _REMARK.search(row)
    return row if found is None or any(w in names for w in found[1].split()) else row[: found.start()]
