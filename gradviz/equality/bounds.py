"""Between which numbers the values of written-out nodes lie, wherever the graph has values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from math import inf, prod
from typing import TYPE_CHECKING, Any, NamedTuple

from gradviz.equality.upwards import Upwards
from gradviz.graph.node import Node, below
from gradviz.notation import tree
from gradviz.ops.shapes import core
from gradviz.terms import extent

if TYPE_CHECKING:
    from gradviz.equality.ground import Ground

Bound = Fraction | float
"""A number, or infinity on one side."""

_ZERO, _ONE = Fraction(0), Fraction(1)


class Range(NamedTuple):
    """All numbers between two, which are in it or not.

    Parameters
    ----------
    low, high : Fraction or infinity
    has_low, has_high : bool
    """

    low: Bound
    high: Bound
    has_low: bool = True
    has_high: bool = True

    @property
    def is_positive(self) -> bool:
        """Whether all are above 0."""
        return self.low > 0 or (self.low == 0 and not self.has_low)

    @property
    def is_negative(self) -> bool:
        """Whether all are below 0."""
        return (-self).is_positive

    def __neg__(self) -> Range:
        return Range(-self.high, -self.low, self.has_high, self.has_low)

    def within(self, other: Range) -> Range:
        """What is in both."""
        low, has_low = max((self.low, not self.has_low), (other.low, not other.has_low))
        high, no_high = min((self.high, self.has_high), (other.high, other.has_high))
        return Range(low, high, not has_low, no_high)


ANY = Range(-inf, inf, False, False)
POSITIVE = Range(_ZERO, inf, False, False)
NATURAL = Range(_ZERO, inf, True, False)
UNIT = Range(_ZERO, _ONE)
_COUNT = Range(_ONE, inf, True, False)
_WITHIN_ONE = Range(-_ONE, _ONE)
_INSIDE_ONE = Range(-_ONE, _ONE, False, False)


class Bounds(Upwards[Range]):
    """The ranges of a ground's nodes as they are written out, each found once.

    Parameters
    ----------
    ground : Ground
    kept : collection of str, optional
        The inputs that are known to have one of few values; all that are declared so, where not given.
    sized : bool
        Whether sizes are the ground's numbers; else they may be any.
    """

    def __init__(self, ground: Ground, kept: Collection[str] | None = None, *, sized: bool = True) -> None:
        super().__init__(ground.written)
        self.ground = ground
        self.kept = ground.dag.leaves if kept is None else kept
        self.sized = sized
        self.assumed = _domains(ground)

    def of(self, place: int) -> Range:
        """Between which numbers a node's entries lie."""
        return super().of(place)

    def _of(self, place: int, node: Node) -> Range:
        return self._made(place, node).within(self.assumed.get(place, ANY))

    def _made(self, place: int, node: Node) -> Range:
        found = [self.known[j] for j in node.inputs]
        if node.op == "leaf":
            return self._of_leaf(place)
        if node.op == "size" and not self.sized:
            return _COUNT
        if node.op in ("number", "size"):
            value = node.attr if node.op == "number" else Fraction(extent(node.attr, self.ground.sizes))  # type: ignore[arg-type]
            assert isinstance(value, Fraction)
            return Range(value, value)
        if node.op == "div":
            return self._quotient(node) or _times(found[0], _one_over(found[1]))
        if node.op == "power":
            return self._power(node, found)
        if node.op == "einsum":
            return self._sum_of_products(node, found)
        if node.op == "mul" and node.inputs[0] == node.inputs[1]:
            return _square(found[0])
        if node.op == "mul":
            return self._switched(node) or _times(found[0], found[1])
        rule = _RULES.get(node.op)
        return ANY if rule is None else rule(found)

    def _of_leaf(self, place: int) -> Range:
        dag = self.ground.dag
        name = next((n for n in dag.leaves if self.ground.place(dag.names[n]) == place), "")
        found = ANY
        for fact in dag.facts.get(name, ()):
            if fact.kind == "interval" or name in self.kept:
                found = found.within(_declared(fact))
        return found

    def _quotient(self, node: Node) -> Range | None:
        """``v/(v + w)``, ``v/Σv`` and ``(v − w)/(v + w)`` of what is positive."""
        above, below = (self.nodes[j] for j in node.inputs)
        if below.op == "einsum" and below.inputs == node.inputs[:1] and self.known[node.inputs[0]].is_positive:
            return Range(_ZERO, _ONE, False, True)
        if below.op != "add" or not all(self.known[j].is_positive for j in below.inputs):
            return None
        if node.inputs[0] in below.inputs and len(below.inputs) > 1:
            return Range(_ZERO, _ONE, False, False)
        if above.op == "sub" and set(above.inputs) == set(below.inputs):
            return _INSIDE_ONE
        return None

    def _switched(self, node: Node) -> Range | None:
        """``v 𝟙[v > c]`` for a c that is not negative, and ``v 𝟙[v < c]`` for one that is not positive."""
        for v, other in (node.inputs, node.inputs[::-1]):
            switch = self.nodes[other]
            if switch.op not in _ORDER or v not in switch.inputs:
                continue
            (c,) = (j for j in switch.inputs if j != v) if switch.inputs.count(v) == 1 else (v,)
            is_above = switch.op.startswith("greater") == (switch.inputs[0] == v)
            if is_above and self.known[c].low >= 0:
                return Range(_ZERO, max(_ZERO, self.known[v].high), True, self.known[v].has_high)
            if not is_above and self.known[c].high <= 0:
                return Range(min(_ZERO, self.known[v].low), _ZERO, self.known[v].has_low, True)
        return None

    def _power(self, node: Node, found: list[Range]) -> Range:
        exponent = self.nodes[node.inputs[1]]
        base = found[0]
        if exponent.op == "number" and isinstance(exponent.attr, Fraction) and exponent.attr.denominator == 1:
            n = exponent.attr.numerator
            whole = _whole_power(base, abs(n))
            return whole if n >= 0 else _one_over(whole)
        return POSITIVE if base.is_positive else NATURAL

    def _sum_of_products(self, node: Node, found: list[Range]) -> Range:
        attr: Any = node.attr
        alike = all(i == node.inputs[0] for i in node.inputs) and len(set(attr[0])) == 1
        one = _square(found[0]) if alike and len(found) == 2 else found[0]
        for other in () if alike and len(found) == 2 else found[1:]:
            one = _times(one, other)
        if not self.sized and _is_sized(self.ground, node):
            return _times(one, _COUNT)
        count = Fraction(summands(self.ground, node))
        return _times(one, Range(count, count))

    def gap(self, a: int, b: int) -> Range:
        """Between which numbers the difference of two nodes lies."""
        return _plus([self.of(a), -self.of(b)])

    def holds(self, node: Node) -> bool | None:
        """Whether a comparison holds wherever the graph has values; None where it may hold or not."""
        gap = self.gap(*node.inputs)
        if node.op in ("equal", "unequal"):
            return node.op == "unequal" if gap.is_positive or gap.is_negative else None
        if node.op.startswith("less"):
            gap = -gap
        if node.op.endswith("_equal"):
            return True if gap.low >= 0 else False if gap.is_negative else None
        return True if gap.is_positive else False if gap.high <= 0 else None


