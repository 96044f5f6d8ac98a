"""Derivatives of any node by any other, as nodes: the reverse sweep from each entry."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product

from gradviz import terms as t
from gradviz.calculus.links import Links
from gradviz.calculus.sweep import sweep
from gradviz.equality.ground import Ground
from gradviz.graph.node import Node
from gradviz.messages import ResourceError, say
from gradviz.ops import OPERATIONS, Shape
from gradviz.ops.shapes import core

MOST = 400
"""Entries of what is differentiated."""


def derivative(ground: Ground, of: int, by: int, held: Collection[int] = ()) -> int | None:
    """The derivatives of all entries of a node by all entries of another, as one node.

    Its axes are those of the first, then those of the second. None where the first does not depend on the second.

    Parameters
    ----------
    ground : Ground
    of, by : int
        Positions in its table.
    held : collection of int
        Nodes that are held fixed.
    """
    shape = core(ground.table.nodes[of].shape)
    if not shape:
        return _swept(ground, of, by, None, held)
    dims = tuple(t.extent(d, ground.sizes) for d in shape)
    count = 1
    for d in dims:
        count *= d
    if count > MOST:
        raise ResourceError(say("answer-too-large", limit=MOST))
    rows = []
    for entry in product(*(range(d) for d in dims)):
        found = _swept(ground, of, by, _unit(ground, shape, entry), held)
        if found is None:
            return None
        rows.append(found)
    inner = core(ground.table.nodes[by].shape)
    return ground.table.put(Node("stack", tuple(_spread(ground, r, inner) for r in rows), (*shape, *inner), shape))


def slope(ground: Ground, of: int, by: int, held: Collection[int] = ()) -> int | None:
    """The derivatives of entries by the same entries, where each depends on that alone; None where it does not."""
    shape = core(ground.table.nodes[of].shape)
    if not shape or shape != core(ground.table.nodes[by].shape) or not _by_entries(ground, of, by, set(held)):
        return None
    return passed_on(ground, of, by, ground.table.put(Node("ones", (), shape, shape)), held)


def _by_entries(ground: Ground, of: int, by: int, held: set[int]) -> bool:
    """Whether all that is made of a node on the way to another is made entry by entry."""
    nodes = ground.table.nodes
    shape = core(nodes[by].shape)
    needed, stack = set(), [of]
    while stack:
        here = stack.pop()
        if here not in needed and here not in held and here != by:
            needed.add(here)
            stack += nodes[here].inputs
    made = {by}
    for i in sorted(needed):
        op, inputs, own, *_ = nodes[i]
        if made.isdisjoint(inputs):
            continue
        if op not in OPERATIONS or not OPERATIONS[op].elementwise or core(own) != shape:
            return False
        made.add(i)
    return of in made


def passed_on(ground: Ground, of: int, by: int, adjoint: int, held: Collection[int] = ()) -> int | None:
    """What a node with an adjoint adds to the adjoint of another one, as a node of that one's shape."""
    shape = core(ground.table.nodes[by].shape)
    found = _swept(ground, of, by, adjoint, held)
    return None if found is None else _spread(ground, found, shape)


def _unit(ground: Ground, shape: Shape, entry: tuple[int, ...]) -> int:
    """An array that is 1 at one entry and 0 elsewhere."""
    units = [ground.table.put(Node("basis", (), (d,), (i, d))) for d, i in zip(shape, entry, strict=True)]
    if len(units) == 1:
        return units[0]
    axes = tuple(range(len(shape)))
    return ground.table.put(Node("einsum", tuple(units), shape, (tuple((a,) for a in axes), axes)))


def _spread(ground: Ground, node: int, shape: Shape) -> int:
    """A node with all axes; the sweep gives one number for what is the same everywhere."""
    if core(ground.table.nodes[node].shape) == shape:
        return node
    ones = ground.table.put(Node("ones", (), shape, shape))
    return ground.table.put(Node("mul", (node, ones), shape))


def _swept(ground: Ground, of: int, by: int, seed: int | None, held: Collection[int]) -> int | None:
    table = ground.table
    fixed = set(held) - {of, by}
    nodes = tuple(
        Node("leaf", (), n.shape, (), f"#{i}") if i in fixed and n.inputs else n for i, n in enumerate(table.nodes)
    )
    swept = sweep(nodes, of, seed)
    if by not in swept.adjoints:
        return None
    new: dict[int, int] = {}
    for i in range(len(nodes), len(swept.nodes)):
        node = swept.nodes[i]
        new[i] = table.put(node._replace(inputs=tuple(new.get(j, j) for j in node.inputs)))
    found = swept.adjoints[by]
    return new.get(found, found)


def others(links: Links, of: int, by: int) -> list[int]:
    """What a local derivative holds fixed: all that is read as a whole, but the two themselves."""
    return [i for i, whole in enumerate(links.generators) if whole and i not in (of, by)]
