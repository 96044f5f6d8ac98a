"""Whether two nodes are equal wherever the graph is defined: a difference is proved by balls, equality by residues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from gradviz.equality.balls import PRECISIONS, UnsureError, differ, pairs
from gradviz.equality.drawing import Drawn, UnluckyError
from gradviz.equality.ground import Ground
from gradviz.equality.machine import entries_of
from gradviz.equality.sample import Sample, comparisons, sides_of
from gradviz.graph.node import Node

_TIGHT = 1e-9
_DECIDING = frozenset({"binary", "set", "onehot", "simplex", "symmetric", "orthogonal"})
_SWITCHING = frozenset({"greater", "less", "greater_equal", "less_equal", "max", "rowmax", "colmax", "max_pool"})
_TURNS = 90
_ROOTS = 32


@dataclass(frozen=True, slots=True)
class Decision:
    """What was found of two nodes.

    Parameters
    ----------
    status : str
        ``equal_proved``, ``equal_numeric``, ``unequal_proved`` or ``undecided``.
    sample : Sample or None
        Where they differ.
    undefined : bool
        Whether the first has no value there, and the second has one.
    facts : tuple of str
        Inputs whose declared facts the equality needs.
    points, bits : int
        How many points were compared, and to how many bits.
    primes : int
        At how many points modulo primes the two agree.
    """

    status: str
    sample: Sample | None = None
    undefined: bool = False
    facts: tuple[str, ...] = ()
    points: int = 0
    bits: int = 53
    primes: int = 0


def decide(ground: Ground, mine: int, wanted: int) -> Decision:
    """Whether a node of a ground's table has the value of another one.

    Parameters
    ----------
    ground : Ground
    mine : int
        It may have no value where the other has one, and is unequal then.
    wanted : int
    """
    # What is defined everywhere and equal by residues is equal: two points are enough to find most of what is not.
    count = len(ground.samples) if is_partial(ground, mine) else _BRIEF
    unsure = 0
    proof = None
    for n, sample in enumerate(ground.samples):
        if n == count:
            proof = proved_equal(ground, mine, wanted, free=True)
            if proof is not None:
                return proof
        if not _close(ground.float_of(sample, mine), ground.float_of(sample, wanted)):
            found = compared(ground, sample, mine, wanted, PRECISIONS)
            if found is not None and found.status == "unequal_proved":
                return found
            unsure += found is None
    proof = proved_equal(ground, mine, wanted)
    if proof is not None and proof.status == "equal_proved":
        return proof
    return by_points(ground, mine, wanted) if not unsure else Decision("undecided", points=len(ground.samples))


def by_points(ground: Ground, mine: int, wanted: int) -> Decision:
    """Look at many points, also far away, to many bits."""
    canonical = is_canonical(ground, mine, wanted)
    bits = _FINE if canonical else PRECISIONS[1:]
    agreed = 0
    kinks = comparisons(ground.written, len(ground.written.nodes), ground.settled)
    sides: set[tuple[int, int, bool]] = set()
    for sample in (*ground.samples, *ground.far(largest_number(ground))):
        found = compared(ground, sample, mine, wanted, bits)
        if found is not None and found.status == "unequal_proved":
            return found
        agreed += found is not None
        sides |= sides_of(ground, sample, kinks)
    one_sided = {(n, e) for n, e, _ in sides if not {(n, e, True), (n, e, False)} <= sides}
    # Residues would have told whether rational functions of exponentials are equal.
    if canonical or one_sided or not agreed:
        return Decision("undecided", points=agreed, bits=bits[-1])
    return Decision("equal_numeric", points=agreed, bits=bits[-1])


def is_partial(ground: Ground, mine: int) -> bool:
    """Whether something new may have no value where the graph has one, or may switch there."""
    nodes = ground.written.nodes
    ground.place(mine)
    limited = ground.limited
    for i in range(ground.settled, len(nodes)):
        node = nodes[i]
        if node.op in _PARTIAL:
            return True
        if node.op == "power" and not _is_whole(nodes[node.inputs[1]]):
            return True
        if limited and not limited.isdisjoint(node.inputs):
            limited = limited | {i}
            if node.op == "div" and node.inputs[1] in limited:
                return True
    return False


def is_canonical(ground: Ground, *roots: int) -> bool:
    """Whether residues tell for sure: two nodes are made of rational functions and ``e^v`` alone."""
    nodes = ground.written.nodes
    seen: set[int] = set()
    stack = [ground.place(r) for r in roots]
    while stack:
        i = stack.pop()
        if i in seen:
            continue
        seen.add(i)
        node = nodes[i]
        if node.op in _OPAQUE or (node.op == "power" and not _is_whole(nodes[node.inputs[1]])):
            return False
        stack.extend(node.inputs)
    return True


def largest_number(ground: Ground) -> int:
    """A number above all that are written in an answer."""
    new = ground.written.nodes[ground.settled :]
    return int(max([abs(n.attr) for n in new if isinstance(n.attr, Fraction)], default=0)) + 1


def _is_whole(node: Node) -> bool:
    return node.op == "number" and isinstance(node.attr, Fraction) and node.attr.denominator == 1


_BRIEF = 2
_FINE = (256, 1024, 8192)
_SIDES = frozenset({"greater", "less", "greater_equal", "less_equal", "equal", "unequal"})
_PARTIAL = _SIDES | {"ln", "sqrt", "tan", "arcsin", "arccos", "inv"}
_OPAQUE = _PARTIAL | {
    "sin",
    "cos",
    "arctan",
    "arctan2",
    "erf",
    "constant",
    "max",
    "rowmax",
    "colmax",
    "max_pool",
    "unpool",
}


def compared(ground: Ground, sample: Sample, mine: int, wanted: int, precisions: Sequence[int]) -> Decision | None:
    """What balls say of two nodes at a point: that they differ, that they agree, or nothing."""
    for bits in precisions:
        try:
            a, b = ground.ball_of(sample, bits, mine), ground.ball_of(sample, bits, wanted)
        except UnsureError:
            continue
        if differ(a, b):
            if sample.balls[bits].touched and sample.near is not sample:
                # At a kink any of its values counts: what is near decides.
                return compared(ground, ground.near(sample), mine, wanted, precisions)
            return Decision("unequal_proved", sample, points=1, bits=bits)
        if all(x.is_finite() and y.is_finite() and _tight(x) for x, y in pairs(a, b)) and bits == precisions[-1]:
            return Decision("equal_numeric", points=1, bits=bits)
    if _is_undefined(ground, sample, mine):
        return Decision("unequal_proved", sample, undefined=True, points=1, bits=precisions[-1])
    return None


def _tight(x: Any) -> bool:
    return bool(x.rad() < 1e-30 * (1 + abs(x.mid())))


def _is_undefined(ground: Ground, sample: Sample, mine: int) -> bool:
    """Whether a node has no value at a point, and none near it."""
    try:
        for there in (sample, ground.near(sample)):
            found = entries_of(ground.ball_of(there, PRECISIONS[-1], mine))
            if all(x.is_finite() for x in found):
                return False
    except UnsureError:
        return False
    return True


def proved_equal(ground: Ground, mine: int, wanted: int, *, free: bool = False) -> Decision | None:
    """A proof by residues that two nodes are equal; None where there is none.

    Parameters
    ----------
    ground : Ground
    mine, wanted : int
    free : bool
        Look only for a proof that needs no fact and no case.
    """
    a, b = ground.place(mine), ground.place(wanted)
    count = len(ground.samples)
    if a == b:
        return Decision("equal_proved", points=count, primes=1)
    agreed = _free(ground, a, b)
    if agreed:
        return Decision("equal_proved", points=count, primes=agreed)
    if free:
        return None
    facts = frozenset(n for n in ground.dag.leaves if any(d.kind in _DECIDING for d in ground.dag.facts.get(n, ())))
    tried: list[tuple[frozenset[str], bool]] = [(facts, False)] if facts else []
    if switches(ground):
        tried += [(frozenset(), True)] + ([(facts, True)] if facts else [])
    for kept, signed in tried:
        found = _by_choices(ground, a, b, kept, signed=signed)
        if found is not None:
            return found
    return None


def _free(ground: Ground, a: int, b: int) -> int:
    """At how many points modulo primes two nodes agree, whatever their names stand for; 0 where that proves nothing.

    A root that is taken of what may be a square is ``w`` at one point and ``−w`` at another: there have to be many.
    """
    agreed = 0
    for turn in range(_TURNS):
        towers = ground.residues(turn=turn)
        marks = [_Marks(one) for one in towers.points]
        same = all(_agree(one, a, b) for one in towers.points)
        if any(m.rootless for m in marks):
            continue
        if not same or not towers.whole or any(m.chosen for m in marks):
            return 0
        agreed += len(towers.points)
        if not any(m.rooted for m in marks) or agreed >= _ROOTS:
            return agreed
    return 0


class _Marks:
    """What has to be known of a point after something was computed there."""

    def __init__(self, drawn: Drawn) -> None:
        self.levels = drawn.levels
        for machine in self.levels:
            machine.rootless = machine.lacking
            machine.rooted = machine.rooting

    @property
    def rootless(self) -> bool:
        """Whether a root was taken of what has none."""
        return any(m.rootless for m in self.levels)

    @property
    def rooted(self) -> bool:
        """Whether a root was taken whose sign is a matter of chance."""
        return any(m.rooted for m in self.levels)

    @property
    def chosen(self) -> bool:
        """Whether one of several numbers was taken for the largest."""
        return any(m.chosen for m in self.levels)


def switches(ground: Ground) -> bool:
    """Whether there is something that compares."""
    return any(node.op in _SWITCHING for node in ground.written.nodes)


def _by_choices(ground: Ground, a: int, b: int, kept: frozenset[str], *, signed: bool) -> Decision | None:
    towers = ground.residues(kept, signed=signed)
    marks = [_Marks(one) for one in towers.points]
    if not all(_agree(one, a, b) for one in towers.points):
        return None
    proved = towers.whole and not any(
        m.rooted or m.rootless or m.chosen or (one.signs is not None and one.signs.exceeded)
        for m, one in zip(marks, towers.points, strict=True)
    )
    needed = tuple(n for n in sorted(kept) if not _holds_without(ground, a, b, kept - {n}, signed=signed))
    status = "equal_proved" if proved else "equal_numeric"
    return Decision(status, facts=needed, points=len(ground.samples), primes=len(towers.points))


def _holds_without(ground: Ground, a: int, b: int, kept: frozenset[str], *, signed: bool) -> bool:
    return all(_agree(one, a, b) for one in ground.residues(kept, signed=signed).points)


def _agree(drawn: Drawn, a: int, b: int) -> bool:
    try:
        left, right = drawn.top.value(a), drawn.top.value(b)
    except UnluckyError:
        return False
    first, second = entries_of(left), entries_of(right)
    if len(first) == 1:
        first = first * len(second)
    elif len(second) == 1:
        second = second * len(first)
    p = drawn.top.prime
    return all((x - y) % p == 0 for x, y in zip(first, second, strict=True))


def _close(a: Any, b: Any) -> bool:
    if type(a) is float and type(b) is float:
        return abs(a - b) <= _TIGHT * max(abs(a), abs(b), 1e-6)
    gap = np.abs(a - b)
    return bool((gap <= _TIGHT * (np.abs(a) + np.abs(b) + 1e-6)).all())
