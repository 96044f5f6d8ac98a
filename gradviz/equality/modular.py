"""Numbers modulo a large prime, which of them are positive, and the random numbers kept for what is not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import islice
from operator import sub
from random import Random
from typing import Any

from flint import fmpz_mod, fmpz_mod_ctx

from gradviz.equality.bounds import Bounds
from gradviz.equality.core import Core
from gradviz.equality.lists import entrywise, pairwise
from gradviz.equality.loose import Loose
from gradviz.equality.machine import Machine
from gradviz.equality.marks import Marks, Signs
from gradviz.graph.node import Node

PRIMES = (
    2305843009213682039,
    25737819668843118919319,
    1751252725907423497508303399,
    603345091635077358208555703630279,
)
"""Each is 7 modulo 8, one more than a multiple of the one before, and such that the primes up to 23 are squares."""

_FIELDS = tuple(fmpz_mod_ctx(p) for p in PRIMES)
_SCALES = ((1, 1), (2, 1), (1, 2), (3, 1), (1, 3), (4, 1), (1, 4), (6, 1), (1, 6))


class UnluckyError(ArithmeticError):
    """The point is one where something has no value; another one has to be drawn."""


class Modular(Machine):
    """Numbers modulo one prime, and what comparisons say of them.

    Parameters
    ----------
    written : Core
    leaves : mapping of int to residues
    sizes : mapping of str to int
    level : int
        Which prime.
    below : Modular or None
        The same point modulo the prime below.
    random : Random
        Where new random numbers come from.
    signs : Signs or None
        What is positive; where nothing says it, ``𝟙[v > 0]`` is a random number ``t``, and ``𝟙[v < 0]`` is ``1 − t``.
    loose : Loose or None
        What may be 0 though it is not at random: there ``𝟙[v < 0]`` is another random number.
    bounds : Bounds or None
        Between which numbers everything lies; a comparison that this decides is decided.
    """

    def __init__(
        self,
        written: Core,
        leaves: Mapping[int, Any],
        sizes: Mapping[str, int],
        *,
        level: int,
        below: Modular | None,
        random: Random,
        signs: Signs | None,
        loose: Loose | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        super().__init__(written, leaves, sizes)
        self.level = level
        self.prime = PRIMES[level]
        self.field = _FIELDS[level]
        self.below = below
        self.random = random
        self.signs = signs
        self.loose = loose
        self.bounds = bounds
        self.known: dict[tuple[Any, ...], fmpz_mod] = {}
        self.logs: dict[fmpz_mod, fmpz_mod] = {self.field(1): self.field(0)}
        self.base = self.field(generator(level, random) if below is not None else 0)
        self.above_zero: dict[fmpz_mod, tuple[int, int]] = {}  # the sign, and where it was asked for first
        self.marks: Marks = below.marks if below is not None else Marks()
        self.marks.levels.append(self)

    # -- numbers

    def number(self, value: Fraction | int) -> fmpz_mod:
        """A number of this kind."""
        whole = self.field(value.numerator)
        return whole if value.denominator == 1 else whole / value.denominator

    divide = staticmethod(lambda a, b: a * b.inverse())  # FLINT has 0/0 for 0

    def drawn(self, least: int = 2) -> fmpz_mod:
        """A random number."""
        return self.field(self.random.randrange(least, self.prime))

    def fresh(self, *key: Any) -> fmpz_mod:
        """The random number that is kept for a key."""
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self.drawn()
        return found

    def is_upper(self, v: fmpz_mod) -> bool:
        """Whether a number is taken for the negative of another one."""
        return 2 * int(v) > self.prime

    def noted(self) -> int:
        """Where something happens that is to be forgotten with its node."""
        self.written.ahead[self.marks] = None
        return self.marks.here()

    def positive(self, v: fmpz_mod) -> bool:
        """Whether the character of a number other than 0 is 1."""
        return bool(v ** ((self.prime - 1) // 2) == 1)

    # -- comparisons

    def compared(self, node: Node, operands: list[Any]) -> Any:
        """An indicator; what is written as two numbers is decided exactly."""
        nodes = [self.written.nodes[j] for j in node.inputs]
        if all(n.op == "number" for n in nodes):
            left, right = (n.attr for n in nodes)
            return self.field(int(_EXACT[node.op](left, right)))
        held = None if self.bounds is None else self.bounds.holds(node)
        if held is not None:
            return entrywise(lambda *_: self.field(int(held)), operands)
        gap = pairwise(sub, *operands)
        loose = self.loose is not None and any(map(self.loose.of, node.inputs))
        indicator = self.loosely if loose else self.indicator
        if type(gap) is not list:
            return indicator(node.op, gap, (*node.inputs, 0))
        return [indicator(node.op, d, (*node.inputs, n)) for n, d in enumerate(gap)]

    def indicator(self, op: str, d: fmpz_mod, where: tuple[int, ...]) -> fmpz_mod:
        """Whether a difference is positive, and so on."""
        if op in ("equal", "unequal") or d == 0:
            return self.field(int((d == 0) == (op in _WITH_ZERO)))
        above = self.above(d, where)
        return above if op.startswith("greater") else 1 - above

    def loosely(self, op: str, d: fmpz_mod, where: tuple[int, ...]) -> fmpz_mod:
        """The same of a difference that may be 0 though it is not."""
        if d == 0 or self.is_plain(d) or self.is_power(d):
            return self.indicator(op, d, where)
        if self.signs is None:
            return _PARTS[op](self.fresh("positive", d), self.fresh("positive", -d))
        if d not in self.above_zero and self.implied(d) is None and self.sign((*where, 0)):
            self.note_sign(d, 0, 0)
        return _PARTS[op](self.above(d, where), self.above(-d, where))

    def is_power(self, d: fmpz_mod) -> bool:
        """Whether a number is a power of e."""
        return self.below is not None and bool(d**self.below.prime == 1)

    def is_plain(self, d: fmpz_mod) -> int:
        """The sign of a number that is known to be a small fraction; 0 of others."""
        whole, prime = int(d), self.prime
        for n in _DENOMINATORS:
            times = whole * n % prime
            if times < _SMALL or prime - times < _SMALL:
                return 1 if times < _SMALL else -1
        return 0

    def above(self, d: fmpz_mod, where: tuple[int, ...]) -> fmpz_mod:
        """1 where a number other than 0 is positive."""
        plain = self.is_plain(d)
        if plain:
            return self.field(int(plain > 0))
        if self.signs is None:
            if self.is_power(d):
                return self.field(1)
            return 1 - self.fresh("above", -d) if self.is_upper(d) else self.fresh("above", d)
        known = self.above_zero
        for scale in self.scales:
            found = known.get(d * scale)
            if found is not None:
                return self.field(found[0])
        if self.is_power(d):
            return self.field(1)
        implied = self.implied(d)
        sign = self.sign(where) if implied is None else implied
        self.note_sign(d, sign, 1 - sign)
        return self.field(sign)

    def implied(self, d: fmpz_mod) -> int | None:
        """Whether a number is positive, where it is made of two whose signs are known; else None.

        It is their sum, their product or quotient, or one of them times the square of the other. Those that were asked
        for last are looked at: windows of an image have few comparisons each, and all of them many.
        """
        known = self.above_zero

        def told(v: fmpz_mod) -> int | None:
            plain = self.is_plain(v)
            return int(plain > 0) if plain else known[v][0] if v in known and known[v] != known[-v] else None

        for e, (positive, _) in known.items() if len(known) <= _LAST else list(islice(reversed(known.items()), _LAST)):
            if positive:
                for sign, v in ((1, d), (0, -d)):
                    if told(v - e) == 1:
                        return sign
                for other in (told(d / e), told(e / d), told(d * e), told(d / e**2)):
                    if other is not None:
                        return other
        return None

    def sign(self, where: tuple[int, ...]) -> int:
        """What the pattern of signs says of a difference."""
        assert self.signs is not None
        self.written.ahead[self.signs] = None
        return self.signs.of(where, self.marks.here())

    def note_positive(self, values: Sequence[fmpz_mod]) -> None:
        """Keep that some numbers are positive, whatever is asked."""
        for v in values[:_FEW]:
            self.above_zero[v], self.above_zero[-v] = (1, -1), (0, -1)

    def note_sign(self, d: fmpz_mod, above: int, below: int) -> None:
        """Keep which of a number and its negative is positive, as long as there is what asked for it."""
        here = self.marks.here()
        self.above_zero[d], self.above_zero[-d] = (above, here), (below, here)

    def forget(self, start: int) -> None:
        """Forget the values of nodes from a place on, which are no more, and the signs that only they asked for."""
        super().forget(start)
        if self.above_zero:
            self.above_zero = {d: told for d, told in self.above_zero.items() if told[1] < start}

    @cached_property
    def scales(self) -> list[fmpz_mod]:
        """1, and other small positive fractions: 2v is positive where v is."""
        return [self.number(Fraction(a, b)) for a, b in _SCALES]

    def largest(self, entries: Sequence[fmpz_mod]) -> int:
        """One of some numbers, the same each time."""
        best = 0
        if self.signs is None and len(entries) > 1:
            self.marks.chosen = min(self.marks.chosen, self.noted())
        for i, v in enumerate(entries):
            d = v - entries[best]
            if d != 0 and (
                self.positive(d) if self.signs is None else self.above(d, (-1, -1, min(int(d), int(-d)))) == 1
            ):
                best = i
        if self.signs is not None:
            for v in entries:
                gap = entries[best] - v
                if gap != 0:
                    self.note_sign(gap, 1, 0)
        return best

    def same(self, a: fmpz_mod, b: fmpz_mod) -> fmpz_mod:
        """1 where two numbers are the same, else 0."""
        return self.field(int(a == b))


def generator(level: int, random: Random) -> int:
    """A random element whose order is the prime below."""
    p, below = PRIMES[level], PRIMES[level - 1]
    while True:
        found = pow(random.randrange(2, p), (p - 1) // below, p)
        if found != 1:
            return found


_WITH_ZERO = frozenset({"equal", "greater_equal", "less_equal"})
_DENOMINATORS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100, 1000)
_SMALL = 2**20
_LAST = 64
_FEW = 16
_PARTS: Mapping[str, Callable[[fmpz_mod, fmpz_mod], fmpz_mod]] = {
    "greater": lambda positive, negative: positive,
    "less": lambda positive, negative: negative,
    "greater_equal": lambda positive, negative: 1 - negative,
    "less_equal": lambda positive, negative: 1 - positive,
    "equal": lambda positive, negative: 1 - positive - negative,
    "unequal": lambda positive, negative: positive + negative,
}
"""A comparison with 0, by the indicators of positive and of negative numbers."""
_EXACT: Mapping[str, Callable[[Any, Any], bool]] = {
    "greater": lambda a, b: a > b,
    "less": lambda a, b: a < b,
    "greater_equal": lambda a, b: a >= b,
    "less_equal": lambda a, b: a <= b,
    "equal": lambda a, b: a == b,
    "unequal": lambda a, b: a != b,
}
