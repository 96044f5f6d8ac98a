"""Whether two nodes are equal wherever the graph is defined: a difference is proved by balls, equality by residues."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isfinite
from typing import Any, NamedTuple

from gradviz.equality.balls import PRECISIONS, UnsureError, differ
from gradviz.equality.defined import hole
from gradviz.equality.drawing import Drawn, UnluckyError
from gradviz.equality.ground import Ground
from gradviz.equality.lists import entries_of, pairs
from gradviz.equality.marks import NEVER
from gradviz.equality.sample import Sample, comparisons, sides_of
from gradviz.equality.undefined import is_undefined
from gradviz.graph.node import Node

_TIGHT = 1e-9
_DECIDING = frozenset({"binary", "set", "onehot", "simplex", "symmetric", "orthogonal"})
_SWITCHING = frozenset({"greater", "less", "greater_equal", "less_equal", "max", "rowmax", "colmax", "max_pool"})
_TURNS = 90
_ROOTS = 32


class Decision(NamedTuple):
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
    mine, right : number or list
        What balls say of the two where they differ.
    """

    status: str
    sample: Sample | None = None
    undefined: bool = False
    facts: tuple[str, ...] = ()
    points: int = 0
    bits: int = 53
    primes: int = 0
    mine: Any = None
    right: Any = None


def decide(ground: Ground, mine: int, wanted: int) -> Decision:
    """Whether a node of a ground's table has the value of another one.

    Parameters
    ----------
    ground : Ground
    mine : int
        It may have no value where the other has one, and is unequal then.
    wanted : int
    """
    samples = ground.samples
    a, b = ground.place(mine), ground.place(wanted)
    if a == b:
        return Decision("equal_proved", primes=1)
    found = refuted(ground, samples[0], a, b)
    if found is not None:
        return found
    if not is_partial(ground):
        return _decided(ground, (mine, wanted), (a, b), partial=False)
    found = _decided(ground, (mine, wanted), (a, b), partial=True)
    return with_values(ground, found, a, b) if found.status.startswith("equal") else found


def with_values(ground: Ground, found: Decision, a: int, b: int) -> Decision:
    """What is decided of equal nodes, once it is looked for where the first may have no value."""
    doubtful, samples = hole(ground, a)
    for sample in samples:
        other = compared(ground, sample, a, b, PRECISIONS)
        if other is not None and other.status == "unequal_proved":
            return other
    if not doubtful:
        return found
    points = len(ground.samples) + len(ground.more)
    return found._replace(status="equal_numeric", points=points, bits=max(found.bits, PRECISIONS[0]))


def _decided(ground: Ground, nodes: tuple[int, int], places: tuple[int, int], *, partial: bool) -> Decision:
    samples = ground.samples
    (mine, wanted), (a, b) = nodes, places
    if not partial:  # what is defined everywhere and equal by residues is equal
        proof = proved_free(ground, a, b, points=1)
        if proof is not None:
            return proof
        found = (refuted(ground, samples[1], a, b) if ground.few and len(samples) > 1 else None) or compared(
            ground, samples[0], a, b, _EARLY
        )
        if found is not None and found.status == "unequal_proved":
            return found
    unsure = 0
    for sample in samples:
        if not close(ground.float_of(sample, mine), ground.float_of(sample, wanted)):
            found = compared(ground, sample, a, b, PRECISIONS)
            if found is not None and found.status == "unequal_proved":
                return found
            unsure += found is None
    proof = (proved_free(ground, a, b, points=len(samples)) if partial else None) or by_choices(ground, a, b)
    if proof is not None and proof.status == "equal_proved":
        return proof
    if unsure:
        return Decision("undecided", points=len(samples))
    found = by_points(ground, a, b, likely=proof is not None)
    return found if proof is None or found.status != proof.status else found._replace(facts=proof.facts)


def refuted(ground: Ground, sample: Sample, a: int, b: int) -> Decision | None:
    """A proof that two nodes differ at a point, by the first balls that come; None where they do not give one."""
    balls = ground.balls(sample)
    try:
        mine, right = balls.value(a), balls.value(b)
    except UnsureError:
        return None
    if not differ(mine, right) or balls.touched:
        return None
    return Decision("unequal_proved", sample, points=1, bits=balls.bits, mine=mine, right=right)


def by_points(ground: Ground, a: int, b: int, *, likely: bool) -> Decision:
    """Look at many points, also far away, to many bits.

    Parameters
    ----------
    ground : Ground
    a, b : int
        Where they are written out.
    likely : bool
        Whether residues agree as far as they were looked at.
    """
    canonical = not has(ground, _OPAQUE, a, b)  # rational functions and e^v alone: residues tell for sure
    bits = _FINE if canonical else PRECISIONS[1:]
    agreed = 0
    kinks = comparisons(ground.written, len(ground.written.nodes), ground.written.settled)
    sides: set[tuple[int, int, bool]] = set()
    for sample in (*ground.samples, *ground.far(largest_number(ground))):
        found = compared(ground, sample, a, b, bits)
        if found is not None and found.status == "unequal_proved":
            return found
        agreed += found is not None
        sides |= sides_of(ground, sample, kinks)
    one_sided = {(n, e) for n, e, _ in sides if not {(n, e, True), (n, e, False)} <= sides}
    # Residues would have told whether rational functions of exponentials are equal.
    if ((canonical or one_sided) and not likely) or not agreed:
        return Decision("undecided", points=agreed, bits=bits[-1])
    return Decision("equal_numeric", points=agreed, bits=bits[-1])


