"""Programs and values from text: where everything comes in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gradviz.api.files import read_text
from gradviz.api.graph import Graph
from gradviz.api.values import assigned, shape_of
from gradviz.graph import build
from gradviz.notation import canonical, read_program
from gradviz.ops import WORDS


def parse(text: str, *, of: str | None = None, file: str = "", at: Mapping[str, Any] | str | None = None) -> Graph:
    """Read a program and build its graph.

    Parameters
    ----------
    text : str
        A program: statements on lines, or with ``;`` between them.
    of : str, optional
        The stage that gradients are taken of; the last definition where not given.
    file : str, optional
        Where the text comes from, for messages.
    at : mapping or str, optional
        Values that will be given: undeclared names take their shapes.

    Returns
    -------
    Graph

    Raises
    ------
    GradvizError
        With line, column, and what to write instead.

    Examples
    --------
    >>> import gradviz as gv
    >>> graph = gv.parse("f = (x + y) z")
    >>> graph.inputs, str(graph.gradient("x"))
    (('x', 'y', 'z'), 'z')
    """
    program = read_program(text, WORDS, file=file)
    shapes = {name: shape_of(value) for name, value in assigned(at).items()}
    return Graph(build(program, canonical(of) if of else None, {n: s for n, s in shapes.items() if s}), program, of)


def load(path: str | Path, *, of: str | None = None, at: Mapping[str, Any] | str | None = None) -> Graph:
    """Read a program from a file, as `parse` does.

    Raises
    ------
    GradvizError
        The file is missing or no UTF-8 text, or as `parse`.
    """
    return parse(read_text(Path(path)), of=of, file=str(path), at=at)
