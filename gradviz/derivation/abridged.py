"""Definitions in reasons: of a long sum, the summands that a step is about, and … for the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gradviz.calculus.short_names import MANY, OTHERS
from gradviz.graph import Dag
from gradviz.graph.expression import stage_expr
from gradviz.notation import tree
from gradviz.notation.walk import rebuild, within


class Definitions:
    """What stages say, abridged for each of their operands.

    Parameters
    ----------
    dag : Dag
    """

    def __init__(self, dag: Dag) -> None:
        self.dag = dag
        self._long: dict[int, Mapping[tree.Expr, tuple[int, ...]]] = {}
        self._sums: dict[int, tree.Sum | None] = {}

    def __call__(self, stage: int, operand: tree.Expr) -> tree.Expr:
        """The expression behind a stage, with what it says of an operand."""
        whole = stage_expr(self.dag, stage)
        if stage not in self._sums:
            self._sums[stage] = found = _long_sum(whole)
            self._long[stage] = _speaking(found) if found else {}
        long = self._sums[stage]
        if long is None:
            return whole
        kept = self._long[stage].get(operand, ())
        if not 0 < len(kept) <= MANY:
            return whole
        return _put(whole, long, tree.Sum(tuple(_abridged(long, kept))))


def _long_sum(e: tree.Expr) -> tree.Sum | None:
    """The outermost sum of many summands; None where there is none, or more than one."""
    found = [x for x in within(e) if isinstance(x, tree.Sum) and len(x.items) > MANY]
    return found[0] if len(found) == 1 else None


def _speaking(e: tree.Sum) -> Mapping[tree.Expr, tuple[int, ...]]:
    """For all that a sum speaks of, the summands that do."""
    found: dict[tree.Expr, tuple[int, ...]] = {}
    for n, item in enumerate(e.items):
        for x in dict.fromkeys(within(item)):
            found[x] = (*found.get(x, ()), n) if len(found.get(x, ())) <= MANY else found[x]
    return found


def _abridged(e: tree.Sum, kept: tuple[int, ...]) -> Iterator[tree.Expr]:
    last = -1
    for n in kept:
        if n > last + 1:
            yield OTHERS
        yield e.items[n]
        last = n
    if last < len(e.items) - 1:
        yield OTHERS


def _put(e: tree.Expr, long: tree.Sum, short: tree.Sum) -> tree.Expr:
    return short if e is long else rebuild(e, lambda part: _put(part, long, short))
