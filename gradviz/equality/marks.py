"""What is assumed, and what has to be known, of a point modulo primes besides the numbers there."""

from __future__ import annotations

import sys
from random import Random
from typing import TYPE_CHECKING

from flint import fmpz_mod

if TYPE_CHECKING:
    from gradviz.equality.modular import Modular

NEVER = sys.maxsize

Root = tuple[int, int, int, int]
"""A root that is taken: modulo which prime, by which node, of which entry, and the how manyth of one entry."""


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
        self.places: dict[tuple[int, ...], int] = {}

    def of(self, where: tuple[int, ...], place: int) -> int:
        """1 where a difference is positive, which is known by where it stands; it is asked for at a place."""
        found = self.known.get(where)
        if found is None:
            n = len(self.known)
            found = (self.pattern >> n) & 1 if n < self.width else self.random.randrange(2)
            self.known[where], self.places[where] = found, place
        return found

    def forget(self, start: int) -> None:
        """Forget what was asked for at places that are no more."""
        for where in [w for w, place in self.places.items() if place >= start]:
            del self.known[where], self.places[where]

    @property
    def exceeded(self) -> bool:
        """Whether more comparisons came up than the pattern has bits for."""
        return len(self.known) > self.width


class Marks:
    """What has to be known of a point after something was computed there, modulo whatever prime.

    Each is the first place on the way to which it happened; it is forgotten with the nodes there.
    """

    def __init__(self) -> None:
        self.levels: list[Modular] = []
        self.rootless = self.rooted = self.chosen = NEVER
        self.roots: dict[Root, tuple[int, bool, fmpz_mod]] = {}
        """For each root of what may be a square: where it was asked for first, if it is one here, and its square."""

    def here(self) -> int:
        """The first of the places that are being computed."""
        return min(place for machine in self.levels for place in machine.stack)

    def forget(self, start: int) -> None:
        """Forget what happened at places that are no more."""
        if self.rootless >= start:
            self.rootless = NEVER
        if self.rooted >= start:
            self.rooted = NEVER
        if self.chosen >= start:
            self.chosen = NEVER
        if self.roots:
            self.roots = {root: told for root, told in self.roots.items() if told[0] < start}
