"""The algebra: equal terms are equal, and no way of making a term changes its value."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz import terms as t
from gradviz.calculus.simplify import Simplifier

SIZE = 3
I, J, K = (t.index(SIZE) for _ in range(3))
FIXED = {I: 0, J: 2, K: 1}


def entry(name: object, places: tuple[int, ...]) -> float:
    return {"x": 0.3, "A": -0.7, "s": 1.3}[str(name)] * (1 + sum((n + 1) * p for n, p in enumerate(places)) / 5)


def value(term: t.Term, at: dict[t.Index, int]) -> float:
    """The value of a term, straight from what it says."""
    match term:
        case t.Number():
            return float(term.value)
        case t.Atom():
            return entry(term.node, tuple(at[i] if isinstance(i, t.Index) else i for i in term.indices))
        case t.Delta():
            return float(at[term.left] == (at[term.right] if isinstance(term.right, t.Index) else term.right))
        case t.Add():
            return math.fsum(value(x, at) for x in term.terms)
        case t.Mul():
            return math.prod(value(x, at) for x in term.factors)
        case t.Pow():
            return value(term.base, at) ** value(term.exponent, at)
        case t.Apply():
            return {"exp": math.exp, "tanh": math.tanh}[term.function](value(term.arguments[0], at))
        case t.Contract():
            places = product(range(SIZE), repeat=len(term.indices))
            return math.fsum(value(term.body, {**at, **dict(zip(term.indices, p, strict=True))}) for p in places)
    raise TypeError(type(term))


indices = st.sampled_from((I, J, K))
atoms = st.one_of(
    st.just(t.Atom("s")),
    st.builds(lambda i: t.Atom("x", (i,)), indices),
    st.builds(lambda i, j: t.Atom("A", (i, j)), indices, indices),
    st.builds(lambda i: t.Atom("A", (i, 1)), indices),
    st.builds(lambda i, j: t.delta(i, j), indices, st.one_of(indices, st.integers(0, 2))),
    st.fractions(-2, 2, max_denominator=3).map(t.number),
)


def compound(parts: st.SearchStrategy[t.Term]) -> st.SearchStrategy[t.Term]:
    lists = st.lists(parts, min_size=2, max_size=3)
    return st.one_of(
        lists.map(lambda xs: t.add(*xs)),
        lists.map(lambda xs: t.mul(*xs)),
        st.builds(lambda x, n: t.power(x, t.number(n)), parts, st.integers(0, 3)),
        parts.map(lambda x: t.power(t.add(t.number(3), t.mul(x, x)), t.number(-1))),
        parts.map(lambda x: t.apply("tanh", x)),
        st.builds(lambda i, x: t.contract((i,), x), indices, parts),
        parts.map(t.negative),
    )


terms = st.recursive(atoms, compound, max_leaves=8)


def same(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


@settings(max_examples=150, deadline=None)
@given(terms, terms)
def test_making_terms_keeps_values(a: t.Term, b: t.Term) -> None:
    one, other = value(a, FIXED), value(b, FIXED)
    assert same(value(t.add(a, b), FIXED), one + other)
    assert same(value(t.mul(a, b), FIXED), one * other)
    assert same(value(t.mul(a, t.freshen(a)), FIXED), one * one)
    assert same(value(t.negative(a), FIXED), -one)
    summed = math.fsum(value(a, {**FIXED, I: n}) for n in range(SIZE))
    assert same(value(t.contract((I,), a), FIXED), summed)
    twice = math.fsum(value(t.mul(a, t.freshen(b)), {**FIXED, I: n, J: m}) for n in range(SIZE) for m in range(SIZE))
    assert same(value(t.contract((I, J), t.mul(a, t.freshen(b))), FIXED), twice)


@settings(max_examples=150, deadline=None)
@given(terms)
def test_simplifying_keeps_values(a: t.Term) -> None:
    assert same(value(Simplifier(lambda v: ())(a), FIXED), value(a, FIXED))


@settings(max_examples=100, deadline=None)
@given(terms, indices, indices)
def test_renaming(a: t.Term, i: t.Index, j: t.Index) -> None:
    assert same(value(t.rename(a, {i: j}), FIXED), value(a, {**FIXED, i: FIXED[j]}))
    assert same(value(t.freshen(a), FIXED), value(a, FIXED))
    new = t.index(SIZE)
    assert t.rename(t.rename(a, {i: new}), {new: i}) == a


@settings(max_examples=100, deadline=None)
@given(terms, terms)
def test_putting_terms_in_the_place_of_others(a: t.Term, b: t.Term) -> None:
    there = value(t.replace(a, {t.Atom("s"): t.mul(t.number(2), t.Atom("s"))}), FIXED)
    doubled = {"x": 0.3, "A": -0.7, "s": 2.6}

    def other(term: t.Term) -> float:
        return value(t.replace(term, {t.Atom("s"): t.number(Fraction(26, 10))}), FIXED)

    assert doubled["s"] == 2 * 1.3
    assert same(there, other(a))
    assert same(value(t.replace(b, {t.Atom("s"): t.Atom("s")}), FIXED), value(b, FIXED))


# -- what is equal

x, y = t.Atom("x", (I,)), t.Atom("x", (J,))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (t.add(x, y), t.add(y, x)),
        (t.mul(x, y), t.mul(y, x)),
        (t.add(x, x), t.mul(t.number(2), x)),
        (t.add(x, t.negative(x)), t.ZERO),
        (t.mul(x, t.power(x, t.MINUS_ONE)), t.ONE),
        (t.power(t.mul(x, y), t.number(2)), t.mul(t.power(x, t.number(2)), t.power(y, t.number(2)))),
        (t.power(t.power(x, t.number(2)), t.number(3)), t.power(x, t.number(6))),
        (t.contract((I,), x), t.contract((J,), y)),
        (t.contract((I,), t.mul(x, y)), t.mul(y, t.contract((K,), t.Atom("x", (K,))))),
        (t.contract((I,), t.mul(t.delta(I, J), x)), y),
        (t.contract((I,), t.Atom("s")), t.mul(t.number(3), t.Atom("s"))),
        (t.contract((I,), t.mul(t.delta(I, 2), x)), t.Atom("x", (2,))),
        (t.delta(I, J), t.delta(J, I)),
        (t.delta(1, 2), t.ZERO),
        (t.delta(I, I), t.ONE),
        (t.apply("exp", t.ZERO), t.ONE),
    ],
)
def test_equal_terms(one: t.Term, other: t.Term) -> None:
    assert one == other
    assert hash(one) == hash(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (x, y),
        (t.Atom("A", (I, J)), t.Atom("A", (J, I))),
        (t.power(t.power(x, t.number(2)), t.number(Fraction(1, 2))), x),  # |x|, not x
        (t.contract((I,), t.mul(x, x)), t.power(t.contract((I,), x), t.number(2))),
        (t.apply("tanh", x), t.apply("sinh", x)),
    ],
)
def test_different_terms(one: t.Term, other: t.Term) -> None:
    assert one != other


def test_sums_inside_sums_keep_their_indices_apart() -> None:
    norm = t.contract((I,), t.mul(x, x))
    squared = t.mul(norm, t.freshen(norm))
    assert same(value(squared, {}), value(norm, {}) ** 2)
    assert same(value(t.contract((J,), t.mul(y, norm)), {}), value(t.contract((J,), y), {}) * value(norm, {}))


def test_a_part_that_is_there_twice_counts_twice():
    i, j = t.index(3), t.index(3)
    x = t.Atom("x", (i,))
    twice = t.rename(t.mul(x, t.Atom("x", (j,))), {j: i})
    assert twice != x
    assert t.add(twice, t.negative(x)) != t.ZERO
    assert t.rename(t.add(x, t.Atom("x", (j,))), {j: i}) != x


def test_a_delta_collects_inside_sums():
    i, j = t.index(3), t.index(3)
    inner = t.add(t.ONE, t.mul(t.Atom("x", (i,)), t.Atom("x", (j,))))
    found = t.contract([j], t.mul(t.delta(i, j), inner, t.Atom("y", (j,))))
    assert found == t.mul(t.add(t.ONE, t.power(t.Atom("x", (i,)), t.number(2))), t.Atom("y", (i,)))
