"""Checking of answers as users meet it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from gradviz.api.values import assigned
from gradviz.api.verdicts import ShownLines, shown
from gradviz.checking import LEVELS, Verdict
from gradviz.checking.checker import MOST_IN_GRAPH, Checker
from gradviz.checking.demands import FORMS, Used, used_in
from gradviz.checking.lines import check_lines
from gradviz.checking.numeric import NumberChecker
from gradviz.checking.room import Room
from gradviz.checking.standing import stand_ins
from gradviz.checking.target import read_target
from gradviz.checking.wanted import checker, wanted
from gradviz.equality.sample import Sample
from gradviz.graph.partials import partial_name
from gradviz.messages import GradvizError, InputError, UsageError, say
from gradviz.notation import read_expression, tree
from gradviz.numeric.inputs import prepare
from gradviz.ops import WORDS

if TYPE_CHECKING:
    from gradviz.api.graph import Graph


MOST_KEPT = 32
"""Questions about numbers that a graph keeps what answers are held against for."""


def room_of(graph: Graph, seed: int | None = None) -> Room:
    """What answers are checked with: where declared sizes are large, the graph with small ones in their place."""
    room = graph.room(seed)
    if room.small is None:
        program = graph.program if room.largest > MOST_IN_GRAPH else None
        room.small = room if program is None else stand_ins(room, program, graph.output) or room
    return room.small


def checker_of(graph: Graph, target: str, seed: int | None = None) -> Checker:
    """What holds answers against a target; made once for each."""
    room = room_of(graph, seed)
    found = room.checkers.get(target)
    if found is None:
        found = room.checkers[target] = checker(room, read_target(target, room.dag, room.deltas))
    return found


def number_checker(
    graph: Graph, target: str, values: Mapping[str, Any], tolerance: float | None, seed: int | None
) -> NumberChecker:
    """What holds numbers against a target at given values of the inputs."""
    inputs, sizes = prepare(graph.dag, values, seed)
    room = Room(graph.opened(frozenset()), seed, sizes)
    asked = read_target(target, graph.dag, room.deltas, at=True)
    for name in graph.dag.leaves:
        if graph.dag.names[name] not in inputs:
            raise InputError(say("no-value", name=name), hint=say("no-value-hint", name=name))
    found = NumberChecker(room, asked, wanted(room, asked))
    return found.at(Sample({}, dict(inputs)), tolerance)


def _allowed(name: str, graph: Graph, seed: int | None) -> list[str]:
    """The spellings that answers have for a name: canonical, or a derivative as it is written; two for δ.

    Raises
    ------
    UsageError
        The program has no such name.
    """
    if name in graph.dag.names:
        return [name]
    dag, deltas = graph.dag, graph.room(seed).deltas
    known = {*dag.names, *dag.sizes, *deltas}
    problem = UsageError(say("no-such-name", name=name, known=", ".join(dag.names)), hint=say("hint-names"))
    try:
        read = read_expression(name, WORDS, known, answer=True) if isinstance(name, str) else None
    except GradvizError:
        raise problem from None
    if isinstance(read, tree.Name):
        of = dag.nodes[deltas[read.name]].name if read.name in deltas else ""
        return [read.name, *([partial_name(tree.Partial(tree.Name(dag.output), tree.Name(of)))] if of else [])]
    if isinstance(read, tree.Partial) and isinstance(read.of, tree.Name) and isinstance(read.by, tree.Name):
        by = read.by.name if read.of.name == dag.output else ""
        return [partial_name(read), *(n for n, i in deltas.items() if dag.nodes[i].name == by)]
    raise problem


class Asked(NamedTuple):
    """How an answer is to be checked; see `Graph.check`."""

    at: Mapping[str, Any] | str | None = None
    form: str | None = None
    in_terms_of: Collection[str] | None = None
    tolerance: float | None = None
    strict: bool = False
    feedback: str = "full"
    seed: int | None = None

    def validated(self, graph: Graph) -> Asked:
        """The same with canonical names, or an error that says what there is."""
        if self.feedback not in LEVELS:
            raise UsageError(say("no-such-feedback", name=self.feedback, known=", ".join(LEVELS)))
        if self.form is not None and self.form not in FORMS:
            raise UsageError(say("no-such-answer-form", name=self.form, known=", ".join(FORMS)))
        if self.tolerance is not None and not self.tolerance > 0:
            raise UsageError(say("bad-tolerance"))
        if self.in_terms_of is None:
            return self
        if isinstance(self.in_terms_of, str):
            raise UsageError(say("names-as-text", names=self.in_terms_of))
        return self._replace(in_terms_of=[s for name in self.in_terms_of for s in _allowed(name, graph, self.seed)])


def _numbers(graph: Graph, target: str, asked: Asked) -> NumberChecker:
    """What holds numbers against a target; kept for values that are given as text, which are a question's own."""
    kept = graph.room(asked.seed).numbers
    key = (target, asked.at, asked.tolerance) if isinstance(asked.at, str) else None
    found = kept.get(key) if key else None
    if found is None:
        values = assigned(asked.at)
        found = number_checker(graph._shaped(values), target, values, asked.tolerance, asked.seed)
        if key:
            while len(kept) >= MOST_KEPT:
                del kept[next(iter(kept))]
            kept[key] = found
    return found


def check(graph: Graph, target: str, answer: str, asked: Asked) -> Verdict:
    """The verdict on one answer; see `Graph.check`."""
    asked = asked.validated(graph)
    holder = checker_of(graph, target, asked.seed) if asked.at is None else _numbers(graph, target, asked)
    verdict = holder.check(
        answer,
        strict=asked.strict,
        form=asked.form,
        in_terms_of=asked.in_terms_of,
        diagnose=asked.feedback in ("hint", "full"),
    )
    return shown(verdict.told(asked.feedback))


def check_derivation(graph: Graph, target: str, text: str, feedback: str, seed: int | None) -> ShownLines:
    """The verdicts on the lines of a derivation; see `Graph.check_derivation`."""
    found = check_lines(checker_of(graph, target, seed), text, feedback=feedback)
    return ShownLines(found.lines, found.lacks)


def names_used(graph: Graph, target: str, answer: str) -> Used:
    """The names in an answer, by what they are.

    Raises
    ------
    GradvizError
        The answer cannot be read, or there is no such target.

    Examples
    --------
    >>> import gradviz as gv
    >>> graph = gv.parse("ŷ = σ(z); L = (ŷ - y)^2")
    >>> names_used(graph, "z", "dL/dŷ · ŷ(1 - ŷ)")
    Used(forward=frozenset({'ŷ'}), adjoints=frozenset({'∂L/∂ŷ'}), locals=frozenset())
    """
    holder = checker_of(graph, target)
    room = holder.room
    output = "" if room.gradient_of is None else graph.output
    return used_in(holder.read(answer), output, room.dag.names, room.deltas)
