"""Derivatives of terms in index form, and the pullbacks of operations that follow from them."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache

from gradviz import terms as t
from gradviz.calculus.cost import cost, denominators
from gradviz.calculus.fold import solve_factor
from gradviz.messages import UsageError, say
from gradviz.ops import OPERATIONS, Shape
from gradviz.ops.derivatives import DERIVATIVES
from gradviz.ops.entry import Entry, operand
from gradviz.ops.formula import entry_formula, operand_names, read_pullback, says_entry, scalar_formula
from gradviz.ops.placed import MOVED, PULLBACKS
from gradviz.ops.shapes import core


@cache
def local_derivatives(function: str) -> tuple[t.Term, ...]:
    """The derivative of a function on entries by each operand, in ``u`` (its value) and ``a0``, ``a1``.

    Examples
    --------
    >>> u = t.Atom("u")
    >>> local_derivatives("sigmoid")[0] == t.mul(u, t.add(t.ONE, t.negative(u)))
    True
    """
    names = operand_names(OPERATIONS[function])
    put: dict[t.Term, t.Term] = {t.Atom(n): t.Atom(operand(j)) for j, n in enumerate(names)}
    return tuple(t.replace(scalar_formula(text), put) for text in DERIVATIVES[function])


def differentiate(term: t.Term, node: int | str, places: tuple[t.Index, ...]) -> t.Term:
    """The derivative of a term by the entry of a generator at given places.

    Examples
    --------
    >>> i, p = t.index(3), t.index(3)
    >>> differentiate(t.Atom("x", (i,)), "x", (p,)) == t.delta(i, p)
    True
    """
    if isinstance(term, t.Atom):
        if term.node != node:
            return t.ZERO
        return t.mul(*(t.delta(i, p) for i, p in zip(term.indices, places, strict=True)))
    if isinstance(term, t.Add):
        return t.add(*(differentiate(x, node, places) for x in term.terms))
    if isinstance(term, t.Mul):
        summands = []
        for n, factor in enumerate(term.factors):
            inner = differentiate(factor, node, places)
            if inner != t.ZERO:
                summands.append(t.mul(*term.factors[:n], inner, *term.factors[n + 1 :]))
        return t.add(*summands)
    if isinstance(term, t.Pow):
        return _power(term, node, places)
    if isinstance(term, t.Apply):
        return _applied(term, node, places)
    if isinstance(term, t.Contract):
        fresh = t.freshen(term)
        assert isinstance(fresh, t.Contract)
        return t.contract(fresh.indices, differentiate(fresh.body, node, places))
    return t.ZERO


def _power(term: t.Pow, node: int | str, places: tuple[t.Index, ...]) -> t.Term:
    base = differentiate(term.base, node, places)
    exponent = differentiate(term.exponent, node, places)
    less = t.add(term.exponent, t.MINUS_ONE)
    by_base = t.ZERO if base == t.ZERO else t.mul(term.exponent, t.power(term.base, less), base)
    by_exponent = t.ZERO if exponent == t.ZERO else t.mul(term, t.apply("ln", term.base), exponent)
    return t.add(by_base, by_exponent)


def _applied(term: t.Apply, node: int | str, places: tuple[t.Index, ...]) -> t.Term:
    summands = []
    put: dict[t.Term, t.Term] = {t.Atom("u"): term}
    put.update((t.Atom(operand(j)), a) for j, a in enumerate(term.arguments))
    for argument, outer in zip(term.arguments, local_derivatives(term.function), strict=True):
        inner = differentiate(argument, node, places)
        if t.ZERO not in (inner, outer):
            summands.append(t.mul(t.replace(outer, put), inner))
    return t.add(*summands)


@cache
def local_entry(
    op: str, shapes: tuple[Shape, ...], result: Shape, attr: Hashable, place: int
) -> tuple[tuple[t.Index, ...], tuple[t.Index, ...], t.Term]:
    """The local derivative of an operation by one operand, entry by entry.

    Returns
    -------
    (indices of the result, indices of the operand, derivative)
        In ``u`` (the result) and ``a0``, ``a1``, … (the operands); ``u`` is used where that is shorter.
    """
    entry = entry_formula(op, shapes, result, attr)
    places = tuple(t.index(d) for d in core(shapes[place]))
    if OPERATIONS[op].primitive:
        # The function's own derivative, with u for its value.
        outer = local_derivatives(op)[place]
        body = entry.body
        assert isinstance(body, t.Apply)
        put: dict[t.Term, t.Term] = {t.Atom("u"): t.Atom("u", entry.indices)}
        put.update((t.Atom(operand(j)), a) for j, a in enumerate(body.arguments))
        inner = differentiate(body.arguments[place], operand(place), places)
        return entry.indices, places, t.mul(t.replace(outer, put), inner)
    raw = differentiate(entry.body, operand(place), places)
    return entry.indices, places, _in_output(entry, raw)


def _in_output(entry: Entry, derivative: t.Term) -> t.Term:
    """The derivative with the result's own value in it, where that is shorter and divides by no more."""
    u = t.Atom("u", entry.indices)
    folded = [t.replace(derivative, put) for put in _solved(entry.body, u)]
    solved = solve_factor(entry.body, u, derivative)
    if denominators(solved) <= denominators(derivative):
        folded.append(solved)  # not v a/b by v as u/v, which is no number where v is 0
    best = derivative
    for candidate in folded:
        # By an operand only where the derivative divides by it: a mask m in m/(1 − p) is no u/v, which 0 has not.
        fewer = len(denominators(candidate)) <= len(denominators(derivative))
        if cost(candidate) < cost(best) and fewer and denominators(candidate) <= denominators(derivative) | {u}:
            best = candidate
    return best


