"""Numbers as people read them."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, NamedTuple

from gradviz.messages import say

DIGITS = 4
_SHOWN = 6
_DENOMINATOR, _NUMERATOR = 64, 999
_SAME = 1e-12


class Format(NamedTuple):
    """How numbers are written: significant digits, and whether small rationals are fractions."""

    digits: int = DIGITS
    fractions: bool = False


PLAIN = Format()


def plain(value: Any) -> Any:
    """A value as JSON takes it: numbers, nested lists, and what is no number as a string.

    Examples
    --------
    >>> plain(float("nan")), plain(-12.0)
    ('NaN', -12.0)
    """
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def number(value: float, minus: str = "−", digits: int = DIGITS) -> str:
    """A number with four significant digits, or as many as wanted; whole numbers in full.

    Examples
    --------
    >>> number(-12.0), number(0.731058), number(1e-9), number(123456.0)
    ('−12', '0.7311', '1e−09', '123456')
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else f"{minus}∞"
    text = f"{value:.0f}" if value == int(value) and abs(value) < 1e9 else f"{value:.{digits}g}"
    return ("0" if text == "-0" else text).replace("-", minus)


def text(value: Any) -> str:
    """A number, or an array as nested brackets; large arrays by shape and range.

    Examples
    --------
    >>> text([[1.0, 2.0], [3.0, 4.5]])
    '[[1, 2], [3, 4.5]]'
    """
    value = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(value, list):
        return number(value)
    entries = list(_entries(value))
    if is_large(value):
        mean = math.fsum(entries) / len(entries)
        return f"{_size(value)}, min {number(min(entries))}, mean {number(mean)}, max {number(max(entries))}"
    return "[" + ", ".join(text(v) for v in value) + "]"


def rational(value: float) -> Fraction | None:
    """The fraction with a small denominator that a number is, as far as floating point tells.

    Examples
    --------
    >>> rational(-0.25), rational(1 / 3), rational(2.0), rational(0.7310585786300049)
    (Fraction(-1, 4), Fraction(1, 3), None, None)
    """
    if not math.isfinite(value) or value == int(value):
        return None
    near = Fraction(value).limit_denominator(_DENOMINATOR)
    close = abs(float(near) - value) <= _SAME * abs(value)
    return near if close and abs(near.numerator) <= _NUMERATOR else None


def latex(value: Any, form: Format = PLAIN) -> str:
    r"""The same in LaTeX: a bracketed table up to 6×6, what is larger by its size, least, largest and mean entry.

    Examples
    --------
    >>> latex([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 13.0])
    '7:\\,0\\ldots 13,\\ \\text{mean }{4}'
    >>> latex(-0.5), latex([1.0, 2.0]), latex(-0.25, Format(fractions=True))
    ('-0.5', '\\begin{bmatrix} 1 \\\\ 2 \\end{bmatrix}', '-1/4')
    """
    value = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(value, list):
        return _latex_number(value, form)
    if is_large(value) or (value and isinstance(value[0], list) and value[0] and isinstance(value[0][0], list)):
        entries = list(_entries(value))
        size = _size(value).replace("×", r" \times ")
        if min(entries) == max(entries):
            return rf"{size}:\,{spread(entries, form)}"
        mean = _latex_number(math.fsum(entries) / len(entries), form)
        return rf"{size}:\,{spread(entries, form)},\ \text{{{say('array-mean')} }}{{{mean}}}"
    rows = [" & ".join(_latex_number(x, form) for x in (row if isinstance(row, list) else [row])) for row in value]
    return r"\begin{bmatrix} " + r" \\ ".join(rows) + r" \end{bmatrix}"


def spread(entries: list[float], form: Format = PLAIN) -> str:
    r"""From where to where numbers lie, in LaTeX; one number where all are the same.

    Examples
    --------
    >>> spread([2.0, -1.0, 0.5]), spread([1.0, 1.0])
    ('-1\\ldots 2', '1')
    """
    low, high = _latex_number(min(entries), form), _latex_number(max(entries), form)
    return low if low == high else rf"{low}\ldots {high}"


def _latex_number(value: float, form: Format = PLAIN) -> str:
    fraction = rational(value) if form.fractions else None
    if fraction:
        return f"{fraction.numerator}/{fraction.denominator}"
    shown = number(value, "-", form.digits).replace("∞", r"\infty").replace("NaN", r"\mathrm{NaN}")
    mantissa, e, exponent = shown.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if e else shown


def _entries(value: Any) -> Any:
    if isinstance(value, list):
        for v in value:
            yield from _entries(v)
    else:
        yield value


def is_large(value: list[Any]) -> bool:
    """Whether an array has more than six entries along an axis."""
    return len(value) > _SHOWN or (bool(value) and isinstance(value[0], list) and is_large(value[0]))


def _size(value: Any) -> str:
    dims = []
    while isinstance(value, list):
        dims.append(str(len(value)))
        value = value[0] if value else None
    return "×".join(dims)
