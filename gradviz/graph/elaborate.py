"""Expressions → nodes: what shapes decide.

A syntax tree says that two things stand side by side; only their shapes tell whether that is a scaling, a
matrix product, or a mistake. Inside ``∑_i`` and definitions by entries, values carry labels: the axes of
their node are the bound indices.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction

from gradviz.graph.node import Node, Table
from gradviz.messages import AmbiguousError, GradvizError, Message, NamingError, Place, ShapeError, UsageError, say
from gradviz.notation import tree, write
from gradviz.ops import OPERATIONS, WORDS, shapes
from gradviz.ops.derivatives import DERIVATIVES
from gradviz.ops.operation import Shape
from gradviz.ops.shapes import Misfit, core
from gradviz.terms import Dim

COMPARISONS = {
    ">": "greater",
    "<": "less",
    "≥": "greater_equal",
    "≤": "less_equal",
    "=": "equal",
    "≠": "unequal",
}
_CONSTANTS = ("e", "π")
_MATRIX = ("", "@")
_TWO = tree.Number(Fraction(2), "2")
ZERO = tree.Number(Fraction(0), "0")


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression stands for: a node, and the bound indices that its axes are."""

    node: int
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unsized:
    """Ones or the identity before anyone knows their size; ``factor`` scales them."""

    kind: str
    row: bool = False
    factor: int | None = None


Operand = Value | Unsized


@dataclass(frozen=True)
class Scope:
    """What names mean where an expression stands.

    Parameters
    ----------
    names : mapping of str to Operand
        Inputs, stages and parameters.
    sizes : mapping of str to size
        Symbolic sizes, which may be used as numbers.
    functions : mapping of str to callable
        The program's own functions and blocks: called with the elaborator, arguments and the call.
    labels : mapping of str to (str, size)
        Bound indices: the label, and its size (None until something is read at it), or a fixed place.
    """

    names: Mapping[str, Operand]
    sizes: frozenset[str] = frozenset()
    functions: Mapping[str, Callable[..., Operand]] = field(default_factory=dict)
    labels: Mapping[str, str | int] = field(default_factory=dict)