def summands(ground: Ground, node: Node) -> int:
    """How many products one entry of a sum of products is the sum of."""
    attr: Any = node.attr
    placed, out = attr
    sizes: dict[int, int] = {}
    for j, axes in zip(node.inputs, placed, strict=True):
        dims = [extent(d, ground.sizes) for d in core(ground.written.nodes[j].shape)]
        sizes.update(zip(axes, dims, strict=True))
    return prod(n for axis, n in sizes.items() if axis not in out)


def _is_sized(ground: Ground, node: Node) -> bool:
    """Whether a sum of products is over an axis whose size is a symbol."""
    attr: Any = node.attr
    placed, out = attr
    return any(
        axis not in out and not isinstance(size, int)
        for j, axes in zip(node.inputs, placed, strict=True)
        for axis, size in zip(axes, core(ground.written.nodes[j].shape), strict=True)
    )


def _domains(ground: Ground) -> dict[int, Range]:
    """What has to hold where the graph has values: it takes logarithms of what is positive alone."""
    nodes = ground.written.nodes
    found: dict[int, Range] = {}
    for i in below(nodes, map(ground.place, ground.needed)):
        domain = domain_of(nodes, nodes[i])
        if domain is not None:
            first = nodes[i].inputs[0]
            found[first] = found.get(first, ANY).within(domain)
    return found


def domain_of(nodes: list[Node], node: Node) -> Range | None:
    """Where a function of entries has values; None where that is everywhere."""
    if node.op == "power":
        exponent = nodes[node.inputs[1]]
        if exponent.op != "number" or not isinstance(exponent.attr, Fraction):
            return POSITIVE
        if exponent.attr.denominator == 1:
            return None
        return NATURAL if exponent.attr > 0 else POSITIVE
    return _DOMAINS.get(node.op)


