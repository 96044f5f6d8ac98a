"""The program's own functions, entry by entry: what a formula for one number says of an array.

``swish(v) = v σ(v)`` says of a vector ``v ⊙ σ(v)``. Where a body does not read as it stands for the shapes of a call,
and all that it does is done to entries, this is what is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from gradviz.graph.node import Node
from gradviz.notation import tree
from gradviz.notation.walk import children, rebuild
from gradviz.ops import OPERATIONS
from gradviz.ops.operation import Shape
from gradviz.ops.shapes import core

_WRITTEN_OUT = frozenset(map(Fraction, (2, 3, 4)))
_BETWEEN_ARRAYS = {"*": "⊙", "·": "⊙", "×": "⊙", "/": "⊘"}


def for_entries(f: tree.Function, shapes: Sequence[Shape]) -> tree.Function | None:
    """The function with what it does to arrays written entry by entry.

    Parameters
    ----------
    f : tree.Function
    shapes : sequence of Shape
        Of the arguments of a call.

    Returns
    -------
    tree.Function or None
        None where the arguments are numbers, or arrays of more than one shape.

    Examples
    --------
    >>> from gradviz.notation import read_program, write
    >>> from gradviz.ops import WORDS
    >>> swish = read_program("swish(v) = 2 v σ(v); L = swish(x)", WORDS).statements[0]
    >>> write(for_entries(swish, [(3,)]).body[0].value, "unicode", WORDS)
    '2v ⊙ σ(v)'
    """
    arrays = {s for s in shapes if core(s)}
    if len(arrays) != 1:
        return None
    matrix = len(arrays.pop()) > 1
    known = {p.name for p, s in zip(f.parameters, shapes, strict=True) if core(s)}
    body = []
    for d in f.body:
        value = _Writer(known, matrix).written(d.value)
        if _speaks_of(value, known):
            known |= {t.name for t in d.targets}
        body.append(replace(d, value=value))
    return replace(f, body=tuple(body))


def entry_by_entry(nodes: Sequence[Node], results: Iterable[int], arguments: Iterable[int]) -> bool:
    """Whether results come from arrays by operations on entries alone, beside numbers that do not depend on them.

    Parameters
    ----------
    nodes : sequence of Node
    results, arguments : iterable of int
        Positions among them.

    Examples
    --------
    >>> x = Node("leaf", (), (3,), (), "x")
    >>> nodes = [x, Node("mul", (0, 0), (3,)), Node("dot", (0, 0), ()), Node("mul", (1, 2), (3,))]
    >>> entry_by_entry(nodes, [1], [0]), entry_by_entry(nodes, [3], [0])
    (True, False)
    """
    given = set(arguments)
    depends = {i for i in given if core(nodes[i].shape)}
    first = min(depends)
    between = set(results) - given
    stack = list(between)
    while stack:
        for j in nodes[stack.pop()].inputs:
            if j not in between and j not in given and j > first:
                between.add(j)
                stack.append(j)
    for i in sorted(between):
        if any(j in depends for j in nodes[i].inputs):
            depends.add(i)
    used = {*between, *(j for i in between for j in nodes[i].inputs)} - given
    return all(OPERATIONS[nodes[i].op].elementwise if i in depends else not core(nodes[i].shape) for i in used)


class _Writer:
    """Writes products of arrays as ``⊙``.

    Parameters
    ----------
    known : set of str
        The names that are arrays.
    matrix : bool
        Whether they have more axes than one, so that their powers are written out.
    """

    def __init__(self, known: set[str], matrix: bool) -> None:
        self.known = known
        self.matrix = matrix

    def written(self, e: tree.Expr) -> tree.Expr:
        e = rebuild(e, self.written)
        if isinstance(e, tree.Product):
            return self.joined(e) if "" in e.operators else self.signed(e)
        if isinstance(e, tree.Power) and self.matrix and self.array(e.base):
            times = e.exponent.value if isinstance(e.exponent, tree.Number) else None
            if times in _WRITTEN_OUT:
                return tree.Product((e.base,) * int(times), ("⊙",) * (int(times) - 1), e.span)
        return e

    def array(self, e: tree.Expr) -> bool:
        return _speaks_of(e, self.known)

    def joined(self, e: tree.Product) -> tree.Expr:
        """Operands that stand side by side: numbers stay with the array that follows."""
        groups: list[list[tree.Expr]] = [[]]
        full = False
        for operand in e.operands:
            array = self.array(operand)
            if array and full:
                groups.append([])
            full = full or array
            groups[-1].append(operand)
        if len(groups) == 1:
            return e
        parts = (g[0] if len(g) == 1 else tree.Product(tuple(g), ("",) * (len(g) - 1)) for g in groups)
        return tree.Product(tuple(parts), ("⊙",) * (len(groups) - 1), e.span)

    def signed(self, e: tree.Product) -> tree.Expr:
        """Operands with signs between them, from left to right."""
        left = self.array(e.operands[0])
        signs = []
        for sign, operand in zip(e.operators, e.operands[1:], strict=True):
            array = self.array(operand)
            signs.append(_BETWEEN_ARRAYS.get(sign, sign) if left and array else sign)
            left = left or array
        return tree.Product(e.operands, tuple(signs), e.span)


def _speaks_of(e: tree.Expr, names: set[str]) -> bool:
    stack = [e]
    while stack:
        here = stack.pop()
        if isinstance(here, tree.Name) and here.name in names:
            return True
        stack.extend(children(here))
    return False
