"""Activations: functions on entries that layers of networks apply."""

from __future__ import annotations

from typing import Any

from gradviz.ops.function import INF, function


def _sigmoid(m: Any, v: Any) -> Any:
    # e^{-|v|} never overflows.
    t = m.exp(m.where(m.real(v) >= 0, -v, v))
    return m.where(m.real(v) >= 0, 1.0, t) / (1.0 + t)


def _softplus(m: Any, v: Any) -> Any:
    positive = m.real(v) >= 0
    return m.where(positive, v, 0.0) + m.log1p(m.exp(m.where(positive, -v, v)))


def _elu(m: Any, v: Any, a: Any) -> Any:
    positive = m.real(v) > 0
    return m.where(positive, v, a * m.expm1(m.where(positive, 0.0, v)))


ACTIVATIONS = (
    function(
        "sigmoid", "1/(1 + e^(-v))", _sigmoid, spellings=("σ", "logistic"), unicode="σ", latex=r"\sigma", range=(0, 1)
    ),
    function("tanh", "(e^v - e^(-v))/(e^v + e^(-v))", lambda m, v: m.tanh(v), latex=r"\tanh", range=(-1, 1)),
    function(
        "relu",
        "v 1[v > 0]",
        lambda m, v: m.where(m.real(v) > 0, v, 0.0),
        spellings=("ReLU",),
        unicode="ReLU",
        latex=r"\operatorname{ReLU}",
        kinks="0 at v = 0",
    ),
    function(
        "leaky_relu",
        "b a + (1 - b) a 1[a > 0]",
        lambda m, v, a: m.where(m.real(v) > 0, v, a * v),
        spellings=("LeakyReLU",),
        unicode="LeakyReLU",
        latex=r"\operatorname{LeakyReLU}",
        arity=2,
        kinks="the slope of the left side at v = 0",
        forms=("1[a > 0] + b * 1[a ≤ 0]", "a 1[a ≤ 0]"),
    ),
    function(
        "elu",
        "v 1[v > 0] + (e^v - 1) 1[v ≤ 0]",
        lambda m, v: _elu(m, v, 1.0),
        spellings=("ELU",),
        unicode="ELU",
        latex=r"\operatorname{ELU}",
        forms=("1[v > 0] + (u + 1) * 1[v ≤ 0]",),
    ),
    function(
        "elu_alpha",
        "v 1[v > 0] + a (e^v - 1) 1[v ≤ 0]",
        lambda m, v, a: _elu(m, v, a),
        unicode="ELU",
        latex=r"\operatorname{ELU}",
        arity=2,
        kinks="the slope of the left side at v = 0",
        # Not e^v beside an indicator: where e^v overflows, their product is no number.
        forms=("1[v > 0] + (u + a) * 1[v ≤ 0]", "expm1(-relu(-v))"),
    ),
    # Klambauer et al., Self-Normalizing Neural Networks (2017): λ and λ α, to the digits of the paper's code.
    function(
        "selu",
        "1.0507009873554805 v 1[v > 0] + 1.7580993408473766 (e^v - 1) 1[v ≤ 0]",
        lambda m, v: m.where(m.real(v) > 0, 1.0507009873554805 * v, 1.7580993408473766 * _elu(m, v, 1.0)),
        spellings=("SELU",),
        unicode="SELU",
        latex=r"\operatorname{SELU}",
        kinks="the slope of the left side at v = 0",
        forms=("1.0507009873554805 * 1[v > 0] + (u + 1.7580993408473766) * 1[v ≤ 0]",),
    ),
    function("softplus", "ln(1 + e^v)", _softplus, latex=r"\operatorname{softplus}", range=(0, INF)),
    function(
        "softsign",
        "v/(1 + abs(v))",
        lambda m, v: v / (1.0 + m.where(m.real(v) >= 0, v, -v)),
        latex=r"\operatorname{softsign}",
        range=(-1, 1),
    ),
    function(
        "silu",
        "v/(1 + e^(-v))",
        lambda m, v: v * _sigmoid(m, v),
        spellings=("swish", "SiLU"),
        unicode="SiLU",
        latex=r"\operatorname{SiLU}",
    ),
    function(
        "mish",
        "v tanh(softplus(v))",
        lambda m, v: v * m.tanh(_softplus(m, v)),
        spellings=("Mish",),
        unicode="Mish",
        latex=r"\operatorname{Mish}",
        forms=("tanh(softplus(v)) + v sigmoid(v) (1 - tanh(softplus(v))^2)",),
    ),
    function(
        "log_sigmoid",
        "-ln(1 + e^(-v))",
        lambda m, v: -_softplus(m, -v),
        spellings=("logsigmoid", "LogSigmoid"),
        range=(-INF, 0),
        forms=("sigmoid(-v)",),
    ),
    # Howard et al., Searching for MobileNetV3 (2019): ReLU6(v + 3)/6.
    function(
        "hard_sigmoid",
        "(v/6 + 1/2) 1[v > -3] 1[v < 3] + 1[v ≥ 3]",
        lambda m, v: m.where(m.real(v) >= 3, 1.0, m.where(m.real(v) <= -3, 0.0, v / 6.0 + 0.5)),
        spellings=("hardsigmoid", "HardSigmoid"),
        kinks="0 at both ends",
        forms=("1[v > -3] * 1[v < 3]/6",),
    ),
    function(
        "hard_tanh",
        "v 1[v > -1] 1[v < 1] + 1[v ≥ 1] - 1[v ≤ -1]",
        lambda m, v: m.where(m.real(v) >= 1, 1.0, m.where(m.real(v) <= -1, -1.0, v)),
        spellings=("hardtanh", "HardTanh"),
        kinks="0 at both ends",
        forms=("1[v > -1] * 1[v < 1]",),
    ),
    function(
        "relu6",
        "v 1[v > 0] 1[v < 6] + 6 · 1[v ≥ 6]",
        lambda m, v: m.where(m.real(v) >= 6, 6.0, m.where(m.real(v) <= 0, 0.0, v)),
        spellings=("ReLU6",),
        unicode="ReLU6",
        latex=r"\operatorname{ReLU6}",
        kinks="0 at both ends",
        forms=("1[v > 0] * 1[v < 6]",),
    ),
    # Howard et al., Searching for MobileNetV3 (2019): v ReLU6(v + 3)/6.
    function(
        "hard_swish",
        "v (v/6 + 1/2) 1[v > -3] 1[v < 3] + v 1[v ≥ 3]",
        lambda m, v: m.where(m.real(v) >= 3, v, m.where(m.real(v) <= -3, 0.0, v * (v / 6.0 + 0.5))),
        spellings=("hardswish", "HardSwish"),
        kinks="0 at v = −3, 1 at v = 3",
    ),
    function("erf", "erf(v)", lambda m, v: m.erf(v), latex=r"\operatorname{erf}", range=(-1, 1)),
    function("erfc", "1 - erf(v)", lambda m, v: m.erfc(v), latex=r"\operatorname{erfc}", range=(0, 2)),
    function(
        "gelu",
        "v (1 + erf(v/sqrt(2)))/2",
        lambda m, v: v * m.erfc(-v / 2.0**0.5) / 2.0,
        spellings=("GELU",),
        unicode="GELU",
        latex=r"\operatorname{GELU}",
    ),
    function(
        "gelu_tanh",
        "v (1 + tanh(sqrt(2/π) (v + 0.044715 v^3)))/2",
        lambda m, v: v * (1.0 + m.tanh((2.0 / m.pi) ** 0.5 * (v + 0.044715 * v**3))) / 2.0,
        latex=r"\operatorname{GELU}_{\tanh}",
    ),
)
