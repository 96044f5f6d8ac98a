"""Formulas of operations whose attribute says where entries come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gradviz import terms as t
from gradviz.ops.entry import Entry, Run, decode, moved, operand, plain, read, runs
from gradviz.ops.operation import Shape
from gradviz.ops.shapes import core, wide


def _einsum(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    axes_in, axes_out = attr
    indices: dict[int, t.Index] = {}
    for axes, shape in zip(axes_in, shapes, strict=True):
        for a, dim in zip(axes, core(shape), strict=True):
            indices.setdefault(a, t.index(dim))
    body = t.mul(*(t.Atom(operand(j), tuple(indices[a] for a in axes)) for j, axes in enumerate(axes_in)))
    summed = [i for a, i in indices.items() if a not in axes_out]
    return Entry(tuple(indices[a] for a in axes_out), t.contract(summed, body))


def _entry(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    assert isinstance(attr, tuple)
    out = tuple(t.index(d) for d in core(result))
    rest = iter(out)
    return Entry(out, t.Atom(operand(0), tuple(next(rest) if i is None else i for i in attr)))


def _read(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    specs, shape = attr
    out = runs(shape)
    return Entry(plain(out), t.make_atom(operand(0), tuple(decode(s, out) for s in specs)))


def _stack(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    out = tuple(t.index(d) for d in core(result))
    summands = []
    for j, shape in enumerate(shapes):
        places, rest = [], j
        inner = core(shape)
        outer = out[: len(out) - len(inner)]
        for i in reversed(outer):
            assert isinstance(i.size, int)
            places.append(t.delta(i, rest % i.size))
            rest //= i.size
        summands.append(t.mul(*places, t.Atom(operand(j), out[len(out) - len(inner) :])))
    return Entry(out, t.add(*summands))


def _concat(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    rank = max(attr + 1, *map(len, shapes))
    out = runs(wide(result, rank))
    start: t.Dim = 0
    summands = []
    for j, short in enumerate(shapes):
        shape = wide(short, rank)
        places: list[t.Place] = list(out)
        places[attr] = moved([(out[attr], 1)], t.minus(start), shape[attr])
        summands.append(read(operand(j), shape, places))
        start = t.plus(start, shape[attr])
    return Entry(plain(out), t.add(*summands))


def _pad(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    shape = wide(shapes[0], 1)
    out = runs(wide(result, len(shape)))
    places = [moved([(i, 1)], t.minus(b), d) for i, d, (b, _) in zip(out, shape, attr, strict=True)]
    return Entry(plain(out), read(operand(0), shape, places))


def _flip(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    shape = shapes[0]
    out = runs(shape)
    places: list[t.Place] = [
        moved([(i, -1)], t.plus(d, -1), d) if n in attr and d != 1 else i
        for n, (i, d) in enumerate(zip(out, shape, strict=True))
    ]
    return Entry(plain(out), read(operand(0), shape, places))


def _permute(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    shape = shapes[0]
    out = runs(tuple(shape[a] for a in attr))
    return Entry(plain(out), read(operand(0), shape, [out[attr.index(a)] for a in range(len(shape))]))


def _repeat(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    inner = tuple(t.index(d) for d in core(shapes[0]))
    copies = () if attr == 1 else (t.index(attr),)
    return Entry((*copies, *inner), t.Atom(operand(0), inner))


def _reshape(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    out = tuple(t.index(d) for d in core(result))
    radices = core(shapes[0])
    places = tuple(t.digit(t.numeral(out), radices, n) for n in range(len(radices)))
    return Entry(out, t.Atom(operand(0), places))


def _gather(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    table, chosen = shapes
    at = tuple(t.index(d) for d in core(chosen))
    row = t.index(table[0])
    inner = tuple(t.index(d) for d in core(table[1:]))
    found = t.apply("equal", t.Atom(operand(1), at), t.Ordinal(row))
    body = t.mul(found, t.Atom(operand(0), (row, *inner)))
    return Entry((*at, *inner), t.contract((row,), body))


# Windows -----------------------------------------------------------------------------------


def spatial(shape: Shape, axes: int) -> Shape:
    """A shape with at least as many axes as a window has; a vector may be an image of one column."""
    return (*shape, 1, 1)[: max(axes, len(shape))]


def _window(out: Run, inside: Run, stride: int, padding: int, size: t.Dim) -> t.Place:
    return moved([(out, stride), (inside, 1)], -padding, size)


def _conv(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    """``Z[b,o,i,j] = Σ_c Σ_a Σ_b X[b,c,s i + a − p, s j + b − p] K[o,c,a,b]``, with a bias for each o where one is."""
    strides, paddings, rank = attr
    n = len(strides)
    image = spatial(shapes[0], rank)
    channels = rank > n
    kernel = spatial(shapes[1], n + 2 if channels else n)
    out = runs(wide(result, rank))
    inside = runs(kernel[-n:])
    here = out[len(out) - n :]
    places: list[t.Place] = [
        _window(i, a, s, p, d) for i, a, s, p, d in zip(here, inside, strides, paddings, image[-n:], strict=True)
    ]
    if channels:
        (c,) = runs(kernel[1:2])
        batch = out[: rank - n - 1]
        over = (c, *inside)
        body = t.mul(
            read(operand(0), image, [*batch, c, *places]), read(operand(1), kernel, [out[len(batch)], c, *inside])
        )
    else:
        over = inside
        body = t.mul(read(operand(0), image, places), read(operand(1), kernel, inside))
    total = t.contract(plain(over), body)
    if len(shapes) > 2:
        bias = plain(out[-n - 1 : -n]) if core(shapes[2]) else ()
        total = t.add(total, t.Atom(operand(2), bias))
    return Entry(plain(out), total)


def window_places(
    shape: Shape, result: Shape, attr: Any
) -> tuple[tuple[Run, ...], tuple[Run, ...], tuple[t.Place, ...]]:
    """Where pooling reads: indices of the result, indices inside the window, and places of the operand."""
    kernel, strides, paddings = attr
    n = len(kernel)
    image = spatial(shape, n)
    out, inside = runs(wide(result, len(image))), runs(kernel)
    here = zip(out[len(out) - n :], inside, strides, paddings, image[-n:], strict=True)
    places = (*out[: len(out) - n], *(_window(i, a, s, p, d) for i, a, s, p, d in here))
    return out, inside, places


def _avg_pool(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    kernel = attr[0]
    out, inside, places = window_places(shapes[0], result, attr)
    body = read(operand(0), spatial(shapes[0], len(kernel)), places)
    return Entry(plain(out), t.divide(t.contract(plain(inside), body), t.mul(*map(t.size, kernel))))


def _global_avg_pool(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    shape = spatial(shapes[0], 2)
    indices = runs(shape)
    out, inside = plain(indices[:-2]), plain(indices[-2:])
    return Entry(
        out, t.divide(t.contract(inside, t.Atom(operand(0), (*out, *inside))), t.mul(*map(t.size, shape[-2:])))
    )


def _max_pool_pullback(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    """What each window's adjoint adds to its largest entry; equal ones share it."""
    n = len(attr[0])
    shape = spatial(shapes[0], n)
    out, inside, places = window_places(shapes[0], result, attr)
    u, g = t.Atom("u", plain(out)), t.Atom("g", plain(out))
    mine = runs(shape)
    largest = t.apply("equal", t.Atom(operand(0), plain(mine)), u)
    names = {i: j for i, j in zip(out[: len(out) - n], mine, strict=False) if not isinstance(i, int)}
    deltas = [t.delta(i, p) for i, p in zip(mine[len(mine) - n :], places[len(places) - n :], strict=True)]
    ties = _ties(shape, places, inside, u, padded=any(attr[2]))
    body = t.mul(g, t.divide(largest, t.freshen(ties)), *deltas)
    summed = (*plain(out[len(out) - n :]), *plain(inside))
    return Entry(plain(mine), t.rename(t.contract(summed, body), names))


