"""From nodes to terms: what an entry of a node is, in named generators.

Expansion stops at inputs, at named stages, at adjoints of stages, at operations that expressions speak of as a
whole (``‖x‖``, ``softmax(z)``), and where an unnamed expression grows beyond what anybody reads. So a term is as
large as what a person wrote, however deep the graph is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradviz import terms as t
from gradviz.graph.node import Node
from gradviz.ops import OPERATIONS, Shape
from gradviz.ops.entry import operand
from gradviz.ops.formula import CONSTANTS, entry_formula
from gradviz.ops.placed import FORMULAS
from gradviz.ops.shapes import core

_READABLE = 120
"""Operations that an unnamed expression may have before it is read as one thing."""

KNOWN = frozenset(FORMULAS)
"""Operations that only move entries, or are numbers: read through, whatever they are called."""


def weights(nodes: Sequence[Node]) -> list[int]:
    """How many operations stand in the expression of each node, generators counting 1."""
    sizes: list[int] = []
    for node in nodes:
        total = 1 + sum(sizes[j] for j in node.inputs)
        sizes.append(1 if node.name or total > _READABLE else total)
    return sizes


def generators(nodes: Sequence[Node]) -> list[bool]:
    """Which nodes of a graph terms hold as atoms; see the module."""
    sizes = weights(nodes)
    return [_stops(node) or (bool(node.inputs) and sizes[i] == 1) for i, node in enumerate(nodes)]


def _stops(node: Node) -> bool:
    if node.name or node.op == "constant":
        return True
    if node.op in KNOWN:
        return False
    op = OPERATIONS[node.op]
    return op.opaque or not op.formula


def thin(shape: Shape) -> bool:
    """Whether an array of three axes or more has axes of size one.

    Examples
    --------
    >>> thin((1, 4)), thin((4, 2, 1))
    (False, True)
    """
    return len(shape) > 2 and 1 in shape


class Reader:
    """Reads nodes of one sequence as terms.

    Parameters
    ----------
    nodes : sequence of Node
        A graph, or a part of one followed by its adjoints.
    atoms : mapping of int to int or str
        The generators: position → what their atoms are called.
    """

    def __init__(self, nodes: Sequence[Node], atoms: Mapping[int, int | str]) -> None:
        self.nodes = nodes
        self.atoms = atoms
        self.thin: set[t.Index] = set()
        """Axes of arrays of three axes or more some of which have size one: no matrix notation says their shape."""

    def indices(self, position: int) -> tuple[t.Index, ...]:
        """New indices for the axes of a node."""
        shape = self.nodes[position].shape
        found = tuple(t.index(d, row=len(shape) == 2 and shape[0] == 1) for d in core(shape))
        if thin(shape):
            self.thin.update(found)
        return found

    def entry(self, position: int, indices: tuple[t.Place, ...]) -> t.Term:
        """The entry of a node at the given indices."""
        if self.nodes[position].op == "constant":
            return t.Atom(str(self.nodes[position].attr))
        if position in self.atoms:
            return t.Atom(self.atoms[position], indices)
        return self.inside(position, indices)

    def inside(self, position: int, indices: tuple[t.Place, ...]) -> t.Term:
        """The same, looking into the node itself even where it is a generator."""
        node = self.nodes[position]
        shapes = tuple(self.nodes[j].shape for j in node.inputs)
        formula = entry_formula(node.op, shapes, node.shape, node.attr)
        operands = {operand(n): j for n, j in enumerate(node.inputs)}
        if any(isinstance(i, t.Affine) for i in indices):
            # What is read beside an axis is 0, whatever the formula says there.
            fresh = self.indices(position)
            return t.at(self.inside(position, fresh), fresh, indices)
        names = dict(zip(formula.indices, indices, strict=True))
        return self._fill(t.rename(t.freshen(formula.body), names), operands)

    def _fill(self, term: t.Term, operands: dict[str, int]) -> t.Term:
        if isinstance(term, t.Atom):
            assert isinstance(term.node, str)
            if term.node in CONSTANTS:
                return term
            return self.entry(operands[term.node], term.indices)
        parts = t.children(term)
        if not parts:
            return term
        return t.rebuild(term, [self._fill(p, operands) for p in parts])
