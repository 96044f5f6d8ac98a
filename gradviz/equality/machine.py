"""Written-out nodes followed over any kind of numbers: an array is the list of its entries, row by row."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import repeat
from math import prod
from operator import add, mul, neg, sub, truediv
from typing import Any

import numpy as np

from gradviz.equality.core import Core
from gradviz.equality.gathering import entries_at, places_read, products
from gradviz.graph.node import Node
from gradviz.numeric.evaluate import follow, padding_of, windows_of
from gradviz.ops import OPERATIONS
from gradviz.ops.placed import spatial
from gradviz.ops.reductions import AXES
from gradviz.ops.shapes import core
from gradviz.terms import extent


class Machine:
    """Values of written-out nodes in one kind of number; each is computed once, when it is first asked for.

    What the numbers are is said by a subclass: `number`, `constant`, and the functions of entries.

    Parameters
    ----------
    written : Core
    leaves : mapping of int to number or list
        By place.
    sizes : mapping of str to int
    """

    def __init__(self, written: Core, leaves: Mapping[int, Any], sizes: Mapping[str, int]) -> None:
        self.written = written
        self.sizes = sizes
        self.values: dict[int, Any] = dict(leaves)
        self.top = -1
        self.stack: list[int] = []

    # -- what a kind of number says

    def number(self, value: Fraction | int) -> Any:
        """A number of this kind."""
        raise NotImplementedError

    def constant(self, name: str) -> Any:
        """``e`` or ``π``."""
        raise NotImplementedError

    def apply(self, node: Node, operands: list[Any]) -> Any:
        """A function of entries, of numbers or lists."""
        raise NotImplementedError

    def largest(self, entries: Sequence[Any]) -> int:
        """Which of some numbers is the largest."""
        raise NotImplementedError

    def same(self, a: Any, b: Any) -> Any:
        """1 where two numbers are the same, else 0."""
        raise NotImplementedError

    def inverse(self, rows: list[list[Any]]) -> list[Any]:
        """The inverse of a square matrix, entry by entry."""
        raise NotImplementedError

    def determinant(self, rows: list[list[Any]]) -> Any:
        """The determinant of a square matrix."""
        raise NotImplementedError

    divide: Callable[[Any, Any], Any] = staticmethod(truediv)
    """A quotient of two numbers."""

    def settled(self, value: Any) -> Any:
        """A number of this kind for a whole one that NumPy put in, such as the 0 beside an axis."""
        return self.number(int(value)) if isinstance(value, int | np.integer) else value

    hooked: Container[str] = frozenset()
    """Operations that `elsewhere` is asked about."""

    def elsewhere(self, place: int, node: Node) -> int:
        """Another place with the same value, or the same place; −1 where the value was put by this."""
        return place

    # -- following

    def value(self, place: int) -> Any:
        """The value of a node."""
        found = self.values.get(place)
        return self.computed(place) if found is None else found

    def only(self, place: int) -> Any:
        """The value of a node, for which nothing is computed that it does not need."""
        found = self.values.get(place)
        if found is None:
            self.reach()
            self.follow(place)
            found = self.values[place]
        return found

    def computed(self, place: int) -> Any:
        """The value of a node that is not known yet."""
        self.reach()
        self.stack = []
        if 0 < self.written.settled <= place:
            try:
                self.go_on(place)
            except (KeyError, ArithmeticError):
                pass  # something older is not known, or something that is not needed has no value
            else:
                return self.values[place]
        self.follow(place)
        return self.values[place]

    def go_on(self, place: int) -> None:
        """Compute what is new, in its order, up to a place."""
        values, nodes, hooked = self.values, self.written.nodes, self.hooked
        for i in range(self.written.settled, place + 1):
            if i in values:
                continue
            node = nodes[i]
            op, inputs, _, _, _ = node
            function = _PAIRWISE.get(op)
            if function is not None and len(inputs) == 2:
                a, b = values[inputs[0]], values[inputs[1]]
                values[i] = pairwise(function, a, b) if type(a) is list or type(b) is list else function(a, b)
            elif op in hooked:
                self.follow(i)
            else:
                self.stack = [i]
                step = _STEPS.get(op)
                operands = [values[j] for j in inputs]
                values[i] = step(self, node, operands) if step is not None else self.apply(node, operands)

    def follow(self, place: int) -> None:
        """Compute a node, and all that it needs."""
        values, nodes, hooked = self.values, self.written.nodes, self.hooked
        stack = self.stack = [place]
        while stack:
            i = stack[-1]
            if i in values:
                stack.pop()
                continue
            node = nodes[i]
            other = self.elsewhere(i, node) if node.op in hooked else i
            if other != i:
                if other in values:
                    values[i] = values[other]
                elif other >= 0:
                    stack.append(other)
                continue
            operands = []
            for j in node.inputs:
                operand = values.get(j)
                if operand is None:
                    stack.append(j)
                else:
                    operands.append(operand)
            if len(operands) == len(node.inputs):
                step = _STEPS.get(node.op)
                values[i] = step(self, node, operands) if step is not None else self.apply(node, operands)
                stack.pop()

    def reach(self) -> None:
        """Note how far values go, so that they can be forgotten."""
        top = len(self.written.nodes) - 1
        if top > self.top:
            self.top = top
            self.written.ahead.append(self)

    def forget(self, start: int) -> None:
        """Forget the values of nodes from a place on, which are no more."""
        pop = self.values.pop
        for i in range(start, self.top + 1):
            pop(i, None)
        self.top = min(self.top, start - 1)

    def dims(self, shape: Sequence[Any]) -> tuple[int, ...]:
        """The axes of a shape as numbers."""
        if not shape:
            return ()
        return tuple([extent(d, self.sizes) for d in core(tuple(shape))])

    def dims_of(self, node: Node) -> list[tuple[int, ...]]:
        """The axes of a node's operands as numbers."""
        return [self.dims(self.written.nodes[j].shape) for j in node.inputs]


