"""Exponentials over their sum, which are a softmax though nobody wrote it so."""

from __future__ import annotations

from gradviz import terms as t
from gradviz.calculus.pieces import axes_of

Softmax = tuple[int, tuple[t.Index, ...], t.Term]
"""Where it stood among the factors, its axes, and what it is of: a vector, or a matrix whose rows add up to 1."""


def softmaxes(factors: list[t.Term]) -> tuple[list[t.Term], list[Softmax]]:
    """The quotients ``e^v`` over its sum in a product, and the factors without them.

    Examples
    --------
    >>> i, k = t.index(3), t.index(3)
    >>> above = t.apply("exp", t.Atom("z", (i,)))
    >>> below = t.power(t.contract([k], t.apply("exp", t.Atom("z", (k,)))), t.MINUS_ONE)
    >>> rest, found = softmaxes([above, below])
    >>> rest == [t.ONE, t.ONE], found == [(0, (i,), t.Atom("z", (i,)))]
    (True, True)
    """
    rest = list(factors)
    found: list[Softmax] = []
    for below, g in enumerate(rest):
        total, exponent = t.base_exponent(g)
        if not isinstance(total, t.Contract) or not isinstance(exponent, t.Number):
            continue
        times = exponent.value
        for place, f in enumerate(rest):
            if times <= -1 and _is_summed(f, total):
                times += 1
                rest[place], rest[below] = t.ONE, t.power(total, t.number(times))
                (v,) = t.children(f)
                found.append((place, axes_of(f), v))
    return rest, found


def shared_out(factors: list[t.Term]) -> list[t.Term]:
    """A sum that stands below a group, inside of the group: ``diag(p) − p pᵀ`` with ``p = softmax(v)``."""
    for below, g in enumerate(factors):
        total, exponent = t.base_exponent(g)
        if not isinstance(total, t.Contract) or exponent != t.MINUS_ONE:
            continue
        for place, group in enumerate(factors):
            if isinstance(group, t.Add) and all(
                any(_is_summed(f, total) for f in t.factors_of(x)) for x in group.terms
            ):
                shared = t.add(*(t.mul(x, g) for x in group.terms))
                return [shared if n == place else f for n, f in enumerate(factors) if n != below]
    return factors


def _is_summed(f: t.Term, total: t.Contract) -> bool:
    """Whether a sum adds up a factor ``e^v`` along its last axis."""
    if not isinstance(f, t.Apply) or f.function != "exp" or len(total.indices) != 1:
        return False
    if not all(isinstance(i, t.Index) for i in t.places(f)):
        return False
    axes = axes_of(f)
    if not 0 < len(axes) < 3 or total.free != f.free - {axes[-1]}:
        return False
    k = t.index(axes[-1].size)
    return t.contract([k], t.rename(f, {axes[-1]: k})) == total
