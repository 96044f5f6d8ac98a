"""Values, gradients and derivations together, as users meet them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradviz.api.by_formula import by_formula, finite
from gradviz.api.derivation import Derivation
from gradviz.api.gradient import Gradient
from gradviz.api.layouts import stated
from gradviz.api.naming import ByName, resolve
from gradviz.calculus.jacobian import apart
from gradviz.calculus.layout import turned_value
from gradviz.calculus.sweep import sweep
from gradviz.equality.leftover import without_leftovers
from gradviz.graph import reachable
from gradviz.messages import InputError, Message, say
from gradviz.numeric.evaluate import evaluate
from gradviz.numeric.inputs import prepare
from gradviz.numeric.limits import is_unknown, limited, unlimited
from gradviz.ops import Shape
from gradviz.ops.shapes import core, show
from gradviz.terms import extent

if TYPE_CHECKING:
    from typing import Unpack

    from gradviz.api.graph import Graph
    from gradviz.api.options import Options
    from gradviz.graph import Dag, Node
    from gradviz.render import Step


@dataclass(frozen=True)
class Manner:
    """How derivations are written: their style, whether with sizes, and the layout; see `Graph.derivation`."""

    style: str = "delta"
    sizes: bool = False
    convention: str = "shape"


def explain(
    graph: Graph, given: Mapping[str, Any], wrt: tuple[str, ...], seed: int | None, manner: Manner
) -> Explanation:
    """Compute what there are numbers for; see `Graph.explain`."""
    dag = graph.dag
    inputs, sizes = prepare(dag, given, seed)
    missing = missing_inputs(graph, inputs)
    if missing and given:
        raise InputError(say("no-numbers", missing=", ".join(missing)))
    if missing or not (inputs or not graph.inputs):
        return Explanation(graph, ByName({}), ByName({}), wrt, {}, {}, manner=manner)
    known = _computable(dag, inputs)
    if core(dag.nodes[dag.root].shape) and not wrt:
        return _values_only(graph, inputs, sizes, known, manner)
    graph.scalar_output()
    swept = sweep(dag.nodes, dag.root)
    wanted = [i for i in dag.names.values() if known[i]]
    found = _evaluated(swept.nodes, inputs, [*wanted, *swept.adjoints.values()], sizes)
    values = {i: found[i] for i in range(len(dag.nodes)) if i in found}
    if any(is_unknown(v) for v in values.values()):
        again = evaluate(dag.nodes, inputs, [i for i in values if i not in inputs], sizes, limited)
        values |= {i: unlimited(again[i], v) for i, v in values.items() if is_unknown(v) and i in again}
    gradients = {i: found[a] for i, a in swept.adjoints.items()}
    put: Mapping[int, Any] = {}
    if not all(finite(gradients[i]) for i in dag.names.values() if i in gradients):
        put = by_formula(graph, values, gradients, sizes)
        gradients.update(put)
    named_values = {n: _shaped(graph, n, values[i], sizes) for n, i in dag.names.items() if i in values}
    named_gradients = {n: _gradient(graph, n, i, gradients, sizes) for n, i in dag.names.items() if i in values}
    if manner.convention == "numerator":
        named_gradients = {n: turned_value(g, graph.shape(n)) for n, g in named_gradients.items()}
    told = tuple(n for n, i in dag.names.items() if i in put)
    return Explanation(
        graph, ByName(named_values), ByName(named_gradients), wrt, values, gradients, sizes, manner, told
    )


def _values_only(
    graph: Graph, inputs: Mapping[int, Any], sizes: Mapping[str, int], known: list[bool], manner: Manner
) -> Explanation:
    """The numbers of a graph whose output is an array: it has Jacobians, and no gradients."""
    dag = graph.dag
    values = _evaluated(dag.nodes, inputs, [i for i, k in enumerate(known) if k], sizes)
    named = {n: _shaped(graph, n, values[i], sizes) for n, i in dag.names.items() if i in values}
    return Explanation(graph, ByName(named), ByName({}), (), values, {}, sizes, manner)


def _evaluated(
    nodes: Sequence[Node], inputs: Mapping[int, Any], wanted: Sequence[int], sizes: Mapping[str, int]
) -> dict[int, Any]:
    """Values in floating point; where rounding left something of a zero, it is 0 for all that follows from it."""
    found = evaluate(nodes, inputs, wanted, sizes)
    settled = without_leftovers(nodes, found, sizes)
    return evaluate(nodes, {**inputs, **settled}, wanted, sizes) | settled if settled else found


def _computable(dag: Dag, inputs: Mapping[int, Any]) -> list[bool]:
    """Which nodes follow from the inputs that have values; the others are left out, never 0."""
    found: list[bool] = []
    for i, node in enumerate(dag.nodes):
        found.append(i in inputs if node.op == "leaf" else all(found[j] for j in node.inputs))
    return found


def missing_inputs(graph: Graph, inputs: Mapping[int, Any]) -> list[str]:
    """Inputs that the output depends on and that have no value."""
    needed = reachable(graph.dag.nodes, [graph.dag.root])
    return [n for n in graph.inputs if needed[graph.dag.names[n]] and graph.dag.names[n] not in inputs]


def _gradient(graph: Graph, name: str, position: int, gradients: Mapping[int, Any], sizes: Mapping[str, int]) -> Any:
    """A gradient in the shape of what it is the gradient of; zero where the output does not depend on it."""
    return _shaped(graph, name, gradients.get(position, 0.0), sizes)


def _shaped(graph: Graph, name: str, value: Any, sizes: Mapping[str, int]) -> Any:
    dims = tuple(extent(d, sizes) for d in graph.shape(name))
    if not dims:
        return float(value)
    return _filled(value, _numbers(core(graph.dag.nodes[graph.dag.names[name]].shape), sizes), dims)


def _filled(value: Any, inner: tuple[int, ...], dims: tuple[int, ...]) -> Any:
    """Numbers with the axes that need no index; one number may stand for all entries."""
    import numpy as np

    return np.broadcast_to(np.asarray(value, dtype=float), inner).reshape(dims).copy()


def _numbers(shape: Shape, sizes: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(extent(d, sizes) for d in shape)


def _direction(v: Any, name: str, dims: tuple[int, ...]) -> Any:
    """A direction as the sweep takes it: without axes of size one."""
    import numpy as np

    try:
        array = np.asarray(v, dtype=float)
    except (ValueError, TypeError):
        raise InputError(say("value-ragged", name=name)) from None
    if array.shape != dims:
        raise InputError(say("value-shape", name=name, shape=show(dims), given=show(array.shape)))
    inner = tuple(d for d in dims if d != 1)
    return array.reshape(inner) if inner else float(array.reshape(()))


@dataclass(frozen=True)
class Explanation:
    """A graph with its numbers.

    Attributes
    ----------
    graph : Graph
    values : mapping of str to float or array
        For every input and stage; empty where there are no numbers.
    gradients : mapping of str to float or array
        Of the output by every input and stage, each in the shape of what it is taken by.
    wrt : tuple of str
        Whose derivations are shown.
    node_values, node_gradients : mapping of int to float or array
        The same for all nodes, named or not, by position.
    sizes : mapping of str to int
        What the symbolic sizes are.
    manner : Manner
        How derivations are written.
    by_formula : tuple of str
        Names whose gradients are the values of their formulas, since the sweep in floating point gave no finite number.

    Examples
    --------
    >>> import gradviz as gv
    >>> ex = gv.parse("f = (x + y) z").explain(at="x=-2, y=5, z=-4")
    >>> ex.values["f"], ex.gradients["z"]
    (-12.0, 3.0)
    """

    graph: Graph
    values: ByName[Any]
    gradients: ByName[Any]
    wrt: tuple[str, ...]
    node_values: Mapping[int, Any]
    node_gradients: Mapping[int, Any]
    sizes: Mapping[str, int] = field(default_factory=dict)
    manner: Manner = Manner()
    by_formula: tuple[str, ...] = ()

    @cached_property
    def derivations(self) -> ByName[Derivation]:
        """The derivations asked for, by name."""
        m, of = self.manner, self.graph.derivation
        return ByName({n: of(n, style=m.style, sizes=m.sizes, convention=m.convention) for n in self.wrt})

    @cached_property
    def symbolic(self) -> ByName[Gradient]:
        """The gradients of every input and stage as expressions."""
        if self.graph.without_gradients and not self.wrt:
            return ByName({})
        return ByName({n: self.graph.gradient(n, convention=self.convention) for n in self.graph.dag.names})

    @property
    def convention(self) -> str:
        """The layout of gradients: ``shape`` or ``numerator``."""
        return self.manner.convention

    @property
    def layout(self) -> Message | None:
        """The sentence that says how gradients are laid out; None where all are scalars, and where there are none."""
        return None if self.graph.without_gradients else stated(self.graph.dag, self.convention)

    def gradient_at(self, position: int) -> Any:
        """The gradient by a node, named or not, in the layout of the page."""
        return self.as_gradient(position, self.node_gradients[position])

    def as_gradient(self, position: int, value: Any) -> Any:
        """A gradient by a node, or a part of it, in the layout of the page."""
        found = self._spread(value, position)
        return turned_value(found, self._shape(position)) if self.convention == "numerator" else found

    def value_at(self, position: int) -> Any:
        """The value of a node, named or not, in its shape."""
        return self._spread(self.node_values[position], position)

    def _shape(self, position: int) -> Shape:
        node = self.graph.dag.nodes[position]
        return self.graph.dag.declared.get(node.name, node.shape) if node.name else node.shape

    def _spread(self, value: Any, position: int) -> Any:
        """Numbers as they are kept, with all axes; one number may stand for all entries."""
        shape = self._shape(position)
        if not core(shape):
            return float(value)
        inner = core(self.graph.dag.nodes[position].shape)
        return _filled(value, _numbers(inner, self.sizes), _numbers(shape, self.sizes))

    def jacobian(self, of: str, by: str) -> Any:
        """The derivatives of the entries of a stage by those of another name, in numbers.

        Returns
        -------
        float or array
            Its axes are those of ``of``, then those of ``by``.

        Raises
        ------
        InputError
            There are no numbers here.

        Examples
        --------
        >>> import gradviz as gv
        >>> ex = gv.parse("x ∈ ℝ^2; y = [x[1] x[2], x[1]^2]; L = sum(y)").explain(at={"x": [3, 4]})
        >>> ex.jacobian("y", "x").tolist()
        [[4.0, 3.0], [6.0, 0.0]]
        """
        from gradviz.numeric.second import jacobian

        of, by = self._known(of), self._known(by)
        names = self.graph.dag.names
        found = jacobian(self.graph.dag, self.node_values, self.sizes, names[of], names[by])
        dims = (*_numbers(self.graph.shape(of), self.sizes), *_numbers(self.graph.shape(by), self.sizes))
        return found.reshape(dims) if dims else float(found)

    def hvp(self, name: str, v: Any, *, by: str | None = None) -> Any:
        """The Hessian of the output by a name, times a direction, in numbers; no Hessian is formed.

        It takes a small multiple of the time of the gradient.

        Parameters
        ----------
        name : str
            An input or a stage, of any shape.
        v : number, nested list or array
            The direction in which ``name`` moves, in its shape.
        by : str, optional
            Whose gradient is followed; ``name`` itself if not given: ``hvp("w", v, by="b")`` is how ``∂L/∂b`` changes.

        Returns
        -------
        float or array
            In the shape of ``by``.

        Raises
        ------
        InputError
            There are no numbers here, or the direction has another shape.

        Examples
        --------
        >>> import gradviz as gv
        >>> ex = gv.parse("x ∈ ℝ^2; L = x[1]^2 x[2]").explain(at={"x": [3, 4]})
        >>> ex.hvp("x", [1, 0]).tolist()
        [8.0, 6.0]
        """
        from gradviz.numeric.second import product

        name = self._known(name)
        target = name if by is None else self._known(by)
        names = self.graph.dag.names
        if target != name:
            apart(self.graph.dag, names[target], names[name])
        direction = _direction(v, name, _numbers(self.graph.shape(name), self.sizes))
        (found,) = product(self.graph.dag, self.node_values, self.sizes, names[name], direction, (names[target],))
        return _shaped(self.graph, target, found, self.sizes)

    def _known(self, name: str) -> str:
        """The canonical spelling of a name that has a value."""
        name = resolve(name, self.graph.dag.names)
        position = self.graph.dag.position(name)
        if position not in self.node_values:
            raise InputError(say("no-numbers-of", name=name))
        return name

    def text(self) -> str:
        """Everything for a terminal."""
        from gradviz.api.writers.text import write_text

        return write_text(self)

    def latex(self) -> str:
        """Everything in LaTeX, for amsmath and amssymb."""
        from gradviz.api.writers.latex import write_latex

        return write_latex(self)

    def markdown(self) -> str:
        """Everything in Markdown with LaTeX."""
        from gradviz.api.writers.markdown import write_markdown

        return write_markdown(self)

    def json(self) -> dict[str, Any]:
        """Everything as one object; the documentation lists its keys."""
        from gradviz.api.writers.json import write_json

        return write_json(self)

    def svg(self, **options: Unpack[Options]) -> str:
        """The picture as SVG; the options are those of `save`."""
        from gradviz.api.drawings.depiction import depict
        from gradviz.render import write_svg

        return write_svg(depict(self, **options).scene)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The way forward and backward: one stage, one local derivative at a time, paths added where they meet.

        Each step has its ``kind``, ``box`` (the id of a stage), ``formula`` and ``numbers`` (the sides of equations, in
        LaTeX), ``reason``, and what is known after it: ``values``, ``gradients``.

        Examples
        --------
        >>> import gradviz as gv
        >>> ex = gv.parse("q = x + y; f = q z").explain(at={"x": -2, "y": 5, "z": -4})
        >>> [(step.kind, step.box) for step in ex.steps][:5]
        [('value', 'q'), ('value', 'f'), ('start', 'f'), ('local', 'q'), ('local', 'z')]
        >>> print(ex.steps[0].reason, ex.steps[0].numbers)
        Forward: q is computed from x, y. ('-2 + 5', '3')
        """
        from gradviz.api.drawings.steps import steps

        return steps(self)

    def save(self, path: str | Path, **options: Unpack[Options]) -> None:
        """Write a picture or a text; the extension chooses the writer.

        Parameters
        ----------
        path : str or Path
            ``.svg``, ``.png``, ``.pdf``, ``.dot`` for pictures, ``.pptx`` for slides, ``.tex`` for slides in LaTeX,
            ``.html`` for a page; ``.txt``, ``.md``, ``.json`` for texts. With ``{n}`` in its name
            (``steps/step-{n:02}.svg``), a file for each step.
        **options
            How a picture is to look: ``view``, ``show``, ``open``, ``theme``, ``direction``, ``digits``, ``fractions``,
            ``legend``, ``size``, ``limit``, ``boxes``; see `gradviz.render.Style`. And what of it is shown: ``step``
            alone, counted from 1; with ``steps``, one after the other (an SVG that moves, a PDF with a page for
            each). ``dpi``: dots per inch of PNG.

        Raises
        ------
        UsageError
            No such writer, option or step, a graph that cannot be drawn in this view, or the file cannot be written;
            what was there is left as it was.
        """
        from gradviz.api.drawings.depiction import depict
        from gradviz.api.files import save

        save(depict(self, **options), Path(path))

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<explanation of {self.graph!r}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        from gradviz.api.drawings.depiction import Depiction
        from gradviz.api.notebook import bundle

        return bundle(self.text(), Depiction(self).whole)
