"""Sums of weighted inputs: what stands before the function of a layer of neurons."""

from __future__ import annotations

from typing import Any, NamedTuple

from gradviz.graph.dag import Dag
from gradviz.graph.node import Node, reachable
from gradviz.ops.shapes import core
from gradviz.terms import Dim

_NUMBERS = frozenset({"number", "size", "constant", "ones", "eye"})


class Weighted(NamedTuple):
    """One product in a sum: a parameter with the neurons of one layer.

    Parameters
    ----------
    weight, source : int
        Positions of the parameter and of what it is multiplied with.
    target_first : bool
        Whether the parameter's rows belong to the neurons that it leads to; vectors are columns.
    axis : int
        Which axis of the source counts its neurons (0: an entry for each, 1: a column for each).
    """

    weight: int
    source: int
    target_first: bool
    axis: int


class Sum(NamedTuple):
    """What a neuron adds: products, and biases with their signs. ``axis`` is that of the neurons in the result.

    ``skips`` are neurons that are added as they are, each to the one at its place: a residual connection.
    """

    products: tuple[Weighted, ...]
    biases: tuple[tuple[int, int], ...]
    axis: int
    skips: tuple[int, ...] = ()


def sides(dag: Dag, position: int) -> tuple[Dim, Dim]:
    """A node's rows and columns; a vector is a column."""
    shape = dag.nodes[position].shape
    rows: Dim = shape[0] if shape else 1
    columns: Dim = shape[1] if len(shape) > 1 else 1
    return rows, columns


