"""What a wrong answer is consistent with: looked up among the mutants of the right one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np

from gradviz.checking.judge import ZERO, Judge
from gradviz.checking.mutants import COST, Mutant, Mutants
from gradviz.checking.ratios import in_sizes
from gradviz.checking.reading import Reading
from gradviz.checking.showing import decimal, positive
from gradviz.checking.slips_indexed import of_indices
from gradviz.checking.slips_repaired import parts_of, repaired
from gradviz.checking.verdict import Mistake, Spelled
from gradviz.equality.stacked import Stacked
from gradviz.messages import say
from gradviz.notation import tree
from gradviz.notation.walk import within
from gradviz.ops import Shape
from gradviz.ops.shapes import canonical, transpose

_CLOSE = 1e-7
MOST = 3
"""Explanations that are told."""


@dataclass(frozen=True, slots=True)
class _Alike:
    """Mutants with the same values.

    Parameters
    ----------
    key : float
        The signature of the values.
    flat : array
        Their values, in one row.
    shape : tuple of int
    mutants : list of Mutant
    gaps : array
        How far the entries of like values may be off.
    """

    key: float
    flat: Any
    shape: tuple[int, ...]
    mutants: list[Mutant]
    gaps: Any

    def is_like(self, flat: Any, shape: tuple[int, ...]) -> bool:
        """Whether other values are the same."""
        if self.shape != shape or self.flat.size != flat.size:
            return False
        return bool((np.abs(self.flat - flat) <= self.gaps).all())


class Diagnoser:
    """The mutants of one question in a sorted table.

    Parameters
    ----------
    checker : Judge
    """

    def __init__(self, checker: Judge) -> None:
        self.checker = checker
        self.mutants = Mutants(checker)

    @cached_property
    def weights(self) -> Any:
        """Random weights: arrays are looked up by one number."""
        return np.random.default_rng(12345).uniform(0.5, 1.5, 1 << 14)

    def signature(self, flat: Any) -> float:
        """One number for values at the points."""
        if flat.size == self.right.size:
            return float(np.dot(flat, self.own_weights))
        return float(np.dot(flat, np.resize(self.weights, flat.size)))

    @cached_property
    def own_weights(self) -> Any:
        """The weights of values that are as many as those of the right answer."""
        return np.resize(self.weights, self.right.size)

    @cached_property
    def table(self) -> tuple[list[float], list[_Alike]]:
        """All mutants whose values are finite and not those of the right answer, by signature; like ones are one."""
        found: list[_Alike] = []
        right = self.right
        with np.errstate(all="ignore"):
            for n, mutant in enumerate(self.mutants.all()):
                flat, shape = self.spread(_flat(mutant.values), _shape(mutant.values))
                if np.isfinite(flat).all() and not (flat.size == right.size and _near(flat, right)):
                    gaps = _CLOSE * (2 * np.abs(flat) + _rest(flat))
                    found.append(_Alike(self.signature(flat), flat, shape, [replace(mutant, order=n)], gaps))
        found.sort(key=lambda one: one.key)
        merged: list[_Alike] = []
        for one in found:
            if merged and merged[-1].is_like(one.flat, one.shape):
                merged[-1].mutants.extend(one.mutants)
            else:
                merged.append(one)
        return [one.key for one in merged], merged

    @cached_property
    def right(self) -> Any:
        """The values of the right answer at all points, in one row."""
        return _flat(self.mutants.right)

    @cached_property
    def right_key(self) -> float:
        """What the right answer is looked up by."""
        return self.signature(self.right)

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """The axes of the right answer."""
        return _shape(self.mutants.right)

    @cached_property
    def stacked(self) -> Stacked:
        """The values of answers at the points."""
        return Stacked(self.checker.ground, self.mutants.samples)

    def spread(self, flat: Any, shape: tuple[int, ...]) -> tuple[Any, tuple[int, ...]]:
        """Values of one number at each point, spread over the axes of what is asked for."""
        if shape != () or self.right.size <= flat.size:
            return flat, shape
        return np.repeat(flat, self.right.size // flat.size), self.shape

    def of(self, node: int) -> tuple[Mistake, ...]:
        """What an answer is consistent with, the simplest first; nothing where no mutant is like it."""
        if self.checker.ground.table.nodes[node] == ZERO:
            return ()  # a form that happens to be 0 for one slip is none that anybody wrote
        flat, shape = self.spread(*self.stacked.flat(node))
        key = self.signature(flat)
        if not isfinite(key):
            return ()
        alike = abs(key - self.right_key) <= _CLOSE * (abs(key) + 1)
        if alike and flat.size == self.right.size and _near(flat, self.right):
            return ()  # what is off by next to nothing is no slip
        found = self.looked_up(key, flat, shape)
        if flat.size == self.right.size:
            found += self.by_ratio(flat, node)
            found = found or self.by_term(flat)
        return _cheapest(found)

    def of_reading(self, reading: Reading) -> tuple[Mistake, ...]:
        """What a reading of an answer is consistent with, and where that is nothing, what makes it right."""
        found = self.of(reading.node)
        if found or self.is_right(reading.node):
            return found
        return _cheapest([(COST[kind], mistake) for kind, mistake in repaired(self, reading.expr)])

    def flat_of(self, e: tree.Expr) -> Any:
        """The values of an expression of the answer's shape, in one row; None where it has none."""
        values = self.mutants.read(e)
        return None if values is None else self.over_axes(values)

    def spread_of(self, e: tree.Expr) -> Any:
        """The same of a number, or of what has a value for each row or column, spread over the axes."""
        values = self.mutants.read_plain(e)
        return None if values is None else self.over_axes(values)

    def over_axes(self, values: tuple[Any, ...]) -> Any:
        """Values spread over the axes of what is asked for, in one row; None where they do not fit."""
        if values and _shape(values) == self.shape:
            return _flat(values)
        for spread in self.spreads(_shape(values)) if values else ():
            return np.concatenate([np.broadcast_to(spread(np.asarray(v, float)), self.shape).ravel() for v in values])
        return None

    def is_right_as(self, e: tree.Expr) -> bool:
        """Whether an expression has the values of what is right."""
        flat = self.over_axes(self.mutants.read(e, 1) or ())
        if flat is None or not self.near(flat, self.right[: flat.size]):
            return False
        whole = self.flat_of(e)
        return whole is not None and self.near(whole, self.right)

    @staticmethod
    def near(a: Any, b: Any) -> bool:
        """Whether values in a row are the same."""
        return bool(np.isfinite(a).all()) and _near(a, b)

    @cached_property
    def parts(self) -> list[tuple[str, Any]]:
        """What may be a factor of a term."""
        return parts_of(self)

    def of_entry(self, reading: Reading) -> tuple[Mistake, ...]:
        """What an answer by entries is consistent with."""
        return self.of(reading.node) or of_indices(self, reading)

    def is_right(self, node: int) -> bool:
        """Whether a node has the values of what is right."""
        flat, _ = self.spread(*self.stacked.flat(node))
        return bool(flat.size == self.right.size and _near(flat, self.right))

    def looked_up(self, key: float, flat: Any, shape: tuple[int, ...]) -> list[tuple[int, Mistake]]:
        """The mutants with these values."""
        keys, entries = self.table
        gap = _CLOSE * (abs(key) + 1e-3)
        found: list[Mutant] = []
        for i in range(bisect_left(keys, key - gap), len(keys)):
            if keys[i] > key + gap:
                break
            if entries[i].is_like(flat, shape):
                found += entries[i].mutants
        found.sort(key=lambda mutant: mutant.order)
        return [(mutant.cost, mutant.mistake) for mutant in found]

    # -- factors

    def by_ratio(self, flat: Any, node: int) -> list[tuple[int, Mistake]]:
        """The right answer times a number, or times something that has a name."""
        right = self.right
        if self.zeros is not None:
            if (np.abs(flat[self.zeros]) > _rest(right)).any():
                return []
            flat, right = flat[~self.zeros], right[~self.zeros]
        if not right.size:
            return []
        told = flat / right
        first, last = float(told[0]), float(told[-1])
        if abs(last - first) <= 1e-9 * abs(first) and (np.abs(told - first) <= 1e-9 * abs(first)).all():
            return self.constant(first, node)
        exprs, many = self.factors
        found = []
        for n in np.flatnonzero(np.abs(many[:, 0] - first) <= _CLOSE * abs(first)).tolist():
            if (np.abs(many[n] - told) <= _CLOSE * np.abs(told)).all():
                kind = "extra-factor" if n < len(exprs) else "missing-factor"
                text, along = exprs[n % len(exprs)]
                said = say(f"mistake-{kind}", part=text)
                found.append((COST[kind] + along, Mistake(kind, said, say(f"hint-{kind}"))))
        return found

    def constant(self, ratio: float, node: int) -> list[tuple[int, Mistake]]:
        """A constant factor: −1, one over a count, or another number."""
        if abs(ratio + 1) < _CLOSE:
            return [(COST["sign"], Mistake("sign", say("mistake-sign"), say("hint-sign")))]
        found: list[tuple[int, Mistake]] = []
        if abs(ratio - 1) < _CLOSE or abs(ratio) < _CLOSE:  # nothing is no multiple that anybody meant
            return found
        told: object = _number(ratio)
        ground = self.checker.ground
        if ground.sizes and not self.checker.in_numbers:
            for_all = in_sizes(ground, node, self.checker.wanted.node, ratio)
            if for_all is None:
                return found
            told = for_all
            mean = for_all.mean
            if mean is not None and (mean[1] or _divides(mean[0], self.checker.wanted.expr)):
                said = say("mistake-extra-mean" if mean[1] else "mistake-missing-mean", part=f"1/{mean[0]}")
                return [(COST["missing-mean"], Mistake("missing-mean", said, say("hint-missing-mean")))]
        said = say("mistake-constant-factor", ratio=told)
        return [(COST["constant-factor"], Mistake("constant-factor", said, say("hint-constant-factor")))]

    @cached_property
    def terms(self) -> tuple[list[str], Any]:
        """What terms of the right answer add to it, at all points, a row for each."""
        _ = self.table
        texts: list[str] = []
        rows: list[Any] = []
        for e, values in self.mutants.dropped:
            part = _flat(values)
            if part.size != self.right.size or not np.isfinite(part).all():
                continue
            part = self.right - part
            if not any(_near(part, other) for other in rows):
                texts.append(str(positive(e)))
                rows.append(part)
        return texts, np.array(rows) if rows else np.empty((0, self.right.size))

    def by_term(self, flat: Any) -> list[tuple[int, Mistake]]:
        """The right answer with one of its terms a number of times too large."""
        gap = flat - self.right
        texts, parts = self.terms
        place = int(np.abs(gap).argmax())
        with np.errstate(all="ignore"):
            ratios = gap[place] / parts[:, place]
            allowed = 1e-6 * np.abs(gap) + _CLOSE * _rest(self.right)
            alike = (np.abs(parts * ratios[:, None] - gap) <= allowed).all(axis=1)
        found: list[tuple[int, Mistake]] = []
        for n in np.flatnonzero(alike).tolist():
            found += self.term_factor(texts[n], 1 + float(ratios[n]))
        return found

    def term_factor(self, text: str, ratio: float) -> list[tuple[int, Mistake]]:
        """What is said of a term that is so many times what it should be."""
        hint = say("hint-constant-factor")
        for name, size in self.checker.ground.sizes.items():
            for power, kind in ((size, "mistake-term-mean"), (1 / size, "mistake-term-extra-mean")):
                if abs(ratio - power) < 1e-6:
                    said = say(kind, part=text, mean=f"1/{name}")
                    return [(COST["missing-mean"], Mistake("missing-mean", said, say("hint-missing-mean")))]
        exact = Fraction(ratio).limit_denominator(12)
        if abs(float(exact) - ratio) > 1e-6 or exact in (0, 1, -1) or abs(exact) > 12:
            return []
        said = say("mistake-term-factor", part=text, ratio=_number(ratio))
        return [(COST["constant-factor"], Mistake("constant-factor", said, hint))]

    @cached_property
    def zeros(self) -> Any:
        """Which entries of what is right are 0; None where none is."""
        found = np.abs(self.right) <= 1e-8 * _rest(self.right)
        return found if found.any() else None

    @cached_property
    def factors(self) -> tuple[list[tuple[str, bool]], Any]:
        """Names and local derivatives that may be a factor too many or missing: their values, then 1 over them.

        With each is said whether it multiplies rows or columns.
        """
        mutants, dag = self.mutants, self.checker.room.dag
        told: list[tuple[str, bool]] = []
        rows: list[Any] = []

        def put(text: str, values: tuple[Any, ...]) -> None:
            for spread in self.spreads(_shape(values)):
                told.append((text, _shape(values) not in ((), self.shape)))
                many = [np.broadcast_to(spread(np.asarray(v)), self.shape).ravel() for v in values]
                rows.append(np.concatenate(many))

        for name, position in dag.names.items():
            if position in self.checker.ground.swept.adjoints and position != dag.root:
                put(str(Spelled(tree.Name(name))), mutants.values(position))
        if mutants.paths is not None:
            for step in mutants.paths.steps:
                of, by = (dag.nodes[i].name for i in (step.stage, step.operand))
                values = None if step.local is None or not (of and by) else mutants.read_plain(step.local)
                if values is not None and step.local is not None:
                    put(f"{Spelled(tree.Partial(tree.Name(of), tree.Name(by)))} = {Spelled(step.local)}", values)
        all_rows = np.array(rows) if rows else np.empty((0, self.right.size))
        with np.errstate(all="ignore"):
            both = np.concatenate([all_rows, 1 / all_rows])
        return told, both if self.zeros is None else both[:, ~self.zeros]

    def spreads(self, shape: tuple[int, ...]) -> list[Callable[[Any], Any]]:
        """How values may multiply what is right: entry by entry, or one for each row or column."""
        if shape in ((), self.shape):
            return [lambda v: v]
        if len(shape) != 1 or len(self.shape) != 2:
            return []
        rows, columns = (lambda v: v[:, None]), (lambda v: v[None, :])
        return [way for way, n in ((rows, self.shape[0]), (columns, self.shape[1])) if shape[0] == n]

    # -- shapes

    def of_shape(self, node: int, given: Shape) -> tuple[Mistake, ...]:
        """What is said of an answer of another shape."""
        checker = self.checker
        wanted = checker.wanted.shape
        flat, shape = self.stacked.flat(node)
        if len(given) < 3 and len(wanted) < 3 and canonical(transpose((given,))) == canonical(wanted):
            turned = flat if len(shape) < 2 else flat.reshape(-1, *shape).transpose(0, 2, 1).ravel()
            if turned.size == self.right.size and _near(turned, self.right):
                return (Mistake("transposed", say("mistake-transposed"), say("hint-transposed")),)
        if self.is_diagonal(flat, shape):
            said = say("mistake-diagonal", target=checker.name)
            return (Mistake("shape", said, say("hint-shape-entries")),)
        flat, shape = self.spread(flat, shape)
        key = self.signature(flat)
        if isfinite(key):
            found = self.looked_up(key, flat, shape)
            found = [(cost, mistake) for cost, mistake in found if mistake.mistake == "unfinished"]
            if found:
                return _cheapest(found)
        last = checker.target.second or checker.target.by
        by = Spelled(tree.Name(last)) if last else checker.name
        shapes = {"wanted": _shown(wanted), "given": _shown(given)}
        kind = "shape-value" if checker.target.kind == "value" else "shape" if checker.is_gradient else "shape-entries"
        of = self.differentiated
        said = say(f"mistake-{kind}", target=checker.name, by=by, of=of, **shapes)
        return (Mistake("shape", said, say("hint-shape-entries" if kind == "shape-entries" else "hint-shape")),)

    def is_diagonal(self, flat: Any, shape: tuple[int, ...]) -> bool:
        """Whether values are those on the diagonal of what is right, which has no others."""
        if len(shape) != 1 or self.shape != shape * 2:
            return False
        (n,) = shape
        full = np.zeros((flat.size // n, n, n))
        full[:, range(n), range(n)] = flat.reshape(-1, n)
        return _near(full.ravel(), self.right)

    @property
    def differentiated(self) -> str:
        """What is differentiated, last."""
        target = self.checker.target
        if target.kind != "hessian":
            return str(Spelled(tree.Name(target.of)))
        return str(Spelled(tree.Partial(tree.Name(target.of), tree.Name(target.by))))


def _shown(shape: Shape) -> str:
    from gradviz.checking.texts import shape_text

    return shape_text(shape)


def _divides(size: str, e: tree.Expr) -> bool:
    """Whether an expression divides by a size, and not only by its root."""
    for part in within(e):
        if isinstance(part, tree.Product):
            below = [x for x, sign in zip(part.operands[1:], part.operators, strict=True) if sign == "/"]
            factors = [y for x in below for y in (x.operands if isinstance(x, tree.Product) else (x,))]
            if tree.Name(size) in factors:
                return True
    return False


def _shape(values: tuple[Any, ...]) -> tuple[int, ...]:
    return np.shape(values[0])


def _flat(values: tuple[Any, ...]) -> Any:
    """The values at all points in one row."""
    return np.concatenate([np.asarray(v, dtype=float).ravel() for v in values])


def _rest(flat: Any) -> float:
    """What may be left in floating point where the largest values cancel, and more than that."""
    return 1e-5 * float(np.abs(flat).max(initial=1e-4))


def _near(a: Any, b: Any) -> bool:
    return bool((np.abs(a - b) <= _CLOSE * (np.abs(a) + np.abs(b) + _rest(b))).all())


def _number(ratio: float) -> str:
    fraction = Fraction(ratio).limit_denominator(60)
    exact = abs(float(fraction) - ratio) < _CLOSE * abs(ratio)
    return (str(fraction) if exact else decimal(ratio)).replace("-", "−")


def _cheapest(found: list[tuple[int, Mistake]]) -> tuple[Mistake, ...]:
    """Those that cost least, each kind of them once: where it says which local derivative is wrong, so."""
    if not found:
        return ()
    least = min(cost for cost, _ in found)
    kinds: dict[str, Mistake] = {}
    for cost, mistake in found:
        if cost == least:
            known = kinds.setdefault(mistake.mistake, mistake)
            if mistake.mistake == "wrong-derivative" and mistake.step and not known.step:
                kinds[mistake.mistake] = mistake
    return tuple(kinds.values())[:MOST]
