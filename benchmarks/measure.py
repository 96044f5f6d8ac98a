"""Interleaved timing, and what is printed of it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import pyperf

from benchmarks.alone import timed

Work = Callable[[], object]


LIMIT = 60.0
"""Seconds after which no new round begins."""


def interleave(
    works: Mapping[str, Work], rounds: int, *, warm: int = 1, limit: float = LIMIT
) -> dict[str, pyperf.Benchmark]:
    """Time pieces of work in turn, round after round.

    Parameters
    ----------
    works : mapping of str to callable
        What is timed, by name.
    rounds : int
        How often each is timed, if there is time.
    warm : int
        Rounds before that, which do not count where others follow.
    limit : float
        Seconds after which no new round begins.

    Returns
    -------
    dict of str to pyperf.Benchmark
        One run of pyperf for each round.
    """
    times: dict[str, list[float]] = {name: [] for name in works}
    end = time.monotonic() + limit
    for n in range(warm + rounds):
        if n and time.monotonic() > end:
            done = max(0, n - warm)
            what = f"{done} of {rounds} rounds" if done else "one round, the first, in which nothing is warm"
            print(f"stopped after {limit:g} s, {what}: {'; '.join(works)}")
            break
        for name, work in works.items():
            times[name].append(timed(work))
    return {name: recorded(name, values[warm:] or values[-1:]) for name, values in times.items()}


def recorded(name: str, seconds: Iterable[float]) -> pyperf.Benchmark:
    """Times as pyperf keeps them."""
    metadata = {"name": name, "unit": "second"}
    return pyperf.Benchmark([pyperf.Run([s], metadata=metadata, collect_metadata=False) for s in seconds])


def growth(medians: Mapping[int, float]) -> float:
    """The exponent p of ``time ~ size^p``, by least squares over the logarithms."""
    points = [(math.log(size), math.log(seconds)) for size, seconds in medians.items()]
    x = sum(p for p, _ in points) / len(points)
    y = sum(q for _, q in points) / len(points)
    return sum((p - x) * (q - y) for p, q in points) / sum((p - x) ** 2 for p, _ in points)


@dataclass(frozen=True)
class Line:
    """One line of the report: two quantities, their ratio, and the most that it should be."""

    what: str
    ours: str
    theirs: str = ""
    ratio: float | None = None
    below: float | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """The columns as they are printed."""
        ratio = "" if self.ratio is None else _short(self.ratio)
        if self.ratio is None or self.below is None:
            return (self.what, self.ours, self.theirs, ratio, "", "")
        verdict = "met" if self.ratio <= self.below else "MISSED"
        return (self.what, self.ours, self.theirs, ratio, f"≤ {self.below:g}", verdict)


@dataclass
class Report:
    """What a group of measurements found."""

    title: str
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    benchmarks: list[pyperf.Benchmark] = field(default_factory=list)

    def compare(
        self, what: str, ours: pyperf.Benchmark, theirs: pyperf.Benchmark, peer: str, below: float | None = None
    ) -> None:
        """Add a line for two times."""
        self.benchmarks += [ours, theirs]
        ratio = ours.median() / theirs.median()
        self.lines.append(Line(what, spread(ours), f"{spread(theirs)}  {peer}", ratio, below))

    def count(self, what: str, ours: int, theirs: int, peer: str, below: float | None = None) -> None:
        """Add a line for two numbers of operations."""
        self.lines.append(Line(what, f"{ours:,}", f"{theirs:,}  {peer}", ours / theirs, below))

    def exponent(self, what: str, medians: Mapping[int, float], below: float) -> None:
        """Add a line for how time grows with size."""
        sizes = f"n = {min(medians):,} … {max(medians):,}"
        self.lines.append(Line(what, sizes, "", growth(medians), below))

    def within(self, what: str, ours: pyperf.Benchmark, seconds: float) -> None:
        """Add a line for a time and the most that it should be."""
        self.benchmarks.append(ours)
        self.lines.append(Line(what, spread(ours), f"{_time(seconds)}  at most", ours.median() / seconds, 1))

    def alone(self, what: str, ours: pyperf.Benchmark) -> None:
        """Add a line for a time that is compared with nothing."""
        self.benchmarks.append(ours)
        self.lines.append(Line(what, spread(ours)))

    def text(self) -> str:
        """The report as a table."""
        head = ("", "gradviz", "peer", "ratio", "target", "")
        rows = [head, *(line.cells for line in self.lines)]
        widths = [max(len(row[n]) for row in rows) for n in range(len(head))]
        table = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]
        return "\n".join([self.title, *table, *(f"  {note}" for note in self.notes)])


def spread(benchmark: pyperf.Benchmark) -> str:
    """The median, and how far the times lie from it."""
    deviation = benchmark.median_abs_dev() if benchmark.get_nvalue() > 1 else 0.0
    return f"{_time(benchmark.median())} ± {_time(deviation)}"


def _time(seconds: float) -> str:
    for unit, scale in (("s", 1.0), ("ms", 1e3)):
        if seconds * scale >= 1:
            return f"{seconds * scale:.3g} {unit}" if seconds * scale < 1000 else f"{seconds * scale:,.0f} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def _short(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio >= 0.01 else f"{ratio:.1e}"
