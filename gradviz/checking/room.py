"""A graph with its points, and what the names in answers about it stand for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from itertools import islice, permutations
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gradviz.calculus.gradients import Gradients
from gradviz.checking.derivatives import derivative, others, slope
from gradviz.checking.reading import entries_made, readings
from gradviz.equality.ground import Ground
from gradviz.equality.sizing import other_sizes
from gradviz.graph.cases import few_values
from gradviz.graph.chosen import is_label
from gradviz.graph.dag import Dag
from gradviz.graph.expression import open_calls, stage_expr
from gradviz.graph.making import Operand, Value
from gradviz.graph.meant import part
from gradviz.graph.node import Node, reachable
from gradviz.graph.partials import partial_name
from gradviz.messages import GradvizError, NamingError, ReadError, UsageError, say
from gradviz.notation import scope_of, spell, tree, write
from gradviz.notation.scope import Scope
from gradviz.ops import WORDS, Shape
from gradviz.ops.shapes import core

if TYPE_CHECKING:
    from gradviz.checking.checker import Checker
    from gradviz.checking.held import Held
    from gradviz.checking.numeric import NumberChecker
    from gradviz.checking.target import Target


class Room:
    """A graph with its points, shared by all questions about it.

    Parameters
    ----------
    gradients : Gradients
    seed : int, optional
    sizes : mapping of str to int, optional
        Numbers for the symbolic sizes, where they are given.
    """

    named: frozenset[int] = frozenset()
    """Declared sizes that have names here, which are their numbers as they are written."""

    totally = False
    """Whether derivatives of what is made of several names let all of them move, instead of holding them fixed."""

    moved: tuple[str, str, bool] | None = None
    """The first derivative that was read meanwhile and has two readings, a name that tells them apart, and whether it
    is one of a name."""

    beside: Mapping[str, tuple[tree.Expr, ...]] = MappingProxyType({})
    """By what a derivation also differentiates a stage, beside names: ``∂r/∂(W h)`` is told with ``∂r/∂h``."""

    stands_for: Room | None = None
    """The room of the same graph with its own sizes, where others are in their place."""

    def __init__(self, gradients: Gradients, seed: int | None = None, sizes: Mapping[str, int] | None = None) -> None:
        self.gradients = gradients
        self.dag = gradients.dag
        self.ground = Ground(self.dag, seed, sizes=sizes) if sizes is not None else grounded(self.dag, seed)
        self.seed = seed
        self.small: Room | None = None
        self.others: list[Room] = []
        self.checkers: dict[Any, Checker] = {}
        self.held: dict[tuple[Target, tuple[tree.Expr, ...]], tuple[Held, ...]] = {}
        self.freely = False
        self.moves: dict[str, str] = {}
        self.numbers: dict[Any, NumberChecker] = {}

    def other(self, n: int) -> Room | None:
        """The same graph with the n-th other numbers for its sizes, from 0 on; None where there are none."""
        while len(self.others) <= n:
            known = [room.ground.sizes for room in (self, *self.others)]
            for _ in range(_ORDERS):  # where an array is long, few points may be in the domain
                sizes = other_sizes(self.dag, known, self.ground.random)
                if sizes is None:
                    return None
                room = self.sized(sizes)
                if room.largest > _LARGE or room.ground.samples:
                    break
            self.others.append(room)
        return self.others[n]

    def sized(self, sizes: Mapping[str, int]) -> Room:
        """The same graph with some numbers for its sizes."""
        room = Room(self.gradients, self.seed, sizes)
        room.named = self.named
        room.ground.fixed = self.ground.fixed
        return room

    @cached_property
    def largest(self) -> int:
        """How many entries the largest array has that is made on the way to the output and the gradients."""
        nodes, sizes = self.ground.swept.nodes, self.ground.sizes
        return max(entries_made(n, nodes, sizes) for n in nodes)

    @cached_property
    def deltas(self) -> Mapping[str, int]:
        """Adjoints that are called δ."""
        return {} if self.gradient_of is None else {name: p for p, name in self.gradients.deltas.items()}

    @property
    def gradient_of(self) -> int | None:
        """The node that adjoints are derivatives of: the output; None where that is an array, which has Jacobians."""
        root = self.dag.root
        return None if core(self.dag.nodes[root].shape) else root

    @cached_property
    def known(self) -> frozenset[str]:
        """The names that an answer may use."""
        return frozenset({*self.dag.names, *self.deltas})

    @cached_property
    def scope(self) -> Scope:
        """What answers are made of."""
        return self.scope_with()

    def scope_with(self, *names: str) -> Scope:
        """The same with more names."""
        functions = {n: len(f.parameters) for n, f in self.dag.functions.items()}
        known = self.known.union(names)
        scope = scope_of(WORDS, known, answer=True, functions=functions, sizes=self.dag.sizes, stages=self.blocks)
        scope.parts = lambda name: part(name, self.shape_of, self.chooses)
        return scope

    def shape_of(self, name: str) -> Shape | None:
        """The shape of what has a name."""
        position = self.dag.names.get(name)
        return None if position is None else self.dag.nodes[position].shape

    def chooses(self, name: str) -> bool:
        """Whether a name is a number that chooses an entry."""
        return self.shape_of(name) == () and is_label(few_values(self.dag.facts.get(name, ())))

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
        """What ``∂L/∂z``, ``∂ŷ/∂z`` or ``∂(x + y)/∂x`` stands for.

        Those of ``∂(z x)/∂x``, where z is made of x, are two: with z held fixed, and with z moving along (`totally`).
        """
        of, by = self.node_of(e.of), self.node_of(e.by)
        if of is None or by is None:
            raise ReadError(say("not-a-gradient", text=write(e, "unicode", WORDS)))
        if of == self.dag.root and not isinstance(e.of, tree.Name) and not self.freely:
            raise NamingError(say("answer-itself", target=_text(e)))
        name = f"{partial_name(e)}{'·total' if self.totally else ''}"
        if of == self.gradient_of and by in self.ground.swept.adjoints and (type(e.of) is tree.Name or self.totally):
            return self.adjoint(name, by)
        found = self.differentiated(e, lambda held: derivative(self.ground, of, by, held))
        if found is None:
            raise UsageError(say("not-a-function-of", of=_text(e.of), by=_text(e.by)))
        nodes = self.ground.table.nodes
        shape = nodes[found].shape if core(nodes[of].shape) else nodes[by].shape
        return Value(self.ground.leaf(Node("leaf", (), shape, (), name), found))

    def is_fixed(self, name: str, by: str) -> bool:
        """Whether what has a name does not depend on what has another; what is no node of the graph never moves."""
        position, other = self.dag.names.get(name), self.dag.names.get(by)
        if position is None or other is None:
            return name not in self.deltas and other is not None
        return not reachable(self.dag.nodes, (position,))[other]

    def slope(self, e: tree.Partial) -> Operand | None:
        """What ``∂h/∂z`` stands for as a vector, where h is made of z entry by entry."""
        of, by = self.node_of(e.of), self.node_of(e.by)
        if of is None or by is None:
            return None
        found = self.differentiated(e, lambda held: slope(self.ground, of, by, held))
        if found is None:
            return None
        leaf = Node("leaf", (), self.dag.nodes[by].shape, (), f"{partial_name(e)}·{'total' if self.totally else ''}·")
        return Value(self.ground.leaf(leaf, found))

    def node_of(self, e: tree.Expr) -> int | None:
        """The node that an expression stands for: one of the graph, or one that is an array.

        None where there is none. A number that is none of the graph may be the output in disguise, so it is read only
        where an answer may differentiate freely.
        """
        if isinstance(e, tree.Name):
            return self.dag.names.get(e.name)
        ground, e = self.ground, open_calls(e, self.dag.functions)
        with suppress(GradvizError):
            known = _same_place(self, e)
            if known is not None or not ground.depth:
                return known
            found = readings(e, ground.table, self.names, ground.sizes, (), symbols=self.dag.sizes, unknown=unknown)
            if len(found) == 1 and (self.freely or core(ground.table.nodes[found[0].node].shape)):
                return found[0].node
        return None

    def differentiated(
        self, e: tree.Partial, made: Callable[[Collection[int]], int | None], beside: Collection[int] = ()
    ) -> int | None:
        """A local derivative, which holds all other stages fixed, or else one through all that lies between.

        ``beside`` are other nodes that are held.
        """
        links = self.gradients.links
        of, by = self.node_of(e.of), self.node_of(e.by)
        assert of is not None
        assert by is not None
        named = type(e.of) is type(e.by) is tree.Name
        if self.totally or (named and of not in links.consumers.get(by, ())):
            return made(())
        others_by = [x for x in self.beside.get(_text(e.of), ()) if x != e.by] if named else []
        beside = [*beside, *(node for x in others_by if (node := self.node_of(x)) is not None)]
        between = self._moves(of, by) or (write(others_by[0], "unicode", WORDS) if others_by else "")
        if named and not others_by:
            self.moves[partial_name(e)] = between
        self.notice(partial_name(e), between, named=named)
        kept = others(links, of, by)
        found = made([*kept, *beside])
        if found is None and others_by:
            found = made(kept)  # ∂h/∂W beside ∂h/∂(W x): there is no other way from W to h
        return made(()) if found is None and not named else found

    def notice(self, of: str, between: str, *, named: bool) -> None:
        """Remember that a derivative has two readings, where a name lies between."""
        if between and self.moved is None:
            self.moved = of, between, named

    @contextmanager
    def reading(self, *, totally: bool) -> Iterator[None]:
        """With derivatives of what is made of several names read in one way, and none of them remembered."""
        before = self.totally, self.moved
        self.totally, self.moved = totally, None
        try:
            yield
        finally:
            self.totally, self.moved = before

    def _moves(self, of: int, by: int) -> str:
        """What lies between two nodes and is held fixed, as it is written; empty where there is nothing."""
        nodes, whole = self.ground.table.nodes, self.gradients.links.generators
        needed = reachable(nodes[: of + 1], (of,))
        made, unnamed = {by}, ""
        for i in range(by + 1, of):
            if needed[i] and not made.isdisjoint(nodes[i].inputs):
                made.add(i)
                if i < len(whole) and whole[i]:
                    if nodes[i].name:
                        return spell(nodes[i].name, "unicode")
                    unnamed = unnamed or write(stage_expr(self.dag, i), "unicode", WORDS)
        return unnamed


def grounded(dag: Dag, seed: int | None) -> Ground:
    """A graph with its points: with other sizes where there are none because a matrix has more columns than rows."""
    ground = Ground(dag, seed)
    symbols = list(ground.sizes)
    if len(symbols) < 2 or all(node.op not in _INVERTING for node in dag.nodes):
        return ground
    for order in islice(permutations(ground.sizes.values()), _ORDERS):
        other = Ground(dag, seed, sizes=dict(zip(symbols, order, strict=True)))
        if other.samples and other.is_sure(other.samples[0]):
            return other
    return ground


_INVERTING = frozenset({"inv", "det", "logdet"})
_ORDERS = 6
_LARGE = 10_000


def _same_place(room: Room, e: tree.Expr) -> int | None:
    """The node of the graph that an expression stands for, where its adjoint is known."""
    ground = room.ground
    with ground.scratch():
        found = readings(e, ground.table, room.names, ground.sizes, (), symbols=room.dag.sizes, unknown=unknown)
        place = ground.place(found[0].node)
        shape = ground.table.nodes[found[0].node].shape
        same = [i for i in range(len(room.dag.nodes)) if i in ground.swept.adjoints and ground.place(i) == place]
        # A column and the row that is laid down of it are in one place.
        return max(same, key=lambda i: (room.dag.nodes[i].shape == shape, i), default=None)


def _text(e: tree.Expr) -> str:
    return e.name if isinstance(e, tree.Name) else write(e, "unicode", WORDS)


def unknown(n: tree.Name) -> Operand:
    """Refuse a name that the graph does not have."""
    raise NamingError(say("unknown-name", name=n.name))


def fact_text(room: Room, name: str) -> str:
    """What is declared of an input."""
    from gradviz.numeric.inputs import domain_text

    said = ", ".join(domain_text(d) for d in room.dag.facts[name])
    return f"{write(tree.Name(name), 'unicode', WORDS)} ∈ {said}" if said.startswith("{") else f"{name}: {said}"
