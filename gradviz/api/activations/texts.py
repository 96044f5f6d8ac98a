"""Activations as texts: a table for a terminal, Markdown, a page, LaTeX."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from unicodedata import combining, east_asian_width

from gradviz.api.activations import Activation
from gradviz.api.activations.table import curves, headings, plot_scene, told
from gradviz.messages import say
from gradviz.render import Style, write_svg
from gradviz.render.cache import open_store
from gradviz.render.formulas import Typesetter
from gradviz.render.plain import plain
from gradviz.render.shapes import Label, Scene
from gradviz.render.theme import theme_of


def write_text(rows: Sequence[Activation]) -> str:
    """A table for a terminal, without plots.

    Examples
    --------
    >>> from gradviz.api.activations import activations
    >>> print(write_text(activations(only=["relu", "tanh"])))
    name  u = f(v)                                 du/dv                   at kinks
    relu  ReLU(v) = { v, v > 0; 0, v ≤ 0 }         { 1, v > 0; 0, v ≤ 0 }  0 at v = 0
    tanh  tanh(v) = (e^v − e^(−v))/(e^v + e^(−v))  1 − u²
    """
    name, _, formula, derivative, kinks = headings()
    table = [(name, formula, derivative, kinks)]
    for a in rows:
        where = "".join(f", {text}" for text in a.where())
        table.append((a.name, f"{a.text('call')} = {a.definition()}{where}", a.text("derivative"), "; ".join(told(a))))
    widths = [max(_width(row[n]) for row in table) for n in range(4)]
    lines = ("  ".join(c + " " * (w - _width(c)) for c, w in zip(row, widths, strict=True)) for row in table)
    return "\n".join(line.rstrip() for line in lines)


def _width(text: str) -> int:
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def write_markdown(rows: Sequence[Activation], look: Style) -> str:
    """A table in Markdown with LaTeX; each plot is inside as a picture."""
    name, shown, _, _, kinks = headings()
    lines = [f"| {name} | {shown} | $u = f(v)$ | $du/dv$ | {kinks} |", "| --- | --- | --- | --- | --- |"]
    for a in rows:
        svg = base64.b64encode(write_svg(plot_scene(a, look)).encode()).decode()
        formula = ", ".join(
            [f"${a.text('call', 'latex')} = {a.definition('latex')}$", *(f"${w}$" for w in a.where("latex"))]
        )
        cells = (
            a.name,
            f'<img alt="{escape(a.text("call"))}" src="data:image/svg+xml;base64,{svg}">',
            formula,
            f"${a.text('derivative', 'latex')}$",
            "; ".join(told(a)),
        )
        lines.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


# -- a page

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem;
       color: INK; background: GROUND; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .6rem .8rem; border-top: 1px solid RULE; vertical-align: middle; }
thead th { border-top: 0; }
td svg, th svg { display: block; max-width: 100%; height: auto; }
code { font: inherit; font-weight: 600; }
@media print { tr { break-inside: avoid; } body { margin: 0; max-width: none; } }
"""


def write_html(rows: Sequence[Activation], look: Style) -> str:
    """One page that needs nothing else: plots and formulas are inside as paths."""
    theme, typesetter = theme_of(look), Typesetter(open_store())
    colours = {"INK": theme.ink, "GROUND": theme.background, "RULE": theme.group_line}
    style = _STYLE
    for word, colour in colours.items():
        style = style.replace(word, colour)
    count = 0

    def formula(latex: str, colour: str = theme.ink) -> str:
        nonlocal count
        count += 1
        made = typesetter.formula(latex, theme.label_size)
        label = Label("f", "", made, 1.0, 1.0 + made.height, colour)
        size = int(made.width) + 3, int(made.height + made.depth) + 3
        scene = Scene(*size, theme.background, (label,), plain(latex), plain(latex))
        return write_svg(scene, f"f{count}", background=False)

    name, shown, _, _, kinks = headings()
    # The headings are the key: each in the colour of its curve.
    key = formula("u = f(v)", theme.value), formula(r"\frac{du}{dv}", theme.gradient)
    head = "".join(f'<th scope="col">{cell}</th>' for cell in (name, shown, *key, kinks))
    body = []
    for n, a in enumerate(rows):
        where = "".join(formula(w) for w in a.where("latex"))
        cells = (
            write_svg(plot_scene(a, look), f"p{n}", background=False),
            formula(a.definition("latex")) + where,
            formula(a.text("derivative", "latex")),
            escape("; ".join(told(a))),
        )
        first = f'<th scope="row"><code>{escape(a.name)}</code>{formula(a.text("call", "latex"))}</th>'
        body.append(f"<tr>{first}{''.join(f'<td>{c}</td>' for c in cells)}</tr>")
    title = say("activations")
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="en"><head><meta charset="utf-8"><title>{title}</title>',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<style>{style}</style></head><body><main><h1>{title}</h1>",
            f"<table><thead><tr>{head}</tr></thead><tbody>",
            *body,
            "</tbody></table></main></body></html>",
            "",
        ]
    )


