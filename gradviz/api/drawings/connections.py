"""The wires of a drawing of neurons: one for each weight between neighbouring layers, one arch past layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradviz.api import numbers
from gradviz.api.drawings.parts import entry, form_of, latex, space
from gradviz.api.drawings.units import Units, pick
from gradviz.calculus.layers import Layer, Net
from gradviz.calculus.views import identifiers
from gradviz.calculus.weighted import Weighted, sides
from gradviz.graph.expression import node_expr
from gradviz.notation import tree
from gradviz.ops.shapes import core
from gradviz.render import Style, Wire
from gradviz.render.plain import plain

if TYPE_CHECKING:
    from gradviz.api.explanation import Explanation

Place = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Circles:
    """The circles that are drawn.

    Parameters
    ----------
    net : Net
    units : mapping of int to Units
        All neurons.
    hidden : set of int
        Those that stand behind an ellipsis.
    single : Layer or None
        The only neuron of the network, which is drawn with its sum.
    sum, one : str
        The boxes of that sum, and of the 1 that biases are weights of.
    """

    net: Net
    units: Mapping[int, Units]
    hidden: set[int]
    single: Layer | None
    sum: str
    one: str

    def ids(self, position: int) -> list[str]:
        """The boxes of a node that are drawn."""
        if position in self.hidden:
            return []
        return self.units[position].ids if position in self.units else [str(position)]


def connect(ex: Explanation, style: Style, circles: Circles) -> list[Wire]:
    """All wires."""
    return [*_Wires(ex, style, circles).all()]


class _Wires:
    def __init__(self, ex: Explanation, style: Style, circles: Circles) -> None:
        self.ex, self.style, self.circles = ex, style, circles
        self.dag = ex.graph.dag
        self.names = identifiers(self.dag)
        self.form = form_of(style)
        self.count = 0

    def all(self) -> Iterator[Wire]:
        circles, net = self.circles, self.circles.net
        for layer in net.layers:
            if layer.units in circles.hidden:
                continue
            for product in layer.sum.products:
                if net.follows(layer.units, net.units_of(product)):
                    yield from self.between(layer, product)
                else:
                    yield from self.past(net.units_of(product), layer.units, *self.bundle(product))
            for what, source in net.skips[layer.units]:
                yield from self.past(source, layer.units, rf"{{+}}\,{latex(node_expr(self.dag, what), self.dag)}")
            if layer is circles.single:
                yield from self.alone(layer)
        for position, before in net.tail.items():
            for j in before:
                if net.follows(position, j):
                    yield from (self.wire(source, str(position)) for source in circles.ids(j))
                else:
                    yield from self.past(j, position)

    def wire(self, source: str, target: str, label: str = "", gradient: str = "", **more: Any) -> Wire:
        self.count += 1
        return Wire(source, target, self.count - 1, label, plain(label), gradient, **more)

    def past(self, source: int, target: int, label: str = "", gradient: str = "", carries: str = "") -> Iterator[Wire]:
        """One arch from a column to another."""
        starts, ends = self.circles.ids(source), self.circles.ids(target)
        if starts and ends:
            yield self.wire(starts[0], ends[0], label, gradient, carries=carries, over=True)

    def bundle(self, product: Weighted) -> tuple[str, str, str]:
        """What stands at an arch for all weights of a product."""
        node = self.dag.nodes[product.weight]
        if core(node.shape):
            return (
                rf"{latex(node_expr(self.dag, product.weight), self.dag)} \in {space(self.dag.shape(node.name))}",
                "",
                node.name,
            )
        gradient = self.number(self.ex.node_gradients, product, 1, 1, "gradients") or ""
        return self.weight(product, 1, 1), gradient, node.name

    def between(self, layer: Layer, product: Weighted) -> Iterator[Wire]:
        """A wire for each two neurons that are drawn."""
        source = self.circles.net.units_of(product)
        if source in self.circles.hidden:
            return
        target = self.circles.units[layer.units]
        ends = [self.circles.sum] if layer is self.circles.single else target.ids
        for k, end in zip(target.shown, ends, strict=True):
            for j in self.circles.units[source].shown:
                gradient = self.number(self.ex.node_gradients, product, k, j, "gradients") or ""
                start = self.circles.units[source].id(j)
                yield self.wire(start, end, self.weight(product, k, j), gradient, carries=self.names[product.weight])

    def alone(self, layer: Layer) -> Iterator[Wire]:
        """The biases of the only neuron, and the wire from its sum to its function."""
        for bias, sign in layer.sum.biases:
            told = ("-" if sign < 0 else "") + latex(node_expr(self.dag, bias), self.dag)
            value, gradient = (
                self.entry(known, bias, (1,), what)
                for known, what in ((self.ex.node_values, "values"), (self.ex.node_gradients, "gradients"))
            )
            label = told if value is None else f"{told} = {value}"
            yield self.wire(self.circles.one, self.circles.sum, label, gradient or "", carries=self.names[bias])
        yield Wire(self.circles.sum, self.circles.ids(layer.units)[0])

    def place(self, product: Weighted, k: int | str, j: int | str) -> Place:
        """Where in the parameter the weight from neuron j to neuron k stands, without axes of size one."""
        pair = (k, j) if product.target_first else (j, k)
        both = sides(self.dag, product.weight)
        return tuple(p for p, d in zip(pair, both, strict=True) if d != 1)

    def weight(self, product: Weighted, k: int | str, j: int | str) -> str:
        name = self.dag.nodes[product.weight].name
        place = self.place(product, k, j)
        told = entry(self.dag, name, *place) if place else latex(tree.Name(name), self.dag)
        number = self.number(self.ex.node_values, product, k, j, "values")
        if number is None:
            return told
        return f"{told} = {number}" if self.circles.single or not place else number

    def number(self, known: Mapping[int, Any], product: Weighted, k: int | str, j: int | str, what: str) -> str | None:
        return self.entry(known, product.weight, self.place(product, k, j), what)

    def entry(self, known: Mapping[int, Any], position: int, place: Place, what: str) -> str | None:
        """One entry of a node in numbers; None where it has none, or is not wanted."""
        whole = [p for p in place if isinstance(p, int)]
        if not self.style.shows(what) or position not in known or len(whole) < len(place):
            return None
        return numbers.latex(pick(known[position], tuple(whole)), self.form)
