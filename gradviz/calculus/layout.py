"""Layout conventions: a gradient in the shape of what it is taken by, or as a row of the Jacobian.

Everything is computed in the shape convention. In Jacobian layout (numerator convention) the derivative of a scalar by
a column is a row and by an m×n matrix an n×m matrix: the transpose, with the adjoints in it turned as well. Written
anew from its entries, it has the transpose pushed inwards: ``2(X w − y)ᵀ X``.
"""

from __future__ import annotations

from typing import Any

from gradviz import terms as t
from gradviz.calculus.gradients import Gradients
from gradviz.calculus.indexed import write_entry
from gradviz.calculus.matrix import write_term
from gradviz.calculus.pieces import NoMatrixForm
from gradviz.calculus.simplify import logistic
from gradviz.calculus.written import Written
from gradviz.notation import tree
from gradviz.ops import Shape
from gradviz.ops.shapes import canonical, core

CONVENTIONS = ("shape", "numerator")


def turns(shape: Shape) -> bool:
    """Whether the two layouts of a gradient differ: that of a column, a row or a matrix.

    Examples
    --------
    >>> turns((3,)), turns((2, 2)), turns(()), turns((2, 3, 4))
    (True, True, False, False)
    """
    return bool(core(shape)) and len(shape) < 3


def turned_shape(shape: Shape) -> Shape:
    """The shape of a gradient in Jacobian layout, from that of what it is taken by.

    Examples
    --------
    >>> turned_shape((3,)), turned_shape((1, 3)), turned_shape((2, 3)), turned_shape(())
    ((1, 3), (3,), (3, 2), ())
    """
    if not turns(shape):
        return shape
    rows, columns = (*shape, 1)[:2]
    return canonical((columns, rows))


def turned_value(value: Any, shape: Shape) -> Any:
    """A gradient's numbers in Jacobian layout, from those that have the given shape."""
    if not turns(shape) or not getattr(value, "ndim", 0):
        return value
    return value.T.reshape(turned_shape(value.shape)).copy()


def turned(gradients: Gradients, written: Written) -> Written:
    """A gradient in Jacobian layout, from what it is in the shape convention.

    Of more than two axes there is no transpose: it stays, but for the adjoints that it names.
    """
    many = len(written.indices) > 2
    if many and not any(isinstance(a.node, int) and a.node < 0 for a in t.atoms(written.term)):
        return written
    term = _turned_adjoints(gradients, written.term)
    axes: tuple[t.Index, ...]
    if many:
        axes = written.indices
    elif len(written.indices) == 1:
        (i,) = written.indices
        axes = (t.index(i.size, row=not i.row),)
        term = t.rename(term, {i: axes[0]})
    else:
        axes = tuple(reversed(written.indices))

    def named(node: int | str) -> tuple[tree.Expr, bool]:
        e, row = gradients.named(node)
        column = isinstance(node, int) and node < 0 and len(core(gradients.dag.nodes[~node].shape)) == 1
        return e, row != column

    try:
        return Written(axes, term, gradients.spelled(write_term(logistic(term), axes, named)))
    except NoMatrixForm:
        e, letters = write_entry(logistic(term), axes, named, gradients.letters)
        return Written(axes, term, gradients.spelled(e), letters)


def _turned_adjoints(gradients: Gradients, term: t.Term) -> t.Term:
    """The term with adjoints of matrices read the other way round: their names stand for the transposes.

    What is declared symmetric is read so that no transpose is written: ``2xᵀ A``.
    """
    put: dict[t.Term, t.Term] = {}
    for a in t.atoms(term):
        if len(a.indices) != 2 or not isinstance(a.node, int):
            continue
        first, second = a.indices
        outside = first in term.free and second not in term.free
        if a.node < 0 or (a.node in gradients.facts.symmetric and outside):
            put[a] = t.Atom(a.node, tuple(reversed(a.indices)))
    return t.replace(term, put) if put else term
