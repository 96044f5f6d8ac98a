"""Drawing the 10-20-1 net written out in scalars, beside `dot -Tsvg` on micrograd's graph of the same net."""

from __future__ import annotations

import os
import random
import tempfile
from typing import Any

import graphviz
from micrograd.engine import Value

import gradviz as gv
from benchmarks.limited import times_within
from benchmarks.measure import Report, interleave, recorded
from gradviz.api.drawings.picture import drawing
from gradviz.render import compose, scene, style
from gradviz.render.cache import Store
from tests.render.nets import scalar_net

SIZES = (10, 20, 1)
LIMIT = 40.0
"""Seconds for a picture with all boxes."""
LARGE = (26, 26, 26, 1)
"""Of a net with about 3,000 scalars."""


def run(rounds: int) -> Report:
    """Time pictures of the whole net: laid out anew each time, formulas kept."""
    report = Report("layout of the 10-20-1 net in scalars")
    pick = random.Random(1)  # noqa: S311
    graph, large = scalar_net(*SIZES), scalar_net(*LARGE)
    ex, large_ex = (g.explain({name: pick.uniform(-1, 1) for name in g.inputs}, wrt=()) for g in (graph, large))
    peer = micrograd_net(pick)
    nodes, _ = trace(peer)
    with tempfile.TemporaryDirectory() as folder:

        def anew(of: gv.Explanation = ex, **options: Any) -> None:
            look = style(view="ops", **options)
            compose(drawing(of, look), look)

        os.environ["GRADVIZ_CACHE"] = ""
        kept = scene.open_store  # formulas stay kept, layouts are made anew
        store = _FormulasOnly(folder)
        scene.open_store = lambda: store  # type: ignore[assignment,return-value]
        try:
            works = {"like nodes joined": anew, "dot": lambda: draw_dot(peer).pipe("svg")}
            times = interleave(works, rounds, limit=30)
            times |= interleave({"large": lambda: anew(large_ex)}, rounds, limit=30)
        finally:
            scene.open_store = kept
    report.compare("the picture, like nodes joined", times["like nodes joined"], times["dot"], "micrograd, dot", 1)
    found = times_within("benchmarks.layouts", "every_node", LIMIT, most=1)
    every = recorded("every node", found or [LIMIT])
    report.compare("every node a box, typeset anew", every, times["dot"], "micrograd, dot")
    if not found:
        report.notes.append(f"every node a box: stopped after {LIMIT:g} s, takes longer")
    report.within(f"a net of {len(large.dag.nodes)} nodes, like nodes joined", times["large"], 5.0)
    report.notes.append(f"{len(graph.dag.nodes)} nodes here, {len(nodes)} values in micrograd's graph")
    return report


def every_node() -> None:
    """Draw the net with a box for each node; nothing is kept."""
    os.environ["GRADVIZ_CACHE"] = ""
    graph = scalar_net(*SIZES)
    pick = random.Random(1)  # noqa: S311
    look = style(view="ops", boxes=100_000, show="values,gradients")
    compose(drawing(graph.explain({name: pick.uniform(-1, 1) for name in graph.inputs}, wrt=()), look), look)


class _FormulasOnly:
    """A store that keeps formulas and no layouts."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.store = Store(folder)

    def get(self, key: str) -> object:
        found = self.store.get(key)
        is_formula = isinstance(found, list) and bool(found) and isinstance(found[0], str)
        return found if is_formula else None

    def put(self, key: str, value: object) -> None:
        if isinstance(value, list) and value and isinstance(value[0], str):
            self.store.put(key, value)


def micrograd_net(pick: random.Random) -> Value:
    """The same in micrograd, where a sum has two operands."""
    layer = [Value(pick.uniform(-1, 1)) for _ in range(SIZES[0])]
    for width in SIZES[1:]:
        layer = [
            sum((Value(pick.uniform(-1, 1)) * h for h in layer), Value(pick.uniform(-1, 1))).relu()
            for _ in range(width)
        ]
    loss = (layer[0] - Value(1.0)) ** 2
    loss.backward()
    return loss


def trace(root: Value) -> tuple[list[Value], list[tuple[Value, Value]]]:
    """All values and what each is made of."""
    nodes: dict[int, Value] = {}
    edges = []
    stack = [root]
    while stack:
        value = stack.pop()
        if id(value) not in nodes:
            nodes[id(value)] = value
            edges += [(child, value) for child in value._prev]
            stack += value._prev
    return list(nodes.values()), edges


def draw_dot(root: Value) -> graphviz.Digraph:
    """As micrograd's notebook draws it: a record with data and gradient for each value, a node for each operation."""
    nodes, edges = trace(root)
    dot = graphviz.Digraph(graph_attr={"rankdir": "LR"})
    for n in nodes:
        dot.node(str(id(n)), f"{{ data {n.data:.4f} | grad {n.grad:.4f} }}", shape="record")
        if n._op:
            dot.node(f"{id(n)}{n._op}", n._op)
            dot.edge(f"{id(n)}{n._op}", str(id(n)))
    for a, b in edges:
        dot.edge(str(id(a)), f"{id(b)}{b._op}")
    return dot
