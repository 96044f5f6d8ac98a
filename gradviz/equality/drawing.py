"""Inputs drawn on their declared domains: small fractions that people can read, or residues that decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from random import Random
from typing import Any

import numpy as np

from gradviz import terms as t
from gradviz.equality.bounds import Bounds
from gradviz.equality.core import Core
from gradviz.equality.lists import entries_of, entrywise
from gradviz.equality.loose import Loose
from gradviz.equality.marks import NEVER, Signs
from gradviz.equality.modular import PRIMES, UnluckyError
from gradviz.equality.points import rows_of
from gradviz.equality.residues import Residues
from gradviz.graph.dag import Dag
from gradviz.notation import tree
from gradviz.ops.shapes import core

FEW = 64
"""As many choices of finite domains are all looked at; of more, so many."""

_RANGES = tuple((Fraction(a), Fraction(b)) for a, b in ((-2, 2), (-1, 1), ("1/4", 2), ("1/4", 1)))
_PARTS = (1, 2, 3, 4, 5, 7)
_STEPS = 10**6  # so many that two entries that were equal do not stay so
_CLOSED = frozenset({"binary", "set", "onehot", "simplex", "orthogonal"})
_FINITE = frozenset({"binary", "set", "onehot"})


# Fractions -------------------------------------------------------------------------------------------


def fractions(dag: Dag, sizes: Mapping[str, int], random: Random, attempt: int) -> dict[int, Any]:
    """A fraction for each input, or an array of them: the first tries on both sides of 0, later ones above it."""
    rows = rows_of(dag, sizes)
    found: dict[int, Any] = {}
    turns = attempt
    for name in dag.leaves:
        position = dag.names[name]
        shape = dims(dag, position, sizes)
        if _is_orthogonal(dag, name):  # rotations and reflections in turn, several matrices in all ways
            turns, reflected = divmod(turns, 2)
            found[position] = _mirrored(_orthogonal(shape[0], random), 1 - 2 * reflected)
        elif position in rows:
            found[position] = _filled(shape, lambda p=position: Fraction(random.randint(1, rows[p])))  # type: ignore[misc]
        else:
            found[position] = _array(dag.facts.get(name, ()), shape, random, attempt)
    return found


def dims(dag: Dag, position: int, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """The axes of a node as numbers."""
    return tuple(t.extent(d, sizes) for d in core(dag.nodes[position].shape))


def _filled(shape: tuple[int, ...], draw: Callable[[], Any]) -> Any:
    return array([draw() for _ in range(prod(shape))], shape) if shape else draw()


def _array(facts: Sequence[tree.Domain], shape: tuple[int, ...], random: Random, attempt: int) -> Any:
    kinds = {d.kind: d for d in facts}
    if "onehot" in kinds and shape:
        return _onehot(shape, [random.randrange(shape[-1]) for _ in range(prod(shape[:-1]))])
    if "simplex" in kinds:
        return _simplex(shape, random)
    if "binary" in kinds or "onehot" in kinds:
        return _filled(shape, lambda: Fraction(random.randrange(2)))
    if "set" in kinds:
        return _filled(shape, lambda: random.choice(kinds["set"].members))
    made = _filled(shape, lambda: _fraction(facts, random, attempt))
    return (made + made.T) / 2 if "symmetric" in kinds and shape else made


def _fraction(facts: Sequence[tree.Domain], random: Random, attempt: int) -> Fraction:
    low, high = _RANGES[attempt % 4]
    for d in facts:
        if d.kind == "interval":
            bottom, top = d.low, d.high
            low = bottom if bottom is not None else top - 2 if top is not None else low
            high = top if top is not None else low + 2
    while True:
        part = random.choice(_PARTS) * (1 if attempt < 20 else 101)
        found = low + (high - low) * Fraction(random.randint(1, 4 * part - 1), 4 * part)
        if found:
            return found


def _onehot(shape: tuple[int, ...], chosen: Sequence[int]) -> Any:
    width = shape[-1]
    return array([Fraction(int(i == c)) for c in chosen for i in range(width)], shape)


def _simplex(shape: tuple[int, ...], random: Random) -> Any:
    if not shape:
        return Fraction(1)
    entries: list[Fraction] = []
    for _ in range(prod(shape[:-1])):
        parts = [random.randint(1, 4) for _ in range(shape[-1])]
        entries += [Fraction(n, sum(parts)) for n in parts]
    return array(entries, shape)


def _is_orthogonal(dag: Dag, name: str) -> bool:
    is_matrix = len(core(dag.nodes[dag.names[name]].shape)) == 2
    return is_matrix and any(d.kind == "orthogonal" for d in dag.facts.get(name, ()))


def _mirrored(rotation: Any, sign: int) -> Any:
    """A rotation, or the reflection that has another first row: its determinant is −1."""
    made = rotation.copy()
    made[0] = made[0] * sign
    return made


def _orthogonal(n: int, random: Random) -> Any:
    """``(I − A)(I + A)⁻¹`` of a random skew matrix (Cayley), a rotation."""
    skew = _skew(n, lambda: Fraction(random.randint(-3, 3), 2))
    rows = [
        [Fraction(int(i == j)) + skew[i][j] for j in range(n)] + [Fraction(int(i == j)) for j in range(n)]
        for i in range(n)
    ]
    for i in range(n):
        pivot = next(r for r in range(i, n) if rows[r][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [v / rows[i][i] for v in rows[i]]
        for r in range(n):
            if r != i:
                rows[r] = [v - rows[r][i] * w for v, w in zip(rows[r], rows[i], strict=True)]
    inverse = array([v for row in rows for v in row[n:]], (n, n))
    plus = array([Fraction(int(i == j)) - skew[i][j] for i in range(n) for j in range(n)], (n, n))
    return np.dot(plus, inverse)


def _skew(n: int, draw: Callable[[], Any]) -> list[list[Any]]:
    made: list[list[Any]] = [[0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i):
            made[i][j] = draw()
            made[j][i] = -made[i][j]
    return made


def moved(dag: Dag, exact: Mapping[int, Any], random: Random, by: Fraction, times: int = 1) -> dict[int, Any]:
    """Inputs of open domains a little away, or many times as large."""
    found = dict(exact)
    for name in dag.leaves:
        position = dag.names[name]
        kinds = {d.kind for d in dag.facts.get(name, ())}
        bounds = [d for d in dag.facts.get(name, ()) if d.kind == "interval"]
        bounded = any(d.high is not None for d in bounds)
        if kinds & _CLOSED or position not in exact or (times != 1 and bounded):
            continue
        value = mapped(abs, exact[position]) if bounds and times != 1 else exact[position]
        sign = -1 if times < 0 and bounds else 1
        step = mapped(lambda v, s=sign: v * times * s + abs(v) * by * random.randint(1, _STEPS), value)  # type: ignore[misc]
        found[position] = (step + step.T) / 2 if "symmetric" in kinds and isinstance(step, np.ndarray) else step
    return found


def decimals(exact: Mapping[int, Any]) -> dict[int, Any]:
    """The same in floating point."""
    return {i: v.astype(float) if isinstance(v, np.ndarray) else float(v) for i, v in exact.items()}


# Residues --------------------------------------------------------------------------------------------


def choices(
    dag: Dag, sizes: Mapping[str, int], kept: frozenset[str], random: Random, few: int = FEW
) -> tuple[list[dict[int, Any]], bool]:
    """What inputs of finite domains can be, all of it where that is little; and whether it is all.

    Parameters
    ----------
    dag : Dag
    sizes : mapping of str to int
    kept : frozenset of str
        The inputs whose facts are to hold; others are free.
    random : Random
    few : int
        As many as are all given; where there are more, so many, but one at least.
    """
    rows = rows_of(dag, sizes)
    options: dict[int, tuple[Callable[[tuple[int, ...]], Any], int, int]] = {}
    for name in dag.leaves:
        position = dag.names[name]
        shape = dims(dag, position, sizes)
        if position in rows:
            options[position] = (
                _maker(shape, [Fraction(i + 1) for i in range(rows[position])]),
                rows[position],
                prod(shape),
            )
            continue
        if name in kept and _is_orthogonal(dag, name):
            options[position] = (_maker((), [Fraction(1), Fraction(-1)]), 2, 1)  # the determinant
            continue
        for fact in dag.facts.get(name, ()) if name in kept else ():
            if fact.kind == "onehot" and shape:
                options[position] = (lambda c, s=shape: _onehot(s, c), shape[-1], prod(shape[:-1]))  # type: ignore[misc]
            elif fact.kind in _FINITE:
                members = list(fact.members) if fact.kind == "set" else [Fraction(0), Fraction(1)]
                options[position] = (_maker(shape, members), len(members), prod(shape))
    total = prod(base**count for _, base, count in options.values())
    if total <= few:
        picks = [product(range(base), repeat=count) for _, base, count in options.values()]
        chosen = list(product(*picks))
    else:
        chosen = [
            tuple(tuple(random.randrange(base) for _ in range(count)) for _, base, count in options.values())
            for _ in range(max(few, 1))
        ]
    made = [
        {position: make(pick) for (position, (make, _, _)), pick in zip(options.items(), one, strict=True)}
        for one in chosen
    ]
    return made, total <= few


def _maker(shape: tuple[int, ...], members: list[Fraction]) -> Callable[[tuple[int, ...]], Any]:
    return lambda chosen: array([members[c] for c in chosen], shape) if shape else members[chosen[0]]


class Drawn:
    """One point modulo all primes of the tower, to be asked modulo the largest.

    Parameters
    ----------
    dag : Dag
    written : Core
    places : mapping of int to int
        Where the graph's nodes are written out.
    sizes : mapping of str to int
    random : Random
    kept : frozenset of str
        The inputs whose facts hold.
    chosen : mapping of int to array of Fractions
        Values of those whose domains are finite; the determinants of orthogonal matrices.
    signs : Signs or None
        What is positive; see `Residues`.
    free : mapping of int to Shape, optional
        Stages that are to be free of their definitions.
    positive : frozenset of str
        Inputs that the graph has values above 0 of alone.
    loose : Loose, optional
    bounds : Bounds, optional
        See `Residues`.
    """

    def __init__(
        self,
        dag: Dag,
        written: Core,
        places: Mapping[int, int],
        sizes: Mapping[str, int],
        random: Random,
        *,
        kept: frozenset[str] = frozenset(),
        chosen: Mapping[int, Any] | None = None,
        signs: Signs | None = None,
        free: frozenset[int] = frozenset(),
        positive: frozenset[str] = frozenset(),
        loose: Loose | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        self.above_zero = positive
        self.dag, self.sizes, self.random, self.kept, self.signs = dag, sizes, random, kept, signs
        below: Residues | None = None
        self.levels: list[Residues] = []
        logs: dict[int, Any] = {}
        for level in range(len(PRIMES)):
            machine = Residues(
                written, {}, sizes, level=level, below=below, random=random, signs=signs, loose=loose, bounds=bounds
            )
            made: dict[int, Any] = {}
            for name in dag.leaves:
                position = dag.names[name]
                fixed = (chosen or {}).get(position)
                shape = dims(dag, position, sizes)
                if name in kept and _is_orthogonal(dag, name):
                    value = self.orthogonal(machine, shape[0], fixed or 1)
                elif fixed is not None:
                    value = entrywise(machine.number, [entries_of(fixed) if shape else fixed])
                elif self.is_positive(name) and below is not None:
                    value = entrywise(machine.power_of_base, [logs[position]])
                else:
                    value = self.drawn(machine, name, shape)
                made[places[position]] = value
                if self.is_positive(name) and fixed is None:
                    logs[position] = entrywise(machine.log, [value])
                    if signs is not None:
                        machine.note_positive(entries_of(value))
            for position in free:
                made[places[position]] = self.anything(machine, dims(dag, position, sizes))
            machine.values.update(made)
            self.levels.append(machine)
            below = machine
        assert below is not None
        self.top = below
        self.marks = below.marks

    @property
    def has_roots(self) -> bool:
        """Whether all roots that the graph itself takes are there."""
        return self.marks.rootless == NEVER

    def anything(self, machine: Residues, shape: tuple[int, ...]) -> Any:
        """Random residues."""
        return _listed(shape, machine.drawn)

    def is_positive(self, name: str) -> bool:
        """Whether an input is declared to be above 0, or has to be; what is to add up to 1 is not drawn so."""
        facts = self.dag.facts.get(name, ())
        if name in self.kept and any(d.kind == "simplex" for d in facts):
            return False
        return name in self.above_zero or any(d.kind == "interval" and d.low is not None and d.low >= 0 for d in facts)

    def drawn(self, machine: Residues, name: str, shape: tuple[int, ...]) -> Any:
        """Random residues for one input."""
        kinds = {d.kind for d in self.dag.facts.get(name, ())} if name in self.kept else set()
        if self.is_positive(name):
            return _listed(shape, lambda: machine.drawn() ** 2)
        if "simplex" in kinds:
            return self.simplex(machine, shape)
        made = self.anything(machine, shape)
        if "symmetric" not in kinds or not shape:
            return made
        n = shape[0]
        return [made[i * n + j] + made[j * n + i] for i in range(n) for j in range(n)]

    def simplex(self, machine: Residues, shape: tuple[int, ...]) -> Any:
        """Rows whose entries add up to 1."""
        if not shape:
            return machine.number(1)
        entries: list[Any] = []
        for _ in range(prod(shape[:-1])):
            row = [machine.drawn() for _ in range(shape[-1] - 1)]
            entries += [*row, 1 - sum(row)]
        return entries

    def orthogonal(self, machine: Residues, n: int, sign: Fraction | int) -> Any:
        """``(I − A)(I + A)⁻¹`` of a random skew matrix; its first row turned round where the determinant is −1."""
        skew = _skew(n, lambda: machine.drawn(1))
        plus, minus = (
            [[machine.number(int(i == j)) + sign * skew[i][j] for j in range(n)] for i in range(n)] for sign in (1, -1)
        )
        inverse = machine.inverse(plus)
        made = [sum(minus[i][k] * inverse[k * n + j] for k in range(n)) for i in range(n) for j in range(n)]
        return [v * int(sign) for v in made[:n]] + made[n:]


def _listed(shape: tuple[int, ...], draw: Callable[[], Any]) -> Any:
    return [draw() for _ in range(prod(shape))] if shape else draw()


def array(entries: Sequence[Any], shape: tuple[int, ...]) -> Any:
    """An array of objects."""
    made = np.empty(len(entries), dtype=object)
    made[:] = entries
    return made.reshape(shape)


def mapped(function: Callable[[Any], Any], value: Any) -> Any:
    """A function of a number, or of each entry of an array."""
    if isinstance(value, np.ndarray):
        return array([function(v) for v in value.ravel()], value.shape)
    return function(value)


__all__ = ["FEW", "Drawn", "UnluckyError", "choices", "decimals", "dims", "fractions"]
