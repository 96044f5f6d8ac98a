"""Syntax trees of numbers and products, as both writers of terms make them."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import groupby

from gradviz.notation import tree
from gradviz.notation.walk import children
from gradviz.ops.formula import CONSTANTS

IDENTITY = tree.Constant("I")
_RAISED = 5
_SYMMETRIC = frozenset({"diag", "prod_pairs"})


def constant_or_name(generator: str) -> tree.Name:
    """What a generator that is no node is called: ``e`` and ``π`` are constants, others stand for names."""
    return tree.Constant(generator) if generator in CONSTANTS else tree.Name(generator)


_ACROSS = tree.Span(-1, -1)


def sum_across(items: tuple[tree.Expr, ...]) -> tree.Sum:
    """A sum that is transposed as a whole: a summand is added to each row of another, and has fewer axes than it."""
    return tree.Sum(items, _ACROSS)


def transposed(e: tree.Expr) -> tree.Expr:
    """``eᵀ``; of a transpose, what stands inside."""
    e = _inverse_first(e)
    if isinstance(e, tree.Transpose):
        return e.operand
    if isinstance(e, tree.Sum) and e.span is _ACROSS:
        return tree.Transpose(e)
    if isinstance(e, tree.Sum) and sorted(map(repr, map(_turned, e.items))) == sorted(map(repr, e.items)):
        return e  # B + Bᵀ
    if isinstance(e, tree.Sum):
        pushed = tree.Sum(tuple(map(_turned, e.items)))
        if _transposes(pushed) <= _transposes(e) + 1:
            return pushed  # Sᵀ + u uᵀ
    if isinstance(e, tree.Call) and e.function == "inv":
        return tree.Transpose(tree.Inverse(e.arguments[0]))
    if isinstance(e, tree.Call) and e.function in _SYMMETRIC:
        return e
    return e if e == IDENTITY else tree.Transpose(e)


def _transposes(e: tree.Expr) -> int:
    return isinstance(e, tree.Transpose) + sum(map(_transposes, children(e)))


def _turned(e: tree.Expr) -> tree.Expr:
    """The transpose of a summand, pushed into a matrix product."""
    if isinstance(e, tree.Product) and not any(e.operators):
        return tree.Product(tuple(transposed(x) for x in reversed(e.operands)), e.operators)
    return transposed(e)


def chain(parts: Iterable[tuple[tree.Expr, bool]]) -> tree.Expr:
    """A matrix product of factors, flat."""
    operands: list[tree.Expr] = []
    for plain, turned in parts:
        e = transposed(plain) if turned else _inverse_first(plain)
        if isinstance(e, tree.Product) and not any(e.operators):
            operands.extend(e.operands)
        else:
            operands.append(e)
    operands = raised(operands)
    # Before a number a sign has to stand, and · between square matrices has two readings.
    runs: list[list[tree.Expr]] = []
    for e in operands:
        if runs and not _needs_sign(e):
            runs[-1].append(e)
        else:
            runs.append([e])
    return joined([joined(run, "") for run in runs], "@")


def _inverse_first(e: tree.Expr) -> tree.Expr:
    """``A⁻ᵀ`` for ``(Aᵀ)⁻¹``."""
    if isinstance(e, tree.Inverse) and isinstance(e.operand, tree.Transpose):
        return tree.Transpose(tree.Inverse(e.operand.operand))
    return e


def raised(operands: list[tree.Expr]) -> list[tree.Expr]:
    """Many of one matrix side by side as its power: ``matpow(A, 6)ᵀ``."""
    found: list[tree.Expr] = []
    for e, run in groupby(operands):
        same = list(run)
        found += [_power(e, len(same))] if len(same) >= _RAISED else same
    return found


def _power(e: tree.Expr, times: int) -> tree.Expr:
    if isinstance(e, tree.Transpose):
        return tree.Transpose(_power(e.operand, times))
    exponent = tree.Number(Fraction(times), str(times))
    base, sign = (e.operand, tree.Negative(exponent)) if isinstance(e, tree.Inverse) else (e, exponent)
    return tree.Call("matpow", (base, sign))


def _needs_sign(e: tree.Expr) -> bool:
    while isinstance(e, tree.Transpose | tree.Power | tree.Entry):
        e = children(e)[0]
    return isinstance(e, tree.Array | tree.Number)


def joined(operands: list[tree.Expr], sign: str) -> tree.Expr:
    """Operands with one sign between them."""
    return operands[0] if len(operands) == 1 else tree.Product(tuple(operands), (sign,) * (len(operands) - 1))


def number_expr(value: Fraction) -> tree.Expr:
    """A number, perhaps negative or a fraction."""
    size = abs(value)
    e: tree.Expr
    if _decimal(value):
        e = tree.Number(size, decimal_text(size))
        return tree.Negative(e) if value < 0 else e
    e = tree.Number(Fraction(size.numerator), str(size.numerator))
    if size.denominator != 1:
        e = tree.Product((e, tree.Number(Fraction(size.denominator), str(size.denominator))), ("/",))
    return tree.Negative(e) if value < 0 else e


def number_parts(value: Fraction) -> tuple[list[tree.Expr], list[tree.Expr]]:
    """A positive coefficient as what stands above and below a fraction stroke; 1 is left out."""
    if _decimal(value):
        return [number_expr(value)], []
    above, below = Fraction(value.numerator), Fraction(value.denominator)
    return [number_expr(n) for n in (above,) if n != 1], [number_expr(n) for n in (below,) if n != 1]


def _decimal(value: Fraction) -> bool:
    """Whether a number is better written 0.044715 than as a fraction."""
    below = value.denominator
    for prime in (2, 5):
        while below % prime == 0:
            below //= prime
    return below == 1 and value.denominator > 16


def decimal_text(value: Fraction) -> str:
    """A number whose decimals end, with all of them.

    Examples
    --------
    >>> decimal_text(Fraction(8943, 200000))
    '0.044715'
    """
    digits = next(n for n in range(1000) if (value * 10**n).denominator == 1)
    text = f"{int(value * 10**digits):0{digits + 1}d}"
    return f"{text[:-digits]}.{text[-digits:]}" if digits else text


def scaled(above: list[tree.Expr], below: list[tree.Expr], array: tree.Expr | None) -> tree.Expr:
    """Scalars before an array: ``(2/n) Xᵀ r``."""
    one = tree.Number(Fraction(1), "1")
    if (
        array is None
        and below
        and above
        and _inner(above[-1])
        and all(isinstance(e, tree.Number | tree.Name) for e in below)
    ):
        return scaled(above[:-1], below, above[-1])  # (2/n) 𝟏ᵀ r
    if array is None:
        top = beside(above) if above else one
        return tree.Product((top, beside(below)), ("/",)) if below else top
    e = array
    numbers = all(isinstance(b, tree.Number) for b in below)
    if below and numbers and isinstance(e, tree.Product) and e.operators == ("⊘",) and e.operands[0] == one:
        return tree.Product((beside(above) if above else one, beside([*below, e.operands[1]])), ("⊘",))  # 1 ⊘ (2√u)
    if below:
        above = [tree.Product((beside(above) if above else one, beside(below)), ("/",))]
    if not above:
        return e
    if isinstance(e, tree.Product) and e.operators[0] != "":
        first = beside([*above, e.operands[0]]) if e.operands[0] != one else beside(above)
        return tree.Product((first, *e.operands[1:]), e.operators)
    return beside([*above, e])


def _inner(e: tree.Expr) -> bool:
    """Whether an expression is an inner product."""
    return isinstance(e, tree.Product) and isinstance(e.operands[0], tree.Transpose) and not any(e.operators)


def beside(factors: list[tree.Expr]) -> tree.Expr:
    """Factors side by side; an inner product among others keeps its parentheses."""
    operands: list[tree.Expr] = []
    for n, e in enumerate(factors):
        inner = isinstance(e, tree.Product) and isinstance(e.operands[0], tree.Transpose) and n < len(factors) - 1
        if isinstance(e, tree.Product) and not any(e.operators) and not inner:
            operands.extend(e.operands)
        else:
            operands.append(e)
    return joined(operands, "")
