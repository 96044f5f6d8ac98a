"""Terms as data: taken apart from left to right, and put together again."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from gradviz import terms as t


class Flat:
    """A term taken apart, from left to right.

    Parameters
    ----------
    axes : tuple of Index
        They are numbered first.
    """

    def __init__(self, axes: tuple[t.Index, ...]) -> None:
        self.pieces: list[Hashable] = []
        self.generators: dict[int, int] = {}
        self.indices: dict[t.Index, int] = {i: n for n, i in enumerate(axes)}
        self.computed = False
        """Whether something is read at a computed place: such a term is no pattern."""

    def take(self, term: t.Term) -> None:
        """Add a term."""
        kind = type(term)
        if kind is t.Ordinal:
            self.computed = True
            return
        self.pieces.append(_CODES[kind])
        if isinstance(term, t.Atom):
            node = term.node
            self.pieces.append(
                self.generators.setdefault(node, len(self.generators)) if isinstance(node, int) else node
            )
            self.pieces.append(len(term.indices))
            for i in term.indices:
                self._place(i)
        elif isinstance(term, t.Number):
            self.pieces += (term.value.numerator, term.value.denominator)
        elif isinstance(term, t.Size):
            self.pieces.append(term.name)
        elif isinstance(term, t.Delta):
            self._place(term.left)
            self._place(term.right)
        else:
            parts = t.children(term)
            self.pieces.append(len(parts))
            if isinstance(term, t.Apply):
                self.pieces.append(term.function)
            elif isinstance(term, t.Contract):
                self.pieces.append(len(term.indices))
                for i in term.indices:
                    self._place(i)
            for part in parts:
                self.take(part)

    def _place(self, i: t.Place) -> None:
        if isinstance(i, t.Index):
            self.pieces.append(self.indices.setdefault(i, len(self.indices)))
        elif isinstance(i, int):
            self.pieces.append(~i)  # a fixed place is a number below zero
        else:
            self.computed = True


_KINDS = (t.Atom, t.Number, t.Size, t.Delta, t.Add, t.Mul, t.Pow, t.Apply, t.Contract)
_CODES: Mapping[type, int] = {kind: n for n, kind in enumerate(_KINDS)}


def made(pieces: Iterator[Any], generators: tuple[int, ...], indices: tuple[t.Index, ...]) -> t.Term:
    """The term that pieces were taken from, over ranks and other indices."""

    def place() -> t.Place:
        n: int = next(pieces)
        return indices[n] if n >= 0 else ~n

    kind = _KINDS[next(pieces)]
    if kind is t.Atom:
        node = next(pieces)
        count = next(pieces)
        return t.Atom(generators[node] if isinstance(node, int) else node, tuple([place() for _ in range(count)]))
    if kind is t.Number:
        above = next(pieces)
        return t.Number(Fraction(above, next(pieces)))
    if kind is t.Size:
        return t.Size(next(pieces))
    if kind is t.Delta:
        left = place()
        assert isinstance(left, t.Index)
        return t.Delta(left, place())
    count = next(pieces)
    function = next(pieces) if kind is t.Apply else ""
    bound = [place() for _ in range(next(pieces))] if kind is t.Contract else []
    parts = tuple([made(pieces, generators, indices) for _ in range(count)])
    if kind is t.Add:
        return t.Add(parts)
    if kind is t.Mul:
        return t.Mul(parts)
    if kind is t.Pow:
        return t.Pow(*parts)
    if kind is t.Apply:
        return t.Apply(function, parts)
    return t.Contract(tuple(i for i in bound if isinstance(i, t.Index)), parts[0])
