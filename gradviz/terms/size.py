"""Sizes of axes: numbers, names, and what is computed from them.

``n + m`` of two arrays laid end to end, ``h − 2`` of a convolution, ``m n`` of a matrix laid flat. A computed size is a
text in one canonical form, so it compares and hashes as a name does; it knows what it is made of, so it has a value
where its names have one. Names stand for whole numbers from 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import prod
from typing import TypeAlias

Dim: TypeAlias = int | str
"""A size: a number, or the name of a symbolic size (an `Extent` where it is computed)."""

_Monomial: TypeAlias = tuple[str, ...]


class Extent(str):
    """A computed size; see `plus`, `times` and `floor`.

    Examples
    --------
    >>> plus("n", "m"), plus("h", -2), times("m", "n"), plus("n", "m", times(-1, "n"))
    ('m + n', 'h - 2', 'm n', 'm')
    """

    __slots__ = ("parts", "quotient")
    parts: tuple[tuple[_Monomial, int], ...]
    """Coefficients of products of names; of itself alone, where it is a quotient."""
    quotient: tuple[Dim, int] | None
    """``⌊size/divisor⌋``, where it is one."""


def _parts(dim: Dim) -> Mapping[_Monomial, int]:
    if isinstance(dim, int):
        return {(): dim} if dim else {}
    if isinstance(dim, Extent):
        return dict(dim.parts)
    return {(dim,): 1}


def _made(parts: Mapping[_Monomial, int]) -> Dim:
    kept = {m: c for m, c in parts.items() if c}
    if not kept:
        return 0
    if len(kept) == 1:
        ((monomial, count),) = kept.items()
        if not monomial:
            return count
        if count == 1 and len(monomial) == 1:
            return monomial[0]
    ordered = sorted(kept.items(), key=lambda p: (not p[0], p[1] < 0, -len(p[0]), p[0]))
    text = ""
    for monomial, count in ordered:
        sign = ("-" if count < 0 else "") if not text else (" - " if count < 0 else " + ")
        text += sign + " ".join(([str(abs(count))] if abs(count) != 1 or not monomial else []) + list(monomial))
    made = Extent(text)
    made.parts = tuple(ordered)
    made.quotient = None
    return made


def plus(*dims: Dim) -> Dim:
    """A sum of sizes."""
    if all(isinstance(d, int) for d in dims):
        return sum(dims)  # type: ignore[arg-type]
    total: dict[_Monomial, int] = {}
    for d in dims:
        for m, c in _parts(d).items():
            total[m] = total.get(m, 0) + c
    return _made(total)


def times(*dims: Dim) -> Dim:
    """A product of sizes; of none, 1."""
    result: dict[_Monomial, int] = {(): 1}
    for d in dims:
        new: dict[_Monomial, int] = {}
        for m, c in result.items():
            for other, count in _parts(d).items():
                key = tuple(sorted((*m, *other)))
                new[key] = new.get(key, 0) + c * count
        result = new
    return _made(result)


def minus(dim: Dim) -> Dim:
    """A size with the other sign."""
    return -dim if isinstance(dim, int) else times(-1, dim)


def floor(dim: Dim, divisor: int) -> Dim:
    """``⌊size/divisor⌋``; whole multiples come out of it.

    Examples
    --------
    >>> floor(7, 2), floor(plus(times(2, "n"), 1), 2), floor(plus("h", -3), 2)
    (3, 'n', '⌊(h - 3)/2⌋')
    """
    if divisor == 1:
        return dim
    if isinstance(dim, int):
        return dim // divisor
    outside = {m: c // divisor for m, c in _parts(dim).items() if c % divisor == 0}
    inside = {m: c for m, c in _parts(dim).items() if c % divisor}
    rest = _made(inside)
    if isinstance(rest, int):
        return plus(_made(outside), rest // divisor)
    whole = isinstance(rest, Extent) and len(rest.parts) > 1
    made = Extent(f"⌊({rest})/{divisor}⌋" if whole else f"⌊{rest}/{divisor}⌋")
    made.parts = (((made,), 1),)
    made.quotient = (rest, divisor)
    return plus(_made(outside), made)


def windows(dim: Dim, kernel: Dim, stride: int = 1, padding: int = 0) -> Dim:
    """How often a window fits into an axis: ``⌊(n + 2p − k)/s⌋ + 1``.

    Examples
    --------
    >>> windows(8, 3), windows("h", 3, 2, 1), windows("h", 3)
    (6, '⌊(h - 1)/2⌋ + 1', 'h - 2')
    """
    return plus(floor(plus(dim, 2 * padding, minus(kernel)), stride), 1)


def divided(dim: Dim, by: Dim) -> Dim | None:
    """A size divided by another, where that is whole for all values of the names.

    Examples
    --------
    >>> divided(times("m", "n", 2), "n"), divided(6, 4)
    ('2 m', None)
    """
    if isinstance(dim, int) and isinstance(by, int):
        return dim // by if by and dim % by == 0 else None
    under = _parts(by)
    if dim == by:
        return 1
    if len(under) != 1:
        return None
    ((monomial, count),) = under.items()
    result: dict[_Monomial, int] = {}
    for m, c in _parts(dim).items():
        left = list(m)
        for name in monomial:
            if name not in left:
                return None
            left.remove(name)
        if c % count:
            return None
        result[tuple(left)] = c // count
    return _made(result)


def at_least_zero(dim: Dim) -> bool:
    """Whether a size is surely 0 or more; names are 1 or more.

    Examples
    --------
    >>> at_least_zero(plus("n", -1)), at_least_zero(plus("n", -2)), at_least_zero(plus("n", times(-1, "m")))
    (True, False, False)
    """
    if isinstance(dim, int):
        return dim >= 0
    parts: dict[_Monomial, Fraction] = {}
    for m, c in _parts(dim).items():
        quotient = m[0].quotient if len(m) == 1 and isinstance(m[0], Extent) else None
        if quotient is None:
            parts[m] = parts.get(m, Fraction(0)) + c
            continue
        # ⌊x/d⌋ is at least (x − d + 1)/d, and at most x/d.
        inner, divisor = quotient
        for other, count in _parts(plus(inner, 1 - divisor) if c > 0 else inner).items():
            parts[other] = parts.get(other, Fraction(0)) + Fraction(c * count, divisor)
    # A whole number that is more than −1.
    return all(c >= 0 for m, c in parts.items() if m) and sum(parts.values()) > -1


def extent(dim: Dim, sizes: Mapping[str, int]) -> int:
    """The number that a size is, given those of its names.

    Raises
    ------
    KeyError
        A name has no number.

    Examples
    --------
    >>> extent(windows("h", 3, 2, 1), {"h": 8})
    4
    """
    if isinstance(dim, int):
        return dim
    if not isinstance(dim, Extent):
        return sizes[dim]
    if dim.quotient is not None:
        return extent(dim.quotient[0], sizes) // dim.quotient[1]
    total = 0
    for monomial, count in dim.parts:
        total += count * prod(extent(name, sizes) for name in monomial)
    return total


def size_names(dims: Iterable[object]) -> dict[str, None]:
    """The plain names in sizes, in order.

    Examples
    --------
    >>> list(size_names((3, windows("h", "k", 2), "n")))
    ['h', 'k', 'n']
    """
    found: dict[str, None] = {}
    for d in dims:
        if isinstance(d, Extent):
            if d.quotient is not None:
                found.update(size_names((d.quotient[0],)))
            else:
                found.update(size_names(name for m, _ in d.parts for name in m))
        elif isinstance(d, str):
            found[d] = None
    return found
