"""Where the way from a target to the output is cut into chapters, and which paths there are."""

from __future__ import annotations

from collections.abc import Callable

from gradviz.calculus.gradients import Gradients
from gradviz.calculus.links import Link
from gradviz.ops.shapes import core

_LONG = 10
"""Local derivatives that one product may have."""


def cuts(gradients: Gradients, target: int, speaks_of: Callable[[int], set[int]]) -> tuple[int, ...]:
    """The stages at whose adjoints a derivation is cut, the latest first.

    Parameters
    ----------
    gradients : Gradients
    target : int
        What the derivation is for.
    speaks_of : callable
        The adjoints in which the form of an adjoint is given: in a graph that branches, these are derived too.

    Notes
    -----
    At stages whose adjoint has a name (δ₂), at matrices whose adjoint is written twice in the next line, at stages from
    which more than one path leads on, and at those where paths come together again: so no line is written twice, and a
    derivation is as long as the graph is deep. A single short chain stays whole.
    """
    between = above(gradients, target)
    merges = {s for s in between if is_merge(gradients, s)}
    found = merges | {s for s in between if s in gradients.deltas}
    if merges or is_merge(gradients, target):
        found |= {s for j in _joins(gradients, between, target) if (s := _named(gradients, j)) is not None}
        found.discard(target)
    matrices = (s for s in between if core(gradients.dag.nodes[s].shape)[1:])
    repeated = {s for s in matrices if _repeats(gradients, s, between, target)}
    found |= repeated
    whole = len(found) < 2 and not merges and not (found and is_merge(gradients, target)) and not repeated
    if whole and len(between) > _LONG and not found:
        found = {s for s in between if gradients.dag.nodes[s].name}
        whole = False
    if not whole and (merges or is_merge(gradients, target)):
        named = {s for p in (*found, target) for s in speaks_of(p)}
        found |= named & between
    return () if whole else tuple(sorted(found, reverse=True))


def _repeats(gradients: Gradients, stage: int, between: set[int], target: int) -> bool:
    """Whether the adjoint of a stage is used more than once in what it passes on, as that of a softmax is."""
    return any(
        link.form.repeats
        for operand, link in gradients.links.of(stage).items()
        if operand in between or operand == target
    )


def is_merge(gradients: Gradients, position: int) -> bool:
    """Whether more than one path leads on from here."""
    return len(gradients.contributions(position)) > 1


def above(gradients: Gradients, target: int) -> set[int]:
    """The stages between a target and the output."""
    root = gradients.dag.root
    found: set[int] = set()
    stack = [target]
    while stack:
        for stage in gradients.links.consumers.get(stack.pop(), ()):
            if stage not in found and stage != root:
                found.add(stage)
                stack.append(stage)
    return found


def _joins(gradients: Gradients, between: set[int], target: int) -> set[int]:
    """The stages that hold more than one thing that depends on the target."""
    held: dict[int, int] = {}
    for p in (*between, target):
        for link in gradients.contributions(p):
            held[link.stage] = held.get(link.stage, 0) + 1
    return {s for s, count in held.items() if count > 1 and s != gradients.dag.root}


def _named(gradients: Gradients, position: int) -> int | None:
    """The stage that an unnamed operation is part of, where nothing else lies between; None at the output."""
    while not gradients.dag.nodes[position].name:
        links = gradients.contributions(position)
        if len(links) != 1:
            break
        position = links[0].stage
    return None if position == gradients.dag.root else position


def way_up(gradients: Gradients, position: int, stops: frozenset[int]) -> list[Link]:
    """The links from a node up to the output, or to the nearest stop; the last is the topmost."""
    way: list[Link] = []
    here = position
    while here != gradients.dag.root and (here == position or here not in stops):
        link = gradients.contributions(here)[0]
        way.append(link)
        here = link.stage
    return way


def count_paths(gradients: Gradients, target: int) -> int:
    """How many paths lead from a target to the output."""
    root = gradients.dag.root
    counts = {root: 1}
    for p in sorted(above(gradients, target), reverse=True):
        counts[p] = sum(counts.get(link.stage, 0) for link in gradients.contributions(p))
    return sum(counts.get(link.stage, 0) for link in gradients.contributions(target))


def all_paths(gradients: Gradients, target: int) -> list[list[Link]]:
    """Every path from a target to the output, the topmost link last; earlier stages first."""
    root = gradients.dag.root
    done: list[list[Link]] = []
    stack: list[list[Link]] = [[link] for link in gradients.contributions(target)]
    while stack:
        way = stack.pop()
        if way[-1].stage == root:
            done.append(way)
        else:
            stack.extend([*way, link] for link in gradients.contributions(way[-1].stage))
    return done
