"""``gradviz grade``: a course's answers to a question file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradviz.messages import UsageError, say

if TYPE_CHECKING:
    from gradviz.grading import Homework, Row, Spec, Submission, Summary


@click.command()
@click.argument("source")
@click.argument("submissions", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "outputs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="RESULTS.jsonl, written as it goes; reports: .csv, .html, .xml (JUnit), gradescope/{student_id}.json.",
)
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes on this machine.")
@click.option("--dask", metavar="ADDRESS", help="A dask.distributed scheduler to grade on, in place of this machine.")
@click.option(
    "--seconds", type=click.FloatRange(0.05), default=5.0, show_default=True, help="Longest time for an answer."
)
@click.option(
    "--memory", type=click.IntRange(128), default=1024, show_default=True, help="Most memory of a process, MiB."
)
@click.option(
    "--feedback",
    type=click.Choice(["none", "verdict", "hint", "full"]),
    default="full",
    show_default=True,
    help="How much messages tell, where SOURCE is a program.",
)
@click.option("--of", metavar="NAME", help="The stage that gradients are taken of, where SOURCE is a program.")
@click.option("--student", default="student_id", show_default=True, help="The column of students.")
@click.option("--question", default="question", show_default=True, help="The column of questions.")
@click.option("--answer", default="answer", show_default=True, help="The column of answers.")
@click.option("--seed", type=int, help="For repeatable points.")
def grade(source: str, submissions: Path, outputs: tuple[Path, ...], **options: Any) -> None:
    """Grade SUBMISSIONS of SOURCE.

    SOURCE is a question file (homework.toml), or a program: the question is then what is asked for, as W2 or dL/dW2.
    SUBMISSIONS is a table (.csv, .jsonl), a notebook, or a folder of .tex, .md and .ipynb files. A run that was
    interrupted goes on where its results end.
    """
    from gradviz.grading import Columns, Spec, check_homework, read_submissions, write_report

    homework = _homework(source, options["of"], options["feedback"])
    check_homework(homework)
    kept, reports = _places(outputs)
    columns = Columns(options["student"], options["question"], options["answer"])
    spec = Spec(homework, options["seconds"], options["memory"], options["seed"])
    count = sum(1 for _ in read_submissions(submissions, columns)) if sys.stderr.isatty() else None
    rows = _rows(spec, read_submissions(submissions, columns), kept, count, options)
    summary = _summary(homework, rows, kept)
    for report in reports:
        write_report(report, summary)
    for line in _table(summary):
        click.echo(line, err=kept is None)


def _homework(source: str, of: str | None, feedback: str) -> Homework:
    from gradviz.cli.source import read_graph
    from gradviz.grading import Homework, load_homework

    if source.endswith(".toml"):
        return load_homework(Path(source))
    graph = read_graph(source, of, None)
    assert graph.program
    return Homework(source, program=graph.program.source.text, of=of or "", feedback=feedback)


def _places(outputs: tuple[Path, ...]) -> tuple[Path | None, tuple[Path, ...]]:
    """Where results go, and the reports."""
    from gradviz.grading import known_report

    lines = [p for p in outputs if p.suffix.lower() in (".jsonl", ".ndjson")]
    if len(lines) > 1 or (outputs and not lines):
        raise UsageError(say("results-place"))
    reports = tuple(p for p in outputs if p not in lines)
    for report in reports:
        known_report(report)
    return (lines[0] if lines else None), reports


def _rows(
    spec: Spec, found: Iterator[Submission], kept: Path | None, count: int | None, options: dict[str, Any]
) -> Iterator[Row]:
    """The rows of this run, each written before the next is waited for."""
    from gradviz.grading import Results, cluster, grade

    with ExitStack() as stack:
        results = stack.enter_context(Results(kept, spec.homework)) if kept else None
        executor, jobs = stack.enter_context(cluster(options["dask"])) if options["dask"] else (None, options["jobs"])
        advance = stack.enter_context(_progress(count - results.done.total() if results else count)) if count else None
        for row in grade(spec, found, executor=executor, jobs=jobs, done=results.done if results else None):
            if results:
                results.add(row)
            else:
                click.echo(json.dumps(row, ensure_ascii=False))
            if advance:
                advance()
            yield row


def _summary(homework: Homework, rows: Iterator[Row], kept: Path | None) -> Summary:
    """What all results amount to, those of earlier runs too."""
    from gradviz.grading import read_results, summarise

    if kept is None:
        return summarise(homework, rows)
    for _ in rows:  # each is written as it comes
        pass
    return summarise(homework, read_results(kept))


@contextmanager
def _progress(count: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error, with rate and time left."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.speed:.0f}/s"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=count)
        bar.tasks[0].finished_speed = 0.0  # a speed to show before there is one
        yield lambda: bar.advance(task)


def _table(summary: Summary) -> list[str]:
    """What was graded, a line for each question."""
    lines = []
    for name, tally in summary.tallies.items():
        mean = "" if tally.mean is None else f", mean {tally.mean:.3g} of {tally.question.points:g}"
        open_ = tally.count - tally.scored
        left = f", {open_} to look at" if open_ else ""
        lines.append(f"{name}: {tally.count} answers, {tally.right} right{left}{mean}")
    return lines
