"""Terms up to the names of what they are made of: what was worked out for one layer holds for the next.

A pattern is a term with its generators numbered by age and its indices by place. Terms of one pattern are shortened
and written alike, so that a deep net costs little more than its kinds of layers. Every pattern is a value of its own:
nothing depends on what was asked before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from gradviz import terms as t
from gradviz.calculus.cost import cost, divisors
from gradviz.calculus.factors import IDENTITY, constant_or_name
from gradviz.calculus.flat import Flat, made
from gradviz.calculus.form import Slope, age
from gradviz.calculus.indexed import Namer, write_entry
from gradviz.calculus.matrix import write_term
from gradviz.calculus.pieces import NoMatrixForm
from gradviz.calculus.simplify import Simplifier, logistic
from gradviz.graph.letters import Letters
from gradviz.notation import tree, write
from gradviz.notation.walk import substitute, within
from gradviz.ops import WORDS

_LONG = 3_000
"""Pieces of a term that nobody will ask about twice."""
_AROUND = 4
"""Signs that a name may need around it where a letter does without: parentheses, or a dot with its spaces."""

Text = tuple[tree.Expr, tuple[str, ...]]
"""An expression, and the letters of its indices where it is one entry."""


class Key(NamedTuple):
    """A pattern as data.

    Parameters
    ----------
    pieces : tuple of hashable
        The term from left to right; generators and indices are numbered as they come up.
    generators : tuple of int
        For each generator its rank by age; for an adjoint, the complement of that of its stage.
    stages : tuple of bool
        By rank: which generators are made of others.
    indices : tuple of (size, bool)
        For each index how far it runs, and whether along a row; those of the axes first.
    axes : int
        How many indices are axes.
    """

    pieces: tuple[Hashable, ...]
    generators: tuple[int, ...]
    stages: tuple[bool, ...]
    indices: tuple[tuple[t.Dim, bool], ...]
    axes: int


class Moved(NamedTuple):
    """A pattern that follows from another: what stands in it is numbered as it stood in that."""

    pattern: Pattern
    places: tuple[int, ...]


class Lengths(NamedTuple):
    """The length of a text where all names are letters, and how often each generator is written in it."""

    letters: int
    counts: tuple[int, ...]


class Pattern:
    """What follows from a pattern, each worked out when it is first asked for."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self.atoms: tuple[int | str, ...] = key.generators
        self.indices = tuple([t.index(size, row=row) for size, row in key.indices])
        self.axes = self.indices[: key.axes]
        self._texts: dict[tuple[tuple[bool, ...], Letters], Text] = {}

    @cached_property
    def term(self) -> t.Term:
        """The pattern as a term over ranks."""
        pieces: Iterator[Any] = iter(self.key.pieces)
        return made(pieces, self.key.generators, self.indices)

    @cached_property
    def uses(self) -> tuple[tuple[int, int], ...]:
        """Which of its generators are adjoints, and how often each of them stands in it."""
        counts = Counter(a.node for a in t.atoms(self.term))
        return tuple([(n, counts[g]) for n, g in enumerate(self.key.generators) if g < 0])

    @cached_property
    def has_sums(self) -> bool:
        """Whether anything is summed over an index."""
        return any(isinstance(x, t.Contract) for x in t.subterms(self.term))

    @cached_property
    def is_whole(self) -> bool:
        """Whether it stands in a sum as it stands alone: it has all axes, and none that is only told elsewhere."""
        return self.term.free == frozenset(self.axes) and not any(isinstance(x, t.Delta) for x in t.subterms(self.term))

    @cached_property
    def shortest(self) -> t.Term:
        """Its shortest form as a term over ranks."""
        stages = self.key.stages
        return Simplifier(lambda v: age(v, stages.__getitem__))(self.term)

    @cached_property
    def gone(self) -> tuple[t.Term, ...]:
        """What it divides by, and its shortest form does not, as terms over ranks."""
        return gone_of(self.term, self.shortest)

    @cached_property
    def simplified(self) -> Moved:
        """Its shortest form."""
        return self._moved(self.shortest)

    @cached_property
    def logistic(self) -> Moved:
        """The same with σ for what spells it out."""
        return self._moved(logistic(self.term))

    def _moved(self, term: t.Term) -> Moved:
        return moved(term, self.axes, self.key.generators, self.key.stages)

    @cached_property
    def lengths(self) -> Lengths:
        """The length of its text where all names are letters, and how often each generator is written."""
        expr, _ = text_of(self.term, self.axes, _placeholders, Letters())
        names = [_placeholder(g) for g in self.key.generators]
        counts = Counter([x.name for x in within(expr) if isinstance(x, tree.Name)])
        letters = len(write(substitute(expr, dict.fromkeys(names, tree.Name("a"))), "unicode", WORDS))
        return Lengths(letters, tuple([counts[n] for n in names]))

    def text(self, rows: tuple[bool, ...], letters: Letters) -> Text:
        """Its expression, over placeholders; ``rows`` tells which generators are rows."""
        key = rows, letters.first(len(self.indices))
        if key not in self._texts:
            is_row = dict(zip(self.key.generators, rows, strict=True))

            def name(node: int | str) -> tuple[tree.Expr, bool]:
                return (
                    (constant_or_name(node), False)
                    if isinstance(node, str)
                    else (tree.Name(_placeholder(node)), is_row[node])
                )

            self._texts[key] = text_of(self.term, self.axes, name, letters)
        return self._texts[key]


