"""The sizes of ``𝟏`` that only all of an expression tells: ``(x 𝟏ᵀ − 𝟏 xᵀ) 𝟏``, ``xᵀ(I − 𝟏 𝟏ᵀ/n) x``.

Each ``𝟏`` has a size that is not known, rules of shapes say which of them are equal, and names say what they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from gradviz.graph.elaborate import Elaborator
from gradviz.graph.making import Operand, Scope, Unsized
from gradviz.graph.node import Table
from gradviz.messages import GradvizError, ShapeError
from gradviz.notation import tree
from gradviz.notation.extents import size_expr
from gradviz.notation.walk import rebuild, within
from gradviz.notation.words import apart
from gradviz.ops import OPERATIONS, Shape
from gradviz.ops.shapes import canonical
from gradviz.terms import Dim

_Axes: TypeAlias = tuple["Dim | _Size", ...]
_Read = TypeVar("_Read", bound=Operand)
_NUMBERS = frozenset({"norm", "sqnorm", "sum", "mean", "trace", "tr", "det", "logdet", "norm1", "norm_inf", "var"})


class _Size:
    """A size that is not known yet."""


class _UnsettledError(Exception):
    """The sizes do not follow from what is known here."""


def with_sizes(
    e: tree.Expr, shape: Shape, table: Table, scope: Scope, unknown: Callable[[tree.Name], Operand]
) -> tree.Expr | None:
    """An expression with ``ones(n)`` for each ``𝟏``, or None where one may have several sizes.

    Parameters
    ----------
    e : tree.Expr
    shape : Shape
        What is wanted, empty where that is not known.
    table : Table
        Left as it is.
    scope : Scope
    unknown : callable
        See `Elaborator`.
    """
    if not any(map(_is_ones, within(e))):
        return None
    count = len(table.nodes)
    try:
        return _Sizes(Elaborator(table, lambda span: None, unknown), scope).settled(e, canonical(shape))
    except (_UnsettledError, GradvizError):
        return None
    finally:
        table.cut(count)


def read_with_sizes(
    read: Callable[[tree.Expr, Scope], _Read],
    e: tree.Expr,
    shape: Shape,
    table: Table,
    scope: Scope,
    unknown: Callable[[tree.Name], Operand],
) -> _Read:
    """What an elaborator reads; where shapes do not fit, of the expression with a size for each ``𝟏``."""
    try:
        return read(e, scope)
    except ShapeError:
        whole = with_sizes(e, shape, table, scope, unknown)
        if whole is None:
            raise
        return read(whole, scope)


def _is_ones(e: tree.Expr) -> bool:
    return type(e) is tree.Constant and e.name == "𝟏"


def _is_eye(e: tree.Expr) -> bool:
    return type(e) is tree.Constant and e.name in {"I", "Id", apart("I")}


class _Sizes:
    def __init__(self, elaborator: Elaborator, scope: Scope) -> None:
        self.elaborator = elaborator
        self.scope = scope
        self.equal: dict[_Size, Dim | _Size] = {}
        self.sizes: dict[int, _Size] = {}

    def settled(self, e: tree.Expr, shape: Shape) -> tree.Expr:
        """The expression with all sizes."""
        e = _apart(e)
        found = self.axes(e)
        if len(found) == len(shape):
            self.same(found, shape)
        return self.put(e)

    def put(self, e: tree.Expr) -> tree.Expr:
        """Ones with the size that was found for them."""
        if not _is_ones(e):
            return rebuild(e, self.put)
        size = self.known(self.sizes[id(e)]) if id(e) in self.sizes else _Size()
        if isinstance(size, _Size):
            raise _UnsettledError
        return tree.Call("ones", (size_expr(size),), span=e.span)

    def known(self, d: Dim | _Size) -> Dim | _Size:
        """What is known of a size by now."""
        while isinstance(d, _Size) and d in self.equal:
            d = self.equal[d]
        return d

    def unify(self, a: Dim | _Size, b: Dim | _Size) -> None:
        """Two sizes are one; ones of size 1 are not meant where nobody says so."""
        a, b = self.known(a), self.known(b)
        if a == b:
            return
        if not isinstance(a, _Size):
            a, b = b, a
        if not isinstance(a, _Size) or b == 1:
            raise _UnsettledError
        self.equal[a] = b

    def same(self, a: _Axes, b: _Axes) -> _Axes:
        """Two arrays have one shape."""
        if len(a) != len(b):
            raise _UnsettledError
        for one, other in zip(a, b, strict=True):
            self.unify(one, other)
        return a

    def axes(self, e: tree.Expr) -> _Axes:
        """The shape of an expression."""
        if _is_ones(e):
            return (self.sizes.setdefault(id(e), _Size()),)
        if _is_eye(e):
            size = _Size()
            return size, size
        if not any(_is_ones(x) or _is_eye(x) for x in within(e)):
            return self.told(e)
        match e:
            case tree.Negative():
                return self.axes(e.operand)
            case tree.Transpose():
                return self.turned(self.axes(e.operand))
            case tree.Sum():
                return self.alike([self.axes(i) for i in e.items])
            case tree.Product():
                return self.product(e)
            case tree.Power() if not self.axes(e.exponent):
                return self.entries(self.axes(e.base))
            case tree.Call() if not e.options and not e.order:
                return self.call(e)
        raise _UnsettledError

    def told(self, e: tree.Expr) -> _Axes:
        """The shape of what has no ones inside."""
        with self.elaborator.unseen():
            operand = self.elaborator.expression(e, self.scope)
        if isinstance(operand, Unsized) or operand.labels:
            raise _UnsettledError
        return self.elaborator.shape(operand)

    def turned(self, a: _Axes) -> _Axes:
        """The shape of a transpose."""
        rows, columns = _matrix(a)
        return _canonical((columns, rows))

    def alike(self, many: list[_Axes]) -> _Axes:
        """Arrays that are added, or multiplied entry by entry; numbers go with anything."""
        arrays = [a for a in many if a]
        for other in arrays[1:]:
            self.same(arrays[0], other)
        return arrays[0] if arrays else ()

    def entries(self, a: _Axes) -> _Axes:
        """What acts on entries; a power of a matrix may be meant otherwise."""
        if len(a) > 1:
            raise _UnsettledError
        return a

    def product(self, e: tree.Product) -> _Axes:
        """Products and quotients, from left to right."""
        result = self.axes(e.operands[0])
        for sign, operand in zip(e.operators, e.operands[1:], strict=True):
            other = self.axes(operand)
            if not result or not other:
                if sign in {"/", "⊘"} and other:
                    raise _UnsettledError
                result = result or other
            elif sign in {"⊙", "⊘"}:
                result = self.same(result, other)
            elif sign == "·" and len(result) == len(other) == 1:
                self.same(result, other)
                result = ()
            elif sign in {"", "@", "·", "*"} and max(len(result), len(other)) <= 2:
                (rows, inner), (same, columns) = _matrix(result), _matrix(other)
                self.unify(inner, same)
                result = _canonical((rows, columns))
            else:
                raise _UnsettledError
        return result

    def call(self, e: tree.Call) -> _Axes:
        """Functions of entries, and numbers made of arrays."""
        inside = [self.axes(a) for a in e.arguments]
        if e.function in _NUMBERS and len(inside) == 1:
            return ()
        if e.function == "diag" and len(inside) == 1 and len(inside[0]) == 1:
            return inside[0] * 2
        if e.function not in self.scope.functions and e.function in OPERATIONS and OPERATIONS[e.function].elementwise:
            return self.alike(inside)
        raise _UnsettledError


def _apart(e: tree.Expr) -> tree.Expr:
    """The expression with each ``𝟏`` an object of its own."""
    return tree.Constant("𝟏", e.span) if _is_ones(e) else rebuild(e, _apart)


def _matrix(a: _Axes) -> _Axes:
    return (*a, 1, 1)[:2] if len(a) <= 2 else a


def _canonical(a: _Axes) -> _Axes:
    while a and a[-1] == 1:
        a = a[:-1]
    return a
