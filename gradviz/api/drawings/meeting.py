"""Paths that meet inside one stage: it adds several things that depend on one operand, as a residual block does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gradviz import terms as t
from gradviz.calculus.form import LocalLink
from gradviz.calculus.gradients import Gradients
from gradviz.calculus.links import ADJOINT, Link
from gradviz.graph import Node
from gradviz.ops.shapes import core

_PASSED = {"add": (1, 1), "sub": (1, -1), "neg": (-1, -1)}
"""Operations that hand the gradient on to their operands: its sign at the first of them, and at the others."""


@dataclass(frozen=True)
class Way:
    """One way from a stage back to an operand.

    Parameters
    ----------
    place : int
        Of the operand in the stage.
    link : Link
        The pullback along this way, in the stage's gradient.
    by : Gradients
        Those that the link's term is written in.
    through : int or None
        The summand of the stage that it goes through, where there are several such ways; None where it is the only one.
    sign : int
        Of the summand.
    """

    place: int
    link: Link
    by: Gradients
    through: int | None = None
    sign: int = 1

    @property
    def inner(self) -> Link:
        """What leads from the summand to the operand; the whole link where there is no summand, or nothing between."""
        if self.through is None or self.direct:
            return self.link
        return self.by.links.of(self.through)[self.link.operand]

    @property
    def direct(self) -> bool:
        """Whether the operand is a summand itself."""
        return self.through == self.link.operand


def ways(place: int, link: Link, by: Gradients, opened: Callable[[frozenset[int]], Gradients]) -> list[Way]:
    """The ways from a stage back to one operand: several where the operand stands in several summands of the stage.

    They are told apart where the operand is a summand itself, as in ``x + f(x)``, or where the stage's gradient stands
    in several terms of the sum; else one local derivative says it all, and rules of calculus are its reasons.

    Parameters
    ----------
    place : int
        Of the operand in the stage.
    link : Link
    by : Gradients
    opened : callable
        Gives gradients in which unnamed operations are stages.
    """
    one = [Way(place, link, by)]
    if len(link.form.paths) < 2 or link.stage == by.dag.root:
        return one
    nodes = by.dag.nodes
    summands = list(_summands(nodes, link.stage, by.links.generators))
    if len(dict(summands)) < len(summands) or any(
        core(nodes[i].shape) != core(nodes[link.stage].shape) for i, _ in summands
    ):
        return one
    inside = opened(frozenset(i for i, _ in summands if not by.links.generators[i]))
    found = [
        Way(place, _signed(_alone(link) if i == link.operand else part, link, sign), inside, i, sign)
        for i, sign in summands
        if (part := _part(inside, i, link)) is not None
    ]
    if len(found) < 2 or not (link.form.repeats or any(way.direct for way in found)):
        return one
    return found


def _summands(nodes: Sequence[Node], stage: int, named: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """What a stage adds, with signs, in order."""
    stack = [(stage, 1)]
    while stack:
        i, sign = stack.pop()
        signs = _PASSED.get(nodes[i].op)
        if signs and (i == stage or not named[i]):
            stack += reversed([(j, sign * signs[n > 0]) for n, j in enumerate(nodes[i].inputs)])
        elif i != stage:
            yield i, sign


def _part(inside: Gradients, summand: int, link: Link) -> Link | None:
    """What leads from a summand to the operand; None where nothing does."""
    if summand == link.operand:
        return link
    if not inside.dag.nodes[summand].inputs or inside.dag.nodes[summand].name:
        return None
    found: Mapping[int, Link] = inside.links.of(summand)
    return found.get(link.operand)


def _alone(link: Link) -> Link:
    """The stage's gradient as it is."""
    axes = link.form.axes
    term = t.Atom(ADJOINT, axes)
    return replace(link, form=LocalLink(axes, (term,), (0,), term))


def _signed(part: Link, link: Link, sign: int) -> Link:
    """A part of a stage's pullback, in the stage's gradient."""
    form = part.form
    if sign < 0:
        form = LocalLink(form.axes, tuple(map(t.negative, form.paths)), form.places, t.negative(form.term))
    return replace(part, stage=link.stage, form=form)
