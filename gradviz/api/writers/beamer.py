"""An explanation as slides for LaTeX: the picture with an overlay for each step, and the derivations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gradviz.api.writers.derivation_latex import escape, latex, reason
from gradviz.api.writers.text import without_told
from gradviz.graph.spelled import as_spelled
from gradviz.messages import say
from gradviz.notation import tree
from gradviz.render import compose, write_tikz
from gradviz.render.theme import theme_of
from gradviz.render.tikz import ascii_ones

if TYPE_CHECKING:
    from gradviz.api.derivation import Derivation
    from gradviz.api.drawings.depiction import Depiction

_LINES = 6
"""Lines of a derivation on one slide."""
_WIDE = 0x2E80
_HEAD = r"""% {title}
% Compile with {engine}. The picture and the derivations can be copied into other slides; they need the packages below.
\documentclass[aspectratio=169]{{beamer}}
{encoding}\usepackage{{amsmath, amssymb, graphicx, tikz}}
\usefonttheme[onlymath]{{serif}}
\setbeamertemplate{{navigation symbols}}{{}}
\setlength{{\jot}}{{6pt}}
{definitions}
\begin{{document}}
"""


def write_beamer(picture: Depiction) -> str:
    """A document of slides; see `Explanation.save`."""
    steps = picture.all_steps
    drawing = replace(picture.bare, steps=steps)
    scene = compose(drawing, picture.look, captions=False)
    output = latex(as_spelled(picture.ex.graph.dag, tree.Name(picture.ex.graph.output)))
    title = str(say("page-title", output=f"${output}$"))
    drawn = write_tikz(drawing, scene, theme_of(picture.look))
    frame = f"\n\\begin{{frame}}{{{title}}}\n\\centering\n{drawn.picture}\n\\end{{frame}}\n"
    body = frame + "".join(_derivations(picture))
    wide = any(ord(c) >= _WIDE and ord(c) < 0x1D400 for c in body)
    head = _HEAD.format(
        definitions=drawn.definitions,
        title=escape(picture.bare.title).replace("\n", " "),
        engine="xelatex" if wide else "pdflatex",
        encoding="\\usepackage{ctex}\n" if wide else "\\usepackage[T1]{fontenc}\n",
    )
    return f"{head}{body}\n\\end{{document}}\n"


def _derivations(picture: Depiction) -> list[str]:
    ex = picture.ex
    told: set[str] = set()
    frames = []
    for name in ex.wrt:
        derivation = without_told(ex.derivations[name], told).as_spelled()
        partial = tree.Partial(tree.Name(ex.graph.output), tree.Name(name))
        heading = latex(as_spelled(ex.graph.dag, partial))
        frames += [_frame(heading, lines) for lines in _chunks(derivation)]
    return frames


def _chunks(derivation: Derivation) -> list[list[str]]:
    """The lines of a derivation, as many together as a slide holds."""
    lines = []
    last = ""
    for n, step in enumerate(derivation.steps):
        left = latex(step.left)
        shown = "" if left == last and n % _LINES else left
        last = left
        why = reason(step).removeprefix(r"\text{").removesuffix("}")
        note = rf"\parbox[t]{{.36\textwidth}}{{\raggedright\tiny {why}}}"
        lines.append(ascii_ones(f"  {shown} &= {latex(step.right)} && {note}"))
    return [lines[n : n + _LINES] for n in range(0, len(lines), _LINES)]


def _frame(heading: str, lines: list[str]) -> str:
    body = " \\\\\n".join(lines)
    return (
        f"\n\\begin{{frame}}{{$\\displaystyle {heading}$}}\n\\footnotesize\n"
        f"\\begin{{align*}}\n{body}\n\\end{{align*}}\n\\end{{frame}}\n"
    )
