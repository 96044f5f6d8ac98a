"""Functions that act on each entry.

To add one: copy a declaration, give it a name, spellings and a formula in ``v`` (and ``a``, ``b`` for more
operands), then renew the table of derivatives with ``python -m gradviz.calculus.derive``. ``m`` in a value is the
library that computes: NumPy for arrays, `gradviz.numeric.scalars` for single numbers.
"""

from __future__ import annotations

from typing import Any

from gradviz.notation.words import Form, Word
from gradviz.ops import shapes
from gradviz.ops.operation import Operation, Value

INF = float("inf")


def _function(
    name: str,
    formula: str,
    value: Value,
    *,
    spellings: tuple[str, ...] = (),
    unicode: str = "",
    latex: str = "",
    form: Form = "call",
    arity: int = 1,
    sign: str = "",
    domain: tuple[str, ...] = (),
    range: tuple[float, float] | None = None,  # noqa: A002
    kinks: str = "",
) -> Operation:
    word = Word(
        name,
        (name, *spellings),
        (arity, arity),
        unicode or name,
        latex or rf"\operatorname{{{name}}}",
        name,
        form,
    )
    return Operation(
        name=name,
        formula=formula,
        shape=shapes.elementwise,
        word=word,
        sign=sign or unicode or name,
        primitive=True,
        value=value,
        domain=domain,
        range=range,
        kinks=kinks,
    )


EXP = (
    _function("exp", "e^v", lambda m, v: m.exp(v), latex=r"\exp", range=(0, INF)),
    _function("ln", "ln v", lambda m, v: m.log(v), spellings=("log",), latex=r"\ln", form="prefix", domain=("v > 0",)),
    _function("log2", "ln v / ln 2", lambda m, v: m.log(v) / m.log(2.0), latex=r"\log_{2}", domain=("v > 0",)),
    _function("log10", "ln v / ln 10", lambda m, v: m.log(v) / m.log(10.0), latex=r"\log_{10}", domain=("v > 0",)),
    _function("log1p", "ln(1 + v)", lambda m, v: m.log1p(v), domain=("v > -1",)),
    _function("expm1", "e^v - 1", lambda m, v: m.expm1(v), range=(-1, INF)),
)

TRIGONOMETRIC = (
    _function("sin", "sin v", lambda m, v: m.sin(v), latex=r"\sin", form="prefix", range=(-1, 1)),
    _function("cos", "cos v", lambda m, v: m.cos(v), latex=r"\cos", form="prefix", range=(-1, 1)),
    _function("tan", "tan v", lambda m, v: m.tan(v), latex=r"\tan", form="prefix"),
    _function(
        "arcsin",
        "arcsin v",
        lambda m, v: m.arcsin(v),
        spellings=("asin",),
        latex=r"\arcsin",
        domain=("v > -1", "v < 1"),
    ),
    _function(
        "arccos",
        "arccos v",
        lambda m, v: m.arccos(v),
        spellings=("acos",),
        latex=r"\arccos",
        domain=("v > -1", "v < 1"),
    ),
    _function("arctan", "arctan v", lambda m, v: m.arctan(v), spellings=("atan",), latex=r"\arctan"),
    _function("sinh", "(e^v - e^(-v))/2", lambda m, v: m.sinh(v), latex=r"\sinh"),
    _function("cosh", "(e^v + e^(-v))/2", lambda m, v: m.cosh(v), latex=r"\cosh"),
    _function(
        "arcsinh",
        "ln(v + sqrt(v^2 + 1))",
        lambda m, v: m.arcsinh(v),
        spellings=("asinh",),
        latex=r"\operatorname{arcsinh}",
    ),
    _function(
        "arctanh",
        "ln((1 + v)/(1 - v))/2",
        lambda m, v: m.arctanh(v),
        spellings=("atanh",),
        latex=r"\operatorname{arctanh}",
        domain=("v > -1", "v < 1"),
    ),
)


def _sigmoid(m: Any, v: Any) -> Any:
    # e^{-|v|} never overflows.
    t = m.exp(m.where(m.real(v) >= 0, -v, v))
    return m.where(m.real(v) >= 0, 1.0, t) / (1.0 + t)


def _softplus(m: Any, v: Any) -> Any:
    positive = m.real(v) >= 0
    return m.where(positive, v, 0.0) + m.log1p(m.exp(m.where(positive, -v, v)))


