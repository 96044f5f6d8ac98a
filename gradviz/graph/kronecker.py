"""Whether a program's δ is Kronecker's: where nothing declares it, and it is read at two indices only."""

from __future__ import annotations

from collections.abc import Iterable

from gradviz.notation import tree
from gradviz.notation.walk import children

DELTA = tree.Name("δ")


def is_kronecker(expressions: Iterable[tree.Expr]) -> bool:
    """Whether δ is read in expressions, each time at two indices.

    Examples
    --------
    >>> from gradviz.notation import read_expression
    >>> entry = tree.Entry(DELTA, (tree.Name("i"), tree.Name("j")))
    >>> is_kronecker([entry]), is_kronecker([entry, DELTA]), is_kronecker([])
    (True, False, False)
    """
    found = False
    stack = list(expressions)
    while stack:
        e = stack.pop()
        if isinstance(e, tree.Entry) and e.array == DELTA:
            if len(e.indices) != 2 or any(isinstance(i, tree.Slice) for i in e.indices):
                return False
            found = True
            stack.extend(e.indices)
        elif e == DELTA:
            return False
        else:
            stack.extend(children(e))
    return found
