"""The syntax tree: what a person wrote, before anyone knows shapes.

Trees are compared by what they say, never by where they stand (`span`). Sums and products
are n-ary, so that a sum of 100,000 terms is wide, not deep.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from operator import attrgetter
from typing import Any, ClassVar, NamedTuple, TypeAlias, TypeVar, dataclass_transform


class Span(NamedTuple):
    """A stretch of the source text: offsets of its first character and past its last."""

    start: int
    end: int


NOWHERE = Span(0, 0)
spanned: Callable[[tuple[int, int]], Span] = partial(tuple.__new__, Span)
"""A span of its two offsets, made in half the time: a reader makes one for each part of a text."""


class Part:
    """Base of all expressions: compared by what they say; what was worked out about one stays with it."""

    __slots__ = ("_hash", "written")
    _hash: int
    written: Any
    """How it was written last; see `gradviz.notation.writer`."""
    _shown: ClassVar[tuple[str, ...]] = ()
    _says: ClassVar[Callable[[Any], Any]]

    def __init_subclass__(cls) -> None:
        cls._shown = tuple(n for n in cls.__annotations__ if n != "span")
        cls._says = attrgetter(*(n for n in cls._shown if n != "text"))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        kind = type(self)
        return kind is type(other) and hash(self) == hash(other) and kind._says(self) == kind._says(other)

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            found = hash((type(self).__name__, type(self)._says(self)))
            self._hash = found
            return found

    def __reduce__(self) -> tuple[type[Part], tuple[Any, ...]]:
        # What was worked out stays behind: hashes differ between processes.
        return type(self), tuple([getattr(self, n) for n in type(self).__match_args__])  # type: ignore[attr-defined]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{n}={getattr(self, n)!r}' for n in self._shown)})"


_Kind = TypeVar("_Kind", bound=Part)


@dataclass_transform(eq_default=False, frozen_default=True)
def _part(kind: type[_Kind]) -> type[_Kind]:
    """A dataclass that is frozen to the type checker only: trees are made by the thousand, and three times as fast."""
    return dataclass(slots=True, eq=False, repr=False)(kind)


@_part
class Number(Part):
    """A number without a sign; exact, with the spelling it was written in ("0.10")."""

    value: Fraction
    text: str = ""
    span: Span = NOWHERE


@_part
class Name(Part):
    """A name in canonical spelling: ``ŷ``, ``W1``, ``x_train``, ``W^{(t)}``, ``d1.z``."""

    name: str
    span: Span = NOWHERE


@_part
class Constant(Name):
    """``e``, ``π``, ``I`` (the identity), ``𝟏`` (a vector of ones); a program's own ``I`` is a `Name`."""

    name: str
    span: Span = NOWHERE


@_part
class Negative(Part):
    """``−x``."""

    operand: Expr
    span: Span = NOWHERE


@_part
class Sum(Part):
    """``a + b − c``: its items in order; a subtracted item is a `Negative`."""

    items: tuple[Expr, ...]
    span: Span = NOWHERE


@_part
class Product(Part):
    r"""Operands joined by operators of one level of binding, applied from left to right.

    ``operators[i]`` stands between ``operands[i]`` and ``operands[i + 1]``. Either all are ``""``
    (juxtaposition, which binds tighter), or each is one of ``* · × / ⊙ ⊘ @ ⊗``.
    ``÷`` is read as ``/``, ``∘`` and ``.*`` as ``⊙``, ``./`` as ``⊘``. A fraction
    (``\frac{a}{b}``) is a Product of two operands with ``/``.
    """

    operands: tuple[Expr, ...]
    operators: tuple[str, ...]
    span: Span = NOWHERE


@_part
class Power(Part):
    """``base^exponent``; ``e^z`` has the base ``Constant("e")``."""

    base: Expr
    exponent: Expr
    span: Span = NOWHERE


@_part
class Transpose(Part):
    """``Wᵀ``; ``text`` is ``'`` where it was written so, which on a number is meant as a derivative."""

    operand: Expr
    span: Span = NOWHERE
    text: str = ""


@_part
class Inverse(Part):
    """``A⁻¹`` of a name or group that may be a matrix; ``A⁻ᵀ`` is a Transpose of it."""

    operand: Expr
    span: Span = NOWHERE


@_part
class Call(Part):
    """A function (or a block) applied to arguments.

    ``function`` is the canonical word of the table of functions handed to the reader
    (``sigmoid`` for ``σ``), or a name that the program defines as a function. ``|x|`` is
    ``abs``; ``‖x‖`` is ``norm``, ``‖x‖_1`` ``norm1``, ``‖x‖_∞`` ``norm_inf``. ``order`` counts
    primes: ``σ'(z)`` has 1. ``options`` are those given by name, in their order:
    ``conv2d(X, K, stride=2)``. ``text`` is how it was written, where there are several ways: ``log``
    for ``ln``, ``F`` below a norm.
    """

    function: str
    arguments: tuple[Expr, ...]
    order: int = 0
    span: Span = NOWHERE
    options: tuple[tuple[str, Expr], ...] = ()
    text: str = ""


