"""The computational graph inside: nodes in topological order, with what people said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from gradviz.graph.letters import Letters, apart_from
from gradviz.graph.node import Node, reachable
from gradviz.graph.spelled import Spelled, spelling_of
from gradviz.messages import Message, UsageError, say
from gradviz.notation import tree
from gradviz.notation.walk import within
from gradviz.ops.operation import Shape
from gradviz.terms import size_names

_MANY = 1_000_000


class BlockCall(NamedTuple):
    """One call of a block.

    Parameters
    ----------
    function : str
        The block.
    parent : str
        The call that this one stands in, or "".
    stages : tuple of str
        The stages that the call makes itself, those of calls inside not counted.
    results : tuple of str
        Those that it gives.
    arguments : tuple of tree.Expr
        In the names outside.
    """

    function: str
    parent: str
    stages: tuple[str, ...]
    results: tuple[str, ...]
    arguments: tuple[tree.Expr, ...]


@dataclass(frozen=True)
class Dag:
    """An immutable computational graph.

    Parameters
    ----------
    nodes : tuple of Node
        In topological order.
    names : mapping of str to int
        Inputs and stages, by canonical name, in the order in which they came up.
    output : str
        The stage that gradients are taken of.
    trees : mapping of str to tree.Expr
        For each stage, the expression that the person wrote, with cases as sums over indicators.
    cased : mapping of str to tree.Expr
        For a stage that is written by cases, the same with them.
    origins : mapping of int to tree.Expr
        For nodes that came from text, the part of it.
    facts : mapping of str to tuple of tree.Domain
        What declarations state.
    declared : mapping of str to Shape
        Shapes of inputs as declared, where these keep an axis of size one.
    data : frozenset of str
        Inputs that are data; every other input is a parameter.
    values : mapping of str to literal or tree.Random
        What ``at`` statements give.
    undeclared : tuple of str
        Names that were taken as inputs without a declaration.
    blocks : mapping of str to str
        For a stage inside a block, the call that it belongs to.
    calls : mapping of str to BlockCall
        The calls of blocks, by the name that their stages have in front; outer calls before inner ones.
    entries : mapping of str to tuple of str
        For a stage that is defined by entries (``ŷ_i = …``), its indices.
    functions : mapping of str to tree.Function
        The functions and blocks of the program.
    entrywise : mapping of tree.Call to tree.Function
        For the calls that are read entry by entry, what the function says there.
    remarks : tuple of Message
        What the reader and the builder have to tell.
    styled : mapping of str to str
        Names that the program writes in a style: ``L`` → ``𝓛``.
    """

    nodes: tuple[Node, ...]
    names: Mapping[str, int]
    output: str
    trees: Mapping[str, tree.Expr] = field(default_factory=dict)
    cased: Mapping[str, tree.Expr] = field(default_factory=dict)
    origins: Mapping[int, tree.Expr] = field(default_factory=dict)
    facts: Mapping[str, tuple[tree.Domain, ...]] = field(default_factory=dict)
    declared: Mapping[str, Shape] = field(default_factory=dict)
    data: frozenset[str] = frozenset()
    values: Mapping[str, object] = field(default_factory=dict)
    undeclared: tuple[str, ...] = ()
    blocks: Mapping[str, str] = field(default_factory=dict)
    calls: Mapping[str, BlockCall] = field(default_factory=dict)
    entries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    functions: Mapping[str, tree.Function] = field(default_factory=dict)
    entrywise: Mapping[tree.Call, tree.Function] = field(default_factory=dict)
    remarks: tuple[Message, ...] = ()
    styled: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def spelled(self) -> Spelled | None:
        """How the program spells its names and functions; None where as gradviz does."""
        return spelling_of(self)

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """Names of the inputs, in order."""
        return tuple(n for n, i in self.names.items() if self.nodes[i].op == "leaf")

    @cached_property
    def stages(self) -> tuple[str, ...]:
        """Names of the stages, in topological order."""
        named = [(i, n) for n, i in self.names.items() if self.nodes[i].op != "leaf"]
        return tuple(n for _, n in sorted(named))

    @cached_property
    def sizes(self) -> frozenset[str]:
        """The symbolic sizes."""
        return frozenset(d for node in self.nodes for d in node.shape if isinstance(d, str))

    @cached_property
    def size_names(self) -> frozenset[str]:
        """The letters that symbolic sizes are made of."""
        return frozenset(size_names(d for node in self.nodes for d in node.shape))

    @cached_property
    def steady(self) -> frozenset[str]:
        """What an index is where no sum binds it: a letter of a size, or a number of the program."""
        numbers = {n for n, i in self.names.items() if not self.nodes[i].shape and len(n) == 1}
        if numbers:
            written = (x for e in (*self.trees.values(), *self.origins.values()) for x in within(e))
            numbers -= {x.index for x in written if isinstance(x, tree.Big)}
            numbers.difference_update(*self.entries.values())
        return self.size_names | numbers

    @cached_property
    def letters(self) -> Letters:
        """What indices are called, in the order in which letters are taken: the same in all that is written of it."""
        return apart_from((*self.names, *self.size_names, *self.functions))

    @cached_property
    def weights(self) -> tuple[int, ...]:
        """How many operations stand in the expression of each node, named ones counting 1."""
        found: list[int] = []
        for node in self.nodes:
            found.append(1 if node.name else min(1 + sum(found[j] for j in node.inputs), _MANY))
        return tuple(found)

    @cached_property
    def hidden(self) -> frozenset[int]:
        """Companions that only gradients speak of: no name depends on them."""
        needed = reachable(self.nodes, self.names.values())
        return frozenset(i for i, n in enumerate(needed) if not n)

    @property
    def root(self) -> int:
        """Position of the output."""
        return self.names[self.output]

    def position(self, name: str) -> int:
        """Position of a named node.

        Raises
        ------
        UsageError
            The graph has no such name; the message lists those it has.
        """
        if name not in self.names:
            raise UsageError(say("no-such-name", name=name, known=", ".join(self.names)))
        return self.names[name]

    def shape(self, name: str) -> Shape:
        """The shape of a named node, as declared."""
        return self.declared.get(name, self.nodes[self.position(name)].shape)

    def role(self, position: int) -> str:
        """``data``, ``parameter``, ``intermediate`` or ``output``."""
        node = self.nodes[position]
        if position == self.root:
            return "output"
        if node.op == "leaf":
            return "data" if node.name in self.data else "parameter"
        return "intermediate"
