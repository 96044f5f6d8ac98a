"""Rows by the index of a sum: ``∑_n (t_n − wᵀ X_n)²`` and ``‖x − M[k, :]‖²``, read entry by entry.

A row beside an index is a vector. What is made of such vectors comes to a number within the sum: an inner product, a
norm, a sum; each is written as a sum of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from gradviz.notation import tree
from gradviz.notation.walk import children, rebuild, within
from gradviz.ops import OPERATIONS
from gradviz.ops.operation import Shape
from gradviz.terms import Dim

ShapeOf = Callable[[tree.Expr], Shape | None]
"""The shape of an expression that no index is in; None where it has none that is known."""

_TWO = tree.Number(Fraction(2), "2")
_ONE = tree.Number(Fraction(1), "1")


class _OtherError(Exception):
    """Something stands here that is not read entry by entry."""


def with_rows(e: tree.Expr, bound: frozenset[str], shape_of: ShapeOf, letters: Iterator[str]) -> tree.Expr:
    """An expression in which rows by an index are read entry by entry; as it was where there are none.

    Parameters
    ----------
    e : tree.Expr
    bound : frozenset of str
        Indices that are bound around it.
    shape_of : callable
    letters : iterator of str
        Names for the indices of new sums.
    """
    rows = _Rows(bound, shape_of, letters)
    if not rows.any_rows(e):
        return e
    try:
        return rows.number(e)
    except _OtherError:
        return e


def entries_of_rows(
    e: tree.Expr, bound: frozenset[str], shape_of: ShapeOf, letters: Iterator[str]
) -> tuple[tree.Expr, Shape, tuple[str, ...]] | None:
    """One entry of an expression in which rows by an index stand, with the whole's shape, and the indices of the entry.

    A row ``(1, d)`` is read at its second axis alone. None where there are no rows, or what they make is not read
    entry by entry. For the parameters see `with_rows`.
    """
    rows = _Rows(bound, shape_of, letters)
    if not rows.any_rows(e):
        return None
    try:
        shape = rows.shape(e)
        used = tuple([next(letters) for dim in shape if dim != 1])
        free = iter(used)
        at = tuple([_ONE if dim == 1 else tree.Name(next(free)) for dim in shape])
        return (rows.entry(e, at) if shape else rows.number(e)), shape, used
    except _OtherError:
        return None


class _Rows:
    def __init__(self, bound: frozenset[str], shape_of: ShapeOf, letters: Iterator[str]) -> None:
        self.bound = bound
        self.shape_of = shape_of
        self.letters = letters

    def is_row(self, e: tree.Expr) -> bool:
        """Whether this is an array at fewer indices than it has axes, one of them bound."""
        if not isinstance(e, tree.Entry) or type(e.array) is not tree.Name or not any(map(self._is_bound, e.indices)):
            return False
        shape = self.shape_of(e.array)
        ranges = [i for i in e.indices if isinstance(i, tree.Slice)]
        whole = all(i.low is None and i.high is None for i in ranges)
        return shape is not None and whole and len(e.indices) - len(ranges) < len(shape) and len(shape) > 1

    def _is_bound(self, e: tree.Expr) -> bool:
        return any(isinstance(x, tree.Name) and x.name in self.bound for x in within(e))

    def has_rows(self, e: tree.Expr) -> bool:
        """Whether rows, or sums that may have some, stand in an expression."""
        return any(self.is_row(x) or isinstance(x, tree.Big) for x in within(e))

    def any_rows(self, e: tree.Expr) -> bool:
        """Whether rows stand in an expression, those by the indices of sums in it too."""
        parts = within(e)
        bound = self.bound.union(x.index for x in parts if isinstance(x, tree.Big))
        return any(map(_Rows(bound, self.shape_of, self.letters).is_row, parts))

    # -- numbers

    def number(self, e: tree.Expr) -> tree.Expr:
        """A number, written without rows."""
        if not self.has_rows(e):
            return e
        if isinstance(e, tree.Big):
            body = self._within(e).number(e.body)
            return e if body is e.body else tree.Big(e.operator, e.index, e.low, e.high, body, e.span)
        if not any(self.is_row(x) for x in self._here(e)):
            return rebuild(e, self.number)
        if self.shape(e):
            raise _OtherError
        if (
            isinstance(e, tree.Power)
            and isinstance(e.base, tree.Call)
            and e.base.function == "norm"
            and e.exponent == _TWO
        ):
            return self._summed(e.base.arguments[0], squared=True)
        if isinstance(e, tree.Call) and e.function in ("norm", "sum"):
            total = self._summed(e.arguments[0], squared=e.function == "norm")
            return tree.Call("sqrt", (total,), 0, e.span) if e.function == "norm" else total
        if isinstance(e, tree.Call) and e.function == "dot":
            first, second = e.arguments
            return self._product_of(first, second, e.span)
        if isinstance(e, tree.Product):
            return self.entry(e, ())
        return rebuild(e, self.number)

    def _within(self, e: tree.Big) -> _Rows:
        return _Rows(self.bound | {e.index}, self.shape_of, self.letters)

    def _here(self, e: tree.Expr) -> Iterator[tree.Expr]:
        """The parts of an expression that no other sum has."""
        yield e
        if not isinstance(e, tree.Big):
            for part in children(e):
                yield from self._here(part)

    def _summed(self, e: tree.Expr, *, squared: bool) -> tree.Expr:
        shape = self.shape(e)
        if len(shape) != 1:
            raise _OtherError
        index = tree.Name(next(self.letters))
        body = self.entry(e, (index,))
        return tree.Big("sum", index.name, None, None, tree.Power(body, _TWO, e.span) if squared else body, e.span)

    def _product_of(self, a: tree.Expr, b: tree.Expr, span: tree.Span) -> tree.Expr:
        if len(self.shape(a)) != 1 or self.shape(a) != self.shape(b):
            raise _OtherError
        index = tree.Name(next(self.letters))
        both = tree.Product((self.entry(a, (index,)), self.entry(b, (index,))), ("",), span)
        return tree.Big("sum", index.name, None, None, both, span)

    # -- shapes

    def shape(self, e: tree.Expr) -> Shape:
        """The shape of an expression with rows in it: a number, a column, a row ``(1, d)`` or a matrix."""
        if self.is_row(e):
            assert isinstance(e, tree.Entry)
            return tuple(dim for dim, i in self._axes(e) if i is None)
        if not self.any_rows(e):
            if not self._is_bound(e):
                return self._known(e)
            if not isinstance(e, tree.Negative | tree.Sum | tree.Product):
                return ()
        match e:
            case tree.Big():
                return self._within(e).shape(e.body)
            case tree.Negative():
                return self.shape(e.operand)
            case tree.Power():
                return self._alike([e.base, e.exponent])
            case tree.Sum():
                return self._alike(e.items)
            case tree.Transpose():
                return _turned(self.shape(e.operand))
            case tree.Indicator() | tree.Comparison():
                return ()
            case tree.Call() if e.function in ("norm", "sum", "dot") and not e.options and not e.order:
                return ()
            case tree.Call() if e.function in OPERATIONS and OPERATIONS[e.function].elementwise and not e.order:
                return self._alike(e.arguments)
            case tree.Product():
                left, sign, right = _split(e)
                return self._multiplied(self.shape(left), sign, self.shape(right))
        raise _OtherError

    def _known(self, e: tree.Expr) -> Shape:
        found = self.shape_of(e)
        if found is None:
            raise _OtherError
        return found

    def _alike(self, parts: tuple[tree.Expr, ...] | list[tree.Expr]) -> Shape:
        found = {s for s in map(self.shape, parts) if s}
        if len(found) > 1:
            raise _OtherError
        return found.pop() if found else ()

    def _multiplied(self, a: Shape, sign: str, b: Shape) -> Shape:
        if not a or not b:
            if sign == "/" and b:
                raise _OtherError
            return a or b
        if sign in ("⊙", "⊘") and a == b:
            return a
        if sign in ("", "@") and len(a) == 1 and len(b) == 2 and b[0] == 1:
            return (a[0], b[1])
        if sign in ("", "@") and len(a) == 2 and a[1] == b[0]:
            whole = (a[0], *b[1:])
            return () if set(whole) == {1} else whole
        if sign == "·" and a == b and len(a) == 1:
            return ()
        raise _OtherError

    def _axes(self, e: tree.Entry) -> list[tuple[Dim, tree.Expr | None]]:
        """Each axis of what is read, with its index; None where it stays."""
        shape = self._known(e.array)
        given = [None if isinstance(i, tree.Slice) else i for i in e.indices]
        return list(zip(shape, [*given, *[None] * (len(shape) - len(given))], strict=True))

    # -- entries

    def entry(self, e: tree.Expr, at: tuple[tree.Expr, ...]) -> tree.Expr:
        """The entry of an expression at indices, one for each axis."""
        if self.is_row(e):
            assert isinstance(e, tree.Entry)
            left = iter(at)
            return tree.Entry(e.array, tuple(next(left) if i is None else i for _, i in self._axes(e)), e.span)
        shape = self.shape(e)
        if not shape and not isinstance(e, tree.Product):
            return self.number(e)
        if not self.any_rows(e) and not (shape and self._is_bound(e)):
            return tree.Entry(e, at, e.span) if shape else self.number(e)
        match e:
            case tree.Big() if e.operator == "sum":
                return tree.Big(e.operator, e.index, e.low, e.high, self._within(e).entry(e.body, at), e.span)
            case tree.Negative() | tree.Power() | tree.Sum():
                return rebuild(e, lambda part: self.entry(part, at if self.shape(part) else ()))
            case tree.Transpose():
                inner = self.shape(e.operand)
                return self.entry(e.operand, at[1:] if len(inner) == 1 else (_ONE, *at) if len(at) == 1 else at[::-1])
            case tree.Call():
                return rebuild(e, lambda part: self.entry(part, at if self.shape(part) else ()))
            case tree.Product():
                return self._of_product(e, at)
        raise _OtherError

    def _of_product(self, e: tree.Product, at: tuple[tree.Expr, ...]) -> tree.Expr:
        left, sign, right = _split(e)
        a, b = self.shape(left), self.shape(right)
        if not a or not b or sign in ("⊙", "⊘"):
            plain = {"⊙": "", "⊘": "/"}.get(sign, sign)
            parts = (self.entry(left, at if a else ()), self.entry(right, at if b else ()))
            return tree.Product(parts, (plain,), e.span)
        if sign == "·":
            return self._product_of(left, right, e.span)
        if len(a) == 1:
            outer = (self.entry(left, at[:1]), self.entry(right, (_ONE, *at[1:])))
            return tree.Product(outer, ("",), e.span)
        index = tree.Name(next(self.letters))
        rest = (*at, *[_ONE] * (len(a) + len(b) - 2 - len(at)))
        first = self.entry(left, (*rest[: len(a) - 1], index))
        second = self.entry(right, (index, *rest[len(a) - 1 :]))
        return tree.Big("sum", index.name, None, None, tree.Product((first, second), ("",), e.span), e.span)


def _turned(shape: Shape) -> Shape:
    """A column as a row, and a row as a column."""
    return (1, *shape) if len(shape) == 1 else shape[1:] if len(shape) == 2 and shape[0] == 1 else shape[::-1]


def _split(e: tree.Product) -> tuple[tree.Expr, str, tree.Expr]:
    """A product as what stands before its last sign, the sign, and what stands behind it."""
    *before, last = e.operands
    *signs, sign = e.operators
    return (before[0] if len(before) == 1 else tree.Product(tuple(before), tuple(signs), e.span)), sign, last
