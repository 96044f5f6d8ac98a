"""A derivative by a way of its own: the complex step.

``f′(x) = Im f(x + ih)/h`` to rounding error, for a step too small to matter (Squire and Trapp, *SIAM Review* 40, 1998).
It knows nothing of pullbacks, so it can vouch for what they give.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from gradviz.equality.points import Point
from gradviz.numeric.evaluate import Plan, pool_windows
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
    return _moved([point], position, direction, _dependents(point, position))[0]


def _moved(points: Sequence[Point], position: int, direction: Any, depends: set[int]) -> list[Any]:
    """The same at each of some points of one graph; direction and what depends on the node are the same at all."""
    dag = points[0].dag
    many = []
    for point in points:
        fixed = {i: v for i, v in point.values.items() if i not in depends}
        fixed[position] = point.values[position] + 1j * STEP * direction
        many.append(fixed)
    values = Plan(dag.nodes, [dag.root], many[0]).run_all(many, points[0].sizes)
    found = [v[dag.root] for v in values]
    return [(v.imag if hasattr(v, "imag") else 0.0 * v) / STEP for v in found]


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


def confirms(points: Sequence[Point], position: int, gradients: Sequence[Any]) -> bool:
    """Whether gradients at points of one graph agree with the complex step in a direction that they did not choose.

    At a kink, where the gradient follows a convention, there is nothing to hold against it.
    """
    from gradviz.equality.holds import close

    if not points:
        return True
    depends = _dependents(points[0], position)
    smooth = [n for n, p in enumerate(points) if not _on_kink(p, depends)]
    if not smooth:
        return True
    points, gradients = [points[n] for n in smooth], [gradients[n] for n in smooth]
    if not core(points[0].dag.nodes[position].shape):
        found = _moved(points, position, 1.0, depends)
        return all(close(float(f), g) for f, g in zip(found, gradients, strict=True))
    import numpy as np

    shape = np.shape(points[0].values[position])
    # Numbers without a pattern that errors could share; what draws random ones takes longer than all else here.
    direction = np.cos(np.arange(1.0, math.prod(shape) + 1) ** 2 * math.sqrt(2) + position).reshape(shape)
    found = _moved(points, position, direction, depends)
    told = [float((g * direction).sum()) for g in gradients]
    return all(close(float(f), g) for f, g in zip(found, told, strict=True))
