"""Forms that a question may ask for: they are judged apart from whether the answer is right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from gradviz.messages import Message, say
from gradviz.notation import tree, write
from gradviz.notation.walk import children, within
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
        if isinstance(here, tree.Call) and here.order:  # σ'(z) is a local derivative that is not worked out
            local.add(write(here, "unicode", WORDS))
        if isinstance(here, tree.Name):
            if here.name in deltas:
                adjoints.add(write(here, "unicode", WORDS))
            elif here.name in names:
                forward.add(here.name)
        stack.extend(children(here))
    return Used(frozenset(forward), frozenset(adjoints), frozenset(local))


def lacks(
    e: tree.Expr,
    wanted: tree.Expr,
    form: str | None,
    in_terms_of: Collection[str] | None,
    known: Collection[str] | None = None,
) -> Message | None:
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
    known : collection of str, optional
        The names that there are: what is none of them is a letter of an index, or Kronecker's delta.
    """
    if in_terms_of is not None:
        allowed = set(in_terms_of)
        stack, others = [e], []
        while stack:
            here = stack.pop()
            if isinstance(here, tree.Partial):
                others.append(write(here, "unicode", WORDS))
            else:
                named = isinstance(here, tree.Name) and (known is None or here.name in known)
                others += [here.name] if named else []  # type: ignore[union-attr]
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
    idle = any(map(_is_idle, within(e))) and not any(map(_is_idle, within(wanted)))
    if not idle and weight(e) <= weight(wanted) + _SLACK:
        return None
    return say("form-not-simplified")


def _factored(e: tree.Expr, wanted: tree.Expr) -> Message | None:
    if not isinstance(_unsigned(wanted), tree.Sum) and isinstance(_unsigned(e), tree.Sum):
        return say("form-not-factored")
    if any(map(has_common_factor, _factors(e))) and not any(map(has_common_factor, _factors(wanted))):
        return say("form-not-factored-inside")
    return None


def _is_idle(e: tree.Expr) -> bool:
    """Whether an operation changes nothing: ``1 x``, ``x/1``, ``x^1``, ``x + 0``, ``x y/y``, ``−(−x)``, ``(Xᵀ)ᵀ``."""
    match e:
        case tree.Power():
            return _is_number(e.exponent, 1)
        case tree.Sum():
            return any(_is_number(_unsigned(item), 0) for item in e.items)
        case tree.Negative() | tree.Transpose():
            return type(e.operand) is type(e)
        case tree.Product():
            above = [x for sign, x in zip(("", *e.operators), e.operands, strict=True) if sign not in _DIVIDING]
            below = [x for sign, x in zip(("", *e.operators), e.operands, strict=True) if sign in _DIVIDING]
            inverse = _is_number(e.operands[0], 1) and e.operators[0] in _DIVIDING  # 1/x
            ones = sum(_is_number(x, 1) for x in e.operands)
            return ones > inverse or any(x in above for x in below)
    return False


_DIVIDING = ("/", "⊘")


def _is_number(e: tree.Expr, value: int) -> bool:
    return isinstance(e, tree.Number) and e.value == value


def _unsigned(e: tree.Expr) -> tree.Expr:
    return e.operand if isinstance(e, tree.Negative) else e


def _factors(e: tree.Expr) -> list[tree.Expr]:
    """What is multiplied in an expression, and what it is divided by; powers by their bases."""
    found: list[tree.Expr] = []
    stack = [e]
    while stack:
        here = stack.pop()
        if isinstance(here, tree.Product):
            stack.extend(reversed(here.operands))
        elif isinstance(here, tree.Negative | tree.Transpose):
            stack.append(here.operand)
        elif isinstance(here, tree.Power):
            stack.append(here.base)
        elif isinstance(here, tree.Big):
            stack.append(here.body)
        else:
            found.append(here)
    return found


def has_common_factor(e: tree.Expr) -> bool:
    """Whether all terms of a sum have a factor in common, which is then not put before it.

    Examples
    --------
    >>> a, b, c = map(tree.Name, "abc")
    >>> has_common_factor(tree.Sum((tree.Product((a, c), ("",)), tree.Product((b, c), ("",)))))
    True
    >>> has_common_factor(tree.Sum((a, tree.Product((b, c), ("",)))))
    False
    """
    if not isinstance(e, tree.Sum):
        return False
    common = set(_factors(e.items[0]))
    for item in e.items[1:]:
        common &= set(_factors(item))
    return any(not _is_number(x, 1) for x in common)


_FORMS: Mapping[str, Callable[[tree.Expr, tree.Expr], Message | None]] = {
    "simplified": _simplified,
    "factored": _factored,
}
