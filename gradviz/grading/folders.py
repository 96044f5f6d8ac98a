"""Submissions in folders of texts: an answer below each heading, or a file for each answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from gradviz.grading.named import question_of
from gradviz.grading.notebooks import read_notebook
from gradviz.grading.submission import Submission, opened, submission
from gradviz.grading.written import has_formula, written
from gradviz.messages import Message, say

TEXTS = (".tex", ".md", ".txt")
_KNOWN = ", ".join((*TEXTS, ".ipynb"))
_BESIDE = (".", "__MACOSX")
"""How names of files begin that systems and archives put beside others."""


def read_folder(path: Path, questions: Collection[str]) -> Iterator[Submission]:
    """A file for each student, or a folder for each student with a file for each question."""
    for entry in sorted(path.iterdir(), key=lambda p: p.name):
        if entry.name.startswith((".", "_")):
            continue
        if entry.is_dir():
            yield from _of_student(entry, questions)
        elif entry.suffix.lower() == ".ipynb":
            yield from read_notebook(entry, entry.stem, questions)
        elif entry.suffix.lower() in TEXTS:
            yield from read_text(entry, questions)
        else:
            yield Submission(entry.stem, "", "", say("submission-file", name=entry.name, known=_KNOWN))


def _of_student(folder: Path, questions: Collection[str]) -> Iterator[Submission]:
    """A student's folder: other files may lie beside those that are read, but not instead of them."""
    files = list(_files(folder))
    read = [f for f in files if f.suffix.lower() in (*TEXTS, ".ipynb")]
    if not read:
        problem = say("submission-file", name=files[0].name, known=_KNOWN) if files else say("submission-empty")
        yield Submission(folder.name, "", "", problem)
    for file in read:
        if file.suffix.lower() == ".ipynb":
            yield from read_notebook(file, folder.name, questions)
        else:
            text, unread = _read(file)
            question = question_of(file.stem, questions)
            if question is None and _HEADING.search(text):
                yield from _by_headings(text, folder.name, questions)
            else:
                yield submission(folder.name, question or file.stem, written(text), unread)


def _files(folder: Path) -> Iterator[Path]:
    """The files in a folder and in those within it."""
    for entry in sorted(folder.iterdir(), key=lambda p: p.name):
        if entry.name.startswith(_BESIDE):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _files(entry)
        else:
            yield entry


def read_text(file: Path, questions: Collection[str] = ()) -> Iterator[Submission]:
    r"""A student's file with a heading for each question: ``## 1a``, ``\section{1a}``, ``% answer: 1a``."""
    text, problem = _read(file)
    if problem:
        yield Submission(file.stem, "", "", problem)
    else:
        yield from _by_headings(text, file.stem, questions)


def _read(file: Path) -> tuple[str, Message | None]:
    try:
        with opened(file) as lines:
            return lines.read(), None
    except OSError as problem:
        return "", say("not-readable", path=file, problem=problem.strerror)


_HEADING = re.compile(
    r"^(?:(?P<depth>#{1,6})[ \t]+(?P<md>.+?)[ \t#]*"
    r"|\\(?P<kind>(?:sub)*section|(?:sub)?paragraph)\*?\{(?P<tex>[^}]*)\}.*|%[ \t]*answer:(?P<said>.+))$",
    re.MULTILINE,
)
_FENCED = re.compile(r"^```.*?(?:^```|\Z)", re.MULTILINE | re.DOTALL)
_KINDS = ("section", "subsection", "subsubsection", "paragraph", "subparagraph")


class _Section(NamedTuple):
    """A heading with how deep it stands, and what stands below it."""

    depth: int
    name: str
    body: str


def _by_headings(text: str, student: str, questions: Collection[str]) -> Iterator[Submission]:
    sections = _sections(text)
    above: list[_Section] = []
    empty = True
    for section, after in zip(sections, [*sections, None][1:], strict=True):
        above = [s for s in above if s.depth < section.depth]
        question = question_of(section.name, questions, [s.name for s in above])
        above.append(section)
        title = question is None and after is not None and after.depth > section.depth
        if section.body.strip() and not (title and not has_formula(section.body)):
            empty = False
            yield submission(student, question or section.name, written(section.body))
    if empty:
        problem = say("submission-headings" if text.strip() and not sections else "submission-empty")
        yield submission(student, "", "" if sections else text, problem)


def _sections(text: str) -> list[_Section]:
    fenced = [found.span() for found in _FENCED.finditer(text)]  # a comment in code is no heading
    marks = [m for m in _HEADING.finditer(text) if not any(a <= m.start() < b for a, b in fenced)]
    found = []
    for mark, after in zip(marks, [*marks, None][1:], strict=True):
        depth = len(mark["depth"] or "") or (_KINDS.index(mark["kind"]) + 1 if mark["kind"] else 1)
        name = (mark["md"] or mark["tex"] or mark["said"] or "").strip()
        body = text[mark.end() : after.start() if after else len(text)]
        found.append(_Section(depth, name, body.split(r"\end{document}")[0]))
    return found
