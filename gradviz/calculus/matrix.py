"""The matrix writer: terms in index form → the notation that people use.

Summed indices are eliminated greedily over factors with at most two indices: factors with the same indices are
joined by ``⊙``; a lone vector is summed; two vectors make an inner product; one matrix takes the vectors that share
the index; two matrices make a matrix product. Where an index touches three matrices there is no matrix form, and
the entry is written with its indices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial

from gradviz import terms as t
from gradviz.calculus.factors import IDENTITY, chain, joined, number_parts, scaled, sum_across, transposed
from gradviz.calculus.indexed import Namer, applied
from gradviz.calculus.listed import ZERO, listed
from gradviz.calculus.pieces import (
    ONES,
    Group,
    NoMatrixForm,
    Piece,
    axes_of,
    crossed,
    diagonal,
    flat,
    inner,
    is_row,
    ones,
    outer,
    product,
    squared,
    turns,
    unit,
)
from gradviz.calculus.quotients import shared_out, softmaxes
from gradviz.calculus.slices import between, laid_out, reshape_call, reshaped, sliced
from gradviz.calculus.weights import Weighed, weighed
from gradviz.graph.barred import unbarred
from gradviz.graph.calls import place_expr
from gradviz.notation import tree
from gradviz.notation.extents import size_expr, whole

_COMPUTED = (t.Affine, t.Digit)


def write_term(term: t.Term, free: tuple[t.Index, ...], name: Namer) -> tree.Expr:
    """The expression of a term whose free indices are the axes of a column or a matrix.

    Parameters
    ----------
    term : Term
    free : tuple of Index
        Empty for a scalar, one for a column, two for rows and columns.
    name : callable
        What generators are called.

    Raises
    ------
    NoMatrixForm
        Indices have to be written: see `write_entry`.

    Examples
    --------
    >>> i, j = t.index(3), t.index(4)
    >>> term = t.mul(t.Atom("x", (i,)), t.Atom("d", (j,)))
    >>> write_term(term, (i, j), lambda n: (tree.Name(n), False))
    Product(operands=(Name(name='x'), Transpose(operand=Name(name='d'), text='')), operators=('',))
    """
    if term == t.ZERO:
        return tree.Number(Fraction(0), "0")
    if any(type(p) in _COMPUTED for p in t.places(term)):
        other = reshaped(term, free)
        if other is not None:
            if _is_identity(other[0]):
                raise NoMatrixForm  # nothing beside I tells its size to reshape
            return reshape_call(write_term(*other, name), tuple(i.size for i in free))
    return _Writer(name).whole(term, free)


def _is_identity(term: t.Term) -> bool:
    """Whether a term is a number of times Kronecker's delta."""
    summands = term.terms if isinstance(term, t.Add) else (term,)
    plain = [x.body if isinstance(x, t.Contract) else x for x in summands]
    indexed = [[f for f in t.factors_of(x) if f.free] for x in plain]
    return all(found and all(isinstance(f, t.Delta) for f in found) for found in indexed)


def _is_bare(term: t.Term, free: tuple[t.Index, ...]) -> bool:
    """Whether a summand is a quantity that stands beside a matrix as programs write it: ``X − μ``, not ``G − Gᵀ 𝟏``."""
    if len(free) != 2 or term.free.intersection(free) != {free[1]}:
        return False
    count, f = t.split(term)
    return abs(count) == 1 and isinstance(f, t.Atom) and isinstance(f.node, int) and f.node >= 0


def _renamed(term: t.Add, names: dict[t.Index, t.Index]) -> t.Add:
    renamed = t.rename(term, {i: j for i, j in names.items() if i != j})
    assert isinstance(renamed, t.Add)
    return renamed