# -- LaTeX

_PREAMBLE = r"""\documentclass{article}
\usepackage[a4paper, landscape, margin=15mm]{geometry}
\usepackage{amsmath, amssymb, array, longtable, tikz}
\tikzset{number/.style={font=\tiny, inner sep=1.5pt}}
\begin{document}
\newcolumntype{F}[1]{>{$\displaystyle}m{#1}<{$}}
\newcolumntype{T}[1]{>{\raggedright\arraybackslash}m{#1}}
\begin{longtable}{T{26mm} w{c}{46mm} F{68mm} F{64mm} T{28mm}}
"""


def write_latex(rows: Sequence[Activation], look: Style) -> str:
    """A document in LaTeX that compiles as it is; plots are drawn by TikZ."""
    theme = theme_of(look)
    name, shown, _, _, kinks = headings()
    colours = "".join(
        f"\\definecolor{{{word}}}{{HTML}}{{{colour[1:].upper()}}}\n"
        for word, colour in (("value", theme.value), ("slope", theme.gradient), ("axis", theme.group_line))
    )
    lines = [_PREAMBLE.replace("\\begin{document}", colours + "\\begin{document}")]
    key = r"{\color{value} u = f(v)} & {\color{slope} \frac{du}{dv}}"
    room = r"\rule[-4mm]{0pt}{10mm}"
    lines.append(rf"{name} & {shown} & {key} & {room}{kinks} \\ \hline \endhead")
    for a in rows:
        call = a.text("call", "latex")
        lines_of = r" \\ & ".join([a.definition("latex"), *a.where("latex")])
        formula = rf"\begin{{aligned}} & {lines_of} \end{{aligned}}" if a.shorthands else lines_of
        first = rf"{_escaped(a.name)} \newline ${call}$"
        cells = (first, _tikz(a), formula, a.text("derivative", "latex"), "; ".join(map(_in_words, told(a))))
        lines.append(" & ".join(cells) + r" \\ \hline")
    text = "\n".join([*lines, r"\end{longtable}", r"\end{document}", ""])
    return text.replace(r"\mathbb{1}", r"\mathbf{1}")  # amssymb has no blackboard 1


def _tikz(a: Activation) -> str:
    """A plot: the same points as in the picture, in centimetres."""
    frame, value, slope = curves(a)
    scale = 4.2 / frame.width
    parts = [r"\begin{tikzpicture}[baseline={([yshift=-.6ex]current bounding box.center)}]"]

    def at(point: tuple[float, float]) -> str:
        u, v = frame.at(*point)
        return f"({(u - frame.left) * scale:.3f},{(frame.top + frame.height - v) * scale:.3f})"

    parts.append(rf"\draw[axis, very thin] {at((frame.low, 1))} -- {at((frame.high, 1))};")
    parts.append(rf"\draw[axis] {at((frame.low, 0))} -- {at((frame.high, 0))};")
    parts.append(rf"\draw[axis] {at((0, frame.bottom))} -- {at((0, frame.ceiling))};")
    parts += [rf"\node[number, below] at {at((x, frame.bottom))} {{${x:g}$}};" for x in (frame.low, 0, frame.high)]
    parts.append(rf"\node[number, left] at {at((frame.low, 1))} {{$1$}};")
    for colour, line in (("slope", slope), ("value", value)):
        parts += [rf"\draw[{colour}, thick] {' -- '.join(map(at, piece))};" for piece in line.stretches]
        parts += [rf"\fill[{colour}] {at(dot)} circle[radius=0.055];" for dot in line.dots]
    for side, way in (("north", ""), ("south", "-")):  # apart from the rules of the table
        parts.append(rf"\path ([yshift={way}1.5mm]current bounding box.{side});")
    return "".join([*parts, r"\end{tikzpicture}"])


def _in_words(text: str) -> str:
    """What is told of kinks: short texts with names and signs."""
    return _escaped(text).replace("=", "$=$").replace("−", "$-$").replace("β", r"$\beta$").replace("α", r"$\alpha$")


def _escaped(text: str) -> str:
    return "".join(rf"\{c}" if c in "_%&#${}" else c for c in text)
