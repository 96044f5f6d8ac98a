"""Slips in the chain rule: in a local derivative, at a place where paths meet, or by stopping half way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from gradviz.checking.derivatives import derivative
from gradviz.checking.edits import edits
from gradviz.checking.paths import Paths, Step
from gradviz.checking.showing import positive
from gradviz.checking.verdict import Spelled
from gradviz.equality.sample import Sample
from gradviz.messages import say
from gradviz.notation import tree
from gradviz.ops import OPERATIONS
from gradviz.ops.derivatives import DERIVATIVES
from gradviz.ops.shapes import core

if TYPE_CHECKING:
    from gradviz.checking.mutants import Mutant, Mutants


def of_links(m: Mutants, paths: Paths) -> Iterator[Mutant]:
    """One local derivative left out, taken twice, or wrong."""
    for step in paths.steps:
        if step.local is None:
            yield from of_whole_link(m, paths, step)
            continue
        of, by = (Spelled(tree.Name(m.dag.nodes[i].name)) for i in (step.stage, step.operand))
        if not (of.unicode and by.unicode):
            continue
        name = Spelled(tree.Partial(of.expr, by.expr))
        local = Spelled(step.local)
        told = f"{name} = {local}"
        key = (step.stage, step.operand)
        if core(m.dag.nodes[step.stage].shape) == core(m.dag.nodes[step.operand].shape):
            left_out = [paths.gradient(s, {key: lambda g, passed: g}) for s in m.samples]
            said = say("mistake-missing-local", local=name, part=local, of=of, by=by)
            yield m.mutant("missing-factor", left_out, said, say("hint-missing-local", of=of, by=by), told)
        value = m.read_plain(step.local, step.operand)
        if value is not None:
            squared = changed(m, paths, key, [np.asarray(v) ** 2 for v in value])
            said = say("mistake-squared-factor", part=f"{name} = {local}")
            yield m.mutant("squared-factor", squared, said, say("hint-squared-factor"), told)
        for form in (step.local, step.own):
            if form is not None:
                yield from of_local(m, paths, step, form, name)
        yield from other_functions(m, paths, step, name, local, told)


def of_whole_link(m: Mutants, paths: Paths, step: Step) -> Iterator[Mutant]:
    """A link left out that does not multiply entry by entry: the adjoint of p where that of z belongs."""
    stage, operand = (m.dag.nodes[i] for i in (step.stage, step.operand))
    if not (stage.name and operand.name) or core(stage.shape) != core(operand.shape):
        return
    of, by = (Spelled(tree.Name(node.name)) for node in (stage, operand))
    made = [paths.gradient(s, {(step.stage, step.operand): lambda g, passed: g}) for s in m.samples]
    local = Spelled(tree.Partial(of.expr, by.expr))
    said = say("mistake-missing-link", local=local, of=of, by=by)
    yield m.mutant("missing-factor", made, said, say("hint-missing-local", of=of, by=by))
    if stage.op != "softmax":
        return
    key = (step.stage, step.operand)
    slopes = [_diagonal(m.ground.float_of(s, step.stage)) for s in m.samples]
    part = OTHERS["sigmoid"][0].format(u=of)
    alone = changed(m, paths, key, slopes)
    said = say("mistake-diagonal-link", local=local, part=part)
    yield m.mutant("wrong-derivative", alone, said, say("hint-wrong-derivative", local=local))
    again = []
    for sample, slope in zip(m.samples, slopes, strict=True):
        again.append(paths.gradient(sample, {key: lambda _, passed, v=slope: passed * v}))  # type: ignore[misc]
    yield m.mutant("extra-factor", again, say("mistake-extra-factor", part=part), say("hint-extra-factor"))


def _diagonal(u: Any) -> Any:
    """The diagonal of the derivative of softmax."""
    return u * (1 - np.asarray(u))


def changed(m: Mutants, paths: Paths, key: tuple[int, int], local: Iterable[Any]) -> list[Any]:
    """The gradient with another local derivative on one link."""
    made = []
    for sample, value in zip(m.samples, local, strict=True):
        with np.errstate(all="ignore"):
            made.append(paths.gradient(sample, {key: lambda g, _, v=value: g * v}))  # type: ignore[misc]
    return made


def of_local(m: Mutants, paths: Paths, step: Step, form: tree.Expr, name: Spelled) -> Iterator[Mutant]:
    """Slips in one local derivative."""
    key = (step.stage, step.operand)
    local = Spelled(form)
    told = f"{name} = {local}"
    for edit in edits(form, m.others):
        value = m.read_plain(edit.whole, step.operand)
        if value is None:
            continue
        made = changed(m, paths, key, value)
        old, new = Spelled(edit.old), "" if edit.new is None else Spelled(edit.new)
        kind = edit.mistake
        if kind == "term-sign":
            said = say("mistake-local-sign", part=old, local=name)
            yield m.mutant("term-sign", made, said, say("hint-local-sign", local=name), told)
        elif kind == "wrong-variable":
            kind = m.kind_of_name(edit)
            said = say(f"mistake-{kind}", part=f"{old} ({told})", given=new)
            yield m.mutant(kind, made, said, say(f"hint-{kind}"), told)
        elif kind in ("missing-factor", "missing-term", "missing-constant", "missing-divisor"):
            said = say("mistake-missing-in-local", part=positive(edit.old), local=told)
            more = int(kind == "missing-divisor")
            kind = {"missing-constant": "constant-factor", "missing-divisor": "missing-factor"}.get(kind, kind)
            yield m.mutant(kind, made, said, say("hint-missing-in-local", local=name), told, more)
        elif kind in ("wrong-derivative", "inverted-factor"):
            given = Spelled(edit.whole)
            said = say("mistake-wrong-derivative", local=name, part=local, given=given)
            yield m.mutant("wrong-derivative", made, said, say("hint-local", local=name), told)


def other_functions(m: Mutants, paths: Paths, step: Step, name: Spelled, local: Spelled, told: str) -> Iterator[Mutant]:
    """Another activation's derivative."""
    node = m.dag.nodes[step.stage]
    own = DERIVATIVES.get(node.op, ())
    key = (step.stage, step.operand)
    spelled = m.activates(step.operand, step.stage)
    if not spelled and len(own) != 1:
        return
    before = step.operand if spelled else node.inputs[0]
    given_local = m.read_plain(step.local, step.operand) if step.local is not None else None
    points = [(m.ground.float_of(s, step.stage), m.ground.float_of(s, before)) for s in m.samples]
    for function, (text, slope) in OTHERS.items():
        if function == node.op:
            continue
        with np.errstate(all="ignore"):
            value: list[Any] = [slope(u, v) for u, v in points]
            if _is_constant(value):
                continue
            if not spelled and node.op in OTHERS and given_local is not None:
                mine = [OTHERS[node.op][1](u, v) for u, v in points]
                value = [g * x / y for g, x, y in zip(given_local, value, mine, strict=True)]
            elif not spelled:
                return
            made = changed(m, paths, key, value)
        word = OPERATIONS[function].word
        assert word is not None
        yield m.mutant(
            "wrong-derivative",
            made,
            say(
                "mistake-other-activation",
                given=text.format(u=Spelled(tree.Name(node.name)), v=_called(m, before)),
                function=word.unicode,
                local=name,
                part=local,
            ),
            say("hint-wrong-derivative", local=name),
            told,
        )