class _Writer:
    def __init__(self, name: Namer) -> None:
        self.name = name

    def whole(self, term: t.Term, free: tuple[t.Index, ...]) -> tree.Expr:
        """An expression that has all the free indices, by ones where need be."""
        entries = listed(term, free, self.entry_of)
        if entries is not None or not isinstance(term, t.Add):
            return entries or self.signed(term, free, spread=True)
        if free and not term.free.intersection(free):
            return self.signed(t.Mul((term,)), free, spread=True)  # one number in all places
        e, row = self.as_column(free, lambda x: self.sum(_renamed(term, x), tuple(x.values())))
        return e if row == is_row(free) else transposed(e)

    def entry_of(self, term: t.Term) -> tree.Expr:
        """One number of a list."""
        return ZERO if term == t.ZERO else self.whole(term, ())

    def sum(self, term: t.Add, free: tuple[t.Index, ...]) -> tree.Expr:
        # Beside I a number is spread: 1 + I could be read as 2I.
        identity = any(isinstance(f, t.Delta) for x in term.terms for f in (t.factors_of(x)))
        some = not identity and any(x.free.issuperset(free) for x in term.terms)
        items = []
        beside = False
        for x in term.terms:
            scalar = not x.free.intersection(free) and some
            across = self.across(x, free) if some and _is_bare(x, free) else None
            beside = beside or scalar or across is not None
            items.append(across or self.signed(x, () if scalar else free, spread=not scalar, told=some))
        if len(items) == 2 and items[0] == tree.Transpose(items[1]):
            items.reverse()
        items = laid_out(items, tuple(i.size for i in free))
        if len(items) == 1:
            return items[0]
        return sum_across(tuple(items)) if beside else tree.Sum(tuple(items))

    def across(self, term: t.Term, free: tuple[t.Index, ...]) -> tree.Expr | None:
        """A summand along the rows of a matrix, as the row or the vector that is added to each of them."""
        column, row = (t.index(free[1].size, row=as_row) for as_row in (False, True))
        as_column, as_row = (
            self.signed(t.rename(term, {free[1]: i}), (i,), spread=True, told=True) for i in (column, row)
        )
        if turns(as_row) < turns(as_column):
            return as_row
        return as_column if free[0].size != free[1].size else None

    def signed(self, term: t.Term, free: tuple[t.Index, ...], *, spread: bool, told: bool = False) -> tree.Expr:
        """A summand; its size is told by another where that has all axes."""
        inside = between(term, free)
        if inside is not None:
            padded = sliced(self.whole(inside.term, inside.axes), inside.places)
            if padded is not None and padded[1] == free:
                return padded[0]
        count, rest = t.split(term)
        if count < 0:
            positive = t.mul(t.number(-count), rest)
            return tree.Negative(self.product(positive, free, spread=spread, told=told))
        return self.product(term, free, spread=spread, told=told)

    # -- one summand

    def product(self, term: t.Term, free: tuple[t.Index, ...], *, spread: bool, told: bool = False) -> tree.Expr:
        if isinstance(term, t.Add):
            return self.sum(term, free)
        factors, bound = flat(term)
        below: list[tree.Expr] = []
        groups: dict[frozenset[t.Index], Group] = {}
        centred = weighed(factors)
        if centred is not None:
            factors, more = flat(t.Mul(tuple(centred[0])))
            bound += [*more, centred[1].axes[1]]
            groups[frozenset(centred[1].axes)] = self.weights(centred[1])
        above = self.means(factors, bound)
        factors, found = softmaxes(shared_out(factors))
        for place, axes, v in found:
            piece = Piece(axes, (self.as_column(axes, partial(self.softmax, v)),), place)
            groups.setdefault(frozenset(axes), Group(axes, place=place)).above.append(piece)
        for place, factor in enumerate(factors):
            f = factor
            if isinstance(f, t.Number):
                above += [(place, e) for e in number_parts(f.value)[0]]
                below += number_parts(f.value)[1]
                continue
            base, exponent = t.base_exponent(f)
            under = isinstance(exponent, t.Number) and exponent.value < 0
            if under:
                assert isinstance(exponent, t.Number)
                f = t.power(base, t.number(-exponent.value))
            if not f.free:
                if under:
                    below.append(self.scalar(f))
                else:
                    above.append((place, self.scalar(f)))
                continue
            beside = groups.get(f.free)
            piece = self.piece(f, place, beside.axes if beside and f.free != frozenset(free) else free)
            group = groups.setdefault(frozenset(piece.axes), Group(piece.axes, place=place))
            (group.below if under else group.above).append(piece)
        above += self.eliminate(bound, groups)
        assert all(axes <= set(free) for axes in groups), "an index that nothing binds"
        above.sort(key=lambda p: p[0])
        array = self.array(groups, free, spread=spread, told=told)
        return scaled([e for _, e in above], below, array.expr() if array else None)

    def means(self, factors: list[t.Term], bound: list[t.Index]) -> list[tuple[int, tree.Expr]]:
        """``mean(x)`` for a vector that is summed and divided by its size; what it is made of is taken away."""
        found: list[tuple[int, tree.Expr]] = []
        for place, f in enumerate(factors):
            if not isinstance(f, t.Atom) or len(f.indices) != 1 or f.indices[0] not in bound:
                continue
            (i,) = f.indices
            assert isinstance(i, t.Index)
            share = t.power(t.size(i.size), t.MINUS_ONE)
            if share in factors and not any(i in g.free for g in factors if g is not f):
                found.append((place, tree.Call("mean", (self.name(f.node)[0],))))
                bound.remove(i)
                factors[place] = t.ONE
                factors[factors.index(share)] = t.ONE
        return found

    def weights(self, found: Weighed) -> Group:
        """``diag(p) − p pᵀ``."""
        e = self.whole(found.weights, found.axes[:1])
        square = tree.Negative(chain(((e, False), (e, True))))
        matrix = tree.Sum((tree.Call("diag", (e,)), square))
        return Group(found.axes, [Piece(found.axes, ((matrix, False),), found.place)], place=found.place)

    def softmax(self, v: t.Term, names: dict[t.Index, t.Index]) -> tree.Expr:
        """``softmax(v)``, with these names for its axes."""
        return tree.Call("softmax", (self.whole(t.rename(v, names), tuple(names.values())),))

    def scalar(self, f: t.Term) -> tree.Expr:
        """A factor without indices of its own."""
        if isinstance(f, t.Atom):
            e = self.name(f.node)[0]
            return tree.Entry(e, tuple(place_expr(i, {}) for i in f.indices)) if f.indices else e
        return self.entries(f, ())

    def piece(self, f: t.Term, place: int, free: tuple[t.Index, ...]) -> Piece:
        """A factor with indices, as an array; with the axes of the whole in their order."""
        if isinstance(f, t.Atom):
            e, row = self.name(f.node)
            if not all(isinstance(i, t.Index) for i in f.indices):
                found = None if row else sliced(e, f.indices)
                if found is None:
                    raise NoMatrixForm
                e, axes = found
            else:
                axes = tuple(i for i in f.indices if isinstance(i, t.Index))
            if len(set(axes)) < len(axes):
                if len(axes) != 2:
                    raise NoMatrixForm
                return diagonal(Piece(axes, ((e, False),), place))
            if len(axes) > 2:
                return self.many(e, axes, place, free)
            return Piece(axes, ((e, row and len(axes) == 1),), place)
        if isinstance(f, t.Delta):
            if isinstance(f.right, t.Affine | t.Digit):
                raise NoMatrixForm
            if not isinstance(f.right, t.Index):
                return Piece((f.left,), ((unit(f.left.size, f.right), False),), place)
            return Piece((f.left, f.right), ((IDENTITY, False),), place)
        if isinstance(f, t.Ordinal):
            raise NoMatrixForm
        axes = free if f.free == frozenset(free) and len(free) >= 2 else axes_of(f)
        if len(axes) > 2 and axes != free:
            raise NoMatrixForm
        return Piece(axes, (self.as_column(axes, lambda x: self.entries(t.rename(f, x), tuple(x.values()))),), place)

    def as_column(
        self, axes: tuple[t.Index, ...], make: Callable[[dict[t.Index, t.Index]], tree.Expr]
    ) -> tuple[tree.Expr, bool]:
        """An array as a column, and whether its expression is a row: ``1 − h²`` before ``1 − (hᵀ)²``."""
        same = {i: i for i in axes}
        if not is_row(axes):
            column = make(same)
            if len(axes) == 1 and turns(column):
                row = make({axes[0]: t.index(axes[0].size, row=True)})
                return (column, False) if turns(row) else (row, True)
            return column, False
        row, column = make(same), make({axes[0]: t.index(axes[0].size)})
        return (column, False) if turns(row) > turns(column) else (row, True)

    def many(self, e: tree.Expr, axes: tuple[t.Index, ...], place: int, free: tuple[t.Index, ...]) -> Piece:
        """An array of three axes or more, which must be those of the whole."""
        if set(axes) != set(free):
            raise NoMatrixForm
        if axes != free:
            e = tree.Call("permute", (e, *(whole(axes.index(i) + 1) for i in free)))
        return Piece(free, ((e, False),), place)

    def entries(self, f: t.Term, axes: tuple[t.Index, ...]) -> tree.Expr:
        """A sum, power or function of arrays, entry by entry."""
        if isinstance(f, t.Size):
            return size_expr(f.name)
        if isinstance(f, t.Pow):
            return self.power(f, axes)
        if isinstance(f, t.Apply):
            return self.applied(f, axes)
        return self.whole(f, axes)

    def power(self, f: t.Pow, axes: tuple[t.Index, ...]) -> tree.Expr:
        base = self.operand(f.base, axes)
        if f.exponent == t.number(Fraction(1, 2)):
            return tree.Call("sqrt", (base,))
        if len(axes) >= 2 and f.base.free:
            times = f.exponent.value if isinstance(f.exponent, t.Number) else Fraction(0)
            if times not in {2, 3, 4}:
                return tree.Call("power", (base, self.operand(f.exponent, axes)))
            return joined([base] * int(times), "⊙")
        return tree.Power(base, self.operand(f.exponent, axes))

    def applied(self, f: t.Apply, axes: tuple[t.Index, ...]) -> tree.Expr:
        found = applied(f.function, tuple(self.operand(a, axes) for a in f.arguments))
        if f.function == "abs" and isinstance(found, tree.Call):
            return unbarred(found, tuple(i.size for i in axes if i in f.arguments[0].free))
        return found

    def operand(self, term: t.Term, axes: tuple[t.Index, ...]) -> tree.Expr:
        """An argument of a function on entries: an array of these axes, or a scalar."""
        return self.whole(term, axes if term.free else ())

    # -- indices away

    def eliminate(self, bound: list[t.Index], groups: dict[frozenset[t.Index], Group]) -> list[tuple[int, tree.Expr]]:
        """Sum over the bound indices; what becomes a number is returned."""
        numbers: list[tuple[int, tree.Expr]] = []
        left = list(bound)
        while left:
            whole = self.all_at_once(left, groups)
            if whole is not None:
                numbers.append(whole)
                continue
            if any(len(g) > 2 and not g.isdisjoint(left) for g in groups):
                raise NoMatrixForm
            # What is summed inside goes first: 𝟏 stands for the sum around it, ((P − Y) W₂ᵀ ⊙ 𝟙[Z > 0])ᵀ 𝟏.
            k = min(left, key=lambda i: (sum(1 for g in groups if i in g and len(g) == 2), -left.index(i)))
            left.remove(k)
            found = [groups.pop(g) for g in list(groups) if k in g]
            vectors = [g for g in found if len(g.axes) == 1]
            matrices = sorted((g for g in found if len(g.axes) == 2), key=lambda g: g.place)
            if len(matrices) > 2 or not found:
                raise NoMatrixForm  # where nothing is left to hold an index, it stands in a computed place
            if vectors and len(matrices) == 2:
                self.spread(k, matrices, vectors, groups)
            if not matrices:
                numbers.append((vectors[0].place, inner(vectors[0])))
                continue
            piece = product(k, matrices, vectors)
            self.insert(diagonal(piece) if len(set(piece.axes)) < len(piece.axes) else piece, groups)
        return numbers

    def spread(
        self, k: t.Index, matrices: list[Group], vectors: list[Group], groups: dict[frozenset[t.Index], Group]
    ) -> None:
        """A vector on each axis of one matrix: ``u vᵀ ⊙ M``, not ``diag(u) M diag(v)``."""
        for matrix in matrices:
            other = next(i for i in matrix.axes if i != k)
            columns = groups.pop(frozenset((other,)), None)
            if columns is not None:
                matrix.above.insert(0, outer(vectors.pop(), columns).turned(matrix.axes))
                return

    def all_at_once(self, left: list[t.Index], groups: dict[frozenset[t.Index], Group]) -> tuple[int, tree.Expr] | None:
        """A matrix that is summed over both its axes, and shares neither."""
        for key, group in groups.items():
            if len(key) == 2 and key.issubset(left) and all(key.isdisjoint(o) for o in groups if o is not key):
                del groups[key]
                for i in key:
                    left.remove(i)
                known = squared(group) or crossed(group)
                if known is not None:
                    return group.place, known
                return group.place, tree.Call("sum", (group.piece().expr(),))
        return None

    def insert(self, piece: Piece, groups: dict[frozenset[t.Index], Group]) -> None:
        group = groups.setdefault(frozenset(piece.axes), Group(piece.axes, place=piece.place))
        group.place = min(group.place, piece.place)
        group.above.append(piece)
        group.above.sort(key=lambda p: p.place)

    def array(
        self, groups: dict[frozenset[t.Index], Group], free: tuple[t.Index, ...], *, spread: bool, told: bool
    ) -> Piece | None:
        """What remains: one array with the free indices."""
        if not free:
            return None
        if len(free) == 1:
            group = groups.get(frozenset(free))
            if not group and not spread:
                return None
            column = group.piece() if group else Piece(free, ((ones(free[0].size), False),), 0)
            return column.flipped() if is_row(free) else column
        if len(free) > 2:
            return self.array_of_many(groups, free, spread=spread)
        both, rows, columns = (groups.get(frozenset(k)) for k in (free, free[:1], free[1:]))
        if both:
            if rows and columns:
                both.above.insert(0, outer(rows, columns).turned(both.axes))
                return both.piece().turned(free)
            turned = [g.piece().turned(free) for g in (both, replace(both, axes=free))]
            piece = min(turned, key=lambda p: turns(p.expr()))
            diag = [tree.Call("diag", (g.piece().expr(),)) if g else None for g in (rows, columns)]
            middle = () if all(e == IDENTITY for e, _ in piece.chain) and any(diag) else piece.chain
            parts = ((diag[0], False), *middle, (diag[1], False))
            return Piece(free, tuple((e, turned) for e, turned in parts if e is not None), piece.place)
        if not rows and not columns and not spread:
            return None
        spread_ones = ONES if told else ones(free[1].size)
        right = columns.piece() if columns else Piece(free[1:], ((spread_ones, False),), 0)
        summed = any(e == ONES for e, _ in right.chain[-1:])  # 𝟏 𝟏ᵀ A: what is summed tells nothing of the rows
        left = rows.piece().chain if rows else ((ONES if told and not summed else ones(free[0].size), False),)
        whole = (*left, *((e, not turned) for e, turned in reversed(right.chain)))
        if sum(isinstance(e, tree.Array) for e, _ in whole) > 1:
            raise NoMatrixForm  # two unit vectors: δᵢ₁ δⱼ₂ says it shorter
        return Piece(free, whole, 0)

    def array_of_many(
        self, groups: dict[frozenset[t.Index], Group], free: tuple[t.Index, ...], *, spread: bool
    ) -> Piece | None:
        """What remains of three axes or more: all of them at once, or none."""
        if any(axes and axes != set(free) for axes in groups):
            raise NoMatrixForm
        group = groups.get(frozenset(free))
        if group:
            return group.piece()
        if not spread:
            return None
        return Piece(free, ((tree.Call("ones", tuple(size_expr(i.size) for i in free)), False),), 0)