# Lists of entries ------------------------------------------------------------------------------------


def pairwise(function: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    """A function of two numbers or lists; the shorter list stands for each row of the longer."""
    if type(a) is list:
        if type(b) is not list:
            return list(map(function, a, repeat(b)))
        if len(a) != len(b):
            a, b = stretched(a, b)
        return list(map(function, a, b))
    return list(map(function, repeat(a), b)) if type(b) is list else function(a, b)


def stretched(*lists: list[Any]) -> list[list[Any]]:
    """Lists of one length: the shorter ones are repeated."""
    length = max(map(len, lists))
    return [x if len(x) == length else x * (length // len(x)) for x in lists]


def entrywise(function: Callable[..., Any], operands: Sequence[Any]) -> Any:
    """A function of entries of numbers and lists, which are broadcast."""
    if len(operands) == 1:
        only = operands[0]
        return list(map(function, only)) if type(only) is list else function(only)
    if len(operands) == 2:
        return pairwise(function, *operands)
    if all(type(x) is not list for x in operands):
        return function(*operands)
    return list(map(function, *stretched(*map(entries_of, operands))))


def entries_of(value: Any) -> list[Any]:
    """The entries of an array, or a number alone."""
    if type(value) is list:
        return value
    return value.ravel().tolist() if isinstance(value, np.ndarray) else [value]


def pairs(a: Any, b: Any) -> Iterable[tuple[Any, Any]]:
    """The entries of two values, of which one may be broadcast, side by side."""
    first, second = entries_of(a), entries_of(b)
    if len(first) != len(second):
        first, second = stretched(first, second)
    return zip(first, second, strict=True)


def objects(value: Any, dims: tuple[int, ...]) -> Any:
    """A value as an array of objects."""
    entries = entries_of(value)
    made = np.empty(len(entries), dtype=object)
    made[:] = entries
    return made.reshape(dims)


def _listed(found: Any) -> Any:
    """An array of objects as machines have it."""
    if not isinstance(found, np.ndarray):
        return found
    return found.ravel().tolist() if found.shape else found.item()


class _Library:
    """NumPy's names over arrays of objects, for values that are declared as programs."""

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    def eye(self, size: int) -> Any:
        """The identity in whole numbers."""
        return np.eye(size).astype(int).astype(object)


LIBRARY = _Library()


# Steps -----------------------------------------------------------------------------------------------


def _attr(node: Node) -> Any:
    return node.attr


def _add(m: Machine, node: Node, x: list[Any]) -> Any:
    found = x[0]
    for other in x[1:]:
        found = pairwise(add, found, other)
    return found


def _ones(m: Machine, node: Node, x: list[Any]) -> Any:
    dims = m.dims(node.shape)
    return [m.number(1)] * prod(dims) if dims else m.number(1)


def _eye(m: Machine, node: Node, x: list[Any]) -> Any:
    dims = m.dims(_attr(node))
    if not dims:
        return m.number(1)
    one, zero = m.number(1), m.number(0)
    return [one if i == j else zero for i in range(dims[0]) for j in range(dims[0])]


def _basis(m: Machine, node: Node, x: list[Any]) -> Any:
    place, dim = _attr(node)
    made = [m.number(0)] * extent(dim, m.sizes)
    made[place] = m.number(1)
    return made


def _ordinal(m: Machine, node: Node, x: list[Any]) -> Any:
    return [m.number(i + 1) for i in range(extent(_attr(node), m.sizes))]


def _entry(m: Machine, node: Node, x: list[Any]) -> Any:
    chosen = entries_at(_attr(node), m.dims_of(node)[0])
    return x[0][chosen] if isinstance(chosen, int) else [x[0][i] for i in chosen]


def _read(m: Machine, node: Node, x: list[Any]) -> Any:
    specs, dims = _attr(node)
    entries = entries_of(x[0])
    chosen = places_read(specs, dims, m.dims_of(node)[0], tuple(m.sizes.items()))
    beside = m.number(0)
    found = [entries[i - 1] if i else beside for i in chosen]
    return found if m.dims(node.shape) else found[0]


def _reshape(m: Machine, node: Node, x: list[Any]) -> Any:
    entries = entries_of(x[0])
    return entries if m.dims(node.shape) else entries[0]


def _einsum(m: Machine, node: Node, x: list[Any]) -> Any:
    return products(node.attr, tuple(m.dims_of(node)))(x)


def _stack(m: Machine, node: Node, x: list[Any]) -> Any:
    return [e for v in x for e in entries_of(v)] if m.dims(node.shape) else x[0]


def _largest(m: Machine, node: Node, x: list[Any]) -> Any:
    return _along(m, node, lambda line: line[m.largest(line)], x[0])


def _prod(m: Machine, node: Node, x: list[Any]) -> Any:
    return _along(m, node, _product_of, x[0])


def _product_of(line: list[Any]) -> Any:
    found = line[0]
    for v in line[1:]:
        found = found * v
    return found


def _along(m: Machine, node: Node, function: Callable[[list[Any]], Any], x: Any) -> Any:
    """A function of the entries of each line of an array."""
    line = next(n for n in ("row", "col", "") if node.op.startswith(n))
    axis, v = AXES[f"{line}max"], objects(x, m.dims_of(node)[0])
    if axis is None or v.ndim < 2:
        if axis == 0 and v.ndim == 1:  # a row's columns have one entry each
            return [function([e]) for e in v]
        return function(v.ravel().tolist())
    lines = np.moveaxis(v, axis, -1)
    return [function(one) for one in lines.reshape(-1, lines.shape[-1]).tolist()]


def _declared(m: Machine, node: Node, x: list[Any]) -> Any:
    value = OPERATIONS[node.op].value
    assert value is not None
    return entrywise(m.settled, [_listed(value(LIBRARY, objects(x[0], m.dims_of(node)[0])))])


def _rows(m: Machine, node: Node, x: list[Any]) -> list[list[Any]]:
    width = m.dims_of(node)[0][-1]
    return [x[0][i : i + width] for i in range(0, len(x[0]), width)]


def _inverse(m: Machine, node: Node, x: list[Any]) -> Any:
    return m.inverse(_rows(m, node, x)) if type(x[0]) is list else m.divide(m.number(1), x[0])


def _determinant(m: Machine, node: Node, x: list[Any]) -> Any:
    return m.determinant(_rows(m, node, x)) if type(x[0]) is list else x[0]


def _max_pool(m: Machine, node: Node, x: list[Any]) -> Any:
    flat, inside, _ = _windows(m, node, x[0], m.dims_of(node)[0])
    if not inside:
        return _listed(flat)
    lines = [[e for e, out in zip(*both, strict=True) if not out] for both in _beside(m, flat, node)]
    found = [line[m.largest(line)] for line in lines]
    return found if flat.shape[:-1] else found[0]


def _windows(m: Machine, node: Node, x: Any, dims: tuple[int, ...]) -> tuple[Any, int, tuple[int, ...]]:
    """What each window of a pooling holds in one last axis, of how many it is made, and all axes."""
    pooled, given, result = _attr(node)
    steps, inside = windows_of(given, result, pooled)
    found = follow(steps, [objects(x, dims)], m.sizes, LIBRARY)
    windows = found if isinstance(found, np.ndarray) else objects(found, ())
    return windows.reshape(*windows.shape[: windows.ndim - inside], -1) if inside else windows, inside, windows.shape


def _beside(m: Machine, flat: Any, node: Node) -> Iterable[tuple[Any, Any]]:
    """Each window's entries, and which of them are padding."""
    pooled, given, result = _attr(node)
    found = padding_of(given, result, pooled, m.sizes)
    marks = np.zeros(flat.shape, bool) if found is None else found.reshape(flat.shape)
    return zip(flat.reshape(-1, flat.shape[-1]), marks.reshape(-1, flat.shape[-1]), strict=True)


def _unpool(m: Machine, node: Node, x: list[Any]) -> Any:
    from gradviz.numeric.evaluate import put_back

    pooled, given, _ = _attr(node)
    adjoint, operand, value = x
    flat, inside, shape = _windows(m, node, operand, m.dims_of(node)[1])
    flat = flat if inside else flat.reshape(*flat.shape, 1)
    count = prod(flat.shape[:-1])
    tops, adjoints = (e * (count // len(e)) for e in (entries_of(value), entries_of(adjoint)))
    parts: list[Any] = []
    for (line, beside), top, g in zip(_beside(m, flat, node), tops, adjoints, strict=True):
        chosen = [m.number(0) if out else m.same(e, top) for e, out in zip(line, beside, strict=True)]
        total = sum(chosen[1:], chosen[0])
        parts += [c * m.divide(g, total) for c in chosen]
    full = tuple(extent(d, m.sizes) for d in spatial(given, len(pooled[0])))
    placed = put_back(objects(parts, shape), full, pooled)
    return entrywise(m.settled, [_listed(placed.reshape(m.dims(node.shape)))])


_PAIRWISE: Mapping[str, Callable[[Any, Any], Any]] = {"add": add, "sub": sub, "mul": mul}
_STEPS: Mapping[str, Callable[[Machine, Node, list[Any]], Any]] = {
    "add": _add,
    "sub": lambda m, node, x: pairwise(sub, x[0], x[1]),
    "neg": lambda m, node, x: entrywise(neg, x),
    "mul": lambda m, node, x: pairwise(mul, x[0], x[1]),
    "div": lambda m, node, x: pairwise(m.divide, x[0], x[1]),
    "number": lambda m, node, x: m.number(_attr(node)),
    "size": lambda m, node, x: m.number(extent(_attr(node), m.sizes)),
    "constant": lambda m, node, x: m.constant(str(node.attr)),
    "ones": _ones,
    "eye": _eye,
    "basis": _basis,
    "ordinal": _ordinal,
    "entry": _entry,
    "read": _read,
    "reshape": _reshape,
    "einsum": _einsum,
    "stack": _stack,
    "inv": _inverse,
    "det": _determinant,
    "max_pool": _max_pool,
    "unpool": _unpool,
    **{line + "max": _largest for line in ("", "row", "col")},
    **{line + "prod": _prod for line in ("", "row", "col")},
    **{line + name: _declared for line in ("", "row", "col") for name in ("prod_others", "prod_pairs", "prod_triples")},
}
