"""Makes ``docs/operations.md`` anew: ``python -m gradviz.calculus.document``.

Every row is read from a declaration: formula, derivative, shapes, what is taken at kinks.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

from gradviz import ops
from gradviz import terms as t
from gradviz.calculus.differentiate import local_entry, pullback
from gradviz.calculus.indexed import write_entry
from gradviz.calculus.links import Links
from gradviz.graph import build
from gradviz.graph.letters import apart_from
from gradviz.messages import UsageError
from gradviz.notation import read_expression, read_program, tree, write
from gradviz.ops import CALLED, DEFINITIONS, OPERATIONS, WORDS, Operation, Shape, shapes
from gradviz.ops.derivatives import DERIVATIVES
from gradviz.ops.elementwise import COMPARISONS
from gradviz.ops.formula import operand_names

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

_MOVING = """
## Operations that move entries, and windows

One call of each as an example: an entry of what it gives, and what is added to the adjoint of each operand, where `g`
is the adjoint of the result. What stands outside of an array, or at a place that is no whole number, counts 0.

| operation | example | entry | adjoint of the operand | shapes | at kinks |
| --- | --- | --- | --- | --- | --- |
"""

_EXAMPLES = (
    ("x, y ∈ ℝ^n", "stack(x, y)"),
    ("x ∈ ℝ^n; y ∈ ℝ^m", "concat(x, y)"),
    ("A ∈ ℝ^{m×d}; B ∈ ℝ^{n×d}", "vstack(A, B)"),
    ("A ∈ ℝ^{n×d}; B ∈ ℝ^{n×k}", "hstack(A, B)"),
    ("x ∈ ℝ^n", "pad(x, 1, 2)"),
    ("x ∈ ℝ^n", "flip(x)"),
    ("T ∈ ℝ^{n×d×k}", "permute(T, 2, 3, 1)"),
    ("x ∈ ℝ^n", "repeat(x, 3)"),
    ("A ∈ ℝ^{2×6}", "reshape(A, 3, 4)"),
    ("A ∈ ℝ^{n×3}", "flatten(A)"),
    ("A ∈ ℝ^{n×3}", "vec(A)"),
    ("A ∈ ℝ^{m×n}; B ∈ ℝ^{p×q}", "kron(A, B)"),
    ("E ∈ ℝ^{k×d}; s ∈ ℝ^n", "gather(E, s)"),
    ("x ∈ ℝ^n; k ∈ ℝ^3", "conv1d(x, k)"),
    ("X ∈ ℝ^{c×h×w}; K ∈ ℝ^{o×c×3×3}", "conv2d(X, K, padding=1)"),
    ("x ∈ ℝ^n", "max_pool1d(x, 2)"),
    ("x ∈ ℝ^n", "max_pool1d(x, 3, stride=1, padding=1)"),
    ("X ∈ ℝ^{h×w}", "max_pool2d(X, 2)"),
    ("x ∈ ℝ^n", "avg_pool1d(x, 2)"),
    ("X ∈ ℝ^{h×w}", "avg_pool2d(X, 2)"),
    ("X ∈ ℝ^{c×h×w}", "global_avg_pool(X)"),
)

_LOSSES = """
## Losses

They open into these definitions, every product in which is one of entries.

| loss | of numbers | of vectors | of matrices |
| --- | --- | --- | --- |
"""

_SIZES: tuple[Shape, ...] = (("n", "d"), ("n", "n"), ("d", "k"), ("n",), (), ("b", "n", "d"), ("b", "d", "k"))


def page() -> str:
    """The text of ``docs/operations.md``."""
    left_out = {"identity", *(op.name for op in COMPARISONS)}
    functions = [_function(op) for op in OPERATIONS.values() if op.elementwise and op.name not in left_out]
    arrays = [row for op in OPERATIONS.values() for row in _array(op)]
    losses = [
        _row(f"`{d.name}({', '.join(d.parameters)})`", *(f"`{d.text(axes)}`" for axes in range(3)))
        for d in DEFINITIONS.values()
    ]
    moved = [_moving(*example) for example in _EXAMPLES]
    return f"{_HEAD}{''.join(functions)}{_ARRAYS}{''.join(arrays)}{_MOVING}{''.join(moved)}{_LOSSES}{''.join(losses)}"


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
    inner = not op.formula and not op.pullback and (op.value is None or op.word is None)
    if op.elementwise or inner or op.shape is shapes.constant:
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
    return _written(entry.body, entry.indices, op, given)


def _written(term: t.Term, indices: tuple[t.Index, ...], op: Operation, given: tuple[Shape, ...] = ()) -> str:
    names = operand_names(op)
    letters = apart_from((*names, *t.size_names(d for shape in given for d in shape)))

    def called(node: int | str) -> tuple[tree.Expr, bool]:
        name, bracket, operands = str(node).partition("(")
        if bracket:
            return tree.Call(name, tuple(called(o)[0] for o in operands.rstrip(")").split(","))), False
        return tree.Name(names[int(name[1:])] if name[0] == "a" and name[1:].isdigit() else name), False

    negative = t.has_minus(term) and not isinstance(term, t.Number)
    e, _ = write_entry(
        t.negative(term) if negative else term,
        indices,
        called,
        letters,
    )
    return write(tree.Negative(e) if negative else e, "unicode", WORDS)


def _moving(declared: str, call: str) -> str:
    dag = build(read_program(f"{declared}; Z = {call}", WORDS))
    links = Links(dag.nodes, dag.root)

    def called(node: int | str) -> tuple[tree.Expr, bool]:
        return tree.Name(node if isinstance(node, str) else dag.nodes[node].name), False

    def shown(term: t.Term, indices: tuple[t.Index, ...]) -> str:
        return f"`{write(write_entry(term, indices, called, dag.letters)[0], 'unicode', WORDS)}`"

    indices = links.reader.indices(dag.root)
    entry = links.definition(dag.root, indices)
    found = links.of(dag.root)
    operands = [i for n, i in dag.names.items() if i in found]
    adjoints = (f"{dag.nodes[i].name}: {shown(found[i].term, found[i].indices)}" for i in operands)
    word = WORDS[call.partition("(")[0]]
    sizes = f"{', '.join(shapes.show(dag.nodes[i].shape) for i in operands)} → {shapes.show(dag.nodes[dag.root].shape)}"
    kinks = OPERATIONS[dag.nodes[dag.root].op].kinks
    spelled = ", ".join(f"`{x}`" for x in word.spellings)
    return _row(spelled, f"`{call}`", shown(entry, indices) if entry else "", "; ".join(adjoints), sizes, kinks)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
