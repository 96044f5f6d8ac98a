"""A gradient as users meet it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradviz.calculus.written import Written
from gradviz.graph.spelled import as_spelled
from gradviz.messages import Message
from gradviz.notation import tree, write
from gradviz.ops import WORDS, Shape

if TYPE_CHECKING:
    from gradviz.graph import Dag


@dataclass(frozen=True)
class Gradient:
    """The derivative of a graph's output by one of its inputs or stages, as an expression.

    Attributes
    ----------
    name : str
        What it is the gradient of.
    shape : tuple
        Sizes, numbers or names; that of what it is the gradient of (the shape convention).
    expr : tree.Expr
        The expression.
    letters : tuple of str
        Indices, where the expression is one entry because no matrix form exists.
    remark : Message or None
        What a textbook calls it, where it has a name: the full convolution with the flipped kernel.

    Examples
    --------
    >>> import gradviz as gv
    >>> gradient = gv.parse("f = (x + y) z").gradient("z")
    >>> str(gradient), gradient.latex(), gradient.shape
    ('x + y', 'x + y', ())
    """

    name: str
    shape: Shape
    expr: tree.Expr
    letters: tuple[str, ...]
    written: Written
    dag: Dag
    remark: Message | None = None

    def __str__(self) -> str:
        return self.written.text

    def __repr__(self) -> str:
        return f"<gradient by {self.name}: {self}>"

    def latex(self) -> str:
        """The expression in LaTeX, without dollar signs."""
        return write(as_spelled(self.dag, self.expr), "latex", WORDS)

    def ascii(self) -> str:
        """The expression in ASCII, which gradviz reads back."""
        return write(self.expr, "ascii", WORDS)

    def sympy(self) -> Any:
        """The expression as a sympy expression, over symbols by canonical name.

        An array comes as its entry, over ``IndexedBase`` objects with indices ``i``, ``j``.

        Examples
        --------
        >>> import gradviz as gv
        >>> gv.parse("h = tanh(z)").gradient("z").sympy()
        1 - h**2
        """
        from gradviz.api.with_sympy import to_sympy

        return to_sympy(self.written.term, self.written.indices, self.dag)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"
