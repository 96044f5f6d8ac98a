"""The local derivatives of a stage, worked out once for all stages of one form.

What the local derivatives of ``h₇ = tanh(W₇ h₆)`` are does not depend on which layer it is. A form is a stage without
the names and positions of what it is made of; a graph puts its own in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple, TypeAlias

from gradviz import terms as t
from gradviz.calculus.cost import cost, divisors
from gradviz.calculus.fold import bends, fold
from gradviz.calculus.lower import Recipe, lower
from gradviz.calculus.order import names_first
from gradviz.calculus.reading import Reader
from gradviz.calculus.simplify import Simplifier
from gradviz.calculus.sweep import Sweep, sweep
from gradviz.calculus.units import ADJOINT, scales, unit
from gradviz.graph.companions import beside
from gradviz.graph.node import Node, Table
from gradviz.ops import OPERATIONS
from gradviz.ops.elementwise import SIGNS
from gradviz.ops.placed import FORMULAS
from gradviz.ops.shapes import core

What: TypeAlias = int | Literal["local", "spelled"]
"""A term of a link: the local derivative, the same as the paths spell it, or what these divide by, by its number."""
Slope = tuple[tuple[t.Index, ...], t.Term]
"""The axes of an operand, and one entry of what is added to its adjoint."""


def age(v: t.Term, is_stage: Callable[[int], bool]) -> tuple[int, ...]:
    """How new a variable is: adjoints, then stages, then what is composed, then inputs."""
    if isinstance(v, t.Atom):
        if not isinstance(v.node, int):
            return (4, 0) if v.node == ADJOINT else (-1, 0)
        if v.node < 0:
            return (3, -v.node)
        return (2 if is_stage(v.node) else 0, v.node)
    inside = max((age(a, is_stage) for a in t.atoms(v)), default=(0, 0))
    return max(inside, (1, inside[1])) if not isinstance(v, t.Size) else (-1, 0)


class Form(NamedTuple):
    """A stage by itself.

    Parameters
    ----------
    nodes : tuple of Node
        Its adjoint ``g``, its operands as leaves, and its own operations, the stage last.
    ranks : tuple of int
        For each operand, how many of the operands are older.
    made : tuple of bool
        By rank: which operands are made of others.
    """

    nodes: tuple[Node, ...]
    ranks: tuple[int, ...]
    made: tuple[bool, ...]


@dataclass(frozen=True, eq=False)
class LocalLink:
    """The pullback to one operand; atoms are numbered by rank, the stage itself comes last. See `links.Link`."""

    axes: tuple[t.Index, ...]
    paths: tuple[t.Term, ...]
    places: tuple[int, ...]
    term: t.Term

    @cached_property
    def local(self) -> t.Term:
        """The local derivative, where it only stands beside the adjoint: the term with 1 for ``g``."""
        return unit(self.term)

    @cached_property
    def spelled(self) -> t.Term:
        """The same of the paths, added as the sweep gives them."""
        return unit(t.add(*map(t.freshen, self.paths)))

    @cached_property
    def scales(self) -> tuple[bool, bool]:
        """Whether the term, and the sum of the paths, only scale the adjoint."""
        whole = t.add(*map(t.freshen, self.paths))
        return scales(self.term, self.axes), scales(whole, self.axes)

    @cached_property
    def divisors(self) -> tuple[t.Term, ...]:
        """What the paths divide by."""
        return tuple(dict.fromkeys(base for path in self.paths for base in divisors(path)))

    def said(self, what: What) -> t.Term:
        """One of its terms without ``g``."""
        return self.divisors[what] if isinstance(what, int) else self.spelled if what == "spelled" else self.local

    def speaks_of(self, what: What) -> tuple[int, ...]:
        """The ranks of what one of its terms without ``g`` speaks of."""
        if what not in self._spoken:
            self._spoken[what] = tuple(
                dict.fromkeys([a.node for a in t.atoms(self.said(what)) if isinstance(a.node, int)])
            )
        return self._spoken[what]

    @cached_property
    def _spoken(self) -> dict[What, tuple[int, ...]]:
        return {}

    @cached_property
    def repeats(self) -> bool:
        """Whether the term uses the adjoint more than once."""
        return sum([a.node == ADJOINT for a in t.atoms(self.term)]) > 1

    @cached_property
    def atoms(self) -> tuple[int | str, ...]:
        """What the term speaks of: operands by rank, and ``g``."""
        found = dict.fromkeys(a.node for a in t.atoms(self.term))
        return tuple(n for n in found if isinstance(n, int) or n == ADJOINT)


@lru_cache(maxsize=4096)
def worked_out(form: Form) -> WorkedOut:
    """What follows from a form."""
    return WorkedOut(form)


class WorkedOut:
    """The local derivatives of all stages of one form, each worked out when it is first asked for."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.root = len(form.nodes) - 1
        self.simplify = Simplifier(self.order)
        self.atoms: dict[int, int | str] = {0: ADJOINT, self.root: len(form.ranks)}
        self.atoms.update((n, rank) for n, rank in enumerate(form.ranks, 1))
        self.atoms.update((n, len(form.ranks) + 1 + k) for k, (n, _, _) in enumerate(self.companions))
        self._links: dict[int, LocalLink] = {}
        self._recipes: dict[int, Recipe] = {}
        self._inner: dict[int, Slope] = {}

    def order(self, v: t.Term) -> tuple[int, ...]:
        """How new a variable is."""
        return age(v, self._is_stage)

    def _is_stage(self, rank: int) -> bool:
        return rank >= len(self.form.made) or self.form.made[rank]

    @cached_property
    def swept(self) -> Sweep:
        """The stage's own operations and the adjoints that they give."""
        return sweep(self.form.nodes, self.root, seed=0)

    @cached_property
    def companions(self) -> tuple[tuple[int, str, tuple[int, ...]], ...]:
        """What the sweep made that a graph computes beside the stage (``X⁻¹`` for ``det X``).

        For each its place among the swept nodes, its operation, and its operands.
        """
        table = Table(self.swept.nodes)
        expected = {(c.op, c.inputs) for node in self.form.nodes for c in beside(table, node)}
        found = []
        for i in range(self.swept.forward, len(self.swept.nodes)):
            node = self.swept.nodes[i]
            if (node.op, node.inputs) in expected:
                found.append((i, node.op, node.inputs))
        return tuple(found)

    @property
    def generators(self) -> int:
        """How many atoms there are: operands, the stage itself, companions."""
        return len(self.form.ranks) + 1 + len(self.companions)

    @cached_property
    def reader(self) -> Reader:
        """Reads adjoints as terms."""
        return Reader(self.swept.nodes, self.atoms)

    @cached_property
    def written(self) -> dict[tuple[int, int], int]:
        """The uses of operands in the order in which an expression is read."""
        return _as_written(self.form.nodes, self.root)

    def first_use(self, operand: int) -> int:
        """Where an expression that is read from left to right first speaks of an operand."""
        return min([n for (use, place), n in self.written.items() if self.form.nodes[use].inputs[place] == operand])

    def depends(self, position: int) -> bool:
        """Whether the stage is a function of one of the form's nodes."""
        return position in self.swept.adjoints

    def link(self, operand: int) -> LocalLink:
        """The pullback to an operand, by its place among the form's nodes."""
        if operand not in self._links:
            indices = self.reader.indices(operand)
            found = sorted(self.swept.contributions[operand], key=lambda c: self.written[c.consumer, c.place])
            uses = [(c.place, self._read(c.node, indices)) for c in found]
            uses = [(place, term) for place, term in uses if term != t.ZERO]
            paths = tuple(term for _, term in uses)
            total = self._shorter(self._opened(t.add(*map(t.freshen, paths))))
            self._links[operand] = LocalLink(indices, paths, tuple(place for place, _ in uses), total)
        return self._links[operand]

    @cached_property
    def definition(self) -> Slope | None:
        """What the stage is made of, entry by entry, at its axes; None where no formula says it."""
        if not is_told(self.form.nodes[self.root]):
            return None
        indices = self.reader.indices(self.root)
        return indices, self.reader.inside(self.root, indices)

    @cached_property
    def spoken_of(self) -> tuple[bool, frozenset[int | str]]:
        """Whether the stage's definition bends, and the generators that it speaks of; none where no formula says it."""
        if self.definition is None:
            return False, frozenset()
        _, what = self.definition
        return bends(what), frozenset(a.node for a in t.atoms(what))

    def recipe(self, operand: int) -> Recipe:
        """How to compute the pullback to an operand from ``g`` and the generators by rank."""
        if operand not in self._recipes:
            local = self.link(operand)
            ranks: dict[int | str, int | str] = {n: f"a{n}" for n in range(self.generators)}
            self._recipes[operand] = lower(t.transplant(local.term, ranks, {}), local.axes)
        return self._recipes[operand]

    def inside(self, operation: int) -> Slope:
        """The adjoint of an unnamed operation inside the stage, in the stage's ``g``."""
        if operation not in self._inner:
            indices = self.reader.indices(operation)
            self._inner[operation] = indices, self._shorter(self._read(self.swept.adjoints[operation], indices))
        return self._inner[operation]

    def _read(self, position: int, indices: tuple[t.Index, ...]) -> t.Term:
        """An adjoint at indices; where it is zero it is a single number."""
        return self.reader.entry(position, indices if core(self.swept.nodes[position].shape) else ())

    def _opened(self, term: t.Term) -> t.Term:
        """With what a quotient is for its name: ``−x/y²``, not ``−f/y``."""
        own, definition = self.atoms[self.root], self.definition
        if not self.form.nodes[self.root].name or definition is None or self.spoken_of[0]:
            return term
        axes, what = definition
        put: dict[t.Term, t.Term] = {}
        for a in t.atoms(term):
            if a.node == own and all(isinstance(i, t.Index | int) for i in a.indices):
                put[a] = t.rename(t.freshen(what), dict(zip(axes, a.indices, strict=True)))
        return t.replace(term, put) if put else term

    def _shorter(self, term: t.Term) -> t.Term:
        """Simplified, and with the stage's value for what it spells out."""
        term = names_first(self.simplify(term))
        if not self.form.nodes[self.root].name:
            return term  # what nobody named is no shorter name for anything
        own = self.atoms[self.root]
        bent, spoken_of = self.spoken_of
        nodes = {a.node for a in t.atoms(term)}
        if own not in nodes and not (bent and len(spoken_of - nodes) < cost(term)):
            return names_first(term)  # the stage's name brings all that it is made of
        places = dict.fromkeys(a.indices for a in t.atoms(term) if a.node == ADJOINT)
        for indices in sorted(places, key=len):
            if not is_told(self.form.nodes[self.root]) or not all(isinstance(i, t.Index | int) for i in indices):
                continue
            definition = self.reader.inside(self.root, indices)
            result = t.Atom(own, indices)
            if bent:
                term = fold(term, result, self.simplify(definition), self.simplify)
            else:
                term = self.simplify(t.replace(term, {result: definition}))
        return names_first(term)


def is_told(node: Node) -> bool:
    """Whether a formula says what the entries of a stage are."""
    return bool(node.inputs) and bool(OPERATIONS[node.op].formula or node.op in FORMULAS)


def _as_written(nodes: Sequence[Node], root: int) -> dict[tuple[int, int], int]:
    """The uses of operands, (operation, place), in the order in which an expression is read.

    What only comparisons speak of comes last: no derivative passes them.
    """
    found: dict[tuple[int, int], int] = {}
    later: list[int] = []

    def visit(start: int) -> None:
        stack = [(start, place) for place in reversed(range(len(nodes[start].inputs)))]
        while stack:
            use = stack.pop()
            if use in found:
                continue
            found[use] = len(found)
            operand = nodes[use[0]].inputs[use[1]]
            if nodes[operand].op in SIGNS:
                later.append(operand)
            else:
                stack.extend((operand, place) for place in reversed(range(len(nodes[operand].inputs))))

    visit(root)
    while later:
        visit(later.pop(0))
    return found
