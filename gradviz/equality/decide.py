"""Whether two nodes are equal wherever the graph is defined: a difference is proved by balls, equality by residues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gradviz.equality.balls import PRECISIONS, UnsureError, differ, pairs
from gradviz.equality.drawing import Drawn, UnluckyError
from gradviz.equality.ground import Ground, Sample, finite
from gradviz.equality.machine import entries_of
from gradviz.graph.node import Node

_TIGHT = 1e-9
_DECIDING = frozenset({"binary", "set", "onehot", "simplex", "symmetric", "orthogonal"})
_SWITCHING = frozenset({"greater", "less", "greater_equal", "less_equal", "max", "rowmax", "colmax", "max_pool"})
_TURNS = 8


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
    looked = ground.samples if _is_partial(ground, mine) else ground.samples[:_BRIEF]
    suspects = []
    for sample in looked:
        if not _close(ground.float_of(sample, mine), ground.float_of(sample, wanted)):
            found = proved_different(ground, sample, mine, wanted, PRECISIONS)
            if found is not None:
                return found
            suspects.append(sample)
    found = proved_equal(ground, mine, wanted)
    if found is not None:
        return found
    for sample in ground.samples:
        found = proved_different(ground, sample, mine, wanted, PRECISIONS[1:])
        if found is not None:
            return found
    agree = [s for s in ground.samples if s not in suspects]
    if suspects or not agree:
        return Decision("undecided", points=len(ground.samples), bits=PRECISIONS[-1])
    return Decision("equal_numeric", points=len(agree), bits=PRECISIONS[-1])


def _is_partial(ground: Ground, mine: int) -> bool:
    """Whether something new may have no value where the graph has one, or may switch there."""
    nodes = ground.written.nodes
    ground.place(mine)
    for node in nodes[ground.settled :]:
        if node.op in _PARTIAL:
            return True
        if node.op == "power" and not _is_whole(nodes[node.inputs[1]]):
            return True
        if node.op == "div" and ground.is_finite and nodes[node.inputs[1]].op != "number":
            return True
    return False


def _is_whole(node: Node) -> bool:
    return node.op == "number" and isinstance(node.attr, Fraction) and node.attr.denominator == 1


_BRIEF = 2
_PARTIAL = frozenset(
    {
        "ln",
        "sqrt",
        "tan",
        "arcsin",
        "arccos",
        "inv",
        "greater",
        "less",
        "greater_equal",
        "less_equal",
        "equal",
        "unequal",
    }
)


def proved_different(
    ground: Ground, sample: Sample, mine: int, wanted: int, precisions: Iterable[int]
) -> Decision | None:
    """A proof by balls that two nodes differ at a point; None where there is none."""
    for bits in precisions:
        try:
            a, b = ground.ball_of(sample, bits, mine), ground.ball_of(sample, bits, wanted)
        except UnsureError:
            continue
        if differ(a, b):
            return Decision("unequal_proved", sample, points=1, bits=bits)
        if all(x.is_finite() and y.is_finite() for x, y in pairs(a, b)) and bits >= PRECISIONS[1]:
            return None
    if not finite(ground.float_of(sample, mine)) and _is_undefined(ground, sample, mine):
        return Decision("unequal_proved", sample, undefined=True, points=1, bits=PRECISIONS[-1])
    return None


def _is_undefined(ground: Ground, sample: Sample, mine: int) -> bool:
    """Whether a node has no value at a point to any precision."""
    try:
        found = entries_of(ground.ball_of(sample, PRECISIONS[-1], mine))
    except UnsureError:
        return False
    return any(not x.is_finite() for x in found)


def proved_equal(ground: Ground, mine: int, wanted: int) -> Decision | None:
    """A proof by residues that two nodes are equal; None where there is none."""
    a, b = ground.place(mine), ground.place(wanted)
    count = len(ground.samples)
    if a == b:
        return Decision("equal_proved", points=count, primes=1)
    for turn in range(_TURNS):
        towers = ground.residues(turn=turn)
        for one in towers.points:
            one.top.rootless = False
        if towers.whole and all(_agree(one, a, b) for one in towers.points):
            if not any(_guesses(one) for one in towers.points):
                return Decision("equal_proved", points=count, primes=len(towers.points))
            break
        if not any(one.top.rootless for one in towers.points):
            break
    facts = frozenset(n for n in ground.dag.leaves if any(d.kind in _DECIDING for d in ground.dag.facts.get(n, ())))
    tried: list[tuple[frozenset[str], bool]] = [(facts, False)] if facts else []
    if switches(ground):
        tried += [(frozenset(), True)] + ([(facts, True)] if facts else [])
    for kept, signed in tried:
        found = _by_choices(ground, a, b, kept, signed=signed)
        if found is not None:
            return found
    return None


def switches(ground: Ground) -> bool:
    """Whether there is something that compares."""
    return any(node.op in _SWITCHING for node in ground.written.nodes)


def _by_choices(ground: Ground, a: int, b: int, kept: frozenset[str], *, signed: bool) -> Decision | None:
    towers = ground.residues(kept, signed=signed)
    if not all(_agree(one, a, b) for one in towers.points):
        return None
    proved = towers.whole and not any(_guesses(one) for one in towers.points)
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


def _guesses(drawn: Drawn) -> bool:
    """Whether something was decided at a point that is decided otherwise elsewhere."""
    machine: Any = drawn.top
    if drawn.signs is not None:
        return drawn.signs.exceeded
    while machine is not None:
        if machine.chosen:
            return True
        machine = machine.below
    return False


def _close(a: Any, b: Any) -> bool:
    if type(a) is float and type(b) is float:
        return abs(a - b) <= _TIGHT * max(abs(a), abs(b), 1e-6)
    import numpy as np

    x, y = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    gap = np.abs(x - y)
    with np.errstate(all="ignore"):
        return bool((gap <= _TIGHT * (np.abs(x) + np.abs(y) + 1e-6)).all())
