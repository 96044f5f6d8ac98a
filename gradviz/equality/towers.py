"""Points modulo primes for a graph: all choices of what has finitely many, or some of them by chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from gradviz.equality.drawing import FEW, Drawn, UnluckyError, choices
from gradviz.equality.marks import Signs
from gradviz.equality.sample import Towers

if TYPE_CHECKING:
    from gradviz.equality.ground import Ground

_LUCK = 12
_WIDE, _SOME = 32, 6  # of more comparisons than that, a few patterns: they prove nothing, and each takes long
_BITS = 6
_NOTED = 300


def by_chance(ground: Ground, kept: frozenset[str], count: int, *, signed: bool) -> Iterator[Drawn]:
    """Points modulo primes, each with another random choice of what has finitely many."""
    known = ground.chances.setdefault((kept, signed), [])
    yield from known[:count]
    while len(known) < count:
        made, _ = choices(ground.dag, ground.sizes, kept, ground.random, few=0)
        signs = Signs(0, 0, ground.random) if signed else None
        known.append(lucky(ground, kept, made[0], signs))
        yield known[-1]


def towers(ground: Ground, kept: frozenset[str], *, signed: bool) -> Towers:
    """Points where everything is chosen in turn, as far as that is little."""
    made, whole = choices(ground.dag, ground.sizes, kept, ground.random)
    if not signed:
        return Towers([lucky(ground, kept, chosen, None) for chosen in made], whole)
    probe = lucky(ground, kept, made[0], Signs(0, 0, ground.random))
    width = len(probe.signs.known) if probe.signs is not None else 0
    all_signs = range(1 << min(width, _BITS))
    pairs = [(chosen, pattern) for chosen in made for pattern in all_signs]
    if width > _BITS or len(pairs) > FEW:
        whole = False
        count = FEW if width <= _WIDE else _SOME
        pairs = [(ground.random.choice(made), ground.random.getrandbits(width)) for _ in range(count)]
    return Towers([lucky(ground, kept, chosen, Signs(p, width, ground.random)) for chosen, p in pairs], whole)


def lucky(ground: Ground, kept: frozenset[str], chosen: Mapping[int, Any], signs: Signs | None) -> Drawn:
    """A point where the adjoints have values."""
    places = {ground.dag.names[n]: ground.place(ground.dag.names[n]) for n in ground.dag.leaves}
    found = None
    needed = sorted(map(ground.place, ground.needed))
    for turn in range(_LUCK):
        again = None if signs is None else Signs(signs.pattern, signs.width, signs.random)
        found = Drawn(
            ground.dag,
            ground.written,
            places,
            ground.sizes,
            ground.random,
            kept=kept,
            chosen=chosen,
            signs=again,
            positive=ground.positive,
            loose=ground.loose(kept, signed=signs is not None),
            bounds=ground.bounds(kept),
        )
        try:
            for place in needed:
                found.top.value(place)
                if not found.has_roots and turn + 1 < _LUCK:
                    break  # what is drawn next may have them
        except UnluckyError:
            continue
        if found.marks.roots and not kept and signs is None and len(ground.characters) < _NOTED:
            ground.characters.append({root: told[1] for root, told in found.marks.roots.items()})
        if found.has_roots:
            break
    assert found is not None
    return found
