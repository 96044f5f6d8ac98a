"""The program's own functions: what they say, and their derivatives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gradviz.graph import Dag, build
from gradviz.graph.elaborate import Elaborator
from gradviz.graph.expression import open_call, open_calls
from gradviz.graph.making import Operand, Scope, Unsized, Value
from gradviz.graph.node import Node, Table
from gradviz.messages import GradvizError, NamingError, say
from gradviz.notation import tree, write
from gradviz.notation.walk import children
from gradviz.ops import OPERATIONS, WORDS, Shape

if TYPE_CHECKING:
    from gradviz.api.derivation import Derivation
    from gradviz.api.gradient import Gradient
    from gradviz.api.graph import Graph


@dataclass(frozen=True)
class OwnFunction:
    """A function or block of a program.

    Attributes
    ----------
    name : str
    parameters : tuple of str
    results : tuple of str
        What a block gives; for a function, the name of its value in its derivatives (``u``).
    formula : tree.Expr
        What the (first) result is, in the parameters.
    derivatives : mapping of (str, str) to Gradient
        For each result and parameter, the local derivative, written with the result's own value where that is shorter:
        a number for each entry where the function works entry by entry, else a Jacobian. Empty where nothing calls the
        function with shapes that are known.
    alone : Graph, optional
        The function as a graph of its own, from whose parameters the derivatives are.

    Examples
    --------
    >>> import gradviz as gv
    >>> swish = gv.parse("swish(v) = v σ(v); h = swish(z); L = h^2").functions["swish"]
    >>> str(swish), str(swish.derivative("v"))
    ('swish(v) = v σ(v)', 'u + σ(v)(1 − u)')
    """

    name: str
    parameters: tuple[str, ...]
    results: tuple[str, ...]
    formula: tree.Expr
    derivatives: dict[tuple[str, str], Gradient]
    alone: Graph | None = field(default=None, repr=False, compare=False)

    def derivative(self, parameter: str | None = None, result: str | None = None) -> Gradient:
        """The derivative of a result (the first one) by a parameter (the first one).

        Raises
        ------
        NamingError
            There is no such parameter or result.
        """
        key = (result or self.results[0], parameter or self.parameters[0])
        if key not in self.derivatives:
            raise NamingError(say("no-such-name", name=" ".join(key), known=", ".join(self.parameters)))
        return self.derivatives[key]

    def derivation(self, parameter: str | None = None, result: str | None = None) -> Derivation:
        """How the derivative of a result (the first one) by a parameter (the first one) comes about.

        Raises
        ------
        NamingError
            There is no such parameter or result.

        Examples
        --------
        >>> import gradviz as gv
        >>> graph = gv.parse("z ∈ ℝ^n; swish(v) = v σ(v); L = sum(swish(z))")
        >>> print(graph.functions["swish"].derivation().text())
        ∂u/∂v = σ(v) + v · ∂(σ(v))/∂v      product rule
              = σ(v) + v σ(v)(1 − σ(v))    ∂(σ(v))/∂v = σ(v)(1 − σ(v)); derivative of σ(v)
              = u + σ(v)(1 − u)            u = v σ(v)
        """
        self.derivative(parameter, result)
        assert self.alone is not None
        return self.alone.derivation(parameter or self.parameters[0], of=result or self.results[0])

    def __str__(self) -> str:
        call = tree.Call(self.name, tuple(map(tree.Name, self.parameters)))
        return write(tree.Comparison("=", call, self.formula), "unicode", WORDS)


def own_functions(graph: Graph) -> dict[str, OwnFunction]:
    """The functions and blocks of a graph's program, by name."""
    written = list(graph.dag.trees.values())
    if graph.program is not None:  # the call of a block is no stage of its own
        written += [s.value for s in graph.program.statements if isinstance(s, tree.Definition)]
    return {name: _describe(graph.dag, f, written) for name, f in graph.dag.functions.items()}