def _called(m: Mutants, position: int) -> str:
    name = m.dag.nodes[position].name
    return str(Spelled(tree.Name(name))) if name else "v"


def _sigmoid(v: Any) -> Any:
    return 1 / (1 + np.exp(-np.asarray(v)))


def _is_constant(slopes: list[Any]) -> bool:
    """Whether a derivative is one number at all points: those are on one side of a kink, and say nothing of it."""
    flat = np.concatenate([np.ravel(v) for v in slopes])
    return bool((flat == flat[0]).all())


OTHERS: Mapping[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "sigmoid": ("{u}(1 − {u})", lambda u, v: u * (1 - np.asarray(u))),
    "tanh": ("1 − {u}²", lambda u, v: 1 - np.asarray(u) ** 2),
    "relu": ("𝟙[{v} > 0]", lambda u, v: np.where(np.asarray(v) > 0, 1.0, 0.0)),
    "exp": ("{u}", lambda u, v: u),
    "sin": ("cos {v}", lambda u, v: np.cos(v)),
    "cos": ("−sin {v}", lambda u, v: -np.sin(v)),
    "softplus": ("σ({v})", lambda u, v: _sigmoid(v)),
}
"""Derivatives that are taken for one another: as written in the result u and the operand v, and their values."""


def of_paths(m: Mutants, paths: Paths) -> Iterator[Mutant]:
    """A path left out, or paths multiplied."""
    for operand in paths.stages:
        links = [s for s in paths.steps if s.operand == operand]
        if len(links) < 2 or not m.dag.nodes[operand].name:
            continue
        by = Spelled(tree.Name(m.dag.nodes[operand].name))
        for link in links:
            key = (link.stage, operand)
            made = [paths.gradient(s, {key: lambda g, passed: passed * 0.0}) for s in m.samples]
            if link.stage == m.dag.root and operand == paths.target:
                local = "…" if link.local is None else Spelled(link.local)
                said = say("mistake-regulariser", output=m.dag.output, by=by, part=local)
                hint = say("hint-regulariser", output=m.dag.output, by=by)
                yield m.mutant("missing-term", made, said, hint)
                continue
            through = Spelled(tree.Name(m.dag.nodes[link.stage].name))
            kind = "mistake-missing-path" if link.stage != m.dag.root else "mistake-missing-direct"
            said = say(kind, by=by, output=m.dag.output, count=len(links), through=through)
            yield m.mutant("missing-path", made, said, say("hint-missing-path", by=by, output=m.dag.output))
        if operand == paths.target:
            parts = [
                [paths.gradient(s, {(o.stage, operand): _nothing for o in links if o is not link}) for s in m.samples]
                for link in links
            ]
            product = [np.prod(np.stack([np.asarray(p[i]) for p in parts]), axis=0) for i in range(len(m.samples))]
        else:
            product = [_multiplied(paths, s, [(link.stage, operand) for link in links]) for s in m.samples]
        said = say("mistake-multiplied-paths", count=len(links), by=by)
        yield m.mutant("multiplied-paths", product, said, say("hint-multiplied-paths"))


