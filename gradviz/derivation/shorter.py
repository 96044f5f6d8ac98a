"""In which way one form is shorter than another: the words for a step that only rewrites."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

from gradviz.derivation.step import Formula
from gradviz.messages import Message, say
from gradviz.notation import tree, write
from gradviz.notation.walk import children, rebuild
from gradviz.ops import WORDS

_ONE = tree.Number(Fraction(1), "1")
_V = tree.Name("v")
_POWER = tree.Power(tree.Constant("e"), _V)
_SPELLED = {
    "sigmoid": tree.Product((_POWER, tree.Sum((_ONE, _POWER))), ("/",)),
    "softmax": tree.Product((_POWER, tree.Call("sum", (_POWER,))), ("/",)),
    "tanh": tree.Product((tree.Call("sinh", (_V,)), tree.Call("cosh", (_V,))), ("/",)),
}
"""What functions are that a form may be written in though nobody did before."""
_ONES = frozenset({"ones", "𝟏"})
_LAID_OUT = ("concat", "vstack", "hstack")


def how(before: tree.Expr, after: tree.Expr) -> Message:
    """What was done to an expression, as far as its form tells.

    Examples
    --------
    >>> x, y = tree.Name("x"), tree.Name("y")
    >>> str(how(tree.Product((x, tree.Number(Fraction(1), "1")), ("·",)), x))
    'a factor 1 drops out'
    >>> str(how(tree.Product((x, y), ("",)), tree.Product((y, x), ("",))))
    'the same factors, in their usual order'
    >>> str(how(tree.Sum((x, y)), tree.Sum((y, x))))
    'the same terms, in their usual order'
    """
    one, other = _Form(before), _Form(after)
    for function, spelled in _SPELLED.items():
        if other.calls[function] > one.calls[function]:
            return say("logistic", equation=Formula((tree.Comparison("=", spelled, tree.Call(function, (_V,))),)))
    return say(next((kind for kind, holds in _KINDS if holds(one, other)), "collect"))


@dataclass(frozen=True)
class _Form:
    """An expression, and what is asked of it."""

    expr: tree.Expr

    @cached_property
    def parts(self) -> tuple[tree.Expr, ...]:
        return tuple(_walk(self.expr))

    @cached_property
    def leaves(self) -> Counter[str]:
        """Names and functions, adjoints as a whole."""
        return Counter(_leaves(self.expr))

    @cached_property
    def calls(self) -> Counter[str]:
        return Counter(x.function for x in self.parts if isinstance(x, tree.Call))

    @cached_property
    def numbers(self) -> Counter[Fraction]:
        return Counter(x.value for x in self.parts if isinstance(x, tree.Number))

    @cached_property
    def ones(self) -> int:
        return sum(count for name, count in self.leaves.items() if name in _ONES)

    @cached_property
    def ones_times(self) -> int:
        """How often ones are multiplied with an array entry by entry."""
        products = [x for x in self.parts if isinstance(x, tree.Product) and "⊙" in x.operators]
        return sum(_is_ones(o) for x in products for o in x.operands)

    @cached_property
    def fractions_added(self) -> int:
        """How many factors are sums of fractions."""
        factors = (o for x in self.parts if isinstance(x, tree.Product) for o in x.operands)
        return sum(any(map(below, o.items)) for o in factors if isinstance(o, tree.Sum))

    @cached_property
    def sums(self) -> bool:
        """Whether rows, columns or all entries are summed."""
        return any(self.calls[f] for f in ("rowsum", "colsum", "sum"))

    @cached_property
    def bigs(self) -> int:
        """How many sums over indices there are."""
        return sum(isinstance(x, tree.Big) for x in self.parts)

    @cached_property
    def indexed(self) -> bool:
        """Whether it speaks of indices."""
        letters = (i for x in self.parts if isinstance(x, tree.Entry) for i in x.indices)
        return bool(self.bigs) or any(isinstance(y, tree.Name) for i in letters for y in _walk(i))

    @cached_property
    def inverses(self) -> int:
        return sum(isinstance(x, tree.Inverse) for x in self.parts)

    @cached_property
    def transposes(self) -> int:
        return sum(isinstance(x, tree.Transpose) for x in self.parts)

    @cached_property
    def reciprocals(self) -> int:
        """How many fractions have the numerator 1."""
        products = (x for x in self.parts if isinstance(x, tree.Product))
        signed = (pair for x in products for pair in zip(x.operands, x.operators, strict=False))
        return sum(operand == _ONE and sign in {"/", "⊘"} for operand, sign in signed)

    @cached_property
    def indicators(self) -> int:
        return sum(isinstance(x, tree.Indicator) for x in self.parts)

    @cached_property
    def entries(self) -> int:
        return sum(isinstance(x, tree.Entry) for x in self.parts)

    @cached_property
    def places(self) -> Counter[str]:
        """The entries that are read at a computed place, and those of a name."""
        found = (x for x in self.parts if isinstance(x, tree.Entry))
        return Counter(write(x, "unicode", WORDS) for x in found)

    @cached_property
    def computed(self) -> bool:
        """Whether an entry is read at a computed place: ``k[i − j + 1]``."""
        found = (i for x in self.parts if isinstance(x, tree.Entry) for i in x.indices)
        return any(isinstance(i, tree.Sum) for i in found)

    @cached_property
    def listed(self) -> int:
        """How many entries of lists are read: ``[a, b][1]``."""
        return sum(isinstance(x, tree.Entry) and isinstance(x.array, tree.Array) for x in self.parts)

    @cached_property
    def minuses(self) -> int:
        return sum(isinstance(x, tree.Negative) for x in self.parts)

    @cached_property
    def nested(self) -> int:
        """How many fractions stand above another fraction stroke."""
        products = (x for x in self.parts if isinstance(x, tree.Product) and {"/", "⊘"} & set(x.operators))
        signed = (pair for x in products for pair in zip(("", *x.operators), x.operands, strict=True))
        sums = (o for sign, o in signed if sign not in {"/", "⊘"} and isinstance(o, tree.Sum))
        return sum(bool(below(i)) for o in sums for i in o.items)

    @cached_property
    def sums_divided(self) -> int:
        """How many fractions have a sum above their stroke."""
        products = (x for x in self.parts if isinstance(x, tree.Product) and {"/", "⊘"} & set(x.operators))
        return sum(isinstance(x.operands[0], tree.Sum) for x in products)

    @cached_property
    def rows(self) -> int:
        """How often ones stand before what is transposed: a vector in every row."""
        products = [x for x in self.parts if isinstance(x, tree.Product)]
        return sum(any(map(_is_in_rows, x.operands, x.operands[1:])) for x in products)

    @cached_property
    def degree(self) -> Fraction:
        """The exponents together."""
        powers = (x.exponent for x in self.parts if isinstance(x, tree.Power))
        return sum((e.value for e in powers if isinstance(e, tree.Number)), Fraction(0))

    @cached_property
    def is_fraction(self) -> bool:
        """Whether the whole is a fraction, or one times a number, with a sum in it."""
        return isinstance(self.expr, tree.Product) and bool({"/", "⊘"} & set(self.expr.operators)) and self.has_sum

    @cached_property
    def below(self) -> list[str]:
        return below(self.expr)

    @cached_property
    def above(self) -> Counter[str]:
        """The leaves that stand below no fraction stroke."""
        return Counter(_above(self.expr))

    @cached_property
    def summands(self) -> tuple[tree.Expr, ...]:
        return tuple(_summands(self.expr))

    @cached_property
    def bare(self) -> Counter[str]:
        """The summands without brackets, dots and spaces."""
        return Counter(map(_bare, self.summands))

    @cached_property
    def has_unit(self) -> bool:
        """Whether a factor of a product is 1, and no numerator."""
        return any(map(_has_unit, self.parts))

    @cached_property
    def has_sum(self) -> bool:
        """Whether a sum stands within a summand."""
        return any(isinstance(x, tree.Sum) for e in self.summands for x in _walk(e))


_Holds: TypeAlias = Callable[[_Form, _Form], bool]


def _is_ordered(one: _Form, other: _Form) -> bool:
    return one.leaves == other.leaves and one.numbers == other.numbers and len(one.summands) == len(other.summands)


def _is_without_unit(one: _Form, other: _Form) -> bool:
    """Whether a factor 1, or ones, dropped out."""
    if one.leaves == other.leaves:
        return set(one.numbers - other.numbers) == {1} and not other.numbers - one.numbers and one.has_unit
    sizes = {n for x in one.parts if isinstance(x, tree.Call) and x.function == "ones" for n in _names(x)}
    return one.ones > other.ones and other.leaves < one.leaves and set(one.leaves - other.leaves) <= {*sizes, *_ONES}


def _is_one_fraction(one: _Form, other: _Form) -> bool:
    """Whether ``1/b · a`` became ``a/b``."""
    same = one.leaves == other.leaves and len(one.summands) == len(other.summands)
    return same and one.reciprocals > other.reciprocals and len(one.below) == len(other.below) > 0


def _turned(one: _Form, other: _Form) -> bool:
    """Whether something is transposed that was not, or the other way round."""
    return one.transposes != other.transposes


def _same_names(one: _Form, other: _Form) -> bool:
    return set(one.leaves) == set(other.leaves)


def _is_joined(one: _Form, other: _Form) -> bool:
    """Whether fractions of different denominators became one."""
    return _same_names(one, other) and len(one.summands) > 1 == len(other.summands) and other.is_fraction


def _is_partly_joined(one: _Form, other: _Form) -> bool:
    """Whether some summands became one fraction."""
    fewer = len(one.summands) > len(other.summands) > 1
    return fewer and _same_names(one, other) and other.sums_divided > one.sums_divided


def _is_multiplied(one: _Form, other: _Form) -> bool:
    """Whether fractions were only multiplied."""
    same = one.above == other.above and _same_names(one, other)
    return bool(other.below) and same and len(one.summands) == len(other.summands)


def _is_ones(e: tree.Expr) -> bool:
    """Whether an expression is ones, perhaps times numbers."""
    if isinstance(e, tree.Negative):
        return _is_ones(e.operand)
    if isinstance(e, tree.Product):
        return _is_ones(e.operands[-1])
    if isinstance(e, tree.Transpose):
        return _is_ones(e.operand)
    return e == tree.Constant("𝟏") or (isinstance(e, tree.Call) and e.function == "ones")


def _is_spread(one: _Form, other: _Form) -> bool:
    """Whether a number times ones became a number."""
    return one.ones > other.ones and len(one.summands) == len(other.summands) > 1


def _is_spread_in_rows(one: _Form, other: _Form) -> bool:
    """Whether a vector in every row of a matrix became a vector beside a matrix."""
    gone = set(one.leaves - other.leaves)
    return one.rows > other.rows and one.ones > other.ones and gone <= _ONES and other.leaves <= one.leaves


def _is_turned_in_pairs(one: _Form, other: _Form) -> bool:
    """Whether both ``a − b`` and ``b − a`` stood there, and one of them stands now."""
    there, now = (set(map(_difference, x.parts)) - {None} for x in (one, other))
    return any((b, a) in there and ((a, b) in now) != ((b, a) in now) for a, b in (d for d in there if d))


def _difference(e: tree.Expr) -> tuple[tree.Expr, tree.Expr] | None:
    """What is subtracted from what."""
    if isinstance(e, tree.Sum) and len(e.items) == 2 and isinstance(e.items[1], tree.Negative):
        return e.items[0], e.items[1].operand
    return None


def _is_in_rows(one: tree.Expr, other: tree.Expr) -> bool:
    return not isinstance(one, tree.Transpose) and _is_ones(one) and isinstance(other, tree.Transpose)


def _same_but_ones(one: _Form, other: _Form) -> bool:
    sizes = {n for x in one.parts if isinstance(x, tree.Call) and x.function == "ones" for n in _names(x)}
    return set(one.leaves) - {*sizes, *_ONES} <= set(other.leaves) and len(one.summands) == len(other.summands)


def _is_multiplied_out(one: _Form, other: _Form) -> bool:
    """Whether a sum of fractions that stood as a factor is gone, and the fractions with it."""
    return len(one.below) > len(other.below) and one.fractions_added > other.fractions_added


def _is_named(function: str) -> _Holds:
    return lambda a, b: b.calls[function] > a.calls[function]


_KINDS: tuple[tuple[str, _Holds], ...] = (
    ("brackets", lambda a, b: _bare(a.expr) == _bare(b.expr)),
    ("order-terms", lambda a, b: a.bare == b.bare or _sorted(a.expr) == _sorted(b.expr)),
    ("read", lambda a, b: a.listed > b.listed),
    ("mean-named", _is_named("mean")),
    ("ones", lambda a, b: a.ones_times > b.ones_times and a.ones > b.ones and _same_but_ones(a, b)),
    ("spread-rows", _is_spread_in_rows),
    ("spread", _is_spread),
    ("entries", lambda a, b: b.entries > a.entries),
    ("sum-named", _is_named("sum")),
    ("magnitude", _is_named("abs")),
    ("one-denominator", _is_joined),
    ("one-denominator", _is_partly_joined),
    ("ones", _is_without_unit),
    ("one-fraction", _is_one_fraction),
    ("sums-order", lambda a, b: _is_ordered(a, b) and _turned(a, b) and a.sums and b.sums),
    ("transposes", lambda a, b: _is_ordered(a, b) and _turned(a, b)),
    ("shifted", lambda a, b: _is_ordered(a, b) and a.places != b.places and a.computed and b.computed),
    ("signs", lambda a, b: _is_ordered(a, b) and a.minuses > b.minuses),
    ("number-first", lambda a, b: bool(a.numbers) and _is_ordered(a, b) and _names(a.expr) == _names(b.expr)),
    ("order", _is_ordered),
    ("one-denominator", lambda a, b: _same_names(a, b) and a.nested > b.nested and b.is_fraction),
    ("numbers", lambda a, b: a.leaves == b.leaves and len(a.summands) == len(b.summands)),
    ("pairs", _is_turned_in_pairs),
    ("drawn-out", lambda a, b: a.leaves == b.leaves and len(b.summands) == 1 < len(a.summands)),
    ("multiplied-out", lambda a, b: a.leaves == b.leaves and len(a.summands) < len(b.summands)),
    ("drawn-out", lambda a, b: len(a.summands) > len(b.summands) and b.leaves < a.leaves and b.has_sum),
    ("like-terms", lambda a, b: len(a.summands) > len(b.summands) and b.leaves < a.leaves),
    ("indicator", lambda a, b: a.indicators > b.indicators and b.calls["relu"] > 0),
    ("inner", lambda a, b: a.ones > b.ones and a.below == b.below and len(a.summands) == len(b.summands)),
    ("multiplied-cancel", _is_multiplied_out),
    ("fractions", _is_multiplied),
    ("cancel", lambda a, b: len(a.below) > len(b.below) and b.leaves < a.leaves),
    ("multiplied-out", lambda a, b: len(a.summands) < len(b.summands) and a.leaves < b.leaves),
    ("multiplied-out", lambda a, b: len(a.summands) < len(b.summands) and _same_names(a, b) and not b.has_sum),
    ("powers", lambda a, b: _same_names(a, b) and b.leaves < a.leaves and b.degree > a.degree and not a.below),
    ("cancel", lambda a, b: bool(a.below) and _same_names(a, b) and b.leaves < a.leaves),
    ("drawn-out", lambda a, b: _same_names(a, b) and b.leaves < a.leaves and b.has_sum),
    ("cancel", lambda a, b: len(a.below) > len(b.below)),
    ("matrix-form", lambda a, b: a.indexed and not b.indexed),
    ("inverses", lambda a, b: a.inverses > 0 and a.inverses >= b.inverses and b.leaves < a.leaves),
    ("laid-out", lambda a, b: a.calls["pad"] > b.calls["pad"] and any(b.calls[f] > a.calls[f] for f in _LAID_OUT)),
    ("numbers-added", lambda a, b: a.leaves == b.leaves and len(a.summands) > len(b.summands)),
    ("cancel", lambda a, b: bool(a.below) and b.leaves < a.leaves and len(a.summands) == len(b.summands)),
    ("sums-joined", lambda a, b: a.bigs > b.bigs > 0 and _same_names(a, b)),
)
"""The first of these that holds is said."""


def _bare(e: tree.Expr) -> str:
    return re.sub(r"[()·⊙ ]", "", write(e, "unicode", WORDS))


def _sorted(e: tree.Expr) -> tree.Expr:
    """An expression with the summands of each sum in one order."""
    e = rebuild(e, _sorted)
    return tree.Sum(tuple(sorted(e.items, key=repr))) if isinstance(e, tree.Sum) else e


def _names(e: tree.Expr) -> list[str]:
    """The names as they follow one another."""
    if isinstance(e, tree.Name | tree.Partial):
        return [write(e, "unicode", WORDS)]
    return [n for c in children(e) for n in _names(c)]


def _has_unit(e: tree.Expr) -> bool:
    if not isinstance(e, tree.Product):
        return False
    signs = (*e.operators, "")
    return any(o == _ONE and sign != "/" for o, sign in zip(e.operands, signs, strict=True))


def _summands(e: tree.Expr) -> Iterator[tree.Expr]:
    if isinstance(e, tree.Sum):
        for item in e.items:
            yield from _summands(item)
    else:
        yield e


def below(e: tree.Expr) -> list[str]:
    """What stands below the fraction strokes of an expression, numbers apart."""
    products = (x for x in _walk(e) if isinstance(x, tree.Product))
    return [
        write(operand, "unicode", WORDS)
        for x in products
        for sign, operand in zip(x.operators, x.operands[1:], strict=True)
        if sign in {"/", "⊘"} and not isinstance(operand, tree.Number)
    ]


def _above(e: tree.Expr) -> Iterator[str]:
    if isinstance(e, tree.Product):
        for sign, operand in zip(("", *e.operators), e.operands, strict=True):
            if sign not in {"/", "⊘"}:
                yield from _above(operand)
    elif isinstance(e, tree.Partial | tree.Name):
        yield write(e, "unicode", WORDS)
    else:
        for part in children(e):
            yield from _above(part)


def _walk(e: tree.Expr) -> Iterator[tree.Expr]:
    stack = [e]
    while stack:
        here = stack.pop()
        yield here
        stack.extend(children(here))


def _leaves(e: tree.Expr) -> Iterator[str]:
    """Names and functions, adjoints as a whole."""
    stack = [e]
    while stack:
        here = stack.pop()
        if isinstance(here, tree.Partial | tree.Name):
            yield write(here, "unicode", WORDS)
            continue
        if isinstance(here, tree.Call):
            if here.function == "ones":  # with or without its size
                yield "𝟏"
                continue
            yield here.function
        stack.extend(children(here))
