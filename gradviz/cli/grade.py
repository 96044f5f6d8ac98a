"""``gradviz grade``: a course's answers to a question file."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from gradviz.messages import UsageError, say
from gradviz.messages.errors import visible

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from gradviz.grading import Homework, Marks, Spec, Submission, Tally

REFUSED = 2
INTERRUPTED = 130
REFRESHED = 3
"""How often a second the bar is drawn."""
LONGEST = 40
"""Characters of a student's or a question's name that are shown."""
TOLD = 5
"""How many submissions that answer no question are named."""


class _Seconds(click.FloatRange):
    """A time; what is no number is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found: float = super().convert(value, param, ctx)
        return self.fail(f"{value} is no time.", param, ctx) if math.isnan(found) else found


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
    "--seconds", type=_Seconds(0.05, 86400.0), default=5.0, show_default=True, help="Longest time for an answer."
)
@click.option(
    "--memory", type=click.IntRange(128), default=1024, show_default=True, help="Most memory of a process, MiB."
)
@click.option(
    "--feedback",
    type=click.Choice(["none", "verdict", "hint", "full"]),
    help="How much messages tell, where SOURCE is a program; full if not given.",
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
    interrupted goes on where its results end. Exit codes: 0 graded, 2 refused, 130 interrupted.
    """
    from gradviz.grading import (
        Columns,
        Spec,
        check_homework,
        read_results,
        read_submissions,
        strays_of,
        summarise,
        tallied,
        write_report,
    )

    homework = _homework(source, options["of"], options["feedback"])
    kept, reports = _places(outputs, (Path(source), submissions))
    columns = Columns(options["student"], options["question"], options["answer"])
    spec = Spec(homework, options["seconds"], options["memory"], options["seed"])
    with _judges(spec, options) as (executor, jobs):  # they start while the questions are looked at
        check_homework(homework, Path(source) if source.endswith(".toml") else None)
        read = partial(read_submissions, submissions, columns, [q.id for q in homework.questions])
        count = sum(1 for _ in read()) if sys.stderr.isatty() else None
        marks = _graded(spec, read(), kept, count, executor, jobs)
    tallies = tallied(homework, marks)
    failed = []
    if reports:
        assert kept
        summary = summarise(homework, read_results(kept))
        for report in reports:
            try:
                write_report(report, summary)
            except UsageError as problem:  # the others are written all the same
                failed.append(problem)
    for line in (*_table(tallies), *_strays(strays_of(homework, marks))):
        click.echo(line, err=kept is None)
    for one in failed:
        click.echo(f"gradviz: {one}", err=True)
    if failed:
        raise click.exceptions.Exit(REFUSED)


@contextmanager
def _judges(spec: Spec, options: dict[str, Any]) -> Iterator[tuple[Executor, int]]:
    """Where answers are judged, and how many at once."""
    from gradviz.grading import cluster, guarded

    address = options["dask"]
    if address is not None:
        with cluster(address) as (executor, threads):
            if not threads:
                click.echo(f"gradviz: {say('dask-no-workers', address=address)}", err=True)
            yield executor, max(1, threads)
    else:
        with guarded(spec, options["jobs"]) as threads:
            yield threads, options["jobs"]


def _homework(source: str, of: str | None, feedback: str | None) -> Homework:
    from gradviz.cli.source import read_graph
    from gradviz.grading import Homework, load_homework

    if source.endswith(".toml"):
        for option, key, value in (("--of", "of", of), ("--feedback", "feedback", feedback)):
            if value is not None:
                raise UsageError(say("option-of-file", option=option, key=key, example=f'"{value}"'))
        return load_homework(Path(source))
    graph = read_graph(source, of, None)
    assert graph.program
    return Homework(source, program=graph.program.source.text, of=of or "", feedback=feedback or "full")


def _places(outputs: tuple[Path, ...], inputs: tuple[Path, Path]) -> tuple[Path | None, tuple[Path, ...]]:
    """Where results go, and the reports; neither may be in the way of what is graded."""
    from gradviz.grading import known_report

    lines = [p for p in outputs if p.suffix.lower() in (".jsonl", ".ndjson")]
    if len(lines) > 1 or (outputs and not lines):
        raise UsageError(say("results-place"))
    reports = tuple(p for p in outputs if p not in lines)
    for report in reports:
        known_report(report)
    for output in outputs:
        if any(_is_same(output, given) for given in inputs):
            raise UsageError(say("output-is-input", path=output))
        if inputs[1].is_dir() and inputs[1].resolve() in output.resolve().parents:
            raise UsageError(say("output-among-inputs", path=output))
    return (lines[0] if lines else None), reports


def _is_same(output: Path, given: Path) -> bool:
    try:
        return output.samefile(given)
    except OSError:  # one of them is none, or the program itself
        return False


def _graded(
    spec: Spec, found: Iterator[Submission], kept: Path | None, count: int | None, executor: Executor, jobs: int
) -> Marks:
    """Grade, and write each row as it comes; the marks, those of earlier runs too."""
    from gradviz.grading import Results, graded

    with ExitStack() as stack:
        results = stack.enter_context(Results(kept, spec.homework)) if kept else None
        done = results.done if results else None
        marks: Marks = results.marks if results else {}
        advance = stack.enter_context(_progress(count - done.total() if done else count)) if count else None
        try:
            for one in graded(spec, found, executor=executor, jobs=jobs, done=done):
                if results:
                    results.add(one)
                else:
                    click.echo(one.line(), nl=False)
                    marks[one.submission.student_id, one.submission.question] = one.found.status, one.found.score
                if advance:
                    advance()
        except KeyboardInterrupt:
            if results is None:
                raise
            told = say("results-interrupted", count=f"{results.count:,}", path=kept)
            click.echo(f"gradviz: {told}", err=True)
            raise click.exceptions.Exit(INTERRUPTED) from None
    return marks


@contextmanager
def _progress(count: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error, with rate and time left."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, refresh_per_second=REFRESHED) as bar:
        task = bar.add_task("", total=count, rate="")
        done = 0
        began = shown = monotonic()

        def advance() -> None:
            nonlocal done, shown
            done += 1
            if done == count or monotonic() - shown > 1 / REFRESHED:
                shown = monotonic()
                bar.update(task, completed=done, rate=f"{done / max(shown - began, 1e-3):.0f}/s")

        yield advance


def _table(tallies: Mapping[str, Tally]) -> list[str]:
    """What was graded, a line for each question."""
    lines = []
    for name, tally in tallies.items():
        mean = "" if tally.mean is None else f", mean {tally.mean:.3g} of {tally.question.points:g}"
        open_ = tally.count - tally.scored
        left = f", {open_} to look at" if open_ else ""
        answers = "1 answer" if tally.count == 1 else f"{tally.count} answers"
        lines.append(f"{_shown(name)}: {answers}, {tally.right} right{left}{mean}")
    return lines


def _strays(found: list[tuple[str, str]]) -> Iterator[str]:
    """What answers no question; it would else be missed."""
    if found:
        told = [str(say("stray", student=_shown(s), question=_shown(q))) for s, q in found[:TOLD]]
        told += [str(say("strays-more", count=len(found) - TOLD))] if len(found) > TOLD else []
        yield str(say("strays" if len(found) > 1 else "strays-one", count=len(found), told=", ".join(told)))


def _shown(name: str) -> str:
    """What a stranger wrote, as a terminal may have it."""
    return visible(name if len(name) <= LONGEST else f"{name[:LONGEST]}…") or "?"
