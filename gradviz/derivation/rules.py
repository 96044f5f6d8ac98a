"""The rules of calculus that a local derivative uses, by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from gradviz.calculus.form import Form, WorkedOut
from gradviz.calculus.gradients import Gradients
from gradviz.calculus.indexed import applied
from gradviz.calculus.links import Link
from gradviz.derivation.step import Formula
from gradviz.graph import Node
from gradviz.messages import Message, say
from gradviz.notation import tree
from gradviz.ops.shapes import core

_MOST = 3
"""Rules that one reason names."""

_Rule: TypeAlias = Callable[[tuple[bool, ...]], str]
"""From which operands lead to what a derivative is taken by, to the kind of a message."""


def _inner(on: tuple[bool, ...]) -> str:
    return "rule-product" if all(on) else "rule-inner"


def _matrix(on: tuple[bool, ...]) -> str:
    return "rule-product" if all(on) else "rule-matrix"


def _product(on: tuple[bool, ...]) -> str:
    return "rule-product" if all(on) else "rule-constant"


def _quotient(on: tuple[bool, ...]) -> str:
    return "rule-quotient" if on[1] else "rule-constant"


def _power(on: tuple[bool, ...]) -> str:
    return "rule-exponent" if on[1] else "rule-power"


def _always(kind: str) -> _Rule:
    return lambda on: kind


_RULES: dict[str, _Rule] = {
    **dict.fromkeys(("add", "sub"), _always("rule-sum")),
    "neg": _always("rule-constant"),
    "mul": _product,
    "div": _quotient,
    "power": _power,
    "sqrt": _always("rule-power"),
    **dict.fromkeys(("matmul", "outer"), _matrix),
    "dot": _inner,
    **dict.fromkeys(("sum", "rowsum", "colsum"), _always("rule-total")),
    **dict.fromkeys(("mean", "rowmean", "colmean"), _always("rule-mean")),
    "einsum": _always("rule-entries"),
    **dict.fromkeys(("read", "concat", "pad"), _always("rule-read")),
    **dict.fromkeys(("reshape", "permute", "flip"), _always("rule-moved")),
    "repeat": _always("rule-copies"),
    "gather": _always("rule-rows"),
    "conv": lambda on: "rule-kernel" if on[1] else "rule-image" if on[0] else "rule-bias",
    "max_pool": _always("rule-largest"),
    **dict.fromkeys(("avg_pool", "global_avg_pool"), _always("rule-windows")),
    "transpose": _always("rule-transpose"),
}
_SILENT = frozenset({"identity", "entry", "stack"})
_SPREAD = frozenset({"add", "sub", "mul", "div"})


def rules(gradients: Gradients, link: Link) -> tuple[Message, ...]:
    """The rules behind a local derivative, the outermost operation's first.

    Parameters
    ----------
    gradients : Gradients
    link : Link
        One stage by one operand.
    """
    return _of_form(*gradients.links.local(link.stage, link.operand))


def all_rules(gradients: Gradients, stage: int, operands: Iterable[int]) -> tuple[Message, ...]:
    """The rules behind the derivative of a stage by several operands at once, none left out."""
    found = [gradients.links.local(stage, j) for j in operands]
    return _all_of_form(found[0][0], tuple(place for _, place in found))


def leaps(gradients: Gradients, stage: int, operand: int) -> bool:
    """Whether a local derivative takes more than one step: more than three rules, or three functions in one another."""
    return _leaps(*gradients.links.local(stage, operand))


@lru_cache(maxsize=4096)
def _leaps(stage: WorkedOut, operand: int) -> bool:
    if len(_all_of_form(stage, (operand,))) > _MOST:
        return True
    nodes = stage.form.nodes
    depths = {operand: 0}
    for i in range(1 + len(stage.form.ranks), len(nodes)):
        below = [depths[j] for j in nodes[i].inputs if j in depths]
        if below:
            depths[i] = max(below) + (nodes[i].op not in _RULES and nodes[i].op not in _SILENT)
    return depths.get(stage.root, 0) >= _MOST


@lru_cache(maxsize=4096)
def _of_form(stage: WorkedOut, operand: int) -> tuple[Message, ...]:
    """The same for all stages of one form."""
    return _all_of_form(stage, (operand,))[:_MOST]


@lru_cache(maxsize=4096)
def _all_of_form(stage: WorkedOut, operands: tuple[int, ...]) -> tuple[Message, ...]:
    found = dict.fromkeys(_rules(stage.form, operands))
    kinds = [m.kind for m in found]
    silent = {"rule-constant"} if "rule-product" in kinds else set()  # it speaks of constants too
    silent |= {"rule-transpose"} if len(kinds) > 1 else set()
    return tuple(m for m in found if m.kind not in silent)


def _rules(form: Form, operands: tuple[int, ...]) -> Iterator[Message]:
    nodes = form.nodes
    inside = range(1 + len(form.ranks), len(nodes))
    leads = set(operands)
    for i in inside:
        if any(j in leads for j in nodes[i].inputs):
            leads.add(i)
    for i in reversed(inside):
        if i in leads:
            yield from _rules_of(nodes[i], tuple(j in leads for j in nodes[i].inputs), nodes)


def _rules_of(node: Node, on: tuple[bool, ...], nodes: tuple[Node, ...]) -> Iterator[Message]:
    rule = _RULES.get(node.op)
    if rule is not None:
        kind = rule(on)
        yield say("rule-inner" if kind == "rule-matrix" and not core(node.shape) else kind)
    elif node.op not in _SILENT:
        yield say("rule-function", function=Formula((_example(node.op, len(node.inputs)),)))
    shape = core(node.shape)
    if node.op in _SPREAD and any(o and core(nodes[j].shape) != shape for o, j in zip(on, node.inputs, strict=True)):
        yield say("rule-broadcast")


def function_rule(kind: str, function: str | None = None) -> Message:
    """A rule by the kind of its message; for a function's derivative, with the function."""
    return say(kind) if function is None else say(kind, function=Formula((_example(function, 1),)))


def _example(op: str, count: int) -> tree.Expr:
    """A function as sentences show it: ``σ(v)``, ``‖v‖²``."""
    operands = tuple(map(tree.Name, "v" if count == 1 else "abcdef"[:count]))
    if op == "sqnorm":
        return tree.Power(tree.Call("norm", operands), tree.Number(Fraction(2), "2"))
    return tree.Inverse(operands[0]) if op == "inv" else applied(op, operands)
