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

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any

import numpy as np

from gradviz.equality.core import Core
from gradviz.equality.logarithms import RULES
from gradviz.equality.machine import Machine, array, entries_of, entrywise
from gradviz.graph.node import Node

PRIMES = (
    2305843009213682039,
    25737819668843118919319,
    1751252725907423497508303399,
    603345091635077358208555703630279,
)
"""Each is 7 modulo 8, one more than a multiple of the one before, and such that the primes up to 23 are squares."""

_SCALES = ((1, 1), (2, 1), (1, 2), (3, 1), (1, 3), (4, 1), (1, 4), (6, 1), (1, 6))


class UnluckyError(ArithmeticError):
    """The point is one where something has no value; another one has to be drawn."""


class Signs:
    """Which differences are positive at a point, as a pattern says; the same modulo all primes.

    Parameters
    ----------
    pattern : int
        One bit for each comparison, in the order in which they come up.
    random : Random
        What says it of more comparisons than there are bits.
    width : int
        How many bits there are.
    """

    def __init__(self, pattern: int, width: int, random: Random) -> None:
        self.pattern, self.width, self.random = pattern, width, random
        self.known: dict[tuple[int, ...], int] = {}

    def of(self, where: tuple[int, ...]) -> int:
        """1 where a difference is positive, which is known by where it stands."""
        found = self.known.get(where)
        if found is None:
            n = len(self.known)
            found = (self.pattern >> n) & 1 if n < self.width else self.random.randrange(2)
            self.known[where] = found
        return found

    @property
    def exceeded(self) -> bool:
        """Whether more comparisons came up than the pattern has bits for."""
        return len(self.known) > self.width


