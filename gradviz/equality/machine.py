"""Written-out nodes followed over any kind of numbers: single ones as they are, arrays as NumPy arrays of objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from gradviz.equality.core import Core
from gradviz.graph.node import Node
from gradviz.numeric.evaluate import follow, padding_of, windows_of
from gradviz.numeric.places import read
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
    leaves : mapping of int to number or array
        By place.
    sizes : mapping of str to int
    """

    def __init__(self, written: Core, leaves: Mapping[int, Any], sizes: Mapping[str, int]) -> None:
        self.written = written
        self.sizes = sizes
        self.values: dict[int, Any] = dict(leaves)
        self.top = -1

    # -- what a kind of number says

    def number(self, value: Fraction | int) -> Any:
        """A number of this kind."""
        raise NotImplementedError

    def constant(self, name: str) -> Any:
        """``e`` or ``π``."""
        raise NotImplementedError

    def tidy(self, value: Any) -> Any:
        """What comes out of sums and products, in its usual form."""
        return value

    def divide(self, a: Any, b: Any) -> Any:
        """A quotient of two numbers."""
        raise NotImplementedError

    def apply(self, node: Node, operands: list[Any]) -> Any:
        """A function of entries, of numbers or arrays."""
        raise NotImplementedError

    def largest(self, entries: Sequence[Any]) -> int:
        """Which of some numbers is the largest."""
        raise NotImplementedError

    def same(self, a: Any, b: Any) -> Any:
        """1 where two numbers are the same, else 0."""
        raise NotImplementedError

    def inverse(self, matrix: Any) -> Any:
        """The inverse of a square array."""
        raise NotImplementedError

    def determinant(self, matrix: Any) -> Any:
        """The determinant of a square array."""
        raise NotImplementedError

    def settled(self, value: Any) -> Any:
        """A number of this kind for a whole one that NumPy put in, such as the 0 beside an axis."""
        return self.number(int(value)) if isinstance(value, int | np.integer) else value

    def instead(self, place: int) -> int:
        """The place of a node that has the same value, in a form that these numbers tell apart better."""
        return place

    # -- following

    def value(self, place: int) -> Any:
        """The value of a node."""
        values = self.values
        if place in values:
            return values[place]
        nodes = self.written.nodes
        stack = [place]
        while stack:
            i = stack[-1]
            if i in values:
                stack.pop()
                continue
            other = self.instead(i)
            node = nodes[i]
            waiting = [j for j in self.needs(i, node, other) if j not in values]
            if waiting:
                stack.extend(waiting)
                continue
            stack.pop()
            self.top = max(self.top, i)
            values[i] = values[other] if other != i else self.step(node)
        return values[place]

    def needs(self, place: int, node: Node, other: int) -> Iterable[int]:
        """What has to be known before a node."""
        return (other,) if other != place else node.inputs

    def step(self, node: Node) -> Any:
        """The value of a node whose operands are known."""
        operands = [self.values[j] for j in node.inputs]
        simple = _ARITHMETIC.get(node.op)
        if simple is not None:
            return self.tidy(simple(*operands))
        special = _STEPS.get(node.op)
        return special(self, node, operands) if special is not None else self.apply(node, operands)

    def forget(self, gone: range) -> None:
        """Forget the values of nodes that were the last ones, and are no more."""
        if self.top >= gone.start:
            for i in gone:
                self.values.pop(i, None)
            self.top = gone.start - 1

    def dims(self, shape: Sequence[Any]) -> tuple[int, ...]:
        """The axes of a shape as numbers."""
        return tuple([extent(d, self.sizes) for d in core(tuple(shape))])


def entrywise(function: Callable[..., Any], operands: Sequence[Any]) -> Any:
    """A function of entries of numbers and arrays, which are broadcast."""
    arrays = [x for x in operands if isinstance(x, np.ndarray)]
    if not arrays:
        return function(*operands)
    if len(operands) == 1:
        return array([function(x) for x in arrays[0].ravel()], arrays[0].shape)
    wide = np.broadcast_arrays(*[x if isinstance(x, np.ndarray) else array([x], ()) for x in operands])
    return array([function(*xs) for xs in zip(*(w.ravel() for w in wide), strict=True)], wide[0].shape)


def array(entries: Sequence[Any], shape: tuple[int, ...]) -> Any:
    """An array of objects."""
    made = np.empty(len(entries), dtype=object)
    made[:] = entries
    return made.reshape(shape)


def entries_of(value: Any) -> list[Any]:
    """The entries of an array, or a number alone."""
    return list(value.ravel()) if isinstance(value, np.ndarray) else [value]