@_part
class Entry(Part):
    """``x[1]``, ``W[i, j]``, or ``x_i`` where ``i`` is bound. Indices count from 1.

    An index is any expression (``x[i + k − 1]``), or a `Slice`.
    """

    array: Expr
    indices: tuple[Expr, ...]
    span: Span = NOWHERE


@_part
class Slice(Part):
    """``2:5`` among the indices of an entry: both ends count; None is the end of the axis."""

    low: Expr | None = None
    high: Expr | None = None
    span: Span = NOWHERE


@_part
class Big(Part):
    """``∑_{i=1}^{n} body`` (operator ``sum`` or ``prod``); without bounds, all of the axis."""

    operator: str
    index: str
    low: Expr | None
    high: Expr | None
    body: Expr
    span: Span = NOWHERE


@_part
class Comparison(Part):
    """``a > b``; the operator is one of ``< > ≤ ≥ = ≠``."""

    operator: str
    left: Expr
    right: Expr
    span: Span = NOWHERE


@_part
class Indicator(Part):
    """``𝟙[z > 0]``: 1 where the condition holds, else 0."""

    condition: Comparison
    span: Span = NOWHERE


@_part
class Cases(Part):
    """A function by cases: values, each with the comparisons that all have to hold.

    The first case whose comparisons hold counts; one without any is for the rest.
    """

    rows: tuple[tuple[Expr, tuple[Comparison, ...]], ...]
    span: Span = NOWHERE


@_part
class Array(Part):
    """``[1, 2, 3]``; a matrix is an array of its rows."""

    items: tuple[Expr, ...]
    span: Span = NOWHERE


@_part
class Partial(Part):
    """``∂L/∂z₂``: an adjoint, a gradient, or a local derivative, by name.

    What is differentiated, and what it is differentiated by, are names or, in derivations
    that gradviz writes, printed expressions.
    """

    of: Expr
    by: Expr
    span: Span = NOWHERE


@_part
class Either(Part):
    """A text with more than one reading; shapes decide, or nobody does."""

    readings: tuple[Expr, ...]
    span: Span = NOWHERE


Expr: TypeAlias = (
    Number
    | Name
    | Negative
    | Sum
    | Product
    | Power
    | Transpose
    | Inverse
    | Call
    | Entry
    | Slice
    | Big
    | Comparison
    | Indicator
    | Cases
    | Array
    | Partial
    | Either
)


# Statements ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Domain:
    """A fact that a declaration states.

    ``kind`` is ``real``, ``binary`` ({0, 1}), ``set`` (other finite sets of numbers, in
    ``members``), ``onehot``, ``simplex``, ``symmetric``, ``orthogonal``, or ``interval`` (with
    ``low`` and ``high``, None where open-ended, and ``strict`` bounds: ``λ > 0``, ``0 < p < 1``,
    ``0 ≤ p ≤ 1``).
    """

    kind: str
    low: Fraction | None = None
    high: Fraction | None = None
    strict: tuple[bool, bool] = (True, True)
    members: tuple[Fraction, ...] = ()


@dataclass(frozen=True, slots=True)
class Declaration:
    """``W1 ∈ ℝ^{3×4}``: names, a shape (None where not stated), and facts.

    A dimension is a whole number, the name of a symbolic size, or computed from such (``m + d``).
    """

    names: tuple[Name, ...]
    shape: tuple[int | str, ...] | None
    domain: Domain
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Definition:
    """``z1 = W1ᵀ x``. Several targets take the results of a block (``h, c = lstm(x)``).

    ``indices`` are those of a definition by entries (``ŷ_i = …``).
    """

    targets: tuple[Name, ...]
    value: Expr
    indices: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Function:
    """``swish(v) = v σ(v)``, or a block: parameters, definitions inside, results.

    A one-line function has a single inner definition whose target is its own name.
    ``is_block`` tells the two apart.
    """

    name: Name
    parameters: tuple[Name, ...]
    body: tuple[Definition, ...]
    results: tuple[Name, ...]
    is_block: bool = False
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Data:
    """``data x, y``."""

    names: tuple[Name, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


Literal: TypeAlias = "Fraction | tuple[Literal, ...]"


@dataclass(frozen=True, slots=True)
class Random:
    """``~ normal(mean, deviation)`` or ``~ uniform(low, high)``."""

    distribution: str
    parameters: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """One ``name = value`` of an ``at`` statement."""

    name: Name
    value: Literal | Random
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Values:
    """``at x = -2, y = 5``."""

    assignments: tuple[Assignment, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


Statement: TypeAlias = Declaration | Definition | Function | Data | Values


@dataclass(frozen=True, slots=True)
class Program:
    """A whole text: its statements in order, and the text itself for messages.

    ``warnings`` are what the reader has to tell: a definition that hides a function, and the like. ``styled`` are names
    that the text writes in one style only, and how: ``𝓛`` for ``L``.
    """

    statements: tuple[Statement, ...]
    source: Source
    warnings: tuple[Remark, ...] = ()
    styled: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the reader noticed that is no error: a message's kind and parts, and where."""

    kind: str
    parts: tuple[tuple[str, str], ...]
    span: Span


@dataclass(slots=True, unsafe_hash=True)
class Source:
    """A text, with the file that it came from ("" for none)."""

    text: str
    file: str = ""
