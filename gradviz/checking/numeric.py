"""Answers in numbers: right to half a unit of their last written digit, or within a stated tolerance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from gradviz.checking.checker import Checker
from gradviz.checking.judge import ZERO
from gradviz.checking.left import Means
from gradviz.checking.numbers_written import numbers_of, plain_numbers, refused
from gradviz.checking.reading import Reading
from gradviz.checking.respelled import respelled
from gradviz.checking.showing import apart, decimal
from gradviz.checking.slips_in_numbers import slips
from gradviz.checking.texts import has_partials, same_shape
from gradviz.checking.verdict import Mistake, Spelled, Verdict
from gradviz.equality import names_in
from gradviz.equality.comparing import Decision
from gradviz.equality.sample import Sample
from gradviz.messages import GradvizError, say
from gradviz.notation import tree
from gradviz.notation.walk import children, rebuild, within
from gradviz.ops import Shape
from gradviz.ops.shapes import core
from gradviz.terms import extent

DIGITS = 3
"""As many significant digits are wanted at least."""

_EXACT = 1e-9
_SIX = 6
_SHOWN = 64
_MOST = 40


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
    def expected(self) -> Any:
        """The numbers that are right; the formula where they are many or none."""
        value = self.value(self.wanted.node)
        shown = value.size <= _SHOWN and np.isfinite(value).all()
        return Spelled(_written(value.tolist())) if shown else super().expected

    @cached_property
    def proved(self) -> Mapping[int, Decision]:
        """No form: numbers are compared."""
        return {}

    def prepare(self) -> None:
        """Nothing: the one point is given."""

    def verdict(self, text: str, *, strict: bool) -> Verdict:
        """The verdict on an answer; of a chain such as ``(0.88 - 1) 2 = -0.24``, on each part."""
        parts = numbers_of(text)
        problem = refused(parts[-1], single=not core(self.wanted.shape))
        if problem is not None:
            return Verdict("invalid", problem, expected=self.expected)
        left = f"{parts.pop(0)} = " if len(parts) > 1 and self.is_named(parts[0]) else ""
        if len(parts) == 1:
            return self.part(left, parts[0], strict=strict)
        found = [self.part(left if not n else "", part, strict=strict) for n, part in enumerate(parts)]
        before = (v for v in found[:-1] if not v.ok and getattr(v.said, "kind", "") != "answer-value-digits")
        return next(before, found[-1])

    def part(self, left: str, text: str, *, strict: bool) -> Verdict:
        """The verdict on one part; on its numbers and lists as they are written elsewhere, where it is not right."""
        verdict = super().verdict(left + text, strict=strict)
        if verdict.ok or strict:
            return verdict
        for other in dict.fromkeys(
            (plain_numbers(text), plain_numbers(respelled(text, self.room.known, self.room.shape_of)))
        ):
            again = super().verdict(left + other, strict=strict) if other != text else verdict
            if again.ok or (verdict.status == "invalid" and again.status != "invalid"):
                verdict = again
        return verdict

    def otherwise(self, text: str, verdict: Verdict, *, strict: bool) -> Verdict:
        """The same verdict: all was tried."""
        return verdict

    def is_named(self, text: str) -> bool:
        """Whether a text before a sign of equality is a name, or words."""
        left = self.left_of(text.strip())
        unknown = left is not None and left.means is Means.OTHER and left.target is None
        return left is None or (left.means is not Means.FORMULA and not unknown)

    def judge(self, reading: Reading) -> Verdict:
        """The verdict on one reading."""
        given = self.ground.table.nodes[reading.node].shape
        if self.ground.table.nodes[reading.node] == ZERO:
            given = self.wanted.shape  # as gradviz writes it
        if not same_shape(self.sized(given), self.sized(self.wanted.shape)):
            return self.misshapen(reading, given)
        return self.compared(reading)

    def misshapen(self, reading: Reading, given: Shape) -> Verdict:
        """The verdict on an answer of another shape."""
        found = super().misshapen(reading, given)
        mine, right = self.value(reading.node), self.value(self.wanted.node)
        turned = mine.T if mine.ndim == right.ndim else mine.ravel()
        allowed = 5 * 10.0**-DIGITS * np.abs(right)
        if turned.shape == right.shape and len(given) <= 2 and (np.abs(turned - right) <= allowed).all():
            return found._replace(diagnosis=(Mistake("transposed", say("mistake-transposed"), say("hint-transposed")),))
        return found

    def sized(self, shape: Shape) -> Shape:
        """A shape with numbers for its sizes."""
        return tuple(extent(d, self.ground.sizes) for d in shape)

    def value(self, node: int) -> Any:
        """A node at the given values, as an array."""
        return np.asarray(self.ground.float_of(self.sample, node), dtype=float)

    def compared(self, reading: Reading) -> Verdict:
        """The verdict on one reading: entry by entry."""
        right = np.atleast_1d(self.value(self.wanted.node))
        if not np.isfinite(right).all():
            return Verdict("undecided", say("target-no-number", target=self.name), Spelled(reading.expr), self.expected)
        mine = np.broadcast_to(np.atleast_1d(self.value(reading.node)), right.shape)
        steps = self.steps(reading, right.shape)
        allowed = np.vectorize(self.allowed, otypes=[float])(right, steps)
        with np.errstate(all="ignore"):
            off = ~(np.abs(mine - right) <= allowed)
        parsed = Spelled(reading.expr)
        rounded = allowed[mine != right]  # what is exact needs no tolerance
        tolerance = float(rounded.max() if rounded.size else allowed.min())
        evidence: dict[str, Any] = {"bits": 53, "tolerance": tolerance}
        if not off.any():
            message = say("answer-value-right", tolerance=decimal(tolerance))
            verdict = Verdict("equal_numeric", message, parsed, self.expected, evidence=evidence)
            if not names_in(reading.expr) and not has_partials(reading.expr):
                return verdict
            problem = say("form-no-number")
            return verdict._replace(form=False, said=say("answer-form", said=message, problem=problem))
        place = tuple(int(i) for i in np.unravel_index(int(np.argmax(off)), right.shape))
        evidence["tolerance"] = float(allowed[place])
        few = self.tolerance is None and abs(mine[place] - right[place]) <= steps[place] / 2
        kind = "answer-value-digits" if few else "answer-value-wrong"
        where = f"entry [{', '.join(str(i + 1) for i in place)}] of " if self.value(self.wanted.node).shape else ""
        told, given = apart(float(right[place]), float(mine[place]))
        message = say(kind, target=f"{where}{self.name}", wanted=told, mine=given, digits=DIGITS)
        found = self.mistakes(lambda: slips(self, mine, allowed), evidence)
        return Verdict("unequal_proved", message, parsed, self.expected, diagnosis=found, evidence=evidence)

    def steps(self, reading: Reading, shape: tuple[int, ...]) -> Any:
        """To what unit each entry is written; what is computed from rounded numbers is off by as much as they are."""
        units = _units(reading.expr)
        if units and len(units) == prod(shape):
            return np.array(units, dtype=float).reshape(shape)
        found = np.zeros(shape)
        try:
            names = self.names(reading.expr)
        except GradvizError:
            return found
        rounded = [x for x in within(reading.expr) if isinstance(x, tree.Number) and "." in x.text]
        for number in dict.fromkeys(rounded[:_MOST]):
            off = tree.Number(number.value + _unit(number.text) / 2)
            moved = self.nodes(_put(reading.expr, number, off), names, "")[0].node
            found = found + 2 * np.abs(self.value(moved) - self.value(reading.node))
        return found

    def allowed(self, wanted: float, unit: float) -> float:
        """How far an entry may be off, that was written to a unit (0 where it was not written as a number)."""
        if self.tolerance is not None:
            return self.tolerance
        exact = _EXACT * max(1.0, abs(wanted))
        if not unit or not math.isfinite(wanted):
            return exact
        third = 10.0 ** (math.floor(math.log10(abs(wanted))) - DIGITS + 1) if wanted else unit
        return max(exact, min(unit, third) / 2 * (1 + 1e-9))


def _written(value: Any) -> tree.Expr:
    """A number, or nested lists of them, with six significant digits."""
    if isinstance(value, list):
        return tree.Array(tuple([_written(v) for v in value]))
    text = f"{abs(value):.{_SIX}g}"
    number = tree.Number(Fraction(text), text)
    return tree.Negative(number) if value < 0 else number


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


def _put(e: tree.Expr, old: tree.Expr, new: tree.Expr) -> tree.Expr:
    """An expression with another part."""
    if e == old:
        return new
    return rebuild(e, lambda x: _put(x, old, new)) if children(e) else e


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
