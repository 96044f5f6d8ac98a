"""What has to agree: numbers, what autograd gives, printed gradients read back, derivations."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from autograd import grad

import gradviz as gv
from gradviz.equality import Point, value_of
from gradviz.notation import read_expression, tree, write
from gradviz.ops import WORDS
from gradviz.ops.shapes import canonical, core
from gradviz.terms import extent, size_names
from tests.strategies import Program


def numbers(program: Program, seed: int = 0, low: float = -1.3, high: float = 1.3) -> dict[str, Any]:
    """Inputs at random."""
    rng = np.random.default_rng(seed)
    return {
        n: rng.uniform(low, high, s) if s else np.float64(rng.uniform(low, high)) for n, s in program.inputs.items()
    }


def same(found: Any, wanted: Any, tolerance: float = 1e-7) -> bool:
    found, wanted = np.asarray(found, float), np.asarray(wanted, float)
    scale = tolerance * (1 + np.abs(wanted).max(initial=0))
    return found.shape == wanted.shape and bool((np.abs(found - wanted) <= scale).all())


def point_at(graph: gv.Graph, inputs: dict[str, Any], sizes: dict[str, int] | None = None) -> Point:
    """The graph with all its numbers, for reading expressions."""
    values = {}
    for n in graph.inputs:
        v = np.asarray(inputs[n], float)
        v = v.reshape([d for d in v.shape if d != 1])
        values[graph.dag.names[n]] = v if v.shape else float(v)
    return Point(graph.dag, values, sizes or {})


def read_back(graph: gv.Graph, gradient: gv.Gradient, style: str, point: Point) -> Any:
    """The value of a printed gradient, in the shape of what it is the gradient of."""
    text = write(gradient.expr, style, WORDS)
    adjoints = adjoint_names(graph)
    sizes = set(size_names(d for n in graph.dag.nodes for d in n.shape))
    known = {*graph.dag.names, *adjoints, "δ"}
    e = read_expression(text, WORDS, known, bound=gradient.letters, sizes=sizes)
    wanted = canonical(gradient.shape)
    letters = dict(zip(gradient.letters, core(wanted), strict=True)) if gradient.letters else None
    value, shape = value_of(e, point, list(adjoints.items()), letters, wanted)
    dims = tuple(extent(d, point.sizes) for d in gradient.shape)
    if text == "0":  # zero is written so, whatever its shape
        return np.zeros(dims)
    wanted = core(wanted) if letters else wanted
    assert shape == wanted, f"{text}: {shape}, not {wanted}"
    return np.asarray(value, float).reshape(dims)


def adjoint_names(graph: gv.Graph) -> dict[str, int]:
    """What adjoints may be called in a printed gradient."""
    gradients = graph.gradients
    nodes = (*gradients.links.consumers, graph.dag.root)
    names = {i: gradients.adjoint_name(i) for i in nodes if graph.dag.nodes[i].op != "constant"}
    return {e.name if isinstance(e, tree.Name) else write(e, "unicode", WORDS): i for i, e in names.items()}


def by_autograd(program: Program, name: str, inputs: dict[str, Any], value: Any) -> Any:
    """The gradient as HIPS autograd has it."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.filterwarnings("ignore", "Output seems independent of input")
        return grad(program.after(name, inputs))(np.asarray(value, float))


def by_differences(program: Program, name: str, inputs: dict[str, Any], value: Any) -> Any:
    """The gradient as central differences have it."""
    output = program.after(name, inputs)
    at = np.asarray(value, float)
    found = np.zeros(at.shape)
    for place in np.ndindex(at.shape):
        step = np.zeros(at.shape)
        step[place] = 1e-5
        found[place] = (output(at + step) - output(at - step)) / 2e-5
    return found


def check(program: Program, inputs: dict[str, Any] | None = None, *, derivations: bool = True) -> None:
    """Hold everything that gradviz says of a program against NumPy and autograd."""
    inputs = numbers(program) if inputs is None else inputs
    with np.errstate(all="ignore"):
        values = program.values(inputs)
    if not all(np.isfinite(v).all() for v in values.values()):
        return
    graph = gv.parse(program.text)
    ex = graph.explain(at=inputs)
    assert dict(ex.values).keys() == values.keys()
    for name, value in values.items():
        assert same(ex.values[name], value), f"value of {name}: {ex.values[name]}, not {value}"
    point = point_at(graph, inputs)
    for name, value in values.items():
        wanted = by_autograd(program, name, inputs, value)
        if not np.isfinite(wanted).all():
            continue
        assert same(ex.gradients[name], wanted), f"∂/∂{name}: {ex.gradients[name]}, not {wanted}"
        for form in ("best", "later"):
            gradient = graph.gradient(name, form=form)
            for style in ("unicode", "ascii", "latex"):
                back = read_back(graph, gradient, style, point)
                text = write(gradient.expr, style, WORDS)
                assert same(back, wanted, 1e-6), f"∂/∂{name}: {text}: {back}, not {wanted}"
        if derivations:
            graph.derivation(name, strict=True)
