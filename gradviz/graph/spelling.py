"""Constants and functions whose words a program has taken for names of its own, spelled in another way."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType

from gradviz.notation import tree
from gradviz.notation.names import canonical
from gradviz.notation.walk import rebuild
from gradviz.notation.words import Word, apart
from gradviz.ops import WORDS

_ONE = tree.Number(Fraction(1), "1")
_E = tree.Constant("e")
_OTHERWISE: Mapping[str, tree.Expr] = {
    _E.name: tree.Call("exp", (_ONE,)),
    "π": tree.Call("arccos", (tree.Negative(_ONE),)),
    "I": tree.Constant("Id"),
    "Id": tree.Constant(apart("I")),
}
_WORDS: Mapping[str, Word] = MappingProxyType({word.function: word for word in WORDS.values()})
_T = "T"
"""A name that would be read for the sign of a transpose, in ASCII."""
_OTHERS: Mapping[str, str] = {"sigmoid": "logistic", "sign": "sgn", "ln": "log"}
"""Functions that have another word that is as good."""


def spelled(e: tree.Expr, taken: Collection[str]) -> tree.Expr:
    """An expression in which no constant, function or transpose has a word that is taken.

    Examples
    --------
    >>> from gradviz.notation import write
    >>> e = tree.Sum((tree.Power(tree.Constant("e"), tree.Name("x")), tree.Name("e")))
    >>> write(spelled(e, ["e"]), "unicode", WORDS)
    'exp(x) + e'
    >>> write(spelled(tree.Call("sigmoid", (tree.Name("σ"),)), ["σ"]), "unicode", WORDS)
    'logistic(σ)'
    >>> write(spelled(tree.Call("mean", (tree.Name("x"),)), ["mean"]), "unicode", WORDS)
    'mean_fn(x)'
    >>> write(spelled(tree.Transpose(tree.Name("q")), ["T"]), "ascii", WORDS)
    'q.T'
    """
    if _taken_for().isdisjoint(taken):
        return e
    return _spelled(e, taken)


def clashing(names: Container[str]) -> frozenset[str]:
    """Those of some names that a constant or a function would be taken for.

    Examples
    --------
    >>> sorted(clashing(["x", "e", "mean"]))
    ['e', 'mean']
    """
    return frozenset(name for name in _taken_for() if name in names)


def _spelled(e: tree.Expr, taken: Collection[str]) -> tree.Expr:
    e = rebuild(e, lambda inner: _spelled(inner, taken))
    if isinstance(e, tree.Transpose) and _T in taken:
        return replace(e, text=".T")
    if isinstance(e, tree.Power) and e.base == _OTHERWISE[_E.name]:
        e = tree.Call("exp", (e.exponent,))
    while isinstance(e, tree.Constant) and e.name in taken and e.name in _OTHERWISE:
        e = _OTHERWISE[e.name]
    if not isinstance(e, tree.Call) or e.text == apart(e.function) or _printed(e.function).isdisjoint(taken):
        return e
    other = _OTHERS.get(e.function, "")
    if other and other not in taken:
        return replace(e, function=other)
    return replace(e, text=apart(e.function))


@lru_cache(maxsize=1 << 9)
def _printed(function: str) -> frozenset[str]:
    """The names that a function's words would be read as; none for what is no word of gradviz."""
    word = _WORDS.get(function)
    if word is None:
        return frozenset()
    return frozenset(canonical(text) for text in (word.unicode, word.function, word.ascii) if text[:1].isalpha())


@lru_cache(maxsize=1)
def _taken_for() -> frozenset[str]:
    """Every name that a constant or a function would be taken for."""
    return frozenset([_T, *_OTHERWISE, *(name for function in _WORDS for name in _printed(function))])
