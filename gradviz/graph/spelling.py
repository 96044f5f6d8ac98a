"""Constants and functions whose letters a program has taken for names of its own, spelled in another way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from fractions import Fraction

from gradviz.notation import tree
from gradviz.notation.walk import rebuild

_ONE = tree.Number(Fraction(1), "1")
_E = tree.Constant("e")
_OTHERWISE: Mapping[str, tree.Expr] = {
    _E.name: tree.Call("exp", (_ONE,)),
    "π": tree.Call("arccos", (tree.Negative(_ONE),)),
    "I": tree.Constant("Id"),
}
_CALLED: Mapping[str, tuple[str, str]] = {"sigmoid": ("σ", "logistic")}
"""Functions that are written as one letter, and their names where that is taken."""
_TAKEN = frozenset([*_OTHERWISE, *(letter for letter, _ in _CALLED.values())])


def spelled(e: tree.Expr, taken: Collection[str]) -> tree.Expr:
    """An expression in which no constant or function has a letter that is taken.

    Examples
    --------
    >>> from gradviz.notation import write
    >>> from gradviz.ops import WORDS
    >>> e = tree.Sum((tree.Power(tree.Constant("e"), tree.Name("x")), tree.Name("e")))
    >>> write(spelled(e, ["e"]), "unicode", WORDS)
    'exp(x) + e'
    >>> write(spelled(tree.Call("sigmoid", (tree.Name("σ"),)), ["σ"]), "unicode", WORDS)
    'logistic(σ)'
    """
    if _TAKEN.isdisjoint(taken):
        return e
    return _spelled(e, taken)


def _spelled(e: tree.Expr, taken: Collection[str]) -> tree.Expr:
    e = rebuild(e, lambda inner: _spelled(inner, taken))
    if isinstance(e, tree.Constant):
        return _OTHERWISE.get(e.name, e) if e.name in taken else e
    if isinstance(e, tree.Call) and e.function in _CALLED:
        letter, name = _CALLED[e.function]
        return replace(e, function=name) if letter in taken and name not in taken else e
    if isinstance(e, tree.Power) and e.base == _OTHERWISE[_E.name]:
        return tree.Call("exp", (e.exponent,))
    return e
