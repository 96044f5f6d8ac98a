"""The same problems for gradviz, CasADi and sympy, each made by its own means."""

from __future__ import annotations

from typing import Any

import casadi
import sympy

import gradviz as gv
from gradviz.calculus.sweep import Sweep, sweep

WIDTH = 50


def gradients(graph: gv.Graph) -> Sweep:
    """All gradients of a graph."""
    return sweep(graph.dag.nodes, graph.dag.root)


# A chain of n layers s = σ(wᵢ s) --------------------------------------------------------------


def chain(layers: int) -> gv.Graph:
    """The chain by `gv.Builder`."""
    build = gv.Builder()
    s = build.input("x", data=True)
    for i in range(layers):
        s = build.apply("sigmoid", build.input(f"w{i}") * s)
    build.stage("L", s)
    return build.graph()


def chain_text(layers: int) -> str:
    """The chain as a program."""
    names = ", ".join(f"w{i}" for i in range(1, layers + 1))
    lines = [f"s0, {names} ∈ ℝ", *(f"s{i} = σ(w{i} s{i - 1})" for i in range(1, layers + 1))]
    return "\n".join(lines)


def shared_text(layers: int) -> str:
    """A chain in which all layers have one weight, as a program."""
    return "\n".join(["s0, w ∈ ℝ", *(f"s{i} = σ(w s{i - 1})" for i in range(1, layers + 1))])


def recurrent_text(steps: int) -> str:
    """A recurrent net with one weight matrix for all time steps, sizes as symbols, as a program."""
    inputs = "; ".join(f"x{n} ∈ ℝ^k" for n in range(1, steps + 1))
    stages = [f"h{n} = tanh(W h{n - 1} + U x{n} + b)" for n in range(1, steps + 1)]
    return "\n".join(["W ∈ ℝ^{d×d}; U ∈ ℝ^{d×k}; b, h0, v ∈ ℝ^d", inputs, *stages, f"L = vᵀ h{steps}"])


def casadi_chain(kind: Any, layers: int) -> tuple[Any, Any, list[Any]]:
    """Value, gradient of all parameters in one reverse sweep, and inputs."""
    s = x = kind.sym("x")
    parameters = []
    for i in range(layers):
        w = kind.sym(f"w{i}")
        parameters.append(w)
        s = _casadi_sigmoid(w * s)
    return s, _reverse(s, parameters), [x, *parameters]


def sympy_chain(layers: int) -> list[Any]:
    """The gradients by `sympy.diff`."""
    s: Any = sympy.Symbol("x")
    parameters = sympy.symbols(f"w0:{layers}")
    for w in parameters:
        s = 1 / (1 + sympy.exp(-w * s))
    return [sympy.diff(s, w) for w in parameters]


# A net of 50 inputs, 50 hidden neurons and one output, written out in scalars -------------------


def net(width: int = WIDTH) -> gv.Graph:
    """The net with binary cross-entropy by `gv.Builder`."""
    build = gv.Builder()
    x = [build.input(f"x{i}", data=True) for i in range(width)]
    y = build.input("y", domain="binary", data=True)
    hidden = []
    for j in range(width):
        products = [build.input(f"w{j * width + i}") * x[i] for i in range(width)]
        hidden.append(build.apply("sigmoid", build.add(*products, build.input(f"b{j}"))))
    products = [build.input(f"v{j}") * h for j, h in enumerate(hidden)]
    p = build.apply("sigmoid", build.add(*products, build.input("c")))
    build.stage("L", -(y * build.apply("ln", p) + (1 - y) * build.apply("ln", 1 - p)))
    return build.graph()


def casadi_net(kind: Any, width: int = WIDTH) -> tuple[Any, Any, list[Any]]:
    """Value, gradient of all parameters in one reverse sweep, and inputs."""
    x = [kind.sym(f"x{i}") for i in range(width)]
    y = kind.sym("y")
    parameters = []
    hidden = []
    for j in range(width):
        b = total = kind.sym(f"b{j}")
        parameters.append(b)
        for i in range(width):
            w = kind.sym(f"w{j * width + i}")
            parameters.append(w)
            total = total + w * x[i]
        hidden.append(_casadi_sigmoid(total))
    c = total = kind.sym("c")
    parameters.append(c)
    for j, h in enumerate(hidden):
        v = kind.sym(f"v{j}")
        parameters.append(v)
        total = total + v * h
    p = _casadi_sigmoid(total)
    loss = -(y * casadi.log(p) + (1 - y) * casadi.log(1 - p))
    return loss, _reverse(loss, parameters), [*x, y, *parameters]


def _casadi_sigmoid(v: Any) -> Any:
    return 1 / (1 + casadi.exp(-v))


def _reverse(value: Any, parameters: list[Any]) -> list[Any]:
    """The gradients; MX asks for a function where the parameters are symbols of their own."""
    if isinstance(value, casadi.SX):
        return [casadi.gradient(value, casadi.vertcat(*parameters))]
    (adjoints,) = casadi.reverse([value], parameters, [[casadi.MX(1)]])
    return list(adjoints)


# Operations -----------------------------------------------------------------------------------

_NO_OPERATION = frozenset({"leaf", "number", "constant", "size", "ones", "eye"})
_CASADI_NO_OPERATION = frozenset(
    {casadi.OP_INPUT, casadi.OP_OUTPUT, casadi.OP_CONST, casadi.OP_PARAMETER, casadi.OP_VERTCAT}
)


def operations(graph: gv.Graph, *, sigmoid: int = 1) -> int:
    """Distinct operations in the gradients of all parameters together, forward ones included.

    A sum of n counts n − 1.

    Parameters
    ----------
    graph : gv.Graph
    sigmoid : int
        What σ counts; CasADi has none, and takes four operations for it.
    """
    swept = gradients(graph)
    dag = graph.dag
    roots = [swept.adjoints[i] for n, i in dag.names.items() if dag.role(i) == "parameter"]
    needed = set()
    stack = roots
    while stack:
        position = stack.pop()
        if position not in needed:
            needed.add(position)
            stack.extend(swept.nodes[position].inputs)
    total = 0
    for position in needed:
        node = swept.nodes[position]
        if node.op not in _NO_OPERATION:
            total += len(node.inputs) - 1 if node.op == "add" else sigmoid if node.op == "sigmoid" else 1
    return total


def casadi_operations(problem: tuple[Any, Any, list[Any]]) -> int:
    """The same of CasADi's gradient: instructions without inputs, outputs and numbers."""
    _value, found, inputs = problem
    function = casadi.Function("gradient", inputs, found)
    ids = [function.instruction_id(i) for i in range(function.n_instructions())]
    return sum(1 for i in ids if i not in _CASADI_NO_OPERATION)
