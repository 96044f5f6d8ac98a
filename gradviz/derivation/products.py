"""The products that derivations show, and what is known of the terms behind them."""

from __future__ import annotations

from collections.abc import Iterable

from gradviz import terms as t
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


def denominators(term: t.Term) -> set[t.Term]:
    """All that a term divides by, numbers apart."""
    return {
        x.base
        for x in t.subterms(term)
        if isinstance(x, t.Pow) and isinstance(x.exponent, t.Number) and x.exponent.value < 0 and list(t.atoms(x.base))
    }
