"""Slips in indices: what an answer by entries would be with another letter at one place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gradviz.checking.reading import Reading
from gradviz.checking.verdict import Mistake, Spelled
from gradviz.messages import GradvizError, say
from gradviz.notation import tree
from gradviz.notation.walk import children, rebuild

if TYPE_CHECKING:
    from gradviz.checking.diagnose import Diagnoser

_MOST = 40


def of_indices(diagnoser: Diagnoser, reading: Reading) -> tuple[Mistake, ...]:
    """What an answer by entries has to have for another index, so that it is right; nothing where that is not all.

    Parameters
    ----------
    diagnoser : Diagnoser
    reading : Reading
    """
    checker = diagnoser.checker
    for n, (old, new, whole) in enumerate(_changed(reading.expr, reading.letters)):
        if n == _MOST:
            break
        try:
            node = checker.nodes(whole, checker.names(whole), "", reading.letters)[0].node
        except GradvizError:
            continue
        if diagnoser.is_right(node):
            said = say("mistake-wrong-index", given=Spelled(old), part=Spelled(new))
            return (Mistake("wrong-index", said, say("hint-wrong-index")),)
    return ()


def _changed(e: tree.Expr, letters: tuple[str, ...]) -> Iterator[tuple[tree.Expr, tree.Expr, tree.Expr]]:
    """Each entry with another letter: the entry, what it becomes, and the whole with it; then wherever it stands."""
    entries = list(dict.fromkeys(x for x in _entries(e)))
    for old in entries:
        for n, i in enumerate(old.indices):
            for letter in letters:
                if isinstance(i, tree.Name) and i.name in letters and i.name != letter:
                    indices = (*old.indices[:n], tree.Name(letter), *old.indices[n + 1 :])
                    new = tree.Entry(old.array, indices)
                    yield old, new, _put(e, old, new)


def _entries(e: tree.Expr) -> Iterator[tree.Entry]:
    if isinstance(e, tree.Entry):
        yield e
    for child in children(e):
        yield from _entries(child)


def _put(e: tree.Expr, old: tree.Expr, new: tree.Expr) -> tree.Expr:
    if e == old:
        return new
    return rebuild(e, lambda x: _put(x, old, new)) if children(e) else e
