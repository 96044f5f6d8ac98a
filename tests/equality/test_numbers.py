"""Numbers of several kinds: balls, residues, floating point at one point and at many, they all say the same."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise as neighbours
from random import Random

import numpy as np
import pytest
from flint import arb

import gradviz as gv
from gradviz.equality import gathering
from gradviz.equality.balls import UnsureError
from gradviz.equality.drawing import UnluckyError
from gradviz.equality.ground import Ground
from gradviz.equality.lists import entries_of, pairwise
from gradviz.equality.marks import NEVER
from gradviz.equality.modular import PRIMES
from gradviz.equality.residues import Residues
from gradviz.equality.stacked import Stacked
from gradviz.graph.node import Node
from tests.checking.problems import PROBLEMS

PROGRAMS = {
    **{name: program for name, program, *_ in PROBLEMS},
    "pooled": "X ∈ ℝ^{1×6×6}; w ∈ ℝ^{1×1×3×3}; Z = conv2d(X, w); P = maxpool2d(Z, 2); L = sum(P ⊙ P)",
    "lines": "X ∈ ℝ^{3×5}; P = colprod(X); s = rowprod(X); m = max(s); L = sum(P) + sum(s) + m",
    "whole": "A ∈ ℝ^{3×3}; b ∈ ℝ^3; x = A⁻¹ b; L = xᵀ x + det(A)",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_balls_and_floating_point_agree_at_every_node(program):
    ground = Ground(gv.parse(program).dag, seed=3)
    for sample in ground.samples[:2]:
        for i in ground.needed:
            try:
                balls = entries_of(ground.ball_of(sample, 256, i))
            except UnsureError:
                continue
            floats = np.asarray(ground.float_of(sample, i), dtype=float).ravel()
            assert len(balls) == floats.size
            assert np.allclose([float(b.mid()) for b in balls], floats, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_all_points_at_once_are_as_each_by_itself(program):
    ground = Ground(gv.parse(program).dag, seed=4)
    samples = ground.samples[:4]
    with np.errstate(all="ignore"):
        for i in ground.needed:
            one_by_one = np.concatenate([np.ravel(np.asarray(ground.float_of(s, i), dtype=float)) for s in samples])
            for s in samples:  # so that it is computed anew, from what it is made of
                if ground.table.nodes[i].inputs:
                    del s.values[i]
            flat, axes = Stacked(ground, samples).flat(i)
            assert flat.size == one_by_one.size
            assert axes == np.shape(ground.float_of(samples[0], i))
            assert np.allclose(flat, one_by_one, rtol=1e-9, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize(
    ("axes_in", "out"),
    [
        (((0,), (1,)), (1, 0)),
        (((0, 1), (1, 2)), (0, 2)),
        (((0, 1), (1, 2)), (2, 0)),
        (((0, 0),), ()),
        (((0, 1),), (1,)),
        (((0, 1), (), (1,)), (0,)),
        (((0, 1, 2), (2, 0), (1,)), (1,)),
        (((), ()), ()),
    ],
)
def test_products_of_lists_are_those_of_arrays(axes_in, out):
    size = {0: 3, 1: 4, 2: 2}
    dims = tuple(tuple(size[a] for a in axes) for axes in axes_in)
    random = Random(5)  # noqa: S311
    operands = [
        [random.randrange(-9, 9) for _ in range(int(np.prod(d)))] if d else random.randrange(1, 9) for d in dims
    ]
    arguments = []
    for axes, d, x in zip(axes_in, dims, operands, strict=True):
        arguments += [np.array(x).reshape(d), list(axes)]
    wanted = np.einsum(*arguments, list(out)).ravel().tolist()
    small = gathering.products((axes_in, out), dims)(operands)
    large = gathering._by_arrays((axes_in, out), dims, operands)
    assert entries_of(small) == wanted
    assert entries_of(large) == wanted


def test_a_short_list_stands_for_each_row():
    assert pairwise(lambda a, b: a + b, [1, 2, 3, 4, 5, 6], [10, 20, 30]) == [11, 22, 33, 14, 25, 36]


def residues(*nodes: Node) -> Residues:
    ground = Ground(gv.parse("L = x^2").dag, seed=1)
    for node in nodes:
        ground.written.table.put(node)
    return Residues(ground.written, {}, {}, level=0, below=None, random=Random(1), signs=None)  # noqa: S311


def test_nothing_over_nothing_has_no_value():
    machine = residues(Node("number", (), (), Fraction(0)), Node("div", (0, 0), ()))
    with pytest.raises(UnluckyError):
        machine.value(1)
    with pytest.raises(UnluckyError):
        machine.value(1)


def test_a_root_is_remembered_as_long_as_its_node():
    machine = residues(
        Node("number", (), (), Fraction(29)),
        Node("sqrt", (0,), ()),
        Node("sqrt", (1,), ()),
        Node("number", (), (), Fraction(31)),
    )
    machine.value(1)
    assert machine.marks.rooted == NEVER  # √29 is always the positive one
    machine.value(2)
    assert machine.marks.rooted == 2
    machine.value(3)
    machine.written.cut(3)
    assert machine.marks.rooted == 2
    machine.written.cut(2)
    assert machine.marks.rooted == NEVER
    assert 2 not in machine.values


def test_the_tower_is_one_of_primes():
    from flint import fmpz

    assert all(fmpz(p).is_prime() for p in PRIMES)
    assert all((p - 1) % q == 0 for q, p in neighbours(PRIMES))


def test_precision_is_put_back():
    ground = Ground(gv.parse("L = e^x").dag, seed=1)
    third = arb(1) / 3
    ground.ball_of(ground.samples[0], 1024, ground.dag.root)
    assert (arb(1) / 3).rad() == third.rad()


@pytest.mark.parametrize("answer", ["(ŷ - y) h1", "h1 (ŷ - y)", "dL/dz2 h1"])
def test_a_form_that_is_told_is_known(answer):
    graph = gv.parse(PROGRAMS["bce chain"])
    assert graph.check("W2", answer).status == "equal_proved"
    from gradviz.api.checking import checker_of

    checker = checker_of(graph, "W2")
    with checker.ground.scratch():
        e = checker.read(answer)
        node = checker.nodes(e, checker.names(e), answer)[0].node
        assert checker.ground.place(node) in checker.proved


def test_what_depends_on_few_values_by_another_name_may_be_nothing():
    graph = gv.parse("y ∈ {0, 1}; v = y^3/3 - y^2/2; L = z v + z^2")
    assert graph.check("z", "v + 2z").ok
    for nothing in ("0/(y - y^2)", "0/(dv/dy)"):  # with a free y both would be 0
        verdict = graph.check("z", f"v + 2z + {nothing}")
        assert verdict.status == "unequal_proved"
