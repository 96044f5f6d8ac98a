"""Slips of the pen: what an expression becomes by one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from gradviz.notation import tree
from gradviz.notation.walk import children, rebuild, substitute, within

ONE = tree.Number(Fraction(1), "1")
TWO = tree.Number(Fraction(2), "2")
_FEW = 4
_SHORT = 2
"""Terms of a sum that needs no name: in ``(p − q) h`` it is clear where q is."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One slip.

    Parameters
    ----------
    mistake : str
    old : tree.Expr
        The part that it is about, as it is right.
    new : tree.Expr or None
        What stands in its place.
    whole : tree.Expr
        The expression with the slip.
    inside : tree.Sum or None
        The sum in which a term is, where that is a factor, and it is not clear which sum is meant.
    """

    mistake: str
    old: tree.Expr
    new: tree.Expr | None
    whole: tree.Expr
    inside: tree.Sum | None = None


def edits(e: tree.Expr, names: Mapping[str, Sequence[str]]) -> Iterator[Edit]:
    """All slips in an expression.

    Parameters
    ----------
    e : tree.Expr
    names : mapping of str to sequence of str
        For each name, others of its shape, which may be taken for it.

    Examples
    --------
    >>> from gradviz.notation import read_expression, write
    >>> e = read_expression("(p - q) h", {}, {"p", "q", "h"})
    >>> [(x.mistake, write(x.whole, "unicode", {})) for x in edits(e, {}) if x.mistake != "squared-factor"][:3]
    [('missing-factor', 'h'), ('missing-factor', 'p − q'), ('inverted-factor', '(p − q)/h')]
    """
    yield from _everywhere(e, names)
    yield from _edits(e, names)


def _everywhere(e: tree.Expr, names: Mapping[str, Sequence[str]]) -> Iterator[Edit]:
    """One name taken for another wherever it stands, where it stands more than once."""
    counts: dict[str, int] = {}
    stack = [e]
    while stack:
        here = stack.pop()
        if isinstance(here, tree.Name):
            counts[here.name] = counts.get(here.name, 0) + 1
        stack.extend(children(here))
    for name, count in sorted(counts.items()):
        if count > 1:
            for other in names.get(name, ()):
                yield Edit("wrong-variable", tree.Name(name), tree.Name(other), substitute(e, {name: tree.Name(other)}))

    turned = _inverses_turned(e)
    if turned != e:
        yield Edit("transposed", next(x for x in within(e) if isinstance(x, tree.Inverse)), None, turned)


def _inverses_turned(e: tree.Expr) -> tree.Expr:
    """``X⁻¹`` for ``X⁻ᵀ`` wherever it stands, and the other way round."""
    if isinstance(e, tree.Transpose) and isinstance(e.operand, tree.Inverse):
        return e.operand
    if isinstance(e, tree.Inverse):
        return tree.Transpose(e)
    return rebuild(e, _inverses_turned) if children(e) else e


def _edits(e: tree.Expr, names: Mapping[str, Sequence[str]], *, summed: bool = False) -> Iterator[Edit]:
    for mistake, old, new, whole in _here(e, names):
        yield Edit(mistake, old, new, whole)
    for n, child in enumerate(children(e)):
        for inner in _edits(child, names, summed=summed or isinstance(e, tree.Sum)):
            inside = child if isinstance(child, tree.Sum) and inner.old in map(_positive, child.items) else None
            told = inside is not None and isinstance(e, tree.Product) and (summed or len(inside.items) > _SHORT)
            yield Edit(inner.mistake, inner.old, inner.new, _put(e, n, inner.whole), inside if told else inner.inside)


def _positive(item: tree.Expr) -> tree.Expr:
    return item.operand if isinstance(item, tree.Negative) else item


def _put(e: tree.Expr, place: int, part: tree.Expr) -> tree.Expr:
    """The expression with another child."""
    if isinstance(e, tree.Entry) and place:
        return tree.Entry(e.array, tuple(part if n == place - 1 else i for n, i in enumerate(e.indices)))
    if isinstance(e, tree.Big):
        return tree.Big(e.operator, e.index, e.low, e.high, part) if place == len(children(e)) - 1 else e
    count = -1

    def change(child: tree.Expr) -> tree.Expr:
        nonlocal count
        count += 1
        return part if count == place else child

    return rebuild(e, change)


_Found = tuple[str, tree.Expr, tree.Expr | None, tree.Expr]


def _here(e: tree.Expr, names: Mapping[str, Sequence[str]]) -> Iterator[_Found]:
    if isinstance(e, tree.Sum):
        yield from _of_sum(e)
    elif isinstance(e, tree.Product):
        yield from _of_product(e)
    elif isinstance(e, tree.Name):
        for other in names.get(e.name, ()):
            yield "wrong-variable", e, tree.Name(other), tree.Name(other)
        yield "transposed", e, None, tree.Transpose(e)
    elif isinstance(e, tree.Transpose):
        yield "transposed", e.operand, None, e.operand
        if isinstance(e.operand, tree.Inverse):
            yield "missing-inverse", e.operand.operand, None, tree.Transpose(e.operand.operand)
    elif isinstance(e, tree.Inverse):
        yield "missing-inverse", e.operand, None, e.operand
    elif isinstance(e, tree.Power):
        yield "wrong-derivative", e, e.base, e.base
        if isinstance(e.exponent, tree.Negative):
            inner = tree.Power(e.base, e.exponent.operand)
            yield "term-sign", e.exponent, None, inner
        elif isinstance(e.exponent, tree.Number) and e.exponent.value == 1:
            yield "squared-factor", e.base, None, tree.Power(e.base, TWO)
    elif isinstance(e, tree.Call):
        for other in _TAKEN_FOR.get(e.function, ()):
            call = tree.Call(other, e.arguments, e.order)
            yield "wrong-derivative", e, call, call
    elif isinstance(e, tree.Negative):
        yield "term-sign", e.operand, None, e.operand
    elif isinstance(e, tree.Indicator):
        c = e.condition
        turned = tree.Indicator(tree.Comparison(_TURNED.get(c.operator, c.operator), c.left, c.right))
        yield "wrong-derivative", e, turned, turned


_TAKEN_FOR = {"sin": ("cos",), "cos": ("sin",), "sinh": ("cosh",), "cosh": ("sinh",), "tanh": ("sigmoid",)} | {
    "sigmoid": ("tanh",),
    "exp": ("ln",),
    "ln": ("exp",),
}
_TURNED = {">": "<", "<": ">", "≥": "≤", "≤": "≥"}


def _of_sum(e: tree.Sum) -> Iterator[_Found]:
    for n, item in enumerate(e.items):
        positive = item.operand if isinstance(item, tree.Negative) else item
        turned = positive if isinstance(item, tree.Negative) else tree.Negative(item)
        yield "term-sign", positive, None, tree.Sum((*e.items[:n], turned, *e.items[n + 1 :]))
        rest = (*e.items[:n], *e.items[n + 1 :])
        if rest == (ONE,):
            continue  # 1 − h without h: the factor is missing
        yield "missing-term", item, None, rest[0] if len(rest) == 1 else tree.Sum(rest)


def _of_product(e: tree.Product) -> Iterator[_Found]:
    count = len(e.operands)
    for n, part in enumerate(e.operands):
        sign = e.operators[n - 1] if n else ""
        below = sign in ("/", "⊘")
        yield "missing-divisor" if below else _missing(part), part, None, without(e, n)
        if n == 0 and e.operators[0] in ("/", "⊘") and count == 2:
            turned = e.operands[1] if part == ONE else tree.Product((e.operands[1], part), e.operators)
            yield "inverted-factor", e, None, turned
        if below:
            times = "⊙" if sign == "⊘" else "·"
            operators = (*e.operators[: n - 1], times, *e.operators[n:])
            yield "inverted-factor", part, None, tree.Product(e.operands, operators)
        for twice in _twice(e, n, sign):
            yield "squared-factor", part, None, twice
        if not isinstance(part, tree.Number):
            for other in ("/", "⊘"):
                if not below and n == count - 1 and n:
                    rest = without(e, n)
                    yield "inverted-factor", part, None, tree.Product((rest, part), (other,))
    for n in range(count - 1):
        if e.operators[n] in ("", "@", "⊗"):
            swapped = (*e.operands[:n], e.operands[n + 1], e.operands[n], *e.operands[n + 2 :])
            yield "wrong-order", e, None, tree.Product(swapped, e.operators)
            outer = _outer_turned(e.operands[n], e.operands[n + 1])
            if outer is not None:
                whole = tree.Product((*e.operands[:n], *outer, *e.operands[n + 2 :]), e.operators)
                part = tree.Product(e.operands[n : n + 2], (e.operators[n],))
                yield "transposed", part, None, whole
    if 2 < count <= _FEW and set(e.operators) == {""}:
        near = {(*range(n), n + 1, n, *range(n + 2, count)) for n in range(count - 1)}
        for order in permutations(range(count)):
            if order not in near and order != tuple(range(count)):
                yield "wrong-order", e, None, tree.Product(tuple(e.operands[n] for n in order), e.operators)


def _outer_turned(a: tree.Expr, b: tree.Expr) -> tuple[tree.Expr, tree.Expr] | None:
    """``b aᵀ`` for ``a bᵀ``."""
    if isinstance(b, tree.Transpose) and not isinstance(a, tree.Transpose | tree.Number):
        return b.operand, tree.Transpose(a)
    return None


def _missing(part: tree.Expr) -> str:
    return "missing-constant" if isinstance(part, tree.Number) else "missing-factor"


def _twice(e: tree.Product, n: int, sign: str) -> Iterator[tree.Expr]:
    part = e.operands[n]
    if isinstance(part, tree.Number):
        return
    operators = (*e.operators[:n], sign if sign in ("/", "⊘") else "", *e.operators[n:])
    signs = dict.fromkeys(("", "⊙") if set(operators) <= {"", "⊙"} else (sign or "·",))
    if set(e.operators) == {""}:
        yield tree.Product((*e.operands[: n + 1], part, *e.operands[n + 1 :]), (*e.operators, ""))
        yield tree.Product((*e.operands[:n], tree.Power(part, TWO), *e.operands[n + 1 :]), e.operators)
        return
    for s in signs:
        if s:
            operands = (*e.operands[: n + 1], part, *e.operands[n + 1 :])
            yield tree.Product(operands, (*e.operators[:n], s, *e.operators[n:]))


def without(e: tree.Product, n: int) -> tree.Expr:
    """A product without one of its factors."""
    operands, operators = list(e.operands), list(e.operators)
    if n == 0 and operators[0] in ("/", "⊘"):
        operands[0] = ONE
        operators[0] = "/"
        return tree.Product(tuple(operands), tuple(operators))
    del operands[n]
    del operators[n - 1 if n else 0]
    return operands[0] if len(operands) == 1 else tree.Product(tuple(operands), tuple(operators))
