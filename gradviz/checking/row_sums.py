r"""Sums of rows in answers: ``∑_i (wᵀ x_i − y_i) x_i`` and ``∑_i 𝟙[y_i s_i < 1] y_i X_{i,:}ᵀ``.

Books take ``x_i`` for a column; what a program writes ``X_{i,:}`` is a row to some and a column to others. Each is
read as whatever shapes allow.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from itertools import count

from gradviz.graph.elaborate import Elaborator
from gradviz.graph.letters import apart_from
from gradviz.graph.making import Operand, Scope, Value
from gradviz.graph.node import Node
from gradviz.graph.rows import entries_of_rows
from gradviz.messages import GradvizError, say
from gradviz.notation import tree, write
from gradviz.notation.walk import children, rebuild, within
from gradviz.ops import WORDS
from gradviz.ops.operation import Shape
from gradviz.ops.shapes import core
from gradviz.terms import Dim


def small_names(shapes: Mapping[str, Shape | None], known: Collection[str]) -> dict[str, str]:
    """The letters that rows of matrices are called by, and whose they are: x of X, where nothing else is called x.

    A square matrix has none, since nobody could tell its rows from its columns.

    Examples
    --------
    >>> small_names({"X": (5, 3), "W": (3, 3), "Y": (5, 2)}, {"X", "W", "Y", "y"})
    {'x': 'X'}
    """
    found = {}
    for name, shape in shapes.items():
        rows = len(name) == 1 and name.isupper() and len(name.lower()) == 1 and shape is not None and len(shape) == 2
        if rows and shape is not None and shape[0] != shape[1] and name.lower() not in known:
            found[name.lower()] = name
    return found


def only_rows(e: tree.Expr, small: Collection[str]) -> bool:
    """Whether such letters stand below one index alone wherever they stand."""
    return not any(x.name in small for part in within(e) for x in _beside(part) if isinstance(x, tree.Name)) and not (
        isinstance(e, tree.Name) and e.name in small
    )


def _beside(e: tree.Expr) -> tuple[tree.Expr, ...]:
    """What stands directly in an expression, but for the array that is read at one index."""
    return e.indices if isinstance(e, tree.Entry) and len(e.indices) == 1 else children(e)


class RowSums(Elaborator):
    """Elaborates sums in which rows by the index stand, whether they come to numbers or to arrays."""

    def pick(self, count: int) -> int:
        """Which of so many ways is taken here."""
        raise NotImplementedError

    def first_reading(self) -> Elaborator:
        """What reads a part for its shape alone."""
        raise NotImplementedError

    @cached_property
    def kept_rows(self) -> list[tree.Expr]:
        """What is known by its identity meanwhile."""
        return []

    def sum_of_rows(self, e: tree.Big, scope: Scope) -> Operand | None:
        """What a sum is in which rows stand; None where it has none, or is not read so."""
        bound = frozenset(x.index for x in within(e) if isinstance(x, tree.Big)) | scope.labels.keys()
        matrices = self._matrices(scope)
        small = small_names(matrices, scope.names.keys())
        rows = [x for x in within(e) if self._whose(x, matrices, small, bound)]
        if not rows:
            return None
        meant = self._meant(e, matrices, small, bound)
        other = self.first_reading()

        def shape_of(part: tree.Expr) -> Shape | None:
            try:
                value = other.expression(part, scope)
            except GradvizError:
                return None
            plain = isinstance(value, Value) and not value.labels
            return self.table.nodes[value.node].shape if isinstance(value, Value) and plain else None

        taken = {*scope.names, *scope.sizes, *scope.labels, *bound}
        letters = apart_from(taken).indices
        fresh = (letters[n] if n < len(letters) else f"i{n}" for n in count())
        found = entries_of_rows(meant, frozenset(scope.labels), shape_of, fresh)
        if found is None or (scope.labels and found[1]):
            for row in rows:
                if isinstance(row, tree.Entry) and isinstance(row.array, tree.Name) and row.array.name in small:
                    shown = write(row, "unicode", WORDS)
                    raise self.fail(say("row-misfit", expression=shown, matrix=small[row.array.name]), row)
            return None
        entry, shape, used = found
        made = self._array_of(entry, shape, used, scope)
        self.taken[id(e)] = meant
        self.kept_rows += [e, meant]
        return made

    def _array_of(self, entry: tree.Expr, shape: Shape, used: tuple[str, ...], scope: Scope) -> Operand:
        """The array whose entry an expression is."""
        labels = tuple(map(self.fresh_label, used))
        sizes: tuple[Dim, ...] = core(shape)
        self.label_sizes.update(zip(labels, sizes, strict=True))
        value = self.expression(entry, scope._replace(labels={**scope.labels, **dict(zip(used, labels, strict=True))}))
        if not shape or not isinstance(value, Value):
            return value
        node = self.align(value, labels)
        if core(self.table.nodes[node].shape) != sizes:
            node = self.table.put(Node("mul", (node, self.table.put(Node("ones", (), sizes, sizes))), sizes))
        return Value(node) if sizes == shape or len(shape) == 1 else self.apply("transpose", (Value(node),), entry)

    def _matrices(self, scope: Scope) -> dict[str, Shape | None]:
        """The matrices that names stand for, with their shapes."""
        nodes = self.table.nodes
        found = {n: nodes[v.node].shape for n, v in scope.names.items() if isinstance(v, Value) and not v.labels}
        return {n: shape for n, shape in found.items() if len(shape) == 2 and 1 not in shape}

    def _whose(
        self, e: tree.Expr, matrices: Mapping[str, Shape | None], small: Mapping[str, str], bound: Collection[str]
    ) -> bool:
        """Whether an expression is a row or a column by a bound index."""
        if not isinstance(e, tree.Entry) or not isinstance(e.array, tree.Name):
            return False
        at = [i for i in e.indices if isinstance(i, tree.Name) and i.name in bound]
        ranges = [i for i in e.indices if isinstance(i, tree.Slice) and i.low is None and i.high is None]
        if e.array.name in small:
            return len(at) == len(e.indices) == 1
        return (
            e.array.name in matrices
            and len(at) == 1
            and len(at) + len(ranges) == len(e.indices)
            and len(e.indices) - len(ranges) < 2
        )

    def _meant(
        self, e: tree.Expr, matrices: Mapping[str, Shape | None], small: Mapping[str, str], bound: Collection[str]
    ) -> tree.Expr:
        """An expression with one reading of whatever has more than one."""
        if isinstance(e, tree.Either):
            return self._meant(e.readings[self.pick(len(e.readings))], matrices, small, bound)
        if not isinstance(e, tree.Entry) or not self._whose(e, matrices, small, bound):
            made = rebuild(e, lambda part: self._meant(part, matrices, small, bound))
            twice = isinstance(made, tree.Transpose) and isinstance(made.operand, tree.Transpose)
            return made.operand.operand if twice else made  # type: ignore[union-attr]
        assert isinstance(e.array, tree.Name)
        if e.array.name in small:
            array = tree.Name(small[e.array.name], e.array.span)
            places = (*e.indices, tree.Slice(None, None))
            return tree.Entry(array, places[::-1] if self.pick(2) else places, e.span)
        return tree.Transpose(e) if self.pick(2) else e
