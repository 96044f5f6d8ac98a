"""Numbers modulo large primes, in which two expressions that agree at a random point are equal.

A sum, product or quotient is what it is in any field; a difference of rational functions that vanishes at a random
point of a field of 2^61 elements vanishes everywhere, but for a chance below degree/2^61 (Schwartz, *JACM* 27, 1980).
For exponentials there is a tower of primes, each one more than a multiple of the one below: ``e^u`` is ``g^u`` for an
element ``g`` whose order is the prime below, modulo which ``u`` is computed. So ``e^(u+v) = e^u e^v`` and
``e^(2u) = (e^u)²`` hold by themselves (Gonnet, *STOC* 1984). The sign of a number is its quadratic character, which is
multiplicative as signs are; then ``sqrt(x²)`` is ``|x|``. Every other function is a random number that is kept for its
argument.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import gcd
from typing import Any

from flint import fmpz_mod

from gradviz.equality.angles import ANGLES
from gradviz.equality.lists import entrywise, pairs
from gradviz.equality.logarithms import RULES
from gradviz.equality.modular import Modular, UnluckyError
from gradviz.equality.ordering import ORDER, may_be_simpler
from gradviz.graph.node import Node

_RULES: Mapping[str, Callable[[Residues, int], int]] = {**RULES, **ANGLES, **ORDER}
_POWERS = frozenset({"exp", "power"})
_FEW = 16


class Residues(Modular):
    """Numbers modulo one prime of the tower.

    See `Modular`.
    """

    def constant(self, name: str) -> fmpz_mod:
        """``e`` or ``π``."""
        if name != "e":
            return self.fresh("π")
        return self.base if self.below is not None else self.exponential(self.field(1))

    # -- functions

    hooked = frozenset({*_RULES, "power"})

    def is_hooked(self, node: Node) -> bool:
        """Whether there may be another place for a node."""
        return node.op not in ORDER or may_be_simpler(self, node)

    def elsewhere(self, place: int, node: Node) -> int:
        """The place of the same in a form where logarithms stand alone; powers of e are put here."""
        rule = _RULES.get(node.op)
        other = place if rule is None else rule(self, place)
        if other != place or self.below is None or node.op not in _POWERS:
            return other
        if node.op == "exp":
            exponent = node.inputs[0]
        else:
            base, power = node.inputs
            if self.is_number(power):
                return place
            exponent = self.put("mul", (power, self.put("ln", (base,), base)), power, base)
        self.values[place] = entrywise(self.power_of_base, [self.below.only(exponent)])
        return -1

    def computed(self, place: int) -> Any:
        """The value of a node that is not known yet, and of all that it needs."""
        try:
            return super().computed(place)
        except ZeroDivisionError:
            raise UnluckyError from None

    def power_of_base(self, u: fmpz_mod) -> fmpz_mod:
        """``e^u`` for a u modulo the prime below."""
        return self.base ** int(u)

    def exponential(self, u: fmpz_mod) -> fmpz_mod:
        """``e^u`` modulo the least prime."""
        if u == 0:
            return self.field(1)
        return 1 / self.fresh("exp", -u) if self.is_upper(u) else self.fresh("exp", u)

    def apply(self, node: Node, operands: list[Any]) -> Any:
        """A function of entries."""
        op = node.op
        if op == "power" and self.is_number(node.inputs[1]):
            exponent = self.written.nodes[node.inputs[1]].attr
            assert isinstance(exponent, Fraction)
            return self.powers_of(operands[0], exponent)
        if op == "sqrt":
            return self.powers_of(operands[0], Fraction(1, 2))
        if op in _COMPARED:
            return self.compared(node, operands)
        return entrywise(_FUNCTIONS[op](self), operands)

    def powers_of(self, operand: Any, exponent: Fraction) -> Any:
        """Powers with a rational exponent."""
        if type(operand) is not list:
            return self.power(operand, exponent, 0)
        return [self.power(v, exponent, n) for n, v in enumerate(operand)]

    def power(self, v: fmpz_mod, exponent: Fraction, entry: int) -> fmpz_mod:
        """A power with a rational exponent of an entry."""
        n, d = exponent.numerator, exponent.denominator
        return (v if d == 1 else self.root(v, d, entry)) ** n

    def root(self, v: fmpz_mod, degree: int, entry: int, step: int = 0) -> fmpz_mod:
        """The positive root of a positive number."""
        if v in {0, 1} or degree == 1:
            return v
        if self.below is not None and v**self.below.prime == 1:
            return v ** pow(degree, -1, self.below.prime)
        if degree % 2 and gcd(degree, self.prime - 1) == 1:
            return v ** pow(degree, -1, self.prime - 1)
        here = self.noted()
        is_square = degree % 2 == 0 and self.positive(v)
        is_told = self.is_plain(v) == 1  # roots of positive numbers are always taken with one sign
        if not is_told and self.signs is None:
            self.marks.rooted = min(self.marks.rooted, here)
            if not self.is_like(v):
                self.marks.roots[self.level, self.stack[-1], entry, step] = here, is_square, v
        if is_square:
            found = v ** ((self.prime + 1) // 4)
            if not is_told and self.signs is not None and self.above(found, (_ROOT, self.stack[-1], entry)) == 0:
                found = -found
            return self.root(found, degree // 2, entry, step + 1)
        self.marks.rootless = min(self.marks.rootless, here)
        return self.fresh("root", v, degree)

    def is_like(self, v: fmpz_mod) -> bool:
        """Whether a number is a positive fraction with a root here times one whose root was taken."""
        known = [told[2] for root, told in self.marks.roots.items() if root[0] == self.level]
        ratios = (v / u for u in known[:_FEW])
        return any(self.is_plain(ratio) == 1 and self.positive(ratio) for ratio in ratios)

    def log(self, v: fmpz_mod) -> fmpz_mod:
        """A logarithm that nothing takes apart."""
        if v == 0:
            raise UnluckyError
        found = self.logs.get(v)
        if found is None:
            found = self.related(v) if 1 < len(self.logs) <= _FEW else None
            found = self.logs[v] = self.drawn() if found is None else found
        return found

    def related(self, v: fmpz_mod) -> fmpz_mod | None:
        """The logarithm of a power of e times, or over, something whose logarithm is known: ``1 + e^−z``."""
        powers = self.powers()
        for known, log in list(self.logs.items()) if powers else ():
            ratio = v / known
            for times, sign in ((ratio, 1), (1 / ratio, -1)):
                if times in powers:
                    return log + sign * powers[times]
            if v * known in powers:
                return powers[v * known] - log
        return None

    def powers(self) -> dict[fmpz_mod, fmpz_mod]:
        """Powers of e that were computed, with their exponents."""
        found: dict[fmpz_mod, fmpz_mod] = {}
        before = self.stack
        for i in range(len(self.written.nodes)):
            node = self.written.nodes[i]
            if node.op == "exp" and i in self.values and len(found) <= _FEW:
                found |= dict(pairs(self.values[i], self.only(node.inputs[0])))
        self.stack = before
        return found

    def odd(self, name: str, v: fmpz_mod) -> fmpz_mod:
        """An odd function of which nothing else is known."""
        if v == 0:
            return v
        return -self.fresh(name, -v) if self.is_upper(v) else self.fresh(name, v)

    def circle(self, u: fmpz_mod) -> tuple[fmpz_mod, fmpz_mod]:
        """Sine and cosine, as a point of the circle."""
        half = self.odd("half", u)
        square = half * half
        return self.divide(2 * half, 1 + square), self.divide(1 - square, 1 + square)

    # -- matrices

    def inverse(self, rows: list[list[fmpz_mod]]) -> list[fmpz_mod]:
        """The inverse of a square matrix, entry by entry."""
        n = len(rows)
        wide = [[*row, *(self.field(int(i == j)) for j in range(n))] for i, row in enumerate(rows)]
        self.eliminate(wide)
        return [v for row in wide for v in row[n:]]

    def determinant(self, rows: list[list[fmpz_mod]]) -> fmpz_mod:
        """The determinant of a square matrix."""
        return self.eliminate([list(row) for row in rows])

    def eliminate(self, rows: list[list[fmpz_mod]]) -> fmpz_mod:
        """Bring rows to the identity on their left; gives the determinant of that left."""
        found = self.field(1)
        for i in range(len(rows)):
            pivot = next((r for r in range(i, len(rows)) if rows[r][i] != 0), None)
            if pivot is None:
                raise UnluckyError
            if pivot != i:
                rows[i], rows[pivot] = rows[pivot], rows[i]
                found = -found
            found = found * rows[i][i]
            by = 1 / rows[i][i]
            rows[i] = [v * by for v in rows[i]]
            for r, row in enumerate(rows):
                if r != i and row[i] != 0:
                    rows[r] = [v - row[i] * w for v, w in zip(row, rows[i], strict=True)]
        return found

    # -- forms

    def is_number(self, place: int) -> bool:
        """Whether a node is a number as written."""
        return self.written.nodes[place].op == "number"

    def put(self, op: str, inputs: tuple[int, ...], *like: int) -> int:
        """A new node, of the shape of the larger of others."""
        shape = max((self.written.nodes[j].shape for j in like), key=len, default=())
        return self.added(Node(op, inputs, shape))

    def literal(self, value: Fraction | int) -> int:
        """A node for a number."""
        return self.added(Node("number", (), (), Fraction(value)))

    def added(self, node: Node) -> int:
        """The place of a node that is written besides."""
        place = self.written.table.put(node)
        self.reach()
        return place


_ROOT = -2
_COMPARED = frozenset({"greater", "less", "greater_equal", "less_equal", "equal", "unequal"})


def _tan(m: Residues) -> Callable[[fmpz_mod], fmpz_mod]:
    return lambda u: m.divide(*m.circle(u))


def _arccos(m: Residues) -> Callable[[fmpz_mod], fmpz_mod]:
    return lambda v: m.constant("π") / 2 - m.odd("arcsin", v)


_FUNCTIONS: Mapping[str, Callable[[Residues], Callable[..., fmpz_mod]]] = {
    "exp": lambda m: m.exponential,
    "ln": lambda m: m.log,
    "power": lambda m: lambda a, b: m.fresh("power", a, b),
    "sin": lambda m: lambda u: m.circle(u)[0],
    "cos": lambda m: lambda u: m.circle(u)[1],
    "tan": _tan,
    "arcsin": lambda m: lambda v: m.odd("arcsin", v),
    "arccos": _arccos,
    "arctan": lambda m: lambda v: m.odd("arctan", v),
    "arctan2": lambda m: lambda a, b: m.fresh("arctan2", a, b),
    "erf": lambda m: lambda v: m.odd("erf", v),
}
