"""Texts with two readings: quotients before a factor, and functions before a run."""

from __future__ import annotations

from collections.abc import Collection

from gradviz.notation.powers import group_or_array
from gradviz.notation.tree import Array, Call, Either, Expr, Name, Number, Power, Product, Span


def join(factors: list[Expr], span: Span) -> Expr:
    """Factors side by side are a product."""
    if len(factors) == 1:
        return factors[0]
    operands = tuple(map(group_or_array, factors) if Array in map(type, factors) else factors)
    return Product(operands, ("",) * (len(operands) - 1), span)


def is_coefficient(e: Expr, sizes: Collection[str]) -> bool:
    """Whether a denominator is made of numbers and sizes: ``2``, ``n``, ``(2n)``, ``√d``."""
    if isinstance(e, Number):
        return True
    if isinstance(e, Name):
        return e.name in sizes
    if isinstance(e, Product):
        return all(is_coefficient(operand, sizes) for operand in e.operands)
    if isinstance(e, Power):
        return is_coefficient(e.base, sizes) and is_coefficient(e.exponent, sizes)
    if isinstance(e, Call):
        return e.function == "sqrt" and all(is_coefficient(x, sizes) for x in e.arguments)
    return False


def quotient(
    operands: list[Expr],
    operators: list[str],
    factors: list[Expr],
    coefficient: bool,
    span: Span,
) -> None:
    """Add ``/ b c`` to a chain: as ``(a/b) c`` where that is sure, else with both readings."""
    start = len(operands) - 1
    while start and operators[start - 1] == "/":
        start -= 1
    divided = tuple(operands[start:])
    slashes = (*operators[start:], "/")
    head, rest = factors[0], factors[1:]
    first = join([Product((*divided, head), slashes, span), *rest], span)
    if coefficient:
        value: Expr = first
    else:
        value = Either((first, Product((*divided, join(factors, span)), slashes, span)), span)
    operands[start:] = [value]
    operators[start:] = []
