"""What drawings of all views have in common: numbers and expressions as LaTeX."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from gradviz.api import numbers
from gradviz.graph.spelled import as_spelled
from gradviz.notation import tree, write
from gradviz.notation.names import canonical_parts, spell_entry
from gradviz.ops import OPERATIONS, WORDS, Shape
from gradviz.render import Style
from gradviz.terms import Dim

if TYPE_CHECKING:
    from gradviz.api.explanation import Explanation
    from gradviz.graph import Dag


_SIGNS = {
    "add": "+",
    "sub": "-",
    "neg": "-",
    "mul": r"\times",
    "div": "/",
    "power": "x^{y}",
    "matmul": "@",
    "dot": r"\cdot",
    "transpose": r"\top",
    "inv": "X^{-1}",
    "sum": r"\sum",
    "einsum": r"\sum",
    "exp": "e^{x}",
    "sqrt": r"\sqrt{x}",
    "abs": r"\lvert x \rvert",
    "norm": r"\lVert x \rVert",
    "sqnorm": r"\lVert x \rVert^2",
    "identity": "=",
    "entry": "[i]",
    "stack": r"[\,]",
    "greater": r"\mathbb{1}_{>}",
    "less": r"\mathbb{1}_{<}",
}
"""What stands in an operation's circle, where it is not the function's name."""


def sign(op: str, dag: Dag) -> str:
    """What stands in an operation's circle, in LaTeX."""
    word = OPERATIONS[op].word
    if word and dag.spelled and word.function in dag.spelled.functions:
        return latex(tree.Call(word.function, ()), dag).removesuffix("()")
    return _SIGNS.get(op) or (word.latex if word else rf"\mathrm{{{op}}}")


def latex(e: tree.Expr, dag: Dag | None = None, bound: Collection[str] | None = None) -> str:
    """An expression in LaTeX, in the spelling that a graph's program has for its names."""
    return write(e if dag is None else as_spelled(dag, e), "latex", WORDS, bound=bound)


def unicode(e: tree.Expr) -> str:
    """An expression in Unicode."""
    return write(e, "unicode", WORDS)


def form_of(style: Style) -> numbers.Format:
    """How a style writes numbers."""
    return numbers.Format(style.digits, style.fractions)


def value_at(ex: Explanation, position: int, style: Style) -> str | None:
    """The value of a node; None where it is not known, or not wanted."""
    if not style.shows("values") or position not in ex.node_values:
        return None
    return numbers.latex(ex.value_at(position), form_of(style))


def gradient_at(ex: Explanation, position: int, style: Style) -> str | None:
    """The gradient by a node; None where it is not known, or not wanted."""
    if not style.shows("gradients") or position not in ex.node_gradients:
        return None
    return numbers.latex(ex.gradient_at(position), form_of(style))


def space(shape: Shape) -> str:
    r"""The set that arrays of a shape are in, in LaTeX.

    Examples
    --------
    >>> space((3, "n")), space(())
    ('\\mathbb{R}^{3 \\times n}', '\\mathbb{R}')
    """
    dims = r" \times ".join(size(d) for d in shape)
    return rf"\mathbb{{R}}^{{{dims}}}" if shape else r"\mathbb{R}"


def size(dim: Dim) -> str:
    """A size in LaTeX."""
    from gradviz.notation.extents import size_expr

    return str(dim) if isinstance(dim, int) else latex(size_expr(dim))


def entry(dag: Dag, name: str, *indices: object) -> str:
    r"""One entry of a named array in LaTeX, its indices beside those of the name.

    Examples
    --------
    >>> import gradviz as gv
    >>> dag = gv.parse("f = x").dag
    >>> entry(dag, "x", 2), entry(dag, "h1", 2), entry(dag, "W", 1, 2), entry(dag, "W", 1, 10)
    ('x_2', 'h_{1,2}', 'W_{12}', 'W_{1,10}')
    """
    name = dag.styled.get(name, name)
    parts = canonical_parts(name)
    texts = [str(i) for i in indices]
    if parts is not None:
        return spell_entry(parts, texts, "latex")
    return rf"{{{latex(tree.Name(name))}}}_{{{','.join(texts)}}}"