class Elaborator:
    """Turns expressions into nodes of a table.

    Parameters
    ----------
    table : Table
        Where nodes go.
    place : callable
        From a span of the text to the place that errors show.
    unknown : callable
        What to make of a name that is not in scope: gives an operand, or raises.
    """

    def __init__(
        self,
        table: Table,
        place: Callable[[tree.Span], Place | None],
        unknown: Callable[[tree.Name], Operand],
    ) -> None:
        self.table = table
        self.place = place
        self.unknown = unknown
        self.origins: dict[int, tree.Expr] = {}
        self.label_sizes: dict[str, Dim] = {}
        self.taken: dict[int, tree.Expr] = {}
        self.inside = 0
        self.by_entries = 0
        self.expected: list[Shape] = []

    # -- plumbing

    def shape(self, operand: Operand) -> Shape:
        """The shape of an operand whose size is known."""
        assert isinstance(operand, Value)
        return self.table.nodes[operand.node].shape

    def number(self, value: Fraction | int) -> Value:
        """A number as a node."""
        return Value(self.table.put(Node("number", (), (), Fraction(value))))

    def fail(self, problem: Message, at: tree.Expr, hint: Message | None = None) -> ShapeError:
        """The error for an expression, with its place."""
        return ShapeError(problem, self.place(at.span), hint)

    def apply(self, op: str, operands: tuple[Value, ...], at: tree.Expr, attr: Hashable = None) -> Value:
        """A node for an operation on operands without labels, its shapes checked."""
        inputs = tuple(o.node for o in operands)
        operand_shapes = tuple(self.table.nodes[i].shape for i in inputs)
        try:
            shape = OPERATIONS[op].shape(operand_shapes, attr)
        except Misfit as misfit:
            raise self.fail(
                say("shapes-in", problem=misfit.message, expression=write(at, "unicode", WORDS)), at
            ) from None
        return Value(self.table.put(Node(op, inputs, shape, attr)))

    def entrywise(self, op: str, operands: tuple[Operand, ...], at: tree.Expr) -> Operand:
        """An operation on entries: labels are aligned, unsized operands get the others' shape."""
        sized = self.fit(operands, at)
        labels = tuple(dict.fromkeys(label for o in sized for label in o.labels))
        if not labels:
            return self.apply(op, sized, at)
        for o in sized:
            if not o.labels and self.shape(o):
                raise self.fail(say("array-among-entries", expression=write(at, "unicode", WORDS)), at)
        aligned = tuple(Value(self.align(o, labels)) for o in sized)
        return Value(self.apply(op, aligned, at).node, labels)

    def align(self, value: Value, labels: tuple[str, ...]) -> int:
        """The node with its axes in the order of the labels; missing ones are broadcast."""
        if not value.labels or value.labels == labels[len(labels) - len(value.labels) :]:
            return value.node
        axes = {label: n for n, label in enumerate(labels)}
        inputs, specs = [value.node], [tuple(axes[label] for label in value.labels)]
        wanted = labels[min(axes[label] for label in value.labels) :]
        for label in wanted:
            if label not in value.labels:
                size = self.label_sizes[label]
                inputs.append(self.table.put(Node("ones", (), (size,), (size,))))
                specs.append((axes[label],))
        shape = tuple(self.label_sizes[label] for label in wanted)
        attr = (tuple(specs), tuple(axes[label] for label in wanted))
        return self.table.put(Node("einsum", tuple(inputs), shape, attr))

    def fit(self, operands: tuple[Operand, ...], at: tree.Expr) -> tuple[Value, ...]:
        """Give unsized operands the shape of the others."""
        if not any(isinstance(o, Unsized) for o in operands):
            return operands  # type: ignore[return-value]
        known = [self.shape(o) for o in operands if isinstance(o, Value) and self.shape(o)] or self.expected
        if not known:
            raise self.fail(say("size-unknown", expression=write(at, "unicode", WORDS)), at, say("size-say"))
        return tuple(self.sized(o, known[0], at) if isinstance(o, Unsized) else o for o in operands)

    def sized(self, operand: Unsized, shape: Shape, at: tree.Expr) -> Value:
        """Ones or the identity of a known shape."""
        if operand.kind == "eye":
            try:
                shape = shapes.square(shape)
            except Misfit as misfit:
                raise self.fail(misfit.message, at) from None
        value = Value(self.table.put(Node(operand.kind, (), shape, shape)))
        if operand.factor is not None:
            value = self.apply("mul", (Value(operand.factor), value), at)
        return value

    # -- expressions

    def expression(self, e: tree.Expr, scope: Scope) -> Operand:
        """The operand that an expression stands for.

        Raises
        ------
        ShapeError
            The shapes of an operation's operands do not fit.
        AmbiguousError
            The text has two readings that both fit.
        NamingError
            A name is unknown where no new one may come up.
        """
        result = _METHODS[type(e)](self, e, scope)
        if isinstance(result, Value) and self.table.nodes[result.node].op not in {"leaf", "number", "size"}:
            self._remember(result.node, e)
        return result

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """While what is read has names that nobody outside knows: nothing to remember for showing."""
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1

    def _remember(self, node: int, e: tree.Expr) -> None:
        if not self.inside:
            self.origins.setdefault(node, e)

    def value(self, e: tree.Expr, scope: Scope) -> Value:
        """The same, where a size must be known."""
        operand = self.expression(e, scope)
        if isinstance(operand, Unsized):
            raise self.fail(say("size-unknown", expression=write(e, "unicode", WORDS)), e, say("size-say"))
        return operand

    def _number(self, e: tree.Number, scope: Scope) -> Operand:
        return self.number(e.value)

    def _name(self, e: tree.Name, scope: Scope) -> Operand:
        if e.name in scope.names:
            return scope.names[e.name]
        label = scope.labels.get(e.name)
        if isinstance(label, int):
            return self.number(label)
        if e.name in scope.labels:
            raise NamingError(say("index-as-number", name=e.name), self.place(e.span))
        if e.name in scope.sizes:
            return Value(self.table.put(Node("size", (), (), e.name)))
        if e.name in _CONSTANTS:
            return Value(self.table.put(Node("constant", (), (), e.name)))
        if e.name == "I":
            return Unsized("eye")
        if e.name == "𝟏":
            return Unsized("ones")
        return self.unknown(e)

    def _negative(self, e: tree.Negative, scope: Scope) -> Operand:
        operand = self.expression(e.operand, scope)
        if isinstance(operand, Unsized):
            return self._scaled(self.number(-1), operand, e)
        return self.entrywise("neg", (operand,), e)

    def _sum(self, e: tree.Sum, scope: Scope) -> Operand:
        operands = [self.expression(i.operand if isinstance(i, tree.Negative) else i, scope) for i in e.items]
        sized = self.fit(tuple(operands), e)
        if len(sized) == 2 and isinstance(e.items[1], tree.Negative):
            first = sized[0]
            if isinstance(e.items[0], tree.Negative):
                first = self._as_value(self.entrywise("neg", (first,), e.items[0]))
            return self.entrywise("sub", (first, sized[1]), e)
        signed = tuple(
            self._as_value(self.entrywise("neg", (o,), i)) if isinstance(i, tree.Negative) else o
            for o, i in zip(sized, e.items, strict=True)
        )
        return self.entrywise("add", signed, e)

    def _as_value(self, operand: Operand) -> Value:
        assert isinstance(operand, Value)
        return operand

    def _product(self, e: tree.Product, scope: Scope) -> Operand:
        right = {n: self.expression(item, scope) for n, item in enumerate(e.operands)}
        result = right.pop(0)
        last = len(e.operators)
        for n, sign in enumerate(e.operators, 1):
            if n not in right:
                continue
            part = e if n == last else replace(e, operands=e.operands[: n + 1], operators=e.operators[:n])
            if n < last and e.operators[n] in _MATRIX and self._waits(sign, result, right[n]):
                # The size of 𝟏ᵀ in a 𝟏ᵀ X is told from its right.
                pair = tree.Product(e.operands[n : n + 2], ("",))
                right[n] = self.product("", right[n], right.pop(n + 1), pair)
                part = e if n + 1 == last else replace(e, operands=e.operands[: n + 2], operators=e.operators[: n + 1])
            result = self.product(sign, result, right[n], part)
            if part is not e and isinstance(result, Value):
                self._remember(result.node, part)
        return result

    def _waits(self, sign: str, a: Operand, b: Operand) -> bool:
        """Whether the left side does not tell the size of a row of ones."""
        array = isinstance(a, Value) and bool(core(self.shape(a)))
        return sign in _MATRIX and array and isinstance(b, Unsized) and b.kind == "ones" and b.row

    def product(self, sign: str, a: Operand, b: Operand, at: tree.Product) -> Operand:
        """Two operands with a sign between them ("" where they stand side by side)."""
        if sign in {"/", "⊘"}:
            return self._quotient(sign, a, b, at)
        if isinstance(a, Unsized) or isinstance(b, Unsized):
            return self._unsized_product(sign, a, b, at)
        if sign == "⊗":
            return self.apply("outer", (a, b), at)
        scalar = not core(self.shape(a)) or not core(self.shape(b)) or a.labels or b.labels or self.by_entries
        if sign == "⊙" or scalar:
            return self.entrywise("mul", (a, b), at)
        if sign == "×":
            x, y = (write(o, "unicode", WORDS) for o in _last_two(at))
            fitting = [s for s, rule in (("@", "matmul"), ("⊙", "equal")) if _fits(rule, self.shape(a), self.shape(b))]
            hints = [f"{x} {s} {y}" for s in fitting]
            hint = say("write-instead", first=hints[0], second=hints[1]) if len(hints) > 1 else None
            hint = say("write-one", text=hints[0]) if len(hints) == 1 else hint
            raise self.fail(say("cross-of-arrays"), at, hint)
        column = len(self.shape(a)) == len(self.shape(b)) == 1
        if sign == "·" and column:
            return self.apply("dot", (a, b), at)
        return self._matrix_or_entries(sign, a, b, at)

    def _matrix_or_entries(self, sign: str, a: Value, b: Value, at: tree.Product) -> Value:
        left, right = self.shape(a), self.shape(b)
        matrix = _fits("matmul", left, right)
        entries = sign in {"*", "·"} and _fits("equal", left, right)
        if matrix and entries:
            x, y = (write(o, "unicode", WORDS) for o in _last_two(at))
            hint = say("write-instead", first=f"{x} @ {y}", second=f"{x} ⊙ {y}")
            raise AmbiguousError(say("two-readings", text=write(at, "unicode", WORDS)), self.place(at.span), hint)
        if entries and not matrix:
            return self._as_value(self.entrywise("mul", (a, b), at))
        if not matrix:
            raise ShapeError(self._misfit(left, right, at), self.place(at.span), self._advice(left, right, at))
        return self.apply("matmul", (a, b), at)

    def _misfit(self, left: Shape, right: Shape, at: tree.Expr) -> Message:
        try:
            shapes.matmul((left, right))
        except Misfit as misfit:
            return say("shapes-in", problem=misfit.message, expression=write(at, "unicode", WORDS))
        raise AssertionError(left, right)

    def _advice(self, left: Shape, right: Shape, at: tree.Product) -> Message | None:
        x, y = _last_two(at)
        if left == right:
            return say("try-hadamard", suggestion=write(tree.Product((x, y), ("⊙",)), "unicode", WORDS))
        for first, second, a, b in (
            (shapes.transpose((left,)), right, tree.Transpose(x), y),
            (left, shapes.transpose((right,)), x, tree.Transpose(y)),
        ):
            if _fits("matmul", first, second):
                return say("try-transpose", suggestion=write(tree.Product((a, b), ("",)), "unicode", WORDS))
        return None

    def _unsized_product(self, sign: str, a: Operand, b: Operand, at: tree.Expr) -> Operand:
        if isinstance(a, Unsized) and isinstance(b, Unsized):
            raise self.fail(say("size-unknown", expression=write(at, "unicode", WORDS)), at, say("size-say"))
        unsized, other = (a, b) if isinstance(a, Unsized) else (b, a)
        assert isinstance(unsized, Unsized)
        assert isinstance(other, Value)
        shape = self.shape(other)
        if not core(shape):
            return self._scaled(other, unsized, at)
        if sign == "⊙":
            return self.entrywise("mul", (a, b), at)
        inner = shapes.matrix(shape)[0 if unsized is a else 1]
        if unsized.kind == "eye":
            return self.apply("matmul", self._beside(unsized is a, self.sized(unsized, (inner, inner), at), other), at)
        if (unsized is a) != unsized.row:
            raise self.fail(say("size-unknown", expression=write(at, "unicode", WORDS)), at, say("size-say"))
        sized = self.sized(unsized, (1, inner) if unsized.row else (inner,), at)
        return self.apply("matmul", self._beside(unsized is a, sized, other), at)

    def _beside(self, first: bool, sized: Value, other: Value) -> tuple[Value, Value]:
        return (sized, other) if first else (other, sized)

    def _scaled(self, scalar: Value, unsized: Unsized, at: tree.Expr) -> Unsized:
        factor = scalar.node if unsized.factor is None else self.apply("mul", (scalar, Value(unsized.factor)), at).node
        return replace(unsized, factor=factor)

    def _quotient(self, sign: str, a: Operand, b: Operand, at: tree.Product) -> Operand:
        if isinstance(a, Unsized) and isinstance(b, Value) and not core(self.shape(b)):
            return self._scaled(self._as_value(self.entrywise("div", (self.number(1), b), at)), a, at)
        sized = self.fit((a, b), at)
        return self.entrywise("div", sized, at)

    def _power(self, e: tree.Power, scope: Scope) -> Operand:
        if e.base == tree.Name("e") and "e" not in scope.names:
            return self.entrywise("exp", (self.value(e.exponent, scope),), e)
        if isinstance(e.base, tree.Call) and e.base.function == "norm" and e.exponent == _TWO:
            return self.apply("sqnorm", (self._plain(e.base.arguments[0], scope),), e)
        base = self.value(e.base, scope)
        if e.exponent == tree.Name("T") and "T" not in scope.names:
            return self.apply("transpose", (base,), e)
        exponent = self.value(e.exponent, scope)
        if len(core(self.shape(base))) == 2 and not base.labels and not self.by_entries:
            times = e.exponent.value if isinstance(e.exponent, tree.Number) else Fraction(0)
            hint = None
            if times in {2, 3, 4}:
                written = (tree.Product((e.base,) * int(times), (s,) * int(times - 1)) for s in ("", "⊙"))
                first, second = (write(w, "unicode", WORDS) for w in written)
                hint = say("write-instead", first=first, second=second)
            raise ShapeError(say("power-of-matrix"), self.place(e.span), hint)
        return self.entrywise("power", (base, exponent), e)

    def _transpose(self, e: tree.Transpose, scope: Scope) -> Operand:
        operand = self.expression(e.operand, scope)
        if isinstance(operand, Unsized):
            return replace(operand, row=not operand.row)
        if operand.labels or not core(self.shape(operand)):
            return operand
        return self.apply("transpose", (operand,), e)

    def _inverse(self, e: tree.Inverse, scope: Scope) -> Operand:
        operand = self.value(e.operand, scope)
        if operand.labels or len(core(self.shape(operand))) < 2:
            return self.entrywise("power", (operand, self.number(-1)), e)
        return self.apply("inv", (operand,), e)

    def _plain(self, e: tree.Expr, scope: Scope) -> Value:
        """An operand that is an array as a whole, not entries of one."""
        operand = self.value(e, scope)
        if operand.labels:
            raise self.fail(say("entries-where-array", expression=write(e, "unicode", WORDS)), e)
        return operand

    def _call(self, e: tree.Call, scope: Scope) -> Operand:
        if e.order:
            return self._derivative(e, scope)
        if e.function in scope.functions:
            return scope.functions[e.function](self, e, scope)
        name, extra = _CALLS.get((e.function, len(e.arguments)), (e.function, ()))
        if name == "ones":
            return self._ones(e, scope)
        if name == "inv" and len(e.arguments) == 1:
            return self._inverse(tree.Inverse(e.arguments[0], e.span), scope)
        if name not in OPERATIONS:
            raise UsageError(say("not-available", name=e.function), self.place(e.span))
        if OPERATIONS[name].elementwise:
            operands = tuple(self.expression(a, scope) for a in e.arguments) + tuple(map(self.number, extra))
            if name not in {"maximum", "minimum"}:
                return self.entrywise(name, operands, e)
            if name == "maximum" and len(operands) == 2 and ZERO in e.arguments:
                return self.entrywise("relu", (operands[1 - e.arguments.index(ZERO)],), e)
            result = operands[0]
            for operand in operands[1:]:
                result = self.entrywise(name, (result, operand), e)
            return result
        if name == "sqrt":
            return self.entrywise(name, (self.value(e.arguments[0], scope),), e)
        return self.apply(name, tuple(self._plain(a, scope) for a in e.arguments), e)

    def _derivative(self, e: tree.Call, scope: Scope) -> Operand:
        """``σ'(z)``: the derivative of a known function of one argument."""
        if e.order != 1 or len(DERIVATIVES.get(e.function, ())) != 1:
            raise UsageError(say("no-prime", name=e.function), self.place(e.span))
        from gradviz.notation import read_expression

        formula = read_expression(DERIVATIVES[e.function][0], WORDS, ("u", "v"))
        argument = self.value(e.arguments[0], scope)
        result = self.value(replace(e, order=0), scope)
        self.by_entries += 1
        try:
            with self.unseen():
                return self.expression(formula, Scope({"u": result, "v": argument}))
        finally:
            self.by_entries -= 1

    def _ones(self, e: tree.Call, scope: Scope) -> Operand:
        dims: list[Dim] = []
        for a in e.arguments:
            if isinstance(a, tree.Number) and a.value.denominator == 1:
                dims.append(int(a.value))
            elif isinstance(a, tree.Name) and a.name in scope.sizes:
                dims.append(a.name)
            else:
                raise self.fail(say("not-a-size", expression=write(a, "unicode", WORDS)), a)
        shape = shapes.canonical(tuple(dims))
        return Value(self.table.put(Node("ones", (), shape, shape)))

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

    def _whole(self, e: tree.Expr) -> int:
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
            raise UsageError(say("not-available", name=e.operator), self.place(e.span))
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

    def _indicator(self, e: tree.Indicator, scope: Scope) -> Operand:
        c = e.condition
        return self.entrywise(
            COMPARISONS[c.operator], (self.expression(c.left, scope), self.expression(c.right, scope)), e
        )

    def _comparison(self, e: tree.Comparison, scope: Scope) -> Operand:
        raise self.fail(say("comparison-alone"), e, say("write-one", text=f"𝟙[{write(e, 'unicode', WORDS)}]"))

    def _array(self, e: tree.Array, scope: Scope) -> Operand:
        dims, leaves = _array_items(e)
        if dims is None:
            raise self.fail(say("ragged-array"), e)
        operands = tuple(self._plain(x, scope) for x in leaves)
        if any(core(self.shape(o)) for o in operands):
            raise self.fail(say("array-of-arrays"), e)
        if len(operands) == 1:
            return operands[0]
        return self.apply("stack", operands, e, dims)

    def _partial(self, e: tree.Partial, scope: Scope) -> Operand:
        name = write(e, "unicode", WORDS)
        if name in scope.names:
            return scope.names[name]
        raise NamingError(say("partial-in-program", name=name), self.place(e.span))

    def _either(self, e: tree.Either, scope: Scope) -> Operand:
        fitting: dict[Operand, tree.Expr] = {}
        problems: list[GradvizError] = []
        for reading in e.readings:
            try:
                fitting.setdefault(self.expression(reading, scope), reading)
            except ShapeError as problem:
                problems.append(problem)
        if not fitting:
            raise problems[0]
        if len(fitting) > 1:
            first, second = (write(r, "unicode", WORDS) for r in list(fitting.values())[:2])
            raise AmbiguousError(
                say("two-readings-plain"), self.place(e.span), say("write-instead", first=first, second=second)
            )
        operand, reading = next(iter(fitting.items()))
        self.taken[id(e)] = reading
        return operand


