"""Operations that only move entries, and those over windows: what an attribute says, no formula text can.

Axes are those of shapes, counted from 0 here; people count them from 1.
"""

from __future__ import annotations

from typing import Any

from gradviz import terms as t
from gradviz.messages import say
from gradviz.notation.words import Word
from gradviz.ops import shapes
from gradviz.ops.operation import Operation, Shape
from gradviz.ops.placed import spatial
from gradviz.ops.shapes import Misfit, canonical, core, show, wide


def _einsum_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    axes_in, axes_out = attr
    dims = {a: d for axes, s in zip(axes_in, operands, strict=True) for a, d in zip(axes, core(s), strict=True)}
    return tuple(dims[a] for a in axes_out)


def _stack_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    assert isinstance(attr, tuple)
    for other in operands[1:]:
        if other != operands[0]:
            raise Misfit(say("shapes-differ", left=show(operands[0]), right=show(other)))
    return canonical((*attr, *operands[0]))


def _entry_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    # None where an axis is kept whole.
    return tuple(d for d, place in zip(core(operands[0]), attr, strict=True) if place is None)


def _read_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    _, shape = attr
    return canonical(shape)


def _basis_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    _place, dim = attr
    return (dim,)


def _ordinal_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    return (attr,)


def _concat_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    rank = max(attr + 1, *map(len, operands))
    full = [wide(s, rank) for s in operands]
    for shape, given in zip(full[1:], operands[1:], strict=True):
        if any(a != b for n, (a, b) in enumerate(zip(full[0], shape, strict=True)) if n != attr):
            raise Misfit(say("concat-sizes", left=show(operands[0]), right=show(given), axis=attr + 1))
    total = t.plus(*(s[attr] for s in full))
    return canonical((*full[0][:attr], total, *full[0][attr + 1 :]))


def _pad_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    shape = wide(operands[0], 1)
    if len(attr) != len(shape):
        raise Misfit(say("pad-count", shape=show(operands[0]), axes=len(shape)))
    return canonical(tuple(t.plus(d, b, a) for d, (b, a) in zip(shape, attr, strict=True)))


def _flip_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    for axis in attr:
        _axis(operands[0], axis)
    return operands[0]


def _axis(shape: Shape, axis: int) -> None:
    if not 0 <= axis < len(shape):
        raise Misfit(say("no-axis", axis=axis + 1, shape=show(shape)))


def _permute_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    if sorted(attr) != list(range(len(operands[0]))):
        order = ", ".join(str(a + 1) for a in attr)
        raise Misfit(say("permute-axes", order=order, shape=show(operands[0]), axes=len(operands[0])))
    return canonical(tuple(operands[0][a] for a in attr))


def _repeat_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    return canonical((attr, *operands[0]))


def _reshape_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    if t.times(*operands[0]) != t.times(*attr):
        raise Misfit(
            say(
                "reshape-count",
                shape=show(operands[0]),
                other=show(attr),
                count=t.times(*operands[0]),
                wanted=t.times(*attr),
            )
        )
    return canonical(attr)


def _gather_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    table, chosen = operands
    if not table:
        raise Misfit(say("not-an-array", shape=show(table)))
    return canonical((*core(chosen), *table[1:]))


# Windows -----------------------------------------------------------------------------------


def _windows(shape: Shape, kernel: Shape, strides: tuple[int, ...], paddings: tuple[int, ...]) -> Shape:
    dims = []
    for d, k, s, p in zip(shape, kernel, strides, paddings, strict=True):
        if isinstance(d, int) and isinstance(k, int) and d + 2 * p < k:
            raise Misfit(say("window-too-large", kernel=show(kernel), shape=show(shape)))
        dims.append(t.windows(d, k, s, p))
    return tuple(dims)


def conv_rank(image: Shape, kernel: Shape, axes: int) -> int:
    """How many axes a convolution reads its first operand with.

    Raises
    ------
    Misfit
        The shapes are none that a convolution has.
    """
    if len(spatial(kernel, axes)) == axes:
        if len(image) <= axes and len(kernel) <= axes:
            return axes
    elif len(kernel) == axes + 2 and len(image) <= axes + 2:
        return max(axes + 1, len(image))
    raise Misfit(say("conv-axes", image=show(image), kernel=show(kernel), axes=axes))


def _conv_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    strides, paddings, rank = attr
    n = len(strides)
    if conv_rank(operands[0], operands[1], n) != rank:
        raise Misfit(say("conv-axes", image=show(operands[0]), kernel=show(operands[1]), axes=n))
    image = spatial(operands[0], rank)
    kernel = spatial(operands[1], n)
    here = _windows(image[-n:], kernel[-n:], strides, paddings)
    out: Shape = here
    if rank > n:
        if image[-n - 1] != kernel[1]:
            problem = say(
                "conv-channels", image=show(image), kernel=show(kernel), channels=image[-n - 1], other=kernel[1]
            )
            raise Misfit(problem)
        out = (*image[: rank - n - 1], kernel[0], *here)
    if len(operands) > 2:
        wanted = canonical((kernel[0],)) if rank > n else ()
        if operands[2] != wanted:
            raise Misfit(say("conv-bias", bias=show(operands[2]), kernel=show(kernel), wanted=show(wanted)))
    return canonical(out)


