"""Whole derivations: of the 3-4-1 net beside sympy and tensorgrad, and of chains as they grow."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec

import gradviz as gv
from benchmarks import nets
from benchmarks.limited import times_within
from benchmarks.measure import Report, interleave, recorded
from benchmarks.problems import chain_text, shared_text

TARGET = 0.020
LIMIT = 60.0
CHAINS = (20, 40, 80, 160)
PEERS = {"sympy.diff, simplify": ("sympy", "benchmarks.nets"), "tensorgrad": ("tensorgrad", "benchmarks.tensors")}
"""What they are called, the package, and the module whose `bce` gives both gradients."""
AT_LEAST = 20
"""How many times faster than the fastest peer."""


def run(rounds: int) -> Report:
    """Time the derivations of both weights, with all gradients, reading and checking included."""
    report = Report("whole derivations, warm: read, all gradients, the derivations of W₁ and W₂, checked and as text")
    text = nets.BCE.read_text(encoding="utf-8")
    ours = interleave({"3-4-1 net": partial(whole, text)}, rounds, warm=3)["3-4-1 net"]
    report.within("3-4-1 net with cross-entropy", ours, TARGET)
    for name, (package, module) in PEERS.items():
        if not find_spec(package):
            report.notes.append(f"{name} is not installed.")
            continue
        found = times_within(module, "bce", LIMIT)
        theirs = recorded(name, found or [LIMIT])
        label = name if found else f"{name}: stopped, takes longer"
        report.compare("… beside the gradients by both weights", ours, theirs, label, below=1 / AT_LEAST)
    for what, name, text_of in (("the first weight", "w1", chain_text), ("the one weight", "w", shared_text)):
        times = interleave({f"chain {n}": partial(_deep, text_of(n), name) for n in CHAINS}, max(2, rounds // 5))
        medians = {n: found.median() for n, found in zip(CHAINS, times.values(), strict=True)}
        for n, found in zip(CHAINS, times.values(), strict=True):
            report.alone(f"derivation by {what} of a logistic chain, n = {n}", found)
        report.exponent("growth of that", medians, below=1.2)
    return report


def whole(text: str) -> list[str]:
    """Everything of a net with two weights."""
    graph = gv.parse(text)
    gradients = [str(graph.gradient(n)) for n in (*graph.inputs, *graph.stages)]
    return gradients + [graph.derivation(n).text() for n in ("W1", "W2")]


def _deep(text: str, name: str) -> object:
    return gv.parse(text).derivation(name)
