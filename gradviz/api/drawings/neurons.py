"""An explanation as a drawing of neurons: circles in columns, weights on the connections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gradviz.api import numbers
from gradviz.api.drawings.abbreviated import abbreviated
from gradviz.api.drawings.connections import Circles, connect
from gradviz.api.drawings.parts import entry, form_of, latex, space, unicode
from gradviz.api.drawings.picture import describe, stage_box, title_of
from gradviz.api.drawings.units import LAST, Units, chosen, pick
from gradviz.calculus.layers import Layer, Net, find_layers
from gradviz.calculus.views import identifiers, stage_of
from gradviz.calculus.weighted import sides
from gradviz.graph.expression import node_expr, stage_expr, written_expr
from gradviz.messages import say
from gradviz.notation import tree
from gradviz.ops import WORDS
from gradviz.ops.shapes import core
from gradviz.render import Box, Column, Drawing, Group, Style, Wire

if TYPE_CHECKING:
    from gradviz.api.explanation import Explanation

_NOTES = 4
_GAPS = 4  # so many arrays of neurons in one column stand apart
SUM, ONE, _NEURON = "sum", "one", "neuron"


def draw_neurons(ex: Explanation, style: Style) -> Drawing:
    """What is to be drawn.

    Raises
    ------
    UsageError
        The graph is no network of layers.
    """
    return _Neurons(ex, style).drawing()


class _Neurons:
    def __init__(self, ex: Explanation, style: Style) -> None:
        self.ex = ex
        self.style = style
        self.dag = ex.graph.dag
        self.net: Net = find_layers(self.dag)
        self.layers = {layer.units: layer for layer in self.net.layers}
        self.by_sum = {layer.linear: layer for layer in self.net.layers}
        self.form = form_of(style)
        self.boxes: list[Box] = []
        self.wires: list[Wire] = []
        self.groups: list[Group] = []
        self.hidden: set[int] = set()
        self.ids = identifiers(self.dag)
        self.within = stage_of(self.dag)

    @cached_property
    def units(self) -> dict[int, Units]:
        """All neurons, those that are given and those of layers."""
        axes = {**self.net.inputs, **{layer.units: layer.axis for layer in self.net.layers}}
        return {position: self._units(position, axis) for position, axis in axes.items()}

    def _units(self, position: int, axis: int) -> Units:
        both = sides(self.dag, position)
        return chosen(position, axis, both[axis], both[1 - axis], self.style.limit, self.ex.sizes)

    # -- the whole

    def drawing(self) -> Drawing:
        ranks = self.net.ranks
        columns = []
        for rank in range(max(ranks.values()) + 1):
            here = [i for i in sorted(ranks) if ranks[i] == rank]
            if self._single and self._single.units in here:
                columns.append(self._sum_column(self._single))
            columns.append(self._column(here))
        self.wires += connect(self.ex, self.style, Circles(self.net, self.units, self.hidden, self._single, SUM, ONE))
        root = self.dag.root
        output = self.units[root].ids[-1] if root in self.units else str(root)
        return Drawing(
            tuple(self.boxes),
            tuple(self.wires),
            output,
            title_of(self.dag),
            describe(self.ex),
            groups=tuple(self.groups),
            columns=tuple(columns),
            places=tuple(self._places()),
        )

    def _places(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The boxes of each node: a layer's sum and what is made of it stand in the circles of its neurons."""
        drawn = {box.id for box in self.boxes}
        for position, units in self.units.items():
            ids = tuple(i for i in units.ids if i in drawn)
            layer = self.layers.get(position)
            alone = layer is not None and layer is self._single
            inside = [] if layer is None or alone else [i for i in self._between(layer) if i > layer.linear]
            inside += [] if layer is None or alone else [layer.linear]
            yield from ((self._step_of(i), ids) for i in dict.fromkeys((position, *inside)) if ids)
            if alone and layer:
                yield self._step_of(layer.linear), (SUM,)
        yield from ((self.ids[i], (str(i),)) for i in self.net.tail if str(i) in drawn)

    def _step_of(self, position: int) -> str:
        """The node whose step finds a node's value: what has no name is part of a stage."""
        return self.ids[position] if self.dag.nodes[position].name else self.within.get(position, self.ids[position])

    @cached_property
    def _single(self) -> Layer | None:
        """The only neuron of the network, where there is only one: it is drawn with what it computes inside."""
        layers = self.net.layers
        if len(layers) != 1 or layers[0].linear == layers[0].units:
            return None
        return layers[0] if self.units[layers[0].units].count == 1 else None

    # -- columns

    def _column(self, here: list[int]) -> Column:
        boxes: list[str] = []
        shown, hidden = self._told_apart(here)
        for i in shown:
            if boxes and len(shown) <= _GAPS:
                boxes.append("")
            if hidden and i == shown[-LAST]:
                boxes.append(self._hide(hidden))
            boxes += self._draw_units(self.units[i]) if i in self.units else [self._draw_stage(i)]
        layers = [self.layers[i] for i in here if i in self.layers]
        if self._single:
            if any(i in self.net.inputs for i in here) and self._single.sum.biases:
                boxes += ["", self._draw_one()]
            return Column(tuple(boxes), "", self._notes(here))
        return Column(tuple(boxes), self._heading(here), self._notes(here), self._weights(layers))

    def _told_apart(self, here: list[int]) -> tuple[list[int], list[int]]:
        """Of more neurons than are drawn that each have a name of their own, those that are drawn, and the others."""
        most = self.style.limit
        if len(here) <= most or not all(i in self.units and self.units[i].count == 1 for i in here):
            return here, []
        first = most - 1 - LAST
        return [*here[:first], *here[-LAST:]], here[first:-LAST]

    def _hide(self, hidden: list[int]) -> str:
        """An ellipsis for neurons with names of their own."""
        self.hidden.update(hidden)
        first, last = (latex(node_expr(self.dag, i), self.dag) for i in (hidden[0], hidden[-1]))
        named = all(self.dag.nodes[i].name for i in hidden)
        label = rf"{first} \ldots {last}" if named else rf"\text{{{say('and-more', count=len(hidden))}}}"
        box = Box(f"{hidden[0]}…{hidden[-1]}", label, "intermediate", bare=True, round=True)
        self.boxes.append(box)
        return box.id

    def _sum_column(self, layer: Layer) -> Column:
        """The sum of a single neuron, in one frame with its function."""
        node = self.dag.nodes[layer.linear]
        name = latex(tree.Name(node.name), self.dag) if node.name else ""
        found = self._box(layer.linear, SUM, r"\Sigma", 1)
        self.boxes.append(replace(found, name=name))
        label = rf"\text{{{say('legend-neuron')}}}"
        self.groups.append(Group(_NEURON, label, str(say("legend-neuron"))))
        return Column((SUM,), notes=(self._equation(layer.linear),))

    def _draw_one(self) -> str:
        """The 1 that biases are weights of."""
        self.boxes.append(Box(ONE, "1", "data", title="1", round=True))
        return ONE

    def _heading(self, here: list[int]) -> str:
        last = max(self.net.ranks[layer.units] for layer in self.net.layers)
        ranks = {self.net.ranks[i] for i in here if i in self.units}
        if not ranks:
            return ""
        (rank,) = ranks
        if not any(i in self.layers for i in here):
            kind = "input-layer"
        else:
            kind = "output-layer" if rank == last else "hidden-layer"
        return rf"\text{{{say(kind)}}}"

    def _notes(self, here: list[int]) -> tuple[str, ...]:
        lines = [line for i in here for line in self._equations(i)]
        if len(lines) <= _NOTES:
            return tuple(lines)
        left = rf"\text{{{say('and-more', count=len(lines) - _NOTES + 1)}}}"
        return (*lines[: _NOTES - 1], left)

    def _equations(self, position: int) -> list[str]:
        """What a column says of a node: its set, or how it is computed."""
        node = self.dag.nodes[position]
        name = latex(node_expr(self.dag, position), self.dag)
        if position in self.net.inputs:
            units = self.units[position]
            if units.samples != 1:
                kind = "each-column" if units.axis == 0 else "each-row"
                return [rf"\text{{{say(kind, name='')}}}{name} \in {self._space(position)}"]
            return [rf"{name} \in {self._space(position)}"] if core(node.shape) else []
        layer = self.layers.get(position)
        if layer is None:
            return []
        if layer is self._single:
            return [self._equation(position)]
        parts = [layer.linear] if layer.linear != position and self.dag.nodes[layer.linear].name else []
        inside = [i for i in range(layer.linear + 1, position) if self.dag.nodes[i].name and i in self._between(layer)]
        return [self._equation(i) for i in (*parts, *inside, position)]

    def _between(self, layer: Layer) -> set[int]:
        seen = set()
        stack = [layer.units]
        while stack:
            i = stack.pop()
            if i != layer.linear and i not in seen:
                seen.add(i)
                stack += self.dag.nodes[i].inputs
        return seen

    def _equation(self, position: int) -> str:
        node = self.dag.nodes[position]
        right = abbreviated(written_expr(self.dag, position) if node.name else node_expr(self.dag, position))
        text = latex(right, self.dag, self.dag.entries.get(node.name, ()))
        if not node.name:
            return text
        letters = self.dag.entries.get(node.name, ())
        left = entry(self.dag, node.name, *letters) if letters else latex(tree.Name(node.name), self.dag)
        return f"{left} = {text}"

    def _weights(self, layers: list[Layer]) -> str:
        """The names of the weights that lead to a column; those of single numbers stand at their wires."""
        net = self.net
        near = (p for layer in layers for p in layer.sum.products if net.follows(layer.units, net.units_of(p)))
        found = dict.fromkeys(p.weight for p in near)
        arrays = [i for i in found if core(self.dag.nodes[i].shape)]
        return r",\ ".join(rf"{latex(node_expr(self.dag, i), self.dag)} \in {self._space(i)}" for i in arrays)

    def _space(self, position: int) -> str:
        return space(self.dag.shape(self.dag.nodes[position].name))

    def _function(self, layer: Layer, other: str = "") -> str:
        """What works on a layer: its function's name where one word says it, else what is given, or the equation."""
        node = self.dag.nodes[layer.units]
        e = stage_expr(self.dag, layer.units) if node.name else node_expr(self.dag, layer.units)
        if isinstance(e, tree.Call) and e.function in WORDS:
            return WORDS[e.function].latex
        return other or self._equation(layer.units)

    # -- circles

    def _draw_units(self, units: Units) -> list[str]:
        layer = self.layers.get(units.position)
        if layer and layer.across:
            self.groups.append(Group(str(units.position), self._function(layer), self._told(units.position)))
        ids = []
        for n, k in enumerate(units.shown):
            if units.left_out and n == len(units.shown) - LAST:
                self.boxes.append(self._left_out(units))
                ids.append(units.rest)
            self.boxes.append(self._unit(units, k))
            ids.append(units.id(k))
        return ids

    def _left_out(self, units: Units) -> Box:
        """The ellipsis, which says from where to where neurons are not drawn."""
        first, last = units.left_out or ("", "")
        names = [self._unit_name(units, k) for k in (first, last)]
        label = names[0] if first == last else rf"{names[0]} \ldots {names[1]}"
        return Box(units.rest, label, "intermediate", bare=True, round=True, group=self._group(units.position))

    def _unit(self, units: Units, k: int | str) -> Box:
        name = self._unit_name(units, k)
        layer = self.layers.get(units.position)
        if layer and layer is self._single:
            word = self._function(layer, "f")
            return replace(self._box(units.position, units.id(k), word, k), name=name, group=_NEURON)
        return replace(self._box(units.position, units.id(k), name, k), group=self._group(units.position))

    def _group(self, position: int) -> str:
        layer = self.layers.get(position)
        return str(position) if layer and layer.across else ""

    def _box(self, position: int, id: str, label: str, k: int | str) -> Box:  # noqa: A002
        """The circle of one neuron."""
        units = self.units.get(position)
        single = units is None or units.count == 1
        title = self._told(position) if single else f"{unicode(node_expr(self.dag, position))}[{k}]"
        value, gradient = (
            self._entry(known, position, k, what)
            for known, what in ((self.ex.node_values, "values"), (self.ex.node_gradients, "gradients"))
        )
        group = _NEURON if units is None else ""
        role: Any = self.dag.role(position)
        results = (self._step_of(position),)
        return Box(id, label, role, "", value, gradient, title, round=True, group=group, results=results)

    def _told(self, position: int) -> str:
        """A node in words: its name and what it is."""
        node = self.dag.nodes[position]
        name = unicode(node_expr(self.dag, position))
        return f"{name} = {unicode(abbreviated(stage_expr(self.dag, position)))}" if node.name and node.inputs else name

    def _unit_name(self, units: Units, k: int | str) -> str:
        node = self.dag.nodes[units.position]
        name = node.name
        if not name:
            return self._short_name(units.position)
        if units.count == 1:
            return latex(tree.Name(name), self.dag)
        if units.samples != 1:
            place = ("i", k) if units.axis else (k, "i")
            return entry(self.dag, name, *place)
        return entry(self.dag, name, k)

    def _short_name(self, position: int) -> str:
        """What stands in the circle of a neuron without a name: its function."""
        e = node_expr(self.dag, position)
        if isinstance(e, tree.Call) and e.function in WORDS:
            return WORDS[e.function].latex
        return r"\Sigma" if position in self.by_sum else "f"

    def _entry(self, known: Mapping[int, Any], position: int, k: int | str, what: str) -> str | None:
        """One neuron's number; None for a batch, where it has one for each sample."""
        units = self.units.get(position)
        batch = units is not None and units.samples != 1
        if not self.style.shows(what) or position not in known or isinstance(k, str) or batch:
            return None
        return numbers.latex(pick(known[position], (k,)), self.form)

    def _draw_stage(self, position: int) -> str:
        box = stage_box(self.ex, position, str(position), self.style)
        self.boxes.append(replace(box, results=(self._step_of(position),)))
        return str(position)
