"""The products that derivations show, and what is known of the terms behind them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from gradviz import terms as t
from gradviz.calculus.form import LocalLink
from gradviz.notation import tree
from gradviz.ops.formula import CONSTANTS


def times(factors: Iterable[tree.Expr]) -> tree.Expr:
    """Factors with a dot between them."""
    operands = tuple(factors)
    if len(operands) == 1:
        return operands[0]
    first = operands[0]
    if isinstance(first, tree.Product) and any(first.operators):
        return tree.Product((*first.operands, *operands[1:]), (*first.operators, *("·",) * (len(operands) - 1)))
    return tree.Product(operands, ("·",) * (len(operands) - 1))


def dotted(e: tree.Expr) -> tree.Expr:
    """What a person spelled out, its factors kept apart by dots."""
    if isinstance(e, tree.Product) and not any(e.operators):
        return tree.Product(e.operands, ("·",) * len(e.operators))
    return e


def positive(term: t.Term) -> bool:
    """Whether a term is positive whatever its names are."""
    if isinstance(term, t.Number):
        return term.value > 0
    if isinstance(term, t.Add | t.Mul):
        return all(positive(x) for x in t.children(term))
    if isinstance(term, t.Contract):
        return positive(term.body)
    if isinstance(term, t.Atom):
        return term.node in CONSTANTS
    return isinstance(term, t.Size) or (isinstance(term, t.Apply) and term.function in {"exp", "cosh", "sigmoid"})


def scaled(prefix: tree.Expr, array: bool, local: tree.Expr) -> tree.Expr:
    """What is placed, times a local derivative: entry by entry where what is placed is an array."""
    if not array:
        return times([prefix, local])
    if isinstance(prefix, tree.Product) and any(prefix.operators):
        first, signs = prefix.operands, prefix.operators
    else:
        first, signs = (prefix,), ()
    if isinstance(local, tree.Product) and set(local.operators) == {"⊙"}:
        return tree.Product((*first, *local.operands), (*signs, "⊙", *local.operators))
    return tree.Product((*first, local), (*signs, "⊙"))


@lru_cache(maxsize=4096)
def not_zero(link: LocalLink) -> tuple[int, ...]:
    """What the paths of a link divide by, entry by entry, and what may be 0: its numbers among the divisors."""
    free = set(link.axes)
    return tuple([n for n, base in enumerate(link.divisors) if base.free <= free and not positive(base)])
