"""``gradviz activations``: activations and their derivatives as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradviz.cli.pictures import THEME_NAMES
from gradviz.cli.source import read_graph, split_names
from gradviz.messages import UsageError, say

if TYPE_CHECKING:
    from gradviz.api.activations import Activation
    from gradviz.render import Style

    Writer = Callable[[Sequence[Activation], Style], bytes]


@click.command()
@click.argument("source", required=False)
@click.option("--only", metavar="NAMES", help="Which of them, in this order, as in step,sigmoid,tanh,relu.")
@click.option("--theme", type=click.Choice(THEME_NAMES), default="default", show_default=True, help="Colours.")
@click.option(
    "-o",
    "outputs",
    multiple=True,
    metavar="FILE",
    help="Write a file: .svg, .png, .html, .md, .tex or .txt. May be given several times.",
)
def activations(source: str | None, only: str | None, theme: str, outputs: tuple[str, ...]) -> None:
    """Show activations: equation, derivative, plot, and what is taken at kinks.

    The functions of one number that SOURCE defines are shown first: "swish(v) = v σ(v)".
    """
    from gradviz.api.activations import activations as make
    from gradviz.render import style

    graph = read_graph(source, None, None) if source is not None else None
    rows = make(graph, split_names(only) or ())
    look = style(theme)
    for output in outputs:
        _save(rows, look, Path(output))
    if not outputs:
        from gradviz.api.activations.texts import write_text

        click.echo(write_text(rows))


def _svg(rows: Sequence[Activation], look: Style) -> bytes:
    from gradviz.api.activations.table import draw_table
    from gradviz.render import write_svg

    return write_svg(draw_table(rows, look)).encode()


def _png(rows: Sequence[Activation], look: Style) -> bytes:
    from gradviz.api.activations.table import draw_table
    from gradviz.render import write_png

    return write_png(draw_table(rows, look))


def _html(rows: Sequence[Activation], look: Style) -> bytes:
    from gradviz.api.activations.texts import write_html

    return write_html(rows, look).encode()


def _markdown(rows: Sequence[Activation], look: Style) -> bytes:
    from gradviz.api.activations.texts import write_markdown

    return write_markdown(rows, look).encode()


def _latex(rows: Sequence[Activation], look: Style) -> bytes:
    from gradviz.api.activations.texts import write_latex

    return write_latex(rows, look).encode()


def _text(rows: Sequence[Activation], look: Style) -> bytes:
    from gradviz.api.activations.texts import write_text

    return (write_text(rows) + "\n").encode()


_WRITERS: Mapping[str, Writer] = {
    ".svg": _svg,
    ".png": _png,
    ".html": _html,
    ".md": _markdown,
    ".tex": _latex,
    ".txt": _text,
}


def _save(rows: Sequence[Activation], look: Style, path: Path) -> None:
    from gradviz.api.files import replace_file

    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise UsageError(say("no-such-format", name=path.suffix or str(path), known=", ".join(_WRITERS)))
    replace_file(path, write(rows, look))
