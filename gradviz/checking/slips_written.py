"""Slips in the final forms of an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gradviz.checking.edits import Edit, edits, without
from gradviz.checking.showing import positive
from gradviz.checking.slips_chained import OTHERS
from gradviz.checking.verdict import Spelled
from gradviz.messages import say
from gradviz.notation import read_expression, tree
from gradviz.notation.walk import children, rebuild, substitute, within
from gradviz.ops import OPERATIONS, WORDS

if TYPE_CHECKING:
    from gradviz.checking.mutants import Mutant, Mutants

_OPENED = 2
"""How much farther a slip is in a form that spells a stage out."""
MOST = 400
"""Slips that are tried in one form."""


def of_trees(m: Mutants) -> Iterator[Mutant]:
    """Slips in the final forms."""
    for count, form in enumerate(m.forms):
        farther = _OPENED if count >= m.short_forms else 0
        for n, edit in enumerate(edits(form, m.others)):
            if n > MOST:
                break
            values = m.read(edit.whole)
            if values is not None:
                if edit.mistake == "missing-term":
                    m.dropped.append((edit.old, values))
                made = of_edit(m, edit, values)
                yield replace(made, cost=made.cost + farther) if farther else made
        yield from of_functions(m, form)
        yield from of_slopes(m, form)


def of_functions(m: Mutants, form: tree.Expr) -> Iterator[Mutant]:
    """Another function's derivative wherever that of a stage stands: ``h(1 − h)`` for ``1 − h²``."""
    for name in m.dag.stages:
        node = m.dag.nodes[m.dag.names[name]]
        before = m.dag.nodes[node.inputs[0]].name if node.inputs else ""
        if node.op not in OTHERS or not before:
            continue
        own = _slope(m, node.op, name, before)
        if own not in within(form):
            continue
        local = Spelled(tree.Partial(tree.Name(name), tree.Name(before)))
        for other in OTHERS:
            given = _slope(m, other, name, before)
            values = None if given == own else m.read(_replaced(form, own, given))
            if values is not None:
                word = OPERATIONS[other].word
                function = other if word is None else word.unicode
                parts = {"given": Spelled(given), "function": function, "local": local, "part": Spelled(own)}
                said, hint = say("mistake-other-activation", **parts), say("hint-wrong-derivative", local=local)
                yield m.mutant("wrong-derivative", values, said, hint)


def of_slopes(m: Mutants, form: tree.Expr) -> Iterator[Mutant]:
    """The whole of a function's derivative left out where it is several factors: ``a(1 − a)``."""
    for name in m.dag.stages:
        node = m.dag.nodes[m.dag.names[name]]
        if node.op not in OTHERS or "{v}" in OTHERS[node.op][0]:
            continue
        own = _slope(m, node.op, name, name)
        for product in {x for x in within(form) if isinstance(x, tree.Product)}:
            if not isinstance(own, tree.Product) or not set(own.operands) < set(product.operands):
                continue
            rest: tree.Expr = product
            for factor in own.operands:
                rest = without(rest, rest.operands.index(factor)) if isinstance(rest, tree.Product) else rest
            values = m.read(_replaced(form, product, rest))
            if values is not None:
                said = say("mistake-missing-factor", part=Spelled(own))
                yield m.mutant("missing-factor", values, said, say("hint-missing-factor"))


def _slope(m: Mutants, function: str, name: str, before: str) -> tree.Expr:
    """A function's derivative in the names of a stage and of what it acts on."""
    names = {"u": tree.Name(name), "v": tree.Name(before)}
    return substitute(read_expression(OTHERS[function][0].format(u="u", v="v"), WORDS, names), names)


def _replaced(e: tree.Expr, old: tree.Expr, new: tree.Expr) -> tree.Expr:
    if e == old:
        return new
    return rebuild(e, lambda x: _replaced(x, old, new)) if children(e) else e


def of_edit(m: Mutants, edit: Edit, values: tuple[Any, ...]) -> Mutant:
    """What a slip in the final form is called."""
    old = Spelled(edit.old)
    new = "" if edit.new is None else Spelled(edit.new)
    kind = edit.mistake
    if kind == "missing-constant":
        return m.mutant("constant-factor", values, say("mistake-missing-factor", part=old), say("hint-constant-factor"))
    if kind == "missing-divisor" and m.is_mean(edit.old):
        return m.mutant("missing-mean", values, say("mistake-missing-mean", part=f"1/{old}"), say("hint-missing-mean"))
    if kind == "missing-divisor":
        said = say("mistake-missing-divisor", part=old)
        return m.mutant("missing-factor", values, said, say("hint-missing-factor"), "", 1)
    if kind == "missing-factor" and m.is_mean(edit.old):
        return m.mutant("missing-mean", values, say("mistake-missing-mean", part=old), say("hint-missing-mean"))
    if kind == "inverted-factor":
        return m.mutant("extra-factor", values, say("mistake-inverted-factor", part=old), say("hint-inverted-factor"))
    if kind == "missing-term" and m.is_regulariser(edit.old):
        by = Spelled(tree.Name(m.checker.target.by))
        said = say("mistake-regulariser", output=m.dag.output, by=by, part=positive(edit.old))
        return m.mutant(kind, values, said, say("hint-regulariser", output=m.dag.output, by=by))
    if kind in ("missing-term", "term-sign") and edit.inside is not None:
        told = {"part": positive(edit.old), "whole": Spelled(edit.inside)}
        return m.mutant(kind, values, say(f"mistake-{kind}-in", **told), say(f"hint-{kind}"))
    if kind == "missing-term":
        return m.mutant(kind, values, say("mistake-missing-term", part=positive(edit.old)), say("hint-missing-term"))
    if kind == "missing-inverse":
        said = say("mistake-missing-inverse", part=old)
        return m.mutant("wrong-derivative", values, said, say("hint-missing-inverse"))
    if kind == "transposed":
        return m.mutant(kind, values, say("mistake-transposed-part", part=old), say("hint-transposed"))
    if kind == "wrong-variable":
        kind = m.kind_of_name(edit)
    if kind == "wrong-derivative" and edit.new is not None:
        said = say("mistake-wrong-variable", given=new, part=old)
        return m.mutant(kind, values, said, say("hint-wrong-derivative", local=m.checker.name))
    return m.mutant(kind, values, say(f"mistake-{kind}", part=old, given=new), say(f"hint-{kind}"))
