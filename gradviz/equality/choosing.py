"""Points at which inputs of few values have all of them, or so many that a difference cannot be missed."""

from __future__ import annotations

from gradviz.equality.degrees import enough
from gradviz.equality.drawing import choices, decimals
from gradviz.equality.ground import Ground
from gradviz.equality.sample import Sample

_MOST = 100


def chosen(ground: Ground, places: tuple[int, int]) -> tuple[list[Sample], bool]:
    """Points for the choices, and whether they are sure to show a difference that depends on them.

    Parameters
    ----------
    ground : Ground
    places : pair of int
        What is compared, written out.
    """
    names = frozenset(n for n in ground.dag.leaves if ground.dag.names[n] in ground.few)
    if not names:
        return [], True
    made, sure = choices(ground.dag, ground.sizes, names, ground.random)
    count = None if sure else enough(ground, places, names, signed=False)
    if count is not None and count <= _MOST:
        made, sure = choices(ground.dag, ground.sizes, names, ground.random, count)[0], True
    found = []
    for n, choice in enumerate(made):
        exact = {**ground.samples[n % len(ground.samples)].exact, **choice}
        found.append(Sample(exact, decimals(exact)))
    return [s for s in found if ground.has_values(s)], sure
