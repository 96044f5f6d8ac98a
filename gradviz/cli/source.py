"""What commands read: programs, values, names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from gradviz.cli.streams import standard_input
from gradviz.messages import UsageError, say

if TYPE_CHECKING:
    from gradviz.api import Graph


def read_graph(source: str, of: str | None, at: str | None) -> Graph:
    """The graph of SOURCE: a program, a file that holds one, or ``-`` for standard input."""
    from gradviz.api import load, parse

    if source == "-":
        return parse(standard_input(), of=of, at=at)
    if source.endswith(".grad") or _is_file(source):
        return load(source, of=of, at=at)
    _refuse_folder(source)
    return parse(source, of=of, at=at)


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False


def _refuse_folder(text: str) -> None:
    try:
        folder = bool(text) and Path(text).is_dir()
    except (OSError, ValueError):
        return
    if folder:
        raise UsageError(say("is-folder", path=text))


def read_values(at: str | None) -> str | None:
    """The text of ``--at``, which may be a file's name."""
    if at is None:
        return at
    if not _is_file(at):
        _refuse_folder(at)
        return at
    from gradviz.api import read_text

    return read_text(Path(at))


def split_names(wrt: str | None) -> list[str] | None:
    """The names in a list with commas; those within braces belong to a name."""
    return None if wrt is None else [n.strip() for n in re.split(r",(?![^{}]*\})", wrt) if n.strip()]
