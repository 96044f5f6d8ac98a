"""Nodes with an attribute → the calls that make them."""

from __future__ import annotations

from typing import Any

from gradviz import terms as t
from gradviz.graph.letters import Letters
from gradviz.notation import tree
from gradviz.notation.extents import size_expr, whole
from gradviz.ops.entry import decode
from gradviz.ops.operation import Shape
from gradviz.ops.shapes import core


def arranged_call(op: str, parts: tuple[tree.Expr, ...], attr: Any, shapes: tuple[Shape, ...]) -> tree.Expr | None:
    """The call of a structure operation, convolution or pooling; None for other operations.

    Examples
    --------
    >>> from gradviz.notation import write
    >>> x = tree.Name("x")
    >>> write(arranged_call("pad", (x,), ((1, 2),), ((3,),)), "ascii", {})
    'pad(x, 1, 2)'
    """
    if op == "concat":
        return tree.Call("concat", parts, options=(("axis", whole(attr + 1)),) if attr else ())
    if op == "pad":
        return tree.Call("pad", (*parts, *(size_expr(d) for pair in attr for d in pair)))
    if op == "flip":
        some = len(attr) < len(shapes[0])
        return tree.Call("flip", parts, options=(("axis", whole(attr[0] + 1)),) if some else ())
    if op == "permute":
        return tree.Call("permute", (*parts, *(whole(a + 1) for a in attr)))
    if op == "repeat":
        return tree.Call("repeat", (*parts, size_expr(attr)))
    if op == "reshape":
        if len(attr) == 1:
            return tree.Call("flatten", parts)
        return tree.Call("reshape", (*parts, *map(size_expr, attr)))
    if op == "conv":
        strides, paddings, _ = attr
        options = (*_option("stride", strides, (1,)), *_option("padding", paddings, (0,)))
        return tree.Call(f"conv{len(strides)}d", parts, options=options)
    if op in {"max_pool", "avg_pool"}:
        kernel, strides, paddings = attr
        size = kernel[:1] if len(set(kernel)) == 1 else kernel
        options = (*_option("stride", strides, kernel), *_option("padding", paddings, (0,)))
        return tree.Call(f"{op}{len(kernel)}d", (*parts, *map(whole, size)), options=options)
    return None


def _option(name: str, numbers: tuple[int, ...], default: tuple[int, ...]) -> tuple[tuple[str, tree.Expr], ...]:
    if numbers == (default * len(numbers))[: len(numbers)]:
        return ()
    if len(set(numbers)) == 1:
        return ((name, whole(numbers[0])),)
    return ((name, tree.Array(tuple(map(whole, numbers)))),)


def read_expr(array: tree.Expr, attr: Any, letters: Letters) -> tree.Expr:
    """An array read at computed places: a slice where it is one, else an entry with letters."""
    specs, shape = attr
    sliced = _sliced(specs, shape)
    if sliced is not None:
        return tree.Entry(array, sliced)
    axes = tuple(t.index(d) for d in shape)
    names = dict(zip(axes, letters.indices, strict=False))
    return tree.Entry(array, tuple(place_expr(decode(s, axes), names) for s in specs))


def _sliced(specs: Any, shape: Shape) -> tuple[tree.Expr, ...] | None:
    found: list[tree.Expr] = []
    following = 0
    kept = core(shape)
    for terms, offset, divisor, size in specs:
        if not terms and divisor == 1:
            found.append(size_expr(t.plus(offset, 1)))
            continue
        if terms != ((following, 1),) or divisor != 1:
            return None
        high = t.plus(offset, kept[following])
        low = t.plus(offset, 1)
        found.append(tree.Slice() if (low, high) == (1, size) else tree.Slice(size_expr(low), size_expr(high)))
        following += 1
    return tuple(found) if following == len(kept) else None


def place_expr(place: t.Place, names: dict[t.Index, str]) -> tree.Expr:
    """A place as an index, counted from 1: ``i``, ``2i + k − 2``, ``(i − k + 2)/2``, ``ceil(i/2)``.

    Examples
    --------
    >>> from gradviz.notation import write
    >>> i, k = t.index(4), t.index(3)
    >>> write(place_expr(t.affine([(i, 2), (k, 1)], 0, 1, 10), {i: "i", k: "k"}), "ascii", {})
    '2i + k - 2'
    """
    if isinstance(place, int):
        return whole(place + 1)
    if isinstance(place, t.Index):
        return tree.Name(names[place])
    if isinstance(place, t.Digit):
        return _digit(place, names)
    top = _sum(place, names, t.plus(place.divisor, 0))
    return top if place.divisor == 1 else tree.Product((top, whole(place.divisor)), ("/",))


def _sum(place: t.Affine, names: dict[t.Index, str], more: t.Dim) -> tree.Expr:
    """``Σ c u + offset + more`` with each u counted from 1."""
    items: list[tree.Expr] = []
    constant = t.plus(place.offset, more)
    # By letters, so that a sum over j of c[j] x[i + j − 1] is not one over x[j + i − 1].
    for u, count in sorted(place.terms, key=lambda term: names[term[0]] if isinstance(term[0], t.Index) else "~"):
        constant = t.plus(constant, t.minus(count))
        e = tree.Name(names[u]) if isinstance(u, t.Index) else _digit(u, names)
        minus = isinstance(count, int) and count < 0
        size = t.minus(count) if minus else count
        if size != 1:
            times = size_expr(size)
            factors = times.operands if isinstance(times, tree.Product) else (times,)
            e = tree.Product((*factors, e), ("",) * len(factors))
        items.append(tree.Negative(e) if minus else e)
    if constant != 0 or not items:
        extra = size_expr(constant)
        items += extra.items if isinstance(extra, tree.Sum) else (extra,)
    first = next((n for n, e in enumerate(items) if not isinstance(e, tree.Negative)), 0)
    items.insert(0, items.pop(first))
    return items[0] if len(items) == 1 else tree.Sum(tuple(items))


def _digit(digit: t.Digit, names: dict[t.Index, str]) -> tree.Expr:
    below = t.times(*digit.radices[digit.axis + 1 :])
    if digit.axis == 0:
        number = _sum(digit.flat, names, 1)
        return number if below == 1 else tree.Call("ceil", (tree.Product((number, size_expr(below)), ("/",)),))
    number = _sum(digit.flat, names, 0)
    if below != 1:
        # ⌊x/b⌋ is ⌈(x + 1)/b⌉ − 1 of whole numbers.
        above = tree.Product((_sum(digit.flat, names, 1), size_expr(below)), ("/",))
        number = tree.Sum((tree.Call("ceil", (above,)), tree.Negative(whole(1))))
    return tree.Sum((tree.Call("mod", (number, size_expr(digit.size))), whole(1)))
