"""What the entries of a stage add up to, by what it is made of: 0 for ``x − mean(x)``, 1 for ``e/sum(e)``.

And quotients by such a sum that a stage is a name for: ``eᵢ/(𝟏ᵀ e)`` is ``pᵢ`` where ``p = e/sum(e)``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from gradviz import terms as t
from gradviz.calculus.cost import cost
from gradviz.calculus.fold import matches
from gradviz.calculus.form import WorkedOut
from gradviz.calculus.links import Links
from gradviz.calculus.pattern import Reference
from gradviz.calculus.said import Said

_LONG = 20.0


class Share(NamedTuple):
    """A stage that is an entry divided by the sum of such entries."""

    above: t.Atom
    below: t.Contract
    value: t.Atom


class Totals:
    """What is known of sums over the stages of a graph.

    Parameters
    ----------
    links : Links
        Of the graph.
    stages : sequence of int
        The named ones.
    """

    def __init__(self, links: Links, stages: Sequence[int]) -> None:
        self.links = links
        self.stages = stages

    @cached_property
    def _definitions(self) -> Mapping[int, tuple[tuple[t.Index, ...], t.Term]]:
        """The stages that may add up to a number, with sums that have a name spelled out."""
        found = {}
        for stage in self.stages:
            if _may_add_up(self.links.form(stage)):
                indices = self.links.reader.indices(stage)
                definition = self.links.definition(stage, indices)
                if definition is not None:
                    found[stage] = indices, self._spelled(definition)
        return found

    def _spelled(self, term: t.Term) -> t.Term:
        put: dict[t.Term, t.Term] = {}
        for a in t.atoms(term):
            if isinstance(a.node, int) and a.node in self.stages and all(isinstance(i, t.Index) for i in a.indices):
                made = self.links.definition(a.node, a.indices)
                if made is not None and any(isinstance(f, t.Contract) for f in t.factors_of(made)):
                    put[a] = made
        return t.replace(term, put) if put else term

    @cached_property
    def sums(self) -> Mapping[t.Term, Mapping[int, int]]:
        """For 0 and 1, the stages whose entries add up to that, and along which axis."""
        found: dict[t.Term, dict[int, int]] = {t.ZERO: {}, t.ONE: {}}
        for stage, (indices, definition) in self._definitions.items():
            for axis, i in enumerate(indices):
                total = t.add(*(t.contract((i,), t.freshen(x)) for x in _summands(definition)))
                if total not in found and _has_zero(definition, i, found[t.ZERO]):
                    total = t.ZERO
                if total in found:
                    found[total].setdefault(stage, axis)
        return found

    @cached_property
    def shares(self) -> tuple[Share, ...]:
        """The stages that are names for shares of a sum."""
        found = []
        for stage in self.sums[t.ONE]:
            indices, definition = self._definitions[stage]
            factors = t.factors_of(definition)
            above = [f for f in factors if isinstance(f, t.Atom)]
            below = [f.base for f in factors if isinstance(f, t.Pow) and f.exponent == t.MINUS_ONE]
            if len(factors) == 2 and len(above) == 1 and len(below) == 1 and isinstance(below[0], t.Contract):
                found.append(Share(above[0], below[0], t.Atom(stage, indices)))
        return tuple(found)

    def is_idle_on(self, said: Said) -> bool:
        """Whether no share can stand in a term, as far as its generators tell."""
        if not self.shares:
            return True
        return isinstance(said, Reference) and not any(s.above.node in said.generators for s in self.shares)

    def __call__(self, term: t.Term) -> t.Term:
        """The term with the names of stages for shares of sums."""
        return self._named(term) if self.shares else term

    def _named(self, term: t.Term) -> t.Term:
        parts = t.children(term)
        if parts:
            new = [self._named(p) for p in parts]
            if any(a is not b for a, b in zip(parts, new, strict=True)):
                term = t.rebuild(term, new)
        return self._shared(term) if isinstance(term, t.Mul) else term

    def _shared(self, term: t.Mul) -> t.Term:
        """With one share after the other by its name; what is divided may stand in a sum beside its divisor."""
        for n, f in enumerate(term.factors):
            inner = t.freshen(f)
            parts = t.factors_of(inner.body if isinstance(inner, t.Contract) else inner)
            for share in self.shares:
                for k, part in enumerate(parts):
                    names = matches(share.above, part) if isinstance(part, t.Atom) else None
                    below = None if names is None else t.rename(share.below, names)
                    m = _divisor(term, below) if below is not None and below.free.isdisjoint(_bound(inner)) else None
                    if m is None or below is None or names is None or m == n:
                        continue
                    body = t.mul(*parts[:k], t.rename(share.value, names), *parts[k + 1 :])
                    base, exponent = t.base_exponent(term.factors[m])
                    named = t.contract(_bound(inner), body)
                    rest = [x for j, x in enumerate(term.factors) if j not in (n, m)]
                    whole = t.mul(*rest, named, t.power(base, t.add(exponent, t.ONE)))
                    return self._shared(whole) if isinstance(whole, t.Mul) else whole
        return term


def _bound(term: t.Term) -> tuple[t.Index, ...]:
    return term.indices if isinstance(term, t.Contract) else ()


def _divisor(term: t.Mul, below: t.Term) -> int | None:
    """Where a product divides by a term."""
    for m, g in enumerate(term.factors):
        base, exponent = t.base_exponent(g)
        if isinstance(exponent, t.Number) and exponent.value <= -1 and base == below:
            return m
    return None


@lru_cache(maxsize=4096)
def _may_add_up(form: WorkedOut) -> bool:
    """Whether a stage is a short difference, or a product or quotient with an array in it."""
    if form.definition is None or not form.definition[0]:
        return False
    axes, term = form.definition
    if term.free != frozenset(axes) or cost(term) > _LONG:
        return False
    if isinstance(term, t.Add):
        return any(map(t.has_minus, term.terms))
    return isinstance(term, t.Mul) and any(isinstance(f, t.Atom) and f.free == term.free for f in term.factors)


def _has_zero(term: t.Term, i: t.Index, zeros: Mapping[int, int]) -> bool:
    """Whether a factor, which adds up to 0 along an index, is all in a product that depends on that."""
    factors = t.factors_of(term)
    return any(
        isinstance(f, t.Atom)
        and isinstance(f.node, int)
        and f.node in zeros
        and f.indices[zeros[f.node]] == i
        and all(i not in g.free for g in factors if g is not f)
        for f in factors
    )


def _summands(term: t.Term) -> tuple[t.Term, ...]:
    return term.terms if isinstance(term, t.Add) else (term,)
