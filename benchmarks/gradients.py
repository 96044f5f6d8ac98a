"""Building a graph and taking all its gradients: how it grows, and beside CasADi and sympy."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import casadi
from sympy.core.cache import clear_cache

import gradviz as gv
from benchmarks import problems
from benchmarks.alone import timed
from benchmarks.measure import Report, Work, interleave, recorded

SIZES = (1_000, 10_000, 100_000)
TEXT_SIZES = (1_000, 4_000, 20_000)
SYMPY_SIZE = 40


def run(rounds: int) -> Report:
    """Time chains and a net."""
    report = Report("all gradients: build and sweep, garbage collector frozen")
    kind = _faster_kind(rounds)
    peer = f"CasADi {kind.__name__}"
    version = casadi.CasadiMeta.version()
    report.notes.append(f"CasADi {version} by {kind.__name__}, the faster of SX and MX on a chain of {SIZES[0]:,}.")
    _chains(report, rounds, kind, peer)
    _texts(report, rounds)
    _net(report, rounds, kind, peer)
    _sympy(report, rounds)
    _operations(report, kind, peer)
    return report


def _chain(layers: int) -> Any:
    return problems.gradients(problems.chain(layers))


def _faster_kind(rounds: int) -> Any:
    kinds = {k.__name__: k for k in (casadi.SX, casadi.MX)}
    times = interleave({name: partial(problems.casadi_chain, kind, SIZES[0]) for name, kind in kinds.items()}, rounds)
    return kinds[min(times, key=lambda name: times[name].median())]


def _chains(report: Report, rounds: int, kind: Any, peer: str) -> None:
    works: dict[str, Work] = {}
    for n in SIZES:
        works |= {f"chain {n}": partial(_chain, n), f"{peer} {n}": partial(problems.casadi_chain, kind, n)}
    times = interleave(works, rounds)
    for n in SIZES:
        report.compare(f"logistic chain, n = {n:,}", times[f"chain {n}"], times[f"{peer} {n}"], peer, below=1)
    report.exponent("growth of the chain", {n: times[f"chain {n}"].median() for n in SIZES}, below=1.1)


def _texts(report: Report, rounds: int) -> None:
    texts = {n: problems.chain_text(n) for n in TEXT_SIZES}
    times = interleave({f"text {n}": partial(_from_text, text) for n, text in texts.items()}, rounds)
    medians = {}
    for n, found in zip(texts, times.values(), strict=True):
        medians[n] = found.median()
        report.alone(f"the chain read from text, n = {n:,}", found)
    report.exponent("growth of the chain read from text", medians, below=1.1)


def _from_text(text: str) -> Any:
    return problems.gradients(gv.parse(text))


def _net(report: Report, rounds: int, kind: Any, peer: str) -> None:
    works = {"net": lambda: problems.gradients(problems.net()), f"{peer} net": lambda: problems.casadi_net(kind)}
    ours, theirs = interleave(works, rounds).values()
    report.compare(f"{problems.WIDTH}-{problems.WIDTH}-1 net in scalars", ours, theirs, peer, below=1)


def _sympy(report: Report, rounds: int) -> None:
    clear_cache()
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)  # sympy goes down into the chain
    theirs = recorded("sympy.diff", [timed(partial(problems.sympy_chain, SYMPY_SIZE))])
    sys.setrecursionlimit(limit)
    ours = interleave({"chain": partial(_chain, SYMPY_SIZE)}, max(rounds, 11))["chain"]
    report.compare(f"logistic chain, n = {SYMPY_SIZE}", ours, theirs, "sympy.diff, once", below=0.001)


def _operations(report: Report, kind: Any, peer: str) -> None:
    cases = (
        ("chain, n = 1,000", problems.chain(1_000), problems.casadi_chain(kind, 1_000)),
        ("net", problems.net(), problems.casadi_net(kind)),
    )
    for name, graph, other in cases:
        theirs = problems.casadi_operations(other)
        report.count(f"operations in all gradients, {name}", problems.operations(graph), theirs, peer, below=1.2)
        report.count("… with σ counted as four", problems.operations(graph, sigmoid=4), theirs, peer)
    report.notes.append("CasADi has no σ and spells it out; here it counts as one operation, then as four, as there.")