def _pool_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    kernel, strides, paddings = attr
    n = len(kernel)
    image = spatial(operands[0], n)
    if len(image) > n + 2 or not core(image):
        raise Misfit(say("pool-axes", shape=show(operands[0]), axes=n))
    return canonical((*image[:-n], *_windows(image[-n:], kernel, strides, paddings)))


def _max_pool_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    kernel, _, paddings = attr
    if any(2 * p > k for k, p in zip(kernel, paddings, strict=True)):
        raise Misfit(say("pool-padding", kernel=show(kernel), padding="×".join(map(str, paddings))))
    return _pool_shape(operands, attr)


def _unpool_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    _, shape, _ = attr
    return core(shape)


def _global_shape(operands: tuple[Shape, ...], attr: Any) -> Shape:
    image = spatial(operands[0], 2)
    if len(image) > 4 or not core(image):
        raise Misfit(say("pool-axes", shape=show(operands[0]), axes=2))
    return canonical(image[:-2])


def _word(
    name: str,
    arity: tuple[int, int | None],
    spellings: tuple[str, ...] = (),
    options: tuple[str, ...] = (),
    latex: str = "",
) -> Word:
    return Word(
        name,
        (name, *spellings),
        arity,
        name,
        latex or rf"\operatorname{{{name}}}".replace("_", r"\_"),
        name,
        "call",
        options,
    )


STRUCTURE = (
    Operation("einsum", "", _einsum_shape, sign="Σ"),
    Operation("entry", "", _entry_shape, sign="[i]"),
    Operation("read", "", _read_shape, sign="[ : ]"),
    Operation("stack", "", _stack_shape, _word("stack", (1, None)), sign="[ ]"),
    Operation("concat", "", _concat_shape, _word("concat", (1, None), ("concatenate",), ("axis",)), sign="concat"),
    Operation("pad", "", _pad_shape, _word("pad", (2, None)), sign="pad"),
    Operation("flip", "", _flip_shape, _word("flip", (1, 1), (), ("axis",)), sign="flip"),
    Operation("permute", "", _permute_shape, _word("permute", (2, None)), sign="permute"),
    Operation("repeat", "", _repeat_shape, _word("repeat", (2, 2), ("broadcast",)), sign="repeat"),
    Operation("reshape", "", _reshape_shape, _word("reshape", (2, None)), sign="reshape"),
    Operation("gather", "", _gather_shape, _word("gather", (2, 2), ("embedding",)), sign="gather"),
    Operation("conv", "", _conv_shape, sign="∗"),
    Operation(
        "max_pool",
        "",
        _max_pool_shape,
        sign="max",
        opaque=True,
        kinks="shared equally between equal entries of a window",
    ),
    Operation("unpool", "", _unpool_shape, sign="max′"),
    Operation("avg_pool", "", _pool_shape, sign="mean"),
    Operation("global_avg_pool", "", _global_shape, _word("global_avg_pool", (1, 1)), sign="mean"),
    Operation("number", "", shapes.scalar),
    Operation("size", "", shapes.scalar),
    Operation("constant", "", shapes.scalar),
    Operation("basis", "", _basis_shape),
    Operation("ordinal", "", _ordinal_shape),
    Operation("leaf", "", shapes.constant),
    Operation(
        "dropout",
        "v a/(1 - b)",
        shapes.elementwise,
        _word("dropout", (3, 3)),
        sign="dropout",
    ),
)

_POOLS = ("stride", "padding")
STRUCTURE_WORDS = (
    _word("conv1d", (2, 3), ("conv",), ("stride", "padding")),
    _word("conv2d", (2, 3), (), ("stride", "padding")),
    _word("max_pool1d", (2, 2), ("maxpool1d",), _POOLS),
    _word("max_pool2d", (2, 3), ("maxpool2d",), _POOLS),
    _word("avg_pool1d", (2, 2), ("avgpool1d",), _POOLS),
    _word("avg_pool2d", (2, 3), ("avgpool2d",), _POOLS),
    _word("flatten", (1, 1)),
    _word("vec", (1, 1)),
    _word("kron", (2, 2)),
    _word("vstack", (1, None)),
    _word("hstack", (1, None)),
    _word("floor", (1, 1)),
    _word("ceil", (1, 1)),
    _word("mod", (2, 2)),
)
"""Words that come to one of these operations by what they are called with."""
