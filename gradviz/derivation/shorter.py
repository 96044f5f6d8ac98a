"""In which way one form is shorter than another: the words for a step that only rewrites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from gradviz.derivation.step import Formula
from gradviz.messages import Message, say
from gradviz.notation import tree, write
from gradviz.notation.walk import children
from gradviz.ops import WORDS

_ONE = tree.Number(Fraction(1), "1")
_V = tree.Name("v")
_POWER = tree.Power(tree.Constant("e"), _V)
_SPELLED = {
    "sigmoid": tree.Product((_POWER, tree.Sum((_ONE, _POWER))), ("/",)),
    "softmax": tree.Product((_POWER, tree.Call("sum", (_POWER,))), ("/",)),
}
"""What functions are that a form may be written in though nobody did before."""


def how(before: tree.Expr, after: tree.Expr) -> Message:
    """What was done to an expression, as far as its form tells.

    Examples
    --------
    >>> x, y = tree.Name("x"), tree.Name("y")
    >>> str(how(tree.Product((x, tree.Number(Fraction(1), "1")), ("·",)), x))
    'a factor 1 drops out'
    >>> str(how(tree.Product((x, y), ("",)), tree.Product((y, x), ("",))))
    'the same factors, in their usual order'
    """
    for function, spelled in _SPELLED.items():
        if _calls(after)[function] > _calls(before)[function]:
            return say("logistic", equation=Formula((tree.Comparison("=", spelled, tree.Call(function, (_V,))),)))
    one, other = Counter(_leaves(before)), Counter(_leaves(after))
    below, still = _below(before), _below(after)
    if len(below) > len(still) > 0 and set(below) != set(still) and set(other) == set(one):
        return say("one-denominator")
    if one == other:
        return _same_names(before, after)
    first, second = _summands(before), _summands(after)
    if _calls(before)["ones"] > _calls(after)["ones"] and len(first) == len(second) > 1:
        return say("spread")
    if len(first) > len(second) and other < one:
        inside = any(isinstance(x, tree.Sum) for e in second for x in _walk(e))
        return say("drawn-out") if inside else say("like-terms")
    if len(first) == 1 and other < one and len(below) > len(still):
        return say("cancel")
    if len(first) < len(second) and one < other:
        return say("multiplied-out")
    return say("cancel") if len(below) > len(still) else say("collect")


def _same_names(before: tree.Expr, after: tree.Expr) -> Message:
    """The same names stand in both."""
    one, other = Counter(_numbers(before)), Counter(_numbers(after))
    first, second = len(_summands(before)), len(_summands(after))
    if first == second:
        if one == other:
            return say("order")
        gone = set(one - other) == {1} and not other - one and any(map(_has_unit, _walk(before)))
        return say("ones") if gone else say("numbers")
    if second == 1 < first:
        return say("drawn-out")
    return say("multiplied-out") if first == 1 < second else say("collect")


def _has_unit(e: tree.Expr) -> bool:
    """Whether a factor of a product is 1, and no numerator."""
    if not isinstance(e, tree.Product):
        return False
    signs = (*e.operators, "")
    return any(o == _ONE and sign != "/" for o, sign in zip(e.operands, signs, strict=True))


def _summands(e: tree.Expr) -> tuple[tree.Expr, ...]:
    return e.items if isinstance(e, tree.Sum) else (e,)


def _below(e: tree.Expr) -> list[str]:
    """What stands below the fraction strokes of an expression, numbers apart."""
    products = (x for x in _walk(e) if isinstance(x, tree.Product))
    return [
        write(operand, "unicode", WORDS)
        for x in products
        for sign, operand in zip(x.operators, x.operands[1:], strict=True)
        if sign in {"/", "⊘"} and not isinstance(operand, tree.Number)
    ]


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
            yield here.function
        stack.extend(children(here))


def _numbers(e: tree.Expr) -> Iterator[Fraction]:
    return (x.value for x in _walk(e) if isinstance(x, tree.Number))


def _calls(e: tree.Expr) -> Counter[str]:
    return Counter(x.function for x in _walk(e) if isinstance(x, tree.Call))
