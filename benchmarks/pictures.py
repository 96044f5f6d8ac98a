"""Drawing the binary cross-entropy chain: the picture, its steps, and a peer that has `dot` draw every scalar."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import Any

import gradviz as gv
from benchmarks.measure import Report, interleave
from gradviz.api.drawings.depiction import Depiction
from gradviz.render import frames, write_animation, write_frames, write_pdf, write_svg

NET = Path(__file__).parent.parent / "examples" / "bce.grad"
CHAIN = (
    "x ∈ ℝ; W1 ∈ ℝ; b1 ∈ ℝ; W2 ∈ ℝ; b2 ∈ ℝ; y ∈ {0,1}; λ > 0; data x, y; z1 = W1 x + b1; h1 = σ(z1); z2 = W2 h1 + b2;"
    "ŷ = σ(z2); L = -(y log ŷ + (1 - y) log(1 - ŷ)); R = λ (W1^2 + W2^2); J = L + R;"
    "at x=1.5, W1=0.8, b1=-0.4, W2=-1.2, b2=0.3, y=1, λ=0.1"
)


def run(rounds: int) -> Report:
    """Time one picture, its frames, and other formats; formulas are kept from the rounds that do not count."""
    report = Report("pictures of the binary cross-entropy chain, formulas kept")
    graph, net = gv.parse(CHAIN), gv.load(NET)
    scene = Depiction(graph.explain(wrt=())).stepped
    works: dict[str, Any] = {
        "one picture": lambda: graph.explain(wrt=()).svg(),
        "one picture of the 3-4-1 net": lambda: net.explain(wrt=()).svg(),
        f"its {len(scene.steps)} frames, of one layout": lambda: list(write_frames(scene)),
    }
    others: dict[str, Any] = {
        "the formulas of all steps, and the layout": lambda: Depiction(gv.parse(CHAIN).explain(wrt=())).stepped,
        "as SVG that moves": lambda: write_animation(scene),
        "as PDF with a page for each": lambda: write_pdf(list(frames(scene))),
        "whole, as SVG": lambda: write_svg(scene),
    }
    if shutil.which("dot"):
        works["micrograd, graphviz"] = _peer
    else:
        report.notes.append("no program dot here: the peer is left out")
    times = interleave(works, rounds, warm=2, limit=40)
    one, steps = times["one picture"], times[f"its {len(scene.steps)} frames, of one layout"]
    report.within("one picture, from the graph", one, 0.015)
    if "micrograd, graphviz" in times:
        report.compare("one picture, from the graph", one, times["micrograd, graphviz"], "micrograd, graphviz", below=1)
    report.compare(f"its {len(scene.steps)} frames, of one layout", steps, one, "one picture", below=2)
    report.alone("one picture of the 3-4-1 net", times["one picture of the 3-4-1 net"])
    for name, found in interleave(others, max(1, rounds // 3), limit=40).items():
        report.alone(name, found)
    return report


def _peer() -> bytes:
    """The same chain of scalars in micrograd, drawn with a record for each value and a node for each operation."""
    import graphviz
    from micrograd.engine import Value

    def apply(name: str, value: float, *operands: Value) -> Value:
        return Value(value, operands, name)  # operations that it does not have

    def logistic(v: Value) -> Value:
        return (1 + apply("exp", math.exp(-v.data), -v)) ** -1

    def log(v: Value) -> Value:
        return apply("log", math.log(v.data), v)

    x, w1, b1, w2, b2, y, decay = (Value(v) for v in (1.5, 0.8, -0.4, -1.2, 0.3, 1.0, 0.1))
    out = logistic(w2 * logistic(w1 * x + b1) + b2)
    loss = -(y * log(out) + (1 - y) * log(1 - out)) + decay * (w1**2 + w2**2)
    drawing = graphviz.Digraph(graph_attr={"rankdir": "LR"})
    seen: set[Value] = set()
    stack = [loss]
    while stack:
        value = stack.pop()
        if value in seen:
            continue
        seen.add(value)
        name = str(id(value))
        drawing.node(name, label=f"{{ data {value.data:.4f} | grad {value.grad:.4f} }}", shape="record")
        if value._op:
            drawing.node(name + value._op, label=value._op)
            drawing.edge(name + value._op, name)
        for operand in value._prev:
            drawing.edge(str(id(operand)), name + value._op)
            stack.append(operand)
    return bytes(drawing.pipe("svg"))