def is_partial(ground: Ground) -> bool:
    """Whether something new may have no value where the graph has one, or may switch there."""
    limited = ground.mark_limited()
    nodes = ground.written.nodes
    ops = {node.op for node in nodes[ground.marked :]}
    if ops.isdisjoint(_PERHAPS):
        return False
    if not ops.isdisjoint(_PARTIAL):
        return True
    new: set[int] = set()
    for i in range(ground.marked, len(nodes)):
        op, inputs, *_ = nodes[i]
        if op == "power" and not _is_whole(nodes[inputs[1]]):
            return True
        if limited and not (limited.isdisjoint(inputs) and new.isdisjoint(inputs)):
            new.add(i)
            if op == "div" and (inputs[1] in limited or inputs[1] in new):
                return True
    return False


def has(ground: Ground, ops: frozenset[str], *places: int) -> bool:
    """Whether written-out nodes are made with one of some operations; a whole power is none, but a product."""
    nodes = ground.written.nodes
    seen: set[int] = set()
    stack = list(places)
    while stack:
        i = stack.pop()
        if i in seen:
            continue
        seen.add(i)
        node = nodes[i]
        if node.op in ops and not (node.op == "power" and _is_whole(nodes[node.inputs[1]])):
            return True
        stack.extend(node.inputs)
    return False


def largest_number(ground: Ground) -> int:
    """A number above all that an answer writes or makes of numbers: ``10^20``, ``e^9``."""
    nodes = ground.written.nodes
    made = {i for i, n in enumerate(nodes) if n.op in ("number", "constant")}
    found = 0.0
    for i in range(ground.written.settled, len(nodes)):
        if nodes[i].inputs and made.issuperset(nodes[i].inputs):
            made.add(i)
        if i in made:
            sizes = (abs(float(x.mid())) for x in entries_of(ground.balls(ground.samples[0]).value(i)))
            found = max([found, *(x for x in sizes if isfinite(x))])
    return int(found) + 1


def _is_whole(node: Node) -> bool:
    return node.op == "number" and isinstance(node.attr, Fraction) and node.attr.denominator == 1


_FINE = (256, 1024, 8192)
_EARLY = PRECISIONS[:2]
_SIDES = frozenset({"greater", "less", "greater_equal", "less_equal", "equal", "unequal"})
_PARTIAL = _SIDES | {"ln", "sqrt", "tan", "arcsin", "arccos", "inv"}
_PERHAPS = _PARTIAL | {"power", "div"}
_CHOOSING = frozenset({"max", "rowmax", "colmax", "max_pool", "unpool"})
_OPAQUE = _PARTIAL | _CHOOSING | {"power", "sin", "cos", "arctan", "arctan2", "erf", "constant"}


def compared(ground: Ground, sample: Sample, a: int, b: int, precisions: Sequence[int]) -> Decision | None:
    """What balls say of two nodes at a point: that they differ, that they agree, or nothing."""
    mine: Any = None
    right: Any = None
    for bits in precisions:
        balls = ground.balls(sample, bits)
        try:
            mine, right = balls.value(a), balls.value(b)
        except UnsureError:
            continue
        if differ(mine, right):
            if balls.touched and sample.near is not sample:
                # At a kink any of its values counts: what is near decides.
                return compared(ground, ground.near(sample), a, b, precisions)
            return Decision("unequal_proved", sample, points=1, bits=bits, mine=mine, right=right)
        if bits == precisions[-1] and all(x.is_finite() and y.is_finite() and _tight(x) for x, y in pairs(mine, right)):
            return Decision("equal_numeric", points=1, bits=bits)
    if is_undefined(ground, sample, a):
        return Decision("unequal_proved", sample, True, points=1, bits=precisions[-1], mine=mine, right=right)
    return None


def _tight(x: Any) -> bool:
    return bool(x.rad() < 1e-30 * (1 + abs(x.mid())))


def proved_free(ground: Ground, a: int, b: int, *, points: int) -> Decision | None:
    """A proof by residues that two nodes are equal whatever is declared of the inputs; None where there is none.

    A root that is taken of what may be a square is ``w`` at one point and ``−w`` at another: there have to be many.
    """
    agreed = 0
    for turn in range(_TURNS):
        towers = ground.residues(turn=turn)
        same, rootless, rooted, chosen = True, False, False, False
        for one in towers.points:
            same = same and _agree(one, a, b)
            marks = one.marks
            rootless = rootless or marks.rootless != NEVER
            rooted = rooted or marks.rooted != NEVER
            chosen = chosen or marks.chosen != NEVER
        if rootless:
            continue
        if not same or not towers.whole or (chosen and has(ground, _CHOOSING, a, b)):
            return None
        agreed += len(towers.points)
        if agreed >= _ROOTS or not rooted:
            return Decision("equal_proved", points=points, primes=agreed)
    return None


def by_choices(ground: Ground, a: int, b: int) -> Decision | None:
    """What residues say of two nodes where declared facts hold, or where each case is looked at; None for nothing."""
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
    if any(one.signs is not None and one.signs.exceeded for one in towers.points):
        return None  # the answer compares what the graph does not: its cases were not all looked at
    marks = [one.marks for one in towers.points]
    proved = towers.whole and all(m.rooted == m.rootless == m.chosen == NEVER for m in marks)
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
    return bool(left == right) if type(left) is type(right) else all(x == y for x, y in pairs(left, right))


def close(a: Any, b: Any) -> bool:
    """Whether two values in floating point are nearly the same, as far as they are numbers."""
    if type(a) is float and type(b) is float:
        return abs(a - b) <= _TIGHT * max(abs(a), abs(b), 1e-6)
    first, second = entries_of(a), entries_of(b)
    if len(first) == 1:
        first = first * len(second)
    elif len(second) == 1:
        second = second * len(first)
    return all(abs(x - y) <= _TIGHT * (abs(x) + abs(y) + 1e-6) for x, y in zip(first, second, strict=True))
