"""What a wrong answer is consistent with: looked up among the mutants of the right one."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from gradviz.checking.checker import Checker
from gradviz.checking.mutants import COST, Mutant, Mutants
from gradviz.checking.showing import decimal
from gradviz.checking.verdict import Mistake, Spelled
from gradviz.equality import names_in
from gradviz.messages import say
from gradviz.notation import tree
from gradviz.ops import Shape
from gradviz.ops.shapes import canonical, transpose

_CLOSE = 1e-7
MOST = 3
"""Explanations that are told."""


@dataclass(frozen=True, slots=True)
class _Factor:
    """Something that a right answer may have been multiplied by."""

    expr: tree.Expr
    values: tuple[Any, ...]
    told: str


class Diagnoser:
    """The mutants of one question in a sorted table.

    Parameters
    ----------
    checker : Checker
    """

    def __init__(self, checker: Checker) -> None:
        self.checker = checker
        self.mutants = Mutants(checker)

    @cached_property
    def weights(self) -> Any:
        """Random weights: arrays are looked up by one number."""
        return np.random.default_rng(12345).uniform(0.5, 1.5, 4096)

    def signature(self, values: tuple[Any, ...]) -> float:
        """One number for values at the points."""
        total = 0.0
        for n, v in enumerate(values):
            flat = np.ravel(v)
            total += float(np.dot(flat, np.resize(self.weights, flat.size) + n * 0.37))
        return total

    @cached_property
    def table(self) -> tuple[list[float], list[Mutant]]:
        """All mutants whose values are finite and not those of the right answer, by signature."""
        found: list[tuple[float, Mutant]] = []
        with np.errstate(all="ignore"):
            for n, mutant in enumerate(self.mutants.all()):
                key = self.signature(mutant.values)
                if np.isfinite(key) and not _same(mutant.values, self.mutants.right):
                    found.append((key, replace(mutant, order=n)))
        found.sort(key=lambda pair: pair[0])
        return [key for key, _ in found], [mutant for _, mutant in found]

    def of(self, node: int) -> tuple[Mistake, ...]:
        """What an answer is consistent with, the simplest first; nothing where no mutant is like it."""
        values = self.mutants.values(node)
        if not all(np.isfinite(v).all() for v in values):
            return ()
        found = self.looked_up(values)
        if _shape(values) == _shape(self.mutants.right):
            ratio = self.by_ratio(values)
            found += ratio
        return _cheapest(found)

    def looked_up(self, values: tuple[Any, ...]) -> list[tuple[int, Mistake]]:
        """The mutants with these values."""
        keys, mutants = self.table
        key = self.signature(values)
        gap = _CLOSE * (abs(key) + 1e-3)
        found = []
        for i in range(bisect_left(keys, key - gap), len(keys)):
            if keys[i] > key + gap:
                break
            if _same(mutants[i].values, values):
                found.append(mutants[i])
        found.sort(key=lambda mutant: mutant.order)
        return [(mutant.cost, mutant.mistake) for mutant in found]

    # -- factors

    def by_ratio(self, values: tuple[Any, ...]) -> list[tuple[int, Mistake]]:
        """The right answer times a number, or times something that has a name."""
        right = self.mutants.right
        with np.errstate(all="ignore"):
            ratios = tuple(_ratio(v, w) for v, w in zip(values, right, strict=True))
        plain = np.concatenate([np.ravel(r) for r in ratios])
        known = plain[~np.isnan(plain)]
        if not known.size or not np.isfinite(known).all():
            return []
        if np.allclose(known, known[0], rtol=1e-9, atol=0):
            return self.constant(float(known[0]))
        found = []
        for factor in self.factors:
            with np.errstate(all="ignore"):
                under = tuple(1 / np.asarray(v) for v in factor.values)
            if _same_ratio(ratios, factor.values):
                said = say("mistake-extra-factor", part=factor.told)
                found.append((COST["extra-factor"], Mistake("extra-factor", said, say("hint-extra-factor"))))
            elif _same_ratio(ratios, under):
                said = say("mistake-missing-factor", part=factor.told)
                found.append((COST["missing-factor"], Mistake("missing-factor", said, say("hint-missing-factor"))))
        return found

    def constant(self, ratio: float) -> list[tuple[int, Mistake]]:
        """A constant factor: −1, one over a count, or another number."""
        if abs(ratio + 1) < _CLOSE:
            return [(COST["sign"], Mistake("sign", say("mistake-sign"), say("hint-sign")))]
        found: list[tuple[int, Mistake]] = []
        if abs(ratio - 1) < _CLOSE:
            return found
        named = names_in(self.checker.wanted.expr)
        for name, size in self.checker.ground.sizes.items():
            for power, kind in ((size, "mistake-missing-mean"), (1 / size, "mistake-extra-mean")):
                if power == size and name not in named:
                    continue
                if abs(ratio - power) < _CLOSE * abs(power):
                    said = say(kind, part=f"1/{name}")
                    found.append((COST["missing-mean"], Mistake("missing-mean", said, say("hint-missing-mean"))))
        if not found:
            said = say("mistake-constant-factor", ratio=_number(ratio))
            found.append((COST["constant-factor"], Mistake("constant-factor", said, say("hint-constant-factor"))))
        return found

    @cached_property
    def factors(self) -> list[_Factor]:
        """Names and local derivatives that may be a factor too many, or one that is missing."""
        mutants, dag = self.mutants, self.checker.room.dag
        shape = canonical(self.checker.wanted.shape)
        found: list[_Factor] = []
        for name, position in dag.names.items():
            here = canonical(dag.nodes[position].shape)
            if here in ((), shape) and position != dag.root:
                found.append(_Factor(tree.Name(name), mutants.values(position), str(Spelled(tree.Name(name)))))
        if mutants.paths is not None:
            for step in mutants.paths.steps:
                of, by = (dag.nodes[i].name for i in (step.stage, step.operand))
                values = None if step.local is None or not (of and by) else mutants.read_plain(step.local)
                if values is not None and step.local is not None and _shape(values) in ((), _shape(mutants.right)):
                    told = f"{Spelled(tree.Partial(tree.Name(of), tree.Name(by)))} = {Spelled(step.local)}"
                    found.append(_Factor(step.local, values, told))
        return found

    # -- shapes

    def of_shape(self, node: int, given: Shape) -> tuple[Mistake, ...]:
        """What is said of an answer of another shape."""
        checker = self.checker
        wanted = checker.wanted.shape
        values = self.mutants.values(node)
        if len(given) < 3 and len(wanted) < 3 and canonical(transpose((given,))) == canonical(wanted):
            turned = tuple(_turned(v) for v in values)
            if _same(turned, self.mutants.right):
                return (Mistake("transposed", say("mistake-transposed"), say("hint-transposed")),)
        finite = all(np.isfinite(v).all() for v in values)
        found = self.looked_up(values) if finite else []
        if found:
            return _cheapest(found)
        by = Spelled(tree.Name(checker.target.by)) if checker.target.by else checker.name
        said = say("mistake-shape", target=checker.name, by=by, wanted=_shown(wanted), given=_shown(given))
        return (Mistake("shape", said, say("hint-shape")),)


def _shown(shape: Shape) -> str:
    from gradviz.checking.texts import shape_text

    return shape_text(shape)


def _turned(v: Any) -> Any:
    return np.transpose(v) if np.ndim(v) == 2 else v


def _shape(values: tuple[Any, ...]) -> tuple[int, ...]:
    return np.shape(values[0])


def _same(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
    for x, y in zip(a, b, strict=True):
        left, right = np.asarray(x), np.asarray(y)
        if left.shape != right.shape:
            if left.shape and right.shape:
                return False
            left, right = np.broadcast_arrays(left, right)
        if not (np.abs(left - right) <= _CLOSE * (np.abs(left) + np.abs(right) + 1e-9)).all():
            return False
    return True


def _same_ratio(ratios: tuple[Any, ...], values: tuple[Any, ...]) -> bool:
    return all(
        np.shape(v) in ((), np.shape(r)) and bool((np.isnan(r) | np.isclose(r, v, rtol=1e-7, atol=0)).all())
        for r, v in zip(ratios, values, strict=True)
    )


def _ratio(v: Any, w: Any) -> Any:
    """A quotient, entry by entry; what is 0 on both sides tells nothing."""
    a, b = np.asarray(v, dtype=float), np.asarray(w, dtype=float)
    return np.where((a == 0) & (b == 0), np.nan, a / b)


def _number(ratio: float) -> str:
    fraction = Fraction(ratio).limit_denominator(60)
    exact = abs(float(fraction) - ratio) < _CLOSE * abs(ratio)
    return (str(fraction) if exact else decimal(ratio)).replace("-", "−")


def _cheapest(found: list[tuple[int, Mistake]]) -> tuple[Mistake, ...]:
    """Those that cost least, each kind of them once."""
    if not found:
        return ()
    least = min(cost for cost, _ in found)
    kinds: dict[str, Mistake] = {}
    for cost, mistake in found:
        if cost == least:
            kinds.setdefault(mistake.mistake, mistake)
    return tuple(kinds.values())[:MOST]
