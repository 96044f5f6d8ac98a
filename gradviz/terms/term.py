"""Terms: one entry of an array, as sums of products over indexed generators.

A term is a scalar. What makes it an entry of a vector or a matrix are its free indices:
``Atom(3, (i, k))`` is entry (i, k) of node 3. Transpose, outer product, diagonal, broadcast, and
sums are then all the same thing: which indices stand where, and which are summed
(`Contract`). Terms are immutable and compared by what they say; two contractions that differ
only in the names of their summed indices are equal.

The functions `add`, `mul`, `power`, `apply`, `contract` are the way to make terms: they keep sums flat,
collect equal summands and equal factors, and remove Kronecker deltas under a sum.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

Dim: TypeAlias = int | str
"""A size: a number, or the name of a symbolic size."""


class Index(NamedTuple):
    """A free or summed index: its identity and how far it runs."""

    id: int
    size: Dim


Place: TypeAlias = Index | int
"""Where an atom is read along one axis: at an index, or at a fixed entry (from 0)."""

_NONE: frozenset[Index] = frozenset()
_ids = itertools.count()


def index(size: Dim) -> Index:
    """An index that nothing else uses."""
    return Index(next(_ids), size)


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


def rebuild(term: Term, parts: Iterable[Term]) -> Term:
    """The same kind of term around other parts (as many as `children` gives)."""
    if isinstance(term, Add):
        return add(*parts)
    if isinstance(term, Mul):
        return mul(*parts)
    if isinstance(term, Pow):
        return power(*parts)
    if isinstance(term, Apply):
        return apply(term.function, *parts)
    if isinstance(term, Contract):
        (body,) = parts
        return contract(term.indices, body)
    return term


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
        return Contract(term.indices, rename(term.body, names))
    return rebuild(term, [rename(t, names) for t in children(term)])


def freshen(term: Term) -> Term:
    """The same term with new bound indices, so that it may stand beside itself."""
    if isinstance(term, Contract):
        names: dict[Index, Place] = {i: index(i.size) for i in term.indices}
        bound = tuple(i for i in names.values() if isinstance(i, Index))
        return Contract(bound, rename(freshen(term.body), names))
    if not any(isinstance(t, Contract) for t in subterms(term)):
        return term
    parts = tuple(freshen(t) for t in children(term))
    if isinstance(term, Add):
        return Add(parts)
    if isinstance(term, Mul):
        return Mul(parts)
    return rebuild(term, parts)


def replace(term: Term, put: Mapping[Any, Term]) -> Term:
    """Put terms in the place of equal ones, wherever they stand."""
    found = put.get(term)
    if found is not None:
        return freshen(found)
    parts = children(term)
    if not parts:
        return term
    new = [replace(t, put) for t in parts]
    if all(a is b for a, b in zip(parts, new, strict=True)):
        return term
    return rebuild(term, new)


# Making terms ----------------------------------------------------------------------------


def number(value: Fraction | int) -> Term:
    """An exact number as a term."""
    return Number(value)


def size(dim: Dim) -> Term:
    """A size as a number."""
    return Number(dim) if isinstance(dim, int) else Size(dim)


def delta(left: Place, right: Place) -> Term:
    """Kronecker delta of two places."""
    if left == right:
        return ONE
    if isinstance(left, Index):
        return Delta(left, right)
    if isinstance(right, Index):
        return Delta(right, left)
    return ZERO


def split(term: Term) -> tuple[Fraction, Term]:
    """A term as its numeric coefficient and the rest."""
    if isinstance(term, Number):
        return term.value, ONE
    if isinstance(term, Mul) and isinstance(term.factors[0], Number):
        rest = term.factors[1:]
        return term.factors[0].value, rest[0] if len(rest) == 1 else Mul(rest)
    return Fraction(1), term


def base_exponent(term: Term) -> tuple[Term, Term]:
    """A factor as a base and an exponent (1 where it is no power)."""
    return (term.base, term.exponent) if isinstance(term, Pow) else (term, ONE)


def add(*terms: Term) -> Term:
    """The sum: flat, with equal summands collected.

    Examples
    --------
    >>> x = Atom("x")
    >>> add(x, x) == mul(number(2), x)
    True
    """
    flat: list[Term] = []
    for t in terms:
        flat.extend(t.terms if isinstance(t, Add) else (t,))
    counts: dict[Term, Fraction] = {}
    for t in flat:
        count, rest = split(t)
        counts[rest] = counts.get(rest, Fraction(0)) + count
    summands = tuple(_times(count, rest) for rest, count in counts.items() if count)
    if not summands:
        return ZERO
    return summands[0] if len(summands) == 1 else Add(summands)


def _times(count: Fraction, rest: Term) -> Term:
    if count == 1:
        return rest
    if rest == ONE:
        return Number(count)
    if isinstance(rest, Mul):
        return Mul((Number(count), *rest.factors))
    return Mul((Number(count), rest))


def mul(*terms: Term) -> Term:
    """The product: flat, coefficient first, with equal bases collected.

    Examples
    --------
    >>> x = Atom("x")
    >>> mul(x, power(x, number(-1))) == ONE
    True
    """
    coefficient = Fraction(1)
    exponents: dict[Term, list[Term]] = {}
    stack = list(reversed(terms))
    while stack:
        t = stack.pop()
        if isinstance(t, Number):
            coefficient *= t.value
        elif isinstance(t, Mul):
            stack.extend(reversed(t.factors))
        else:
            base, exponent = base_exponent(t)
            exponents.setdefault(base, []).append(exponent)
    if not coefficient:
        return ZERO
    factors: list[Term] = []
    for base, parts in exponents.items():
        factor = power(base, parts[0] if len(parts) == 1 else add(*parts))
        count, factor = split(factor)
        coefficient *= count
        if factor != ONE:
            factors.append(factor)
    if not factors:
        return Number(coefficient)
    if coefficient != 1:
        factors.insert(0, Number(coefficient))
    return factors[0] if len(factors) == 1 else Mul(tuple(factors))


def power(base: Term, exponent: Term) -> Term:
    """A power; whole exponents go into products and powers."""
    if not isinstance(exponent, Number):
        return ONE if base == ONE else Pow(base, exponent)
    e = exponent.value
    if e == 0:
        return ONE
    if e == 1:
        return base
    if e.denominator == 1:
        if isinstance(base, Number) and abs(e) <= 64 and (base.value or e > 0):
            return Number(base.value ** int(e))
        if isinstance(base, Delta) and e > 0:
            return base
        if isinstance(base, Mul):
            return mul(*(power(f, exponent) for f in base.factors))
        if isinstance(base, Pow) and isinstance(base.exponent, Number):
            return power(base.base, Number(base.exponent.value * e))
    if base == ONE:
        return ONE
    return Pow(base, exponent)


def negative(term: Term) -> Term:
    """The term with the other sign; a sum changes the sign of each summand."""
    if isinstance(term, Add):
        return Add(tuple(negative(t) for t in term.terms))
    return mul(MINUS_ONE, term)


def divide(numerator: Term, denominator: Term) -> Term:
    """A quotient."""
    return mul(numerator, power(denominator, MINUS_ONE))


def apply(function: str, *arguments: Term) -> Term:
    """A function of the catalogue applied to scalars; ``e^0`` is 1."""
    if function == "exp" and arguments[0] == ZERO:
        return ONE
    return Apply(function, arguments)


def contract(indices: Iterable[Index], body: Term) -> Term:
    """The sum of a body over indices, with deltas removed and constant factors drawn out.

    Examples
    --------
    >>> i, j = index(3), index(3)
    >>> contract([i], mul(delta(i, j), Atom("x", (i,)))) == Atom("x", (j,))
    True
    """
    bound = tuple(dict.fromkeys(indices))
    if not bound or body == ZERO:
        return body
    if isinstance(body, Contract):
        return contract((*bound, *body.indices), body.body)
    factors = list(body.factors) if isinstance(body, Mul) else [body]
    bound_set = set(bound)
    for f in factors:
        if isinstance(f, Delta) and not f.free.isdisjoint(bound_set):
            gone, kept = (f.left, f.right) if f.left in bound_set else (f.right, f.left)
            assert isinstance(gone, Index)
            rest = mul(*(rename_product(g, {gone: kept}) for g in factors if g is not f))
            return contract([i for i in bound if i != gone], rest)
    for n, f in enumerate(factors):
        if isinstance(f, Add) and any(
            isinstance(d, Delta) and not d.free.isdisjoint(bound_set)
            for t in f.terms
            for d in (t.factors if isinstance(t, Mul) else (t,))
        ):
            others = factors[:n] + factors[n + 1 :]
            return add(*(contract(bound, mul(*others, t)) if k == 0 else freshen(contract(bound, mul(*others, t))) for k, t in enumerate(f.terms)))
    outside = [f for f in factors if f.free.isdisjoint(bound_set)]
    inside = [f for f in factors if not f.free.isdisjoint(bound_set)]
    used = set().union(*(f.free for f in inside)) if inside else set()
    times = [size(i.size) for i in bound if i not in used]
    kept_bound = tuple(i for i in bound if i in used)
    if not kept_bound:
        return mul(*times, *outside)
    # A factor that is itself a sum, and no power of one, is the same sum drawn wider.
    flat: list[Term] = []
    for f in inside:
        if isinstance(f, Contract):
            f = freshen(f)
            assert isinstance(f, Contract)
            kept_bound += f.indices
            flat.append(f.body)
        else:
            flat.append(f)
    inner = mul(*flat)
    if len(flat) > 1 or flat[0] is not inside[0]:
        again = contract_plain(kept_bound, inner)
    else:
        again = Contract(kept_bound, inner)
    return mul(*times, *outside, again)


def contract_plain(indices: tuple[Index, ...], body: Term) -> Term:
    """A contraction without looking for anything to remove."""
    return body if body == ZERO or isinstance(body, Number) else Contract(indices, body)


def rename_product(term: Term, names: Mapping[Index, Place]) -> Term:
    """`rename`, then collect again, since renamed factors may have become equal."""
    renamed = rename(term, names)
    if renamed is term:
        return term
    return rebuild(renamed, [rename_product(t, {}) for t in children(renamed)])
