"""Which blocks a page shows open and closed: the layouts that it holds, and which of them a click leads to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradviz.calculus.blocks import find_blocks
from gradviz.calculus.views import shown_stages

if TYPE_CHECKING:
    from gradviz.api.explanation import Explanation
    from gradviz.graph import Dag
    from gradviz.render import Style

Opened = frozenset[str]
"""The calls that are open."""

_COMBINATIONS = 16
"""So many layouts are made so that each block opens and closes by itself."""
_BOXES = 1200
"""How many boxes all layouts of a page have together, as far as the first ones let it."""


@dataclass(frozen=True, slots=True)
class Folding:
    """The layouts of a page.

    Parameters
    ----------
    layouts : tuple of (frozenset of str, or None)
        The open calls of each; None is the graph without blocks. The first is shown first.
    calls : tuple of str
        Those that can be opened; the outer ones first.
    moves : tuple of mapping of str to int
        For each layout, the one that opening or closing a call leads to.
    every : bool
        Whether there is a layout for each combination.
    """

    layouts: tuple[Opened | None, ...] = (None,)
    calls: tuple[str, ...] = ()
    moves: tuple[Mapping[str, int], ...] = ({},)
    every: bool = True

    def place(self, opened: Opened | None) -> int | None:
        """Which layout shows these calls open."""
        return self.layouts.index(opened) if opened in self.layouts else None


def folding(ex: Explanation, look: Style) -> Folding:
    """The layouts of a page: every combination where these are few, else each block opened alone."""
    dag = ex.graph.dag
    if look.view not in {"stages", "blocks"} or not dag.calls:
        return Folding()
    shown = shown_stages(ex.graph.gradients_of("blocks"))
    calls = find_blocks(dag, shown, ("all",)).groups
    if not calls:
        return Folding()
    first = None if look.view == "stages" else frozenset(find_blocks(dag, shown, look.open).groups)
    combined = _combined(dag, calls)
    wanted: dict[Opened | None, None] = {first: None}
    room = _BOXES
    for opened in combined or _alone(dag, calls):
        room -= len(find_blocks(dag, shown, opened).parts)
        if room > 0 or not opened:
            wanted[opened] = None
    layouts = tuple(wanted)
    reached = tuple(c for c in calls if any(o and c in o for o in layouts))
    moves = tuple(_moves(dag, opened or frozenset(), reached, layouts) for opened in layouts)
    return Folding(layouts, reached, moves, bool(combined) and room > 0)


def _combined(dag: Dag, calls: Iterable[str]) -> list[Opened]:
    """All combinations; none where these are many."""
    found = [Opened()]
    for call in calls:
        parent = dag.calls[call].parent
        found += [opened | {call} for opened in found if not parent or parent in opened]
        if len(found) > _COMBINATIONS:
            return []
    return found


def _alone(dag: Dag, calls: Iterable[str]) -> list[Opened]:
    """All closed, all open, and each opened alone."""
    return [Opened(), Opened(calls), *(Opened({call, *_outer(dag, call)}) for call in calls)]


def _outer(dag: Dag, call: str) -> list[str]:
    found = []
    while call := dag.calls[call].parent:
        found.append(call)
    return found


def _moves(dag: Dag, opened: Opened, calls: Iterable[str], layouts: tuple[Opened | None, ...]) -> dict[str, int]:
    """Where opening or closing each call leads to: the nearest layout that there is."""
    found = {}
    for call in calls:
        alone = Opened({call, *_outer(dag, call)})
        if call in opened:
            goals = [Opened(c for c in opened if c != call and call not in _outer(dag, c)), alone - {call}, Opened()]
        else:
            goals = [opened | alone, alone, Opened(calls)]
        nearest = [layouts.index(goal) for goal in goals if goal in layouts]
        found[call] = (nearest or [k for k, other in enumerate(layouts) if other and call in other])[0]
    return found
