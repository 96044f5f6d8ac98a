"""What one operation is: a declaration from which everything else follows."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeAlias

from gradviz.notation.words import Word
from gradviz.terms import Dim

Shape: TypeAlias = tuple[Dim, ...]
"""Axes of a node: ``()`` scalar, ``(n,)`` column, ``(1, n)`` row, ``(m, n)`` matrix, longer for arrays."""

ShapeRule: TypeAlias = Callable[[tuple[Shape, ...], Hashable], Shape]
Value: TypeAlias = Callable[..., Any]
Texts: TypeAlias = tuple[str, ...] | Callable[[tuple[Shape, ...]], tuple[str, ...]]
"""One text for each operand; where they depend on shapes, a function of the operands' shapes."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, declared once.

    Parameters
    ----------
    name : str
        Its key in the catalogue.
    formula : str
        What one entry of the result is, in gradviz's notation. An operation on entries names its
        operands ``v`` (one), or ``a``, ``b``: ``1/(1 + e^(-v))``. An operation on arrays names entries:
        ``Z[i,j] = sum_k A[i,k] B[k,j]``; ``*`` stands for as many axes as the operand has.
        Empty where no formula gives the entry (inverse, the place of a maximum).
    shape : ShapeRule
        The result's shape from those of the operands.
    word : Word or None
        How people call it; None for what is written with signs.
    sign : str
        What stands in its circle in a circuit drawing.
    primitive : bool
        Whether the algebra knows it by name (``e^v``, ``σ(v)``) instead of by its formula.
    opaque : bool
        Whether expressions speak of its result as a whole (``‖x‖``, ``softmax(z)``).
    pullback : tuple of str, or callable
        For each operand, the adjoint's entry where no formula gives it, in ``g`` (adjoint of the result), ``u``
        (the result) and the operands: ``Z[i,j] = -sum_k sum_l u[k,i] g[k,l] u[j,l]``. Another operation on whole
        operands may stand in it, a *companion*: ``Z[i,j] = g u inv(v)[j,i]``.
    value : callable or None
        Numbers from numbers, ``value(library, *operands)``, where the formula is slow or not stable.
    domain : tuple of str
        Conditions under which it is defined, in the names of the formula.
    range : (float, float) or None
        Open interval that the values lie in.
    kinks : str
        Where the derivative jumps and what is taken there, for the reader.
    forms : tuple of str
        For a function on entries, the derivative by each operand as books write it or as it is stable in numbers,
        where that is not the shortest form; it is held against the formula when the table is made.
    """

    name: str
    formula: str
    shape: ShapeRule
    word: Word | None = None
    sign: str = ""
    primitive: bool = False
    opaque: bool = False
    pullback: Texts = ()
    value: Value | None = None
    domain: tuple[str, ...] = ()
    range: tuple[float, float] | None = None
    kinks: str = ""
    forms: tuple[str, ...] = ()

    def pullbacks(self, shapes: tuple[Shape, ...]) -> tuple[str, ...]:
        """The declared pullbacks for operands of given shapes; empty where they follow from the formula."""
        return self.pullback(shapes) if callable(self.pullback) else self.pullback

    @property
    def elementwise(self) -> bool:
        """Whether it acts on each entry: the formula does not say which entry."""
        return bool(self.formula) and not self.formula.startswith("Z")
