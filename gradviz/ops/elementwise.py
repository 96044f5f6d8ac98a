"""Functions that act on each entry.

To add one: copy a declaration, give it a name, spellings and a formula in ``v`` (and ``a``, ``b`` for more
operands), then renew the table of derivatives with ``python -m gradviz.calculus.derive``. ``m`` in a value is the
library that computes: NumPy for arrays, `gradviz.numeric.scalars` for single numbers.
"""

from __future__ import annotations

from typing import Any

from gradviz.ops import shapes
from gradviz.ops.activations import ACTIVATIONS
from gradviz.ops.function import INF, function
from gradviz.ops.operation import Operation, Value


def _logaddexp(m: Any, a: Any, b: Any) -> Any:
    larger = m.real(a) >= m.real(b)
    return m.where(larger, a, b) + m.log1p(m.exp(m.where(larger, b - a, a - b)))


EXP = (
    function("exp", "e^v", lambda m, v: m.exp(v), latex=r"\exp", range=(0, INF)),
    function("ln", "ln v", lambda m, v: m.log(v), spellings=("log",), latex=r"\ln", form="prefix", domain=("v > 0",)),
    function("log2", "ln v / ln 2", lambda m, v: m.log(v) / m.log(2.0), latex=r"\log_{2}", domain=("v > 0",)),
    function("log10", "ln v / ln 10", lambda m, v: m.log(v) / m.log(10.0), latex=r"\log_{10}", domain=("v > 0",)),
    function("log1p", "ln(1 + v)", lambda m, v: m.log1p(v), domain=("v > -1",)),
    function("expm1", "e^v - 1", lambda m, v: m.expm1(v), range=(-1, INF)),
    function("logit", "ln(v/(1 - v))", lambda m, v: m.log(v / (1.0 - v)), domain=("v > 0", "v < 1")),
    function(
        "logaddexp",
        "ln(e^a + e^b)",
        _logaddexp,
        latex=r"\operatorname{logaddexp}",
        arity=2,
        # Not e^a over e^a + e^b, which overflow.
        forms=("sigmoid(a - b)", "sigmoid(b - a)"),
    ),
)

TRIGONOMETRIC = (
    function("sin", "sin v", lambda m, v: m.sin(v), latex=r"\sin", form="prefix", range=(-1, 1)),
    function("cos", "cos v", lambda m, v: m.cos(v), latex=r"\cos", form="prefix", range=(-1, 1)),
    function("tan", "tan v", lambda m, v: m.tan(v), latex=r"\tan", form="prefix"),
    function(
        "arcsin",
        "arcsin v",
        lambda m, v: m.arcsin(v),
        spellings=("asin",),
        latex=r"\arcsin",
        domain=("v > -1", "v < 1"),
    ),
    function(
        "arccos",
        "arccos v",
        lambda m, v: m.arccos(v),
        spellings=("acos",),
        latex=r"\arccos",
        domain=("v > -1", "v < 1"),
    ),
    function("arctan", "arctan v", lambda m, v: m.arctan(v), spellings=("atan",), latex=r"\arctan"),
    function("sinh", "(e^v - e^(-v))/2", lambda m, v: m.sinh(v), latex=r"\sinh"),
    function("cosh", "(e^v + e^(-v))/2", lambda m, v: m.cosh(v), latex=r"\cosh"),
    function(
        "arcsinh",
        "ln(v + sqrt(v^2 + 1))",
        lambda m, v: m.arcsinh(v),
        spellings=("asinh",),
        latex=r"\operatorname{arcsinh}",
    ),
    function(
        "arctanh",
        "ln((1 + v)/(1 - v))/2",
        lambda m, v: m.arctanh(v),
        spellings=("atanh",),
        latex=r"\operatorname{arctanh}",
        domain=("v > -1", "v < 1"),
    ),
    function(
        "arccosh",
        "ln(v + sqrt(v^2 - 1))",
        lambda m, v: m.arccosh(v),
        spellings=("acosh",),
        latex=r"\operatorname{arccosh}",
        domain=("v > 1",),
        range=(0, INF),
    ),
    function(
        "arctan2",
        "arctan2(a, b)",
        lambda m, a, b: m.arctan2(a, b),
        spellings=("atan2",),
        unicode="atan2",
        latex=r"\operatorname{atan2}",
        arity=2,
        domain=("a ≠ 0 or b ≠ 0",),
    ),
)


