"""From a term to the operations that compute it: a recipe, written once and followed many times."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from fractions import Fraction
from math import prod
from typing import NamedTuple

from gradviz import terms as t
from gradviz.ops.entry import encode
from gradviz.ops.formula import CONSTANTS
from gradviz.ops.operation import Shape

ADJOINT, RESULT, OPERANDS = -1, -2, -3
"""Where a recipe finds the adjoint, the result, and the first operand (the next are below)."""


class Instruction(NamedTuple):
    """One node to make: operands are earlier instructions (from 0) or what the recipe is given (below 0)."""

    op: str
    operands: tuple[int, ...]
    shape: Shape
    attr: Hashable


class Recipe(NamedTuple):
    """Instructions, and where their result is."""

    instructions: tuple[Instruction, ...]
    result: int


def lower(term: t.Term, order: tuple[t.Index, ...]) -> Recipe:
    """The recipe of a term whose free indices become axes in the given order.

    Examples
    --------
    >>> lower(t.mul(t.Atom("g"), t.Atom("a1")), ())
    Recipe(instructions=(Instruction(op='mul', operands=(-1, -4), shape=(), attr=None),), result=0)
    """
    writer = _Lowering()
    slot = writer.arrange(*writer.any(term), order)
    return Recipe(tuple(writer.instructions), slot)


_Axes = tuple[t.Index, ...]


class _Lowering:
    def __init__(self) -> None:
        self.instructions: list[Instruction] = []
        self.known: dict[Instruction, int] = {}
        self.slots: dict[str, int] = {}

    def emit(self, op: str, operands: tuple[int, ...], axes: _Axes, attr: Hashable = None) -> int:
        instruction = Instruction(op, operands, tuple(i.size for i in axes), attr)
        if instruction not in self.known:
            self.known[instruction] = len(self.instructions)
            self.instructions.append(instruction)
        return self.known[instruction]

    def number(self, value: Fraction | int) -> int:
        return self.emit("number", (), (), Fraction(value))

    def any(self, term: t.Term) -> tuple[int, _Axes]:
        """The slot of a term, and its axes in the order that comes naturally."""
        if isinstance(term, t.Number):
            return self.number(term.value), ()
        if isinstance(term, t.Size):
            return self.emit("size", (), (), term.name), ()
        if isinstance(term, t.Atom):
            return self.atom(term)
        if isinstance(term, t.Delta):
            return self.delta(term)
        if isinstance(term, t.Add):
            return self.add(term)
        if isinstance(term, t.Mul):
            return self.mul(term)
        if isinstance(term, t.Pow):
            return self.pow(term)
        if isinstance(term, t.Apply):
            return self.elementwise(term.function, [self.any(a) for a in term.arguments])
        if isinstance(term, t.Ordinal):
            return self.ordinal(term)
        assert isinstance(term, t.Contract)
        return self.contract(term)

    def atom(self, term: t.Atom) -> tuple[int, _Axes]:
        if term.node in CONSTANTS:
            return self.emit("constant", (), (), term.node), ()
        slot = self.slots[term.node] if term.node in self.slots else self.slot(term)
        if not term.indices:
            return slot, ()
        if all(isinstance(i, int) for i in term.indices):
            return self.emit("entry", (slot,), (), term.indices), ()
        if any(isinstance(i, t.Affine | t.Digit) for i in term.indices):
            return self.read(slot, term.indices)
        indices = tuple(i for i in term.indices if isinstance(i, t.Index))
        axes = tuple(dict.fromkeys(indices))
        if len(axes) == len(term.indices):
            return slot, axes
        if len(indices) < len(term.indices):
            kept = tuple(None if isinstance(i, t.Index) else i for i in term.indices)
            slot = self.emit("entry", (slot,), indices, kept)
            if indices == axes:
                return slot, axes
        spec = tuple(axes.index(i) for i in indices)
        return self.emit("einsum", (slot,), axes, ((spec,), tuple(range(len(axes))))), axes

    def read(self, slot: int, places: tuple[t.Place, ...], sizes: tuple[t.Dim, ...] = ()) -> tuple[int, _Axes]:
        """A slot read at computed places, one for each of its axes."""
        axes = tuple(dict.fromkeys(i for p in places for i in t.indices_in(p)))
        flat = t.numeral(axes)
        turned = tuple(p.size for p in places if not isinstance(p, int))
        full = len(turned) == len(places) and t.times(*turned) == t.times(*(i.size for i in axes))
        if full and places == tuple(t.digit(flat, turned, n) for n in range(len(turned))):
            shape = tuple(i.size for i in axes)
            return self.emit("reshape", (slot,), axes, shape), axes
        specs = tuple(encode(p, axes) for p in places)
        return self.emit("read", (slot,), axes, (specs, tuple(i.size for i in axes))), axes

    def ordinal(self, term: t.Ordinal) -> tuple[int, _Axes]:
        place = term.place
        if isinstance(place, t.Index):
            return self.emit("ordinal", (), (place,), place.size), (place,)
        assert not isinstance(place, int)
        # Σ c u + offset, each u counted from 0.
        if isinstance(place, t.Digit):
            k = t.index(place.size)
            return self.read(self.emit("ordinal", (), (k,), place.size), (place,))
        one = t.MINUS_ONE
        parts = [t.mul(t.size(c), t.add(t.Ordinal(u), one)) for u, c in place.terms]
        total = t.divide(t.add(*parts, t.size(place.offset)), t.number(place.divisor))
        return self.any(t.add(total, t.ONE))

    def slot(self, term: t.Atom) -> int:
        """Where an atom is found; a companion (``inv(a0)``) is computed from operands."""
        assert isinstance(term.node, str)
        op, bracket, operands = term.node.partition("(")
        if not bracket:
            return _slot(op)
        axes = tuple(i for i in term.indices if isinstance(i, t.Index))
        return self.emit(op, tuple(map(_slot, operands.rstrip(")").split(","))), axes)

    def delta(self, term: t.Delta) -> tuple[int, _Axes]:
        if isinstance(term.right, t.Affine | t.Digit):
            size = term.left.size
            return self.read(
                self.emit("eye", (), (t.index(size), t.index(size)), (size, size)), (term.left, term.right)
            )
        if isinstance(term.right, int):
            return self.emit("basis", (), (term.left,), (term.right, term.left.size)), (term.left,)
        axes = (term.left, term.right)
        return self.emit("eye", (), axes, tuple(i.size for i in axes)), axes

    def add(self, term: t.Add) -> tuple[int, _Axes]:
        parts = []
        for x in term.terms:
            count, rest = t.split(x)
            parts.append((count < 0, *self.any(t.negative(x) if count < 0 else x)))
            del rest
        axes = _union([a for _, _, a in parts])
        slots = [(minus, self.trail(slot, a, axes)) for minus, slot, a in parts]
        plus = [s for minus, s in slots if not minus]
        minus = [s for m, s in slots if m]
        if not plus:
            return self.emit("neg", (self.total(minus, axes),), axes), axes
        positive = self.total(plus, axes)
        return (self.emit("sub", (positive, self.total(minus, axes)), axes) if minus else positive), axes

    def total(self, slots: list[int], axes: _Axes) -> int:
        return slots[0] if len(slots) == 1 else self.emit("add", tuple(slots), axes)

    def mul(self, term: t.Mul) -> tuple[int, _Axes]:
        above: list[t.Term] = []
        below: list[t.Term] = []
        sign = 1
        for f in term.factors:
            base, exponent = t.base_exponent(f)
            if isinstance(f, t.Number):
                sign = -1 if f.value < 0 else 1
                value = abs(f.value)
                if value.numerator != 1:
                    above.append(t.number(value.numerator))
                if value.denominator != 1:
                    below.append(t.number(value.denominator))
            elif isinstance(exponent, t.Number) and exponent.value < 0:
                below.append(t.power(base, t.number(-exponent.value)))
            else:
                above.append(f)
        slot, axes = self.product(above)
        if below:
            under, under_axes = self.product(below)
            slot, axes = self.elementwise("div", [(slot, axes), (under, under_axes)])
        return (self.emit("neg", (slot,), axes) if sign < 0 else slot), axes

    def product(self, factors: list[t.Term]) -> tuple[int, _Axes]:
        if not factors:
            return self.number(1), ()
        parts = [self.any(f) for f in factors]
        axes = _union([a for _, a in parts])
        if all(_trails(a, axes) for _, a in parts):
            slot, done = parts[0]
            for other, other_axes in parts[1:]:
                done = max(done, other_axes, key=len)
                slot = self.emit("mul", (slot, other), done)
            return slot, done
        return self.einsum(parts, axes), axes

    def pow(self, term: t.Pow) -> tuple[int, _Axes]:
        if term.exponent == t.number(Fraction(1, 2)):
            return self.elementwise("sqrt", [self.any(term.base)])
        if isinstance(term.exponent, t.Number) and term.exponent.value < 0:
            under = self.any(t.power(term.base, t.number(-term.exponent.value)))
            return self.elementwise("div", [(self.number(1), ()), under])
        return self.elementwise("power", [self.any(term.base), self.any(term.exponent)])

    def elementwise(self, op: str, parts: list[tuple[int, _Axes]]) -> tuple[int, _Axes]:
        axes = _union([a for _, a in parts])
        return self.emit(op, tuple(self.trail(slot, a, axes) for slot, a in parts), axes), axes

    def contract(self, term: t.Contract) -> tuple[int, _Axes]:
        factors = t.factors_of(term.body)
        for d in factors:
            if isinstance(d, t.Delta) and isinstance(d.right, t.Affine):
                moved = self.moved(term, d, [f for f in factors if f is not d])
                if moved is not None:
                    return moved
        summed = self.summed_first(term, factors)
        if summed is not None:
            return summed
        parts = [self.any(f) for f in factors]
        axes = tuple(i for i in _union([a for _, a in parts]) if i not in term.indices)
        return self.einsum(parts, axes), axes

    def summed_first(self, term: t.Contract, factors: Sequence[t.Term]) -> tuple[int, _Axes] | None:
        """A product with an array read in windows, summed over all other indices before it is read, if that is less.

        ``Σ_o Σ_k g[o, q − k] K[o, c, k]`` is the product over o of g and K alone, of which windows are read.
        """
        for x in factors:
            if not isinstance(x, t.Atom) or not any(isinstance(p, t.Affine) for p in x.indices):
                continue
            computed = [p for p in x.indices if isinstance(p, t.Affine | t.Digit)]
            moving = frozenset().union(*(p.free for p in computed))
            early = [i for i in term.indices if i in x.free and i not in moving]
            others = [f for f in factors if f is not x]
            if not early or not all(isinstance(f, t.Atom) for f in others):
                continue
            fresh = {p: t.index(p.size) for p in computed}
            plain = t.Atom(x.node, tuple(fresh.get(p, p) for p in x.indices))  # type: ignore[arg-type]
            inner = t.contract(early, t.mul(plain, *others))
            if not _less(inner.free, x.free):
                continue
            slot, axes = self.any(inner)
            names = {i: p for p, i in fresh.items()}
            read = t.make_atom(self.kept(slot), tuple(names.get(i, i) for i in axes))
            return self.any(t.contract([i for i in term.indices if i not in early], read))
        return None

    def moved(self, term: t.Contract, d: t.Delta, rest: list[t.Term]) -> tuple[int, _Axes] | None:
        """A sum with a delta that the algebra could not take away: what depends on an index is read where it stands.

        An array is 0 beside its axis whatever it is made of, so this is always right in numbers.
        """
        assert isinstance(d.right, t.Affine)
        for i in term.indices:
            if i == d.left:
                place: t.Place | None = d.right if i not in d.right.free else None
            else:
                place = t.solved(i, d.right, d.left) if i in d.right.free else None
            if place is None:
                continue
            mine = [f for f in rest if i in f.free]
            if not mine:
                continue
            slot, axes = self.any(t.mul(*mine))
            inside = self.kept(slot)
            shifted = t.make_atom(inside, tuple(place if a == i else a for a in axes))
            others = [f for f in rest if i not in f.free]
            return self.any(t.contract([j for j in term.indices if j != i], t.mul(shifted, *others)))
        return None

    def kept(self, slot: int) -> str:
        """A name for what is already made, so that terms can speak of it."""
        name = f"#{len(self.slots)}"
        self.slots[name] = slot
        return name

    def einsum(self, parts: list[tuple[int, _Axes]], out: _Axes) -> int:
        numbers: dict[t.Index, int] = {}
        for _, axes in parts:
            for i in axes:
                numbers.setdefault(i, len(numbers))
        attr = (tuple(tuple(numbers[i] for i in axes) for _, axes in parts), tuple(numbers[i] for i in out))
        return self.emit("einsum", tuple(slot for slot, _ in parts), out, attr)

    def trail(self, slot: int, axes: _Axes, wanted: _Axes) -> int:
        """The slot in a form whose axes are the last of those wanted."""
        if _trails(axes, wanted):
            return slot
        first = min(wanted.index(i) for i in axes)
        return self.arrange(slot, axes, wanted[first:])

    def arrange(self, slot: int, axes: _Axes, wanted: _Axes) -> int:
        """The slot with its axes as wanted; those it does not have are broadcast."""
        if axes == wanted:
            return slot
        parts = [(slot, axes)]
        parts += [(self.emit("ones", (), (i,), (i.size,)), (i,)) for i in wanted if i not in axes]
        return self.einsum(parts, wanted)


def _less(one: Iterable[t.Index], other: Iterable[t.Index]) -> bool:
    """Whether an array with some axes is surely much smaller than one with others."""
    a, b = ([i.size for i in axes] for axes in (one, other))
    if not all(isinstance(d, int) for d in (*a, *b)):
        return False
    return 2 * prod(d for d in a if isinstance(d, int)) < prod(d for d in b if isinstance(d, int))


def _slot(node: str) -> int:
    if node == "g":
        return ADJOINT
    if node == "u":
        return RESULT
    return OPERANDS - int(node[1:])


def _union(axes: list[_Axes]) -> _Axes:
    """All indices; the longest list first, so that the others trail it where they can."""
    longest = max(axes, key=len)
    rest = [i for a in axes for i in a if i not in longest]
    return (*dict.fromkeys(rest), *longest)


def _trails(axes: _Axes, wanted: _Axes) -> bool:
    return not axes or wanted[len(wanted) - len(axes) :] == axes
