"""What nodes, adjoints and local derivatives are called, and terms written with these names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from gradviz import terms as t
from gradviz.calculus.composed import Patterns
from gradviz.calculus.factors import constant_or_name, sum_across
from gradviz.calculus.indexed import write_entry
from gradviz.calculus.links import Links
from gradviz.calculus.pattern import Pattern, Reference, Text
from gradviz.calculus.reading import thin
from gradviz.calculus.said import Said
from gradviz.calculus.short_names import short_names
from gradviz.calculus.written import Form, Written
from gradviz.graph.dag import Dag
from gradviz.graph.expression import array_expr, node_expr
from gradviz.graph.letters import Letters
from gradviz.graph.spelling import spelled
from gradviz.notation import tree, write
from gradviz.notation.walk import rebuild, substitute
from gradviz.ops import WORDS
from gradviz.ops.shapes import core


class Named:
    """The names of a graph's generators and adjoints, and how terms over them are written.

    Parameters
    ----------
    dag : Dag
    extra : frozenset of int
        Unnamed operations that are to be stages as well.
    """

    def __init__(self, dag: Dag, extra: frozenset[int] = frozenset()) -> None:
        self.dag = dag
        self.links = Links(dag.nodes, dag.root, extra)
        self.patterns = Patterns(self.links.is_stage)
        self._names: dict[int, tuple[tree.Expr, bool]] = {}
        self._lengths: dict[int, int] = {}
        self._slopes: dict[tuple[int, int], tree.Partial] = {}
        self._texts: dict[tuple[Pattern, tuple[int, ...]], Text] = {}

    def name(self, node: int | str) -> tree.Expr:
        """What a generator is called: a node by its name or expression, an adjoint by ``δ₂`` or ``∂L/∂h₁``."""
        return self.named(node)[0]

    def named(self, node: int | str) -> tuple[tree.Expr, bool]:
        """The same, and whether it is a row."""
        if isinstance(node, str):
            return constant_or_name(node), False
        if node not in self._names:
            e = self._adjoint_name(~node) if node < 0 else array_expr(self.dag, node)
            if isinstance(e, tree.Sum) and _spreads(self.dag, node):
                e = sum_across(e.items)
            shape = self.dag.nodes[node if node >= 0 else ~node].shape
            self._names[node] = e, len(shape) == 2 and shape[0] == 1
        return self._names[node]

    def _length(self, node: int) -> int:
        if node not in self._lengths:
            self._lengths[node] = len(write(self.name(node), "unicode", WORDS))
        return self._lengths[node]

    def adjoint_name(self, position: int) -> tree.Expr:
        """The name of an adjoint."""
        return self.name(~position)

    def slope(self, stage: int, operand: int) -> tree.Partial:
        """The name of a local derivative: ``∂z₂/∂h₁``."""
        if (stage, operand) not in self._slopes:
            self._slopes[stage, operand] = tree.Partial(self._below(stage), self._below(operand))
        return self._slopes[stage, operand]

    def _adjoint_name(self, position: int) -> tree.Expr:
        delta = self.deltas.get(position)
        if delta:
            return tree.Name(delta)
        below = self._short_names.get(position) or node_expr(self.dag, position)
        return tree.Partial(tree.Name(self.dag.output), below)

    def _below(self, position: int) -> tree.Expr:
        """What a node is called in the name of a derivative."""
        return self._short_names.get(position) or self.name(position)

    @cached_property
    def _short_names(self) -> Mapping[int, tree.Expr]:
        """The nodes without a name whose expressions are too long for one."""
        nodes = self.dag.nodes
        unnamed = (
            i for i, whole in enumerate(self.links.generators) if whole and nodes[i].inputs and not nodes[i].name
        )
        return short_names({i: node_expr(self.dag, i) for i in unnamed})

    @cached_property
    def adjoint_names(self) -> Mapping[str, int]:
        """All adjoints by their names, as they are found where expressions are read."""
        names = {p: self.adjoint_name(p) for p in (*self.links.consumers, self.dag.root)}
        return {e.name if isinstance(e, tree.Name) else write(e, "unicode", WORDS): p for p, e in names.items()}

    @cached_property
    def deltas(self) -> Mapping[int, str]:
        """Stages ``z₂`` (or ``a₂``) whose adjoint is called ``δ₂``."""
        return _deltas(self.dag)

    @cached_property
    def letters(self) -> Letters:
        """What indices are called; δ is not Kronecker's where it is the adjoint of a matrix."""
        letters = self.dag.letters
        own = any(name == "δ" and len(core(self.dag.nodes[p].shape)) > 1 for p, name in self.deltas.items())
        return letters._replace(delta=False) if own else letters

    def unname(self) -> None:
        """Call no adjoint δ: where they are those of another stage than the output, δ would be misread."""
        self.deltas = {}
        self.letters = self.dag.letters
        self._names = {}
        self._lengths = {}
        self._slopes = {}
        self._texts = {}

    # -- writing

    def written(
        self, indices: tuple[t.Index, ...], term: t.Term, names: Mapping[str, tree.Expr] | None = None
    ) -> Written:
        """A term as an expression: matrix notation where there is one, else one entry with indices."""
        e, letters = self._text(self.patterns.said(term, indices))
        return Written(indices, term, substitute(e, names) if names else e, letters)

    def form(self, said: Said) -> Form:
        """The same of a term that may be known by its pattern."""
        return Form(said, *self._text(said))

    def spelled(self, e: tree.Expr) -> tree.Expr:
        """An expression without the constants whose letters the program has taken."""
        return spelled(e, self._taken)

    @cached_property
    def _taken(self) -> frozenset[str]:
        return frozenset([*self.dag.names, *self.dag.size_names])

    def _text(self, said: Said) -> Text:
        e, letters = self._plain_text(said)
        return self.spelled(e), letters

    def _plain_text(self, said: Said) -> Text:
        if self._has_thin and self._reads_thin(said):
            return write_entry(said.term(), said.axes, self.named, self.letters)
        if not isinstance(said, Reference):
            return said.text(self.named, self.letters)
        key = said.pattern, said.generators
        if key not in self._texts:
            self._texts[key] = said.text(self.named, self.letters)
        return self._texts[key]

    def _reads_thin(self, said: Said) -> bool:
        nodes = self.dag.nodes
        return not self.links.reader.thin.isdisjoint(said.axes) or any(
            thin(nodes[a.node if a.node >= 0 else ~a.node].shape)
            for a in t.atoms(said.term())
            if isinstance(a.node, int)
        )

    @cached_property
    def _has_thin(self) -> bool:
        return any(thin(node.shape) for node in self.dag.nodes)


