"""Local derivatives as people write them: the derivative of a stage by one thing it is made of."""

from __future__ import annotations

from dataclasses import dataclass

from gradviz import terms as t
from gradviz.calculus.differentiate import differentiate
from gradviz.calculus.gradients import Gradients
from gradviz.calculus.layout import turned
from gradviz.calculus.links import ADJOINT, Link
from gradviz.notation import tree


@dataclass(frozen=True, slots=True)
class Local:
    """A local derivative ∂S/∂P.

    Parameters
    ----------
    expr : tree.Expr
        A scalar, a gradient (scalar by array), the factor of each entry (array by array of the same axes, where the
        Jacobian is diagonal), the Jacobian (vector by vector), or else one entry of it.
    letters : tuple of str
        Indices of the entry: those of S, then those of P; empty where the expression is a whole.
    entrywise : bool
        Whether it is the factor of each entry.
    """

    expr: tree.Expr
    letters: tuple[str, ...] = ()
    entrywise: bool = False


def local_derivative(gradients: Gradients, link: Link, *, numerator: bool = False) -> Local:
    """The local derivative behind a pullback.

    Parameters
    ----------
    gradients : Gradients
        Of the graph: names, and the order in which sums are written.
    link : Link
        The pullback ``Σ_s g[s] ∂S[s]/∂P[p]``; it is linear in ``g``.
    numerator : bool
        Give the derivative of a scalar in Jacobian layout: transposed.
    """
    links = gradients.links
    stage = links.reader.indices(link.stage)
    term = t.freshen(link.term)
    if not stage:
        unit = t.replace(term, {t.Atom(ADJOINT): t.ONE})
        written = gradients.written(link.indices, gradients.simplify(unit))
        if numerator:
            written = turned(gradients, written)
        return Local(written.expr, written.letters)
    jacobian = differentiate(term, ADJOINT, stage)
    factor = _diagonal(jacobian, stage, link.indices)
    if factor is not None:
        # A number that every entry has need not be spread over them.
        axes = link.indices if factor.free else ()
        written = gradients.written(axes, gradients.simplify(factor))
        return Local(written.expr, written.letters, entrywise=True)
    written = gradients.written((*stage, *link.indices), gradients.simplify(jacobian))
    return Local(written.expr, written.letters)


def _diagonal(jacobian: t.Term, stage: tuple[t.Index, ...], operand: tuple[t.Index, ...]) -> t.Term | None:
    """What stands beside the deltas of a diagonal Jacobian."""
    if len(stage) != len(operand):
        return None
    summands = jacobian.terms if isinstance(jacobian, t.Add) else (jacobian,)
    deltas = {t.delta(s, p) for s, p in zip(stage, operand, strict=True)}
    rest = []
    for x in summands:
        factors = t.factors_of(x)
        if not deltas <= set(factors):
            return None
        rest.append(t.rename(t.mul(*(f for f in factors if f not in deltas)), dict(zip(stage, operand, strict=True))))
    return t.add(*rest)
