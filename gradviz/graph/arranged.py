"""Calls that move entries, and those over windows: their arguments are arrays, then numbers and options."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gradviz import terms as t
from gradviz.graph.making import Making, Operand, Scope, Value
from gradviz.graph.node import Node
from gradviz.messages import ShapeError, say
from gradviz.notation import tree, write
from gradviz.ops import WORDS
from gradviz.ops.operation import Shape
from gradviz.ops.shapes import Misfit, core
from gradviz.ops.structure import conv_rank


class Arranged(Making):
    """Elaborates calls of structure operations, convolutions and pooling."""

    def arranged(self, e: tree.Call, scope: Scope) -> Operand:
        """The operand of a call that `ARRANGED` knows."""
        return ARRANGED[e.function](self, e, scope)

    # -- numbers among arguments

    def dim(self, e: tree.Expr, scope: Scope) -> t.Dim:
        """A size: a whole number, a symbolic size, or what is computed from them."""
        found = self.known_dim(e, scope)
        if found is None:
            raise self.fail(say("not-a-size", expression=write(e, "unicode", WORDS)), e)
        return found

    def known_dim(self, e: tree.Expr, scope: Scope) -> t.Dim | None:
        """The same; None where the expression is none."""
        match e:
            case tree.Number() if e.value.denominator == 1:
                return int(e.value)
            case tree.Name() if e.name in scope.sizes and e.name not in scope.labels:
                return e.name
            case tree.Negative():
                inner = self.known_dim(e.operand, scope)
                return None if inner is None else t.minus(inner)
            case tree.Sum():
                items = [self.known_dim(i, scope) for i in e.items]
                return None if None in items else t.plus(*(i for i in items if i is not None))
            case tree.Product() if "/" not in e.operators:
                items = [self.known_dim(i, scope) for i in e.operands]
                return None if None in items else t.times(*(i for i in items if i is not None))
            case tree.Call(function="floor", arguments=(tree.Product(operators=("/",)) as inside,)):
                above, below = (self.known_dim(i, scope) for i in inside.operands)
                return t.floor(above, below) if above is not None and isinstance(below, int) and below > 0 else None
        return None

    def count(self, e: tree.Expr, scope: Scope, least: int = 0) -> int:
        """A whole number that is known here."""
        found = self.known_dim(e, scope)
        if not isinstance(found, int) or found < least:
            raise self.fail(say("not-a-count", expression=write(e, "unicode", WORDS)), e)
        return found

    def counts(self, e: tree.Call, name: str, axes: int, default: tuple[int, ...], scope: Scope) -> tuple[int, ...]:
        """An option that is one number for all axes, or a list with one for each."""
        found = dict(e.options).get(name)
        least = 1 if name == "stride" else 0
        if found is None:
            return default
        if isinstance(found, tree.Array) and len(found.items) == axes:
            return tuple(self.count(i, scope, least) for i in found.items)
        return (self.count(found, scope, least),) * axes

    # -- moving

    def _stack(self, e: tree.Call, scope: Scope) -> Operand:
        operands = tuple(self._plain(a, scope) for a in e.arguments)
        return self.apply("stack", operands, e, (len(operands),))

    def _concat(self, e: tree.Call, scope: Scope) -> Operand:
        axis = {"hstack": 2}.get(e.function, 1)
        option = dict(e.options).get("axis")
        if option is not None:
            axis = self.count(option, scope, 1)
        operands = tuple(self._plain(a, scope) for a in e.arguments)
        return self.apply("concat", operands, e, axis - 1)

    def _pad(self, e: tree.Call, scope: Scope) -> Operand:
        array = self._plain(e.arguments[0], scope)
        numbers = [self.dim(a, scope) for a in e.arguments[1:]]
        axes = len(self.shape(array))
        if len(numbers) == 1:
            numbers *= 2
        if len(numbers) == 2:
            numbers *= max(axes, 1)
        pairs = tuple(zip(numbers[::2], numbers[1::2], strict=False))
        return self.apply("pad", (array,), e, pairs if len(numbers) % 2 == 0 else ())

    def _flip(self, e: tree.Call, scope: Scope) -> Operand:
        array = self._plain(e.arguments[0], scope)
        option = dict(e.options).get("axis")
        axes = tuple(range(len(self.shape(array)))) if option is None else (self.count(option, scope, 1) - 1,)
        return self.apply("flip", (array,), e, axes)

    def _permute(self, e: tree.Call, scope: Scope) -> Operand:
        array = self._plain(e.arguments[0], scope)
        return self.apply("permute", (array,), e, tuple(self.count(a, scope, 1) - 1 for a in e.arguments[1:]))

    def _repeat(self, e: tree.Call, scope: Scope) -> Operand:
        array = self._plain(e.arguments[0], scope)
        return self.apply("repeat", (array,), e, self.dim(e.arguments[1], scope))

    def _reshape(self, e: tree.Call, scope: Scope) -> Operand:
        array = self._plain(e.arguments[0], scope)
        if e.function == "reshape":
            shape: Shape = tuple(self.dim(a, scope) for a in e.arguments[1:])
        else:
            shape = (t.times(*self.shape(array)),)
        return self.apply("reshape", (array,), e, shape)

    def _vec(self, e: tree.Call, scope: Scope) -> Operand:
        """The columns of a matrix under one another."""
        matrix = e.arguments[0]
        if len(core(self.shape(self._plain(matrix, scope)))) > 1:
            matrix = tree.Transpose(matrix, e.span)
        return self._reshape(tree.Call("flatten", (matrix,), 0, e.span), scope)

    def _gather(self, e: tree.Call, scope: Scope) -> Operand:
        return self.apply("gather", tuple(self._plain(a, scope) for a in e.arguments), e)

    # -- windows

    def _conv(self, e: tree.Call, scope: Scope) -> Operand:
        axes = int(e.function[-2])
        operands = tuple(self._plain(a, scope) for a in e.arguments)
        image, kernel = (self.shape(o) for o in operands[:2])
        try:
            rank = conv_rank(image, kernel, axes)
        except Misfit as misfit:
            raise self.misfit(misfit, e) from None
        strides = self.counts(e, "stride", axes, (1,) * axes, scope)
        paddings = self.counts(e, "padding", axes, (0,) * axes, scope)
        return self.apply("conv", operands, e, (strides, paddings, rank))

    def _pool(self, e: tree.Call, scope: Scope) -> Operand:
        axes = int(e.function[-2])
        array = self._plain(e.arguments[0], scope)
        kernel = tuple(self.count(a, scope, 1) for a in e.arguments[1:])
        if len(kernel) == 1:
            kernel *= axes
        strides = self.counts(e, "stride", axes, kernel, scope)
        paddings = self.counts(e, "padding", axes, (0,) * axes, scope)
        return self.apply(e.function[:8], (array,), e, (kernel, strides, paddings))

    def _floor(self, e: tree.Call, scope: Scope) -> Operand:
        """A size that is no whole quotient, used as a number."""
        dim = self.dim(e, scope)
        if isinstance(dim, int):
            return self.number(dim)
        return Value(self.table.put(Node("size", (), (), dim)))

    def misfit(self, misfit: Misfit, at: tree.Expr) -> ShapeError:
        """The error for shapes that do not fit, with its place."""
        return self.fail(say("shapes-in", problem=misfit.message, expression=write(at, "unicode", WORDS)), at)


ARRANGED: Mapping[str, Callable[[Arranged, tree.Call, Scope], Operand]] = {
    "stack": Arranged._stack,
    **dict.fromkeys(("concat", "vstack", "hstack"), Arranged._concat),
    "pad": Arranged._pad,
    "flip": Arranged._flip,
    "permute": Arranged._permute,
    "repeat": Arranged._repeat,
    **dict.fromkeys(("reshape", "flatten"), Arranged._reshape),
    "vec": Arranged._vec,
    "gather": Arranged._gather,
    **dict.fromkeys(("conv1d", "conv2d"), Arranged._conv),
    **dict.fromkeys(("max_pool1d", "max_pool2d", "avg_pool1d", "avg_pool2d"), Arranged._pool),
    "floor": Arranged._floor,
}
