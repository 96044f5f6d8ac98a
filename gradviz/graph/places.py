"""Indices that are computed: ``x[i + k − 1]``, ``g[(i − k + 2)/2]``, ``u[ceil(i/2)]``, read as places."""

from __future__ import annotations

from typing import NamedTuple

from gradviz import terms as t
from gradviz.graph.arranged import Arranged
from gradviz.graph.making import Scope
from gradviz.messages import GradvizError, say
from gradviz.notation import tree, write
from gradviz.notation.walk import children
from gradviz.ops import WORDS
from gradviz.ops.shapes import core


class Number(NamedTuple):
    """``(Σ c u + offset)/divisor`` with each u counted from 0."""

    terms: tuple[tuple[t.Unit, t.Dim], ...]
    offset: t.Dim
    divisor: int = 1

    def scaled(self, by: t.Dim) -> Number:
        """The number times a size."""
        return Number(tuple((u, t.times(c, by)) for u, c in self.terms), t.times(self.offset, by), self.divisor)

    def plus(self, other: Number) -> Number:
        """The sum of two numbers."""
        one, two = self.scaled(other.divisor), other.scaled(self.divisor)
        return Number((*one.terms, *two.terms), t.plus(one.offset, two.offset), self.divisor * other.divisor)

    def place(self, size: t.Dim) -> t.Place:
        """The number, counted from 1, as a place along an axis."""
        return t.affine(self.terms, t.plus(self.offset, -self.divisor), self.divisor, size)

    def flat(self, size: t.Dim) -> t.Place:
        """The number, counted from 0, as a place along an axis."""
        return t.affine(self.terms, self.offset, self.divisor, size)


