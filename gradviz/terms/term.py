"""Terms: one entry of an array, as sums of products over indexed generators.

A term is a scalar. What makes it an entry of a vector or a matrix are its free indices:
``Atom(3, (i, k))`` is entry (i, k) of node 3. Transpose, outer product, diagonal, broadcast, and
sums are then all the same thing: which indices stand where, and which are summed
(`Contract`). Terms are immutable and compared by what they say; two contractions that differ
only in the names of their summed indices are equal.

The functions of `gradviz.terms.make` are the way to make terms.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple, TypeAlias

Dim: TypeAlias = int | str
"""A size: a number, or the name of a symbolic size."""


class Index(NamedTuple):
    """A free or summed index: its identity, how far it runs, and whether it runs along a row (of one axis)."""

    id: int
    size: Dim
    row: bool = False


Place: TypeAlias = Index | int
"""Where an atom is read along one axis: at an index, or at a fixed entry (from 0)."""

_NONE: frozenset[Index] = frozenset()
_ids = itertools.count()


def index(size: Dim, *, row: bool = False) -> Index:
    """An index that nothing else uses."""
    return Index(next(_ids), size, row)


class Term:
    """Base of all terms; holds what makes comparison fast."""

    __slots__ = ("_hash", "free", "key")
    key: Hashable
    free: frozenset[Index]

    def _seal(self, key: Hashable, free: frozenset[Index]) -> None:
        self.key = key
        self.free = free
        self._hash = hash((type(self).__name__, key))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            isinstance(other, Term)
            and type(self) is type(other)
            and self._hash == other._hash
            and self.key == other.key
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self.key!r}"


class Number(Term):
    """An exact number."""

    __slots__ = ("value",)

    def __init__(self, value: Fraction | int) -> None:
        self.value = Fraction(value)
        self._seal(self.value, _NONE)


class Size(Term):
    """A symbolic size used as a number (``n`` in ``1/n``); positive."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name
        self._seal(name, _NONE)


class Atom(Term):
    """Entry of a generator: a node of a graph (its id), or a placeholder of a formula (its name)."""

    __slots__ = ("indices", "node")

    def __init__(self, node: int | str, indices: tuple[Place, ...] = ()) -> None:
        self.node = node
        self.indices = indices
        free = frozenset(i for i in indices if isinstance(i, Index)) if indices else _NONE
        self._seal((node, indices), free)


class Delta(Term):
    """Kronecker delta of two indices: 1 where they are equal, else 0."""

    __slots__ = ("left", "right")

    def __init__(self, left: Index, right: Place) -> None:
        self.left = left
        self.right = right
        free = frozenset((left, right)) if isinstance(right, Index) else frozenset((left,))
        self._seal(free if isinstance(right, Index) else (left, right), free)


class Add(Term):
    """A sum of terms, in the order in which they came."""

    __slots__ = ("terms",)

    def __init__(self, terms: tuple[Term, ...]) -> None:
        self.terms = terms
        self._seal(frozenset(terms), _NONE.union(*(t.free for t in terms)))


class Mul(Term):
    """A product of factors; a numeric coefficient, where there is one, comes first."""

    __slots__ = ("factors",)

    def __init__(self, factors: tuple[Term, ...]) -> None:
        self.factors = factors
        self._seal(frozenset(factors), _NONE.union(*(f.free for f in factors)))


class Pow(Term):
    """A power; a quotient is a product with powers of −1."""

    __slots__ = ("base", "exponent")

    def __init__(self, base: Term, exponent: Term) -> None:
        self.base = base
        self.exponent = exponent
        self._seal((base, exponent), base.free | exponent.free)


class Apply(Term):
    """A function of the catalogue applied to scalars."""

    __slots__ = ("arguments", "function")

    def __init__(self, function: str, arguments: tuple[Term, ...]) -> None:
        self.function = function
        self.arguments = arguments
        self._seal((function, arguments), _NONE.union(*(a.free for a in arguments)))


class Contract(Term):
    """The sum of a body over indices that are bound here and nowhere else."""

    __slots__ = ("body", "height", "indices")

    def __init__(self, indices: tuple[Index, ...], body: Term) -> None:
        self.indices = indices
        self.body = body
        self.height: int = 1 + max((c.height for c in subterms(body) if isinstance(c, Contract)), default=0)
        found = [i for i in _in_order(body) if i in indices]
        # Bound indices get negative ids by the height of their binder: the same for every
        # spelling, and never those of an enclosing binder.
        names = {i: Index(-64 * self.height - n, i.size) for n, i in enumerate(dict.fromkeys(found))}
        canonical = rename(body, names)
        self._seal((tuple(names.values()), canonical), body.free - set(indices))


ZERO = Number(0)
ONE = Number(1)
MINUS_ONE = Number(-1)


def children(term: Term) -> tuple[Term, ...]:
    """The terms directly inside a term."""
    if isinstance(term, Add):
        return term.terms
    if isinstance(term, Mul):
        return term.factors
    if isinstance(term, Pow):
        return (term.base, term.exponent)
    if isinstance(term, Apply):
        return term.arguments
    if isinstance(term, Contract):
        return (term.body,)
    return ()


def subterms(term: Term) -> Iterable[Term]:
    """The term and all terms inside it, outermost first."""
    stack = [term]
    while stack:
        here = stack.pop()
        yield here
        stack.extend(reversed(children(here)))


def atoms(term: Term) -> Iterable[Atom]:
    """All atoms inside a term, from left to right, repeated as they are."""
    return (t for t in subterms(term) if isinstance(t, Atom))


def _in_order(term: Term) -> Iterable[Index]:
    for t in subterms(term):
        if isinstance(t, Atom):
            yield from (i for i in t.indices if isinstance(i, Index))
        elif isinstance(t, Delta):
            yield from (i for i in (t.left, t.right) if isinstance(i, Index))


def weight(term: Term) -> int:
    """How many pieces a term is made of."""
    return sum(1 for _ in subterms(term))


def delta(left: Place, right: Place) -> Term:
    """Kronecker delta of two places."""
    if left == right:
        return ONE
    if isinstance(left, Index):
        return Delta(left, right)
    if isinstance(right, Index):
        return Delta(right, left)
    return ZERO


def rename(term: Term, names: Mapping[Index, Place]) -> Term:
    """Put other indices in the place of free ones."""
    if not names or term.free.isdisjoint(names):
        return term
    if isinstance(term, Atom):
        return Atom(term.node, tuple(names.get(i, i) if isinstance(i, Index) else i for i in term.indices))
    if isinstance(term, Delta):
        right = names.get(term.right, term.right) if isinstance(term.right, Index) else term.right
        return delta(names.get(term.left, term.left), right)
    if isinstance(term, Add):
        return Add(tuple(rename(t, names) for t in term.terms))
    if isinstance(term, Mul):
        return Mul(tuple(rename(t, names) for t in term.factors))
    if isinstance(term, Contract):
        free = {i: j for i, j in names.items() if i not in term.indices}
        # A bound index never captures one that is put in.
        clash = {i: index(i.size, row=i.row) for i in term.indices if i in free.values()}
        return Contract(tuple(clash.get(i, i) for i in term.indices), rename(term.body, {**free, **clash}))
    if isinstance(term, Pow):
        return Pow(rename(term.base, names), rename(term.exponent, names))
    assert isinstance(term, Apply)
    return Apply(term.function, tuple(rename(t, names) for t in term.arguments))
