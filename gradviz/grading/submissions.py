"""Submissions as courses have them: tables, lines of JSON, folders of texts, notebooks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from gradviz.grading.folders import TEXTS, read_folder, read_text
from gradviz.grading.notebooks import read_notebook
from gradviz.grading.submission import Columns, Submission
from gradviz.grading.tables import read_lines, read_table
from gradviz.messages import UsageError, say


def read_submissions(
    path: Path, columns: Columns | None = None, questions: Collection[str] = ()
) -> Iterator[Submission]:
    """Read submissions one by one; what is wrong with one spoils that one only.

    Parameters
    ----------
    path : Path
        ``.csv`` (or ``.tsv``): a table with a line of headings; commas, semicolons or tabs. ``.jsonl``: an object a
        line. ``.ipynb``, ``.md``, ``.tex``, ``.txt``: by one student. A folder: a file for each student, or a folder
        for each student with a file for each question, or with notebooks.
    columns : Columns, optional
    questions : collection of str, optional
        The questions' names: a heading, or a file's name, that begins with one (``## Exercise 1a: …``) is that one.

    Raises
    ------
    UsageError
        There is no such file, no such format, or the columns are not there.
    """
    if path.is_dir():
        return read_folder(path, questions)
    if not path.exists():
        raise UsageError(say("no-such-file", path=path))
    suffix = path.suffix.lower()
    if suffix in _TABLES:
        return _TABLES[suffix](path, columns or Columns())
    if suffix == ".ipynb":
        return read_notebook(path, path.stem, questions)
    if suffix in TEXTS:
        return read_text(path, questions)
    known = ", ".join((*_TABLES, ".ipynb", *TEXTS, "folders"))
    raise UsageError(say("no-submissions", path=path, known=known))


_TABLES: Mapping[str, Callable[[Path, Columns], Iterator[Submission]]] = MappingProxyType(
    {".csv": read_table, ".tsv": read_table, ".jsonl": read_lines, ".ndjson": read_lines}
)
