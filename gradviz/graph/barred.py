"""Bars around a square matrix: ``|A|`` is its determinant in books on statistics, and what abs says elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from gradviz.notation import tree
from gradviz.notation.walk import children
from gradviz.ops.operation import Shape
from gradviz.ops.shapes import core

_BY_ENTRIES = frozenset({"⊙", "⊘"})


def doubtful_bars(e: tree.Expr, shape_of: Callable[[tree.Expr], Shape | None]) -> Iterator[tree.Call]:
    """Bars around square matrices, where no sum over entries and no product of entries around them says what is meant.

    Parameters
    ----------
    e : tree.Expr
    shape_of : callable
        The shape of an expression; None where it is not known.
    """
    if is_barred(e) and isinstance(e, tree.Call):
        if is_square(shape_of(e.arguments[0])):
            yield e
        return
    if isinstance(e, tree.Big):  # what is read at an index is a number
        return
    within = [c for c in children(e) if not (_by_entries(e) and is_barred(c))]
    for c in within:
        yield from doubtful_bars(c, shape_of)


def _by_entries(e: tree.Expr) -> bool:
    """Whether what stands in an expression is surely an array: in a sum over entries, or beside ``⊙``."""
    if isinstance(e, tree.Product):
        return not _BY_ENTRIES.isdisjoint(e.operators)
    return isinstance(e, tree.Call) and e.function in _REDUCED


_REDUCED = frozenset({"sum", "mean", "max", "min", "prod", "var", "std", "norm", "norm1", "norm_inf"}).union(
    line + name for line in ("row", "col") for name in ("sum", "mean", "max", "min", "var", "std")
)


def unbarred(e: tree.Call, shape: Shape) -> tree.Call:
    """A call of abs with its word where bars would be doubtful.

    Examples
    --------
    >>> from gradviz.notation import write
    >>> from gradviz.ops import WORDS
    >>> call = tree.Call("abs", (tree.Name("A"),))
    >>> [write(unbarred(call, shape), "unicode", WORDS) for shape in (("n", "n"), ("n", "m"))]
    ['abs(A)', '|A|']
    """
    return replace(e, text="abs") if is_square(shape) else e


def is_barred(e: tree.Expr) -> bool:
    """Whether this is ``|A|``, written with bars."""
    return isinstance(e, tree.Call) and e.function == "abs" and e.text == "|" and not e.order


def is_square(shape: Shape | None) -> bool:
    """Whether an array is a square matrix."""
    axes = core(shape or ())
    return len(axes) == 2 and axes[0] == axes[1]
