"""Real numbers with bounds that hold: what two of them say apart is different (python-flint's ``arb``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from flint import arb, arb_mat, ctx

from gradviz.equality.core import Core
from gradviz.equality.lists import entries_of, entrywise, pairs
from gradviz.equality.machine import Machine
from gradviz.graph.node import Node

PRECISIONS = (64, 256, 1024)
_UNSURE = (0.5, 0.5)
_NOTHING = arb(2) ** -700
"""What two numbers that are computed in different ways may differ by at the highest precision, and are the same."""


class Balls(Machine):
    """Values as balls of one precision.

    Parameters
    ----------
    written : Core
    leaves : mapping of int to Fraction or array of Fractions
    sizes : mapping of str to int
    bits : int
    """

    def __init__(self, written: Core, leaves: Mapping[int, Any], sizes: Mapping[str, int], bits: int) -> None:
        self.bits = bits
        with ctx.workprec(bits):
            exact = {i: balls_of(v) for i, v in leaves.items()}
        super().__init__(written, exact, sizes)
        self.touched = False

    def computed(self, place: int) -> Any:
        """The value of a node that is not known yet."""
        before, ctx.prec = ctx.prec, self.bits
        try:
            return super().computed(place)
        finally:
            ctx.prec = before

    def number(self, value: Fraction | int) -> Any:
        """A number as a ball."""
        return ball(value)

    def constant(self, name: str) -> Any:
        """``e`` or ``π``."""
        return arb.const_e() if name == "e" else arb.pi()

    def apply(self, node: Node, operands: list[Any]) -> Any:
        """A function of entries."""
        if node.op == "power":
            return self.power(node, operands)
        if node.op in _SIGNS:
            low, high, tie = _SIGNS[node.op]
            return entrywise(lambda a, b: self.compared(a, b, low, high, tie), operands)
        return entrywise(_FUNCTIONS[node.op], operands)

    def power(self, node: Node, operands: list[Any]) -> Any:
        """A power; a whole one is one of a negative number too."""
        exponent = self.written.nodes[node.inputs[1]]
        if isinstance(exponent.attr, Fraction) and exponent.op == "number":
            n = exponent.attr
            if n.denominator == 1 and abs(n) < 10**6:
                return entrywise(lambda v: whole_power(v, int(n)), operands[:1])
        return entrywise(lambda a, b: a**b, operands)

    def compared(self, a: Any, b: Any, below: int, above: int, tie: int) -> Any:
        """What a comparison gives where the first is smaller, larger, or the same number; else both."""
        if a is b:
            return arb(tie)
        d = a - b
        if d > 0:
            return arb(above)
        if d < 0:
            return arb(below)
        if d.is_zero() or (self.bits >= PRECISIONS[-1] and d.is_finite() and d.rad() < _NOTHING * (1 + abs(a.mid()))):
            self.touched = True
            return arb(tie)
        return arb(*_UNSURE)

    def largest(self, entries: Sequence[Any]) -> int:
        """Which of some numbers is surely the largest; one of them where several are the same number."""
        best = max(range(len(entries)), key=lambda i: float(entries[i].mid()))
        top = entries[best]
        for v in entries:
            if v is top or top > v:
                continue
            if not (top - v).is_zero():
                raise UnsureError
            self.touched = True
        return best

    def same(self, a: Any, b: Any) -> Any:
        """1 where two numbers are the same, 0 where they surely differ."""
        return self.compared(a, b, 0, 0, 1)

    def inverse(self, rows: list[list[Any]]) -> list[Any]:
        """The inverse of a square matrix, entry by entry."""
        try:
            found: list[Any] = arb_mat(rows).inv().entries()
        except ZeroDivisionError:
            raise UnsureError from None
        return found

    def determinant(self, rows: list[list[Any]]) -> Any:
        """The determinant of a square matrix."""
        return arb_mat(rows).det()


class UnsureError(ArithmeticError):
    """The balls are too wide to say."""


def ball(value: Fraction | int) -> Any:
    """A rational number as a ball."""
    if isinstance(value, int):
        return arb(value)
    return arb(value.numerator) if value.denominator == 1 else arb(value.numerator) / value.denominator


def balls_of(value: Any) -> Any:
    """A rational number, or the entries of an array of them, as balls."""
    return [ball(v) for v in entries_of(value)] if hasattr(value, "ravel") else ball(value)


def whole_power(v: Any, n: int) -> Any:
    """A whole power, also of a ball around 0."""
    if n < 0:
        return 1 / whole_power(v, -n)
    found, square = arb(1), v
    while n:
        if n & 1:
            found = found * square
        n >>= 1
        if n:
            square = square * square
    return found


def differ(a: Any, b: Any) -> bool:
    """Whether two values surely differ in some entry.

    Examples
    --------
    >>> differ(arb(1), arb(1) / 3 * 3), differ(arb(1), arb(2))
    (False, True)
    """
    if type(a) is not list and type(b) is not list:
        return not a.overlaps(b) and bool(a.is_finite() and b.is_finite())
    alike = type(a) is type(b) and len(a) == len(b)
    for x, y in zip(a, b, strict=True) if alike else pairs(a, b):
        if not x.overlaps(y) and x.is_finite() and y.is_finite():
            return True
    return False


_SIGNS: Mapping[str, tuple[int, int, int]] = {
    "greater": (0, 1, 0),
    "less": (1, 0, 0),
    "greater_equal": (0, 1, 1),
    "less_equal": (1, 0, 1),
    "equal": (0, 0, 1),
    "unequal": (1, 1, 0),
}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "exp": lambda v: v.exp(),
    "ln": lambda v: v.log(),
    "sqrt": lambda v: v.sqrt(),
    "sin": lambda v: v.sin(),
    "cos": lambda v: v.cos(),
    "tan": lambda v: v.tan(),
    "arcsin": lambda v: v.asin(),
    "arccos": lambda v: v.acos(),
    "arctan": lambda v: v.atan(),
    "arctan2": lambda a, b: arb.atan2(a, b),
    "erf": lambda v: v.erf(),
}
