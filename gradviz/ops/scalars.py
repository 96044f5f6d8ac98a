"""The library that values of single numbers are computed with: NumPy's names over `math` and `cmath`.

As in NumPy, nothing raises: what is undefined is NaN, what overflows infinite. Complex numbers pass through, so that
a complex step does too.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from typing import TypeAlias

Scalar: TypeAlias = float | complex
pi = math.pi
NAN = float("nan")


def _both(real: Callable[[float], float], other: Callable[[complex], complex] | None) -> Callable[[Scalar], Scalar]:
    def function(v: Scalar) -> Scalar:
        try:
            if isinstance(v, complex):
                return other(v) if other else NAN
            return real(v)
        except OverflowError:
            return math.inf
        except ValueError:
            return NAN

    return function


def _log(v: float) -> float:
    return -math.inf if v == 0 else math.log(v)


exp = _both(math.exp, cmath.exp)
log = _both(_log, cmath.log)
log1p = _both(math.log1p, lambda v: cmath.log(1 + v))
expm1 = _both(math.expm1, lambda v: cmath.exp(v) - 1)
sqrt = _both(math.sqrt, cmath.sqrt)
sin = _both(math.sin, cmath.sin)
cos = _both(math.cos, cmath.cos)
tan = _both(math.tan, cmath.tan)
arcsin = _both(math.asin, cmath.asin)
arccos = _both(math.acos, cmath.acos)
arctan = _both(math.atan, cmath.atan)
sinh = _both(math.sinh, cmath.sinh)
cosh = _both(math.cosh, cmath.cosh)
tanh = _both(math.tanh, cmath.tanh)
arcsinh = _both(math.asinh, cmath.asinh)
arctanh = _both(math.atanh, cmath.atanh)


arccosh = _both(math.acosh, cmath.acosh)


def _erf_step(v: complex) -> complex:
    # First order is exact for a complex step: erf′ = 2 e^{−v²}/√π.
    return complex(math.erf(v.real), v.imag * 2 / math.sqrt(math.pi) * math.exp(-v.real * v.real))


def _erfc_step(v: complex) -> complex:
    return complex(math.erfc(v.real), -_erf_step(v).imag)


erf = _both(math.erf, _erf_step)
erfc = _both(math.erfc, _erfc_step)


def arctan2(a: Scalar, b: Scalar) -> Scalar:
    """The angle of the point (b, a); for a complex step, exact to first order."""
    angle = math.atan2(a.real, b.real)
    if not isinstance(a, complex) and not isinstance(b, complex):
        return angle
    turn = divide(a.imag * b.real - b.imag * a.real, a.real * a.real + b.real * b.real)
    return complex(angle, turn.real)


def real(v: Scalar) -> float:
    """The real part."""
    return v.real


def where(condition: bool, a: Scalar, b: Scalar) -> Scalar:
    """One of two numbers."""
    return a if condition else b


def equal(a: float, b: float) -> bool:
    """Whether two numbers are the same."""
    return a == b


def greater(a: float, b: float) -> bool:
    """Whether the first is greater."""
    return a > b


def divide(a: Scalar, b: Scalar) -> Scalar:
    """A quotient; by zero it is infinite, 0/0 is NaN."""
    try:
        return a / b
    except ZeroDivisionError:
        if a == 0 or cmath.isnan(a):
            return NAN
        return math.copysign(math.inf, a.real) * math.copysign(1.0, b.real)
    except OverflowError:
        return math.inf


def power(a: Scalar, b: Scalar) -> Scalar:
    """A power; NaN where a negative number has a broken exponent."""
    try:
        if not isinstance(a, complex) and not isinstance(b, complex):
            return math.pow(a, b)
        if isinstance(b, float) and b.is_integer():
            return a ** int(b)
        return a**b
    except ZeroDivisionError:
        return math.inf
    except OverflowError:
        return math.inf
    except ValueError:
        return math.inf if a == 0 else NAN
