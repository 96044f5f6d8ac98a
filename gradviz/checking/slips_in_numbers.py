"""What a wrong answer in numbers is consistent with, at the values that are given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.checking.mutants import Mutant, Mutants
from gradviz.checking.slips_chained import of_paths, unfinished
from gradviz.checking.verdict import Mistake
from gradviz.messages import say

if TYPE_CHECKING:
    from gradviz.checking.numeric import NumberChecker

_RATIOS = (("2", 2.0), ("1/2", 0.5), ("−2", -2.0), ("−1/2", -0.5))
_MOST = 3


def slips(checker: NumberChecker, mine: Any, allowed: Any) -> tuple[Mistake, ...]:
    """The simplest mistakes that lead to these numbers, as far as they are written.

    Parameters
    ----------
    checker : NumberChecker
    mine : array
        The answer.
    allowed : array
        How far its entries may be off.
    """
    right = np.atleast_1d(checker.value(checker.wanted.node))
    m = Mutants(checker)
    m.samples = [checker.sample]
    found: dict[str, tuple[int, Mistake]] = {}
    for mutant in _all(m, right):
        value = np.asarray(mutant.values[0], dtype=float)
        value = np.atleast_1d(value) if value.shape or right.size == 1 else np.broadcast_to(value, right.shape)
        if value.shape != mine.shape or np.allclose(value, right, atol=0, rtol=1e-6):
            continue
        if (
            np.abs(value - mine) <= np.maximum(allowed, 1e-9 * np.abs(value)) * np.maximum(1, _scale(value, right))
        ).all():
            found.setdefault(mutant.mistake.mistake, (mutant.cost, mutant.mistake))
    least = min((cost for cost, _ in found.values()), default=0)
    return tuple(mistake for cost, mistake in found.values() if cost == least)[:_MOST]


def _scale(value: Any, right: Any) -> Any:
    """How much larger values are than what is right: as many digits are written of them."""
    with np.errstate(all="ignore"):
        return np.nan_to_num(np.abs(value / right), nan=1.0, posinf=1.0)


def _all(m: Mutants, right: Any) -> Iterator[Mutant]:
    yield m.mutant("sign", [-right], say("mistake-sign"), say("hint-sign"))
    if right.ndim == 2 and right.shape[0] == right.shape[1]:
        yield m.mutant("transposed", [right.T], say("mistake-transposed"), say("hint-transposed"))
    if m.paths is not None:
        yield from of_paths(m, m.paths)
    yield from unfinished(m)
    for ratio, times in _RATIOS:
        said = say("mistake-constant-factor", ratio=ratio)
        yield m.mutant("constant-factor", [times * right], said, say("hint-constant-factor"))
