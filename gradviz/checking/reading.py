"""Answers read into nodes: every reading whose shapes fit, each with what it is echoed as."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property, lru_cache, partial
from types import MappingProxyType
from typing import Any, NamedTuple

from gradviz.checking.row_sums import RowSums
from gradviz.graph.barred import is_barred, is_square
from gradviz.graph.cases import few_values
from gradviz.graph.dag import Dag
from gradviz.graph.elaborate import METHODS
from gradviz.graph.making import Operand, Scope, Unsized, Value
from gradviz.graph.node import Node, Table
from gradviz.graph.ones import with_sizes
from gradviz.graph.powers import MOST as MOST_POWER
from gradviz.graph.powers import entry_by_entry, whole
from gradviz.graph.products import fits
from gradviz.messages import AmbiguousError, GradvizError, Place, ResourceError, ShapeError, say
from gradviz.notation import tree
from gradviz.notation.walk import rebuild
from gradviz.ops import Shape
from gradviz.ops.shapes import core
from gradviz.terms import extent

MOST_READINGS = 32
MOST_STEPS = 5_000
MOST_ENTRIES = 200_000


class Reading(NamedTuple):
    """One reading of an answer: its node, the expression that says it without doubt, and the indices of an entry."""

    node: int
    expr: tree.Expr
    chosen: bool
    letters: tuple[str, ...] = ()

    @property
    def entry(self) -> bool:
        """Whether the answer is written entry by entry, with indices."""
        return bool(self.letters)


_scope: Callable[[tuple[Any, ...]], Scope] = partial(tuple.__new__, Scope)
_reading: Callable[[tuple[int, tree.Expr, bool, tuple[str, ...]]], Reading] = partial(tuple.__new__, Reading)


class _Choosing(RowSums):
    """Makes nodes of an answer, taking one way wherever there is more than one; `picks` says which."""

    def __init__(
        self,
        table: Table,
        place: Callable[[tree.Span], Place | None],
        unknown: Callable[[tree.Name], Operand],
        picks: Sequence[int],
        sizes: Mapping[str, int],
        expected: Sequence[Shape],
        program: Dag | None,
    ) -> None:
        super().__init__(table, place, unknown)
        self.expected = expected
        self.program = program
        if program is not None:
            self.own = program.functions
        self.picks = picks
        self.chosen: list[tuple[int, int]] = []
        self.sizes = sizes
        self.checked = len(table.nodes)
        self.open: list[tree.Product] = []
        self.signs: dict[tuple[int, int], str] = {}

    zero_beside = within_axes = True
    steps = 0

    @cached_property
    def kept(self) -> list[object]:
        """What is known by its identity meanwhile."""
        return []

    def members(self, name: str) -> Collection[Fraction] | None:
        """The values that a name can have, where its domain says that they are few."""
        return few_values(self.program.facts.get(name, ())) if self.program else None

    def pick(self, count: int) -> int:
        """Which of so many ways is taken here."""
        n = len(self.chosen)
        choice = self.picks[n] if n < len(self.picks) else 0
        self.chosen.append((choice, count))
        return choice

    def expression(self, e: tree.Expr, scope: Scope) -> Operand:
        kind = type(e)
        if kind is tree.Name and (named := scope.names.get(e.name)) is not None:  # type: ignore[union-attr]
            return named
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise ResourceError(say("answer-too-much", limit=MOST_STEPS))
        if kind is tree.Product:
            product: tree.Product = e  # type: ignore[assignment]
            if not _ONES.isdisjoint(map(type, product.operands)):
                product = self.with_ones(product)
            self.open.append(product)
            try:
                return self._product(product, scope)
            finally:
                self.open.pop()
        if kind is tree.Transpose and is_row(e.operand) and self.pick(2):  # type: ignore[union-attr]
            self.taken[id(e)] = e.operand  # type: ignore[union-attr]
            e, kind = e.operand, tree.Array  # type: ignore[union-attr]
        if kind is tree.Call and is_barred(e) and (found := self.determinant(e, scope)) is not None:  # type: ignore[arg-type]
            return found
        if kind is tree.Either:
            reading = e.readings[self.pick(len(e.readings))]  # type: ignore[union-attr]
            self.taken[id(e)] = reading
            return self.expression(reading, scope)
        if kind is tree.Big and (rows := self.sum_of_rows(e, scope)) is not None:  # type: ignore[arg-type]
            return rows
        return METHODS[kind](self, e, scope)

    def determinant(self, e: tree.Call, scope: Scope) -> Operand | None:
        """``|A|`` of a square matrix as its determinant, where that reading is tried."""
        inside = self.expression(e.arguments[0], scope)
        if not isinstance(inside, Value) or inside.labels or not is_square(self.shape(inside)) or not self.pick(2):
            return None
        made = tree.Call("det", e.arguments, 0, e.span)
        self.taken[id(e)] = made
        self.kept += [e, made]
        return self.expression(made, scope)

    def first_reading(self) -> _Choosing:
        return _Choosing(self.table, self.place, self.unknown, (), self.sizes, self.expected, self.program)

    def with_ones(self, e: tree.Product) -> tree.Product:
        """A product in which a ``1`` side by side with something is the vector of ones, where that reading is tried."""
        if _ONES.isdisjoint(map(type, e.operands)):
            return e
        beside = zip(("/", *e.operators), e.operands, (*e.operators, "/"), strict=True)
        if not any(type(x) in _ONES and not (a and b) and _is_one(x) for a, x, b in beside) or not self.pick(2):
            return e
        made = tree.Product(tuple([_ones(x) for x in e.operands]), e.operators, e.span)
        self.taken[id(e)] = made
        self.kept += [e, made]
        return made

    def rows_meant(self, at: tree.Expr) -> bool:
        return not self.pick(2)

    def power_of_matrix(self, e: tree.Power, base: Value, exponent: Value) -> Operand:
        """``H²`` may be meant entry by entry too."""
        rows, columns = core(self.table.nodes[base.node].shape)
        times = whole(e.exponent)
        if rows == columns and times is not None and abs(times) <= MOST_POWER and not self.pick(2):
            return self.raised(base, times, e)
        self.taken[id(e)] = entry_by_entry(e)
        self.kept.append(e)
        return self.entrywise("power", (base, exponent), e)

    def remember(self, node: int, e: tree.Expr) -> None:
        """Answers are shown as they were written."""

    def limit(self, most: int) -> None:
        """Refuse what would take too much room, before anything is computed."""
        nodes = self.table.nodes
        for node in nodes[self.checked :]:
            if (node.shape or node.op == "einsum") and entries_made(node, nodes, self.sizes) > most:
                raise ResourceError(say("answer-too-large", limit=most))
        self.checked = len(nodes)

    def product(self, sign: str, a: Operand, b: Operand, at: tree.Product) -> Operand:
        if (
            sign in {"", "*", "·"}
            and type(a) is Value
            and type(b) is Value
            and not (a.labels or b.labels or self.by_entries)
        ):
            nodes = self.table.nodes
            i, j = a.node, b.node
            left, right = nodes[i].shape, nodes[j].shape
            if not left or not right:
                return self.made("mul", (i, j), (left, right), at)
            if not (core(left) and core(right)):
                return self.entrywise("mul", (a, b), at)
            ways = _ways(sign, left, right)
            taken = ways[self.pick(len(ways))] if len(ways) > 1 else ways[0] if ways else sign
            if taken != sign:
                self.signs[(id(self.open[-1]), len(at.operators) - 1)] = taken
                self.kept.append(self.open[-1])
                sign = taken
        if sign == "@" and type(a) is Value and type(b) is Value and not (a.labels or b.labels):
            shapes = self.table.nodes[a.node].shape, self.table.nodes[b.node].shape
            if len(shapes[0]) == 1 and len(shapes[1]) == 2 and shapes[0] == shapes[1][:1] and 1 not in shapes[1]:
                return self.apply("matmul", (self.apply("transpose", (b,), at), a), at)  # as in NumPy
            if len(shapes[0]) == 1 and shapes[0] == shapes[1]:  # as in NumPy
                self.signs[(id(self.open[-1]), len(at.operators) - 1)] = sign = "·"
                self.kept.append(self.open[-1])
        if sign == "⊙" and type(a) is Value and type(b) is Value and not (a.labels or b.labels):
            return self.entrywise("mul", self.along_columns(a, b, at), at)
        if (
            sign in {"⊙", "*"}
            and type(a) is Unsized
            and type(b) is Value
            and not b.labels
            and self._are_columns(a.beside, b)
        ):
            column = Value(a.beside)  # type: ignore[arg-type]
            if a.factor is not None:
                column = self.apply("mul", (Value(a.factor), column), at)
            return self.apply("outer", (column, b), at)
        return super().product(sign, a, b, at)

    def _are_columns(self, beside: int | None, b: Value) -> bool:
        """Whether ``v 𝟏ᵀ`` stands beside a vector, which NumPy lays in every row."""
        nodes = self.table.nodes
        return beside is not None and len(nodes[beside].shape) == len(nodes[b.node].shape) == 1

    def along_columns(self, a: Value, b: Value, at: tree.Product) -> tuple[Value, Value]:
        """A matrix and a vector that may have a number for each row of it, as in ``diag(v) W``; NumPy takes columns."""
        nodes = self.table.nodes
        left, right = nodes[a.node].shape, nodes[b.node].shape
        if {len(left), len(right)} != {1, 2}:
            return a, b
        shape, vector = (right, left) if len(right) == 2 else (left, right)
        if 1 in shape or vector != shape[:1] or (shape[0] == shape[1] and not self.pick(2)):
            return a, b
        first = len(right) == 2
        spread = self._spread(a if first else b, shape, at)
        owner = self.open[-1]
        e = owner.operands[0 if first and len(at.operators) == 1 else len(at.operators)]
        if not first or len(at.operators) == 1:
            self.taken[id(e)] = tree.Product((replace(e), tree.Transpose(tree.Constant("𝟏"))), ("",))
            self.kept.append(e)
        return (spread, b) if first else (a, spread)


_NONE: Mapping[str, Any] = MappingProxyType({})
_ONES = frozenset({tree.Number, tree.Transpose})


def _is_one(e: tree.Expr) -> bool:
    """Whether ``1`` or ``1ᵀ`` stands here: beside a matrix or a row it is the vector of ones to many."""
    inner = e.operand if type(e) is tree.Transpose else e
    return type(inner) is tree.Number and inner.value == 1


def _ones(e: tree.Expr) -> tree.Expr:
    if not _is_one(e):
        return e
    return tree.Transpose(tree.Constant("𝟏")) if isinstance(e, tree.Transpose) else tree.Constant("𝟏")


def is_row(e: tree.Expr) -> bool:
    """Whether an expression is a list of numbers in one line: with a ``T`` behind it many mean a column."""
    return isinstance(e, tree.Array) and not any(isinstance(x, tree.Array) for x in e.items)


def entries_made(node: Node, nodes: Sequence[Node], sizes: Mapping[str, int]) -> int:
    """How many entries are made for a node, those that are summed up included."""
    count = 1
    for d in node.shape:
        count *= max(1, d if type(d) is int else extent(d, sizes))
    if node.op == "einsum":
        for d in _inside(node, nodes, sizes):
            count *= d
    return count


def _inside(node: Node, nodes: Sequence[Node], sizes: Mapping[str, int]) -> Iterator[int]:
    """The axes that a product sums over."""
    attr: Any = node.attr
    axes_in, out = attr
    dims = {
        a: extent(d, sizes)
        for axes, j in zip(axes_in, node.inputs, strict=True)
        for a, d in zip(axes, core(nodes[j].shape), strict=True)
    }
    return (d for a, d in dims.items() if a not in out)


@lru_cache(maxsize=1 << 12)
def _ways(sign: str, left: Shape, right: Shape) -> tuple[str, ...]:
    """The signs that may stand between two arrays, the likeliest first."""
    found = []
    columns = len(left) == len(right) == 1
    if sign == "·" and columns and left == right:
        found.append("·")
    elif max(len(left), len(right)) > 2 or fits("matmul", left, right):
        found.append("@" if sign else "")
    if left == right and (sign or not found):
        found.append("⊙")
    if sign == "*" and {len(left), len(right)} == {1, 2} and 1 not in (*left, *right):
        matrix, vector = (left, right) if len(left) == 2 else (right, left)
        if vector == matrix[1:] or (not found and vector == matrix[:1]):
            found.append("⊙")  # in every row, as in NumPy; in every column, as in R
    return tuple(found)


def readings(
    e: tree.Expr,
    table: Table,
    names: Mapping[str, Operand],
    sizes: Mapping[str, int],
    shape: Shape,
    *,
    symbols: frozenset[str] = frozenset(),
    place: Callable[[tree.Span], Place | None] = lambda span: None,
    unknown: Callable[[tree.Name], Operand],
    letters: Mapping[str, object] | None = None,
    program: Dag | None = None,
    most: int = MOST_ENTRIES,
) -> list[Reading]:
    """All readings of an answer whose shapes fit.

    Parameters
    ----------
    e : tree.Expr
    table : Table
        Where nodes go.
    names : mapping of str to Operand
    sizes : mapping of str to int
        Numbers for symbolic sizes, by which limits are held.
    shape : Shape
        What is wanted: the size of ``I`` and ``𝟏`` where nothing else tells it.
    symbols : frozenset of str
        Symbolic sizes, which may be used as numbers.
    place, unknown : callable
        See `Elaborator`.
    letters : mapping of str to size, optional
        Indices that the answer, which is then one entry, is written with, in the order of the axes.
    program : Dag, optional
        Its functions have derivatives with primes, and what its names can be settles cases.
    most : int
        Entries that may be made for one node.

    Raises
    ------
    GradvizError
        No reading fits.
    """
    scope = _scope((names, symbols, _NONE, {i: i for i in letters} if letters else _NONE))
    found: dict[int, Reading] = {}
    problem: GradvizError | None = None
    picks: list[int] = []
    expected = (shape,) if core(shape) else ()
    for _ in range(MOST_READINGS):
        elaborator = _Choosing(table, place, unknown, picks, sizes, expected, program)
        if letters:
            elaborator.label_sizes.update(letters)  # type: ignore[arg-type]
        try:
            operand = elaborator.expression(e, scope)
            value = elaborator.sized(operand, shape, e) if isinstance(operand, Unsized) else operand
            node = _everywhere(elaborator.align(value, tuple(letters)), table, shape) if letters else value.node
            elaborator.limit(most)
            chosen = bool(elaborator.chosen or elaborator.signs)
            said = _echo(e, elaborator) if chosen or elaborator.taken else e
            found.setdefault(node, _reading((node, said, chosen, tuple(letters) if letters else ())))
        except (ShapeError, AmbiguousError) as error:
            problem = problem or error
        made = elaborator.chosen
        while made and made[-1][0] + 1 >= made[-1][1]:
            made.pop()
        if not made:
            break
        picks = [*(choice for choice, _ in made[:-1]), made[-1][0] + 1]
    if not found:
        assert problem is not None
        whole = None if letters else with_sizes(e, shape, table, Scope(names, symbols), unknown)
        if whole is None:
            raise problem
        return readings(
            whole, table, names, sizes, shape, symbols=symbols, place=place, unknown=unknown, program=program, most=most
        )
    return list(found.values())


def _everywhere(node: int, table: Table, shape: Shape) -> int:
    """An entry that does not depend on some of the indices, along their axes too."""
    wanted = core(shape)
    if not table.nodes[node].shape or core(table.nodes[node].shape) == wanted:
        return node
    return along(node, table, wanted)


def along(node: int, table: Table, shape: Shape) -> int:
    """A node for what is the same at all places of some axes."""
    return table.put(Node("mul", (node, table.put(Node("ones", (), shape, shape))), shape))


def _echo(e: tree.Expr, by: _Choosing) -> tree.Expr:
    """The expression as it was read."""
    if id(e) in by.taken:
        return _echo(by.taken[id(e)], by)
    signs = {n: sign for (owner, n), sign in by.signs.items() if owner == id(e)}
    inner = rebuild(e, lambda part: _echo(part, by))
    if not signs or not isinstance(inner, tree.Product):
        return inner
    result = inner.operands[0]
    for n, operand in enumerate(inner.operands[1:]):
        sign = signs.get(n, inner.operators[n])
        if n and sign == signs.get(n - 1, inner.operators[n - 1]) and isinstance(result, tree.Product):
            result = replace(result, operands=(*result.operands, operand), operators=(*result.operators, sign))
        else:
            result = tree.Product((result, operand), (sign,))
    return result