class _Library:
    """NumPy's names over arrays of objects, for values that are declared as programs."""

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    def eye(self, size: int) -> Any:
        """The identity in whole numbers."""
        return np.eye(size).astype(int).astype(object)


LIBRARY = _Library()


def _attr(node: Node) -> Any:
    return node.attr


def _ones(m: Machine, node: Node, x: list[Any]) -> Any:
    dims = m.dims(node.shape)
    return np.full(dims, m.number(1), dtype=object) if dims else m.number(1)


def _eye(m: Machine, node: Node, x: list[Any]) -> Any:
    return _unit(m, m.dims(_attr(node)))


def _unit(m: Machine, dims: tuple[int, ...]) -> Any:
    if not dims:
        return m.number(1)
    made = np.full((dims[0], dims[0]), m.number(0), dtype=object)
    for i in range(dims[0]):
        made[i, i] = m.number(1)
    return made


def _basis(m: Machine, node: Node, x: list[Any]) -> Any:
    place, dim = _attr(node)
    made: Any = np.full(extent(dim, m.sizes), m.number(0), dtype=object)
    made[place] = m.number(1)
    return made


def _ordinal(m: Machine, node: Node, x: list[Any]) -> Any:
    count = extent(_attr(node), m.sizes)
    return array([m.number(i + 1) for i in range(count)], (count,))


def _entry(m: Machine, node: Node, x: list[Any]) -> Any:
    return x[0][tuple([slice(None) if i is None else i for i in _attr(node)])]


def _read(m: Machine, node: Node, x: list[Any]) -> Any:
    specs, dims = _attr(node)
    found = read(objects(x[0]), specs, dims, m.sizes)
    return entrywise(m.settled, [found])


def objects(value: Any) -> Any:
    """A value as an array of objects."""
    return value if isinstance(value, np.ndarray) else array([value], ())


def _reshape(m: Machine, node: Node, x: list[Any]) -> Any:
    found = objects(x[0]).reshape(m.dims(node.shape))
    return found if found.shape else found.item()


def _einsum(m: Machine, node: Node, x: list[Any]) -> Any:
    axes_in, out = _attr(node)
    found: Any = _product(axes_in, out, x)
    if found is None:
        found = _sum_of_products(axes_in, out, [objects(v) for v in x])
    if isinstance(found, np.ndarray) and not found.shape:
        found = found.item()
    return m.tidy(found)


def _sum_of_products(axes_in: Any, out: Any, x: list[Any]) -> Any:
    """The product of all entries, spread over all axes, and summed; NumPy's own is not sure for objects."""
    order = (*out, *dict.fromkeys(a for axes in axes_in for a in axes if a not in out))
    product: Any = None
    for axes, v in zip(axes_in, x, strict=True):
        kept = tuple(dict.fromkeys(axes))
        entries = v if len(kept) == len(axes) else _diagonal(v, axes, kept)
        turn = sorted(range(len(kept)), key=lambda n: order.index(kept[n]))
        spread = entries.transpose(turn)[tuple([slice(None) if a in kept else None for a in order])]
        product = spread if product is None else product * spread
    summed = tuple(range(len(out), len(order)))
    return product.sum(axis=summed) if summed else product


def _diagonal(v: Any, axes: Any, kept: Any) -> Any:
    """Entries whose places along some axes are the same."""
    size = dict(zip(axes, v.shape, strict=True))
    grid = dict(zip(kept, np.ogrid[tuple(slice(0, size[a]) for a in kept)], strict=True))
    return v[tuple(grid[a] for a in axes)]


def _product(axes_in: Any, out: Any, x: list[Any]) -> Any:
    """Products of at most two axes by the product of matrices, which is much the fastest; None for others."""
    if len(axes_in) != 2 or not all(isinstance(v, np.ndarray) for v in x):
        return None
    a, b = axes_in
    shared = [i for i in a if i in b]
    if len(shared) != 1 or shared[0] in out or len(set(a)) != len(a) or len(set(b)) != len(b):
        return None
    if len(a) > 2 or len(b) > 2:
        return None
    left = x[0] if a[-1] == shared[0] else x[0].T
    right = x[1] if b[0] == shared[0] else x[1].T
    rest = tuple(i for i in (*a, *b) if i != shared[0])
    if sorted(rest) != sorted(out):
        return None
    found = np.dot(left, right)
    return found if rest == tuple(out) else found.T


def _stack(m: Machine, node: Node, x: list[Any]) -> Any:
    dims = m.dims(node.shape)
    if not dims:
        return x[0]
    return array([e for v in x for e in entries_of(v)], dims)


