"""An explanation in LaTeX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradviz.api import numbers
from gradviz.api.writers.text import left_of, named_gradients, without_told
from gradviz.graph.expression import written_expr
from gradviz.graph.spelled import as_spelled
from gradviz.messages import say
from gradviz.notation import tree, write
from gradviz.ops import WORDS
from gradviz.render.sides import signed

if TYPE_CHECKING:
    from gradviz.api.explanation import Explanation


def latex(e: tree.Expr) -> str:
    """An expression in LaTeX."""
    return write(e, "latex", WORDS)


def write_latex(ex: Explanation) -> str:
    """Definitions, values, gradients and derivations as ``align*`` environments (amsmath, amssymb)."""
    parts = [
        ("heading-definitions", definitions(ex)),
        ("heading-values", values(ex)),
        ("heading-gradients", gradients(ex)),
    ]
    blocks = [f"% {say(title)}\n{_align(rows)}" for title, rows in parts if rows]
    if ex.graph.without_gradients:
        blocks.append(rf"\emph{{{ex.graph.without_gradients}}}")
    elif ex.layout is not None:
        blocks.append(rf"\emph{{{ex.layout}}}")
    told: set[str] = set()
    blocks += [f"% {say('heading-derivations')}: {n}\n{without_told(ex.derivations[n], told).latex()}" for n in ex.wrt]
    return "\n\n".join(blocks)


def definitions(ex: Explanation) -> list[str]:
    """The stages as they were written, aligned at the equals sign."""
    dag = ex.graph.dag
    rows = []
    for n in dag.stages:
        bound = dag.entries.get(n, ())
        right = write(as_spelled(dag, written_expr(dag, dag.names[n])), "latex", WORDS, bound=bound)
        rows.append(f"{write(as_spelled(dag, left_of(ex, n)), 'latex', WORDS, bound=bound)} &= {right}")
    return rows


def values(ex: Explanation) -> list[str]:
    """Values of inputs and stages."""
    names = (n for n in (*ex.graph.inputs, *ex.graph.stages) if n in ex.values)
    return [f"{latex(as_spelled(ex.graph.dag, tree.Name(n)))} &{signed(numbers.latex(ex.values[n]))}" for n in names]


def gradients(ex: Explanation) -> list[str]:
    """Gradients as expressions, and in numbers where there are any."""
    rows = []
    for n, left, gradient in named_gradients(ex):
        row = f"{latex(as_spelled(ex.graph.dag, left))} &= {gradient.latex()}"
        if n in ex.gradients and numbers.latex(ex.gradients[n]) != gradient.latex():
            row += f" {signed(numbers.latex(ex.gradients[n]))}"
        rows.append(row)
    return rows


def _align(rows: list[str]) -> str:
    return "\\begin{align*}\n" + " \\\\\n".join(f"  {r}" for r in rows) + "\n\\end{align*}"
