"""Answers in numbers: right to half a unit of their last written digit, or within a stated tolerance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property

from gradviz.checking.checker import Checker
from gradviz.checking.reading import Reading
from gradviz.checking.showing import decimal, number_text
from gradviz.checking.verdict import Spelled, Verdict
from gradviz.equality.comparing import Decision
from gradviz.equality.sample import Sample
from gradviz.messages import say
from gradviz.notation import tree
from gradviz.ops import Shape
from gradviz.ops.shapes import core
from gradviz.terms import extent

DIGITS = 3
"""As many significant digits are wanted at least."""

_EXACT = 1e-9


class NumberChecker(Checker):
    """Holds answers against a target at given values of the inputs."""

    in_numbers = True
    sample: Sample
    tolerance: float | None = None

    def at(self, sample: Sample, tolerance: float | None) -> NumberChecker:
        """The same question at one point."""
        self.sample, self.tolerance = sample, tolerance
        return self

    @cached_property
    def proved(self) -> Mapping[int, Decision]:
        """No form: numbers are compared."""
        return {}

    def prepare(self) -> None:
        """Nothing: the one point is given."""

    def judge(self, reading: Reading) -> Verdict:
        """The verdict on one reading."""
        given = self.ground.table.nodes[reading.node].shape
        if self.dims(given) != self.dims(self.wanted.shape):
            return self.misshapen(reading, given)
        return self.compared(reading)

    def dims(self, shape: Shape) -> tuple[int, ...]:
        """The axes of a shape as numbers."""
        return tuple(extent(d, self.ground.sizes) for d in core(shape))

    def compared(self, reading: Reading) -> Verdict:
        """The verdict on one reading: entry by entry."""
        import numpy as np

        wanted = np.atleast_1d(np.asarray(self.ground.float_of(self.sample, self.wanted.node), dtype=float))
        mine = np.atleast_1d(np.asarray(self.ground.float_of(self.sample, reading.node), dtype=float))
        mine = np.broadcast_to(mine, wanted.shape)
        if not np.isfinite(wanted).all():
            return Verdict("undecided", say("value-no-number", target=self.name), Spelled(reading.expr), self.expected)
        units = _units(reading.expr)
        steps = np.array(units, dtype=float).reshape(wanted.shape) if units and len(units) == wanted.size else None
        allowed = np.vectorize(self.allowed, otypes=[float])(wanted, 0.0 if steps is None else steps)
        with np.errstate(all="ignore"):
            off = ~(np.abs(mine - wanted) <= allowed)
        parsed = Spelled(reading.expr)
        value = number_text(self.ground.float_of(self.sample, self.wanted.node)) or "…"
        evidence = {"bits": 53, "tolerance": float(allowed.max())}
        if not off.any():
            message = say("answer-value-right", tolerance=decimal(float(allowed.max())))
            return Verdict("equal_numeric", message, parsed, self.expected, evidence=evidence)
        i = int(np.argmax(off))
        right, got = float(wanted.ravel()[i]), float(mine.ravel()[i])
        step = 0.0 if steps is None else float(steps.ravel()[i])
        evidence["tolerance"] = float(allowed.ravel()[i])
        kind = (
            "answer-value-digits" if self.tolerance is None and abs(got - right) <= step / 2 else "answer-value-wrong"
        )
        message = say(kind, target=self.name, wanted=value, mine=decimal(got), digits=DIGITS)
        return Verdict("unequal_proved", message, parsed, self.expected, evidence=evidence)

    def allowed(self, wanted: float, unit: float) -> float:
        """How far an entry may be off, that was written to a unit (0 where it was not written as a number)."""
        if self.tolerance is not None:
            return self.tolerance
        exact = _EXACT * max(1.0, abs(wanted))
        if not unit or not math.isfinite(wanted):
            return exact
        third = 10.0 ** (math.floor(math.log10(abs(wanted))) - DIGITS + 1) if wanted else unit
        return max(exact, min(unit, third) / 2 * (1 + 1e-9))


def _units(e: tree.Expr) -> list[float] | None:
    """The unit of the last written digit of each entry; None where the answer is no number or array of numbers."""
    if isinstance(e, tree.Array):
        parts = [_units(i) for i in e.items]
        return None if any(p is None for p in parts) else [u for p in parts for u in p or ()]
    if isinstance(e, tree.Negative):
        return _units(e.operand)
    if isinstance(e, tree.Number):
        return [float(_unit(e.text or str(e.value)))]
    if isinstance(e, tree.Product) and len(e.operands) == 2 and e.operators[0] in ("·", "*", "×"):
        mantissa, power = e.operands
        scale = _power_of_ten(power)
        if isinstance(mantissa, tree.Number) and scale is not None:
            return [float(_unit(mantissa.text)) * 10.0**scale]
    return None


def _power_of_ten(e: tree.Expr) -> int | None:
    """The exponent of a power of ten; None for what is none, or none that a number of the machine holds."""
    if isinstance(e, tree.Inverse) and e.operand == _TEN:
        return -1  # as 10^{-1} is read
    if not isinstance(e, tree.Power) or e.base != _TEN:
        return None
    negative = isinstance(e.exponent, tree.Negative)
    inner = e.exponent.operand if isinstance(e.exponent, tree.Negative) else e.exponent
    if not isinstance(inner, tree.Number) or inner.value.denominator != 1 or inner.value >= _LARGE:
        return None
    return -int(inner.value) if negative else int(inner.value)


_LARGE = 300
_TEN = tree.Number(Fraction(10), "10")


def _unit(text: str) -> Fraction:
    """The unit of the last digit of a number; a whole number is exact to 1.

    Examples
    --------
    >>> _unit("0.83"), _unit("12"), _unit("8.3e-1")
    (Fraction(1, 100), Fraction(1, 1), Fraction(1, 100))
    """
    mantissa, _, exponent = text.lower().partition("e")
    decimals = mantissa.partition(".")[2]
    scale = int(exponent or "0") - len(decimals)
    return Fraction(10) ** scale if abs(scale) < _LARGE else Fraction(0)
