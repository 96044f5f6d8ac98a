"""An explanation in Markdown with LaTeX between dollar signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradviz.api.writers.latex import definitions, gradients, values
from gradviz.api.writers.text import kinks, without_told
from gradviz.messages import say

if TYPE_CHECKING:
    from gradviz.api.explanation import Explanation


def write_markdown(ex: Explanation) -> str:
    """Definitions, values, gradients and derivations under headings."""
    blocks = []
    sections = (
        ("heading-definitions", definitions(ex)),
        ("heading-values", values(ex)),
        ("heading-gradients", gradients(ex)),
    )
    for title, rows in sections:
        if rows:
            blocks.append(f"## {say(title)}\n\n{_aligned(rows)}")
    if ex.graph.without_gradients:
        blocks.append(f"*{ex.graph.without_gradients}*")
    elif ex.layout is not None:
        blocks.append(f"*{ex.layout}*")
    blocks += [f"*{line.strip().removeprefix('(').removesuffix(')')}*" for line in kinks(ex)]
    if ex.wrt:
        blocks.append(f"## {say('heading-derivations')}")
        told: set[str] = set()
        blocks += [without_told(ex.derivations[n], told).markdown() for n in ex.wrt]
    return "\n\n".join(blocks) + "\n"


def _aligned(rows: list[str]) -> str:
    return "$$\n\\begin{aligned}\n" + " \\\\\n".join(f"  {r}" for r in rows) + "\n\\end{aligned}\n$$"
