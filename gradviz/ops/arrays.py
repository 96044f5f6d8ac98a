"""Operations on arrays: products, sums, and what looks at more than one entry.

In a formula, ``Z[…]`` is an entry of the result, ``*`` stands for as many axes as the operand has. Operands are
called ``v`` (one) or ``A``, ``B``. Axes of size one have no index, so one formula serves columns and rows.
"""

from __future__ import annotations

from typing import Any

from gradviz.notation.words import Form, Word
from gradviz.ops import shapes
from gradviz.ops.operation import Operation, ShapeRule, Value


def _word(
    name: str,
    spellings: tuple[str, ...] = (),
    *,
    unicode: str = "",
    latex: str = "",
    form: Form = "call",
    arity: int = 1,
) -> Word:
    return Word(
        name, (name, *spellings), (arity, arity), unicode or name, latex or rf"\operatorname{{{name}}}", name, form
    )


def _reduction(
    name: str,
    formula: str,
    shape: ShapeRule = shapes.scalar,
    *,
    spellings: tuple[str, ...] = (),
    sign: str = "",
    opaque: bool = False,
    value: Value | None = None,
    unicode: str = "",
    latex: str = "",
    form: Form = "call",
) -> Operation:
    word = _word(name, spellings, unicode=unicode, latex=latex, form=form)
    return Operation(name, formula, shape, word, sign or name, opaque=opaque, value=value)


PRODUCTS = (
    Operation("matmul", "Z[i,j] = sum_k A[i,k] B[k,j]", shapes.matmul, sign="×"),
    Operation("dot", "Z = sum_k A[k] B[k]", shapes.dot, _word("dot", arity=2), "·"),
    Operation("outer", "Z[i,j] = A[i] B[j]", shapes.outer, _word("outer", arity=2), "⊗"),
    Operation("transpose", "Z[j,i] = v[i,j]", shapes.transpose, _word("transpose"), "ᵀ"),
    Operation(
        "trace",
        "Z = sum_i v[i,i]",
        shapes.square_scalar,
        _word("trace", ("tr",), unicode="tr", latex=r"\operatorname{tr}"),
        "tr",
    ),
    Operation("diag", "Z[i,j] = v[i] δ[i,j]", shapes.diagonal, _word("diag"), "diag"),
    Operation(
        "inv",
        "",
        shapes.square_same,
        _word("inv"),
        "⁻¹",
        opaque=True,
        pullback=("Z[i,j] = -sum_k sum_l u[k,i] g[k,l] u[j,l]",),
        value=lambda m, a: m.linalg.inv(a),
    ),
)


def _largest(m: Any, v: Any) -> Any:
    sizes = m.where(m.real(v) >= 0, v, -v)
    return _take(m, sizes, lambda v: m.argmax(v), None)


SUMS = (
    _reduction("sum", "Z = sum_* v[*]", sign="Σ"),
    _reduction("mean", "Z = (sum_* v[*])/size(v)"),
    _reduction("rowsum", "Z[i] = sum_j v[i,j]", shapes.rows),
    _reduction("colsum", "Z[j] = sum_i v[i,j]", shapes.columns),
    _reduction("rowmean", "Z[i] = (sum_j v[i,j])/columns(v)", shapes.rows),
    _reduction("colmean", "Z[j] = (sum_i v[i,j])/rows(v)", shapes.columns),
    _reduction(
        "var", "Z = (sum_* (v[*] - (sum_*' v[*'])/size(v))^2)/size(v)", opaque=True, latex=r"\operatorname{var}"
    ),
    _reduction("sqnorm", "Z = sum_* v[*]^2", sign="‖·‖²"),
    _reduction("norm", "Z = sqrt(sum_* v[*]^2)", form="norm", opaque=True, sign="‖·‖"),
    _reduction("norm1", "Z = sum_* abs(v[*])", opaque=True, sign="‖·‖₁", form="norm"),
    Operation(
        "norm_inf",
        "",
        shapes.scalar,
        _word("norm_inf", form="norm"),
        "‖·‖∞",
        opaque=True,
        pullback=("Z[*] = g sign(v[*]) 1[abs(v[*]) = u] / sum_*' 1[abs(v[*']) = u]",),
        value=lambda m, v: _largest(m, v),
        kinks="shared equally between equal entries",
    ),
    Operation(
        "logsumexp",
        "Z = ln(sum_* e^v[*])",
        shapes.scalar,
        _word("logsumexp"),
        "logsumexp",
        opaque=True,
        # Not e^v over a sum, which overflows.
        pullback=("Z[*] = g e^(v[*] - u)",),
        value=lambda m, v: _logsumexp(m, v),
    ),
)


