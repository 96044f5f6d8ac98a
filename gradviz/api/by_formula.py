"""Numbers of gradients by their formulas, where the sweep meets ``inf`` or ``0/0`` and the formula does not.

At ``z = 800`` the logistic function is 1 in floating point, so ``−1/(1 − ŷ)`` is infinite and ``ŷ(1 − ŷ)`` is 0; what
the two come to, ``ŷ − y``, is a number like others. In balls of many digits the sweep itself finds it, and where the
output has no derivative (``0/x`` at 0) it finds none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gradviz.calculus.sweep import sweep
from gradviz.equality.exactly import exact_values
from gradviz.equality.holds import value_of
from gradviz.equality.points import Point
from gradviz.messages import GradvizError
from gradviz.notation import tree
from gradviz.notation.walk import children
from gradviz.ops.shapes import core
from gradviz.terms import extent

if TYPE_CHECKING:
    from gradviz.api.graph import Graph
    from gradviz.calculus.written import Form


_MOST = 4_000
"""Graphs with more entries than this are not followed in exact numbers: what is finite by its formula is taken."""


def by_formula(
    graph: Graph, values: Mapping[int, Any], gradients: Mapping[int, Any], sizes: Mapping[str, int]
) -> dict[int, Any]:
    """The gradients of named nodes that are finite by their formula alone, by position.

    Parameters
    ----------
    graph : Graph
    values, gradients : mapping of int to number or array
        What was computed.
    sizes : mapping of str to int

    Examples
    --------
    >>> import gradviz as gv
    >>> graph = gv.parse("ŷ = σ(z); L = -y ln ŷ - (1 - y) ln(1 - ŷ)")
    >>> graph.explain(at={"z": 800, "y": 0}).gradients["z"]
    1.0
    """
    dag = graph.dag
    wrong = sorted((i for i in dag.names.values() if i in gradients and not finite(gradients[i])), reverse=True)
    if sum(math.prod(extent(d, sizes) for d in dag.nodes[i].shape) for i in values) <= _MOST:
        return exact_values(sweep(dag.nodes, dag.root), values, wrong, sizes)
    found: dict[int, Any] = {}
    point = Point(dag, values, sizes)
    for i in wrong:
        adjoint = graph.gradients.adjoint(i)
        for form in (adjoint.forward, adjoint.by_later):
            value = None if form is None else _value(graph, form, i, point, {**gradients, **found})
            if value is not None:
                found[i] = value
                break
    return found


def finite(value: Any) -> bool:
    """Whether all entries are finite numbers."""
    if isinstance(value, float | int):
        return math.isfinite(value)
    import numpy as np

    return bool(np.isfinite(value).all())


def _values_in(e: tree.Expr) -> set[str]:
    """The names whose values an expression speaks of; those in ``∂L/∂h₁`` are none."""
    if isinstance(e, tree.Name | tree.Partial):
        return {e.name} if isinstance(e, tree.Name) else set()
    return set().union(*map(_values_in, children(e)))


def _value(graph: Graph, form: Form, position: int, point: Point, gradients: Mapping[int, Any]) -> Any:
    """The value of a formula that speaks of finite numbers alone; None where it is not finite itself."""
    dag, node = graph.dag, graph.dag.nodes[position]
    if any(n in dag.names and not finite(point.values.get(dag.names[n], math.nan)) for n in _values_in(form.expr)):
        return None
    adjoints = graph.gradients.adjoint_names.items()
    known = {n: (dag.nodes[i].shape, gradients[i]) for n, i in adjoints if i in gradients and finite(gradients[i])}
    letters = dict(zip(form.letters, core(node.shape), strict=True)) if form.letters else None
    try:
        value, _ = value_of(form.expr, point, (), letters, node.shape, known)
    except (GradvizError, ArithmeticError):
        return None
    return value if finite(value) else None
