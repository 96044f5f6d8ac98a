"""Terms written with their indices: for what has no matrix form."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import groupby
from typing import TypeAlias

from gradviz import terms as t
from gradviz.calculus.factors import number_expr, scaled
from gradviz.graph.calls import place_expr
from gradviz.graph.letters import Letters
from gradviz.notation import tree
from gradviz.notation.extents import size_expr, whole
from gradviz.notation.walk import within
from gradviz.ops import CALLED
from gradviz.ops.elementwise import SIGNS

Namer: TypeAlias = Callable[[int | str], tuple[tree.Expr, bool]]
"""What a generator is called, and whether it is a row."""
Names: TypeAlias = dict[t.Index, str]
"""The letters of indices."""


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


def write_entry(
    term: t.Term, free: tuple[t.Index, ...], name: Namer, letters: Letters
) -> tuple[tree.Expr, tuple[str, ...]]:
    """One entry with its indices written, and the letters of the free ones.

    Parameters
    ----------
    term : Term
    free : tuple of Index
    name : callable
        What a generator is called.
    letters : Letters
        What indices may be called: those of the whole program, so that all its lines speak of the same.

    Examples
    --------
    >>> i, j = t.index(3), t.index(3)
    >>> write_entry(t.delta(i, j), (i, j), lambda n: (tree.Name(str(n)), False), Letters())[1]
    ('i', 'j')
    """
    names: dict[t.Index, str] = {}
    for i in free:
        names[i] = letters.next(names.values())
    return _Entries(name, letters, frozenset(free)).signed(term, names), tuple(names[i] for i in free)


def kronecker(first: tree.Expr, second: tree.Expr, letters: Letters) -> tree.Expr:
    """1 where two indices are the same, else 0.

    Examples
    --------
    >>> kronecker(tree.Name("i"), tree.Name("j"), Letters(delta=False))
    Indicator(condition=Comparison(operator='=', left=Name(name='i'), right=Name(name='j')))
    """
    size = isinstance(second, tree.Name) and second.name not in letters.indices
    rounded = any(isinstance(e, tree.Call) for e in within(second))  # ⌈i/2⌉ is a place, and no number yet
    if size or not (letters.delta or rounded):
        return tree.Indicator(tree.Comparison("=", first, second))
    return tree.Entry(tree.Name("δ"), (first, second))


class _Entries:
    """Writes entries, with these names and letters."""

    def __init__(self, name: Namer, letters: Letters, free: frozenset[t.Index]) -> None:
        self.name = name
        self.letters = letters
        self.free = free

    def signed(self, term: t.Term, names: Names) -> tree.Expr:
        """With a minus in front."""
        count, rest = t.split(term)
        if count < 0:
            return tree.Negative(self.entry(t.mul(t.number(-count), rest), names))
        return self.entry(term, names)

    def entry(self, term: t.Term, names: Names) -> tree.Expr:
        """One entry."""
        if isinstance(term, t.Number):
            return number_expr(term.value)
        if isinstance(term, t.Size):
            return size_expr(term.name)
        if isinstance(term, t.Atom):
            e = self.name(term.node)[0]
            places = tuple(place_expr(i, names) for i in term.indices)
            return tree.Entry(e, places) if places else e
        if isinstance(term, t.Ordinal):
            return place_expr(term.place, names)
        if isinstance(term, t.Delta):
            return self.delta(term, names)
        if isinstance(term, t.Add):
            return tree.Sum(tuple(self.signed(x, names) for x in term.terms))
        if isinstance(term, t.Contract):
            return self.summed(term, names)
        if isinstance(term, t.Mul):
            return self.product(term, names)
        if isinstance(term, t.Pow):
            if term.exponent == t.number(Fraction(1, 2)):
                return tree.Call("sqrt", (self.entry(term.base, names),))
            if isinstance(term.exponent, t.Number) and term.exponent.value < 0:
                return scaled([], [self.entry(t.power(term.base, t.number(-term.exponent.value)), names)], None)
            return tree.Power(self.entry(term.base, names), self.signed(term.exponent, names))
        assert isinstance(term, t.Apply)
        return applied(term.function, tuple(self.signed(a, names) for a in term.arguments))

    def delta(self, term: t.Delta, names: Names) -> tree.Expr:
        """Kronecker's ``δᵢⱼ``; ``𝟙[i = n]`` where δ is a name of the program, or n a size that is no index."""
        if isinstance(term.right, t.Index):
            order = list(names)
            first, second = (tree.Name(names[i]) for i in sorted((term.left, term.right), key=order.index))
            return kronecker(first, second, self.letters)
        right = place_expr(term.right, names)
        return kronecker(tree.Name(names[term.left]), right, self.letters)

    def summed(self, term: t.Contract, names: Names) -> tree.Expr:
        """``Σₖ aₖ``."""
        inner = dict(names)
        for i in term.indices:
            inner[i] = self.letters.next(inner.values())
        body = self.entry(term.body, inner)
        read = _read_plainly(term)
        for i in reversed(term.indices):
            low, high = (None, None) if i in read and self.letters.sigma else (whole(1), size_expr(i.size))
            body = tree.Big("sum", inner[i], low, high, body)
        return body

    def product(self, term: t.Mul, names: Names) -> tree.Expr:
        """Factors, and what they are divided by."""
        above, below = [], []
        for f in _by_index(term.factors, names, self.free):
            base, exponent = t.base_exponent(f)
            if isinstance(exponent, t.Number) and exponent.value < 0:
                below.append(self.entry(t.power(base, t.number(-exponent.value)), names))
            else:
                above.append(self.entry(f, names))
        return scaled(above, below, None)


def _by_index(factors: tuple[t.Term, ...], names: Names, free: frozenset[t.Index]) -> list[t.Term]:
    """Factors, entries of one array side by side in the order of their indices: ``uᵢ uⱼ``; in sums as they stand."""
    order = {i: n for n, i in enumerate(names)}

    def places(f: t.Term) -> list[int]:
        return [order[i] for i in f.indices if isinstance(i, t.Index)] if isinstance(f, t.Atom) else []

    found: list[t.Term] = []
    for _, run in groupby(factors, lambda f: f.node if isinstance(f, t.Atom) else None):
        alike = list(run)
        plain = all(isinstance(f, t.Atom) and free.issuperset(f.indices) for f in alike)
        found += sorted(alike, key=places) if plain else alike
    return found


def _read_plainly(term: t.Contract) -> set[t.Index]:
    """The indices that something is read at as they stand: elsewhere nobody could tell how far a sum runs."""
    atoms = list(t.atoms(term.body))
    read = {i for x in atoms for i in x.indices if isinstance(i, t.Index)}
    deltas = [x for x in t.subterms(term.body) if isinstance(x, t.Delta)]
    moved = {i for x in deltas if not isinstance(x.right, t.Index | int) for i in x.free}
    above = [f for f in t.factors_of(term.body) if not t.has_minus(t.base_exponent(f)[1])]
    told = {i for f in above for x in t.atoms(f) for i in x.indices if isinstance(i, t.Index)}
    # A delta of a computed place is read before what the sum is divided by.
    return read - {i for x in atoms for p in x.indices for i in t.indices_in(p) if _bare(p, i)} - (moved - told)


def _bare(place: t.Place, i: t.Index) -> bool:
    """Whether a place is written as an index alone, though it reads another axis than the index runs along."""
    return isinstance(place, t.Affine) and place.terms == ((i, 1),) and place.offset == 0 and place.divisor == 1
