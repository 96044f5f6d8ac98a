"""Jacobians of any stage by any earlier name: in form, and in numbers against a complex step."""

from __future__ import annotations

import dataclasses
import itertools
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import gradviz as gv
from gradviz.calculus.lower import lower
from gradviz.calculus.sweep import sweep
from gradviz.calculus.tangents import Tangents
from gradviz.equality import Point, value_of
from gradviz.equality.tolerant import Tolerant
from gradviz.notation import read_expression, write
from gradviz.numeric.arrays import ARRAYS
from gradviz.numeric.evaluate import evaluate, follow
from gradviz.numeric.second import jacobian as dense
from gradviz.ops import WORDS
from gradviz.terms import Atom, Index, atoms, replace
from tests.agreement import numbers, same
from tests.strategies import Program, make, programs

STEP = 1e-30
_MANY = 1000
"""Entries of a Jacobian that is too large to be compared."""


def by_complex_step(ex: gv.Explanation, of: str, by: str) -> Any:
    """The Jacobian as the complex step has it, without axes of size one: it knows nothing of pullbacks."""
    dag = ex.graph.dag
    moved, stage = dag.names[by], dag.names[of]
    above = {moved}
    for i, node in enumerate(dag.nodes):
        if any(j in above for j in node.inputs):
            above.add(i)
    fixed = {i: v for i, v in ex.node_values.items() if i not in above}
    at = np.asarray(ex.node_values[moved], float)
    columns = []
    for place in np.ndindex(at.shape):
        step = np.zeros(at.shape)
        step[place] = STEP
        value = at + 1j * step
        found = evaluate(dag.nodes, {**fixed, moved: value if at.shape else complex(value)}, [stage], ex.sizes)[stage]
        columns.append(np.imag(found) / STEP)
    rows = np.shape(ex.node_values[stage])
    return np.stack([np.broadcast_to(c, rows) for c in columns], -1).reshape((*rows, *at.shape))


def value_of_written(ex: gv.Explanation, gradient: gv.Gradient, of: str, by: str) -> Any:
    """The value of a symbolic Jacobian or Hessian; derivatives that it names are taken from numbers."""
    term, indices = gradient.written.term, gradient.written.indices
    operands: list[Any] = []
    put = {}
    for a in dict.fromkeys(atoms(term)):
        if a.node in {"e", "π"}:
            continue
        put[a] = Atom(f"a{len(operands)}", a.indices)
        operands.append(_number(ex, a.node, of, by))
    with np.errstate(all="ignore"):
        # An indicator of a tie compares what is computed in two orders.
        found = follow(lower(replace(term, put), indices), operands, ex.sizes, Tolerant(ARRAYS))
    dims = tuple(ex.sizes[i.size] if isinstance(i.size, str) else i.size for i in indices if isinstance(i, Index))
    return np.broadcast_to(found, dims)


def _number(ex: gv.Explanation, node: int | str, of: str, by: str) -> Any:
    """What an atom stands for: a node, an adjoint, or the derivative of one of them by a name."""
    dag, values = ex.graph.dag, ex.node_values
    if isinstance(node, int):
        if node >= 0:
            # What only derivatives speak of was not computed on the way.
            return values[node] if node in values else evaluate(dag.nodes, values, [node], ex.sizes)[node]
        return dense(dag, values, ex.sizes, dag.names[of], ~node)
    tangents = Tangents(dag, dag.names[by])
    for i in range(len(dag.nodes)):
        if write(tangents.name(i), "unicode", WORDS) == node:
            return dense(dag, values, ex.sizes, i, dag.names[by])
        if i in ex.node_gradients and write(tangents.name(~i), "unicode", WORDS) == node:
            return of_adjoint(ex, i, dag.names[by])
    raise AssertionError(node)


def of_adjoint(ex: gv.Explanation, of: int, by: int) -> Any:
    """How an adjoint changes with an earlier name: the Jacobian of a node of the sweep."""
    swept = sweep(ex.graph.dag.nodes, ex.graph.dag.root)
    whole = dataclasses.replace(ex.graph.dag, nodes=swept.nodes)
    values = evaluate(swept.nodes, ex.node_values, swept.adjoints.values(), ex.sizes)
    return dense(whole, {**ex.node_values, **values}, ex.sizes, swept.adjoints[of], by)


