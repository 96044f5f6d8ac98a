"""How many points tell whether roots are taken with the right signs.

The root of ``w² u`` is ``w √u`` at one point and ``−w √u`` at another, so that ``w √u`` would be taken for it where
there are few points. A root of what is no square, not even times others of which roots are taken, has no such choice:
there any sign is as good as the other. Which of them are squares is seen from where they are none: if a product of some
were a square, it would be one at all points.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import ceil, log1p

from gradviz.equality.apart import agree
from gradviz.equality.drawing import Drawn
from gradviz.equality.ground import Ground
from gradviz.equality.made_of import ROOTS, has
from gradviz.equality.marks import Root
from gradviz.equality.points import rows_of

_NATS = 22
"""The chance to miss a wrong sign is below ``e^−22``, one in 10^9."""

_MOST = 64
_DRAWN = 24
_DOUBTFUL = 2


def needed(ground: Ground, points: Sequence[Drawn]) -> int:
    """At how many points two nodes have to agree that were computed at these, so that no sign can be wrong."""
    count = choices(ground, points)
    return 1 if not count else ceil(-_NATS / log1p(-(0.5**count)))


def are_doubtful(ground: Ground, a: int, b: int) -> bool:
    """Whether so many roots may be taken with one sign or the other that some points do not tell."""
    points = [one for turn in range(_DRAWN) for one in ground.residues(turn=turn).points]
    for one in points:
        agree(one, a, b)
    return choices(ground, points) > _DOUBTFUL


def choices(ground: Ground, points: Sequence[Drawn]) -> int:
    """How many roots may be taken with one sign or the other.

    Parameters
    ----------
    ground : Ground
    points : sequence of Drawn
        Where something was computed, whether roots are there or not.
    """
    if rows_of(ground.dag, ground.sizes):  # what is no square may be one where other rows are chosen
        return max((len(one.marks.roots) for one in points), default=0)
    older = dict.fromkeys(root for row in ground.characters for root in row)
    rows = [{root: told[1] for root, told in one.marks.roots.items()} for one in points]
    own = dict.fromkeys(root for row in rows for root in row if root not in older)
    there = [row for row in rows if all(row.get(root, True) for root in older)]
    return _dependent(ground, older, ground.characters) + _dependent(ground, own, there)


def _dependent(ground: Ground, roots: Collection[Root], rows: Sequence[Mapping[Root, bool]]) -> int:
    """How many may be roots of squares, or of squares times others."""
    alone = [root for root in roots if _is_alone(ground, root)]
    if len(alone) > _MOST:
        return len(roots)
    basis: dict[int, int] = {}
    for row in rows:
        if any(root not in row for root in alone):
            continue
        bits = sum(1 << n for n, root in enumerate(alone) if not row[root])
        while bits and bits.bit_length() in basis:
            bits ^= basis[bits.bit_length()]
        if bits:
            basis[bits.bit_length()] = bits
    return len(roots) - len(basis)


def _is_alone(ground: Ground, root: Root) -> bool:
    """Whether a root is taken of what is made without roots, which may not be there."""
    _, place, _, step = root
    nodes = ground.written.nodes
    if step or place >= len(nodes) or nodes[place].op not in ROOTS:
        return False
    return not has(ground, ROOTS, nodes[place].inputs[0])
