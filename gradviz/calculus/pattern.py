"""Terms up to the names of what they are made of: what was worked out for one layer holds for the next.

A pattern is a term with its generators numbered by age and its indices by place. Terms of one pattern are shortened
and written alike, so that a deep net costs little more than its kinds of layers. Every pattern is a value of its own:
nothing depends on what was asked before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from gradviz import terms as t
from gradviz.calculus.form import Slope, age
from gradviz.calculus.indexed import Namer, write_entry
from gradviz.calculus.matrix import NoMatrixForm, write_term
from gradviz.calculus.simplify import Simplifier
from gradviz.notation import tree, write
from gradviz.notation.walk import children, substitute
from gradviz.ops import WORDS

_LONG = 3_000
"""Pieces of a term that nobody will ask about twice."""


NO_FORMS: Mapping[int, Slope] = MappingProxyType({})


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
    forms : int
        How many forms of adjoints stand in the pieces, before the term that they are to be put in.
    """

    pieces: tuple[Hashable, ...]
    generators: tuple[int, ...]
    stages: tuple[bool, ...]
    indices: tuple[tuple[t.Dim, bool], ...]
    axes: int
    forms: int = 0


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

    def simplify(self, term: t.Term, forms: Mapping[int, Slope] = NO_FORMS) -> t.Term:
        """A term that costs no more to read, and is equal; see `Simplifier`.

        Parameters
        ----------
        term : Term
        forms : mapping of int to Slope, optional
            What is to be put in the place of adjoints first, by stage.
        """
        if isinstance(term, t.Atom | t.Number) and not forms:
            return term
        found = self.read(term, (), forms)
        if found is None:
            return self.simplifier(put_forms(term, forms))
        pattern = _pattern(found.key)
        put: dict[int | str, int | str] = dict(zip(found.key.generators, found.generators, strict=True))
        names: dict[t.Index, t.Place] = dict(zip(pattern.indices, found.indices, strict=True))
        return t.transplant(pattern.simplified, put, names)

    def least(self, term: t.Term, axes: tuple[t.Index, ...], forms: Mapping[int, Slope]) -> Least | None:
        """How long the text of the simplified term will be at least, if no generator is a row; None if not known."""
        found = self.read(term, axes, forms)
        return Least(*_pattern(found.key).least, found) if found else None

    def write(self, term: t.Term, axes: tuple[t.Index, ...], name: Namer) -> Text:
        """A term in matrix notation where there is one, else one entry with its letters."""
        found = self.read(term, axes)
        if found is None:
            return _text(term, axes, name)
        names = [name(g) for g in found.generators]
        if not all(_is_plain(e) for e, _ in names):
            return _text(term, axes, name)
        rows = tuple([row for _, row in names])
        expr, letters = _pattern(found.key).text(rows)
        put = {_placeholder(g): e for g, (e, _) in zip(found.key.generators, names, strict=True)}
        return substitute(expr, put), letters

    def read(self, term: t.Term, axes: tuple[t.Index, ...], forms: Mapping[int, Slope] = NO_FORMS) -> Read | None:
        """A term's pattern, and what stands in it; None where it is too long, or read at computed places."""
        reading = _Reading(axes)
        for stage, (indices, form) in forms.items():
            reading.form(~stage, indices, form)
        reading.take(term)
        if len(reading.pieces) > _LONG or reading.computed:
            return None
        generators = tuple(reading.generators)
        nodes = sorted({g if g >= 0 else ~g for g in generators})
        ranks = {node: rank for rank, node in enumerate(nodes)}
        key = Key(
            tuple(reading.pieces),
            tuple([ranks[g] if g >= 0 else ~ranks[~g] for g in generators]),
            tuple([self.is_stage(node) for node in nodes]),
            tuple([(i.size, i.row) for i in reading.indices]),
            len(axes),
            len(forms),
        )
        return Read(key, generators, tuple(reading.indices))