def read_back(ex: gv.Explanation, gradient: gv.Gradient, style: str) -> Any:
    """The value of what is printed, read anew; None where it names derivatives."""
    if "∂" in str(gradient) or any(isinstance(a.node, int) and a.node < 0 for a in atoms(gradient.written.term)):
        return None
    graph = ex.graph
    point = Point(graph.dag, ex.node_values, ex.sizes)
    known = {*graph.dag.names} | ({"δ"} if gradient.letters else set())
    sizes = {d for n in graph.dag.nodes for d in n.shape if isinstance(d, str)}
    e = read_expression(write(gradient.expr, style, WORDS), WORDS, known, bound=gradient.letters, sizes=sizes)
    axes = tuple(i.size for i in gradient.written.indices)
    letters = dict(zip(gradient.letters, axes, strict=True)) if gradient.letters else None
    value, _ = value_of(e, point, (), letters, axes)
    return np.broadcast_to(squeezed(value), [ex.sizes.get(str(d), d) for d in axes])


def squeezed(value: Any) -> Any:
    value = np.asarray(value, float)
    return value.reshape([d for d in value.shape if d != 1])


def check(graph: gv.Graph, inputs: dict[str, Any], *, pairs: int = 40, seed: int = 0) -> None:
    """Hold the Jacobians of a graph's pairs against a complex step."""
    ex = graph.explain(at=inputs, wrt=())
    names = graph.dag.names
    found = [(a, b) for a, b in itertools.product(names, names) if names[b] <= names[a]]
    random.Random(seed).shuffle(found)  # noqa: S311
    found = [(a, b) for a, b in found if np.size(ex.values[a]) * np.size(ex.values[b]) <= _MANY]
    for of, by in found[:pairs]:
        if not np.isfinite(squeezed(ex.values[of])).all():
            continue
        wanted = by_complex_step(ex, of, by)
        if not np.isfinite(wanted).all():
            continue
        numeric = ex.jacobian(of, by)
        dims = [ex.sizes.get(str(d), d) for d in (*graph.shape(of), *graph.shape(by))]
        assert list(np.shape(numeric)) == dims
        assert same(squeezed(numeric), squeezed(wanted)), f"∂{of}/∂{by}: {numeric}, not {wanted}"
        for form in ("matrix", "index"):
            jacobian = graph.jacobian(of, by, form=form)
            assert jacobian.shape == (*graph.shape(of), *graph.shape(by))
            back = value_of_written(ex, jacobian, of, by)
            assert same(squeezed(back), squeezed(wanted), 1e-6), f"∂{of}/∂{by} ({form}): {jacobian}"
            for style in ("unicode", "ascii", "latex"):
                read = read_back(ex, jacobian, style)
                assert read is None or same(squeezed(read), squeezed(wanted), 1e-6), f"∂{of}/∂{by}: {jacobian}"


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs)
def test_random_programs(program: Program) -> None:
    inputs = numbers(program)
    with np.errstate(all="ignore"):
        values = program.values(inputs)
    if all(np.isfinite(v).all() for v in values.values()):
        check(gv.parse(program.text), inputs, pairs=12)


def test_an_identity_is_not_reshaped() -> None:
    graph = gv.parse("x ∈ ℝ^6; H = reshape(x, 2, 3); L = sum(H ⊙ H)")
    jacobian = graph.jacobian("H", "x")
    assert str(jacobian) == "δ[k, 3i + j − 3]"  # reshape(I, …) would not tell the size of I
    check(graph, {"x": np.arange(6.0)}, pairs=2)


@pytest.mark.parametrize("seed", range(6))
def test_long_programs(seed: int) -> None:
    program = make(random.Random(100 + seed), most=12, depth=3)  # noqa: S311
    inputs = numbers(program)
    check(gv.parse(program.text), inputs, pairs=20)
