"""All gradients of a deep residual net in arrays, as expressions: how time grows with depth."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import gradviz as gv
from benchmarks import nets
from benchmarks.measure import Report, Work, interleave

DEPTHS = (50, 100, 200, 400)
TARGET = 0.100


def run(rounds: int) -> Report:
    """Time all gradients, as text too, of graphs that are read already."""
    report = Report("all gradients of a residual net as expressions, sizes as symbols")
    texts = {n: nets.residual(n) for n in DEPTHS}
    works: dict[str, Work] = {}
    for n, text in texts.items():
        graphs = iter([gv.parse(text) for _ in range(2 * (rounds + 1))])
        works |= {
            f"{n} layers": partial(gradients, graphs, written=False),
            f"{n} layers, as text": partial(gradients, graphs, written=True),
        }
    times = interleave(works, rounds)
    for name, found in times.items():
        if name.startswith("100 "):
            report.within(name, found, TARGET)
        else:
            report.alone(name, found)
    for ending in ("", ", as text"):
        medians = {n: times[f"{n} layers{ending}"].median() for n in DEPTHS}
        report.exponent(f"growth{ending}", medians, below=1.1)
    return report


def gradients(graphs: Iterator[gv.Graph], *, written: bool) -> list[object]:
    """The gradients of the next graph by all inputs and stages."""
    graph = next(graphs)
    found = [graph.gradient(n) for n in (*graph.inputs, *graph.stages)]
    return [str(g) for g in found] if written else list(found)
