"""A derivative by a way of its own: the complex step.

``f′(x) = Im f(x + ih)/h`` to rounding error, for a step too small to matter (Squire and Trapp, *SIAM Review* 40, 1998).
It knows nothing of pullbacks, so it can vouch for what they give.
"""

from __future__ import annotations

from typing import Any

from gradviz.equality.points import Point
from gradviz.numeric.evaluate import evaluate, pool_windows
from gradviz.ops import OPERATIONS
from gradviz.ops.reductions import AXES
from gradviz.ops.shapes import core

STEP = 1e-30


def moved(point: Point, position: int, direction: Any) -> Any:
    """The derivative of every entry of the output when one node moves in a direction.

    Parameters
    ----------
    point : Point
    position : int
        An input or a stage; what depends on it is computed anew.
    direction : number or array
        Of the node's shape.
    """
    return _moved(point, position, direction, _dependents(point, position))


def _moved(point: Point, position: int, direction: Any, depends: set[int]) -> Any:
    dag = point.dag
    fixed = {i: v for i, v in point.values.items() if i not in depends}
    fixed[position] = point.values[position] + 1j * STEP * direction
    found = evaluate(dag.nodes, fixed, [dag.root], point.sizes)[dag.root]
    return (found.imag if hasattr(found, "imag") else 0.0 * found) / STEP


def _dependents(point: Point, position: int) -> set[int]:
    found = {position}
    for i in sorted(point.values):
        if not found.isdisjoint(point.dag.nodes[i].inputs):
            found.add(i)
    return found


_KINKS = frozenset(op.name for op in OPERATIONS.values() if op.kinks)


def on_kink(point: Point, position: int) -> bool:
    """Whether something that depends on a node is exactly where it has no derivative: a step then proves nothing."""
    return _on_kink(point, _dependents(point, position))


def _on_kink(point: Point, depends: set[int]) -> bool:
    found = False
    for i in depends:
        node = point.dag.nodes[i]
        if node.op in _KINKS and i in point.values:
            operands = [point.values[j] for j in node.inputs]
            if node.op == "max_pool":
                shape = point.dag.nodes[node.inputs[0]].shape
                found = found or _tied_windows(pool_windows(shape, node.shape, node.attr, operands[0], point.sizes))
                continue
            found = found or _ties(node.op, operands)
    return found


def _tied_windows(windows: Any) -> bool:
    """Whether a window has its largest entry twice."""
    import numpy as np

    ordered = np.sort(windows, axis=-1)
    return ordered.shape[-1] > 1 and bool((ordered[..., -1] == ordered[..., -2]).any())


def _ties(op: str, operands: list[Any]) -> bool:
    import numpy as np

    first = np.abs(operands[0]) if op.endswith("norm_inf") else np.asarray(operands[0])
    if op in {"maximum", "minimum"}:
        return bool((first == operands[1]).any())
    if op in AXES and not op.endswith("norm1"):
        axis = AXES[op]
        entries = first.ravel() if axis is None or first.ndim < 2 else np.moveaxis(first, axis, -1)
        return bool((np.diff(np.sort(entries)) == 0).any())
    return bool((first == 0).any())


def confirms(point: Point, position: int, gradient: Any) -> bool:
    """Whether a gradient agrees with the complex step in a direction that it did not choose.

    At a kink, where the gradient follows a convention, there is nothing to hold against it.
    """
    from gradviz.equality.holds import close

    depends = _dependents(point, position)
    if _on_kink(point, depends):
        return True
    if not core(point.dag.nodes[position].shape):
        return close(float(_moved(point, position, 1.0, depends)), gradient)
    import numpy as np

    shape = np.shape(point.values[position])
    direction = np.random.default_rng(position + 17).standard_normal(shape)
    found = float(_moved(point, position, direction, depends))
    return close(found, float((np.broadcast_to(gradient, shape) * direction).sum()))
