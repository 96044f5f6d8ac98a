"""Sums with Kronecker deltas as books print them: what stands beside a delta apart, and in which order."""

from __future__ import annotations

from gradviz import terms as t
from gradviz.terms.make import rename_product


def ordered(term: t.Term) -> t.Term:
    """A sum as books print it, with what is common drawn out.

    What has a plus comes first; the identity before all others, and a multiple of it after them:
    ``I + diag(u) W``, ``2Xᵀ X + 2λ I``, ``(1/L)(I − (1/L²) x xᵀ)``.
    """
    if not isinstance(term, t.Add):
        return term
    common = _common(list(term.terms)) if any(t.split(x)[0] > 0 for x in term.terms) else t.ONE
    summands = [t.divide(x, common) for x in term.terms] if common != t.ONE else list(term.terms)
    summands.sort(key=lambda x: (t.has_minus(x), _place(x)))
    return t.mul(common, t.Add(tuple(summands))) if common != t.ONE else t.Add(tuple(summands))


def _place(term: t.Term) -> int:
    """Where a summand stands: 0 for the identity, 2 for a multiple of it, 1 for all others."""
    factors = t.factors_of(term)
    if not any(isinstance(f, t.Delta) for f in factors) or any(f.free and not isinstance(f, t.Delta) for f in factors):
        return 1
    return 0 if all(isinstance(f, t.Delta) for f in factors) else 2


def _common(summands: list[t.Term]) -> t.Term:
    """The factors without indices that all summands have; numbers and sizes stay where they are."""
    powers = []
    for x in summands:
        found = {}
        for f in t.factors_of(x):
            base, exponent = t.base_exponent(f)
            if not f.free and not isinstance(base, t.Number | t.Size) and isinstance(exponent, t.Number):
                found[base] = exponent.value
        powers.append(found)
    common = []
    for base in powers[0]:
        values = [p.get(base) for p in powers]
        known = [v for v in values if v is not None]
        if len(known) == len(values) and len({v > 0 for v in known}) == 1:
            common.append(t.power(base, t.number(min(known, key=abs))))
    return t.mul(*common)


def deltas_first(term: t.Term) -> t.Term:
    """Deltas at the head of products, as in ``2δᵢₖ xⱼ xₗ``."""
    if isinstance(term, t.Add):
        return t.Add(tuple(deltas_first(x) for x in term.terms))
    if not isinstance(term, t.Mul):
        return term
    return t.Mul(tuple(sorted(term.factors, key=lambda f: (not isinstance(f, t.Number), not isinstance(f, t.Delta)))))


def apart(term: t.Term, axes: tuple[t.Index, ...]) -> t.Term:
    """Summands with a delta apart from the others, each read at the earlier of the delta's two indices."""
    if isinstance(term, t.Add):
        return t.add(*(apart(x, axes) for x in term.terms))
    factors = t.factors_of(term)
    for n, f in enumerate(factors):
        if isinstance(f, t.Add) and any(isinstance(d, t.Delta) for x in f.terms for d in t.subterms(x)):
            others = [*factors[:n], *factors[n + 1 :]]
            return t.add(*(apart(t.mul(*others, x), axes) for x in f.terms))
    put: dict[t.Index, t.Place] = {}
    deltas = []
    for f in factors:
        if isinstance(f, t.Delta) and f.left in axes and isinstance(f.right, t.Index) and f.right in axes:
            first, second = sorted((f.left, f.right), key=axes.index)
            put[second] = first
            deltas.append(f)
    if not put:
        return term
    return t.mul(*(f if f in deltas else rename_product(f, put) for f in factors))


def read_at_deltas(term: t.Term, axes: tuple[t.Index, ...]) -> t.Term:
    """Products with a delta of a computed place, each read where the delta says: ``δ[j, i − n] y[i − n]`` has ``yⱼ``.

    So nothing is read beside its axis where the delta is not 0.

    Examples
    --------
    >>> i, j = t.index(7), t.index(4)
    >>> place = t.affine([(i, 1)], -3, 1, 4)
    >>> d = t.delta(j, place)
    >>> read_at_deltas(t.mul(d, t.Atom("y", (place,))), (i, j)) == t.mul(d, t.Atom("y", (j,)))
    True
    """
    if isinstance(term, t.Add):
        return t.add(*(read_at_deltas(x, axes) for x in term.terms))
    factors = t.factors_of(term)
    for f in factors:
        if isinstance(f, t.Delta) and isinstance(f.right, t.Affine) and f.left in axes:
            right, left = f.right, f.left
            for i in right.free.intersection(axes):
                place = t.solved(i, right, left)
                if place is not None and t.always_inside(place):
                    return t.mul(f, *(rename_product(g, {i: place}) for g in factors if g is not f))
    return term


def delta_alone(term: t.Term) -> t.Term:
    """A product with a sum in it, its Kronecker delta freed of a size that the product is divided by.

    ``−(1 + uᵢ uⱼ − n δᵢⱼ)/(s n)`` is ``(δᵢⱼ − uᵢ uⱼ/n − 1/n)/s``.

    Examples
    --------
    >>> i, j = t.index("n"), t.index("n")
    >>> n, d = t.size("n"), t.delta(i, j)
    >>> whole = t.divide(t.add(t.mul(n, d), t.MINUS_ONE), n)
    >>> delta_alone(whole) == t.Add((d, t.negative(t.divide(t.ONE, n))))
    True
    """
    if not isinstance(term, t.Mul):
        return term
    for f in term.factors:
        if not isinstance(f, t.Add):
            continue
        for x in f.terms:
            count, rest = t.split(x)
            parts = t.factors_of(rest)
            sizes = [p for p in parts if isinstance(p, t.Size)]
            if len(sizes) != 1 or not all(isinstance(p, t.Size | t.Delta) for p in parts):
                continue
            if t.power(sizes[0], t.MINUS_ONE) not in term.factors:
                continue
            whole = t.mul(t.number(count), sizes[0])
            inner = ordered(t.Add(tuple(t.divide(y, whole) for y in f.terms)))
            around = t.mul(whole, *(g for g in term.factors if g is not f))
            return inner if around == t.ONE else t.mul(around, inner)
    return term
