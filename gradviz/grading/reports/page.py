"""A page for the grader: the distribution of mistakes, and each answer typeset beside the expected one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Any

from gradviz.grading.summary import RIGHT, Group, Summary, Tally
from gradviz.render.cache import open_store
from gradviz.render.formula import number
from gradviz.render.formulas import Typesetter

_SIZE = 18.0
_LONGEST = 400  # characters of LaTeX that are typeset; longer answers are shown as they were written
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
svg { vertical-align: middle; }
.read { overflow-x: auto; max-width: 32rem; }
.bar { fill: var(--bar); } .bar.wrong { fill: var(--wrong); }
svg text { fill: var(--ink); font: 14px system-ui, sans-serif; }
@media print { section { break-inside: avoid-page; } }
"""


def write_page(summary: Summary) -> str:
    """Write the page; it needs no other file and no network."""
    typesetter = Typesetter(open_store())
    title = escape(summary.title or "Results")
    sections = [_section(number, tally, typesetter) for number, tally in enumerate(summary.tallies.values())]
    head = f'<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>{title}</title>'
    body = "\n".join([f"<h1>{title}</h1>", _overview(summary), *sections])
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


def _columns(heads: Sequence[str], lines: Sequence[str]) -> str:
    head = "".join(f'<th scope="col">{h}</th>' for h in heads)
    body = "\n".join(lines)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _anchor(number: int) -> str:
    return f"question-{number + 1}"


def _open(tally: Tally) -> int:
    return tally.count - tally.scored


def _mean(tally: Tally) -> str:
    return "–" if tally.mean is None else f"{tally.mean:.2f} of {tally.question.points:g}"


def _section(place: int, tally: Tally, typesetter: Typesetter) -> str:
    groups = sorted(tally.answers.values(), key=lambda g: (g.row["status"] in RIGHT, -g.count, g.row["answer"]))
    expected = next((g.row["expected"] for g in groups if g.row.get("expected")), None)
    parts = [f'<section id="{_anchor(place)}">\n<h2>{escape(tally.question.id)}</h2>']
    if tally.question.text:
        parts.append(f"<p>{escape(tally.question.text)}</p>")
    if expected:
        parts.append(f'<p class="expected">Expected: {_typeset(expected, typesetter)}</p>')
    parts.append(_bars(tally))
    lines = [_line(group, typesetter) for group in groups]
    parts.append(_columns(("How many", "Answer", "Read as", "Verdict", "Score"), lines))
    return "\n".join([*parts, "</section>"])


def _line(group: Group, typesetter: Typesetter) -> str:
    row = group.row
    read = _typeset(row["parsed"], typesetter) if row.get("parsed") else ""
    score = "–" if row["score"] is None else f"{row['score']:g}"
    told = (row["message"], *(d["message"] for d in row.get("diagnosis") or ()))
    verdict = "<br>".join([f"<strong>{escape(row['status'])}</strong>", *(escape(t) for t in dict.fromkeys(told) if t)])
    cells = f'<td><code>{escape(row["answer"])}</code></td><td class="read">{read}</td><td>{verdict}</td>'
    return f'<tr><td class="count">{group.count}</td>{cells}<td class="count">{score}</td></tr>'


def _typeset(said: dict[str, Any], typesetter: Typesetter) -> str:
    """A formula as outlines, named by its text; the text alone where it is very long."""
    text = escape(said["unicode"])
    if len(said["latex"]) > _LONGEST:
        return f"<code>{text}</code>"
    formula = typesetter.formula(said["latex"], _SIZE)
    width, height = formula.width + 4, formula.height + formula.depth + 4
    x, y = formula.start[0] + 2, formula.start[1] + formula.height + 2
    runs = ""
    for run in formula.runs:
        place = f'x="{number(run.x + 2)}" y="{number(run.y + formula.height + 2)}"'
        runs += f"<text {place}>{escape(run.text)}</text>"
    size = f'width="{number(width)}" height="{number(height)}" viewBox="0 0 {number(width)} {number(height)}"'
    path = f'<path d="M{number(x)} {number(y)}{formula.path}" fill="currentColor"/>' if formula.path else ""
    return f'<svg {size} role="img" aria-label="{text}">{path}{runs}</svg>'


def _bars(tally: Tally) -> str:
    """What was right, and which mistakes were seen how often, as bars."""
    other = {s: n for s, n in tally.statuses.items() if s not in (*RIGHT, "unequal_proved")}
    unexplained = sum(
        g.count for g in tally.answers.values() if g.row["status"] == "unequal_proved" and not g.row.get("diagnosis")
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
            f'<rect class="{kind}" x="160" y="{y + 3}" width="{number(360 * count / most)}" height="16"/>'
            f'<text x="{number(166 + 360 * count / most)}" y="{y + 15}">{count}</text>'
        )
    told = escape(", ".join(f"{label}: {count}" for label, count in shown))
    size = f'width="600" height="{24 * len(shown)}" viewBox="0 0 600 {24 * len(shown)}"'
    return f'<svg {size} role="img" aria-label="{told}">' + "".join(lines) + "</svg>"
