"""Indices as subscripts spell them: ``i``, ``ij``, ``i-1``, ``s(i-1)+u``."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from fractions import Fraction

from gradviz.notation.late import late
from gradviz.notation.spellings import LETTER
from gradviz.notation.tree import Expr, Name, Negative, Number, Product, Span, Sum

_PART = late(rf"[0-9]+|{LETTER}[0-9]*|[-+()]")
_LETTERS = late(rf"[0-9]*({LETTER}+)")
LETTER_WITH_DIGITS = late(rf"{LETTER}[0-9]*")
_PLAIN = re.compile(r"[A-Za-z][0-9]*")
_MAX_GROUPS = 8
_MAX_WRITTEN = 24


def index_of(piece: str, bound: Collection[str], span: Span, name: Callable[[str], str]) -> tuple[Expr, ...] | None:
    """Give the indices that one piece of a subscript spells, if it holds a bound one.

    Letters side by side are an index each; where a sign stands among them, they are one index that is computed.

    Parameters
    ----------
    piece : str
        What stands between the commas of a subscript.
    bound : collection of str
        The letters that are indices here.
    span : Span
        The place of the whole name.
    name : callable
        From a spelling to the canonical name.

    Examples
    --------
    >>> index_of("i-1", ["i"], Span(0, 0), str)
    (Sum(items=(Name(name='i'), Negative(operand=Number(value=Fraction(1, 1), text='1')))),)
    >>> index_of("ij", ["i", "j"], Span(0, 0), str)
    (Name(name='i'), Name(name='j'))
    >>> index_of("n", ["i"], Span(0, 0), str) is None
    True
    """
    if piece in bound:
        return (Name(piece, span),)
    found = re.fullmatch(r"([0-9]*)([a-z]+)", piece)
    if found and all(letter in bound for letter in found[2]):
        letters = tuple(Name(letter, span) for letter in found[2])
        return (*(() if not found[1] else (number(found[1], span),)), *letters)
    if not any(sign in piece for sign in "+-("):
        return None
    computed = _Arithmetic(piece, bound, span, name).read()
    return None if computed is None else (computed,)


def number(text: str, span: Span) -> Number:
    """Give a whole number as an expression."""
    return Number(Fraction(int(text)), text, span)


class _Arithmetic:
    """Reads sums and products of whole numbers and letters, written without spaces."""

    def __init__(self, piece: str, bound: Collection[str], span: Span, name: Callable[[str], str]) -> None:
        self.parts = _PART().findall(piece)
        self.whole = "".join(self.parts) == piece
        self.piece = piece
        self.bound = bound
        self.span = span
        self.name = name
        self.pos = 0
        self.groups = 0

    def read(self) -> Expr | None:
        """Give the expression, or None where the piece is none, or holds no bound letter."""
        if not self.whole or any(self._is_word(run) for run in _LETTERS().findall(self.piece)):
            return None
        if not any(part in self.bound for part in self.parts):
            return None
        value = self._sum()
        return value if self.pos == len(self.parts) else None

    def _is_word(self, run: str) -> bool:
        """Whether letters side by side are a word, and no product: ``train`` is one, ``si`` none."""
        return len(run) > 3 or (len(run) > 1 and not any(i in run for i in self.bound))

    def _next(self) -> str:
        return self.parts[self.pos] if self.pos < len(self.parts) else ""

    def _sum(self) -> Expr | None:
        items: list[Expr] = []
        while not items or self._next() in ("+", "-"):
            sign = self._next()
            if sign == "-" or (items and sign == "+"):
                self.pos += 1
            item = self._product()
            if item is None:
                return None
            items.append(Negative(item, self.span) if sign == "-" else item)
        return items[0] if len(items) == 1 else Sum(tuple(items), self.span)

    def _product(self) -> Expr | None:
        factors: list[Expr] = []
        while (part := self._next()) not in ("", "+", "-", ")"):
            self.pos += 1
            if part == "(":
                self.groups += 1
                inner = self._sum() if self.groups <= _MAX_GROUPS else None
                if inner is None or self._next() != ")":
                    return None
                self.pos += 1
                factors.append(inner)
            elif part.isdecimal():
                if factors:
                    return None
                factors.append(number(part, self.span))
            else:
                factors.append(Name(part if part in self.bound else self.name(part), self.span))
        if len(factors) < 2:
            return factors[0] if factors else None
        return Product(tuple(factors), ("",) * (len(factors) - 1), self.span)


def subscript(e: Expr, bound: Collection[str]) -> str | None:
    """Write an index as a subscript, where that is read back as the same.

    Examples
    --------
    >>> subscript(Sum((Name("i"), Negative(Name("k")))), ["i", "k"])
    'i-k'
    >>> subscript(Name("n"), ["i"]) is None
    True
    """
    if isinstance(e, Name):
        return e.name if e.name in bound and len(e.name) == 1 else None
    text = _compact(e)
    if text is None or len(text) > _MAX_WRITTEN or index_of(text, bound, Span(0, 0), str) != (e,):
        return None
    return text


def _compact(e: Expr, *, inside: bool = False) -> str | None:
    """Write without spaces; None for what subscripts do not hold."""
    match e:
        case Number() if e.value.denominator == 1 and e.value >= 0:
            return str(e.value)
        case Name() if _PLAIN.fullmatch(e.name):
            return e.name
        case Negative():
            inner = _compact(e.operand, inside=True)
            text = None if inner is None else f"-{inner}"
        case Sum():
            items = [_compact(item, inside=not isinstance(item, Negative)) for item in e.items]
            text = "".join(f"+{item}" if n and item[0] != "-" else item for n, item in enumerate(filter(None, items)))
            text = None if None in items else text
        case Product() if not any(e.operators):
            factors = [_compact(factor, inside=True) for factor in e.operands]
            return None if None in factors else "".join(filter(None, factors))
        case _:
            return None
    return f"({text})" if inside and text is not None else text
