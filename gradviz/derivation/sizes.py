"""The size of each quantity on a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gradviz.calculus.gradients import Gradients
from gradviz.derivation.step import Line, Step
from gradviz.graph.elaborate import Elaborator
from gradviz.graph.expression import open_calls
from gradviz.graph.making import Operand, Scope, Unsized, Value
from gradviz.graph.node import Node, Table
from gradviz.messages import GradvizError, NamingError, say
from gradviz.notation import tree, write
from gradviz.notation.walk import children
from gradviz.ops import WORDS, Shape
from gradviz.ops.shapes import core
from gradviz.terms import Dim

_SPLIT = frozenset({"", "·", "⊙", "⊘", "@"})


@dataclass(frozen=True, slots=True)
class Part:
    """One quantity of a line.

    Parameters
    ----------
    sign : str
        What stands before it: ``""``, ``·``, ``⊙``, ``+``, ``−``, …
    expr : tree.Expr
    size : tuple of sizes, or None
        Rows and columns; more for a Jacobian; empty for a number. None where it cannot be told.
    first : bool
        Whether it begins a summand.
    """

    sign: str
    expr: tree.Expr
    size: tuple[Dim, ...] | None
    first: bool = False


@dataclass(frozen=True, slots=True)
class Sized:
    """A line with its sizes.

    Parameters
    ----------
    parts : tuple of Part
        The quantities of the right side.
    whole : tuple of sizes
        The size of both sides.
    letters : tuple of (str, size)
        How far the indices run, where the line is one entry.
    """

    parts: tuple[Part, ...]
    whole: tuple[Dim, ...]
    letters: tuple[tuple[str, Dim], ...] = ()


def sized(gradients: Gradients, lines: tuple[Line, ...]) -> dict[Step, Sized]:
    """The sizes on each line, by its step.

    Parameters
    ----------
    gradients : Gradients
        What names of adjoints stand for.
    lines : tuple of Line
    """
    sizes = _Sizes(gradients)
    return {line.step: sizes.line(line) for line in lines}


def shapes(gradients: Gradients) -> Callable[[tree.Expr], Shape | None]:
    """Tells the shapes of names and expressions of a graph; None where one cannot be told."""
    return _Sizes(gradients).told


class _Sizes:
    def __init__(self, gradients: Gradients) -> None:
        self.gradients = gradients
        self.dag = gradients.dag
        self.known: dict[str, int] = {}
        for position, whole in enumerate(gradients.links.generators):
            if whole:
                self.known.setdefault(_text(gradients.name(position)), position)
        self.adjoints = {_text(gradients.adjoint_name(p)): p for p in self.known.values()}
        self.sizes = frozenset(d for n in self.dag.nodes for d in n.shape if isinstance(d, str))

    def line(self, line: Line) -> Sized:
        """The sizes on one line."""
        outer, shape = core(self.dag.nodes[self.dag.root].shape), self.dag.nodes[line.target].shape
        whole = (*outer, *core(shape)) if outer and core(shape) else _columns(outer or shape)
        if line.letters:
            return Sized((), whole, tuple(line.letters.items()))
        return Sized(tuple(self.parts(line.step.right, whole)), whole)

    def parts(self, e: tree.Expr, whole: tuple[Dim, ...]) -> Iterator[Part]:
        """The quantities of an expression, sign by sign."""
        for n, item in enumerate(e.items if isinstance(e, tree.Sum) else (e,)):
            inner = item.operand if isinstance(item, tree.Negative) else item
            sign = "−" if inner is not item else "+" if n else ""
            yield from self.factors(inner, sign, whole)

    def factors(self, e: tree.Expr, sign: str, whole: tuple[Dim, ...]) -> Iterator[Part]:
        """The factors of one summand."""
        signs, operands = _apart(e)
        if len(operands) == 1:
            yield Part(sign, e, self.size(e, whole), first=True)
            return
        told = [self.size(o, None) for o in operands]
        for n, operand in enumerate(operands):
            size = _beside(signs, told, n) if told[n] is None else told[n]
            yield Part(signs[n - 1] if n else sign, operand, size, first=n == 0)

    def size(self, e: tree.Expr, otherwise: tuple[Dim, ...] | None) -> tuple[Dim, ...] | None:
        """The size of one quantity."""
        if isinstance(e, tree.Partial):
            return self.partial(e)
        if isinstance(e, tree.Transpose) and isinstance(e.operand, tree.Partial):
            inner = self.partial(e.operand)
            return None if inner is None else tuple(reversed(inner))
        try:
            shape = self.shape(e)
        except GradvizError:
            return otherwise
        return otherwise if shape is None else _columns(shape)

    def partial(self, e: tree.Partial) -> tuple[Dim, ...] | None:
        """An adjoint has the size of its stage; a local derivative that of a gradient, or of a Jacobian."""
        found = self.adjoints.get(_text(e))
        if found is not None:
            return _columns(self.dag.nodes[found].shape)
        of, by = self.told(e.of), self.told(e.by)
        if of is None or by is None:
            return None
        above, below = core(of), core(by)
        if not above:
            return _columns(by)
        return (*above, *below) if below else _columns(above)

    def told(self, e: tree.Expr) -> Shape | None:
        """The shape of a node or of what nobody named; None where that cannot be told."""
        known = self.known.get(_text(e))
        if known is not None:
            return self.dag.nodes[known].shape
        try:
            return self.shape(e)
        except GradvizError:
            return None

    def shape(self, e: tree.Expr) -> Shape | None:
        """The shape that an expression has by its names; None where they do not tell it."""
        e = open_calls(e, self.dag.functions, self.dag.entrywise)
        table = Table()
        names: dict[str, Operand] = {}
        for name, position in (*self.used(e), *self.dag.names.items()):
            names.setdefault(name, Value(table.put(Node("leaf", (), self.dag.nodes[position].shape, (), name))))

        def unknown(n: tree.Name) -> Operand:
            raise NamingError(say("unknown-name", name=n.name))

        operand = Elaborator(table, lambda span: None, unknown).expression(e, Scope(names, self.sizes))
        return None if isinstance(operand, Unsized) else table.nodes[operand.node].shape

    def used(self, e: tree.Expr) -> Iterator[tuple[str, int]]:
        """The adjoints that an expression speaks of."""
        stack = [e]
        while stack:
            here = stack.pop()
            if isinstance(here, tree.Partial | tree.Name):
                name = _text(here)
                if name in self.adjoints:
                    yield (here.name if isinstance(here, tree.Name) else name), self.adjoints[name]
                    continue
            stack.extend(children(here))


def _apart(e: tree.Expr) -> tuple[tuple[str, ...], list[tree.Expr]]:
    """The factors of a product and the signs between them; a quotient is one factor."""
    if not isinstance(e, tree.Product):
        return (), [e]
    signs: list[str] = []
    operands: list[tree.Expr] = [e.operands[0]]
    for sign, operand in zip(e.operators, e.operands[1:], strict=True):
        if sign in _SPLIT:
            signs.append(sign)
            operands.append(operand)
        elif len(operands) == 1:
            operands[-1] = tree.Product((operands[-1], operand), (sign,))
        else:
            return (), [e]  # read from left to right, a quotient further on divides all that stands before
    return tuple(signs), operands


def _beside(signs: tuple[str, ...], sizes: list[tuple[Dim, ...] | None], n: int) -> tuple[Dim, ...] | None:
    """The size of ones or of the identity, from what they stand beside."""
    before = sizes[n - 1] if n and signs[n - 1] in {"", "@"} else None
    after = sizes[n + 1] if n < len(signs) and signs[n] in {"", "@"} else None
    if before and len(before) == 2:
        return (before[1], 1)
    return (1, after[0]) if after else None


def _columns(shape: Shape) -> tuple[Dim, ...]:
    """Rows and columns: a vector is a column."""
    return (shape[0], 1) if len(shape) == 1 else shape


def _text(e: tree.Expr) -> str:
    return write(e, "unicode", WORDS)