_METHODS: Mapping[type, Callable[..., Operand]] = {
    tree.Number: Elaborator._number,
    tree.Name: Elaborator._name,
    tree.Negative: Elaborator._negative,
    tree.Sum: Elaborator._sum,
    tree.Product: Elaborator._product,
    tree.Power: Elaborator._power,
    tree.Transpose: Elaborator._transpose,
    tree.Inverse: Elaborator._inverse,
    tree.Call: Elaborator._call,
    tree.Entry: Elaborator._entry,
    tree.Big: Elaborator._big,
    tree.Indicator: Elaborator._indicator,
    tree.Comparison: Elaborator._comparison,
    tree.Array: Elaborator._array,
    tree.Partial: Elaborator._partial,
    tree.Either: Elaborator._either,
}

# One word, more than one operation: by how many arguments it has.
_CALLS: Mapping[tuple[str, int], tuple[str, tuple[Fraction | int, ...]]] = {
    **{(word, n): (many, ()) for word, many in (("max", "maximum"), ("min", "minimum")) for n in range(2, 60)},
    ("leaky_relu", 1): ("leaky_relu", (Fraction(1, 100),)),
}


def _fits(rule: str, left: Shape, right: Shape) -> bool:
    try:
        getattr(shapes, rule)((left, right))
    except Misfit:
        return False
    return True


def _last_two(at: tree.Product) -> tuple[tree.Expr, tree.Expr]:
    """What stands left and right of the last sign."""
    *before, last = at.operands
    left = before[0] if len(before) == 1 else tree.Product(tuple(before), at.operators[:-1])
    return left, last


def _array_items(e: tree.Array) -> tuple[tuple[int, ...] | None, list[tree.Expr]]:
    """The dimensions of a literal and its entries; None where its rows differ in length."""
    if not any(isinstance(i, tree.Array) for i in e.items):
        return (len(e.items),), list(e.items)
    parts = [_array_items(i) if isinstance(i, tree.Array) else (None, []) for i in e.items]
    dims = {d for d, _ in parts}
    inner = next(iter(dims))
    if len(dims) > 1 or inner is None:
        return None, []
    return (len(e.items), *inner), [x for _, items in parts for x in items]
