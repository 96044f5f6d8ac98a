"""Many points, for what nothing proves."""

from __future__ import annotations

from itertools import chain

from gradviz.equality.apart import patterns, reached
from gradviz.equality.balls import PRECISIONS, UnsureError
from gradviz.equality.choosing import chosen
from gradviz.equality.comparing import Decision, compared
from gradviz.equality.ground import Ground
from gradviz.equality.lists import pairs
from gradviz.equality.made_of import OPAQUE, ROOTS, equalities, has, largest_number, when_true
from gradviz.equality.roots import are_doubtful
from gradviz.equality.sample import Sample, comparisons, sides_of
from gradviz.equality.saturating import extreme, is_moderate, saturating, zero_of
from gradviz.equality.seeking import drawn, meeting, seek
from gradviz.equality.straddling import one_way, straddling

_FINE = (256, 1024, 8192)


def by_points(ground: Ground, a: int, b: int, *, likely: bool) -> Decision:
    """Look at many points, also far away and near where something switches, to many bits.

    Parameters
    ----------
    ground : Ground
    a, b : int
        Where they are written out.
    likely : bool
        Whether residues agree as far as they were looked at.
    """
    canonical = not has(ground, OPAQUE, a, b)  # rational functions and e^v alone: residues tell for sure
    bits = _FINE if canonical else PRECISIONS[1:]
    agreed = 0
    kinks = comparisons(ground.written, len(ground.written.nodes), ground.written.settled)
    flat = [] if canonical else saturating(ground, a)
    ways = [one_way(ground, when_true(ground), above=above) for above in (True, False)] if kinks else []
    sides: set[tuple[int, int, bool]] = set()
    seen: set[int] = set()
    nearer = straddling(ground, [*kinks, *((i, zero_of(ground)) for i in flat)]) if kinks or flat else ()
    far = ground.far(largest_number(ground))
    choices, sure = ([], True) if likely else chosen(ground, (a, b))
    equated = equalities(ground)
    differing = patterns(ground, a, b) if kinks or equated else []
    met = (seek(ground, meeting(*both)) for both in equated)
    known = (*ground.samples, *choices, *drawn(ground), *far, *(s for s in (*ways, *met) if s is not None))
    for sample in chain(known, reached(ground, differing), nearer):
        found = compared(ground, sample, a, b, bits)
        if found is not None and found.status == "unequal_proved":
            return found
        agreed += found is not None
        sides |= sides_of(ground, sample, kinks) | _ends(ground, sample, kinks)
        if found is not None:
            seen.update(i for i in flat if i not in seen and is_moderate(ground, sample, i))
    one_sided = {(n, e) for n, e, _ in sides if not {(n, e, True), (n, e, False)} <= sides}
    unseen = any(not _is_decided(ground, kinks[n]) for n, _ in one_sided)
    # Residues would have told whether rational functions of exponentials are equal.
    together = len(kinks) > 1 and ways[0] is None
    signed = has(ground, ROOTS, a, b) and are_doubtful(ground, a, b)
    hidden = canonical or not sure or one_sided or together or differing or seen != set(flat) or extreme(ground)
    if (hidden and not likely) or signed or unseen or not agreed:
        return Decision("undecided", points=agreed, bits=bits[-1])
    return Decision("equal_numeric", points=agreed, bits=bits[-1])


def _ends(ground: Ground, sample: Sample, kinks: list[tuple[int, int]]) -> set[tuple[int, int, bool]]:
    """For each comparison that can come out on one side alone, or even: where it is even, which is the other side."""
    found: set[tuple[int, int, bool]] = set()
    balls = ground.balls(sample)
    for n, (a, b) in enumerate(kinks):
        try:
            even = [e for e, (x, y) in enumerate(pairs(balls.value(a), balls.value(b))) if (x - y).is_zero()]
        except UnsureError:
            continue
        if even and _is_decided(ground, (a, b)):
            found.update((n, e, ground.bounds().gap(a, b).high <= 0) for e in even)
    return found


def _is_decided(ground: Ground, kink: tuple[int, int]) -> bool:
    """Whether the ranges of two nodes say which of them is greater."""
    gap = ground.bounds().gap(*kink)
    return gap.low >= 0 or gap.high <= 0
