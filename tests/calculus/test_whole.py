"""Random programs over all operations: numbers, autograd, differences, printed gradients read back, derivations, Jacobians."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import gradviz as gv
from tests.agreement import by_differences, check, same
from tests.calculus import test_hessian, test_jacobian
from tests.whole import weave

_QUICK = settings(deadline=None, suppress_health_check=list(HealthCheck))


@settings(_QUICK, max_examples=30)
@given(st.integers(0, 10**9))
@example(536_870_912)  # 𝟏 𝟏ᵀ A beside comparisons of what has ones inside
def test_programs(seed: int) -> None:
    check(*weave(seed), derivations=False)


@pytest.mark.parametrize("seed", range(6))
def test_derivations(seed: int) -> None:
    check(*weave(seed, 3, 5))


@pytest.mark.parametrize("seed", range(2))
def test_long_programs(seed: int) -> None:
    check(*weave(100 + seed, 25, 30), derivations=False)


@pytest.mark.parametrize("seed", range(6))
def test_central_differences(seed: int) -> None:
    program, inputs = weave(1000 + seed, 3, 6)
    found = gv.parse(program.text).explain(at=inputs)
    for name in program.inputs:
        assert same(found.gradients[name], by_differences(program, name, inputs, inputs[name]), 1e-4), name


@pytest.mark.parametrize("seed", range(5))
def test_jacobians(seed: int) -> None:
    program, inputs = weave(2000 + seed, 3, 4)
    test_jacobian.check(gv.parse(program.text), inputs, pairs=4, seed=seed)


@pytest.mark.parametrize("seed", range(5))
def test_hessians(seed: int) -> None:
    program, inputs = weave(3000 + seed, 3, 4)
    test_hessian.check_program(program, inputs)
