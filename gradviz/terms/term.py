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
from collections import Counter
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
    """Base of all terms; what comparison needs is worked out when it is first asked for."""

    __slots__ = ("_hash", "_key", "free")
    free: frozenset[Index]
    _hash: int
    _key: Hashable

    @property
    def key(self) -> Hashable:
        """What the term says: equal for equal terms of one kind."""
        try:
            return self._key
        except AttributeError:
            self._key = self._says()
            return self._key

    def _says(self) -> Hashable:
        raise NotImplementedError

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            self._hash = hash((type(self).__name__, self.key))
            return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            isinstance(other, Term)
            and type(self) is type(other)
            and hash(self) == hash(other)
            and self.key == other.key
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self.key!r}"


class Number(Term):
    """An exact number."""

    __slots__ = ("value",)

    def __init__(self, value: Fraction | int) -> None:
        self.value = value if type(value) is Fraction else Fraction(value)
        self.free = _NONE

    def _says(self) -> Hashable:
        return self.value.numerator, self.value.denominator


class Size(Term):
    """A symbolic size used as a number (``n`` in ``1/n``); positive."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name
        self.free = _NONE

    def _says(self) -> Hashable:
        return self.name


class Atom(Term):
    """Entry of a generator: a node of a graph (its id), or a placeholder of a formula (its name)."""

    __slots__ = ("indices", "node")

    def __init__(self, node: int | str, indices: tuple[Place, ...] = ()) -> None:
        self.node = node
        self.indices = indices
        self.free = frozenset([i for i in indices if isinstance(i, Index)]) if indices else _NONE

    def _says(self) -> Hashable:
        return self.node, self.indices


class Delta(Term):
    """Kronecker delta of two indices: 1 where they are equal, else 0."""

    __slots__ = ("left", "right")

    def __init__(self, left: Index, right: Place) -> None:
        self.left = left
        self.right = right
        self.free = frozenset((left, right)) if isinstance(right, Index) else frozenset((left,))

    def _says(self) -> Hashable:
        return self.free if isinstance(self.right, Index) else (self.left, self.right)


def _counted(parts: tuple[Term, ...]) -> Hashable:
    """The parts in any order. Indices that become one may leave a part twice: ``x x`` is not ``x``."""
    once = frozenset(parts)
    return once if len(once) == len(parts) else frozenset(Counter(parts).items())


class Add(Term):
    """A sum of terms, in the order in which they came."""

    __slots__ = ("terms",)

    def __init__(self, terms: tuple[Term, ...]) -> None:
        self.terms = terms
        self.free = _NONE.union(*[t.free for t in terms])

    def _says(self) -> Hashable:
        return _counted(self.terms)


class Mul(Term):
    """A product of factors; a numeric coefficient, where there is one, comes first."""

    __slots__ = ("factors",)

    def __init__(self, factors: tuple[Term, ...]) -> None:
        self.factors = factors
        self.free = _NONE.union(*[f.free for f in factors])

    def _says(self) -> Hashable:
        return _counted(self.factors)


class Pow(Term):
    """A power; a quotient is a product with powers of −1."""

    __slots__ = ("base", "exponent")

    def __init__(self, base: Term, exponent: Term) -> None:
        self.base = base
        self.exponent = exponent
        self.free = base.free | exponent.free

    def _says(self) -> Hashable:
        return self.base, self.exponent


class Apply(Term):
    """A function of the catalogue applied to scalars."""

    __slots__ = ("arguments", "function")

    def __init__(self, function: str, arguments: tuple[Term, ...]) -> None:
        self.function = function
        self.arguments = arguments
        self.free = _NONE.union(*[a.free for a in arguments])

    def _says(self) -> Hashable:
        return self.function, self.arguments


class Contract(Term):
    """The sum of a body over indices that are bound here and nowhere else."""

    __slots__ = ("_height", "body", "indices")
    _height: int

    def __init__(self, indices: tuple[Index, ...], body: Term) -> None:
        self.indices = indices
        self.body = body
        self.free = body.free.difference(indices)

    @property
    def height(self) -> int:
        """How many contractions stand inside one another, with this one."""
        try:
            return self._height
        except AttributeError:
            self._height = 1 + max((c.height for c in subterms(self.body) if isinstance(c, Contract)), default=0)
            return self._height

    def _says(self) -> Hashable:
        found = [i for i in _in_order(self.body) if i in self.indices]
        # Bound indices get negative ids by the height of their binder: the same for every
        # spelling, and never those of an enclosing binder.
        names = {i: Index(-64 * self.height - n, i.size) for n, i in enumerate(dict.fromkeys(found))}
        return tuple(names.values()), rename(self.body, names)


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
