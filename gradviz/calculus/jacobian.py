"""Jacobians of any stage by anything before it, and second derivatives of the output."""

from __future__ import annotations

from dataclasses import replace

from gradviz import terms as t
from gradviz.calculus.differentiate import differentiate
from gradviz.calculus.gradients import Gradients, Written
from gradviz.calculus.indexed import write_entry
from gradviz.calculus.links import ADJOINT
from gradviz.calculus.sweep import sweep
from gradviz.graph import Dag

SECOND = "∇"


def jacobian(dag: Dag, of: str, by: str, *, indexed: bool = False) -> Written:
    """All derivatives of the entries of one stage by the entries of another name.

    Its axes are those of the stage, then those of what it is taken by.

    Parameters
    ----------
    dag : Dag
    of, by : str
        Names of the graph.
    indexed : bool
        Write one entry with its indices, even where there is a matrix form.
    """
    gradients = Gradients(replace(dag, output=of))
    stage = gradients.links.reader.indices(dag.position(of))
    position = dag.position(by)
    if position == dag.position(of):
        places = gradients.links.reader.indices(position)
        term = t.mul(*(t.delta(s, p) for s, p in zip(stage, places, strict=True)))
    else:
        adjoint = gradients.adjoint(position)
        form = adjoint.forward or adjoint.by_later
        places = form.indices
        term = form.term
        if stage:
            term = gradients.simplify(differentiate(gradients.resolved(term), ADJOINT, stage))
    axes = (*stage, *places)
    term = _apart(term, axes)
    if indexed:
        term = gradients.simplify(term)
        e, letters = write_entry(term, axes, gradients.named)
        return Written(axes, term, e, letters)
    return gradients.written(axes, term)


def _apart(term: t.Term, axes: tuple[t.Index, ...]) -> t.Term:
    """Summands with a delta apart from the others, each read at the earlier of the delta's two indices."""
    if isinstance(term, t.Add):
        return t.add(*(_apart(x, axes) for x in term.terms))
    factors = term.factors if isinstance(term, t.Mul) else (term,)
    for n, f in enumerate(factors):
        if isinstance(f, t.Add) and any(isinstance(d, t.Delta) for x in f.terms for d in t.subterms(x)):
            others = [*factors[:n], *factors[n + 1 :]]
            return t.add(*(_apart(t.mul(*others, x), axes) for x in f.terms))
    for f in factors:
        if isinstance(f, t.Delta) and f.left in axes and isinstance(f.right, t.Index) and f.right in axes:
            first, second = sorted((f.left, f.right), key=axes.index)
            return t.mul(*(x if x is f else t.rename(x, {second: first}) for x in factors))
    return term


def hessian(dag: Dag, by: str) -> Written:
    """The second derivatives of a scalar output by the entries of one name: the Jacobian of its gradient."""
    swept = sweep(dag.nodes, dag.root)
    position = dag.position(by)
    adjoint = swept.adjoints.get(position)
    if adjoint is None or (adjoint < swept.forward and not swept.nodes[adjoint].inputs):
        indices = Gradients(dag).links.reader.indices(position)
        other = Gradients(dag).links.reader.indices(position)
        return Gradients(dag).written((*indices, *other), t.ZERO)
    second = replace(dag, nodes=swept.nodes, names={**dag.names, SECOND: adjoint}, output=SECOND)
    return jacobian(second, SECOND, by)
