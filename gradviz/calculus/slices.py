"""Matrix notation for what is only moved: slices, zeros around an array, reshaping, axes in another order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gradviz import terms as t
from gradviz.notation import tree
from gradviz.notation.extents import size_expr, whole
from gradviz.ops import Shape

_START: t.Dim = 0


def sliced(e: tree.Expr, places: tuple[t.Place, ...]) -> tuple[tree.Expr, tuple[t.Index, ...]] | None:
    """An array read at shifted places, as a slice with zeros around it, and its axes; None where there is no such form.

    Examples
    --------
    >>> from gradviz.notation import write
    >>> i = t.index(3)
    >>> for offset in (1, -1, -2):
    ...     found = sliced(tree.Name("x"), (t.affine([(i, 1)], offset, 1, 2 if offset < -1 else 5),))
    ...     print(write(found[0], "ascii", {}))
    x[2:4]
    pad(x[1:2], 1, 0)
    pad(x[1:1], 2, 0)
    """
    first = places[0] if places else 0
    if isinstance(first, t.Digit) and places == tuple(
        t.Digit(first.flat, first.radices, n) for n in range(len(first.radices))
    ):
        flat = t.affine(first.flat.terms, first.flat.offset, first.flat.divisor, first.flat.size)
        return sliced(tree.Call("flatten", (e,)), (flat,))
    axes: list[t.Index] = []
    cuts: list[tree.Expr] = []
    around: list[tuple[t.Dim, t.Dim]] = []
    turned: list[int] = []
    for place in places:
        if isinstance(place, int):
            cuts.append(whole(place + 1))
            continue
        if isinstance(place, t.Index):
            axes.append(place)
            cuts.append(tree.Slice())
            around.append((0, 0))
            continue
        if not isinstance(place, t.Affine) or place.divisor != 1 or len(place.terms) != 1:
            return None
        ((i, count),) = place.terms
        if not isinstance(i, t.Index) or count not in (1, -1) or i.row:
            return None
        start = place.offset if count == 1 else t.plus(place.offset, t.minus(i.size), 1)
        cut = _cut(start, i.size, place.size)
        if cut is None:
            return None
        if count == -1:
            turned.append(len(axes))
        axes.append(i)
        cuts.append(cut[0])
        around.append(cut[1])
    if len(set(axes)) < len(axes):
        return None
    if any(c != tree.Slice() for c in cuts):
        e = tree.Entry(e, tuple(cuts))
    if any(pair != (0, 0) for pair in around):
        if len(around) == 2 and t.plus(axes[-1].size, t.minus(t.plus(*around[-1]))) == 1:
            return None  # a matrix of one column is a column, which has no second axis to pad
        e = tree.Call("pad", (e, *(size_expr(d) for pair in around for d in pair)))
    for axis in turned:
        options = (("axis", whole(axis + 1)),) if len(axes) > 1 else ()
        e = tree.Call("flip", (e,), options=options)
    return e, tuple(axes)


def _cut(start: t.Dim, count: t.Dim, size: t.Dim) -> tuple[tree.Expr, tuple[t.Dim, t.Dim]] | None:
    """What to cut out of an axis, and how many zeros to put before and after, to have places from start on."""
    past = t.plus(start, count, t.minus(size))
    if t.at_least_zero(t.minus(start)):
        before, low = t.minus(start), _START
    elif t.at_least_zero(start):
        before, low = _START, start
    else:
        return None
    if t.at_least_zero(past):
        after, high = past, size
    elif t.at_least_zero(t.minus(past)):
        after, high = _START, t.plus(start, count)
    else:
        return None
    if t.plus(high, t.minus(low)) != count and not t.at_least_zero(t.plus(high, t.minus(low), -1)):
        return None  # nothing of the axis is left, or nobody knows
    whole_axis = low == 0 and high == size
    if whole_axis:
        return tree.Slice(), (before, after)
    to_the_end = high == size and isinstance(size, t.Extent)  # W[:, m + 1:]
    cut = tree.Slice(size_expr(t.plus(low, 1)), None if to_the_end else size_expr(high))
    return cut, (before, after)


class Between(NamedTuple):
    """What stands between zeros: the term over its own axes, and where these are read."""

    term: t.Term
    axes: tuple[t.Index, ...]
    places: tuple[t.Place, ...]


def between(term: t.Term, free: tuple[t.Index, ...]) -> Between | None:
    """A product all of whose arrays have zeros around them in the same way, as what stands in the middle of these.

    Examples
    --------
    >>> i = t.index(5)
    >>> place = t.affine([(i, 1)], -2, 1, 3)
    >>> found = between(t.mul(t.Atom("g", (place,)), t.add(t.ONE, t.Atom("o", (place,)))), (i,))
    >>> (j,) = found.axes
    >>> found.term == t.mul(t.Atom("g", (j,)), t.add(t.ONE, t.Atom("o", (j,)))), found.places == (place,)
    (True, True)
    """
    if len([a for a in t.atoms(term) if not a.free.isdisjoint(free)]) < 2:
        return None
    axes = list(free)
    places: list[t.Place] = list(free)
    for n, i in enumerate(free):
        read = {p for p in t.places(term) if i in t.place_free(p)}
        if len(read) != 1 or i.row:
            continue
        (place,) = read
        if not isinstance(place, t.Affine) or t.always_inside(place):
            continue
        if set(t.indices_in(place)) != {i}:
            return None  # a window's: what it reads is summed
        j = t.index(place.size)
        moved = moved_places(term, {place: j})
        if i in moved.free or not t.vanishes(moved, j):
            return None
        term, axes[n], places[n] = moved, j, place
    return Between(term, tuple(axes), tuple(places)) if tuple(axes) != free else None


def laid_out(items: list[tree.Expr], axes: Shape) -> list[tree.Expr]:
    """Summands with zeros around them that fill one axis end to end, as the array that is laid out so.

    Examples
    --------
    >>> from gradviz.notation import read_expression, write
    >>> from gradviz.ops import WORDS
    >>> e = read_expression("pad(x, 0, m) + pad(y, n, 0)", WORDS, ("x", "y"), sizes=("n", "m"))
    >>> write(laid_out(list(e.items), (t.plus("n", "m"),))[0], "unicode", WORDS)
    'concat(x, y)'
    """
    padded = {n: found for n, e in enumerate(items) if (found := _padded(e, len(axes))) is not None}
    if len(padded) < 2 or not axes:
        return items
    for axis, word in enumerate(("concat",) if len(axes) == 1 else ("vstack", "hstack")):
        order = sorted(padded, key=lambda n: padded[n][1][axis][0] != 0)
        start: t.Dim = 0
        row: list[int] = []
        while len(row) < len(order):
            here = [n for n in order if padded[n][1][axis][0] == start and n not in row]
            if not here:
                break
            row.append(here[0])
            start = t.plus(axes[axis], t.minus(padded[here[0]][1][axis][1]))
        beside = (pair for n in row for k, pair in enumerate(padded[n][1]) if k != axis)
        if len(row) == len(order) and start == axes[axis] and all(pair == (0, 0) for pair in beside):
            whole_one = tree.Call(word, tuple(padded[n][0] for n in row))
            return [whole_one if n == min(row) else e for n, e in enumerate(items) if n == min(row) or n not in row]
    return items


def _padded(e: tree.Expr, axes: int) -> tuple[tree.Expr, list[tuple[t.Dim, t.Dim]]] | None:
    """What stands in the middle of zeros, and how many there are before and after it along each axis."""
    inner = e.operand if isinstance(e, tree.Negative) else e
    if not isinstance(inner, tree.Call) or inner.function != "pad" or len(inner.arguments) != 1 + 2 * axes:
        return None
    counts = [_dim(a) for a in inner.arguments[1:]]
    found = [d for d in counts if d is not None]
    if len(found) < len(counts):
        return None
    middle = inner.arguments[0] if inner is e else tree.Negative(inner.arguments[0])
    return middle, list(zip(found[::2], found[1::2], strict=True))


def _dim(e: tree.Expr) -> t.Dim | None:
    """The size that an expression is."""
    if isinstance(e, tree.Number) and e.value.denominator == 1:
        return int(e.value)
    if isinstance(e, tree.Name):
        return e.name
    if isinstance(e, tree.Negative):
        inner = _dim(e.operand)
        return None if inner is None else t.minus(inner)
    if not isinstance(e, tree.Sum | tree.Product) or (isinstance(e, tree.Product) and any(e.operators)):
        return None
    parts = [_dim(x) for x in (e.items if isinstance(e, tree.Sum) else e.operands)]
    known = [d for d in parts if d is not None]
    if len(known) < len(parts):
        return None
    return t.plus(*known) if isinstance(e, tree.Sum) else t.times(*known)


def moved_places(term: t.Term, names: Mapping[t.Place, t.Place]) -> t.Term:
    """The term with other places for whole places."""
    if isinstance(term, t.Atom):
        return t.Atom(term.node, tuple(names.get(p, p) for p in term.indices))
    if isinstance(term, t.Delta):
        return t.delta(names.get(term.left, term.left), names.get(term.right, term.right))
    if isinstance(term, t.Ordinal):
        return t.ordinal(names.get(term.place, term.place))
    if isinstance(term, t.Contract):
        return t.Contract(term.indices, moved_places(term.body, names))
    parts = t.children(term)
    return t.rebuild(term, [moved_places(p, names) for p in parts]) if parts else term


def reshaped(term: t.Term, free: tuple[t.Index, ...]) -> tuple[t.Term, tuple[t.Index, ...]] | None:
    """The term over other axes of which its own are a reshaping: fewer, or digits of its own; None where none are.

    Examples
    --------
    >>> p, q = t.index(2), t.index(3)
    >>> term, free = reshaped(t.Atom("g", (t.numeral((p, q)),)), (p, q))
    >>> term == t.Atom("g", free), free[0].size
    (True, 6)
    """
    for place in t.places(term):
        names: dict[t.Place, t.Place] = {}
        if isinstance(place, t.Affine):
            units = t.is_numeral(place)
            new: tuple[t.Index, ...] = (t.index(place.size),)
            names[place] = new[0]
        elif isinstance(place, t.Digit):
            units = t.is_numeral(place.flat) or _single(place.flat)
            if units is None or t.times(*(u.size for u in units)) != t.times(*place.radices):
                continue
            new = tuple(t.index(r) for r in place.radices)
            for n, i in enumerate(new):
                names[t.Digit(place.flat, place.radices, n)] = i
        else:
            continue
        run = _run(units, free)
        if run is None:
            continue
        changed = moved_places(term, names)
        if changed.free.isdisjoint(free[run : run + len(units or ())]):
            return changed, (*free[:run], *new, *free[run + len(units or ()) :])
    return None


def _single(flat: t.Affine) -> tuple[t.Unit, ...] | None:
    """The one unit that a number is."""
    if len(flat.terms) == 1 and flat.terms[0][1] == 1 and flat.offset == 0 and flat.divisor == 1:
        return (flat.terms[0][0],)
    return None


def _run(units: tuple[t.Unit, ...] | None, free: tuple[t.Index, ...]) -> int | None:
    """Where units stand side by side among the free indices."""
    if units is None or any(not isinstance(u, t.Index) or u.row or u not in free for u in units):
        return None
    start = free.index(units[0])
    return start if free[start : start + len(units)] == units else None


def reshape_call(e: tree.Expr, shape: Shape) -> tree.Expr:
    """An expression in another shape."""
    return tree.Call("flatten", (e,)) if len(shape) == 1 else tree.Call("reshape", (e, *map(size_expr, shape)))
