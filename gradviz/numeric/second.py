"""Jacobians and Hessian-vector products in numbers, by sweeps over sweeps.

A sweep with a placeholder ``g`` for the adjoint of a stage gives ``gᵀ J``, linear in ``g``: one entry of ``g`` after
the other gives J by rows. The adjoint of ``g`` in ``vᵀ(Jᵀ g)`` is ``J v``, and J by columns. The gradient of
``vᵀ ∇L`` is ``∇²L v`` (Pearlmutter, *Neural Computation* 6, 1994): no Hessian is formed, and it costs a small multiple
of the gradient.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from gradviz.calculus.sweep import Sweep, sweep
from gradviz.graph.dag import Dag
from gradviz.graph.node import Node
from gradviz.numeric.evaluate import evaluate
from gradviz.ops.shapes import core
from gradviz.terms import extent

STEP = 1e-30
SEED, DIRECTION = "∂", "∂∂"
"""Names of inputs that are added; no name of a program can be these."""


def jacobian(dag: Dag, values: Mapping[int, Any], sizes: Mapping[str, int], of: int, by: int) -> Any:
    """The derivatives of the entries of one node by those of another, as an array.

    Parameters
    ----------
    dag : Dag
    values : mapping of int to number or array
        Of all nodes that `of` depends on.
    sizes : mapping of str to int
        Symbolic sizes.
    of, by : int
        Positions. Axes of size one are left out of the result.

    Examples
    --------
    >>> from gradviz.graph import build
    >>> from gradviz.notation import read_program
    >>> from gradviz.ops import WORDS
    >>> dag = build(read_program("f = x y", WORDS))
    >>> jacobian(dag, {0: 2.0, 1: 3.0, 2: 6.0}, {}, 2, 0)
    array(3.)
    """
    import numpy as np

    rows, columns = (_dims(dag, i, sizes) for i in (of, by))
    if of == by:
        return np.eye(_count(rows)).reshape((*rows, *columns))
    seed = Node("leaf", (), core(dag.nodes[of].shape), (), SEED)
    swept = sweep((*dag.nodes, seed), of, seed=len(dag.nodes))
    if by not in swept.adjoints:
        return np.zeros((*rows, *columns))
    if _count(columns) < _count(rows):
        return np.stack(list(_by_columns(swept, len(dag.nodes), by, values, sizes, columns)), -1).reshape(
            (*rows, *columns)
        )
    wanted = swept.adjoints[by]
    found = _linear(swept.nodes, wanted, len(dag.nodes), values, sizes, rows)
    return np.stack([np.broadcast_to(row, columns) for row in found]).reshape((*rows, *columns))


def _by_columns(
    swept: Sweep, seed: int, by: int, values: Mapping[int, Any], sizes: Mapping[str, int], columns: tuple[int, ...]
) -> Iterator[Any]:
    """``J v`` for one entry of v after the other: the adjoint of g in ``vᵀ(Jᵀ g)``."""
    import numpy as np

    again, direction = _along(swept, by)
    dims = np.shape(values[swept.output])
    if seed not in again.adjoints:
        return iter(np.zeros((_count(columns), *dims)))
    given = {**values, seed: np.zeros(dims) if dims else 0.0}  # J v does not depend on g
    found = _linear(again.nodes, again.adjoints[seed], direction, given, sizes, columns)
    return (np.broadcast_to(column, dims) for column in found)


def product(
    dag: Dag, values: Mapping[int, Any], sizes: Mapping[str, int], by: int, direction: Any, also: tuple[int, ...] = ()
) -> tuple[Any, ...]:
    """The Hessian of the output by a node, times a direction: ``∂²L/∂x² v``.

    Parameters
    ----------
    dag : Dag
        Its output is a scalar.
    values : mapping of int to number or array
        Of all nodes that the output depends on.
    sizes : mapping of str to int
    by : int
        Position of the node that moves.
    direction : number or array
        How it moves; without axes of size one.
    also : tuple of int
        Whose gradients are to be followed while it moves; the node itself where not given.

    Returns
    -------
    tuple of number or array
        For each of them, how its gradient changes.
    """
    import numpy as np

    results = []
    swept = sweep(dag.nodes, dag.root)
    again, place = _along(swept, by)
    for target in also or (by,):
        dims = _dims(dag, target, sizes)
        adjoint = again.adjoints.get(target)
        if adjoint is None:
            results.append(np.zeros(dims))
            continue
        found = evaluate(again.nodes, {**values, place: direction}, [adjoint], sizes)[adjoint]
        if not np.isfinite(found).all():
            found = _by_complex_step(swept, values, sizes, by, direction, target, found)
        results.append(np.broadcast_to(found, dims))
    return tuple(results)


def _by_complex_step(
    swept: Sweep,
    values: Mapping[int, Any],
    sizes: Mapping[str, int],
    by: int,
    direction: Any,
    target: int,
    otherwise: Any,
) -> Any:
    """How a gradient changes, by ``Im ∇L(x + ihv)/h``: for ``det X`` where X has no inverse; finite, or `otherwise`."""
    import numpy as np

    moves = {by}
    for i, node in enumerate(swept.nodes):
        if not moves.isdisjoint(node.inputs):
            moves.add(i)
    fixed = {i: v for i, v in values.items() if i not in moves}
    fixed[by] = values[by] + 1j * STEP * direction
    wanted = swept.adjoints[target]
    with np.errstate(all="ignore"):
        found = np.imag(evaluate(swept.nodes, fixed, [wanted], sizes)[wanted]) / STEP
    return found if np.isfinite(found).all() else otherwise


def _along(swept: Sweep, by: int) -> tuple[Sweep, int]:
    """The sweep over ``vᵀ x̄``, and where v stands."""
    adjoint = swept.adjoints.get(by)
    shape = core(swept.nodes[by].shape)
    place = len(swept.nodes)
    nodes = [*swept.nodes, Node("leaf", (), shape, (), DIRECTION)]
    if adjoint is None:
        nodes.append(Node("number", (), (), Fraction(0)))
    elif not shape:
        nodes.append(Node("mul", (adjoint, place), ()))
    elif core(swept.nodes[adjoint].shape) != shape:  # one number for all entries
        nodes += [Node("sum", (place,), ()), Node("mul", (adjoint, place + 1), ())]
    else:
        axes = tuple(range(len(shape)))
        nodes.append(Node("einsum", (adjoint, place), (), ((axes, axes), ())))
    return sweep(tuple(nodes), len(nodes) - 1), place


def _linear(
    nodes: tuple[Node, ...],
    wanted: int,
    place: int,
    values: Mapping[int, Any],
    sizes: Mapping[str, int],
    dims: tuple[int, ...],
) -> Iterator[Any]:
    """The value of a node that is linear in another, for one entry of that after the other."""
    import numpy as np

    moves = [False] * len(nodes)
    moves[place] = True
    for i, node in enumerate(nodes):
        moves[i] = moves[i] or any(moves[j] for j in node.inputs)
    unit: Any = np.zeros(dims)
    known = evaluate(nodes, {**values, place: unit if dims else 0.0}, [wanted], sizes)
    fixed = {i: v for i, v in known.items() if not moves[i]}
    for entry in np.ndindex(dims):
        unit[entry] = 1.0
        yield evaluate(nodes, {**fixed, place: unit if dims else 1.0}, [wanted], sizes)[wanted]
        unit = np.zeros(dims)


def _dims(dag: Dag, position: int, sizes: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(extent(d, sizes) for d in core(dag.nodes[position].shape))


def _count(dims: tuple[int, ...]) -> int:
    count = 1
    for d in dims:
        count *= d
    return count
