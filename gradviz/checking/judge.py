"""The verdict on a reading of an answer: what is decided, what is said of it, where it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.checking.question import Question
from gradviz.checking.reading import Reading
from gradviz.checking.room import fact_text
from gradviz.checking.showing import WrongAt, uncovered_text, wrong_at
from gradviz.checking.simpler import simpler
from gradviz.checking.texts import has_partials, same_shape, shape_text
from gradviz.checking.verdict import EQUAL, Mistake, Spelled, Verdict, verdict_of
from gradviz.equality import names_in
from gradviz.equality.comparing import Decision
from gradviz.equality.decide import decide, proved_free, still
from gradviz.equality.sizing import assignments
from gradviz.graph.expression import stage_expr
from gradviz.graph.node import Node
from gradviz.messages import GradvizError, Message, say
from gradviz.notation import tree, write
from gradviz.ops import WORDS, Shape
from gradviz.ops.shapes import core, transpose

if TYPE_CHECKING:
    from gradviz.checking.diagnose import Diagnoser


class Judge(Question):
    """One question: holds readings of answers against one target.

    Parameters
    ----------
    room : Room
    target : Target
    wanted : Wanted
    """

    diagnoses = True
    """Whether the mistake in a wrong answer is looked for."""

    repeats = False
    """Whether answers come here that are right for other sizes."""

    @cached_property
    def expected(self) -> Any:
        """What is right, for the verdict."""
        return Spelled(self.wanted.expr)

    @cached_property
    def proved(self) -> Mapping[int, Decision]:
        """Where the forms are written out in which gradviz tells what is right, each with the proof that it is."""
        if self.repeats:
            return {}  # what is among these is right for all sizes, and does not come here
        forms = [] if self.wanted.letters else [self.wanted.expr]
        if self.target.kind == "gradient" and self.room.dag.names[self.target.by] in self.ground.swept.adjoints:
            later = self.room.gradients.adjoint(self.room.dag.names[self.target.by]).by_later
            forms += [] if later.letters else [later.expr]
        proofs = {}
        for e in forms if self.ground.samples else ():
            try:
                with self.room.reading(totally=False):
                    node = self.nodes(e, self.names(e), "")[0].node
                place = self.ground.place(node)
                found = proved_free(self.ground, place, self.ground.place(self.wanted.node), points=0)
            except (GradvizError, RecursionError, *UNFORESEEN):
                continue  # answers are decided without it
            if found is not None:
                proofs[place] = found
        return proofs

    @property
    def is_gradient(self) -> bool:
        """Whether what is asked for has the shape of a name."""
        return self.target.kind in ("gradient", "value") or not core(self.room.dag.nodes[self.of].shape)

    @property
    def of(self) -> int:
        """The node that is differentiated, last."""
        return self.room.dag.names[self.target.by if self.target.kind == "hessian" else self.target.of]

    @cached_property
    def diagnoser(self) -> Diagnoser:
        """What tells mistakes."""
        from gradviz.checking.diagnose import Diagnoser

        return Diagnoser(self)

    def judge(self, reading: Reading) -> Verdict:
        """The verdict on one reading."""
        wanted = self.wanted.shape
        node = self.ground.table.nodes[reading.node]
        given = wanted if reading.letters or node == ZERO else node.shape  # 0 has every shape, as gradviz writes it
        if given != wanted and (core(given) != core(wanted) or not same_shape(given, wanted)):
            return self.misshapen(reading, given)
        if not self.ground.samples:
            problem = say("answer-no-points", output=self.room.dag.output)
            return Verdict("undecided", problem, Spelled(reading.expr), self.expected)
        known = self.proved.get(self.ground.place(reading.node))
        return self.told(reading, known) if known else self.decided(reading)

    def decided(self, reading: Reading) -> Verdict:
        """The verdict on what is not known."""
        how = still if self.repeats else decide
        verdict = self.told(reading, how(self.ground, reading.node, self.wanted.node))
        if not (verdict.ok and self.ground.sizes) or self.in_numbers or self.repeats:
            return verdict
        place = self.ground.place(reading.node)
        count = 1 if place == self.ground.place(self.wanted.node) else assignments(self.ground, place)
        if count is None:
            return verdict._replace(status="undecided", said=say("answer-undecided"))
        return verdict._replace(evidence={**verdict.evidence, "sizes": count})

    def told(self, reading: Reading, found: Decision) -> Verdict:
        """A decision as a verdict."""
        parsed = Spelled(reading.expr)
        evidence = evidence_of(found)
        if found.status in EQUAL:
            said = self.right(reading, found)
            return verdict_of((found.status, said, parsed, self.expected, None, (), evidence, None))
        if found.status == "undecided":
            return Verdict("undecided", say("answer-undecided"), parsed, self.expected, evidence=evidence)
        if found.sample not in self.ground.samples:  # it was sought, and its numbers may be long
            found = simpler(self.ground, found, reading.node, self.wanted.node)
        where = self.wrong_at(reading, found)
        mistakes = self.mistakes(lambda: self.diagnosed(reading), evidence) if self.diagnoses else ()
        return verdict_of((found.status, where, parsed, self.expected, where, mistakes, evidence, None))

    def mistakes(self, look: Callable[[], tuple[Mistake, ...]], evidence: dict[str, Any]) -> tuple[Mistake, ...]:
        """What a wrong answer is consistent with; a fault in finding that out leaves the verdict as it is."""
        if not self.diagnoses:
            return ()
        try:
            with np.errstate(all="ignore"):
                return look()
        except (GradvizError, *UNFORESEEN) as problem:
            evidence["problem"] = repr(problem)
            return ()

    def diagnosed(self, reading: Reading) -> tuple[Mistake, ...]:
        """What a wrong reading is consistent with."""
        return self.diagnoser.of_entry(reading) if reading.letters else self.diagnoser.of_reading(reading)

    def wrong_at(self, reading: Reading, found: Decision) -> WrongAt:
        """Where an answer is wrong."""
        sample = found.sample
        assert sample is not None
        right = self.ground.float_of(sample, self.wanted.node) if found.right is None else found.right
        wanted = self.wanted
        exprs = reading.expr, wanted.expr
        return wrong_at((self.ground, sample, self.name, exprs, found.mine, right, wanted.shape, found.undefined))

    def right(self, reading: Reading, found: Decision) -> object:
        """What is said of a right answer."""
        if found.status == "equal_numeric":
            said = say("answer-numeric", points=found.points, bits=found.bits)
            hidden = uncovered_text(self.ground)
            return say("answer-numeric-but", said=said, sides=hidden) if hidden else said
        if found.facts:
            facts = ", ".join(fact_text(self.room, n) for n in found.facts)
            return _Right(self, reading, say("answer-right-on", facts=facts))
        return _Right(self, reading)

    def differs_at_kinks(self, e: tree.Expr) -> bool:
        """Whether a right answer is another number where something switches."""
        from gradviz.checking.at_kinks import differs_at_kinks, may_switch

        if self.wanted.letters or not may_switch(self.ground, e):
            return False
        try:
            names = self.names(e)
            with self.ground.scratch():
                mine = self.nodes(e, names, "")[0].node
                return differs_at_kinks(self.ground, self.ground.place(mine), self.ground.place(self.wanted.node))
        except GradvizError:
            return False

    def definitions(self, e: tree.Expr) -> tuple[str, ...]:
        """The stages whose definitions an answer needs to be that which is written here."""
        if self.wanted.letters or self.target.kind != "gradient" or has_partials(e):
            return ()
        if names_in(e) & set(self.room.deltas) or names_in(self.wanted.expr) & set(self.room.deltas):
            return ()
        from gradviz.checking.bound import definitions

        try:
            names = self.names(e)
            with self.ground.scratch():
                mine, wanted = (self.nodes(x, names, "")[0].node for x in (e, self.wanted.expr))
                return definitions(self.ground, mine, wanted, e)
        except GradvizError:
            return ()

    def misshapen(self, reading: Reading, given: Shape) -> Verdict:
        """The verdict on an answer whose shape is not what is asked for."""
        wanted = self.wanted.shape
        turned = len(given) < 3 and len(wanted) < 3 and same_shape(transpose((given,)), wanted)
        kind = "answer-turned" if turned else "answer-shape"
        message = say(kind, target=self.name, wanted=shape_text(wanted), given=shape_text(given))
        evidence: dict[str, Any] = {"shape": [str(d) for d in given]}
        found = self.mistakes(lambda: self.diagnoser.of_shape(reading.node, given), evidence)
        return Verdict("unequal_proved", message, Spelled(reading.expr), self.expected, None, found, evidence)


@dataclass(frozen=True, slots=True)
class _Right:
    """What is said of a right answer, found out when it is read: which definitions it needs, what of kinks."""

    judge: Judge
    reading: Reading
    known: Message | None = None

    def __str__(self) -> str:
        said = self.plainly() if self.known is None else str(self.known)
        at_kinks = self.judge.differs_at_kinks(self.reading.expr)
        return str(say("answer-right-almost", said=said)) if at_kinks else said

    def plainly(self) -> str:
        """What is said of it elsewhere than at kinks."""
        e = self.reading.expr
        needed = self.judge.definitions(e)
        if needed:
            dag = self.judge.room.dag
            equations = [tree.Comparison("=", tree.Name(n), stage_expr(dag, dag.names[n])) for n in needed]
            return str(say("answer-right-by", definitions=", ".join(write(q, "unicode", WORDS) for q in equations)))
        if self.reading.chosen:
            return str(say("answer-right-read", reading=Spelled(e)))
        return str(say("answer-right"))


ZERO = Node("number", (), (), Fraction(0))
UNFORESEEN = (ArithmeticError, ValueError, MemoryError, LookupError, TypeError, AttributeError, AssertionError)


def evidence_of(found: Decision) -> dict[str, Any]:
    """How something was decided."""
    evidence: dict[str, Any] = {"points": found.points, "bits": found.bits}
    if found.primes:
        evidence["primes"] = found.primes
    if found.facts:
        evidence["facts"] = list(found.facts)
    return evidence
