"""What balls say of two nodes at a point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from gradviz.equality.balls import UnsureError, differ
from gradviz.equality.ground import Ground
from gradviz.equality.lists import pairs
from gradviz.equality.sample import Sample
from gradviz.equality.undefined import is_undefined


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


_decision: Callable[[tuple[Any, ...]], Decision] = partial(tuple.__new__, Decision)


def refuted(ground: Ground, sample: Sample, a: int, b: int) -> Decision | None:
    """A proof that two nodes differ at a point, by the first balls that come; None where they do not give one."""
    balls = ground.balls(sample)
    try:
        mine, right = balls.value(a), balls.value(b)
    except UnsureError:
        return None
    if not differ(mine, right) or balls.touched:
        return None
    return _decision(("unequal_proved", sample, False, (), 1, balls.bits, 0, mine, right))


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
