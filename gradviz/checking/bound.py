"""What a right answer needs: which of the graph's own definitions it holds by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod
from random import Random
from typing import Any

from gradviz.equality import names_in
from gradviz.equality.core import Core
from gradviz.equality.ground import Ground
from gradviz.equality.lists import pairs
from gradviz.equality.marks import NEVER, Marks
from gradviz.equality.modular import PRIMES, UnluckyError
from gradviz.equality.residues import Residues
from gradviz.graph.node import Node
from gradviz.notation import tree
from gradviz.ops.shapes import core
from gradviz.terms import extent

_TRIES = 60
_ROOTS = 8
"""Points at which roots have to agree: each is that of a number that is taken for positive at one in two of them."""


def definitions(ground: Ground, mine: int, wanted: int, e: tree.Expr) -> tuple[str, ...]:
    """The stages whose definitions make an answer equal to the form in which the right one is written.

    Parameters
    ----------
    ground : Ground
    mine, wanted : int
        The answer and that form, as nodes.
    e : tree.Expr
        The answer.

    Returns
    -------
    tuple of str
        In topological order; empty where the two are equal whatever the names stand for, or where nothing was found.
    """
    if mine == wanted:
        return ()
    loose = _Loose(ground)
    if loose.agree(mine, wanted, ()) or loose.doubtful:
        return ()
    dag = ground.dag
    used = names_in(e)
    stages = [n for n in dag.stages if n != dag.output]
    stages.sort(key=lambda n: n in used)
    for name in reversed(stages):
        if loose.agree(mine, wanted, (name,)):
            return () if loose.doubtful else (name,)
    if not loose.agree(mine, wanted, stages):
        return ()
    needed = list(stages)
    for name in stages:
        rest = [n for n in needed if n != name]
        if loose.agree(mine, wanted, rest):
            needed = rest
    return () if loose.doubtful else tuple(n for n in dag.stages if n in needed)


class _Loose:
    """Values of nodes where names stand for anything, but those that are opened, which are what defines them."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.doubtful = False
        """Whether something was not found out."""

    def agree(self, a: int, b: int, opened: Iterable[str]) -> bool:
        """Whether two nodes are equal with some names opened."""
        agreed = 0
        for _ in range(_TRIES):
            try:
                same, marks = self._agree(a, b, frozenset(opened))
            except UnluckyError:
                continue
            if marks.rootless != NEVER:
                continue  # a root of what has none
            agreed += same
            if not same or marks.rooted == NEVER or agreed == _ROOTS:
                return same
        self.doubtful = True
        return False

    def _agree(self, a: int, b: int, opened: frozenset[str]) -> tuple[bool, Marks]:
        ground = self.ground
        written = Core()
        free = {i: n for n, i in ground.dag.names.items() if n not in opened}
        places: dict[int, int] = {}
        for root in (a, b):
            _compile(ground, written, places, root, free)
        random = Random(ground.random.getrandbits(64))  # noqa: S311
        below: Residues | None = None
        for level in range(len(PRIMES)):
            machine = Residues(written, {}, ground.sizes, level=level, below=below, random=random, signs=None)
            for i in free:
                if i in places:
                    machine.values[places[i]] = _random(machine, ground, i)
            below = machine
        assert below is not None
        same = all(x == y for x, y in pairs(*(below.value(places[i]) for i in (a, b))))
        return same, below.marks


def _random(machine: Residues, ground: Ground, position: int) -> Any:
    dims = tuple(extent(d, ground.sizes) for d in core(ground.dag.nodes[position].shape))
    if not dims:
        return machine.drawn()
    return [machine.drawn() for _ in range(prod(dims))]


def _compile(ground: Ground, written: Core, places: dict[int, int], root: int, free: dict[int, str]) -> None:
    """Write a node out, down to the names that are free."""
    nodes = ground.table.nodes
    for i in _unknown(ground, root, places, free):
        node, other = nodes[i], ground.alias.get(i)
        if i in free:
            places[i] = written.table.put(Node("leaf", (), core(node.shape), (), f"#{i}"))
        elif other is not None:
            places[i] = places[other]
        else:
            shapes = tuple(nodes[j].shape for j in node.inputs)
            inputs = tuple(places[j] for j in node.inputs)
            places[i] = written.put(node.op, inputs, shapes, node.shape, node.attr, node.name)


def _unknown(ground: Ground, position: int, known: dict[int, int], free: dict[int, str]) -> Iterator[int]:
    """What has to be known for a node, in order; each is to be made known before the next is asked for."""
    stack = [position]
    while stack:
        i = stack[-1]
        if i in known:
            stack.pop()
            continue
        other = ground.alias.get(i)
        inputs = () if i in free else ground.table.nodes[i].inputs if other is None else (other,)
        waiting = [j for j in inputs if j not in known]
        if waiting:
            stack.extend(waiting)
        else:
            stack.pop()
            yield i
