"""Linear algebra: products, transposes, diagonals, inverses, determinants.

In a formula, ``Z[…]`` is an entry of the result; operands are called ``v`` (one) or ``A``, ``B``. Axes of size one have
no index, so one formula serves columns and rows.
"""

from __future__ import annotations

from typing import Any

from gradviz.ops import shapes
from gradviz.ops.function import word
from gradviz.ops.operation import Operation

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
    Operation("diag", "Z[i,j] = v[i] δ[i,j]", shapes.diagonal, word("diag"), "diag"),
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
