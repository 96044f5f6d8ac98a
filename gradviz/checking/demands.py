"""Forms that a question may ask for: they are judged apart from whether the answer is right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from gradviz.messages import Message, say
from gradviz.notation import tree, write
from gradviz.notation.walk import children
from gradviz.ops import WORDS

FORMS = ("simplified", "factored")
_SLACK = 2


@dataclass(frozen=True, slots=True)
class Used:
    """The names in an answer, by what they are.

    Parameters
    ----------
    forward : frozenset of str
        Inputs and stages.
    adjoints : frozenset of str
        ``∂L/∂z₂``, ``δ₂``, as they are written in Unicode.
    locals : frozenset of str
        ``∂ŷ/∂z₂``.
    """

    forward: frozenset[str]
    adjoints: frozenset[str]
    locals: frozenset[str]


def used_in(e: tree.Expr, output: str, names: Collection[str], deltas: Collection[str]) -> Used:
    """The names in an answer.

    Examples
    --------
    >>> partial = tree.Partial(tree.Name("L"), tree.Name("z"))
    >>> used_in(tree.Product((partial, tree.Name("h")), ("",)), "L", {"L", "z", "h"}, ())
    Used(forward=frozenset({'h'}), adjoints=frozenset({'∂L/∂z'}), locals=frozenset())
    """
    forward: set[str] = set()
    adjoints: set[str] = set()
    local: set[str] = set()
    stack = [e]
    while stack:
        here = stack.pop()
        if isinstance(here, tree.Partial):
            own = isinstance(here.of, tree.Name) and here.of.name == output
            (adjoints if own else local).add(write(here, "unicode", WORDS))
            continue
        if isinstance(here, tree.Name):
            if here.name in deltas:
                adjoints.add(write(here, "unicode", WORDS))
            elif here.name in names:
                forward.add(here.name)
        stack.extend(children(here))
    return Used(frozenset(forward), frozenset(adjoints), frozenset(local))


def lacks(e: tree.Expr, wanted: tree.Expr, form: str | None, in_terms_of: Collection[str] | None) -> Message | None:
    """Why an answer has not the form that is asked for; None where it has.

    Parameters
    ----------
    e : tree.Expr
        The answer as it was read.
    wanted : tree.Expr
        What gradviz writes.
    form : str, optional
        One of `FORMS`.
    in_terms_of : collection of str, optional
        The only names that it may use: canonical, or an adjoint as it is written in Unicode.
    """
    if in_terms_of is not None:
        allowed = set(in_terms_of)
        stack, others = [e], []
        while stack:
            here = stack.pop()
            if isinstance(here, tree.Partial):
                others.append(write(here, "unicode", WORDS))
            else:
                others += [here.name] if isinstance(here, tree.Name) else []
                stack.extend(children(here))
        more = [n for n in dict.fromkeys(others) if n not in allowed and n not in _CONSTANTS]
        if more:
            return say("form-other-names", names=", ".join(sorted(more)))
    return None if form is None else _FORMS[form](e, wanted)


_CONSTANTS = frozenset({"e", "π", "I", "𝟏"})


def weight(e: tree.Expr) -> int:
    """How many names, numbers and operations an expression has.

    Examples
    --------
    >>> weight(tree.Sum((tree.Name("a"), tree.Name("b"))))
    3
    """
    stack, total = [e], 0
    while stack:
        here = stack.pop()
        inside = children(here)
        total += max(1, len(inside) - 1) if inside else 1
        stack.extend(inside)
    return total


def _simplified(e: tree.Expr, wanted: tree.Expr) -> Message | None:
    if weight(e) <= weight(wanted) + _SLACK:
        return None
    return say("form-not-simplified")


def _factored(e: tree.Expr, wanted: tree.Expr) -> Message | None:
    inner = e.operand if isinstance(e, tree.Negative) else e
    plain = wanted.operand if isinstance(wanted, tree.Negative) else wanted
    if isinstance(inner, tree.Sum) and not isinstance(plain, tree.Sum):
        return say("form-not-factored")
    return None


_FORMS: Mapping[str, Callable[[tree.Expr, tree.Expr], Message | None]] = {
    "simplified": _simplified,
    "factored": _factored,
}
