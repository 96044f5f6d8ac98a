"""Numbers at fixed places of a short vector or a small matrix, written as a list of its entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import prod

from gradviz import terms as t
from gradviz.notation import tree

ZERO = tree.Number(Fraction(0), "0")
_MOST = (8, 12)
"""Entries of a vector, and of a matrix, that are listed."""


def listed(term: t.Term, free: tuple[t.Index, ...], entry_of: Callable[[t.Term], tree.Expr]) -> tree.Expr | None:
    """The list of the entries; None where not all are at fixed places, or there are too many.

    Parameters
    ----------
    term : Term
    free : tuple of Index
        The axes.
    entry_of : callable
        Writes one entry.

    Examples
    --------
    >>> from gradviz.notation import write
    >>> i, j = t.index(2), t.index(3)
    >>> term = t.mul(t.Atom("c"), t.delta(i, 0), t.delta(j, 2))
    >>> write(listed(term, (i, j), lambda x: tree.Name("c")), "ascii", {})
    '[[0, 0, c], [0, 0, 0]]'
    """
    sizes = [i.size for i in free if isinstance(i.size, int) and not i.row]
    if len(sizes) != len(free) or len(free) not in (1, 2) or prod(sizes) > _MOST[len(free) - 1]:
        return None
    entries: dict[tuple[int, ...], list[t.Term]] = {}
    for x in _summands(term):
        factors = t.factors_of(x)
        units = {f.left: f for f in factors if isinstance(f, t.Delta) and isinstance(f.right, int)}
        if units.keys() != set(free) or x.free - set(free):
            return None
        place = tuple([u.right for u in map(units.__getitem__, free) if isinstance(u.right, int)])
        rest = [f for f in factors if f not in units.values()]
        if any(not f.free.isdisjoint(free) for f in rest):
            return None
        entries.setdefault(place, []).append(t.mul(*rest))
    written = {place: entry_of(t.add(*found)) for place, found in entries.items()}
    if len(free) == 1:
        return tree.Array(tuple(written.get((n,), ZERO) for n in range(sizes[0])))
    rows = ([written.get((n, m), ZERO) for m in range(sizes[1])] for n in range(sizes[0]))
    return tree.Array(tuple(tree.Array(tuple(row)) for row in rows))


def _summands(term: t.Term) -> Iterator[t.Term]:
    """The summands, with a sum of deltas that stands as a factor multiplied out."""
    for x in term.terms if isinstance(term, t.Add) else (term,):
        factors = t.factors_of(x)
        sums = [f for f in factors if isinstance(f, t.Add) and any(isinstance(d, t.Delta) for d in t.subterms(f))]
        if len(sums) != 1:
            yield x
            continue
        others = [f for f in factors if f is not sums[0]]
        yield from (t.mul(*others, y) for y in sums[0].terms)
