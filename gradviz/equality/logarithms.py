"""Logarithms taken apart, and exponentials of them undone, before residues are taken.

Wherever a logarithm is a real number these equations hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradviz.equality.residues import Residues

_LIMIT = 10**6


def _log(m: Residues, place: int) -> int:
    """``ln(ab)`` is ``ln a + ln b``, ``ln(e^u)`` is ``u``; where a logarithm is a real number, this is so."""
    x = m.written.nodes[place].inputs[0]
    node = m.written.nodes[x]
    a, b = (*node.inputs, -1, -1)[:2]
    if node.op == "exp":
        return a
    if node.op == "constant":
        return m.literal(1) if node.attr == "e" else place
    if node.op in ("mul", "div"):
        logs = tuple(m.put("ln", (j,), j) for j in (a, b))
        return m.put("add" if node.op == "mul" else "sub", logs, a, b)
    if node.op == "power":
        return m.put("mul", (b, m.put("ln", (a,), a)), a, b)
    if node.op == "sqrt":
        return m.put("mul", (m.literal(Fraction(1, 2)), m.put("ln", (a,), a)), a)
    if node.op in ("entry", "reshape") and m.written.nodes[a].op in _TAKEN_APART:
        inner = m.put("ln", (a,), a)
        return m.added(node._replace(inputs=(inner,)))
    if node.op == "number":
        return _log_of_number(m, place, node.attr)
    return place


def _log_of_number(m: Residues, place: int, value: Any) -> int:
    """``ln 6`` is ``ln 2 + ln 3``."""
    if value <= 0 or max(value.numerator, value.denominator) > _LIMIT:
        return place
    powers: dict[int, int] = {}
    for whole, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime in _prime_factors(whole):
            powers[prime] = powers.get(prime, 0) + sign
    if powers == {value: 1}:
        return place
    parts = [m.put("mul", (m.literal(n), m.put("ln", (m.literal(q),)))) for q, n in powers.items()]
    return m.put("add", tuple(parts)) if parts else m.literal(0)


def _prime_factors(n: int) -> list[int]:
    found, d = [], 2
    while d * d <= n:
        while n % d == 0:
            found.append(d)
            n //= d
        d += 1
    return [*found, n] if n > 1 else found


def _exp(m: Residues, place: int) -> int:
    """``e^(u + c ln w)`` is ``e^u w^c``."""
    x = m.written.nodes[place].inputs[0]
    if not _has_log(m, x):
        return place
    node = m.written.nodes[x]
    a, b = (*node.inputs, -1, -1)[:2]

    def exp(j: int) -> int:
        return m.put("exp", (j,), j)

    if node.op == "ln":
        return a
    if node.op == "add":
        product = exp(node.inputs[0])
        for j in node.inputs[1:]:
            product = m.put("mul", (product, exp(j)), product, j)
        return product
    if node.op == "sub":
        return m.put("div", (exp(a), exp(b)), a, b)
    if node.op == "neg":
        return m.put("div", (m.literal(1), exp(a)), a)
    if node.op == "mul":
        count, log = (a, b) if m.is_number(a) else (b, a)
        return m.put("power", (exp(log), count), log)
    value = m.written.nodes[b].attr
    assert isinstance(value, Fraction)
    return m.put("power", (exp(a), m.literal(1 / value)), a)


def _has_log(m: Residues, place: int, deep: int = 20) -> bool:
    """Whether an exponent has a logarithm among its summands."""
    node = m.written.nodes[place]
    if node.op == "ln":
        return True
    if not deep:
        return False
    if node.op in ("add", "sub", "neg"):
        return any(_has_log(m, j, deep - 1) for j in node.inputs)
    if node.op == "mul":
        a, b = node.inputs
        return (m.is_number(a) and _has_log(m, b, deep - 1)) or (m.is_number(b) and _has_log(m, a, deep - 1))
    return node.op == "div" and m.is_number(node.inputs[1]) and _has_log(m, node.inputs[0], deep - 1)


_TAKEN_APART = frozenset({"exp", "mul", "div", "power", "sqrt"})
RULES: Mapping[str, Callable[[Residues, int], int]] = {"ln": _log, "exp": _exp}
