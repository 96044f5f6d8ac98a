"""The commands: one file for each."""

from __future__ import annotations

from typing import Any

import click

from gradviz.cli.activations import activations
from gradviz.cli.check import check
from gradviz.cli.explain import explain
from gradviz.cli.grade import grade
from gradviz.messages import GradvizError, say

REFUSED = 2

__all__ = ["main"]


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


main.add_command(explain)
main.add_command(check)
main.add_command(grade)
main.add_command(activations)
