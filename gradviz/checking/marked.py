"""What is maths in a text with marks: formulas between words, tables, bold type, labels of steps, sentences."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from gradviz.checking.parts import equals_in, levels

_FORMULA = re.compile(
    r"\$\$([^$\n]+)\$\$|\$([^$\n]+)\$|(?<!\\)\\\(((?:(?!\\\)).){1,400})\\\)|(?<!\\)\\\[((?:(?!\\\]).){1,400})\\\]"
)
_BOLD = re.compile(r"(?<![\w)\]}*])(\*\*|__)(?=[^\s*_])([^*\n]{1,200}?)(?<=[^\s*_])\1(?![\w(*])")
_RULED = re.compile(r"\s*\|?(?:\s*:?-{3,}:?\s*\|)+(?:\s*:?-{3,}:?)?\s*")
_LABEL = re.compile(r"^\s*(?:[-*>•]\s+)?[^=≈:$\\+*/∂∇{}\[\]^|<>]{1,60}:\s+(?=\S)")
_HEAD = re.compile(r"\s*[^=≈$\\+*/∂∇{}\[\]^|<>]{1,60}:\s*")
_SIGNS = re.compile(r"[=+\-−·*/⊙≈]|\\approx")
_EQUALS = re.compile(r"\s*(?:is|are|equals|gives|becomes|is equal to|is given by|is just|is simply)\s*", re.IGNORECASE)
_DERIVATIVE = re.compile(r"∂|∇|\\partial|\\nabla|\bd[^=$]*/\s*d|\\d?frac\s*\{\s*(?:d|\\mathrm)")
_REASON = re.compile(
    r"\b(?:by|since|because|as|using|given|recall|note|where|with|let|letting|set|setting|put|define|denote)\b"
    r"[\w\s,':]*$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"(?<=[^\s.])(?<!\.[A-Za-z])(?<!\b[Ee]q)(?<!\bcf)(?<!\bresp)(?<!\b[Ff]ig)\.\s+(?=[^\W\d]|[\\$∂∇])"
)
_AND = re.compile(
    r"\s+and\s+|,\s+(?!\(?(?:by|since|because|using|with|chain|from|as|where|which|and|so|hence|thus|then|therefore)\b)"
)
_WHERE = re.compile(r"(?:,\s*|\s+|\(\s*)(?:where|with|letting|setting|denoting)\s+(?=[^=\n]{0,200}=)", re.IGNORECASE)
_MORE = re.compile(r",\s*(?=[^,=\n]{0,200}=)")


def only_maths(text: str) -> str:
    r"""A text with formulas and without the marks around them; each formula that stands apart has a row of its own.

    Examples
    --------
    >>> only_maths("**Step 1.** $a = b$\n**Answer:** $$c = d$$")
    'a = b\nc = d'
    >>> only_maths("| $a$ | $2 b$ |\n|---|---|\n| $c$ | $3 b$ |")
    'a = 2 b\nc = 3 b'
    >>> only_maths("Step 2: a = b, where b = c")
    'a = b\nwhere b = c'
    """
    return "\n".join(piece for row in _untabled(text.split("\n")) for piece in _pieces(row))


def _pieces(row: str) -> Iterator[str]:
    """The rows that a row holds."""
    row = _BOLD.sub(lambda m: m[2], row)
    if _HEAD.fullmatch(row):
        return
    if _FORMULA.search(row):
        row = _between_words(row)
    for piece in row.split("\n"):
        for sentence in _SENTENCE.sub("\n", piece).split("\n"):
            for part in _joined_by_and(_LABEL.sub("", sentence, count=1)):
                yield from _with_clauses(part)


def _between_words(row: str) -> str:
    """A row with its formulas alone, and the words that say that one is a reason or a definition."""
    found = list(_FORMULA.finditer(row))
    outside = [
        row[a:b] for a, b in zip([0, *(m.end() for m in found)], [*(m.start() for m in found), len(row)], strict=True)
    ]
    if not any(re.search(r"\w", o) for o in outside[:-1]) and not re.search(r"\w{2,}", outside[-1]):
        bare = [o if _SIGNS.search(o) or not o.strip() else "\n" for o in outside[1:-1]]
        return "".join(x for m, o in zip(found, ["", *bare], strict=True) for x in (o, _inside(m)))
    told = len(found) == 1 and outside[0].rstrip(" *_").endswith(":")
    text = ""
    for n, (m, before) in enumerate(zip(found, outside, strict=False)):
        formula = _inside(m)
        words = before.strip(" ()[],;*_>-")
        reason = _REASON.search(words)
        if n and (not before.strip() or (not re.search(r"\w", before) and _SIGNS.search(before))):
            text += f" {before.strip()} {formula}"
        elif n and _EQUALS.fullmatch(before) and _DERIVATIVE.search(found[n - 1][0]):
            text += f" = {formula}"
        elif reason and equals_in(formula):
            text += f"\n{reason[0]} {formula}"
        else:
            text += f"\n{formula}"
    rows = (r for r in text.split("\n") if r.strip())
    return "\n".join(r for r in rows if told or equals_in(r) or "≈" in r or r"\approx" in r)


def _inside(found: re.Match[str]) -> str:
    """What stands between the marks of a formula."""
    return next(g for g in found.groups() if g is not None).strip()


def _untabled(rows: list[str]) -> Iterator[str]:
    """The rows of a text; those of a table as equations between their cells."""
    ruled = {n for n, row in enumerate(rows) if _RULED.fullmatch(row) and "|" in row}
    inside = False
    for n, row in enumerate(rows):
        inside = (inside and "|" in row) or n in ruled
        if n in ruled:
            continue
        if inside:
            yield _cells(row)
        elif n + 1 in ruled and "$" not in row and not equals_in(row):
            continue  # the head of a table
        else:
            yield _cells(row) if n + 1 in ruled else row


def _cells(row: str) -> str:
    """A row of a table: two cells are two sides of an equation, a cell with a sign of equality is one."""
    formulas: list[str] = []

    def kept(found: re.Match[str]) -> str:
        formulas.append(_inside(found))
        return f"\0{len(formulas) - 1}\0"

    cells = [c.strip() for c in _FORMULA.sub(kept, row).strip().strip("|").split("|")]
    if formulas:
        cells = [c for c in cells if re.fullmatch(r"(?:\0\d+\0|[\s=+\-−·*/⊙])+", c)]
    cells = [re.sub(r"\0(\d+)\0", lambda m: formulas[int(m[1])], c) for c in cells if c]
    equations = [c for c in cells if equals_in(c)]
    return "\n".join(equations) if equations else " = ".join(cells[:2]) if len(cells) > 1 else ""


def _joined_by_and(row: str) -> Iterator[str]:
    """The equations that a row joins by 'and', or by a comma."""
    cuts = list(_AND.finditer(row))
    if not cuts:
        yield row
        return
    depth, equals, start = levels(row), equals_in(row), 0
    for cut in cuts:
        before = bisect_left(equals, cut.start())
        own = before > bisect_left(equals, start)
        if own and before < len(equals) and depth[cut.start()] <= 0:
            yield row[start : cut.start()]
            start = cut.end()
    yield row[start:]


def _with_clauses(row: str) -> Iterator[str]:
    """A row, and what it says after 'where' in rows of their own."""
    cut = next((m for m in _WHERE.finditer(row) if row[: m.start()].strip()), None)
    if cut is None:
        yield row
        return
    yield row[: cut.start()]
    rest = row[cut.end() :]
    if cut[0].startswith("(") and rest.rstrip(" .").endswith(")"):
        rest = rest.rstrip(" .")[:-1]
    depth, start = levels(rest), 0
    for more in _MORE.finditer(rest):
        if depth[more.start()] <= 0:
            yield f"where {rest[start : more.start()]}"
            start = more.end()
    yield f"where {rest[start:]}"