def _multiplied(paths: Paths, sample: Sample, links: list[tuple[int, int]]) -> Any:
    """The gradient where what several links pass on to one place is multiplied."""
    parts: list[Any] = []

    def keep(_: Any, passed: Any) -> Any:
        parts.append(passed)
        return passed

    paths.gradient(sample, dict.fromkeys(links, keep))
    product = np.prod(np.stack([np.asarray(p) for p in parts]), axis=0)
    changes: dict[tuple[int, int], Callable[[Any, Any], Any]] = dict.fromkeys(links, _nothing)
    changes[links[-1]] = lambda _, passed: product
    return paths.gradient(sample, changes)


def of_derivative(m: Mutants) -> Iterator[Mutant]:
    """For a local derivative: another activation's."""
    target = m.checker.target
    of, by = m.dag.names[target.of], m.dag.names[target.by]
    if core(m.dag.nodes[of].shape) or not (m.activates(by, of) or list(m.room.gradients.links.of(of)) == [by]):
        return
    name, local = Spelled(target.expr), Spelled(m.checker.wanted.expr)
    points = [(m.ground.float_of(s, of), m.ground.float_of(s, by)) for s in m.samples]
    for function, (text, slope) in OTHERS.items():
        word = OPERATIONS[function].word
        assert word is not None
        given = text.format(u=Spelled(tree.Name(target.of)), v=Spelled(tree.Name(target.by)))
        said = say("mistake-other-activation", given=given, function=word.unicode, local=name, part=local)
        values = [slope(u, v) for u, v in points]
        if _is_constant(values):
            continue
        yield m.mutant("wrong-derivative", values, said, say("hint-wrong-derivative", local=name))


def unfinished(m: Mutants) -> Iterator[Mutant]:
    """The adjoint of a later stage, a local derivative alone, or the first derivative where the second is asked for."""
    yield from _first(m)
    if m.paths is None:
        return
    target = Spelled(m.checker.target.expr)
    for stage in m.paths.stages:
        name = m.dag.nodes[stage].name
        if not name or stage in (m.paths.target, m.dag.root):
            continue
        reached = Spelled(tree.Partial(tree.Name(m.dag.output), tree.Name(name)))
        values = m.values(m.ground.swept.adjoints[stage])
        said = say("mistake-unfinished", reached=reached, target=target)
        yield m.mutant("unfinished", values, said, say("hint-unfinished"))
    for step in m.paths.steps:
        of, by = (m.dag.nodes[i].name for i in (step.stage, step.operand))
        if step.local is None or not (of and by) or step.stage == m.dag.root:
            continue
        local = m.read_plain(step.local, step.operand)
        if local is not None:
            reached = Spelled(tree.Partial(tree.Name(of), tree.Name(by)))
            adjoint = Spelled(tree.Partial(tree.Name(m.dag.output), tree.Name(of)))
            said = say("mistake-only-local", reached=reached, adjoint=adjoint)
            yield m.mutant("unfinished", local, said, say("hint-unfinished"))


def _first(m: Mutants) -> Iterator[Mutant]:
    """For a second derivative: the first one."""
    asked = m.checker.target
    for by in dict.fromkeys((asked.by, asked.second)) if asked.kind == "hessian" else ():
        first = derivative(m.ground, m.dag.names[asked.of], m.dag.names[by])
        if first is not None:
            reached = Spelled(tree.Partial(tree.Name(asked.of), tree.Name(by)))
            said = say("mistake-first-derivative", reached=reached, target=m.checker.name)
            yield m.mutant("unfinished", m.values(first), said, say("hint-unfinished"))


def _nothing(adjoint: Any, passed: Any) -> Any:
    return passed * 0.0
