"""What rounding left of an exact zero: ``0.1 + 0.2 − 0.3`` is 0, and ``5.6·10⁻¹⁷`` in floating point.

A number that is tiny beside those around it is computed once more, from the inputs as they are written in decimals and
in balls of many digits. These tell 0 from a number that is truly small.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from gradviz.graph.node import Node

_TINY = 1e-13
"""Beside the largest number of a graph, what is smaller than this may be left over."""
_BITS = 1_024
_NOTHING = 1e-150
"""How wide a ball around 0 may be, beside the largest number, so that it is 0."""
_MOST = 4_000
"""Graphs with more entries than this are left as floating point has them."""


def without_leftovers(nodes: Sequence[Node], found: Mapping[int, Any], sizes: Mapping[str, int]) -> dict[int, Any]:
    """The values that floating point has not to one digit, as they truly are.

    Parameters
    ----------
    nodes : sequence of Node
        In topological order.
    found : mapping of int to number or array
        Values of nodes, with all their inputs.
    sizes : mapping of str to int

    Examples
    --------
    >>> from gradviz.graph import build
    >>> from gradviz.notation import read_program
    >>> from gradviz.ops import WORDS
    >>> from gradviz.numeric.evaluate import evaluate
    >>> dag = build(read_program("d = 0.1 + x - 0.3", WORDS))
    >>> for x in (0.2, 0.2000000000000001):
    ...     found = evaluate(dag.nodes, {dag.names["x"]: x}, [dag.root], {})
    ...     print(found[dag.root], without_leftovers(dag.nodes, found, {}).get(dag.root))
    5.551115123125783e-17 0.0
    1.1102230246251565e-16 1e-16
    >>> without_leftovers(dag.nodes, evaluate(dag.nodes, {dag.names["x"]: 0.7}, [dag.root], {}), {})
    {}
    """
    if sum(getattr(v, "size", 1) for v in found.values()) > _MOST:
        return {}
    entries = {i: _entries(v) for i, v in found.items()}
    scale = max((abs(v) for many in entries.values() for v in many if math.isfinite(v)), default=0.0)
    doubtful = [i for i, many in entries.items() if nodes[i].op != "leaf" and _has_tiny(many, scale)]
    if not doubtful or not all(math.isfinite(v) for i, many in entries.items() if nodes[i].op == "leaf" for v in many):
        return {}
    return _computed(nodes, found, doubtful, scale, sizes)


def _entries(value: Any) -> list[float]:
    return [value] if isinstance(value, float | int) else value.ravel().tolist()


def _has_tiny(entries: list[float], scale: float) -> bool:
    return any(0 < abs(v) < _TINY * scale for v in entries)


def _computed(
    nodes: Sequence[Node], found: Mapping[int, Any], positions: list[int], scale: float, sizes: Mapping[str, int]
) -> dict[int, Any]:
    from flint import ctx

    from gradviz.equality.balls import Balls
    from gradviz.equality.core import Core

    written = Core()
    places = written.add(list(nodes))
    machine = Balls(written, {places[i]: decimals(v) for i, v in found.items() if nodes[i].op == "leaf"}, sizes, _BITS)
    result: dict[int, Any] = {}
    with ctx.workprec(_BITS):
        for i in positions:
            try:
                balls = machine.only(places[i])
            except (ArithmeticError, KeyError, ValueError):
                continue  # it is not known which entry is the largest, or there is no such number
            value = _settled(found[i], balls if isinstance(balls, list) else [balls], scale)
            if value is not None:
                result[i] = value
    return result


def decimals(value: Any) -> Any:
    """Numbers as their shortest decimals, which is what people write, in fractions."""
    if isinstance(value, float | int):
        return Fraction(repr(float(value)))
    import numpy as np

    made = np.empty(value.size, dtype=object)
    made[:] = [Fraction(repr(float(v))) for v in value.ravel()]
    return made


def _settled(value: Any, balls: list[Any], scale: float) -> Any:
    """A value whose tiny entries are what balls say; None where they say nothing else."""
    entries = _entries(value)
    if len(balls) != len(entries):
        return None
    settled = [_number(v, b, scale) if 0 < abs(v) < _TINY * scale else v for v, b in zip(entries, balls, strict=True)]
    if settled == entries:
        return None
    if isinstance(value, float | int):
        return settled[0]
    import numpy as np

    return np.array(settled).reshape(value.shape)


def _number(value: float, ball: Any, scale: float) -> float:
    """A tiny number as a ball says it is; as it was where the ball agrees to some digits, or is too wide."""
    if not ball.is_finite():
        return value
    middle, radius = float(ball.mid()), float(ball.rad())
    if ball.contains(0) and radius <= _NOTHING * scale:
        return 0.0
    known = radius < 1e-15 * abs(middle)
    return middle if known and not math.isclose(middle, value, rel_tol=1e-3) else value
