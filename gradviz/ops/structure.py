"""Operations that only move entries: what an attribute says, no formula text can."""

from __future__ import annotations

from typing import Any

from gradviz.ops import shapes
from gradviz.ops.operation import Operation, Shape
from gradviz.ops.shapes import core


def _einsum_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    axes_in, axes_out = attr
    dims = {a: d for axes, s in zip(axes_in, operands, strict=True) for a, d in zip(axes, core(s), strict=True)}
    return tuple(dims[a] for a in axes_out)


def _stack_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    assert isinstance(attr, tuple)
    return shapes.canonical((*attr, *operands[0]))


def _entry_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    # None where an axis is kept whole.
    return tuple(d for d, place in zip(core(operands[0]), attr, strict=True) if place is None)


def _basis_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    _place, dim = attr
    return (dim,)


STRUCTURE = (
    Operation("einsum", "", _einsum_shape, sign="Σ"),
    Operation("entry", "", _entry_shape, sign="[i]"),
    Operation("stack", "", _stack_shape, sign="[ ]"),
    Operation("number", "", shapes.scalar),
    Operation("size", "", shapes.scalar),
    Operation("constant", "", shapes.scalar),
    Operation("basis", "", _basis_shape),
    Operation("leaf", "", shapes.constant),
)
