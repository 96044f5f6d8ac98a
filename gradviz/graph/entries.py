"""Entries and sums over indices: values whose axes are bound indices."""

from __future__ import annotations

from dataclasses import replace

from gradviz.graph.making import Operand, Scope, Unsized, Value
from gradviz.graph.multiplied import Multiplied
from gradviz.graph.node import Node
from gradviz.messages import UsageError, say
from gradviz.notation import tree, write
from gradviz.ops import WORDS, shapes
from gradviz.ops.operation import Shape
from gradviz.ops.shapes import core


class Entries(Multiplied):
    """Elaborates entries and sums over them."""

    def _entry(self, e: tree.Entry, scope: Scope) -> Operand:
        if isinstance(e.array, tree.Name) and scope.names.get(e.array.name) == Unsized("eye"):
            array = self._identity(e, scope)
        else:
            array = self._plain(e.array, scope)
        axes = core(self.shape(array))
        if len(axes) != len(e.indices):
            problem = say("index-count", given=len(e.indices), shape=shapes.show(self.shape(array)))
            raise self.fail(problem, e)
        labels: list[str] = []
        fixed: list[tuple[int, int]] = []
        for axis, (dim, i) in enumerate(zip(axes, e.indices, strict=True)):
            label = scope.labels.get(i.name) if isinstance(i, tree.Name) else None
            if isinstance(label, str):
                known = self.label_sizes.setdefault(label, dim)
                if known != dim:
                    raise self.fail(say("index-sizes", index=label.split("#")[0], first=known, second=dim), e)
                labels.append(label)
                continue
            number = label if label is not None else self._whole(i)
            if isinstance(dim, int) and not 1 <= number <= dim:
                raise self.fail(say("index-range", index=number, size=dim), i)
            if number < 1:
                raise self.fail(say("index-from-one", index=number), i)
            fixed.append((axis, number - 1))
        if fixed and labels:
            return self._partly(array, fixed, tuple(labels), axes, e)
        if fixed:
            return self.apply("entry", (array,), e, tuple(place for _, place in fixed))
        if len(set(labels)) < len(labels):
            distinct = tuple(dict.fromkeys(labels))
            axes_in = tuple(distinct.index(label) for label in labels)
            return Value(self.apply("einsum", (array,), e, ((axes_in,), tuple(range(len(distinct))))).node, distinct)
        if len(self.shape(array)) != len(axes):
            # A row has one axis like a column, where it is read entry by entry.
            turned = tree.Transpose(e.array)
            array = self.apply("transpose", (array,), turned)
            self.remember(array.node, turned)
        return Value(array.node, tuple(labels))

    def _identity(self, e: tree.Entry, scope: Scope) -> Value:
        """Kronecker's delta, of the size that one of its indices has."""
        labels = [scope.labels.get(i.name) for i in e.indices if isinstance(i, tree.Name)]
        sizes = [self.label_sizes[x] for x in labels if isinstance(x, str) and x in self.label_sizes]
        if not sizes:
            raise self.fail(say("size-unknown", expression=write(e, "unicode", WORDS)), e)
        return self.sized(Unsized("eye"), (sizes[0], sizes[0]), e)

    def _partly(
        self, array: Value, fixed: list[tuple[int, int]], labels: tuple[str, ...], axes: Shape, at: tree.Expr
    ) -> Value:
        """Some axes at a fixed place: a product with unit vectors."""
        inputs, specs = [array], [tuple(range(len(axes)))]
        for axis, place in fixed:
            basis = self.table.put(Node("basis", (), (axes[axis],), (place, axes[axis])))
            inputs.append(Value(basis))
            specs.append((axis,))
        gone = {axis for axis, _ in fixed}
        out = tuple(a for a in range(len(axes)) if a not in gone)
        return Value(self.apply("einsum", tuple(inputs), at, (tuple(specs), out)).node, labels)

    def _slice(self, e: tree.Slice, scope: Scope) -> Operand:
        raise UsageError(say("not-available", name=write(e, "unicode", WORDS)), self.place(e.span))

    def _whole(self, e: tree.Expr) -> int:
        if isinstance(e, tree.Slice | tree.Sum | tree.Product):
            raise UsageError(say("not-available", name=write(e, "unicode", WORDS)), self.place(e.span))
        if isinstance(e, tree.Number) and e.value.denominator == 1:
            return int(e.value)
        raise self.fail(say("not-an-index", expression=write(e, "unicode", WORDS)), e)

    def _big(self, e: tree.Big, scope: Scope) -> Operand:
        low = 1 if e.low is None else self._whole(e.low)
        high: object = None
        if isinstance(e.high, tree.Number):
            high = self._whole(e.high)
        elif isinstance(e.high, tree.Name):
            high = e.high.name
        if e.operator != "sum":
            return self.multiplied(e, scope, low, high)
        # A label is one binder's index: the same letter in another sum is another label.
        label = f"{e.index}#{len(self.label_sizes)}.{e.span.start}"
        body = self.expression(e.body, replace(scope, labels={**scope.labels, e.index: label}))
        if isinstance(body, Unsized):
            raise self.fail(say("size-unknown", expression=write(e, "unicode", WORDS)), e)
        size = self.label_sizes.get(label, high)
        if size is None:
            raise self.fail(say("sum-without-range", index=e.index), e)
        if isinstance(high, int) and isinstance(size, int) and (low > 1 or high < size):
            return self._terms(e, scope, low, high)
        if high is not None and high != size:
            raise self.fail(say("index-sizes", index=e.index, first=size, second=high), e)
        if low != 1:
            raise self.fail(say("sum-from-one", index=e.index), e)
        if label not in body.labels:
            times = self.number(size) if isinstance(size, int) else Value(self.table.put(Node("size", (), (), size)))
            return self.entrywise("mul", (times, body), e)
        return self.contract(body, label, e)

    def contract(self, body: Value, label: str, at: tree.Expr) -> Value:
        """Sum over one label."""
        labels = tuple(x for x in body.labels if x != label)
        if not labels:
            return Value(self.apply("sum", (Value(body.node),), at).node)
        axes = tuple(range(len(body.labels)))
        out = tuple(a for a, x in zip(axes, body.labels, strict=True) if x != label)
        return Value(self.apply("einsum", (Value(body.node),), at, ((axes,), out)).node, labels)

    def _terms(self, e: tree.Big, scope: Scope, low: int, high: int) -> Operand:
        if high - low > 1000:
            raise self.fail(say("sum-too-long", count=high - low + 1), e)
        parts = tuple(
            self.expression(e.body, replace(scope, labels={**scope.labels, e.index: i})) for i in range(low, high + 1)
        )
        if not parts:
            return self.number(0)
        return parts[0] if len(parts) == 1 else self.entrywise("add", parts, e)
