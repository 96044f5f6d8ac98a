"""Verdicts that show themselves in Jupyter: what was read, what is right, where it is wrong, which mistake it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from gradviz.api import numbers
from gradviz.checking import Verdict
from gradviz.checking.lines import CheckedLine, CheckedLines
from gradviz.messages import say
from gradviz.notation import spell

if TYPE_CHECKING:
    from gradviz.render.shapes import Scene
    from gradviz.render.sheet import Line

_BOX = (
    "border-left:4px solid {colour};padding:.3em .9em;margin:.3em 0;fill:currentColor;overflow-x:auto;line-height:1.7"
)
_COLOURS = {"✓": "#1a7f37", "✗": "#b34700", "": "#777777"}
_SIZE = 20.0
"""Of formulas in a page."""
_WIDE = 100
"""Characters on a line of a picture."""
_PLAIN = ";font-family:monospace"
"""Where a place is shown by what stands below it."""


def _mark(verdict: Verdict | CheckedLines) -> str:
    """Right or wrong; nothing where nothing is to be told."""
    return ("✓" if verdict.ok else "✗") if verdict.message else ""


class ShownVerdict(Verdict):
    """A verdict that shows itself in Jupyter."""

    __slots__ = ()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        from gradviz.api.notebook import bundle

        lines = [*_picture(self), *_notes([self.message, *_mistakes(self), *_witness(self)])]
        more = {"text/html": _box(_mark(self), _html(self)), "text/markdown": _markdown(self)}
        return bundle(str(self), _scene(lines, self.message, str(self)), more)


class ShownLines(CheckedLines):
    """The verdicts on the lines of a derivation, which show themselves in Jupyter."""

    __slots__ = ()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        from gradviz.api.notebook import bundle

        text = "\n".join([*(f"{_mark(line.verdict)} {line.text}" for line in self.lines), self.message])
        rows = "".join(map(_row, self.lines))
        html = _box(_mark(self), f"<table>{rows}</table><div>{escape(self.message)}</div>")
        told = [f"- {_mark(line.verdict)} {_in_markdown(line)}" for line in self.lines]
        markdown = "\n".join([*told, "", _quoted(self.message)])
        lines = [*map(_line, self.lines), *_notes([self.message])]
        return bundle(text, _scene(lines, self.message, text), {"text/html": html, "text/markdown": markdown})


_shown: Callable[[Verdict], ShownVerdict] = partial(tuple.__new__, ShownVerdict)


def shown(verdict: Verdict) -> ShownVerdict:
    """A verdict as one that shows itself."""
    return _shown(verdict)


def _scene(lines: list[Line], title: str, text: str) -> Scene:
    from gradviz.render.sheet import sheet

    return sheet(lines, title.splitlines()[0] if title else "", text)


# -- what is told


def _read(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """What was read, and what is right, as words and LaTeX."""
    if verdict.parsed is not None:
        yield str(say("verdict-read")), verdict.parsed.latex
    if verdict.expected is not None and verdict.status == "unequal_proved":
        yield str(say("verdict-right")), verdict.expected.latex


def _mistakes(verdict: Verdict) -> list[str]:
    return [text for m in verdict.diagnosis if (text := m.message or m.hint)]


def _why(verdict: Verdict) -> str:
    """What is wrong with a line, in one sentence."""
    return "" if verdict.ok else next(iter(_mistakes(verdict)), verdict.message)


def _witness(verdict: Verdict) -> list[str]:
    """The values at which an answer is wrong."""
    values: Mapping[str, Any] = verdict.witness
    if not values:
        return []
    told = ", ".join(numbers.told(spell(name, "unicode"), value) for name, value in values.items())
    return [str(say("verdict-witness", values=told))]


# -- as a picture


def _picture(verdict: Verdict) -> Iterator[Line]:
    from gradviz.render.sheet import Line

    for words, latex in _read(verdict):
        yield Line("", latex, rf"\text{{{words}}}")


def _notes(texts: Iterable[str]) -> Iterator[Line]:
    """Sentences on as many lines as they need."""
    from textwrap import wrap

    from gradviz.render.captions import sentence
    from gradviz.render.sheet import Line

    for text in texts:
        yield from (Line("", "", sentence(line)) for line in wrap(text, _WIDE))


def _line(line: CheckedLine) -> Line:
    from gradviz.render.captions import sentence
    from gradviz.render.sheet import Line

    verdict = line.verdict
    right = verdict.parsed.latex if verdict.parsed is not None else sentence(line.text)
    return Line("", right, sentence(" ".join((str(say("answer-right")) if verdict.ok else _why(verdict)).split())))


# -- as a page


def _box(mark: str, content: str) -> str:
    return f'<div class="gradviz" style="{_BOX.format(colour=_COLOURS[mark])}">{content}</div>'


def _html(verdict: Verdict) -> str:
    rows = [f"<tr><td>{escape(words)}</td><td>{_formula(latex)}</td></tr>" for words, latex in _read(verdict)]
    plain = _PLAIN if "\n" in verdict.message else ""
    parts = [f'<div style="white-space:pre-wrap{plain}"><b>{_mark(verdict)}</b> {escape(verdict.message)}</div>']
    if rows:
        parts.append(f"<table>{''.join(rows)}</table>")
    parts += [f"<div>{escape(text)}</div>" for text in (*_mistakes(verdict), *_witness(verdict))]
    return "".join(parts)


def _formula(latex: str) -> str:
    from gradviz.render import inline
    from gradviz.render.cache import open_store
    from gradviz.render.formulas import Typesetter

    return inline.formula(Typesetter(open_store()).formula(latex, _SIZE))


def _row(line: CheckedLine) -> str:
    verdict = line.verdict
    shown = _formula(verdict.parsed.latex) if verdict.parsed is not None else f"<code>{escape(line.text)}</code>"
    why = _why(verdict)
    return f"<tr><td>{_mark(verdict)}</td><td>{shown}</td><td>{escape(why)}</td></tr>"


# -- as Markdown


def _markdown(verdict: Verdict) -> str:
    lines = [f"{_mark(verdict)} {_quoted(verdict.message)}", ""]
    lines += [f"- {words}: ${latex}$" for words, latex in _read(verdict)]
    lines += [f"- {_quoted(text)}" for text in (*_mistakes(verdict), *_witness(verdict))]
    return "\n".join(lines)


def _in_markdown(line: CheckedLine) -> str:
    verdict = line.verdict
    told = f"${verdict.parsed.latex}$" if verdict.parsed is not None else _quoted(line.text)
    why = _why(verdict)
    return f"{told}: {_quoted(why)}" if why else told


def _quoted(text: str) -> str:
    """Text as Markdown that means nothing but itself."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|$~&-])", r"\\\1", " ".join(text.split()))
