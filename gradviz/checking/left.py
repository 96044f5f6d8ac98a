"""What stands before an answer's sign of equality: it says what the answer is meant to be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto

from gradviz.checking.target import Target, read_target
from gradviz.graph.dag import Dag
from gradviz.messages import GradvizError
from gradviz.notation import canonical, read_expression, tree
from gradviz.ops import WORDS


class Means(Enum):
    """What a left side means.

    ``ASKED`` is what is asked for, in any spelling. ``OTHER`` is another quantity of the graph. ``WORDS`` names
    nothing here (``ans``), so it says nothing. ``FORMULA`` is no name at all.
    """

    ASKED = auto()
    OTHER = auto()
    WORDS = auto()
    FORMULA = auto()


@dataclass(frozen=True, slots=True)
class Left:
    """A left side: as it is written, and what it means."""

    text: str
    means: Means


_AROUND = re.compile(r"^(?:\s|&|\$|\\[(\[]|\\displaystyle)+|(?:\s|&|:)+$")
_LETTERS = re.compile(r"_\{[a-z][a-z, ]*\}|_[a-z]+(?![A-Za-z0-9])|\[[a-z][a-z, ]*\]|[ᵢⱼₖₗ]+|,\s*[a-z][a-z, ]*(?=\})")
_D = r"(?:d|∂|\\partial\b|\\mathrm\{d\}|\\text\{d\}|\\rm d)\s*"
_RATIO = re.compile(
    rf"^(?:{_D}[^/]*/\s*{_D}(?P<a>.+)|\\[dt]?frac\s*\{{\s*{_D}[^{{}}]*(?:\{{[^{{}}]*\}})?\}}\s*\{{\s*{_D}(?P<b>.+)\}})$"
)
_ALONE = re.compile(rf"^(?:{_D}|(?:∇|\\nabla|grad)\s*_?)\s*(?P<a>.+)$|^(?P<b>.+)(?:\.|_)grad$")
_SIGNS = re.compile(r"[-+−*·×⊙@/]|\\(?:cdot|times|odot|[dt]?frac)\b")
_SET_OFF = re.compile(r"\\[()\[\]]")
_MOST_WORDS = 6


def left_of(text: str) -> str | None:
    r"""The text before the first sign of equality that is in no bracket; None where there is none.

    Examples
    --------
    >>> left_of(r"$\delta_2 = (ŷ - y)$"), left_of("1[z >= 0] h"), left_of("= x")
    ('\\delta_2', None, '')
    """
    text = _SET_OFF.sub("  ", text)
    depth = 0
    for n, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if c == "=" and depth <= 0 and text[n - 1 : n] not in tuple("<>!=") and text[n + 1 : n + 2] != "=":
            return _AROUND.sub("", text[:n])
    return None


def left_side(text: str, target: Target, dag: Dag, deltas: Mapping[str, int], *, at: bool = False) -> Left:
    """What a left side means.

    Parameters
    ----------
    text : str
    target : Target
        What is asked for.
    dag : Dag
    deltas : mapping of str to int
        Adjoints that have a name of their own.
    at : bool
        Whether values are given; see `read_target`.

    Examples
    --------
    >>> from gradviz.graph import build
    >>> from gradviz.notation import read_program
    >>> dag = build(read_program("h = σ(w x); L = h^2", WORDS))
    >>> asked = read_target("w", dag, {})
    >>> [left_side(t, asked, dag, {}).means.name for t in ("dL/dw", "dL/dx", "dw", "ans", "2 h x")]
    ['ASKED', 'OTHER', 'ASKED', 'WORDS', 'FORMULA']
    """
    words = text.split()
    for n in range(min(len(words), _MOST_WORDS)):  # words may stand before: so dL/dw =
        named = _named(" ".join(words[n:]), dag, deltas, at=at)
        if named is not None:
            return Left(text, Means.ASKED if _same(named, target, dag) else Means.OTHER)
        if n == 0 and _formula(text, dag, deltas):
            return Left(text, Means.FORMULA)
    return Left(text, Means.FORMULA if _SIGNS.search(text) and not _RATIO.match(text) else Means.WORDS)


def _named(text: str, dag: Dag, deltas: Mapping[str, int], *, at: bool) -> Target | None:
    """The quantity that a text names, by an entry or as a whole."""
    spellings = tuple(dict.fromkeys((text, _LETTERS.sub("", text))))
    for spelled in spellings:
        with suppress(GradvizError):
            return read_target(spelled, dag, deltas, at=at)
    for spelled in spellings:  # dW is a gradient to many, and so is ∂J/∂W where the program says L
        for found in (_RATIO.match(spelled), _ALONE.match(spelled)):
            name = found and (found["a"] or found["b"]).strip().removeprefix("{").removesuffix("}")
            if name and (by := _canonical(name, dag)) in dag.names:
                return Target("gradient", dag.output, by)
    return None


def _canonical(text: str, dag: Dag) -> str:
    try:
        return canonical(text, dag.names)
    except GradvizError:
        return ""


def _formula(text: str, dag: Dag, deltas: Mapping[str, int]) -> bool:
    """Whether a text is read as something that is made of known names."""
    known = {*dag.names, *deltas}
    own = {n: len(f.parameters) for n, f in dag.functions.items()}
    try:
        read = read_expression(text, WORDS, known, answer=True, functions=own, sizes=dag.sizes)
    except GradvizError:
        return False
    primed = isinstance(read, tree.Transpose) and text.endswith(("'", "′", "’"))
    return not (primed or isinstance(read, tree.Name | tree.Partial | tree.Call | tree.Entry))


def _same(a: Target, b: Target, dag: Dag) -> bool:
    """Whether two targets are the same quantity; a bare name stands for what is asked about it."""
    at = dag.names
    if {a.kind, b.kind} == {"gradient", "value"}:
        value, gradient = (a, b) if a.kind == "value" else (b, a)
        return at[value.of] == at[gradient.by] if value is a else False
    if a.kind == b.kind == "hessian":
        return at[a.of] == at[b.of] and {at[a.by], at[a.second]} == {at[b.by], at[b.second]}
    pairs = ((x, y) for x, y in ((a.of, b.of), (a.by, b.by)))
    return a.kind == b.kind and all(at.get(x) == at.get(y) for x, y in pairs)
