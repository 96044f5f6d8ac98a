"""The commands."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import click

from gradviz.messages import GradvizError, UsageError, say

REFUSED = 2


class _Commands(click.Group):
    """Commands whose errors are messages with a place, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except GradvizError as problem:
            click.echo(f"gradviz: {problem}", err=True)
            ctx.exit(REFUSED)
        except RecursionError:
            click.echo(f"gradviz: {say('recursion')}", err=True)
            ctx.exit(REFUSED)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gradviz-explain", prog_name="gradviz")
def main() -> None:
    """Explain backpropagation: maths as on a board in; values, gradients, derivations and pictures out."""


@main.command(context_settings={"ignore_unknown_options": False})
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
@click.option(
    "--view", type=click.Choice(["stages", "ops"]), default="stages", show_default=True, help="What is drawn."
)
@click.option(
    "--theme",
    type=click.Choice(["default", "dark", "cs231n"]),
    default="default",
    show_default=True,
    help="Colours of pictures.",
)
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
    help="Write a file; the extension chooses what. May be given several times.",
)
def explain(
    source: str,
    at: str | None,
    of: str | None,
    wrt: str | None,
    style: str,
    sizes: bool,
    view: str,
    theme: str,
    form: str,
    convention: str,
    seed: int | None,
    outputs: tuple[str, ...],
) -> None:
    """Print values, gradients and derivations of SOURCE, and draw it.

    SOURCE is a program ("f = (x + y) z"), a file that holds one, or - for standard input.
    """
    values = _values(at)
    graph = _graph(source, of, values)
    ex = graph.explain(values, wrt=_names(wrt), style=style, sizes=sizes, convention=convention, seed=seed)
    printed = _FORMATS[form](ex)
    for output in outputs:
        ex.save(output, view=view, theme=theme)
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


def _graph(source: str, of: str | None, at: str | None) -> Any:
    from gradviz.api import load, parse

    if source == "-":
        data = sys.stdin.buffer.read()
        try:
            return parse(data.decode("utf-8"), of=of, at=at)
        except UnicodeDecodeError:
            raise UsageError(say("not-utf8", path="-")) from None
    if source.endswith(".grad") or _is_file(source):
        return load(source, of=of, at=at)
    _refuse_folder(source)
    return parse(source, of=of, at=at)


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False


def _refuse_folder(text: str) -> None:
    try:
        folder = bool(text) and Path(text).is_dir()
    except (OSError, ValueError):
        return
    if folder:
        raise UsageError(say("is-folder", path=text))


def _values(at: str | None) -> str | None:
    if at is None:
        return at
    if not _is_file(at):
        _refuse_folder(at)
        return at
    try:
        return Path(at).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UsageError(say("not-utf8", path=at)) from None
    except OSError as problem:
        raise UsageError(say("not-readable", path=at, problem=problem.strerror)) from None


def _names(wrt: str | None) -> list[str] | None:
    return None if wrt is None else [n.strip() for n in re.split(r",(?![^{}]*\})", wrt) if n.strip()]


if __name__ == "__main__":
    main()
