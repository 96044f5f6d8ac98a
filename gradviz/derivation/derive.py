"""From ∂L/∂W₂ to (ŷ − y) h₁: the steps.

One local derivative is placed at a time, in the person's own form; then the product is written shorter, with the names
that the person gave. Where the graph is deep or branches, the way is cut at adjoints, one chapter for each (``delta``);
or each path is unrolled up to the output (``chain``); or all is said entry by entry (``index``).
"""

from __future__ import annotations

from functools import partial

from gradviz.calculus.gradients import Gradients
from gradviz.calculus.written import Written
from gradviz.derivation.by_entries import ByEntries
from gradviz.derivation.by_paths import ByPaths
from gradviz.derivation.cuts import count_paths
from gradviz.derivation.expansion import Open
from gradviz.derivation.placing import text
from gradviz.derivation.step import Line
from gradviz.messages import UsageError, say

STYLES = ("delta", "chain", "index")
MOST_PATHS = 64
"""Paths that a derivation unrolls."""


def derive(
    gradients: Gradients,
    target: int,
    plain: Gradients | None = None,
    *,
    style: str = "delta",
    final: Written | None = None,
    open_: Open | None = None,
) -> tuple[Line, ...]:
    """The lines of the derivation of one adjoint, unchecked.

    Parameters
    ----------
    gradients : Gradients
        Of the graph; its links are the local derivatives that are placed.
    target : int
        Position of an input or a stage.
    plain : Gradients, optional
        Of the graph without unnamed operations as stages: its form of the gradient is what the derivation ends in.
    style : str
        One of `STYLES`.
    final : Written, optional
        For the Jacobian of an array, the form that it is given in; the style is then ``"index"``.
    open_ : callable, optional
        Gives the gradients of the graph with more operations as stages, where somebody keeps them.

    Raises
    ------
    UsageError
        More paths than anybody reads lead to the output, and each was to be unrolled.
    """
    plain = plain or gradients
    apart = target != gradients.dag.root and bool(gradients.contributions(target))
    if final is not None:
        found = ByEntries(gradients, plain, final)
        return tuple(found.lines(target) if apart else found.trivial(target))
    adjoint = plain.adjoint(target)  # first of all: how a sum is written is not to depend on what was asked for before
    unrolled = style == "chain"
    if unrolled:
        count = count_paths(gradients, target)
        if count > MOST_PATHS:
            name = gradients.dag.nodes[target].name
            raise UsageError(say("too-many-paths", name=name, output=gradients.dag.output, count=count))
    derivation = ByPaths(gradients, plain, open_ or partial(Gradients, gradients.dag), unrolled=unrolled)
    by_entries = apart and style == "index"
    lines = tuple((ByEntries(gradients, plain) if by_entries else derivation).lines(target))
    last = lines[-1].step
    best = adjoint.best
    if best.letters or text(last.right) == text(best.expr) or (unrolled and adjoint.forward is None):
        return lines
    closing = derivation.rewritten_as(target, last.left, last.right, best)
    return (*lines, *(line.in_chapter(last.chapter) for line in closing))