def _describe(dag: Dag, f: tree.Function, written: list[tree.Expr]) -> OwnFunction:
    parameters = tuple(p.name for p in f.parameters)
    inside = {p: tree.Name(p) for p in parameters}
    taken = {*parameters, *(n for d in f.body for n in _names(d.value))}
    value = next(n for n in ("u", "s", "r", "q", "p", "o") if n not in taken)
    results = tuple(r.name for r in f.results) if f.is_block else (value,)
    formula = open_calls(tree.Call(f.name.name, tuple(inside.values())), {f.name.name: f})
    small = _small(dag, f, value, written)
    if small is None:
        return OwnFunction(f.name.name, parameters, results, formula, {})
    derivatives = {(r, p): small.jacobian(r, p) for r in results for p in parameters}
    return OwnFunction(f.name.name, parameters, results, formula, derivatives, small)


def _small(dag: Dag, f: tree.Function, value: str, written: list[tree.Expr]) -> Graph | None:
    """The function by itself, for the arguments of its first call; of one entry where that says it all."""
    from gradviz.api.graph import Graph

    found = _called_with(dag, f, written)
    if found is None:
        return None
    call, shapes = found
    numbers: list[Shape] = [() for _ in shapes]
    if call in dag.entrywise:
        return Graph(_alone(dag, f, value, numbers))
    small = _alone(dag, f, value, shapes)
    if all(OPERATIONS[n.op].elementwise or not n.inputs for n in small.nodes):
        small = _alone(dag, f, value, numbers)  # what one entry is, all are
    return Graph(small)


def _alone(dag: Dag, f: tree.Function, value: str, shapes: list[Shape]) -> Dag:
    """The function as a program of its own."""
    real = tree.Domain("real")
    names = {n for d in f.body for n in _names(d.value)} & set(dag.names) - {p.name for p in f.parameters}
    declared = [
        *((p, s) for p, s in zip(f.parameters, shapes, strict=True)),
        *((tree.Name(n), dag.shape(n)) for n in sorted(names)),
    ]
    statements: list[tree.Statement] = [tree.Declaration((n,), shape, real) for n, shape in declared]
    statements += [g for n, g in dag.functions.items() if n != f.name.name]
    if f.is_block:
        statements += f.body
    else:
        statements.append(tree.Definition((tree.Name(value),), f.body[-1].value))
    return build(tree.Program(tuple(statements), tree.Source("")))


def _called_with(dag: Dag, f: tree.Function, written: list[tree.Expr]) -> tuple[tree.Call, list[Shape]] | None:
    """The first call of the function whose arguments have shapes that names tell, and those."""
    for e in written:
        for call in _calls(e, f.name.name, dag):
            try:
                return call, [_shape(dag, a) for a in call.arguments]
            except GradvizError:
                continue
    return None


def _shape(dag: Dag, e: tree.Expr) -> Shape:
    table = Table()
    names: dict[str, Operand] = {
        name: Value(table.put(Node("leaf", (), dag.nodes[i].shape, (), name))) for name, i in dag.names.items()
    }

    def unknown(n: tree.Name) -> Operand:
        raise NamingError(say("unknown-name", name=n.name))

    sizes = frozenset(d for n in dag.nodes for d in n.shape if isinstance(d, str))
    operand = Elaborator(table, lambda span: None, unknown).expression(
        open_calls(e, dag.functions, dag.entrywise), Scope(names, sizes)
    )
    return () if isinstance(operand, Unsized) else table.nodes[operand.node].shape


def _calls(e: tree.Expr, name: str, dag: Dag) -> Iterator[tree.Call]:
    """The calls of a function in an expression, and in what other functions say that are called there."""
    stack, seen = [e], set()
    while stack:
        here = stack.pop()
        if isinstance(here, tree.Call) and here.function == name:
            yield here
        elif isinstance(here, tree.Call) and here.function in dag.functions and here not in seen:
            seen.add(here)
            stack.append(open_call(here, dag.functions, dag.entrywise))
        stack.extend(reversed(children(here)))


def _names(e: tree.Expr) -> Iterator[str]:
    if isinstance(e, tree.Name):
        yield e.name
    for c in children(e):
        yield from _names(c)
