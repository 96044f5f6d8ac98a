"""Makes ``docs/operations.md`` anew: ``python -m gradviz.calculus.document``.

Every row is read from a declaration: formula, derivative, shapes, what is taken at kinks.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import product
from pathlib import Path

from gradviz import ops
from gradviz import terms as t
from gradviz.calculus.differentiate import local_entry, pullback
from gradviz.calculus.indexed import write_entry
from gradviz.messages import UsageError
from gradviz.notation import read_expression, tree, write
from gradviz.ops import CALLED, DEFINITIONS, OPERATIONS, WORDS, Operation, Shape, shapes
from gradviz.ops.arithmetic import ARITHMETIC
from gradviz.ops.derivatives import DERIVATIVES
from gradviz.ops.elementwise import COMPARISONS, FUNCTIONS
from gradviz.ops.formula import entry_formula, operand_names

PAGE = Path(ops.__file__).parents[2] / "docs" / "operations.md"

_HEAD = """# Operations

Made by `python -m gradviz.calculus.document` from the declarations in `gradviz/ops/`; not to be edited.
[notation.md](notation.md) tells how programs are written.

## Functions of entries

Each acts on every entry, and keeps the shape; a number goes with anything. In a formula, `v` is the operand, or `a` and
`b`; in a derivative, `u` is the value. Where there are several operands, there is one derivative for each.

| function | formula | derivative | where | at kinks |
| --- | --- | --- | --- | --- |
"""

_ARRAYS = """
## Operations on arrays

`Z` is the result, `v` the operand, or `A` and `B`. The derivative is what is added to the adjoint of each operand,
entry by entry, where `g` is the adjoint of the result and `u` the result. `*` stands for as many indices as there are
axes. Sizes are examples: a formula with `*` holds for arrays of any number of axes.

| operation | formula | adjoint of the operand | shapes | where, and at kinks |
| --- | --- | --- | --- | --- |
"""

_LOSSES = """
## Losses

They open into these definitions, every product in which is one of entries.

| loss | of numbers | of vectors | of matrices |
| --- | --- | --- | --- |
"""

_MOVED = """
## What is moved, and windows

As above; an entry beside an array is 0. Axes, strides and paddings are examples.

