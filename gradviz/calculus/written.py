"""Terms with the expressions that say them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from gradviz import terms as t
from gradviz.calculus.said import Said
from gradviz.notation import tree, write
from gradviz.ops import WORDS
from gradviz.record import record


@dataclass(frozen=True)
class Written:
    """A term with the expression that says it.

    Parameters
    ----------
    indices : tuple of Index
        The axes.
    term : Term
        One entry.
    expr : tree.Expr
        In matrix notation, or one entry of it where `letters` are given.
    letters : tuple of str
        The indices that the expression is written with; empty in matrix notation.
    """

    indices: tuple[t.Index, ...]
    term: t.Term
    expr: tree.Expr
    letters: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The expression in Unicode."""
        return write(self.expr, "unicode", WORDS)


class Form(Written):
    """The same of a term that may be known by its pattern: it is made when somebody asks for it."""

    said: Said

    def __init__(self, said: Said, expr: tree.Expr, letters: tuple[str, ...] = ()) -> None:
        own = vars(self)
        own["said"], own["indices"], own["expr"], own["letters"] = said, said.axes, expr, letters

    @cached_property
    def term(self) -> t.Term:
        """One entry."""
        return self.said.term()


@record
class Adjoint:
    """The adjoint of a stage or an input.

    Parameters
    ----------
    by_later : Form
        In the adjoints of later stages.
    forward : Form or None
        In forward names alone; None where that is too long to be read.
    facts : tuple of (str, int)
        Declared facts that the forward form uses: their kind, and the generator.
    """

    by_later: Form
    forward: Form | None
    facts: tuple[tuple[str, int], ...] = ()

    @property
    def best(self) -> Form:
        """The form that is shown."""
        return self.forward or self.by_later
