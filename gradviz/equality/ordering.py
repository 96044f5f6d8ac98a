"""Comparisons put into the simplest form that holds where they do, before residues are taken.

``e^u > e^v`` is ``u > v``, ``r/d > −1`` is ``r > −d`` for a positive d, and so ``tanh u > 0`` is ``u > 0``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from gradviz.graph.node import Node

if TYPE_CHECKING:
    from gradviz.equality.residues import Residues

_INCREASING = frozenset({"exp", "ln", "sqrt", "arctan", "arcsin", "erf"})
_ZEROS = {"arctan": 0, "arcsin": 0, "erf": 0, "ln": 1, "sqrt": 0}
"""Where increasing functions are 0."""
_STEPS = 12

Pair = tuple[int, int]


def may_be_simpler(m: Residues, node: Node) -> bool:
    """Whether something compared may be taken apart."""
    nodes, (a, b) = m.written.nodes, node.inputs
    return nodes[a].op in _TAKEN_APART or nodes[b].op in _TAKEN_APART


def _compare(m: Residues, place: int) -> int:
    """A comparison of simpler operands that comes out as this one does."""
    node = m.written.nodes[place]
    if not may_be_simpler(m, node):
        return place
    a, b = pair = node.inputs[0], node.inputs[1]
    for _ in range(_STEPS):
        simpler = _simpler(m, *pair)
        if simpler is None:
            break
        pair = simpler
    return place if pair == (a, b) else m.added(node._replace(inputs=pair))


def _simpler(m: Residues, a: int, b: int) -> Pair | None:
    """Two operands whose difference has the sign of that of these; None where nothing is simpler."""
    first, second = m.written.nodes[a], m.written.nodes[b]
    if first.op == second.op and first.op in _INCREASING:
        return first.inputs[0], second.inputs[0]
    found = _one_side(m, a, b)
    if found is not None:
        return found
    turned = _one_side(m, b, a)
    return None if turned is None else turned[::-1]


def _one_side(m: Residues, a: int, b: int) -> Pair | None:
    """The same, by what the first is."""
    node = m.written.nodes[a]
    rule = _SIDES.get(node.op)
    if rule is None:
        return None
    other = m.written.nodes[b]
    value = other.attr if other.op == "number" and isinstance(other.attr, Fraction) else None
    return rule(m, a, b, value)


def _function(m: Residues, a: int, b: int, value: Fraction | None) -> Pair | None:
    """``e^u > 1`` is ``u > 0``, ``arctan u > 0`` too, ``ln u > 0`` is ``u > 1``."""
    node = m.written.nodes[a]
    at, where = (1, 0) if node.op == "exp" else (0, _ZEROS[node.op])
    return (node.inputs[0], m.literal(where)) if value == at else None


def _difference(m: Residues, a: int, b: int, value: Fraction | None) -> Pair | None:
    """``u − v > 0`` is ``u > v``, and ``u − 1 > 2`` is ``u > 3``."""
    x, y = m.written.nodes[a].inputs
    if value == 0:
        return x, y
    first, second = (_number(m, j) for j in (x, y))
    if value is None or first is second is None:
        return None
    return (m.literal(first - value), y) if first is not None else (x, m.literal(value + (second or 0)))


def _sum(m: Residues, a: int, b: int, value: Fraction | None) -> Pair | None:
    """``u + 1 > 2`` is ``u > 1``."""
    inputs = m.written.nodes[a].inputs
    if value is None or len(inputs) != 2:
        return None
    for x, y in (inputs, inputs[::-1]):
        number = _number(m, x)
        if number is not None:
            return y, m.literal(value - number)
    return None


def _negative(m: Residues, a: int, b: int, value: Fraction | None) -> Pair | None:
    """``−u > 0`` is ``0 > u``."""
    return None if value is None else (m.literal(-value), m.written.nodes[a].inputs[0])


def _product(m: Residues, a: int, b: int, value: Fraction | None) -> Pair | None:
    """``u w > 0`` is ``u > 0`` for a positive w, and ``2u > 6`` is ``u > 3``."""
    inputs = m.written.nodes[a].inputs
    for x, y in (inputs, inputs[::-1]):
        number = _number(m, y)
        if value is not None and number is not None and number > 0:
            return x, m.literal(value / number)
        if value == 0 and m.bounds is not None and m.bounds.of(y).is_positive:
            return x, b
    return None


def _quotient(m: Residues, a: int, b: int, value: Fraction | None) -> Pair | None:
    """``u/w > v`` is ``u > v w`` for a positive w."""
    x, y = m.written.nodes[a].inputs
    if m.bounds is None or not m.bounds.of(y).is_positive:
        return None
    number = _number(m, y)
    if value == 0:
        return x, b
    if value is not None and number is not None:
        return x, m.literal(value * number)
    return x, m.put("mul", (b, y), b, y)


def _power(m: Residues, a: int, b: int, value: Fraction | None) -> Pair | None:
    """``u³ > 0`` is ``u > 0``."""
    x, y = m.written.nodes[a].inputs
    exponent = _number(m, y)
    is_odd = exponent is not None and exponent.denominator == 1 and exponent > 0 and exponent.numerator % 2 == 1
    return (x, b) if value == 0 and is_odd else None


def _number(m: Residues, place: int) -> Fraction | None:
    node = m.written.nodes[place]
    return node.attr if node.op == "number" and isinstance(node.attr, Fraction) else None


_SIDES: Mapping[str, Callable[[Residues, int, int, Fraction | None], Pair | None]] = {
    **dict.fromkeys(_INCREASING, _function),
    "sub": _difference,
    "add": _sum,
    "neg": _negative,
    "mul": _product,
    "div": _quotient,
    "power": _power,
}
_TAKEN_APART = frozenset(_SIDES)
ORDER: Mapping[str, Callable[[Residues, int], int]] = dict.fromkeys(
    ("greater", "less", "greater_equal", "less_equal", "equal", "unequal"), _compare
)