class Residues(Machine):
    """Numbers modulo one prime of the tower.

    Parameters
    ----------
    written : Core
    leaves : mapping of int to residues
    sizes : mapping of str to int
    level : int
        Which prime.
    below : Residues or None
        The same point modulo the prime below.
    random : Random
        Where new random numbers come from.
    signs : Signs or None
        What is positive; where nothing says it, ``𝟙[v > 0]`` is a random number ``t``, and ``𝟙[v < 0]`` is ``1 − t``.
    """

    def __init__(
        self,
        written: Core,
        leaves: Mapping[int, Any],
        sizes: Mapping[str, int],
        *,
        level: int,
        below: Residues | None,
        random: Random,
        signs: Signs | None,
    ) -> None:
        super().__init__(written, leaves, sizes)
        self.prime = PRIMES[level]
        self.below = below
        self.random = random
        self.signs = signs
        self.known: dict[tuple[Any, ...], int] = {}
        self.logs: dict[int, int] = {1: 0}
        self.base = generator(level, random) if below is not None else 0
        self.above_zero: dict[int, int] = {}
        self.chosen = False
        # Of the graph itself (lacking, rooting), and of what was computed since: a root of what has none, and a root
        # whose sign is a matter of chance.
        self.lacking = self.rootless = False
        self.rooting = self.rooted = False

    # -- numbers

    def number(self, value: Fraction | int) -> int:
        """A number of this kind."""
        if type(value) is int:
            return value % self.prime
        return self.divide(value.numerator % self.prime, value.denominator % self.prime)

    def constant(self, name: str) -> int:
        """``e`` or ``π``."""
        return self.exponential(1, 1) if name == "e" else self.fresh("π")

    def tidy(self, value: Any) -> Any:
        """What comes out of sums and products, between 0 and the prime."""
        return value % self.prime

    def divide(self, a: int, b: int) -> int:
        """A quotient."""
        if not b:
            raise UnluckyError
        return a * pow(b, -1, self.prime) % self.prime

    def fresh(self, *key: Any) -> int:
        """The random number that is kept for a key."""
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self.random.randrange(2, self.prime)
        return found

    def forget(self, gone: range) -> None:
        """Forget the values of nodes that are no more, modulo all primes."""
        super().forget(gone)
        if self.signs is not None and self.below is None:
            for where in [w for w in self.signs.known if w[0] in gone or w[1] in gone]:
                del self.signs.known[where]
        if self.below is not None:
            self.below.forget(gone)

    # -- functions

    def needs(self, place: int, node: Node, other: int) -> Iterable[int]:
        """What has to be known before a node."""
        if other != place:
            return (other,)
        if self.below is not None and (node.op == "exp" or (node.op == "power" and not self.is_number(node.inputs[1]))):
            return ()  # computed modulo the prime below
        return node.inputs

    def step(self, node: Node) -> Any:
        """The value of a node whose operands are known."""
        if self.below is not None and node.op == "exp":
            return entrywise(self.power_of_base, [self.below.value(node.inputs[0])])
        if self.below is not None and node.op == "power" and not self.is_number(node.inputs[1]):
            base, exponent = node.inputs
            log = self.put("ln", (base,), base)
            return entrywise(self.power_of_base, [self.below.value(self.put("mul", (exponent, log), exponent, base))])
        if node.op == "div" and not isinstance(self.values[node.inputs[1]], np.ndarray):
            top, low = (self.values[j] for j in node.inputs)
            return top * self.divide(1, low) % self.prime
        return super().step(node)

    def power_of_base(self, u: int) -> int:
        """``e^u`` for a u modulo the prime below."""
        return pow(self.base, u, self.prime)

    def exponential(self, u: int, below: int) -> int:
        """``e^u``, of which both residues are given."""
        if self.below is not None:
            return self.power_of_base(below)
        if not u:
            return 1
        if self.prime - u < u:
            return self.divide(1, self.fresh("exp", self.prime - u))
        return self.fresh("exp", u)

    def apply(self, node: Node, operands: list[Any]) -> Any:
        """A function of entries."""
        op = node.op
        if op == "power" and self.is_number(node.inputs[1]):
            exponent = self.written.nodes[node.inputs[1]].attr
            assert isinstance(exponent, Fraction)
            return entrywise(lambda v: self.power(v, exponent), operands[:1])
        if op == "sqrt":
            return entrywise(lambda v: self.power(v, Fraction(1, 2)), operands)
        if op in _COMPARED:
            return self.compared(node, operands)
        return entrywise(_FUNCTIONS[op](self), operands)

    def power(self, v: int, exponent: Fraction) -> int:
        """A power with a rational exponent."""
        n, d = exponent.numerator, exponent.denominator
        if n < 0 and not v:
            raise UnluckyError
        return pow(v if d == 1 else self.root(v, d), n, self.prime)

    def root(self, v: int, degree: int) -> int:
        """The positive root of a positive number."""
        p = self.prime
        if v in (0, 1):
            return v
        if self.below is not None and pow(v, self.below.prime, p) == 1:
            return pow(v, pow(degree, -1, self.below.prime), p)
        self.rooted = True
        if degree == 2 and self.positive(v):
            return pow(v, (p + 1) // 4, p)
        if degree % 2 == 0 and degree > 2 and self.positive(v):
            return self.fresh("root", pow(v, (p + 1) // 4, p), degree // 2)
        self.rootless = True
        return self.fresh("root", v, degree)

    def positive(self, v: int) -> bool:
        """Whether the character of a number other than 0 is 1."""
        return pow(v, (self.prime - 1) // 2, self.prime) == 1

    def log(self, v: int) -> int:
        """A logarithm that nothing takes apart."""
        if not v:
            raise UnluckyError
        found = self.logs.get(v)
        if found is None:
            found = self.logs[v] = self.random.randrange(2, self.prime)
        return found

    def compared(self, node: Node, operands: list[Any]) -> Any:
        """An indicator; what is written as two numbers is decided exactly."""
        nodes = [self.written.nodes[j] for j in node.inputs]
        if all(n.op == "number" for n in nodes):
            left, right = (n.attr for n in nodes)
            return int(_EXACT[node.op](left, right))
        gap = self.tidy(operands[0] - operands[1])
        found = [self.indicator(node.op, d, (*node.inputs, n)) for n, d in enumerate(entries_of(gap))]
        return array(found, gap.shape) if isinstance(gap, np.ndarray) else found[0]

    def indicator(self, op: str, d: int, where: tuple[int, ...]) -> int:
        """Whether a difference is positive, and so on."""
        if op in ("equal", "unequal") or not d:
            return int((d == 0) == (op in ("equal", "greater_equal", "less_equal")))
        above = self.above(d, where)
        return above if op.startswith("greater") else (1 - above) % self.prime

    def above(self, d: int, where: tuple[int, ...]) -> int:
        """1 where a number other than 0 is positive."""
        if self.signs is None:
            if self.prime - d < d:
                return (1 - self.above(self.prime - d, where)) % self.prime
            return self.fresh("above", d)
        known = self.above_zero
        for scale in self.scales:
            found = known.get(d * scale % self.prime)
            if found is not None:
                return found
        if self.below is not None and pow(d, self.below.prime, self.prime) == 1:
            return 1  # a power of e
        sign = self.signs.of(where)
        known[d], known[self.prime - d] = sign, 1 - sign
        return sign

    @cached_property
    def scales(self) -> list[int]:
        """1, and other small positive fractions: 2v is positive where v is."""
        return [self.number(Fraction(a, b)) for a, b in _SCALES]

    def odd(self, name: str, v: int) -> int:
        """An odd function of which nothing else is known."""
        if not v:
            return 0
        if self.prime - v < v:
            return self.prime - self.fresh(name, self.prime - v)
        return self.fresh(name, v)

    def circle(self, u: int) -> tuple[int, int]:
        """Sine and cosine, as a point of the circle."""
        half = self.odd("half", u)
        square = half * half % self.prime
        return self.divide(2 * half, 1 + square), self.divide(1 - square, 1 + square)

    def largest(self, entries: Sequence[int]) -> int:
        """One of some numbers, the same each time."""
        best = 0
        self.chosen = self.chosen or (self.signs is None and len(entries) > 1)
        for i, v in enumerate(entries):
            d = (v - entries[best]) % self.prime
            if d and (self.positive(d) if self.signs is None else self.above(d, (-1, -1, min(d, self.prime - d)))):
                best = i
        return best

    def same(self, a: int, b: int) -> int:
        """1 where two numbers are the same, else 0."""
        return int(a == b)

    # -- matrices

    def inverse(self, matrix: Any) -> Any:
        """The inverse of a square array."""
        n = len(matrix)
        rows = [[int(v) for v in row] + [int(i == j) for j in range(n)] for i, row in enumerate(matrix)]
        self.eliminate(rows)
        return array([v for row in rows for v in row[n:]], (n, n))

    def determinant(self, matrix: Any) -> int:
        """The determinant of a square array."""
        return self.eliminate([[int(v) for v in row] for row in matrix])

    def eliminate(self, rows: list[list[int]]) -> int:
        """Bring rows to the identity on their left; gives the determinant of that left."""
        p, found = self.prime, 1
        for i in range(len(rows)):
            pivot = next((r for r in range(i, len(rows)) if rows[r][i]), None)
            if pivot is None:
                raise UnluckyError
            if pivot != i:
                rows[i], rows[pivot] = rows[pivot], rows[i]
                found = -found
            found = found * rows[i][i] % p
            by = pow(rows[i][i], -1, p)
            rows[i] = [v * by % p for v in rows[i]]
            for r, row in enumerate(rows):
                if r != i and row[i]:
                    rows[r] = [(v - row[i] * w) % p for v, w in zip(row, rows[i], strict=True)]
        return found % p

    # -- forms

    def is_number(self, place: int) -> bool:
        """Whether a node is a number as written."""
        return self.written.nodes[place].op == "number"

    def put(self, op: str, inputs: tuple[int, ...], *like: int) -> int:
        """A new node, of the shape of the larger of others."""
        shape = max((self.written.nodes[j].shape for j in like), key=len, default=())
        return self.written.table.put(Node(op, inputs, shape))

    def literal(self, value: Fraction | int) -> int:
        """A node for a number."""
        return self.written.table.put(Node("number", (), (), Fraction(value)))

    def instead(self, place: int) -> int:
        """The place of the same in a form where logarithms stand alone."""
        rule = RULES.get(self.written.nodes[place].op)
        return place if rule is None else rule(self, place)


def generator(level: int, random: Random) -> int:
    """A random element whose order is the prime below."""
    p, below = PRIMES[level], PRIMES[level - 1]
    while True:
        found = pow(random.randrange(2, p), (p - 1) // below, p)
        if found != 1:
            return found


_COMPARED = frozenset({"greater", "less", "greater_equal", "less_equal", "equal", "unequal"})
_EXACT: Mapping[str, Callable[[Any, Any], bool]] = {
    "greater": lambda a, b: a > b,
    "less": lambda a, b: a < b,
    "greater_equal": lambda a, b: a >= b,
    "less_equal": lambda a, b: a <= b,
    "equal": lambda a, b: a == b,
    "unequal": lambda a, b: a != b,
}


def _tan(m: Residues) -> Callable[[int], int]:
    return lambda u: m.divide(*m.circle(u))


def _arccos(m: Residues) -> Callable[[int], int]:
    return lambda v: (m.divide(m.constant("π"), 2) - m.odd("arcsin", v)) % m.prime


_FUNCTIONS: Mapping[str, Callable[[Residues], Callable[..., int]]] = {
    "exp": lambda m: lambda u: m.exponential(u, 0),
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
