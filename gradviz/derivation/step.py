"""A derivation as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from gradviz.calculus.links import Links
from gradviz.messages import Message
from gradviz.notation import tree, write
from gradviz.ops import WORDS
from gradviz.record import record
from gradviz.terms import Dim


@record
class Formula:
    """Formulas as part of a sentence: in Unicode by ``str``, in LaTeX where a page is typeset."""

    expressions: tuple[tree.Expr, ...]

    def __str__(self) -> str:
        return ", ".join(write(e, "unicode", WORDS) for e in self.expressions)

    def latex(self) -> str:
        """The formulas between dollar signs."""
        return ", ".join(f"${write(e, 'latex', WORDS)}$" for e in self.expressions)


@record
class Listing:
    """Several short messages as part of a sentence."""

    messages: tuple[Message, ...]

    def __str__(self) -> str:
        return self.text(str)

    def text(self, show: Callable[[object], str]) -> str:
        """The messages side by side; ``show`` makes words of their parts."""
        return ", ".join(m.text(show) for m in self.messages)


def rewritten(said: Message, change: Callable[[tree.Expr], tree.Expr]) -> Message:
    """A message with the formulas in it changed."""

    def part(x: object) -> object:
        if isinstance(x, Message):
            return rewritten(x, change)
        if isinstance(x, Listing):
            return Listing(tuple([rewritten(m, change) for m in x.messages]))
        return Formula(tuple(map(change, x.expressions))) if isinstance(x, Formula) else x

    return Message(said.kind, tuple([(name, part(x)) for name, x in said.parts]))


@record
class Step:
    """One line of a derivation.

    Parameters
    ----------
    kind : str
        ``name`` (an adjoint gets its name), ``chain``, ``paths`` (a sum over paths), ``path`` (one of them), ``local``
        (a local derivative is put in), ``rule`` (one rule is applied), ``place`` (the same where shapes decide the
        place), ``delta`` (a Kronecker δ is summed away), ``sum``, ``simplify``, ``fold``, ``fact``, ``substitute``,
        ``matrix`` (from entries to matrices), ``layout`` (the result in Jacobian layout).
    left, right : tree.Expr
        The equation. Lines with the same left side follow from one another.
    reason : Message
        Why.
    conditions : tuple of tree.Comparison
        What must hold for the step.
    chapter : tree.Expr
        The adjoint that the lines around it derive: what is asked for, or one on the way there.
    """

    kind: str
    left: tree.Expr
    right: tree.Expr
    reason: Message
    conditions: tuple[tree.Comparison, ...] = ()
    chapter: tree.Expr | None = None

    def __str__(self) -> str:
        return write(tree.Comparison("=", self.left, self.right), "unicode", WORDS)


@record
class Pending:
    """A line in which several derivatives are still to come, each by its own way down.

    Parameters
    ----------
    parts : tuple of (tree.Expr or None, int)
        What stands before the derivative of a node; None for 1.
    links : Links
        The links that lead from node to node.
    inside : frozenset of int
        The nodes that these ways go through.
    end : int
        What the derivatives are taken by.
    whole : tuple of (int, int), optional
        The link whose local derivative the line gives, where it does not give an adjoint; entry by entry, the line's
        prefix has all of it.
    """

    parts: tuple[tuple[tree.Expr | None, int], ...]
    links: Links
    inside: frozenset[int]
    end: int
    whole: tuple[int, int] | None = None


@record
class Line:
    """A step with what the check of it needs.

    Parameters
    ----------
    step : Step
    prefix : tree.Expr or None
        What is placed already: an expression for the adjoint of `stage`. None where nothing is to be checked.
    rest : tuple of (int, int)
        The links that are still to be placed, the latest first: (stage, operand).
    target : int
        The node whose adjoint the line gives.
    share : tuple of (int, int)
        The links of the one path that the line speaks of, the latest first; empty where it gives all of the adjoint.
    letters : mapping of str to size, optional
        Indices, where the prefix is one entry.
    entries : bool
        Whether derivatives stand in the prefix behind names of their own; see `gradviz.derivation.entries`.
    pending : Pending, optional
        What the prefix comes to, where it holds derivatives that are still to come.
    """

    step: Step
    prefix: tree.Expr | None
    rest: tuple[tuple[int, int], ...]
    target: int
    share: tuple[tuple[int, int], ...] = ()
    letters: Mapping[str, Dim] | None = None
    entries: bool = False
    pending: Pending | None = None

    def in_chapter(self, chapter: tree.Expr | None) -> Line:
        """The same line among those that derive an adjoint."""
        s = self.step
        step = Step(s.kind, s.left, s.right, s.reason, s.conditions, chapter)
        return replace(self, step=step)
