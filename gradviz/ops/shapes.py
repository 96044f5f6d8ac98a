"""Shape rules: the shape of a result from the shapes of its operands.

Vectors are columns, ``(n,)``; a row is ``(1, n)``. A matrix never keeps a last axis of size one:
``(n, 1)`` is the column ``(n,)``, and ``(1, 1)`` the scalar ``()``. Arrays of three axes and more keep theirs.
"""

from __future__ import annotations

from collections.abc import Hashable

from gradviz.messages import Message, say
from gradviz.ops.operation import Shape, ShapeRule


class Misfit(Exception):  # noqa: N818 - caught where the place in the text is known
    """Shapes that do not fit; carries the message."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


def show(shape: Shape) -> str:
    """A shape as people say it.

    Examples
    --------
    >>> show(()), show((3,)), show((1, 3)), show(("n", 4))
    ('scalar', '3', '1×3', 'n×4')
    """
    return "×".join(f"({d})" if isinstance(d, str) and " " in d else str(d) for d in shape) or "scalar"


def canonical(shape: Shape) -> Shape:
    """The shape of a matrix without last axes of size one (see the module).

    Examples
    --------
    >>> canonical((4, 1)), canonical((1, 1)), canonical((1, 4)), canonical((4, 3, 1))
    ((4,), (), (1, 4), (4, 3, 1))
    """
    while 0 < len(shape) < 3 and shape[-1] == 1:
        shape = shape[:-1]
    return shape


def core(shape: Shape) -> Shape:
    """The axes that need an index: those not of size one."""
    return tuple([d for d in shape if d != 1]) if 1 in shape else shape


def wide(shape: Shape, axes: int) -> Shape:
    """The shape with at least so many axes, the new ones of size one."""
    return (*shape, *(1,) * (axes - len(shape)))


def matrix(shape: Shape) -> Shape:
    """A shape of at most two axes as rows × columns."""
    return (*shape, 1, 1)[:2]


def elementwise(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """Equal shapes; a scalar with anything; a vector with each row of a matrix."""
    if shapes.count(shapes[0]) == len(shapes):
        return shapes[0]
    arrays = [s for s in shapes if s]
    if arrays.count(arrays[0]) == len(arrays):
        return arrays[0]
    widest = max(shapes, key=len)
    widest = max((s for s in shapes if len(s) == len(widest)), key=lambda s: len(core(s)))
    for shape in shapes:
        # A column is no row: x and yᵀ do not add, though their entries are as many.
        row = not shape or (len(shape) < len(core(widest)) and core(widest)[-len(shape) :] == shape)
        if shape != widest and not row and not _row_of(shape, widest):
            raise Misfit(say("shapes-differ", left=show(shapes[0]), right=show(shapes[-1])))
    return widest


def _row_of(shape: Shape, widest: Shape) -> bool:
    return len(shape) == len(widest) == 2 and shape[0] == 1 and shape[1] == widest[1]


def equal(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """Two arrays of the same shape."""
    if shapes[0] != shapes[1]:
        raise Misfit(say("shapes-differ", left=show(shapes[0]), right=show(shapes[1])))
    return shapes[0]


def matmul(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """Rows of the left by columns of the right."""
    for shape in shapes:
        at_most_two(shape)
    (m, k), (other, n) = matrix(shapes[0]), matrix(shapes[1])
    if k != other:
        raise Misfit(say("inner-sizes", left=show(shapes[0]), right=show(shapes[1]), inner=k, other=other))
    return canonical((m, n))


def transpose(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """Rows become columns."""
    at_most_two(shapes[0])
    m, n = matrix(shapes[0])
    return canonical((n, m))


def outer(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """A column by a row."""
    a, b = vector(shapes[0]), vector(shapes[1])
    return canonical((*a, *b))


def dot(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """Two vectors of one length."""
    a, b = vector(shapes[0]), vector(shapes[1])
    if a != b:
        raise Misfit(say("shapes-differ", left=show(shapes[0]), right=show(shapes[1])))
    return ()


def scalar(_shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """A single number, whatever comes in."""
    return ()


def same(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """The shape of the operand."""
    return shapes[0]


def same_array(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """The shape of the operand, which has an axis."""
    if not core(shapes[0]):
        raise Misfit(say("not-an-array", shape=show(shapes[0])))
    return shapes[0]


def rows(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """One entry for each row of a matrix."""
    return canonical(two(shapes[0])[:1])


def columns(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """One entry for each column of a matrix."""
    return canonical(two(shapes[0])[1:])


def square(shape: Shape) -> Shape:
    """The shape, if it is that of a square matrix."""
    if len(shape) != 2 or shape[0] != shape[1]:
        raise Misfit(say("not-square", shape=show(shape)))
    return shape


def square_scalar(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """A number from a square matrix."""
    if shapes[0]:
        square(shapes[0])
    return ()


def square_same(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """A square matrix from a square matrix."""
    return square(shapes[0])


def square_to_scalar(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """A number from a square matrix, which is no number itself."""
    square(shapes[0])
    return ()


def diagonal_of(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """The diagonal of a square matrix as a vector."""
    return square(shapes[0])[:1]


def diagonal(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """A diagonal matrix from a vector."""
    (n,) = vector(shapes[0]) or (1,)
    return canonical((n, n))


def constant(_shapes: tuple[Shape, ...], attr: Hashable) -> Shape:
    """The shape is the attribute."""
    assert isinstance(attr, tuple)
    return canonical(attr)


def same_matrix(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """The shape of the operand, which is a matrix."""
    return two(shapes[0])


def repeated(axis: int | None, times: int) -> ShapeRule:
    """The shape of the operand with one axis as often as that, one after the other; with all of them for None.

    Examples
    --------
    >>> repeated(1, 2)(((3, 4),), None), repeated(None, 2)(((3, 4),), None)
    ((3, 4, 4), (3, 4, 3, 4))
    """

    def shape(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
        if axis is None:
            return core(shapes[0]) * times
        m, n = two(shapes[0])
        return core((*(m,) * times, n) if axis == 0 else (m, *(n,) * times))

    return shape


def batched(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """Two batches of matrices, multiplied one by one."""
    a, b = three(shapes[0]), three(shapes[1])
    if a[0] != b[0]:
        raise Misfit(say("shapes-differ", left=show(a), right=show(b)))
    return canonical((a[0], *_inner(a, b)))


def batch_by_matrix(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """Each matrix of a batch by one matrix; by a column, each gives a row of the result."""
    at_most_two(shapes[1])
    a = three(shapes[0])
    rows, columns = _inner(a, matrix(shapes[1]), shapes[1])
    return canonical((a[0], rows) if len(shapes[1]) < 2 else (a[0], rows, columns))


def matrix_by_batch(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """One matrix by each matrix of a batch."""
    at_most_two(shapes[0])
    b = three(shapes[1])
    return canonical((b[0], *_inner(matrix(shapes[0]), b)))


def _inner(a: Shape, b: Shape, right: Shape | None = None) -> Shape:
    if a[-1] != b[-2]:
        raise Misfit(say("inner-sizes", left=show(a), right=show(right or b), inner=a[-1], other=b[-2]))
    return a[-2], b[-1]


def three(shape: Shape) -> Shape:
    """The shape, if it is that of a batch of matrices."""
    if len(shape) != 3:
        raise Misfit(say("not-a-batch", shape=show(shape)))
    return shape


def layer(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """The shape of the first operand, which has an axis; the second is a number."""
    if core(shapes[1]):
        raise Misfit(say("not-a-number", shape=show(shapes[1])))
    return same_array(shapes[:1])


def batch(shapes: tuple[Shape, ...], _attr: Hashable = None) -> Shape:
    """The same, of a column or a matrix: there are rows to take the mean over."""
    at_most_two(shapes[0])
    if len(shapes[0]) == 2 and shapes[0][0] == 1:
        raise Misfit(say("one-row", shape=show(shapes[0])))
    return layer(shapes)


def vector(shape: Shape) -> Shape:
    """The shape as one axis, if it is a column or a row."""
    axes = core(shape)
    if len(axes) > 1:
        raise Misfit(say("not-a-vector", shape=show(shape)))
    return axes


def two(shape: Shape) -> Shape:
    """The shape, if it is that of a matrix."""
    if len(shape) != 2:
        raise Misfit(say("not-a-matrix", shape=show(shape)))
    return shape


def at_most_two(shape: Shape) -> None:
    """Refuse arrays of three axes or more."""
    if len(shape) > 2:
        raise Misfit(say("not-a-matrix", shape=show(shape)))
