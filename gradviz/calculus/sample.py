"""Values of scalar terms at points that nothing chose: a guard for every form that algebra proposes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping

from gradviz import terms as t
from gradviz.ops import OPERATIONS, scalars


def sample(
    terms: Iterable[t.Term], seed: int, computed: Mapping[t.Atom, t.Term] | None = None
) -> Callable[[t.Term], float]:
    """A function that evaluates terms, with one random number between 0 and 1 for each entry and contraction.

    Parameters
    ----------
    terms : iterable of Term
        What will be evaluated: it fixes the order in which entries get their numbers.
    seed : int
        The same seed gives the same numbers.
    computed : mapping of Atom to Term
        Entries whose value follows from others.

    Examples
    --------
    >>> x = t.Atom("x")
    >>> value = sample([x], 0)
    >>> value(t.mul(x, x)) == value(x) ** 2
    True
    """
    generator = random.Random(seed)  # noqa: S311 - not for secrets
    values: dict[t.Term, float] = {}
    for term in terms:
        for x in t.subterms(term):
            if isinstance(x, t.Atom | t.Contract | t.Size | t.Delta) and x not in values:
                values[x] = generator.uniform(0.1, 0.9)

    def value(term: t.Term) -> float:
        if isinstance(term, t.Number):
            return float(term.value)
        if computed and isinstance(term, t.Atom) and term in computed:
            return value(computed[term])
        if term in values:
            return values[term]
        parts = [value(p) for p in t.children(term)]
        if isinstance(term, t.Add):
            return sum(parts)
        if isinstance(term, t.Mul):
            product = 1.0
            for p in parts:
                product *= p
            return product
        if isinstance(term, t.Pow):
            return float(scalars.power(*parts).real)
        if isinstance(term, t.Apply):
            op = OPERATIONS[term.function]
            assert op.value is not None
            return float(op.value(scalars, *parts).real)
        return values.setdefault(term, generator.uniform(0.1, 0.9))

    return value
