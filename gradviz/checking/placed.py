"""Products of local derivatives whose places shapes decide: ``∂L/∂h₁ · ∂h₁/∂z₁ · ∂z₁/∂W₁``.

On a board such a product says which derivatives are multiplied, not how matrices are placed. It is read as the chain
rule has it: what stands in front is an adjoint, and each local derivative passes it on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gradviz.calculus.links import Links
from gradviz.equality.ground import Ground
from gradviz.graph.node import Node
from gradviz.notation import tree
from gradviz.ops import Shape
from gradviz.ops.shapes import core

Read = Callable[[tree.Expr, Shape], int | None]
"""The node of an expression that has a shape; None where it has none."""


def placed(e: tree.Expr, ground: Ground, links: Links, target: int, read: Read) -> int | None:
    """The node of a product, or a sum of products, that ends in local derivatives up to the target.

    Parameters
    ----------
    e : tree.Expr
    ground : Ground
    links : Links
    target : int
        What the gradient is taken by.
    read : callable
        Reads what stands in front.

    Returns
    -------
    int or None
        None where the expression is no such product.
    """
    items = e.items if isinstance(e, tree.Sum) else (e,)
    found = []
    for item in items:
        inner = item.operand if isinstance(item, tree.Negative) else item
        node = _term(inner, ground, links, target, read)
        if node is None:
            return None
        shape = core(ground.table.nodes[node].shape)
        found.append(ground.table.put(Node("neg", (node,), shape)) if inner is not item else node)
    if len(found) == 1:
        return found[0]
    return ground.table.put(Node("add", tuple(found), core(ground.dag.nodes[target].shape)))


def _term(e: tree.Expr, ground: Ground, links: Links, target: int, read: Read) -> int | None:
    factors = _factors(e)
    names = ground.dag.names
    chain: list[tuple[int, int]] = []
    by = target
    while factors:
        last = factors[-1]
        if not (isinstance(last, tree.Partial) and isinstance(last.of, tree.Name) and isinstance(last.by, tree.Name)):
            break
        of = names.get(last.of.name, -1)
        if names.get(last.by.name, -1) != by or of not in links.consumers.get(by, ()):
            break
        chain.append((of, by))
        factors.pop()
        by = of
    if not chain:
        return None
    node = _front(factors, ground, by, read)
    if node is None:
        return None
    for stage, operand in reversed(chain):
        node = pulled(ground, links, stage, operand, node)
    return node


def _front(factors: list[tree.Expr], ground: Ground, stage: int, read: Read) -> int | None:
    """The adjoint that is passed on."""
    if not factors:
        if stage != ground.dag.root:
            return None
        return ground.table.put(Node("ones", (), (), ()))
    e = factors[0] if len(factors) == 1 else tree.Product(tuple(factors), ("·",) * (len(factors) - 1))
    return read(e, ground.dag.nodes[stage].shape)


def _factors(e: tree.Expr) -> list[tree.Expr]:
    if isinstance(e, tree.Product) and set(e.operators) <= {"", "·", "*", "×", "@"}:
        return [f for o in e.operands for f in _factors(o)]
    return [e]


def pulled(ground: Ground, links: Links, stage: int, operand: int, adjoint: int) -> int:
    """What a stage passes on to one operand, as a node."""
    pull = links.pull(stage, operand)
    made: list[int] = []

    def at(slot: int) -> int:
        return made[slot] if slot >= 0 else adjoint if slot == -1 else stage if slot == -2 else pull.operands[-3 - slot]

    for op, slots, shape, attr in pull.recipe.instructions:
        made.append(ground.table.put(Node(op, tuple(at(s) for s in slots), shape, attr)))
    found = at(pull.recipe.result)
    shape = core(ground.dag.nodes[operand].shape)
    return found if core(ground.table.nodes[found].shape) == shape else _spread(ground, found, shape)


def _spread(ground: Ground, node: int, shape: Sequence[object]) -> int:
    ones = ground.table.put(Node("ones", (), tuple(shape), tuple(shape)))  # type: ignore[arg-type]
    return ground.table.put(Node("mul", (node, ones), tuple(shape)))  # type: ignore[arg-type]