def _logsumexp(m: Any, v: Any, *, keep: bool = False) -> Any:
    if not getattr(v, "shape", ()):
        return v
    axis = -1 if keep else None
    top = m.real(v).max(axis=axis, keepdims=keep)
    return top + m.log(m.exp(v - top).sum(axis=axis, keepdims=keep))


def _take(m: Any, v: Any, place: Any, axis: int | None) -> Any:
    # Through the place, not the value, so that a complex step passes. A row has one axis here.
    axes = len(getattr(v, "shape", ()))
    if not axes or (axes == 1 and axis == 0):
        return v
    if axis is None or axes == 1:
        return v.reshape(-1)[place(m.real(v))]
    return m.take_along_axis(v, place(m.real(v), axis=axis, keepdims=True), axis).squeeze(axis)


def _extreme(name: str, shape: ShapeRule, axis: int | None, entry: str, unicode: str = "") -> Operation:
    # Where several entries share the extreme place, each gets its part of the gradient.
    least = name.endswith("min")
    latex = rf"\{name}" if name in {"max", "min"} else ""
    return Operation(
        name,
        "",
        shape,
        _word(name, latex=latex),
        name,
        opaque=True,
        pullback=(entry,),
        value=lambda m, v: _take(m, v, lambda *x, **k: (m.argmin if least else m.argmax)(*x, **k), axis),
        kinks="shared equally between equal entries",
    )


_ALL = "Z[*] = g 1[v[*] = u] / sum_*' 1[v[*'] = u]"
_ROWS = "Z[i,j] = g[i] 1[v[i,j] = u[i]] / sum_k 1[v[i,k] = u[i]]"
_COLUMNS = "Z[i,j] = g[j] 1[v[i,j] = u[j]] / sum_k 1[v[k,j] = u[j]]"

EXTREMES = (
    _extreme("max", shapes.scalar, None, _ALL),
    _extreme("min", shapes.scalar, None, _ALL),
    _extreme("rowmax", shapes.rows, 1, _ROWS),
    _extreme("colmax", shapes.columns, 0, _COLUMNS),
)

SOFTMAX = (
    Operation(
        "softmax",
        "Z[*,k] = e^v[*,k] / sum_j e^v[*,j]",
        shapes.same_array,
        _word("softmax"),
        "softmax",
        opaque=True,
        range=(0, 1),
        value=lambda m, v: m.exp(v - _logsumexp(m, v, keep=True)),
    ),
    Operation(
        "log_softmax",
        "Z[*,k] = v[*,k] - ln(sum_j e^v[*,j])",
        shapes.same_array,
        _word("log_softmax"),
        "log softmax",
        opaque=True,
        pullback=("Z[*,k] = g[*,k] - e^u[*,k] sum_j g[*,j]",),
        value=lambda m, v: v - _logsumexp(m, v, keep=True),
    ),
)

CONSTANTS = (
    Operation(
        "ones",
        "Z[*] = 1",
        shapes.constant,
        Word("ones", ("ones",), (1, 4), "ones", r"\operatorname{ones}", "ones"),
        "𝟏",
    ),
    Operation("eye", "Z[i,j] = δ[i,j]", shapes.constant, sign="I"),
)

ARRAYS = PRODUCTS + SUMS + EXTREMES + SOFTMAX + CONSTANTS