@lru_cache(maxsize=4096)
def _pattern(key: Key) -> Pattern:
    return Pattern(key)


class Reference(NamedTuple):
    """A term by its pattern and what stands in it here; the term itself is made when somebody asks for it."""

    pattern: Pattern
    generators: tuple[int, ...]
    indices: tuple[t.Index, ...]
    """The axes first; sums are over others in each copy of the term."""

    @property
    def axes(self) -> tuple[t.Index, ...]:
        """Its free indices, where they were told."""
        return self.indices[: self.pattern.key.axes]

    def term(self) -> t.Term:
        """The term."""
        return self._here(self.pattern.term)

    def shortest(self) -> t.Term:
        """The shortest form as a term."""
        return self._here(self.pattern.shortest)

    def _here(self, term: t.Term) -> t.Term:
        put: dict[int | str, int | str] = dict(zip(self.pattern.key.generators, self.generators, strict=True))
        names: dict[t.Index, t.Place] = dict(zip(self.pattern.indices, self.indices, strict=False))
        return t.transplant(term, put, names)

    def moved(self, to: Moved) -> Reference:
        """What follows from it."""
        here = self.generators
        return Reference(to.pattern, tuple([here[n] for n in to.places]), self.axes)

    def simplified(self) -> Reference:
        """Its shortest form."""
        return self.moved(self.pattern.simplified)

    def logistic(self) -> Reference:
        """The same with σ for what spells it out."""
        return self.moved(self.pattern.logistic)

    def at(self, axes: tuple[t.Index, ...]) -> Reference:
        """The same at other indices."""
        return self._replace(indices=axes)

    def is_zero(self) -> bool:
        """Whether it is the number 0."""
        return self.pattern.term == t.ZERO

    def gone(self) -> tuple[t.Term, ...]:
        """What it divides by, and its shortest form does not."""
        return tuple([self._here(x) for x in self.pattern.gone])

    def uses(self) -> dict[int, int]:
        """The stages whose adjoints it speaks of, and how often."""
        return {~self.generators[n]: count for n, count in self.pattern.uses}

    def has_sums(self) -> bool:
        """Whether anything in it is summed over an index."""
        return self.pattern.has_sums

    def cost(self) -> float:
        """How long it is to read."""
        return cost(self.pattern.term)

    def text(self, name: Namer, letters: Letters) -> Text:
        """In matrix notation where there is one, else one entry with its letters."""
        names = [name(g) for g in self.generators]
        if not all(_is_plain(e) for e, _ in names):
            return text_of(self.term(), self.axes, name, letters)
        expr, own = self.pattern.text(tuple([row for _, row in names]), letters)
        put = {_placeholder(g): e for g, (e, _) in zip(self.pattern.key.generators, names, strict=True)}
        return substitute(expr, put), own

    def least(self, length: Callable[[int], int]) -> int:
        """How long its text is at least, by the lengths of names, if no generator is a row."""
        letters, counts = self.pattern.lengths
        return letters + sum([count * (length(g) - 1) for g, count in zip(self.generators, counts, strict=True)])

    def most(self, length: Callable[[int], int]) -> float:
        """How long it is at most."""
        return self.least(length) + _AROUND * sum(self.pattern.lengths.counts)


