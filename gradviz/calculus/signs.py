"""The sign of a term, from its form and from declared facts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from gradviz import terms as t
from gradviz.ops import OPERATIONS

if TYPE_CHECKING:
    from gradviz.calculus.facts import Facts

Why: TypeAlias = "dict[tuple[str, int], None] | None"
"""The facts that it follows from; none may be needed. None where nothing is known."""


def positive(x: t.Term, facts: Facts) -> Why:
    """Whether a term is above 0."""
    if isinstance(x, t.Number):
        return {} if x.value > 0 else None
    if isinstance(x, t.Size):
        return {}
    if isinstance(x, t.Atom):
        return _declared(x, "positive", facts.positive)
    if isinstance(x, t.Apply):
        low = (OPERATIONS[x.function].range or (-1.0, 0.0))[0]
        return {} if low >= 0 or x.function in {"exp", "cosh"} else None
    if isinstance(x, t.Pow):
        return positive(x.base, facts)
    if isinstance(x, t.Mul):
        return _all(x.factors, positive, facts)
    if isinstance(x, t.Contract):
        return positive(x.body, facts)
    if isinstance(x, t.Add):
        first = [y for y in x.terms if positive(y, facts) is not None]
        return _all((*first[:1], *(y for y in x.terms if y not in first[:1])), nonnegative, facts) if first else None
    return None


def nonnegative(x: t.Term, facts: Facts) -> Why:
    """Whether a term is not below 0."""
    above = positive(x, facts)
    if above is not None:
        return above
    if isinstance(x, t.Number):
        return {} if x.value >= 0 else None
    if isinstance(x, t.Delta):
        return {}
    if isinstance(x, t.Atom):
        return _declared(x, "nonnegative", facts.nonnegative)
    if isinstance(x, t.Apply):
        return {} if x.function in {"abs", "relu", "greater", "less", "sqrt"} else None
    if isinstance(x, t.Pow):
        even = isinstance(x.exponent, t.Number) and x.exponent.value.denominator == 1 and x.exponent.value % 2 == 0
        return {} if even else nonnegative(x.base, facts)
    if isinstance(x, t.Mul):
        return _all(x.factors, nonnegative, facts)
    if isinstance(x, t.Contract):
        return nonnegative(x.body, facts)
    return _all(x.terms, nonnegative, facts) if isinstance(x, t.Add) else None


def negative(x: t.Term, facts: Facts) -> Why:
    """Whether a term is below 0."""
    if isinstance(x, t.Atom):
        return _declared(x, "negative", facts.negative)
    count, rest = t.split(x)
    return positive(rest, facts) if count < 0 and rest != t.ONE else None


def _declared(x: t.Atom, kind: str, nodes: frozenset[int]) -> Why:
    if x.node in {"e", "π"} and kind != "negative":
        return {}
    return {(kind, x.node): None} if isinstance(x.node, int) and x.node in nodes else None


def _all(parts: tuple[t.Term, ...], kind: Callable[[t.Term, Facts], Why], facts: Facts) -> Why:
    """What all parts need, where all of them are of one kind."""
    found: dict[tuple[str, int], None] = {}
    for p in parts:
        why = kind(p, facts)
        if why is None:
            return None
        found.update(why)
    return found
