"""Entries and sums over indices: values whose axes are bound indices."""

from __future__ import annotations

from gradviz.graph.chosen import Chosen
from gradviz.graph.making import Operand, Scope, Unsized, Value
from gradviz.graph.multiplied import Multiplied
from gradviz.graph.node import Node
from gradviz.graph.places import Places
from gradviz.messages import ShapeError, say
from gradviz.notation import tree, write
from gradviz.ops import WORDS, shapes
from gradviz.ops.entry import encode
from gradviz.ops.operation import Shape
from gradviz.ops.shapes import core
from gradviz.terms import OUTSIDE, Dim, Index, always_inside, at_least_zero, index, indices_in, minus, plus


class Entries(Multiplied, Places, Chosen):
    """Elaborates entries and sums over them."""

    def _entry(self, e: tree.Entry, scope: Scope) -> Operand:
        array = self._identity(e, scope) if self._is_identity(e, scope) else self._plain(e.array, scope)
        chosen = self.at_label(array, e, scope)
        if chosen is not None:
            return chosen
        indices = self._without_ones(array, e, scope)
        axes = core(self.shape(array))
        if len(axes) != len(indices):
            problem = say("index-count", given=len(e.indices), shape=shapes.show(self.shape(array)))
            raise self.fail(problem, e)
        if any(isinstance(i, tree.Slice) for i in e.indices):
            return self._sliced(array, e, scope)
        ranged = any(self.label_of(i, scope) in self.label_starts for i in indices)
        sized = any(isinstance(i, tree.Name) and i.name in scope.sizes and i.name not in scope.labels for i in indices)
        if ranged or sized or not all(isinstance(i, tree.Name | tree.Number) for i in indices):
            return self._read(array, indices, e, scope)
        labels: list[str] = []
        fixed: list[tuple[int, int]] = []
        for axis, (dim, i) in enumerate(zip(axes, indices, strict=True)):
            label = scope.labels.get(i.name) if isinstance(i, tree.Name) else None
            if isinstance(label, str):
                known = self.label_sizes.setdefault(label, dim)
                if known != dim and self.zero_beside:
                    return self._read(array, indices, e, scope)
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
        if len(self.shape(array)) > 2 and len(self.shape(array)) != len(axes):
            array = self.apply("reshape", (array,), e, axes)
        elif len(self.shape(array)) != len(axes):
            # A row has one axis like a column, where it is read entry by entry.
            turned = tree.Transpose(e.array)
            array = self.apply("transpose", (array,), turned)
            self.remember(array.node, turned)
        return Value(array.node, tuple(labels))

    def _is_identity(self, e: tree.Entry, scope: Scope) -> bool:
        """Whether this is Kronecker's delta, which stands beside an adjoint δ of one axis in what is printed."""
        found = scope.names.get(e.array.name) if isinstance(e.array, tree.Name) else None
        if not isinstance(found, Value) or e.array != tree.Name("δ") or not self.zero_beside:
            return found == Unsized("eye")
        return len(e.indices) == 2 and len(self.shape(found)) == 1

    def _bound(self, i: tree.Expr, scope: Scope) -> bool:
        """Whether an index stands by itself, and so has to stay within the axis that it reads."""
        label = scope.labels.get(i.name) if self.within_axes and isinstance(i, tree.Name) else None
        return isinstance(label, str)

    def _without_ones(self, array: Value, e: tree.Entry, scope: Scope) -> tuple[tree.Expr, ...]:
        """The indices of axes that are not of size one, which may be left out."""
        shape = self.shape(array)
        if len(e.indices) != len(shape):
            return e.indices
        for dim, i in zip(shape, e.indices, strict=True):
            if dim == 1 and not isinstance(i, tree.Slice) and self.label_of(i, scope) != 1 and self._whole(i) != 1:
                raise self.fail(say("index-range", index=self._whole(i), size=dim), i)
        return tuple(i for dim, i in zip(shape, e.indices, strict=True) if dim != 1)

    def _sliced(self, array: Value, e: tree.Entry, scope: Scope) -> Value:
        """``x[2:5]``, ``W[:, 1]``: both ends count, and a fixed index takes its axis away."""
        shape = self.shape(array)
        axes = shape if len(e.indices) == len(shape) else core(shape)
        specs: list[object] = []
        kept: list[Dim] = []
        for dim, i in zip(axes, e.indices, strict=True):
            if isinstance(i, tree.Slice):
                low = 1 if i.low is None else self.dim(i.low, scope)
                high = dim if i.high is None else self.dim(i.high, scope)
                count = plus(high, minus(low), 1)
                self._inside(low, dim, i)
                self._inside(high, dim, i)
                if isinstance(count, int) and count < 1:
                    raise self.fail(say("empty-range", expression=write(i, "unicode", WORDS)), i)
                if dim != 1:
                    here = () if count == 1 else ((sum(d != 1 for d in kept), 1),)
                    specs.append((here, plus(low, -1), 1, dim))
                kept.append(count)
                continue
            label = self.label_of(i, scope)
            if isinstance(label, str):
                raise self.fail(say("range-and-index", expression=write(e, "unicode", WORDS)), e)
            place = label if isinstance(label, int) else self.dim(i, scope)
            self._inside(place, dim, i)
            if dim != 1:
                specs.append(((), plus(place, -1), 1, dim))
        inner = tuple(d for d in kept if d != 1)
        if not specs:
            return array
        result = self.apply("read", (array,), e, (tuple(specs), inner))
        if tuple(kept) == inner or shapes.canonical(tuple(kept)) == self.shape(result):
            return result
        return self.apply("reshape", (result,), e, shapes.canonical(tuple(kept)))

    def _inside(self, place: Dim, dim: Dim, at: tree.Expr) -> None:
        """Refuse an index that is surely outside of its axis."""
        if isinstance(place, int) and place < 1:
            raise self.fail(say("index-from-one", index=place), at)
        if at_least_zero(plus(place, minus(dim), -1)):
            raise self.fail(say("index-range", index=place, size=dim), at)

    def _read(self, array: Value, indices: tuple[tree.Expr, ...], e: tree.Entry, scope: Scope) -> Value:
        """An entry at computed indices."""
        axes = core(self.shape(array))
        found: dict[str, Index] = {}
        waiting: list[tuple[str, tree.Expr, Dim]] = []
        for dim, i in zip(axes, indices, strict=True):
            for label, name in self.labels_in(i, scope):
                if name == i and label not in self.label_sizes:
                    self.label_sizes[label] = dim
        for dim, i in zip(axes, indices, strict=True):
            unknown = []
            for label, name in self.labels_in(i, scope):
                if label in found:
                    continue
                try:
                    found[label] = index(self.size_of(label, name, scope))
                except ShapeError:
                    unknown.append(label)
                    if len(unknown) > 1:
                        raise
            waiting += [(label, i, dim) for label in unknown]
        for label, i, dim in waiting:
            if label not in found:
                reach = self.reach(i, dim, label, found, scope)
                if reach is None:
                    raise self.fail(say("sum-without-range", index=label.split("#")[0]), e)
                self.label_sizes[label] = reach
                found[label] = index(reach)
        places = [self.computed(i, dim, found, scope) for i, dim in zip(indices, axes, strict=True)]
        for place, i, dim in zip(places, indices, axes, strict=True):
            if not (self.zero_beside and not self._bound(i, scope)) and not always_inside(place):
                runs = self.label_of(i, scope)
                if isinstance(i, tree.Name) and isinstance(runs, str) and runs in found:
                    raise self.fail(say("index-runs", index=i.name, last=found[runs].size, size=dim), i)
                raise self.fail(say("index-range", index=write(i, "unicode", WORDS), size=dim), i)
        if OUTSIDE in places:
            return self.number(0)
        used = tuple(dict.fromkeys(i for p in places for i in indices_in(p)))
        label_of = {i: label for label, i in found.items()}
        specs = tuple(encode(p, used) for p in places)
        node = self.apply("read", (array,), e, (specs, tuple(i.size for i in used))).node
        return Value(node, tuple(label_of[i] for i in used))

    def _identity(self, e: tree.Entry, scope: Scope) -> Value:
        """Kronecker's delta, of the size that one of its indices has."""
        labels = [(scope.labels.get(i.name), i) for i in e.indices if isinstance(i, tree.Name)]
        bound = [(x, i) for x, i in labels if isinstance(x, str)]
        for x, i in bound:
            found = None if x in self.label_sizes else self._read_at(x, i.name, scope)
            if found is not None:
                self.label_sizes[x] = found
        inside = [x for i in e.indices for x, _ in self.labels_in(i, scope)]
        sizes = [self.label_sizes[x] for x in inside if x in self.label_sizes]
        sizes = sizes or [self.size_of(x, i, scope) for x, i in bound[:1]]
        if not sizes:
            raise self.fail(say("size-unknown", expression=write(e, "unicode", WORDS)), e)
        size = sizes[0]
        for other in sizes[1:] if self.zero_beside else ():  # ∂zᵢ/∂xⱼ = δᵢⱼ, where x is a part of z
            size = other if at_least_zero(plus(other, minus(size))) else size
        return self.sized(Unsized("eye"), (size, size), e)

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
        raise self.fail(say("not-an-index", expression=write(e, "unicode", WORDS)), e)

    def _whole(self, e: tree.Expr) -> int:
        if isinstance(e, tree.Number) and e.value.denominator == 1:
            return int(e.value)
        raise self.fail(say("not-an-index", expression=write(e, "unicode", WORDS)), e)

    def _big(self, e: tree.Big, scope: Scope) -> Operand:
        first = 1 if e.low is None else self.known_dim(e.low, scope)
        low = first if isinstance(first, int) else 1
        if first is None:
            assert e.low is not None
            raise self.fail(say("not-an-index", expression=write(e.low, "unicode", WORDS)), e.low)
        high: object = None
        if isinstance(e.high, tree.Number):
            high = self._whole(e.high)
        elif e.high is not None:
            known = self.known_dim(e.high, scope)
            high = e.high.name if known is None and isinstance(e.high, tree.Name) else known
        if e.operator != "sum":
            return self.multiplied(e, scope, first, high)
        label = self.fresh_label(e.index)
        self.label_bodies[label] = e.body
        last = None if e.high is None else self.known_dim(e.high, scope)
        if last is not None and not (isinstance(first, int) and isinstance(last, int)) and first != 1:
            return self._ranged(e, label, first, last, scope)
        if isinstance(high, int) or (isinstance(high, str) and high in scope.sizes):
            self.label_ends[label] = high
            if self.zero_beside:
                self.label_sizes[label] = high
        try:
            body = self.expression(e.body, scope._replace(labels={**scope.labels, e.index: label}))
        except ShapeError:
            if last is not None and not isinstance(last, int):
                return self._ranged(e, label, first, last, scope)
            if not isinstance(high, int):
                raise
            # Each summand alone may be on its axis: x[i − 1] for i from 2.
            return self._terms(e, scope, low, high)
        if isinstance(body, Unsized):
            raise self.fail(say("size-unknown", expression=write(e, "unicode", WORDS)), e)
        size = self.label_sizes.get(label, high)
        if size is None:
            raise self.fail(say("sum-without-range", index=e.index), e)
        if isinstance(high, int) and isinstance(size, int) and (low > 1 or high < size):
            return self._terms(e, scope, low, high)
        if last is not None and last != size and not (isinstance(last, int) and isinstance(size, int)):
            return self._ranged(e, label, first, last, scope)
        if high is not None and high != size:
            raise self.fail(say("index-sizes", index=e.index, first=size, second=high), e)
        if low != 1:
            raise self.fail(say("sum-from-one", index=e.index), e)
        assert isinstance(size, int | str)
        return self._summed(body, label, size, e)

    def _summed(self, body: Value, label: str, size: Dim, e: tree.Big) -> Operand:
        if label not in body.labels:
            times = self.number(size) if isinstance(size, int) else Value(self.table.put(Node("size", (), (), size)))
            return self.entrywise("mul", (times, body), e)
        return self.contract(body, label, e)

    def _ranged(self, e: tree.Big, label: str, low: Dim, high: Dim, scope: Scope) -> Operand:
        """A sum over a part of an axis, whose ends are no numbers: ``∑_{i=2}^{n} (x_i − x_{i−1})²``."""
        return self._summed(*self.ranged(e, label, low, high, scope), e)

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
            self.expression(e.body, scope._replace(labels={**scope.labels, e.index: i})) for i in range(low, high + 1)
        )
        if not parts:
            return self.number(0)
        return parts[0] if len(parts) == 1 else self.entrywise("add", parts, e)
