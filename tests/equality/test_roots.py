"""Roots modulo primes: which may be taken with one sign or the other, and how many points tell."""

from __future__ import annotations

import pytest

import gradviz as gv

SEEDS = range(4)


@pytest.mark.parametrize(
    "factor",
    [
        "sqrt(4 + z^2)/sqrt(1 + z^2/4)/2",
        "sqrt(4 + z^2)/sqrt(1 + z^2/4) sqrt(9 + y²)/sqrt(1 + y²/9)/6",
        "sqrt(4 + z^2)/sqrt(1 + z^2/4) sqrt(9 + y²)/sqrt(1 + y²/9)/6 sqrt(1 + z²y²)/sqrt(4 + 4z²y²) 2",
        "sqrt(1 + z²) sqrt(1 + y²)/sqrt((1 + z²)(1 + y²))",
        "sqrt(1 + z² + 2 sqrt(z² + y²) + y²)/(1 + sqrt(z² + y²))",
        "cbrt(27)/3",
        "(8 + 8z²)^(1/3)/(1 + z²)^(1/3)/2",
    ],
)
def test_roots_that_are_equal(factor):
    graph = gv.parse("L = (z - y)^2")
    for seed in SEEDS:
        verdict = graph.check("z", f"2(z - y) {factor}", seed=seed)
        assert verdict.ok, (seed, verdict.message)


def test_independent_roots_are_proved():
    graph = gv.parse("L = (z - y)^2")
    answer = "2(z - y) sqrt(4 + z²)/sqrt(1 + z²/4) sqrt(9 + y²)/sqrt(1 + y²/9)/6"
    assert all(graph.check("z", answer, seed=seed).status == "equal_proved" for seed in SEEDS)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_roots_of_squares_have_a_sign_each(count):
    """The product is 0 but where all are negative, which is seldom seen."""
    names = "abcdf"
    graph = gv.parse("L = a² b + c d² + f a")
    extra = "".join(f"(sqrt({v}²) - {v})" for v in names[:count])
    for seed in SEEDS:
        assert not graph.check("a", f"2 a b + f + {extra}", seed=seed).ok


@pytest.mark.parametrize("answer", ["2z sqrt(z²)/|z|", "2 sign(z) sqrt(z²)", "2 |z| z/√(z²)"])
def test_roots_of_squares_are_absolute_values(answer):
    graph = gv.parse("L = z² + y")
    assert all(graph.check("z", answer, seed=seed).ok for seed in (1, 2))
    assert not graph.check("z", answer.replace("|z|", "z").replace("sign(z)", "1"), seed=1).ok
