"""Answers to one question about a graph: everything that can be known beforehand is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gradviz.calculus.gradients import Gradients
from gradviz.checking.derivatives import derivative, others
from gradviz.checking.reading import Reading, readings
from gradviz.checking.showing import WrongAt
from gradviz.checking.target import Target
from gradviz.checking.verdict import Spelled, Verdict
from gradviz.equality import names_in
from gradviz.equality.decide import Decision, decide
from gradviz.equality.ground import Ground
from gradviz.graph.expression import open_calls
from gradviz.graph.making import Operand, Value
from gradviz.graph.node import Node
from gradviz.messages import (
    AmbiguousError,
    GradvizError,
    Message,
    NamingError,
    Place,
    ReadError,
    ResourceError,
    UsageError,
    say,
)
from gradviz.notation import place_of, read_expression, tree, write
from gradviz.notation.walk import children, rebuild
from gradviz.ops import WORDS, Shape
from gradviz.ops.shapes import core, show, transpose

if TYPE_CHECKING:
    from gradviz.checking.diagnose import Diagnoser


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is right: its node, its shape, and how it is written.

    Parameters
    ----------
    node : int
    shape : Shape
    expr : tree.Expr
    letters : tuple of str
        The indices that the expression is written with, where it is one entry.
    """

    node: int
    shape: Shape
    expr: tree.Expr
    letters: tuple[str, ...] = ()


class Room:
    """A graph with its points, shared by all questions about it.

    Parameters
    ----------
    gradients : Gradients
    seed : int, optional
    sizes : mapping of str to int, optional
        Numbers for the symbolic sizes, where they are given.
    """

    def __init__(self, gradients: Gradients, seed: int | None = None, sizes: Mapping[str, int] | None = None) -> None:
        self.gradients = gradients
        self.dag = gradients.dag
        self.ground = Ground(self.dag, seed, sizes=sizes)
        self.checkers: dict[Any, Checker] = {}

    @cached_property
    def deltas(self) -> Mapping[str, int]:
        """Adjoints that are called δ."""
        return {name: p for p, name in self.gradients.deltas.items()}

    @cached_property
    def known(self) -> frozenset[str]:
        """The names that an answer may use."""
        return frozenset({*self.dag.names, *self.deltas})

    @cached_property
    def names(self) -> dict[str, Operand]:
        """What they stand for."""
        found: dict[str, Operand] = {n: Value(i) for n, i in self.dag.names.items()}
        for name, position in self.deltas.items():
            if position in self.ground.swept.adjoints:
                found[name] = self.adjoint(name, position)
        return found

    @cached_property
    def blocks(self) -> dict[str, set[str]]:
        """For each block's result, the names inside."""
        found: dict[str, set[str]] = {}
        for name in self.dag.names:
            owner, dot, inner = name.partition(".")
            if dot:
                found.setdefault(owner, set()).add(inner)
        return found

    def adjoint(self, name: str, position: int) -> Value:
        """The adjoint of a node, under a name; it has the shape of the node."""
        leaf = Node("leaf", (), self.dag.nodes[position].shape, (), name)
        return Value(self.ground.leaf(leaf, self.ground.swept.adjoints[position]))

    def partial(self, e: tree.Partial) -> Operand:
        """What ``∂L/∂z`` or ``∂ŷ/∂z`` stands for."""
        assert isinstance(e.of, tree.Name)
        assert isinstance(e.by, tree.Name)
        of, by = (self.dag.names[n.name] for n in (e.of, e.by))
        name = write(e, "unicode", WORDS)
        if of == self.dag.root and by in self.ground.swept.adjoints:
            return self.adjoint(name, by)
        found = local(self, of, by)
        if found is None:
            raise UsageError(say("not-a-function-of", of=e.of.name, by=e.by.name))
        shape = self.ground.table.nodes[found].shape
        if not core(self.dag.nodes[of].shape):
            shape = self.dag.nodes[by].shape
        return Value(self.ground.leaf(Node("leaf", (), shape, (), name), found))


def local(room: Room, of: int, by: int) -> int | None:
    """A local derivative where one is made of the other, else a derivative through all that lies between."""
    links = room.gradients.links
    direct = of in links.consumers.get(by, ())
    return derivative(room.ground, of, by, others(links, of, by) if direct else ())