_ORDER = frozenset({"greater", "less", "greater_equal", "less_equal"})
_DOMAINS: Mapping[str, Range] = {"ln": POSITIVE, "sqrt": NATURAL, "arcsin": _WITHIN_ONE, "arccos": _WITHIN_ONE}


def _declared(fact: tree.Domain) -> Range:
    if fact.kind in ("binary", "onehot", "simplex"):
        return UNIT
    if fact.kind == "set":
        return Range(min(fact.members), max(fact.members))
    if fact.kind == "orthogonal":
        return _WITHIN_ONE
    if fact.kind == "interval":
        low, high = (-inf if fact.low is None else fact.low), (inf if fact.high is None else fact.high)
        return Range(low, high, False, False)  # the ends themselves, a set of measure zero, do not decide
    return ANY


def _plus(found: list[Range]) -> Range:
    total = found[0]
    for x in found[1:]:
        low, high = total.low + x.low, total.high + x.high
        total = Range(low, high, total.has_low and x.has_low, total.has_high and x.has_high)
    return total


def _times(a: Range, b: Range) -> Range:
    ends = [
        (_product(x, y), (in_x and in_y) or (x == 0 and in_x) or (y == 0 and in_y))
        for x, in_x in ((a.low, a.has_low), (a.high, a.has_high))
        for y, in_y in ((b.low, b.has_low), (b.high, b.has_high))
    ]
    low, high = min(v for v, _ in ends), max(v for v, _ in ends)
    return Range(low, high, any(i for v, i in ends if v == low), any(i for v, i in ends if v == high))


def _product(x: Bound, y: Bound) -> Bound:
    return _ZERO if x == 0 or y == 0 else x * y


def _one_over(a: Range) -> Range:
    if a.is_negative:
        return -_one_over(-a)
    if not a.is_positive:
        return ANY
    low = _ZERO if a.high == inf else 1 / a.high
    return Range(low, inf if a.low == 0 else 1 / a.low, a.has_high and a.high != inf, a.has_low)


def _square(a: Range) -> Range:
    found = _times(a, a)
    if a.is_positive or a.is_negative:
        return found
    return Range(_ZERO, found.high, True, found.has_high)


def _whole_power(a: Range, n: int) -> Range:
    if n == 0:
        return Range(_ONE, _ONE)
    if n > 64:
        return POSITIVE if a.is_positive else NATURAL if n % 2 == 0 else ANY
    found = a if n % 2 else _square(a)
    for _ in range((n - 1) // 2):
        found = _times(found, _square(a))
    return found


def _exponential(found: list[Range]) -> Range:
    a = found[0]
    low = _ONE if a.low >= 0 else _ZERO
    return Range(low, _ONE if a.high <= 0 else inf, a.low == 0 and a.has_low, a.high == 0 and a.has_high)


def _logarithm(found: list[Range]) -> Range:
    a = found[0]
    return Range(_ZERO if a.low >= 1 else -inf, _ZERO if a.high <= 1 else inf)


def _root(found: list[Range]) -> Range:
    return POSITIVE if found[0].is_positive else NATURAL


def _hull(found: list[Range]) -> Range:
    low, no_low = min((x.low, not x.has_low) for x in found)
    high, has_high = max((x.high, x.has_high) for x in found)
    return Range(low, high, not no_low, has_high)


_RULES: Mapping[str, Callable[[list[Range]], Range]] = {
    "add": _plus,
    "sub": lambda x: _plus([x[0], -x[1]]),
    "neg": lambda x: -x[0],
    "mul": lambda x: _times(x[0], x[1]),
    "exp": _exponential,
    "ln": _logarithm,
    "sqrt": _root,
    "sin": lambda x: _WITHIN_ONE,
    "cos": lambda x: _WITHIN_ONE,
    "erf": lambda x: _INSIDE_ONE,
    "constant": lambda x: Range(Fraction(2), Fraction(4)),
    "ones": lambda x: Range(_ONE, _ONE),
    "eye": lambda x: UNIT,
    "basis": lambda x: UNIT,
    "ordinal": lambda x: Range(_ONE, inf, True, False),
    "entry": lambda x: x[0],
    "reshape": lambda x: x[0],
    "stack": _hull,
    "read": lambda x: _hull([x[0], Range(_ZERO, _ZERO)]),
    **{op: lambda x: UNIT for op in ("greater", "less", "greater_equal", "less_equal", "equal", "unequal")},
    **{line + "max": lambda x: x[0] for line in ("", "row", "col")},
}
