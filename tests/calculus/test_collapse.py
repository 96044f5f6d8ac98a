"""Large graphs in few parts."""

from __future__ import annotations

import random

import networkx as nx
import pytest

from gradviz.calculus.collapse import Clump, collapse


def quotient(below: dict[int, list[int]], clumps: list[Clump]) -> nx.DiGraph:
    at = {i: n for n, clump in enumerate(clumps) for i in clump.members}
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(clumps)))
    graph.add_edges_from((at[j], at[i]) for i, parts in below.items() for j in parts if at[i] != at[j])
    return graph


@pytest.mark.parametrize("seed", range(60))
def test_every_node_is_in_one_part_and_no_part_makes_a_circle(seed: int) -> None:
    pick = random.Random(seed)  # noqa: S311
    count = pick.randint(2, 120)
    reach = pick.choice([2, 5, 200])
    below = {i: pick.sample(range(max(0, i - reach), i), min(pick.randint(0, 3), i, reach)) for i in range(count)}
    kinds = {i: pick.choice("abc" if seed % 2 else "a") for i in below}
    most = pick.randint(5, 40)
    clumps = collapse(below, kinds, most)
    assert sorted(i for clump in clumps for i in clump.members) == list(below)
    assert len(clumps) <= most
    graph = quotient(below, clumps)
    assert nx.is_directed_acyclic_graph(graph)
    assert all(n < m for n, m in graph.edges), "parts stand in topological order"
    for clump in clumps:
        assert (len(clump.members) == 1) == (clump.kind == "one") or clump.kind == "rest"
        if clump.kind == "alike":
            assert len({kinds[i] for i in clump.members}) == 1


def test_a_net_becomes_its_layers() -> None:
    below: dict[int, list[int]] = {}
    kinds: dict[int, str] = {}

    def add(kind: str, *parts: int) -> int:
        below[len(below)] = list(parts)
        kinds[len(kinds)] = kind
        return len(below) - 1

    layer = [add("x") for _ in range(6)]
    for width in (5, 4, 1):
        layer = [add("tanh", add("+", *(add("·", h, add("w")) for h in layer))) for _ in range(width)]
    clumps = collapse(below, kinds, 20)
    assert [(kinds[c.members[0]], len(c.members)) for c in clumps] == [
        ("x", 6), ("w", 30), ("·", 30), ("+", 5), ("tanh", 5), ("w", 20), ("·", 20), ("+", 4), ("tanh", 4),
        ("w", 4), ("·", 4), ("+", 1), ("tanh", 1),
    ]  # fmt: skip


def test_of_a_deep_chain_the_ends_stay() -> None:
    below: dict[int, list[int]] = {0: []}
    kinds = {0: "x"}
    h = 0
    for n in range(500):
        w = 2 * n + 1
        below |= {w: [], w + 1: [w, h]}
        kinds |= {w: "W", w + 1: "layer"}
        h = w + 1
    clumps = collapse(below, kinds, 30)
    assert len(clumps) < 12
    assert max(len(c.members) for c in clumps) > 950
    assert clumps[-1].members == (h,)


def test_few_nodes_stay_as_they_are() -> None:
    below = {0: [], 1: [], 2: [0, 1]}
    assert [c.members for c in collapse(below, dict.fromkeys(below), 3)] == [(0,), (1,), (2,)]
