"""The derivative of a quotient, entry by entry: softmax by the quotient rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from gradviz import terms as t
from gradviz.calculus.differentiate import differentiate
from gradviz.derivation.placing import equation, formula
from gradviz.messages import Message, say
from gradviz.notation import tree
from gradviz.record import record

_TWO = tree.Number(Fraction(2), "2")


@record
class Quotient:
    """One entry of a stage that is a quotient of two things that depend on an operand.

    Parameters
    ----------
    stage, operand : Atom
        One entry of each.
    above, below : Term
    """

    stage: t.Atom
    operand: t.Atom
    above: t.Term
    below: t.Term


@record
class Shown:
    """A line: what it shows, and the same with all derivatives in it known."""

    expr: tree.Expr
    known: tree.Expr
    reason: Message


def quotient(definition: t.Term | None, stage: t.Atom, operand: t.Atom) -> Quotient | None:
    """A stage as a quotient by a sum; None where it is none, or only one part of it depends on the operand.

    Parameters
    ----------
    definition : Term or None
        One entry of the stage.
    stage, operand : Atom
    """
    factors = t.factors_of(definition) if definition is not None else ()
    divisors = [f for f in factors if isinstance(f, t.Pow) and f.exponent == t.number(-1)]
    if len(divisors) != 1 or not isinstance(divisors[0].base, t.Contract):
        return None
    above, below = t.mul(*(f for f in factors if f is not divisors[0])), divisors[0].base
    both = all(any(a.node == operand.node for a in t.atoms(x)) for x in (above, below))
    return Quotient(stage, operand, above, below) if both else None


def quotient_lines(
    found: Quotient, write: Callable[[t.Term], tree.Expr], simplify: Callable[[t.Term], t.Term]
) -> Iterator[Shown]:
    """The quotient rule, both derivatives, the fraction split, and the stage's name for what it says.

    Parameters
    ----------
    found : Quotient
    write : callable
        Writes a term with its indices.
    simplify : callable
    """
    indices = tuple(i for i in found.operand.indices if isinstance(i, t.Index))
    parts = (found.above, found.below)
    slopes = [simplify(differentiate(x, found.operand.node, indices)) for x in parts]
    (above, below), (up, down) = map(write, parts), map(write, slopes)
    by = write(found.operand)
    to_come = [tree.Partial(above, by), tree.Partial(below, by)]
    known = _rule(above, below, up, down)
    whole = equation(write(found.stage), _over(above, below))
    reason = say("since", reason=say("rule-quotient"), equation=formula(whole))
    yield Shown(_rule(above, below, *to_come), known, reason)
    slopes_told = [equation(d, e) for d, e in zip(to_come, (up, down), strict=True)]
    yield Shown(known, known, say("local", equation=formula(*slopes_told)))
    split = tree.Sum((_over(up, below), tree.Negative(_times(_over(above, below), _over(down, below)))))
    yield Shown(split, split, say("split"))
    named = _named(found, slopes)
    if named is not None:
        first, second = map(write, named)
        folded = tree.Sum((first, tree.Negative(second)))
        yield Shown(folded, folded, say("fold", equations=formula(whole)))


def _named(found: Quotient, slopes: list[t.Term]) -> tuple[t.Term, t.Term] | None:
    """Both fractions in the name of the stage: that of ``e^zᵢ δᵢⱼ`` and that of ``e^zᵢ · e^zⱼ``."""
    if len(found.stage.indices) != len(found.operand.indices):
        return None  # by a bias of the rows, say
    up, down = (t.factors_of(s) for s in slopes)
    own = t.factors_of(found.above)
    deltas = [f for f in down if isinstance(f, t.Delta)]
    if len(found.stage.indices) != len(found.operand.indices):
        return None
    there = {
        s: o
        for s, o in zip(found.stage.indices, found.operand.indices, strict=True)
        if isinstance(s, t.Index) and t.delta(s, o) not in deltas
    }
    rest = [f for f in up if f not in own]
    if sorted(map(repr, (*own, *rest))) != sorted(map(repr, up)):
        return None
    if t.mul(*(f for f in down if f not in deltas)) != t.rename(found.above, there):
        return None
    other = t.rename(found.stage, there)
    return t.mul(found.stage, *rest), t.mul(found.stage, other, *deltas)


def _rule(above: tree.Expr, below: tree.Expr, up: tree.Expr, down: tree.Expr) -> tree.Expr:
    """``(u′ v − u v′)/v²``."""
    top = tree.Sum((_times(up, below), tree.Negative(_times(above, down))))
    return _over(top, tree.Power(below, _TWO))


def _times(one: tree.Expr, other: tree.Expr) -> tree.Expr:
    return tree.Product((one, other), ("·",))


def _over(above: tree.Expr, below: tree.Expr) -> tree.Expr:
    return tree.Product((above, below), ("/",))
