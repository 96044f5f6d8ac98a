"""A whole explanation of the 3-4-1 net with binary cross-entropy, in a warm process."""

from __future__ import annotations

from pathlib import Path

import gradviz as gv
from benchmarks.measure import Report, interleave

SOURCE = Path(__file__).parent.parent / "examples" / "bce.grad"


def run(rounds: int) -> Report:
    """Time reading, all gradients as text, and the derivations of both weights."""
    report = Report("a whole explanation of the 3-4-1 net, warm")
    text = SOURCE.read_text(encoding="utf-8")
    graph = gv.parse(text)

    def gradients() -> list[str]:
        fresh = gv.parse(text)
        return [str(fresh.gradient(n)) for n in (*fresh.inputs, *fresh.stages)]

    def derivations() -> list[str]:
        fresh = gv.parse(text)
        return [fresh.derivation(n).text() for n in ("W2", "W1")]

    times = interleave(
        {
            "read": lambda: gv.parse(text),
            "read, all gradients": gradients,
            "read, derivations of W₂ and W₁": derivations,
            "values and gradients in numbers": graph.explain,
        },
        rounds,
        warm=2,
    )
    for name, found in times.items():
        report.alone(name, found)
    return report
