"""Terms: one entry of an array, as sums of products over indexed generators.

A term is a scalar. What makes it an entry of a vector or a matrix are its free indices:
``Atom(3, (i, k))`` is entry (i, k) of node 3. Transpose, outer product, diagonal, broadcast, and
sums are then all the same thing: which indices stand where, and which are summed
(`Contract`). Terms are immutable and compared by what they say; two contractions that differ
only in the names of their summed indices are equal.

The functions of `gradviz.terms.make` are the way to make terms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from fractions import Fraction
from operator import attrgetter
from typing import Any

from gradviz.terms.place import (
    OUTSIDE,
    Affine,
    Digit,
    Index,
    Place,
    always_inside,
    index,
    indices_in,
    place_free,
    put,
    solved,
)

_NONE: frozenset[Index] = frozenset()


class Term:
    """Base of all terms; what comparison needs is worked out when it is first asked for."""

    __slots__ = ("_hash", "_key", "cost", "free")
    free: frozenset[Index]
    _hash: int
    _key: Hashable
    cost: float
    """How long the term is to read, once somebody asked; see `gradviz.calculus.cost`."""

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
        if len(self.free) != len(indices):
            self.free = self.free.union(*[i.free for i in indices if isinstance(i, Affine | Digit)])

    def _says(self) -> Hashable:
        return self.node, self.indices


class Ordinal(Term):
    """The number of a place, counted from 1: the ``i`` in ``∑_i i x_i``."""

    __slots__ = ("place",)

    def __init__(self, place: Place) -> None:
        self.place = place
        self.free = place_free(place)

    def _says(self) -> Hashable:
        return self.place


class Delta(Term):
    """Kronecker delta of two indices: 1 where they are equal, else 0."""

    __slots__ = ("left", "right")

    def __init__(self, left: Index, right: Place) -> None:
        self.left = left
        self.right = right
        self.free = frozenset((left,)) if isinstance(right, int) else place_free(right) | {left}

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


_PARTS: Mapping[type[Term], Callable[[Any], tuple[Term, ...]]] = {
    Add: attrgetter("terms"),
    Mul: attrgetter("factors"),
    Pow: attrgetter("base", "exponent"),
    Apply: attrgetter("arguments"),
    Contract: lambda term: (term.body,),
}


def children(term: Term) -> tuple[Term, ...]:
    """The terms directly inside a term."""
    parts = _PARTS.get(type(term))
    return parts(term) if parts else ()


def subterms(term: Term) -> Iterable[Term]:
    """The term and all terms inside it, outermost first."""
    stack = [term]
    while stack:
        here = stack.pop()
        yield here
        parts = _PARTS.get(type(here))
        if parts:
            stack += parts(here)[::-1]


def atoms(term: Term) -> Iterable[Atom]:
    """All atoms inside a term, from left to right, repeated as they are."""
    return (t for t in subterms(term) if isinstance(t, Atom))


def places(term: Term) -> Iterable[Place]:
    """Where the atoms inside a term are read, and its deltas, from left to right, repeated as they are."""
    for t in subterms(term):
        if isinstance(t, Atom):
            yield from t.indices
        elif isinstance(t, Delta):
            yield t.left
            yield t.right
        elif isinstance(t, Ordinal):
            yield t.place


def _in_order(term: Term) -> Iterator[Index]:
    for place in places(term):
        if isinstance(place, Index):
            yield place
        elif not isinstance(place, int):
            yield from indices_in(place)


def weight(term: Term) -> int:
    """How many pieces a term is made of."""
    return sum(1 for _ in subterms(term))


def delta(left: Place, right: Place) -> Term:
    """Kronecker delta of two places; 0 where one of them is outside of its axis.

    Examples
    --------
    >>> delta(2, 2) == ONE, delta(2, 3) == ZERO
    (True, True)
    """
    if OUTSIDE in (left, right):
        return ZERO
    if left == right and (not isinstance(left, Affine) or always_inside(left)):
        return ONE
    if isinstance(left, Index):
        return Delta(left, right)
    if isinstance(right, Index):
        return Delta(right, left)
    if isinstance(left, int) and isinstance(right, int):
        return ZERO
    return _same_place(left, right)


def _same_place(left: Place, right: Place) -> Term:
    """A delta of two places that no plain index is among."""
    for one, other in ((left, right), (right, left)):
        # An index that stands in one of them is where the other says, if both are surely on the axis.
        if isinstance(one, Affine) and always_inside(other) and (always_inside(one) or isinstance(other, int)):
            for u, c in one.terms:
                place = solved(u, one, other) if isinstance(u, Index) and c in (1, -1) else None
                if place is not None and isinstance(u, Index):
                    return delta(u, place)
    (size,) = {p.size for p in (left, right) if not isinstance(p, int)}
    k = index(size)
    return Contract((k,), Mul((Delta(k, left), Delta(k, right))))


def rename(term: Term, names: Mapping[Index, Place]) -> Term:
    """Put other places in the place of free indices.

    Only the numbers are put: where a computed place is not on the axis of its index, see `gradviz.terms.at`.
    """
    if not names or term.free.isdisjoint(names):
        return term
    if isinstance(term, Atom):
        here = tuple(
            names.get(i, i) if isinstance(i, Index) else i if isinstance(i, int) else put(i, names)
            for i in term.indices
        )
        return make_atom(term.node, here)
    if isinstance(term, Delta):
        return delta(put(term.left, names), put(term.right, names))
    if isinstance(term, Add):
        return Add(tuple(rename(t, names) for t in term.terms))
    if isinstance(term, Mul):
        return Mul(tuple(rename(t, names) for t in term.factors))
    if isinstance(term, Contract):
        free = {i: j for i, j in names.items() if i not in term.indices}
        # A bound index never captures one that is put in.
        new = _NONE.union(*(place_free(j) for j in free.values()))
        clash = {i: index(i.size, row=i.row) for i in term.indices if i in new}
        return Contract(tuple(clash.get(i, i) for i in term.indices), rename(term.body, {**free, **clash}))
    if isinstance(term, Pow):
        return Pow(rename(term.base, names), rename(term.exponent, names))
    if isinstance(term, Ordinal):
        return ordinal(put(term.place, names))
    assert isinstance(term, Apply)
    return Apply(term.function, tuple(rename(t, names) for t in term.arguments))


def make_atom(node: int | str, places: tuple[Place, ...]) -> Term:
    """An entry of a generator; 0 where a place is outside of its axis."""
    return ZERO if OUTSIDE in places else Atom(node, places)


def ordinal(place: Place) -> Term:
    """The number of a place, counted from 1."""
    return Number(place + 1) if isinstance(place, int) else Ordinal(place)
