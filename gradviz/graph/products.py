"""Products and quotients: scaling, matrix product, or entry by entry, as shapes decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from gradviz.graph.making import Making, Operand, Scope, Unsized, Value
from gradviz.graph.named import times
from gradviz.graph.node import Node
from gradviz.messages import AmbiguousError, Message, ShapeError, say
from gradviz.notation import tree, write
from gradviz.ops import WORDS, shapes
from gradviz.ops.operation import Shape
from gradviz.ops.shapes import Misfit, core

_ZERO = Node("number", (), (), Fraction(0))
_MATRIX = ("", "@")
_RULES = {None: "matmul", "bmm": "batched", "bmm_right": "batch_by_matrix", "bmm_left": "matrix_by_batch"}


def _of_no_size(e: tree.Expr, scope: Scope) -> bool:
    """Whether an expression is an entry of an array that has no size of its own."""
    return (
        isinstance(e, tree.Entry)
        and isinstance(e.array, tree.Name)
        and isinstance(scope.names.get(e.array.name), Unsized)
    )


class Products(Making):
    """Elaborates products."""

    def _product(self, e: tree.Product, scope: Scope) -> Operand:
        last = len(e.operators)
        order: Iterable[int] = range(last + 1)
        if tree.Entry in map(type, e.operands):
            # The size of δ[k, i − l] is told by what else is read at its indices.
            order = sorted(order, key=lambda n: _of_no_size(e.operands[n], scope))
        elif last == 1:
            left, other = e.operands
            return self.product(e.operators[0], self.expression(left, scope), self.expression(other, scope), e)
        right = {n: self.expression(e.operands[n], scope) for n in order}
        result = right.pop(0)
        for n, sign in enumerate(e.operators, 1):
            if n not in right:
                continue
            part = e if n == last else _first(e, n + 1)
            if n < last and e.operators[n] in _MATRIX and self._waits(sign, result, right[n]):
                # The size of 𝟏ᵀ in a 𝟏ᵀ X is told from its right.
                pair = tree.Product(e.operands[n : n + 2], ("",))
                right[n] = self.product("", right[n], right.pop(n + 1), pair)
                part = e if n + 1 == last else _first(e, n + 2)
            result = self.product(sign, result, right[n], part)
            if part is not e and isinstance(result, Value):
                self.remember(result.node, part)
        return result

    def _waits(self, sign: str, a: Operand, b: Operand) -> bool:
        """Whether the left side does not tell the size of a row of ones."""
        if not isinstance(b, Unsized) or b.kind != "ones" or not b.row or sign not in _MATRIX:
            return False
        return isinstance(a, Value) and bool(core(self.shape(a)))

    def product(self, sign: str, a: Operand, b: Operand, at: tree.Product) -> Operand:
        """Two operands with a sign between them ("" where they stand side by side)."""
        if sign in {"/", "⊘"}:
            return self._quotient(sign, a, b, at)
        if isinstance(a, Unsized) or isinstance(b, Unsized):
            return self._unsized_product(sign, a, b, at)
        if sign == "⊗":
            return self._outer_product(a, b, at)
        nodes = self.table.nodes
        scalar = not core(nodes[a.node].shape) or not core(nodes[b.node].shape) or a.labels or b.labels
        if sign == "⊙" or scalar or (self.by_entries and sign != "@"):
            return self.entrywise("mul", (a, b), at)
        if sign == "×":
            x, y = (write(o, "unicode", WORDS) for o in _last_two(at))
            fitting = [s for s, rule in (("@", "matmul"), ("⊙", "equal")) if fits(rule, self.shape(a), self.shape(b))]
            hints = [f"{x} {s} {y}" for s in fitting]
            hint = say("write-instead", first=hints[0], second=hints[1]) if len(hints) > 1 else None
            hint = say("write-one", text=hints[0]) if len(hints) == 1 else hint
            raise self.fail(say("cross-of-arrays"), at, hint)
        column = len(self.shape(a)) == len(self.shape(b)) == 1
        if sign == "·" and column:
            return self.apply("dot", (a, b), at)
        return self._matrix_or_entries(sign, a, b, at)

    def _outer_product(self, a: Value, b: Value, at: tree.Product) -> Value:
        shapes_of = [core(self.shape(o)) for o in (a, b)]
        if max(map(len, shapes_of)) == 2 and all(shapes_of):
            try:
                shapes.outer((self.shape(a), self.shape(b)))
            except Misfit as misfit:
                suggestion = write(tree.Call("kron", _last_two(at)), "unicode", WORDS)
                problem = say("shapes-in", problem=misfit.message, expression=write(at, "unicode", WORDS))
                raise self.fail(problem, at, say("try-kron", suggestion=suggestion)) from None
        return self.apply("outer", (a, b), at)

    def _matrix_or_entries(self, sign: str, a: Value, b: Value, at: tree.Product) -> Value:
        left, right = self.shape(a), self.shape(b)
        batch = times(len(left), len(right))
        matrix = fits(_RULES[batch], left, right)
        entries = sign in {"*", "·"} and fits("equal", left, right)
        if matrix and entries:
            x, y = (write(o, "unicode", WORDS) for o in _last_two(at))
            hint = say("write-instead", first=f"{x} @ {y}", second=f"{x} ⊙ {y}")
            raise AmbiguousError(say("two-readings", text=write(at, "unicode", WORDS)), self.place(at.span), hint)
        if entries and not matrix:
            return self._as_value(self.entrywise("mul", (a, b), at))
        if not matrix:
            raise ShapeError(self._misfit(left, right, at), self.place(at.span), self._advice(left, right, at))
        return self.apply(batch or "matmul", (a, b), at)

    def _misfit(self, left: Shape, right: Shape, at: tree.Expr) -> Message:
        try:
            getattr(shapes, _RULES[times(len(left), len(right))])((left, right))
        except Misfit as misfit:
            return say("shapes-in", problem=misfit.message, expression=write(at, "unicode", WORDS))
        raise AssertionError(left, right)

    def _advice(self, left: Shape, right: Shape, at: tree.Product) -> Message | None:
        x, y = _last_two(at)
        if left == right:
            return say("try-hadamard", suggestion=write(tree.Product((x, y), ("⊙",)), "unicode", WORDS))
        if max(len(left), len(right)) > 2:
            return None
        for first, second, a, b in (
            (shapes.transpose((left,)), right, _transposed(x), y),
            (left, shapes.transpose((right,)), x, _transposed(y)),
        ):
            if fits("matmul", first, second):
                return say("try-transpose", suggestion=write(tree.Product((a, b), ("",)), "unicode", WORDS))
        return None

    def _unsized_product(self, sign: str, a: Operand, b: Operand, at: tree.Expr) -> Operand:
        if isinstance(a, Unsized) and isinstance(b, Unsized):
            if sign in _MATRIX and (a.kind, b.kind, a.row, b.row) == ("ones", "ones", False, True):
                return self._all_ones(a, b, at)
            raise self.fail(say("size-unknown", expression=write(at, "unicode", WORDS)), at, say("size-say"))
        unsized, other = (a, b) if isinstance(a, Unsized) else (b, a)
        assert isinstance(unsized, Unsized)
        assert isinstance(other, Value)
        if other.labels:
            raise self.fail(say("array-among-entries", expression=write(at, "unicode", WORDS)), at)
        shape = self.shape(other)
        if not core(shape):
            return self._scaled(other, unsized, at)
        if sign == "⊙":
            return self.entrywise("mul", (a, b), at)
        inner = shapes.matrix(shape)[0 if unsized is a else 1]
        if unsized.kind == "eye":
            return self.apply("matmul", self._beside(unsized is a, self.sized(unsized, (inner, inner), at), other), at)
        if unsized.kind == "ones" and inner == 1 and (unsized is a) != unsized.row:
            return replace(unsized, kind="spread", row=False, beside=other.node)
        if unsized.beside is not None and (len(self.shape(Value(unsized.beside))) == 1) == (unsized is a):
            rows, columns = shapes.matrix(self.shape(Value(unsized.beside)))
            full = (rows, inner) if unsized is a else (inner, columns)
            return self.apply("matmul", self._beside(unsized is a, self.sized(unsized, full, at), other), at)
        if unsized.beside is not None:
            return self._spread_on(unsized, other, at, first=unsized is a)
        if (unsized is a) != unsized.row:
            raise self.fail(say("size-unknown", expression=write(at, "unicode", WORDS)), at, say("size-say"))
        sized = self.sized(unsized, (1, inner) if unsized.row else (inner,), at)
        return self.apply("matmul", self._beside(unsized is a, sized, other), at)

    def _spread_on(self, unsized: Unsized, other: Value, at: tree.Expr, *, first: bool) -> Unsized:
        """``𝟏 vᵀ A`` is ``𝟏 (vᵀ A)``, and ``A v 𝟏ᵀ`` is ``(A v) 𝟏ᵀ``; ``𝟏 vᵀ w`` is a number of ones."""
        assert unsized.beside is not None
        product = self.apply("matmul", self._beside(first, Value(unsized.beside), other), at)
        if core(self.shape(product)):
            return replace(unsized, beside=product.node)
        return self._scaled(product, replace(unsized, kind="ones", row=not first, beside=None), at)

    def _all_ones(self, a: Unsized, b: Unsized, at: tree.Expr) -> Unsized:
        """``𝟏 𝟏ᵀ``: a matrix of ones."""
        factors = [Value(o.factor) for o in (a, b) if o.factor is not None]
        factor = self.apply("mul", tuple(factors), at) if len(factors) == 2 else next(iter(factors), None)
        return Unsized("full", factor=None if factor is None else factor.node)

    def _beside(self, first: bool, sized: Value, other: Value) -> tuple[Value, Value]:
        return (sized, other) if first else (other, sized)

    def _scaled(self, scalar: Value, unsized: Unsized, at: tree.Expr) -> Unsized:
        factor = scalar.node if unsized.factor is None else self.apply("mul", (scalar, Value(unsized.factor)), at).node
        return replace(unsized, factor=factor)

    def _quotient(self, sign: str, a: Operand, b: Operand, at: tree.Product) -> Operand:
        if isinstance(a, Unsized) and isinstance(b, Value) and not core(self.shape(b)):
            return self._scaled(self._as_value(self.entrywise("div", (self.number(1), b), at)), a, at)
        if isinstance(b, Value) and self.table.nodes[b.node] == _ZERO:
            raise self.fail(say("divided-by-zero"), at)
        return self.entrywise("div", (a, b), at)


@lru_cache(maxsize=1 << 12)
def fits(rule: str, left: Shape, right: Shape) -> bool:
    """Whether two shapes fit by a rule."""
    try:
        getattr(shapes, rule)((left, right))
    except Misfit:
        return False
    return True


def _first(e: tree.Product, count: int) -> tree.Product:
    """The first operands of a product, and the signs between them."""
    return tree.Product(e.operands[:count], e.operators[: count - 1], e.span)


def _last_two(at: tree.Product) -> tuple[tree.Expr, tree.Expr]:
    """What stands left and right of the last sign."""
    *before, last = at.operands
    left = before[0] if len(before) == 1 else tree.Product(tuple(before), at.operators[:-1])
    return left, last


def _transposed(e: tree.Expr) -> tree.Expr:
    """``eᵀ``; of a transpose, what stands inside."""
    return e.operand if isinstance(e, tree.Transpose) else tree.Transpose(e)