class Sums:
    """Every node of a graph, read as a sum of products of weights with neurons where it is one."""

    def __init__(self, dag: Dag) -> None:
        self.dag = dag
        self.nodes = dag.nodes
        self.alive = reachable(dag.nodes, [dag.root])
        self.consumers: list[list[int]] = [[] for _ in dag.nodes]
        for i, node in enumerate(dag.nodes):
            if self.alive[i]:
                for j in dict.fromkeys(node.inputs):
                    self.consumers[j].append(i)
        self.given = self._given()
        self.learned: list[bool | None] = []  # None: made of numbers alone
        self.sums: list[Sum | None] = []
        self.bases: list[frozenset[int] | None] = []  # of which sums it is a function, and of nothing else
        self.skips: dict[int, tuple[int, ...]] = {}  # what is added to a function of a sum
        for i, node in enumerate(dag.nodes):
            self._read(i, node)

    # -- what is what

    def _given(self) -> frozenset[int]:
        """Inputs that are no weights: data, and what stands behind an input in a product of two."""
        names = self.dag.names
        found = {names[n] for n in self.dag.data if n in names}
        for node in self.nodes:
            if node.op in {"matmul", "dot", "mul", "einsum"} and len(node.inputs) == 2:
                a, b = (self._bare(j)[0] for j in node.inputs)
                if all(self.nodes[j].op == "leaf" and j not in found for j in (a, b)):
                    found.add(b)
        return frozenset(found)

    def _bare(self, position: int) -> tuple[int, bool]:
        """A node without its transposes, and whether they turn it."""
        turned = False
        while self.nodes[position].op in {"transpose", "identity"} and not self.nodes[position].name:
            turned ^= self.nodes[position].op == "transpose"
            position = self.nodes[position].inputs[0]
        return position, turned

    def _read(self, i: int, node: Node) -> None:
        if node.op == "leaf":
            self.learned.append(i not in self.given)
        elif node.op in _NUMBERS:
            self.learned.append(None)
        else:
            parts = [self.learned[j] for j in node.inputs]
            self.learned.append(False if False in parts else True if True in parts else None)
        self.sums.append(self._sum(node) if self.learned[i] is False and node.inputs else None)
        if self.sums[i] is not None:
            self.bases.append(frozenset({i}))
        elif self.learned[i] is None:
            self.bases.append(frozenset())
        elif self.learned[i] or not node.inputs:
            self.bases.append(None)
        else:
            below = [self.bases[j] for j in node.inputs]
            known = [b for b in below if b is not None]
            base = frozenset[int]().union(*known) if len(known) == len(below) else None
            self.bases.append(base if base is not None and len(base) == 1 else self._past(i, node) or base)

    def _past(self, i: int, node: Node) -> frozenset[int] | None:
        """The sum that a node is a function of, where neurons before it are added: ``h + tanh(W h)``."""
        if node.op != "add" or any(core(self.nodes[j].shape) != core(node.shape) for j in node.inputs):
            return None
        bases = [self.bases[j] for j in node.inputs]
        if not all(j in self.given or (b is not None and len(b) == 1) for j, b in zip(node.inputs, bases, strict=True)):
            return None
        known = {z for b in bases for z in b or ()}
        last = max(known, default=-1)
        skips = tuple(j for j, b in zip(node.inputs, bases, strict=True) if last not in (b or ()))
        if len(node.inputs) != len(skips) + 1 or not self._upstream(last, known - {last}):
            return None
        self.skips[i] = skips
        return frozenset({last})

    def _upstream(self, position: int, wanted: set[int]) -> bool:
        """Whether a node is computed from all of some others."""
        seen: set[int] = set()
        stack = [position]
        while stack and not wanted <= seen:
            for j in self.nodes[stack.pop()].inputs:
                if j not in seen:
                    seen.add(j)
                    stack.append(j)
        return wanted <= seen

    def _sum(self, node: Node) -> Sum | None:
        """A node as a sum of products of weights with neurons."""
        if node.op in {"add", "sub"}:
            return self._added(node)
        if node.op == "sum" and self.nodes[node.inputs[0]].op == "mul":
            inner = self.nodes[node.inputs[0]]
            return self._inner(inner) if core(node.shape) == () and len(core(inner.shape)) == 1 else None
        if node.op == "dot":
            return self._inner(node)
        if node.op == "mul" and not core(node.shape):
            return self._inner(node)
        if node.op == "matmul":
            return self._product(node)
        if node.op == "transpose":
            turned = self.sums[node.inputs[0]]
            return turned and turned._replace(axis=1 - turned.axis)
        return self._contracted(node) if node.op == "einsum" else None

    def _added(self, node: Node) -> Sum | None:
        products: list[Weighted] = []
        biases: list[tuple[int, int]] = []
        skips: list[int] = []
        axes = set()
        for place, j in enumerate(node.inputs):
            sign = -1 if node.op == "sub" and place else 1
            part = self.sums[j]
            if part is not None and sign > 0:
                products += part.products
                biases += part.biases
                skips += part.skips
                axes.add(part.axis)
            elif self.learned[j] is not False:
                biases.append((j, sign))
            elif sign > 0 and self._neurons(j) and core(self.nodes[j].shape) == core(node.shape):
                skips.append(j)
            else:
                return None
        parts = [j for j in node.inputs if self.sums[j] is not None]
        if any(self._upstream(z, {j}) for skip in skips for z in self.bases[skip] or () for j in parts):
            return None  # what is added is made of the sum
        return Sum(tuple(products), tuple(biases), axes.pop(), tuple(skips)) if len(axes) == 1 else None

    def _inner(self, node: Node) -> Sum | None:
        """An inner product, or one of two numbers."""
        if len(node.inputs) != 2:
            return None
        a, b = (self._bare(j)[0] for j in node.inputs)
        found = [(w, s) for w, s in ((a, b), (b, a)) if self._weighs(w) and self.learned[s] is False]
        if len(found) != 1 or len({core(self.nodes[j].shape) for j in (a, b)}) != 1:
            return None
        weight, source = found[0]
        scalar = not core(self.nodes[source].shape)
        if scalar and not self._neurons(source):
            return None  # a number that a loss is weighted with
        return Sum((Weighted(weight, source, scalar, 0),), (), 0)

    def _product(self, node: Node) -> Sum | None:
        (a, turned_a), (b, turned_b) = (self._bare(j) for j in node.inputs)
        if self._weighs(a) and self.learned[b] is False:
            return Sum((Weighted(a, b, not turned_a, int(turned_b)),), (), 0)
        if self._weighs(b) and self.learned[a] is False:
            return Sum((Weighted(b, a, turned_b, int(not turned_a)),), (), 1)
        return None

    def _contracted(self, node: Node) -> Sum | None:
        """A sum over one index: ``∑_j W_{ij} x_j``, which is made of entries ``W_{ij} x_j``."""
        attr: Any = node.attr
        axes_in, axes_out = attr
        inner = self.nodes[node.inputs[0]]
        if len(node.inputs) != 1 or len(axes_out) != 1 or inner.op != "mul" or len(inner.shape) != 2:
            return None
        kept = axes_in[0].index(axes_out[0])
        for w, s in (inner.inputs, inner.inputs[::-1]) if len(inner.inputs) == 2 else ():
            source, axis = self._spread(s)
            if self._weighs(w) and self.learned[source] is False and axis == 1 - kept:
                return Sum((Weighted(w, source, kept == 0, 0),), (), 0)
        return None

    def _spread(self, position: int) -> tuple[int, int | None]:
        """A vector that is the same in every row or column of a matrix, and along which axis it runs."""
        node = self.nodes[position]
        if len(node.shape) == 1:
            return position, 1
        if node.op == "einsum" and len(node.inputs) == 2 and self.nodes[node.inputs[1]].op == "ones":
            attr: Any = node.attr
            axes_in, axes_out = attr
            if len(axes_in[0]) == 1 and len(axes_out) == 2:
                return node.inputs[0], axes_out.index(axes_in[0][0])
        return position, None

    def _weighs(self, position: int) -> bool:
        return self.nodes[position].op == "leaf" and position not in self.given

    def _neurons(self, position: int) -> bool:
        """Whether a node may be fed to a layer: an input, or a function of one sum."""
        base = self.bases[position]
        return position in self.given or (base is not None and len(base) == 1)
