"""Expressions that are too long for a box: what is left out is an ellipsis."""

from __future__ import annotations

import re
from dataclasses import replace

from gradviz.notation import tree, write
from gradviz.notation.walk import children, rebuild
from gradviz.ops import WORDS

LONG = 90
_MANY, _FIRST, _LAST = 6, 2, 2
_DEEPEST = 8
_ELLIPSIS = tree.Name("…")
_POSITION = re.compile(r"_\d+")


def abbreviated(e: tree.Expr, longest: int = LONG) -> tree.Expr:
    """An expression in at most so many characters, as far as an ellipsis gets it there.

    Of long sums, products and arrays the ends stay; then what stands deepest goes.

    Examples
    --------
    >>> from gradviz.notation import read_program
    >>> text = "L = " + " + ".join(f"w{n} x{n}" for n in range(1, 26))
    >>> write(abbreviated(read_program(text, WORDS).statements[0].value), "unicode", WORDS)
    'w₁ x₁ + w₂ x₂ + … + w₂₄ x₂₄ + w₂₅ x₂₅'
    """
    if len(_text(e)) <= longest:
        return _unplaced(e)
    e = _unplaced(_ends(e))
    for depth in range(_DEEPEST, 0, -1):
        if len(_text(e)) <= longest:
            break
        e = _cut(e, depth)
    return e


def places_inside(e: tree.Expr) -> bool:
    """Whether an expression speaks of a node by its position, ``_17``, since that has no readable name."""
    return (isinstance(e, tree.Name) and bool(_POSITION.fullmatch(e.name))) or any(map(places_inside, children(e)))


def _text(e: tree.Expr) -> str:
    return write(e, "unicode", WORDS)


def _unplaced(e: tree.Expr) -> tree.Expr:
    if isinstance(e, tree.Name):
        return _ELLIPSIS if _POSITION.fullmatch(e.name) else e
    return rebuild(e, _unplaced)


def _ends(e: tree.Expr) -> tree.Expr:
    """Only the ends of what has many items."""
    if isinstance(e, tree.Sum | tree.Array) and len(e.items) > _MANY:
        e = replace(e, items=(*e.items[:_FIRST], _ELLIPSIS, *e.items[-_LAST:]))
    elif isinstance(e, tree.Product) and len(e.operands) > _MANY:
        operators = (*e.operators[:_FIRST], e.operators[0], *e.operators[-_LAST + 1 :])
        e = replace(e, operands=(*e.operands[:_FIRST], _ELLIPSIS, *e.operands[-_LAST:]), operators=operators)
    return rebuild(e, _ends)


def _cut(e: tree.Expr, depth: int) -> tree.Expr:
    if depth == 0:
        return e if isinstance(e, tree.Name | tree.Number) else _ELLIPSIS
    return rebuild(e, lambda c: _cut(c, depth - 1))
