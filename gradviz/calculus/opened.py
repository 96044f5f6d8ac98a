"""What stages say of each other: ``o = p/(1 − p)`` beside p, ``q = 1 − p`` beside p, put in where that cancels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache

from gradviz import terms as t
from gradviz.calculus.composed import Patterns
from gradviz.calculus.cost import cost
from gradviz.calculus.form import WorkedOut
from gradviz.calculus.links import Links
from gradviz.calculus.pattern import Reference
from gradviz.calculus.said import Long, Said

Used = tuple[tuple[str, int], ...]
_LONG = 12.0
"""A definition that costs more is not put in."""


class Openings:
    """Puts what a stage is made of in its place, where the same stands beside it and the whole is shorter so.

    Parameters
    ----------
    links : Links
        Of a graph.
    stages : sequence of int
        Those that may be opened.
    patterns : Patterns
        Of the graph.
    shorter : callable
        The shortest form of a term, in the names of stages.
    """

    def __init__(
        self, links: Links, stages: Sequence[int], patterns: Patterns, shorter: Callable[[Said], Said]
    ) -> None:
        self.links = links
        self.stages = stages
        self.patterns = patterns
        self.shorter = shorter

    @cached_property
    def parts(self) -> Mapping[int, frozenset[int]]:
        """The stages that may be opened, each with the generators that it is made of."""
        found = {}
        for stage in self.stages:
            ranks = _made_of(self.links.form(stage))
            if ranks:
                standing = self.links.standing(stage)
                found[stage] = frozenset([standing[n] for n in ranks])
        return found

    def __call__(self, said: Said) -> tuple[Said, Used]:
        """A term with stages opened where that is shorter, and which were: (``"opened"``, stage)."""
        if not self.parts or isinstance(said, Long):
            return said, ()
        atoms = said.generators if isinstance(said, Reference) else tuple(a.node for a in t.atoms(said.term()))
        here = frozenset(a for a in atoms if isinstance(a, int))
        for stage in sorted(here.intersection(self.parts), reverse=True):
            if self.parts[stage].isdisjoint(here):
                continue
            opened = self._opened(said.term(), stage)
            if opened is None:
                continue
            short = self.shorter(self.patterns.said(opened, said.axes))
            if short.cost() < said.cost() and short.cost() < self.shorter(said).cost():
                found, more = self(short)
                return found, tuple(dict.fromkeys((("opened", stage), *more)))
        return said, ()

    def _opened(self, term: t.Term, stage: int) -> t.Term | None:
        """The term with what a stage is made of in its place; None where it may be read beside its axis."""
        put: dict[t.Term, t.Term] = {}
        for a in t.atoms(term):
            if a.node == stage:
                made = self.links.definition(stage, a.indices) if all(map(t.always_inside, a.indices)) else None
                if made is None:
                    return None
                put[a] = made
        return t.replace(term, put)


@lru_cache(maxsize=4096)
def _made_of(form: WorkedOut) -> frozenset[int]:
    """The operands, by rank, of a stage that is a short rational expression in them, entry by entry; else none."""
    if form.definition is None:
        return frozenset()
    _, term = form.definition
    parts = list(t.subterms(term))
    plain = all(isinstance(x, _RATIONAL) for x in parts)
    # A product is a name to keep: h₂ + w h₁ + w² h₀, though h₁ = w h₀.
    if not plain or not any(isinstance(x, t.Add | t.Pow) for x in parts) or cost(term) > _LONG:
        return frozenset()
    return frozenset([a.node for a in t.atoms(term) if isinstance(a.node, int)])


_RATIONAL = (t.Atom, t.Number, t.Size, t.Add, t.Mul, t.Pow)
