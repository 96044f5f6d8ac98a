"""Sines and cosines of sums and of multiples taken apart, before residues are taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradviz.equality.residues import Residues

_MOST = 8


def _parts(m: Residues, place: int) -> tuple[int, int, bool] | None:
    """An angle as a sum or a difference of two; None where it is neither, nor a small multiple."""
    node = m.written.nodes[place]
    if node.op == "sub":
        return node.inputs[0], node.inputs[1], True
    if node.op == "add":
        first, *others = node.inputs
        return first, others[0] if len(others) == 1 else m.put("add", tuple(others), *others), False
    if node.op == "mul":
        a, b = node.inputs
        count, angle = (a, b) if m.is_number(a) else (b, a)
        times = m.written.nodes[count].attr if m.is_number(count) else None
        if isinstance(times, Fraction) and times.denominator == 1 and 2 <= times <= _MOST:
            rest = angle if times == 2 else m.put("mul", (m.literal(times - 1), angle), angle)
            return angle, rest, False
    return None


def _sine(m: Residues, place: int) -> int:
    """``sin(a ± b)`` is ``sin a cos b ± cos a sin b``."""
    x = m.written.nodes[place].inputs[0]
    if m.written.nodes[x].op == "neg":
        (inner,) = m.written.nodes[x].inputs
        return m.put("neg", (m.put("sin", (inner,), inner),), inner)
    parts = _parts(m, x)
    if parts is None:
        return place
    a, b, minus = parts
    left = m.put("mul", (m.put("sin", (a,), a), m.put("cos", (b,), b)), a, b)
    right = m.put("mul", (m.put("cos", (a,), a), m.put("sin", (b,), b)), a, b)
    return m.put("sub" if minus else "add", (left, right), left, right)


def _cosine(m: Residues, place: int) -> int:
    """``cos(a ± b)`` is ``cos a cos b ∓ sin a sin b``."""
    x = m.written.nodes[place].inputs[0]
    if m.written.nodes[x].op == "neg":
        (inner,) = m.written.nodes[x].inputs
        return m.put("cos", (inner,), inner)
    parts = _parts(m, x)
    if parts is None:
        return place
    a, b, minus = parts
    left = m.put("mul", (m.put("cos", (a,), a), m.put("cos", (b,), b)), a, b)
    right = m.put("mul", (m.put("sin", (a,), a), m.put("sin", (b,), b)), a, b)
    return m.put("add" if minus else "sub", (left, right), left, right)


ANGLES: Mapping[str, Callable[[Residues, int], int]] = {"sin": _sine, "cos": _cosine}
