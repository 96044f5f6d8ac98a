"""The table of derivatives: made from the formulas, right in numbers, and enough without sympy."""

from __future__ import annotations

import math
import subprocess
import sys
from fractions import Fraction
from itertools import product

import pytest

from gradviz import terms as t
from gradviz.calculus import derive
from gradviz.calculus.sample import sample
from gradviz.ops import OPERATIONS, Operation, scalars
from gradviz.ops.derivatives import DERIVATIVES
from gradviz.ops.elementwise import FUNCTIONS
from gradviz.ops.formula import operand_names, scalar_formula

STEP = 1e-5
POINTS = (-2.3, -0.7, -0.1, 0.1, 0.4, 0.9, 0.6, 1.3, 1.7, 2.6, 3.2)
CASES = [pytest.param(op, n, id=f"{op.name}-{name}") for op in FUNCTIONS for n, name in enumerate(operand_names(op))]


def value(op: Operation, operands: list[float]) -> float:
    assert op.value is not None
    return float(op.value(scalars, *operands))


def tabled(op: Operation, place: int, operands: list[float]) -> float:
    """The entry of the table in numbers."""
    numbers = {**dict(zip(operand_names(op), operands, strict=True)), "u": value(op, operands), "π": math.pi}
    atoms: dict[t.Atom, t.Term] = {t.Atom(name): t.number(Fraction(x)) for name, x in numbers.items()}
    return sample((), 0, atoms)(scalar_formula(DERIVATIVES[op.name][place]))


def moved(operands: list[float], place: int, step: float) -> list[float]:
    return [x + step * (j == place) for j, x in enumerate(operands)]


def test_the_table_is_what_the_formulas_give() -> None:
    assert derive.TABLE.read_text(encoding="utf-8") == derive.module()


def test_the_table_is_complete() -> None:
    assert list(DERIVATIVES) == [op.name for op in FUNCTIONS]
    assert set(DERIVATIVES) == {op.name for op in OPERATIONS.values() if op.primitive}


@pytest.mark.parametrize(("op", "place"), CASES)
def test_central_differences(op: Operation, place: int) -> None:
    checked = 0
    for operands in product(POINTS, repeat=len(operand_names(op))):
        at = list(operands)
        if len(set(at)) < len(at):
            continue  # on the kink of a function of two operands
        difference = (value(op, moved(at, place, STEP)) - value(op, moved(at, place, -STEP))) / (2 * STEP)
        if math.isfinite(difference):
            checked += 1
            assert tabled(op, place, at) == pytest.approx(difference, rel=1e-7, abs=1e-8), at
    assert checked >= 4


@pytest.mark.parametrize(
    ("name", "operands", "wanted"),
    [
        ("relu", [0.0], [0.0]),
        ("abs", [0.0], [0.0]),
        ("leaky_relu", [0.0, 0.1], [0.1, 0.0]),
        ("elu", [0.0], [1.0]),
        ("softsign", [0.0], [1.0]),
        ("silu", [0.0], [0.5]),
        ("gelu_tanh", [0.0], [0.5]),
        ("maximum", [0.3, 0.3], [0.5, 0.5]),
        ("minimum", [0.3, 0.3], [0.5, 0.5]),
    ],
)
def test_at_kinks_and_at_zero(name: str, operands: list[float], wanted: list[float]) -> None:
    op = OPERATIONS[name]
    assert [tabled(op, j, operands) for j in range(len(wanted))] == wanted


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("exp", "u"),
        ("tan", "1 + u^2"),
        ("sigmoid", "u*(1 - u)"),
        ("tanh", "1 - u^2"),
        ("silu", "u + sigmoid(v)*(1 - u)"),
        ("sinh", "cosh(v)"),
        ("softplus", "sigmoid(v)"),
        ("softsign", "1/(1 + abs(v))^2"),
        ("relu", "1[v > 0]"),
        ("elu", "1[v > 0] + (u + 1) * 1[v <= 0]"),
        ("arctan", "1/(1 + v^2)"),
        ("hypot", "a/u"),
        ("arctan2", "b/(a^2 + b^2)"),
        ("logaddexp", "sigmoid(a - b)"),
        ("cbrt", "1/(3u^2)"),
    ],
)
def test_shortest_forms(name: str, text: str) -> None:
    assert scalar_formula(DERIVATIVES[name][0]) == scalar_formula(text)


KNOWN_OPERATIONS = """
import sys
import gradviz as gv
from gradviz.ops.elementwise import FUNCTIONS
from gradviz.ops.formula import operand_names

for op in FUNCTIONS:
    build = gv.Builder()
    operands = [build.input(n) for n in operand_names(op)]
    build.stage("f", build.apply(op.name, *operands))
    graph = build.graph()
    for name in graph.inputs:
        str(graph.gradient(name))
    graph.explain({name: 0.5 - 0.1 * j for j, name in enumerate(graph.inputs)}).gradients
assert "sympy" not in sys.modules
"""


def test_known_operations_run_without_sympy() -> None:
    done = subprocess.run([sys.executable, "-c", KNOWN_OPERATIONS], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
