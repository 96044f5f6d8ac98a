"""The letters of a program's indices: chosen once, apart from all that has a name in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

_ORDER = "ijklm" + "pqrstuvabcd" + "nfghowxyz" + "αβγεζηικλμνξρτφχψω" + "ABCDEFGHJKLMNOPQRSTUVWXYZ"
"""In the order in which they are taken; books need few of them."""


class Letters(NamedTuple):
    """What a program leaves for indices, and for the signs that stand among them.

    Parameters
    ----------
    indices : str
        What indices are called, in the order in which letters are taken.
    delta : bool
        Whether δ is Kronecker's; else ``𝟙[i = j]`` is written.
    sigma : bool
        Whether Σ can only be the sign of a sum; else a sum is written with its range.
    """

    indices: str = _ORDER
    delta: bool = True
    sigma: bool = True

    def first(self, count: int) -> Letters:
        """What is written with so many indices."""
        return self._replace(indices=self.indices[:count])

    def next(self, used: Iterable[str]) -> str:
        """The first letter that is not used yet.

        Examples
        --------
        >>> Letters("ijl").next(["i", "j"]), Letters("i").next(["i"])
        ('l', 'i1')
        """
        gone = frozenset(used)
        return next((x for x in self.indices if x not in gone), "") or f"i{len(gone)}"


def apart_from(names: Iterable[str]) -> Letters:
    """The letters that neither are a name nor make one of an array below which they stand.

    Examples
    --------
    >>> apart_from(["x", "k", "W", "loss"]).indices[:4], apart_from(["W", "W_i", "h_j"]).indices[:4]
    ('ijlm', 'jklm')
    """
    known = frozenset(names)
    taken = set(known)
    for name in known:
        stem, _, below = name.rpartition("_")
        if stem in known and below.isalpha():
            taken.update(below)  # Wᵢ is a name, and no entry of W
    return Letters("".join(x for x in _ORDER if x not in taken), "δ" not in known, "Σ" not in known)
