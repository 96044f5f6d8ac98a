"""Whole derivations: of the 3-4-1 net beside sympy and tensorgrad, and of chains and a recurrent net as they grow."""

from __future__ import annotations

import os
import sys
from functools import partial
from importlib.util import find_spec

import gradviz as gv
from benchmarks import nets
from benchmarks.limited import times_within
from benchmarks.measure import Report, interleave, recorded
from benchmarks.problems import chain_text, recurrent_text, shared_text

TARGET = 0.020
LIMIT = 30.0
"""Seconds that a peer has for all its runs."""
SIZES = (20, 60, 180)
GROWING = (
    ("the first weight of a logistic chain", "w1", chain_text),
    ("the one weight of a logistic chain", "w", shared_text),
    ("the one weight matrix of a recurrent net", "W", recurrent_text),
)
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
        # A peer may need packages that nobody wants beside the others: it then has an environment of its own.
        python = sys.executable if find_spec(package) else os.environ.get("GRADVIZ_PEERS", "")
        if not python:
            report.notes.append(f"{name} is not installed (nor is GRADVIZ_PEERS the Python of an environment with it).")
            continue
        try:
            found = times_within(module, "bce", LIMIT, python=python)
        except (RuntimeError, OSError) as error:
            report.notes.append(f"{name} cannot do it: {error}")
            continue
        theirs = recorded(name, found or [LIMIT])
        label = name if found else f"{name}: stopped, takes longer"
        report.compare("… beside the gradients by both weights", ours, theirs, label, below=1 / AT_LEAST)
    for what, name, text_of in GROWING:
        times = interleave(
            {f"{what}, n = {n}": partial(_deep, text_of(n), name) for n in SIZES}, max(2, rounds // 8), limit=15
        )
        medians = {n: found.median() for n, found in zip(SIZES, times.values(), strict=True)}
        for label, found in times.items():
            report.alone(f"derivation by {label}", found)
        report.exponent("growth of that", medians, below=1.2)
    return report


def whole(text: str) -> list[str]:
    """Everything of a net with two weights."""
    graph = gv.parse(text)
    gradients = [str(graph.gradient(n)) for n in (*graph.inputs, *graph.stages)]
    return gradients + [graph.derivation(n).text() for n in ("W1", "W2")]


def _deep(text: str, name: str) -> object:
    return gv.parse(text).derivation(name).text()