class Places(Arranged):
    """Reads index expressions."""

    def label_of(self, e: tree.Expr, scope: Scope) -> str | int | None:
        """The bound index that a name is: its label, or a fixed place; None for other expressions."""
        return scope.labels.get(e.name) if isinstance(e, tree.Name) else None

    def size_of(self, label: str, e: tree.Name, scope: Scope) -> t.Dim:
        """How far an index runs: as known, as what is read at it plainly, or as its sum says."""
        if label not in self.label_sizes:
            found = self._read_at(label, e.name, scope)
            if found is None:
                found = self.label_ends.get(label)
            if found is None:
                found = self._compared(label, e.name, scope)
            if found is None:
                raise self.fail(say("sum-without-range", index=e.name), e)
            self.label_sizes[label] = found
        return self.label_sizes[label]

    def _read_at(self, label: str, letter: str, scope: Scope) -> t.Dim | None:
        """The size of an axis that is read at an index as it stands."""
        return self._read_in(self.label_bodies[label], letter, scope) if label in self.label_bodies else None

    def _read_in(self, body: tree.Expr, letter: str, scope: Scope) -> t.Dim | None:
        stack = [body]
        while stack:
            e = stack.pop()
            if isinstance(e, tree.Big) and e.index == letter:
                continue
            if isinstance(e, tree.Entry) and tree.Name(letter) in e.indices:
                try:
                    shape = self.shape(self._plain(e.array, scope))
                except GradvizError:
                    continue
                axes = shape if len(shape) == len(e.indices) else core(shape)
                if len(axes) == len(e.indices):
                    return axes[e.indices.index(tree.Name(letter))]
            stack.extend(reversed(children(e)))
        return None

    def _compared(self, label: str, letter: str, scope: Scope) -> t.Dim | None:
        """How far an index runs that is only compared with another one: as far as that, in ``∑_{j≠i} x_j``."""
        others: set[str] = set()
        sums: list[tree.Big] = []
        stack = [self.label_bodies[label]] if label in self.label_bodies else []
        while stack:
            e = stack.pop()
            if isinstance(e, tree.Big):
                sums.append(e)
            if isinstance(e, tree.Comparison):
                sides = [x.name for x in (e.left, e.right) if isinstance(x, tree.Name)]
                others.update(sides if letter in sides else ())
            stack.extend(reversed(children(e)))
        found = {self._read_in(e.body, e.index, scope) for e in sums if e.index in others - {letter}}
        sizes = found - {None}
        return sizes.pop() if len(sizes) == 1 else None

    def computed(self, e: tree.Expr, size: t.Dim, indices: dict[str, t.Index], scope: Scope) -> t.Place:
        """The place that an index expression says, over the indices of its labels."""
        return self._number_of(e, indices, scope).place(size)

    def labels_in(self, e: tree.Expr, scope: Scope) -> list[tuple[str, tree.Name]]:
        """The labels in an index expression, with the names that they have there."""
        found: dict[str, tree.Name] = {}
        stack = [e]
        while stack:
            here = stack.pop()
            label = self.label_of(here, scope)
            if isinstance(label, str) and isinstance(here, tree.Name):
                found.setdefault(label, here)
            stack.extend(reversed(children(here)))
        return list(found.items())

    def reach(self, e: tree.Expr, size: t.Dim, label: str, indices: dict[str, t.Index], scope: Scope) -> t.Dim | None:
        """How far an index may run so that a place stays on its axis: ``n − k + 1`` for i in ``x[i + k − 1]``."""
        probe = t.index(1)
        number = self._number_of(e, {**indices, label: probe}, scope)
        count = sum(c for u, c in number.terms if u == probe and isinstance(c, int))
        if number.divisor != 1 or count < 1:
            return None
        _, high = t.bounds([(u, c) for u, c in number.terms if u != probe], t.plus(number.offset, -1))
        return t.plus(t.floor(t.plus(size, -1, t.minus(high)), count), 1)

    def _number_of(self, e: tree.Expr, indices: dict[str, t.Index], scope: Scope) -> Number:
        label = self.label_of(e, scope)
        if isinstance(label, int):
            return Number((), label)
        if isinstance(label, str):
            return Number(((indices[label], 1),), self.label_starts.get(label, 1))
        dim = self.known_dim(e, scope)
        if dim is not None:
            return Number((), dim)
        match e:
            case tree.Negative():
                return self._number_of(e.operand, indices, scope).scaled(-1)
            case tree.Sum():
                total = Number((), 0)
                for item in e.items:
                    total = total.plus(self._number_of(item, indices, scope))
                return total
            case tree.Product():
                return self._product_of(e, indices, scope)
            case tree.Call(function="ceil", arguments=(tree.Product(operators=("/",)) as inside,)):
                above = self._number_of(inside.operands[0], indices, scope)
                below = self.dim(inside.operands[1], scope)
                return self._quotient_of(above, below, e)
            case tree.Call(function="mod"):
                number = self._number_of(e.arguments[0], indices, scope)
                size = self.dim(e.arguments[1], scope)
                return self._as_number(self._digit_of(self._from_zero(number, size, e)[0], size, 1))
        raise self.fail(say("not-an-index", expression=write(e, "unicode", WORDS)), e)

    def _product_of(self, e: tree.Product, indices: dict[str, t.Index], scope: Scope) -> Number:
        total = self._number_of(e.operands[0], indices, scope)
        for sign, item in zip(e.operators, e.operands[1:], strict=True):
            other = self._number_of(item, indices, scope)
            if sign == "/" and not other.terms and isinstance(other.offset, int) and other.offset > 0:
                total = Number(total.terms, total.offset, total.divisor * other.offset)
            elif sign != "/" and not other.terms and other.divisor == 1:
                total = total.scaled(other.offset)
            elif sign != "/" and not total.terms and total.divisor == 1:
                total = other.scaled(total.offset)
            else:
                raise self.fail(say("not-an-index", expression=write(e, "unicode", WORDS)), e)
        return total

    def _quotient_of(self, above: Number, below: t.Dim, e: tree.Expr) -> Number:
        """``⌈x/b⌉``, which is ``⌊(x − 1)/b⌋ + 1`` of whole numbers."""
        lifted, times = self._from_zero(above.plus(Number((), -1)), below, e)
        quotient = self._as_number(self._digit_of(lifted, below, 0))
        return quotient.plus(Number((), t.plus(1, t.minus(times))))

    def _from_zero(self, number: Number, below: t.Dim, e: tree.Expr) -> tuple[Number, t.Dim]:
        """A number that is never below 0, and how many times the divisor was added: digits are those of such a one."""
        low, _ = t.bounds(number.terms, number.offset)
        times = 0 if t.at_least_zero(low) else t.minus(low)
        if number.divisor != 1 or not t.at_least_zero(times):
            raise self.fail(say("not-an-index", expression=write(e, "unicode", WORDS)), e)
        return number.plus(Number((), t.times(times, below))), times

    def _digit_of(self, number: Number, below: t.Dim, axis: int) -> t.Place:
        _, high = t.bounds(number.terms, number.offset)
        top = t.plus(t.floor(high, below), 1) if isinstance(below, int) else t.plus(high, 1)
        return t.digit(number.flat(t.times(top, below)), (top, below), axis)

    def _as_number(self, place: t.Place) -> Number:
        if isinstance(place, int):
            return Number((), place)
        if isinstance(place, t.Affine):
            return Number(place.terms, place.offset, place.divisor)
        return Number(((place, 1),), 0)
