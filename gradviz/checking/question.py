"""What is asked for, and answers to it read: what their left sides mean, the names they define, the nodes they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from gradviz.checking.entry_slopes import with_slopes
from gradviz.checking.left import Left, Means, left_side
from gradviz.checking.parts import Parts, left_of, parted
from gradviz.checking.reading import MOST_ENTRIES, Reading, readings
from gradviz.checking.respelled import respelled
from gradviz.checking.room import Room, unknown
from gradviz.checking.row_sums import only_rows, small_names
from gradviz.checking.target import Target
from gradviz.checking.texts import entries_outside, has_indices_of, has_partials, partials, placer, with_definitions
from gradviz.equality import names_in
from gradviz.graph.expression import open_calls
from gradviz.graph.making import Operand, Unsized
from gradviz.graph.named_sizes import with_names
from gradviz.graph.partials import partial_name
from gradviz.messages import GradvizError, NamingError, ShapeError, say
from gradviz.notation import read_within, tree
from gradviz.notation.partials import DIFFERENTIATING
from gradviz.notation.walk import rebuild
from gradviz.ops import Shape
from gradviz.ops.shapes import core


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


MOST_LEFTS = 200
"""Left sides whose meaning is kept."""


class Question:
    """One question, by which answers are read.

    Parameters
    ----------
    room : Room
    target : Target
    wanted : Wanted
    """

    in_numbers = False
    """Whether answers are held against a value."""

    literally = False
    """Whether numbers in answers stay numbers, also where declared sizes have names."""

    most_entries = MOST_ENTRIES

    def __init__(self, room: Room, target: Target, wanted: Wanted) -> None:
        self.room = room
        self.target = target
        self.wanted = wanted
        self.ground = room.ground
        self.lefts: dict[str, Left] = {}
        self.beside: tuple[tuple[str, str], ...] = ()  # what the last answer says of names that it does not use

    @cached_property
    def name(self) -> str:
        """What is asked for, as it is written."""
        return self.target.unicode

    def left(self, text: str) -> Left | None:
        """What stands before an answer's sign of equality; None where nothing does."""
        return self.left_of(left_of(text) or "")

    def left_of(self, written: str) -> Left | None:
        """What a left side means; None where it is empty. Many answers have the same, so it is kept."""
        if not written:
            return None
        found = self.lefts.get(written)
        if found is None:
            at = self.in_numbers or self.target.kind == "value"
            found = left_side(written, self.target, self.room.dag, self.room.deltas, at=at)
            if len(self.lefts) < MOST_LEFTS:
                self.lefts[written] = found
        return found

    def is_asked(self, written: str) -> bool:
        """Whether a left side is what is asked for."""
        left = self.left_of(written)
        return left is None or left.means is Means.ASKED

    def may_differentiate(self, text: str) -> bool:
        """Whether an answer has a letter that derivatives are written with, or calls what may have one inside."""
        return not DIFFERENTIATING.isdisjoint(text) or bool(self.room.dag.functions)

    def read(self, text: str) -> tree.Expr:
        """The expression that an answer is."""
        try:
            e = self.whole(text, parted(text, self.is_asked))
        except GradvizError:
            other = respelled(text, self.room.known, self.room.shape_of)
            if other == text:
                raise
            e = self.whole(other, parted(other, self.is_asked))
        return self.by_entries(e) if has_partials(e) else e

    def by_entries(self, e: tree.Expr) -> tree.Expr:
        """An answer with derivatives of entries as entries of derivatives, or worked out."""
        if "δ" not in self.room.known:  # else it is no Kronecker's
            e = with_slopes(e, self.room.is_fixed, self.room.notice, totally=self.room.totally)
        return entries_outside(e)

    def whole(self, text: str, parts: Parts | None, letters: tuple[str, ...] = ()) -> tree.Expr:
        """The expression that an answer is, with what it defines put in the place of names."""
        self.beside = ()
        if parts is None:
            return self.written(text, letters)
        defined = [name for name, _ in parts.definitions]
        e = self.written(parts.body, letters, defined)
        if not defined:
            return e
        if len(set(defined)) < len(defined):
            raise NamingError(say("answer-defines-twice", names=", ".join(defined)))
        read = {name: self.written(said, letters, defined) for name, said in parts.definitions}
        used = names_in(e)
        for _ in defined:
            used = used.union(*(names_in(read[name]) for name in defined if name in used))
        self.beside = tuple([(name, said) for name, said in parts.definitions if name not in used])
        return with_definitions(e, read)

    def written(self, text: str, letters: tuple[str, ...] = (), defined: Collection[str] = ()) -> tree.Expr:
        """The expression that an answer is, as it is written with some indices; it may use names that it defines."""
        room = self.room
        plain = not letters and not defined
        more = (*defined, *(["δ"] if letters else ()))
        scope = room.scope if plain else room.scope_with(*more)
        try:
            e = read_within(scope, text, letters)
        except NamingError:
            e = self._with_small(text, letters, more)
        if room.named and not self.literally:
            e = with_names(e, room.named)
        return open_calls(e, room.dag.functions) if room.dag.functions else e

    def _with_small(self, text: str, letters: tuple[str, ...], more: Collection[str]) -> tree.Expr:
        """An answer with ``x_i`` for a row of X, where that is all that x stands for."""
        room = self.room
        small = small_names({n: room.shape_of(n) for n in room.dag.names}, {*room.known, *more})
        e = read_within(room.scope_with(*more, *small), text, letters)
        return e if only_rows(e, small) else read_within(room.scope_with(*more), text, letters)

    def names(self, e: tree.Expr, *, derivatives: bool = True) -> Mapping[str, Operand]:
        """What the names of an answer stand for; of its derivatives too, where it has any."""
        room = self.room
        names = room.names
        if self.itself is not None and self.itself in names_in(e):
            kroneckers = self.itself == "δ" and has_indices_of("δ", e, 2) and self.target.kind != "value"
            if not kroneckers:
                raise NamingError(say("answer-itself", target=self.name))
        for p in partials(e) if derivatives else ():
            name = partial_name(p)
            if name == self.name:
                raise NamingError(say("answer-itself", target=self.name))
            alone = room.totally or room.beside
            if name not in names or alone:
                if (alone or self.ground.depth) and names is room.names:
                    names = dict(names)  # what is put now is forgotten afterwards
                names[name] = room.partial(p)
            elif room.moves.get(name):
                room.notice(name, room.moves[name], named=True)
        return names

    def narrowed(self, e: tree.Expr) -> tree.Expr:
        """An answer without those readings of ``d/dw a b`` that differentiate what does not depend on w."""
        if isinstance(e, tree.Either) and has_partials(e):
            kept = [self.narrowed(r) for r in e.readings if self._are_made(r)]
            return e if not kept else kept[0] if len(kept) == 1 else replace(e, readings=tuple(kept))
        return rebuild(e, self.narrowed)

    def _are_made(self, e: tree.Expr) -> bool:
        try:
            return all(self.room.partial(p) is not None for p in partials(e))
        except GradvizError:
            return False

    @cached_property
    def itself(self) -> str | None:
        """A name of what is asked for that an answer may have: δ, or that of a value."""
        if self.target.kind == "value":
            return self.target.of
        if self.target.kind != "gradient":
            return None
        return self.room.gradients.deltas.get(self.room.dag.names[self.target.by])

    def nodes(
        self,
        e: tree.Expr,
        names: Mapping[str, Operand],
        text: str,
        letters: tuple[str, ...] = (),
        shape: Shape | None = None,
    ) -> list[Reading]:
        """The readings of an answer, as nodes."""
        if letters and "δ" not in names and has_indices_of("δ", e, 1):
            hint = say("hint-did-you-mean", names=", ".join(self.room.deltas)) if self.room.deltas else None
            raise ShapeError(say("delta-of-one", name="δ"), hint=hint)
        if letters and ("δ" not in names or has_indices_of("δ", e, 2)):
            names = {**names, "δ": Unsized("eye")}  # δᵢⱼ is Kronecker's, also where δ is an adjoint
        return readings(
            e,
            self.ground.table,
            names,
            self.ground.sizes,
            self.wanted.shape if shape is None else shape,
            symbols=self.room.dag.sizes,
            place=placer(text),
            unknown=unknown,
            letters=dict(zip(letters, core(self.wanted.shape), strict=True)) if letters else None,
            program=self.room.dag,
            most=self.most_entries,
        )
