"""Adjoints in balls of many digits, where those of floating point are ``∞ · 0``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gradviz.calculus.sweep import Sweep

_BITS = (256, 2_048, 16_384)
"""As many as it takes: 1 − σ(800) differs from 0 at the 1155th."""
_SURE = 1e-15


def exact_values(
    swept: Sweep, values: Mapping[int, Any], positions: Iterable[int], sizes: Mapping[str, int]
) -> dict[int, Any]:
    """The adjoints of nodes, correct to the last digits of floating point; those that are not finite are left out.

    Parameters
    ----------
    swept : Sweep
    values : mapping of int to number or array
        Of the inputs at least.
    positions : iterable of int
        Of the nodes.
    sizes : mapping of str to int

    Examples
    --------
    >>> from gradviz.calculus.sweep import sweep
    >>> from gradviz.graph import build
    >>> from gradviz.notation import read_program
    >>> from gradviz.ops import WORDS
    >>> dag = build(read_program("ŷ = σ(z); L = -ln(1 - ŷ)", WORDS))
    >>> exact_values(sweep(dag.nodes, dag.root), {0: 800.0}, [0], {})
    {0: 1.0}
    """
    import numpy as np
    from flint import ctx

    from gradviz.equality.balls import Balls, UnsureError
    from gradviz.equality.core import Core
    from gradviz.equality.leftover import decimals

    leaves = {i: values[i] for i, node in enumerate(swept.nodes) if node.op == "leaf" and i in values}
    if not all(np.isfinite(v).all() for v in leaves.values()):
        return {}
    written = Core()
    places = written.add(swept.nodes)
    exact = {places[i]: decimals(v) for i, v in leaves.items()}
    left = [i for i in positions if i in swept.adjoints]
    found: dict[int, Any] = {}
    for bits in _BITS:
        machine = Balls(written, exact, sizes, bits)
        for i in left:
            try:
                with ctx.workprec(bits):
                    value = _rounded(machine.only(places[swept.adjoints[i]]), values[i])
            except (UnsureError, ArithmeticError, KeyError, ValueError):
                continue
            if value is not None:
                found[i] = value
        left = [i for i in left if i not in found]
    return found


def _rounded(found: Any, like: Any) -> Any:
    """Balls as floating point, in the shape of a value; None where they are not finite, or too wide."""
    import numpy as np

    entries = found if isinstance(found, list) else [found]
    numbers = []
    for ball in entries:
        number = float(ball.mid()) if ball.is_finite() else float("nan")
        if not np.isfinite(number) or float(ball.rad()) > _SURE * max(abs(number), 1e-300):
            return None
        numbers.append(number)
    if np.ndim(like) == 0:
        return numbers[0]
    return np.broadcast_to(
        np.array(numbers[0] if len(numbers) == 1 else numbers).reshape(() if len(numbers) == 1 else np.shape(like)),
        np.shape(like),
    ).copy()
