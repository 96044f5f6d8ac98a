"""What stands below ∂ where nobody gave it a name: of a long sum, its ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from gradviz.notation import tree
from gradviz.notation.walk import rebuild, within

MANY = 8
"""Summands that a name may have; of more, the first and the last are written."""
OTHERS = tree.Name("…")
"""The summands between."""


def short_names(expressions: Mapping[int, tree.Expr]) -> dict[int, tree.Expr]:
    """The short names of those expressions that are too long for a name, where no two are called alike.

    Examples
    --------
    >>> x = tuple(tree.Name(f"x{n}") for n in range(1, 11))
    >>> short_names({1: tree.Sum(x), 2: tree.Sum(x[:3])})[1].items
    (Name(name='x1'), Name(name='…'), Name(name='x10'))
    """
    found = {n: _ends(e) for n, e in expressions.items() if any(map(_is_long, within(e)))}
    count = Counter(found.values())
    return {n: e for n, e in found.items() if count[e] == 1}


def _is_long(e: tree.Expr) -> bool:
    return isinstance(e, tree.Sum) and len(e.items) > MANY


def _ends(e: tree.Expr) -> tree.Expr:
    if isinstance(e, tree.Sum) and _is_long(e):
        e = tree.Sum((e.items[0], OTHERS, e.items[-1]))
    return rebuild(e, _ends)
