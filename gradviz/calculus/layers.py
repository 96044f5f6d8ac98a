"""A graph as layers of neurons: sums of weighted inputs, each followed by a function of itself.

What is a layer is read off the operations, so it does not matter how many names the person gave: ``h = σ(W x + b)`` is
one, and so are ``z = W x + b`` and ``h = e^z/(1 + e^z)``. What follows the last layer (a loss) is the *tail*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from gradviz.calculus.weighted import Sum, Sums, Weighted, sides
from gradviz.graph.dag import Dag
from gradviz.graph.expression import node_expr, stage_expr
from gradviz.messages import UsageError, say
from gradviz.notation import write
from gradviz.ops import OPERATIONS, WORDS
from gradviz.ops.activations import ACTIVATIONS

_ACTIVATIONS = frozenset({*(op.name for op in ACTIVATIONS), "step", "sign", "softmax"})
_GOES_ON = frozenset({"add", "sub", "transpose"})


@dataclass(frozen=True, slots=True)
class Layer:
    """Neurons that are fed alike.

    Parameters
    ----------
    linear, units : int
        Positions of the weighted sum and of what the function makes of it (the same where there is no function).
    sum : Sum
    axis : int
        Which axis of the result counts the neurons; the other one, where there is one, counts samples.
    across : bool
        Whether the function sees all neurons at once, as softmax does.
    """

    linear: int
    units: int
    sum: Sum
    axis: int
    across: bool


@dataclass(frozen=True, slots=True)
class Net:
    """A graph as a network.

    Parameters
    ----------
    layers : tuple of Layer
        In topological order.
    inputs : mapping of int to int
        Leaves that feed neurons: position → axis of its neurons.
    ranks : mapping of int to int
        The column of each leaf, of each layer's units and of each stage of the tail.
    tail : mapping of int to tuple of int
        Stages behind the layers, each with the units and stages that it is made of.
    sources : mapping of Weighted to int
        The neurons of each product.
    skips : mapping of int to tuple of (int, int)
        For a layer's units, what is added to them as it is, and the neurons that this stands in.
    """

    layers: tuple[Layer, ...]
    inputs: dict[int, int] = field(default_factory=dict)
    ranks: dict[int, int] = field(default_factory=dict)
    tail: dict[int, tuple[int, ...]] = field(default_factory=dict)
    sources: dict[Weighted, int] = field(default_factory=dict)
    skips: dict[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    def units_of(self, product: Weighted) -> int:
        """The position of the neurons that a weight starts from: a leaf, or the units of a layer."""
        return self.sources[product]

    def follows(self, target: int, source: int) -> bool:
        """Whether neurons stand in the column right behind others."""
        return self.ranks[target] == self.ranks[source] + 1


def find_layers(dag: Dag) -> Net:
    """Read a graph as layers of neurons.

    Raises
    ------
    UsageError
        It is none; the message names the stage that cannot be drawn so.

    Examples
    --------
    >>> from gradviz.graph import build
    >>> from gradviz.notation import read_program
    >>> text = "x ∈ ℝ^3; W ∈ ℝ^{4×3}; v ∈ ℝ^4; data x; h = tanh(W x); y = vᵀ h; L = y^2"
    >>> net = find_layers(build(read_program(text, WORDS)))
    >>> len(net.layers), sorted(net.ranks.values())
    (2, [0, 1, 2, 3])
    """
    return _Finder(dag).net()


class _Finder(Sums):
    """Joins sums with the functions behind them."""

    def net(self) -> Net:
        whole = [i for i, s in enumerate(self.sums) if s is not None and self.alive[i] and not self._partial(i)]
        if not whole:
            raise UsageError(say("no-neurons"), hint=say("neurons-hint"))
        fed: dict[int, dict[int, None]] = {i: {} for i in whole}
        for i in whole:
            for product in self._of(i).products:
                self._check(i, product)
                base = self.bases[product.source]
                for z in base or ():
                    fed[z][product.source] = None
        layers = tuple(self._layer(z, list(fed[z])) for z in whole)
        return self._placed(layers)

    def _of(self, position: int) -> Sum:
        found = self.sums[position]
        assert found is not None
        return found

    def _partial(self, position: int) -> bool:
        """Whether a sum is only part of a longer one."""
        return any(self.sums[c] is not None and self.nodes[c].op in _GOES_ON for c in self.consumers[position])

    def _check(self, layer: int, product: Weighted) -> None:
        base, source = self.bases[product.source], product.source
        if source in self.given:
            return
        if base is None or len(base) != 1 or self._partial(next(iter(base))):
            raise self._refused(source, layer)
        (z,) = base
        count = sides(self.dag, z)[self._axis(z)], sides(self.dag, source)[product.axis]
        if (self._axis(z) != product.axis and sides(self.dag, source) != (1, 1)) or count[0] != count[1]:
            raise self._refused(source, layer)

    def _axis(self, z: int) -> int:
        return self._of(z).axis

    def _refused(self, source: int, layer: int) -> UsageError:
        name, of = self._say(source), self._stage(layer)
        text = write(stage_expr(self.dag, source), "unicode", WORDS)
        return UsageError(say("not-neurons", name=name, expression=text, layer=of), hint=say("neurons-hint"))

    def _say(self, position: int) -> str:
        return write(node_expr(self.dag, position), "unicode", WORDS)

    def _stage(self, position: int) -> str:
        """The name of the stage that a node is part of."""
        while not self.nodes[position].name and self.consumers[position]:
            position = self.consumers[position][0]
        return self._say(position)

    def _layer(self, z: int, used: list[int]) -> Layer:
        if len(used) > 1:
            first, second = (self._say(u) for u in sorted(used)[:2])
            raise UsageError(say("neurons-twice", name=first, other=second), hint=say("neurons-hint"))
        units = used[0] if used else self._last(z)
        inside = list(self._between(z, units))
        across = any(not OPERATIONS[self.nodes[i].op].elementwise for i in inside)
        return Layer(z, units, self._of(z), self._axis(z), across)

    def _between(self, z: int, units: int) -> Iterator[int]:
        """The operations that make the units of the sum."""
        for i in range(z + 1, units + 1):
            if self.bases[i] == frozenset({z}) and self.alive[i] and self.nodes[i].inputs:
                yield i

    def _last(self, z: int) -> int:
        """The units of a layer that feeds no other: what the rest of the graph is made of."""
        shape = self.nodes[z].shape
        gates = [
            i
            for i in range(z + 1, len(self.nodes))
            if self.alive[i] and self.bases[i] == frozenset({z}) and self.nodes[i].shape == shape and self._gate(z, i)
        ]
        root, scores = self.dag.root, bool(self.nodes[z].name)
        # Of a named sum, the output is the loss, unless it is an activation: ŷ = σ(z), but L = z².
        activates = self.nodes[root].op in _ACTIVATIONS or self.nodes[root].op == "div"
        named = [i for i in gates if self.nodes[i].name and (i != root or not scores or activates)]
        if named:
            return named[0]
        return gates[0] if gates and not scores else z

    def _gate(self, z: int, gate: int) -> bool:
        """Whether all ways from a sum to the output lead through a node."""
        seen = {z}
        stack = [z]
        while stack:
            i = stack.pop()
            if i == self.dag.root and i != gate:
                return False
            for c in self.consumers[i]:
                if c != gate and c not in seen:
                    seen.add(c)
                    stack.append(c)
        return True

    # -- places

    def _placed(self, layers: tuple[Layer, ...]) -> Net:
        net = Net(layers)
        of = {layer.linear: layer for layer in layers}
        for layer in layers:
            net.sources.update((p, self._source(p.source, of)) for p in layer.sum.products)
            net.skips[layer.units] = tuple((j, self._source(j, of)) for j in self._added_to(layer))
            before = [*(net.sources[p] for p in layer.sum.products), *(s for _, s in net.skips[layer.units])]
            net.ranks[layer.units] = 1 + max((net.ranks.get(s, 0) for s in before), default=0)
        for layer in layers:
            fed = [(net.sources[p], p.axis) for p in layer.sum.products]
            for source, axis in (*fed, *((s, layer.axis) for _, s in net.skips[layer.units])):
                if source in self.given:
                    net.inputs.setdefault(source, axis)
                    net.ranks.setdefault(source, net.ranks[layer.units] - 1)
        self._add_tail(net)
        return net

    def _source(self, source: int, of: dict[int, Layer]) -> int:
        base = self.bases[source]
        return source if not base else of[next(iter(base))].units

    def _added_to(self, layer: Layer) -> Iterator[int]:
        """What is added to a layer's sum, or to what its function makes of it."""
        yield from layer.sum.skips
        for i in self._between(layer.linear, layer.units):
            yield from self.skips.get(i, ())

    def _add_tail(self, net: Net) -> None:
        covered = {i for layer in net.layers for i in (layer.linear, *self._between(layer.linear, layer.units))}
        units = {layer.units for layer in net.layers}
        last = max(net.ranks.values())
        for i, node in enumerate(self.nodes):
            is_stage = node.inputs and (node.name or i == self.dag.root)
            inside = i in covered or self.sums[i] is not None
            if not self.alive[i] or not is_stage or inside or not self._is_told(i):
                continue
            before = self._made_of(i, units | net.tail.keys())
            net.tail[i] = before
            net.ranks[i] = 1 + max((net.ranks[j] for j in before if j in net.tail), default=last)

    def _is_told(self, position: int) -> bool:
        """Whether a stage has a box of its own: not where it is part of a weight."""
        return self.learned[position] is False or any(self.learned[c] is False for c in self.consumers[position])

    def _made_of(self, position: int, known: set[int]) -> tuple[int, ...]:
        found: dict[int, None] = {}
        seen = set()
        stack = list(self.nodes[position].inputs)
        while stack:
            i = stack.pop()
            if i in known:
                found[i] = None
            elif i not in seen:
                seen.add(i)
                stack += self.nodes[i].inputs
        return tuple(sorted(found))
