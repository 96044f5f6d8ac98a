"""Slips in the final forms of an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gradviz.checking.edits import Edit, edits
from gradviz.checking.showing import positive
from gradviz.checking.verdict import Spelled
from gradviz.messages import say
from gradviz.notation import tree

if TYPE_CHECKING:
    from gradviz.checking.mutants import Mutant, Mutants

MOST = 400
"""Slips that are tried in one form."""


def of_trees(m: Mutants) -> Iterator[Mutant]:
    """Slips in the final forms."""
    for form in m.forms:
        for n, edit in enumerate(edits(form, m.others)):
            if n > MOST:
                break
            values = m.read(edit.whole)
            if values is not None:
                yield of_edit(m, edit, values)


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
    if kind == "missing-term":
        return m.mutant(kind, values, say("mistake-missing-term", part=positive(edit.old)), say("hint-missing-term"))
    if kind == "transposed":
        return m.mutant(kind, values, say("mistake-transposed-part", part=old), say("hint-transposed"))
    if kind == "wrong-variable":
        kind = m.kind_of_name(edit)
    if kind == "wrong-derivative" and edit.new is not None:
        said = say("mistake-wrong-variable", given=new, part=old)
        return m.mutant(kind, values, said, say("hint-wrong-derivative", local=m.checker.name))
    return m.mutant(kind, values, say(f"mistake-{kind}", part=old, given=new), say(f"hint-{kind}"))