def read(term: t.Term, axes: tuple[t.Index, ...], is_stage: Callable[[int], bool]) -> Reference | None:
    """A term's pattern, and what stands in it; None where it is too long, or read at computed places."""
    flat = Flat(axes)
    flat.take(term)
    if len(flat.pieces) > _LONG or flat.computed:
        return None
    generators = tuple(flat.generators)
    ranked, nodes = by_age(generators)
    key = Key(
        tuple(flat.pieces),
        ranked,
        tuple([is_stage(node) for node in nodes]),
        tuple([(i.size, i.row) for i in flat.indices]),
        len(axes),
    )
    return Reference(_pattern(key), generators, tuple(flat.indices))


def by_age(generators: tuple[int, ...]) -> tuple[tuple[int, ...], list[int]]:
    """The generators by rank, an adjoint by the complement of that of its stage; and the nodes, the oldest first."""
    nodes = sorted({g if g >= 0 else ~g for g in generators})
    ranks = {node: rank for rank, node in enumerate(nodes)}
    return tuple([ranks[g] if g >= 0 else ~ranks[~g] for g in generators]), nodes


def moved(term: t.Term, axes: tuple[t.Index, ...], generators: tuple[int, ...], stages: tuple[bool, ...]) -> Moved:
    """The pattern of a term over the ranks of another's generators."""
    found = read(term, axes, stages.__getitem__)
    assert found is not None
    places = {g: n for n, g in enumerate(generators)}
    return Moved(found.pattern, tuple([places[g] for g in found.generators]))


def _placeholder(generator: int) -> str:
    """A name that no program can have."""
    return f"\0{generator}"


def _placeholders(generator: int | str) -> tuple[tree.Expr, bool]:
    return constant_or_name(generator) if isinstance(generator, str) else tree.Name(_placeholder(generator)), False


def _is_plain(name: tree.Expr) -> bool:
    """Whether a name is one thing to the writers of terms, as a placeholder is."""
    return isinstance(name, tree.Partial) or (isinstance(name, tree.Name) and name != IDENTITY)


def text_of(term: t.Term, axes: tuple[t.Index, ...], name: Namer, letters: Letters) -> Text:
    """A term in matrix notation where there is one, else one entry with its letters.

    One entry also where that is much shorter: what is computed for all pairs of entries needs many ``𝟏``.
    """
    try:
        e = write_term(term, axes, name)
    except NoMatrixForm:
        return write_entry(term, axes, name, letters)
    if sum(isinstance(x, tree.Call) and x.function == "ones" for x in within(e)) < _SPREAD:
        return e, ()
    by_entry, whole = write_entry(term, axes, _letter, letters)[0], write_term(term, axes, _letter)
    much = _MUCH * len(write(by_entry, "unicode", WORDS)) <= len(write(whole, "unicode", WORDS))
    return write_entry(term, axes, name, letters) if much else (e, ())


def _letter(node: int | str) -> tuple[tree.Expr, bool]:
    """A name of one letter for anything."""
    return tree.Name("a"), False


_SPREAD = 4
"""So many ones in a form make it worth to look at one entry."""
_MUCH = 2
"""How many times longer than an entry a matrix form has to be."""


def gone_of(term: t.Term, shortest: t.Term) -> tuple[t.Term, ...]:
    """What a term divides by, and its shortest form does not."""
    still = divisors(shortest)
    return tuple([base for base in divisors(term) if base not in still])


def put_forms(term: t.Term, forms: Mapping[int, Slope]) -> t.Term:
    """Put what adjoints are in the place of their names."""
    put: dict[t.Term, t.Term] = {}
    for a in t.atoms(term):
        if isinstance(a.node, int) and a.node < 0 and ~a.node in forms:
            indices, form = forms[~a.node]
            put[a] = t.at(form, indices, a.indices)
    return t.replace(term, put) if put else term
