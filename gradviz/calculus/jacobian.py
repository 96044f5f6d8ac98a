"""Jacobians of any stage by anything before it, and second derivatives of the output."""

from __future__ import annotations

from dataclasses import replace

from gradviz import terms as t
from gradviz.calculus.gradients import Gradients
from gradviz.calculus.indexed import write_entry
from gradviz.calculus.layout import turned
from gradviz.calculus.tangents import Tangents, dependents
from gradviz.calculus.written import Written
from gradviz.graph.dag import Dag
from gradviz.messages import UsageError, say


def jacobian(tangents: Tangents, of: str, *, indexed: bool = False, numerator: bool = False) -> Written:
    """All derivatives of the entries of one stage by the entries of another name.

    Its axes are those of the stage, then those of what it is taken by; axes of size one are left out.

    Parameters
    ----------
    tangents : Tangents
        By which name.
    of : str
        The stage.
    indexed : bool
        Write one entry with its indices, even where there is a matrix form.
    numerator : bool
        Give the gradient of a scalar in Jacobian layout: transposed.
    """
    dag = tangents.dag
    stage = dag.position(of)
    if not tangents.parts(stage)[0] and stage != tangents.by:
        return _gradient(dag, of, tangents.by, indexed=indexed, numerator=numerator)
    return _finished(dag, tangents, stage, indexed=indexed)


def _gradient(dag: Dag, of: str, by: int, *, indexed: bool, numerator: bool) -> Written:
    """The derivatives of a scalar: its gradient."""
    gradients = Gradients(replace(dag, output=of))
    if of != dag.output:
        gradients.unname()
    form: Written = gradients.adjoint(by).best
    if numerator:
        form = turned(gradients, form)
    if indexed and form.indices:
        e, letters = write_entry(form.term, form.indices, gradients.named, gradients.letters)
        return Written(form.indices, form.term, gradients.spelled(e), letters)
    return form


def _finished(dag: Dag, tangents: Tangents, node: int, *, indexed: bool) -> Written:
    """The derivative of a node as people read it."""
    found = _read(dag, tangents, node, indexed=indexed)
    e = tangents.gradients.spelled(found.expr)
    return found if e is found.expr else Written(found.indices, found.term, e, found.letters)


def _read(dag: Dag, tangents: Tangents, node: int, *, indexed: bool) -> Written:
    tangent = tangents.of(node)
    axes, term = tangent.axes, tangent.written.term
    shapes = (dag.nodes[node if node >= 0 else ~node].shape, dag.nodes[tangents.by].shape)
    if len(axes) == 1 and (1, axes[0].size) in shapes:
        row = t.index(axes[0].size, row=True)
        return tangents.written((row,), t.rename(term, {axes[0]: row}), indexed=indexed)
    return tangents.written(axes, term, indexed=True) if indexed and axes else tangent.written


def hessian(tangents: Tangents, first: str, *, indexed: bool = False) -> Written:
    """The second derivatives of a scalar output: by the entries of one name, then by those of another or the same.

    Parameters
    ----------
    tangents : Tangents
        By the second name.
    first : str
    indexed : bool
        Write one entry with its indices, even where there is a matrix form.

    Raises
    ------
    UsageError
        One of two different names is computed from the other: it cannot be held fixed while the other moves.
    """
    dag = tangents.dag
    apart(dag, dag.position(first), tangents.by)
    return _finished(dag, tangents, ~dag.position(first), indexed=indexed)


def apart(dag: Dag, first: int, second: int) -> None:
    """Raise `UsageError` where one of two nodes is computed from the other: no second derivative is told by both."""
    if first != second and dependents(dag, min(first, second))[max(first, second)]:
        later, earlier = (dag.nodes[i].name for i in (max(first, second), min(first, second)))
        raise UsageError(say("second-through", later=later, earlier=earlier), hint=say("second-through-hint"))
