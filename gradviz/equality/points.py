"""Points to compare expressions at: inputs drawn on their domains, everything else computed through the graph."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gradviz import terms as t
from gradviz.calculus.links import Pull
from gradviz.calculus.sweep import sweep
from gradviz.equality.tolerant import tolerant
from gradviz.graph.dag import Dag
from gradviz.notation import tree
from gradviz.numeric.evaluate import Plan, evaluate, follow, is_scalar
from gradviz.ops import scalars
from gradviz.ops.shapes import core

_TRIES = 12
_SEED = 1009
_SIZE_TRIES = 400


class Ways:
    """How to draw inputs of a graph, and to compute its values and adjoints from them, for any number of points.

    Parameters
    ----------
    dag : Dag
    sizes : mapping of str to int, optional
        Numbers for symbolic sizes; different ones where not given.
    thin : bool
        Draw matrices whose entries are the smaller the more there are in a row, so that sums of many stay small.
    """

    def __init__(self, dag: Dag, sizes: Mapping[str, int] | None = None, *, thin: bool = False) -> None:
        self.dag = dag
        self.sizes = sizes_of(dag) if sizes is None else sizes
        self.thin = thin
        self.scalar = is_scalar(dag.nodes)
        self.rows = rows_of(dag, self.sizes)
        self.generator = _generator(_SEED, scalar=self.scalar)
        self.swept = sweep(dag.nodes, dag.root)
        # Derivatives may speak of stages that do not lead to the output: p = softmax(z) beside a loss of z.
        self.values = Plan(dag.nodes, [dag.root, *dag.names.values()])
        self.adjoints = Plan(self.swept.nodes, self.swept.adjoints.values(), self.values.positions)


@dataclass(frozen=True)
class Point:
    """Numbers for all nodes of a graph and for their adjoints.

    Parameters
    ----------
    dag : Dag
    inputs : mapping of int to number or array
        What was drawn.
    sizes : mapping of str to int
        Symbolic sizes, all different.
    ways : Ways, optional
        Where the inputs have values, and only they.
    """

    dag: Dag
    inputs: Mapping[int, Any]
    sizes: Mapping[str, int]
    ways: Ways | None = None

    @cached_property
    def values(self) -> dict[int, Any]:
        """Values of all nodes that the output or another stage depends on, and of the inputs."""
        if self.ways:
            return self.ways.values.run(self.inputs, self.sizes)
        return evaluate(self.dag.nodes, self.inputs, [self.dag.root, *self.inputs], self.sizes)

    @cached_property
    def adjoints(self) -> dict[int, Any]:
        """Adjoints of the same nodes, by the reverse sweep."""
        if self.ways:
            swept = self.ways.swept
            found = self.ways.adjoints.run(self.values, self.sizes)
        else:
            swept = sweep(self.dag.nodes, self.dag.root)
            found = evaluate(swept.nodes, self.values, swept.adjoints.values(), self.sizes)
        return {i: _spread(found[a], self.values[i]) for i, a in swept.adjoints.items()}

    @cached_property
    def library(self) -> Any:
        """What numbers are computed with here."""
        if is_scalar(self.dag.nodes):
            return scalars
        from gradviz.numeric.arrays import ARRAYS

        return ARRAYS

    def pulled(self, pull: Pull, adjoint: Any) -> Any:
        """What a pullback makes of an adjoint."""
        return pulled_at([self], pull, [adjoint])[0]

    def operands(self, pull: Pull) -> list[Any]:
        """The values that a pullback asks for; what does not lead to the output is computed when one does."""
        missing = [n for n in pull.operands if n not in self.values]
        if missing:
            self.values.update(evaluate(self.dag.nodes, self.values, missing, self.sizes))
        return [self.values[n] for n in pull.operands]


def pulled_at(points: Sequence[Point], pull: Pull, adjoints: Sequence[Any]) -> list[Any]:
    """What a pullback makes of an adjoint at each point of a graph; see `Point.pulled`."""
    library = tolerant(points[0].library)
    pairs = [(p.operands(pull), p.sizes, adjoint) for p, adjoint in zip(points, adjoints, strict=True)]
    if library.library is scalars:
        return [follow(pull.recipe, operands, sizes, library, adjoint=adjoint) for operands, sizes, adjoint in pairs]
    import numpy as np

    with np.errstate(all="ignore"):
        return [follow(pull.recipe, operands, sizes, library, adjoint=adjoint) for operands, sizes, adjoint in pairs]


def draw(ways: Ways) -> Point | None:
    """Another point where every node of a graph is a finite number; None where none was found."""
    for attempt in range(_TRIES):
        point = Point(ways.dag, _inputs(ways, attempt), ways.sizes, ways)
        if _finite([point.values[i] for i in ways.swept.adjoints]) and _finite(list(point.adjoints.values())):
            return point
    return None


def _generator(seed: int, *, scalar: bool) -> Any:
    if scalar:
        return random.Random(seed)  # noqa: S311 - a guard, not a secret
    import numpy as np

    return np.random.default_rng(seed)


def _inputs(ways: Ways, attempt: int) -> dict[int, Any]:
    # The first tries look on both sides of zero; then logarithms and roots get their way.
    low, high = ((-1.5, 1.5), (0.15, 1.4), (0.3, 0.9))[attempt % 3]
    dag, generator = ways.dag, ways.generator
    inputs: dict[int, Any] = {}
    for name in dag.leaves:
        position = dag.names[name]
        facts = dag.facts.get(name, ())
        if ways.scalar:
            inputs[position] = _scalar(facts, generator, low, high)
            continue
        shape = tuple([t.extent(d, ways.sizes) for d in core(dag.nodes[position].shape)])
        if position in ways.rows:
            inputs[position] = generator.integers(1, ways.rows[position] + 1, shape).astype(float)
        else:
            made = _array(facts, shape, generator, low, high)
            thin = ways.thin and len(shape) > 1 and not facts
            inputs[position] = made / math.sqrt(max(shape)) if thin else made
    return inputs


def rows_of(dag: Dag, sizes: Mapping[str, int]) -> dict[int, int]:
    """For the inputs that choose rows: how many there are to choose from."""
    choices = [node.inputs for node in reversed(dag.nodes) if node.op == "gather"]
    return {chooser: t.extent(dag.nodes[table].shape[0], sizes) for table, chooser, *_ in choices}


def sizes_of(dag: Dag, least: int = 2) -> dict[str, int]:
    """Different numbers for different sizes, none of them a size that is declared; computed sizes are sizes too."""
    symbols = t.size_names(d for n in dag.nodes for d in n.shape)
    taken = {d for n in dag.nodes for d in n.shape if isinstance(d, int)}
    free = (n for n in range(least, 1000) if n not in taken)
    summed = _summed_in_inverses(dag)
    sizes = {s: next(free) for s in sorted(symbols, key=lambda s: s in summed)}
    sizes = {s: sizes[s] for s in symbols}
    computed = dict.fromkeys(d for n in dag.nodes for d in n.shape if isinstance(d, t.Extent))
    if computed:
        generator = random.Random(len(symbols))  # noqa: S311 - a guard, not a secret
        pool = [n for n in range(2, 12 + 3 * len(symbols)) if n not in taken]
        for _ in range(_SIZE_TRIES):
            if all(t.extent(d, sizes) >= 1 for d in computed):
                break
            sizes = dict(zip(symbols, generator.sample(pool, len(symbols)), strict=True))
    return sizes


def _summed_in_inverses(dag: Dag) -> set[object]:
    """Sizes that have to be among the larger ones, so that ``(XᵀX)⁻¹`` and ``ln det(XᵀX)`` are there."""
    stack = [j for n in dag.nodes if n.op in {"inv", "det", "logdet"} for j in n.inputs]
    inner: set[object] = set()
    outer = {d for j in stack for d in dag.nodes[j].shape}
    while stack:
        node = dag.nodes[stack.pop()]
        if node.op == "matmul":
            inner.update(dag.nodes[node.inputs[0]].shape[-1:])
        if node.op in {"matmul", "transpose", "identity"}:
            stack += node.inputs
    return inner - outer


def _interval(facts: tuple[tree.Domain, ...], low: float, high: float) -> tuple[float, float]:
    for d in facts:
        if d.kind == "interval":
            bottom = None if d.low is None else float(d.low)
            top = None if d.high is None else float(d.high)
            if bottom is not None and top is not None:
                return bottom + 0.1 * (top - bottom), top - 0.1 * (top - bottom)
            if bottom is not None:
                return bottom + 0.2, bottom + 1.7
            if top is not None:
                return top - 1.7, top - 0.2
    return low, high


def _scalar(facts: tuple[tree.Domain, ...], generator: Any, low: float, high: float) -> float:
    kinds = {d.kind: d for d in facts}
    if "binary" in kinds or "onehot" in kinds:
        return float(generator.randrange(2))
    if "set" in kinds:
        return float(generator.choice(kinds["set"].members))
    if "simplex" in kinds:
        return 1.0
    return float(generator.uniform(*_interval(facts, low, high)))


def _array(facts: tuple[tree.Domain, ...], shape: tuple[int, ...], generator: Any, low: float, high: float) -> Any:
    import numpy as np

    kinds = {d.kind: d for d in facts}
    if "binary" in kinds:
        array = generator.integers(0, 2, shape).astype(float)
    elif "set" in kinds:
        array = generator.choice([float(m) for m in kinds["set"].members], shape)
    elif "onehot" in kinds and shape:
        array = np.eye(shape[-1])[generator.integers(0, shape[-1], shape[:-1])]
    elif "simplex" in kinds and shape:
        array = generator.uniform(0.2, 1.0, shape)
        array = array / array.sum(axis=-1, keepdims=True)
    elif "orthogonal" in kinds:
        array = np.linalg.qr(generator.standard_normal(shape))[0]
    else:
        low, high = _interval(facts, low, high)
        array = low + (high - low) * generator.random(shape)
        if "symmetric" in kinds:
            array = (array + array.T) / 2
    return array if shape else float(array)


def _spread(adjoint: Any, value: Any) -> Any:
    """An adjoint with the axes of its node: the sweep gives zero as one number."""
    shape = getattr(value, "shape", ())
    if getattr(adjoint, "shape", ()) == shape:
        return adjoint
    import numpy as np

    return np.broadcast_to(adjoint, shape)


def _finite(values: list[Any]) -> bool:
    """Whether there are only finite numbers in values."""
    for v in values:
        if isinstance(v, float | int):
            if not math.isfinite(v):
                return False
        else:
            flat = v.ravel()
            if not math.isfinite(flat.dot(flat)) and not all(map(math.isfinite, flat)):
                return False
    return True
