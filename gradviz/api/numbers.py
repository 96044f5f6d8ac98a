"""Numbers as people read them."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

from gradviz.messages import say

DIGITS = 4
_SHOWN = 6
_DENOMINATOR, _NUMERATOR = 64, 999
_SAME = 1e-12
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


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
    """A number, or an array as nested brackets; large arrays by the set they are in, least, mean and largest entry.

    Examples
    --------
    >>> text([[1.0, 2.0], [3.0, 4.5]])
    '[[1, 2], [3, 4.5]]'
    >>> text([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 13.0])
    'ℝ⁷: min 0, mean 4, max 13'
    """
    value = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(value, list):
        return number(value)
    if is_large(value):
        size = "ˣ".join(str(d).translate(_RAISED) for d in _size(value))
        return f"ℝ{size}: " + ", ".join(f"{w} {n}" for w, n in _summary(list(_entries(value)), number, "≈ "))
    return "[" + ", ".join(text(v) for v in value) + "]"


def told(name: str, value: Any) -> str:
    """A name with its value, as text.

    Examples
    --------
    >>> told("x", [1.0, 2.0]), told("x", [0.5] * 20)
    ('x = [1, 2]', 'x ∈ ℝ²⁰: all 0.5')
    """
    return f"{name} {sign(value)} {text(value)}"


def sign(value: Any) -> str:
    """What stands between a name and its value, as text."""
    value = value.tolist() if hasattr(value, "tolist") else value
    return "∈" if isinstance(value, list) and is_large(value) else "="


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
    r"""The same in LaTeX: a bracketed table up to 6×6, what is larger by its set, least, mean and largest entry.

    Examples
    --------
    >>> latex([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, -13.0])
    '\\in \\mathbb{R}^{7}\\text{: }\\text{min }{-13},\\ \\text{mean }{0.2857},\\ \\text{max }{5}'
    >>> latex(-0.5), latex([1.0, 2.0]), latex(-0.25, Format(fractions=True))
    ('-0.5', '\\begin{bmatrix} 1 \\\\ 2 \\end{bmatrix}', '-1/4')
    """
    value = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(value, list):
        return _latex_number(value, form)
    if is_large(value) or (value and isinstance(value[0], list) and value[0] and isinstance(value[0][0], list)):
        size = r" \times ".join(map(str, _size(value)))
        return rf"\in \mathbb{{R}}^{{{size}}}\text{{: }}{listing(list(_entries(value)), form)}"
    rows = [" & ".join(_latex_number(x, form) for x in (row if isinstance(row, list) else [row])) for row in value]
    return r"\begin{bmatrix} " + r" \\ ".join(rows) + r" \end{bmatrix}"


def listing(entries: list[float], form: Format = PLAIN) -> str:
    r"""The least, mean and largest of many numbers, in LaTeX.

    Examples
    --------
    >>> listing([2.0, -1.0, 0.5]), listing([1.0, 1.0])
    ('\\text{min }{-1},\\ \\text{mean }{0.5},\\ \\text{max }{2}', '\\text{all }{1}')
    """
    said = _summary(entries, lambda v: f"{{{_latex_number(v, form)}}}", r"{\approx} ")
    return r",\ ".join(rf"\text{{{word} }}{n}" for word, n in said)


def spread(entries: list[float], form: Format = PLAIN) -> str:
    r"""From where to where numbers lie, in LaTeX; one number where all are the same.

    Examples
    --------
    >>> spread([2.0, -1.0, 0.5]), spread([1.0, 1.0])
    ('\\in [-1,\\ 2]', '1')
    """
    low, high = _latex_number(min(entries), form), _latex_number(max(entries), form)
    return low if low == high else rf"\in [{low},\ {high}]"


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


def _summary(entries: list[float], write: Callable[[float], str], roughly: str) -> list[tuple[str, str]]:
    """What is said of many numbers: words, each with its number."""
    low, high = min(entries), max(entries)
    if write(low) == write(high):
        return [(str(say("array-all")), write(low) if low == high else f"{roughly}{write(low)}")]
    found = {"min": low, "mean": math.fsum(entries) / len(entries), "max": high}
    return [(str(say(f"array-{word}")), write(n)) for word, n in found.items()]


def _size(value: Any) -> list[int]:
    dims = []
    while isinstance(value, list):
        dims.append(len(value))
        value = value[0] if value else None
    return dims