Text = tuple[tree.Expr, tuple[str, ...]]
"""An expression, and the letters of its indices where it is one entry."""


class Read(NamedTuple):
    """A pattern, and the generators and indices that stand in it."""

    key: Key
    generators: tuple[int, ...]
    indices: tuple[t.Index, ...]


class Least(NamedTuple):
    """The length of a text where all names are letters, and how often each generator is written in it."""

    letters: int
    counts: Counter[int]
    found: Read

    def exceeds(self, length: int, name: Namer) -> bool:
        """Whether a text with these names is surely longer than that."""
        if self.letters > length:
            return True
        longer = (len(write(name(g)[0], "unicode", WORDS)) - 1 for g in self.found.generators)
        more = (self.counts[g] * n for g, n in zip(self.found.key.generators, longer, strict=True))
        return self.letters + sum(more) > length


@lru_cache(maxsize=4096)
def _pattern(key: Key) -> _Pattern:
    return _Pattern(key)


class _Pattern:
    """What follows from a pattern, each worked out when it is first asked for."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self.indices = tuple([t.index(size, row=row) for size, row in key.indices])
        self._texts: dict[tuple[bool, ...], Text] = {}

    @cached_property
    def term(self) -> t.Term:
        """The pattern as a term over ranks."""
        pieces: Iterator[Any] = iter(self.key.pieces)
        forms = {}
        for _ in range(self.key.forms):
            stage = ~self.key.generators[next(pieces)]
            axes = tuple([self.indices[next(pieces)] for _ in range(next(pieces))])
            forms[stage] = axes, _made(pieces, self.key.generators, self.indices)
        return put_forms(_made(pieces, self.key.generators, self.indices), forms)

    @cached_property
    def simplified(self) -> t.Term:
        """Its shortest form."""
        stages = self.key.stages
        return Simplifier(lambda v: age(v, stages.__getitem__))(self.term)

    @cached_property
    def least(self) -> tuple[int, Counter[int]]:
        """The length of the text of its shortest form where all names are letters, and how often each is written."""
        expr, _ = _text(self.simplified, self.indices[: self.key.axes], _placeholders)
        names = {_placeholder(g): g for g in self.key.generators}
        counts = Counter(names[n] for n in _names(expr) if n in names)
        return len(write(substitute(expr, dict.fromkeys(names, tree.Name("a"))), "unicode", WORDS)), counts

    def text(self, rows: tuple[bool, ...]) -> Text:
        """Its expression, over placeholders."""
        if rows not in self._texts:
            is_row = dict(zip(self.key.generators, rows, strict=True))

            def name(node: int | str) -> tuple[tree.Expr, bool]:
                return (
                    (tree.Name(node), False) if isinstance(node, str) else (tree.Name(_placeholder(node)), is_row[node])
                )

            self._texts[rows] = _text(self.term, self.indices[: self.key.axes], name)
        return self._texts[rows]


def _placeholder(generator: int) -> str:
    """A name that no program can have."""
    return f"\0{generator}"


def _placeholders(generator: int | str) -> tuple[tree.Expr, bool]:
    return tree.Name(generator if isinstance(generator, str) else _placeholder(generator)), False


def _names(e: tree.Expr) -> Iterator[str]:
    """All names in an expression, repeated as they are."""
    if isinstance(e, tree.Name):
        yield e.name
    for c in children(e):
        yield from _names(c)


def _is_plain(name: tree.Expr) -> bool:
    """Whether a name is one thing to the writers of terms, as a placeholder is."""
    return isinstance(name, tree.Partial) or (isinstance(name, tree.Name) and name.name != "I")


def _text(term: t.Term, axes: tuple[t.Index, ...], name: Namer) -> Text:
    try:
        return write_term(term, axes, name), ()
    except NoMatrixForm:
        return write_entry(term, axes, name)


def put_forms(term: t.Term, forms: Mapping[int, Slope]) -> t.Term:
    """Put what adjoints are in the place of their names."""
    put: dict[t.Term, t.Term] = {}
    for a in t.atoms(term):
        if isinstance(a.node, int) and a.node < 0 and ~a.node in forms:
            indices, form = forms[~a.node]
            put[a] = t.at(form, indices, a.indices)
    return t.replace(term, put) if put else term


# Terms as data ----------------------------------------------------------------------------


class _Reading:
    """Takes a term apart, from left to right."""

    def __init__(self, axes: tuple[t.Index, ...]) -> None:
        self.pieces: list[Hashable] = []
        self.generators: dict[int, int] = {}
        self.indices: dict[t.Index, int] = {i: n for n, i in enumerate(axes)}
        self.computed = False
        """Whether something is read at a computed place: such a term is no pattern."""

    def form(self, adjoint: int, indices: tuple[t.Index, ...], term: t.Term) -> None:
        self.pieces += (self.generators.setdefault(adjoint, len(self.generators)), len(indices))
        for i in indices:
            self.place(i)
        self.take(term)

    def take(self, term: t.Term) -> None:
        kind = type(term)
        if kind is t.Ordinal:
            self.computed = True
            return
        self.pieces.append(_CODES[kind])
        if isinstance(term, t.Atom):
            node = term.node
            self.pieces.append(
                self.generators.setdefault(node, len(self.generators)) if isinstance(node, int) else node
            )
            self.pieces.append(len(term.indices))
            for i in term.indices:
                self.place(i)
        elif isinstance(term, t.Number):
            self.pieces += (term.value.numerator, term.value.denominator)
        elif isinstance(term, t.Size):
            self.pieces.append(term.name)
        elif isinstance(term, t.Delta):
            self.place(term.left)
            self.place(term.right)
        else:
            parts = t.children(term)
            self.pieces.append(len(parts))
            if isinstance(term, t.Apply):
                self.pieces.append(term.function)
            elif isinstance(term, t.Contract):
                self.pieces.append(len(term.indices))
                for i in term.indices:
                    self.place(i)
            for part in parts:
                self.take(part)

    def place(self, i: t.Place) -> None:
        if isinstance(i, t.Index):
            self.pieces.append(self.indices.setdefault(i, len(self.indices)))
        elif isinstance(i, int):
            self.pieces.append(~i)  # a fixed place is a number below zero
        else:
            self.computed = True


_KINDS = (t.Atom, t.Number, t.Size, t.Delta, t.Add, t.Mul, t.Pow, t.Apply, t.Contract)
_CODES: Mapping[type, int] = {kind: n for n, kind in enumerate(_KINDS)}


def _made(pieces: Iterator[Any], generators: tuple[int, ...], indices: tuple[t.Index, ...]) -> t.Term:
    """The term that pieces were taken from, over ranks and other indices."""

    def place() -> t.Place:
        n: int = next(pieces)
        return indices[n] if n >= 0 else ~n

    kind = _KINDS[next(pieces)]
    if kind is t.Atom:
        node = next(pieces)
        count = next(pieces)
        return t.Atom(generators[node] if isinstance(node, int) else node, tuple([place() for _ in range(count)]))
    if kind is t.Number:
        above = next(pieces)
        return t.Number(Fraction(above, next(pieces)))
    if kind is t.Size:
        return t.Size(next(pieces))
    if kind is t.Delta:
        left = place()
        assert isinstance(left, t.Index)
        return t.Delta(left, place())
    count = next(pieces)
    function = next(pieces) if kind is t.Apply else ""
    bound = [place() for _ in range(next(pieces))] if kind is t.Contract else []
    parts = tuple([_made(pieces, generators, indices) for _ in range(count)])
    if kind is t.Add:
        return t.Add(parts)
    if kind is t.Mul:
        return t.Mul(parts)
    if kind is t.Pow:
        return t.Pow(*parts)
    if kind is t.Apply:
        return t.Apply(function, parts)
    return t.Contract(tuple(i for i in bound if isinstance(i, t.Index)), parts[0])
