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
        label = self.fresh_label(e.index)
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