def _hypot(m: Any, a: Any, b: Any) -> Any:
    # Scaled by the larger of both, so that no square overflows.
    a, b = (m.where(m.real(x) >= 0, x, -x) for x in (a, b))
    larger = m.real(a) >= m.real(b)
    top, low = m.where(larger, a, b), m.where(larger, b, a)
    part = low / m.where(m.real(top) > 0, top, 1.0)
    return top * m.sqrt(1.0 + part * part)


ROOTS = (
    function("hypot", "sqrt(a^2 + b^2)", _hypot, arity=2, domain=("a ≠ 0 or b ≠ 0",), forms=("a/u", "b/u")),
    function(
        "cbrt",
        "sign(v) abs(v)^(1/3)",
        lambda m, v: m.where(m.real(v) >= 0, 1.0, -1.0) * m.power(m.where(m.real(v) >= 0, v, -v), 1.0 / 3.0),
        domain=("v ≠ 0",),
        forms=("1/(3u^2)",),
    ),
)


PIECEWISE = (
    function(
        "clip",
        "v 1[v > a] 1[v < b] + a 1[v ≤ a] 1[a < b] + b 1[v ≥ b] + b 1[v < b] 1[a ≥ b]",
        lambda m, v, a, b: m.where(
            (m.real(v) >= m.real(b)) | (m.real(a) >= m.real(b)), b, m.where(m.real(v) <= m.real(a), a, v)
        ),
        arity=3,
        kinks="0 at both ends",
    ),
    function(
        "abs", "v sign(v)", lambda m, v: m.where(m.real(v) >= 0, v, -v), form="abs", sign="|·|", kinks="0 at v = 0"
    ),
    function(
        "sign",
        "1[v > 0] - 1[v < 0]",
        lambda m, v: m.where(m.real(v) > 0, 1.0, m.where(m.real(v) < 0, -1.0, 0.0)),
        spellings=("sgn",),
        latex=r"\operatorname{sign}",
        kinks="0 at v = 0",
    ),
    function(
        "step",
        "1[v ≥ 0]",
        lambda m, v: m.where(m.real(v) >= 0, 1.0, 0.0),
        latex=r"\operatorname{step}",
        kinks="0 at v = 0",
    ),
    function(
        "maximum",
        "a 1[a > b] + b 1[a < b] + (a + b) 1[a = b]/2",
        lambda m, a, b: m.where(m.real(a) >= m.real(b), a, b),
        unicode="max",
        latex=r"\max",
        arity=2,
        kinks="half to each where a = b",
    ),
    function(
        "minimum",
        "a 1[a < b] + b 1[a > b] + (a + b) 1[a = b]/2",
        lambda m, a, b: m.where(m.real(a) <= m.real(b), a, b),
        unicode="min",
        latex=r"\min",
        arity=2,
        kinks="half to each where a = b",
    ),
)


def _comparison(name: str, sign: str, value: Value) -> Operation:
    return Operation(name, f"1[a {sign} b]", shapes.elementwise, sign=f"𝟙[{sign}]", primitive=True, value=value)


COMPARISONS = (
    _comparison("greater", ">", lambda m, a, b: m.where(m.greater(m.real(a), m.real(b)), 1.0, 0.0)),
    _comparison("less", "<", lambda m, a, b: m.where(m.greater(m.real(b), m.real(a)), 1.0, 0.0)),
    _comparison("greater_equal", "≥", lambda m, a, b: m.where(m.greater(m.real(b), m.real(a)), 0.0, 1.0)),
    _comparison("less_equal", "≤", lambda m, a, b: m.where(m.greater(m.real(a), m.real(b)), 0.0, 1.0)),
    _comparison("equal", "=", lambda m, a, b: m.where(m.equal(m.real(a), m.real(b)), 1.0, 0.0)),
    _comparison("unequal", "≠", lambda m, a, b: m.where(m.equal(m.real(a), m.real(b)), 0.0, 1.0)),
)

SIGNS = {op.name: op.sign.removeprefix("𝟙[").removesuffix("]") for op in COMPARISONS}
"""The sign of each comparison: ``greater`` → ``>``."""
RELATIONS = {sign: name for name, sign in SIGNS.items()}

FUNCTIONS = EXP + TRIGONOMETRIC + ROOTS + ACTIVATIONS + PIECEWISE + COMPARISONS
