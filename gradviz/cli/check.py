"""``gradviz check``: whether an answer is right."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from gradviz.cli.source import read_graph, read_values, split_names
from gradviz.cli.streams import standard_input
from gradviz.messages import say

if TYPE_CHECKING:
    from gradviz.checking import Verdict
    from gradviz.checking.lines import CheckedLines

CODES = {"unequal_proved": 1, "invalid": 2, "resource": 2, "undecided": 3}
"""Exit codes; a right answer has 0."""


# -h is an answer: minus h.
@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("source")
@click.option("--wrt", "target", metavar="TARGET", required=True, help="What is asked for: W2, dL/dW2, dŷ/dz2, L.")
@click.argument("answer")
@click.option("--of", metavar="NAME", help="The stage that gradients are taken of; the last one if not given.")
@click.option("--at", metavar="VALUES|FILE", help='Values of inputs: then the answer is in numbers ("x=-2, y=5").')
@click.option(
    "--tolerance", type=float, help="How far a number may be off; half a unit of its last digit if not given."
)
@click.option("--steps", is_flag=True, help="ANSWER is a derivation, checked line by line.")
@click.option(
    "--form",
    type=click.Choice(["simplified", "factored"]),
    help="A form that the answer is to have; judged apart from whether it is right.",
)
@click.option("--in-terms-of", metavar="NAMES", help="The only names that the answer may use, as in ŷ,y,h1.")
@click.option("--strict", is_flag=True, help="Refuse an answer that has two readings.")
@click.option(
    "--feedback",
    type=click.Choice(["none", "verdict", "hint", "full"]),
    default="full",
    show_default=True,
    help="How much is told.",
)
@click.option("--seed", type=int, help="The same seed looks at the same points.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def check(
    ctx: click.Context,
    source: str,
    target: str,
    answer: str,
    of: str | None,
    at: str | None,
    tolerance: float | None,
    steps: bool,
    form: str | None,
    in_terms_of: str | None,
    strict: bool,
    feedback: str,
    seed: int | None,
    as_json: bool,
) -> None:
    """Say whether ANSWER is right for what --wrt asks of SOURCE.

    SOURCE is a program ("f = (x + y) z"), a file that holds one, or - for standard input. ANSWER is ASCII, Unicode or
    LaTeX, and may begin with a minus sign; - alone reads it from standard input. Exit codes: 0 right, 1 wrong,
    2 refused, 3 undecided.
    """
    values = read_values(at)
    text = standard_input() if answer == "-" and source != "-" else answer
    graph = read_graph(source, of, values)
    if steps:
        lines = graph.check_derivation(target, text, feedback=feedback, seed=seed)
        click.echo(json.dumps(lines.json(), ensure_ascii=False, indent=2) if as_json else _lines(lines))
        ctx.exit(0 if lines.ok else 1)
    verdict = graph.check(
        target,
        text,
        at=values,
        form=form,
        in_terms_of=split_names(in_terms_of),
        tolerance=tolerance,
        strict=strict,
        feedback=feedback,
        seed=seed,
    )
    click.echo(json.dumps(verdict.json(), ensure_ascii=False, indent=2) if as_json else _text(verdict))
    ctx.exit(0 if verdict.ok else CODES[verdict.status])


def _lines(lines: CheckedLines) -> str:
    marks = [f"{'✓' if line.verdict.ok else '✗'} {line.text}" for line in lines.lines]
    return "\n".join([*marks, lines.message])


def _text(verdict: Verdict) -> str:
    lines = [str(verdict)]
    if verdict.parsed is not None:
        lines.append(f"{say('verdict-read')}: {verdict.parsed.unicode}")
    if verdict.expected is not None and verdict.status == "unequal_proved":
        lines.append(f"{say('verdict-right')}: {verdict.expected.unicode}")
    return "\n".join(lines)
