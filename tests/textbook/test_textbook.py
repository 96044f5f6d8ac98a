"""Every problem: the form that the book prints, the numbers, the shape, and reading back."""

from __future__ import annotations

import warnings
from collections import Counter
from typing import Any

import autograd
import numpy as np
import pytest

import gradviz as gv
from gradviz.equality import Point, value_of
from gradviz.notation import read_expression
from gradviz.ops import WORDS
from gradviz.ops.shapes import canonical, core
from gradviz.terms import extent
from tests.agreement import adjoint_names
from tests.textbook import PROBLEMS, Problem
from tests.textbook.answers import answer, graph_of, names, points_of
from tests.textbook.numpy_twin import run

EXACT = 1e-10
STEP = 1e-4
ALL = pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: p.label)
THERE = pytest.mark.parametrize("problem", [p for p in PROBLEMS if p.status in {"", "form"}], ids=lambda p: p.label)


# -- in numbers ----------------------------------------------------------------------------


def function(problem: Problem, point: Point) -> tuple[Any, Any]:
    """What is differentiated as a function of one value, and that value, by the twin in NumPy."""
    graph = graph_of(problem.source)
    of, by = names(problem)
    inputs = {n: np.asarray(point.inputs[graph.dag.names[n]], float) for n in graph.inputs}
    sizes = dict(point.sizes)
    value = np.asarray(run(problem.source, inputs, sizes, {})[by], float)
    return lambda v: run(problem.source, inputs, sizes, {by: v})[of], value


def by_autograd(problem: Problem, point: Point) -> Any:
    f, value = function(problem, point)
    take = {"hessian": autograd.hessian, "jacobian": autograd.jacobian, "index": autograd.jacobian}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.filterwarnings("ignore", "Output seems independent of input")
        return np.asarray(take.get(problem.kind, autograd.grad)(f)(value))


def by_differences(problem: Problem, point: Point) -> Any:
    f, value = function(problem, point)
    if problem.kind == "hessian":
        f = autograd.grad(f)
    columns = []
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Output seems independent of input")
        for place in np.ndindex(value.shape):
            step = np.zeros(value.shape)
            step[place] = STEP
            near = np.asarray(f(value + step)) - np.asarray(f(value - step))
            far = np.asarray(f(value + 2 * step)) - np.asarray(f(value - 2 * step))
            columns.append((8 * near - far) / (12 * STEP))
    found = np.moveaxis(np.array(columns), 0, -1)
    return found.reshape((*found.shape[:-1], *value.shape))


def by_reading(problem: Problem, text: str, point: Point) -> Any:
    """The value of a printed answer."""
    graph, gradient = graph_of(problem.source), answer(problem)
    adjoints = {} if problem.kind in {"jacobian", "index", "hessian"} else adjoint_names(graph)
    sizes = {d for n in graph.dag.nodes for d in n.shape if isinstance(d, str)}
    known = {*graph.dag.names, *adjoints, *sizes, *(["δ"] if gradient.letters else [])}
    e = read_expression(text, WORDS, known, bound=gradient.letters, sizes=sizes)
    wanted = canonical(gradient.shape)
    letters = dict(zip(gradient.letters, core(wanted), strict=True)) if gradient.letters else None
    value, shape = value_of(e, point, list(adjoints.items()), letters, wanted)
    dims = tuple(extent(d, point.sizes) for d in core(wanted))
    if text == "0":  # zero is written so, whatever its shape
        return np.zeros(dims)
    assert core(shape) == core(wanted), f"{text}: {shape}, not {wanted}"
    return np.asarray(value, float).reshape(dims)


def agree(found: Any, wanted: Any, tolerance: float, what: str) -> None:
    found, wanted = np.squeeze(found), np.squeeze(wanted)
    assert found.shape == wanted.shape, f"{what}: shape {found.shape}, not {wanted.shape}"
    scale = tolerance * max(1.0, np.abs(wanted).max(initial=0))
    assert (np.abs(found - wanted) <= scale).all(), f"{what}: {found}, not {wanted}"


# -- tests ---------------------------------------------------------------------------------


@ALL
def test_form(problem):
    """The answer is printed as the book prints it, or as the table says; a mark that is out of date is told."""
    if problem.status == "missing":
        with pytest.raises(gv.GradvizError):
            answer(problem)
    elif problem.status == "fault":
        with pytest.raises(Exception) as raised:  # noqa: PT011 - whatever breaks
            answer(problem)
        assert not isinstance(raised.value, gv.GradvizError), "the mark 'fault' is out of date"
    elif problem.status == "form":
        assert str(answer(problem)) != problem.expected, "the mark 'form' is out of date"
    else:
        assert str(answer(problem)) == problem.printed


@THERE
def test_numbers(problem):
    """The sweep, the printed answer and the book's answer have the value that autograd and differences find."""
    graph, gradient = graph_of(problem.source), answer(problem)
    of, by = names(problem)
    assert gradient.shape == (
        graph.shape(by) * 2
        if problem.kind == "hessian"
        else (*graph.shape(of), *graph.shape(by))
        if problem.kind in {"jacobian", "index"}
        else graph.shape(by)
    )
    found = points_of(problem.source)
    assert found, "no point where the program is finite"
    agree(by_differences(problem, found[0]), by_autograd(problem, found[0]), 1e-6, "differences")
    for point in found:
        wanted = by_autograd(problem, point)
        if of == graph.output and problem.kind != "hessian":
            agree(point.adjoints[graph.dag.names[by]], wanted, EXACT, "sweep")
        for text in (str(gradient), gradient.ascii(), gradient.latex()):
            agree(by_reading(problem, text, point), wanted, EXACT, text)
        if problem.status == "form" or problem.also:
            try:
                book = by_reading(problem, problem.expected, point)
            except gv.GradvizError:
                return  # a form that cannot be read yet cannot be printed yet
            agree(book, wanted, EXACT, f"the book: {problem.expected}")


@pytest.mark.parametrize(
    "problem", [p for p in PROBLEMS if p.kind == "gradient" and p.status in {"", "form"}], ids=lambda p: p.label
)
def test_derivation(problem):
    """Each line of the derivation holds."""
    graph_of(problem.source).derivation(problem.by, strict=True)


def test_the_table():
    """There are enough problems; none stands there twice, and each says where it comes from."""
    assert len(PROBLEMS) >= 140
    assert all(p.where and p.topic for p in PROBLEMS)
    assert all(p.also != p.expected for p in PROBLEMS)
    twice = [k for k, n in Counter((p.source, p.by, p.kind) for p in PROBLEMS).items() if n > 1]
    assert not twice
