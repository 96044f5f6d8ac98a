"""What the rows of a derivation are about: what is derived, another quantity on the way, or a name that they define."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from gradviz.checking.case_rows import case_of, unmarked
from gradviz.checking.chains import is_definition, is_reason, without_words
from gradviz.checking.checker import Checker
from gradviz.checking.held import held
from gradviz.checking.left import Left, Means
from gradviz.checking.sides import aside, between, difference
from gradviz.checking.target import Target, differentiated
from gradviz.checking.verdict import Verdict
from gradviz.checking.wanted import checker_in
from gradviz.equality import names_in
from gradviz.graph.partials import partial_name
from gradviz.messages import GradvizError, Message, say
from gradviz.notation import canonical, tree
from gradviz.notation.walk import within
from gradviz.ops.shapes import core

_D = r"(?:d|\\mathrm\s*\{\s*d\s*\}|\\text\s*\{\s*d\s*\})"
_DIFFERENTIALS = re.compile(rf"(?<![\w/{{∂\\]){_D}\s*(\\?[^\W\d_][\w\u0302]*)(?!\s*[/}}\w])")
"""What stands alone, and is in no derivative."""


_BY_UNNAMED = re.compile(r"/\s*(?:∂|d|\\partial)\s*\(|\{\s*\\partial\s*\(")
"""What may be a derivative by an expression: ``∂r/∂(W h)``."""

_LINKS = 2
"""Derivatives that a chain has at least."""


@dataclass(frozen=True, slots=True)
class Row:
    """Some lines with one left side.

    Parameters
    ----------
    left : str
        What is before their signs of equality; empty where nothing is said.
    parts : tuple of str
    checker : Checker or Verdict
        What they are held against; a verdict where that is nothing.
    about : str
        What they say; empty where it is what is derived.
    beside : str
        Names that other rows define.
    others : tuple of Checker
        What a local derivative is held against besides: as a vector (``∂h/∂z = 1 − h²``), with other names held fixed.
    minus : str
        What a line is taken from, where the difference is held against 0.
    factor : str
        What such a difference is multiplied by: it is 1 at the entries that the row is about, and 0 at others.
    counts : bool
        Whether it is a step: what the program says itself is none, nor what the way to the target does not use.
    """

    left: str
    parts: tuple[str, ...]
    checker: Checker | Verdict
    about: str = ""
    beside: str = ""
    others: tuple[Checker, ...] = ()
    counts: bool = True
    minus: str = ""
    factor: str = ""

    def check(self, part: str, *, diagnose: bool) -> Verdict:
        """The verdict on one line."""
        if isinstance(self.checker, Verdict):
            return self.checker
        text = f"({self.minus}) - ({part})" if self.minus else f"{self.left} = {part}" if self.left else part
        text = f"({text}) {self.factor}" if self.factor else text
        names = re.findall(r", (\S+) = ", self.beside)
        text += self.beside if any(name in text for name in names) else ""
        verdict = self.checker.check(text, diagnose=diagnose, freely=True)
        if self.minus and verdict.status == "unequal_proved":
            return verdict._replace(said=say("line-sides", left=self.about, right=part), diagnosis=())
        if verdict.ok:
            return verdict
        found = (other.check(text, diagnose=False, freely=True) for other in self.others)
        return next((other for other in found if other.ok), verdict)


class Following:
    """The rows of a derivation, each with what it is held against."""

    def __init__(self, checker: Checker, found: Sequence[Sequence[str]]) -> None:
        self.checker = checker
        told = [(*unmarked(left), tuple(parts)) for left, *parts in found]
        self.found = [(left, parts) for left, _, parts in told]
        self.cases = {parts: case for _, case, parts in told if case is not None}
        kept = [self._kept(n) for n in range(len(self.found))]
        self.found = [row for row in kept if row is not None]
        self.defined = {n: name for n in range(len(self.found)) if (name := self._defines(n))}
        checker.room.beside = self._beside()
        self.rows = list(self._rows())

    def _beside(self) -> dict[str, tuple[tree.Expr, ...]]:
        """For each stage, by what without a name it is differentiated somewhere in the derivation."""
        found: dict[str, list[tree.Expr]] = {}
        for text in (x for left, parts in self.found for x in (left, *parts) if _BY_UNNAMED.search(x)):
            with suppress(GradvizError):
                for p in within(self.checker.written(text)):
                    if isinstance(p, tree.Partial) and isinstance(p.of, tree.Name) and not isinstance(p.by, tree.Name):
                        found.setdefault(p.of.name, []).append(p.by)
        return {name: tuple(dict.fromkeys(by)) for name, by in found.items()}

    def _kept(self, n: int) -> tuple[str, tuple[str, ...]] | None:
        """A row without the words before it; None where it is a reason, and defines no name that others use."""
        left, parts = self.found[n]
        if not parts:
            named = re.search(r"[/∂∇]|\\(?:frac|nabla|partial)", left) and _is_asked(self.checker, left)
            return None if named else (left, parts)  # Find: dL/dw
        name = is_definition(left)
        if name and self._defines(n, name):
            return name, parts
        if is_reason(left):
            return None
        return name if name and self._is_named(name) else without_words(left, self._is_named), parts

    def _defines(self, n: int, left: str = "") -> str:
        """The new name that a row defines, which others use; empty where it is none."""
        left, parts = left or self.found[n][0], self.found[n][1]
        means = self.checker.left_of(left) if len(parts) == 1 else None
        if means is None or means.means is not Means.WORDS:
            return ""
        others = (x for i, row in enumerate(self.found) if i != n for x in (row[0], *row[1]))
        used = any(re.search(rf"(?<![^\W\d_])d?{re.escape(left)}(?![A-Za-z0-9_])", x) for x in others)
        try:
            return canonical(left) if used else ""
        except GradvizError:
            return ""

    def _rows(self) -> Iterable[Row]:
        beside = "".join(f", {self.found[n][0]} = {self.found[n][1][0]}" for n in self.defined)
        before = Row("", (), self.checker, "", beside)
        for n, (left, parts) in enumerate(self.found):
            if n in self.defined:
                continue
            if left:
                before = self._row(left, parts, beside)
                yield before
            else:
                for part in parts:
                    before = self._going_on(before, part)
                    yield before

    def _going_on(self, before: Row, part: str) -> Row:
        """A line without a left side: it goes on with what the row before is about, or with what is derived."""
        same = replace(before, parts=(part,))
        if not before.about or same.check(part, diagnose=False).ok:
            return same
        asked = Row("", (part,), self.checker, "", before.beside)
        return asked if asked.check(part, diagnose=False).ok or not _fits(same, part) else same

    def _is_named(self, text: str) -> bool:
        """Whether a text names what is derived, or another quantity."""
        said = self.checker.left_of(text)
        return said is not None and said.means not in (Means.WORDS, Means.FORMULA)

    def _row(self, left: str, parts: tuple[str, ...], beside: str) -> Row:
        """A row with a left side of its own, or a first part that is a line like the others."""
        said = self.checker.left_of(left) if parts else None
        new = between(self.checker, left, beside) if beside and said and said.means is not Means.ASKED else None
        if new is not None:
            return Row("", parts, new, new.name, beside)
        is_said = said is not None and said.means in (Means.FORMULA, Means.WORDS)
        chained = self._chained(left) if parts and (said is None or said.means is Means.FORMULA) else None
        by_itself = aside(chained or self.checker, left, parts, beside) if is_said else None
        if by_itself is not None:
            return Row("", parts, by_itself, left, beside, counts=False, minus=left)
        if said is None or said.means is Means.FORMULA:
            about = "" if chained is None else chained.name
            return Row("", (left, *parts), chained or self.checker, about, beside)
        if said.means is Means.WORDS:
            return Row("", parts, self.checker, "", beside)
        if said.means is Means.ASKED:
            return Row(left, self._told(parts, self.checker), self.checker, "", beside)
        if self._is_differential(left, parts):
            problem = Verdict("invalid", say("line-differential", left=left, output=self.output))
            return Row(left, parts, problem, left, beside, counts=False)
        against, about = self._against(said)
        case = case_of(left, self.cases.get(parts))
        if case is not None and isinstance(against, Checker) and len(core(against.wanted.shape)) == _LINKS:
            whole, which = case
            entries = difference(against, core(against.wanted.shape))
            return Row("", parts, entries, left, beside, (), self._is_step(against), whole, which.factor)
        others: tuple[Checker, ...] = ()
        if isinstance(against, Checker) and against.target.kind == "derivative":
            others = held(against.room, against.target)
        return Row(left, self._told(parts, against), against, about, beside, others, self._is_step(against))

    def _is_differential(self, left: str, parts: tuple[str, ...]) -> bool:
        """Whether a row says what a differential is: ``dL = …``, ``dr = X dw``."""
        found = re.fullmatch(rf"(?:{_D}|δ)\s*(\S+)", left.strip())
        name = self._name_of(found[1]) if found else ""
        told = (self._name_of(m[1]) for part in parts for m in _DIFFERENTIALS.finditer(part))
        return name == self.output or (bool(name) and any(told))

    def _name_of(self, text: str) -> str:
        """A name of the program; empty where a text is none."""
        names = self.checker.room.dag.names
        with suppress(GradvizError):
            name = canonical(text, names)
            return name if name in names else ""
        return ""

    @property
    def output(self) -> str:
        """The name of what is differentiated."""
        return self.checker.room.dag.output

    @cached_property
    def _on_the_way(self) -> set[int]:
        """What depends on that by which the target is differentiated, itself among it."""
        dag = self.checker.room.dag
        found = {dag.names[self.checker.target.by]}
        for i, node in enumerate(dag.nodes):
            if not found.isdisjoint(node.inputs):
                found.add(i)
        return found

    def _is_step(self, against: Checker | Verdict) -> bool:
        """Whether a row about another quantity is a step towards what is derived."""
        if isinstance(against, Verdict) or self.checker.target.kind not in ("gradient", "derivative"):
            return True
        target, names = against.target, self.checker.room.dag.names
        return target.kind != "value" and {names[target.of], names[target.by]} <= self._on_the_way

    def _chained(self, left: str) -> Checker | None:
        """What ``dL/dŷ · dŷ/dz`` is, where that is not what is derived; None for what is no such chain."""
        with suppress(GradvizError):
            e = self.checker.written(left)
            operands = e.operands if isinstance(e, tree.Product) else ()
            links = [p for p in operands if isinstance(p, tree.Partial)]
            if len(links) < max(_LINKS, len(operands)) or any(a.by != b.of for a, b in pairwise(links)):
                return None
            first, last = links[0].of, links[-1].by
            if not (isinstance(first, tree.Name) and isinstance(last, tree.Name)):
                return None
            room = self.checker.room
            of, by = first.name, last.name
            target = differentiated(of, by, room.dag)
            if target != self.checker.target:
                return checker_in(room, target)
        return None

    def _against(self, said: Left) -> tuple[Checker | Verdict, str]:
        """What a row about another quantity is held against."""
        room, target = self.checker.room, said.target
        given = say("answer-left-other", asked=self.checker.name, given=said.text)
        if target is None:
            return Verdict("invalid", given), said.text
        position = room.dag.names[target.by or target.of]
        bare = target.kind == "gradient" and _is_name(said.text, target.by, self.checker)
        if bare and room.dag.nodes[position].op != "leaf":
            target = Target("value", target.by)  # ŷ = σ(z)
        try:
            found = checker_in(room, target)
        except GradvizError as problem:
            return Verdict("invalid", problem), said.text
        return found, found.name if target.kind != "value" else target.of

    def _told(self, parts: tuple[str, ...], against: Checker | Verdict) -> tuple[str, ...]:
        """The lines without those that only say another name of what they are about: ``δ₂ = ∂L/∂z₂``."""
        if isinstance(against, Verdict) or len(parts) == 0:
            return parts
        return tuple(p for p in parts if _is_name(p, against.target.by, against) or not _is_asked(against, p))

    def lacks(self, verdicts: Sequence[Verdict]) -> Message | None:
        """What is still to be done after lines that are all right."""
        lines = [row for row in self.rows for _ in row.parts]
        if not lines or not all(v.ok for v in verdicts):
            return None
        last = [v for row, v in zip(lines, verdicts, strict=True) if not row.about]
        if not last:
            return say("lines-lack-target", target=self.checker.name)
        if last[-1].parsed is None:
            return None
        left = sorted(_derivatives(last[-1].parsed.expr, self.checker) - self._worked_out(lines, verdicts))
        return say("lines-lack", names=", ".join(left)) if left else None

    def _worked_out(self, lines: Sequence[Row], verdicts: Sequence[Verdict]) -> set[str]:
        """The derivatives that rows work out, down to names of the program and to what gradviz writes itself."""
        done = _derivatives(self.checker.wanted.expr, self.checker)
        open_: list[tuple[str, set[str]]] = []
        for row, verdict in zip(lines, verdicts, strict=True):
            if row.about and verdict.parsed is not None and isinstance(row.checker, Checker):
                own = _derivatives(row.checker.wanted.expr, self.checker)
                open_.append((row.about, _derivatives(verdict.parsed.expr, self.checker) - own))
        while more := {about for about, named in open_ if about not in done and named <= done}:
            done |= more
        return done


def _is_asked(against: Checker, part: str) -> bool:
    """Whether a line is another name of what it is about, and no derivative of something that is written out."""
    said = against.left_of(part)
    if said is None or said.means is not Means.ASKED:
        return False
    with suppress(GradvizError):
        read = against.written(part)
        return not isinstance(read, tree.Partial) or isinstance(read.of, tree.Name)
    return True


def _fits(row: Row, part: str) -> bool:
    """Whether a line can be read as what its row is about, in shape too."""
    verdict = row.check(part, diagnose=False)
    return verdict.status != "invalid" and "shape" not in verdict.evidence


def _derivatives(e: tree.Expr, checker: Checker) -> set[str]:
    """The derivatives that an expression names, as they are written; a δ by what it is."""
    room = checker.room
    deltas = {name: _derivative_name(room.dag.output, room.dag.nodes[i].name) for name, i in room.deltas.items()}
    found = {partial_name(p) for p in within(e) if isinstance(p, tree.Partial)}
    return found | {deltas[n] for n in names_in(e) & deltas.keys()}


def _derivative_name(of: str, by: str) -> str:
    """How a derivative by names is written."""
    return partial_name(tree.Partial(tree.Name(of), tree.Name(by)))


def _is_name(text: str, name: str, checker: Checker) -> bool:
    """Whether a text is a name alone, and no name of its adjoint."""
    try:
        return canonical(text, checker.room.dag.names) == name
    except GradvizError:
        return False