def substitute_adjoints(e: tree.Expr, put: Mapping[str, tree.Expr], *, kronecker: bool = False) -> tree.Expr:
    """Put expressions in the place of adjoints, whose names may be ``∂L/∂h₁``; Kronecker's delta of two indices stays.

    Parameters
    ----------
    e : Expr
    put : mapping of str to Expr
    kronecker : bool, optional
        Whether δ with two indices is Kronecker's, also where δ is the adjoint of a column; see `Letters.delta`.
    """
    if isinstance(e, tree.Name | tree.Partial):
        found = put.get(write(e, "unicode", WORDS))
        return found if found is not None else e
    if kronecker and isinstance(e, tree.Entry) and len(e.indices) == 2 and e.array == tree.Name("δ"):
        return e
    return rebuild(e, lambda part: substitute_adjoints(part, put, kronecker=kronecker))


def _deltas(dag: Dag) -> dict[int, str]:
    taken = set(dag.names)
    found: dict[int, str] = {}
    for letter in ("z", "a"):
        for name in dag.stages:
            match = re.fullmatch(rf"{letter}(\d*)", name)
            delta = f"δ{match.group(1)}" if match else ""
            if match and delta not in taken and name != dag.output:
                taken.add(delta)
                found[dag.names[name]] = delta
    if any(re.fullmatch(r"δ\d*", n) for n in dag.names):
        return {}
    return found


def _spreads(dag: Dag, position: int) -> bool:
    """Whether a sum adds arrays of different axes, one of them spread over another."""
    node = dag.nodes[position]
    if node.op not in {"add", "sub"}:
        return False
    parts = [dag.nodes[j] for j in node.inputs]
    own = len({core(p.shape) for p in parts}) > 1 or len({len(p.shape) for p in parts}) > 1
    return own or any(_spreads(dag, j) for j in node.inputs if not dag.nodes[j].name)
