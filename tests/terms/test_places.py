"""Sizes, computed places, and sums with deltas of them, against numbers."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz import terms as t

SIZES = {"n": 3, "m": 4, "h": 7}
dims = st.recursive(
    st.one_of(st.integers(-4, 6), st.sampled_from(sorted(SIZES))),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: t.plus(*p)),
        st.tuples(inner, inner).map(lambda p: t.times(*p)),
        st.tuples(inner, st.integers(1, 4)).map(lambda p: t.floor(*p)),
    ),
    max_leaves=5,
)


@given(dims, dims, st.integers(1, 4))
def test_sizes_have_the_values_of_their_parts(a: t.Dim, b: t.Dim, d: int) -> None:
    x, y = t.extent(a, SIZES), t.extent(b, SIZES)
    assert t.extent(t.plus(a, b), SIZES) == x + y
    assert t.extent(t.times(a, b), SIZES) == x * y
    assert t.extent(t.floor(a, d), SIZES) == x // d
    assert t.plus(a, b) == t.plus(b, a)
    assert t.plus(a, b, t.minus(b)) == a
    if t.at_least_zero(a):
        assert x >= 0
    whole = t.divided(a, b)
    assert whole is None or t.extent(whole, SIZES) * y == x


# Terms in numbers, by the definition: an atom beside its axis is 0, a sum is a sum.


def place_value(place: t.Place, at: Mapping[t.Index, int]) -> int | None:
    """Where a place is; None where that is no whole number."""
    if isinstance(place, int):
        return place
    if isinstance(place, t.Index):
        return at[place]
    if isinstance(place, t.Digit):
        flat = place_value(place.flat, at)
        assert flat is not None
        return flat // int(np.prod(place.radices[place.axis + 1 :], dtype=int)) % int(place.size)
    total = int(place.offset)
    for u, c in place.terms:
        here = place_value(u, at)
        assert here is not None
        total += int(c) * here
    return total // place.divisor if total % place.divisor == 0 else None


def value(term: t.Term, at: Mapping[t.Index, int], arrays: Mapping[str, Any]) -> float:
    if isinstance(term, t.Number):
        return float(term.value)
    if isinstance(term, t.Atom):
        where = [place_value(p, at) for p in term.indices]
        array = arrays[str(term.node)]
        inside = all(p is not None and 0 <= p < d for p, d in zip(where, array.shape, strict=True))
        return float(array[tuple(where)]) if inside else 0.0
    if isinstance(term, t.Delta):
        return float(place_value(term.left, at) == place_value(term.right, at))
    if isinstance(term, t.Ordinal):
        return float((place_value(term.place, at) or 0) + 1)
    if isinstance(term, t.Contract):
        total = 0.0
        for where in product(*(range(int(i.size)) for i in term.indices)):
            total += value(term.body, {**at, **dict(zip(term.indices, where, strict=True))}, arrays)
        return total
    parts = [value(p, at, arrays) for p in t.children(term)]
    if isinstance(term, t.Add):
        return sum(parts)
    if isinstance(term, t.Mul):
        return float(np.prod(parts))
    if isinstance(term, t.Pow):
        return parts[0] ** parts[1]
    raise TypeError(term)


def same(one: t.Term, other: t.Term, free: tuple[t.Index, ...], arrays: Mapping[str, Any]) -> None:
    assert one.free <= set(free)
    for where in product(*(range(int(i.size)) for i in free)):
        at = dict(zip(free, where, strict=True))
        assert value(one, at, arrays) == pytest.approx(value(other, at, arrays)), (one, other, at)


@st.composite
def sums(draw: st.DrawFn) -> tuple[t.Term, t.Term, tuple[t.Index, ...], dict[str, Any]]:
    """A sum with deltas of computed places: as `contract` makes it, and as it stands."""
    size = st.integers(1, 5)
    free = tuple(t.index(draw(size)) for _ in range(draw(st.integers(1, 2))))
    bound = tuple(t.index(draw(size)) for _ in range(draw(st.integers(1, 3))))
    indices = (*free, *bound)
    arrays: dict[str, Any] = {}
    rng = np.random.default_rng(draw(st.integers(0, 99)))

    def place(among: tuple[t.Index, ...], dim: int) -> t.Place:
        picked = draw(st.lists(st.sampled_from(among), min_size=1, max_size=3, unique=True))
        terms = [(i, draw(st.sampled_from([-2, -1, 1, 1, 1, 2, 3]))) for i in picked]
        return t.affine(terms, draw(st.integers(-3, 3)), draw(st.sampled_from([1, 1, 1, 2])), dim)

    def atom() -> t.Term:
        name = f"x{len(arrays)}"
        places: list[t.Place] = []
        shape: list[int] = []
        for _ in range(draw(st.integers(1, 2))):
            if draw(st.booleans()):
                i = draw(st.sampled_from(indices))
                places.append(i)
                shape.append(int(i.size))
            else:
                shape.append(draw(size))
                places.append(place(indices, shape[-1]))
        arrays[name] = rng.uniform(0.5, 1.5, shape)
        return t.make_atom(name, tuple(places))

    deltas = []
    for _ in range(draw(st.integers(1, 2))):
        left = draw(st.sampled_from(indices))
        deltas.append(t.delta(left, place(indices, int(left.size))))
    body = t.mul(*(atom() for _ in range(draw(st.integers(1, 2)))), *deltas)
    if draw(st.booleans()):
        body = t.mul(body, t.add(atom(), atom()))
    return t.contract(bound, body), t.Contract(bound, body), free, arrays


@settings(max_examples=300, deadline=None)
@given(sums())
def test_a_sum_loses_indices_to_deltas_only_where_it_may(made: Any) -> None:
    same(*made)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_an_entry_at_a_computed_place_is_0_beside_the_axis(data: st.DataObject) -> None:
    size = st.integers(1, 5)
    i, j, k = (t.index(data.draw(size)) for _ in range(3))
    n = data.draw(size)
    arrays = {"x": np.arange(1.0, n + 1), "y": np.arange(2.0, int(i.size) + 2)}
    inner = t.affine([(i, data.draw(st.sampled_from([1, -1, 2])))], data.draw(st.integers(-3, 4)), 1, n)
    term = (
        t.add(t.make_atom("x", (inner,)), t.mul(t.number(2), t.Atom("y", (i,))))
        if data.draw(st.booleans())
        else (t.make_atom("x", (inner,)))
    )
    outer = t.affine(
        [(j, data.draw(st.sampled_from([1, -1, 2]))), (k, data.draw(st.sampled_from([-1, 1])))],
        data.draw(st.integers(-3, 3)),
        data.draw(st.sampled_from([1, 2])),
        i.size,
    )
    found = t.at(term, (i,), (outer,))
    for a, b in product(range(int(j.size)), range(int(k.size))):
        at = {j: a, k: b}
        where = place_value(outer, at)
        inside = where is not None and 0 <= where < int(i.size)
        wanted = value(term, {i: where}, arrays) if inside and where is not None else 0.0
        assert value(found, at, arrays) == pytest.approx(wanted)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), st.data())
def test_digits_of_numerals(sizes: list[int], data: st.DataObject) -> None:
    indices = tuple(t.index(d) for d in sizes)
    total = int(np.prod(sizes))
    radices = data.draw(st.sampled_from([r for r in product(range(1, total + 1), repeat=2) if r[0] * r[1] == total]))
    flat = t.numeral(indices)
    digits = tuple(t.digit(flat, radices, n) for n in range(2))
    back = t.affine(
        [(d, w) for d, w in zip(digits, (radices[1], 1), strict=True) if not isinstance(d, int)], 0, 1, total
    )
    for where in product(*map(range, sizes)):
        at = dict(zip(indices, where, strict=True))
        number = int(np.ravel_multi_index(where, sizes))
        assert [place_value(d, at) for d in digits] == list(divmod(number, radices[1]))
    if all(isinstance(d, t.Digit) for d in digits):
        assert back == flat


def test_a_delta_stays_where_nothing_guards_it() -> None:
    i, q = t.index(3), t.index(5)
    alone = t.contract([i], t.delta(q, t.affine([(i, 1)], 2, 1, 5)))
    assert isinstance(alone, t.Contract)
    x = t.Atom("x", (i,))
    moved = t.contract([i], t.mul(x, t.delta(q, t.affine([(i, 1)], 2, 1, 5))))
    assert moved == t.Atom("x", (t.affine([(q, 1)], -2, 1, 3),))
    # 0/0 is not 0: what divides keeps the delta.
    risky = t.contract([i], t.mul(x, t.power(t.Atom("y", (i,)), t.MINUS_ONE), t.delta(q, t.affine([(i, 1)], 2, 1, 5))))
    assert isinstance(risky, t.Contract)


def test_sums_over_computed_places_are_equal_whatever_their_indices_are_called() -> None:
    q = t.index(5)

    def made() -> t.Term:
        k = t.index(3)
        return t.contract([k], t.mul(t.Atom("g", (t.affine([(q, 1), (k, -1)], 0, 1, 3),)), t.Atom("w", (k,))))

    assert made() == made()
    assert hash(made()) == hash(made())
