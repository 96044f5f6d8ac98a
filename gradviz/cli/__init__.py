"""The commands: one file for each."""

from __future__ import annotations

import errno
from typing import Any

import click

from gradviz.cli.activations import activations
from gradviz.cli.check import check
from gradviz.cli.explain import explain
from gradviz.cli.grade import INTERRUPTED, REFUSED, grade
from gradviz.cli.streams import argument, give_up_output, speak_utf8
from gradviz.messages import GradvizError, say

__all__ = ["main"]


class _Commands(click.Group):
    """Commands whose errors are messages with a place, never a traceback."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        speak_utf8()
        return super().parse_args(ctx, [argument(a) for a in args])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except GradvizError as problem:
            click.echo(f"gradviz: {problem}", err=True)
            ctx.exit(REFUSED)
        except RecursionError:
            click.echo(f"gradviz: {say('recursion')}", err=True)
            ctx.exit(REFUSED)
        except KeyboardInterrupt:
            click.echo(f"gradviz: {say('interrupted')}", err=True)
            ctx.exit(INTERRUPTED)
        except OSError as problem:
            if problem.errno == errno.EPIPE:  # nobody reads on: no fault
                raise
            told = f"{problem.filename}: {problem.strerror}" if problem.filename else problem.strerror or str(problem)
            click.echo(f"gradviz: {say('system-refused', problem=told)}", err=True)
            give_up_output()
            ctx.exit(REFUSED)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gradviz-explain", prog_name="gradviz")
def main() -> None:
    """Explain backpropagation: maths as on a board in; values, gradients, derivations and pictures out."""


main.add_command(explain)
main.add_command(check)
main.add_command(grade)
main.add_command(activations)
