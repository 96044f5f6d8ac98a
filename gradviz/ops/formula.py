"""From the text of a declaration to terms: what one entry of a result is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from gradviz import terms as t
from gradviz.notation import read_expression, tree
from gradviz.ops.catalogue import OPERATIONS, WORDS
from gradviz.ops.elementwise import RELATIONS
from gradviz.ops.entry import Entry, operand
from gradviz.ops.operation import Operation, Shape
from gradviz.ops.placed import FORMULAS
from gradviz.ops.shapes import core

_HALF = Fraction(1, 2)
CONSTANTS = frozenset({"e", "π"})
"""Atoms that are numbers of their own in every formula."""


@cache
def scalar_formula(text: str) -> t.Term:
    """The term of an elementwise formula; its names are atoms without indices.

    Examples
    --------
    >>> scalar_formula("a*b") == t.mul(t.Atom("a"), t.Atom("b"))
    True
    """
    read = read_expression(text, WORDS, ("a", "b", "v", "u"))
    return _Converter({}, {}).term(read)


def operand_names(op: Operation) -> tuple[str, ...]:
    """What the formula calls the operands, in order.

    Examples
    --------
    >>> operand_names(OPERATIONS["matmul"]), operand_names(OPERATIONS["clip"])
    (('A', 'B'), ('v', 'a', 'b'))
    """
    letters = ("v", "a", "b") if op.elementwise else ("v", "A", "B")
    if not op.formula:
        return letters[:1]
    return tuple(n for n in letters if re.search(rf"\b{n}\b", op.formula))


@cache
def entry_formula(name: str, shapes: tuple[Shape, ...], result: Shape, attr: Any) -> Entry:
    """What one entry of the result of an operation is, for operands of given shapes.

    Axes of size one have no index.
    """
    special = FORMULAS.get(name)
    if special:
        return special(shapes, result, attr)
    op = OPERATIONS[name]
    if op.elementwise:
        out = tuple(t.index(d) for d in core(result))
        operands = tuple(_trailing(operand(j), shape, out) for j, shape in enumerate(shapes))
        if name == "add":
            return Entry(out, t.add(*operands))
        if op.primitive:
            return Entry(out, t.apply(name, *operands))
        put = dict(zip(map(t.Atom, operand_names(op)), operands, strict=False))
        return Entry(out, t.replace(scalar_formula(op.formula), put))
    names = {n: (operand(j), shapes[j]) for j, n in enumerate(operand_names(op)[: len(shapes)])}
    return read_entry(op.formula, {**names, "Z": ("u", result)})


_COMPANION = re.compile(r"\b(\w+)\(([vAB](?:, ?[vAB])*)\)")


@cache
def companions(name: str, shapes: tuple[Shape, ...]) -> tuple[tuple[str, tuple[int, ...], Shape], ...]:
    """The other operations that the pullbacks of an operation speak of: each with its operands, and its shape.

    Examples
    --------
    >>> companions("logdet", ((3, 3),))
    (('inv', (0,), (3, 3)),)
    """
    op = OPERATIONS[name]
    texts = op.pullbacks(shapes) if op.pullback else ()
    return tuple(
        dict.fromkeys(_companion(m, op, shapes) for text in texts for m in _COMPANION.finditer(text) if _whole(m))
    )


def _whole(match: re.Match[str]) -> bool:
    op = OPERATIONS.get(match[1])
    return op is not None and op.word is not None and not op.elementwise


def _companion(match: re.Match[str], op: Operation, shapes: tuple[Shape, ...]) -> tuple[str, tuple[int, ...], Shape]:
    names = operand_names(op)
    places = tuple(names.index(n) for n in match[2].replace(" ", "").split(","))
    return match[1], places, OPERATIONS[match[1]].shape(tuple(shapes[j] for j in places), None)


def read_pullback(name: str, shapes: tuple[Shape, ...], result: Shape, place: int) -> Entry:
    """The declared pullback of an operation to one operand.

    A companion is an atom that is called by its operation and operands: ``inv(a0)``.
    """
    op = OPERATIONS[name]
    text = op.pullbacks(shapes)[place]
    arrays = {n: (operand(j), shapes[j]) for j, n in enumerate(operand_names(op)[: len(shapes)])}
    for match in list(_COMPANION.finditer(text)):
        if _whole(match):
            other, places, shape = _companion(match, op, shapes)
            letter = f"K{len(arrays)}"
            arrays[letter] = (f"{other}({','.join(map(operand, places))})", shape)
            text = text.replace(match[0], letter)
    return read_entry(text, {**arrays, "u": ("u", result), "g": ("g", result), "Z": ("z", shapes[place])})


def says_entry(name: str) -> bool:
    """Whether a formula says what an entry of an operation's result is.

    Examples
    --------
    >>> says_entry("matmul"), says_entry("inv")
    (True, False)
    """
    return name in FORMULAS or bool(OPERATIONS[name].formula)


def _trailing(name: str, shape: Shape, out: tuple[t.Index, ...]) -> t.Term:
    rank = len(core(shape))
    return t.Atom(name, out[len(out) - rank :])


def read_entry(text: str, arrays: Mapping[str, tuple[str, Shape]]) -> Entry:
    """Read ``Z[i,j] = …`` for arrays (name in the text → atom and shape)."""
    widest = max((core(s) for _, s in arrays.values()), key=len)
    rank = len(core(arrays["v"][1])) if "v" in arrays else len(widest)
    text = _spread(text, rank, {n: len(core(s)) for n, (_, s) in arrays.items()})
    left, _, right = text.partition(" = ")
    letters = dict.fromkeys(re.findall(r"\b([a-z])(?=[,\]])", text))
    read = read_expression(right, WORDS, (*arrays, *_SIZES, *letters, "g", "u", "δ"), bound=tuple(letters))
    sizes: dict[str, t.Dim] = {}
    for name, indices in re.findall(r"(\w+)\[([\w,]*)\]", text):
        if name in arrays:
            axes = indices.split(",")
            for letter, dim in zip(axes, _runs(axes, arrays[name][1], sizes), strict=True):
                sizes.setdefault(letter, dim)
    bound = {letter: None if dim == 1 else t.index(dim) for letter, dim in sizes.items()}
    dims = next((core(s) for n, (_, s) in arrays.items() if n == "v"), ())
    matrix_axes = next((_axes(s, 2) for n, (_, s) in arrays.items() if n == "v" and len(core(s)) < 3), ())
    numbers = {
        "N": t.mul(*map(t.size, dims)),
        "N1": t.size((matrix_axes or (1, 1))[0]),
        "N2": t.size((matrix_axes or (1, 1))[1]),
        "N3": t.size((dims or (1,))[-1]),
    }
    inside = re.search(r"\[(.*)\]", left)
    free = [bound[letter] for letter in inside.group(1).split(",")] if inside and inside.group(1) else []
    body = _Converter(bound, numbers, {n: a for n, (a, _) in arrays.items()}).term(read)
    return Entry(tuple(i for i in free if i is not None), body)


_SIZES = ("N", "N1", "N2", "N3")


def _runs(letters: list[str], shape: Shape, sizes: Mapping[str, t.Dim]) -> Shape:
    """How far letters run along an array, whose axes of size one may be left out of its shape."""
    if len(letters) in (len(core(shape)), len(shape)):
        return _axes(shape, len(letters))
    left = list(core(shape))
    for known in (sizes[i] for i in letters if i in sizes):
        if known in left:
            left.remove(known)
    return tuple(sizes[i] if i in sizes else left.pop(0) if left else 1 for i in letters)


def _axes(shape: Shape, count: int) -> Shape:
    axes = core(shape)
    if len(axes) == count:
        return axes
    return (*shape, 1, 1)[:count]


def _spread(text: str, rank: int, ranks: Mapping[str, int]) -> str:
    """Write ``*`` out as as many indices as there are axes."""
    for words, name in (("size(v)", "N"), ("rows(v)", "N1"), ("columns(v)", "N2"), ("last(v)", "N3")):
        text = text.replace(words, name)
    extra = len(re.findall(r"\[\*,\w+\]", text)) > 0
    count = rank - 1 if extra else rank
    p, q, r = (",".join(letters[:count]) for letters in ("pqrs", "abcd", "hijk"))
    for pattern, letters in ((r"sum_\*''", "hijk"), (r"sum_\*'", "abcd"), (r"sum_\*", "pqrs")):
        text = re.sub(pattern, " ".join(rf"\\sum_{{{i}}}" for i in letters[:count]), text)
    text = re.sub(r"sum_(\w)\b", r"\\sum_{\1}", text)
    text = text.replace("*''", r).replace("*'", q).replace("[*", f"[{p}").replace("[,", "[")
    return text.replace("[]", "")


class _Converter:
    """Syntax trees of formulas → terms."""

    def __init__(
        self,
        indices: Mapping[str, t.Index | None],
        numbers: Mapping[str, t.Term],
        arrays: Mapping[str, str] | None = None,
    ) -> None:
        self.indices = indices
        self.numbers = numbers
        self.arrays = arrays or {}

    def term(self, e: tree.Expr) -> t.Term:
        if isinstance(e, tree.Number):
            return t.number(e.value)
        if isinstance(e, tree.Name):
            return self.numbers.get(e.name) or t.Atom(self.arrays.get(e.name, e.name))
        if isinstance(e, tree.Negative):
            return t.negative(self.term(e.operand))
        if isinstance(e, tree.Sum):
            return t.add(*map(self.term, e.items))
        if isinstance(e, tree.Product):
            result = self.term(e.operands[0])
            for sign, item in zip(e.operators, e.operands[1:], strict=True):
                result = (t.divide if sign == "/" else t.mul)(result, self.term(item))
            return result
        if isinstance(e, tree.Power):
            if e.base == tree.Constant("e"):
                return t.apply("exp", self.term(e.exponent))
            return t.power(self.term(e.base), self.term(e.exponent))
        if isinstance(e, tree.Inverse):
            return t.power(self.term(e.operand), t.MINUS_ONE)
        if isinstance(e, tree.Call):
            if e.function == "sqrt":
                return t.power(self.term(e.arguments[0]), t.number(_HALF))
            return t.apply(e.function, *map(self.term, e.arguments))
        if isinstance(e, tree.Indicator):
            c = e.condition
            return t.apply(RELATIONS[c.operator], self.term(c.left), self.term(c.right))
        if isinstance(e, tree.Entry):
            places = [self.indices[i.name] for i in e.indices if isinstance(i, tree.Name)]
            kept = tuple(i for i in places if i is not None)
            assert isinstance(e.array, tree.Name)
            if e.array.name == "δ":
                return t.delta(kept[0], kept[1]) if len(kept) == 2 else t.ONE
            return t.Atom(self.arrays.get(e.array.name, e.array.name), kept)
        if isinstance(e, tree.Big):
            place = self.indices.get(e.index)
            body = self.term(e.body)
            return body if place is None else t.contract((place,), body)
        raise TypeError(type(e).__name__)
