"""Patterns made of patterns: an adjoint is a sum of pullbacks, and forms of other adjoints are put into it.

What a sum of pullbacks looks like depends only on their forms and on which of their operands are the same. So it is
looked up by these, and no term is made or read for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from gradviz import terms as t
from gradviz.calculus.form import LocalLink, What, age
from gradviz.calculus.long_sums import MANY
from gradviz.calculus.pattern import Moved, Reference, by_age, moved, put_forms, read
from gradviz.calculus.said import Long, Plain, Said
from gradviz.calculus.simplify import Simplifier
from gradviz.calculus.units import ADJOINT

UNIT = "1"
"""What stands for the adjoint of the output, which is 1."""
KEPT = ADJOINT
"""The same where the output is an array: it keeps its placeholder."""


class Source(Protocol):
    """A term with its axes; ``atoms`` are what generators stand for."""

    @property
    def term(self) -> t.Term:
        """The term."""

    @property
    def axes(self) -> tuple[t.Index, ...]:
        """Its free indices."""

    @property
    def atoms(self) -> tuple[int | str, ...]:
        """The nodes of its atoms."""


Part = tuple[Source, tuple[int | str, ...]]
"""A source, and what stands for its atoms."""


class _Key(NamedTuple):
    """Sources, each with the numbers of what stands in it; and the forms that are put in the place of adjoints."""

    parts: tuple[Part, ...]
    forms: tuple[tuple[int, Part], ...]
    generators: tuple[int, ...]
    stages: tuple[bool, ...]


class Patterns:
    """Shortens and writes the terms of a graph.

    Parameters
    ----------
    is_stage : callable
        Whether a node of the graph is made of others.
    """

    def __init__(self, is_stage: Callable[[int], bool]) -> None:
        self.is_stage = is_stage
        self.simplifier = Simplifier(lambda v: age(v, is_stage))

    def simplify(self, term: t.Term) -> t.Term:
        """A term that costs no more to read, and is equal; see `Simplifier`."""
        if isinstance(term, t.Atom | t.Number):
            return term
        if _is_long(term):
            return self.said(term, ()).simplified().term()
        found = read(term, (), self.is_stage)
        return found.shortest() if found else self.simplifier(term)

    def said(self, term: t.Term, axes: tuple[t.Index, ...]) -> Said:
        """A term, by its pattern where it has one."""
        if _is_long(term):
            return Long(self.said, tuple([self.said(x, axes) for x in t.children(term)]), axes)
        return read(term, axes, self.is_stage) or Plain(self.simplifier, term, axes)

    def local(self, link: LocalLink, what: What, generators: tuple[int, ...], axes: Mapping[t.Index, t.Index]) -> Said:
        """A term of a link without its adjoint, over the nodes that stand for its atoms here, at axes told here."""
        used = tuple([generators[n] for n in link.speaks_of(what)])
        ranked, nodes = by_age(used)
        found = _local(link, what, tuple(axes), ranked, tuple([self.is_stage(n) for n in nodes]))
        if found is not None:
            return Reference(found.pattern, tuple([used[n] for n in found.places]), tuple(axes.values()))
        here = t.transplant(link.said(what), dict(enumerate(generators)), axes)
        return Plain(self.simplifier, here, tuple(axes.values()))

    def total(self, axes: tuple[t.Index, ...], parts: Sequence[Part]) -> Said:
        """The sum of sources with the same axes."""
        if len(parts) > MANY:
            return Long(self.said, tuple([self.total(axes, [part]) for part in parts]), axes)
        return (self._composed(axes, parts, {}) if parts else None) or self.said(_sum(parts, axes), axes)

    def put(self, whole: Said, forms: Mapping[int, Said]) -> Said:
        """A term with forms in the place of adjoints, by stage."""
        if not forms:
            return whole
        if isinstance(whole, Long):
            parts_of = [(p, {s: forms[s] for s in p.uses() if s in forms}) for p in whole.parts]
            return whole._replace(parts=tuple([self.put(p, own) for p, own in parts_of]))
        if isinstance(whole, Reference) and all(isinstance(f, Reference) for f in forms.values()):
            parts = {s: (f.pattern, f.generators) for s, f in forms.items() if isinstance(f, Reference)}
            found = self._composed(whole.axes, [(whole.pattern, whole.generators)], parts)
            if found is not None:
                return found
        slopes = {s: (f.axes, f.term()) for s, f in forms.items()}
        return self.said(put_forms(whole.term(), slopes), whole.axes)

    def _composed(
        self, axes: tuple[t.Index, ...], parts: Sequence[Part], forms: Mapping[int, Part]
    ) -> Reference | None:
        numbers: dict[int, int] = {}

        def numbered(part: Part) -> Part:
            return part[0], tuple([numbers.setdefault(g, len(numbers)) if isinstance(g, int) else g for g in part[1]])

        summed = tuple([numbered(p) for p in parts])
        put = tuple([(numbers.setdefault(~s, len(numbers)), numbered(f)) for s, f in forms.items()])
        generators = tuple(numbers)
        ranked, nodes = by_age(generators)
        found = _composed(_Key(summed, put, ranked, tuple([self.is_stage(n) for n in nodes])))
        return found and Reference(found.pattern, tuple([generators[n] for n in found.places]), axes)


@lru_cache(maxsize=4096)
def _local(
    link: LocalLink, what: What, axes: tuple[t.Index, ...], ranked: tuple[int, ...], stages: tuple[bool, ...]
) -> Moved | None:
    """The pattern of a link's term over the ranks of what stands for its atoms; None where it is none."""
    term = t.transplant(link.said(what), dict(zip(link.speaks_of(what), ranked, strict=True)), {})
    if read(term, axes, stages.__getitem__) is None:
        return None
    return moved(term, axes, ranked, stages)


@lru_cache(maxsize=4096)
def _composed(key: _Key) -> Moved | None:
    """The pattern of a composition; None where it is none."""
    first, _ = key.parts[0]
    axes = tuple([t.index(i.size, row=i.row) for i in first.axes])

    def ranked(part: Part) -> Part:
        return part[0], tuple([key.generators[n] if isinstance(n, int) else n for n in part[1]])

    term = _sum(map(ranked, key.parts), axes)
    if key.forms:
        slopes = {~key.generators[n]: (f[0].axes, _placed(ranked(f), f[0].axes)) for n, f in key.forms}
        term = put_forms(term, slopes)
    if read(term, axes, key.stages.__getitem__) is None:
        return None
    return moved(term, axes, key.generators, key.stages)


def _is_long(term: t.Term) -> bool:
    return isinstance(term, t.Add) and len(term.terms) > MANY


def _sum(parts: Iterable[Part], axes: tuple[t.Index, ...]) -> t.Term:
    found = [_placed(part, axes) for part in parts]
    return found[0] if len(found) == 1 else t.add(*found)


def _placed(part: Part, axes: tuple[t.Index, ...]) -> t.Term:
    """A source with what stands for its atoms."""
    source, standing = part
    put = dict(zip(source.atoms, standing, strict=True))
    term = t.transplant(source.term, put, dict(zip(source.axes, axes, strict=True)))
    return t.replace(term, {a: t.ONE for a in t.atoms(term) if a.node == UNIT}) if UNIT in standing else term
