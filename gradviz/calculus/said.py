"""Terms that can be asked for their shortest form, their length and their text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from math import inf
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from gradviz import terms as t
from gradviz.calculus.cost import cost
from gradviz.calculus.indexed import Namer
from gradviz.calculus.long_sums import shortened
from gradviz.calculus.pattern import Reference, Text, gone_of, text_of
from gradviz.calculus.pieces import is_row
from gradviz.calculus.simplify import Simplifier, logistic
from gradviz.graph.letters import Letters
from gradviz.notation import tree


class Plain(NamedTuple):
    """A term that is too long to be a pattern, or is read at computed places; as `Reference`."""

    simplifier: Simplifier
    said: t.Term
    axes: tuple[t.Index, ...]

    def term(self) -> t.Term:
        """The term."""
        return self.said

    def simplified(self) -> Plain:
        """Its shortest form."""
        return self._replace(said=self.simplifier(self.said))

    def logistic(self) -> Plain:
        """The same with σ for what spells it out."""
        return self._replace(said=logistic(self.said))

    def at(self, axes: tuple[t.Index, ...]) -> Plain:
        """The same at other indices."""
        return Plain(self.simplifier, t.rename(self.said, dict(zip(self.axes, axes, strict=True))), axes)

    def is_zero(self) -> bool:
        """Whether it is the number 0."""
        return self.said == t.ZERO

    def gone(self) -> tuple[t.Term, ...]:
        """What it divides by, and its shortest form does not."""
        return gone_of(self.said, self.simplifier(self.said))

    def uses(self) -> dict[int, int]:
        """The stages whose adjoints it speaks of, and how often."""
        return dict(Counter([~a.node for a in t.atoms(self.said) if isinstance(a.node, int) and a.node < 0]))

    def has_sums(self) -> bool:
        """Whether anything in it is summed over an index."""
        return any(isinstance(x, t.Contract) for x in t.subterms(self.said))

    def cost(self) -> float:
        """How long it is to read."""
        return cost(self.said)

    def text(self, name: Namer, letters: Letters) -> Text:
        """In matrix notation where there is one, else one entry with its letters."""
        return text_of(self.said, self.axes, name, letters)

    def least(self, length: Callable[[int], int]) -> int:
        """Nothing is known before it is written."""
        return 0

    def most(self, length: Callable[[int], int]) -> float:
        """Nothing is known before it is written."""
        return inf


class Long(NamedTuple):
    """A sum of many summands, each said by itself; as `Reference`."""

    said: Callable[[t.Term, tuple[t.Index, ...]], Said]
    """Says what the sum comes to where its summands collect, or share a factor."""
    parts: tuple[Said, ...]
    axes: tuple[t.Index, ...]

    def term(self) -> t.Term:
        """The term."""
        return t.add(*(p.term() for p in self.parts))

    def simplified(self) -> Said:
        """Its summands shortened, those that are alike as one, and what all of them share drawn out."""
        parts = tuple([p.simplified() for p in self.parts])
        terms = [p.term() for p in parts]
        short = shortened(t.add(*terms))
        if not isinstance(short, t.Add) or len(short.terms) != len(parts):
            return self.said(short, self.axes)
        if t.has_minus(terms[0]):  # those with a minus come last
            parts = tuple([p for _, p in sorted(zip(map(t.has_minus, terms), parts, strict=True), key=itemgetter(0))])
        return self._replace(parts=parts)

    def logistic(self) -> Long:
        """The same with σ for what spells it out."""
        return self._replace(parts=tuple([p.logistic() for p in self.parts]))

    def at(self, axes: tuple[t.Index, ...]) -> Long:
        """The same at other indices."""
        return self._replace(parts=tuple([p.at(axes) for p in self.parts]), axes=axes)

    def is_zero(self) -> bool:
        """Whether it is the number 0."""
        return self.term() == t.ZERO

    def gone(self) -> tuple[t.Term, ...]:
        """What summands divide by, and their shortest forms do not."""
        return tuple(dict.fromkeys([x for p in self.parts for x in p.gone()]))

    def uses(self) -> dict[int, int]:
        """The stages whose adjoints it speaks of, and how often."""
        counts: Counter[int] = Counter()
        for p in self.parts:
            counts.update(p.uses())
        return dict(counts)

    def has_sums(self) -> bool:
        """Whether anything in it is summed over an index."""
        return any(p.has_sums() for p in self.parts)

    def cost(self) -> float:
        """How long it is to read."""
        return sum(p.cost() for p in self.parts) + len(self.parts) - 1

    def text(self, name: Namer, letters: Letters) -> Text:
        """In matrix notation where there is one, else one entry with its letters."""
        if not is_row(self.axes) and all(isinstance(p, Reference) and p.pattern.is_whole for p in self.parts):
            texts = [p.text(name, letters) for p in self.parts]
            if not any(own for _, own in texts):
                return tree.Sum(tuple([x for e, _ in texts for x in _items(e)])), ()
        return text_of(self.term(), self.axes, name, letters)

    def least(self, length: Callable[[int], int]) -> int:
        """How long its text is at least, by the lengths of names, if no generator is a row."""
        return sum([p.least(length) + _PLUS for p in self.parts]) - _PLUS

    def most(self, length: Callable[[int], int]) -> float:
        """How long it is at most."""
        return sum([p.most(length) + _PLUS for p in self.parts]) - _PLUS


_PLUS = 3
"""Signs of `` + ``."""

Said: TypeAlias = Reference | Plain | Long


def _items(e: tree.Expr) -> tuple[tree.Expr, ...]:
    return e.items if isinstance(e, tree.Sum) else (e,)