class Checker:
    """One question: holds answers against one target.

    Parameters
    ----------
    room : Room
    target : Target
    wanted : Wanted
    """

    def __init__(self, room: Room, target: Target, wanted: Wanted) -> None:
        self.room = room
        self.target = target
        self.wanted = wanted
        self.ground = room.ground

    @cached_property
    def expected(self) -> Any:
        """What is right, for the verdict."""
        return Spelled(self.wanted.expr)

    @cached_property
    def name(self) -> str:
        """What is asked for, as it is written."""
        return write(self.target.expr, "unicode", WORDS)

    @cached_property
    def diagnoser(self) -> Diagnoser:
        """What tells mistakes."""
        from gradviz.checking.diagnose import Diagnoser

        return Diagnoser(self)

    def check(self, text: str, *, strict: bool = False) -> Verdict:
        """The verdict on an answer; never an exception.

        Parameters
        ----------
        text : str
        strict : bool
            Refuse an answer that has two readings, instead of trying each.
        """
        if not isinstance(text, str):
            return Verdict("invalid", say("answer-no-text"))
        try:
            e = self.read(text)
            names = self.names(e)
            with self.ground.scratch():
                return self._check(text, e, names, strict=strict)
        except ResourceError as problem:
            return Verdict("resource", problem, expected=self.expected)
        except GradvizError as problem:
            return Verdict("invalid", problem, expected=self.expected)
        except RecursionError:
            return Verdict("resource", say("recursion"), expected=self.expected)
        except _UNFORESEEN as problem:
            # A fault of gradviz: no student is marked down for it.
            return Verdict("undecided", say("answer-undecided"), evidence={"problem": repr(problem)})

    def _check(self, text: str, e: tree.Expr, names: Mapping[str, Operand], *, strict: bool) -> Verdict:
        found = self.nodes(e, names, text)
        if strict and len(found) > 1:
            shown = "; ".join(write(r.expr, "unicode", WORDS) for r in found)
            raise AmbiguousError(say("answer-ambiguous", readings=shown))
        best: tuple[int, Verdict] | None = None
        for reading in found:
            verdict = self.judge(reading)
            rank = _RANK[verdict.status]
            if best is None or rank < best[0]:
                best = rank, verdict
            if verdict.ok:
                break
        assert best is not None
        return best[1]

    # -- reading

    def read(self, text: str) -> tree.Expr:
        """The expression that an answer is."""
        room = self.room
        e = read_expression(
            text,
            WORDS,
            room.known,
            answer=True,
            functions={n: len(f.parameters) for n, f in room.dag.functions.items()},
            sizes=room.dag.sizes,
            stages=room.blocks,
        )
        return open_calls(_entries_outside(e), room.dag.functions)

    def names(self, e: tree.Expr) -> Mapping[str, Operand]:
        """What the names of an answer stand for."""
        room = self.room
        if self.target.kind == "value" and self.target.of in names_in(e):
            raise NamingError(say("answer-itself", target=self.name))
        if isinstance(self.itself, str) and self.itself in names_in(e):
            raise NamingError(say("answer-itself", target=self.name))
        for p in _partials(e):
            name = write(p, "unicode", WORDS)
            if name == self.name:
                raise NamingError(say("answer-itself", target=self.name))
            if name not in room.names:
                room.names[name] = room.partial(p)
        return room.names

    @cached_property
    def itself(self) -> str | None:
        """Another name of what is asked for: δ."""
        if self.target.kind != "gradient":
            return None
        return self.room.gradients.deltas.get(self.room.dag.names[self.target.by])

    def nodes(self, e: tree.Expr, names: Mapping[str, Operand], text: str) -> list[Reading]:
        """The readings of an answer, as nodes."""
        return readings(
            e,
            self.ground.table,
            names,
            self.ground.sizes,
            self.wanted.shape,
            symbols=self.room.dag.sizes,
            place=_placer(text),
            unknown=_unknown,
        )

    # -- judging

    def judge(self, reading: Reading) -> Verdict:
        """The verdict on one reading."""
        given = self.ground.table.nodes[reading.node].shape
        parsed = Spelled(reading.expr)
        if core(given) != core(self.wanted.shape) or not _same_shape(given, self.wanted.shape):
            return self.misshapen(reading, given)
        if not self.ground.samples:
            problem = say("answer-no-points", output=self.room.dag.output)
            return Verdict("undecided", problem, parsed, self.expected)
        found = decide(self.ground, reading.node, self.wanted.node)
        return self.told(reading, found)

    def told(self, reading: Reading, found: Decision) -> Verdict:
        """A decision as a verdict."""
        parsed = Spelled(reading.expr)
        evidence = evidence_of(found)
        if found.status.startswith("equal"):
            said = self.right(reading, found)
            return Verdict(found.status, said, parsed, self.expected, evidence=evidence)
        if found.status == "undecided":
            return Verdict("undecided", say("answer-undecided"), parsed, self.expected, evidence=evidence)
        assert found.sample is not None
        where = self.wrong_at(reading, found)
        mistakes = self.diagnoser.of(reading.node)
        return Verdict(found.status, where, parsed, self.expected, where, mistakes, evidence)

    def wrong_at(self, reading: Reading, found: Decision) -> WrongAt:
        """Where an answer is wrong."""
        sample = found.sample
        assert sample is not None
        mine, wanted = (self.ground.float_of(sample, i) for i in (reading.node, self.wanted.node))
        exprs = reading.expr, self.wanted.expr
        return WrongAt(self.ground, sample, self.name, exprs, mine, wanted, undefined=found.undefined)

    def right(self, reading: Reading, found: Decision) -> Message:
        """What is said of a right answer."""
        if found.status == "equal_numeric":
            return say("answer-numeric", points=found.points, bits=found.bits)
        if found.facts:
            facts = ", ".join(_fact_text(self.room, n) for n in found.facts)
            return say("answer-right-on", facts=facts)
        if reading.chosen:
            return say("answer-right-read", reading=Spelled(reading.expr))
        return say("answer-right")

    def misshapen(self, reading: Reading, given: Shape) -> Verdict:
        """The verdict on an answer whose shape is not what is asked for."""
        wanted = self.wanted.shape
        turned = len(given) < 3 and len(wanted) < 3 and _same_shape(transpose((given,)), wanted)
        kind = "answer-turned" if turned else "answer-shape"
        message = say(kind, target=self.name, wanted=shape_text(wanted), given=shape_text(given))
        evidence = {"shape": [str(d) for d in given]}
        found = self.diagnoser.of_shape(reading.node, given)
        return Verdict("unequal_proved", message, Spelled(reading.expr), self.expected, None, found, evidence)


