"""Names that nothing declares, and that say a part of an array: ``x_1`` of a vector x, ``X_{12}``, ``vec(A)``.

Also ``x_y``, where y is a number that chooses an entry.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from gradviz.notation import tree
from gradviz.ops.operation import Shape
from gradviz.ops.shapes import core

ARROW = "\N{COMBINING RIGHT ARROW ABOVE}"


def array_and_index(name: str) -> tuple[str, tuple[int, ...]] | None:
    """The array and the entry that a name may say.

    Examples
    --------
    >>> [array_and_index(name) for name in ("x1", "x_{1,2}", "W12", "x_t", "x")]
    [('x', (1,)), ('x', (1, 2)), ('W', (12,)), None, None]
    """
    word, _, below = name.partition("_")
    if not below:
        word = name.rstrip("0123456789")
        below = name.removeprefix(word)
    pieces = below.strip("{}").split(",")
    return (word, tuple(map(int, pieces))) if word and all(p.isdecimal() and p.isascii() for p in pieces) else None


def part(
    name: str, shape_of: Callable[[str], Shape | None], is_label: Callable[[str], bool] = lambda name: False
) -> tree.Expr | None:
    """What a new name says of an array that is known; None where it says nothing.

    Parameters
    ----------
    name : str
    shape_of : callable
        The shape of an array by its name.
    is_label : callable
        Whether a name is a number that chooses an entry.

    Examples
    --------
    >>> from gradviz.notation import write
    >>> shapes = {"x": (3,), "W": (2, 3), "n": ()}
    >>> [e and write(e, "unicode", {}) for e in (part(n, shapes.get) for n in ("x1", "x4", "W12", "W_{1,2}", "n1"))]
    ['x[1]', None, 'W[1, 2]', 'W[1, 2]', None]
    >>> write(part("x_y", shapes.get, {"y"}.__contains__), "unicode", {})
    'x[y]'
    """
    if ARROW in name:
        word = name.replace(ARROW, "")
        return tree.Call("vec", (tree.Name(word),)) if len(core(shape_of(word) or ())) == 2 else None
    word, _, below = name.partition("_")
    if below and is_label(below) and len(core(shape_of(word) or ())) == 1:
        return tree.Entry(tree.Name(word), (tree.Name(below),))
    found = array_and_index(name)
    axes = core(shape_of(found[0]) or ()) if found else ()
    if found is None or not axes:
        return None
    word, places = found
    if len(places) == 1 and len(axes) > 1:
        places = tuple(map(int, str(places[0])))
    if len(places) != len(axes) or any(
        p < 1 or (isinstance(d, int) and p > d) for p, d in zip(places, axes, strict=True)
    ):
        return None
    return tree.Entry(tree.Name(word), tuple(tree.Number(Fraction(p), str(p)) for p in places))