def _largest(m: Machine, node: Node, x: list[Any]) -> Any:
    return _along(node.op.removesuffix("max"), lambda line: line[m.largest(line)], x[0])


def _along(line: str, function: Callable[[list[Any]], Any], v: Any) -> Any:
    """A function of the entries of each line of an array."""
    axis = AXES[f"{line}max"]
    v = objects(v)
    if axis is None or v.ndim < 2:
        if axis == 0 and v.ndim == 1:  # a row's columns have one entry each
            return array([function([e]) for e in v], v.shape)
        return function(list(v.ravel()))
    lines = np.moveaxis(v, axis, -1)
    flat = lines.reshape(-1, lines.shape[-1])
    return array([function(list(one)) for one in flat], lines.shape[:-1])


def _declared(m: Machine, node: Node, x: list[Any]) -> Any:
    value = OPERATIONS[node.op].value
    assert value is not None
    return m.tidy(entrywise(m.settled, [value(LIBRARY, objects(x[0]))]))


def _prod(m: Machine, node: Node, x: list[Any]) -> Any:
    return m.tidy(_along(node.op.removesuffix("prod"), lambda line: np.prod(array(line, (len(line),))), x[0]))


def _inverse(m: Machine, node: Node, x: list[Any]) -> Any:
    return m.inverse(x[0]) if isinstance(x[0], np.ndarray) else m.divide(m.number(1), x[0])


def _determinant(m: Machine, node: Node, x: list[Any]) -> Any:
    return m.determinant(x[0]) if isinstance(x[0], np.ndarray) else x[0]


def _max_pool(m: Machine, node: Node, x: list[Any]) -> Any:
    pooled, given, result = _attr(node)
    steps, inside = windows_of(given, result, pooled)
    windows = objects(follow(steps, [objects(x[0])], m.sizes, LIBRARY))
    if not inside:
        return windows
    flat = windows.reshape(*windows.shape[: windows.ndim - inside], -1)
    lines = [[e for e, out in zip(*both, strict=True) if not out] for both in _beside(m, flat, node)]
    found = array([line[m.largest(line)] for line in lines], flat.shape[:-1])
    return found if found.shape else found.item()


def _beside(m: Machine, flat: Any, node: Node) -> Iterable[tuple[Any, Any]]:
    """Each window's entries, and which of them are padding."""
    pooled, given, result = _attr(node)
    found = padding_of(given, result, pooled, m.sizes)
    marks = np.zeros(flat.shape, bool) if found is None else found.reshape(flat.shape)
    return zip(flat.reshape(-1, flat.shape[-1]), marks.reshape(-1, flat.shape[-1]), strict=True)


def _unpool(m: Machine, node: Node, x: list[Any]) -> Any:
    from gradviz.numeric.evaluate import put_back

    pooled, given, result = _attr(node)
    adjoint, operand, value = x
    steps, inside = windows_of(given, result, pooled)
    windows = objects(follow(steps, [objects(operand)], m.sizes, LIBRARY))
    flat = windows.reshape(*windows.shape[: windows.ndim - inside], -1)
    tops = entries_of(np.broadcast_to(objects(value), flat.shape[:-1]))
    adjoints = entries_of(np.broadcast_to(objects(adjoint), flat.shape[:-1]))
    parts: list[Any] = []
    for (line, beside), top, g in zip(_beside(m, flat, node), tops, adjoints, strict=True):
        chosen = [m.number(0) if out else m.same(e, top) for e, out in zip(line, beside, strict=True)]
        parts += [m.tidy(c * m.divide(g, m.tidy(sum(chosen[1:], chosen[0])))) for c in chosen]
    full = tuple(extent(d, m.sizes) for d in spatial(given, len(pooled[0])))
    placed = put_back(array(parts, windows.shape), full, pooled)
    return m.tidy(entrywise(m.settled, [placed]).reshape(m.dims(node.shape)))


_ARITHMETIC: Mapping[str, Callable[..., Any]] = {
    "add": lambda *xs: sum(xs[1:], xs[0]),
    "sub": lambda a, b: a - b,
    "neg": lambda v: -v,
    "mul": lambda a, b: a * b,
}
_STEPS: Mapping[str, Callable[[Machine, Node, list[Any]], Any]] = {
    "number": lambda m, node, x: m.number(_attr(node)),
    "size": lambda m, node, x: m.number(extent(_attr(node), m.sizes)),
    "constant": lambda m, node, x: m.constant(str(node.attr)),
    "div": lambda m, node, x: entrywise(m.divide, x),
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
    **{line + name: _declared for line in ("", "row", "col") for name in ("prod_others", "prod_pairs")},
}
