"""Slips that are found in the answer itself: one turned round makes it right, in whatever form it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.checking.edits import ONE, TWO, Edit, edits
from gradviz.checking.showing import positive
from gradviz.checking.verdict import Mistake, Spelled
from gradviz.equality import names_in
from gradviz.messages import Message, say
from gradviz.notation import tree
from gradviz.notation.walk import children, rebuild, within

if TYPE_CHECKING:
    from gradviz.checking.diagnose import Diagnoser

MOST = 120
"""Slips that are turned round in one answer."""
_LISTED = 400
_ADDED = 40
_PARTS = 40
_CLOSE = 1e-6

Found = tuple[str, Mistake]


def repaired(d: Diagnoser, e: tree.Expr) -> Iterator[Found]:
    """Which slips explain an answer that no form of what is right explains, with the kind of each."""
    known = list(islice(edits(e, _others(d, e)), _LISTED))
    known.sort(key=lambda edit: edit.mistake == "wrong-variable")
    done = False
    for edit in known[:MOST]:
        told = _TOLD[edit.mistake](d, edit) if edit.mistake in _TOLD and d.is_right_as(edit.whole) else None
        if told is not None:
            yield told
            done = True
    if done:
        return
    for search in (_of_terms, _of_missing, _of_inserted):
        found = list(search(d, e))
        yield from found
        if found:
            return


def _others(d: Diagnoser, e: tree.Expr) -> dict[str, list[str]]:
    """For each name of an answer, those that may belong in its place: of its shape, and those of what is right."""
    own = _right_names(d)
    known = d.mutants.others
    found = {}
    for name in sorted(names_in(e)):
        same = known.get(name, [])
        found[name] = [*same, *(n for n in own if n != name and n not in same)]
    return found


def _right_names(d: Diagnoser) -> list[str]:
    """The names that what is right is written in."""
    return sorted({n for form in d.mutants.forms for n in names_in(form)})


# What a slip turned round is --------------------------------------------------------------------------


def _mistake(kind: str, said: Message, hint: str = "") -> Found:
    return kind, Mistake(kind, said, say(f"hint-{hint or kind}"))


def _sign(_: Diagnoser, edit: Edit) -> Found:
    return _mistake("term-sign", say("mistake-term-sign", part=positive(edit.old)))


def _too_many(_: Diagnoser, edit: Edit) -> Found:
    kind = "constant-factor" if isinstance(edit.old, tree.Number) else "extra-factor"
    return _mistake(kind, say("mistake-extra-factor", part=Spelled(edit.old)), "extra-factor")


def _divided(_: Diagnoser, edit: Edit) -> Found:
    part = Spelled(tree.Product((ONE, edit.old), ("/",)))
    return _mistake("extra-factor", say("mistake-extra-factor", part=part))


def _once(_: Diagnoser, edit: Edit) -> Found | None:
    if isinstance(edit.old, tree.Number):
        return None
    return _mistake("missing-factor", say("mistake-missing-factor", part=Spelled(edit.old)))


def _function(_: Diagnoser, edit: Edit) -> Found | None:
    if edit.new is None:
        return None
    if isinstance(edit.old, tree.Power) and edit.old.exponent == TWO:
        return _mistake("squared-factor", say("mistake-squared-factor", part=Spelled(edit.new)))
    said = say("mistake-wrong-variable", given=Spelled(edit.old), part=Spelled(edit.new))
    return "wrong-derivative", Mistake("wrong-derivative", said, say("hint-wrong-variable"))


def _name(d: Diagnoser, edit: Edit) -> Found | None:
    if edit.new is None:
        return None
    kind = d.mutants.kind_of_name(edit)
    return _mistake(kind, say(f"mistake-{kind}", given=Spelled(edit.old), part=Spelled(edit.new)))


def _inverted(_: Diagnoser, edit: Edit) -> Found:
    return _mistake("extra-factor", say("mistake-inverted-factor", part=Spelled(edit.old)), "inverted-factor")


def _transposed(_: Diagnoser, edit: Edit) -> Found:
    return _mistake("transposed", say("mistake-transposed-part", part=Spelled(edit.old)))


def _order(_: Diagnoser, edit: Edit) -> Found:
    return _mistake("wrong-order", say("mistake-wrong-order", part=Spelled(edit.old)))


_TOLD: dict[str, Callable[[Diagnoser, Edit], Found | None]] = {
    "term-sign": _sign,
    "missing-factor": _too_many,
    "missing-constant": _too_many,
    "missing-divisor": _divided,
    "squared-factor": _once,
    "wrong-derivative": _function,
    "wrong-variable": _name,
    "inverted-factor": _inverted,
    "transposed": _transposed,
    "wrong-order": _order,
}


# Terms --------------------------------------------------------------------------------------------------


def _linear(e: Any, put: Callable[[Any], Any]) -> Iterator[tuple[Any, Callable[[Any], Any]]]:
    """The parts that an expression is proportional to, each with how another one is put in its place."""
    yield e, put
    if isinstance(e, tree.Negative):
        yield from _linear(e.operand, lambda x: put(tree.Negative(x)))
    elif isinstance(e, tree.Product):
        for n, part in enumerate(e.operands):
            if n and e.operators[n - 1] in ("/", "⊘"):
                continue
            before, after = e.operands[:n], e.operands[n + 1 :]
            yield from _linear(part, lambda x, b=before, a=after: put(tree.Product((*b, x, *a), e.operators)))  # type: ignore[misc]
    elif isinstance(e, tree.Sum):
        for part in e.items:
            yield from _linear(part, put)


def _of_terms(d: Diagnoser, e: tree.Expr) -> Iterator[Found]:
    """A term that has a factor too many, or too few."""
    flat = d.flat_of(e)
    if flat is None:
        return
    gap = d.right - flat
    for sum_, put in _linear(e, lambda x: x):
        if not isinstance(sum_, tree.Sum):
            continue
        for term in sum_.items:
            part = d.spread_of(put(term))
            if part is not None and np.isfinite(part).all():
                yield from _of_term(d, str(positive(term)), part, part + gap)


def _of_term(d: Diagnoser, text: str, given: Any, wanted: Any) -> Iterator[Found]:
    """What is said of a term that is given, where another is wanted."""
    there = np.abs(given) > 1e-9
    if not there.any() or (np.abs(wanted[~there]) > 1e-9).any():
        return
    times = wanted[there] / given[there]
    if (np.abs(times - times[0]) <= _CLOSE * abs(times[0])).all():
        if times[0]:
            yield from ((m.mistake, m) for _, m in d.term_factor(text, 1 / float(times[0])))
        return
    for name, row in d.parts:
        values = row[there]
        for kind, ratio, sentence in (
            ("missing-factor", values, "mistake-term-mean"),
            ("extra-factor", 1 / values, "mistake-term-extra-mean"),
        ):
            if (np.abs(times - ratio) <= _CLOSE * np.abs(times) + 1e-12).all():
                yield _mistake(kind, say(sentence, part=text, mean=name))


def _of_missing(d: Diagnoser, e: tree.Expr) -> Iterator[Found]:
    """A term that is missing within a factor."""
    flat = d.flat_of(e)
    if flat is None:
        return
    gap = d.right - flat
    count = 0
    others: list[tree.Expr] = [ONE, *map(tree.Name, _right_names(d))]
    for part, put in _linear(e, lambda x: x):
        if isinstance(part, tree.Number | tree.Transpose | tree.Negative | tree.Product):
            continue
        for other in others:
            count += 1
            if count > _ADDED:
                return
            added = d.spread_of(put(other))
            if added is None or not np.isfinite(added).all():
                continue
            if d.near(added, gap) or d.near(-added, gap):
                yield _missing(other, None if part == e else part)


def _missing(part: tree.Expr, whole: Any) -> Found:
    if whole is None:
        return _mistake("missing-term", say("mistake-missing-term", part=Spelled(part)))
    said = say("mistake-missing-term-beside", part=Spelled(part), whole=Spelled(whole))
    return _mistake("missing-term", said)


def _of_inserted(d: Diagnoser, e: tree.Expr) -> Iterator[Found]:
    """A factor that is missing somewhere."""
    count = 0
    for place, part in _inside(e, ()):
        for name in _right_names(d):
            for sign, before in (("", True), ("", False), ("⊙", True)):
                other = tree.Name(name)
                made = tree.Product((other, part) if before else (part, other), (sign,))
                count += 1
                if count > _ADDED:
                    return
                if d.is_right_as(_replaced(e, place, made)):
                    yield _mistake("missing-factor", say("mistake-missing-factor", part=Spelled(other)))
                    return


def _inside(e: Any, place: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], Any]]:
    """The parts of an expression that are no factors themselves, with the way to each."""
    if isinstance(e, tree.Name | tree.Product | tree.Power | tree.Call | tree.Indicator | tree.Partial):
        yield place, e
    if isinstance(e, tree.Entry | tree.Partial):
        return
    for n, part in enumerate(children(e)):
        inner = _inside(part, (*place, n))
        yield from ((way, x) for way, x in inner if way != (*place, n) or not isinstance(e, tree.Product))


def _replaced(e: Any, place: tuple[int, ...], made: tree.Expr) -> Any:
    """An expression with another part at a place."""
    if not place:
        return made
    turn = iter(range(len(children(e))))
    return rebuild(e, lambda part: _replaced(part, place[1:], made) if next(turn) == place[0] else part)


def parts_of(d: Diagnoser) -> list[tuple[str, Any]]:
    """What may be a factor of a term: names, their norms, and the parts of what is right; with its values."""
    mutants = d.mutants
    found: dict[tree.Expr, None] = {}
    for name, position in mutants.dag.names.items():
        if position != mutants.dag.root:
            found[tree.Name(name)] = None
            if mutants.dag.nodes[position].shape:
                found[tree.Call("norm", (tree.Name(name),))] = None
    for form in mutants.forms:
        for part in within(form):
            if not isinstance(part, tree.Number | tree.Transpose):
                found[part] = None
    made: list[tuple[str, Any]] = []
    for part in list(found)[:_PARTS]:
        values = mutants.read_plain(part)
        flat = None if values is None else d.over_axes(values)
        if flat is not None and np.isfinite(flat).all():
            made.append((str(Spelled(part)), flat))
    return made
