"""Random programs: what is equal is accepted, and what is refused is shown to differ by NumPy alone."""

from __future__ import annotations

import random

import autograd
import autograd.numpy as np
import pytest

import gradviz as gv
from gradviz.checking.edits import edits
from gradviz.checking.mutants import Mutants
from gradviz.notation import tree, write
from gradviz.notation.walk import rebuild
from gradviz.ops import WORDS
from tests.strategies import make

SEEDS = range(40)


def questions(seed: int):
    """A program, its NumPy twin, and the inputs whose gradients are written in matrix notation."""
    program = make(random.Random(seed), 5)  # noqa: S311
    graph = gv.parse(program.text)
    if graph.shape(graph.output):
        return
    for name in graph.inputs:
        try:
            gradient = graph.gradient(name)
        except KeyError:  # the output does not depend on it
            continue
        if str(gradient) != "0" and not gradient.letters and program.inputs[name] and 1 not in program.inputs[name]:
            yield program, graph, name, gradient.expr


def holder(graph, name):
    from gradviz.api.checking import checker_of

    return checker_of(graph, name, 1)


# Rewriting that changes nothing ------------------------------------------------------------


def reordered(e: tree.Expr) -> tree.Expr:
    e = rebuild(e, reordered)
    if isinstance(e, tree.Sum):
        return tree.Sum(e.items[::-1])
    if isinstance(e, tree.Product) and set(e.operators) == {"⊙"}:
        return tree.Product(e.operands[::-1], e.operators)
    return e


def distributed(e: tree.Expr) -> tree.Expr:
    """``(a + b) ⊙ c`` → ``a ⊙ c + b ⊙ c``, for the first factor that is a sum."""
    e = rebuild(e, distributed)
    if isinstance(e, tree.Product) and isinstance(e.operands[0], tree.Sum) and set(e.operators) == {"⊙"}:
        terms = []
        for item in e.operands[0].items:
            inner = item.operand if isinstance(item, tree.Negative) else item
            term: tree.Expr = tree.Product((inner, *e.operands[1:]), e.operators)
            terms.append(tree.Negative(term) if isinstance(item, tree.Negative) else term)
        return tree.Sum(tuple(terms))
    return e


def twice_turned(e: tree.Expr) -> tree.Expr:
    return tree.Transpose(tree.Transpose(e))


def halved(e: tree.Expr) -> tree.Expr:
    half = tree.Product((tree.Number(1), tree.Number(2)), ("/",))
    return tree.Sum((tree.Product((half, e), ("·",)), tree.Product((half, e), ("·",))))


def spelled(e: tree.Expr) -> tree.Expr:
    """σ written out; tanh by exponentials."""
    e = rebuild(e, spelled)
    if isinstance(e, tree.Call) and e.function == "sigmoid" and not e.order:
        power = tree.Power(tree.Constant("e"), tree.Negative(e.arguments[0]))
        return tree.Product((tree.Number(1), tree.Sum((tree.Number(1), power))), ("/",))
    return e


REWRITES = (reordered, distributed, twice_turned, halved, spelled)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_equal_is_accepted(seed):
    for _, graph, name, expr in questions(seed):
        for change in REWRITES:
            answer = write(change(expr), "unicode", WORDS)
            verdict = graph.check(name, answer, seed=1)
            assert verdict.ok, (name, answer, str(verdict))
            assert "problem" not in verdict.evidence


# Slips -----------------------------------------------------------------------------------


def numeric(program, name, witness):
    """The gradient by autograd, at a witness."""
    inputs = {
        n: np.array(witness[n], dtype=float).reshape(s) if s else float(witness[n]) for n, s in program.inputs.items()
    }
    return np.asarray(autograd.grad(program.after(name, inputs))(inputs[name]))


@pytest.mark.parametrize("seed", SEEDS)
def test_slips_are_refused_with_a_witness(seed):
    rng = random.Random(seed)  # noqa: S311
    for program, graph, name, expr in questions(seed):
        checker = holder(graph, name)
        names = Mutants(checker).others
        slips = list(edits(expr, names))
        for edit in rng.sample(slips, min(len(slips), 6)):
            answer = write(edit.whole, "unicode", WORDS)
            verdict = graph.check(name, answer, seed=1)
            assert "problem" not in verdict.evidence, verdict.evidence
            if verdict.status == "unequal_proved" and verdict.witness:
                confirm(program, graph, name, answer, verdict)
            elif verdict.ok:
                confirm_equal(program, graph, name, answer)
            else:
                assert verdict.status in ("unequal_proved", "invalid"), (answer, str(verdict))


def value(graph, name, answer, at):
    """The answer in numbers: as the gradient of an inner product, by another way than check goes."""
    text = f"{graph.program.source.text}\nanswer_ = {answer}"
    return gv.parse(text, of="answer_").explain(at=at, wrt=()).values["answer_"]


def confirm(program, graph, name, answer, verdict):
    witness = verdict.witness
    right = numeric(program, name, witness)
    try:
        mine = np.asarray(value(graph, name, answer, witness))
    except gv.GradvizError:
        return  # two readings, which a program refuses
    if not np.isfinite(right).all():
        return
    gap = np.abs(np.broadcast_to(mine, right.shape) - right)
    assert not (gap <= 1e-12 * (1 + np.abs(right))).all(), (answer, mine, right)


def confirm_equal(program, graph, name, answer):
    generator = np.random.RandomState(3)
    for _ in range(2):
        at = {n: generator.uniform(-1, 1, s) if s else generator.uniform(-1, 1) for n, s in program.inputs.items()}
        right = numeric(program, name, at)
        try:
            mine = np.asarray(value(graph, name, answer, at))
        except gv.GradvizError:
            return
        assert np.allclose(mine, right, rtol=1e-6, atol=1e-8), (answer, mine, right)
