"""Values of nodes in numbers: plain Python where all are scalars, NumPy where one is an array.

Arrays have no axes of size one here: a row and a column are both one axis.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, TypeAlias

from gradviz.calculus.lower import Recipe, lower
from gradviz.graph.node import Node
from gradviz.messages import InputError, say
from gradviz.ops import OPERATIONS, Shape, scalars
from gradviz.ops.entry import operand, plain
from gradviz.ops.entry import read as read_at
from gradviz.ops.formula import entry_formula
from gradviz.ops.placed import spatial, window_places
from gradviz.ops.shapes import core
from gradviz.terms import extent

CONSTANTS = {"e": math.e, "π": math.pi}


def is_scalar(nodes: Iterable[Node]) -> bool:
    """Whether no node is an array.

    Examples
    --------
    >>> is_scalar([Node("leaf", (), ())])
    True
    """
    return not any(core(n.shape) for n in nodes)


def evaluate(
    nodes: Sequence[Node],
    values: Mapping[int, Any],
    wanted: Iterable[int],
    sizes: Mapping[str, int],
    adapt: Callable[[Any], Any] = lambda library: library,
) -> dict[int, Any]:
    """Values of the nodes that the wanted ones depend on.

    Parameters
    ----------
    nodes : sequence of Node
        In topological order.
    values : mapping of int to number or array
        For inputs; a value for another node is taken as it is, and nothing is computed for it.
    wanted : iterable of int
        Positions.
    sizes : mapping of str to int
        Symbolic sizes.
    adapt : callable
        What to make of the library that computes; nothing where not given.

    Raises
    ------
    InputError
        An input that is needed has no value.

    Examples
    --------
    >>> nodes = [Node("leaf", (), (), (), "x"), Node("mul", (0, 0), ())]
    >>> evaluate(nodes, {0: 3.0}, [1], {})[1]
    9.0
    """
    return Plan(nodes, wanted, values).run(values, sizes, adapt)


_Step: TypeAlias = tuple[int, Node, tuple[Shape, ...], Callable[..., Any] | None, bool, bool]
"""Where a node stands, it, the shapes of its operands, what computes it from them alone if anything does; whether it is
a single number, and whether it is made of single numbers, entry by entry."""


def _step(nodes: Sequence[Node], position: int) -> _Step:
    node = nodes[position]
    shapes = tuple([nodes[j].shape for j in node.inputs])
    number = not (node.shape and core(node.shape))
    value, by_entries = _value(node.op)
    return position, node, shapes, value, number, number and by_entries and not any(shapes)


@cache
def _value(op: str) -> tuple[Callable[..., Any] | None, bool]:
    """What computes an operation from its operands alone, if anything does; and whether it does so entry by entry."""
    if op in _SPECIAL or op in {"leaf", "max_pool"}:
        return None, False
    known = OPERATIONS[op]
    return known.value, known.value is not None and known.elementwise


class Plan:
    """What has to be computed for some nodes, to be run with many values.

    Parameters
    ----------
    nodes : sequence of Node
        In topological order.
    wanted : iterable of int
        Positions.
    known : container of int
        Nodes that will have values: what only they depend on is not computed.
    """

    def __init__(self, nodes: Sequence[Node], wanted: Iterable[int], known: Container[int] = ()) -> None:
        needed = set(wanted)
        stack = [i for i in needed if i not in known]
        while stack:
            new = [j for j in nodes[stack.pop()].inputs if j not in needed]
            needed.update(new)
            stack += [j for j in new if j not in known]
        given = sorted([i for i in needed if i in known or nodes[i].op == "leaf"])
        self.given = [(i, not core(nodes[i].shape)) for i in given]
        self.leaves = {i: nodes[i].name for i in given if nodes[i].op == "leaf"}
        self.steps = [_step(nodes, i) for i in sorted(needed.difference(given))]
        self.scalar = all(number for _, number in self.given) and all(step[4] for step in self.steps)

    @property
    def positions(self) -> set[int]:
        """The nodes that get values."""
        return {i for i, _ in self.given} | {step[0] for step in self.steps}

    def run(
        self, values: Mapping[int, Any], sizes: Mapping[str, int], adapt: Callable[[Any], Any] = lambda library: library
    ) -> dict[int, Any]:
        """The values; see `evaluate`."""
        return self.run_all([values], sizes, adapt)[0]

    def run_all(
        self,
        many: Sequence[Mapping[int, Any]],
        sizes: Mapping[str, int],
        adapt: Callable[[Any], Any] = lambda library: library,
    ) -> list[dict[int, Any]]:
        """The values at each of many points, whose sizes are the same."""
        numbers = adapt(scalars)
        if self.scalar:
            return [self._run(values, sizes, numbers, numbers) for values in many]
        import numpy as np

        from gradviz.numeric.arrays import ARRAYS

        library = adapt(ARRAYS)
        with np.errstate(all="ignore"):
            return [self._run(values, sizes, library, numbers) for values in many]

    def _run(self, values: Mapping[int, Any], sizes: Mapping[str, int], library: Any, numbers: Any) -> dict[int, Any]:
        result: dict[int, Any] = {}
        plain = True
        for i, number in self.given:
            if i not in values:
                raise InputError(say("no-value", name=self.leaves[i]))
            found = values[i]
            if number and type(found) not in _NUMBERS:
                found = _number(found)
                plain = plain and type(found) in _NUMBERS
            result[i] = found
        for i, node, shapes, value, number, by_entries in self.steps:
            operands = [result[j] for j in node.inputs]
            if value is None:
                found = operation(library, node.op, node.attr, node.shape, shapes, operands, sizes)
            else:
                found = value(numbers if by_entries and plain else library, *operands)
            result[i] = _number(found) if number and type(found) not in _NUMBERS else found
        return result


_NUMBERS = frozenset({float, complex, int, bool})
"""Numbers of plain Python, which it computes with faster than NumPy does."""


def _number(found: Any) -> Any:
    """A single number as one of plain Python."""
    return found.item() if getattr(found, "shape", None) == () else found


def operation(
    library: Any,
    op: str,
    attr: Any,
    shape: Shape,
    shapes: tuple[Shape, ...],
    operands: list[Any],
    sizes: Mapping[str, int],
) -> Any:
    """The value of one operation, in a library that computes."""
    special = _SPECIAL.get(op)
    if special:
        return special(library, attr, shape, operands, sizes)
    if op == "max_pool":
        return _max_pool(shapes[0], shape, attr, operands, sizes, library)
    value = OPERATIONS[op].value
    if value is not None:
        return value(library, *operands)
    return follow(recipe(op, shapes, shape, attr), operands, sizes, library)


@cache
def recipe(op: str, shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Recipe:
    """How to compute an operation by its formula."""
    formula = entry_formula(op, shapes, result, attr)
    return lower(formula.body, formula.indices)


def follow(
    steps: Recipe,
    operands: Sequence[Any],
    sizes: Mapping[str, int],
    library: Any,
    adjoint: Any = None,
    result: Any = None,
) -> Any:
    """Follow a recipe in numbers."""
    made: list[Any] = []
    given = [*reversed(operands), result, adjoint]  # found from the end, as recipes count: the adjoint at −1
    for op, slots, shape, attr in steps.instructions:
        inputs = [made[s] if s >= 0 else given[s] for s in slots]
        value, _ = _value(op)
        if value is None:
            made.append(operation(library, op, attr, shape, (), inputs, sizes))
        else:
            made.append(value(library, *inputs))
    return made[steps.result] if steps.result >= 0 else given[steps.result]


def _dims(shape: Shape, sizes: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(extent(d, sizes) for d in core(shape))


def _ones(library: Any, attr: Any, shape: Shape, operands: list[Any], sizes: Mapping[str, int]) -> Any:
    dims = _dims(shape, sizes)
    return library.ones(dims) if dims else 1.0


def _eye(library: Any, attr: Any, shape: Shape, operands: list[Any], sizes: Mapping[str, int]) -> Any:
    dims = _dims(shape, sizes)
    return library.eye(dims[0]) if dims else 1.0


def _stack(library: Any, attr: Any, shape: Shape, operands: list[Any], sizes: Mapping[str, int]) -> Any:
    dims = _dims(shape, sizes)
    return library.array(operands).reshape(dims) if dims else operands[0]


@lru_cache(maxsize=1 << 10)
def _float(value: Fraction) -> float:
    return float(value)


_SPECIAL: Mapping[str, Callable[..., Any]] = {
    "number": lambda m, attr, shape, x, sizes: _float(attr),
    "size": lambda m, attr, shape, x, sizes: float(extent(attr, sizes)),
    "constant": lambda m, attr, shape, x, sizes: CONSTANTS[attr],
    "ones": _ones,
    "eye": _eye,
    "basis": lambda m, attr, shape, x, sizes: m.eye(*_dims(shape, sizes))[attr[0]],
    "entry": lambda m, attr, shape, x, sizes: x[0][tuple(slice(None) if i is None else i for i in attr)],
    "read": lambda m, attr, shape, x, sizes: _read(attr, x[0], sizes),
    "reshape": lambda m, attr, shape, x, sizes: m.reshape(x[0], _dims(shape, sizes)),
    "unpool": lambda m, attr, shape, x, sizes: _unpool(attr, x, sizes, m),
    "ordinal": lambda m, attr, shape, x, sizes: m.arange(1.0, extent(attr, sizes) + 1),
    "stack": _stack,
    "einsum": lambda m, attr, shape, x, sizes: _einsum(attr, x),
}


def _einsum(attr: Any, operands: list[Any]) -> Any:
    return _product(attr)(operands)


@cache
def _product(attr: Any) -> Callable[[list[Any]], Any]:
    from gradviz.numeric.arrays import product

    return product(attr)


def _read(attr: Any, array: Any, sizes: Mapping[str, int]) -> Any:
    from gradviz.numeric.places import read

    specs, dims = attr
    return read(array, specs, dims, sizes)


@cache
def windows_of(shape: Shape, result: Shape, attr: Any) -> tuple[Recipe, int]:
    """How to read what each window of a pooling holds, and how many axes are inside of one."""
    out, inside, places = window_places(shape, result, attr)
    term = read_at(operand(0), spatial(shape, len(attr[0])), places)
    axes = (*plain(out), *plain(inside))
    return lower(term, axes), len(plain(inside))


def padding_of(given: Shape, result: Shape, attr: Any, sizes: Mapping[str, int]) -> Any:
    """Which places of the windows of a pooling lie beside the array; None where it has no padding."""
    if not any(attr[2]):
        return None
    from gradviz.numeric.arrays import ARRAYS

    steps, _ = windows_of(given, result, attr)
    return ARRAYS.asarray(follow(steps, [ARRAYS.ones(_dims(given, sizes))], sizes, ARRAYS)) == 0


def _without_padding(windows: Any, given: Shape, result: Shape, attr: Any, sizes: Mapping[str, int]) -> Any:
    """What windows hold, with −∞ for padding: it is never the largest."""
    beside = padding_of(given, result, attr, sizes)
    if beside is None:
        return windows
    import numpy as np

    return np.where(beside, -np.inf, windows)


def pool_windows(given: Shape, result: Shape, attr: Any, array: Any, sizes: Mapping[str, int]) -> Any:
    """What each window of a pooling holds, in one last axis."""
    from gradviz.numeric.arrays import ARRAYS

    steps, inside = windows_of(given, result, attr)
    windows = _without_padding(ARRAYS.asarray(follow(steps, [array], sizes, ARRAYS)), given, result, attr, sizes)
    return windows.reshape((*windows.shape[: windows.ndim - inside], -1))


def _max_pool(
    given: Shape, result: Shape, attr: Any, operands: list[Any], sizes: Mapping[str, int], library: Any
) -> Any:
    from gradviz.numeric.places import largest

    steps, inside = windows_of(given, result, attr)
    windows = _without_padding(follow(steps, operands, sizes, library), given, result, attr, sizes)
    return largest(windows, inside) if inside else windows


def _unpool(attr: Any, operands: list[Any], sizes: Mapping[str, int], library: Any) -> Any:
    from gradviz.numeric.places import shared

    pooled, given, result = attr
    adjoint, operand, value = operands
    steps, inside = windows_of(given, result, pooled)
    windows = _without_padding(follow(steps, [operand], sizes, library), given, result, pooled, sizes)
    parts = shared(windows, adjoint, value, inside, library.equal) if inside else adjoint
    full = tuple(extent(d, sizes) for d in spatial(given, len(pooled[0])))
    return put_back(parts, full, pooled).reshape(_dims(given, sizes))


def put_back(parts: Any, shape: tuple[int, ...], pooled: Any) -> Any:
    """What lies in windows, added up where the windows lie."""
    import numpy as np

    kernel, strides, paddings = pooled
    n = len(kernel)
    wide = [d + 2 * p for d, p in zip(shape[-n:], paddings, strict=True)]
    counts = [(d - k) // s + 1 for d, k, s in zip(wide, kernel, strides, strict=True)]
    parts = np.asarray(parts).reshape((*shape[:-n], *counts, *kernel))
    total: Any = np.zeros((*shape[:-n], *wide), parts.dtype)
    for place in np.ndindex(*kernel):
        here = tuple(slice(a, a + s * (c - 1) + 1, s) for a, s, c in zip(place, strides, counts, strict=True))
        total[(..., *here)] += parts[(..., *place)]
    return total[(..., *(slice(p, p + d) for p, d in zip(paddings, shape[-n:], strict=True)))]
