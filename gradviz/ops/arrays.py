"""All operations on arrays: what looks at more than one entry.

In a formula, ``Z[…]`` is an entry of the result, ``*`` stands for as many axes as the operand has. Operands are
called ``v`` (one) or ``A``, ``B``. Axes of size one have no index, so one formula serves columns and rows.
"""

from __future__ import annotations

from gradviz.notation.words import Word
from gradviz.ops import shapes
from gradviz.ops.normalising import NORMALISING
from gradviz.ops.operation import Operation
from gradviz.ops.products import INVERSES, PRODUCTS
from gradviz.ops.reductions import REDUCTIONS

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

ARRAYS = PRODUCTS + INVERSES + REDUCTIONS + NORMALISING + CONSTANTS
