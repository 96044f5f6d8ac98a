"""Views of a graph as networkx graphs: nodes by name, one edge for each operand, the local derivative on each edge."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, cast

from gradviz.calculus.gradients import Gradients
from gradviz.calculus.links import Link
from gradviz.calculus.local import local_derivative
from gradviz.graph.dag import Dag
from gradviz.graph.expression import node_expr, stage_expr
from gradviz.graph.node import reachable
from gradviz.notation import tree, write
from gradviz.ops import WORDS

if TYPE_CHECKING:
    import networkx as nx

    Picture = nx.MultiDiGraph[str]

LONG = 40


def identifiers(dag: Dag) -> tuple[str, ...]:
    """What each node is called outside: its name, its printed expression, or ``_17`` where that is long.

    Examples
    --------
    >>> from gradviz.graph import build
    >>> from gradviz.notation import read_program
    >>> identifiers(build(read_program("f = (x + y) z", WORDS)))
    ('x', 'y', 'x + y', 'z', 'f')
    """
    taken = set(dag.names)
    found = []
    for i, node in enumerate(dag.nodes):
        name = node.name
        if not name:
            text = write(node_expr(dag, i), "unicode", WORDS)
            name = text if len(text) <= LONG and text not in taken else f"_{i}"
            taken.add(name)
        found.append(name)
    return tuple(found)


def stage_of(dag: Dag) -> dict[int, str]:
    """For unnamed operations, the first stage that they are part of."""
    found: dict[int, str] = {}
    for i in range(len(dag.nodes) - 1, -1, -1):
        node = dag.nodes[i]
        if node.op == "leaf":
            continue
        mine = node.name or found.get(i, "")
        found[i] = mine
        for j in node.inputs:
            if not dag.nodes[j].name:
                found[j] = mine
    return found


def operations(dag: Dag) -> Picture:
    """All operations; see `gradviz.Graph.nx`."""
    import networkx as nx

    ids = identifiers(dag)
    stages = stage_of(dag)
    graph: Picture = nx.MultiDiGraph(name=dag.output)
    for i, node in enumerate(dag.nodes):
        if i in dag.hidden:
            continue
        graph.add_node(
            ids[i],
            op=node.op,
            shape=node.shape,
            role=dag.role(i),
            stage=stages.get(i, ""),
            expression=write(stage_expr(dag, i) if node.inputs else node_expr(dag, i), "unicode", WORDS),
        )
        for place, j in enumerate(node.inputs):
            graph.add_edge(ids[j], ids[i], key=place)
    return cast("Picture", nx.freeze(graph))


def numeric(dag: Dag) -> list[bool]:
    """Which nodes are numbers, or made of numbers alone."""
    found: list[bool] = []
    for node in dag.nodes:
        made = bool(node.inputs) and not node.name and all(found[j] for j in node.inputs)
        found.append(node.op in {"number", "size", "constant"} or made)
    return found


def shown_stages(gradients: Gradients) -> list[int]:
    """Positions of what has a box of its own: inputs and stages that the output depends on, numbers left out."""
    links, dag = gradients.links, gradients.dag
    made = numeric(dag)
    return [i for i, g in enumerate(links.generators) if g and not made[i] and (i in links.consumers or i == dag.root)]


def made_of(dag: Dag, shown: Collection[int]) -> dict[int, list[int]]:
    """What each shown node is made of, among those that are shown, in topological order."""
    among = set(shown)
    below: list[tuple[int, ...]] = []
    found: dict[int, list[int]] = {}
    alive = reachable(dag.nodes, [dag.root])
    for i, node in enumerate(dag.nodes):
        parts = tuple(dict.fromkeys(p for j in node.inputs for p in below[j])) if alive[i] else ()
        if i in among:
            found[i] = list(parts)
        below.append((i,) if i in among else parts)
    return found


def kinds_of(dag: Dag, shown: Collection[int]) -> dict[int, Hashable]:
    """For each shown node what makes two of them alike: the operations inside and the shape; of inputs, the letters."""
    among = set(shown)
    forms: list[Hashable] = []
    numbers: dict[Hashable, int] = {}
    found: dict[int, Hashable] = {}
    for i, node in enumerate(dag.nodes):
        inside = tuple(0 if j in among else forms[j] for j in node.inputs)
        letters = re.sub(r"[\d_{},.]+", "", node.name) if not node.inputs else ""
        attr = node.attr if node.inputs or node.op != "leaf" else None
        form = numbers.setdefault((node.op, attr, node.shape, inside, letters), len(numbers) + 1)
        forms.append(form)
        if i in among:
            found[i] = (form, dag.role(i))
    return found


def view(gradients: Gradients, kind: str) -> Picture:
    """The stages, or the operations, with the local derivative on each edge."""
    import networkx as nx

    dag = gradients.dag
    ids = identifiers(dag)
    stages = stage_of(dag)
    graph: Picture = nx.MultiDiGraph(name=dag.output)
    shown = [
        i for i, g in enumerate(gradients.links.generators) if g and (i in gradients.links.consumers or i == dag.root)
    ]
    for i in shown:
        node = dag.nodes[i]
        graph.add_node(
            ids[i],
            op=node.op,
            shape=node.shape,
            role=dag.role(i),
            stage=stages.get(i, ""),
            expression=write(stage_expr(dag, i) if node.inputs else tree.Name(ids[i]), "unicode", WORDS),
        )
    for i in shown:
        if not dag.nodes[i].inputs:
            continue
        for key, link in edges(gradients.links.of(i), kind):
            local = local_derivative(gradients, link)
            text = write(local.expr, "unicode", WORDS)
            latex = write(local.expr, "latex", WORDS)
            graph.add_edge(ids[link.operand], ids[i], key=key, local=text, latex=latex, letters=local.letters)
    return cast("Picture", nx.freeze(graph))


def edges(links: Mapping[int, Link], kind: str) -> Iterator[tuple[int, Link]]:
    """The edges into a node: one for each operand; between operations, one for each use (``x·x`` has two)."""
    if kind != "ops":
        yield from enumerate(links[j] for j in sorted(links))
        return
    for link in links.values():
        yield from zip(link.places, link.uses(), strict=True)


def neurons(dag: Dag) -> Picture:
    """Layers of neurons as a graph: a node for each layer, an edge for each matrix of weights.

    Nodes carry ``count`` (how many neurons), ``samples`` (for a batch), ``layer`` (the column), ``expression`` and
    ``role``; edges the ``weight`` by name. Stages behind the layers are nodes without ``count``.
    """
    import networkx as nx

    from gradviz.calculus.layers import find_layers
    from gradviz.calculus.weighted import sides

    net, ids = find_layers(dag), identifiers(dag)
    axes = {**net.inputs, **{layer.units: layer.axis for layer in net.layers}}
    graph: Picture = nx.MultiDiGraph(name=dag.output)
    for i in sorted(net.ranks, key=lambda i: (net.ranks[i], i)):
        e = stage_expr(dag, i) if dag.nodes[i].inputs else node_expr(dag, i)
        told = {"layer": net.ranks[i], "role": dag.role(i), "expression": write(e, "unicode", WORDS)}
        if i in axes:
            both = sides(dag, i)
            told |= {"count": both[axes[i]], "samples": both[1 - axes[i]]}
        graph.add_node(ids[i], **told)
    for layer in net.layers:
        for place, product in enumerate(layer.sum.products):
            source = net.units_of(product)
            graph.add_edge(ids[source], ids[layer.units], key=place, weight=dag.nodes[product.weight].name)
        for place, (_, source) in enumerate(net.skips[layer.units], len(layer.sum.products)):
            graph.add_edge(ids[source], ids[layer.units], key=place, weight="")
    for i, before in net.tail.items():
        for place, j in enumerate(before):
            graph.add_edge(ids[j], ids[i], key=place, weight="")
    return cast("Picture", nx.freeze(graph))


def blocks(dag: Dag, shown: Collection[int], open: Collection[str]) -> Picture:  # noqa: A002
    """Calls of blocks, and what stands outside closed ones, as a graph.

    Nodes carry ``block`` (its name; "" for a stage or an input), ``times`` (how many calls in a row it stands for),
    ``members`` (names inside), ``group`` (the open call that it stands in); edges ``name``, what flows.
    """
    import networkx as nx

    from gradviz.calculus.blocks import find_blocks

    found, ids = find_blocks(dag, shown, open), identifiers(dag)
    graph: Picture = nx.MultiDiGraph(name=dag.output)
    for part in found.parts:
        block = dag.calls[part.calls[0]].function if part.calls else ""
        members = tuple(ids[i] for i in part.members)
        graph.add_node(part.id, block=block, times=max(1, len(part.calls)), members=members, group=part.group)
    for place, (source, target, what) in enumerate(found.flows):
        graph.add_edge(source, target, key=place, name=ids[what])
    return cast("Picture", nx.freeze(graph))