def _solved(body: t.Term, u: t.Atom) -> list[dict[t.Term, t.Term]]:
    """What to put for a part of the formula when the result is known: ``√s = u`` gives ``s = u²``."""
    if isinstance(body, t.Pow) and isinstance(body.exponent, t.Number):
        q = body.exponent.value
        return [{t.power(body.base, t.number(k * q)): t.power(u, t.number(k)) for k in (1, -1)}]
    if isinstance(body, t.Apply) and body.function == "ln":
        return [{body.arguments[0]: t.apply("exp", u)}]
    return []


@cache
def pullback(op: str, shapes: tuple[Shape, ...], result: Shape, attr: Hashable, place: int) -> Entry:
    """What an operation adds to the adjoint of one operand: one entry, in ``g``, ``u`` and the operands.

    ``g`` is the adjoint of the result: ``Σ_s g[s] ∂Z[s]/∂A[p]``, with all that the deltas allow summed away.

    Examples
    --------
    >>> entry = pullback("matmul", ((3, 4), (4,)), (3,), None, 0)
    >>> i, k = entry.indices
    >>> entry.body == t.mul(t.Atom("g", (i,)), t.Atom("a1", (k,)))
    True
    """
    special = PULLBACKS.get(op)
    if special:
        return special(shapes, result, attr)
    if OPERATIONS[op].pullbacks(shapes):
        return read_pullback(op, shapes, result, place)
    if not says_entry(op):
        raise UsageError(say("no-derivative", name=op))
    if op in MOVED:
        # The adjoint is in the sum from the start: its own indices are the first to go.
        entry = entry_formula(op, shapes, result, attr)
        adjoint = t.Atom("g", entry.indices)
        summands = entry.body.terms if isinstance(entry.body, t.Add) else (entry.body,)
        places = tuple(t.index(d) for d in core(shapes[place]))
        totals = (t.contract(entry.indices, t.mul(adjoint, x)) for x in summands)
        return Entry(places, t.add(*(differentiate(x, operand(place), places) for x in totals)))
    out, places, derivative = local_entry(op, shapes, result, attr, place)
    body = t.contract(out, t.mul(t.Atom("g", out), derivative)) if out else t.mul(t.Atom("g"), derivative)
    return Entry(places, body)
