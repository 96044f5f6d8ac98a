"""``python -m benchmarks``: choose groups, print tables."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable

import pyperf

from benchmarks import checking, derivations, explaining, gradients, grading, layouts, pictures, residual, startup
from benchmarks.measure import Report

GROUPS: dict[str, Callable[[int], Report]] = {
    "startup": startup.run,
    "gradients": gradients.run,
    "explaining": explaining.run,
    "derivation": derivations.run,
    "residual": residual.run,
    "checking": checking.run,
    "grading": grading.run,
    "layout": layouts.run,
    "pictures": pictures.run,
}
ROUNDS = {
    "startup": 15,
    "gradients": 5,
    "explaining": 15,
    "derivation": 25,
    "residual": 5,
    "checking": 15,
    "grading": 3,
    "layout": 5,
    "pictures": 15,
}


def main() -> None:
    """Run the chosen groups."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"{', '.join(GROUPS)}; all if none is given")
    parser.add_argument("--rounds", type=int, help="how often each piece is timed")
    parser.add_argument("--json", metavar="FILE", help="keep all times as a suite of pyperf")
    chosen = parser.parse_args()
    unknown = [g for g in chosen.groups if g not in GROUPS]
    if unknown:
        parser.error(f"no such group: {', '.join(unknown)}")
    print(f"Python {platform.python_version()}, medians ± median absolute deviation; ratios are gradviz to peer.\n")
    reports = []
    for name in chosen.groups or GROUPS:
        reports.append(GROUPS[name](chosen.rounds or ROUNDS[name]))
        print(reports[-1].text(), end="\n\n", flush=True)
    if chosen.json:
        pyperf.BenchmarkSuite([b for r in reports for b in r.benchmarks]).dump(chosen.json, replace=True)


if __name__ == "__main__":
    main()
