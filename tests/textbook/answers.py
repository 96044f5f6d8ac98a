"""What gradviz says to a problem."""

from __future__ import annotations

from functools import cache

import gradviz as gv
from gradviz.api.gradient import Gradient
from gradviz.equality import Point, points
from gradviz.notation import canonical
from tests.textbook.problem import Problem


@cache
def graph_of(source: str) -> gv.Graph:
    return gv.parse(source)


@cache
def points_of(source: str) -> list[Point]:
    return points(graph_of(source).dag, 2)


def names(problem: Problem) -> tuple[str, str]:
    """What is differentiated, and by what."""
    of, _, by = problem.by.rpartition("/")
    return canonical(of or graph_of(problem.source).output), canonical(by)


@cache
def answer(problem: Problem) -> Gradient:
    graph = graph_of(problem.source)
    of, by = names(problem)
    match problem.kind:
        case "hessian":
            return graph.hessian(by)
        case "jacobian":
            return graph.jacobian(of, by)
        case "index":
            return graph.jacobian(of, by, form="index")
        case "later":
            return graph.gradient(by, form="later")
    return graph.gradient(by)
