"""What stands before an answer's sign of equality: it says what the answer is meant to be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto

from gradviz.checking.quantities import Quantity, quantity
from gradviz.checking.target import Target, differentiated, read_target
from gradviz.graph.dag import Dag
from gradviz.messages import GradvizError
from gradviz.notation import canonical, read_expression, tree
from gradviz.ops import WORDS


class Means(Enum):
    """What a left side means.

    ``ASKED`` is what is asked for, in any spelling. ``OTHER`` is another quantity. ``WORDS`` names
    nothing here (``ans``), so it says nothing. ``FORMULA`` is no name at all.
    """

    ASKED = auto()
    OTHER = auto()
    WORDS = auto()
    FORMULA = auto()


@dataclass(frozen=True, slots=True)
class Left:
    """A left side: as it is written, what it means, whether it stands transposed, and which quantity it names."""

    text: str
    means: Means
    turned: bool = False
    target: Target | None = None


_LETTERS = re.compile(
    r"_\{[a-z][a-z, ]*\}|_[a-z]+(?![A-Za-z0-9])|\[[a-z][a-z, ]*\]|[ᵢⱼₖₗₘₙₚᵣₛₜᵤᵥ]+|,\s*[a-z][a-z, ]*(?=\})"
)
_LEADING = (
    "a an and answer as by chain derivative final finally find follows for get gives gradient have hence i is it let "
    "loss my obtain of our rule result so solution that the then therefore this thus we which with yields "
    "also damit daher folgt und"
)
_CHANGING = "minus negative not half twice double where wrong no without except"
_SAYING, _TURNING = frozenset(_LEADING.split()), frozenset(_CHANGING.split())
_WORD = re.compile(r"[^\W\d_]+'?")
_CALLED = re.compile(r"(?P<name>.*?\S)\s*\([^()+\-*/=]*\)|(?P<alone>[^\s()]+)")
_SPACES = re.compile(r"\\[,;!: ]|\\quad\b|~")


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
    >>> [left_side(t, asked, dag, {}).means.name for t in ("dL/dw", "L'(w)", "dL/dx", "dw", "ans", "2 h x")]
    ['ASKED', 'ASKED', 'OTHER', 'ASKED', 'WORDS', 'FORMULA']
    """
    words = _SPACES.sub(" ", text).split()
    for n in range(len(words)):  # words may stand before: so dL/dw =
        if n and words[n - 1].strip(",:").lower() not in _SAYING:
            break
        named = _named(" ".join(words[n:]), target, dag, deltas, at=at)
        if named is not None:
            found, turned = named
            same = found is not None and _same(found, target, dag)
            return Left(text, Means.ASKED if same else Means.OTHER, turned, found)
    return Left(text, Means.WORDS if _says_nothing(text, words, dag, deltas) else Means.FORMULA)


def _named(
    text: str, target: Target, dag: Dag, deltas: Mapping[str, int], *, at: bool
) -> tuple[Target | None, bool] | None:
    """The quantity that a text names, by an entry or as a whole, and whether it is transposed.

    None where it is no quantity; a quantity of None where it is none of this graph.
    """
    for spelled in dict.fromkeys((text, _LETTERS.sub("", text))):
        for whole in dict.fromkeys((spelled, _without_arguments(spelled))):
            with suppress(GradvizError):
                return read_target(whole, dag, deltas, at=at), False
    for spelled in dict.fromkeys((text, _LETTERS.sub("", text))):
        read = quantity(spelled)
        if read is not None and _is_named(read, target, dag):
            return _target(read, target, dag), read.turned
    return None


def _is_named(read: Quantity, target: Target, dag: Dag) -> bool:
    """Whether what is differentiated is a name, and by what too."""
    of, by = _canonical(read.of, dag), _canonical(read.by, dag)
    if (read.of and not of) or (read.by and not by):
        return False
    if of in WORDS and of not in dag.names:  # σ'(z)
        return target.kind == "derivative" and dag.names.get(by or target.by) == dag.names[target.by]
    return True


def _target(read: Quantity, target: Target, dag: Dag) -> Target | None:
    """The derivative that is named; None where the graph has no such name."""
    of, by = _canonical(read.of, dag), _canonical(read.by, dag)
    if of in WORDS and of not in dag.names:
        return target
    if not by and of in dag.names and of != target.of and target.kind == "gradient":
        by, of = of, ""  # ∇W is a gradient to many
    by = by or target.by
    if by not in dag.names:
        return None
    of = of if of in dag.names else dag.output  # J for L
    return differentiated(of, by, dag)


def _without_arguments(text: str) -> str:
    """``L(w)`` is L."""
    found = re.fullmatch(r"(.+?)\s*\([\w\s,;|]*\)", text)
    return found[1] if found and "/" not in text else text


def _canonical(text: str, dag: Dag) -> str:
    """The name that a text is; empty where it is none."""
    try:
        return canonical(text, dag.names) if text else ""
    except GradvizError:
        return ""


def _says_nothing(text: str, words: list[str], dag: Dag, deltas: Mapping[str, int]) -> bool:
    """Whether a text is a name that is none here, or words with it."""
    if _formula(text, dag, deltas):
        return False
    spoken = [w.strip(",:").lower() for w in words]
    if all(_WORD.fullmatch(w) and w not in _TURNING for w in spoken) and set(spoken[:-1]) <= _SAYING:
        return True
    found = _CALLED.fullmatch(text)
    return found is not None and bool(_canonical((found["name"] or found["alone"]).rstrip("'′"), dag))


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
