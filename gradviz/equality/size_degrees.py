"""How what an answer comes to depends on symbolic sizes: as a rational function, of which degree.

Sizes are in what is written with them, and in sums over their axes of what has few values: how many of the labels
``y ∈ {0, 1}^n`` are 1 is a whole number up to n. A sum of what moves freely is none of that: it can be anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from gradviz.equality.made_of import CHOOSING, SIDES
from gradviz.equality.points import rows_of
from gradviz.equality.upwards import Upwards
from gradviz.graph.node import Node
from gradviz.ops.shapes import core
from gradviz.terms import Extent

if TYPE_CHECKING:
    from gradviz.equality.ground import Ground

_CONSTANT, _FEW, _FREE = range(3)
_ENTRIES = frozenset({"einsum", "read", "entry", "reshape", "stack"})
_WHOLE = frozenset({"det"}) | frozenset(
    line + name for line in ("", "row", "col") for name in ("prod", "prod_others", "prod_pairs", "prod_triples")
)


class SizeDegree(NamedTuple):
    """Of numerator and denominator in sizes, and what else a node is made of.

    Parameters
    ----------
    above, below : int
    kind : int
        Whether it is a constant, has few values, or moves freely.
    """

    above: int
    below: int
    kind: int = _CONSTANT


class SizeDegrees(Upwards[SizeDegree | None]):
    """The degrees of a ground's nodes as they are written out, each found once.

    Parameters
    ----------
    ground : Ground
    """

    def __init__(self, ground: Ground) -> None:
        super().__init__(ground.written)
        self.ground = ground
        self.few = frozenset(map(ground.place, (*ground.few, *rows_of(ground.dag, ground.sizes))))

    def of(self, place: int) -> SizeDegree | None:
        """A node's degree; None where it is no rational function of the sizes, for all that is known."""
        return super().of(place)

    def _of(self, place: int, node: Node) -> SizeDegree | None:
        if node.op == "leaf":
            return SizeDegree(0, 0, _FEW if place in self.few else _FREE)
        is_own = place < self.ground.written.settled
        if node.op == "size":
            return _of_size(node.attr, is_own=is_own)
        found: list[SizeDegree] = []
        for j in node.inputs:
            one = self.known[j]
            if one is None:
                return None
            found.append(one)
        if node.op == "ordinal":
            return SizeDegree(1, 0)
        kind = max([x.kind for x in found], default=_CONSTANT)
        if node.op in SIDES:
            return self._compared(node, found, kind, is_own=is_own)
        if node.op in _WHOLE and kind != _FREE and not all(isinstance(d, int) for d in _axes(self.nodes, node)):
            return None
        if is_own and kind == _FREE:  # sizes in the program's own stages are no more than in what is right
            found = [x if x.kind else SizeDegree(0, 0) for x in found]
        over = self._summed(node) if node.op == "einsum" else 0
        made = _made(self.nodes, node, found)
        if made is None or (node.op in CHOOSING and kind != _FREE and any(made)):
            return None
        return SizeDegree(made[0] + over, made[1], kind)

    def _compared(self, node: Node, found: Sequence[SizeDegree], kind: int, *, is_own: bool) -> SizeDegree | None:
        degree = sum(x.above + x.below for x in found)
        ground = self.ground
        if kind == _FREE:
            if not is_own and ground.bounds().holds(node) != ground.bounds(sized=False).holds(node):
                return None
            return SizeDegree(degree, degree, _FEW)
        if degree and ground.bounds(sized=False).holds(node) is None and not self._is_order(node):
            return None  # 𝟙[sum(y) > 7] is 0 for the sizes that were looked at, and not for all
        return SizeDegree(0, 0, kind)

    def _summed(self, node: Node) -> int:
        """Over how many axes of symbolic sizes a sum goes in which nothing moves freely."""
        attr: Any = node.attr
        placed, out = attr
        free: set[int] = set(out)
        sized: set[int] = set()
        for j, axes in zip(node.inputs, placed, strict=True):
            known = self.known[j]
            if known is not None and known.kind == _FREE:
                free.update(axes)
            sized.update(a for a, d in zip(axes, core(self.nodes[j].shape), strict=True) if not isinstance(d, int))
        return len(sized - free)

    def _is_order(self, node: Node) -> bool:
        """Whether places in a row are compared with each other, or with its ends: ``i ≤ j``, ``i < n``, ``i = 1``."""
        places = numbers = Fraction(0)
        stack = list(node.inputs)
        ordinals = 0
        while stack:
            op, inputs, _, attr, _ = self.nodes[stack.pop()]
            if op in ("ordinal", "size"):
                places += 1
                ordinals += op == "ordinal"
            elif op == "number" and isinstance(attr, Fraction):
                numbers += abs(attr)
            elif op in ("add", "sub", "neg") or op in _ENTRIES:
                stack.extend(j for j in inputs if self.nodes[j].op != "ones")
            else:
                return False
        return bool(ordinals) and places + numbers <= 3


def _of_size(size: Any, *, is_own: bool) -> SizeDegree | None:
    if not isinstance(size, Extent):
        return SizeDegree(1, 0)
    factors = [f for monomial, _ in size.parts for f in monomial]
    if not is_own and any(isinstance(f, Extent) and f.quotient for f in (*factors, size)):
        return None  # ⌊n/20⌋ is 0 for many
    return SizeDegree(max(len(monomial) for monomial, _ in size.parts), 0)


def _axes(nodes: Sequence[Node], node: Node) -> list[Any]:
    return [d for j in node.inputs for d in core(nodes[j].shape)]


def _made(nodes: Sequence[Node], node: Node, found: Sequence[SizeDegree]) -> tuple[int, int] | None:
    if not any(x.above or x.below for x in found):
        return 0, 0
    if node.op in ("add", "sub"):
        below = sum(x.below for x in found)
        return max(x.above + below - x.below for x in found), below
    if node.op in ("mul", "einsum"):
        return sum(x.above for x in found), sum(x.below for x in found)
    if node.op == "div":
        return found[0].above + found[1].below, found[0].below + found[1].above
    if node.op == "power":
        exponent = nodes[node.inputs[1]]
        if exponent.op != "number" or not isinstance(exponent.attr, Fraction):
            return None
        times = -(-abs(exponent.attr.numerator) // exponent.attr.denominator)
        above, below = found[0][:2] if exponent.attr > 0 else found[0][1::-1]
        return times * above, times * below
    if node.op == "neg" or node.op in _ENTRIES:
        return max(x.above for x in found), max(x.below for x in found)
    total = sum(x.above + x.below for x in found)
    return total, total
