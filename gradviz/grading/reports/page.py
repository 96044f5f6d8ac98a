"""A page for the grader: the distribution of mistakes, and each answer typeset beside the expected one."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from gradviz.grading.judge import OPEN, expected_of
from gradviz.grading.reports.formulas import Formulas
from gradviz.grading.summary import RIGHT, Group, Summary, Tally, for_grader
from gradviz.messages import say
from gradviz.render.formula import number

SHOWN = 100
"""Distinct answers of each verdict that are shown for a question; the others are counted."""
TYPESET = 200
"""Distinct formulas that are typeset for a page, shared by its questions; a typesetter makes about 30 a second."""
_HEADS = ("How many", "Answer", "Read as", "Expected", "Verdict", "Score")
_STRAYS = ("Student", "Named", "Problem")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LEAST = 10
_WIDEST = 270  # pixels of a bar: as wide as leaves its label readable on a phone
_LONGEST = 600  # characters of an answer, as it was written, that are shown
_STYLE = """
:root {
  color-scheme: light dark; --ink: #1a1a1a; --back: #ffffff; --soft: #f4f5fb; --line: #c9ccda;
  --bar: #005a8d; --wrong: #b34700;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #f2f3f7; --back: #15171c; --soft: #22252f; --line: #4a4f60;
    --bar: #56b4e9; --wrong: #e69f00;
  }
}
body {
  font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back);
  max-width: 76rem; margin: 2rem auto; padding: 0 1rem;
}
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem; border-bottom: 1px solid var(--line); }
td.count { text-align: right; font-variant-numeric: tabular-nums; }
th { vertical-align: bottom; }
code { white-space: pre-wrap; overflow-wrap: anywhere; }
section { margin: 2.5rem 0; }
.expected { background: var(--soft); padding: .6rem 1rem; border-radius: 8px; overflow-x: auto; }
svg { vertical-align: middle; } .unseen { position: absolute; } .bars { max-width: 100%; height: auto; }
.read { overflow-x: auto; max-width: 26rem; }
.more { color: var(--bar); }
.bar { fill: var(--bar); } .bar.wrong { fill: var(--wrong); }
svg text { fill: var(--ink); font: 14px system-ui, sans-serif; }
@media (max-width: 48rem) {
  th, td { padding: .3rem .45rem; }
  .answers thead { display: none; }
  .answers, .answers tbody, .answers tr, .answers td { display: block; border: 0; }
  .answers tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
  .answers td { max-width: none; text-align: left; padding: .15rem 0; }
  .answers td:empty { display: none; }
  .answers td[data-head]::before { content: attr(data-head) ": "; font-weight: 600; }
}
@media print { section { break-inside: avoid-page; } }
"""


def write_page(summary: Summary) -> str:
    """Write the page; it needs no other file and no network."""
    formulas = Formulas()
    title = escape(summary.title or "Results")
    share = max(_LEAST, TYPESET // max(1, len(summary.tallies)))
    sections = []
    for place, tally in enumerate(summary.tallies.values()):
        formulas.left = share
        sections.append(_section(place, tally, _expected(summary, tally), formulas))
    head = f'<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>{title}</title>'
    body = "\n".join([formulas.definitions(), f"<h1>{title}</h1>", _overview(summary), *sections, *_strays(summary)])
    head = f"{head}\n<style>{_STYLE}</style>"
    page = f"<head>\n{head}\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>"
    return f'<!doctype html>\n<html lang="en">\n{page}\n</html>\n'


def _overview(summary: Summary) -> str:
    lines = []
    for place, tally in enumerate(summary.tallies.values()):
        name = f'<a href="#{_anchor(place)}">{escape(tally.question.id)}</a>'
        numbers = (str(tally.count), str(tally.right), str(_open(tally)), _mean(tally))
        lines.append(f"<tr><td>{name}</td>" + "".join(f'<td class="count">{n}</td>' for n in numbers) + "</tr>")
    return _columns(("Question", "Answers", "Right", "To look at", "Mean score"), lines)


def _columns(heads: Sequence[str], lines: Sequence[str], kind: str = "overview") -> str:
    """A table; those of kind ``answers`` become a list on a narrow screen, in which cells name their columns."""
    head = "".join(f'<th scope="col">{h}</th>' for h in heads)
    body = "\n".join(lines)
    return f'<table class="{kind}">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>'


def _anchor(number: int) -> str:
    return f"question-{number + 1}"


def _open(tally: Tally) -> int:
    return tally.count - tally.scored


def _mean(tally: Tally) -> str:
    return "–" if tally.mean is None else f"{tally.mean:.2f} of {tally.question.points:g}"


def _expected(summary: Summary, tally: Tally) -> dict[str, Any] | None:
    """What is right: the page is for the grader, whatever students are told."""
    for group in tally.answers.values():
        found: dict[str, Any] | None = for_grader(group.row).get("expected")
        if found:
            return found
    # What students made up as questions is looked at by guards alone.
    return expected_of(tally.question) if tally.question in summary.homework.questions else None


def _section(place: int, tally: Tally, expected: dict[str, Any] | None, formulas: Formulas) -> str:
    right = formulas.show(expected) if expected else ""
    parts = [f'<section id="{_anchor(place)}">\n<h2>{escape(tally.question.id)}</h2>']
    if tally.question.text:
        parts.append(f"<p>{escape(tally.question.text)}</p>")
    if right:
        parts.append(f'<p class="expected">Expected: {right}</p>')
    parts.append(_bars(tally))
    parts.append(_columns(_HEADS, list(_lines(tally, right, formulas)), "answers"))
    return "\n".join([*parts, "</section>"])


def _lines(tally: Tally, right: str, formulas: Formulas) -> Iterator[str]:
    """The distinct answers: first what is to be looked at, last what is right; of each verdict the most frequent."""
    groups = sorted(tally.answers.values(), key=lambda g: (*_rank(g.row["status"]), -g.count, g.row["answer"]))
    by_status: dict[str, list[Group]] = {}
    for group in groups:
        by_status.setdefault(group.row["status"], []).append(group)
    for status, some in by_status.items():
        yield from (_line(group, right, formulas) for group in some[:SHOWN])
        rest = some[SHOWN:]
        if rest:
            count = sum(group.count for group in rest)
            more = escape(str(say("page-more", distinct=f"{len(rest):,}", status=status)))
            yield f'<tr class="more"><td class="count">{count:,}</td><td colspan="5">{more}</td></tr>'


def _strays(summary: Summary) -> Iterator[str]:
    """What answers no question: nobody else would see it."""
    if not summary.strays:
        return
    lines = []
    for row in summary.strays[:SHOWN]:
        names = [f"<code>{escape(text)}</code>" if text else "" for text in (row["student_id"], row["question"])]
        cells = map(_cell, _STRAYS, ("", "", ""), (*names, _told(row["message"])))
        lines.append(f"<tr>{''.join(cells)}</tr>")
    rest = len(summary.strays) - len(lines)
    lines += (
        [f'<tr class="more"><td colspan="3">{escape(str(say("strays-more", count=rest)))}</td></tr>'] if rest else []
    )
    heading = escape(str(say("page-strays")))
    yield f"<section>\n<h2>{heading}</h2>\n{_columns(_STRAYS, lines, 'answers')}\n</section>"


def escape(text: str) -> str:
    """Text for a page; characters that say nothing and belong in no page are marked."""
    return html.escape(_CONTROL.sub("\ufffd", text))


def _rank(status: str) -> tuple[bool, bool, str]:
    return status not in OPEN, status in RIGHT, "" if status in RIGHT else status


def _line(group: Group, right: str, formulas: Formulas) -> str:
    row = group.row
    read = formulas.show(row["parsed"]) if row.get("parsed") else ""
    score = "–" if row["score"] is None else f"{row['score']:g}"
    told = _told(for_grader(row)["message"])
    verdict = "<br>".join([f"<strong>{escape(row['status'])}</strong>", *([told] if told else [])])
    answer = row["answer"] if len(row["answer"]) <= _LONGEST else f"{row['answer'][:_LONGEST]} …"
    cells = (str(group.count), f"<code>{escape(answer)}</code>", read, right, verdict, score)
    kinds = ("count", "", "read", "read", "", "count")
    return f"<tr>{''.join(map(_cell, _HEADS, kinds, cells))}</tr>"


def _cell(head: str, kind: str, content: str) -> str:
    kind = f' class="{kind}"' if kind else ""
    return f'<td{kind} data-head="{head}">{content}</td>' if content else f"<td{kind}></td>"


def _told(text: str) -> str:
    """Sentences; those with a place keep their lines as they are, so that the caret stands where it belongs."""
    return f"<code>{escape(text)}</code>" if "\n    " in text else escape(text).replace("\n", "<br>")


def _bars(tally: Tally) -> str:
    """What was right, and which mistakes were seen how often, as bars."""
    other = {s: n for s, n in tally.statuses.items() if s not in (*RIGHT, "unequal_proved")}
    unexplained = sum(
        g.count
        for g in tally.answers.values()
        if g.row["status"] == "unequal_proved" and not for_grader(g.row).get("diagnosis")
    )
    shown: list[tuple[str, int]] = [("right", tally.right)]
    shown += Counter(tally.mistakes).most_common()
    shown += [("no mistake named", unexplained)] if unexplained else []
    shown += sorted(other.items())
    most = max(n for _, n in shown) or 1
    lines = []
    for place, (label, count) in enumerate(shown):
        y = place * 24
        kind = "bar" if label == "right" else "bar wrong"
        lines.append(
            f'<text x="150" y="{y + 15}" text-anchor="end">{escape(label)}</text>'
            f'<rect class="{kind}" x="160" y="{y + 3}" width="{number(_WIDEST * count / most)}" height="16"/>'
            f'<text x="{number(166 + _WIDEST * count / most)}" y="{y + 15}">{count}</text>'
        )
    told = escape(", ".join(f"{label}: {count}" for label, count in shown))
    width, height = 230 + _WIDEST, 24 * len(shown)
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg class="bars" {size} role="img" aria-label="{told}">' + "".join(lines) + "</svg>"
