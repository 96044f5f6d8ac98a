"""What expressions stand for, and the making of nodes from it: shapes, labels, sizes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache, partial
from itertools import count
from operator import attrgetter
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from gradviz.graph.companions import ACCOMPANIED, put
from gradviz.graph.node import Node, Table, node_of
from gradviz.messages import Message, Place, ShapeError, say
from gradviz.notation import tree, write
from gradviz.ops import OPERATIONS, WORDS, shapes
from gradviz.ops.operation import Shape
from gradviz.ops.shapes import Misfit, core
from gradviz.terms import Dim


class Value(NamedTuple):
    """What an expression stands for: a node, and the bound indices that its axes are."""

    node: int
    labels: tuple[str, ...] = ()


# Made of a tuple of all they hold, in half the time.
_value: Callable[[tuple[int, tuple[str, ...]]], Value] = partial(tuple.__new__, Value)
_place: Callable[[Value], int] = attrgetter("node")


@dataclass(frozen=True, slots=True)
class Unsized:
    """Ones or the identity before anyone knows their size; ``factor`` scales them.

    Of kind ``full`` it is a matrix of ones, ``𝟏 𝟏ᵀ``; of kind ``spread`` a vector, the node ``beside``, times ones:
    ``v 𝟏ᵀ``, or ``𝟏 vᵀ``.
    """

    kind: str
    row: bool = False
    factor: int | None = None
    beside: int | None = None


Operand = Value | Unsized


@lru_cache(maxsize=1 << 12)
def _shape(op: str, operands: tuple[Shape, ...], attr: Hashable) -> Shape:
    """The shape of a result; the same operations on the same shapes come again and again."""
    return OPERATIONS[op].shape(operands, attr)


class Called(Protocol):
    """A function or block of the program, as it is called."""

    @property
    def is_block(self) -> bool:
        """Whether it has stages of its own."""

    def __call__(self, making: Any, call: tree.Call, scope: Scope, /) -> Operand:
        """What the call stands for."""


class Scope(NamedTuple):
    """What names mean where an expression stands.

    Parameters
    ----------
    names : mapping of str to Operand
        Inputs, stages and parameters.
    sizes : mapping of str to size
        Symbolic sizes, which may be used as numbers.
    functions : mapping of str to Called
        The program's own functions and blocks.
    labels : mapping of str to (str, size)
        Bound indices: the label, and its size (None until something is read at it), or a fixed place.
    """

    names: Mapping[str, Operand]
    sizes: frozenset[str] = frozenset()
    functions: Mapping[str, Called] = MappingProxyType({})
    labels: Mapping[str, str | int] = MappingProxyType({})


class Making:
    """Makes nodes of a table: shapes checked, labels aligned, sizes fitted.

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
        self.taken: dict[int, tree.Expr] = {}

    inside = 0
    by_entries = 0
    expected: Sequence[Shape] = ()
    zero_beside = False
    within_axes = False
    """Whether a sum may not run beyond the axis that its index alone reads."""
    own: Mapping[str, tree.Function] = MappingProxyType({})
    """Functions whose calls are opened before anything is elaborated."""

    @cached_property
    def origins(self) -> dict[int, tree.Expr]:
        """The texts that nodes came from."""
        return {}

    @cached_property
    def told(self) -> dict[Message, None]:
        """Readings that whoever wrote it may not have meant."""
        return {}

    @cached_property
    def label_sizes(self) -> dict[str, Dim]:
        """The sizes of labels, as far as they are known."""
        return {}

    @cached_property
    def label_bodies(self) -> dict[str, tree.Expr]:
        """What labels are bound in."""
        return {}

    @cached_property
    def label_ends(self) -> dict[str, Dim]:
        """Where labels end, as far as that is written."""
        return {}

    @cached_property
    def label_starts(self) -> dict[str, Dim]:
        """Where labels begin, as far as that is not at 1."""
        return {}

    @cached_property
    def _labels(self) -> Iterator[int]:
        return count()

    # -- plumbing

    def fresh_label(self, letter: str) -> str:
        """A label for one binder's index: the same letter in another sum, inside of it too, is another label."""
        return f"{letter}#{next(self._labels)}"

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """While what is read has names that nobody outside knows: nothing to remember for showing."""
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1

    @contextmanager
    def entries_only(self) -> Iterator[None]:
        """While what stands side by side is multiplied entry by entry."""
        self.by_entries += 1
        try:
            yield
        finally:
            self.by_entries -= 1

    def shape(self, operand: Operand) -> Shape:
        """The shape of an operand whose size is known."""
        assert isinstance(operand, Value)
        return self.table.nodes[operand.node].shape

    def number(self, value: Fraction | int) -> Value:
        """A number as a node."""
        exact = value if type(value) is Fraction else Fraction(value)
        return _value((self.table.put(node_of(("number", (), (), exact, ""))), ()))

    def fail(self, problem: Message, at: tree.Expr, hint: Message | None = None) -> ShapeError:
        """The error for an expression, with its place."""
        return ShapeError(problem, self.place(at.span), hint)

    def apply(self, op: str, operands: tuple[Value, ...], at: tree.Expr, attr: Hashable = None) -> Value:
        """A node for an operation on operands without labels, its shapes checked."""
        nodes = self.table.nodes
        inputs = tuple(map(_place, operands))
        return self.made(op, inputs, tuple([nodes[i].shape for i in inputs]), at, attr)

    def made(
        self, op: str, inputs: tuple[int, ...], shapes_of: tuple[Shape, ...], at: tree.Expr, attr: Hashable = None
    ) -> Value:
        """The same, of nodes whose shapes are known."""
        try:
            shape = _shape(op, shapes_of, attr)
        except Misfit as misfit:
            problem = say("shapes-in", problem=misfit.message, expression=write(at, "unicode", WORDS))
            raise self.fail(problem, at, _beside_columns(shapes_of, at)) from None
        node = node_of((op, inputs, shape, attr, ""))
        if op in ACCOMPANIED:
            return _value((put(self.table, node), ()))
        nodes = self.table.nodes
        new = len(nodes)
        position = self.table.ids.setdefault(node, new)
        if position == new:
            nodes.append(node)
        return _value((position, ()))

    def entrywise(self, op: str, operands: tuple[Operand, ...], at: tree.Expr) -> Operand:
        """An operation on entries: labels are aligned, unsized operands get the others' shape."""
        nodes = self.table.nodes
        inputs: list[int] = []
        shapes_of: list[Shape] = []
        for o in operands:
            if type(o) is not Value or o.labels:
                break
            inputs.append(o.node)
            shapes_of.append(nodes[o.node].shape)
        else:
            axes = list(map(len, shapes_of))
            if 1 in axes and 2 in axes:
                return self.apply(op, self.beside(operands, at), at)  # type: ignore[arg-type]
            return self.made(op, tuple(inputs), tuple(shapes_of), at)
        sized = self.fit(operands, at)
        labels = tuple(dict.fromkeys([label for o in sized for label in o.labels]))
        if not labels:
            return self.apply(op, sized, at)
        for o in sized:
            if not o.labels and self.shape(o):
                raise self.fail(say("array-among-entries", expression=write(at, "unicode", WORDS)), at)
        aligned = tuple(Value(self.align(o, labels)) for o in sized)
        return Value(self.apply(op, aligned, at).node, labels)

    def beside(self, operands: tuple[Value, ...], at: tree.Expr) -> tuple[Value, ...]:
        """Matrices and vectors, with each vector along all columns that has a number for each row."""
        raise NotImplementedError

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
        if Unsized not in map(type, operands):
            return operands  # type: ignore[return-value]
        known: Sequence[Shape] = [self.shape(o) for o in operands if isinstance(o, Value) and self.shape(o)]
        known = known or self._beside_identity(operands) or self.expected
        if not known:
            raise self.fail(say("size-unknown", expression=write(at, "unicode", WORDS)), at, say("size-say"))
        widest = max(known, key=len)
        return tuple(self.sized(o, widest, at) if isinstance(o, Unsized) else o for o in operands)

    def _beside_identity(self, operands: tuple[Operand, ...]) -> list[Shape]:
        """The size that ``v 𝟏ᵀ`` gives an identity beside it, which is square."""
        spread = [o for o in operands if isinstance(o, Unsized)]
        if all(o.kind != "eye" for o in spread):
            return []
        return [core(self.shape(Value(o.beside)))[:1] * 2 for o in spread if o.beside is not None]

    def sized(self, operand: Unsized, shape: Shape, at: tree.Expr) -> Value:
        """Ones or the identity of a known shape."""
        if operand.kind == "eye":
            try:
                shape = shapes.square(shape)
            except Misfit as misfit:
                raise self.fail(misfit.message, at) from None
        if operand.kind == "full" and len(shape) != 2:
            raise self.fail(say("size-unknown", expression=write(at, "unicode", WORDS)), at, say("size-say"))
        if operand.kind == "full":
            value = Value(self.table.put(Node("ones", (), shape, shape)))
        elif operand.beside is not None:
            if len(shape) < 2:  # v 𝟏ᵀ beside a column: nobody means ones of size 1
                raise self.fail(say("size-unknown", expression=write(at, "unicode", WORDS)), at, say("size-say"))
            value = self._spread(Value(operand.beside), shapes.matrix(shape), at)
        else:
            value = Value(self.table.put(Node(operand.kind, (), shape, shape)))
        if operand.factor is not None:
            value = self.apply("mul", (Value(operand.factor), value), at)
        return value

    def _spread(self, vector: Value, shape: Shape, at: tree.Expr) -> Value:
        """A column beside itself as often as the shape has columns, or a row above itself."""
        column = len(self.shape(vector)) == 1
        dims: Shape = (1, shape[1]) if column else shape[:1]
        ones = Value(self.table.put(Node("ones", (), dims, dims)))
        return self.apply("matmul", (vector, ones) if column else (ones, vector), at)

    def expression(self, e: tree.Expr, scope: Scope) -> Operand:
        """The operand that an expression stands for."""
        raise NotImplementedError

    def remember(self, node: int, e: tree.Expr) -> None:
        """Note the text that a node came from."""
        raise NotImplementedError

    def _as_value(self, operand: Operand) -> Value:
        assert isinstance(operand, Value)
        return operand

    def _plain(self, e: tree.Expr, scope: Scope) -> Value:
        """An operand that is an array as a whole, not entries of one."""
        operand = self.value(e, scope)
        if operand.labels:
            raise self.fail(say("entries-where-array", expression=write(e, "unicode", WORDS)), e)
        return operand

    def value(self, e: tree.Expr, scope: Scope) -> Value:
        """The same, where a size must be known."""
        operand = self.expression(e, scope)
        if isinstance(operand, Unsized):
            raise self.fail(say("size-unknown", expression=write(e, "unicode", WORDS)), e, say("size-say"))
        return operand


def _beside_columns(shapes_of: tuple[Shape, ...], at: tree.Expr) -> Message | None:
    """What to write for a vector that is added to a matrix with as many rows: ``b 𝟏ᵀ``."""
    if not isinstance(at, tree.Sum) or len(at.items) != len(shapes_of):
        return None
    rows = {s[0] for s in shapes_of if len(s) == 2}
    for shape, item in zip(shapes_of, at.items, strict=True):
        if len(shape) == 1 and shape[0] in rows:
            column = item.operand if isinstance(item, tree.Negative) else item
            both = tree.Product((column, tree.Transpose(tree.Constant("𝟏"))), ("",))
            return say("try-columns", suggestion=write(both, "unicode", WORDS))
    return None
