"""Graphs made by programs, without text."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from gradviz.graph import Dag, Node, Table, compact, put, with_companions
from gradviz.messages import NamingError, ShapeError, UsageError, say
from gradviz.notation import canonical, tree
from gradviz.ops import OPERATIONS, Shape, shapes

if TYPE_CHECKING:
    from gradviz.api.graph import Graph

Number: TypeAlias = "int | float | Fraction"


class Ref:
    """A node of a graph that is being built; arithmetic on it makes further nodes.

    ``*`` and ``/`` act on entries (or scale), ``@`` is the matrix product, ``.T`` the transpose.
    """

    __slots__ = ("builder", "position")

    def __init__(self, builder: Builder, position: int) -> None:
        self.builder = builder
        self.position = position

    @property
    def shape(self) -> Shape:
        """The node's shape."""
        return self.builder.nodes[self.position].shape

    @property
    def T(self) -> Ref:  # noqa: N802 - as in NumPy
        """The transpose."""
        return self.builder.apply("transpose", self)

    def __add__(self, other: Ref | Number) -> Ref:
        return self.builder.apply("add", self, other)

    def __radd__(self, other: Number) -> Ref:
        return self.builder.apply("add", other, self)

    def __sub__(self, other: Ref | Number) -> Ref:
        return self.builder.apply("sub", self, other)

    def __rsub__(self, other: Number) -> Ref:
        return self.builder.apply("sub", other, self)

    def __mul__(self, other: Ref | Number) -> Ref:
        return self.builder.apply("mul", self, other)

    def __rmul__(self, other: Number) -> Ref:
        return self.builder.apply("mul", other, self)

    def __truediv__(self, other: Ref | Number) -> Ref:
        return self.builder.apply("div", self, other)

    def __rtruediv__(self, other: Number) -> Ref:
        return self.builder.apply("div", other, self)

    def __pow__(self, other: Ref | Number) -> Ref:
        return self.builder.apply("power", self, other)

    def __matmul__(self, other: Ref) -> Ref:
        return self.builder.apply("matmul", self, other)

    def __neg__(self) -> Ref:
        return self.builder.apply("neg", self)


class Builder:
    """Makes a graph node by node.

    Examples
    --------
    >>> import gradviz as gv
    >>> build = gv.Builder()
    >>> x, w = build.input("x"), build.input("w")
    >>> h = build.stage("h", build.apply("sigmoid", w * x))
    >>> graph = build.graph()
    >>> str(graph.gradient("w"))
    'h(1 − h) x'
    """

    def __init__(self) -> None:
        self._table = Table()
        self._names: dict[str, int] = {}
        self._facts: dict[str, tuple[tree.Domain, ...]] = {}
        self._declared: dict[str, Shape] = {}
        self._data: set[str] = set()
        self._last = ""

    @property
    def nodes(self) -> Sequence[Node]:
        """The nodes so far."""
        return self._table.nodes

    def input(self, name: str, shape: Shape = (), *, domain: tree.Domain | str = "real", data: bool = False) -> Ref:
        """An input.

        Parameters
        ----------
        name : str
            In any spelling; the same name twice gives the same input.
        shape : tuple of int or str
            Empty for a scalar; a string is a symbolic size.
        domain : tree.Domain or str
            ``"real"``, ``"binary"``, ``"onehot"``, ``"simplex"``, ``"symmetric"``, ``"orthogonal"``, or a domain with
            bounds.
        data : bool
            Whether it is data; else it is a parameter.
        """
        name = canonical(name)
        if name in self._names:
            return Ref(self, self._names[name])
        kept = shapes.canonical(shape)
        if kept != shape:
            self._declared[name] = shape
        position = self._table.put(Node("leaf", (), kept, kept, name))
        self._names[name] = position
        fact = tree.Domain(domain) if isinstance(domain, str) else domain
        if fact.kind != "real":
            self._facts[name] = (fact,)
        if data:
            self._data.add(name)
        return Ref(self, position)

    def number(self, value: Number) -> Ref:
        """A number; a float is taken as the decimal that Python prints."""
        exact = Fraction(str(value)) if isinstance(value, float) else Fraction(value)
        return Ref(self, self._table.put(Node("number", (), (), exact)))

    def constant(self, name: str) -> Ref:
        """``e`` or ``π``."""
        return Ref(self, self._table.put(Node("constant", (), (), name)))

    def apply(self, operation: str, *operands: Ref | Number, **attributes: Any) -> Ref:
        """An operation of the catalogue.

        Raises
        ------
        UsageError
            No such operation.
        ShapeError
            The operands' shapes do not fit.
        """
        op = OPERATIONS.get(operation)
        if op is None:
            raise UsageError(say("no-operation", name=operation))
        refs = [o if isinstance(o, Ref) else self.number(o) for o in operands]
        nodes = self._table.nodes
        inputs = tuple([r.position for r in refs])
        given = tuple([nodes[i].shape for i in inputs])
        try:
            shape = op.shape(given, attributes.get("attr")) if any(given) or not op.elementwise else ()
        except shapes.Misfit as misfit:
            raise ShapeError(misfit.message) from None
        return Ref(self, put(self._table, Node(operation, inputs, shape, attributes.get("attr"))))

    def add(self, *operands: Ref | Number) -> Ref:
        """A sum of any number of operands."""
        return self.apply("add", *operands)

    def stage(self, name: str, value: Ref) -> Ref:
        """Give a node a name: a stage of its own, even beside another with the same expression.

        Raises
        ------
        NamingError
            The name is taken.
        """
        name = canonical(name)
        if name in self._names:
            raise NamingError(say("name-twice", name=name))
        node = self._table.nodes[value.position]
        if node.name or not node.inputs:
            node = Node("identity", (value.position,), node.shape, None, name)
        position = self._table.put(node._replace(name=name))
        self._names[name] = position
        self._last = name
        return Ref(self, position)

    def graph(self, output: str | None = None) -> Graph:
        """The graph; it does not change when building goes on.

        Parameters
        ----------
        output : str, optional
            The stage that gradients are taken of; the last one where not given.
        """
        from gradviz.api.graph import Graph

        name = canonical(output) if output else self._last
        if name not in self._names:
            raise UsageError(say("no-such-stage", name=name or "?", known=", ".join(self._names)))
        # What became a stage was a node without a name before.
        nodes, places = compact(self._table.nodes, with_companions(self._table, self._names.values()))
        return Graph(
            Dag(
                nodes=nodes,
                names=MappingProxyType({n: places[i] for n, i in self._names.items()}),
                output=name,
                facts=dict(self._facts),
                declared=dict(self._declared),
                data=frozenset(self._data),
            )
        )


def from_sympy(expression: Any, name: str = "f") -> Graph:
    """The graph of a sympy expression.

    Parameters
    ----------
    expression : sympy.Expr
        A scalar expression; its symbols become inputs.
    name : str
        What the output is called.

    Raises
    ------
    UsageError
        The expression holds a function that gradviz has no operation for.

    Examples
    --------
    >>> import gradviz as gv
    >>> import sympy
    >>> x, y, z = sympy.symbols("x y z")
    >>> str(gv.from_sympy((x + y) * z).gradient("z"))
    'x + y'
    """
    from gradviz.api.with_sympy import from_sympy as convert

    builder = Builder()
    builder.stage(name, convert(expression, builder))
    return builder.graph()
