"""Reductions: one number for all entries of an array, for each row, or for each column.

Each is declared once, as a template for what `Line` says of the entries that go together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from gradviz.notation.words import Form
from gradviz.ops import shapes
from gradviz.ops.function import word
from gradviz.ops.operation import Operation, Shape, ShapeRule
from gradviz.ops.shapes import core


@dataclass(frozen=True)
class Line:
    """What the templates of reductions speak of.

    Parameters
    ----------
    line : str
        What the names begin with.
    shape : ShapeRule
        Of the result.
    axis : int or None
        Along which entries go together; None for all.
    Z, u, g, at : str
        An entry of the result, of its value, of its adjoint; and how another reduction of the same lines is read.
    S, x, T, y : str
        A sum over a line with the entry that it goes over, and another one.
    n : str
        How many entries a line has.
    P, all, other, both : str
        An entry of the operand's adjoint; its place, the place at T, and both together.
    U, two, three : str
        A third sum; the places at T and at it, and all three together.
    """

    line: str
    shape: ShapeRule
    axis: int | None
    Z: str
    u: str
    g: str
    at: str
    S: str
    x: str
    T: str
    y: str
    n: str
    P: str
    all: str
    other: str
    both: str
    U: str
    two: str
    three: str

    def fill(self, template: str) -> str:
        """A template with all that put in."""
        return template.format(**vars(self))


def _matrix(line: str, shape: ShapeRule, axis: int, at: str, along: str, n: str) -> Line:
    there = f"[{at},k]" if axis else f"[k,{at}]"
    return Line(
        line=line,
        shape=shape,
        axis=axis,
        Z=f"Z[{at}]",
        u=f"u[{at}]",
        g=f"g[{at}]",
        at=f"[{at}]",
        S=f"sum_{along}",
        x="v[i,j]",
        T="sum_k",
        y=f"v{there}",
        n=n,
        P="Z[i,j]",
        all="[i,j]",
        other=there,
        both=f"[{at},j,k]" if axis else f"[i,k,{at}]",
        U="sum_l",
        two=f"[{at},k,l]" if axis else f"[k,l,{at}]",
        three=f"[{at},j,k,l]" if axis else f"[i,k,l,{at}]",
    )


LINES = (
    Line(
        "", shapes.scalar, None, "Z", "u", "g", "", "sum_*", "v[*]", "sum_*'", "v[*']", "size(v)",
        "Z[*]", "[*]", "[*']", "[*,*']", "sum_*''", "[*',*'']", "[*,*',*'']",
    ),
    _matrix("row", shapes.rows, 1, "i", "j", "columns(v)"),
    _matrix("col", shapes.columns, 0, "j", "i", "rows(v)"),
)  # fmt: skip

AXES: dict[str, int | None] = {}
"""For each reduction, the axis that it goes along; None for all."""


def _lines(
    name: str,
    formula: str = "",
    *,
    pullback: str = "",
    value: Callable[[Any, Any, int | None], Any] | None = None,
    opaque: bool = True,
    sign: str = "",
    latex: str = "",
    form: Form = "call",
    kinks: str = "",
    range: tuple[float, float] | None = None,  # noqa: A002
) -> tuple[Operation, ...]:
    """The reduction of all entries, of each row, and of each column."""
    found = []
    for line in LINES:
        called, whole = line.line + name, not line.line
        AXES[called] = line.axis
        found.append(
            Operation(
                called,
                line.fill(formula),
                line.shape,
                word(called, latex=latex if whole else "", form=form if whole else "call"),
                line.line + (sign or name),
                opaque=opaque,
                pullback=(line.fill(pullback),) if pullback else (),
                value=None if value is None else _along(value, line.axis),
                kinks=kinks,
                range=range,
            )
        )
    return tuple(found)


def _along(value: Callable[[Any, Any, int | None], Any], axis: int | None) -> Callable[[Any, Any], Any]:
    """A value along an axis; rows and columns have one axis here, and single numbers none."""

    def function(m: Any, v: Any) -> Any:
        axes = len(getattr(v, "shape", ()))
        if not axes:
            return _single(value, v)
        if axis == 0 and axes == 1:
            found = value(m, v[None], 0)
            return found.reshape(found.shape[-1:])
        return value(m, v, 0 if axes == 1 else axis)

    return function


def _single(value: Callable[[Any, Any, int | None], Any], v: Any) -> Any:
    import numpy as np

    return value(np, np.array([v]), 0).item()


def _take(m: Any, v: Any, place: Any, axis: int | None) -> Any:
    # Through the place, not the value, so that a complex step passes.
    if axis is None:
        return v.reshape(-1)[place(m.real(v))]
    return m.take_along_axis(v, m.expand_dims(place(m.real(v), axis=axis), axis), axis).squeeze(axis)


def _sizes(m: Any, v: Any) -> Any:
    return m.where(m.real(v) >= 0, v, -v)


def _logsumexp(m: Any, v: Any, axis: int | None) -> Any:
    top = m.real(v).max(axis=axis, keepdims=True)
    return m.squeeze(top, axis) + m.log(m.exp(v - top).sum(axis=axis))


def others(m: Any, v: Any, axis: int | None) -> Any:
    """For each entry, the product of the others in its line: from the left times from the right."""
    if axis is None:
        return others(m, v.reshape(-1), 0).reshape(v.shape)
    lines = m.moveaxis(v, axis, -1)
    one = m.ones_like(lines[..., :1])
    left = m.cumprod(m.concatenate([one, lines[..., :-1]], -1), -1)
    right = m.cumprod(m.concatenate([one, lines[..., :0:-1]], -1), -1)[..., ::-1]
    return m.moveaxis(left * right, -1, axis)


def _without(count: int) -> Callable[[Any, Any, int | None], Any]:
    """For each so many entries of a line, the product of all but them; 0 where one is named twice."""

    def function(m: Any, v: Any, axis: int | None) -> Any:
        if axis is None:
            return function(m, v.reshape(-1), 0).reshape(v.shape * count)
        lines = m.moveaxis(v, axis, -1)
        size = lines.shape[-1]
        unit = m.eye(size)
        for _ in range(count - 1):  # 1 is put for an entry that is left out
            lines = lines[..., None, :] * (1 - unit) + unit
        found = others(m, lines, -1)
        for pair in combinations(range(count), 2):
            found = found * (1 - unit.reshape([size if n in pair else 1 for n in range(count)]))
        return m.moveaxis(found, tuple(range(-count, 0)), tuple(range(axis, axis + count)))

    return function


def _products() -> Iterator[Operation]:
    """What the derivatives of a product are made of: right where entries are 0, as a quotient is not."""
    for line in LINES:
        yield Operation(
            f"{line.line}prod_others",
            "",
            shapes.same_matrix if line.line else shapes.same,
            word(f"{line.line}prod_others"),
            f"{line.line}Π′",
            opaque=True,
            pullback=(line.fill("{P} = {T} g{other} {line}prod_pairs(v){both}"),),
            value=_along(others, line.axis),
        )
        yield Operation(
            f"{line.line}prod_pairs",
            "",
            shapes.repeated(line.axis, 2),
            word(f"{line.line}prod_pairs"),
            f"{line.line}Π″",
            opaque=True,
            pullback=(line.fill("{P} = {T} {U} g{two} {line}prod_triples(v){three}"),),
            value=_along(_without(2), line.axis),
        )
        yield Operation(
            f"{line.line}prod_triples",
            "",
            shapes.repeated(line.axis, 3),
            word(f"{line.line}prod_triples"),
            f"{line.line}Π‴",
            opaque=True,
            value=_along(_without(3), line.axis),
        )


def _softened(whole: Operation, rows: Operation, columns: Operation) -> Iterator[Operation]:
    """Log-sum-exp, whose derivative is softmax where that goes along the same line."""

    def vector(given: tuple[Shape, ...]) -> tuple[str, ...]:
        return ("Z[*] = g softmax(v)[*]",) if len(core(given[0])) == 1 else ("Z[*] = g e^(v[*] - u)",)

    yield replace(whole, pullback=vector)
    yield replace(rows, pullback=("Z[i,j] = g[i] softmax(v)[i,j]",))
    yield columns


_SHARED = "{P} = {g} 1[{x} = {u}] / {T} 1[{y} = {u}]"
_EQUAL = "shared equally between equal entries"

REDUCTIONS = (
    *_lines("sum", "{Z} = {S} {x}", sign="Σ", opaque=False),
    *_lines("mean", "{Z} = ({S} {x})/{n}", opaque=False),
    *_lines(
        "var",
        "{Z} = ({S} ({x} - ({T} {y})/{n})^2)/{n}",
        pullback="{P} = 2{g} ({x} - {line}mean(v){at})/{n}",
        range=(0, float("inf")),
    ),
    *_lines(
        "std",
        "{Z} = sqrt(({S} ({x} - ({T} {y})/{n})^2)/{n})",
        pullback="{P} = {g} ({x} - {line}mean(v){at})/({n} {u})",
        range=(0, float("inf")),
    ),
    *_lines("prod", pullback="{P} = {g} {line}prod_others(v){all}", value=lambda m, v, axis: m.prod(v, axis), sign="Π"),
    *_products(),
    *_lines("sqnorm", "{Z} = {S} {x}^2", sign="‖·‖²", opaque=False),
    *_lines("norm", "{Z} = sqrt({S} {x}^2)", form="norm", sign="‖·‖"),
    *_lines("norm1", "{Z} = {S} abs({x})", form="norm", sign="‖·‖₁", kinks="0 at entries that are 0"),
    *_lines(
        "norm_inf",
        pullback="{P} = {g} sign({x}) 1[abs({x}) = {u}] / {T} 1[abs({y}) = {u}]",
        value=lambda m, v, axis: _take(m, _sizes(m, v), m.argmax, axis),
        form="norm",
        sign="‖·‖∞",
        kinks=_EQUAL,
    ),
    # Its derivative is not e^v over a sum, which overflows.
    *_softened(*_lines("logsumexp", "{Z} = ln({S} e^{x})", pullback="{P} = {g} e^({x} - {u})", value=_logsumexp)),
    *_lines("max", pullback=_SHARED, value=lambda m, v, axis: _take(m, v, m.argmax, axis), latex=r"\max", kinks=_EQUAL),
    *_lines("min", pullback=_SHARED, value=lambda m, v, axis: _take(m, v, m.argmin, axis), latex=r"\min", kinks=_EQUAL),
)
