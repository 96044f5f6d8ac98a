"""Writing the parts that others are built from: numbers, calls, entries, arrays, groups."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache

from gradviz.notation.alphabet import GREEK, TO_SUBSCRIPT, TO_SUPERSCRIPT, translate
from gradviz.notation.indices import subscript
from gradviz.notation.names import Style, canonical_parts, join_indices, spell, spell_entry
from gradviz.notation.pieces import ATOM, CHAIN, FACTOR, SUM, Look, Piece, is_tall
from gradviz.notation.signs import SIGNS
from gradviz.notation.tree import (
    Array,
    Big,
    Call,
    Cases,
    Entry,
    Expr,
    Name,
    Negative,
    Number,
    Partial,
    Power,
    Slice,
    Transpose,
)
from gradviz.notation.words import Word, without_apart

_NORM_MARKS: Mapping[str, tuple[str, str]] = {
    "norm1": ("₁", "_1"),
    "norm_inf": ("_∞", r"_\infty"),
}

BARRED: Mapping[str, str] = {"abs": "abs", "norm": "norm", "norm1": "norm", "norm_inf": "norm"}
"""Functions that bars stand for, ``|x|`` and ``‖x‖``, and the kind of bars."""


class Operands:
    """Writes parts in one style."""

    def __init__(self, style: Style, words: Mapping[str, Word]) -> None:
        self.style: Style = style
        self.words = words
        self.signs = SIGNS[style]

    # Groups

    def group(self, piece: Piece) -> Piece:
        """In parentheses; LaTeX grows them around what is tall."""
        text = piece.text
        if self.style == "latex" and is_tall(text):
            return Piece(rf"\left({text}\right)", ATOM, "group")
        return Piece(f"({text})", ATOM, "group")

    def at_least(self, piece: Piece, level: int) -> Piece:
        """In parentheses where it binds less than its place asks for."""
        return piece if piece.level >= level else self.group(piece)

    def base(self, piece: Piece, node: Expr) -> Piece:
        """As something that a power or a transpose is attached to."""
        if piece.closed and not self.is_barred(piece):
            piece = piece.shut()
        raised = isinstance(node, Name) and "^" in node.name
        tall = self.style == "latex" and isinstance(node, Partial)
        if piece.level < ATOM or raised or tall or isinstance(node, Power | Transpose):
            return self.group(piece)
        return piece

    def is_barred(self, piece: Piece) -> bool:
        """Whether this stands between bars."""
        return piece.text[0] in "|‖" or piece.text.startswith(("\\lvert", "\\lVert"))

    def attached(self, piece: Piece, node: Expr, sign: str) -> Piece:
        """With a transpose or an inverse after it."""
        base = self.base(piece, node)
        look: Look = "postfixed" if base.look == "group" else "name"
        return Piece(base.text + sign, FACTOR, look)

    # Numbers and names

    def number(self, node: Number) -> Piece:
        """Write a number as it was written before; else exact."""
        text = node.text
        if not text or not _means(text, node.value):
            text = _decimal(node.value)
        if "/" in text:
            return Piece(text, CHAIN, "wide")
        if node.value < 0:
            return Piece(text.replace("-", self.signs.minus), CHAIN, "wide")
        return Piece(text, ATOM, "number")

    def name(self, name: str) -> str:
        """Write a name."""
        return self.signs.ones if name == "𝟏" else spell(name, self.style)

    def small(self, exponent: Expr) -> str:
        """Write a whole number in small digits, in Unicode."""
        size = exponent.operand if isinstance(exponent, Negative) else exponent
        if self.style != "unicode" or not isinstance(size, Number):
            return ""
        if size.value.denominator != 1 or size.value < 0:
            return ""
        sign = "" if size is exponent else "-"
        return translate(sign + str(size.value), TO_SUPERSCRIPT) or ""

    # Functions

    def call(self, node: Call, arguments: list[Piece]) -> Piece:
        """``σ(z)``, ``ln ŷ``, ``|x|``, ``‖w‖``, ``√x``."""
        word = self.words.get(node.function)
        if word is not None and word.function != node.function:
            word = None  # a function of the program, called as one of ours is spelled
        form = word.form if word else BARRED.get(node.function, "call")
        spelled = ""
        if word is not None:
            spelled = {"unicode": word.unicode, "latex": word.latex, "ascii": word.ascii}[self.style]
        if node.text[:1].isalpha() and self.style == "latex" and form != "norm":
            spelled = r"\log" if node.text == "log" else rf"\operatorname{{{node.text}}}".replace("_", r"\_")
        if without_apart(node.text):
            spelled = spell(node.text, self.style)
        spelled = spelled or spell(node.function, self.style)
        count = len(node.arguments)
        texts = [piece.text for piece in arguments[:count]]
        for (option, _), piece in zip(node.options, arguments[count:], strict=True):
            texts.append(f"{spell(option, self.style)}={piece.text}")
        inside = ", ".join(texts)
        argument = arguments[0] if len(arguments) == 1 and not node.options else None
        primes = "'" * node.order
        if self.style == "latex" and spelled == "\\sqrt" and argument and not primes:
            return Piece(rf"\sqrt{{{inside}}}", FACTOR)
        group = self.group(Piece(inside, ATOM)).text
        closed = f"{spelled}{primes}{group}"
        if argument is None or primes:
            return Piece(closed, ATOM)
        if form in ("abs", "norm") and self.style != "ascii" and node.text != "abs":
            bars = self._bars(node.function, inside, node.text)
            return Piece(bars, ATOM, "name", closed=closed) if bars else Piece(closed, ATOM)
        plain = argument.level == ATOM and argument.look in ("name", "number")
        plain = plain and isinstance(node.arguments[0], Name | Number | Entry)
        if spelled == "√" and plain and "[" not in inside:
            return Piece(f"√{inside}", FACTOR, "wide", closed=closed)
        if form == "prefix" and plain and "[" not in inside:
            return Piece(f"{spelled} {inside}", FACTOR, "wide", closed=closed)
        return Piece(closed, ATOM)

    def _bars(self, function: str, inside: str, below: str) -> str:
        """Bars, where none of their kind stand inside."""
        if function == "abs":
            if "|" in inside or "\\lvert" in inside:
                return ""
            return f"|{inside}|" if self.style == "unicode" else rf"\lvert {inside} \rvert"
        if "‖" in inside or "\\lVert" in inside:
            return ""
        unicode_mark, latex_mark = _NORM_MARKS.get(function, ("", ""))
        if self.style == "unicode":
            return f"‖{inside}‖{unicode_mark}"
        return rf"\lVert {inside} \rVert{'_F' if below == 'F' else latex_mark}"

    # Entries

    def entry(self, node: Entry, done: list[Piece], bound: frozenset[str]) -> Piece:
        """``wᵢ`` where i is an index, in LaTeX also ``w_{i-1}``; else ``x[1]``."""
        below = [subscript(i, bound) for i in node.indices]
        if node.array == Name("δ") and below[-1] is None and self.style != "ascii":
            below[-1] = self._number_below(node.indices[-1])
        letters = [text for text in below if text]
        plain = self.style == "latex" or all(text.isalpha() or text.isdecimal() for text in letters)
        if isinstance(node.array, Name) and len(letters) == len(below) and plain:
            parts = canonical_parts(node.array.name)
            # W_pi would be read as a name with π below it, and Wᵢⱼ, of a name Wᵢ, as an entry of W.
            small = self.style == "unicode" and parts is not None and parts.below and parts.below[-1] in TO_SUBSCRIPT
            if parts is not None and not small and "".join(letters) not in GREEK:
                return Piece(spell_entry(parts, letters, self.style), ATOM)
        array = done[0] if isinstance(node.array, Name) else self.base(done[0], node.array)
        if array.look == "group" and len(letters) == len(below) and self.style == "latex":
            return Piece(f"{array.text}_{join_indices(letters)}", ATOM, "postfixed")
        inside = ", ".join(piece.text for piece in done[1:])
        return Piece(f"{array.text}[{inside}]", ATOM, "name")

    def _number_below(self, e: Expr) -> str | None:
        """The number in ``δᵢ₂``; in Unicode of one digit, since no comma stands before it."""
        if not isinstance(e, Number) or e.value.denominator != 1 or e.value < 1:
            return None
        return str(e.value) if self.style == "latex" or e.value < 10 else None

    def slice(self, node: Slice, done: list[Piece]) -> Piece:
        """``2:5``, ``:3``, ``:``."""
        texts = [piece.text for piece in done]
        low = texts.pop(0) if node.low is not None else ""
        high = texts.pop(0) if node.high is not None else ""
        return Piece(f"{low}:{high}", SUM, "wide")

    def big_sign(self, node: Big, *, plain: bool) -> str:
        r"""Write ``Σᵢ``, ``\sum``, ``sum_i``."""
        if not plain:
            return self.signs.sums[node.operator]
        index = node.index
        if self.style == "unicode" and index in "ijklmn":
            return ("Σ" if node.operator == "sum" else "∏") + TO_SUBSCRIPT[index]
        if self.style == "ascii" and index not in "ijklmnpqrst":
            index = f"{{{index}}}"
        return f"{self.signs.sums[node.operator]}_{index}"

    # Cases and arrays

    def cases(self, node: Cases, done: list[Piece]) -> Piece:
        r"""``\begin{cases} v & v > 0 \\ 0 & \text{otherwise} \end{cases}``."""
        texts = [piece.text for piece in done]
        rows = []
        for _, condition in node.rows:
            value = texts.pop(0)
            compared = r" \text{ and } ".join(texts[: len(condition)]) or r"\text{otherwise}"
            del texts[: len(condition)]
            rows.append(f"{value} & {compared}")
        inside = " \\\\ ".join(rows)
        return Piece(rf"\begin{{cases}} {inside} \end{{cases}}", ATOM, "array")

    def array(self, node: Array, done: list[Piece]) -> Piece:
        r"""``[1, 2]``; in LaTeX a column, or a matrix by rows."""
        items = tuple(piece.text for piece in done)
        text = f"[{', '.join(items)}]"
        if self.style == "latex":
            widths = {len(i.items) if isinstance(i, Array) else 0 for i in node.items}
            if widths == {0}:
                text = _matrix([items])
            elif len(widths) == 1 and widths != {1}:
                text = _matrix(list(zip(*(piece.items for piece in done), strict=True)))
            else:
                inner = (f"[{', '.join(p.items)}]" if p.items else p.text for p in done)
                text = f"[{', '.join(inner)}]"
        return Piece(text, ATOM, "array", items=items)


def _matrix(columns: list[tuple[str, ...]]) -> str:
    rows = r" \\ ".join(" & ".join(row) for row in zip(*columns, strict=True))
    return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}"


@lru_cache(maxsize=1 << 12)
def _means(text: str, value: Fraction) -> bool:
    try:
        return Fraction(text.rstrip(".") or "x") == value
    except (ValueError, ZeroDivisionError):
        return False


def _decimal(value: Fraction) -> str:
    """Write a finite decimal where there is one, else a quotient."""
    denominator = value.denominator
    twos = fives = 0
    while denominator % 2 == 0:
        denominator //= 2
        twos += 1
    while denominator % 5 == 0:
        denominator //= 5
        fives += 1
    places = max(twos, fives)
    if denominator != 1 or places > 12:
        return f"{value.numerator}/{value.denominator}"
    if not places:
        return str(value.numerator)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"
