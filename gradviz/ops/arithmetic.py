"""The operations that are written with signs; the algebra of terms knows them by their formulas."""

from __future__ import annotations

from gradviz.notation.words import Word
from gradviz.ops import shapes
from gradviz.ops.operation import Operation

ARITHMETIC = (
    Operation("add", "a + b", shapes.elementwise, sign="+", value=lambda m, *xs: sum(xs[1:], xs[0])),
    Operation("sub", "a - b", shapes.elementwise, sign="−", value=lambda m, a, b: a - b),
    Operation("neg", "-v", shapes.elementwise, sign="−", value=lambda m, v: -v),
    Operation("mul", "a*b", shapes.elementwise, sign="·", value=lambda m, a, b: a * b),
    Operation("div", "a/b", shapes.elementwise, sign="/", value=lambda m, a, b: m.divide(a, b), domain=("b ≠ 0",)),
    Operation(
        "power",
        "a^b",
        shapes.elementwise,
        Word("power", ("pow", "power"), (2, 2), "pow", r"\operatorname{pow}", "pow"),
        sign="^",
        value=lambda m, a, b: m.power(a, b),
    ),
    Operation(
        "sqrt",
        "v^(1/2)",
        shapes.elementwise,
        Word("sqrt", ("sqrt", "√"), (1, 1), "√", r"\sqrt", "sqrt"),
        sign="√",
        value=lambda m, v: m.sqrt(v),
        domain=("v > 0",),
    ),
    Operation("identity", "v", shapes.elementwise, sign="=", value=lambda m, v: v),
)
