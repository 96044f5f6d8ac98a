"""Answers to one question about a graph: everything that can be known beforehand is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress

from gradviz.checking.demands import lacks
from gradviz.checking.from_numpy import in_numpy, turned, unknown_word
from gradviz.checking.grouping import regrouped
from gradviz.checking.judge import UNFORESEEN, Judge
from gradviz.checking.left import Left, Means
from gradviz.checking.parts import Parts, parted
from gradviz.checking.placed import Placing, Read
from gradviz.checking.reading import Reading
from gradviz.checking.respelled import adjoints_in_code, respelled
from gradviz.checking.room import Room
from gradviz.checking.target import Target
from gradviz.checking.texts import are_named, behind_sum, has_partials, left_letters, letters_in, partials, same_shape
from gradviz.checking.verdict import Verdict
from gradviz.graph.making import Operand
from gradviz.graph.partials import partial_name
from gradviz.messages import (
    AmbiguousError,
    GradvizError,
    Message,
    NamingError,
    ReadError,
    ResourceError,
    ShapeError,
    say,
)
from gradviz.notation import spell, tree, write
from gradviz.notation.lexer import MAX_ANSWER
from gradviz.ops import WORDS, Shape
from gradviz.ops.shapes import core

MOST_IN_GRAPH = 10_000
"""Entries of an array of a graph that answers are checked with, point by point and digit by digit."""


class Checker(Judge):
    """One question: holds answers against one target.

    Parameters
    ----------
    room : Room
    target : Target
    wanted : Wanted
    """

    doubtful = frozenset({"invalid"})
    """What may be otherwise where an answer is written in gradviz's notation."""

    only_held = False
    """Whether derivatives in answers hold other names fixed: what is asked for does so."""

    def check(
        self,
        text: str,
        *,
        strict: bool = False,
        form: str | None = None,
        in_terms_of: Collection[str] | None = None,
        diagnose: bool = True,
        freely: bool = False,
    ) -> Verdict:
        """The verdict on an answer; never an exception.

        Parameters
        ----------
        text : str
        strict : bool
            Refuse an answer that has two readings, instead of trying each.
        form : str, optional
        in_terms_of : collection of str, optional
            What form is asked for; see `gradviz.checking.demands`.
        diagnose : bool
            Whether to look for the mistake in a wrong answer.
        freely : bool
            Whether it may differentiate any expression, as a line on the way may.
        """
        self.diagnoses = diagnose
        self.room.freely = freely
        if not isinstance(text, str):
            return Verdict("invalid", say("answer-no-text"))
        if not self.in_numbers and self.room.largest > MOST_IN_GRAPH:
            return Verdict("resource", say("graph-too-large", count=self.room.largest, limit=MOST_IN_GRAPH))
        verdict = self.verdict(text, strict=strict)
        if verdict.status in self.doubtful:
            verdict = self.otherwise(text, verdict, strict=strict)
        if not verdict.ok and not strict:
            verdict = self.in_code(text, verdict)
        if verdict.parsed is None or (form is None and in_terms_of is None):
            return verdict
        lack = lacks(verdict.parsed.expr, self.wanted.expr, form, in_terms_of, {*self.room.known, *self.room.dag.sizes})
        if lack is None or not verdict.ok:
            return verdict._replace(form=lack is None)
        return verdict._replace(form=False, said=say("answer-form", said=verdict.said, problem=lack))

    def otherwise(self, text: str, verdict: Verdict, *, strict: bool) -> Verdict:
        """The verdict on an answer that could not be read, put in gradviz's notation; the same if that is no help."""
        other = respelled(text, self.room.known, self.room.shape_of) if len(text) <= MAX_ANSWER else text
        again = verdict if other == text else self.verdict(other, strict=strict)
        if again.status not in ("invalid", "resource"):
            return again
        kind = verdict.said.message.kind if isinstance(verdict.said, GradvizError) else ""
        if kind in _FOREIGN:
            return again
        if kind != "attribute":
            return verdict
        word = unknown_word(text[:MAX_ANSWER])
        return again if word is None else verdict._replace(said=say("answer-code-unknown", name=word))

    def in_code(self, text: str, verdict: Verdict) -> Verdict:
        """The verdict on an answer as programs write it, where it is right so: ``dS`` is ∂L/∂S, a vector is no row."""
        if len(text) > MAX_ANSWER:
            return verdict
        if isinstance(verdict.said, Message) and verdict.said.kind == "answer-turned" and in_numpy(text):
            again = self.verdict(turned(respelled(text, self.room.known, self.room.shape_of)), strict=False)
            return again if again.ok and len(self.wanted.shape) == 1 else verdict
        if "d" not in text:
            return verdict
        dag = self.room.dag
        names = {n for n, i in dag.names.items() if i in self.ground.swept.adjoints and i != dag.root}
        other = adjoints_in_code(text, names, dag.output)
        again = verdict if other == text else self.verdict(other, strict=False)
        return again if again.ok else verdict

    def verdict(self, text: str, *, strict: bool) -> Verdict:
        """The verdict on an answer as it is written; where its derivatives have two readings, the better one.

        In all of it they are read in one way: with other names held fixed, or moving along.
        """
        self.room.moved = None
        verdict = self.as_read(text, strict=strict)
        moved = self.room.moved
        if moved is None or self.only_held or self.room.totally or not self.may_differentiate(text):
            return verdict
        of, name, named = moved
        if verdict.ok:
            told = None if named else "answer-right-held"
        else:
            with self.room.reading(totally=True):
                again = self.as_read(text, strict=strict)
            told = "answer-right-total" if again.ok else None
            unsure = again.status in ("undecided", "resource") and verdict.status == "unequal_proved"
            verdict = again if again.ok or unsure else verdict
        if told is None:
            return verdict
        said = say("answer-right") if verdict.status == "equal_proved" else verdict.said
        said = say(told, said=said, of=of, name=name)
        return verdict._replace(said=said, evidence={**verdict.evidence, "derivatives": told.rpartition("-")[2]})

    def as_read(self, text: str, *, strict: bool) -> Verdict:
        """The verdict on an answer as its derivatives are read now."""
        parts = parted(text, self.is_asked) if "=" in text else None
        left = self.left_of(parts.left) if parts else None
        if left and left.means in (Means.OTHER, Means.FORMULA):
            kind = "answer-left-other" if left.means is Means.OTHER else "answer-left-formula"
            return Verdict("invalid", say(kind, asked=self.name, given=left.text), expected=self.expected)
        try:
            verdict = self.settled(lambda other: other._check(text, parts, left, strict=strict))
            if self.beside and verdict.parsed is not None:
                verdict = self.with_beside(verdict)
        except ResourceError as problem:
            return Verdict("resource", problem, expected=self.expected)
        except GradvizError as problem:
            return Verdict("invalid", behind_sum(problem, text), expected=self.expected)
        except RecursionError:
            return Verdict("resource", say("recursion"), expected=self.expected)
        except UNFORESEEN as problem:
            # A fault of gradviz: no student is marked down for it.
            return Verdict("undecided", say("answer-undecided"), evidence={"problem": repr(problem)})
        if left and left.means is Means.WORDS and verdict.parsed is not None:
            verdict = verdict._replace(said=say("answer-left-words", said=verdict.said, left=left.text))
        return verdict

    def with_beside(self, verdict: Verdict) -> Verdict:
        """The verdict on an answer that also says what names are that it does not use.

        Raises
        ------
        NamingError
            The program's own name is something else.
        """
        from gradviz.checking.wanted import checker_in

        idle = []
        for name, said in self.beside:
            text = f"{spell(name, 'unicode')} = {said.strip()}"
            if self.in_numbers or name not in self.room.dag.names:
                idle.append(text)
                continue
            own = checker_in(self.room, Target("value", name))
            if own is not self and own.verdict(said, strict=False).status == "unequal_proved":
                raise NamingError(say("answer-beside-wrong", text=text))
        told = say("answer-beside-idle", said=verdict.said, text="; ".join(idle))
        return verdict._replace(said=told) if idle else verdict

    def settled(self, check: Callable[[Checker], Verdict]) -> Verdict:
        """The verdict on an answer; one that is right at some numbers for sizes is held against as many as it takes."""
        verdict = check(self)
        return self.elsewhere(check, verdict) if verdict.ok and "sizes" in verdict.evidence else verdict

    def in_room(self, room: Room) -> Checker:
        """What holds answers against the same where sizes have other numbers."""
        from gradviz.checking.wanted import checker_in

        return checker_in(room, self.target)

    def elsewhere(self, check: Callable[[Checker], Verdict], verdict: Verdict) -> Verdict:
        """The verdict on an answer that is right at some numbers for the sizes, at others."""
        for n in range(verdict.evidence["sizes"] - 1):
            room = self.room.other(n)
            if room is None or room.largest > MOST_IN_GRAPH or not room.ground.samples:
                unsure = room is not None or not n
                return verdict._replace(status="undecided", said=say("answer-undecided")) if unsure else verdict
            other = self.in_room(room)
            other.repeats = True
            other.diagnoses, other.literally = self.diagnoses, self.literally
            room.freely, room.totally, room.beside = self.room.freely, self.room.totally, self.room.beside
            found = check(other)
            if not found.ok:
                return found
            if found.status == "equal_numeric":
                verdict = verdict._replace(status=found.status, said=found.said)
        return verdict

    def _check(self, text: str, parts: Parts | None, left: Left | None, *, strict: bool) -> Verdict:
        axes = len(core(self.wanted.shape))
        turned = left is not None and left.turned
        named = left_letters(parts.left, axes) if axes and parts else ()
        entry: GradvizError | None = None
        if named:  # dL/dW_ij = says that this is one entry
            named = named[::-1] if turned else named
            try:
                return self._of(self.whole(text, parts, named), text, named, strict=strict)
            except GradvizError as problem:
                entry = problem
        try:
            e = self.whole(text, parts)
            return self._of(tree.Transpose(e) if turned else e, text, (), strict=strict)
        except (NamingError, ReadError, ShapeError) as problem:
            if entry is not None:
                raise entry from None
            found, misfit = self._by_entries(
                text, parts, () if turned else letters_in(text, axes, self.letters), strict
            )
            if found is not None:
                return found
            # As it was read first, but for X_ij that is a name to nobody: by entries it could be read.
            raise (misfit if misfit and isinstance(problem, NamingError) else problem) from None

    @property
    def letters(self) -> str:
        """What indices are called in all that is written of the graph."""
        return self.room.dag.letters.indices

    def _by_entries(
        self, text: str, parts: Parts | None, choices: list[tuple[str, ...]] | tuple[()], strict: bool
    ) -> tuple[Verdict | None, ShapeError | None]:
        """The verdict on an answer that is one entry, with letters of which one choice is right; else what is wrong."""
        found: Verdict | None = None
        misfit: ShapeError | None = None
        diagnoses = self.diagnoses
        try:
            for letters in choices:
                try:
                    verdict = self._of(self.whole(text, parts, letters), text, letters, strict=strict)
                except ShapeError as other:
                    misfit = misfit or other
                except GradvizError:
                    continue
                else:
                    if verdict.ok or strict:
                        return verdict, None
                    found = found or verdict
                    self.diagnoses = False  # of other letters it is only asked whether they are right
        finally:
            self.diagnoses = diagnoses
        return found, misfit

    def _of(self, e: tree.Expr, text: str, letters: tuple[str, ...], *, strict: bool) -> Verdict:
        try:
            verdict = self._judged(e, text, letters, strict=strict)
        except ShapeError:
            other = None if strict else regrouped(e, text)
            if other is None:
                raise
            return self._judged(other, text, letters, strict=strict, chosen=True)
        other = None if verdict.ok or strict else regrouped(e, text)
        if other is not None:
            with suppress(GradvizError):
                again = self._judged(other, text, letters, strict=strict, chosen=True)
                return again if again.ok else verdict
        return verdict

    def _judged(
        self, e: tree.Expr, text: str, letters: tuple[str, ...], *, strict: bool, chosen: bool = False
    ) -> Verdict:
        """The verdict on an answer as it is grouped."""
        derivatives = self.may_differentiate(text) and has_partials(e)
        if derivatives:
            e = self.by_entries(e)
        # What names and derivatives of names stand for stays with the graph; all else is forgotten with the answer.
        names = self.names(e, derivatives=derivatives) if not derivatives or are_named(e) else None
        self.prepare()
        with self.ground.scratch():
            if names is None:
                e = self.narrowed(e)
                names = self.names(e)
            return self._best(e, names, text, letters, strict=strict, chosen=chosen, derivatives=derivatives)

    def _best(
        self,
        e: tree.Expr,
        names: Mapping[str, Operand],
        text: str,
        letters: tuple[str, ...],
        *,
        strict: bool,
        chosen: bool,
        derivatives: bool,
    ) -> Verdict:
        """The best verdict on the readings of an answer."""
        try:
            found = self.nodes(e, names, text, letters)
        except ShapeError:
            verdict = self.placed(e, names) if derivatives and not letters else None
            if verdict is None:
                raise
            return verdict
        if len(found) == 1 and not derivatives:
            return self.judge(found[0]._replace(chosen=True) if chosen else found[0])
        if strict and len(found) > 1:
            shown = "; ".join(write(r.expr, "unicode", WORDS) for r in found)
            raise AmbiguousError(say("answer-ambiguous", readings=shown))
        best: tuple[int, Verdict] | None = None
        for reading in found:
            verdict = self.judge(reading._replace(chosen=True) if chosen else reading)
            rank = _RANK[verdict.status]
            if best is None or rank < best[0]:
                best = rank, verdict
            if verdict.ok:
                break
        assert best is not None
        if derivatives and not best[1].ok and not letters:
            placed = self.placed(e, names)
            return placed if placed is not None and placed.ok else best[1]
        return best[1]

    def prepare(self) -> None:
        """Find out what is made of the graph alone, before an answer's nodes are there."""
        _ = self.ground.samples, self.proved

    # -- reading

    def placed(self, e: tree.Expr, names: Mapping[str, Operand]) -> Verdict | None:
        """The verdict on a product of local derivatives that are placed by shape; None where the answer is none."""
        if self.target.kind not in ("gradient", "derivative") or core(self.room.dag.nodes[self.of].shape):
            return None

        slopes = {partial_name(p): found for p in partials(e) if (found := self.room.slope(p)) is not None}

        def read(part: tree.Expr, shape: Shape) -> int | None:
            for known in (names, {**names, **slopes}) if slopes else (names,):
                with suppress(GradvizError):
                    found = self.nodes(part, known, "", shape=shape)
                    fitting = [r.node for r in found if same_shape(self.ground.table.nodes[r.node].shape, shape)]
                    if fitting:
                        return fitting[0]
            return None

        node = self.placed_node(e, read)
        verdict = None if node is None else self._of_node(node, e)
        if slopes and (verdict is None or not verdict.ok):
            with suppress(GradvizError):
                for reading in self.nodes(e, {**names, **slopes}, ""):
                    other = self.judge(reading)
                    if other.ok:
                        return other
        return verdict

    def placed_node(self, e: tree.Expr, read: Read) -> int | None:
        """The node of a product of local derivatives, or a sum of such, that are placed by shape."""
        names = self.room.dag.names
        return Placing(self.room, read, e, names[self.target.of]).gradient(e, names[self.target.by])

    def _of_node(self, node: int, e: tree.Expr) -> Verdict:
        """The verdict on a node that an expression was read as."""
        return self.decided(Reading(node, e, chosen=False))


_RANK = {"equal_proved": 0, "equal_numeric": 1, "undecided": 2, "unequal_proved": 3, "invalid": 4, "resource": 5}


_FOREIGN = frozenset({"bad-character", "comparison-alone"})
"""What is wrong with an answer of another editor as it stands; read in gradviz's notation, it is told better."""
