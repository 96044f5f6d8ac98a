"""Terms written with their indices: for what has no matrix form."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator
from fractions import Fraction
from typing import TypeAlias

from gradviz import terms as t
from gradviz.calculus.factors import number_expr, scaled
from gradviz.graph.calls import place_expr
from gradviz.notation import tree
from gradviz.notation.extents import size_expr, whole
from gradviz.notation.walk import children
from gradviz.ops import CALLED
from gradviz.ops.elementwise import SIGNS

Namer: TypeAlias = Callable[[int | str], tuple[tree.Expr, bool]]
"""What a generator is called, and whether it is a row."""

_LETTERS = "ijklpqrstuvabcdm" + "nfghowxyz" + "αβγεζηικλμνξρτφχψω" + "ABCDEFGHJKLMNOPQRSTUVWXYZ"
"""Indices in the order in which they are taken; books need few of them."""


def applied(function: str, arguments: tuple[tree.Expr, ...]) -> tree.Expr:
    """A function of the catalogue applied to expressions.

    Examples
    --------
    >>> applied("greater", (tree.Name("z"), tree.Name("a")))
    Indicator(condition=Comparison(operator='>', left=Name(name='z'), right=Name(name='a')))
    """
    if function == "exp":
        return tree.Power(tree.Constant("e"), arguments[0])
    if function in SIGNS:
        return tree.Indicator(tree.Comparison(SIGNS[function], arguments[0], arguments[1]))
    return tree.Call(CALLED.get(function, function), arguments)


def write_entry(term: t.Term, free: tuple[t.Index, ...], name: Namer) -> tuple[tree.Expr, tuple[str, ...]]:
    """One entry with its indices written, and the letters of the free ones.

    Examples
    --------
    >>> i, j = t.index(3), t.index(3)
    >>> write_entry(t.delta(i, j), (i, j), lambda n: (tree.Name(str(n)), False))[1]
    ('i', 'j')
    """
    taken = _names_in(term, name)
    letters: dict[t.Index, str] = {}
    for i in free:
        letters[i] = _letter({*taken, *letters.values()})
    return _entry_signed(term, letters, name, taken), tuple(letters[i] for i in free)


def _letter(taken: Collection[str]) -> str:
    """The first letter for an index that nothing else is called by."""
    return next(x for x in itertools.chain(_LETTERS, (f"i{n}" for n in itertools.count(1))) if x not in taken)


def _names_in(term: t.Term, name: Namer) -> frozenset[str]:
    """What stands in a term as a name: generators, and sizes that are used as numbers."""
    found: set[str] = set()
    for x in t.subterms(term):
        if isinstance(x, t.Atom):
            e = name(x.node)[0]
            found.update(
                [y.name for y in _within(e) if isinstance(y, tree.Name)] if not isinstance(e, tree.Name) else [e.name]
            )
        elif isinstance(x, t.Size):
            found.update(t.size_names((x.name,)))
        elif isinstance(x, t.Contract):
            read = _read_plainly(x)
            found.update(t.size_names(i.size for i in x.indices if i not in read))
    found.update(t.size_names(d for p in t.places(term) for d in _sizes_in(p)))
    return frozenset(found)


def _sizes_in(place: t.Place) -> Iterator[t.Dim]:
    """The sizes that a computed place is written with."""
    if isinstance(place, t.Digit):
        yield from place.radices
        yield from _sizes_in(place.flat)
    elif isinstance(place, t.Affine):
        yield place.offset
        for unit, count in place.terms:
            yield count
            yield from _sizes_in(unit)


def _within(e: tree.Expr) -> Iterator[tree.Expr]:
    yield e
    for c in children(e):
        yield from _within(c)


def _entry(term: t.Term, letters: dict[t.Index, str], name: Namer, taken: frozenset[str]) -> tree.Expr:
    def go(x: t.Term) -> tree.Expr:
        return _entry(x, letters, name, taken)

    if isinstance(term, t.Number):
        return number_expr(term.value)
    if isinstance(term, t.Size):
        return size_expr(term.name)
    if isinstance(term, t.Atom):
        e = name(term.node)[0]
        places = tuple(place_expr(i, letters) for i in term.indices)
        return tree.Entry(e, places) if places else e
    if isinstance(term, t.Ordinal):
        return place_expr(term.place, letters)
    if isinstance(term, t.Delta):
        if not isinstance(term.right, t.Index):
            return tree.Entry(tree.Name("δ"), (tree.Name(letters[term.left]), place_expr(term.right, letters)))
        order = list(letters)
        first, second = (letters[i] for i in sorted((term.left, term.right), key=order.index))
        return tree.Entry(tree.Name("δ"), (tree.Name(first), tree.Name(second)))
    if isinstance(term, t.Add):
        return tree.Sum(tuple(_entry_signed(x, letters, name, taken) for x in term.terms))
    if isinstance(term, t.Contract):
        inner = dict(letters)
        for i in term.indices:
            inner[i] = _letter({*taken, *inner.values()})
        body = _entry(term.body, inner, name, taken)
        read = _read_plainly(term)
        for i in reversed(term.indices):
            low, high = (None, None) if i in read else (whole(1), size_expr(i.size))
            body = tree.Big("sum", inner[i], low, high, body)
        return body
    if isinstance(term, t.Mul):
        above = []
        below = []
        for f in term.factors:
            base, exponent = t.base_exponent(f)
            if isinstance(exponent, t.Number) and exponent.value < 0:
                below.append(go(t.power(base, t.number(-exponent.value))))
            else:
                above.append(go(f))
        return scaled(above, below, None)
    if isinstance(term, t.Pow):
        if term.exponent == t.number(Fraction(1, 2)):
            return tree.Call("sqrt", (go(term.base),))
        if isinstance(term.exponent, t.Number) and term.exponent.value < 0:
            return scaled([], [go(t.power(term.base, t.number(-term.exponent.value)))], None)
        return tree.Power(go(term.base), go(term.exponent))
    assert isinstance(term, t.Apply)
    return applied(term.function, tuple(go(a) for a in term.arguments))


def _read_plainly(term: t.Contract) -> set[t.Index]:
    """The indices that something is read at as they stand: elsewhere nobody could tell how far a sum runs."""
    atoms = list(t.atoms(term.body))
    read = {i for x in atoms for i in x.indices if isinstance(i, t.Index)}
    return read - {i for x in atoms for p in x.indices for i in t.indices_in(p) if _bare(p, i)}


def _bare(place: t.Place, i: t.Index) -> bool:
    """Whether a place is written as an index alone, though it reads another axis than the index runs along."""
    return isinstance(place, t.Affine) and place.terms == ((i, 1),) and place.offset == 0 and place.divisor == 1


def _entry_signed(term: t.Term, letters: dict[t.Index, str], name: Namer, taken: frozenset[str]) -> tree.Expr:
    count, rest = t.split(term)
    if count < 0:
        return tree.Negative(_entry(t.mul(t.number(-count), rest), letters, name, taken))
    return _entry(term, letters, name, taken)
