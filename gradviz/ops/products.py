"""Linear algebra: products, transposes, diagonals, inverses, determinants.

In a formula, ``Z[…]`` is an entry of the result; operands are called ``v`` (one) or ``A``, ``B``. Axes of size one have
no index, so one formula serves columns and rows.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from gradviz.ops import shapes
from gradviz.ops.function import word
from gradviz.ops.operation import Operation, Shape

PRODUCTS = (
    Operation("matmul", "Z[i,j] = sum_k A[i,k] B[k,j]", shapes.matmul, sign="×"),
    Operation("dot", "Z = sum_k A[k] B[k]", shapes.dot, word("dot", arity=2), "·"),
    Operation("outer", "Z[i,j] = A[i] B[j]", shapes.outer, word("outer", arity=2), "⊗"),
    # A product for each member of a batch.
    Operation("bmm", "Z[b,i,j] = sum_k A[b,i,k] B[b,k,j]", shapes.batched, word("bmm", arity=2), "×"),
    Operation("bmm_right", "Z[b,i,j] = sum_k A[b,i,k] B[k,j]", shapes.batch_by_matrix, word("bmm", arity=2), "×"),
    Operation("bmm_left", "Z[b,i,j] = sum_k A[i,k] B[b,k,j]", shapes.matrix_by_batch, word("bmm", arity=2), "×"),
    Operation("transpose", "Z[j,i] = v[i,j]", shapes.transpose, word("transpose"), "ᵀ"),
    Operation(
        "trace",
        "Z = sum_i v[i,i]",
        shapes.square_scalar,
        word("trace", ("tr",), unicode="tr", latex=r"\operatorname{tr}"),
        "tr",
    ),
    Operation("diag", "Z[i,j] = v[i] δ[i,j]", shapes.diagonal, word("diag", gathers=True), "diag"),
    Operation(
        "diagonal",
        "Z[i] = v[i,i]",
        shapes.diagonal_of,
        word("diagonal", unicode="diag", latex=r"\operatorname{diag}"),
        "diag",
    ),
)


def _inv(m: Any, a: Any) -> Any:
    try:
        return m.linalg.inv(a)
    except m.linalg.LinAlgError:
        return m.full(a.shape, m.nan)


def _logdet(m: Any, a: Any) -> Any:
    sign, size = m.linalg.slogdet(a)
    return m.log(sign) + size if m.real(sign) > 0 else m.nan


def _cofactors(m: Any, g: Any, a: Any, u: Any, inverse: Any) -> Any:
    """``g ∂det A/∂A``, the matrix of cofactors, where A has no inverse as well.

    With ``A = P Σ Qᵀ`` it is ``det(P Qᵀ) P cof(Σ) Qᵀ``, and ``cof(Σ)ᵢᵢ`` the product of the other singular values. A
    complex step ``A + iE`` passes: what ``Pᵀ E Q`` changes of ``cof(Σ)`` stands in products of all but two of them.
    """
    real = m.real(a)
    if not m.isfinite(real).all():
        return m.full(a.shape, m.nan)
    p, sizes, q = m.linalg.svd(real)
    if sizes[-1] > _NEARLY * sizes[0]:
        return g * u * m.transpose(inverse)
    n = len(sizes)
    apart = 1 - m.eye(n)
    others = m.prod(m.where(apart > 0, sizes, 1.0), axis=1)
    diagonal = m.eye(n) * others
    step = m.transpose(p) @ (a - real) @ m.transpose(q)
    pairs = m.where(apart > 0, 1.0, 0.0) * m.prod(
        m.where(apart[:, None, :] * apart[None, :, :] > 0, sizes, 1.0), axis=2
    )
    moved = m.eye(n) * (pairs @ m.diagonal(step)) - pairs * m.transpose(step)
    return g * m.linalg.det(p @ q) * (p @ (diagonal + moved) @ q)


def _of_the_matrix(operands: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    return operands[1]


_NEARLY = 1e-6
"""A matrix is taken as singular where its least singular value is no more of the largest."""

INVERSES = (
    Operation(
        "inv",
        "",
        shapes.square_same,
        word("inv"),
        "⁻¹",
        opaque=True,
        pullback=("Z[i,j] = -sum_k sum_l u[k,i] g[k,l] u[j,l]",),
        value=_inv,
        domain=("det v ≠ 0",),
    ),
    Operation(
        "det",
        "",
        shapes.square_to_scalar,
        word("det", latex=r"\det"),
        "det",
        opaque=True,
        pullback=("Z[i,j] = g u inv(v)[j,i]",),
        value=lambda m, a: m.linalg.det(a),
        domain=("det v ≠ 0",),
    ),
    # What det adds to an adjoint, of that, the matrix, its determinant and its inverse: right where there is none.
    Operation("cofactors", "", _of_the_matrix, sign="det′", value=_cofactors),
    Operation(
        "logdet",
        "",
        shapes.square_to_scalar,
        word("logdet"),
        "ln det",
        opaque=True,
        pullback=("Z[i,j] = g inv(v)[j,i]",),
        value=_logdet,
        domain=("det v > 0",),
    ),
)
