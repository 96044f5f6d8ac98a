"""Constants whose letters a program has taken for names of its own, spelled in another way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

from gradviz.calculus.factors import IDENTITY
from gradviz.notation import tree
from gradviz.notation.walk import rebuild

_ONE = tree.Number(Fraction(1), "1")
_E = tree.Constant("e")
_OTHERWISE: Mapping[str, tree.Expr] = {
    _E.name: tree.Call("exp", (_ONE,)),
    "π": tree.Call("arccos", (tree.Negative(_ONE),)),
    IDENTITY.name: tree.Constant("Id"),
}


def spelled(e: tree.Expr, taken: Collection[str]) -> tree.Expr:
    """An expression in which no constant has a letter that is taken.

    Examples
    --------
    >>> from gradviz.notation import write
    >>> from gradviz.ops import WORDS
    >>> e = tree.Sum((tree.Power(tree.Constant("e"), tree.Name("x")), tree.Name("e")))
    >>> write(spelled(e, ["e"]), "unicode", WORDS)
    'exp(x) + e'
    """
    if not any(name in taken for name in _OTHERWISE):
        return e
    return _spelled(e, taken)


def _spelled(e: tree.Expr, taken: Collection[str]) -> tree.Expr:
    e = rebuild(e, lambda inner: _spelled(inner, taken))
    if isinstance(e, tree.Constant):
        return _OTHERWISE.get(e.name, e) if e.name in taken else e
    if isinstance(e, tree.Power) and e.base == _OTHERWISE[_E.name]:
        return tree.Call("exp", (e.exponent,))
    return e
