"""Arrays without indices, from which the matrix writer puts expressions together."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from gradviz import terms as t
from gradviz.calculus.factors import chain, joined, number_expr
from gradviz.notation import tree
from gradviz.notation.extents import size_expr
from gradviz.notation.walk import children

ONES = tree.Constant("𝟏")


class NoMatrixForm(Exception):  # noqa: N818 - indices are written instead
    """The term cannot be written without indices."""


@dataclass(frozen=True, slots=True)
class Piece:
    """An array without indices: a chain of matrix factors, each perhaps transposed, and its axes."""

    axes: tuple[t.Index, ...]
    chain: tuple[tuple[tree.Expr, bool], ...]
    place: int

    def turned(self, axes: tuple[t.Index, ...]) -> Piece:
        """The piece with its two axes in the order asked for."""
        if self.axes == axes:
            return self
        return Piece(axes, tuple((e, not turned) for e, turned in reversed(self.chain)), self.place)

    def flipped(self) -> Piece:
        """A column as a row."""
        return Piece(self.axes, tuple((e, not turned) for e, turned in reversed(self.chain)), self.place)

    def expr(self) -> tree.Expr:
        """The piece as an expression."""
        return chain(self.chain)


@dataclass
class Group:
    """All factors with the same indices: what stands above and below the ⊘."""

    axes: tuple[t.Index, ...]
    above: list[Piece] = field(default_factory=list)
    below: list[Piece] = field(default_factory=list)
    place: int = 0

    def piece(self) -> Piece:
        """The factors as one array."""
        row = is_row(self.axes) or self._is_rather_row()
        above, below = ([p.flipped() if row else p.turned(self.axes) for p in ps] for ps in (self.above, self.below))
        if len(above) == 1 and not below:
            return above[0].flipped() if row else above[0]
        e = joined([p.expr() for p in above], "⊙") if above else tree.Number(Fraction(1), "1")
        if below:
            under = joined([p.expr() for p in below], "⊙")
            operands = e.operands if isinstance(e, tree.Product) and set(e.operators) == {"⊙"} else (e,)
            e = tree.Product((*operands, under), ("⊙",) * (len(operands) - 1) + ("⊘",))
        return Piece(self.axes, ((e, row),), self.place)

    def _is_rather_row(self) -> bool:
        """Whether a row among the factors makes them shorter as rows: ``(δ Wᵀ ⊙ (1 − h²))ᵀ``."""
        pieces = [*self.above, *self.below]
        if len(pieces) < 2 or not any(len(p.chain) == 1 and p.chain[0][1] for p in pieces) or len(self.axes) != 1:
            return False
        columns, rows = (sum(turns(p.expr()) for p in ps) for ps in (pieces, [p.flipped() for p in pieces]))
        return rows < columns


def turns(e: tree.Expr) -> int:
    """How many transposes an expression has."""
    return isinstance(e, tree.Transpose) + sum(map(turns, children(e)))


def is_row(axes: tuple[t.Index, ...]) -> bool:
    """Whether an axis runs along a row."""
    return len(axes) == 1 and axes[0].row


def product(k: t.Index, matrices: list[Group], vectors: list[Group]) -> Piece:
    """The sum over an index of one or two matrices and a vector: a matrix product."""
    first = matrices[0].piece()
    a = next((i for i in first.axes if i != k), k)
    left = first.turned((a, k))
    scale = vectors[0].piece() if vectors else None
    place = min([g.place for g in (*matrices, *vectors)])
    if len(matrices) == 1:
        if not scale and len(left.chain) == 1 and isinstance(left.chain[0][0], tree.Product) and not left.chain[0][1]:
            return Piece((a,), ((tree.Call("rowsum", (left.chain[0][0],)), False),), place)
        right = scale.chain if scale else ((ONES, False),)
        return Piece((a,), (*left.chain, *right), place)
    second = matrices[1].piece()
    b = next((i for i in second.axes if i != k), k)
    middle = ((tree.Call("diag", (scale.expr(),)), False),) if scale else ()
    return Piece((a, b), (*left.chain, *middle, *second.turned((k, b)).chain), place)


def outer(rows: Group, columns: Group) -> Piece:
    """``u vᵀ``."""
    left, right = rows.piece(), columns.piece()
    parts = (*left.chain, *((e, not turned) for e, turned in reversed(right.chain)))
    return Piece((*left.axes, *right.axes), parts, rows.place)


def inner(group: Group) -> tree.Expr:
    """The sum over one index of vectors that share it."""
    square = squared(group)
    if square is not None:
        return square
    if len(group.above) < 2:
        if isinstance(group.piece().expr(), tree.Indicator):
            return tree.Call("sum", (group.piece().expr(),))
        return _traced(group) or chain(((ONES, True), *group.piece().chain))
    first, *rest = group.above
    other = Group(group.axes, rest, group.below).piece()
    factors = (*((e, not turned) for e, turned in reversed(first.chain)), *other.chain)
    if factors[0][0] == factors[-1][0]:
        # wᵀ Sᵀ w is wᵀ S w
        factors = min(factors, tuple((e, not turned) for e, turned in reversed(factors)), key=_turned)
    return chain(factors)


def _turned(factors: tuple[tuple[tree.Expr, bool], ...]) -> int:
    return sum(turned for _, turned in factors)


def crossed(group: Group) -> tree.Expr | None:
    """``tr(A B)`` where all entries of ``A ⊙ Bᵀ`` are summed."""
    if len(group.above) != 2 or group.below:
        return None
    one, other = group.above
    if one.axes != other.axes[::-1]:
        return None
    return tree.Call("trace", (chain((*one.chain, *other.chain)),))


def diagonal(piece: Piece) -> Piece:
    """The entries of a matrix with equal indices."""
    return Piece(piece.axes[:1], ((tree.Call("diagonal", (piece.expr(),)), False),), piece.place)


def _traced(group: Group) -> tree.Expr | None:
    """The sum of a diagonal."""
    if len(group.above) != 1 or group.below:
        return None
    e = group.above[0].chain[0][0]
    alone = len(group.above[0].chain) == 1 and isinstance(e, tree.Call) and e.function == "diagonal"
    return tree.Call("trace", e.arguments) if alone and isinstance(e, tree.Call) else None


def squared(group: Group) -> tree.Expr | None:
    """``‖x‖²`` where all entries of a square are summed."""
    if len(group.above) != 1 or group.below:
        return None
    e = group.above[0].expr()
    if isinstance(e, tree.Power) and e.exponent == tree.Number(Fraction(2)):
        return tree.Power(tree.Call("norm", (e.base,)), e.exponent)
    if isinstance(e, tree.Product) and e.operators == ("⊙",) and e.operands[0] == e.operands[1]:
        return tree.Power(tree.Call("norm", (e.operands[0],)), tree.Number(Fraction(2), "2"))
    return None


def ones(dim: t.Dim) -> tree.Expr:
    """A column of ones, with its size."""
    return tree.Call("ones", (size_expr(dim),))


def unit(dim: t.Dim, place: int) -> tree.Expr:
    """A unit vector, written out."""
    if not isinstance(dim, int) or dim > 12:
        raise NoMatrixForm
    return tree.Array(tuple(number_expr(Fraction(int(n == place))) for n in range(dim)))


def flat(term: t.Term) -> tuple[list[t.Term], list[t.Index]]:
    """The factors of a product, and all indices that are summed over it."""
    factors: list[t.Term] = []
    bound: list[t.Index] = []
    stack = [term]
    while stack:
        f = stack.pop(0)
        if isinstance(f, t.Mul):
            stack[:0] = f.factors
        elif isinstance(f, t.Contract):
            fresh = t.freshen(f)
            assert isinstance(fresh, t.Contract)
            bound.extend(fresh.indices)
            stack.insert(0, fresh.body)
        else:
            factors.append(f)
    return factors, bound


def axes_of(f: t.Term) -> tuple[t.Index, ...]:
    """The free indices in the order in which they are read."""
    found: dict[t.Index, None] = {}
    for x in t.subterms(f):
        if isinstance(x, t.Atom):
            found.update((i, None) for p in x.indices for i in t.indices_in(p) if i in f.free)
        elif isinstance(x, t.Delta):
            found.update((i, None) for p in (x.left, x.right) for i in t.indices_in(p) if i in f.free)
        elif isinstance(x, t.Ordinal):
            raise NoMatrixForm
    return tuple(found)
