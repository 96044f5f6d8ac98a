"""``gradviz explain``: values, gradients, derivations and pictures of a program."""

from __future__ import annotations

from typing import Any

import click

from gradviz.cli.pictures import picture_options
from gradviz.cli.source import read_graph, read_values, split_names


@click.command()
@click.argument("source")
@click.option("--at", metavar="VALUES|FILE", help='Values of inputs, as in "x=-2, y=5", or a file that holds them.')
@click.option("--of", metavar="NAME", help="The stage that gradients are taken of; the last one if not given.")
@click.option(
    "--wrt", metavar="NAMES", help="Whose derivations are shown, as in W1,W2 or dL/dW1; every input if not given."
)
@click.option(
    "--style",
    type=click.Choice(["delta", "chain", "index"]),
    default="delta",
    show_default=True,
    help="Derivations cut at adjoints, unrolled, or entry by entry.",
)
@click.option("--sizes", is_flag=True, help="Give each quantity's size on every line of a derivation.")
@picture_options
@click.option(
    "--format", "form", type=click.Choice(["text", "latex", "markdown", "json"]), default="text", show_default=True
)
@click.option(
    "--convention",
    type=click.Choice(["shape", "numerator"]),
    default="shape",
    show_default=True,
    help="Layout of gradients: the shape of what they are taken by, or Jacobian layout.",
)
@click.option("--seed", type=int, help="For random values.")
@click.option(
    "-o",
    "outputs",
    multiple=True,
    metavar="FILE",
    help="Write a file; the extension chooses what. May be given several times. With {n} in its name, as in"
    " step-{n:02}.svg, a file for each step.",
)
def explain(
    source: str,
    at: str | None,
    of: str | None,
    wrt: str | None,
    style: str,
    sizes: bool,
    form: str,
    convention: str,
    seed: int | None,
    outputs: tuple[str, ...],
    **options: Any,
) -> None:
    """Print values, gradients and derivations of SOURCE, and draw it.

    SOURCE is a program ("f = (x + y) z"), a file that holds one, or - for standard input.
    """
    values = read_values(at)
    graph = read_graph(source, of, values)
    ex = graph.explain(values, wrt=split_names(wrt), style=style, sizes=sizes, convention=convention, seed=seed)
    printed = _FORMATS[form](ex)
    for output in outputs:
        ex.save(output, **options)
    click.echo(printed.rstrip("\n"))


def _json(ex: Any) -> str:
    import json

    return json.dumps(ex.json(), ensure_ascii=False, indent=2, allow_nan=False)


_FORMATS: dict[str, Any] = {
    "text": lambda ex: ex.text(),
    "latex": lambda ex: ex.latex(),
    "markdown": lambda ex: ex.markdown(),
    "json": _json,
}
