"""A page that shows a graph step by step: one file, which asks nobody for anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from gradviz.messages import say
from gradviz.render.svg import escape
from gradviz.render.theme import THEMES, Theme


@dataclass(frozen=True, slots=True)
class Page:
    """What stands in a page, as HTML.

    Parameters
    ----------
    title : str
        Plain text.
    graph : str
        The picture.
    folding : str
        Buttons that open and close blocks; "" where there are none.
    count : int
        How many steps there are.
    steps : tuple of str
        What each step says.
    about : tuple of str
        What can be read about the parts of the graph.
    values : str
        Fields to change values in, or why there are none; a table of values and gradients.
    derivations : str
        Line by line.
    outlines : str
        What pictures and formulas share.
    data : mapping
        What the script needs: of plain lists, numbers and texts.
    """

    title: str
    graph: str
    folding: str
    count: int
    steps: tuple[str, ...]
    about: tuple[str, ...]
    values: str
    derivations: str
    outlines: str
    data: Mapping[str, object]


class Colours:
    """Names for the colours of a scene, which mean others where it is dark."""

    def __init__(self, theme: str) -> None:
        self.theme = theme
        self.light = _table(THEMES[theme])
        self.names: dict[str, str] = {}
        for name, colour in self.light.items():
            self.names.setdefault(colour, f"var(--{name})")

    def paint(self, colour: str) -> str:
        """What a page writes for a colour."""
        return self.names.get(colour, colour)

    def sheet(self) -> str:
        """The names' meanings."""
        lines = [f":root{{{_declared(self.light)}}}"]
        if self.theme == "default":
            # Colours that are one in the light have one name, and so are one in the dark.
            dark = _table(THEMES["dark"])
            lines.append(f"@media (prefers-color-scheme:dark){{@media screen{{:root{{{_declared(dark)}}}}}}}")
        return "\n".join(lines)

    def root(self) -> str:
        """The class of the page: of a theme that is only light, or only dark."""
        if self.theme == "default":
            return ""
        dark = int(self.light["canvas"][1:3], 16) < 0x80
        return ' class="fixed dark"' if dark else ' class="fixed"'


def _table(theme: Theme) -> dict[str, str]:
    return {
        "canvas": theme.background,
        "text": theme.ink,
        "wire": theme.line,
        "box": theme.box,
        "data": theme.data,
        "parameter": theme.parameter,
        "ahead": theme.value,
        "turn": theme.gradient,
        "local": theme.local,
        "active": theme.active,
        "edge-now": theme.active_line,
    }


def _declared(table: Mapping[str, str]) -> str:
    return ";".join(f"--{name}:{colour}" for name, colour in table.items())


@cache
def _asset(name: str) -> str:
    from importlib.resources import files

    return files("gradviz.render").joinpath("assets", name).read_text("utf-8")


def write_page(page: Page, colours: Colours) -> str:
    """Write a page as HTML."""
    # Within a script no text may end it.
    data = json.dumps(page.data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    said = {kind: escape(str(say(f"page-{kind}"))) for kind in ("skip", "whole", "start", "about", "hint", "values")}
    return f"""<!DOCTYPE html>
<html lang="en"{colours.root()}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="gradviz">
<title>{escape(page.title)}</title>
<style>
{_asset("page.css")}{colours.sheet()}
</style>
</head>
<body>
<main>
<h1>{escape(page.title)}</h1>
<div id="stage" tabindex="0" role="region" aria-label="{said["whole"]}">
{page.graph}
</div>
<div class="bar">
<div class="controls">
{_controls(page.count)}
</div>
{page.folding}
</div>
<p id="said" class="unseen" role="status" aria-live="polite"></p>
<div class="columns">
<div id="steps">
<p id="whole">{said["start"]}</p>
{"".join(page.steps)}
</div>
<div id="about" role="region" aria-label="{said["about"]}" tabindex="0">
{"".join(page.about)}
<p class="hint note">{said["hint"]}</p>
</div>
</div>
<h2>{said["values"]}</h2>
{page.values}
{page.derivations}
{page.outlines}
</main>
<script type="application/json" id="data">{data}</script>
<script>
{_asset("page.js")}</script>
</body>
</html>
"""


_ICONS = {
    "first": "M4 3h3v18H4zM20 3v18L8 12z",
    "back": "M18 3v18L5 12z",
    "next": "M6 3v18l13-9z",
}


def _controls(count: int) -> str:
    lines = []
    for name in ("first", "back", "play", "next"):
        said = escape(str(say(f"page-{name}")))
        shown, label = said, ' aria-pressed="false"'
        if name in _ICONS:
            label = f' aria-label="{said}" title="{said}"'
            shown = (
                f'<svg aria-hidden="true" width="20" height="20" viewBox="0 0 24 24"><path d="{_ICONS[name]}"/></svg>'
            )
        lines.append(f'<button type="button" id="{name}"{label}>{shown}</button>')
    scrub = escape(str(say("page-scrub")))
    lines.append(f'<input type="range" id="scrub" min="0" max="{count}" value="0" aria-label="{scrub}">')
    lines.append('<span id="place"></span>')
    return "\n".join(lines)
