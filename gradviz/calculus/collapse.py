"""A graph that is too large to be drawn whole, in fewer parts.

First what is alike becomes one part: nodes that are made alike of what is alike, and used alike. Then what repeats
itself along the way: of many layers in a row the first and the last stay, and one part stands between them. Where
that is not enough, what is left over of a level, and then of levels, becomes one part. Nothing is dropped: each node
is in one part, and no part makes a circle.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

_PERIOD, _PERIODS = 12, 4
_FAR = 2

Kind = Literal["one", "alike", "run", "rest"]


@dataclass(frozen=True, slots=True)
class Clump:
    """One part: positions of its members in order, and why they are together."""

    members: tuple[int, ...]
    kind: Kind = "one"


def collapse(below: Mapping[int, Sequence[int]], kinds: Mapping[int, Hashable], most: int) -> list[Clump]:
    """Parts of a graph, at most as many as wanted, as far as there are that few.

    Parameters
    ----------
    below : mapping
        For each node, in topological order, what it is made of.
    kinds : mapping
        What makes nodes alike beside how they are connected.
    most : int
        How many parts are wanted; a graph of no more nodes stays as it is.

    Examples
    --------
    >>> sums = {0: (), 1: (), 2: (), 3: (0,), 4: (1,), 5: (2,), 6: (3, 4, 5)}
    >>> [clump.members for clump in collapse(sums, dict.fromkeys(sums), 4)]
    [(0, 1, 2), (3, 4, 5), (6,)]
    >>> chain = {n: (n - 1,) if n else () for n in range(100)}
    >>> [(len(c.members), c.kind) for c in collapse(chain, dict.fromkeys(chain), 5)]
    [(1, 'one'), (1, 'one'), (97, 'run'), (1, 'one')]
    """
    parts = _Parts(below, [Clump((i,)) for i in below])
    if len(parts.clumps) <= most:
        return parts.clumps
    parts = _Parts(below, _alike(below, kinds))
    while len(parts.clumps) > most:
        shorter = _without_run(parts, kinds) or _narrower(parts, most) or _shorter(parts, most)
        if shorter is None:
            break
        parts = _Parts(below, shorter)
    return parts.clumps


class _Parts:
    """Clumps in topological order, inputs right before what uses them first, and how they are connected."""

    def __init__(self, below: Mapping[int, Sequence[int]], clumps: list[Clump]) -> None:
        at = {i: n for n, clump in enumerate(clumps) for i in clump.members}
        made = [
            dict.fromkeys(at[j] for i in clump.members for j in below[i] if at[j] != n)
            for n, clump in enumerate(clumps)
        ]
        depth: dict[int, int] = {}
        for i, operands in below.items():
            depth[i] = 1 + max((depth[j] for j in operands), default=-1)
        order = _order(made, [max(depth[i] for i in clump.members) for clump in clumps])
        place = {n: k for k, n in enumerate(order)}
        self.clumps = [clumps[n] for n in order]
        self.below = [[place[m] for m in made[n]] for n in order]
        self.levels: list[int] = []
        for before in self.below:
            self.levels.append(1 + max((self.levels[m] for m in before), default=-1))


def _order(made: Sequence[Mapping[int, None]], depth: Sequence[int]) -> list[int]:
    """A topological order in which inputs stand right before what uses them first."""
    below = [sorted(parts, key=lambda m: -depth[m]) for parts in made]
    used = [0] * len(below)
    for row in below:
        for m in row:
            used[m] += 1
    found: list[int] = []
    seen: set[int] = set()
    for root in [n for n, count in enumerate(used) if not count]:
        stack = [(root, iter(below[root]))]
        seen.add(root)
        while stack:
            n, rest = stack[-1]
            following = next((m for m in rest if m not in seen), None)
            if following is None:
                found.append(n)
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(below[following])))
    return found


def _alike(below: Mapping[int, Sequence[int]], kinds: Mapping[int, Hashable]) -> list[Clump]:
    """Nodes of one kind that are made of the same parts and used by the same, as one."""
    numbers: dict[Hashable, int] = {}

    def number(what: Hashable) -> int:
        return numbers.setdefault(what, len(numbers))

    made: dict[int, int] = {}
    for i, operands in below.items():
        made[i] = number(("made", kinds[i], frozenset(made[j] for j in operands)))
    above: dict[int, set[int]] = {i: set() for i in below}
    used: dict[int, int] = {}
    for i in reversed(list(below)):
        used[i] = number(("used", made[i], frozenset(above[i])))
        for j in below[i]:
            above[j].add(used[i])
    groups: dict[int, list[int]] = {}
    for i in below:
        groups.setdefault(used[i], []).append(i)
    return [Clump(tuple(g), "alike" if len(g) > 1 else "one") for g in groups.values()]


def _without_run(parts: _Parts, kinds: Mapping[int, Hashable]) -> list[Clump] | None:
    """The longest stretch that repeats itself, without its middle; None where nothing does."""
    marks: list[Hashable] = []
    for clump, below in zip(parts.clumps, parts.below, strict=True):
        inner = frozenset(kinds[parts.clumps[m].members[0]] for m in below)
        marks.append((kinds[clump.members[0]], inner) if clump.kind in {"one", "alike"} else object())
    best = (0, 0, 0)
    for period in range(1, min(_PERIOD, len(marks) // _PERIODS) + 1):
        length = 0
        for k in range(len(marks) - period):
            length = length + 1 if marks[k] == marks[k + period] else 0
            whole = (length + period) // period * period
            if whole >= _PERIODS * period and whole - 2 * period > best[0]:
                best = (whole - 2 * period, k + period - whole + 1, period)
    saved, start, period = best
    if not saved:
        return None
    low = start + period
    return _joined(parts, low, low + saved, "run")


def _joined(parts: _Parts, low: int, high: int, kind: Kind) -> list[Clump]:
    """With the parts from one place to another as one; in a topological order nothing leads out of them and back."""
    inside = tuple(sorted(i for clump in parts.clumps[low:high] for i in clump.members))
    return [*parts.clumps[:low], Clump(inside, kind), *parts.clumps[high:]]


def _narrower(parts: _Parts, most: int) -> list[Clump] | None:
    """With what is left over of the fullest level as one part; of all that are too full, where parts are far too many.

    No wire runs within a level, so several of them may be joined at once.
    """
    levels: dict[int, list[int]] = {}
    for n, level in enumerate(parts.levels):
        levels.setdefault(level, []).append(n)
    keep = max(2, most // len(levels))
    full = [level for level in levels.values() if len(level) > keep]
    if not full:
        return None
    chosen = [level[keep - 1 :] for level in (full if len(parts.clumps) > _FAR * most else [max(full, key=len)])]
    rest = {n for level in chosen for n in level}
    joined = (tuple(sorted(i for n in level for i in parts.clumps[n].members)) for level in chosen)
    kept = (clump for n, clump in enumerate(parts.clumps) if n not in rest)
    return [*kept, *(Clump(inside, "rest") for inside in joined)]


def _shorter(parts: _Parts, most: int) -> list[Clump] | None:
    """With levels in the middle as one part."""
    order = sorted(range(len(parts.clumps)), key=lambda n: (parts.levels[n], n))
    surplus = len(order) - most + 1
    if surplus < 2:
        return None
    low = (len(order) - surplus) // 2
    chosen = set(order[low : low + surplus])
    inside = tuple(sorted(i for n in chosen for i in parts.clumps[n].members))
    return [*(clump for n, clump in enumerate(parts.clumps) if n not in chosen), Clump(inside, "rest")]
