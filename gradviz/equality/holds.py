"""Are two expressions equal? By their values at points of the declared domains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gradviz.equality.points import Point, Ways, draw
from gradviz.equality.tolerant import tolerant
from gradviz.graph.dag import Dag
from gradviz.graph.elaborate import Elaborator
from gradviz.graph.expression import open_calls
from gradviz.graph.making import Scope, Unsized, Value
from gradviz.graph.node import Node, Table
from gradviz.graph.ones import read_with_sizes
from gradviz.messages import GradvizError, NamingError, say
from gradviz.notation import tree
from gradviz.notation.walk import within
from gradviz.numeric.evaluate import Plan
from gradviz.ops import Shape
from gradviz.terms import Dim, extent

TOLERANCE = 1e-7


def points(dag: Dag, count: int = 3) -> list[Point]:
    """Points of a graph's domains, the same each time.

    Returns fewer, perhaps none, where the graph has no finite value at what was tried.
    """
    ways = Ways(dag)
    found = (draw(ways) for _ in range(count))
    return [p for p in found if p is not None]


def close(left: Any, right: Any) -> bool:
    """Whether two values agree to what float64 can tell, whichever of them is broadcast.

    Examples
    --------
    >>> close(1.0, 1.0 + 1e-12), close(1.0, 1.1)
    (True, False)
    """
    if isinstance(left, float | int) and isinstance(right, float | int):
        return bool(abs(left - right) <= TOLERANCE * (1 + max(abs(left), abs(right))))
    import numpy as np

    if type(left) is type(right) is np.ndarray and left.shape == right.shape and left.dtype == right.dtype == float:
        apart = (left - right).ravel()
        if apart.dot(apart) <= TOLERANCE * TOLERANCE:
            return True
    a, b = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    if a.shape != b.shape:
        a, b = np.squeeze(a), np.squeeze(b)
        if a.shape != b.shape and a.ndim and b.ndim:
            return False
        a, b = np.broadcast_arrays(a, b)
    scale = 1 + max(float(np.abs(a).max(initial=0)), float(np.abs(b).max(initial=0)))
    return bool((np.abs(a - b) <= TOLERANCE * scale).all())


def value_of(
    e: tree.Expr,
    point: Point,
    adjoints: Sequence[tuple[str, int]] = (),
    letters: Mapping[str, Dim] | None = None,
    shape: Shape = (),
    given: Mapping[str, tuple[Shape, Any]] | None = None,
) -> tuple[Any, Shape]:
    """The value of an expression over a graph's names at a point, and its shape.

    Parameters
    ----------
    e : tree.Expr
        It may use the names of the graph and of the given adjoints.
    point : Point
    adjoints : sequence of (str, int)
        Printed names of adjoints (``δ₂``, ``∂L/∂h₁``) and the nodes they belong to.
    letters : mapping of str to size, optional
        Indices that the expression, which is then one entry, is written with; they become the axes of the value,
        in their order. ``δ`` is Kronecker's, unless the graph has a name δ.
    shape : Shape, optional
        What is taken where the expression does not tell its size: ``2 I``.
    given : mapping of str to (Shape, value), optional
        Values of other names.

    Raises
    ------
    GradvizError
        The expression's shapes do not fit, or it uses other names.
    """
    return Reading(e, point, adjoints, letters, shape, given).at(point)


class Reading:
    """An expression over a graph's names, made into nodes once and computed at many points of the graph.

    Parameters and errors are those of `value_of`; any one point tells which names have values.
    """

    def __init__(
        self,
        e: tree.Expr,
        point: Point,
        adjoints: Iterable[tuple[str, int]] = (),
        letters: Mapping[str, Dim] | None = None,
        shape: Shape = (),
        given: Mapping[str, tuple[Shape, Any]] | None = None,
    ) -> None:
        dag = point.dag
        e = open_calls(e, dag.functions, dag.entrywise)
        self.table = Table()
        self.letters = letters
        self.values: list[tuple[int, int]] = []
        self.adjoints: list[tuple[int, int]] = []
        names: dict[str, Any] = {}
        for name in names_in(e):
            position = dag.names.get(name, -1)
            if position in point.values:
                leaf = self.table.put(Node("leaf", (), dag.nodes[position].shape, (), name))
                names[name] = Value(leaf)
                self.values.append((leaf, position))
        for name, position in adjoints:
            leaf = self.table.put(Node("leaf", (), dag.nodes[position].shape, (), name))
            names[name] = Value(leaf)
            self.adjoints.append((leaf, position))
        self.given: dict[int, Any] = {}
        for name, (axes, value) in (given or {}).items():
            leaf = self.table.put(Node("leaf", (), axes, (), name))
            names[name] = Value(leaf)
            self.given[leaf] = value
        elaborator = Elaborator(self.table, lambda span: None, _unknown)
        # Kronecker's: in a sum too, where the expression is no entry itself.
        names.setdefault("δ", Unsized("eye"))
        elaborator.label_sizes.update(letters or {})
        elaborator.expected = [shape] if shape else []
        elaborator.zero_beside = True
        scope = Scope(names, dag.sizes, labels={i: i for i in letters or ()})
        operand = read_with_sizes(elaborator.expression, e, shape, self.table, scope, _unknown)
        result = elaborator.sized(operand, shape, e) if isinstance(operand, Unsized) else operand
        self.result = elaborator.align(result, tuple(letters)) if letters else result.node
        self.plan = Plan(self.table.nodes, [self.result])

    def at(self, point: Point) -> tuple[Any, Shape]:
        """The value at a point, and its shape."""
        values = {**self.given, **{leaf: point.values[position] for leaf, position in self.values}}
        values.update((leaf, point.adjoints[position]) for leaf, position in self.adjoints)
        found = self.plan.run(values, point.sizes, tolerant)[self.result]
        if not self.letters:
            return found, self.table.nodes[self.result].shape
        import numpy as np

        dims = tuple(extent(d, point.sizes) for d in self.letters.values())
        return np.broadcast_to(found, dims), tuple(self.letters.values())


def _unknown(n: tree.Name) -> Any:
    raise NamingError(say("unknown-name", name=n.name))


def names_in(e: tree.Expr) -> set[str]:
    """All names in an expression; constants are none.

    Examples
    --------
    >>> names_in(tree.Transpose(tree.Name("W")))
    {'W'}
    """
    return {x.name for x in within(e) if type(x) is tree.Name}


def holds(dag: Dag, left: tree.Expr, right: tree.Expr, count: int = 3) -> bool | None:
    """Whether two expressions over a graph's names have the same values.

    Parameters
    ----------
    dag : Dag
        Its facts say where its inputs lie; stages are computed.
    left, right : tree.Expr
    count : int
        How many points to look at.

    Returns
    -------
    bool or None
        None where no point could be found at which the graph is finite.

    Examples
    --------
    >>> from gradviz.graph import build
    >>> from gradviz.notation import read_program, read_expression
    >>> from gradviz.ops import WORDS
    >>> dag = build(read_program("h = σ(z)", WORDS))
    >>> read = lambda text: read_expression(text, WORDS, dag.names)
    >>> holds(dag, read("h (1 - h)"), read("e^z/(1 + e^z)^2")), holds(dag, read("h"), read("z"))
    (True, False)
    """
    found = points(dag, count)
    if not found:
        return None
    for point in found:
        try:
            if not close(value_of(left, point)[0], value_of(right, point)[0]):
                return False
        except GradvizError:
            return False
    return True