def _ties(shape: Shape, places: tuple[t.Place, ...], inside: tuple[Run, ...], u: t.Term, *, padded: bool) -> t.Term:
    """How many entries of a window are its largest; padding is never among them."""
    if not padded:
        return t.contract(plain(inside), t.apply("equal", read(operand(0), shape, places), u))
    first = len(shape) - len(inside)
    spots = runs(shape[first:])
    here = t.apply("equal", read(operand(0), shape, (*places[:first], *spots)), u)
    deltas = [t.delta(m, p) for m, p in zip(spots, places[first:], strict=True)]
    return t.contract((*plain(inside), *plain(spots)), t.mul(here, *deltas))


def _unpool(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    """The pullback of a maximum over windows as an operation: of its adjoint, its operand and its value."""
    pooled, operand_shape, value_shape = attr
    entry = _max_pool_pullback((operand_shape,), value_shape, pooled)
    names = {"g": operand(0), "a0": operand(1), "u": operand(2)}
    put: dict[t.Term, t.Term] = {a: t.Atom(names[str(a.node)], a.indices) for a in t.atoms(entry.body)}
    return Entry(entry.indices, t.replace(entry.body, put))


def _cofactors(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    """``g det(A) A⁻ᵀ``."""
    i, j = (t.index(d) for d in result)
    return Entry((i, j), t.mul(t.Atom(operand(0)), t.Atom(operand(2)), t.Atom(operand(3), (j, i))))


# Constants ---------------------------------------------------------------------------------


def _number(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    return Entry((), t.number(attr))


def _size(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    assert isinstance(attr, str)
    return Entry((), t.size(attr))


def _basis(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    place, dim = attr
    i = t.index(dim)
    return Entry((i,), t.delta(i, place))


def _ones(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    return Entry(tuple(t.index(d) for d in core(result)), t.ONE)


def _ordinal(shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    i = t.index(attr)
    return Entry((i,), t.Ordinal(i))


FORMULAS: Mapping[str, Callable[[tuple[Shape, ...], Shape, Any], Entry]] = {
    "einsum": _einsum,
    "entry": _entry,
    "read": _read,
    "stack": _stack,
    "concat": _concat,
    "pad": _pad,
    "flip": _flip,
    "permute": _permute,
    "repeat": _repeat,
    "reshape": _reshape,
    "gather": _gather,
    "conv": _conv,
    "avg_pool": _avg_pool,
    "global_avg_pool": _global_avg_pool,
    "unpool": _unpool,
    "cofactors": _cofactors,
    "number": _number,
    "size": _size,
    "basis": _basis,
    "ones": _ones,
    "ordinal": _ordinal,
}
PULLBACKS: Mapping[str, Callable[[tuple[Shape, ...], Shape, Any], Entry]] = {"max_pool": _max_pool_pullback}
PULLING: Mapping[str, str] = {"max_pool": "unpool"}
"""Operations whose pullback is an operation itself: of the adjoint, the operand and the result."""
MOVED = frozenset({"read", "concat", "pad", "flip", "reshape", "conv", "avg_pool"})
"""Operations that read at computed places: their pullbacks are best found with the adjoint already inside the sum."""
