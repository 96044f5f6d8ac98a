"""The formulas of a page: each distinct one is typeset once, and all share the outlines of their glyphs."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any

from gradviz.render.cache import open_store
from gradviz.render.formula import Formula, number
from gradviz.render.formulas import Typesetter
from gradviz.render.glyphs import Outlines

_SIZE = 18.0
_MARGIN = 2.0
_LONGEST = 400
"""Characters of LaTeX that are typeset; what is longer is shown as text."""


@dataclass
class Formulas:
    """Typesets what is shown again and again.

    Parameters
    ----------
    left : int
        How many more distinct formulas are typeset; those after them are shown as text.
    """

    left: int = 0
    typesetter: Typesetter = field(default_factory=lambda: Typesetter(open_store()))
    outlines: Outlines = field(default_factory=lambda: Outlines("g"))
    made: dict[str, tuple[str, str]] = field(default_factory=dict)
    symbols: list[str] = field(default_factory=list)

    def show(self, said: dict[str, Any]) -> str:
        """A formula as a picture that is named by its text; the text alone where it is very long, or none is left."""
        text, latex = escape(said["unicode"]), said["latex"]
        if latex not in self.made and (len(latex) > _LONGEST or self.left < 1):
            return f"<code>{text}</code>"
        if latex not in self.made:
            self.left -= 1
            self.made[latex] = self._symbol(self.typesetter.formula(latex, _SIZE))
        name, size = self.made[latex]
        return f'<svg {size} role="img" aria-label="{text}"><use href="#{name}"/></svg>'

    def _symbol(self, formula: Formula) -> tuple[str, str]:
        name = f"f{len(self.symbols)}"
        width, height = formula.width + 2 * _MARGIN, formula.height + formula.depth + 2 * _MARGIN
        x, y = _MARGIN, formula.height + _MARGIN
        body = self.outlines.draw(formula, x, y) if formula.path else ""
        for run in formula.runs:
            body += f'<text x="{number(run.x + x)}" y="{number(run.y + y)}">{escape(run.text)}</text>'
        box = f"0 0 {number(width)} {number(height)}"
        self.symbols.append(f'<symbol id="{name}" viewBox="{box}" fill="currentColor">{body}</symbol>')
        return name, f'width="{number(width)}" height="{number(height)}"'

    def definitions(self) -> str:
        """What all the pictures refer to."""
        parts = "".join([*self.outlines.definitions(), *self.symbols])
        return f'<svg class="unseen" width="0" height="0" aria-hidden="true"><defs>{parts}</defs></svg>'
