"""Checking of answers as users meet it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gradviz.api.values import assigned
from gradviz.checking import LEVELS, Verdict
from gradviz.checking.checker import Checker, Room
from gradviz.checking.numeric import NumberChecker
from gradviz.checking.target import read_target
from gradviz.checking.wanted import checker, wanted
from gradviz.equality.ground import Sample
from gradviz.messages import InputError, UsageError, say
from gradviz.numeric.inputs import prepare

if TYPE_CHECKING:
    from gradviz.api.graph import Graph


def checker_of(graph: Graph, target: str, seed: int | None = None) -> Checker:
    """What holds answers against a target; made once for each."""
    room = graph.room(seed)
    known = room.checkers
    if target not in known:
        known[target] = checker(room, read_target(target, graph.dag, room.deltas))
    return known[target]


def number_checker(
    graph: Graph, target: str, values: Mapping[str, Any], tolerance: float | None, seed: int | None
) -> NumberChecker:
    """What holds numbers against a target at given values of the inputs."""
    inputs, sizes = prepare(graph.dag, values, seed)
    room = Room(graph.gradients, seed, sizes)
    asked = read_target(target, graph.dag, room.deltas, at=True)
    for name in graph.dag.leaves:
        if graph.dag.names[name] not in inputs:
            raise InputError(say("no-value", name=name), hint=say("no-value-hint", name=name))
    found = NumberChecker(room, asked, wanted(room, asked))
    return found.at(Sample({}, dict(inputs)), tolerance)


def check(
    graph: Graph,
    target: str,
    answer: str,
    *,
    at: Mapping[str, Any] | str | None,
    tolerance: float | None,
    strict: bool,
    feedback: str,
    seed: int | None,
) -> Verdict:
    """The verdict on one answer; see `Graph.check`."""
    if feedback not in LEVELS:
        raise UsageError(say("no-such-feedback", name=feedback, known=", ".join(LEVELS)))
    if tolerance is not None and not tolerance > 0:
        raise UsageError(say("bad-tolerance"))
    if at is None:
        return checker_of(graph, target, seed).check(answer, strict=strict).told(feedback)
    values = assigned(at)
    asked = number_checker(graph._shaped(values), target, values, tolerance, seed)
    return asked.check(answer, strict=strict).told(feedback)
