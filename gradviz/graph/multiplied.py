"""Products over indices: ``∏_{i=1}^{n} x_i``."""

from __future__ import annotations

from dataclasses import replace

from gradviz.graph.making import Making, Operand, Scope, Unsized, Value
from gradviz.graph.node import Node
from gradviz.messages import ShapeError, UsageError, say
from gradviz.notation import tree, write
from gradviz.ops import OPERATIONS, WORDS

_LONGEST = 1000
_OVER_AXIS = {(0, 1): "prod", (1, 2): "rowprod", (0, 2): "colprod"}
"""The operation that multiplies along an axis, by its place and the number of axes."""


class Multiplied(Making):
    """Elaborates products over indices."""

    def multiplied(self, e: tree.Big, scope: Scope, low: int, high: object) -> Operand:
        """Along a whole axis by one operation; between two numbers factor by factor."""
        if e.high is not None and high is None:
            raise self.fail(say("not-an-index", expression=write(e.high, "unicode", WORDS)), e.high)
        label = f"{e.index}#{len(self.label_sizes)}.{e.span.start}"
        try:
            body = self.expression(e.body, replace(scope, labels={**scope.labels, e.index: label}))
        except ShapeError:
            if not isinstance(high, int):
                raise
            return self._factors(e, scope, low, high)  # each factor alone may be on its axis
        if isinstance(body, Unsized):
            raise self.fail(say("size-unknown", expression=write(e, "unicode", WORDS)), e)
        size = self.label_sizes.get(label, high)
        if size is None:
            raise self.fail(say("sum-without-range", index=e.index), e)
        whole = low == 1 and high in (None, size)
        if whole and label not in body.labels:
            times = self.number(size) if isinstance(size, int) else Value(self.table.put(Node("size", (), (), size)))
            return self.entrywise("power", (body, times), e)
        axes = len(self.shape(body))
        operation = _OVER_AXIS.get((body.labels.index(label), axes), "") if whole else ""
        if operation in OPERATIONS and axes == len(body.labels):
            others = tuple(x for x in body.labels if x != label)
            return Value(self.apply(operation, (Value(body.node),), e).node, others)
        last = size if high is None else high
        if isinstance(last, int):
            return self._factors(e, scope, low, last)
        if not whole:
            raise self.fail(say("sum-from-one", index=e.index), e)
        raise UsageError(say("not-available", name=f"∏ over {e.index} = 1, …, {last}"), self.place(e.span))

    def _factors(self, e: tree.Big, scope: Scope, low: int, high: int) -> Operand:
        if high - low > _LONGEST:
            raise self.fail(say("sum-too-long", count=high - low + 1), e)
        result: Operand | None = None
        for i in range(low, high + 1):
            factor = self.expression(e.body, replace(scope, labels={**scope.labels, e.index: i}))
            result = factor if result is None else self.entrywise("mul", (result, factor), e)
        return self.number(1) if result is None else result
