"""Which numbers may be 0 at more than a set of measure zero, though they are not 0 at a random point modulo primes."""

from __future__ import annotations

from gradviz.equality.core import Core
from gradviz.equality.made_of import CHOOSING, SIDES
from gradviz.equality.upwards import Upwards
from gradviz.graph.node import Node

_UNTOLD = frozenset({"sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "erf"})
"""Functions of which residues do not know all: ``tan(arctan(v))`` is ``v``."""


class Loose(Upwards[bool]):
    """What depends on inputs that have few values, or on functions that residues take for anything.

    A difference that is an analytic function of free inputs is 0 everywhere, or only at a set of measure zero.
    ``y − 1`` for a ``y ∈ {0, 1}`` that stands for any number is neither, nor is ``v 𝟙[v > 0]`` where the indicator
    stands for any.

    Parameters
    ----------
    written : Core
    leaves : frozenset of int
        Where inputs of few values are written out that stand for any number.
    signed : bool
        Whether comparisons are decided.
    """

    def __init__(self, written: Core, leaves: frozenset[int], *, signed: bool) -> None:
        super().__init__(written)
        self.leaves = leaves
        self.ops = _UNTOLD if signed else _UNTOLD | SIDES | CHOOSING

    def of(self, place: int) -> bool:
        """Whether a node is made of such things."""
        found = self.known.get(place)
        return super().of(place) if found is None else found

    def _of(self, place: int, node: Node) -> bool:
        return place in self.leaves or node.op in self.ops or any(self.known[j] for j in node.inputs)
