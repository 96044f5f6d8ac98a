"""Names and functions as the person wrote them, where they have other spellings: for what is typeset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from gradviz.notation import tree
from gradviz.notation.walk import rebuild, within

if TYPE_CHECKING:
    from gradviz.graph.dag import Dag


_E = TypeVar("_E", bound=tree.Expr)


class Spelled(NamedTuple):
    """How a program spells what is spelled in several ways.

    Parameters
    ----------
    names : mapping of str to str
        Names in the one style that the program has for them: ``L`` → ``𝓛``.
    functions : mapping of str to str
        The word for a function, where the program uses one alone, and another than gradviz: ``ln`` → ``log``.
    norms : frozenset of tree.Expr
        What ``‖·‖_F`` is written of.
    """

    names: Mapping[str, str]
    functions: Mapping[str, str]
    norms: frozenset[tree.Expr]


def spelling_of(dag: Dag) -> Spelled | None:
    """How a program spells its names and functions; None where as gradviz does."""
    calls: dict[str, set[str]] = {}
    norms = set()
    for whole in dag.trees.values():
        for e in within(whole):
            if isinstance(e, tree.Call):
                calls.setdefault(e.function, set()).add(e.text)
                if e.text == "F":
                    norms.add(e.arguments[0])
    for barred in ("norm", "abs", "dot"):
        calls.pop(barred, None)
    functions = {function: next(iter(texts)) for function, texts in calls.items() if len(texts) == 1}
    functions = {function: text for function, text in functions.items() if text}
    return Spelled(dag.styled, functions, frozenset(norms)) if dag.styled or functions or norms else None


def as_spelled(dag: Dag, e: tree.Expr) -> tree.Expr:
    r"""An expression with names and functions spelled as the person did: ``\mathcal{L}``, ``log``, ``‖W‖_F``.

    Parameters
    ----------
    dag : Dag
    e : tree.Expr
        Written by gradviz, in canonical names.
    """
    return e if dag.spelled is None else spell_as(dag.spelled, e)


def spell_as(own: Spelled, e: _E) -> _E:
    """An expression in a program's own spelling."""
    return _spell(e, own)  # type: ignore[return-value]


def _spell(e: tree.Expr, own: Spelled) -> tree.Expr:
    if isinstance(e, tree.Name):
        return tree.Name(own.names[e.name], e.span) if e.name in own.names else e
    made = rebuild(e, lambda c: _spell(c, own))
    if not isinstance(e, tree.Call) or e.text:
        return made
    assert isinstance(made, tree.Call)
    text = own.functions.get(e.function, "F" if e.function == "norm" and e.arguments[0] in own.norms else "")
    return tree.Call(e.function, made.arguments, e.order, e.span, made.options, text) if text else made
