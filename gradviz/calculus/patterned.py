"""Declared facts, used once for all terms of one pattern."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeAlias

from gradviz.calculus.composed import Patterns
from gradviz.calculus.facts import Facts, use_facts
from gradviz.calculus.form import age
from gradviz.calculus.opened import Openings
from gradviz.calculus.pattern import Moved, Pattern, Reference, moved
from gradviz.calculus.said import Said
from gradviz.calculus.simplify import Simplifier

Role: TypeAlias = tuple[tuple[str, int], ...]
"""What is known of one generator: kinds of facts, of a sum with its axis."""
_NONE: Role = ()
_KINDS = ("binary", "symmetric", "onehot", "signs", "orthogonal", "positive", "nonnegative", "negative")


class FactsByPattern:
    """Uses the facts of a graph.

    Parameters
    ----------
    facts : Facts
    patterns : Patterns
        Of the graph.
    openings : Openings, optional
        What stages say of each other.
    """

    def __init__(self, facts: Facts, patterns: Patterns, openings: Openings | None = None) -> None:
        self.facts = facts
        self.patterns = patterns
        self.openings = openings
        roles: dict[int, list[tuple[str, int]]] = {}
        for kind, node, axis in _told(facts):
            roles.setdefault(node, []).append((kind, axis))
        self.roles: Mapping[int, Role] = {node: tuple(found) for node, found in roles.items()}
        self.open = frozenset((*facts.inverses, *facts.products, *facts.copies))
        """The generators of which more is known than what stands in a term."""

    def __call__(self, said: Said) -> tuple[Said, tuple[tuple[str, int], ...]]:
        """A term with facts used where that makes it shorter, and which were; see `use_facts` and `Openings`."""
        opened, stages = self.openings(said) if self.openings else (said, ())
        found, used = self._declared(opened)
        return found, (*stages, *used)

    def _declared(self, said: Said) -> tuple[Said, tuple[tuple[str, int], ...]]:
        """With facts alone."""
        if not self.roles and not self.open:
            return said, ()
        if isinstance(said, Reference) and self.open.isdisjoint(said.generators):
            roles = tuple([self.roles.get(g, _NONE) for g in said.generators])
            found = _by_pattern(said.pattern, roles) if any(roles) else None
            if found is None:
                return said, ()
            to, used = found
            return said.moved(to), tuple([(kind, said.generators[n]) for kind, n in used])
        term, how = use_facts(said.term(), self.facts, self.patterns.simplify, said.axes)
        return (self.patterns.said(term, said.axes), how) if how else (said, ())


def _told(facts: Facts) -> Iterator[tuple[str, int, int]]:
    for kind in _KINDS:
        for node in sorted(getattr(facts, kind)):
            yield kind, node, 0
    for node, axis in facts.sums.items():
        yield "sums", node, axis
    for node, axis in facts.zeros.items():
        yield "zeros", node, axis


@lru_cache(maxsize=4096)
def _by_pattern(pattern: Pattern, roles: tuple[Role, ...]) -> tuple[Moved, tuple[tuple[str, int], ...]] | None:
    """What facts make of a pattern, and which of them, by the places of its generators; None where none helps."""
    generators, stages = pattern.key.generators, pattern.key.stages
    kinds: dict[str, dict[int, int]] = {}
    for generator, role in zip(generators, roles, strict=True):
        for kind, axis in role:
            kinds.setdefault(kind, {})[generator] = axis
    facts = Facts(
        sums=kinds.pop("sums", {}),
        zeros=kinds.pop("zeros", {}),
        **{kind: frozenset(found) for kind, found in kinds.items()},  # type: ignore[arg-type]
    )
    term, used = use_facts(pattern.term, facts, Simplifier(lambda v: age(v, stages.__getitem__)), pattern.axes)
    if not used:
        return None
    places = {g: n for n, g in enumerate(generators)}
    return moved(term, pattern.axes, generators, stages), tuple([(kind, places[g]) for kind, g in used])
