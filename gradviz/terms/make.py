"""Making terms: what keeps sums flat, collects equal parts, and removes deltas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from operator import is_
from typing import Any

from gradviz.terms.eliminate import THROUGH_ZERO, affine_deltas, comes_back, elimination
from gradviz.terms.place import OUTSIDE, Index, Place, always_inside, index, place_free
from gradviz.terms.place import put as put_place
from gradviz.terms.size import Dim, Extent
from gradviz.terms.term import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    Apply,
    Atom,
    Contract,
    Delta,
    Mul,
    Number,
    Pow,
    Size,
    Term,
    children,
    delta,
    rename,
)


def number(value: Fraction | int) -> Term:
    """An exact number as a term."""
    return Number(value)


def size(dim: Dim) -> Term:
    """A size as a number."""
    if isinstance(dim, int):
        return Number(dim)
    if isinstance(dim, Extent) and dim.quotient is None:
        return add(*(mul(Number(count), *map(Size, names)) for names, count in dim.parts))
    return Size(dim)


def split(term: Term) -> tuple[Fraction, Term]:
    """A term as its numeric coefficient and the rest."""
    if isinstance(term, Number):
        return term.value, ONE
    if isinstance(term, Mul) and isinstance(term.factors[0], Number):
        rest = term.factors[1:]
        return term.factors[0].value, rest[0] if len(rest) == 1 else Mul(rest)
    return _ONCE, term


_ONCE = Fraction(1)


def has_minus(term: Term) -> bool:
    """Whether the numeric coefficient of a term is below zero."""
    return split(term)[0] < 0


def factors_of(term: Term) -> tuple[Term, ...]:
    """The factors of a product; of anything else, the term itself.

    Examples
    --------
    >>> from gradviz.terms import Atom
    >>> x, y = Atom("x"), Atom("y")
    >>> factors_of(mul(x, y)) == (x, y), factors_of(x) == (x,)
    (True, True)
    """
    return term.factors if isinstance(term, Mul) else (term,)


def base_exponent(term: Term) -> tuple[Term, Term]:
    """A factor as a base and an exponent (1 where it is no power)."""
    return (term.base, term.exponent) if isinstance(term, Pow) else (term, ONE)


def add(*terms: Term) -> Term:
    """The sum: flat, with equal summands collected.

    Examples
    --------
    >>> from gradviz.terms import Atom
    >>> x = Atom("x")
    >>> add(x, x) == mul(number(2), x)
    True
    """
    flat: list[Term] = []
    for t in terms:
        flat.extend(t.terms if isinstance(t, Add) else (t,))
    counts: dict[Term, Fraction] = {}
    for t in flat:
        count, rest = split(t)
        counts[rest] = counts[rest] + count if rest in counts else count
    summands = tuple(_times(count, rest) for rest, count in counts.items() if count)
    if not summands:
        return ZERO
    return summands[0] if len(summands) == 1 else Add(summands)


def _times(count: Fraction, rest: Term) -> Term:
    if count is _ONCE or count == 1:
        return rest
    if rest == ONE:
        return Number(count)
    if isinstance(rest, Mul):
        return Mul((Number(count), *rest.factors))
    return Mul((Number(count), rest))


def mul(*terms: Term) -> Term:
    """The product: flat, coefficient first, with equal bases collected.

    Examples
    --------
    >>> from gradviz.terms import Atom
    >>> x = Atom("x")
    >>> mul(x, power(x, number(-1))) == ONE
    True
    """
    coefficient = _ONCE
    exponents: dict[Term, list[Term]] = {}
    stack = list(reversed(terms))
    while stack:
        t = stack.pop()
        if isinstance(t, Number):
            coefficient *= t.value
        elif isinstance(t, Mul):
            stack.extend(reversed(t.factors))
        else:
            base, exponent = base_exponent(t)
            exponents.setdefault(base, []).append(exponent)
    if not coefficient:
        return ZERO
    factors: list[Term] = []
    for base, parts in exponents.items():
        factor = power(base, parts[0] if len(parts) == 1 else add(*parts))
        count, factor = split(factor)
        if count is not _ONCE:
            coefficient *= count
        if factor != ONE:
            factors.append(factor)
    if not factors:
        return Number(coefficient)
    if coefficient is not _ONCE and coefficient != 1:
        factors.insert(0, Number(coefficient))
    return factors[0] if len(factors) == 1 else Mul(tuple(factors))


def power(base: Term, exponent: Term) -> Term:
    """A power; whole exponents go into products and powers."""
    if exponent is ONE:
        return base
    if not isinstance(exponent, Number):
        return ONE if base == ONE else Pow(base, exponent)
    e = exponent.value
    if e == 0:
        return ONE
    if e == 1:
        return base
    if e.denominator == 1:
        if isinstance(base, Number) and abs(e) <= 64 and (base.value or e > 0):
            return Number(base.value ** int(e))
        if isinstance(base, Delta) and e > 0:
            return base
        if isinstance(base, Mul):
            return mul(*(power(f, exponent) for f in base.factors))
        if isinstance(base, Pow) and isinstance(base.exponent, Number):
            return power(base.base, Number(base.exponent.value * e))
    if base == ONE:
        return ONE
    return Pow(base, exponent)


def negative(term: Term) -> Term:
    """The term with the other sign; a sum changes the sign of each summand."""
    if isinstance(term, Add):
        return Add(tuple(negative(t) for t in term.terms))
    return mul(MINUS_ONE, term)


def divide(numerator: Term, denominator: Term) -> Term:
    """A quotient."""
    return mul(numerator, power(denominator, MINUS_ONE))


def apply(function: str, *arguments: Term) -> Term:
    """A function of the catalogue applied to scalars; ``e^0`` is 1, ``tanh(0)`` is 0, ``e^(2 ln v)`` is ``v²``."""
    if function == "exp":
        count, inner = split(arguments[0])
        if isinstance(inner, Apply) and inner.function == "ln":
            return power(inner.arguments[0], Number(count))
    if arguments[0] == ZERO and (function == "exp" or function in THROUGH_ZERO):
        return ONE if function == "exp" else ZERO
    return Apply(function, arguments)


def contract(indices: Iterable[Index], body: Term) -> Term:
    """The sum of a body over indices, with deltas removed and constant factors drawn out.

    Examples
    --------
    >>> from gradviz.terms import Atom, delta
    >>> i, j = index(3), index(3)
    >>> contract([i], mul(delta(i, j), Atom("x", (i,)))) == Atom("x", (j,))
    True
    """
    bound = tuple(dict.fromkeys(indices))
    if not bound or body == ZERO:
        return body
    if isinstance(body, Contract):
        inner = freshen(body)
        assert isinstance(inner, Contract)
        return contract((*bound, *inner.indices), inner.body)
    factors = list(body.factors) if isinstance(body, Mul) else [body]
    bound_set = set(bound)
    for f in factors:
        if isinstance(f, Delta) and not f.free.isdisjoint(bound_set):
            if not isinstance(f.right, Index | int):
                names = elimination(f, bound, factors)
                if names is not None:
                    rest = mul(*(rename_product(g, names) for g in factors if g is not f))
                    return contract([i for i in bound if i not in names], rest)
                continue
            gone, kept = (f.left, f.right) if f.left in bound_set else (f.right, f.left)
            assert isinstance(gone, Index)
            pair = [g for g in factors if comes_back(g, gone, kept)]
            rest = mul(*(rename_product(g, {gone: kept}) for g in factors if g is not f and g not in pair))
            if not pair:
                return contract([i for i in bound if i != gone], rest)
            if any(gone in g.free for g in factors if g is not f and g not in pair):
                return contract(bound, mul(f, *pair, rest))
    for n, f in enumerate(factors):
        if isinstance(f, Add) and _spreads(f, bound, bound_set, factors):
            others = factors[:n] + factors[n + 1 :]
            return add(*(freshen(contract(bound, mul(*others, t))) for t in f.terms))
    outside = [f for f in factors if f.free.isdisjoint(bound_set)]
    inside = [f for f in factors if not f.free.isdisjoint(bound_set)]
    used = set().union(*(f.free for f in inside)) if inside else set()
    times = [size(i.size) for i in bound if i not in used]
    kept_bound = tuple(i for i in bound if i in used)
    if not kept_bound:
        return mul(*times, *outside)
    # A factor that is itself a sum, and no power of one, is the same sum drawn wider.
    flat: list[Term] = []
    for f in inside:
        if isinstance(f, Contract):
            fresh = freshen(f)
            assert isinstance(fresh, Contract)
            kept_bound += fresh.indices
            flat.append(fresh.body)
        else:
            flat.append(f)
    inner = mul(*flat)
    if any(a is not b for a, b in zip(flat, inside, strict=True)) and affine_deltas(factors_of(inner)):
        again = contract(kept_bound, inner)
    elif len(flat) > 1 or flat[0] is not inside[0]:
        again = contract_plain(kept_bound, inner)
    else:
        again = Contract(kept_bound, inner)
    return mul(*times, *outside, again)


def _spreads(term: Add, bound: tuple[Index, ...], bound_set: set[Index], factors: list[Term]) -> bool:
    """Whether a delta in one of the summands takes an index away, so that each is summed by itself."""
    for x in term.terms:
        inside = factors_of(x)
        for d in inside:
            if not isinstance(d, Delta) or d.free.isdisjoint(bound_set):
                continue
            if isinstance(d.right, Index | int):
                return True
            if elimination(d, bound, [*(f for f in factors if f is not term), *inside]) is not None:
                return True
    return False


def contract_plain(indices: tuple[Index, ...], body: Term) -> Term:
    """A contraction without looking for anything to remove."""
    return body if body == ZERO or isinstance(body, Number) else Contract(indices, body)


def rename_product(term: Term, names: Mapping[Index, Place]) -> Term:
    """`rename`, then collect again at every depth, since renamed parts may have become equal.

    Examples
    --------
    >>> from gradviz.terms import Atom
    >>> i, j = index(3), index(3)
    >>> x = [Atom("x", (k,)) for k in (i, j)]
    >>> inner = add(ONE, mul(x[0], x[1]))
    >>> rename_product(inner, {j: i}) == add(ONE, power(x[0], number(2)))
    True
    """
    if not names or term.free.isdisjoint(names):
        return term
    if isinstance(term, Contract):
        free = {i: j for i, j in names.items() if i not in term.indices}
        new = frozenset[Index]().union(*map(place_free, free.values()))
        clash: dict[Index, Place] = {i: index(i.size, row=i.row) for i in term.indices if i in new}
        bound = [j for j in (clash.get(i, i) for i in term.indices) if isinstance(j, Index)]
        return contract(bound, rename_product(term.body, {**free, **clash}))
    parts = children(term)
    return rebuild(term, [rename_product(t, names) for t in parts]) if parts else rename(term, names)


def rebuild(term: Term, parts: Iterable[Term]) -> Term:
    """The same kind of term around other parts (as many as `children` gives)."""
    if isinstance(term, Add):
        return add(*parts)
    if isinstance(term, Mul):
        return mul(*parts)
    if isinstance(term, Pow):
        return power(*parts)
    if isinstance(term, Apply):
        return apply(term.function, *parts)
    if isinstance(term, Contract):
        (body,) = parts
        return contract(term.indices, body)
    return term


def at(term: Term, indices: tuple[Index, ...], places: tuple[Place, ...]) -> Term:
    """An entry of what a term says for free indices: 0 where a place is not on its axis.

    Examples
    --------
    >>> from gradviz.terms import Atom, affine
    >>> i, j = index(3), index(5)
    >>> at(Atom("x", (i,)), (i,), (affine([(j, 1)], -1, 1, 3),)) == Atom("x", (affine([(j, 1)], -1, 1, 3),))
    True
    """
    names = dict(zip(indices, places, strict=True))
    if all(isinstance(p, Index | int) or always_inside(p) for p in places):
        if all(isinstance(p, Index) for p in places):
            return rename(term, names)
        return ZERO if OUTSIDE in places else rename_product(term, names)
    # What has an index of its own is moved by deltas, which go where the term is 0 beside its axis anyway.
    plain = {i: p for i, p in names.items() if isinstance(p, Index | int) or always_inside(p)}
    fresh = {i: index(i.size, row=i.row) for i in indices if i not in plain}
    body = rename_product(term, {**plain, **fresh})
    return contract(fresh.values(), mul(body, *(delta(new, names[i]) for i, new in fresh.items())))


def freshen(term: Term) -> Term:
    """The same term with new bound indices, so that it may stand beside itself."""
    if isinstance(term, Contract):
        names: dict[Index, Place] = {i: index(i.size) for i in term.indices}
        bound = tuple(i for i in names.values() if isinstance(i, Index))
        return Contract(bound, rename(freshen(term.body), names))
    old = children(term)
    parts = tuple([freshen(t) for t in old])
    if all(map(is_, old, parts)):
        return term
    if isinstance(term, Add):
        return Add(parts)
    if isinstance(term, Mul):
        return Mul(parts)
    return rebuild(term, parts)


def transplant(term: Term, nodes: Mapping[int | str, int | str], names: Mapping[Index, Place]) -> Term:
    """The term over other generators and other free indices, its bound indices new.

    Nodes and indices that differ must stay different, so that nothing has to be collected anew.
    """
    if isinstance(term, Atom):
        places = tuple(
            [
                names.get(i, i) if isinstance(i, Index) else i if isinstance(i, int) else put_place(i, names)
                for i in term.indices
            ]
        )
        return Atom(nodes.get(term.node, term.node), places)
    if isinstance(term, Mul):
        return Mul(tuple([transplant(f, nodes, names) for f in term.factors]))
    if isinstance(term, Number):
        return term
    if isinstance(term, Add):
        return Add(tuple([transplant(x, nodes, names) for x in term.terms]))
    if isinstance(term, Pow):
        return Pow(transplant(term.base, nodes, names), transplant(term.exponent, nodes, names))
    if isinstance(term, Apply):
        return Apply(term.function, tuple([transplant(a, nodes, names) for a in term.arguments]))
    if isinstance(term, Contract):
        bound = tuple([index(i.size) for i in term.indices])
        inner = {**names, **dict(zip(term.indices, bound, strict=True))}
        return Contract(bound, transplant(term.body, nodes, inner))
    return rename(term, names)  # a delta, or a size


def replace(term: Term, put: Mapping[Any, Term]) -> Term:
    """Put terms in the place of equal ones, wherever they stand."""
    return _replaced(term, put, all(isinstance(t, Atom) for t in put))


def _replaced(term: Term, put: Mapping[Any, Term], only_atoms: bool) -> Term:
    if not only_atoms or isinstance(term, Atom):
        found = put.get(term)
        if found is not None:
            return freshen(found)
    parts = children(term)
    if not parts:
        return term
    new = [_replaced(t, put, only_atoms) for t in parts]
    return term if all(map(is_, parts, new)) else rebuild(term, new)
