"""What each operation of a core makes of the values of its operands, in any kind of number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import prod
from operator import add, mul, neg, sub
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.equality.gathering import entries_at, places_read, products
from gradviz.equality.lists import entries_of, entrywise, listed, objects, pairwise
from gradviz.graph.node import Node
from gradviz.numeric.evaluate import follow, padding_of, windows_of
from gradviz.ops import OPERATIONS
from gradviz.ops.placed import spatial
from gradviz.ops.reductions import AXES
from gradviz.terms import extent

if TYPE_CHECKING:
    from gradviz.equality.machine import Machine


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
    return entrywise(m.settled, [listed(value(LIBRARY, objects(x[0], m.dims_of(node)[0])))])


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
        return listed(flat)
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
    return entrywise(m.settled, [listed(placed.reshape(m.dims(node.shape)))])


PAIRWISE: Mapping[str, Callable[[Any, Any], Any]] = {"add": add, "sub": sub, "mul": mul}
STEPS: Mapping[str, Callable[[Machine, Node, list[Any]], Any]] = {
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
