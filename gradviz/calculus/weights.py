"""Arrays less their weighted mean, beside the same weights: ``p ⊙ (A − 𝟏 pᵀ A)`` is ``(diag(p) − p pᵀ) A``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gradviz import terms as t


class Weighed(NamedTuple):
    """A matrix ``diag(w) − w wᵀ`` among factors.

    Parameters
    ----------
    place : int
        Where the weights stood.
    axes : tuple of Index
        Of the matrix: that of the weights, and the one that is summed beside it.
    weights : Term
        Over the first of the axes.
    """

    place: int
    axes: tuple[t.Index, t.Index]
    weights: t.Term


def weighed(factors: Sequence[t.Term]) -> tuple[list[t.Term], Weighed] | None:
    """The factors with a matrix for the weights and for what is less its mean by them; None where there is none.

    What is left of the difference is read along the second axis of the matrix, and to be summed over it.

    Examples
    --------
    >>> k, l, j = t.index(3), t.index(3), t.index(4)
    >>> mean = t.contract([l], t.mul(t.Atom("p", (l,)), t.Atom("A", (l, j))))
    >>> less = t.add(t.Atom("A", (k, j)), t.negative(mean))
    >>> rest, found = weighed([t.Atom("p", (k,)), less])
    >>> rest == [t.Atom("A", (found.axes[1], j))], found.axes[0] == k, found.weights == t.Atom("p", (k,))
    (True, True, True)
    """
    for n, f in enumerate(factors):
        if not isinstance(f, t.Add) or len(f.terms) != 2 or len(f.free) != 2:
            continue
        whole, mean = f.terms
        for k in whole.free.difference(mean.free) if whole.free == f.free and not t.has_minus(whole) else ():
            for m, w in enumerate(factors):
                second = t.index(k.size)
                beside = t.rename(t.freshen(whole), {k: second})
                if w.free == {k} and mean == t.negative(t.contract((second,), t.mul(t.rename(w, {k: second}), beside))):
                    rest = [beside if i == n else g for i, g in enumerate(factors) if i != m]
                    return rest, Weighed(m, (k, second), w)
    return None