_UNFORESEEN = (ArithmeticError, ValueError, MemoryError, LookupError, TypeError, AttributeError, AssertionError)
_RANK = {"equal_proved": 0, "equal_numeric": 1, "undecided": 2, "unequal_proved": 3, "invalid": 4, "resource": 5}


def evidence_of(found: Decision) -> dict[str, Any]:
    """How something was decided."""
    evidence: dict[str, Any] = {"points": found.points, "bits": found.bits}
    if found.primes:
        evidence["primes"] = found.primes
    if found.facts:
        evidence["facts"] = list(found.facts)
    return evidence


def _fact_text(room: Room, name: str) -> str:
    from gradviz.numeric.inputs import domain_text

    said = ", ".join(domain_text(d) for d in room.dag.facts[name])
    return f"{write(tree.Name(name), 'unicode', WORDS)} ∈ {said}" if said.startswith("{") else f"{name}: {said}"


def shape_text(shape: Shape) -> str:
    """A shape as people say it; a vector is a column."""
    return show(shape) if len(shape) != 1 else f"{show(shape)}×1"


def _same_shape(given: Shape, wanted: Shape) -> bool:
    """Whether two shapes are the same; a column of one column is a vector."""
    from gradviz.ops.shapes import canonical

    return canonical(given) == canonical(wanted)


def _unknown(n: tree.Name) -> Operand:
    raise NamingError(say("unknown-name", name=n.name))


def _placer(text: str) -> Any:
    source = tree.Source(text)

    def place(span: tree.Span) -> Place | None:
        return None if span == tree.NOWHERE else place_of(source, span)

    return place


def _partials(e: tree.Expr) -> Iterator[tree.Partial]:
    stack = [e]
    while stack:
        here = stack.pop()
        if isinstance(here, tree.Partial):
            if not (isinstance(here.of, tree.Name) and isinstance(here.by, tree.Name)):
                raise ReadError(say("not-a-gradient", text=write(here, "unicode", WORDS)))
            yield here
        else:
            stack.extend(children(here))


def _entries_outside(e: tree.Expr) -> tree.Expr:
    """``∂L/∂z[2]`` is the second entry of ``∂L/∂z``."""
    if isinstance(e, tree.Partial) and isinstance(e.by, tree.Entry) and isinstance(e.by.array, tree.Name):
        return tree.Entry(replace(e, by=e.by.array), e.by.indices, e.span)
    return rebuild(e, _entries_outside) if children(e) else e


__all__ = ["Checker", "Room", "Wanted"]
