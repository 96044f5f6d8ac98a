"""How derivatives that a text names are called."""

from __future__ import annotations

from functools import lru_cache

from gradviz.notation import tree, write
from gradviz.ops import WORDS


def partial_name(e: tree.Partial) -> str:
    """The name under which a derivative is kept.

    Examples
    --------
    >>> partial_name(tree.Partial(tree.Name("L"), tree.Name("W2")))
    '∂L/∂W₂'
    """
    if type(e.of) is tree.Name and type(e.by) is tree.Name:
        return _named(e.of.name, e.by.name)
    return write(e, "unicode", WORDS)


@lru_cache(maxsize=1 << 12)
def _named(of: str, by: str) -> str:
    return write(tree.Partial(tree.Name(of), tree.Name(by)), "unicode", WORDS)
