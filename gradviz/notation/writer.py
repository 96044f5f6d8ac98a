"""Expressions to text, in three styles; what is written can be read back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from gradviz.notation.names import Style
from gradviz.notation.operands import Operands
from gradviz.notation.pieces import (
    ATOM,
    CHAIN,
    COMPARISON,
    FACTOR,
    RUN,
    SUM,
    Look,
    Piece,
    dot_before,
    gap,
)
from gradviz.notation.tree import (
    Array,
    Big,
    Call,
    Cases,
    Comparison,
    Constant,
    Either,
    Entry,
    Expr,
    Indicator,
    Inverse,
    Name,
    Negative,
    Number,
    Partial,
    Power,
    Product,
    Slice,
    Sum,
    Transpose,
)
from gradviz.notation.walk import children
from gradviz.notation.words import Word


def write(
    expr: Expr,
    style: Style,
    words: Mapping[str, Word],
    *,
    bound: Collection[str] | None = None,
) -> str:
    r"""Write an expression.

    Parameters
    ----------
    expr : Expr
        What is to be written.
    style : str
        ``unicode``, ``latex`` or ``ascii``.
    words : mapping of str to Word
        The functions; one that is not among them is written by its own name.
    bound : collection of str, optional
        Indices bound around the expression; by default, any of i, j, k, l, m is taken as one,
        and its entries are written ``wᵢ``. Other entries are written ``x[n]``.

    Notes
    -----
    Reading what is written gives the expression back, save that a product whose first operand
    is a product of written operators is read as one (``(a · b)/c`` as ``a · b/c``), a ``·`` may
    stand for juxtaposition, ``*`` for ``·`` in ASCII, and a power −1 is an inverse.

    Examples
    --------
    >>> residual = Sum((Name("ŷ"), Negative(Name("y"))))
    >>> gradient = Product((residual, Name("h1")), ("",))
    >>> write(gradient, "unicode", {}), write(gradient, "ascii", {})
    ('(ŷ − y) h₁', '(yhat - y) h1')
    >>> write(gradient, "latex", {})
    '(\\hat{y} - y) h_1'
    """
    indices = _INDICES if bound is None else frozenset(bound)
    found = getattr(expr, "written", None)
    if found is not None and found[0].is_that(words, style, indices, small=False):
        known: Piece = found[1]
        return known.text
    way = _Way(words, style, indices)
    writer = _Writer(style, words)
    whole: list[Piece] = []
    # Each frame: a node, its parts, how it is written, and the pieces made of its parts; the last for what holds it.
    # No recursion, so depth does not matter.
    stack = [(expr, children(expr), way, list[Piece](), whole)]
    while stack:
        node, parts, way, done, above = stack[-1]
        kind = type(node)
        for child in parts[len(done) :] if done else parts:
            inner = _CHANGES[kind](way, node, done) if kind in _CHANGES else way
            piece = _written(child, inner)
            if piece is None:
                stack.append((child, children(child), inner, [], done))
                break
            done.append(piece)
        else:
            piece = _PIECES[kind](writer, node, done, way)
            node.written = (way, piece)
            above.append(piece)
            stack.pop()
    return whole[0].text


_INDICES = frozenset("ijklm")


@dataclass(slots=True, eq=False)
class _Way:
    """How an expression is written: with which functions, and bound indices around it; small, as exponents are."""

    words: Mapping[str, Word]
    style: Style
    indices: frozenset[str]
    small: bool = False

    def is_that(self, words: Mapping[str, Word], style: Style, indices: frozenset[str], *, small: bool) -> bool:
        """Whether it is the same."""
        return self.style == style and self.small == small and self.words is words and self.indices == indices


def _written(expr: Expr, way: _Way) -> Piece | None:
    """What was made of an expression before, if it was written the same way: it never changes."""
    if type(expr) is Name:
        return _named(expr.name, way.style)
    found: tuple[_Way, Piece] | None = getattr(expr, "written", None)
    if found is None:
        return None
    before, piece = found
    same = before is way or before.is_that(way.words, way.style, way.indices, small=way.small)
    return piece if same else None


@lru_cache(maxsize=1 << 12)
def _named(name: str, style: Style) -> Piece:
    """A name; the same ones are written again and again."""
    return Piece(Operands(style, {}).name(name), ATOM)


_CHANGES: Mapping[type, Callable[[_Way, Any, list[Piece]], _Way]] = {
    Big: lambda way, node, done: _Way(way.words, way.style, way.indices | {node.index}, way.small),
    # LaTeX alone sets what is small in another way.
    Power: lambda way, node, done: (
        _Way(way.words, way.style, way.indices, small=True) if done and way.style == "latex" else way
    ),
}
"""How the next part of a node is written, where that is not as the node itself."""


class _Writer(Operands):
    """Puts the written parts of one node together."""

    # Sums

    def negative(self, operand: Piece) -> Piece:
        """``−x``."""
        inner = self.at_least(operand, CHAIN)
        if inner.text.startswith(self.signs.minus):
            inner = self.group(operand)
        return Piece(self.signs.minus + inner.text, CHAIN, "wide", reaches=operand.reaches)

    def sum(self, node: Sum, done: list[Piece]) -> Piece:
        """``a + b − c``."""
        if not done:
            return Piece("0", ATOM, "number")
        texts = [self.at_least(done[0], CHAIN).text]
        minus = self.signs.minus
        for item, piece in zip(node.items[1:], done[1:], strict=True):
            if isinstance(item, Negative):
                texts.append(f" {minus} {piece.text.removeprefix(minus)}")
            else:
                texts.append(f" + {self.at_least(piece, CHAIN).text}")
        if len(texts) == 1:
            return done[0]
        return Piece("".join(texts), SUM, "wide")

    # Products

    def run(self, node: Product, done: list[Piece]) -> Piece:
        """Side by side."""
        factors = []
        bars = sum(piece.text[0] == "|" or piece.text.startswith("\\lvert") for piece in done)
        for place, written in enumerate(done):
            last = place == len(done) - 1
            shut = bars > 1 if self.is_barred(written) else not last
            piece = written.shut() if shut else written
            if piece.reaches and last and isinstance(node.operands[place], Big):
                factors.append(piece)  # what it takes in, nobody else wants
            elif piece.reaches:
                factors.append(self.group(piece))
            else:
                factors.append(self.at_least(piece, FACTOR))
        text = factors[0].text
        level = RUN
        for left, right in pairwise(factors):
            if dot_before(right):
                text += f" {self.signs.operators['·']} {right.text}"
                level = CHAIN
            else:
                text += gap(left, right) + right.text
        return Piece(text, level, "wide", reaches=factors[-1].reaches)

    def chain(self, node: Product, done: list[Piece], *, inline: bool) -> Piece:
        """Written operators, from left to right; LaTeX sets a quotient as a fraction."""
        piece = done[0]
        fraction = self.style == "latex" and not inline
        for place, operator in enumerate(node.operators):
            right = done[place + 1]
            reaches = False
            if operator == "/" and fraction:
                piece = Piece(rf"\frac{{{piece.text}}}{{{right.text}}}", FACTOR, "name")
                continue
            if operator == "/":
                left = self._numerator(piece, node, place)
                below = self.at_least(right, FACTOR)
                if below.reaches or isinstance(node.operands[place + 1], Partial):
                    below = self.group(right)
                text = f"{left.text}/{below.text}"
            else:
                left = piece
                if piece.reaches or piece.level < CHAIN or piece.text.startswith(self.signs.minus):
                    left = self.group(piece)
                right = self.at_least(right, RUN)
                reaches = right.reaches
                text = f"{left.text} {self.signs.operators[operator]} {right.text}"
            piece = Piece(text, CHAIN, "wide", reaches=reaches)
        return piece

    def _numerator(self, piece: Piece, node: Product, place: int) -> Piece:
        """Write what stands before a slash."""
        first = node.operands[0]
        if piece.closed and not self.is_barred(piece) and piece.text[0] != "√":
            piece = piece.shut()
        negative = piece.text.startswith(self.signs.minus)
        partial = place == 0 and isinstance(first, Partial)
        if piece.level < CHAIN or negative or piece.reaches or partial:
            return self.group(piece)
        # a/b/c is read from left to right, and by people in no way at all
        before = node.operators[place - 1] if place else _last_operator(first)
        return self.group(piece) if before == "/" else piece

    # Powers

    def power(self, node: Power, base: Piece, exponent: Piece) -> Piece:
        """``x²``, ``x^n``."""
        below = self.base(base, node.base).text
        small = self.small(node.exponent)
        if small:
            return Piece(below + small, ATOM, "name")
        if self.style == "latex":
            text = "{T}" if exponent.text == "T" else exponent.text  # x^T is a transpose
            return Piece(f"{below}^{text if len(text) == 1 else f'{{{text}}}'}", FACTOR, "power")
        plain = isinstance(node.exponent, Name | Number) or (
            isinstance(node.exponent, Entry) and "[" not in exponent.text
        )
        if plain and exponent.level == ATOM and exponent.text != "T":
            return Piece(f"{below}^{exponent.text}", FACTOR, "power")
        return Piece(f"{below}^({exponent.text})", FACTOR, "power")

    def transpose(self, node: Transpose, operand: Piece) -> Piece:
        """``Wᵀ``."""
        inner = node.operand.operand if isinstance(node.operand, Inverse) else node.operand
        if isinstance(node.operand, Number):
            operand = self.group(operand)  # 1ᵀ is a row of ones
        if self.style == "ascii" and (node.text == ".T" or isinstance(inner, Number) or inner == Constant("e")):
            return self.attached(operand, node.operand, ".T")  # 2^T and e^T are powers
        if isinstance(node.operand, Inverse):
            text = operand.text.removesuffix(self.signs.inverse)
            look: Look = "postfixed" if text.endswith(")") else "name"
            return Piece(text + self.signs.inverse_transpose, FACTOR, look)
        return self.attached(operand, node.operand, self.signs.transpose)

    # Sums over entries, derivatives

    def big(self, node: Big, done: list[Piece]) -> Piece:
        """``Σᵢ xᵢ``."""
        body = self.at_least(done[-1], CHAIN)
        if body.text.startswith(self.signs.minus):
            body = self.group(done[-1])
        limits = list(done[:-1])
        low = limits.pop(0).text if node.low is not None else ""
        high = limits.pop(0).text if node.high is not None else ""
        sign = self.big_sign(node, plain=not low and not high)
        if low or high:
            sign += f"_{{{node.index}={low}}}" if low else f"_{{{node.index}}}"
            sign += f"^{{{high}}}" if high else ""
        return Piece(f"{sign} {body.text}", CHAIN, "wide", reaches=True)

    def partial(self, node: Partial, of: Piece, by: Piece) -> Piece:
        """``∂L/∂x``."""
        above, below = (
            piece.text if _is_named(part) else self.group(piece).text for part, piece in ((node.of, of), (node.by, by))
        )
        if self.style == "latex":
            return Piece(rf"\frac{{\partial {above}}}{{\partial {below}}}", FACTOR)
        d = "∂" if self.style == "unicode" else "d"
        return Piece(f"{d}{above}/{d}{below}", RUN, "wide")


def _signed(writer: _Writer, node: Comparison, done: list[Piece]) -> Piece:
    sign = writer.signs.comparisons[node.operator]
    return Piece(f"{done[0].text} {sign} {done[1].text}", COMPARISON)


def _indicator(writer: _Writer, done: list[Piece]) -> Piece:
    text = f"{writer.signs.indicator}[{done[0].text}]"
    return Piece(text, ATOM, "array" if writer.style == "ascii" else "name")


_PIECES: Mapping[type, Callable[[_Writer, Any, list[Piece], _Way], Piece]] = {
    Number: lambda w, e, done, way: w.number(e),
    **dict.fromkeys((Name, Constant), lambda w, e, done, way: Piece(w.name(e.name), ATOM)),
    Negative: lambda w, e, done, way: w.negative(done[0]),
    Sum: lambda w, e, done, way: w.sum(e, done),
    Product: lambda w, e, done, way: w.chain(e, done, inline=way.small) if any(e.operators) else w.run(e, done),
    Power: lambda w, e, done, way: w.power(e, *done),
    Transpose: lambda w, e, done, way: w.transpose(e, done[0]),
    Inverse: lambda w, e, done, way: w.attached(done[0], e.operand, w.signs.inverse),
    Call: lambda w, e, done, way: w.call(e, done),
    Entry: lambda w, e, done, way: w.entry(e, done, way.indices),
    Slice: lambda w, e, done, way: w.slice(e, done),
    Big: lambda w, e, done, way: w.big(e, done),
    Comparison: lambda w, e, done, way: _signed(w, e, done),
    Indicator: lambda w, e, done, way: _indicator(w, done),
    Cases: lambda w, e, done, way: w.cases(e, done),
    Array: lambda w, e, done, way: w.array(e, done),
    Partial: lambda w, e, done, way: w.partial(e, *done),
    Either: lambda w, e, done, way: done[0],
}
"""How one node is written, whose parts are written."""


def _is_named(e: Expr) -> bool:
    return isinstance(e.array if isinstance(e, Entry) else e, Name)


def _last_operator(e: Expr) -> str:
    return e.operators[-1] if isinstance(e, Product) else ""
