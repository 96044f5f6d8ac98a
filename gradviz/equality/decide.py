"""Whether two nodes are equal wherever the graph is defined: a difference is proved by balls, equality by residues."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradviz.equality.apart import agree
from gradviz.equality.balls import PRECISIONS
from gradviz.equality.by_points import by_points
from gradviz.equality.comparing import Decision, compared, refuted
from gradviz.equality.defined import hole
from gradviz.equality.degrees import enough
from gradviz.equality.drawing import Drawn
from gradviz.equality.ground import Ground
from gradviz.equality.lists import entries_of
from gradviz.equality.made_of import CHOOSING, PARTIAL, has, is_whole
from gradviz.equality.marks import NEVER
from gradviz.equality.roots import needed
from gradviz.equality.towers import by_chance

_TIGHT = 1e-9
_DECIDING = frozenset({"binary", "set", "onehot", "simplex", "symmetric", "orthogonal"})
_SWITCHING = frozenset({"greater", "less", "greater_equal", "less_equal", "max", "rowmax", "colmax", "max_pool"})
_TURNS = 400
_FIRST = 90
_ENOUGH = 8
_SOME = 4
_EARLY = PRECISIONS[:2]
_PERHAPS = PARTIAL | {"power", "div"}


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


def still(ground: Ground, mine: int, wanted: int) -> Decision:
    """Whether nodes that are equal for some sizes are so for those of another ground.

    What is chosen was all looked at there: here some choices tell, and only where they do not is it decided anew.
    """
    a, b = ground.place(mine), ground.place(wanted)
    found = refuted(ground, ground.samples[0], a, b) if a != b else Decision("equal_proved", primes=1)
    found = found or proved_free(ground, a, b, points=1)
    if found is not None:
        return found
    facts = frozenset(n for n in ground.dag.leaves if any(d.kind in _DECIDING for d in ground.dag.facts.get(n, ())))
    points = list(by_chance(ground, facts, _SOME, signed=switches(ground)))
    if all(agree(one, a, b) for one in points):
        return Decision("equal_proved", points=1, primes=len(points))
    return decide(ground, mine, wanted)


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


def is_partial(ground: Ground) -> bool:
    """Whether something new may have no value where the graph has one, or may switch there."""
    limited = ground.mark_limited()
    nodes = ground.written.nodes
    ops = {node.op for node in nodes[ground.marked :]}
    if ops.isdisjoint(_PERHAPS):
        return False
    if not ops.isdisjoint(PARTIAL):
        return True
    new: set[int] = set()
    for i in range(ground.marked, len(nodes)):
        op, inputs, *_ = nodes[i]
        if op == "power" and not is_whole(nodes[inputs[1]]):
            return True
        if limited and not (limited.isdisjoint(inputs) and new.isdisjoint(inputs)):
            new.add(i)
            if op == "div" and (inputs[1] in limited or inputs[1] in new):
                return True
    return False


def proved_free(ground: Ground, a: int, b: int, *, points: int) -> Decision | None:
    """A proof by residues that two nodes are equal whatever is declared of the inputs; None where there is none.

    Where a root is taken of what may be a square, there have to be many points.
    """
    agreed = 0
    seen: list[Drawn] = []
    for turn in range(_TURNS):
        towers = ground.residues(turn=turn)
        same, rootless, rooted, chosen = True, False, False, False
        for one in towers.points:
            same = same and agree(one, a, b)
            marks = one.marks
            rootless = rootless or marks.rootless != NEVER
            rooted = rooted or marks.rooted != NEVER
            chosen = chosen or marks.chosen != NEVER
        if rooted:
            seen.extend(towers.points)
        if rootless:
            if not agreed and turn >= (_ENOUGH if are_hardly_there(towers.points) else _FIRST):
                return None
            continue
        if not same or not towers.whole or (chosen and has(ground, CHOOSING, a, b)):
            return None
        agreed += len(towers.points)
        if not rooted or agreed >= needed(ground, seen):
            return Decision("equal_proved", points=points, primes=agreed)
    return None


def are_hardly_there(points: Sequence[Drawn]) -> bool:
    """Whether so many roots have to be there at once that they will not be in as many turns as are taken."""
    return bool(sum(len(one.marks.roots) for one in points) >= _TURNS.bit_length())


def by_choices(ground: Ground, a: int, b: int) -> Decision | None:
    """What residues say of two nodes where declared facts hold, or where each case is looked at; None for nothing."""
    facts = frozenset(n for n in ground.dag.leaves if any(d.kind in _DECIDING for d in ground.dag.facts.get(n, ())))
    tried: list[tuple[frozenset[str], bool]] = [(facts, False)] if facts else []
    if switches(ground):
        tried += [(frozenset(), True)] + ([(facts, True)] if facts else [])
    likely = None
    for kept, signed in tried:
        found = _by_choices(ground, a, b, kept, signed=signed)
        if found is not None and found.status == "equal_proved":
            return found
        likely = likely or found
    return likely


def switches(ground: Ground) -> bool:
    """Whether there is something that compares."""
    return any(node.op in _SWITCHING for node in ground.written.nodes)


def _by_choices(ground: Ground, a: int, b: int, kept: frozenset[str], *, signed: bool) -> Decision | None:
    towers = ground.residues(kept, signed=signed)
    if not all(agree(one, a, b) for one in towers.points):
        return None
    points, whole = list(towers.points), towers.whole
    exceeded = any(one.signs is not None and one.signs.exceeded for one in points)
    if exceeded or not whole:  # not all cases were looked at
        count = enough(ground, (a, b), kept, signed=signed)
        for one in () if count is None else by_chance(ground, kept, count, signed=signed):
            if not agree(one, a, b):
                return None
            points.append(one)
        whole = count is not None
        if not whole and (exceeded or not signed):
            return None
    marks = [one.marks for one in points]
    proved = whole and all(m.rooted == m.rootless == m.chosen == NEVER for m in marks)
    needed = tuple(n for n in sorted(kept) if not _holds_without(ground, a, b, kept - {n}, signed=signed))
    status = "equal_proved" if proved else "equal_numeric"
    return Decision(status, facts=needed, points=len(ground.samples), primes=len(points))


def _holds_without(ground: Ground, a: int, b: int, kept: frozenset[str], *, signed: bool) -> bool:
    return all(agree(one, a, b) for one in ground.residues(kept, signed=signed).points)


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
