"""Submissions as courses have them: tables, lines of JSON, folders of texts, notebooks."""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gradviz.grading.rows import records
from gradviz.messages import Message, UsageError, say


@dataclass(frozen=True, slots=True)
class Submission:
    """One answer of one student; ``problem`` says why there is none."""

    student_id: str
    question: str
    answer: str
    problem: Message | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from others."""
        return self.student_id, self.question, self.answer


@dataclass(frozen=True, slots=True)
class Columns:
    """How the columns, or keys, of a table are called."""

    student_id: str = "student_id"
    question: str = "question"
    answer: str = "answer"

    @property
    def names(self) -> tuple[str, str, str]:
        """The three in the order of a submission."""
        return self.student_id, self.question, self.answer


def read_submissions(
    path: Path, columns: Columns | None = None, questions: Collection[str] = ()
) -> Iterator[Submission]:
    """Read submissions one by one; what is wrong with one spoils that one only.

    Parameters
    ----------
    path : Path
        ``.csv`` (or ``.tsv``): a table with a line of headings; commas, semicolons or tabs. ``.jsonl``: an object a
        line. ``.ipynb``: a notebook, by one student. A folder: a file for each student, or a folder for each student
        with a file for each question; ``.tex``, ``.md``, ``.txt`` and ``.ipynb``.
    columns : Columns, optional
    questions : collection of str, optional
        The questions' names: a heading, or a file's name, that begins with one (``## Exercise 1a: …``) is that one.

    Raises
    ------
    UsageError
        There is no such file, no such format, or the columns are not there.
    """
    columns = columns or Columns()
    if path.is_dir():
        return (_named(submission, questions) for submission in _folder(path))
    reader = _READERS.get(path.suffix.lower())
    if not path.exists():
        raise UsageError(say("no-such-file", path=path))
    if reader is None:
        raise UsageError(say("no-submissions", path=path, known=", ".join((*_READERS, "folders"))))
    return reader(path, columns)


def _csv(path: Path, columns: Columns) -> Iterator[Submission]:
    with path.open("rb") as raw:
        utf16 = raw.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # a spreadsheet's "Unicode text"
    # A byte that is no text becomes a lone surrogate, so that it spoils its own row alone.
    errors = "replace" if utf16 else "surrogateescape"
    with path.open(encoding="utf-16" if utf16 else "utf-8-sig", errors=errors, newline="") as file:
        first = file.readline()
        if "\0" in first:
            raise UsageError(say("not-utf8", path=path))
        told = re.fullmatch(r"sep=(.)\s*", first)
        first = file.readline() if told else first
        delimiter = told[1] if told else max(",;\t|", key=first.count)
        heads = [h.strip() for h in next(csv.reader([first], delimiter=delimiter, skipinitialspace=True), [])]
        places = _places(heads, columns)
        missing = [c for c, place in zip(columns.names, places, strict=True) if place < 0]
        if missing:
            found = ", ".join(heads) or "nothing"
            problem = say("submissions-columns", path=path, missing=", ".join(missing), found=found)
            raise UsageError(problem, hint=say("submissions-columns-hint"))
        for number, record in enumerate(records(file, delimiter, places[1], len(heads)), 1):
            fields = [record.fields[p] if p < len(record.fields) else None for p in places]
            submission = _of_fields(fields)
            too_many = any(x.strip() for x in record.fields[len(heads) :])
            if record.broken or too_many:
                kind = "submission-quote" if record.broken else "submission-long"
                submission = replace(submission, problem=say(kind))
            yield _with_person(submission, number)


def _places(heads: Sequence[str], columns: Columns) -> list[int]:
    """Where the columns are; -1 for one that is not there. Capitals and spaces make no other name of a heading."""
    alike = [re.sub(r"[\s_-]+", "_", h).lower() for h in heads]
    found = []
    for name in columns.names:
        loosely = re.sub(r"[\s_-]+", "_", name).lower()
        one = alike.index(loosely) if alike.count(loosely) == 1 else -1
        found.append(heads.index(name) if name in heads else one)
    return found


def _jsonl(path: Path, columns: Columns) -> Iterator[Submission]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                fields = [row.get(c) for c in columns.names] if isinstance(row, dict) else [None]
            except (ValueError, RecursionError):
                fields = [None]
            if len(fields) == len(columns.names) and all(isinstance(f, str | int | float) for f in fields):
                yield _with_person(_of_fields([str(f) for f in fields]), number)
            else:
                known = [str(f) if isinstance(f, str | int | float) else "" for f in (*fields, "", "", "")]
                problem = say("submission-json", keys=", ".join(columns.names))
                yield _with_person(Submission(_clean(known[0]), _clean(known[1]), _clean(known[2]), problem), number)


def _with_person(submission: Submission, number: int) -> Submission:
    """The submission, under a name of its own where it names no student: none is taken for another."""
    if submission.student_id:
        return submission
    name = str(say("nobody", number=number))
    return replace(submission, student_id=name, problem=submission.problem or say("submission-nobody"))


def is_nobody(student: str) -> bool:
    """Whether a student's name is one that `gradviz` gave to a row without any."""
    return re.fullmatch(re.escape(str(say("nobody", number=0))).replace("0", r"\d+"), student) is not None


def _of_fields(fields: list[str | None]) -> Submission:
    student, question, answer = (f or "" for f in fields)
    if None not in fields and not _SURROGATES.search(student + question + answer):
        return Submission(student.strip(), question.strip(), answer)
    problem = None
    if None in fields:
        problem = say("submission-short")
    elif any(_BYTES.search(f) for f in (student, question, answer)):
        problem = say("submission-bytes")
    return Submission(_clean(student).strip(), _clean(question).strip(), _clean(answer), problem)


_BYTES = re.compile("[\udc80-\udcff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def _clean(text: str) -> str:
    """The text with a sign for what is no text: it can be written anywhere."""
    return _SURROGATES.sub("\ufffd", text)


def _notebook(path: Path, columns: Columns) -> Iterator[Submission]:
    return _of_notebook(path, path.stem)


def _of_notebook(path: Path, student: str) -> Iterator[Submission]:
    """Cells that carry a tag ``answer:1a``; a cell of code is its text, one of Markdown its formula."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8-sig"))["cells"]
        tagged = [(tag[7:].strip(), cell) for cell in cells for tag in _tags(cell) if tag.startswith("answer:")]
        found = [(q, _text_of(cell["source"]), cell["cell_type"] == "markdown") for q, cell in tagged]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        named = say("submission-notebook", problem=f"{type(problem).__name__}: {problem}")
        yield Submission(student, "", "", named)
        return
    if not found:
        yield Submission(student, "", "", say("submission-untagged"))
    for question, text, formula in found:
        yield Submission(student, _clean(question), _formula(text) if formula else text.strip())


_BEFORE = "|".join(
    ("question", "problem", "exercise", "task", "part", "answer", "solution", "q", "ex", "aufgabe", "frage", "teil")
)


def _named(submission: Submission, questions: Collection[str]) -> Submission:
    """The submission with the question that its heading begins with; as it is where that is none."""
    said = submission.question
    if submission.problem or said in questions:
        return submission
    for q in sorted(questions, key=len, reverse=True):
        # A whole word: 1 is neither in 1a nor in 1.2.
        if re.match(rf"(?:(?:{_BEFORE})[\s_.:]*)*{re.escape(q)}(?!\.?[^\W_])", said, re.IGNORECASE):
            return replace(submission, question=q)
    return submission


def _tags(cell: dict[str, Any]) -> list[str]:
    return [tag for tag in cell.get("metadata", {}).get("tags", ()) if isinstance(tag, str)]


def _text_of(source: Any) -> str:
    return _clean("".join(source) if isinstance(source, list) else str(source))


def _folder(path: Path) -> Iterator[Submission]:
    for entry in sorted(path.iterdir(), key=lambda p: p.name):
        if entry.name.startswith((".", "_")):  # what systems and archives put beside
            continue
        if entry.is_dir():
            yield from _of_student(entry)
        elif entry.suffix.lower() == ".ipynb":
            yield from _of_notebook(entry, entry.stem)
        elif entry.suffix.lower() in _TEXTS:
            yield from _by_headings(entry)
        else:
            yield Submission(entry.stem, "", "", say("submission-file", name=entry.name, known=_KNOWN))


def _of_student(folder: Path) -> Iterator[Submission]:
    """A student's folder: other files may lie beside those that are read, but not instead of them."""
    files = [f for f in sorted(folder.iterdir(), key=lambda p: p.name) if not f.name.startswith(".")]
    read = [f for f in files if f.suffix.lower() in (*_TEXTS, ".ipynb")]
    if not read:
        problem = say("submission-file", name=files[0].name, known=_KNOWN) if files else say("submission-empty")
        yield Submission(folder.name, "", "", problem)
    for file in read:
        if file.suffix.lower() == ".ipynb":
            yield from _of_notebook(file, folder.name)
        else:
            yield _whole(file, folder.name)


_TEXTS = (".tex", ".md", ".txt")
_KNOWN = ", ".join((*_TEXTS, ".ipynb"))
_HEADING = re.compile(
    r"^(?:#{1,6}[ \t]+(?P<md>.+?)[ \t#]*|\\(?:sub)*section\*?\{(?P<tex>[^}]*)\}.*|%[ \t]*answer:(?P<said>.+))$",
    re.MULTILINE,
)


def _whole(file: Path, student: str) -> Submission:
    """A file that is one answer; its name is the question's."""
    text, problem = _read(file)
    return Submission(student, file.stem, _formula(text), problem)


def _by_headings(file: Path) -> Iterator[Submission]:
    r"""A file with a heading for each question: ``## 1a``, ``\section{1a}``, ``% answer: 1a``."""
    text, problem = _read(file)
    if problem:
        yield Submission(file.stem, "", "", problem)
        return
    marks = list(_HEADING.finditer(text))
    found = []
    for mark, after in zip(marks, [*marks, None][1:], strict=True):
        name = next(v for v in mark.groupdict().values() if v is not None).strip()
        body = text[mark.end() : after.start() if after else len(text)]
        body = body.split(r"\end{document}")[0]
        if body.strip():
            found.append(Submission(file.stem, name, _formula(body)))
    if not found:
        problem = say("submission-headings" if text.strip() and not marks else "submission-empty")
        yield Submission(file.stem, "", "" if marks else _clean(text), problem)
    yield from found


def _read(file: Path) -> tuple[str, Message | None]:
    try:
        return file.read_text(encoding="utf-8-sig"), None
    except UnicodeDecodeError:
        return "", say("submission-bytes")
    except OSError as problem:
        return "", say("not-readable", path=file, problem=problem.strerror)


_DISPLAYED = re.compile(
    r"\$\$(?P<a>.+?)\$\$|\\\[(?P<b>.+?)\\\]|(?P<c>\\begin\{(?P<env>align|equation|gather)(?P<star>\*?)\}.+?\\end\{(?P=env)(?P=star)\})",
    re.DOTALL,
)
_INLINE = re.compile(r"\$(?P<a>[^$]+)\$|\\\((?P<b>.+?)\\\)", re.DOTALL)


_CODE = re.compile(r"^```[^\n`]*\n(?P<a>.+?)\n```[ \t]*$|`(?P<b>[^`\n]+)`", re.DOTALL | re.MULTILINE)


def _formula(text: str) -> str:
    """The first displayed formula of a text, else the first within a line, or in code; else the text itself."""
    found = _DISPLAYED.search(text) or _INLINE.search(text) or _CODE.search(text)
    if not found:
        return text.strip()
    return next(v for k, v in found.groupdict().items() if k in "abc" and v is not None).strip()


_READERS: Mapping[str, Callable[[Path, Columns], Iterator[Submission]]] = MappingProxyType(
    {".csv": _csv, ".tsv": _csv, ".jsonl": _jsonl, ".ndjson": _jsonl, ".ipynb": _notebook}
)
