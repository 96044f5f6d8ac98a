"""Inverses beside what they are of: ``X⁻¹ X`` is I, ``(A X)⁻¹`` is ``X⁻¹ A⁻¹`` of square ones, ``(X⁻¹)⁻¹`` is X."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from gradviz import terms as t
from gradviz.calculus.reading import Reader
from gradviz.graph.node import Node


class Pair(NamedTuple):
    """Factors that stand beside one another, summed over the bound indices, and what they come to."""

    bound: tuple[t.Index, ...]
    factors: tuple[t.Atom, ...]
    value: t.Term


class Inverses:
    """What is known of the inverses of a graph.

    Parameters
    ----------
    nodes : sequence of Node
    reader : Reader
        Of the graph's generators.
    """

    def __init__(self, nodes: Sequence[Node], reader: Reader) -> None:
        self.nodes = nodes
        self.reader = reader

    @cached_property
    def places(self) -> Mapping[int, int]:
        """Where the inverse of a node is, for each that has one."""
        return {n.inputs[0]: i for i, n in enumerate(self.nodes) if n.op == "inv"}

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """``X⁻¹ X`` and ``X X⁻¹``, for all that is a product of generators."""
        found = []
        for j, i in self.places.items():
            for first in (True, False):
                a, b, k = (t.index(self.nodes[i].shape[0]) for _ in range(3))
                inverse = t.Atom(i, (a, k) if first else (k, b))
                what = self.reader.entry(j, (k, b) if first else (a, k))
                inner = what.indices if isinstance(what, t.Contract) else ()
                factors = t.factors_of(what.body if isinstance(what, t.Contract) else what)
                atoms = tuple(f for f in factors if isinstance(f, t.Atom) and len(f.free) == len(f.indices))
                if len(atoms) == len(factors):
                    found.append(Pair((k, *inner), (inverse, *atoms), t.delta(a, b)))
        return tuple(found)

    @cached_property
    def parts(self) -> frozenset[int]:
        """The inverses that are products of others, or no inverses at all."""
        unnamed = (i for i in self.places.values() if not self.nodes[i].name)
        return frozenset(i for i in unnamed if self._taken_apart(i, t.index(2), t.index(2)) is not None)

    def apart(self, term: t.Term) -> t.Term:
        """The term with ``X⁻¹ A⁻¹`` for ``(A X)⁻¹``."""
        put: dict[t.Term, t.Term] = {}
        for a in t.atoms(term):
            if a.node in self.parts and isinstance(a.node, int):
                made = self._taken_apart(a.node, *a.indices)
                assert made is not None
                put[a] = made
        return t.replace(term, put) if put else term

    def _taken_apart(self, inverse: int, i: t.Place, j: t.Place) -> t.Term | None:
        inside = self.nodes[inverse].inputs[0]
        node = self.nodes[inside]
        if node.name:
            return None
        if node.op == "inv":
            return self.reader.entry(node.inputs[0], (i, j))
        if node.op == "transpose":
            return self._inverse(node.inputs[0], j, i)
        if node.op != "matmul" or any(self.nodes[x].shape != node.shape for x in node.inputs):
            return None
        left, right = node.inputs
        k = t.index(node.shape[0])
        first, second = self._inverse(right, i, k), self._inverse(left, k, j)
        return None if first is None or second is None else t.contract((k,), t.mul(first, second))

    def _inverse(self, of: int, i: t.Place, j: t.Place) -> t.Term | None:
        place = self.places.get(of)
        if place is None:
            return None
        return self._taken_apart(place, i, j) or t.Atom(place, (i, j))
