"""Verdicts a second: on the questions of the 3-4-1 net, and beside others on a question of numbers alone."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Any

import gradviz as gv
from benchmarks.measure import Report, interleave

BCE = """
x ∈ ℝ^3; W1 ∈ ℝ^{3×4}; W2 ∈ ℝ^4; y ∈ {0, 1}
z1 = W1ᵀ x; h1 = e^z1 / (1 + e^z1); z2 = W2ᵀ h1; ŷ = e^z2 / (1 + e^z2)
L = -y ln ŷ - (1 - y) ln(1 - ŷ)
"""
ANSWERS = (
    ("W2", "(ŷ - y) h1", True),
    ("W2", "h1 ŷ - y h1", True),
    ("W2", r"(\hat{y} - y) h_1", True),
    ("W2", "dL/dz2 * h1", True),
    ("W2", "(e^z2/(1+e^z2) - y) h1", True),
    ("h1", "(ŷ - y) W2", True),
    ("z2", "ŷ - y", True),
    ("ŷ", "-y/ŷ + (1-y)/(1-ŷ)", True),
    ("dŷ/dz2", "ŷ(1-ŷ)", True),
    ("W1", "x ((ŷ - y) W2 ⊙ h1 ⊙ (1 - h1))ᵀ", True),
    ("W2", "(y - ŷ) h1", False),
    ("W2", "(ŷ + y) h1", False),
    ("W2", "ŷ h1", False),
    ("W2", "(ŷ - y) h1ᵀ", False),
    ("W2", "ŷ - y", False),
    ("h1", "(ŷ - y) h1", False),
    ("z2", "y - ŷ", False),
    ("ŷ", "-y/ŷ - (1-y)/(1-ŷ)", False),
    ("dŷ/dz2", "1 - ŷ²", False),
    ("W1", "x ((ŷ - y) W2)ᵀ", False),
)
VERDICTS, DIAGNOSED = 5_000, 2_000
"""A second, at least."""
PASSES = 25
"""How often all answers are gone through in one timing: a rate is meant, as of a grader at work, not a first answer."""
AT_LEAST = 200
"""How many times faster than the fastest symbolic peer."""

UNIT = "z = w h; ŷ = σ(z); L = -y ln ŷ - (1 - y) ln(1 - ŷ)"
RIGHT = "(1/(1 + exp(-w*h)) - y)*h"
PAIRS = (
    # as gradviz reads it, as the others read it, whether it is right
    ("(ŷ - y) h", "(1/(1 + exp(-w*h)) - y)*h", True),
    ("ŷ h - y h", "h/(1 + exp(-w*h)) - y*h", True),
    ("(e^z/(1 + e^z) - y) h", "(exp(w*h)/(1 + exp(w*h)) - y)*h", True),
    ("(1/2 + tanh(z/2)/2 - y) h", "(1/2 + tanh(w*h/2)/2 - y)*h", True),
    (
        "(-y/ŷ + (1-y)/(1-ŷ)) ŷ(1-ŷ) h",
        "(-y*(1 + exp(-w*h)) + (1 - y)*(1 + exp(w*h)))*exp(w*h)/(1 + exp(w*h))**2*h",
        True,
    ),
    ("(σ(w h) - y) h", "(1 - 1/(1 + exp(w*h)) - y)*h", True),
    ("(y - ŷ) h", "(y - 1/(1 + exp(-w*h)))*h", False),
    ("(ŷ + y) h", "(1/(1 + exp(-w*h)) + y)*h", False),
    ("ŷ h", "h/(1 + exp(-w*h))", False),
    ("(ŷ - y) h + 10^(-12)", "(1/(1 + exp(-w*h)) - y)*h + 10**(-12)", False),
    ("(ŷ - y) w", "(1/(1 + exp(-w*h)) - y)*w", False),
    ("(1 - ŷ² - y) h", "(1 - 1/(1 + exp(-w*h))**2 - y)*h", False),
)


def run(rounds: int) -> Report:
    """Time verdicts, and count which are right."""
    report = Report("verdicts on answers, each read, decided with proof; times are for one answer")
    graph = gv.parse(BCE)
    works = {level: partial(_all, graph, level) for level in ("verdict", "full")} | {"JSON": partial(_told, graph)}
    times = interleave(works, rounds, warm=3)
    for level, what, rate in (
        ("verdict", "the 3-4-1 net's questions", VERDICTS),
        ("full", "… with the mistake looked for in what is wrong", DIAGNOSED),
    ):
        report.within(what, _each(times[level], PASSES * len(ANSWERS)), 1 / rate)
    report.alone("… and told as JSON, as grading keeps it", _each(times["JSON"], PASSES * len(ANSWERS)))
    wrong = sum(graph.check(t, a).ok is not right for t, a, right in ANSWERS)
    report.notes.append(f"gradviz: {len(ANSWERS) - wrong} of {len(ANSWERS)} verdicts on the net are right.")
    unit = gv.parse(UNIT)
    ours = _each(interleave({"unit": partial(_unit, unit)}, rounds, warm=3)["unit"], PASSES * len(PAIRS))
    right = sum(unit.check("w", a).ok is r for a, _, r in PAIRS)
    report.notes.append(f"gradviz: {right} of {len(PAIRS)} verdicts on the unit are right.")
    for name, make in PEERS.items():
        if not find_spec(name.split()[0].replace("-", "_")):
            report.notes.append(f"{name} is not installed.")
            continue
        decide = make()
        found = _each(interleave({name: partial(_peer, decide)}, 1, warm=0)[name], len(PAIRS))
        fair = sum(_safely(decide, other) is r for _, other, r in PAIRS)
        report.compare(f"a unit's gradient, {len(PAIRS)} answers", ours, found, name, below=_below(name))
        report.notes.append(f"{name}: {fair} of {len(PAIRS)} verdicts are right.")
    return report


def _below(name: str) -> float | None:
    return None if "sampled" in name else 1 / AT_LEAST


def _all(graph: gv.Graph, level: str) -> None:
    for _ in range(PASSES):
        for target, answer, _ in ANSWERS:
            _ = graph.check(target, answer, feedback=level).status


def _told(graph: gv.Graph) -> None:
    for _ in range(PASSES):
        for target, answer, _ in ANSWERS:
            graph.check(target, answer, feedback="verdict").json()


def _unit(graph: gv.Graph) -> None:
    for _ in range(PASSES):
        for answer, _, _ in PAIRS:
            _ = graph.check("w", answer, feedback="verdict").status


def _each(times: Any, count: int) -> Any:
    from benchmarks.measure import recorded

    return recorded(times.get_name(), [t / count for t in times.get_values()])


def _peer(decide: Callable[[str], bool | None]) -> None:
    for _, other, _ in PAIRS:
        _safely(decide, other)


def _safely(decide: Callable[[str], bool | None], text: str) -> bool | None:
    try:
        return decide(text)
    except Exception:
        return None


# Peers -----------------------------------------------------------------------------------------------


def _simplified() -> Callable[[str], bool | None]:
    import sympy

    right = sympy.parse_expr(RIGHT)
    return lambda text: bool(sympy.simplify(sympy.parse_expr(text) - right) == 0)


def _equals() -> Callable[[str], bool | None]:
    import sympy

    right = sympy.parse_expr(RIGHT)
    return lambda text: sympy.parse_expr(text).equals(right)


def _verified() -> Callable[[str], bool | None]:
    import sympy
    from math_verify import verify

    right = sympy.parse_expr(RIGHT)
    return lambda text: bool(verify(right, sympy.parse_expr(text), timeout_seconds=60))


def _sampled() -> Callable[[str], bool | None]:
    import sympy

    names = sympy.symbols("w h y")
    right = sympy.lambdify(names, sympy.parse_expr(RIGHT), "math")
    generator = random.Random(1)  # noqa: S311
    points = [tuple(generator.uniform(-2, 2) for _ in names) for _ in range(8)]

    def decide(text: str) -> bool:
        given = sympy.lambdify(names, sympy.parse_expr(text), "math")
        return all(abs(given(*p) - right(*p)) <= 1e-9 for p in points)

    return decide


PEERS: dict[str, Callable[[], Callable[[str], bool | None]]] = {
    "sympy simplify(a − b) == 0": _simplified,
    "sympy a.equals(b)": _equals,
    "math-verify": _verified,
    "sympy lambdify, sampled": _sampled,
}