ACTIVATIONS = (
    _function(
        "sigmoid", "1/(1 + e^(-v))", _sigmoid, spellings=("σ", "logistic"), unicode="σ", latex=r"\sigma", range=(0, 1)
    ),
    _function("tanh", "(e^v - e^(-v))/(e^v + e^(-v))", lambda m, v: m.tanh(v), latex=r"\tanh", range=(-1, 1)),
    _function(
        "relu",
        "v 1[v > 0]",
        lambda m, v: m.where(m.real(v) > 0, v, 0.0),
        spellings=("ReLU",),
        unicode="ReLU",
        latex=r"\operatorname{ReLU}",
        kinks="0 at v = 0",
    ),
    _function(
        "leaky_relu",
        "b a + (1 - b) a 1[a > 0]",
        lambda m, v, a: m.where(m.real(v) > 0, v, a * v),
        latex=r"\operatorname{LeakyReLU}",
        arity=2,
        kinks="the slope of the left side at v = 0",
    ),
    _function(
        "elu",
        "v 1[v > 0] + (e^v - 1) 1[v ≤ 0]",
        lambda m, v: m.where(m.real(v) > 0, v, m.expm1(m.where(m.real(v) > 0, 0.0, v))),
        spellings=("ELU",),
        unicode="ELU",
        latex=r"\operatorname{ELU}",
    ),
    _function("softplus", "ln(1 + e^v)", _softplus, latex=r"\operatorname{softplus}", range=(0, INF)),
    _function(
        "softsign",
        "v/(1 + abs(v))",
        lambda m, v: v / (1.0 + m.where(m.real(v) >= 0, v, -v)),
        latex=r"\operatorname{softsign}",
        range=(-1, 1),
    ),
    _function(
        "silu",
        "v/(1 + e^(-v))",
        lambda m, v: v * _sigmoid(m, v),
        spellings=("swish", "SiLU"),
        unicode="SiLU",
        latex=r"\operatorname{SiLU}",
    ),
    _function("erf", "erf(v)", lambda m, v: m.erf(v), latex=r"\operatorname{erf}", range=(-1, 1)),
    _function(
        "gelu",
        "v (1 + erf(v/sqrt(2)))/2",
        lambda m, v: v * (1.0 + m.erf(v / 2.0**0.5)) / 2.0,
        spellings=("GELU",),
        unicode="GELU",
        latex=r"\operatorname{GELU}",
    ),
    _function(
        "gelu_tanh",
        "v (1 + tanh(sqrt(2/π) (v + 0.044715 v^3)))/2",
        lambda m, v: v * (1.0 + m.tanh((2.0 / m.pi) ** 0.5 * (v + 0.044715 * v**3))) / 2.0,
        latex=r"\operatorname{GELU}_{\tanh}",
    ),
)

PIECEWISE = (
    _function(
        "clip",
        "v 1[v > a] 1[v < b] + a 1[v ≤ a] + b 1[v ≥ b]",
        lambda m, v, a, b: m.where(m.real(v) <= m.real(a), a, m.where(m.real(v) >= m.real(b), b, v)),
        arity=3,
        kinks="0 at both ends",
    ),
    _function(
        "abs", "v sign(v)", lambda m, v: m.where(m.real(v) >= 0, v, -v), form="abs", sign="|·|", kinks="0 at v = 0"
    ),
    _function(
        "sign",
        "1[v > 0] - 1[v < 0]",
        lambda m, v: m.where(m.real(v) > 0, 1.0, m.where(m.real(v) < 0, -1.0, 0.0)),
        spellings=("sgn",),
        latex=r"\operatorname{sign}",
        kinks="0 at v = 0",
    ),
    _function(
        "step",
        "1[v ≥ 0]",
        lambda m, v: m.where(m.real(v) >= 0, 1.0, 0.0),
        latex=r"\operatorname{step}",
        kinks="0 at v = 0",
    ),
    _function(
        "maximum",
        "a 1[a > b] + b 1[a < b] + (a + b) 1[a = b]/2",
        lambda m, a, b: m.where(m.real(a) >= m.real(b), a, b),
        unicode="max",
        latex=r"\max",
        arity=2,
        kinks="half to each where a = b",
    ),
    _function(
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

FUNCTIONS = EXP + TRIGONOMETRIC + ACTIVATIONS + PIECEWISE + COMPARISONS
