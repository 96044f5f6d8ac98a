"""Products over indices: ``∏_{i=1}^{n} x_i``."""

from __future__ import annotations

from gradviz.graph.making import Making, Operand, Scope, Unsized, Value
from gradviz.graph.node import Node
from gradviz.messages import ShapeError, UsageError, say
from gradviz.notation import tree, write
from gradviz.ops import OPERATIONS, WORDS
from gradviz.terms import Dim, minus, plus

_LONGEST = 1000
_OVER_AXIS = {(0, 1): "prod", (1, 2): "rowprod", (0, 2): "colprod"}
"""The operation that multiplies along an axis, by its place and the number of axes."""


class Multiplied(Making):
    """Elaborates products over indices."""

    def multiplied(self, e: tree.Big, scope: Scope, low: Dim, high: object) -> Operand:
        """Along a whole axis or a part of one by one operation; between two numbers factor by factor."""
        if e.high is not None and high is None:
            raise self.fail(say("not-an-index", expression=write(e.high, "unicode", WORDS)), e.high)
        left_out = _left_out(e)
        if left_out is not None and low == 1:
            return self._others(e, *left_out, scope, high)
        label = self.fresh_label(e.index)
        self.label_bodies[label] = e.body
        symbolic = not isinstance(low, int) or (high is not None and not isinstance(high, int))
        if not isinstance(low, int) or (low != 1 and symbolic):
            return self._part(e, label, low, high, scope)
        try:
            body = self.expression(e.body, scope._replace(labels={**scope.labels, e.index: label}))
        except ShapeError:
            if isinstance(high, int):
                return self._factors(e, scope, low, high)  # each factor alone may be on its axis
            if high is None:
                raise
            return self._part(e, label, low, high, scope)
        if isinstance(body, Unsized):
            raise self.fail(say("size-unknown", expression=write(e, "unicode", WORDS)), e)
        size = self.label_sizes.get(label, high)
        if size is None:
            raise self.fail(say("sum-without-range", index=e.index), e)
        if low == 1 and high in (None, size):
            found = self._along(body, label, size, e)
            if found is not None:
                return found
        elif symbolic:
            return self._part(e, label, low, high, scope)
        last = size if high is None else high
        if isinstance(last, int):
            return self._factors(e, scope, low, last)
        raise UsageError(say("not-available", name=f"∏ over {e.index} = 1, …, {last}"), self.place(e.span))

    def _part(self, e: tree.Big, label: str, low: Dim, high: object, scope: Scope) -> Operand:
        """Over a part of an axis, whose ends are no numbers: ``∏_{i=2}^{n} x_{i−1}``."""
        if high is None:
            raise self.fail(say("sum-without-range", index=e.index), e)
        assert isinstance(high, int | str)
        body, inner, size = self.ranged(e, label, low, high, scope)
        found = self._along(body, inner, size, e)
        if found is None:
            raise UsageError(say("not-available", name=f"∏ over {e.index} = {low}, …, {high}"), self.place(e.span))
        return found

    def _along(self, body: Value, label: str, size: object, e: tree.Big) -> Operand | None:
        """The product of what is there at all places of an index; None where no operation gives it."""
        if label not in body.labels:
            times = self.number(size) if isinstance(size, int) else Value(self.table.put(Node("size", (), (), size)))
            return self.entrywise("power", (body, times), e)
        axes = len(self.shape(body))
        operation = _OVER_AXIS.get((body.labels.index(label), axes), "")
        if operation not in OPERATIONS or axes != len(body.labels):
            return None
        others = tuple(x for x in body.labels if x != label)
        return Value(self.apply(operation, (Value(body.node),), e).node, others)

    def _others(self, e: tree.Big, inner: tree.Expr, other: tree.Expr, scope: Scope, high: object) -> Operand:
        """``∏_{j≠i}``: for each i the product of what is there at all other places."""
        label = self.fresh_label(e.index)
        self.label_bodies[label] = inner
        body = self.expression(inner, scope._replace(labels={**scope.labels, e.index: label}))
        if isinstance(body, Unsized):
            raise self.fail(say("size-unknown", expression=write(e, "unicode", WORDS)), e)
        size = self.label_sizes.get(label, high)
        at = scope.labels.get(other.name) if isinstance(other, tree.Name) else None
        if size is None:
            raise self.fail(say("sum-without-range", index=e.index), e)
        if high not in (None, size):
            raise self.fail(say("index-sizes", index=e.index, first=size, second=high), e)
        if isinstance(at, str) and self.label_sizes.setdefault(at, size) != size:  # type: ignore[arg-type]
            raise self.fail(say("index-sizes", index=at.split("#")[0], first=self.label_sizes[at], second=size), e)
        axes = len(self.shape(body))
        line = _OVER_AXIS.get((body.labels.index(label), axes)) if label in body.labels else None
        if line is None or axes != len(body.labels) or (axes > 1 and not isinstance(at, str)):
            raise UsageError(say("not-available", name=write(e, "unicode", WORDS)), self.place(e.span))
        found = self.apply(f"{line}_others", (Value(body.node),), e)
        if isinstance(at, int):
            return self.apply("entry", (found,), e, (at - 1,))
        if at is None:
            return self.apply("gather", (found, self._label(other, scope)), e)
        if at not in body.labels:
            return Value(found.node, tuple(at if x == label else x for x in body.labels))
        return Value(self.apply("einsum", (found,), e, (((0, 0),), (0,))).node, (at,))

    def _label(self, e: tree.Expr, scope: Scope) -> Value:
        """The number of the program that chooses a place."""
        found = self.expression(e, scope)
        if not isinstance(found, Value) or self.shape(found) or found.labels:
            raise self.fail(say("not-an-index", expression=write(e, "unicode", WORDS)), e)
        return found

    def ranged(self, e: tree.Big, label: str, low: Dim, high: Dim, scope: Scope) -> tuple[Value, str, Dim]:
        """What stands in a sum or product over a part of an axis: with the label of that part, and its size."""
        size = plus(high, minus(low), 1)
        label = f"{label}."
        self.label_bodies[label] = e.body
        self.label_sizes[label] = size
        self.label_starts[label] = low
        body = self.expression(e.body, scope._replace(labels={**scope.labels, e.index: label}))
        if isinstance(body, Unsized):
            raise self.fail(say("size-unknown", expression=write(e, "unicode", WORDS)), e)
        return body, label, size

    def _factors(self, e: tree.Big, scope: Scope, low: int, high: int) -> Operand:
        if high - low > _LONGEST:
            raise self.fail(say("sum-too-long", count=high - low + 1), e)
        result: Operand | None = None
        for i in range(low, high + 1):
            factor = self.expression(e.body, scope._replace(labels={**scope.labels, e.index: i}))
            result = factor if result is None else self.entrywise("mul", (result, factor), e)
        return self.number(1) if result is None else result


def _left_out(e: tree.Big) -> tuple[tree.Expr, tree.Expr] | None:
    """What is multiplied, and the place that is left out, where a product leaves one out: ``𝟙[j ≠ i] b + 𝟙[j = i]``."""
    if not isinstance(e.body, tree.Sum) or len(e.body.items) != 2:
        return None
    product, one = e.body.items
    if not isinstance(product, tree.Product) or product.operators[0] or not isinstance(one, tree.Indicator):
        return None
    first, rest = product.operands[0], product.operands[1:]
    index = tree.Name(e.index)
    if not isinstance(first, tree.Indicator) or (first.condition.operator, one.condition.operator) != ("≠", "="):
        return None
    sides = first.condition.left, first.condition.right
    if index not in sides or sides != (one.condition.left, one.condition.right):
        return None
    inner = rest[0] if len(rest) == 1 else tree.Product(rest, product.operators[1:], product.span)
    return inner, sides[1] if sides[0] == index else sides[0]