| operation | formula | adjoint of the operand | shapes |
| --- | --- | --- | --- |
"""

_CALLS: tuple[tuple[str, str, tuple[Shape, ...], Hashable], ...] = (
    ("`x[2:4]`", "read", (("n",),), (((((0, 1),), 1, 1, "n"),), (3,))),
    ("`stack`", "stack", (("n",), ("n",)), (2,)),
    ("`concat`", "concat", (("n",), ("m",)), 0),
    ("`pad`: `pad(v, 1, 2)`", "pad", (("n",),), ((1, 2),)),
    ("`flip`", "flip", (("n",),), (0,)),
    ("`permute`: `permute(v, 2, 3, 1)`", "permute", (("l", "m", "n"),), (1, 2, 0)),
    ("`repeat`: `repeat(v, m)`", "repeat", (("n",),), "m"),
    ("`flatten`", "reshape", (("m", "n"),), (t.times("m", "n"),)),
    ("`reshape`: `reshape(v, m, n)`", "reshape", ((t.times("m", "n"),),), ("m", "n")),
    ("`gather`", "gather", (("v", "d"), ("n",)), None),
    ("`conv1d(A, B, stride=2, padding=1)`", "conv", (("n",), ("k",)), ((2,), (1,), 1)),
    ("`conv2d`", "conv", (("c", "h", "w"), ("o", "c", "k", "l")), ((1, 1), (0, 0), 3)),
    ("`max_pool1d(v, 3, stride=2)`", "max_pool", (("n",),), ((3,), (2,), (0,))),
    ("`avg_pool2d(v, 2)`", "avg_pool", (("h", "w"),), ((2, 2), (2, 2), (0, 0))),
    ("`global_avg_pool`", "global_avg_pool", (("c", "h", "w"),), None),
)
"""How each is called, its name, and the shapes and the attribute of an example."""

_SIZES: tuple[Shape, ...] = (("n", "d"), ("n", "n"), ("d", "k"), ("n",), (), ("b", "n", "d"), ("b", "d", "k"))


def page() -> str:
    """The text of ``docs/operations.md``."""
    functions = [
        _function(op)
        for op in (*ARITHMETIC, *FUNCTIONS, OPERATIONS["dropout"])
        if op not in COMPARISONS and op.name != "identity"
    ]
    arrays = [row for op in OPERATIONS.values() for row in _array(op)]
    losses = [
        _row(f"`{d.name}({', '.join(d.parameters)})`", *(f"`{d.text(axes)}`" for axes in range(3)))
        for d in DEFINITIONS.values()
    ]
    moved = [_moved(*call) for call in _CALLS]
    parts = (_HEAD, *functions, _ARRAYS, *arrays, _MOVED, *moved, _LOSSES, *losses)
    return "".join(parts)


def _row(*cells: str) -> str:
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |\n"


def _spellings(op: Operation) -> str:
    word = WORDS.get(CALLED.get(op.name, op.name))
    if word is None:
        return f"`{op.sign or op.name}`"
    return ", ".join(f"`{s}`" for s in word.spellings)


def _function(op: Operation) -> str:
    texts = DERIVATIVES.get(op.name, ())
    if not texts:
        numbers = ((),) * len(operand_names(op))
        slopes = (local_entry(op.name, numbers, (), None, j)[2] for j in range(len(numbers)))
        texts = tuple(_written(term, (), op) for term in slopes)
    shown = "; ".join(f"`{_pretty(x)}`" for x in texts)
    return _row(_spellings(op), f"`{_pretty(op.formula)}`", shown, ", ".join(f"`{d}`" for d in op.domain), op.kinks)


def _pretty(text: str) -> str:
    return write(read_expression(text, WORDS, ("a", "b", "u", "v", "g")), "unicode", WORDS)


def _array(op: Operation) -> Iterator[str]:
    if op.elementwise or (not op.formula and not op.pullback and op.value is None) or op.shape is shapes.constant:
        return
    given = _example(op)
    if given is None:
        return
    result = op.shape(given, None)
    names = operand_names(op)
    adjoints = []
    for place, name in enumerate(names):
        try:
            adjoints.append(
                f"{name}: `{_adjoint(op, given, place)}`" if len(names) > 1 else f"`{_adjoint(op, given, 0)}`"
            )
        except UsageError:
            adjoints.append("(refused)")
    formula = f"`{op.formula}`" if op.formula else ""
    sizes = f"{', '.join(map(shapes.show, given))} → {shapes.show(result)}"
    yield _row(_spellings(op), formula, "; ".join(adjoints), sizes, ", ".join(filter(None, (*op.domain, op.kinks))))


def _moved(call: str, name: str, given: tuple[Shape, ...], attr: Hashable) -> str:
    result = OPERATIONS[name].shape(given, attr)
    letters = "v" if len(given) == 1 else "AB"
    formula = ""
    if name != "max_pool":
        entry = entry_formula(name, given, result, attr)
        text, indices = _entry(entry.body, entry.indices, letters)
        formula = f"`Z{indices} = {text}`"
    adjoints = []
    for place, letter in enumerate(letters):
        entry = pullback(name, given, result, attr, place)
        adjoints.append(
            (f"{letter}: " if len(letters) > 1 else "") + f"`{_entry(entry.body, entry.indices, letters)[0]}`"
        )
    sizes = f"{', '.join(map(shapes.show, given))} → {shapes.show(result)}"
    return _row(call, formula, "; ".join(adjoints), sizes)


def _entry(term: t.Term, indices: tuple[t.Index, ...], letters: str) -> tuple[str, str]:
    names = {f"a{n}": letter for n, letter in enumerate(letters)}
    e, found = write_entry(term, indices, lambda node: (tree.Name(names.get(str(node), str(node))), False))
    return write(e, "unicode", WORDS), f"[{', '.join(found)}]"


def _example(op: Operation) -> tuple[Shape, ...] | None:
    """The first operands that fit."""
    for given in product(_SIZES, repeat=len(operand_names(op))):
        try:
            op.shape(given, None)
        except (shapes.Misfit, ValueError, TypeError, AssertionError):
            continue
        return given
    return None


def _adjoint(op: Operation, given: tuple[Shape, ...], place: int) -> str:
    entry = pullback(op.name, given, op.shape(given, None), None, place)
    return _written(entry.body, entry.indices, op)


def _written(term: t.Term, indices: tuple[t.Index, ...], op: Operation) -> str:
    names = operand_names(op)

    def called(node: int | str) -> tuple[tree.Expr, bool]:
        name, bracket, operands = str(node).partition("(")
        if bracket:
            return tree.Call(name, tuple(called(o)[0] for o in operands.rstrip(")").split(","))), False
        return tree.Name(names[int(name[1:])] if name[0] == "a" and name[1:].isdigit() else name), False

    negative = t.split(term)[0] < 0 and not isinstance(term, t.Number)
    e, _letters = write_entry(t.negative(term) if negative else term, indices, called)
    return write(tree.Negative(e) if negative else e, "unicode", WORDS)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
